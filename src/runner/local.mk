# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h
libzdm_a_SOURCES += %D%/client_check.c %D%/client_check.h
libzdm_a_SOURCES += %D%/client_write.c %D%/client_write.h
libzdm_a_SOURCES += %D%/executor.c %D%/executor.h
libzdm_a_SOURCES += %D%/fate.c %D%/fate.h
libzdm_a_SOURCES += %D%/narrowing.c %D%/narrowing.h
libzdm_a_SOURCES += %D%/rehearse.c %D%/rehearse.h
libzdm_a_SOURCES += %D%/reach.c %D%/reach.h
libzdm_a_SOURCES += %D%/relations.c %D%/relations.h
libzdm_a_SOURCES += %D%/run_job.h %D%/run_course.c %D%/run_decision.c \
	%D%/run_recover.c %D%/run_start.c
libzdm_a_SOURCES += %D%/sample.c %D%/sample.h
libzdm_a_SOURCES += %D%/sight.c %D%/sight.h
libzdm_a_SOURCES += %D%/start_check.c %D%/start_check.h
libzdm_a_SOURCES += %D%/database_rehearse.c %D%/database_rehearse.h
libzdm_a_SOURCES += %D%/database_run.c %D%/database_run.h
libzdm_a_SOURCES += %D%/database_session.c %D%/database_session.h \
	%D%/session_part.h %D%/session_actions.c %D%/session_fill.c \
	%D%/session_records.c %D%/session_transaction.c
libzdm_a_SOURCES += %D%/journal.c %D%/journal.h
libzdm_a_SOURCES += %D%/lease.c %D%/lease.h
libzdm_a_SOURCES += %D%/overlap.c %D%/overlap.h
libzdm_a_SOURCES += %D%/pacer.c %D%/pacer.h
libzdm_a_SOURCES += %D%/pause.c %D%/pause.h
libzdm_a_SOURCES += %D%/throttle.c %D%/throttle.h
