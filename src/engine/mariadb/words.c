/* SPDX-License-Identifier: Apache-2.0
 *
 * Words of MariaDB.
 */
#include "config.h"

#include "engine/mariadb/words.h"

#include "engine/mariadb/sql_text.h"
#include "engine/sql/known_names.h"
#include "model/error.h"

/* Neither letters of another case nor spaces at the end are the same. */
const char *
mariadb_same (const TypeSpec *type, const char *a, const char *b, gboolean differs,
              Arena *arena)
{
  if (column_type_is_text (type->base) || type->base == COLUMN_TYPE_JSON)
    {
      a = mariadb_as_text (arena, a);
      b = mariadb_as_text (arena, b);
    }
  return arena_printf (arena, differs ? "NOT (%s <=> %s)" : "(%s <=> %s)", a, b);
}

/* Whether the user's SQL, which is the first stage, knows an input by that name: a column
 * that has changed its name since, as one that gets another type does at the end, has the
 * one that it had. */
static gboolean
is_input (const BoundTransform *transform, const char *name)
{
  const BoundStage *stage = &transform->stages[0];

  for (guint i = 0; i < stage->n_inputs; i++)
    if (g_ascii_strcasecmp (stage->inputs[i]->name, name) == 0)
      return TRUE;
  return FALSE;
}

/* The row NEW as a table, whose columns the user's SQL names. */
static const char *
new_row (const BoundTransform *transform, const Table *table, const char *const *inputs,
         Arena *arena)
{
  const BoundStage *stage = &transform->stages[0];
  g_autoptr (GString) text = g_string_new ("(SELECT ");
  const char *separator = "";

  for (guint i = 0; i < stage->n_inputs; i++, separator = ", ")
    g_string_append_printf (text, "%s%s AS %s", separator, inputs[i],
                            mariadb_identifier (arena, stage->inputs[i]->name));
  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const char *name = mariadb_identifier (arena, table_column (table, i)->name);
      if (is_input (transform, table_column (table, i)->name))
        continue;
      g_string_append_printf (text, "%sNEW.%s AS %s", separator, name, name);
      separator = ", ";
    }
  g_string_append_printf (text, ") AS %s", mariadb_identifier (arena, table->name));
  return arena_strdup (arena, text->str);
}

/* The row itself again, by its key, with the names that the user's SQL knows: a subquery
 * in FROM cannot speak of a row outside of it. */
static const char *
same_row (const BoundTransform *transform, const Table *table, const char *const *inputs,
          const char *value, Arena *arena)
{
  const char *name = mariadb_identifier (arena, table->name);
  const BoundStage *stage = &transform->stages[0];
  g_autoptr (GString) list = g_string_new (NULL), match = g_string_new (NULL);
  const Constraint *key = table_primary_key (table);

  for (guint i = 0; i < stage->n_inputs; i++)
    g_string_append_printf (list, "%s%s AS %s", i > 0 ? ", " : "", inputs[i],
                            mariadb_identifier (arena, stage->inputs[i]->name));
  for (guint i = 0; key != NULL && key->columns[i] != NULL; i++)
    {
      const char *column = mariadb_identifier (arena, key->columns[i]);
      g_string_append_printf (list, ", %s.%s AS zdm_key_%u", name, column, i);
      g_string_append_printf (match, "%szdm_given.zdm_key_%u = %s.%s",
                              i > 0 ? " AND " : "", i, name, column);
    }
  return arena_printf (arena,
                       "(SELECT %s FROM (SELECT %s FROM %s) AS zdm_given WHERE %s)",
                       value, list->str, name, match->str);
}

static gboolean
read_by_name (const BoundTransform *transform, const Table *table,
              const char *const *inputs, gboolean in_trigger, Arena *arena,
              SqlExpression *expression, GError **error)
{
  if (in_trigger)
    expression->value = arena_printf (arena, "(SELECT %s FROM %s)", expression->value,
                                      new_row (transform, table, inputs, arena));
  else if (known_names (&transform->stages[0], inputs, mariadb_identifier, arena) == NULL)
    return TRUE;
  else if (table_primary_key (table) != NULL)
    expression->value = same_row (transform, table, inputs, expression->value, arena);
  else
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "your SQL reads a column of '%s' that changes its name: declare the "
                   "primary key of the table, by which the row can be found",
                   table->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
expression_of (const BoundTransform *transform, const Table *table,
               const char *const *inputs, gboolean in_trigger, Arena *arena,
               SqlExpression *expression, GError **error)
{
  return mariadb_expression (transform, inputs, arena, expression, error)
         && (!bound_transform_needs_database (transform)
             || read_by_name (transform, table, inputs, in_trigger, arena, expression,
                              error));
}

static const char *
sum_of (Arena *arena, const TypeSpec *type, const char *operand)
{
  if (type->base != COLUMN_TYPE_BIGINT && type->base != COLUMN_TYPE_INTEGER)
    return arena_printf (arena, "SUM(%s)", operand);
  return arena_printf (arena,
                       "CASE WHEN SUM(%s) BETWEEN -9223372036854775808 AND "
                       "9223372036854775807 THEN CAST(SUM(%s) AS SIGNED) END",
                       operand, operand);
}

const SqlWords mariadb_words = {
  .identifier = mariadb_identifier,
  .table = mariadb_identifier,
  .same = mariadb_same,
  .alike = mariadb_same,
  .expression = expression_of,
  .exact_text = mariadb_as_text,
  .sum = sum_of,
};
