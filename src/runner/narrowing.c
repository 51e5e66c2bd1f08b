/* SPDX-License-Identifier: Apache-2.0
 *
 * It is a note, not a failure: the rows may be old ones that no client would write today.
 */
#include "config.h"

#include "runner/narrowing.h"

#include "engine/memory/verify.h"
#include "model/bind.h"

static gboolean
is_written (const Client *client, const char *column)
{
  const ClientColumn *const lists[] = { client->inserts, client->updates };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (const ClientColumn *entry = lists[i]; entry != NULL && entry->name != NULL;
         entry++)
      if (g_str_equal (entry->name, column))
        return TRUE;
  return FALSE;
}

static gboolean
checks_accept (const Table *table, const Column *column, const Value *value, Arena *arena)
{
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      BoundCheck check;
      if (constraint->kind == CONSTRAINT_CHECK
          && g_strcmp0 (constraint->check.column, column->name) == 0
          && bind_check (table, constraint, arena, &check, NULL)
          && !bound_check_accepts (&check, value))
        return FALSE;
    }
  return TRUE;
}

static gboolean
accepts (const Table *table, const Column *column, const Value *value, Arena *arena)
{
  if (value_is_null (value))
    return column->nullable;
  return type_check (&column->type, value, NULL)
         && checks_accept (table, column, value, arena);
}

/* The first row of the start whose value the column refuses at the end. */
static gboolean
find_refused (const Table *start, guint index, const Table *final, const Column *column,
              gsize *row)
{
  g_autoptr (Arena) arena = arena_new ();

  for (*row = 0; *row < table_n_rows (start); (*row)++)
    {
      Value cell = table_cell (start, *row, index);
      if (!accepts (final, column, &cell, arena))
        return TRUE;
      arena_reset (arena);
    }
  return FALSE;
}

const char *
narrowing_note (const CheckPoint *point, const Client *client)
{
  const Table *start = database_find (point->start, client->table);
  const Table *final = database_find (point->final, client->table);
  gsize row;

  if (client->has_after || start == NULL || final == NULL
      || !client_is_active (client, point->plan, point->boundary))
    return NULL;
  for (guint i = 0; i < table_n_columns (start); i++)
    {
      const Column *then = table_column (start, i);
      const Column *now = table_find_column (final, then->name);
      if (now == NULL || now->type.base != then->type.base
          || !is_written (client, then->name)
          || !find_refused (start, i, final, now, &row))
        continue;
      return arena_printf (
          point->arena,
          "'%s' must not write into '%s' what %s has there: it is refused at "
          "the end",
          client->name, then->name, row_to_string (start, row, point->arena));
    }
  return NULL;
}
