# SPDX-License-Identifier: Apache-2.0

.PHONY: lint format
lint: config.h
	@LINT_CPPFLAGS='$(DEFS) $(DEFAULT_INCLUDES) $(AM_CPPFLAGS) $(CPPFLAGS)' \
	  $(srcdir)/%D%/lint

format:
	@$(srcdir)/%D%/lint --format
