/* SPDX-License-Identifier: Apache-2.0
 *
 * One chunk of a fill, and what all kinds of fills use.
 */
#include "config.h"

#include "engine/postgres/fill.h"

#include <string.h>

#include "engine/postgres/image.h"
#include "engine/postgres/read.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/words.h"
#include "model/error.h"

static gboolean
restore (PgFill *fill, GError **error)
{
  fill->progress->done = TRUE;
  return pg_image_restore (fill, error);
}

static gboolean (*const FILLS[]) (PgFill *fill, GError **error) = {
  [FILL_SYNC] = pg_fill_sync,
  [FILL_DEFAULT] = pg_fill_default,
  [FILL_COLUMNS] = pg_fill_columns,
  [FILL_LOOKUP] = pg_fill_lookup,
  [FILL_COPY] = pg_fill_copy,
  [FILL_SET] = pg_fill_set,
  [FILL_INSERT] = pg_fill_insert,
  [FILL_DELETE] = pg_fill_delete,
  [FILL_DUPLICATES] = pg_fill_duplicates,
  [FILL_ORPHANS] = pg_fill_orphans,
  [FILL_REFILL] = pg_fill_refill,
  [FILL_RESTORE] = restore,
};

gboolean
pg_fill_next_range (PgFill *fill, Walk *walk, const char **range, GError **error)
{
  if (!pg_walk_next (walk, fill->connection, fill->live, fill->n_rows, range, fill->arena,
                     error))
    return FALSE;
  fill->progress->done = *range == NULL;
  return TRUE;
}

void
pg_fill_keep_place (PgFill *fill, Walk *walk)
{
  g_free (fill->progress->position);
  fill->progress->position = walk_position (walk);
  walk_clear (walk);
}

const char *
pg_fill_column (PgFill *fill, const char *name)
{
  return arena_printf (fill->arena, "%s.%s", fill->quoted,
                       postgres_identifier (fill->arena, name));
}

const char *
pg_fill_pairs (PgFill *fill, const char *a, const char *const *names,
               const char *operator, const char * b, const char *const *others,
               const char *separator)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, "%s%s.%s %s %s.%s", i > 0 ? separator : "", a,
                            postgres_identifier (fill->arena, names[i]), operator, b,
                            postgres_identifier (fill->arena, others[i]));
  return arena_strdup (fill->arena, text->str);
}

const char *
pg_fill_literal (PgFill *fill, const Column *column, const Value *value)
{
  if (value_is_null (value))
    return "NULL";
  if (!column_type_is_text (column->type.base))
    return postgres_literal (fill->arena, &column->type, value);
  /* Without a type, so that it goes into a native one too. */
  return postgres_quote (
      fill->arena, arena_strndup (fill->arena, value->text.bytes, value->text.length));
}

const char *
pg_fill_where (PgFill *fill, const NamedLiteral *where, GError **error)
{
  g_autoptr (GString) text = g_string_new ("true");
  BoundWhere bound;

  if (!bind_where (fill->table, where, fill->arena, &bound, error))
    return NULL;
  for (guint i = 0; i < bound.n; i++)
    {
      const Column *column = table_column (fill->table, bound.columns[i]);
      g_string_append_printf (
          text, " AND %s",
          postgres_equal (&column->type, pg_fill_column (fill, column->name),
                          postgres_literal (fill->arena, &column->type, &bound.values[i]),
                          FALSE, fill->arena));
    }
  return arena_strdup (fill->arena, text->str);
}

gboolean
pg_fill_own (PgFill *fill, const char *column, const SqlExpression *in_trigger,
             SqlGuarded *guarded, GError **error)
{
  if (fill->guarded)
    return pg_guard (fill->connection, fill->table, column, in_trigger, guarded,
                     fill->arena, error);
  if (fill->has_own)
    return TRUE;
  fill->has_own = TRUE;
  return pg_guard_begin (fill->connection, error);
}

