/* SPDX-License-Identifier: Apache-2.0
 *
 * https://www.postgresql.org/docs/15/ddl-partitioning.html,
 * https://www.postgresql.org/docs/15/ddl-inherit.html
 */
#include "config.h"

#include "engine/postgres/relatives.h"

#include "engine/postgres/sql_text.h"
#include "model/error.h"

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* FALSE, always. */
static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED, text);
  return FALSE;
}

/* Inheritance --------------------------------------------------------------------- */

/* A table's triggers do not fire for the rows of those that inherit from it, and its keys
 * do not bind them; the statements that fill it see them all the same. */
gboolean
pg_relatives_check_table (SqlConnection *connection, const PgTable *live, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *relative;

  if (live->is_partitioned || live->is_partition)
    return TRUE;
  if (!postgres_text (
          connection,
          arena_printf (arena,
                        "SELECT CASE WHEN inhparent = %s THEN inhrelid ELSE inhparent "
                        "END::pg_catalog.regclass FROM pg_catalog.pg_inherits WHERE "
                        "inhparent = %s OR inhrelid = %s ORDER BY 1 LIMIT 1",
                        live->oid, live->oid, live->oid),
          &relative, arena, error))
    return FALSE;
  return relative == NULL
         || refuse (
             error,
             "table '%s' and table %s inherit one from the other: the triggers of "
             "the one do not fire for rows of the other; end the inheritance first",
             live->name, relative);
}

/* Types and publications ---------------------------------------------------------- */

static gboolean
check_typed (SqlConnection *connection, const PgTable *live, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *type;

  if (!postgres_text (
          connection,
          arena_printf (arena,
                        "SELECT reloftype::pg_catalog.regtype FROM pg_catalog.pg_class "
                        "WHERE oid = %s AND reloftype <> 0",
                        live->oid),
          &type, arena, error))
    return FALSE;
  return type == NULL
         || refuse (error,
                    "table '%s' is OF the type %s, whose columns are its own: end that "
                    "first (ALTER TABLE … NOT OF)",
                    live->name, type);
}

/* No row of such a table is updated, by whomever.
 * https://www.postgresql.org/docs/15/logical-replication-publication.html */
static gboolean
check_published (SqlConnection *connection, const PgTable *live, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *publication;

  if (!postgres_text (
          connection,
          arena_printf (
              arena,
              "SELECT p.pubname FROM pg_catalog.pg_class AS c JOIN "
              "pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace JOIN "
              "pg_catalog.pg_publication_tables AS t ON t.schemaname = n.nspname AND "
              "t.tablename = c.relname JOIN pg_catalog.pg_publication AS p ON p.pubname = "
              "t.pubname WHERE c.oid = %s AND p.pubupdate AND c.relkind = 'r' AND "
              "c.relreplident <> 'f' AND (c.relreplident = 'n' OR NOT EXISTS (SELECT 1 "
              "FROM pg_catalog.pg_index AS i WHERE i.indrelid = c.oid AND CASE "
              "c.relreplident WHEN 'd' THEN i.indisprimary ELSE i.indisreplident END)) "
              "ORDER BY 1 LIMIT 1",
              live->oid),
          &publication, arena, error))
    return FALSE;
  return publication == NULL
         || refuse (error,
                    "rows of '%s' cannot be filled: publication '%s' publishes their "
                    "updates, and the table has no replica identity; give it one (ALTER "
                    "TABLE … REPLICA IDENTITY)",
                    live->name, publication);
}

static gboolean
check_any (SqlConnection *connection, const PgTable *live, const PgDetail *detail,
           GError **error)
{
  switch (detail->kind)
    {
    case PG_ADD_COLUMN:
    case PG_DROP_COLUMN:
      return check_typed (connection, live, error);
    case PG_FILL:
      return detail->fill == FILL_INSERT || detail->fill == FILL_COPY
             || check_published (connection, live, error);
    default:
      return TRUE;
    }
}

