/* SPDX-License-Identifier: Apache-2.0
 *
 * Images, and the way back from them.
 */
#include "config.h"

#include "engine/mariadb/image.h"

#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/words.h"
#include "model/error.h"

#define N_HASH 16
#define KEPT "zdm_image"

static const struct
{
  guint part;
  const char *suffix;
} PARTS[] = {
  { MARIA_IMAGE_CELLS, "" },
  { MARIA_IMAGE_ROWS, "_rows" },
  { MARIA_IMAGE_KEYS, "_keys" },
};

static const char *
part_name (const char *name, guint part, Arena *arena)
{
  guint i = 0;

  while (PARTS[i].part != part)
    i++;
  return arena_printf (arena, "%s%s", name, PARTS[i].suffix);
}

static const char *
quoted_part (const MariaFill *fill, guint part)
{
  return mariadb_identifier (fill->arena,
                             part_name (fill->detail->image->name, part, fill->arena));
}

/* Names ------------------------------------------------------------------------- */

const char *
maria_image_drop_text (const char *name, Arena *arena)
{
  g_autoptr (GString) text = g_string_new ("DROP TABLE IF EXISTS ");

  for (guint i = 0; i < G_N_ELEMENTS (PARTS); i++)
    g_string_append_printf (
        text, "%s%s", i > 0 ? ", " : "",
        mariadb_identifier (arena, part_name (name, PARTS[i].part, arena)));
  return arena_strdup (arena, text->str);
}

/* Names have 64 characters at most, and an id may be that long alone. */
static const char *
image_prefix (const char *id, Arena *arena)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, id, -1);

  return arena_printf (arena, "zdm_before_%.*s_", N_HASH, hash);
}

const char *
maria_image_name (const char *id, guint step, Arena *arena)
{
  return arena_printf (arena, "%s%u", image_prefix (id, arena), step);
}

gboolean
maria_image_forget (SqlConnection *connection, const char *id, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *prefix = image_prefix (id, arena);
  g_autoptr (MariadbResult) result = mariadb_query (
      connection,
      arena_printf (arena,
                    "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_SCHEMA "
                    "= DATABASE() AND LEFT(TABLE_NAME, CHAR_LENGTH(%s)) = %s",
                    mariadb_quote (arena, prefix), mariadb_quote (arena, prefix)),
      error);

  for (guint i = 0; result != NULL && i < mariadb_n_rows (result); i++)
    if (!mariadb_exec_in_transaction (
            connection,
            arena_printf (arena, "DROP TABLE IF EXISTS %s",
                          mariadb_identifier (arena, mariadb_cell (result, i, 0))),
            error))
      return FALSE;
  return result != NULL;
}

/* Making ------------------------------------------------------------------------ */

/* "zdm_k0, zdm_k1" */
static const char *
key_names (const MariaTable *table, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_key; i++)
    g_string_append_printf (text, "%szdm_k%u", i > 0 ? ", " : "", i);
  return arena_strdup (arena, text->str);
}

/* "`id` AS zdm_k0": a table made of it has the types of the columns. */
static const char *
key_columns (const MariaTable *table, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_key; i++)
    g_string_append_printf (text, "%s%s AS zdm_k%u", i > 0 ? ", " : "",
                            mariadb_identifier (arena, table->key[i]->name), i);
  return arena_strdup (arena, text->str);
}

static const char *
cell_columns (const MariaTable *table, const char *const *columns, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (key_columns (table, arena));

  for (guint i = 0; columns[i] != NULL; i++)
    {
      const char *name = mariadb_identifier (arena, columns[i]);
      g_string_append_printf (text, ", %s AS zdm_w%u, %s AS zdm_i%u", name, i, name, i);
    }
  return arena_strdup (arena, text->str);
}

/* All columns that can be given, seen or not. */
static const char *
row_columns (const MariaTable *table, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_columns; i++)
    if (!table->columns[i].generated)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              mariadb_identifier (arena, table->columns[i].name));
  return arena_strdup (arena, text->str);
}

