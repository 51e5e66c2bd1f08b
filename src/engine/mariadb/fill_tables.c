/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills from one table into another: lookups, and both halves of a split.
 *
 * A lookup waits for its rows first, then reads the other table as it is committed by
 * then, without a lock that would meet the application's own in the other order: who is
 * about to write there writes these rows when the chunk is committed.  The last pass
 * writes nothing.
 */
#include "config.h"

#include "engine/mariadb/fill.h"
#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/trigger.h"
#include "engine/mariadb/words.h"
#include "engine/sql/lookup_sql.h"
#include "model/error.h"

/* @left: gets the condition of rows that are not as they shall be, which are none now */
typedef gboolean (*RangeFunction) (MariaFill *fill, const char *range, gpointer data,
                                   const char **left, GError **error);

typedef struct
{
  RangeFunction function;
  gpointer data;
  const char *table, *column; /* that are written */
} Ranges;

/* Nobody else can write these rows before this chunk is committed. */
static gboolean
expect_filled (MariaFill *fill, const Ranges *ranges, const char *range, const char *left,
               GError **error)
{
  const char *row;

  for (guint i = 0; i < WALK_TRIES; i++)
    {
      if (!maria_first_row (fill->connection, fill->live, left, &row, fill->arena, error))
        return FALSE;
      if (row == NULL)
        return TRUE;
      if (!ranges->function (fill, range, ranges->data, &left, error))
        return FALSE;
    }
  return walk_refuse_undone (row, ranges->table, ranges->column, error);
}

static gboolean
fill_range (MariaFill *fill, const Walk *walk, const Ranges *ranges, const char *range,
            GError **error)
{
  const char *left;

  return ranges->function (fill, range, ranges->data, &left, error)
         && (walk->pass < WALK_WATCHED_PASS
             || expect_filled (fill, ranges, range, left, error));
}

/* The next range of a walk that goes on until nothing is written. */
static gboolean
fill_next (MariaFill *fill, const Ranges *ranges, GError **error)
{
  const char *range;
  Walk walk;

  if (!maria_walk_init (&walk, fill->progress->position, fill->live, error))
    return FALSE;
  gboolean fine = maria_fill_next_range (fill, &walk, &range, error)
                  && (range == NULL || fill_range (fill, &walk, ranges, range, error));
  walk.written = walk.written || fill->progress->n_rows > 0;
  maria_fill_keep_place (fill, &walk);
  return fine;
}

/* A statement that waits for a row goes on with what it has seen of the other table
 * before: what a trigger has just written into the row would be overwritten. */
static gboolean
wait_for_rows (MariaFill *fill, const char *rows, GError **error)
{
  const char *count;
  const char *sql
      = arena_printf (fill->arena, "SELECT COUNT(*) FROM %s WHERE %s FOR UPDATE",
                      fill->live->quoted, rows);

  return mariadb_text (fill->connection, sql, &count, fill->arena, error);
}

/* Lookups ----------------------------------------------------------------------- */

static gboolean
handle_missing (MariaFill *fill, const SqlLookup *sql, const char *rows, GError **error)
{
  const char *missing = arena_printf (fill->arena, "%s AND %s", rows, sql->nothing);

  if (sql->bound.lookup->missing == LOOKUP_MISSING_NULL)
    return TRUE;
  if (sql->bound.lookup->missing == LOOKUP_MISSING_DELETE)
    return maria_fill_delete_rows (fill, missing, error);
  return maria_fill_refuse (
      fill, missing, fill->operation->backfill.columns[0],
      arena_printf (fill->arena, "nothing in '%s' matches", sql->bound.from->name),
      error);
}

static gboolean
look_up_range (MariaFill *fill, const char *range, gpointer data, const char **left,
               GError **error)
{
  const SqlLookup *sql = data;
  const Backfill *backfill = &fill->operation->backfill;
  const char *where = maria_fill_where (fill, backfill->where, error);
  const MariaAssignment assignment = {
    .column = backfill->columns[0],
    .value = sql->result.value,
    .valid = sql->result.valid,
  };

  if (where == NULL)
    return FALSE;
  const char *rows = arena_printf (fill->arena, "%s AND %s", range, where);
  *left = arena_printf (fill->arena, "%s AND (%s)", rows,
                        maria_fill_changed (fill, &assignment, 1));
  return wait_for_rows (fill, rows, error) && handle_missing (fill, sql, rows, error)
         && maria_fill_assign (fill, rows, &assignment, 1, error);
}

gboolean
maria_fill_lookup (MariaFill *fill, GError **error)
{
  const Backfill *backfill = &fill->operation->backfill;
  SqlLookup sql = { .words = &mariadb_words };
  const Ranges ranges = { .function = look_up_range,
                          .data = &sql,
                          .table = fill->table->name,
                          .column = backfill->columns[0] };

  return sql_lookup_init (&sql, fill->detail->shape, fill->table->name,
                          backfill->columns[0], backfill->lookup, backfill->transform,
                          fill->arena, error)
         && fill_next (fill, &ranges, error);
}

