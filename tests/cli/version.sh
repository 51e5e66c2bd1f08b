#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# zdm-run --version
. "$ZDM_SRCDIR/tests/lib.sh"

check_exit 0 'exits with 0' "$ZDM_RUN" --version
expect_stdout_has 'zdm-run 0.'
expect_no_stderr

done_testing
