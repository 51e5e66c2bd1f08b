# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h

libzdm_a_SOURCES += %D%/rule_contract_without_backfill.c
libzdm_a_SOURCES += %D%/rule_contract_without_expand.c
libzdm_a_SOURCES += %D%/rule_no_steps.c
libzdm_a_SOURCES += %D%/rule_phase_order.c
libzdm_a_SOURCES += %D%/rule_too_many_steps.c
libzdm_a_SOURCES += %D%/rule_unknown_allow.c
libzdm_a_SOURCES += %D%/rule_unused_allow.c
libzdm_a_SOURCES += %D%/rules.c
libzdm_a_SOURCES += %D%/safety.c %D%/safety.h %D%/context.h
