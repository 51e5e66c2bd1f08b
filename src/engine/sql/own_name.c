/* SPDX-License-Identifier: Apache-2.0
 *
 * The name of a column that is about to take another one's.
 */
#include "config.h"

#include "engine/sql/own_name.h"

const char *
own_name_of_input (const Table *table, const BoundTransform *transform)
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
