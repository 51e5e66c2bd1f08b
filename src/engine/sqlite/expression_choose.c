/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms that choose a value, as SQL: map and coalesce.
 */
#include "config.h"

#include "engine/sqlite/expression_stage.h"
#include "engine/sqlite/sql_text.h"

/* What `else` makes of v. */
static gboolean
map_else (const BoundStage *stage, Arena *arena, SqliteExpression *otherwise,
          GError **error)
{
  Chain kept;

  *otherwise = (SqliteExpression){ .value = "NULL" };
  if (stage->stage->map.otherwise == MAP_ELSE_ERROR)
    otherwise->valid = "v IS NULL";
  if (stage->stage->map.otherwise != MAP_ELSE_KEEP)
    return TRUE;
  chain_begin (&kept, "v", arena);
  if (!expression_cast (&kept, &stage->inputs[0]->type, &stage->type, error))
    return FALSE;
  chain_finish (&kept, otherwise);
  return TRUE;
}

/* " WHEN v = 'a' THEN 'b'" for each key, and the list of those that are not null. */
static void
append_entries (GString *sql, GString *keys, const BoundStage *stage)
{
  const TypeSpec *from = &stage->inputs[0]->type;

  for (guint i = 0; i < stage->n_map; i++)
    {
      const Value *key = &stage->map_from[i];

      g_string_append (sql, value_is_null (key) ? " WHEN v IS " : " WHEN v = ");
      sqlite_append_literal (sql, from, key);
      g_string_append (sql, " THEN ");
      sqlite_append_literal (sql, &stage->type, &stage->map_to[i]);
      if (value_is_null (key))
        continue;
      g_string_append (keys, keys->len > 0 ? ", " : "");
      sqlite_append_literal (keys, from, key);
    }
}

gboolean
expression_map (Chain *chain, const BoundStage *stage, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autoptr (GString) keys = g_string_new (NULL);
  SqliteExpression otherwise;

  if (stage->inputs[0]->type.base == COLUMN_TYPE_JSON)
    return expression_refuse (error, "SQLite does not bring JSON into canonical form, so "
                                     "its keys cannot be compared");
  if (!map_else (stage, chain->arena, &otherwise, error))
    return FALSE;
  chain_settle (chain);
  append_entries (sql, keys, stage);
  /* A null always is valid, so this is not null for one. */
  if (otherwise.valid != NULL)
    chain_require (chain, "v IN (%s) OR %s", keys->str, otherwise.valid);
  if (sql->len > 0)
    chain_set (chain, "CASE%s ELSE %s END", sql->str, otherwise.value);
  else
    chain_set (chain, "%s", otherwise.value);
  return TRUE;
}

gboolean
expression_coalesce (Chain *chain, const BoundStage *stage, GError **error)
{
  if (!expression_cast (chain, &stage->inputs[0]->type, &stage->type, error))
    return FALSE;
  chain_set (chain, "ifnull(%s, %s)", chain->value,
             sqlite_literal (chain->arena, &stage->type, &stage->value));
  return TRUE;
}
