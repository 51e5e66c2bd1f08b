# SPDX-License-Identifier: Apache-2.0
#
# One line a noun: libzdm_a_SOURCES += %D%/noun.c %D%/noun.h

libzdm_a_SOURCES += %D%/judge.c %D%/judge.h %D%/judges.h
libzdm_a_SOURCES += %D%/rule_column.c
libzdm_a_SOURCES += %D%/rule_column_type.c
libzdm_a_SOURCES += %D%/rule_constraint.c
libzdm_a_SOURCES += %D%/rule_index.c
libzdm_a_SOURCES += %D%/rule_lock.c
libzdm_a_SOURCES += %D%/rule_naming.c
libzdm_a_SOURCES += %D%/rule_table.c
libzdm_a_SOURCES += %D%/type_change.c %D%/type_change.h
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
libzdm_a_SOURCES += %D%/sql_analysis.c %D%/sql_analysis.h
libzdm_a_SOURCES += %D%/sql_collector.c %D%/sql_collector.h
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
libzdm_a_SOURCES += %D%/rule_backfill.c
libzdm_a_SOURCES += %D%/rule_clients.c
libzdm_a_SOURCES += %D%/rule_engine_too_old.c
libzdm_a_SOURCES += %D%/rule_gate.c
libzdm_a_SOURCES += %D%/rule_history.c
libzdm_a_SOURCES += %D%/rule_old_writers.c
libzdm_a_SOURCES += %D%/rule_raw_sql.c
libzdm_a_SOURCES += %D%/rule_replacement.c
libzdm_a_SOURCES += %D%/rule_too_early.c
libzdm_a_SOURCES += %D%/rule_way_back.c
libzdm_a_SOURCES += %D%/rule_write_sync.c
libzdm_a_SOURCES += %D%/sql_words.c %D%/sql_words.h
libzdm_a_SOURCES += %D%/step_facts.c %D%/step_facts.h
