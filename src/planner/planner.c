/* SPDX-License-Identifier: Apache-2.0
 *
 * The planner: changes are expanded one after the other, each on the shape that the ones
 * before it leave in the end; then their steps are put into the order of the phases and
 * applied again, in that order, to the declared shape.
 */
#include "config.h"

#include "planner/planner.h"

#include "model/mentions.h"
#include "planner/clients.h"
#include "planner/describe.h"
#include "planner/expand.h"
#include "planner/identifier.h"
#include "planner/mirror.h"
#include "planner/simulation.h"
#include "planner/title.h"

typedef struct
{
  const Migration *migration;
  MigrationPlan *plan;
  DiagnosticList *diagnostics;
  NamesSeen *seen;
  GHashTable *tainted; /* names whose state is unknown since something failed */
} Planner;

typedef struct
{
  Operation *operation;
  const Operation *change; /* NULL for a hand-written step */
} Draft;

/* No cascades ------------------------------------------------------------------ */

static void
taint (Planner *planner, const Operation *operation)
{
  g_autoptr (GPtrArray) names = mentions_of_operation (operation);

  for (guint i = 0; i < names->len; i++)
    g_hash_table_add (planner->tainted, names->pdata[i]);
}

/* Whether what the operation speaks of was touched by something that failed: another
 * finding would only be an echo. */
static gboolean
is_tainted (const Planner *planner, const Operation *operation)
{
  g_autoptr (GPtrArray) names = mentions_of_operation (operation);

  for (guint i = 0; i < names->len; i++)
    if (g_hash_table_contains (planner->tainted, names->pdata[i]))
      return TRUE;
  return operation->table != NULL
         && g_hash_table_contains (planner->tainted, operation->table);
}

static Expansion
expansion_of (Planner *planner, const Operation *change, const Database *shape,
              GPtrArray *steps)
{
  return (Expansion){
    .plan = planner->plan,
    .arena = planner->plan->arena,
    .change = change,
    .shape = shape,
    .diagnostics = planner->diagnostics,
    .steps = steps,
  };
}

static void
report (Planner *planner, const Operation *operation, const GError *error)
{
  diagnostic_list_add (planner->diagnostics, SEVERITY_ERROR, "plan", operation->location,
                       NULL, "%s: %s", operation_kind_to_string (operation->kind),
                       error->message);
}

static void
add_to_plan (Planner *planner, const Draft *draft, const Database *shape)
{
  Arena *arena = planner->plan->arena;
  const Operation *operation = draft->operation;
  MigrationStep *step = migration_plan_add_step (
      planner->plan, operation->phase, operation, describe_step (operation, shape, arena),
      describe_rollback (operation, arena));

  step->change = draft->change;
}

/* Hand-written steps ------------------------------------------------------------- */

/* What a step leaves unsaid.  Returns: (nullable): NULL with a finding */
static Operation *
complete_step (Planner *planner, const Operation *written, const Database *shape)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  Expansion expansion = expansion_of (planner, written, shape, none);
  Operation *step = operation_copy (planner->plan->arena, written);

  if (!identifier_check_operation (&expansion))
    return NULL;
  if (written->kind != OPERATION_ADD_COLUMN
      || (written->add_column.from == NULL && written->add_column.lookup == NULL))
    return step;
  const Table *table = expansion_table (&expansion);
  return table != NULL && mirror_complete (&expansion, &step->add_column, table) ? step
                                                                                 : NULL;
}

static void
plan_step (Planner *planner, Simulation *simulation, const Operation *written)
{
  g_autoptr (GError) error = NULL;
  const Database *shape = simulation_database (simulation, written);
  Operation *step = NULL;

  if (!is_tainted (planner, written))
    step = complete_step (planner, written, shape);
  if (step == NULL)
    {
      taint (planner, written);
      return;
    }
  add_to_plan (planner, &(Draft){ .operation = step }, shape);
  if (simulation_apply (simulation, step, planner->plan->arena, &error))
    {
      simulation_note_names (simulation, planner->seen);
      return;
    }
  report (planner, step, error);
  taint (planner, step);
}

static void
plan_steps (Planner *planner)
{
  g_autoptr (Simulation) simulation = simulation_new (planner->migration);

  simulation_note_names (simulation, planner->seen);
  for (guint i = 0; i < planner->migration->steps->len; i++)
    plan_step (planner, simulation, planner->migration->steps->pdata[i]);
}

/* Changes ------------------------------------------------------------------------ */

/* The change's own words, and its mark, on the steps it has become. */
static void
carry_over (const Operation *change, GPtrArray *steps)
{
  if (steps->len == 0)
    return;
  Operation *last = steps->pdata[steps->len - 1];
  last->fail = change->fail;
  if (steps->len == 1)
    last->description = change->description;
}

static gboolean
apply_change (Planner *planner, Simulation *simulation, const Operation *change,
              GPtrArray *steps)
{
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < steps->len; i++)
    {
      if (simulation_apply (simulation, steps->pdata[i], planner->plan->arena, &error))
        continue;
      report (planner, change, error);
      return FALSE;
    }
  return TRUE;
}