/* Partitions -------------------------------------------------------------------- */

static gboolean
check_partition (const PgTable *live, const PgDetail *detail, GError **error)
{
  if (detail->kind != PG_ADD_COLUMN && detail->kind != PG_DROP_COLUMN)
    return TRUE;
  return refuse (error,
                 "table '%s' is a partition, whose columns are those of its parent: "
                 "declare the parent",
                 live->name);
}

static gboolean
refuse_index (const PgTable *live, const char *what, const char *name, GError **error)
{
  return refuse (
      error,
      "%s '%s' of '%s' cannot be built: the table is partitioned, and no index "
      "is built concurrently on all partitions at once; create it ON ONLY the "
      "table, then concurrently on each partition, and attach these",
      what, name, live->name);
}

/* What is bound to a column and would be built on another one. */
static gboolean
check_bound (SqlConnection *connection, const PgTable *live, const PgDetail *detail,
             GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgColumn *column = pg_find_column (live, detail->column);
  const char *what;

  if (column == NULL)
    return TRUE; /* it is there only while the migration runs */
  if (!postgres_text (
          connection,
          arena_printf (
              arena,
              "SELECT pg_catalog.pg_describe_object(d.classid, d.objid, 0) FROM "
              "pg_catalog.pg_depend AS d LEFT JOIN pg_catalog.pg_class AS c ON d.classid "
              "= 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = d.objid LEFT JOIN "
              "pg_catalog.pg_constraint AS k ON d.classid = "
              "'pg_catalog.pg_constraint'::pg_catalog.regclass AND k.oid = d.objid WHERE "
              "d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = "
              "%s AND d.refobjsubid = %u AND (c.relkind IN ('i', 'I') OR k.contype IN "
              "('p', 'u', 'f')) ORDER BY 1 LIMIT 1",
              live->oid, column->number),
          &what, arena, error))
    return FALSE;
  return what == NULL
         || refuse (
             error,
             "column '%s' of '%s' cannot be replaced: %s is bound to it, and would "
             "have to be built anew; the table is partitioned, and nothing like "
             "it is built there while applications write",
             detail->column, live->name, what);
}

/* What a partition has at the column that its parent does not have: it would go with the
 * column, or keep it from going. */
static gboolean
check_own (SqlConnection *connection, const PgTable *live, const char *name, gboolean all,
           GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgColumn *column = pg_find_column (live, name);
  const char *what;

  if (column == NULL)
    return TRUE;
  if (!postgres_text (
          connection,
          arena_printf (
              arena,
              "WITH a AS (SELECT a.attrelid, a.attnum, a.attnotnull, a.attacl, "
              "a.attstattarget, a.attoptions, pg_catalog.pg_get_expr(d.adbin, d.adrelid) AS "
              "said, pg_catalog.pg_describe_object('pg_catalog.pg_class'::"
              "pg_catalog.regclass, a.attrelid, a.attnum) AS shown FROM "
              "pg_catalog.pg_partition_tree(%s) AS t JOIN pg_catalog.pg_attribute AS a ON "
              "a.attrelid = t.relid AND a.attname = %s LEFT JOIN pg_catalog.pg_attrdef AS d "
              "ON d.adrelid = a.attrelid AND d.adnum = a.attnum), top AS (SELECT * FROM a "
              "WHERE attrelid = %s), p AS (SELECT * FROM a WHERE attrelid <> %s) SELECT "
              "pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) FROM p JOIN "
              "pg_catalog.pg_depend AS d ON d.refclassid = "
              "'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = p.attrelid AND "
              "d.refobjsubid = p.attnum WHERE d.classid <> "
              "'pg_catalog.pg_attrdef'::pg_catalog.regclass AND NOT (d.classid = "
              "'pg_catalog.pg_constraint'::pg_catalog.regclass AND EXISTS (SELECT 1 FROM "
              "pg_catalog.pg_constraint AS k WHERE k.oid = d.objid AND (k.coninhcount > 0 OR "
              "NOT %s))) AND NOT (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass "
              "AND NOT %s AND EXISTS (SELECT 1 FROM pg_catalog.pg_index AS i WHERE "
              "i.indexrelid = d.objid)) AND NOT (d.classid = "
              "'pg_catalog.pg_trigger'::pg_catalog.regclass AND EXISTS (SELECT 1 FROM "
              "pg_catalog.pg_trigger AS g WHERE g.oid = d.objid AND g.tgparentid <> 0)) "
              "UNION ALL SELECT x.what || ' of ' || p.shown FROM top, p, LATERAL (VALUES "
              "('NOT NULL', p.attnotnull AND NOT top.attnotnull), ('the default', p.said IS "
              "DISTINCT FROM top.said), ('privileges', p.attacl IS NOT NULL), ('settings', "
              "p.attstattarget <> top.attstattarget OR p.attoptions IS DISTINCT FROM "
              "top.attoptions), ('the comment', pg_catalog.col_description(p.attrelid, "
              "p.attnum) IS NOT NULL)) AS x (what, is_own) WHERE x.is_own AND %s ORDER BY 1 "
              "LIMIT 1",
              live->oid, postgres_quote (arena, name), live->oid, live->oid,
              all ? "true" : "false", all ? "true" : "false", all ? "true" : "false"),
          &what, arena, error))
    return FALSE;
  return what == NULL
         || refuse (error,
                    "column '%s' of '%s' cannot be dropped or replaced: a partition has "
                    "something at it that its parent has not: %s; drop that first",
                    name, live->name, what);
}

