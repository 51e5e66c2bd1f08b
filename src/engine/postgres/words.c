/* SPDX-License-Identifier: Apache-2.0
 *
 * Words of PostgreSQL.
 */
#include "config.h"

#include "engine/postgres/words.h"

#include "engine/postgres/sql_text.h"
#include "model/table_name.h"

/* @type's values as what tells all of them apart: equality takes -0 for 0, 1.0 for 1.00
 * in a number that keeps its digits and inside of jsonb, and words of which a collation
 * says so for the same. */
static const char *
image (const TypeSpec *type, const char *operand, Arena *arena)
{
  if (type->base == COLUMN_TYPE_DOUBLE)
    return arena_printf (arena, "float8send(%s)", operand);
  if (type->base == COLUMN_TYPE_JSON
      || (type->base == COLUMN_TYPE_DECIMAL && type->precision == 0))
    return arena_printf (arena, "%s::text", operand);
  return operand;
}

const char *
postgres_equal (const TypeSpec *type, const char *a, const char *b, gboolean differs,
                Arena *arena)
{
  const char *operator= differs ? "IS DISTINCT FROM" : "IS NOT DISTINCT FROM";

  if (column_type_is_text (type->base))
    return arena_printf (arena, "%s::text COLLATE \"C\" %s %s::text", a, operator, b);
  return arena_printf (arena, "%s %s %s", a, operator, b);
}

const char *
postgres_alike (const TypeSpec *type, const char *a, const char *b, gboolean differs,
                Arena *arena)
{
  return postgres_equal (type, image (type, a, arena), image (type, b, arena), differs,
                         arena);
}

static const char *
from_new (const char *sql, const Table *table, Arena *arena)
{
  return arena_printf (arena, "(SELECT %s FROM (SELECT NEW.*) AS %s)", sql,
                       postgres_identifier (arena, table_name_own (table->name, arena)));
}

/* In a trigger the user's SQL reads the row from NEW. */
static gboolean
expression_of (const BoundTransform *transform, const Table *table,
               const char *const *inputs, gboolean in_trigger, Arena *arena,
               SqlExpression *expression, GError **error)
{
  if (!postgres_expression (transform, table, inputs, arena, expression, error))
    return FALSE;
  if (!in_trigger || !bound_transform_needs_database (transform))
    return TRUE;
  expression->value = from_new (expression->value, table, arena);
  if (expression->valid != NULL)
    expression->valid = from_new (expression->valid, table, arena);
  return TRUE;
}

static const char *
exact_text (Arena *arena, const char *operand)
{
  return arena_printf (arena, "%s::text COLLATE \"C\"", operand);
}

static const char *
sum_of (Arena *arena, const TypeSpec *type, const char *operand)
{
  if (type->base != COLUMN_TYPE_BIGINT && type->base != COLUMN_TYPE_INTEGER)
    return arena_printf (arena, "sum(%s)", operand);
  return arena_printf (arena,
                       "CASE WHEN sum(%s::numeric) BETWEEN -9223372036854775808 AND "
                       "9223372036854775807 THEN sum(%s::numeric)::bigint END",
                       operand, operand);
}

const SqlWords postgres_words = {
  .identifier = postgres_identifier,
  .table = postgres_table,
  .same = postgres_equal,
  .alike = postgres_alike,
  .expression = expression_of,
  .exact_text = exact_text,
  .sum = sum_of,
};
