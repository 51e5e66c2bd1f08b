/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers of the user that fire behind ours: what they write into a row is not kept in
 * step.  https://www.postgresql.org/docs/15/trigger-definition.html
 */
#include "config.h"

#include "engine/postgres/try_out_part.h"

#include "engine/postgres/sql_text.h"
#include "model/error.h"

static void
add_names (GString *list, const char *const *names, Arena *arena)
{
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    g_string_append_printf (list, "%s(%s)", list->len > 0 ? ", " : "",
                            postgres_text_literal (arena, names[i]));
}

/* "('a'), ('b')", of all that is kept in step; NULL: nothing is. */
static const char *
columns_in_step (const Table *table, Arena *arena)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; table != NULL && i < table->syncs->len; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (sync->mode == SYNC_NONE)
        continue;
      add_names (list, sync->old_columns, arena);
      add_names (list, sync->new_columns, arena);
    }
  return list->len > 0 ? arena_strdup (arena, list->str) : NULL;
}

/* Of a function in PL/pgSQL the text shows what it may write: that column, by `:=`, `=`
 * or INTO, or the row as a whole, also by what it returns.  Any other may write all.
 * Names sort by their bytes, as the server sorts them. */
#define NEW_COLUMN \
  "E'\\\\mnew\\\\s*[.]\\\\s*(' || w.pattern || '|\"' || w.pattern || '\")'"
#define WRITES_COLUMN                                                                \
  "p.prosrc ~* (" NEW_COLUMN                                                         \
  " || E'(?![[:alnum:]_$])\\\\s*([[][^]]*[]]\\\\s*|[.]\\\\s*\\\\w+\\\\s*)*:?=') OR " \
  "p.prosrc ~* (E'\\\\m(into|for|foreach|call|using)\\\\M[^;]*' || " NEW_COLUMN ")"
#define WRITES_ROW                                                               \
  "p.prosrc ~* E'\\\\mnew\\\\s*:?=|\\\\m(into|for)\\\\s+(strict\\\\s+)?new\\\\M" \
  "(?!\\\\s*[.])|\\\\mreturn\\\\M(?!\\\\s*(new|old|null)\\\\s*;)'"

static const char SQL[]
    = "SELECT t.tgname, t.tgrelid::pg_catalog.regclass, w.name FROM (SELECT n AS name, "
      "pg_catalog.regexp_replace(n, '([^[:alnum:]_])', E'\\\\\\1', 'g') AS pattern FROM "
      "(VALUES %s) AS v (n)) AS w, pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_proc AS "
      "p ON p.oid = t.tgfoid JOIN pg_catalog.pg_language AS l ON l.oid = p.prolang WHERE "
      "(t.tgrelid = %s OR t.tgrelid IN (SELECT relid FROM "
      "pg_catalog.pg_partition_tree(%s))) AND NOT t.tgisinternal AND t.tgenabled IN ('O', "
      "'A') AND t.tgtype & 3 = 3 AND t.tgtype & 20 <> 0 AND t.tgname::pg_catalog.text "
      "COLLATE \"C\" > %s AND (l.lanname <> 'plpgsql' OR " WRITES_ROW " OR " WRITES_COLUMN
      ") ORDER BY 1, 2, 3 LIMIT 1";

static gboolean
refuse (const PgTryOut *try, const PgTrigger *ours, const PostgresResult *found,
        GError **error)
{
  const char *name = postgres_identifier (try->arena, postgres_cell (found, 0, 0));
  const char *table = postgres_cell (found, 0, 1);

  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "trigger %s on table %s fires behind %s, which keeps column '%s' in step, "
               "and may change that: triggers fire in the order of their names; give it "
               "one that comes before (ALTER TRIGGER %s ON %s RENAME TO …)",
               name, table, ours->name, postgres_cell (found, 0, 2), name, table);
  return FALSE;
}

gboolean
pg_try_sync (const PgTryOut *try, const PgDetail *detail, GError **error)
{
  Arena *arena = try->arena;
  const PgTrigger *ours = detail->trigger;
  const char *columns
      = columns_in_step (database_find (detail->shape, detail->table), arena);
  const PgTable *live;

  if (!g_str_equal (ours->what, "sync") || columns == NULL)
    return TRUE;
  if (!pg_read_table (try->connection, detail->table, arena, &live, error))
    return FALSE;
  if (live == NULL)
    return TRUE;
  g_autoptr (PostgresResult) found
      = postgres_query (try->connection,
                        arena_printf (arena, SQL, columns, live->oid, live->oid,
                                      postgres_quote (arena, ours->name)),
                        error);
  if (found == NULL)
    return FALSE;
  return PQntuples (found) == 0 || refuse (try, ours, found, error);
}
