/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills that add and take rows: rows given, deletions, repairs of keys.
 */
#include "config.h"

#include "engine/postgres/create.h"
#include "engine/postgres/fill.h"
#include "engine/postgres/image.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/words.h"
#include "model/error.h"

/* Statements of this length are read fast, and do not grow with the chunk. */
#define ROWS_PER_INSERT 500

/* Rows given -------------------------------------------------------------------- */

/* "INSERT INTO t (a, b) OVERRIDING SYSTEM VALUE " of the columns that are given.
 * @given: NULL: all */
static const char *
insert_head (PgFill *fill, const gboolean *given)
{
  g_autoptr (GString) columns = g_string_new (NULL);

  for (guint i = 0; i < table_n_columns (fill->table); i++)
    if (given == NULL || given[i])
      g_string_append_printf (
          columns, "%s%s", columns->len > 0 ? ", " : "",
          postgres_identifier (fill->arena, table_column (fill->table, i)->name));
  if (columns->len == 0)
    return NULL;
  return arena_printf (fill->arena, "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE ",
                       fill->quoted, columns->str);
}

static void
append_row (PgFill *fill, GString *sql, const Value *values, const gboolean *given)
{
  const char *separator = "(";

  for (guint i = 0; i < table_n_columns (fill->table); i++)
    {
      if (given != NULL && !given[i])
        continue;
      g_string_append_printf (
          sql, "%s%s", separator,
          pg_fill_literal (fill, table_column (fill->table, i), &values[i]));
      separator = ", ";
    }
  g_string_append_c (sql, ')');
}

/* Whoever is numbered next comes after the numbers that were given. */
static gboolean
go_on_numbering (PgFill *fill, GError **error)
{
  for (guint i = 0; i < fill->live->n_columns; i++)
    {
      const PgColumn *column = &fill->live->columns[i];
      const char *name = postgres_identifier (fill->arena, column->name);
      if (column->identity == '\0')
        continue;
      if (!postgres_exec (
              fill->connection,
              arena_printf (
                  fill->arena,
                  "SELECT pg_catalog.setval(s, m) FROM (SELECT "
                  "pg_catalog.pg_get_serial_sequence(%s, %s)::pg_catalog.regclass AS s, "
                  "max(%s)::bigint AS m FROM %s) AS n WHERE m > "
                  "coalesce(pg_catalog.pg_sequence_last_value(s), 0)",
                  postgres_quote (fill->arena, fill->quoted),
                  postgres_quote (fill->arena, column->name), name, fill->quoted),
              NULL, error))
        return FALSE;
    }
  return TRUE;
}

/* "a = 1 AND b = 'x'", of the row's primary key; NULL when it has none. */
static const char *
key_condition (PgFill *fill, const Value *values)
{
  const Constraint *key = table_primary_key (fill->table);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; key != NULL && key->columns[i] != NULL; i++)
    {
      guint index;
      if (!table_column_index (fill->table, key->columns[i], &index))
        return NULL;
      const Column *column = table_column (fill->table, index);
      g_string_append_printf (text, "%s%s = %s", i > 0 ? " AND " : "",
                              postgres_identifier (fill->arena, column->name),
                              pg_fill_literal (fill, column, &values[index]));
    }
  return text->len > 0 ? arena_strdup (fill->arena, text->str) : NULL;
}

static gboolean
key_is_there (PgFill *fill, const Value *values, gboolean *found, GError **error)
{
  const char *condition = key_condition (fill, values);

  *found = FALSE;
  return condition == NULL
         || postgres_finds (fill->connection,
                            arena_printf (fill->arena, "SELECT 1 FROM %s WHERE %s",
                                          fill->quoted, condition),
                            found, error);
}

static gboolean
insert_given (PgFill *fill, const NamedLiteral *row, GError **error)
{
  gboolean skip = fill->operation->rows.if_exists == ON_CONFLICT_SKIP;
  gboolean is_there = FALSE;
  BoundRow bound;

  if (!bind_row (fill->table, row, fill->arena, &bound, error)
      || (skip && !key_is_there (fill, bound.values, &is_there, error)))
    return FALSE;
  if (is_there)
    return TRUE;
  const char *head = insert_head (fill, bound.given);
  g_autoptr (GString) sql = g_string_new (head);
  if (head == NULL)
    g_string_append_printf (sql, "INSERT INTO %s DEFAULT VALUES", fill->quoted);
  else
    {
      g_string_append (sql, "VALUES ");
      append_row (fill, sql, bound.values, bound.given);
    }
  fill->progress->n_rows++;
  return fill->detail->images != NULL
             ? pg_image_keep_keys (fill, sql->str, error)
             : postgres_exec (fill->connection, sql->str, NULL, error);
}

