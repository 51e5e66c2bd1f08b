/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills that add and take rows: rows given, deletions, repairs of keys.
 */
#include "config.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/fill.h"
#include "engine/mariadb/image.h"
#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/words.h"
#include "model/bind.h"
#include "model/error.h"

/* A statement of that many rows stays far below max_allowed_packet. */
#define ROWS_PER_INSERT 100

/* Rows that a table begins with --------------------------------------------------- */

static gboolean
insert_some (SqlConnection *connection, const Table *table, gsize first, gsize end,
             GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GString) sql = g_string_new (NULL);
  guint n = table_n_columns (table);

  g_string_append_printf (sql, "INSERT INTO %s (",
                          mariadb_identifier (arena, table->name));
  for (guint i = 0; i < n; i++)
    g_string_append_printf (sql, "%s%s", i > 0 ? ", " : "",
                            mariadb_identifier (arena, table_column (table, i)->name));
  g_string_append (sql, ") VALUES ");
  for (gsize row = first; row < end; row++)
    {
      g_string_append (sql, row > first ? ", (" : "(");
      for (guint i = 0; i < n; i++)
        {
          const Value value = table_cell (table, row, i);
          g_string_append_printf (
              sql, "%s%s", i > 0 ? ", " : "",
              mariadb_constant (arena, &table_column (table, i)->type, &value));
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
insert_first (MariaFill *fill, const Table *rows, GError **error)
{
  gsize n = table_n_rows (rows);
  guint64 first;

  if (!walk_read_number (fill->progress->position, n, &first, error))
    return FALSE;
  gsize end = MIN ((gsize) first + MIN (fill->n_rows, ROWS_PER_INSERT), n);
  if (!insert_some (fill->connection, rows, (gsize) first, end, error))
    return FALSE;
  g_free (fill->progress->position);
  fill->progress->position = g_strdup_printf ("%" G_GSIZE_FORMAT, end);
  fill->progress->n_rows = end - first;
  fill->progress->done = end == n;
  return TRUE;
}

/* Rows given -------------------------------------------------------------------- */

/* "(a, b) VALUES (1, 'x')" of the columns that are given; the others have defaults. */
static const char *
given_values (MariaFill *fill, const BoundRow *row)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) values = g_string_new (NULL);

  for (guint i = 0; i < table_n_columns (fill->table); i++)
    {
      const Column *column = table_column (fill->table, i);
      const char *separator = names->len > 0 ? ", " : "";
      if (!row->given[i])
        continue;
      g_string_append_printf (names, "%s%s", separator,
                              mariadb_identifier (fill->arena, column->name));
      g_string_append_printf (
          values, "%s%s", separator,
          mariadb_constant (fill->arena, &column->type, &row->values[i]));
    }
  return arena_printf (fill->arena, "(%s) VALUES (%s)", names->str, values->str);
}

/* "a = 1 AND b = 'x'", of the row's primary key; NULL when it has none. */
static const char *
key_condition (MariaFill *fill, const Value *values)
{
  const Constraint *key = table_primary_key (fill->table);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; key != NULL && key->columns[i] != NULL; i++)
    {
      guint index;
      if (!table_column_index (fill->table, key->columns[i], &index))
        return NULL;
      const Column *column = table_column (fill->table, index);
      g_string_append_printf (
          text, "%s%s = %s", i > 0 ? " AND " : "",
          mariadb_identifier (fill->arena, column->name),
          mariadb_constant (fill->arena, &column->type, &values[index]));
    }
  return text->len > 0 ? arena_strdup (fill->arena, text->str) : NULL;
}

static gboolean
key_is_there (MariaFill *fill, const Value *values, gboolean *found, GError **error)
{
  const char *condition = key_condition (fill, values);

  *found = FALSE;
  return condition == NULL
         || mariadb_finds (fill->connection,
                           arena_printf (fill->arena, "SELECT 1 FROM %s WHERE %s",
                                         fill->live->quoted, condition),
                           found, error);
}

/* The server says which key the row has got. */
static gboolean
insert_and_keep (MariaFill *fill, const char *insert, GError **error)
{
  const char *key;

  return mariadb_text (fill->connection,
                       arena_printf (fill->arena, "%s RETURNING %s", insert,
                                     maria_quoted_key (fill->live, fill->arena)),
                       &key, fill->arena, error)
         && (key == NULL || maria_image_keep_key (fill, key, error));
}

static gboolean
insert_given (MariaFill *fill, const NamedLiteral *row, GError **error)
{
  gboolean skip = fill->operation->rows.if_exists == ON_CONFLICT_SKIP;
  gboolean is_there = FALSE;
  BoundRow bound;

  if (!bind_row (fill->table, row, fill->arena, &bound, error)
      || (skip && !key_is_there (fill, bound.values, &is_there, error)))
    return FALSE;
  if (is_there)
    return TRUE;
  const char *insert = arena_printf (fill->arena, "INSERT INTO %s %s", fill->live->quoted,
                                     given_values (fill, &bound));
  fill->progress->n_rows++;
  return fill->detail->image != NULL
             ? insert_and_keep (fill, insert, error)
             : mariadb_exec (fill->connection, insert, NULL, error);
}