/* Halves ------------------------------------------------------------------------ */

static const char *
pairs (const MariaFill *fill, const char *a, const char *const *names, const char *b)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      const char *name = mariadb_identifier (fill->arena, names[i]);
      g_string_append_printf (text, "%s%s.%s = %s.%s", i > 0 ? " AND " : "", a, name, b,
                              name);
    }
  return arena_strdup (fill->arena, text->str);
}

static const char *
overwrites (const MariaFill *fill, const char *const *columns)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    {
      const char *name = mariadb_identifier (fill->arena, columns[i]);
      g_string_append_printf (text, "%s%s = VALUES(%s)", i > 0 ? ", " : "", name, name);
    }
  return arena_strdup (fill->arena, text->str);
}

/* Whether the new table does not have the row @row as it is.  A row is made there only
 * when there is something to keep. */
static const char *
is_to_copy (const MariaFill *fill, const TableSync *sync, const char *row)
{
  Arena *arena = fill->arena;
  const char *const *moved = step_sql_columns (
      &mariadb_words, arena_printf (arena, "%s.", row), sync->columns, arena);
  const char *const *halves
      = step_sql_columns (&mariadb_words, "zdm_half.", sync->columns, arena);
  const char *exists
      = arena_printf (arena, "EXISTS (SELECT 1 FROM %s AS zdm_half WHERE %s",
                      mariadb_identifier (arena, sync->new_table),
                      pairs (fill, "zdm_half", sync->key, row));

  return arena_printf (
      arena, "NOT %s AND NOT %s) AND (NOT (%s) OR %s))", exists,
      step_sql_differ (&mariadb_words, fill->table, sync->columns, halves, moved, arena),
      step_sql_all_null (moved, arena), exists);
}

/* Nobody may change the rows of the old table while they are copied: what is written
 * afterwards is written by the triggers, in both tables.  All of them are waited for
 * before the first is copied: who waits for us in the new table may hold one. */
static gboolean
copy_range (MariaFill *fill, const char *range, gpointer data, const char **left,
            GError **error)
{
  const TableSync *sync = data;
  Arena *arena = fill->arena;
  const char *columns
      = arena_printf (arena, "%s, %s", mariadb_names (arena, "", sync->key),
                      mariadb_names (arena, "", sync->columns));

  *left = arena_printf (arena, "%s AND %s", range,
                        is_to_copy (fill, sync, fill->live->quoted));
  return wait_for_rows (fill, range, error)
         && mariadb_exec (
             fill->connection,
             arena_printf (
                 arena,
                 "INSERT INTO %s (%s) SELECT %s FROM (SELECT %s FROM %s WHERE %s) AS "
                 "zdm_row WHERE %s ON DUPLICATE KEY UPDATE %s",
                 mariadb_identifier (arena, sync->new_table), columns, columns, columns,
                 fill->live->quoted, range, is_to_copy (fill, sync, "zdm_row"),
                 overwrites (fill, sync->columns)),
             &fill->progress->n_rows, error);
}

gboolean
maria_fill_copy (MariaFill *fill, GError **error)
{
  const TableSync *sync = fill->detail->split;
  const Ranges ranges = { .function = copy_range,
                          .data = (gpointer) sync,
                          .table = sync->new_table,
                          .column = sync->columns[0] };

  return fill_next (fill, &ranges, error);
}

static gboolean
take_range (MariaFill *fill, const char *range, gpointer data, const char **left,
            GError **error)
{
  const TableSync *sync = data;
  const char *match = pairs (fill, "zdm_half", sync->key, fill->live->quoted);
  guint n = g_strv_length ((char **) sync->columns);
  MariaAssignment *list = arena_new_array (fill->arena, MariaAssignment, n + 1);

  for (guint i = 0; i < n; i++)
    list[i] = (MariaAssignment){
      .column = sync->columns[i],
      .value
      = arena_printf (fill->arena, "SELECT zdm_half.%s FROM %s AS zdm_half WHERE %s",
                      mariadb_identifier (fill->arena, sync->columns[i]),
                      mariadb_identifier (fill->arena, sync->new_table), match)
    };
  *left = arena_printf (fill->arena, "%s AND (%s)", range,
                        maria_fill_changed (fill, list, n));
  if (!wait_for_rows (fill, range, error)
      || !mariadb_exec (fill->connection, "SET " MARIA_FILLS_HALF " = 1", NULL, error))
    return FALSE;
  gboolean fine = maria_fill_assign (fill, range, list, n, error);
  return mariadb_exec (fill->connection, "SET " MARIA_FILLS_HALF " = NULL", NULL,
                       fine ? error : NULL)
         && fine;
}

gboolean
maria_fill_half (MariaFill *fill, GError **error)
{
  const TableSync *sync = fill->detail->split;
  const Ranges ranges = { .function = take_range,
                          .data = (gpointer) sync,
                          .table = fill->table->name,
                          .column = sync->columns[0] };

  return fill_next (fill, &ranges, error);
}
