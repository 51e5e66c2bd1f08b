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
libzdm_a_SOURCES += %D%/effect.c %D%/effect.h
libzdm_a_SOURCES += %D%/history.c %D%/history.h
libzdm_a_SOURCES += %D%/rule_sets.h
libzdm_a_SOURCES += %D%/rules_breaking.c
libzdm_a_SOURCES += %D%/rules_locking.c
libzdm_a_SOURCES += %D%/rules_phase.c
libzdm_a_SOURCES += %D%/rules_sql.c
libzdm_a_SOURCES += %D%/rules_style.c
libzdm_a_SOURCES += %D%/sql_allow.c %D%/sql_allow.h
libzdm_a_SOURCES += %D%/sql_analysis.c %D%/sql_analysis.h
libzdm_a_SOURCES += %D%/sql_collector.c %D%/sql_collector.h
libzdm_a_SOURCES += %D%/sql_cursor.c %D%/sql_cursor.h
libzdm_a_SOURCES += %D%/sql_heads.c %D%/sql_heads.h
libzdm_a_SOURCES += %D%/sql_heads_alter.c
libzdm_a_SOURCES += %D%/sql_heads_column.c
libzdm_a_SOURCES += %D%/sql_heads_create.c
libzdm_a_SOURCES += %D%/sql_lexer.c %D%/sql_lexer.h
libzdm_a_SOURCES += %D%/sql_place.c %D%/sql_place.h
libzdm_a_SOURCES += %D%/sql_split.c %D%/sql_split.h
libzdm_a_SOURCES += %D%/sql_volatility.c %D%/sql_volatility.h
if HAVE_PG_QUERY
libzdm_a_SOURCES += %D%/sql_postgres.c %D%/sql_postgres.h
libzdm_a_SOURCES += %D%/sql_postgres_alter.c
libzdm_a_SOURCES += %D%/sql_postgres_column.c
libzdm_a_SOURCES += %D%/sql_postgres_default.c
libzdm_a_SOURCES += %D%/sql_postgres_node.h %D%/sql_postgres_node.c
libzdm_a_SOURCES += %D%/sql_postgres_statement.c
endif
libzdm_a_SOURCES += %D%/target.c %D%/target.h