static gboolean
make_part (SqlConnection *connection, const MariaDetail *detail, const MariaTable *table,
           guint part, Arena *arena, GError **error)
{
  const char *name
      = mariadb_identifier (arena, part_name (detail->image->name, part, arena));
  gboolean is_rows = part == MARIA_IMAGE_ROWS;
  const char *key
      = is_rows ? maria_key_list (table, "", arena) : key_names (table, arena);
  const char *columns = part == MARIA_IMAGE_CELLS
                            ? cell_columns (table, detail->image->columns, arena)
                        : is_rows ? row_columns (table, arena)
                                  : key_columns (table, arena);

  return mariadb_define (connection,
                         arena_printf (arena,
                                       "CREATE TABLE IF NOT EXISTS %s (PRIMARY KEY (%s)) "
                                       "ENGINE = InnoDB AS SELECT %s FROM %s LIMIT 0",
                                       name, key, columns, table->quoted),
                         error);
}

gboolean
maria_image_make (SqlConnection *connection, const MariaDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTable *table;

  if (!maria_live_table (connection, detail->table, arena, &table, error))
    return FALSE;
  if (table->n_key == 0)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "table '%s' has no primary key, by which its rows could be given "
                   "back; add one first",
                   table->name);
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (PARTS); i++)
    if ((detail->image->parts & PARTS[i].part) != 0
        && !make_part (connection, detail, table, PARTS[i].part, arena, error))
      return FALSE;
  return TRUE;
}

/* Keeping ----------------------------------------------------------------------- */

/* "zdm_image.zdm_k0 = `t`.`id` AND …".  @own: the key has its own names in the image */
static const char *
match (const MariaFill *fill, gboolean own)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < fill->live->n_key; i++)
    {
      const char *key = mariadb_identifier (fill->arena, fill->live->key[i]->name);
      g_string_append_printf (text, "%s" KEPT ".%s = %s.%s", i > 0 ? " AND " : "",
                              own ? key : arena_printf (fill->arena, "zdm_k%u", i),
                              fill->live->quoted, key);
    }
  return arena_strdup (fill->arena, text->str);
}

static const char *
is_kept (const MariaFill *fill, guint part)
{
  return arena_printf (fill->arena, "EXISTS (SELECT 1 FROM %s AS " KEPT " WHERE %s)",
                       quoted_part (fill, part), match (fill, part == MARIA_IMAGE_ROWS));
}

/* What was kept first stays: that is how the row was. */
static gboolean
keep (MariaFill *fill, guint part, const char *names, const char *values,
      const char *condition, const char *key, GError **error)
{
  const char *name = quoted_part (fill, part);

  return mariadb_exec (fill->connection,
                       arena_printf (fill->arena,
                                     "INSERT INTO %s (%s) SELECT %s FROM %s WHERE %s FOR "
                                     "UPDATE ON DUPLICATE KEY UPDATE %s.%s = %s.%s",
                                     name, names, values, fill->live->quoted, condition,
                                     name, key, name, key),
                       NULL, error);
}

gboolean
maria_image_keep_cells (MariaFill *fill, const char *condition,
                        const MariaAssignment *assignments, const char **kept,
                        GError **error)
{
  const char *const *columns = fill->detail->image->columns;
  g_autoptr (GString) names = g_string_new (key_names (fill->live, fill->arena));
  g_autoptr (GString) values
      = g_string_new (maria_key_list (fill->live, "", fill->arena));

  for (guint i = 0; columns[i] != NULL; i++)
    {
      g_string_append_printf (names, ", zdm_w%u, zdm_i%u", i, i);
      g_string_append_printf (values, ", %s, (%s)",
                              mariadb_identifier (fill->arena, columns[i]),
                              maria_assignment_value (fill, &assignments[i]));
    }
  *kept = is_kept (fill, MARIA_IMAGE_CELLS);
  return keep (fill, MARIA_IMAGE_CELLS, names->str, values->str, condition, "zdm_k0",
               error);
}

gboolean
maria_image_keep_rows (MariaFill *fill, const char *condition, const char **kept,
                       GError **error)
{
  const char *columns = row_columns (fill->live, fill->arena);

  *kept = is_kept (fill, MARIA_IMAGE_ROWS);
  return keep (fill, MARIA_IMAGE_ROWS, columns, columns, condition,
               mariadb_identifier (fill->arena, fill->live->key[0]->name), error);
}

gboolean
maria_image_keep_key (MariaFill *fill, const char *key, GError **error)
{
  return mariadb_exec (fill->connection,
                       arena_printf (fill->arena, "INSERT IGNORE INTO %s VALUES (%s)",
                                     quoted_part (fill, MARIA_IMAGE_KEYS), key),
                       NULL, error);
}

