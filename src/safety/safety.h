/* SPDX-License-Identifier: Apache-2.0
 *
 * Safety: a table of rules that judge a plan before it runs.
 *
 * A rule is a row in rules.c, a function in a file of its own, a folder of cases under
 * tests/cases/rules/ and a page under doc/rules/.
 */
#pragma once

#include "model/migration.h"
#include "model/plan.h"

typedef struct SafetyContext SafetyContext;

typedef struct
{
  const char *id; /* "ZDM001-no-steps"; never changes */
  Severity severity;
  const char *engines; /* "all", or names separated by a comma */
  const char *summary; /* one line */
  const char *help;    /* why it matters and the safe way, several sentences */
  void (*check) (const SafetyContext *context);
} SafetyRule;

/* All rules, ordered by id; ended by a NULL id. */
extern const SafetyRule SAFETY_RULES[];

/* By id or its "ZDM001" part, in any case; or NULL. */
const SafetyRule *safety_rule_find (const char *id);

/**
 * safety_check:
 * Runs every rule over the plan, honours `allow`, and says which `allow` named no
 * rule or had nothing to allow.
 */
void safety_check (const Migration *migration, const MigrationPlan *plan,
                   DiagnosticList *diagnostics);