/* Returns: FALSE when the change cannot be done after the ones before it */
static gboolean
draft_change (Planner *planner, Simulation *simulation, const Operation *change,
              GArray *drafts)
{
  g_autoptr (GPtrArray) steps = g_ptr_array_new ();
  Expansion expansion
      = expansion_of (planner, change, simulation_database (simulation, change), steps);

  if (is_tainted (planner, change))
    return FALSE;
  expand_change (&expansion);
  if (expansion.failed || !apply_change (planner, simulation, change, steps))
    return FALSE;
  carry_over (change, steps);
  for (guint i = 0; i < steps->len; i++)
    g_array_append_vals (drafts,
                         &(Draft){ .operation = steps->pdata[i], .change = change }, 1);
  return TRUE;
}

#define HELP_PHASE_ORDER                                                                \
  "one after the other the changes work, but in one migration all expanding steps run " \
  "first, then all migrating ones, then all contracting ones; split them into two "     \
  "migrations"

static void
report_order (Planner *planner, const Draft *draft, const GError *error)
{
  diagnostic_list_add (planner->diagnostics, SEVERITY_ERROR, "plan",
                       draft->operation->location, HELP_PHASE_ORDER,
                       "%s: in the order of the phases its %s step does not work: %s",
                       operation_kind_to_string (draft->change->kind),
                       migration_phase_to_word (draft->operation->phase), error->message);
}

/* Adds the drafts of one phase to the plan, in their order. */
static gboolean
add_phase (Planner *planner, Simulation *simulation, const GArray *drafts,
           MigrationPhase phase)
{
  for (guint i = 0; i < drafts->len; i++)
    {
      g_autoptr (GError) error = NULL;
      const Draft *draft = &g_array_index (drafts, Draft, i);
      const Operation *operation = draft->operation;
      if (operation->phase != phase)
        continue;
      add_to_plan (planner, draft, simulation_database (simulation, operation));
      if (!simulation_apply (simulation, operation, planner->plan->arena, &error))
        {
          report_order (planner, draft, error);
          return FALSE;
        }
      simulation_note_names (simulation, planner->seen);
    }
  return TRUE;
}

/* The order of the phases must not only work, it must lead to the same tables. */
static void
check_result (Planner *planner, const Simulation *actual, const Simulation *expected)
{
  g_autofree char *difference = simulation_difference (actual, expected);
  const GPtrArray *changes = planner->migration->changes;

  if (difference == NULL)
    return;
  const Operation *last = changes->pdata[changes->len - 1];
  diagnostic_list_add (
      planner->diagnostics, SEVERITY_ERROR, "plan", last->location, HELP_PHASE_ORDER,
      "the changes do not lead to what they say in the order of the phases: "
      "%s",
      difference);
}

static void
order_drafts (Planner *planner, const GArray *drafts, const Simulation *expected)
{
  g_autoptr (Simulation) simulation = simulation_new (planner->migration);

  simulation_note_names (simulation, planner->seen);
  for (guint i = 0; i < G_N_ELEMENTS (PHASE_ORDER); i++)
    if (!add_phase (planner, simulation, drafts, PHASE_ORDER[i]))
      return;
  check_result (planner, simulation, expected);
}

static void
plan_changes (Planner *planner)
{
  const GPtrArray *changes = planner->migration->changes;
  g_autoptr (Simulation) simulation = simulation_new (planner->migration);
  g_autoptr (GArray) drafts = g_array_new (FALSE, FALSE, sizeof (Draft));
  gboolean fine = TRUE;

  simulation_note_names (simulation, planner->seen);
  for (guint i = 0; i < changes->len; i++)
    {
      if (draft_change (planner, simulation, changes->pdata[i], drafts))
        continue;
      taint (planner, changes->pdata[i]);
      fine = FALSE;
    }
  if (fine && changes->len > 0)
    order_drafts (planner, drafts, simulation);
}

/* Entry -------------------------------------------------------------------------- */

static void
check_declared_names (const Migration *migration, DiagnosticList *diagnostics)
{
  for (guint i = 0; i < migration->tables->tables->len; i++)
    identifier_check_table (migration->tables->tables->pdata[i], diagnostics);
}

static gboolean
contains_sql (const GPtrArray *operations)
{
  for (guint i = 0; i < operations->len; i++)
    if (((const Operation *) operations->pdata[i])->kind == OPERATION_SQL)
      return TRUE;
  return FALSE;
}

MigrationPlan *
planner_plan (const Migration *migration, DiagnosticList *diagnostics)
{
  guint n_errors = diagnostic_list_count (diagnostics, SEVERITY_ERROR);
  g_autoptr (MigrationPlan) plan = migration_plan_new (migration->id, NULL);
  g_autoptr (NamesSeen) seen = names_seen_new ();
  g_autoptr (GHashTable) tainted = g_hash_table_new (g_str_hash, g_str_equal);
  Planner planner = {
    .migration = migration,
    .plan = plan,
    .diagnostics = diagnostics,
    .seen = seen,
    .tainted = tainted,
  };

  plan->title = title_of_migration (migration, plan->arena);
  plan->from_changes = !migration->has_steps;
  check_declared_names (migration, diagnostics);
  if (migration->has_steps)
    plan_steps (&planner);
  else
    plan_changes (&planner);
  gboolean planned = diagnostic_list_count (diagnostics, SEVERITY_ERROR) == n_errors;
  /* A plan that failed does not know all names, and raw SQL may make any. */
  if (planned && !contains_sql (migration->changes) && !contains_sql (migration->steps))
    clients_check_names (migration, seen, diagnostics);
  if (diagnostic_list_count (diagnostics, SEVERITY_ERROR) > n_errors)
    return NULL;
  return g_steal_pointer (&plan);
}
