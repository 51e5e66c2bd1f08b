/* SPDX-License-Identifier: Apache-2.0
 *
 * Words of MariaDB.
 */
#include "config.h"

#include "engine/mariadb/words.h"

#include "engine/mariadb/sql_text.h"

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

/* The row NEW as a table, whose columns the user's SQL names. */
static const char *
new_row (const Table *table, Arena *arena)
{
  g_autoptr (GString) text = g_string_new ("(SELECT ");

  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const char *name = mariadb_identifier (arena, table_column (table, i)->name);
      g_string_append_printf (text, "%sNEW.%s AS %s", i > 0 ? ", " : "", name, name);
    }
  g_string_append_printf (text, ") AS %s", mariadb_identifier (arena, table->name));
  return arena_strdup (arena, text->str);
}

static gboolean
expression_of (const BoundTransform *transform, const Table *table,
               const char *const *inputs, gboolean in_trigger, Arena *arena,
               SqlExpression *expression, GError **error)
{
  if (!mariadb_expression (transform, inputs, arena, expression, error))
    return FALSE;
  if (in_trigger && bound_transform_needs_database (transform))
    expression->value = arena_printf (arena, "(SELECT %s FROM %s)", expression->value,
                                      new_row (table, arena));
  return TRUE;
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
  .expression = expression_of,
  .exact_text = mariadb_as_text,
  .sum = sum_of,
};
