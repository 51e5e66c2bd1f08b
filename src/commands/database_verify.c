/* SPDX-License-Identifier: Apache-2.0
 *
 * The tables that the recorded migrations leave, against the live ones.
 */
#include "config.h"

#include "commands/database_verify.h"

#include "commands/recorded_plan.h"
#include "engine/sql/action_plan.h"
#include "runner/journal.h"

/* A table as the last migration leaves it that speaks of it. */
typedef struct
{
  const Table *table;      /* borrowed from its plan */
  const char *place;       /* see SqlEngine.place */
  const char *definitions; /* for which its name is to be looked up; or NULL: always */
} ExpectedTable;

typedef struct
{
  SqlConnection *connection;
  Journal *journal;
  Arena *arena;
  GPtrArray *plans;   /* RecordedPlan *, owned: the tables borrow from them */
  GPtrArray *actions; /* ActionPlan *, owned */
  GPtrArray *tables;  /* ExpectedTable *, in the arena */
  gboolean exact;
} Expectation;

static void
expectation_clear (Expectation *expected)
{
  g_ptr_array_unref (expected->tables);
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

/* Where the table is; what was expected there is no longer. */
static gboolean
take_place (Expectation *expected, const Table *table, const char **place, GError **error)
{
  const SqlEngine *engine = expected->connection->engine;

  *place = table->name;
  if (engine->place != NULL
      && !engine->place (expected->connection, table->name, place, expected->arena,
                         error))
    return FALSE;
  for (guint i = expected->tables->len; i-- > 0;)
    {
      const ExpectedTable *former = expected->tables->pdata[i];
      if (g_str_equal (former->place, *place))
        g_ptr_array_remove_index (expected->tables, i);
    }
  return TRUE;
}

static gboolean
expect_tables (Expectation *expected, const Database *start, const Database *shape,
               const char *definitions, GError **error)
{
  const char *place;

  for (guint i = 0; i < start->tables->len; i++)
    if (!take_place (expected, start->tables->pdata[i], &place, error))
      return FALSE;
  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *table = shape->tables->pdata[i];
      if (!take_place (expected, table, &place, error))
        return FALSE;
      ExpectedTable *last = arena_new0 (expected->arena, ExpectedTable);
      *last
          = (ExpectedTable){ .table = table, .place = place, .definitions = definitions };
      g_ptr_array_add (expected->tables, last);
    }
  return TRUE;
}

static gboolean
expect_run (Expectation *expected, const JournalRun *run, GError **error)
{
  const SqlEngine *engine = expected->connection->engine;
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  RecordedPlan *recorded = recorded_plan_new (run, error);
  guint n;

  if (recorded == NULL)
    return FALSE;
  g_ptr_array_add (expected->plans, recorded);
  ActionPlan *plan
      = action_plan_new (engine, recorded->migration, recorded->plan, diagnostics);
  if (plan == NULL)
    return TRUE; /* nothing of it can have happened here */
  g_ptr_array_add (expected->actions, plan);
  if (!count_steps (expected->journal, plan, run, &n, error)
      || (engine->settle != NULL
          && !engine->settle (expected->connection, run->definitions, error)))
    return FALSE;
  expected->exact = expected->exact && run->state == RUN_COMPLETE;
  return expect_tables (expected, plan->start, action_plan_shape (plan, n),
                        engine->settle != NULL ? run->definitions : NULL, error);
}

static gboolean
expect_all (Expectation *expected, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  if (!journal_runs (expected->journal, TRUE, expected->arena, runs, error))
    return FALSE;
  for (guint i = 0; i < runs->len; i++)
    {
      const JournalRun *run = runs->pdata[i];
      if (run->state != RUN_ROLLED_BACK && !expect_run (expected, run, error))
        return FALSE;
    }
  return TRUE;
}

/* Takes those out whose names are looked up as the first one's is. */
static Database *
take_settled (Expectation *expected, const char *definitions)
{
  Database *tables = database_new ();

  for (guint i = 0; i < expected->tables->len;)
    {
      const ExpectedTable *next = expected->tables->pdata[i];
      if (g_strcmp0 (next->definitions, definitions) != 0)
        {
          i++;
          continue;
        }
      database_add (tables, table_copy (next->table));
      g_ptr_array_remove_index (expected->tables, i);
    }
  return tables;
}

static gboolean
compare (Expectation *expected, GPtrArray *differences, GError **error)
{
  const SqlEngine *engine = expected->connection->engine;

  while (expected->tables->len > 0)
    {
      const ExpectedTable *first = expected->tables->pdata[0];
      const char *definitions = first->definitions;
      g_autoptr (Database) tables = take_settled (expected, definitions);
      if ((definitions != NULL
           && !engine->settle (expected->connection, definitions, error))
          || !engine->compare (expected->connection, tables, expected->exact, differences,
                               error))
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
    .connection = connection,
    .journal = journal,
    .arena = arena,
    .plans = g_ptr_array_new_with_free_func ((GDestroyNotify) recorded_plan_free),
    .actions = g_ptr_array_new_with_free_func ((GDestroyNotify) action_plan_free),
    .tables = g_ptr_array_new (),
    .exact = TRUE,
  };
  gboolean fine
      = expect_all (&expected, error) && compare (&expected, differences, error);

  expectation_clear (&expected);
  return fine;
}
