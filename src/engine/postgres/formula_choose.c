/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms that choose a value, as SQL: map and coalesce.
 */
#include "config.h"

#include "engine/postgres/formula_stage.h"
#include "engine/postgres/sql_text.h"

/* The operand that is compared with keys.  For jsonb 1.0 equals 1.00, which is another
 * canonical text. */
static const char *
comparable (Arena *arena, const TypeSpec *type, const char *v)
{
  if (type->base == COLUMN_TYPE_JSON)
    return arena_printf (arena, "(%s::text COLLATE \"C\")", v);
  return v;
}

/* What `else` makes of @v, which is a settled operand. */
static void
map_else (const BoundStage *stage, const char *v, Arena *arena, SqlExpression *otherwise)
{
  const Value null = VALUE_NULL_INIT;
  Formula kept;

  *otherwise = (SqlExpression){ .value = postgres_literal (arena, &stage->type, &null) };
  if (stage->stage->map.otherwise == MAP_ELSE_ERROR)
    otherwise->valid = arena_printf (arena, "%s IS NULL", v);
  if (stage->stage->map.otherwise != MAP_ELSE_KEEP)
    return;
  formula_begin (&kept, v, arena);
  formula_cast (&kept, &stage->inputs[0]->type, &stage->type);
  formula_finish (&kept, otherwise);
}

/* " WHEN v = 'a' THEN 'b'" for each key, and the list of those that are not null. */
static void
append_entries (GString *sql, GString *keys, const BoundStage *stage, const char *v,
                Arena *arena)
{
  const TypeSpec *from = &stage->inputs[0]->type;

  for (guint i = 0; i < stage->n_map; i++)
    {
      const Value *key = &stage->map_from[i];
      const char *literal = comparable (arena, from, postgres_literal (arena, from, key));

      if (value_is_null (key))
        g_string_append_printf (sql, " WHEN %s IS NULL THEN ", v);
      else
        g_string_append_printf (sql, " WHEN %s = %s THEN ", v, literal);
      postgres_append_literal (sql, &stage->type, &stage->map_to[i]);
      if (!value_is_null (key))
        g_string_append_printf (keys, "%s%s", keys->len > 0 ? ", " : "", literal);
    }
}

void
formula_map (Formula *formula, const BoundStage *stage)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autoptr (GString) keys = g_string_new (NULL);
  Arena *arena = formula->arena;
  const char *v = formula_isolate (formula);
  const char *compared = comparable (arena, &stage->inputs[0]->type, v);
  SqlExpression otherwise;

  map_else (stage, v, arena, &otherwise);
  append_entries (sql, keys, stage, compared, arena);
  if (otherwise.valid != NULL && keys->len > 0)
    formula_require (formula, "%s IS NULL OR %s IN (%s) OR %s", v, compared, keys->str,
                     otherwise.valid);
  else if (otherwise.valid != NULL)
    formula_require (formula, "%s", otherwise.valid);
  if (sql->len > 0)
    formula_set (formula, "(CASE%s ELSE %s END)", sql->str, otherwise.value);
  else
    formula_set (formula, "%s", otherwise.value);
}

void
formula_coalesce (Formula *formula, const BoundStage *stage)
{
  formula_cast (formula, &stage->inputs[0]->type, &stage->type);
  formula_set (formula, "coalesce(%s, %s)", formula->value,
               postgres_literal (formula->arena, &stage->type, &stage->value));
}
