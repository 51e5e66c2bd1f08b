/* SPDX-License-Identifier: Apache-2.0
 *
 * What a rule sees, how it reports, and which findings are allowed.
 */
#pragma once

#include "safety/effect.h"
#include "safety/safety.h"

struct SafetyContext
{
  const Migration *migration;         /* NULL for a plain SQL file */
  const MigrationPlan *plan;          /* NULL for a plain SQL file */
  const GPtrArray *effects;           /* Effect * */
  const struct SqlAllows *sql_allows; /* of a plain SQL file's comments; or NULL */
  const SafetyOptions *options;
  const SafetyRule *rule; /* the one that is running */
  DiagnosticList *diagnostics;
  GHashTable *reported; /* of the running rule: char *, "line:column message" */
  GHashTable *used;     /* the const Allow * that have suppressed something */
};

/* Reports a finding about the whole file.  Every finding has the rule's help. */
void safety_report (const SafetyContext *context, Location location, const char *format,
                    ...) G_GNUC_PRINTF (3, 4);

/* Reports a finding about a step, which the step's or the change's `allow` may cover. */
void safety_report_step (const SafetyContext *context, const MigrationStep *step,
                         const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Reports a finding about an effect: at its place, with the help filled in for its
 * objects; its step's, its change's or its comment's `allow` may cover it.  The same
 * message at the same place is reported once. */
void safety_report_effect (const SafetyContext *context, const Effect *effect,
                           const char *format, ...) G_GNUC_PRINTF (3, 4);

/* The same with the rule's own message, filled in for the effect. */
void safety_report_message (const SafetyContext *context, const Effect *effect);

/* Calls @function for each `allow` of the file, its changes and its steps. */
typedef void (*AllowFunction) (const SafetyContext *context, const Allow *allow);
void safety_each_allow (const SafetyContext *context, AllowFunction function);

/* Steps that cannot be made good by running an older version again: what they take away
 * is gone. */
gboolean safety_step_destroys (const MigrationStep *step);

/* Whether a step of the plan copies values anywhere. */
gboolean safety_plan_fills_something (const MigrationPlan *plan);

/* Whether an earlier file has begun a change of the column (or table) that is open. */
gboolean safety_history_expands (const SafetyContext *context, const char *table,
                                 const char *column);

/* The rules */
void rule_no_steps (const SafetyContext *context);
void rule_contract_without_expand (const SafetyContext *context);
void rule_phase_order (const SafetyContext *context);
void rule_too_many_steps (const SafetyContext *context);
void rule_contract_without_backfill (const SafetyContext *context);
void rule_unknown_allow (const SafetyContext *context);
void rule_naming (const SafetyContext *context);
void rule_unused_allow (const SafetyContext *context);
void rule_destructive_too_early (const SafetyContext *context);
void rule_narrowing_too_early (const SafetyContext *context);
void rule_changed_default (const SafetyContext *context);
void rule_bound_before_backfill (const SafetyContext *context);
void rule_drop_without_replacement (const SafetyContext *context);
void rule_mirror_without_backfill (const SafetyContext *context);
void rule_backfill_without_sync (const SafetyContext *context);
void rule_stale_copy (const SafetyContext *context);
void rule_sync_after_backfill (const SafetyContext *context);
void rule_one_way_sync (const SafetyContext *context);
void rule_sync_left_behind (const SafetyContext *context);
void rule_trigger_left_behind (const SafetyContext *context);
void rule_contract_without_gate (const SafetyContext *context);
void rule_constraint_not_validated (const SafetyContext *context);
void rule_client_needs_removed (const SafetyContext *context);
void rule_client_too_early (const SafetyContext *context);
void rule_client_reads_all (const SafetyContext *context);
void rule_no_rollback (const SafetyContext *context);
void rule_rollback_loses_data (const SafetyContext *context);
void rule_backfill_without_key (const SafetyContext *context);
void rule_backfill_with_ddl (const SafetyContext *context);
void rule_several_statements (const SafetyContext *context);
void rule_invalid_index_leftover (const SafetyContext *context);
void rule_open_expand (const SafetyContext *context);
void rule_duplicate_id (const SafetyContext *context);
void rule_id_out_of_order (const SafetyContext *context);
void rule_edited_after_start (const SafetyContext *context);
void rule_narrower_replacement (const SafetyContext *context);
void rule_index_not_moved (const SafetyContext *context);
void rule_lookup_without_index (const SafetyContext *context);
void rule_split_of_default (const SafetyContext *context);
void rule_engine_too_old (const SafetyContext *context);
void rule_sql_could_be_typed (const SafetyContext *context);
void rule_opaque_sql (const SafetyContext *context);
