# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h

libzdm_a_SOURCES += %D%/report.h
libzdm_a_SOURCES += %D%/style.c %D%/style.h
libzdm_a_SOURCES += %D%/printable.c %D%/printable.h
libzdm_a_SOURCES += %D%/excerpt.c %D%/excerpt.h
libzdm_a_SOURCES += %D%/shell_word.c %D%/shell_word.h
libzdm_a_SOURCES += %D%/messages.c
libzdm_a_SOURCES += %D%/database_report.h
libzdm_a_SOURCES += %D%/next_command.c %D%/next_command.h
libzdm_a_SOURCES += %D%/text_database.c
libzdm_a_SOURCES += %D%/json_database.c
libzdm_a_SOURCES += %D%/text_run.c
libzdm_a_SOURCES += %D%/text_tables.c
libzdm_a_SOURCES += %D%/text_plan.c
libzdm_a_SOURCES += %D%/step_actions.c %D%/step_actions.h
libzdm_a_SOURCES += %D%/text_rehearsal.c
libzdm_a_SOURCES += %D%/json_printer.c %D%/json_printer.h
libzdm_a_SOURCES += %D%/json_report.c
libzdm_a_SOURCES += %D%/document.c %D%/document.h
libzdm_a_SOURCES += %D%/fingerprint.c %D%/fingerprint.h
libzdm_a_SOURCES += %D%/source_path.c %D%/source_path.h
libzdm_a_SOURCES += %D%/sarif_report.c
libzdm_a_SOURCES += %D%/junit_report.c
libzdm_a_SOURCES += %D%/github_report.c
libzdm_a_SOURCES += %D%/gitlab_report.c
