/* SPDX-License-Identifier: Apache-2.0
 *
 * Questions to the catalogues.
 */
#include "config.h"

#include "engine/postgres/live.h"

#include <string.h>

#include "engine/postgres/sql_text.h"
#include "model/error.h"

static gboolean
is_true (const char *cell)
{
  return cell != NULL && cell[0] == 't';
}

static gboolean
read_columns (SqlConnection *connection, PgTable *table, Arena *arena, GError **error)
{
  g_autoptr (PostgresResult) result = postgres_query_often (
      connection,
      arena_printf (
          arena,
          "SELECT a.attname, a.attnum, pg_catalog.format_type(a.atttypid, a.atttypmod), "
          "t.typname, t.typtype = 'e', a.attnotnull, CASE WHEN a.attgenerated = '' THEN "
          "pg_catalog.pg_get_expr(d.adbin, d.adrelid) END, CASE WHEN a.attcollation <> "
          "t.typcollation THEN (SELECT pg_catalog.quote_ident(n.nspname) || '.' || "
          "pg_catalog.quote_ident(c.collname) FROM pg_catalog.pg_collation AS c JOIN "
          "pg_catalog.pg_namespace AS n ON n.oid = c.collnamespace WHERE c.oid = "
          "a.attcollation) END, a.attgenerated <> '', a.attidentity FROM "
          "pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = "
          "a.atttypid LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND "
          "d.adnum = a.attnum WHERE a.attrelid = %s AND a.attnum > 0 AND NOT "
          "a.attisdropped ORDER BY a.attnum",
          table->oid),
      error);

  if (result == NULL)
    return FALSE;
  table->n_columns = (guint) PQntuples (result);
  PgColumn *columns = arena_new_array (arena, PgColumn, table->n_columns + 1);
  for (int i = 0; i < PQntuples (result); i++)
    columns[i] = (PgColumn){
      .name = arena_strdup (arena, postgres_cell (result, i, 0)),
      .number = (guint) g_ascii_strtoull (postgres_cell (result, i, 1), NULL, 10),
      .type = arena_strdup (arena, postgres_cell (result, i, 2)),
      .type_name = arena_strdup (arena, postgres_cell (result, i, 3)),
      .is_enum = is_true (postgres_cell (result, i, 4)),
      .not_null = is_true (postgres_cell (result, i, 5)),
      .default_text = arena_strdup (arena, postgres_cell (result, i, 6)),
      .collation = arena_strdup (arena, postgres_cell (result, i, 7)),
      .generated = is_true (postgres_cell (result, i, 8)),
      .identity = postgres_cell (result, i, 9)[0],
    };
  table->columns = columns;
  return TRUE;
}

/* The primary key, or the shortest other one that knows no null. */
static gboolean
read_key (SqlConnection *connection, PgTable *table, Arena *arena, GError **error)
{
  g_autoptr (PostgresResult) result = postgres_query_often (
      connection,
      arena_printf (
          arena,
          "WITH key AS (SELECT i.indexrelid, i.indkey FROM pg_catalog.pg_index AS i WHERE "
          "i.indrelid = %s AND i.indisunique AND i.indisvalid AND i.indimmediate AND "
          "i.indpred IS NULL AND i.indexprs IS NULL AND NOT EXISTS (SELECT 1 FROM "
          "pg_catalog.pg_attribute AS a WHERE a.attrelid = i.indrelid AND a.attnum = ANY "
          "(i.indkey) AND NOT a.attnotnull) AND i.indnatts = i.indnkeyatts ORDER BY "
          "i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1) SELECT a.attname FROM "
          "key, pg_catalog.unnest(key.indkey::smallint[]) WITH ORDINALITY AS k (number, "
          "place) JOIN pg_catalog.pg_attribute AS a ON a.attrelid = %s AND a.attnum = "
          "k.number ORDER BY k.place",
          table->oid, table->oid),
      error);

  if (result == NULL)
    return FALSE;
  table->n_key = (guint) PQntuples (result);
  const char **names = arena_new_array (arena, const char *, table->n_key + 1);
  const char **quoted = arena_new_array (arena, const char *, table->n_key + 1);
  for (guint i = 0; i < table->n_key; i++)
    {
      names[i] = arena_strdup (arena, postgres_cell (result, (int) i, 0));
      quoted[i] = postgres_identifier (arena, names[i]);
    }
  table->key_names = names;
  table->key = quoted;
  return TRUE;
}

