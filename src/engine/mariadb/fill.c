/* SPDX-License-Identifier: Apache-2.0
 *
 * One chunk of a fill.
 */
#include "config.h"

#include "engine/mariadb/fill.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/walk.h"
#include "engine/mariadb/words.h"
#include "model/bind.h"
#include "model/error.h"

/* A statement of that many rows stays far below max_allowed_packet. */
#define ROWS_PER_INSERT 100

/* Inserting --------------------------------------------------------------------- */

static gboolean
insert_some (SqlConnection *connection, const Table *table, gsize first, gsize end,
             GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GString) sql = g_string_new (NULL);
  guint n = table_n_columns (table);

  g_string_append_printf (sql, "INSERT INTO %s (", maria_name (arena, table->name));
  for (guint i = 0; i < n; i++)
    g_string_append_printf (sql, "%s%s", i > 0 ? ", " : "",
                            maria_name (arena, table_column (table, i)->name));
  g_string_append (sql, ") VALUES ");
  for (gsize row = first; row < end; row++)
    {
      g_string_append (sql, row > first ? ", (" : "(");
      for (guint i = 0; i < n; i++)
        {
          const Value value = table_cell (table, row, i);
          g_string_append_printf (
              sql, "%s%s", i > 0 ? ", " : "",
              maria_literal (arena, &table_column (table, i)->type, &value));
        }
      g_string_append_c (sql, ')');
    }
  return first == end || mariadb_exec (connection, sql->str, NULL, error);
}

gboolean
maria_fill_table (SqlConnection *connection, const Table *table, GError **error)
{
  gsize n = table_n_rows (table);

  for (gsize at = 0; at < n; at += ROWS_PER_INSERT)
    if (!insert_some (connection, table, at, MIN (at + ROWS_PER_INSERT, n), error))
      return FALSE;
  return TRUE;
}

static gboolean
fill_insert (SqlConnection *connection, const MariaDetail *detail, guint n_rows,
             FillProgress *progress, GError **error)
{
  const Table *rows = detail->operation->create_table.table;
  gsize n = table_n_rows (rows);
  guint64 first;

  if (!walk_read_number (progress->position, n, &first, error))
    return FALSE;
  gsize end = MIN ((gsize) first + MIN (n_rows, ROWS_PER_INSERT), n);
  if (!insert_some (connection, rows, (gsize) first, end, error))
    return FALSE;
  g_free (progress->position);
  progress->position = g_strdup_printf ("%" G_GSIZE_FORMAT, end);
  progress->n_rows = end - first;
  progress->done = end == n;
  return TRUE;
}

/* Updating ---------------------------------------------------------------------- */

typedef struct
{
  const char *column;
  const char *value;
  const char *condition; /* of the rows that are not as they shall be */
} Assignment;

static const char *
differs (const Table *table, const char *column, const char *value, Arena *arena)
{
  return maria_same (arena, &table_find_column (table, column)->type,
                     maria_name (arena, column), value, TRUE);
}

static void
assign_copy (const Table *table, const char *to, const char *from, Arena *arena,
             Assignment *assignment)
{
  assignment->column = to;
  assignment->value = maria_name (arena, from);
  assignment->condition = differs (table, to, assignment->value, arena);
}

static gboolean
assign_default (const Column *column, Arena *arena, Assignment *assignment,
                GError **error)
{
  assignment->column = column->name;
  assignment->condition
      = arena_printf (arena, "%s IS NULL", maria_name (arena, column->name));
  return maria_default_text (column, arena, &assignment->value, error);
}

static gboolean
assign (const MariaDetail *detail, const Table *table, Arena *arena,
        Assignment *assignment, GError **error)
{
  BoundBackfill bound;

  if (detail->fill == MARIA_FILL_REFILL)
    {
      assign_copy (table, detail->sync->old_columns[0], detail->sync->new_columns[0],
                   arena, assignment);
      return TRUE;
    }
  if (!bind_backfill (table, &detail->operation->backfill, arena, &bound, error))
    return FALSE;
  const Column *target = table_column (table, bound.targets[0]);
  if (detail->fill == MARIA_FILL_DEFAULT)
    return assign_default (target, arena, assignment, error);
  assign_copy (table, target->name, table_column (table, bound.inputs[0])->name, arena,
               assignment);
  if (detail->fill == MARIA_FILL_SYNC)
    assignment->condition
        = arena_printf (arena, "NOT %s", maria_in_step (table, bound.sync, "", arena));
  return TRUE;
}

/* A row that is filled was not touched by anybody. */
static const char *
set_list (const MariaTable *live, const Assignment *assignment, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_append_printf (text, "%s = %s", maria_name (arena, assignment->column),
                          assignment->value);
  for (guint i = 0; i < live->n_columns; i++)
    if (live->columns[i].on_update)
      {
        const char *name = maria_name (arena, live->columns[i].name);
        g_string_append_printf (text, ", %s = %s", name, name);
      }
  return arena_strdup (arena, text->str);
}

static gboolean
update_range (SqlConnection *connection, const MariaTable *live,
              const Assignment *assignment, Walk *walk, guint n_rows,
              FillProgress *progress, Arena *arena, GError **error)
{
  const char *range;

  if (!maria_walk_next (walk, connection, live, n_rows, &range, arena, error))
    return FALSE;
  progress->done = range == NULL;
  if (range == NULL)
    return TRUE;
  if (!mariadb_exec (connection,
                     arena_printf (arena, "UPDATE %s SET %s WHERE %s AND %s",
                                   live->quoted, set_list (live, assignment, arena),
                                   range, assignment->condition),
                     &progress->n_rows, error))
    return FALSE;
  walk->written = walk->written || progress->n_rows > 0;
  return TRUE;
}

static gboolean
fill_update (SqlConnection *connection, const MariaDetail *detail, guint n_rows,
             FillProgress *progress, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const Table *table = database_find (detail->shape, detail->table);
  const MariaTable *live;
  Assignment assignment;
  Walk walk;

  if (!maria_live_table (connection, table->name, arena, &live, error)
      || !assign (detail, table, arena, &assignment, error))
    return FALSE;
  if (assignment.value == NULL || g_str_equal (assignment.value, "NULL"))
    {
      progress->done = TRUE;
      return TRUE;
    }
  if (!maria_walk_init (&walk, progress->position, live, error))
    return FALSE;
  gboolean fine = update_range (connection, live, &assignment, &walk, n_rows, progress,
                                arena, error);
  g_free (progress->position);
  progress->position = walk_position (&walk);
  walk_clear (&walk);
  return fine;
}

gboolean
maria_fill (SqlConnection *connection, const Action *action, guint n_rows,
            FillProgress *progress, GError **error)
{
  const MariaDetail *detail = action->detail;

  progress->n_rows = 0;
  return (detail->fill == MARIA_FILL_INSERT ? fill_insert : fill_update) (
      connection, detail, MAX (n_rows, 1), progress, error);
}

gboolean
maria_fill_check (SqlConnection *connection, const Action *action, const char *position,
                  GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaDetail *detail = action->detail;
  const MariaTable *live;
  Walk walk;
  guint64 first;

  if (detail->fill == MARIA_FILL_INSERT)
    return walk_read_number (
        position, table_n_rows (detail->operation->create_table.table), &first, error);
  if (!maria_read_table (connection, detail->table, arena, &live, error))
    return FALSE;
  if (live == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT, "table '%s' is gone",
                   detail->table);
      return FALSE;
    }
  if (!maria_walk_init (&walk, position, live, error))
    return FALSE;
  walk_clear (&walk);
  return TRUE;
}
