/* SPDX-License-Identifier: Apache-2.0
 *
 * Words of SQLite.
 */
#include "config.h"

#include "engine/sqlite/words.h"

#include "engine/sqlite/expression.h"
#include "engine/sqlite/sql_text.h"

static const char *
same (const TypeSpec *type, const char *a, const char *b, gboolean differs, Arena *arena)
{
  (void) type;
  return arena_printf (arena, "%s %s %s COLLATE BINARY", a, differs ? "IS NOT" : "IS", b);
}

static gboolean
expression_of (const BoundTransform *transform, const Table *table,
               const char *const *inputs, gboolean in_trigger, Arena *arena,
               SqlExpression *expression, GError **error)
{
  SqliteExpression made;

  (void) in_trigger;
  if (!sqlite_expression (transform, table, inputs, arena, &made, error))
    return FALSE;
  *expression = (SqlExpression){ .value = made.value, .valid = made.valid };
  return TRUE;
}

/* A name of a table has no schema. */
const SqlWords sqlite_words = {
  .identifier = sqlite_identifier,
  .table = sqlite_identifier,
  .same = same,
  .alike = same,
  .expression = expression_of,
};

gboolean
sqlite_sync_needs_database (const Sync *sync)
{
  for (guint i = 0; sync->new_columns[i] != NULL; i++)
    if (bound_transform_needs_database (sync->forward[i]))
      return TRUE;
  for (guint i = 0; sync->backward != NULL && sync->old_columns[i] != NULL; i++)
    if (bound_transform_needs_database (sync->backward[i]))
      return TRUE;
  return FALSE;
}

gboolean
sqlite_sync_is_copy (const Sync *sync)
{
  return sync->backward != NULL && sync->new_columns[1] == NULL
         && sync->old_columns[1] == NULL && bound_transform_is_identity (sync->forward[0])
         && bound_transform_is_identity (sync->backward[0]);
}

const char *
sqlite_sync_in_step (const Table *table, const Sync *sync, Arena *arena, GError **error)
{
  StepSql sql;

  if (!step_sql_init (&sql, &sqlite_words, table, sync, "", FALSE, arena, error))
    return NULL;
  return step_sql_in_step (&sql);
}
