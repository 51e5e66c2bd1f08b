# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h

libzdm_a_SOURCES += %D%/command.c %D%/command.h
libzdm_a_SOURCES += %D%/command_line.c %D%/command_line.h
libzdm_a_SOURCES += %D%/options.c %D%/options.h
libzdm_a_SOURCES += %D%/duration.c %D%/duration.h
libzdm_a_SOURCES += %D%/database_url.c %D%/database_url.h
libzdm_a_SOURCES += %D%/database_options.c %D%/database_options.h
libzdm_a_SOURCES += %D%/engine_options.c %D%/engine_options.h
libzdm_a_SOURCES += %D%/project_finder.c %D%/project_finder.h
libzdm_a_SOURCES += %D%/exit_code.c %D%/exit_code.h
libzdm_a_SOURCES += %D%/output.c %D%/output.h
libzdm_a_SOURCES += %D%/result.c %D%/result.h
libzdm_a_SOURCES += %D%/wrap.c %D%/wrap.h
libzdm_a_SOURCES += %D%/source_file.c %D%/source_file.h
libzdm_a_SOURCES += %D%/past.c %D%/past.h
libzdm_a_SOURCES += %D%/recorded_files.c %D%/recorded_files.h
libzdm_a_SOURCES += %D%/file_run.c %D%/file_run.h
libzdm_a_SOURCES += %D%/progress.c %D%/progress.h
libzdm_a_SOURCES += %D%/batch.c %D%/batch.h

# The verbs
libzdm_a_SOURCES += %D%/verbs.h
libzdm_a_SOURCES += %D%/run.c
libzdm_a_SOURCES += %D%/validate.c
libzdm_a_SOURCES += %D%/plan.c
libzdm_a_SOURCES += %D%/rehearse.c
libzdm_a_SOURCES += %D%/database_engine.c %D%/database_engine.h
libzdm_a_SOURCES += %D%/database_view.c %D%/database_view.h
libzdm_a_SOURCES += %D%/database_verb.c %D%/database_verb.h
libzdm_a_SOURCES += %D%/database_verify.c %D%/database_verify.h
libzdm_a_SOURCES += %D%/database_work.c %D%/database_work.h
libzdm_a_SOURCES += %D%/interrupt.c %D%/interrupt.h
libzdm_a_SOURCES += %D%/recorded_plan.c %D%/recorded_plan.h
libzdm_a_SOURCES += %D%/server_answers.c %D%/server_answers.h
libzdm_a_SOURCES += %D%/contract.c
libzdm_a_SOURCES += %D%/continue.c
libzdm_a_SOURCES += %D%/abort.c
libzdm_a_SOURCES += %D%/status.c
libzdm_a_SOURCES += %D%/history.c
libzdm_a_SOURCES += %D%/verify.c
libzdm_a_SOURCES += %D%/new.c
libzdm_a_SOURCES += %D%/schema.c %D%/schema_text.h
libzdm_a_SOURCES += %D%/explain.c
libzdm_a_SOURCES += %D%/completion.c %D%/completion_shells.h
libzdm_a_SOURCES += %D%/completion_bash.c
libzdm_a_SOURCES += %D%/completion_zsh.c
libzdm_a_SOURCES += %D%/completion_fish.c

# The JSON Schema as an array: longer than any string literal has to be.
nodist_libzdm_a_SOURCES = %D%/schema_text.c
CLEANFILES += %D%/schema_text.c

%D%/schema_text.c: $(top_srcdir)/schema/migration.schema.json $(top_srcdir)/src/commands/local.mk
	$(AM_V_GEN)$(MKDIR_P) %D% && { \
	  echo '#include "config.h"'; \
	  echo '#include "commands/schema_text.h"'; \
	  echo 'const guchar SCHEMA_TEXT[] = {'; \
	  od -An -v -tx1 $(top_srcdir)/schema/migration.schema.json \
	    | sed 's/ *\([0-9a-f][0-9a-f]\)/0x\1,/g'; \
	  echo '};'; \
	  echo 'const gsize SCHEMA_TEXT_LENGTH = sizeof SCHEMA_TEXT;'; \
	} >$@.tmp && mv $@.tmp $@
libzdm_a_SOURCES += %D%/rewrite.c %D%/rewrite.h
libzdm_a_SOURCES += %D%/fix.c
