/* SPDX-License-Identifier: Apache-2.0
 *
 * What others have bound to a column that goes: the server drops it without a word.
 */
#include "config.h"

#include "engine/postgres/remark.h"

#include "engine/postgres/dependent.h"
#include "engine/postgres/detail.h"

/* After contract a column that has taken another one's place gives it back, with all that
 * is bound to it. */
static gboolean
gives_place_back (const PgDetail *detail, const PgTable *live)
{
  const Table *table = database_find (detail->shape, detail->table);
  const Sync *sync = NULL;

  for (guint i = 0; table != NULL && sync == NULL && i < table->syncs->len; i++)
    {
      const Sync *one = table->syncs->pdata[i];
      if (name_list_contains (one->new_columns, detail->column))
        sync = one;
    }
  for (guint i = 0; sync != NULL && sync->old_columns[i] != NULL; i++)
    if (pg_find_column (live, sync->old_columns[i]) == NULL)
      return TRUE;
  return FALSE;
}

static gboolean
is_own (const char *name, const PgDetail *detail, const Database *end)
{
  const Table *table = database_find (end, detail->table);

  return g_str_has_prefix (name, "zdm_")
         || (table != NULL
             && (table_find_constraint (table, name) != NULL
                 || table_find_index (table, name) != NULL));
}

gboolean
pg_remark_back (SqlConnection *connection, const Action *action, const Database *end,
                GPtrArray *remarks, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgDetail *detail = action->detail;
  const PgTable *live;

  if (detail == NULL || detail->kind != PG_DROP_COLUMN)
    return TRUE;
  if (!pg_read_table (connection, detail->table, arena, &live, error))
    return FALSE;
  const PgColumn *column = live != NULL ? pg_find_column (live, detail->column) : NULL;
  if (column == NULL || gives_place_back (detail, live))
    return TRUE;
  g_autoptr (PostgresResult) bound
      = pg_column_bound (connection, live, column, arena, error);
  for (int i = 0; bound != NULL && i < PQntuples (bound); i++)
    if (!is_own (postgres_cell (bound, i, 0), detail, end))
      g_ptr_array_add (
          remarks,
          g_strdup_printf ("%s goes with column '%s' of '%s', and does not come back",
                           postgres_cell (bound, i, 1), detail->column, detail->table));
  return bound != NULL;
}
