/* SPDX-License-Identifier: Apache-2.0
 *
 * One chunk of a fill, and what its kinds share.
 */
#include "config.h"

#include "engine/mariadb/fill.h"

#include "engine/mariadb/fill_own.h"
#include "engine/mariadb/image.h"
#include "engine/mariadb/read.h"
#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/words.h"
#include "model/bind.h"
#include "model/error.h"

static const MariaFillFunction FILLS[] = {
  [MARIA_FILL_SYNC] = maria_fill_sync,
  [MARIA_FILL_DEFAULT] = maria_fill_default,
  [MARIA_FILL_COLUMNS] = maria_fill_columns,
  [MARIA_FILL_LOOKUP] = maria_fill_lookup,
  [MARIA_FILL_COPY] = maria_fill_copy,
  [MARIA_FILL_HALF] = maria_fill_half,
  [MARIA_FILL_SET] = maria_fill_set,
  [MARIA_FILL_INSERT] = maria_fill_insert,
  [MARIA_FILL_DELETE] = maria_fill_delete,
  [MARIA_FILL_DUPLICATES] = maria_fill_duplicates,
  [MARIA_FILL_ORPHANS] = maria_fill_orphans,
  [MARIA_FILL_REFILL] = maria_fill_refill,
  [MARIA_FILL_NULLS] = maria_fill_nulls,
  [MARIA_FILL_RESTORE] = maria_image_restore,
};

gboolean
maria_fill_next_range (MariaFill *fill, Walk *walk, const char **range, GError **error)
{
  if (!maria_walk_next (walk, fill->connection, fill->live, fill->n_rows, range,
                        fill->arena, error))
    return FALSE;
  fill->progress->done = *range == NULL;
  return TRUE;
}

void
maria_fill_keep_place (MariaFill *fill, Walk *walk)
{
  g_free (fill->progress->position);
  fill->progress->position = walk_position (walk);
  walk_clear (walk);
}

const char *
maria_fill_column (const MariaFill *fill, const char *name)
{
  return arena_printf (fill->arena, "%s.%s", fill->live->quoted,
                       mariadb_identifier (fill->arena, name));
}

const char *
maria_fill_where (MariaFill *fill, const NamedLiteral *where, GError **error)
{
  g_autoptr (GString) text = g_string_new ("TRUE");
  BoundWhere bound;

  if (!bind_where (fill->table, where, fill->arena, &bound, error))
    return NULL;
  for (guint i = 0; i < bound.n; i++)
    {
      const Column *column = table_column (fill->table, bound.columns[i]);
      g_string_append_printf (
          text, " AND %s",
          mariadb_same (&column->type, maria_fill_column (fill, column->name),
                        mariadb_literal (fill->arena, &column->type, &bound.values[i]),
                        FALSE, fill->arena));
    }
  return arena_strdup (fill->arena, text->str);
}

gboolean
maria_fill_call (MariaFill *fill, const char *column, const BoundTransform *transform,
                 const char *const *inputs, MariaAssignment *assignment, GError **error)
{
  const char *prefix = arena_printf (fill->arena, "%s.", fill->live->quoted);
  SqlExpression expression;

  if (!mariadb_words.expression (
          transform, fill->table,
          step_sql_columns (&mariadb_words, prefix, inputs, fill->arena), FALSE,
          fill->arena, &expression, error))
    return FALSE;
  *assignment = (MariaAssignment){ .column = column,
                                   .value = expression.value,
                                   .valid = expression.valid,
                                   .transform = transform,
                                   .inputs = inputs };
  return TRUE;
}

const char *
maria_assignment_value (const MariaFill *fill, const MariaAssignment *assignment)
{
  const SqlExpression expression
      = { .value = assignment->value, .valid = assignment->valid };

  return step_sql_value (&expression, fill->arena);
}

/* Rows that do not convert ------------------------------------------------------ */

/* The model knows the reason: it is asked about the row that the server refuses. */
static gboolean
refuse_by_model (MariaFill *fill, const MariaAssignment *assignment,
                 const char *condition, const char *row, GError **error)
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
  fill->is_named = TRUE;
  if (read)
    bound_transform_apply (assignment->transform, values, fill->arena, &made, &why);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "row %s of '%s', column '%s': %s",
               row, fill->table->name, assignment->column,
               why != NULL ? why->message : "the value does not convert");
  return FALSE;
}