static gboolean
call_own (PgFill *fill, PgAssignment *assignment, GError **error)
{
  const char **names
      = arena_new_array (fill->arena, const char *, assignment->n_inputs + 1);
  SqlGuarded guarded
      = { .expression = { .value = assignment->value, .valid = assignment->valid } };
  SqlExpression in_trigger;

  for (guint i = 0; i < assignment->n_inputs; i++)
    names[i] = arena_printf (
        fill->arena, "NEW.%s",
        postgres_identifier (fill->arena,
                             table_column (fill->table, assignment->inputs[i])->name));
  if (!postgres_words.expression (assignment->transform, fill->table, names, TRUE,
                                  fill->arena, &in_trigger, error)
      || !pg_fill_own (fill, assignment->column, &in_trigger, &guarded, error))
    return FALSE;
  assignment->value = guarded.expression.value;
  assignment->valid = guarded.expression.valid;
  assignment->why = guarded.why;
  return TRUE;
}

gboolean
pg_fill_call (PgFill *fill, const char *column, const BoundTransform *transform,
              const guint *inputs, guint n_inputs, PgAssignment *assignment,
              GError **error)
{
  const char **names = arena_new_array (fill->arena, const char *, n_inputs + 1);
  SqlExpression expression;

  for (guint i = 0; i < n_inputs; i++)
    names[i] = pg_fill_column (fill, table_column (fill->table, inputs[i])->name);
  if (!postgres_expression (transform, fill->table, names, fill->arena, &expression,
                            error))
    return FALSE;
  *assignment = (PgAssignment){ .column = column,
                                .value = expression.value,
                                .valid = expression.valid,
                                .transform = transform,
                                .inputs = inputs,
                                .n_inputs = n_inputs };
  return !bound_transform_needs_database (transform)
         || call_own (fill, assignment, error);
}

/* Rows that do not convert ---------------------------------------------------- */

gboolean
pg_fill_refuse (PgFill *fill, const char *condition, const char *column, const char *why,
                GError **error)
{
  const char *row;

  if (!pg_first_row (fill->connection, fill->live, condition, &row, fill->arena, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "row %s of '%s', column '%s': %s",
               row, fill->table->name, column, why);
  return FALSE;
}

/* The server knows the reason. */
static gboolean
fail_by_server (PgFill *fill, const PgAssignment *assignment, const char *condition,
                GError **error)
{
  g_autoptr (PostgresResult) result = postgres_query (
      fill->connection,
      arena_printf (fill->arena, "SELECT %s, %s FROM %s WHERE %s LIMIT 1",
                    pg_row_shown (fill->live, fill->arena), assignment->why, fill->quoted,
                    condition),
      error);

  if (result == NULL)
    return FALSE;
  if (PQntuples (result) == 0)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "row %s of '%s', column '%s': %s",
               postgres_cell (result, 0, 0), fill->table->name, assignment->column,
               postgres_cell (result, 0, 1));
  return FALSE;
}

/* The model knows the reason: it is asked about the row that the server refuses. */
static gboolean
fail_by_model (PgFill *fill, const PgAssignment *assignment, const char *condition,
               GError **error)
{
  g_autoptr (GString) columns = g_string_new (pg_row_shown (fill->live, fill->arena));
  Value *values = arena_new_array (fill->arena, Value, assignment->n_inputs + 1);
  g_autoptr (GError) why = NULL;
  Value made;

  for (guint i = 0; i < assignment->n_inputs; i++)
    g_string_append_printf (
        columns, ", %s",
        pg_fill_column (fill, table_column (fill->table, assignment->inputs[i])->name));
  g_autoptr (PostgresResult) result
      = postgres_query (fill->connection,
                        arena_printf (fill->arena, "SELECT %s FROM %s WHERE %s LIMIT 1",
                                      columns->str, fill->quoted, condition),
                        error);
  if (result == NULL)
    return FALSE;
  if (PQntuples (result) == 0)
    return TRUE;
  gboolean read = TRUE;
  for (guint i = 0; i < assignment->n_inputs && read; i++)
    {
      const Column *column = table_column (fill->table, assignment->inputs[i]);
      read = pg_read_cell (result, 0, (int) i + 1, &column->type, fill->arena, &values[i],
                           &why);
    }
  if (read)
    bound_transform_apply (assignment->transform, values, fill->arena, &made, &why);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "row %s of '%s', column '%s': %s",
               postgres_cell (result, 0, 0), fill->table->name, assignment->column,
               why != NULL ? why->message : "the value does not convert");
  return FALSE;
}

