/* SPDX-License-Identifier: Apache-2.0
 *
 * The questions and checks of the rules about operations, which the rows of the sets
 * name.
 */
#pragma once

#include "safety/judge.h"

#define EFFECT_JUDGE(name) \
  gboolean name (const SafetyContext *context, const Effect *effect, guint index)

/* rule_table.c */
EFFECT_JUDGE (rule_drop_then_create_table);
EFFECT_JUDGE (rule_truncate_cascade);
EFFECT_JUDGE (rule_rename_table);
EFFECT_JUDGE (rule_attach_partition);
EFFECT_JUDGE (rule_detach_partition);
EFFECT_JUDGE (rule_cluster);
EFFECT_JUDGE (rule_update_all_rows);

/* rule_column.c */
EFFECT_JUDGE (rule_drop_column);
EFFECT_JUDGE (rule_rename_column);
EFFECT_JUDGE (rule_volatile_default);
EFFECT_JUDGE (rule_generated_column);
EFFECT_JUDGE (rule_numbered_column);
EFFECT_JUDGE (judge_required_column);
EFFECT_JUDGE (rule_set_not_null);
EFFECT_JUDGE (rule_drop_not_null);
EFFECT_JUDGE (judge_changed_default);
EFFECT_JUDGE (rule_inline_references);

/* rule_column_type.c */
void rule_type_change (const SafetyContext *context);
EFFECT_JUDGE (rule_enum_copy);
EFFECT_JUDGE (rule_json_column);
EFFECT_JUDGE (rule_integer_key);
EFFECT_JUDGE (rule_serial_column);
EFFECT_JUDGE (rule_varchar_column);
EFFECT_JUDGE (rule_char_column);
EFFECT_JUDGE (rule_timestamp_column);
EFFECT_JUDGE (rule_enum_order);
EFFECT_JUDGE (rule_domain_constraint);

/* rule_constraint.c */
EFFECT_JUDGE (rule_drop_foreign_key);
EFFECT_JUDGE (rule_drop_primary_key);
EFFECT_JUDGE (rule_drop_unique);
EFFECT_JUDGE (rule_foreign_key_validated);
EFFECT_JUDGE (rule_foreign_key_lock);
EFFECT_JUDGE (rule_check_validated);
EFFECT_JUDGE (rule_validate_at_once);
EFFECT_JUDGE (rule_unique_constraint);
EFFECT_JUDGE (rule_primary_key);
EFFECT_JUDGE (rule_nullable_primary_key);
EFFECT_JUDGE (rule_exclusion);
EFFECT_JUDGE (rule_foreign_key_without_index);

/* rule_index.c */
EFFECT_JUDGE (rule_not_concurrent);
EFFECT_JUDGE (rule_reindex);
EFFECT_JUDGE (rule_concurrently_in_transaction);
EFFECT_JUDGE (rule_concurrently_corrupts);
EFFECT_JUDGE (rule_wide_index);

/* rule_lock.c */
EFFECT_JUDGE (rule_long_transaction);
EFFECT_JUDGE (rule_several_alters);
EFFECT_JUDGE (rule_algorithm_copy);
EFFECT_JUDGE (rule_lock_clause);
EFFECT_JUDGE (rule_no_lock_timeout);
EFFECT_JUDGE (rule_lock_timeout);
void rule_needs_blocking (const SafetyContext *context);

/* rule_naming.c */
void rule_long_identifier (const SafetyContext *context);
EFFECT_JUDGE (rule_unqualified_table);
EFFECT_JUDGE (rule_unguarded);

/* rule_sql.c */
EFFECT_JUDGE (rule_delete_all_rows);
EFFECT_JUDGE (rule_transaction_left_open);
EFFECT_JUDGE (rule_nested_transaction);
EFFECT_JUDGE (rule_stray_commit);
EFFECT_JUDGE (rule_transaction_in_step);
EFFECT_JUDGE (rule_vacuum_in_transaction);
void rule_syntax_error (const SafetyContext *context);
void rule_assigned_twice (const SafetyContext *context);
