/* SPDX-License-Identifier: Apache-2.0
 *
 * History: ids, and what is known of columns and constraints.
 */
#include "config.h"

#include "safety/history.h"

struct History
{
  GHashTable *files_of_ids; /* id → file */
};

History *
history_new (void)
{
  History *history = g_new0 (History, 1);

  history->files_of_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return history;
}

void
history_free (History *history)
{
  if (history == NULL)
    return;
  g_hash_table_unref (history->files_of_ids);
  g_free (history);
}

void
history_fold (History *history, const char *file, const Migration *migration,
              const GPtrArray *effects)
{
  (void) effects;
  if (migration != NULL && !g_hash_table_contains (history->files_of_ids, migration->id))
    g_hash_table_insert (history->files_of_ids, g_strdup (migration->id), g_strdup (file));
}

const char *
history_file_of_id (const History *history, const char *id)
{
  return g_hash_table_lookup (history->files_of_ids, id);
}

const char *
history_column_type (const History *history, const char *table, const char *column)
{
  (void) history, (void) table, (void) column;
  return NULL;
}

const char *
history_open_expand (const History *history, const char *table, const char *column)
{
  (void) history, (void) table, (void) column;
  return NULL;
}

const char *
history_unvalidated (const History *history, const char *table, const char *constraint)
{
  (void) history, (void) table, (void) constraint;
  return NULL;
}

gboolean
history_has_not_null_check (const History *history, const char *table, const char *column)
{
  (void) history, (void) table, (void) column;
  return FALSE;
}
