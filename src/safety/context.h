/* SPDX-License-Identifier: Apache-2.0
 *
 * What a rule sees, how it reports, and which findings are allowed.
 */
#pragma once

#include "safety/effect.h"
#include "safety/safety.h"

struct SafetyContext
{
  const Migration *migration; /* NULL for a plain SQL file */
  const MigrationPlan *plan;  /* NULL for a plain SQL file */
  const GPtrArray *effects;   /* Effect * */
  const struct SqlAllows *sql_allows; /* of a plain SQL file's comments; or NULL */
  const SafetyOptions *options;
  const SafetyRule *rule; /* the one that is running */
  DiagnosticList *diagnostics;
  GHashTable *used; /* the const Allow * that have suppressed something */
};

/* Reports a finding about the whole file.  Every finding has the rule's help. */
void safety_report (const SafetyContext *context, Location location, const char *format,
                    ...) G_GNUC_PRINTF (3, 4);

/* Reports a finding about a step, which the step's or the change's `allow` may cover. */
void safety_report_step (const SafetyContext *context, const MigrationStep *step,
                         const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Reports a finding about an effect: at its place, with the help filled in for its objects;
 * its step's, its change's or its comment's `allow` may cover it. */
void safety_report_effect (const SafetyContext *context, const Effect *effect,
                           const char *format, ...) G_GNUC_PRINTF (3, 4);

/* Calls @function for each `allow` of the file, its changes and its steps. */
typedef void (*AllowFunction) (const SafetyContext *context, const Allow *allow);
void safety_each_allow (const SafetyContext *context, AllowFunction function);

/* Steps that cannot be made good by running an older version again: what they take away
 * is gone. */
gboolean safety_step_destroys (const MigrationStep *step);

/* The rules */
void rule_no_steps (const SafetyContext *context);
void rule_contract_without_expand (const SafetyContext *context);
void rule_phase_order (const SafetyContext *context);
void rule_too_many_steps (const SafetyContext *context);
void rule_contract_without_backfill (const SafetyContext *context);
void rule_unknown_allow (const SafetyContext *context);
void rule_unused_allow (const SafetyContext *context);
