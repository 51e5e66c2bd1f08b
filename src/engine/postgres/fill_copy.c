/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies of rows into the half of a split.
 */
#include "config.h"

#include "engine/postgres/create.h"
#include "engine/postgres/fill.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/words.h"
#include "model/shape.h"

static const char *
overwrite_list (PgFill *fill, const char *const *columns)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    {
      const char *column = postgres_identifier (fill->arena, columns[i]);
      g_string_append_printf (text, "%s%s = excluded.%s", i > 0 ? ", " : "", column,
                              column);
    }
  return arena_strdup (fill->arena, text->str);
}

static const char *
same_columns (PgFill *fill, const char *const *columns, const char *row)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    {
      const Column *column = table_find_column (fill->table, columns[i]);
      const char *name = postgres_identifier (fill->arena, columns[i]);
      g_string_append_printf (
          text, "%s%s", i > 0 ? " AND " : "",
          postgres_equal (&column->type, arena_printf (fill->arena, "zdm_half.%s", name),
                          arena_printf (fill->arena, "%s.%s", row, name), FALSE,
                          fill->arena));
    }
  return arena_strdup (fill->arena, text->str);
}

/* The rows of the new table that may go with those of the old one in @range.  Without a
 * bound the server would rather read all of them, again for each chunk. */
static const char *
halves (PgFill *fill, const TableSync *sync, const char *range)
{
  const char *table = postgres_table (fill->arena, sync->new_table);

  for (guint i = 0; i < fill->live->n_key; i++)
    {
      const char *name = fill->live->key_names[i];
      const Column *column = table_find_column (fill->table, name);
      /* Words may be in another order there, which a collation makes. */
      if (!name_list_contains (sync->key, name) || column == NULL
          || column_type_is_text (column->type.base))
        return table;
    }
  return arena_printf (fill->arena, "(SELECT * FROM %s WHERE %s)", table, range);
}

/* Whether the new table does not have the row @row, one of @range, as it is.  A row is
 * made there only when there is something to keep. */
static const char *
is_to_copy (PgFill *fill, const TableSync *sync, const char *row, const char *range)
{
  Arena *arena = fill->arena;
  const char *exists = arena_printf (
      arena, "EXISTS (SELECT 1 FROM %s AS zdm_half WHERE %s", halves (fill, sync, range),
      pg_fill_pairs (fill, "zdm_half", sync->key, "=", row, sync->key, " AND "));
  const char *const *moved = step_sql_columns (
      &postgres_words, arena_printf (arena, "%s.", row), sync->columns, arena);

  return arena_printf (arena, "NOT %s AND %s) AND (NOT (%s) OR %s))", exists,
                       same_columns (fill, sync->columns, row),
                       step_sql_all_null (moved, arena), exists);
}

/* Nobody may change the rows of the old table while they are copied: what is written
 * afterwards is written by the triggers, in both tables. */
static gboolean
copy_range (PgFill *fill, const TableSync *sync, const char *range, GError **error)
{
  Arena *arena = fill->arena;
  const char *columns
      = arena_printf (arena, "%s, %s", postgres_names (arena, "", sync->key),
                      postgres_names (arena, "", sync->columns));

  return pg_fill_wait (fill, range, error)
         && postgres_exec (fill->connection, "SET LOCAL " POSTGRES_COPIES " = 'on'", NULL,
                           error)
         && postgres_exec (
             fill->connection,
             arena_printf (
                 arena,
                 "WITH zdm_row AS MATERIALIZED (SELECT %s FROM %s WHERE %s) "
                 "INSERT INTO %s (%s) SELECT %s FROM zdm_row WHERE %s ON CONFLICT "
                 "(%s) DO UPDATE SET %s",
                 columns, fill->quoted, range, postgres_table (arena, sync->new_table),
                 columns, columns, is_to_copy (fill, sync, "zdm_row", range),
                 postgres_names (arena, "", sync->key),
                 overwrite_list (fill, sync->columns)),
             &fill->progress->n_rows, error);
}

/* Nobody else can write these rows before this chunk is committed. */
static gboolean
expect_copied (PgFill *fill, const TableSync *sync, const char *range, GError **error)
{
  const char *left = arena_printf (fill->arena, "%s AND %s", range,
                                   is_to_copy (fill, sync, fill->quoted, range));
  const char *row;

  for (guint i = 0; i < WALK_TRIES; i++)
    {
      if (!pg_first_row (fill->connection, fill->live, left, &row, fill->arena, error))
        return FALSE;
      if (row == NULL)
        return TRUE;
      if (!copy_range (fill, sync, range, error))
        return FALSE;
    }
  return walk_refuse_undone (row, sync->new_table, sync->columns[0], error);
}

static gboolean
fill_range (PgFill *fill, const Walk *walk, const TableSync *sync, const char *range,
            GError **error)
{
  return copy_range (fill, sync, range, error)
         && (walk->pass < WALK_WATCHED_PASS || expect_copied (fill, sync, range, error));
}

gboolean
pg_fill_copy (PgFill *fill, GError **error)
{
  const TableSync *sync
      = database_sync_to (fill->detail->shape, fill->operation->rename_table.to);
  const char *range;
  Walk walk;

  if (!pg_walk_init (&walk, fill->progress->position, error))
    return FALSE;
  gboolean fine = pg_fill_next_range (fill, &walk, &range, error)
                  && (range == NULL || fill_range (fill, &walk, sync, range, error));
  /* As with mirrors: what moved behind the walk is found by another pass. */
  if (fine && range != NULL)
    walk.written = walk.written || fill->progress->n_rows > 0;
  else if (fine && (walk.written || walk.pass == 1))
    {
      fill->progress->done = FALSE;
      walk_again (&walk);
    }
  pg_fill_keep_place (fill, &walk);
  return fine;
}
