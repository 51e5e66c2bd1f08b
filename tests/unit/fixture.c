/* SPDX-License-Identifier: Apache-2.0
 *
 * Fixtures from YAML.
 */
#include "config.h"

#include "fixture.h"

#include <string.h>

#include "load/load.h"
#include "planner/planner.h"
#include "testing.h"

static Migration *
load (const char *yaml, DiagnosticList *diagnostics)
{
  g_autofree char *text = g_strconcat ("id: T-1\n", yaml, NULL);

  return load_bytes ("t.yaml", text, strlen (text), diagnostics);
}

static char *
findings_to_string (const DiagnosticList *diagnostics)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    if (diagnostic_list_get (diagnostics, i)->severity == SEVERITY_ERROR)
      g_string_append_printf (text, "%s\n",
                              diagnostic_list_get (diagnostics, i)->message);
  return g_strdup (text->str);
}

char *
fixture_findings (const char *yaml)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (Migration) migration = load (yaml, diagnostics);
  g_autoptr (MigrationPlan) plan
      = migration != NULL ? planner_plan (migration, diagnostics) : NULL;

  ck_assert_msg (plan == NULL, "it was expected not to plan");
  return findings_to_string (diagnostics);
}

char *
fixture_open_problem (const char *yaml)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (Migration) migration = load (yaml, diagnostics);
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_nonnull (migration);
  ck_assert_ptr_null (engine_open (&engine_memory, migration, &error));
  return g_strdup (error->message);
}

Fixture *
fixture_new (const char *yaml)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (GError) error = NULL;
  Fixture *fixture = g_new0 (Fixture, 1);

  fixture->migration = load (yaml, diagnostics);
  if (fixture->migration != NULL)
    fixture->plan = planner_plan (fixture->migration, diagnostics);
  if (fixture->plan == NULL)
    ck_abort_msg ("%s\n%s", findings_to_string (diagnostics), yaml);
  fixture->session = engine_open (&engine_memory, fixture->migration, &error);
  assert_no_error (error);
  fixture->start = engine_snapshot (fixture->session, &error);
  return fixture;
}

void
fixture_free (Fixture *fixture)
{
  if (fixture == NULL)
    return;
  database_free (fixture->start);
  engine_close (fixture->session);
  migration_plan_free (fixture->plan);
  migration_free (fixture->migration);
  g_free (fixture->problem);
  g_free (fixture);
}

static const char *
outcome (Fixture *fixture, gboolean done, GError *error)
{
  g_clear_pointer (&fixture->problem, g_free);
  if (done)
    {
      assert_no_error (error);
      return NULL;
    }
  ck_assert_msg (error != NULL, "failed without an error");
  fixture->problem = g_strdup (error->message);
  g_error_free (error);
  return fixture->problem;
}

static void
must (const char *problem, const char *what)
{
  if (problem != NULL)
    ck_abort_msg ("%s: %s", what, problem);
}

/* Steps ------------------------------------------------------------------------ */

const char *
fixture_try_step (Fixture *fixture)
{
  GError *error = NULL;

  ck_assert_uint_lt (fixture->n_done, migration_plan_n_steps (fixture->plan));
  gboolean done = engine_apply (
      fixture->session, migration_plan_step (fixture->plan, fixture->n_done), &error);
  fixture->n_done += done ? 1 : 0;
  return outcome (fixture, done, error);
}

const char *
fixture_try_undo (Fixture *fixture)
{
  GError *error = NULL;

  ck_assert_uint_gt (fixture->n_done, 0);
  gboolean done = engine_undo (
      fixture->session, migration_plan_step (fixture->plan, fixture->n_done - 1), &error);
  fixture->n_done -= done ? 1 : 0;
  return outcome (fixture, done, error);
}

void
fixture_apply (Fixture *fixture, guint n_steps)
{
  for (guint i = 0; i < n_steps; i++)
    must (fixture_try_step (fixture), "step");
}

void
fixture_apply_until (Fixture *fixture, MigrationPhase phase)
{
  while (fixture->n_done < migration_plan_n_steps (fixture->plan)
         && migration_plan_step (fixture->plan, fixture->n_done)->phase <= phase)
    fixture_apply (fixture, 1);
}

void
fixture_apply_all (Fixture *fixture)
{
  fixture_apply_until (fixture, MIGRATION_PHASE_COMPLETE);
}

void
fixture_undo (Fixture *fixture, guint n_steps)
{
  for (guint i = 0; i < n_steps; i++)
    must (fixture_try_undo (fixture), "undo");
}

void
fixture_undo_all (Fixture *fixture)
{
  fixture_undo (fixture, fixture->n_done);
}

/* Clients ---------------------------------------------------------------------- */

typedef struct
{
  Arena *arena;
  const char **columns;
  Value *values;
} Cells;

static Value
parse_cell (const Table *table, const char *column, const char *text, Arena *arena)
{
  GError *error = NULL;
  const Column *found = table_find_column (table, column);
  Value value = VALUE_NULL_INIT;
  TypeSpec type = { .base = COLUMN_TYPE_TEXT };

  if (g_str_equal (text, "~"))
    return value;
  if (found != NULL)
    type = found->type;
  type_parse (&type, text, strlen (text), arena, &value, &error);
  assert_no_error (error);
  return value_copy (arena, &value);
}