gboolean
maria_fill_refuse (MariaFill *fill, const char *condition, const char *column,
                   const char *why, GError **error)
{
  const char *row;

  if (!maria_first_row (fill->connection, fill->live, condition, &row, fill->arena,
                        error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  fill->is_named = TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "row %s of '%s', column '%s': %s",
               row, fill->table->name, column, why);
  return FALSE;
}

static gboolean
check_valid (MariaFill *fill, const char *rows, const MariaAssignment *assignment,
             GError **error)
{
  const char *row;

  if (assignment->valid == NULL)
    return TRUE;
  const char *condition
      = arena_printf (fill->arena, "%s AND NOT %s", rows, assignment->valid);
  if (!maria_first_row (fill->connection, fill->live, condition, &row, fill->arena,
                        error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  if (assignment->transform != NULL)
    return refuse_by_model (fill, assignment, condition, row, error);
  return maria_fill_refuse (fill, condition, assignment->column,
                            "what is found does not convert", error);
}

gboolean
maria_fill_check_values (MariaFill *fill, const char *condition,
                         const MariaAssignment *assignments, guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    if (!check_valid (fill, condition, &assignments[i], error))
      return FALSE;
  return TRUE;
}

/* Writing ----------------------------------------------------------------------- */

const char *
maria_fill_changed (const MariaFill *fill, const MariaAssignment *assignments, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      const Column *column = table_find_column (fill->table, assignments[i].column);
      g_string_append_printf (
          text, "%s%s", i > 0 ? " OR " : "",
          mariadb_same (&column->type, maria_fill_column (fill, column->name),
                        arena_printf (fill->arena, "(%s)",
                                      maria_assignment_value (fill, &assignments[i])),
                        TRUE, fill->arena));
    }
  return arena_strdup (fill->arena, text->str);
}

const char *
maria_fill_untouched (const MariaFill *fill)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fill->live->n_columns; i++)
    if (fill->live->columns[i].on_update)
      {
        const char *name = maria_fill_column (fill, fill->live->columns[i].name);
        g_string_append_printf (text, ", %s = %s", name, name);
      }
  return arena_strdup (fill->arena, text->str);
}

static const char *
set_list (const MariaFill *fill, const MariaAssignment *assignments, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%s%s = (%s)", i > 0 ? ", " : "",
                            maria_fill_column (fill, assignments[i].column),
                            maria_assignment_value (fill, &assignments[i]));
  g_string_append (text, maria_fill_untouched (fill));
  return arena_strdup (fill->arena, text->str);
}

/* A row that has come since the images were taken is not among them, and is left to who
 * wrote it. */
gboolean
maria_fill_write (MariaFill *fill, const char *rows, const MariaAssignment *assignments,
                  guint n, GError **error)
{
  const char *kept = "TRUE";
  guint64 n_changed;

  if (fill->detail->image != NULL
      && !maria_image_keep_cells (fill, rows, assignments, &kept, error))
    return FALSE;
  if (!mariadb_exec (fill->connection,
                     arena_printf (fill->arena, "UPDATE %s SET %s WHERE %s AND %s",
                                   fill->live->quoted, set_list (fill, assignments, n),
                                   rows, kept),
                     &n_changed, error))
    return FALSE;
  fill->progress->n_rows += n_changed;
  return TRUE;
}

gboolean
maria_fill_assign (MariaFill *fill, const char *condition,
                   const MariaAssignment *assignments, guint n, GError **error)
{
  return maria_fill_check_values (fill, condition, assignments, n, error)
         && maria_fill_write (fill,
                              arena_printf (fill->arena, "%s AND (%s)", condition,
                                            maria_fill_changed (fill, assignments, n)),
                              assignments, n, error);
}

gboolean
maria_fill_delete_rows (MariaFill *fill, const char *condition, GError **error)
{
  const char *kept = "TRUE";
  guint64 n_changed;

  if (fill->detail->image != NULL
      && !maria_image_keep_rows (fill, condition, &kept, error))
    return FALSE;
  if (!mariadb_exec (fill->connection,
                     arena_printf (fill->arena, "DELETE FROM %s WHERE %s AND %s",
                                   fill->live->quoted, condition, kept),
                     &n_changed, error))
    return FALSE;
  fill->progress->n_rows += n_changed;
  return TRUE;
}

/* Chunks ------------------------------------------------------------------------ */

gboolean
maria_fill (SqlConnection *connection, const Action *action, guint n_rows,
            FillProgress *progress, GError **error)
{
  const MariaDetail *detail = action->detail;
  g_autoptr (Arena) arena = arena_new ();
  MariaFill fill = { .connection = connection,
                     .detail = detail,
                     .operation = detail->operation,
                     .table = database_find (detail->shape, detail->table),
                     .arena = arena,
                     .n_rows = MAX (n_rows, 1),
                     .progress = progress };

  progress->n_rows = 0;
  if (!maria_live_table (connection, fill.table->name, arena, &fill.live, error))
    return FALSE;
  const char *own = maria_fill_own_column (&fill);
  return own != NULL ? maria_fill_own (&fill, own, FILLS[detail->fill], error)
                     : FILLS[detail->fill](&fill, error);
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

  if (detail->fill == MARIA_FILL_INSERT
      && detail->operation->kind == OPERATION_CREATE_TABLE)
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