/* Back -------------------------------------------------------------------------- */

static gboolean
find_part (MariaFill *fill, guint part, const MariaTable **image, GError **error)
{
  return maria_read_table (fill->connection,
                           part_name (fill->detail->image->name, part, fill->arena),
                           fill->arena, image, error);
}

/* A cell that an application has written since stays as it is. */
static const char *
restored_cells (MariaFill *fill)
{
  const char *const *columns = fill->detail->image->columns;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    {
      const Column *column = table_find_column (fill->table, columns[i]);
      const char *cell = arena_printf (fill->arena, "%s.%s", fill->live->quoted,
                                       mariadb_identifier (fill->arena, columns[i]));
      g_string_append_printf (
          text, "%s%s = CASE WHEN %s THEN " KEPT ".zdm_w%u ELSE %s END",
          i > 0 ? ", " : "", cell,
          mariadb_same (&column->type, cell,
                        arena_printf (fill->arena, KEPT ".zdm_i%u", i), FALSE,
                        fill->arena),
          i, cell);
    }
  g_string_append (text, maria_fill_untouched (fill));
  return arena_strdup (fill->arena, text->str);
}

static gboolean
restore_cells (MariaFill *fill, const char *range, GError **error)
{
  return mariadb_exec (fill->connection,
                       arena_printf (fill->arena,
                                     "UPDATE %s JOIN %s AS " KEPT " ON %s SET %s WHERE "
                                     "%s",
                                     fill->live->quoted,
                                     quoted_part (fill, MARIA_IMAGE_CELLS),
                                     match (fill, FALSE), restored_cells (fill), range),
                       &fill->progress->n_rows, error);
}

/* A key that somebody has taken meanwhile stays theirs. */
static gboolean
restore_rows (MariaFill *fill, const MariaTable *image, GError **error)
{
  g_autoptr (GString) columns = g_string_new (NULL);
  const char *key = mariadb_identifier (fill->arena, fill->live->key[0]->name);

  for (guint i = 0; i < image->n_columns; i++)
    {
      const MariaColumn *column = maria_find_column (fill->live, image->columns[i].name);
      if (column != NULL && !column->generated)
        g_string_append_printf (columns, "%s%s", columns->len > 0 ? ", " : "",
                                mariadb_identifier (fill->arena, column->name));
    }
  return mariadb_exec (fill->connection,
                       arena_printf (fill->arena,
                                     "INSERT INTO %s (%s) SELECT %s FROM %s ON DUPLICATE "
                                     "KEY UPDATE %s.%s = %s.%s",
                                     fill->live->quoted, columns->str, columns->str,
                                     image->quoted, fill->live->quoted, key,
                                     fill->live->quoted, key),
                       NULL, error);
}

static gboolean
restore_keys (MariaFill *fill, const MariaTable *image, GError **error)
{
  return mariadb_exec (fill->connection,
                       arena_printf (fill->arena,
                                     "DELETE %s FROM %s JOIN %s AS " KEPT " ON %s",
                                     fill->live->quoted, fill->live->quoted,
                                     image->quoted, match (fill, FALSE)),
                       NULL, error);
}

/* Rows that come or go are few beside those that are changed: they go first, at once. */
static gboolean
restore_whole_rows (MariaFill *fill, GError **error)
{
  const MariaTable *keys, *rows;

  return find_part (fill, MARIA_IMAGE_KEYS, &keys, error)
         && find_part (fill, MARIA_IMAGE_ROWS, &rows, error)
         && (keys == NULL || restore_keys (fill, keys, error))
         && (rows == NULL || restore_rows (fill, rows, error));
}

gboolean
maria_image_restore (MariaFill *fill, GError **error)
{
  const MariaTable *cells;
  const char *range;
  Walk walk;

  if (!find_part (fill, MARIA_IMAGE_CELLS, &cells, error)
      || (fill->progress->position == NULL && !restore_whole_rows (fill, error)))
    return FALSE;
  fill->progress->done = cells == NULL;
  if (cells == NULL)
    return TRUE;
  if (!maria_walk_init (&walk, fill->progress->position, fill->live, error))
    return FALSE;
  gboolean fine = maria_fill_next_range (fill, &walk, &range, error)
                  && (range == NULL || restore_cells (fill, range, error));
  maria_fill_keep_place (fill, &walk);
  return fine;
}