static gboolean
check_valid (PgFill *fill, const char *rows, const PgAssignment *assignment,
             GError **error)
{
  if (assignment->valid == NULL)
    return TRUE;
  const char *condition
      = arena_printf (fill->arena, "%s AND NOT %s", rows, assignment->valid);
  if (assignment->why != NULL)
    return fail_by_server (fill, assignment, condition, error);
  if (assignment->transform != NULL)
    return fail_by_model (fill, assignment, condition, error);
  return pg_fill_refuse (fill, condition, assignment->column,
                         "what is found does not convert", error);
}

/* Writing ----------------------------------------------------------------------- */

const char *
pg_fill_value (PgFill *fill, const PgAssignment *assignment)
{
  const SqlExpression expression
      = { .value = assignment->value, .valid = assignment->valid };

  return step_sql_value (&expression, fill->arena);
}

const char *
pg_fill_changed (PgFill *fill, const PgAssignment *assignments, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      const Column *column = table_find_column (fill->table, assignments[i].column);
      g_string_append_printf (
          text, "%s%s", i > 0 ? " OR " : "",
          postgres_equal (
              &column->type, pg_fill_column (fill, column->name),
              arena_printf (fill->arena, "(%s)", pg_fill_value (fill, &assignments[i])),
              TRUE, fill->arena));
    }
  return arena_strdup (fill->arena, text->str);
}

/* A type of the user's, to which text is not assigned by itself.  Those that are kinds of
 * text are: a cast would cut a value that is too long. */
static gboolean
wants_cast (const PgFill *fill, const PgColumn *live)
{
  static const char *const TEXTS[] = { "text", "varchar", "bpchar", "name", NULL };
  const Column *declared
      = live != NULL ? table_find_column (fill->table, live->name) : NULL;

  return live != NULL
         && (live->is_enum
             || (declared != NULL
                 && engine_text_for (declared->native, "postgres") != NULL
                 && column_type_is_text (declared->type.base) && !live->is_domain
                 && !g_strv_contains (TEXTS, live->type_name)));
}

static const char *
set_list (PgFill *fill, const PgAssignment *assignments, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      const PgColumn *column = pg_find_column (fill->live, assignments[i].column);
      g_string_append_printf (text, "%s%s = (%s)", i > 0 ? ", " : "",
                              postgres_identifier (fill->arena, assignments[i].column),
                              pg_fill_value (fill, &assignments[i]));
      if (wants_cast (fill, column))
        g_string_append_printf (text, "::%s", column->type);
    }
  return arena_strdup (fill->arena, text->str);
}

gboolean
pg_fill_check (PgFill *fill, const char *condition, const PgAssignment *assignments,
               guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    if (!check_valid (fill, condition, &assignments[i], error))
      return FALSE;
  return TRUE;
}

/* What SQL of the user's fails for is not known to be nothing. */
static gboolean
check_own (PgFill *fill, const char *condition, const PgAssignment *assignments, guint n,
           GError **error)
{
  for (guint i = 0; i < n; i++)
    if (assignments[i].why != NULL
        && !check_valid (fill, condition, &assignments[i], error))
      return FALSE;
  return TRUE;
}

