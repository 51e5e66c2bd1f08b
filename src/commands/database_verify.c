/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables that the recorded migrations leave, against the live ones.
 */
#include "config.h"

#include "commands/database_verify.h"

#include "commands/recorded_plan.h"
#include "engine/sql/action_plan.h"
#include "runner/journal.h"

/* What is expected of a table, by the last migration that speaks of it. */
typedef struct
{
  GPtrArray *plans;   /* RecordedPlan *, owned: the tables borrow from them */
  GPtrArray *actions; /* ActionPlan *, owned */
  Database *tables;
  gboolean exact;
} Expectation;

static void
expectation_clear (Expectation *expected)
{
  database_free (expected->tables);
  g_ptr_array_unref (expected->actions);
  g_ptr_array_unref (expected->plans);
}

/* How many steps are done for certain; the step that is under way is left out. */
static gboolean
count_steps (Journal *journal, const ActionPlan *plan, const JournalRun *run, guint *n,
             GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  guint n_open = G_MAXUINT;

  *n = plan->steps->len;
  if (run->state == RUN_COMPLETE)
    return TRUE;
  if (!journal_records (journal, run->number, arena, records, error))
    return FALSE;
  for (guint i = 0; i < records->len; i++)
    {
      const JournalRecord *record = records->pdata[i];
      if (record->state != RECORD_DONE)
        n_open = MIN (n_open, record->step);
    }
  *n = MIN (*n, n_open - 1);
  return TRUE;
}

static void
expect_tables (Expectation *expected, const Database *start, const Database *shape)
{
  for (guint i = 0; i < start->tables->len; i++)
    database_remove (expected->tables, ((const Table *) start->tables->pdata[i])->name);
  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *table = shape->tables->pdata[i];
      database_remove (expected->tables, table->name);
      database_add (expected->tables, table_copy (table));
    }
}

static gboolean
expect_run (Expectation *expected, SqlConnection *connection, Journal *journal,
            const JournalRun *run, GError **error)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  RecordedPlan *recorded = recorded_plan_new (run, error);
  guint n;

  if (recorded == NULL)
    return FALSE;
  g_ptr_array_add (expected->plans, recorded);
  ActionPlan *plan = action_plan_new (connection->engine, recorded->migration,
                                      recorded->plan, diagnostics);
  if (plan == NULL)
    return TRUE; /* nothing of it can have happened here */
  g_ptr_array_add (expected->actions, plan);
  if (!count_steps (journal, plan, run, &n, error))
    return FALSE;
  expected->exact = expected->exact && run->state == RUN_COMPLETE;
  expect_tables (expected, plan->start, action_plan_shape (plan, n));
  return TRUE;
}

static gboolean
expect_all (Expectation *expected, SqlConnection *connection, Journal *journal,
            Arena *arena, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  if (!journal_runs (journal, TRUE, arena, runs, error))
    return FALSE;
  for (guint i = 0; i < runs->len; i++)
    {
      const JournalRun *run = runs->pdata[i];
      if (run->state != RUN_ROLLED_BACK
          && !expect_run (expected, connection, journal, run, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
database_verify (SqlConnection *connection, GPtrArray *differences, GError **error)
{
  g_autoptr (Journal) journal = journal_open (connection, 0);
  g_autoptr (Arena) arena = arena_new ();
  Expectation expected = {
    .plans = g_ptr_array_new_with_free_func ((GDestroyNotify) recorded_plan_free),
    .actions = g_ptr_array_new_with_free_func ((GDestroyNotify) action_plan_free),
    .tables = database_new (),
    .exact = TRUE,
  };
  gboolean fine = expect_all (&expected, connection, journal, arena, error)
                  && connection->engine->compare (connection, expected.tables,
                                                  expected.exact, differences, error);

  expectation_clear (&expected);
  return fine;
}
