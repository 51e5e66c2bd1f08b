# SPDX-License-Identifier: Apache-2.0

noinst_LIBRARIES += libzdm.a
libzdm_a_SOURCES =

bin_PROGRAMS += zdm-run
zdm_run_SOURCES = %D%/main.c
zdm_run_LDADD = libzdm.a $(DEPENDENCY_LIBS)

include %D%/model/local.mk
include %D%/load/local.mk
include %D%/planner/local.mk
include %D%/safety/local.mk
include %D%/engine/local.mk
include %D%/runner/local.mk
include %D%/report/local.mk
include %D%/commands/local.mk