/* "id=1, name=alice" */
static Cells
parse_cells (const Table *table, const char *text)
{
  g_auto (GStrv) parts = g_strsplit (text, ", ", -1);
  guint n = g_strv_length (parts);
  Cells cells = { .arena = arena_new () };

  cells.columns = arena_new_array (cells.arena, const char *, n + 1);
  cells.values = arena_new_array (cells.arena, Value, n + 1);
  for (guint i = 0; i < n; i++)
    {
      char *equals = strchr (parts[i], '=');
      ck_assert_msg (equals != NULL, "'%s' is no cell", parts[i]);
      cells.columns[i]
          = arena_strndup (cells.arena, parts[i], (gsize) (equals - parts[i]));
      cells.values[i] = parse_cell (table, cells.columns[i], equals + 1, cells.arena);
    }
  return cells;
}

static gboolean
row_has (const Table *table, gsize row, const Cells *cells)
{
  for (guint i = 0; cells->columns[i] != NULL; i++)
    {
      guint index;
      ck_assert_msg (table_column_index (table, cells->columns[i], &index),
                     "no column '%s'", cells->columns[i]);
      Value cell = table_cell (table, row, index);
      if (!value_equal (&cell, &cells->values[i]))
        return FALSE;
    }
  return TRUE;
}

static gint64
find_row (const Table *table, const char *where)
{
  Cells cells = parse_cells (table, where);

  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      if (!row_has (table, row, &cells))
        continue;
      arena_free (cells.arena);
      return table_row_id (table, row);
    }
  ck_abort_msg ("no row of '%s' has %s", table->name, where);
  return 0;
}

const Table *
fixture_table (const Fixture *fixture, const char *table)
{
  const Table *found = database_find (memory_database (fixture->session), table);

  ck_assert_msg (found != NULL, "there is no table '%s'", table);
  return found;
}

const char *
fixture_try_insert (Fixture *fixture, const char *table, const char *row)
{
  GError *error = NULL;
  gint64 row_id;
  Cells cells = parse_cells (fixture_table (fixture, table), row);
  gboolean done = memory_insert (fixture->session, table, cells.columns, cells.values,
                                 &row_id, &error);

  arena_free (cells.arena);
  return outcome (fixture, done, error);
}

const char *
fixture_try_update (Fixture *fixture, const char *table, const char *where,
                    const char *set)
{
  GError *error = NULL;
  gint64 row_id = find_row (fixture_table (fixture, table), where);
  Cells cells = parse_cells (fixture_table (fixture, table), set);
  gboolean done = memory_update (fixture->session, table, row_id, cells.columns,
                                 cells.values, &error);

  arena_free (cells.arena);
  return outcome (fixture, done, error);
}

const char *
fixture_try_delete (Fixture *fixture, const char *table, const char *where)
{
  GError *error = NULL;
  gint64 row_id = find_row (fixture_table (fixture, table), where);

  gboolean done = memory_delete (fixture->session, table, row_id, &error);

  return outcome (fixture, done, error);
}

void
fixture_insert (Fixture *fixture, const char *table, const char *row)
{
  must (fixture_try_insert (fixture, table, row), "insert");
}

void
fixture_update (Fixture *fixture, const char *table, const char *where, const char *set)
{
  must (fixture_try_update (fixture, table, where, set), "update");
}

void
fixture_delete (Fixture *fixture, const char *table, const char *where)
{
  must (fixture_try_delete (fixture, table, where), "delete");
}

/* What is there ---------------------------------------------------------------- */

static void
print_cell (GString *text, const Table *table, gsize row, guint column, Arena *arena)
{
  Value cell = table_cell (table, row, column);

  g_string_append (text,
                   value_is_null (&cell)
                       ? "~"
                       : type_format (&table_column (table, column)->type, &cell, arena));
}

char *
rows_to_string (const Table *table)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (Arena) arena = arena_new ();

  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      g_string_append (text, row > 0 ? "; " : "");
      for (guint i = 0; i < table_n_columns (table); i++)
        {
          g_string_append (text, i > 0 ? " " : "");
          print_cell (text, table, row, i, arena);
        }
    }
  return g_strdup (text->str);
}

char *
columns_to_string (const Table *table)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table_n_columns (table); i++)
    g_string_append_printf (text, "%s%s%s", i > 0 ? " " : "",
                            table_column (table, i)->name,
                            table_column (table, i)->nullable ? "" : "*");
  return g_strdup (text->str);
}

void
fixture_assert_rows (const Fixture *fixture, const char *table, const char *rows)
{
  g_autofree char *actual = rows_to_string (fixture_table (fixture, table));

  ck_assert_str_eq (actual, rows);
}

void
fixture_assert_columns (const Fixture *fixture, const char *table, const char *columns)
{
  g_autofree char *actual = columns_to_string (fixture_table (fixture, table));

  ck_assert_str_eq (actual, columns);
}

void
fixture_assert_start (const Fixture *fixture)
{
  g_autofree char *difference
      = database_difference (memory_database (fixture->session), fixture->start);

  ck_assert_msg (difference == NULL, "not the start: %s", difference);
}

void
fixture_assert_in_step (const Fixture *fixture)
{
  const Database *database = memory_database (fixture->session);

  for (guint i = 0; i < database->tables->len; i++)
    {
      const Table *table = database->tables->pdata[i];
      for (guint j = 0; j < table->syncs->len; j++)
        {
          const Sync *sync = table->syncs->pdata[j];
          gsize first = 0;
          if (sync->mode != SYNC_ON_INSERT
              && memory_out_of_step (table, sync, &first) > 0)
            ck_abort_msg ("row %u of '%s' is out of step: %s", (guint) first + 1,
                          table->name, rows_to_string (table));
        }
    }
}

void
assert_has (const char *text, const char *part)
{
  ck_assert_msg (text != NULL && strstr (text, part) != NULL, "'%s' is not in: %s", part,
                 text != NULL ? text : "(nothing)");
}
