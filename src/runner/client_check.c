/* SPDX-License-Identifier: Apache-2.0
 *
 * What a client reads; its writes are in client_write.c.
 */
#include "config.h"

#include "runner/client_check.h"

#include "engine/memory/memory.h"
#include "model/bind.h"
#include "runner/client_write.h"

/* What the application takes for granted: the start's word, or the end's for what is new.
 */
gboolean
client_expects_not_null (const CheckPoint *point, const char *table, const char *column)
{
  const Table *start = database_find (point->start, table);
  const Table *final = database_find (point->final, table);
  const Column *found = start != NULL ? table_find_column (start, column) : NULL;

  if (found == NULL && final != NULL)
    found = table_find_column (final, column);
  return found != NULL && !found->nullable;
}

static const char *
check_type (const CheckPoint *point, const Table *table, guint index,
            const ClientColumn *wanted)
{
  g_autoptr (Arena) scratch = arena_new ();
  const Column *column = table_column (table, index);

  if (!wanted->has_type || type_spec_equal (&wanted->type, &column->type))
    return NULL;
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      g_autoptr (GError) error = NULL;
      Value cell = table_cell (table, row, index), seen;
      arena_reset (scratch);
      if (!type_cast (&column->type, &wanted->type, &cell, scratch, &seen, &error))
        return arena_printf (point->arena,
                             "takes '%s' for %s, which it is not in row %" G_GSIZE_FORMAT
                             ": %s",
                             wanted->name, type_spec_to_string (&wanted->type, scratch),
                             row + 1, error->message);
    }
  if (!type_cast_exists (column->type.base, wanted->type.base)
      || !type_cast_exists (wanted->type.base, column->type.base))
    return arena_printf (point->arena, "takes '%s' for %s, but it is %s", wanted->name,
                         type_spec_to_string (&wanted->type, scratch),
                         type_spec_to_string (&column->type, scratch));
  return NULL;
}

static const char *
check_nulls (const CheckPoint *point, const Table *table, guint index)
{
  const char *column = table_column (table, index)->name;

  if (!vector_has_null (table_vector (table, index))
      || !client_expects_not_null (point, table->name, column))
    return NULL;
  return arena_printf (point->arena, "reads null in '%s', which it takes for NOT NULL",
                       column);
}

/* Whether running the step now would change the column: then it is not filled yet. */
static gboolean
step_fills (const CheckPoint *point, const MigrationStep *step, const char *table_name,
            guint index)
{
  g_autoptr (EngineSession) fork = memory_fork (point->session);
  const Table *before = database_find (memory_database (point->session), table_name);

  if (!engine_apply (fork, step, NULL))
    return FALSE;
  const Table *after = database_find (memory_database (fork), table_name);
  return after != NULL && index < table_n_columns (after)
         && !vector_equal (table_vector (before, index), table_vector (after, index));
}

static gboolean
step_targets (const MigrationStep *step, const Table *table, const char *column)
{
  const Operation *operation = step->operation;

  if (operation->kind == OPERATION_COPY_ROWS)
    return g_str_equal (operation->rename_table.to, table->name);
  return operation->kind == OPERATION_BACKFILL
         && (g_str_equal (operation->table, table->name)
             || g_strcmp0 (operation->table, table->alias) == 0)
         && name_list_contains (operation->backfill.columns, column);
}

/* Whether the client worked with the column before the migration began. */
static gboolean
knows_from_start (const CheckPoint *point, const Client *client, const Table *table,
                  const char *column)
{
  const Table *start = database_find (point->start, table->name);

  return start != NULL && client_is_active (client, point->plan, 0)
         && table_find_column (start, column) != NULL;
}

static const char *
check_filled (const CheckPoint *point, const Client *client, const Table *table,
              guint index)
{
  const char *column = table_column (table, index)->name;

  if (knows_from_start (point, client, table, column))
    return NULL;
  for (guint i = point->boundary; i < migration_plan_n_steps (point->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (point->plan, i);
      if (step_targets (step, table, column)
          && step_fills (point, step, table->name, index))
        return arena_printf (point->arena, "reads '%s' before step %u fills it", column,
                             step->index);
    }
  return NULL;
}

static const char *
check_read (const CheckPoint *point, const Client *client, const Table *table,
            const ClientColumn *wanted)
{
  guint index;

  if (!table_column_index (table, wanted->name, &index))
    return arena_printf (point->arena, "reads '%s', which is not in '%s'", wanted->name,
                         table->name);
  const char *reason = check_filled (point, client, table, index);
  if (reason == NULL)
    reason = check_nulls (point, table, index);
  return reason != NULL ? reason : check_type (point, table, index, wanted);
}

const char *
client_check (const CheckPoint *point, const Client *client)
{
  const Table *table = database_find (memory_database (point->session), client->table);

  if (table == NULL)
    return arena_printf (point->arena, "there is no table '%s'", client->table);
  for (const ClientColumn *column = client->reads; column != NULL && column->name != NULL;
       column++)
    {
      const char *reason = check_read (point, client, table, column);
      if (reason != NULL)
        return reason;
    }
  return client_check_writes (point, client);
}
