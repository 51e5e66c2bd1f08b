/* SPDX-License-Identifier: Apache-2.0
 *
 * Dependents, out of pg_depend.
 */
#include "config.h"

#include "engine/postgres/dependent.h"

#include "engine/postgres/sql_text.h"
#include "model/table_name.h"

static void
append_oid (GString *text, const char *quoted, Arena *arena)
{
  g_string_append_printf (text, ", pg_catalog.to_regclass(%s)::oid",
                          postgres_quote (arena, quoted));
}

/* Tables of the file whose foreign keys to this one are rebuilt anyway. */
static const char *
known_children (const Database *shape, const char *name, Arena *arena)
{
  g_autoptr (GString) text = g_string_new ("ARRAY[0::oid");

  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *table = shape->tables->pdata[i];
      for (guint j = 0; j < table->constraints->len; j++)
        {
          const Constraint *key = table->constraints->pdata[j];
          if (key->kind == CONSTRAINT_FOREIGN_KEY
              && g_str_equal (key->references_table, name))
            append_oid (text, postgres_table (arena, table->name), arena);
        }
    }
  g_string_append_c (text, ']');
  return arena_strdup (arena, text->str);
}

/* The view of its second name, which goes and comes with every change of the columns. */
static const char *
own_view (const Database *shape, const PgTable *live, Arena *arena)
{
  const Table *table = database_find (shape, live->name);
  g_autoptr (GString) text = g_string_new ("ARRAY[0::oid");

  if (table != NULL && table->alias != NULL)
    append_oid (text, pg_beside (live, table_name_own (table->alias, arena), arena),
                arena);
  g_string_append_c (text, ']');
  return arena_strdup (arena, text->str);
}

gboolean
pg_column_dependent (SqlConnection *connection, const Database *shape,
                     const PgTable *live, const PgColumn *column, const char **what,
                     Arena *arena, GError **error)
{
  const char *oid = live->oid;
  guint number = column->number;

  return postgres_text (
      connection,
      arena_printf (
          arena,
          "SELECT pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) FROM "
          "pg_catalog.pg_depend AS d WHERE d.refclassid = "
          "'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = %s AND "
          "d.refobjsubid = %u AND NOT (d.classid = "
          "'pg_catalog.pg_class'::pg_catalog.regclass AND EXISTS (SELECT 1 FROM "
          "pg_catalog.pg_class AS c WHERE c.oid = d.objid AND c.relkind IN ('i', "
          "'S'))) AND NOT (d.classid = "
          "'pg_catalog.pg_constraint'::pg_catalog.regclass AND EXISTS (SELECT 1 FROM "
          "pg_catalog.pg_constraint AS c WHERE c.oid = d.objid AND (c.conrelid = %s "
          "AND c.contype <> 'x' OR c.conrelid = ANY (%s)))) AND NOT (d.classid = "
          "'pg_catalog.pg_attrdef'::pg_catalog.regclass AND EXISTS (SELECT 1 FROM "
          "pg_catalog.pg_attrdef AS a WHERE a.oid = d.objid AND a.adrelid = %s AND "
          "a.adnum = %u)) AND NOT (d.classid = "
          "'pg_catalog.pg_trigger'::pg_catalog.regclass AND EXISTS (SELECT 1 FROM "
          "pg_catalog.pg_trigger AS t WHERE t.oid = d.objid AND "
          "pg_catalog.starts_with(t.tgname::text, 'zzz_zdm_'))) AND NOT (d.classid = "
          "'pg_catalog.pg_rewrite'::pg_catalog.regclass AND EXISTS (SELECT 1 FROM "
          "pg_catalog.pg_rewrite AS r WHERE r.oid = d.objid AND r.ev_class = ANY (%s))) "
          "ORDER BY 1 LIMIT 1",
          oid, number, oid, known_children (shape, live->name, arena), oid, number,
          own_view (shape, live, arena)),
      what, arena, error);
}

/* Before a run they are those of other migrations. */
#define OURS "pg_catalog.starts_with(t.tgname::text, 'zzz_zdm_')"

