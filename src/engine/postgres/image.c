/* SPDX-License-Identifier: Apache-2.0
 *
 * Images, and the way back from them.
 */
#include "config.h"

#include "engine/postgres/image.h"

#include "engine/postgres/sql_text.h"
#include "engine/postgres/words.h"
#include "model/error.h"

#define N_HASH 16

static const char *
part (Arena *arena, const char *name, const char *suffix)
{
  return arena_printf (
      arena, POSTGRES_SCHEMA ".%s",
      postgres_identifier (arena, arena_printf (arena, "%s%s", name, suffix)));
}

static gboolean
need_key (PgFill *fill, GError **error)
{
  if (fill->live->n_key > 0)
    return TRUE;
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
      "table '%s' has no primary key, by which its rows could be given back; add "
      "one first",
      fill->live->name);
  return FALSE;
}

/* "k0, k1" */
static const char *
key_list (PgFill *fill)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fill->live->n_key; i++)
    g_string_append_printf (text, "%sk%u", i > 0 ? ", " : "", i);
  return arena_strdup (fill->arena, text->str);
}

/* "\"t\".\"id\" AS k0, …": a table made of it has the types of the columns. */
static const char *
key_columns (PgFill *fill)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fill->live->n_key; i++)
    g_string_append_printf (text, "%s%s.%s AS k%u", i > 0 ? ", " : "", fill->quoted,
                            fill->live->key[i], i);
  return arena_strdup (fill->arena, text->str);
}

/* Made in the transaction of its first rows, so it is whole or not there. */
static gboolean
make (PgFill *fill, const char *suffix, const char *select, gboolean has_key,
      GError **error)
{
  const char *name = part (fill->arena, fill->detail->images, suffix);
  gboolean found;

  if (!postgres_finds (fill->connection,
                       arena_printf (fill->arena,
                                     "SELECT 1 WHERE pg_catalog.to_regclass(%s) IS NOT "
                                     "NULL",
                                     postgres_quote (fill->arena, name)),
                       &found, error))
    return FALSE;
  return found
         || postgres_exec (
             fill->connection,
             has_key
                 ? arena_printf (fill->arena,
                                 "CREATE TABLE %s AS SELECT %s FROM %s LIMIT 0; ALTER "
                                 "TABLE %s ADD PRIMARY KEY (%s)",
                                 name, select, fill->quoted, name, key_list (fill))
                 : arena_printf (fill->arena,
                                 "CREATE TABLE %s AS SELECT %s FROM %s LIMIT 0", name,
                                 select, fill->quoted),
             NULL, error);
}

/* Keeping ----------------------------------------------------------------------- */

gboolean
pg_image_keep_cells (PgFill *fill, const char *condition, const PgAssignment *assignments,
                     guint n, GError **error)
{
  g_autoptr (GString) types = g_string_new (key_columns (fill));
  g_autoptr (GString) names = g_string_new (key_list (fill));
  g_autoptr (GString) values = g_string_new (key_columns (fill));

  if (!need_key (fill, error))
    return FALSE;
  for (guint i = 0; i < n; i++)
    {
      const PgColumn *live = pg_find_column (fill->live, assignments[i].column);
      const char *column = pg_fill_column (fill, assignments[i].column);
      const SqlExpression value
          = { .value = assignments[i].value, .valid = assignments[i].valid };
      g_string_append_printf (types, ", %s AS w%u, %s AS i%u", column, live->number,
                              column, live->number);
      g_string_append_printf (names, ", w%u, i%u", live->number, live->number);
      g_string_append_printf (values, ", %s, (%s)%s%s", column,
                              step_sql_value (&value, fill->arena),
                              live->is_enum ? "::" : "", live->is_enum ? live->type : "");
    }
  return make (fill, "", types->str, TRUE, error)
         && postgres_exec (
             fill->connection,
             arena_printf (
                 fill->arena,
                 "INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s ON CONFLICT DO "
                 "NOTHING",
                 part (fill->arena, fill->detail->images, ""), names->str, values->str,
                 fill->quoted, condition),
             NULL, error);
}

gboolean
pg_image_keep_rows (PgFill *fill, const char *condition, GError **error)
{
  const char *all = arena_printf (fill->arena, "%s.*", fill->quoted);

  return make (fill, "_rows", all, FALSE, error)
         && postgres_exec (
             fill->connection,
             arena_printf (fill->arena, "INSERT INTO %s SELECT %s FROM %s WHERE %s",
                           part (fill->arena, fill->detail->images, "_rows"), all,
                           fill->quoted, condition),
             NULL, error);
}

gboolean
pg_image_keep_keys (PgFill *fill, const char *insert, GError **error)
{
  return need_key (fill, error) && make (fill, "_keys", key_columns (fill), TRUE, error)
         && postgres_exec (
             fill->connection,
             arena_printf (
                 fill->arena,
                 "WITH zdm_row AS (%s RETURNING %s) INSERT INTO %s SELECT * FROM "
                 "zdm_row ON CONFLICT DO NOTHING",
                 insert, key_columns (fill),
                 part (fill->arena, fill->detail->images, "_keys")),
             NULL, error);
}

/* Back -------------------------------------------------------------------------- */

static gboolean
has_part (PgFill *fill, const char *suffix, gboolean *found, GError **error)
{
  return postgres_finds (
      fill->connection,
      arena_printf (
          fill->arena, "SELECT 1 WHERE pg_catalog.to_regclass(%s) IS NOT NULL",
          postgres_quote (fill->arena, part (fill->arena, fill->detail->images, suffix))),
      found, error);
}

