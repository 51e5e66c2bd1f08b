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
#include "model/project.h"
#include "safety/history.h"
#include "safety/target.h"

typedef struct SafetyContext SafetyContext;

/* How a file differs from what a database has recorded under its id. */
typedef struct
{
  const char *started; /* "2026-11-26T19:20:00Z" */
  guint line;          /* the first that differs, from 1 */
  const char *was;     /* that line as it was started; NULL: there was none */
} RecordedEdit;

/* What the judgement depends on besides the file; parts may be NULL. */
typedef struct
{
  Target target;
  const Project *project;
  const History *history;   /* of the files before this one */
  const RecordedEdit *edit; /* since the migration was started */
} SafetyOptions;

/* Effects that a rule has nothing to say of. */
typedef enum
{
  EXEMPT_NEW_TABLE = 1 << 0,   /* nobody uses a table that this file makes */
  EXEMPT_TYPED = 1 << 1,       /* zdm carries the operation out in a safe way */
  EXEMPT_CONTRACTING = 1 << 2, /* old clients are gone */
  /* A portable operation, while the user has named no engine: it is not said what one of
   * them would have it like. */
  EXEMPT_PORTABLE = 1 << 3,
} RuleExemption;

typedef struct
{
  const char *id; /* "ZDM001-no-steps"; never changes */
  Severity severity;
  guint engines;       /* TargetEngine bits: the databases it concerns */
  const char *summary; /* one line */
  /* Why it matters and the safe way, several sentences.  {table}, {column}, {object},
   * {to} and {type} stand for those of the effect that is judged. */
  const char *help;
  /* Judges the whole; NULL: every effect by itself, as the next members say. */
  void (*check) (const SafetyContext *context);
  guint64 kinds;       /* EFFECT_BIT()s: the effects it looks at */
  guint exempt;        /* RuleExemption bits */
  const char *message; /* with the same stand-ins as @help */
  /* Whether the effect at @index of the context's is a finding; NULL: all that are left
   */
  gboolean (*judge) (const SafetyContext *context, const Effect *effect, guint index);
  gboolean needs_plan; /* it has nothing to say of a plain SQL file */
  gboolean runs_last;  /* it looks at what the others have found and what was allowed */
} SafetyRule;

/* All rules, ordered by id; @index counts from 0. */
guint safety_n_rules (void);
const SafetyRule *safety_rule (guint index);

/* By id or its "ZDM001" part, in any case; or NULL. */
const SafetyRule *safety_rule_find (const char *id);

/**
 * safety_check:
 * @effects: (nullable) (out) (transfer container): gets the effects, which live in
 *   @arena, for history_fold()
 *
 * Runs every rule over the plan, honours `allow` and the project's severities, and says
 * which `allow` named no rule or had nothing to allow.
 */
void safety_check (const Migration *migration, const MigrationPlan *plan,
                   const SafetyOptions *options, Arena *arena, GPtrArray **effects,
                   DiagnosticList *diagnostics);

/* The same for a plain SQL file, whose `-- zdm:allow RULE reason` comments count. */
void safety_check_sql (const char *path, const char *text, const SafetyOptions *options,
                       Arena *arena, GPtrArray **effects, DiagnosticList *diagnostics);
