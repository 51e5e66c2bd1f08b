/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns that cannot move to the other half of a split: triggers write them in both, and
 * a row whose other half is missing has nulls there.
 */
#include "config.h"

#include "engine/postgres/try_out_part.h"

#include "engine/postgres/sql_text.h"
#include "model/error.h"
#include "model/shape.h"

static const char SQL[]
    = "WITH RECURSIVE a AS (SELECT * FROM pg_catalog.pg_attribute WHERE attrelid = %s AND "
      "attname IN (%s)), d (number, oid) AS (SELECT attnum, atttypid FROM a UNION SELECT "
      "d.number, t.typbasetype FROM d JOIN pg_catalog.pg_type AS t ON t.oid = d.oid WHERE "
      "t.typtype = 'd') SELECT a.attname, CASE WHEN a.attgenerated <> '' THEN 'it is "
      "generated, and nobody can write it: make it a plain column' WHEN s.name IS NOT NULL "
      "THEN 'the sequence ' || s.name || ' is its own, and would be dropped with it: let it "
      "be nobody''s (OWNED BY NONE), or drop the identity' WHEN k.name IS NOT NULL THEN 'the "
      "constraint ' || k.name || ' is NOT VALID, and may not allow rows that are there: "
      "validate or drop it' ELSE 'its domain ' || t.name || ' knows no null: give it another "
      "type' END FROM a LEFT JOIN LATERAL (SELECT "
      "p.objid::pg_catalog.regclass::pg_catalog.text AS name FROM pg_catalog.pg_depend AS p "
      "JOIN pg_catalog.pg_class AS c ON c.oid = p.objid AND c.relkind = 'S' WHERE p.classid = "
      "'pg_catalog.pg_class'::pg_catalog.regclass AND p.refclassid = p.classid AND "
      "p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.deptype IN ('a', 'i') LIMIT "
      "1) AS s ON true LEFT JOIN LATERAL (SELECT pg_catalog.format_type(t.oid, NULL) AS name "
      "FROM d JOIN pg_catalog.pg_type AS t ON t.oid = d.oid WHERE d.number = a.attnum AND "
      "t.typnotnull LIMIT 1) AS t ON true LEFT JOIN LATERAL (SELECT "
      "pg_catalog.quote_ident(conname) AS name FROM pg_catalog.pg_constraint WHERE conrelid = "
      "a.attrelid AND a.attnum = ANY (conkey) AND NOT convalidated LIMIT 1) AS k ON true WHERE "
      "a.attgenerated <> '' OR s.name IS NOT NULL OR t.name IS NOT NULL OR k.name IS NOT NULL "
      "ORDER BY a.attnum LIMIT 1";

static const char *
quoted_list (const char *const *names, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            postgres_quote (arena, names[i]));
  return arena_strdup (arena, text->str);
}

static const TableSync *
find_split (const PgDetail *dropped)
{
  for (guint i = 0; i < dropped->shape->table_syncs->len; i++)
    {
      const TableSync *sync = dropped->shape->table_syncs->pdata[i];
      if (g_str_equal (sync->old_table, dropped->table)
          && name_list_contains (sync->columns, dropped->column))
        return sync;
    }
  return NULL;
}

gboolean
pg_try_moves_along (const PgTryOut *try, const PgDetail *dropped, const PgTable *live,
                    const char *name, gboolean *moves, GError **error)
{
  const TableSync *sync = find_split (dropped);
  Arena *arena = try->arena;
  const char *quoted = postgres_quote (arena, name);
  gboolean is_outside = TRUE;

  if (sync != NULL
      && !postgres_finds (
          try->connection,
          arena_printf (
              arena,
              "SELECT 1 FROM (SELECT oid FROM pg_catalog.pg_constraint WHERE conrelid = %s "
              "AND conname = %s UNION ALL SELECT c.oid FROM pg_catalog.pg_index AS i JOIN "
              "pg_catalog.pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid = %s AND "
              "c.relname = %s) AS o JOIN pg_catalog.pg_depend AS d ON d.objid = o.oid AND "
              "d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = "
              "%s JOIN pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum "
              "= d.refobjsubid WHERE a.attname NOT IN (%s, %s)",
              live->oid, quoted, live->oid, quoted, live->oid,
              quoted_list (sync->key, arena), quoted_list (sync->columns, arena)),
          &is_outside, error))
    return FALSE;
  *moves = !is_outside;
  return TRUE;
}

gboolean
pg_try_half (const PgTryOut *try, const PgDetail *detail, GError **error)
{
  const TableSync *sync = database_sync_to (detail->shape, detail->table);
  const PgTable *live;

  if (!pg_read_table (try->connection, sync->old_table, try->arena, &live, error))
    return FALSE;
  if (live == NULL)
    return TRUE;
  g_autoptr (PostgresResult) found = postgres_query (
      try->connection,
      arena_printf (try->arena, SQL, live->oid, quoted_list (sync->columns, try->arena)),
      error);
  if (found == NULL || PQntuples (found) == 0)
    return found != NULL;
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
      "column '%s' of '%s' cannot move to '%s': %s; make it a plain column first, "
      "or leave it where it is",
      postgres_cell (found, 0, 0), sync->old_table, sync->new_table,
      postgres_cell (found, 0, 1));
  return FALSE;
}
