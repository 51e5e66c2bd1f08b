# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h

libzdm_a_SOURCES += %D%/clients.c %D%/clients.h
libzdm_a_SOURCES += %D%/describe.c %D%/describe.h
libzdm_a_SOURCES += %D%/expand.c %D%/expand.h
libzdm_a_SOURCES += %D%/expansion.c %D%/expansion.h
libzdm_a_SOURCES += %D%/identifier.c %D%/identifier.h
libzdm_a_SOURCES += %D%/mirror.c %D%/mirror.h
libzdm_a_SOURCES += %D%/plan_alter.c
libzdm_a_SOURCES += %D%/plan_column.c
libzdm_a_SOURCES += %D%/plan_constraint.c
libzdm_a_SOURCES += %D%/plan_shadow.c
libzdm_a_SOURCES += %D%/plan_split.c
libzdm_a_SOURCES += %D%/plan_table.c
libzdm_a_SOURCES += %D%/planner.c %D%/planner.h
libzdm_a_SOURCES += %D%/recipe.c %D%/recipe.h
libzdm_a_SOURCES += %D%/refit.c %D%/refit.h
libzdm_a_SOURCES += %D%/simulation.c %D%/simulation.h
libzdm_a_SOURCES += %D%/title.c %D%/title.h