/* The server itself knows of WHEN and UPDATE OF only: a function is text until it runs.
 * In ours there is SQL of the user's, which names columns of the row as it likes. */
gboolean
pg_column_trigger (SqlConnection *connection, const PgTable *live, const PgColumn *column,
                   const char *tag, const char **what, Arena *arena, GError **error)
{
  return postgres_text (
      connection,
      arena_printf (
          arena,
          "WITH w AS (SELECT n AS name, pg_catalog.regexp_replace(n, '([^[:alnum:]_])', "
          "E'\\\\\\1', 'g') AS pattern FROM (VALUES (%s)) AS v (n)) SELECT "
          "pg_catalog.pg_describe_object('pg_catalog.pg_trigger'::pg_catalog.regclass, "
          "t.oid, 0) || CASE WHEN " OURS
          " THEN ' of a migration that waits for its contract' "
          "ELSE ', by its function ' || p.oid::pg_catalog.regprocedure END FROM w, "
          "pg_catalog.pg_trigger AS t JOIN pg_catalog.pg_proc AS p ON p.oid = t.tgfoid "
          "WHERE (t.tgrelid = %s OR t.tgrelid IN (SELECT relid FROM "
          "pg_catalog.pg_partition_tree(%s))) AND NOT t.tgisinternal AND t.tgenabled <> "
          "'D' AND NOT (" OURS
          " AND pg_catalog.right(t.tgname::text, 9) = '_' || %s) AND "
          "(" OURS " AND (p.prosrc ~ ('\"' || w.pattern || '\"') OR p.prosrc ~* "
          "('(^|[^:.[:alnum:]_$])' || w.pattern || '(?![[:alnum:]_$(])')) OR NOT " OURS
          " AND (p.prosrc ~* "
          "(E'\\\\m(new|old)\\\\s*[.]\\\\s*(\"' || w.pattern || '\"|' || w.pattern || "
          "'(?![[:alnum:]_$]))') OR pg_catalog.position('\\x00'::bytea || t.tgargs, "
          "'\\x00'::bytea || pg_catalog.convert_to(w.name, "
          "pg_catalog.getdatabaseencoding()) || '\\x00'::bytea) > 0)) ORDER BY 1 LIMIT 1",
          postgres_text_literal (arena, column->name), live->oid, live->oid,
          postgres_quote (arena, tag)),
      what, arena, error);
}

/* The values of an INSERT up to there, with what is in parentheses as a whole: a function
 * takes NEW.* for the row itself. */
#define VALUES_BEFORE                                                      \
  "E'\\\\minsert\\\\s+into\\\\M((?!\\\\m(select|values)\\\\M)[^;])*\\\\m"  \
  "(select|values\\\\s*[(])((?!\\\\m(select|from)\\\\M)[^;()]|[(]([^;()]|" \
  "[(][^;()]*[)])*[)])*"
#define WHOLE_ROW \
  VALUES_BEFORE   \
  "(\\\\m(new|old)|[(]\\\\s*(new|old|[$]\\\\d+)\\\\s*[)])\\\\s*[.]\\\\s*[*]'"

/* All columns of a transition table. */
#define WHOLE_TABLE VALUES_BEFORE "[*]\\\\s*from\\\\s+(' || n.name || E')\\\\M'"

/* As another table's row, which the text after the sign is the name of. */
#define OTHER_ROW                                                                  \
  "EXISTS (SELECT 1 FROM pg_catalog.regexp_matches(p.prosrc, "                     \
  "E'\\\\mrow\\\\s*[(]\\\\s*(?:new|old)\\\\s*[.]\\\\s*[*]\\\\s*[)]\\\\s*::\\\\s*"  \
  "((?:\\\\w+|\"[^\"]+\")(?:[.](?:\\\\w+|\"[^\"]+\"))?)', 'gi') AS m (parts), "    \
  "pg_catalog.pg_class AS c WHERE c.oid = pg_catalog.to_regclass(m.parts[1]) AND " \
  "c.oid <> t.tgrelid)"