static const char *
match_key (PgFill *fill)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fill->live->n_key; i++)
    g_string_append_printf (text, "%szdm_image.k%u = %s.%s", i > 0 ? " AND " : "", i,
                            fill->quoted, fill->live->key[i]);
  return arena_strdup (fill->arena, text->str);
}

/* Whether the image keeps cells of the column. */
static gboolean
keeps_column (PgFill *fill, guint number, gboolean *kept, GError **error)
{
  return postgres_finds (
      fill->connection,
      arena_printf (
          fill->arena,
          "SELECT 1 FROM pg_catalog.pg_attribute WHERE attrelid = "
          "%s::pg_catalog.regclass AND attname = 'w%u'",
          postgres_quote (fill->arena, part (fill->arena, fill->detail->images, "")),
          number),
      kept, error);
}

/* A cell that an application has written since stays as it is; also where it only wrote
 * another 1.00 for 1.0. */
static gboolean
restored_cells (PgFill *fill, const char **list, GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fill->live->n_columns; i++)
    {
      const PgColumn *column = &fill->live->columns[i];
      const char *cell = pg_fill_column (fill, column->name);
      gboolean kept;
      if (!keeps_column (fill, column->number, &kept, error))
        return FALSE;
      if (kept)
        g_string_append_printf (text,
                                "%s%s = CASE WHEN %s::text COLLATE \"C\" IS NOT DISTINCT "
                                "FROM zdm_image.i%u::text THEN zdm_image.w%u ELSE %s END",
                                text->len > 0 ? ", " : "",
                                postgres_identifier (fill->arena, column->name), cell,
                                column->number, column->number, cell);
    }
  *list = text->len > 0 ? arena_strdup (fill->arena, text->str) : NULL;
  return TRUE;
}

static gboolean
restore_cells (PgFill *fill, GError **error)
{
  const char *list;
  gboolean found;

  if (!has_part (fill, "", &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  if (!restored_cells (fill, &list, error))
    return FALSE;
  return list == NULL
         || postgres_exec (fill->connection,
                           arena_printf (fill->arena,
                                         "UPDATE %s SET %s FROM %s AS zdm_image WHERE %s",
                                         fill->quoted, list,
                                         part (fill->arena, fill->detail->images, ""),
                                         match_key (fill)),
                           &fill->progress->n_rows, error);
}

/* The columns that the image and the table both have, and the table can be given. */
static gboolean
common_columns (PgFill *fill, const char **list, GError **error)
{
  return postgres_text (
      fill->connection,
      arena_printf (
          fill->arena,
          "SELECT pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY "
          "a.attnum) FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_attribute AS i "
          "ON i.attname = a.attname AND i.attnum > 0 AND NOT i.attisdropped WHERE "
          "a.attrelid = %s AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' "
          "AND i.attrelid = %s::pg_catalog.regclass",
          fill->live->oid,
          postgres_quote (fill->arena,
                          part (fill->arena, fill->detail->images, "_rows"))),
      list, fill->arena, error);
}

/* A key that somebody has taken meanwhile stays theirs. */
static gboolean
restore_rows (PgFill *fill, GError **error)
{
  const char *columns;
  gboolean found;

  if (!has_part (fill, "_rows", &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  if (!common_columns (fill, &columns, error))
    return FALSE;
  return postgres_exec (
      fill->connection,
      arena_printf (fill->arena,
                    "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM %s ON "
                    "CONFLICT DO NOTHING",
                    fill->quoted, columns, columns,
                    part (fill->arena, fill->detail->images, "_rows")),
      NULL, error);
}

static gboolean
restore_keys (PgFill *fill, GError **error)
{
  gboolean found;

  if (!has_part (fill, "_keys", &found, error))
    return FALSE;
  return !found
         || postgres_exec (
             fill->connection,
             arena_printf (fill->arena, "DELETE FROM %s USING %s AS zdm_image WHERE %s",
                           fill->quoted,
                           part (fill->arena, fill->detail->images, "_keys"),
                           match_key (fill)),
             NULL, error);
}

gboolean
pg_image_restore (PgFill *fill, GError **error)
{
  return restore_keys (fill, error) && restore_cells (fill, error)
         && restore_rows (fill, error);
}

const char *
pg_image_drop_text (const char *name, Arena *arena)
{
  return arena_printf (arena, "DROP TABLE IF EXISTS %s, %s, %s", part (arena, name, ""),
                       part (arena, name, "_rows"), part (arena, name, "_keys"));
}

/* Names are cut at 63 bytes, and an id may be that long alone. */
static const char *
image_prefix (const char *id, Arena *arena)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, id, -1);

  return arena_printf (arena, "before_%.*s_", N_HASH, hash);
}

const char *
pg_image_name (const char *id, guint step, Arena *arena)
{
  return arena_printf (arena, "%s%u", image_prefix (id, arena), step);
}

gboolean
pg_image_forget (SqlConnection *connection, const char *id, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (PostgresResult) result = postgres_query (
      connection,
      arena_printf (
          arena,
          "SELECT pg_catalog.quote_ident(c.relname) FROM pg_catalog.pg_class AS "
          "c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace WHERE "
          "n.nspname = '" POSTGRES_SCHEMA "' AND c.relkind = 'r' AND "
          "pg_catalog.starts_with(c.relname::text, %s)",
          postgres_quote (arena, image_prefix (id, arena))),
      error);

  for (int i = 0; result != NULL && i < PQntuples (result); i++)
    if (!postgres_exec (connection,
                        arena_printf (arena,
                                      "DROP TABLE IF EXISTS " POSTGRES_SCHEMA ".%s",
                                      postgres_cell (result, i, 0)),
                        NULL, error))
      return FALSE;
  return result != NULL;
}
