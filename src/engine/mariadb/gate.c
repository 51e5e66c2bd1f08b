/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate before contract, as in memory's gate.c.
 */
#include "config.h"

#include "engine/mariadb/gate.h"

#include "engine/mariadb/live.h"
#include "engine/mariadb/words.h"
#include "model/error.h"
#include "model/shape.h"

static gboolean
check_sync (SqlConnection *connection, const Table *table, const Sync *sync,
            GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTable *live;
  const char *count, *row;

  if (sync == NULL || sync->mode == SYNC_ON_INSERT)
    return TRUE;
  const char *condition
      = arena_printf (arena, "NOT %s", maria_in_step (table, sync, "", arena));
  if (!maria_live_table (connection, table->name, arena, &live, error)
      || !mariadb_text (connection,
                        arena_printf (arena, "SELECT COUNT(*) FROM %s WHERE %s",
                                      live->quoted, condition),
                        &count, arena, error))
    return FALSE;
  gint64 n = g_ascii_strtoll (count, NULL, 10);
  if (n == 0)
    return TRUE;
  if (!maria_first_row (connection, live, condition, &row, arena, error))
    return FALSE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_GATE,
               "%" G_GINT64_FORMAT " row%s of '%s' %s out of step: '%s' does not go with "
               "'%s', first %s",
               n, n == 1 ? "" : "s", table->name, n == 1 ? "is" : "are",
               name_list_to_string (sync->new_columns, arena),
               name_list_to_string (sync->old_columns, arena), row != NULL ? row : "?");
  return FALSE;
}

gboolean
maria_gate_check (SqlConnection *connection, const MariaDetail *detail, GError **error)
{
  const Operation *operation = detail->operation;
  const Table *table = database_find (detail->shape, detail->table);

  if (operation->kind == OPERATION_END_SYNC)
    return check_sync (connection, table,
                       table_sync_of_new (table, operation->end_sync.columns[0]), error);
  for (guint i = 0; operation->drop_column.columns[i] != NULL; i++)
    if (!check_sync (connection, table,
                     table_sync_of_old (table, operation->drop_column.columns[i]), error))
      return FALSE;
  return TRUE;
}
