/* SPDX-License-Identifier: Apache-2.0
 *
 * Operands that end in another name than the one they are known by.
 */
#include "config.h"

#include "engine/sql/known_names.h"

const char *
known_names (const BoundStage *stage, const char *const *inputs,
             const char *(*identifier) (Arena *arena, const char *name), Arena *arena)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < stage->n_inputs; i++)
    {
      const char *name = identifier (arena, stage->inputs[i]->name);
      if (!g_str_has_suffix (inputs[i], name))
        g_string_append_printf (list, "%s%s AS %s", list->len > 0 ? ", " : "", inputs[i],
                                name);
    }
  return list->len > 0 ? arena_strdup (arena, list->str) : NULL;
}

const char *
known_own_name (const Table *table, const BoundTransform *transform)
{
  for (guint i = 0; table != NULL && i < table->syncs->len; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (sync->purpose == SYNC_FOR_SHADOW && sync->backward != NULL
          && sync->backward[0] == transform
          && g_str_equal (sync->new_columns[0], transform->stages[0].inputs[0]->name))
        return sync->old_columns[0];
    }
  return NULL;
}