static gboolean
insert_some (PgFill *fill, const Table *rows, guint64 first, guint64 end, GError **error)
{
  guint n = table_n_columns (rows);
  Value *values = arena_new_array (fill->arena, Value, n + 1);
  g_autoptr (GString) sql = g_string_new (insert_head (fill, NULL));

  g_string_append (sql, "VALUES ");
  for (guint64 row = first; row < end; row++)
    {
      for (guint i = 0; i < n; i++)
        values[i] = table_cell (rows, (gsize) row, i);
      g_string_append (sql, row > first ? ", " : "");
      append_row (fill, sql, values, NULL);
    }
  fill->progress->n_rows += end - first;
  return first == end || postgres_exec (fill->connection, sql->str, NULL, error);
}

/* The rows that a new table begins with. */
static gboolean
insert_first_rows (PgFill *fill, const Table *rows, guint64 first, GError **error)
{
  guint64 end = MIN (first + fill->n_rows, (guint64) table_n_rows (rows));

  for (guint64 at = first; at < end; at += ROWS_PER_INSERT)
    if (!insert_some (fill, rows, at, MIN (at + ROWS_PER_INSERT, end), error))
      return FALSE;
  g_free (fill->progress->position);
  fill->progress->position = g_strdup_printf ("%" G_GUINT64_FORMAT, end);
  fill->progress->done = end == table_n_rows (rows);
  return !fill->progress->done || go_on_numbering (fill, error);
}

static gboolean
insert_first (PgFill *fill, const Table *rows, GError **error)
{
  guint64 first;

  return walk_read_number (fill->progress->position, table_n_rows (rows), &first, error)
         && insert_first_rows (fill, rows, first, error);
}

gboolean
pg_fill_insert (PgFill *fill, GError **error)
{
  const NamedLiteral *const *rows = fill->operation->rows.rows;

  if (fill->operation->kind == OPERATION_CREATE_TABLE)
    return insert_first (fill, fill->operation->create_table.table, error);
  for (guint i = 0; rows[i] != NULL; i++)
    if (!insert_given (fill, rows[i], error))
      {
        g_prefix_error (error, "row %u: ", i + 1);
        return FALSE;
      }
  fill->progress->done = TRUE;
  return go_on_numbering (fill, error);
}

gboolean
pg_fill_table (SqlConnection *connection, const Table *table, GError **error)
{
  FillProgress progress = { 0 };
  gboolean fine = TRUE;

  while (fine && !progress.done)
    {
      g_autoptr (Arena) arena = arena_new ();
      const PgDetail detail = { .table = table->name };
      PgFill fill = { .connection = connection,
                      .detail = &detail,
                      .table = table,
                      .quoted = postgres_table (arena, table->name),
                      .arena = arena,
                      .n_rows = ROWS_PER_INSERT,
                      .progress = &progress };
      fine = pg_live_table (connection, table->name, arena, &fill.live, error)
             && insert_first (&fill, table, error);
    }
  g_free (progress.position);
  return fine;
}

/* Deletions --------------------------------------------------------------------- */

gboolean
pg_fill_delete (PgFill *fill, GError **error)
{
  const char *where = pg_fill_where (fill, fill->operation->rows.where, error);
  const char *range;
  Walk walk;

  if (where == NULL || !pg_walk_init (&walk, fill->progress->position, error))
    return FALSE;
  gboolean fine
      = pg_fill_next_range (fill, &walk, &range, error)
        && (range == NULL
            || pg_fill_delete_rows (
                fill, arena_printf (fill->arena, "%s AND %s", range, where), error));
  pg_fill_keep_place (fill, &walk);
  return fine;
}