gboolean
pg_row_trigger (SqlConnection *connection, const PgTable *live, const char **what,
                Arena *arena, GError **error)
{
  return postgres_text (
      connection,
      arena_printf (
          arena,
          "SELECT pg_catalog.pg_describe_object('pg_catalog.pg_trigger'"
          "::pg_catalog.regclass, t.oid, 0) || ', by its function ' || "
          "p.oid::pg_catalog.regprocedure FROM pg_catalog.pg_trigger AS t JOIN "
          "pg_catalog.pg_proc AS p ON p.oid = t.tgfoid, LATERAL (SELECT "
          "pg_catalog.concat_ws('|', t.tgnewtable, t.tgoldtable) AS name) AS n WHERE "
          "(t.tgrelid = %s OR t.tgrelid IN (SELECT relid FROM "
          "pg_catalog.pg_partition_tree(%s))) AND NOT t.tgisinternal AND t.tgenabled <> "
          "'D' AND NOT " OURS " AND (p.prosrc ~* " WHOLE_ROW " OR n.name <> '' AND "
          "p.prosrc ~* (" WHOLE_TABLE ") OR " OTHER_ROW ") ORDER BY 1 LIMIT 1",
          live->oid, live->oid),
      what, arena, error);
}

PostgresResult *
pg_column_shared (SqlConnection *connection, const PgTable *live, const PgColumn *column,
                  Arena *arena, GError **error)
{
  return postgres_query (
      connection,
      arena_printf (
          arena,
          "SELECT conname, pg_catalog.pg_describe_object("
          "'pg_catalog.pg_constraint'::pg_catalog.regclass, oid, 0) FROM "
          "pg_catalog.pg_constraint WHERE conrelid = %s AND %u = ANY (conkey) AND "
          "pg_catalog.cardinality(conkey) > 1 UNION ALL SELECT c.relname, "
          "pg_catalog.pg_describe_object('pg_catalog.pg_class'::pg_catalog.regclass, c.oid, "
          "0) FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = "
          "i.indexrelid JOIN pg_catalog.pg_depend AS d ON d.classid = "
          "'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.refclassid "
          "= 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indrelid AND "
          "d.refobjsubid > 0 WHERE i.indrelid = %s GROUP BY c.oid, c.relname HAVING "
          "pg_catalog.bool_or(d.refobjsubid = %u) AND pg_catalog.bool_or(d.refobjsubid <> "
          "%u) ORDER BY 1",
          live->oid, column->number, live->oid, column->number, column->number),
      error);
}

PostgresResult *
pg_column_bound (SqlConnection *connection, const PgTable *live, const PgColumn *column,
                 Arena *arena, GError **error)
{
  return postgres_query (
      connection,
      arena_printf (
          arena,
          "SELECT conname, pg_catalog.pg_describe_object("
          "'pg_catalog.pg_constraint'::pg_catalog.regclass, oid, 0) FROM "
          "pg_catalog.pg_constraint WHERE conrelid = %s AND %u = ANY (conkey) UNION ALL "
          "SELECT DISTINCT c.relname, pg_catalog.pg_describe_object("
          "'pg_catalog.pg_class'::pg_catalog.regclass, c.oid, 0) FROM "
          "pg_catalog.pg_depend AS d JOIN pg_catalog.pg_class AS c ON c.oid = d.objid "
          "AND c.relkind = 'i' WHERE d.classid = "
          "'pg_catalog.pg_class'::pg_catalog.regclass AND d.refclassid = "
          "'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = %s AND "
          "d.refobjsubid = %u ORDER BY 1",
          live->oid, column->number, live->oid, column->number),
      error);
}