static gboolean
check_partition_key (SqlConnection *connection, const PgTable *live, const char *name,
                     GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgColumn *column = pg_find_column (live, name);
  gboolean found = FALSE;

  if (column != NULL
      && !postgres_finds (
          connection,
          arena_printf (arena,
                        "SELECT 1 FROM pg_catalog.pg_partitioned_table WHERE partrelid = "
                        "%s AND (%u = ANY (partattrs) OR (partexprs IS NOT NULL AND 0 = "
                        "ANY (partattrs)))",
                        live->oid, column->number),
          &found, error))
    return FALSE;
  return !found
         || refuse (error,
                    "column '%s' of '%s' cannot be dropped or replaced: the table is "
                    "partitioned by it, or by an expression",
                    name, live->name);
}

static gboolean
check_partitioned (SqlConnection *connection, const PgTable *live, const PgDetail *detail,
                   GError **error)
{
  switch (detail->kind)
    {
    case PG_INDEX:
      return refuse_index (live, "index", detail->name, error);
    case PG_ADD_CONSTRAINT:
      return detail->constraint->kind != CONSTRAINT_FOREIGN_KEY
             || refuse (error,
                        "foreign key '%s' of '%s' cannot be added: the table is "
                        "partitioned, and there none comes without a look at all rows "
                        "while writers wait",
                        detail->constraint->name, live->name);
    case PG_CARRY_PREPARE:
      return check_bound (connection, live, detail, error)
             && check_own (connection, live, detail->column, TRUE, error);
    case PG_DROP_COLUMN:
      return check_partition_key (connection, live, detail->column, error)
             && check_own (connection, live, detail->column, FALSE, error);
    case PG_SWAP:
      return check_partition_key (connection, live, detail->names[0], error);
    case PG_SYNC:
      return !detail->trigger->of_statement
             || refuse (error,
                        "'%s' cannot be kept in step with another table: it is "
                        "partitioned, and rows leave it without a word when a partition "
                        "is truncated, detached or dropped",
                        live->name);
    default:
      return TRUE;
    }
}

gboolean
pg_relatives_check (SqlConnection *connection, const PgTable *live,
                    const PgDetail *detail, GError **error)
{
  if (!check_any (connection, live, detail, error)
      || (live->is_partition && !check_partition (live, detail, error)))
    return FALSE;
  return !live->is_partitioned || check_partitioned (connection, live, detail, error);
}
