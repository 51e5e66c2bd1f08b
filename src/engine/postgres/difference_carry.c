/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns that take the place of another one, with all that is bound to it.
 */
#include "config.h"

#include "engine/postgres/difference_part.h"

const char *
pg_plan_moved_to (const Table *from, const Table *to, const char *column)
{
  for (guint i = 0; i < from->syncs->len; i++)
    {
      const Sync *sync = from->syncs->pdata[i];
      if (sync->purpose == SYNC_FOR_RENAME && g_str_equal (sync->old_columns[0], column)
          && table_find_column (to, column) == NULL
          && table_find_column (to, sync->new_columns[0]) != NULL)
        return sync->new_columns[0];
    }
  for (guint i = 0; i < to->syncs->len; i++)
    {
      const Sync *sync = to->syncs->pdata[i];
      if (sync->purpose == SYNC_FOR_RENAME && g_str_equal (sync->new_columns[0], column)
          && table_find_column (from, sync->old_columns[0]) == NULL
          && table_find_column (from, column) != NULL)
        return sync->old_columns[0];
    }
  return NULL;
}

static gboolean
speaks_of_moved (const Table *from, const Table *to, const char *const *columns)
{
  for (guint i = 0; columns != NULL && columns[i] != NULL; i++)
    if (pg_plan_moved_to (from, to, columns[i]) != NULL)
      return TRUE;
  return FALSE;
}

gboolean
pg_plan_is_carried (const Table *from, const Table *to, const char *name,
                    const char *const *columns)
{
  return from != NULL && to != NULL && speaks_of_moved (from, to, columns)
         && (table_find_constraint (to, name) != NULL
             || table_find_index (to, name) != NULL);
}

void
pg_plan_carry (PgDifference *difference, PgDetailKind kind, const Table *table,
               const char *column, const char *to)
{
  const PgDetail detail = { .kind = kind,
                            .table = table->name,
                            .shape = difference->from,
                            .before = difference->to,
                            .column = column,
                            .to = to,
                            .back = difference->back };

  if (kind == PG_CARRY)
    {
      pg_plan_change (
          difference, &detail, LOCK_CLASS_EXCLUSIVE,
          arena_printf (difference->arena,
                        "what was built on %s takes the place of what is bound "
                        "to %s",
                        pg_plan_name (difference, to),
                        pg_plan_name (difference, column)));
      return;
    }
  Action *action = pg_difference_add (
      difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INDEX,
      arena_printf (difference->arena,
                    kind == PG_MIRROR
                        ? "build on %s of %s, concurrently, the keys and indexes of %s"
                        : "build on %s of %s, concurrently, what is bound to %s",
                    pg_plan_name (difference, to),
                    pg_plan_table (difference, table->name),
                    pg_plan_name (difference, column)));
  action->transaction = ACTION_NO_TRANSACTION;
}

void
pg_plan_carry_columns (PgDifference *difference, PgDetailKind kind, const Table *from,
                       const Table *to, gboolean comes)
{
  for (guint i = 0; i < table_n_columns (from); i++)
    {
      const char *name = table_column (from, i)->name;
      const char *other = pg_plan_moved_to (from, to, name);
      if (other != NULL && (table_find_column (from, other) == NULL) == comes)
        pg_plan_carry (difference, kind, from, name, other);
    }
}

void
pg_difference_mirror (PgDifference *difference, const Table *table, const char *column)
{
  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (sync->purpose == SYNC_FOR_RENAME
          && name_list_contains (sync->new_columns, column))
        pg_plan_carry (difference, PG_MIRROR, table, sync->old_columns[0], column);
    }
}