gboolean
pg_column_peculiarity (SqlConnection *connection, const PgTable *live,
                       const PgColumn *column, const char **what, Arena *arena,
                       GError **error)
{
  const char *sql = arena_printf (
      arena,
      "SELECT 'privileges of its own' FROM pg_catalog.pg_attribute WHERE attrelid = %s "
      "AND attnum = %u AND attacl IS NOT NULL UNION ALL SELECT 'the index ' || "
      "indexrelid::pg_catalog.regclass || ', by which the table is clustered or "
      "replicated' FROM pg_catalog.pg_index AS i WHERE indrelid = %s AND (%u = ANY (indkey) OR "
      "EXISTS (SELECT 1 FROM pg_catalog.pg_depend WHERE classid = "
      "'pg_catalog.pg_class'::pg_catalog.regclass AND objid = i.indexrelid AND refclassid "
      "= 'pg_catalog.pg_class'::pg_catalog.regclass AND refobjid = i.indrelid AND "
      "refobjsubid = %u)) AND (indisclustered OR indisreplident) UNION ALL (WITH RECURSIVE "
      "d AS (SELECT atttypid AS oid FROM pg_catalog.pg_attribute WHERE attrelid = %s AND "
      "attnum = %u UNION ALL SELECT t.typbasetype FROM d JOIN pg_catalog.pg_type AS t ON "
      "t.oid = d.oid WHERE t.typtype = 'd') SELECT 'NOT NULL of the domain ' || "
      "pg_catalog.format_type(t.oid, NULL) FROM d JOIN pg_catalog.pg_type AS t ON t.oid = "
      "d.oid WHERE t.typnotnull) LIMIT 1",
      live->oid, column->number, live->oid, column->number, column->number, live->oid,
      column->number);

  return postgres_text (connection, sql, what, arena, error);
}

gboolean
pg_sequence_dependent (SqlConnection *connection, const PgTable *live,
                       const PgColumn *column, const char **what, Arena *arena,
                       GError **error)
{
  return postgres_text (
      connection,
      arena_printf (
          arena,
          "SELECT pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) FROM "
          "pg_catalog.pg_depend AS s JOIN pg_catalog.pg_sequence AS q ON q.seqrelid = "
          "s.objid JOIN pg_catalog.pg_depend AS d ON d.refclassid = s.classid AND "
          "d.refobjid = s.objid AND d.deptype = 'n' WHERE s.classid = "
          "'pg_catalog.pg_class'::pg_catalog.regclass AND s.refclassid = s.classid AND "
          "s.refobjid = %s AND s.refobjsubid > 0 AND s.refobjsubid IN (%u, "
          "s.refobjsubid * %u) AND s.deptype IN ('a', 'i') AND NOT (d.classid = "
          "'pg_catalog.pg_attrdef'::pg_catalog.regclass AND EXISTS (SELECT 1 FROM "
          "pg_catalog.pg_attrdef AS a WHERE a.oid = d.objid AND a.adrelid = s.refobjid AND "
          "a.adnum IN (%u, a.adnum * %u))) ORDER BY 1 LIMIT 1",
          live->oid, column != NULL ? column->number : 0, column == NULL,
          column != NULL ? column->number : 0, column == NULL),
      what, arena, error);
}

gboolean
pg_table_dependent (SqlConnection *connection, const PgTable *live,
                    const char *const *going, const char **what, Arena *arena,
                    GError **error)
{
  g_autoptr (GString) list = g_string_new ("ARRAY[0::oid");

  for (guint i = 0; going[i] != NULL; i++)
    append_oid (list, going[i], arena);
  g_string_append_c (list, ']');
  return postgres_text (
      connection,
      arena_printf (
          arena,
          "SELECT pg_catalog.pg_describe_object(d.classid, d.objid, d.objsubid) FROM "
          "pg_catalog.pg_depend AS d WHERE d.refclassid = "
          "'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = %s AND d.deptype = "
          "'n' AND NOT (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND EXISTS "
          "(SELECT 1 FROM pg_catalog.pg_class AS c WHERE c.oid = d.objid AND c.relkind IN "
          "('i', 'S'))) AND NOT (d.classid = "
          "'pg_catalog.pg_constraint'::pg_catalog.regclass AND EXISTS (SELECT 1 FROM "
          "pg_catalog.pg_constraint AS c WHERE c.oid = d.objid AND (c.conrelid = %s OR "
          "c.conrelid = ANY (%s)))) ORDER BY 1 LIMIT 1",
          live->oid, live->oid, list->str),
      what, arena, error);
}
