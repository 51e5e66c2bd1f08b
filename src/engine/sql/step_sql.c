/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules of memory's row_sync.c as conditions.
 */
#include "config.h"

#include "engine/sql/step_sql.h"

const char *const *
step_sql_columns (const SqlWords *words, const char *prefix, const char *const *names,
                  Arena *arena)
{
  guint n = g_strv_length ((char **) names);
  const char **columns = arena_new_array (arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    columns[i]
        = arena_printf (arena, "%s%s", prefix, words->identifier (arena, names[i]));
  return columns;
}

static const SqlExpression *
compile (const StepSql *sql, const BoundTransform *const *transforms, guint n,
         const char *const *inputs, gboolean in_trigger, GError **error)
{
  SqlExpression *expressions = arena_new_array (sql->arena, SqlExpression, n + 1);

  for (guint i = 0; i < n; i++)
    if (!sql->words->expression (transforms[i], sql->table, inputs, in_trigger,
                                 sql->arena, &expressions[i], error))
      return NULL;
  return expressions;
}

gboolean
step_sql_init (StepSql *sql, const SqlWords *words, const Table *table, const Sync *sync,
               const char *prefix, gboolean in_trigger, Arena *arena, GError **error)
{
  *sql = (StepSql){
    .words = words, .table = table, .sync = sync, .in_trigger = in_trigger, .arena = arena
  };
  sql->olds = step_sql_columns (words, prefix, sync->old_columns, arena);
  sql->news = step_sql_columns (words, prefix, sync->new_columns, arena);
  sql->forward = compile (sql, sync->forward, g_strv_length ((char **) sync->new_columns),
                          sql->olds, in_trigger, error);
  if (sql->forward == NULL)
    return FALSE;
  if (sync->backward == NULL)
    return TRUE;
  sql->backward
      = compile (sql, sync->backward, g_strv_length ((char **) sync->old_columns),
                 sql->news, in_trigger, error);
  return sql->backward != NULL;
}

const char *
step_sql_all_null (const char *const *operands, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; operands[i] != NULL; i++)
    g_string_append_printf (text, "%s%s IS NULL", i > 0 ? " AND " : "", operands[i]);
  return arena_strdup (arena, text->str);
}

const char *
step_sql_value (const SqlExpression *expression, Arena *arena)
{
  if (expression->valid == NULL)
    return expression->value;
  return arena_printf (arena, "CASE WHEN %s THEN %s END", expression->valid,
                       expression->value);
}

const char *
step_sql_valid (const SqlExpression *expressions, guint n, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    if (expressions[i].valid != NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? " AND " : "",
                              expressions[i].valid);
  return text->len > 0 ? arena_strdup (arena, text->str) : NULL;
}

const char *
step_sql_differ (const SqlWords *words, const Table *table, const char *const *names,
                 const char *const *a, const char *const *b, Arena *arena)
{
  g_autoptr (GString) text = g_string_new ("(");

  for (guint i = 0; names[i] != NULL; i++)
    {
      const Column *column = table_find_column (table, names[i]);
      g_string_append_printf (text, "%s%s", i > 0 ? " OR " : "",
                              words->alike (&column->type, a[i], b[i], TRUE, arena));
    }
  g_string_append_c (text, ')');
  return arena_strdup (arena, text->str);
}

/* "valid AND a is f(x) AND …" */
static const char *
agrees (const StepSql *sql, const char *const *names, const char *const *columns,
        const SqlExpression *expressions)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    {
      const Column *column = table_find_column (sql->table, names[i]);
      if (text->len > 0)
        g_string_append (text, " AND ");
      if (expressions[i].valid != NULL)
        g_string_append_printf (text, "%s AND ", expressions[i].valid);
      g_string_append (
          text, (sql->in_trigger ? sql->words->alike : sql->words->same) (
                    &column->type, columns[i], expressions[i].value, FALSE, sql->arena));
    }
  return arena_strdup (sql->arena, text->str);
}

/* Both ways the value itself: one comparison says it all. */
static gboolean
is_copy (const Sync *sync)
{
  return sync->backward != NULL && sync->new_columns[0] != NULL
         && sync->new_columns[1] == NULL && sync->old_columns[1] == NULL
         && bound_transform_is_identity (sync->forward[0])
         && bound_transform_is_identity (sync->backward[0]);
}

/* "new = f(old)" */
static const char *
follows (const StepSql *sql)
{
  return agrees (sql, sql->sync->new_columns, sql->news, sql->forward);
}

const char *
step_sql_is_settled (const StepSql *sql)
{
  if (sql->sync->mode == SYNC_ON_INSERT)
    return arena_printf (sql->arena, "NOT (%s)",
                         step_sql_all_null (sql->news, sql->arena));
  return sql->sync->new_columns[0] != NULL ? follows (sql) : "true";
}

const char *
step_sql_in_step (const StepSql *sql)
{
  const Sync *sync = sql->sync;
  Arena *arena = sql->arena;

  if (sync->new_columns[0] == NULL)
    return "true";
  const char *forward = follows (sql);
  const char *given
      = arena_printf (arena, "NOT (%s)", step_sql_all_null (sql->news, arena));
  if (is_copy (sync))
    return arena_printf (arena, "(%s)", forward);
  if (sql->backward == NULL)
    return sync->mode == SYNC_FORWARD
               ? arena_printf (arena, "((%s) OR %s)", forward, given)
               : arena_printf (arena, "(%s)", forward);
  return arena_printf (arena, "((%s) OR (%s AND %s))", forward, given,
                       agrees (sql, sync->old_columns, sql->olds, sql->backward));
}
