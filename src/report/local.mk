# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h

libzdm_a_SOURCES += %D%/report.h
libzdm_a_SOURCES += %D%/style.c %D%/style.h
libzdm_a_SOURCES += %D%/printable.c %D%/printable.h
libzdm_a_SOURCES += %D%/excerpt.c %D%/excerpt.h
libzdm_a_SOURCES += %D%/shell_word.c %D%/shell_word.h
libzdm_a_SOURCES += %D%/messages.c
libzdm_a_SOURCES += %D%/text_run.c
libzdm_a_SOURCES += %D%/text_tables.c
libzdm_a_SOURCES += %D%/text_plan.c
libzdm_a_SOURCES += %D%/text_rehearsal.c
libzdm_a_SOURCES += %D%/json_printer.c %D%/json_printer.h
libzdm_a_SOURCES += %D%/json_report.c
