/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms that choose a value, as SQL: map and coalesce.
 */
#include "config.h"

#include "engine/mariadb/formula_stage.h"

/* What `else` makes of the value @v. */
static void
map_else (Formula *formula, const BoundStage *stage, const char *v,
          SqlExpression *otherwise)
{
  Formula kept;

  *otherwise = (SqlExpression){ .value = "NULL" };
  if (stage->stage->map.otherwise == MAP_ELSE_ERROR)
    otherwise->valid = "FALSE";
  if (stage->stage->map.otherwise != MAP_ELSE_KEEP)
    return;
  maria_formula_begin (&kept, v, formula->arena);
  maria_formula_cast (&kept, &stage->inputs[0]->type, &stage->type);
  maria_formula_finish (&kept, otherwise);
  if (kept.refusal != NULL)
    maria_formula_refuse (formula, kept.refusal);
}

/* " WHEN 'a' THEN 'b'" for each key, and the list of those that are not null.  Returns:
 * what a null becomes */
static const char *
append_entries (Formula *formula, GString *sql, GString *keys, const BoundStage *stage)
{
  const TypeSpec *from = &stage->inputs[0]->type;
  const char *of_null = "NULL";

  for (guint i = 0; i < stage->n_map; i++)
    {
      const char *key = maria_formula_literal (formula, from, &stage->map_from[i]);
      const char *made = maria_formula_literal (formula, &stage->type, &stage->map_to[i]);

      if (value_is_null (&stage->map_from[i]))
        {
          of_null = made;
          continue;
        }
      g_string_append_printf (sql, " WHEN %s THEN %s", key, made);
      g_string_append_printf (keys, "%s%s", keys->len > 0 ? ", " : "", key);
    }
  return of_null;
}

void
maria_formula_map (Formula *formula, const BoundStage *stage)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autoptr (GString) keys = g_string_new (NULL);
  const char *v = formula->value;
  const char *of_null = append_entries (formula, sql, keys, stage);
  SqlExpression otherwise;

  if (stage->inputs[0]->type.base == COLUMN_TYPE_JSON)
    maria_formula_refuse (formula, "MariaDB does not bring JSON into canonical form");
  map_else (formula, stage, v, &otherwise);
  if (otherwise.valid != NULL && keys->len > 0)
    maria_formula_require (formula, "%s IS NULL OR %s IN (%s) OR %s", v, v, keys->str,
                           otherwise.valid);
  else if (otherwise.valid != NULL)
    maria_formula_require (formula, "%s IS NULL OR %s", v, otherwise.valid);
  if (sql->len > 0)
    maria_formula_set (formula,
                       "(CASE WHEN %s IS NULL THEN %s ELSE CASE %s%s ELSE %s END END)", v,
                       of_null, v, sql->str, otherwise.value);
  else
    maria_formula_set (formula, "(CASE WHEN %s IS NULL THEN %s ELSE %s END)", v, of_null,
                       otherwise.value);
}

void
maria_formula_coalesce (Formula *formula, const BoundStage *stage)
{
  maria_formula_cast (formula, &stage->inputs[0]->type, &stage->type);
  maria_formula_set (formula, "COALESCE(%s, %s)", formula->value,
                     maria_formula_literal (formula, &stage->type, &stage->value));
}
