/* SPDX-License-Identifier: Apache-2.0
 *
 * Both sides of a sync, guarded.
 */
#include "config.h"

#include "engine/sql/guarded.h"

typedef struct
{
  SqlGuardOne guard;
  gpointer data;
  Arena *arena;
} Guarding;

static gboolean
guard_side (const Guarding *guarding, const char *const *columns,
            const BoundTransform *const *transforms, const SqlExpression *in_trigger,
            const SqlExpression **expressions, GError **error)
{
  guint n = g_strv_length ((char **) columns);
  SqlExpression *list = arena_new_array (guarding->arena, SqlExpression, n + 1);

  for (guint i = 0; i < n; i++)
    {
      SqlGuarded guarded = { .expression = (*expressions)[i] };
      if (bound_transform_needs_database (transforms[i])
          && !guarding->guard (guarding->data, columns[i], &in_trigger[i], &guarded,
                               error))
        return FALSE;
      list[i] = guarded.expression;
    }
  *expressions = list;
  return TRUE;
}

gboolean
sql_guard_sync (const SqlWords *words, const Table *table, const Sync *sync, StepSql *sql,
                SqlGuardOne guard, gpointer data, Arena *arena, GError **error)
{
  const Guarding guarding = { .guard = guard, .data = data, .arena = arena };
  StepSql trigger;

  return step_sql_init (&trigger, words, table, sync, "NEW.", TRUE, arena, error)
         && guard_side (&guarding, sync->new_columns, sync->forward, trigger.forward,
                        &sql->forward, error)
         && (sql->backward == NULL
             || guard_side (&guarding, sync->old_columns, sync->backward,
                            trigger.backward, &sql->backward, error));
}
