/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers of the user's, while a mirror is filled: an application's row does not change
 * when a column that it does not know gets its value, and they need not hear of it.
 *
 * https://www.postgresql.org/docs/15/runtime-config-client.html#GUC-SESSION-REPLICATION-ROLE
 */
#include "config.h"

#include "engine/postgres/fill.h"

/* Whether nothing of ours follows from the columns that are filled. */
static gboolean
is_independent (const PgFill *fill, const Sync *sync)
{
  const Database *shape = fill->detail->shape;

  if (shape->table_syncs->len > 0 || shape->lookup_syncs->len > 0)
    return FALSE;
  for (guint i = 0; i < fill->table->syncs->len; i++)
    {
      const Sync *other = fill->table->syncs->pdata[i];
      for (guint j = 0; other->old_columns[j] != NULL; j++)
        if (name_list_contains (sync->new_columns, other->old_columns[j]))
          return FALSE;
    }
  return TRUE;
}

/* Some of the user's are there, and none that waits for a session of this kind. */
static gboolean
has_triggers (const PgFill *fill, gboolean *found, GError **error)
{
  return postgres_finds (
      fill->connection,
      arena_printf (
          fill->arena,
          "SELECT 1 FROM pg_catalog.pg_trigger WHERE (tgrelid = %s OR tgrelid IN "
          "(SELECT relid FROM pg_catalog.pg_partition_tree(%s))) AND NOT "
          "tgisinternal AND NOT pg_catalog.starts_with(tgname::text, "
          "'zzz_zdm_') HAVING pg_catalog.bool_and(tgenabled <> 'R')",
          fill->live->oid, fill->live->oid),
      found, error);
}

/* Before version 15 the right cannot be given to others. */
static gboolean
may_be_quiet (const PgFill *fill, gboolean *may, GError **error)
{
  gboolean can_ask;

  if (!postgres_finds (fill->connection,
                       "SELECT 1 WHERE pg_catalog.current_setting('is_superuser') = 'on'",
                       may, error))
    return FALSE;
  if (*may)
    return TRUE;
  return postgres_finds (
             fill->connection,
             "SELECT 1 WHERE "
             "pg_catalog.current_setting('server_version_num')::integer >= 150000",
             &can_ask, error)
         && (!can_ask
             || postgres_finds (fill->connection,
                                "SELECT 1 WHERE "
                                "pg_catalog.has_parameter_privilege('session_replication_"
                                "role', 'SET')",
                                may, error));
}

gboolean
pg_fill_quiet (PgFill *fill, const Sync *sync, GError **error)
{
  gboolean needed, may;

  if (!is_independent (fill, sync))
    return TRUE;
  if (!has_triggers (fill, &needed, error))
    return FALSE;
  if (!needed)
    return TRUE;
  return may_be_quiet (fill, &may, error)
         && (!may
             || postgres_exec (fill->connection,
                               "SET LOCAL session_replication_role = replica", NULL,
                               error));
}
