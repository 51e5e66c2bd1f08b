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

/* The table, its columns, and their places in the primary key, or in the shortest other
 * key that knows no null. */
static const char TABLE[]
    = "SELECT c.oid, pg_catalog.format('%%I.%%I', n.nspname, c.relname), "
      "pg_catalog.quote_ident(n.nspname), a.attname, a.attnum, "
      "pg_catalog.format_type(a.atttypid, a.atttypmod), t.typname, t.typtype = 'e', "
      "t.typtype = 'd', "
      "a.attnotnull, CASE WHEN a.attgenerated = '' THEN pg_catalog.pg_get_expr(d.adbin, "
      "d.adrelid) END, CASE WHEN a.attcollation <> t.typcollation THEN (SELECT "
      "pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(l.collname) FROM "
      "pg_catalog.pg_collation AS l JOIN pg_catalog.pg_namespace AS s ON s.oid = "
      "l.collnamespace WHERE l.oid = a.attcollation) END, (SELECT "
      "pg_catalog.quote_ident(s.nspname) || '.' || pg_catalog.quote_ident(l.collname) FROM "
      "pg_catalog.pg_collation AS l JOIN pg_catalog.pg_namespace AS s ON s.oid = "
      "l.collnamespace WHERE l.oid = a.attcollation AND l.collprovider <> 'd'), a.attgenerated <> '', "
      "a.attidentity, pg_catalog.array_position(key.columns, a.attnum), c.relkind = 'p', "
      "c.relispartition FROM "
      "pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = "
      "c.relnamespace LEFT JOIN LATERAL (SELECT i.indkey::smallint[] AS columns FROM "
      "pg_catalog.pg_index AS i WHERE i.indrelid = c.oid AND i.indisunique AND "
      "i.indisvalid AND i.indimmediate AND i.indpred IS NULL AND i.indexprs IS NULL AND "
      "NOT EXISTS (SELECT 1 FROM pg_catalog.pg_attribute AS o WHERE o.attrelid = "
      "i.indrelid AND o.attnum = ANY (i.indkey) AND NOT o.attnotnull) AND i.indnatts = "
      "i.indnkeyatts ORDER BY i.indisprimary DESC, i.indnkeyatts, i.indexrelid LIMIT 1) AS "
      "key ON true LEFT JOIN (pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON "
      "t.oid = a.atttypid) ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped "
      "LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = "
      "a.attnum WHERE c.oid = pg_catalog.to_regclass(%s) AND c.relkind IN ('r', 'p') ORDER "
      "BY a.attnum";

enum
{
  CELL_OID,
  CELL_QUOTED,
  CELL_SCHEMA,
  CELL_NAME,
  CELL_NUMBER,
  CELL_TYPE,
  CELL_TYPE_NAME,
  CELL_IS_ENUM,
  CELL_IS_DOMAIN,
  CELL_NOT_NULL,
  CELL_DEFAULT,
  CELL_COLLATION,
  CELL_SORTED_BY,
  CELL_GENERATED,
  CELL_IDENTITY,
  CELL_KEY_PLACE,
  CELL_IS_PARTITIONED,
  CELL_IS_PARTITION,
};

static const char *
cell_text (const PostgresResult *result, int row, int column, Arena *arena)
{
  return arena_strdup (arena, postgres_cell (result, row, column));
}

/* A table without columns is one row without any. */
static void
read_columns (PgTable *table, const PostgresResult *result, Arena *arena)
{
  gboolean is_empty = postgres_cell (result, 0, CELL_NAME) == NULL;

  table->n_columns = is_empty ? 0 : (guint) PQntuples (result);
  PgColumn *columns = arena_new_array (arena, PgColumn, table->n_columns + 1);
  for (int i = 0; i < (int) table->n_columns; i++)
    columns[i] = (PgColumn){
      .name = cell_text (result, i, CELL_NAME, arena),
      .number
      = (guint) g_ascii_strtoull (postgres_cell (result, i, CELL_NUMBER), NULL, 10),
      .type = cell_text (result, i, CELL_TYPE, arena),
      .type_name = cell_text (result, i, CELL_TYPE_NAME, arena),
      .is_enum = is_true (postgres_cell (result, i, CELL_IS_ENUM)),
      .is_domain = is_true (postgres_cell (result, i, CELL_IS_DOMAIN)),
      .not_null = is_true (postgres_cell (result, i, CELL_NOT_NULL)),
      .default_text = cell_text (result, i, CELL_DEFAULT, arena),
      .collation = cell_text (result, i, CELL_COLLATION, arena),
      .sorted_by = cell_text (result, i, CELL_SORTED_BY, arena),
      .generated = is_true (postgres_cell (result, i, CELL_GENERATED)),
      .identity = postgres_cell (result, i, CELL_IDENTITY)[0],
    };
  table->columns = columns;
}

/* The places are those of an int2vector: from 0. */
static void
read_key (PgTable *table, const PostgresResult *result, Arena *arena)
{
  const char **names = arena_new_array (arena, const char *, table->n_columns + 1);
  const char **quoted = arena_new_array (arena, const char *, table->n_columns + 1);

  for (guint i = 0; i < table->n_columns; i++)
    {
      const char *place = postgres_cell (result, (int) i, CELL_KEY_PLACE);
      if (place == NULL)
        continue;
      guint64 at = g_ascii_strtoull (place, NULL, 10);
      names[at] = table->columns[i].name;
      quoted[at] = postgres_identifier (arena, names[at]);
      table->n_key++;
    }
  table->key_names = names;
  table->key = quoted;
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
      arena_printf (arena, TABLE, postgres_quote (arena, postgres_table (arena, name))),
      error);
  if (result == NULL || PQntuples (result) == 0)
    return result != NULL;
  table->oid = cell_text (result, 0, CELL_OID, arena);
  table->quoted = cell_text (result, 0, CELL_QUOTED, arena);
  table->schema = cell_text (result, 0, CELL_SCHEMA, arena);
  table->is_partitioned = is_true (postgres_cell (result, 0, CELL_IS_PARTITIONED));
  table->is_partition = is_true (postgres_cell (result, 0, CELL_IS_PARTITION));
  read_columns (table, result, arena);
  read_key (table, result, arena);
  *found = table;
  return TRUE;
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