static const char *
order_of (PgFill *fill, const char *name)
{
  const Column *column = table_find_column (fill->table, name);
  gboolean descending
      = fill->operation->constraint.repairs.duplicates == DUPLICATES_KEEP_HIGHEST;

  return arena_printf (
      fill->arena, "%s%s%s NULLS LAST", postgres_identifier (fill->arena, name),
      column_type_is_text (column->type.base) ? "::text COLLATE \"C\"" : "",
      descending ? " DESC" : "");
}

static const char *
none_null (PgFill *fill, const char *const *columns)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (text, "%s%s IS NOT NULL", i > 0 ? " AND " : "",
                            pg_fill_column (fill, columns[i]));
  return arena_strdup (fill->arena, text->str);
}

/* Of rows that are alike one is kept. */
gboolean
pg_fill_duplicates (PgFill *fill, GError **error)
{
  const ConstraintChange *change = &fill->operation->constraint;
  const char *const *columns = change->constraint->columns;
  const Constraint *key = table_primary_key (fill->table);
  const char *by = change->repairs.duplicates_by;

  fill->progress->done = TRUE;
  if (change->repairs.duplicates == DUPLICATES_ERROR)
    return TRUE;
  if (by == NULL && key == NULL)
    {
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_INVALID,
          "duplicates of '%s': 'by' is needed, there is no primary key to decide by",
          fill->table->name);
      return FALSE;
    }
  const char *last = pg_key_list (fill->live, "", fill->arena);
  const char *select = arena_printf (
      fill->arena,
      "SELECT zdm_row FROM (SELECT ctid AS zdm_row, row_number() OVER (PARTITION BY %s "
      "ORDER BY %s, %s) AS zdm_place FROM %s WHERE %s) AS zdm_alike WHERE zdm_place > 1",
      postgres_names (fill->arena, "", columns),
      order_of (fill, by != NULL ? by : key->columns[0]), last[0] != '\0' ? last : "ctid",
      fill->quoted, none_null (fill, columns));
  return pg_fill_delete_rows (
      fill, arena_printf (fill->arena, "%s.ctid IN (%s)", fill->quoted, select), error);
}

/* Orphans ----------------------------------------------------------------------- */

static const char *
orphans (PgFill *fill, const Constraint *key, const Table *parents, GError **error)
{
  const char *const *columns = bind_references (parents, key, error);

  if (columns == NULL)
    return NULL;
  return arena_printf (
      fill->arena, "%s AND NOT EXISTS (SELECT 1 FROM %s AS zdm_parent WHERE %s)",
      none_null (fill, key->columns), postgres_table (fill->arena, parents->name),
      pg_fill_pairs (fill, "zdm_parent", columns, "=", fill->quoted, key->columns,
                     " AND "));
}

static gboolean
unset_orphans (PgFill *fill, const Constraint *key, const char *condition, GError **error)
{
  guint n = g_strv_length ((char **) key->columns);
  PgAssignment *list = arena_new_array (fill->arena, PgAssignment, n + 1);

  for (guint i = 0; i < n; i++)
    {
      const Column *column = table_find_column (fill->table, key->columns[i]);
      list[i] = (PgAssignment){ .column = key->columns[i],
                                .value
                                = arena_printf (fill->arena, "NULL::%s",
                                                postgres_base_type (column->type.base)) };
    }
  return pg_fill_assign (fill, condition, list, n, TRUE, error);
}

/* Where a table refers to itself, who referred to a deleted row is an orphan next. */
static gboolean
delete_orphans (PgFill *fill, const char *condition, GError **error)
{
  guint64 before;

  do
    {
      before = fill->progress->n_rows;
      if (!pg_fill_delete_rows (fill, condition, error))
        return FALSE;
    }
  while (fill->progress->n_rows > before);
  return TRUE;
}

gboolean
pg_fill_orphans (PgFill *fill, GError **error)
{
  const ConstraintChange *change = &fill->operation->constraint;
  const Table *parents
      = database_find (fill->detail->shape, change->constraint->references_table);

  fill->progress->done = TRUE;
  if (parents == NULL || change->repairs.orphans == ORPHANS_ERROR)
    return TRUE;
  const char *condition = orphans (fill, change->constraint, parents, error);
  if (condition == NULL)
    return FALSE;
  return change->repairs.orphans == ORPHANS_DELETE
             ? delete_orphans (fill, condition, error)
             : unset_orphans (fill, change->constraint, condition, error);
}
