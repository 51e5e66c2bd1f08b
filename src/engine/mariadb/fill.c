/* SPDX-License-Identifier: Apache-2.0
 *
 * One chunk of a fill.
 */
#include "config.h"

#include "engine/mariadb/fill.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/read.h"
#include "engine/mariadb/sql_text.h"
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

/* One column that gets a value. */
typedef struct
{
  const char *column;
  const char *value; /* SQL; never an error */
  const char *valid; /* a condition; NULL: always */
  /* What it was made of, so that an error can say why it is not valid; or NULL */
  const BoundTransform *transform;
  const char *const *inputs;
} Assignment;

typedef struct
{
  SqlConnection *connection;
  const MariaDetail *detail;
  const Table *table; /* its shape */
  const MariaTable *live;
  const Assignment *list;
  guint n;
  const char *condition; /* of the rows that are not as they shall be */
  const char *where;     /* of all rows that the fill is about */
  Arena *arena;
} Fill;

static const char *
value_of (const Fill *fill, const Assignment *assignment)
{
  const SqlExpression expression
      = { .value = assignment->value, .valid = assignment->valid };

  return step_sql_value (&expression, fill->arena);
}

/* The condition under which a value is not as it shall be. */
static const char *
changed (const Fill *fill)
{
  g_autoptr (GString) text = g_string_new ("(");

  for (guint i = 0; i < fill->n; i++)
    {
      const Column *column = table_find_column (fill->table, fill->list[i].column);
      g_string_append_printf (
          text, "%s%s", i > 0 ? " OR " : "",
          mariadb_same (
              &column->type, mariadb_identifier (fill->arena, column->name),
              arena_printf (fill->arena, "(%s)", value_of (fill, &fill->list[i])), TRUE,
              fill->arena));
    }
  g_string_append_c (text, ')');
  return arena_strdup (fill->arena, text->str);
}

static gboolean
assign_transform (const Fill *fill, const char *column, const BoundTransform *transform,
                  const char *const *inputs, Assignment *assignment, GError **error)
{
  SqlExpression expression;

  if (!mariadb_expression (transform,
                           step_sql_columns (&mariadb_words, "", inputs, fill->arena),
                           fill->arena, &expression, error))
    return FALSE;
  *assignment = (Assignment){ .column = column,
                              .value = expression.value,
                              .valid = expression.valid,
                              .transform = transform,
                              .inputs = inputs };
  return TRUE;
}

/* Old columns that were dropped and are there again, from the new ones. */
static gboolean
assign_refill (Fill *fill, GError **error)
{
  const Sync *sync = fill->detail->sync;
  guint n = g_strv_length ((char **) sync->old_columns);
  Assignment *list = arena_new_array (fill->arena, Assignment, n + 1);

  for (guint i = 0; i < n; i++)
    {
      if (!assign_transform (fill, sync->old_columns[i], sync->backward[i],
                             sync->new_columns, &list[i], error))
        return FALSE;
      /* What does not convert back is null. */
      list[i].value = value_of (fill, &list[i]);
      list[i].valid = NULL;
    }
  fill->list = list;
  fill->n = n;
  fill->condition = changed (fill);
  return TRUE;
}

/* As the trigger fills a row that leaves the column out. */
static gboolean
assign_nulls (Fill *fill, GError **error)
{
  const Sync *sync = fill->detail->sync;
  Assignment *assignment = arena_new0 (fill->arena, Assignment);

  if (!assign_transform (fill, sync->new_columns[0], sync->forward[0], sync->old_columns,
                         assignment, error))
    return FALSE;
  assignment->value = value_of (fill, assignment);
  assignment->valid = NULL;
  fill->list = assignment;
  fill->n = 1;
  fill->condition = arena_printf (fill->arena, "%s IS NULL",
                                  mariadb_identifier (fill->arena, assignment->column));
  return TRUE;
}

static gboolean
assign_default (Fill *fill, const Column *column, GError **error)
{
  Assignment *assignment = arena_new0 (fill->arena, Assignment);

  assignment->column = column->name;
  if (!maria_default_text (column, fill->arena, &assignment->value, error))
    return FALSE;
  fill->list = assignment;
  fill->n = assignment->value != NULL && !g_str_equal (assignment->value, "NULL");
  fill->condition = arena_printf (fill->arena, "%s IS NULL",
                                  mariadb_identifier (fill->arena, column->name));
  return TRUE;
}

static gboolean
assign_columns (Fill *fill, const BoundBackfill *bound, GError **error)
{
  Assignment *list = arena_new_array (fill->arena, Assignment, bound->n_targets + 1);
  const char **inputs = arena_new_array (fill->arena, const char *, bound->n_inputs + 1);

  for (guint i = 0; i < bound->n_inputs; i++)
    inputs[i] = table_column (fill->table, bound->inputs[i])->name;
  for (guint i = 0; i < bound->n_targets; i++)
    if (!assign_transform (fill, table_column (fill->table, bound->targets[i])->name,
                           bound->transforms[i], inputs, &list[i], error))
      return FALSE;
  fill->list = list;
  fill->n = bound->n_targets;
  fill->condition = changed (fill);
  return TRUE;
}

static gboolean
out_of_step (Fill *fill, const Sync *sync, GError **error)
{
  StepSql sql;

  if (!step_sql_init (&sql, &mariadb_words, fill->table, sync, "", FALSE, fill->arena,
                      error))
    return FALSE;
  fill->condition = arena_printf (fill->arena, "NOT %s", step_sql_in_step (&sql));
  return TRUE;
}