gboolean
maria_fill_insert (MariaFill *fill, GError **error)
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
  return TRUE;
}

/* Deletions --------------------------------------------------------------------- */

gboolean
maria_fill_delete (MariaFill *fill, GError **error)
{
  const char *where = maria_fill_where (fill, fill->operation->rows.where, error);
  const char *range;
  Walk walk;

  if (where == NULL
      || !maria_walk_init (&walk, fill->progress->position, fill->live, error))
    return FALSE;
  gboolean fine
      = maria_fill_next_range (fill, &walk, &range, error)
        && (range == NULL
            || maria_fill_delete_rows (
                fill, arena_printf (fill->arena, "%s AND %s", range, where), error));
  maria_fill_keep_place (fill, &walk);
  return fine;
}

/* Nulls come last. */
static const char *
order_of (const MariaFill *fill, const char *name)
{
  const Column *column = table_find_column (fill->table, name);
  gboolean descending
      = fill->operation->constraint.repairs.duplicates == DUPLICATES_KEEP_HIGHEST;
  const char *operand = mariadb_identifier (fill->arena, name);

  if (column_type_is_text (column->type.base))
    operand = mariadb_as_text (fill->arena, operand);
  return arena_printf (fill->arena, "%s IS NULL, %s%s", operand, operand,
                       descending ? " DESC" : "");
}

static const char *
none_null (const MariaFill *fill, const char *const *columns)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (text, "%s%s IS NOT NULL", i > 0 ? " AND " : "",
                            maria_fill_column (fill, columns[i]));
  return arena_strdup (fill->arena, text->str);
}

/* Of rows that are alike, as a unique index has it, one is kept. */
gboolean
maria_fill_duplicates (MariaFill *fill, GError **error)
{
  const ConstraintChange *change = &fill->operation->constraint;
  const char *const *columns = change->constraint->columns;
  const Constraint *key = table_primary_key (fill->table);
  const char *by = change->repairs.duplicates_by;

  fill->progress->done = TRUE;
  if (change->repairs.duplicates == DUPLICATES_ERROR)
    return TRUE;
  if (key == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "duplicates of '%s': there is no primary key to tell rows apart by",
                   fill->table->name);
      return FALSE;
    }
  const char *names = maria_key_list (fill->live, "", fill->arena);
  const char *select = arena_printf (
      fill->arena,
      "SELECT %s FROM (SELECT %s, ROW_NUMBER() OVER (PARTITION BY %s ORDER BY %s, %s) AS "
      "zdm_place FROM %s WHERE %s) AS zdm_alike WHERE zdm_place > 1",
      names, names, mariadb_names (fill->arena, "", columns),
      order_of (fill, by != NULL ? by : key->columns[0]), names, fill->live->quoted,
      none_null (fill, columns));
  return maria_fill_delete_rows (
      fill, arena_printf (fill->arena, "(%s) IN (%s)", names, select), error);
}

/* Orphans ----------------------------------------------------------------------- */

static const char *
orphans (MariaFill *fill, const Constraint *key, const Table *parents, GError **error)
{
  const char *const *columns = bind_references (parents, key, error);
  g_autoptr (GString) same = g_string_new (NULL);

  if (columns == NULL)
    return NULL;
  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (same, "%szdm_parent.%s = %s", i > 0 ? " AND " : "",
                            mariadb_identifier (fill->arena, columns[i]),
                            maria_fill_column (fill, key->columns[i]));
  return arena_printf (fill->arena,
                       "%s AND NOT EXISTS (SELECT 1 FROM %s AS zdm_parent WHERE %s)",
                       none_null (fill, key->columns),
                       mariadb_identifier (fill->arena, parents->name), same->str);
}

static gboolean
unset_orphans (MariaFill *fill, const Constraint *key, const char *condition,
               GError **error)
{
  guint n = g_strv_length ((char **) key->columns);
  MariaAssignment *list = arena_new_array (fill->arena, MariaAssignment, n + 1);

  for (guint i = 0; i < n; i++)
    list[i] = (MariaAssignment){ .column = key->columns[i], .value = "NULL" };
  return maria_fill_assign (fill, condition, list, n, error);
}

/* Where a table refers to itself, who referred to a deleted row is an orphan next. */
static gboolean
delete_orphans (MariaFill *fill, const char *condition, GError **error)
{
  guint64 before;

  do
    {
      before = fill->progress->n_rows;
      if (!maria_fill_delete_rows (fill, condition, error))
        return FALSE;
    }
  while (fill->progress->n_rows > before);
  return TRUE;
}

gboolean
maria_fill_orphans (MariaFill *fill, GError **error)
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
