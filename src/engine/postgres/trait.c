/* SPDX-License-Identifier: Apache-2.0
 *
 * One question to the catalogues.
 */
#include "config.h"

#include "engine/postgres/trait.h"

#include "engine/postgres/sql_text.h"

/* How cells are stored is the type's own matter: another type begins anew. */
static const char COLUMN_TRAITS[]
    = "SELECT pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', p.shown, "
      "p.to_name, a.attstattarget) FROM p, a WHERE a.attstattarget >= 0 UNION ALL SELECT "
      "pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I SET (%s)', p.shown, p.to_name, "
      "pg_catalog.array_to_string(a.attoptions, ', ')) FROM p, a WHERE a.attoptions IS NOT "
      "NULL UNION ALL SELECT pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I SET STORAGE "
      "%s', p.shown, p.to_name, CASE a.attstorage WHEN 'p' THEN 'PLAIN' WHEN 'm' THEN "
      "'MAIN' WHEN 'e' THEN 'EXTERNAL' ELSE 'EXTENDED' END) FROM p, a JOIN "
      "pg_catalog.pg_type AS t ON t.oid = a.atttypid WHERE a.attstorage <> t.typstorage AND "
      "p.same_type UNION ALL SELECT pg_catalog.format('ALTER TABLE %s ALTER COLUMN %I SET "
      "COMPRESSION %s', p.shown, p.to_name, CASE a.attcompression WHEN 'l' THEN 'lz4' ELSE "
      "'pglz' END) FROM p, a WHERE a.attcompression <> '' AND p.same_type";

static const char OBJECT_TRAITS[]
    = "SELECT pg_catalog.format('COMMENT ON CONSTRAINT %I ON %s IS %L', c.conname, p.shown, "
      "d.description) FROM p, pg_catalog.pg_constraint AS c JOIN pg_catalog.pg_description "
      "AS d ON d.objoid = c.oid AND d.classoid = "
      "'pg_catalog.pg_constraint'::pg_catalog.regclass WHERE c.conrelid = p.oid AND "
      "p.number = ANY (c.conkey) UNION ALL SELECT pg_catalog.format('COMMENT ON INDEX %s IS "
      "%L', i.oid::pg_catalog.regclass, d.description) FROM i JOIN "
      "pg_catalog.pg_description AS d ON d.objoid = i.oid AND d.classoid = "
      "'pg_catalog.pg_class'::pg_catalog.regclass UNION ALL SELECT pg_catalog.format('ALTER "
      "INDEX %s ALTER COLUMN %s SET STATISTICS %s', i.oid::pg_catalog.regclass, s.attnum, "
      "s.attstattarget) FROM i JOIN pg_catalog.pg_attribute AS s ON s.attrelid = i.oid "
      "WHERE s.attstattarget >= 0";

PostgresResult *
pg_read_traits (SqlConnection *connection, const PgTable *live, const PgColumn *from,
                const PgColumn *to, Arena *arena, GError **error)
{
  return postgres_query (
      connection,
      arena_printf (
          arena,
          "WITH p AS (SELECT %s::pg_catalog.oid AS oid, %u AS number, %s AS shown, %s AS "
          "to_name, %s AS same_type), a AS (SELECT c.* FROM p JOIN "
          "pg_catalog.pg_attribute AS c ON c.attrelid = p.oid AND c.attnum = p.number), i "
          "AS (SELECT x.indexrelid AS oid FROM p JOIN pg_catalog.pg_index AS x ON "
          "x.indrelid = p.oid JOIN pg_catalog.pg_class AS c ON c.oid = x.indexrelid WHERE "
          "x.indisvalid AND NOT pg_catalog.starts_with(c.relname::text, 'zdm_aside_') AND "
          "(p.number = ANY (x.indkey) OR EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d "
          "WHERE d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = "
          "x.indexrelid AND d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND "
          "d.refobjid = p.oid AND d.refobjsubid = p.number))) %s UNION ALL %s",
          live->oid, from->number, postgres_text_literal (arena, live->quoted),
          postgres_text_literal (arena, to->name),
          g_str_equal (from->type, to->type) ? "true" : "false", COLUMN_TRAITS,
          OBJECT_TRAITS),
      error);
}