/* `where:` of the operation as a condition. */
static void
restrict_rows (Fill *fill, const BoundWhere *where)
{
  g_autoptr (GString) text = g_string_new ("TRUE");

  for (guint i = 0; i < where->n; i++)
    {
      const Column *column = table_column (fill->table, where->columns[i]);
      g_string_append_printf (
          text, " AND %s",
          mariadb_same (&column->type, mariadb_identifier (fill->arena, column->name),
                        mariadb_literal (fill->arena, &column->type, &where->values[i]),
                        FALSE, fill->arena));
    }
  fill->where = arena_strdup (fill->arena, text->str);
}

static gboolean
assign (Fill *fill, GError **error)
{
  BoundBackfill bound;

  fill->where = "TRUE";
  if (fill->detail->fill == MARIA_FILL_REFILL)
    return assign_refill (fill, error);
  if (fill->detail->fill == MARIA_FILL_NULLS)
    return assign_nulls (fill, error);
  if (!bind_backfill (fill->table, &fill->detail->operation->backfill, fill->arena,
                      &bound, error))
    return FALSE;
  restrict_rows (fill, &bound.where);
  if (fill->detail->fill == MARIA_FILL_DEFAULT)
    return assign_default (fill, table_column (fill->table, bound.targets[0]), error);
  return assign_columns (fill, &bound, error)
         && (fill->detail->fill != MARIA_FILL_SYNC
             || out_of_step (fill, bound.sync, error));
}

/* Rows that do not convert ------------------------------------------------------ */

/* The model knows the reason: it is asked about the row that the server refuses. */
static gboolean
refuse_by_model (Fill *fill, const Assignment *assignment, const char *condition,
                 const char *row, GError **error)
{
  guint n = g_strv_length ((char **) assignment->inputs);
  Value *values = arena_new_array (fill->arena, Value, n + 1);
  g_autoptr (GError) why = NULL;
  g_autoptr (MariadbResult) result
      = mariadb_query (fill->connection,
                       arena_printf (fill->arena, "SELECT %s FROM %s WHERE %s LIMIT 1",
                                     mariadb_names (fill->arena, "", assignment->inputs),
                                     fill->live->quoted, condition),
                       error);
  Value made;

  if (result == NULL)
    return FALSE;
  gboolean read = mariadb_n_rows (result) > 0;
  for (guint i = 0; i < n && read; i++)
    read = maria_read_cell (result, 0, i,
                            &table_find_column (fill->table, assignment->inputs[i])->type,
                            fill->arena, &values[i], &why);
  if (read)
    bound_transform_apply (assignment->transform, values, fill->arena, &made, &why);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "row %s of '%s', column '%s': %s",
               row, fill->table->name, assignment->column,
               why != NULL ? why->message : "the value does not convert");
  return FALSE;
}

static gboolean
check_valid (Fill *fill, const char *rows, GError **error)
{
  for (guint i = 0; i < fill->n; i++)
    {
      const char *row;
      if (fill->list[i].valid == NULL)
        continue;
      const char *condition
          = arena_printf (fill->arena, "%s AND NOT %s", rows, fill->list[i].valid);
      if (!maria_first_row (fill->connection, fill->live, condition, &row, fill->arena,
                            error))
        return FALSE;
      if (row != NULL)
        return refuse_by_model (fill, &fill->list[i], condition, row, error);
    }
  return TRUE;
}

/* Writing ----------------------------------------------------------------------- */

/* A row that is filled was not touched by anybody. */
static const char *
set_list (const Fill *fill)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fill->n; i++)
    g_string_append_printf (text, "%s%s = (%s)", i > 0 ? ", " : "",
                            mariadb_identifier (fill->arena, fill->list[i].column),
                            value_of (fill, &fill->list[i]));
  for (guint i = 0; i < fill->live->n_columns; i++)
    if (fill->live->columns[i].on_update)
      {
        const char *name = mariadb_identifier (fill->arena, fill->live->columns[i].name);
        g_string_append_printf (text, ", %s = %s", name, name);
      }
  return arena_strdup (fill->arena, text->str);
}

static gboolean
update_range (Fill *fill, Walk *walk, guint n_rows, FillProgress *progress,
              GError **error)
{
  const char *range;

  if (!maria_walk_next (walk, fill->connection, fill->live, n_rows, &range, fill->arena,
                        error))
    return FALSE;
  progress->done = range == NULL;
  if (range == NULL)
    return TRUE;
  const char *rows = arena_printf (fill->arena, "%s AND %s AND %s", range, fill->where,
                                   fill->condition);
  if (!check_valid (fill, rows, error)
      || !mariadb_exec (fill->connection,
                        arena_printf (fill->arena, "UPDATE %s SET %s WHERE %s",
                                      fill->live->quoted, set_list (fill), rows),
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
  Fill fill = { .connection = connection,
                .detail = detail,
                .table = database_find (detail->shape, detail->table),
                .arena = arena };
  Walk walk;

  if (!maria_live_table (connection, fill.table->name, arena, &fill.live, error)
      || !assign (&fill, error))
    return FALSE;
  if (fill.n == 0)
    {
      progress->done = TRUE;
      return TRUE;
    }
  if (!maria_walk_init (&walk, progress->position, fill.live, error))
    return FALSE;
  gboolean fine = update_range (&fill, &walk, n_rows, progress, error);
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