gboolean
pg_fill_write (PgFill *fill, const char *rows, const PgAssignment *assignments, guint n,
               GError **error)
{
  guint64 n_changed;

  if (fill->detail->images != NULL
      && !pg_image_keep_cells (fill, rows, assignments, n, error))
    return FALSE;
  if (!postgres_exec (fill->connection,
                      arena_printf (fill->arena, "UPDATE %s SET %s WHERE %s",
                                    fill->quoted, set_list (fill, assignments, n), rows),
                      &n_changed, error))
    return FALSE;
  fill->progress->n_rows += n_changed;
  return TRUE;
}

gboolean
pg_fill_assign (PgFill *fill, const char *condition, const PgAssignment *assignments,
                guint n, gboolean lenient, GError **error)
{
  return (lenient ? check_own (fill, condition, assignments, n, error)
                  : pg_fill_check (fill, condition, assignments, n, error))
         && pg_fill_write (fill,
                           arena_printf (fill->arena, "%s AND (%s)", condition,
                                         pg_fill_changed (fill, assignments, n)),
                           assignments, n, error);
}

gboolean
pg_fill_wait (PgFill *fill, const char *rows, GError **error)
{
  const char *sql = arena_printf (
      fill->arena,
      "SELECT count(*) FROM (SELECT 1 FROM %s WHERE %s FOR NO KEY UPDATE) AS zdm_row",
      fill->quoted, rows);

  return postgres_exec (fill->connection, sql, NULL, error);
}

gboolean
pg_fill_delete_rows (PgFill *fill, const char *condition, GError **error)
{
  guint64 n_changed;

  if (fill->detail->images != NULL && !pg_image_keep_rows (fill, condition, error))
    return FALSE;
  if (!postgres_exec (
          fill->connection,
          arena_printf (fill->arena, "DELETE FROM %s WHERE %s", fill->quoted, condition),
          &n_changed, error))
    return FALSE;
  fill->progress->n_rows += n_changed;
  return TRUE;
}

static gboolean
fill_init (PgFill *fill, SqlConnection *connection, const Action *action, Arena *arena,
           GError **error)
{
  const PgDetail *detail = action->detail;
  const char *name = detail->table;

  if (detail->fill == FILL_INSERT && detail->operation->kind == OPERATION_CREATE_TABLE)
    name = detail->operation->create_table.table->name;
  const Table *table = database_find (detail->shape, name);
  *fill = (PgFill){ .connection = connection,
                    .detail = detail,
                    .operation = detail->operation,
                    .table = table,
                    .arena = arena };
  if (!pg_live_table (connection, table->name, arena, &fill->live, error))
    return FALSE;
  fill->quoted = fill->live->quoted;
  return TRUE;
}

/* SQL of the user's that fails is asked once more, so that the row can be named, or left
 * where it need not be asked. */
static gboolean
fill_guarded (PgFill *fill, const char *position, GError **error)
{
  g_free (fill->progress->position);
  *fill->progress = (FillProgress){ .position = g_strdup (position) };
  fill->guarded = TRUE;
  return FILLS[fill->detail->fill](fill, error) && pg_guard_end (fill->connection, error);
}

gboolean
postgres_fill (SqlConnection *connection, const Action *action, guint n_rows,
               FillProgress *progress, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *position = g_strdup (progress->position);
  GError *problem = NULL;
  PgFill fill;

  progress->n_rows = 0;
  if (!fill_init (&fill, connection, action, arena, error))
    return FALSE;
  fill.n_rows = MAX (n_rows, 1);
  fill.progress = progress;
  if (FILLS[fill.detail->fill](&fill, &problem))
    return TRUE;
  if (!fill.has_own || !pg_guard_again (connection, problem))
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  g_error_free (problem);
  return fill_guarded (&fill, position, error);
}

gboolean
postgres_fill_check (SqlConnection *connection, const Action *action,
                     const char *position, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  guint64 first;
  PgFill fill;

  if (!fill_init (&fill, connection, action, arena, error))
    return FALSE;
  if (fill.detail->fill == FILL_INSERT)
    return walk_read_number (position, table_n_rows (fill.operation->create_table.table),
                             &first, error);
  return pg_walk_check (position, fill.live, fill.detail->fill == FILL_SYNC, error);
}