gboolean
pg_read_table (SqlConnection *connection, const char *name, Arena *arena,
               const PgTable **found, GError **error)
{
  PgTable *table = arena_new0 (arena, PgTable);

  *found = NULL;
  table->name = arena_strdup (arena, name);
  g_autoptr (PostgresResult) result = postgres_query_often (
      connection,
      arena_printf (arena,
                    "SELECT c.oid, pg_catalog.format('%%I.%%I', n.nspname, c.relname), "
                    "pg_catalog.quote_ident(n.nspname), c.relkind = 'p', "
                    "c.relispartition FROM pg_catalog.pg_class AS c "
                    "JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE "
                    "c.oid = pg_catalog.to_regclass(%s) AND c.relkind IN ('r', 'p')",
                    postgres_quote (arena, postgres_table (arena, name))),
      error);
  if (result == NULL || PQntuples (result) == 0)
    return result != NULL;
  table->oid = arena_strdup (arena, postgres_cell (result, 0, 0));
  table->quoted = arena_strdup (arena, postgres_cell (result, 0, 1));
  table->schema = arena_strdup (arena, postgres_cell (result, 0, 2));
  table->is_partitioned = is_true (postgres_cell (result, 0, 3));
  table->is_partition = is_true (postgres_cell (result, 0, 4));
  *found = table;
  return read_columns (connection, table, arena, error)
         && read_key (connection, table, arena, error);
}

gboolean
pg_live_table (SqlConnection *connection, const char *name, Arena *arena,
               const PgTable **table, GError **error)
{
  if (!pg_read_table (connection, name, arena, table, error))
    return FALSE;
  if (*table != NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "there is no table '%s'", name);
  return FALSE;
}

const char *
pg_beside (const PgTable *table, const char *name, Arena *arena)
{
  return arena_printf (arena, "%s.%s", table->schema, postgres_identifier (arena, name));
}

const PgColumn *
pg_find_column (const PgTable *table, const char *name)
{
  for (guint i = 0; i < table->n_columns; i++)
    if (g_str_equal (table->columns[i].name, name))
      return &table->columns[i];
  return NULL;
}

const char *
pg_key_list (const PgTable *table, const char *suffix, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_key; i++)
    g_string_append_printf (text, "%s%s%s", i > 0 ? ", " : "", table->key[i], suffix);
  return arena_strdup (arena, text->str);
}

const char *
pg_row_shown (const PgTable *table, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_key; i++)
    {
      const char *what
          = arena_printf (arena, "%s%s ", i > 0 ? ", " : "", table->key_names[i]);
      g_string_append_printf (text, "%s%s || quote_literal(%s)", i > 0 ? " || " : "",
                              postgres_text_literal (arena, what), table->key[i]);
    }
  return text->len > 0 ? arena_strdup (arena, text->str) : "'at ' || ctid::text";
}

gboolean
pg_first_row (SqlConnection *connection, const PgTable *table, const char *condition,
              const char **row, Arena *arena, GError **error)
{
  return postgres_text (connection,
                        arena_printf (arena, "SELECT %s FROM %s WHERE %s LIMIT 1",
                                      pg_row_shown (table, arena), table->quoted,
                                      condition),
                        row, arena, error);
}

gboolean
pg_path (SqlConnection *connection, const char **path, Arena *arena, GError **error)
{
  return postgres_text (
      connection,
      "SELECT coalesce(pg_catalog.string_agg(pg_catalog.quote_ident(s.name), ', ' ORDER "
      "BY s.place), '') FROM pg_catalog.unnest(pg_catalog.current_schemas(false)) WITH "
      "ORDINALITY AS s (name, place) WHERE s.name NOT IN ('pg_catalog', "
      "'" POSTGRES_SCHEMA "')",
      path, arena, error);
}

gboolean
pg_settle (SqlConnection *connection, const char *path, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  return postgres_exec (
      connection,
      arena_printf (
          arena, "SELECT pg_catalog.set_config('search_path', %s, false)",
          postgres_quote (arena, arena_printf (arena, "%s%s" POSTGRES_SCHEMA, path,
                                               *path != '\0' ? ", " : ""))),
      NULL, error);
}

gboolean
pg_place (SqlConnection *connection, const char *name, const char **place, Arena *arena,
          GError **error)
{
  return postgres_text (
      connection,
      arena_printf (arena, "SELECT coalesce(pg_catalog.to_regclass(%s)::oid::text, %s)",
                    postgres_quote (arena, postgres_table (arena, name)),
                    postgres_quote (arena, name)),
      place, arena, error);
}

gboolean
pg_function_path (SqlConnection *connection, const char **path, Arena *arena,
                  GError **error)
{
  if (!pg_path (connection, path, arena, error))
    return FALSE;
  *path = arena_printf (arena, "pg_catalog, %s%spg_temp", *path,
                        **path != '\0' ? ", " : "");
  return TRUE;
}
