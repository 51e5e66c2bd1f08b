/* SPDX-License-Identifier: Apache-2.0
 *
 * Images, and the way back from them.
 */
#include "config.h"

#include "engine/sqlite/image.h"

#include <string.h>

#include "engine/sqlite/connection.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/sql_text.h"
#include "model/error.h"

/* The part's name, quoted. */
static const char *
part (Fill *fill, const char *suffix)
{
  return sqlite_identifier (
      fill->arena, arena_printf (fill->arena, "%s%s", fill->detail->images, suffix));
}

/* "k0, k1" */
static const char *
key_list (Fill *fill, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    g_string_append_printf (text, "%sk%u", i > 0 ? ", " : "", i);
  return arena_strdup (fill->arena, text->str);
}

static const char *
join (Fill *fill, const char *const *items)
{
  g_autofree char *text = g_strjoinv (", ", (char **) items);

  return arena_strdup (fill->arena, text);
}

/* Columns without a type keep every value exactly as it is. */
gboolean
image_keep_cells (Fill *fill, const char *condition, const FillAssignment *assignments,
                  guint n, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) values = g_string_new (NULL);
  const char *const *key = fill->key.lasting;
  const char *keys = key_list (fill, g_strv_length ((char **) key));
  for (guint i = 0; i < n; i++)
    {
      const char *column = assignments[i].column;
      g_string_append_printf (
          names, ", %s, %s",
          sqlite_identifier (fill->arena, arena_printf (fill->arena, "was/%s", column)),
          sqlite_identifier (fill->arena, arena_printf (fill->arena, "is/%s", column)));
      g_string_append_printf (values, ", %s, %s", sqlite_identifier (fill->arena, column),
                              assignments[i].value);
    }
  return fill_exec (fill,
                    arena_printf (fill->arena,
                                  "CREATE TABLE IF NOT EXISTS %s (%s%s, UNIQUE (%s))",
                                  part (fill, ""), keys, names->str, keys),
                    NULL, error)
         && fill_exec (
             fill,
             arena_printf (fill->arena,
                           "INSERT OR IGNORE INTO %s (%s%s) SELECT %s%s FROM %s "
                           "WHERE %s",
                           part (fill, ""), keys, names->str, join (fill, key),
                           values->str, fill->quoted, condition),
             NULL, error);
}

/* The rowid goes along where it is not a column: rows come back to their places. */
gboolean
image_keep_rows (Fill *fill, const char *condition, GError **error)
{
  const char *rowid
      = fill->key.by_rowid
            ? arena_printf (fill->arena, "%s AS \"zdm/rowid\", ", fill->key.columns[0])
            : "";
  const char *select
      = arena_printf (fill->arena, "SELECT %s* FROM %s WHERE ", rowid, fill->quoted);

  return fill_exec (fill,
                    arena_printf (fill->arena, "CREATE TABLE IF NOT EXISTS %s AS %s0",
                                  part (fill, "/rows"), select),
                    NULL, error)
         && fill_exec (fill,
                       arena_printf (fill->arena, "INSERT INTO %s %s%s",
                                     part (fill, "/rows"), select, condition),
                       NULL, error);
}

gboolean
image_keep_key (Fill *fill, const char *condition, GError **error)
{
  const char *const *key = fill->key.lasting;
  const char *keys = key_list (fill, g_strv_length ((char **) key));
  return fill_exec (fill,
                    arena_printf (fill->arena,
                                  "CREATE TABLE IF NOT EXISTS %s (%s, UNIQUE (%s))",
                                  part (fill, "/keys"), keys, keys),
                    NULL, error)
         && fill_exec (
             fill,
             arena_printf (
                 fill->arena, "INSERT OR IGNORE INTO %s SELECT %s FROM %s WHERE %s",
                 part (fill, "/keys"), join (fill, key), fill->quoted, condition),
             NULL, error);
}

/* Back -------------------------------------------------------------------------- */

static gboolean
has_part (Fill *fill, const char *suffix, gboolean *found, GError **error)
{
  const char *name = arena_printf (fill->arena, "%s%s", fill->detail->images, suffix);

  return fill_find (
      fill,
      arena_printf (fill->arena,
                    "SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = %s",
                    sqlite_text_literal (fill->arena, name)),
      found, NULL, error);
}

/* "i.k0 IS t.a AND …" */
static const char *
match_key (Fill *fill)
{
  const char *const *key = fill->key.lasting;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; key[i] != NULL; i++)
    g_string_append_printf (text, "%szdm_image.k%u IS %s.%s", i > 0 ? " AND " : "", i,
                            fill->quoted, key[i]);
  return arena_strdup (fill->arena, text->str);
}

/* A cell that an application has written since stays as it is. */
static const char *
restored_cells (Fill *fill, const SqliteTable *image)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < image->n_columns; i++)
    {
      const char *name = image->columns[i].name;
      if (!g_str_has_prefix (name, "was/"))
        continue;
      const char *column = name + strlen ("was/");
      const char *quoted = sqlite_identifier (fill->arena, column);
      g_string_append_printf (
          text,
          "%s%s = CASE WHEN %s.%s IS zdm_image.%s COLLATE BINARY THEN zdm_image.%s ELSE "
          "%s.%s END",
          text->len > 0 ? ", " : "", quoted, fill->quoted, quoted,
          sqlite_identifier (fill->arena, arena_printf (fill->arena, "is/%s", column)),
          sqlite_identifier (fill->arena, name), fill->quoted, quoted);
    }
  return arena_strdup (fill->arena, text->str);
}

static gboolean
restore_cells (Fill *fill, GError **error)
{
  gboolean found;

  if (!has_part (fill, "", &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  const SqliteTable *image;
  if (!sqlite_read_table (fill->db, fill->detail->images, fill->arena, &image, error))
    return FALSE;
  return fill_exec (
      fill,
      arena_printf (
          fill->arena, "UPDATE OR ABORT %s SET %s FROM %s AS zdm_image WHERE %s",
          fill->quoted, restored_cells (fill, image), part (fill, ""), match_key (fill)),
      &fill->progress->n_rows, error);
}

/* The columns that the image and the table both have, and the table can be given. */
static const char *
common_columns (Fill *fill, const SqliteTable *image)
{
  const SqliteTable *table = fill->live;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_columns; i++)
    {
      const SqliteColumn *column = &table->columns[i];
      if (column->kind == SQLITE_COLUMN_PLAIN
          && sqlite_table_find_column (image, column->name) != NULL)
        g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                                sqlite_identifier (fill->arena, column->name));
    }
  return arena_strdup (fill->arena, text->str);
}

/* A rowid that is no column is no key: SQLite gives it to the next row when the last ones
 * are deleted.  Who has it now keeps it, and the deleted row gets another. */
static gboolean
give_up_rowids (Fill *fill, GError **error)
{
  if (!fill->key.by_rowid || fill->live->rowid_column != NULL)
    return TRUE;
  return fill_exec (
      fill,
      arena_printf (fill->arena,
                    "UPDATE %s SET \"zdm/rowid\" = NULL WHERE \"zdm/rowid\" "
                    "IN (SELECT %s FROM %s)",
                    part (fill, "/rows"), fill->key.columns[0], fill->quoted),
      NULL, error);
}

/* A key that somebody has taken meanwhile stays theirs. */
static gboolean
restore_rows (Fill *fill, GError **error)
{
  gboolean found;

  if (!has_part (fill, "/rows", &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  const char *name = arena_printf (fill->arena, "%s/rows", fill->detail->images);
  const SqliteTable *image;
  if (!sqlite_read_table (fill->db, name, fill->arena, &image, error))
    return FALSE;
  const char *columns = common_columns (fill, image);
  const char *rowid = fill->key.by_rowid ? fill->key.columns[0] : NULL;
  /* Those without a rowid come last, so that they are given none that another one had. */
  return give_up_rowids (fill, error)
         && fill_exec (
             fill,
             arena_printf (
                 fill->arena, "INSERT OR IGNORE INTO %s (%s%s%s) SELECT %s%s FROM %s%s",
                 fill->quoted, rowid != NULL ? rowid : "", rowid != NULL ? ", " : "",
                 columns, rowid != NULL ? "\"zdm/rowid\", " : "", columns,
                 part (fill, "/rows"),
                 rowid != NULL ? " ORDER BY \"zdm/rowid\" IS NULL, \"zdm/rowid\"" : ""),
             NULL, error);
}

static gboolean
restore_keys (Fill *fill, GError **error)
{
  gboolean found;

  if (!has_part (fill, "/keys", &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  return fill_exec (fill,
                    arena_printf (fill->arena,
                                  "DELETE FROM %s WHERE EXISTS (SELECT 1 FROM %s AS "
                                  "zdm_image WHERE %s)",
                                  fill->quoted, part (fill, "/keys"), match_key (fill)),
                    NULL, error);
}

gboolean
image_restore (Fill *fill, GError **error)
{
  return restore_keys (fill, error) && restore_cells (fill, error)
         && restore_rows (fill, error);
}

const char *
image_drop_text (const char *name, Arena *arena)
{
  static const char *const suffixes[] = { "", "/rows", "/keys" };
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    g_string_append_printf (
        text, "%sDROP TABLE IF EXISTS %s", i > 0 ? "; " : "",
        sqlite_identifier (arena, arena_printf (arena, "%s%s", name, suffixes[i])));
  return arena_strdup (arena, text->str);
}

const char *
image_name (const char *id, guint step, Arena *arena)
{
  return arena_printf (arena, "zdm_before/%s/%u", id, step);
}

gboolean
image_forget (sqlite3 *db, const char *id, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *prefix = arena_printf (arena, "zdm_before/%s/", id);
  g_autoptr (GPtrArray) tables = sqlite_list_tables (db, arena, error);

  for (guint i = 0; tables != NULL && i < tables->len; i++)
    if (g_str_has_prefix (tables->pdata[i], prefix)
        && !live_exec (db,
                       arena_printf (arena, "DROP TABLE %s",
                                     sqlite_identifier (arena, tables->pdata[i])),
                       error))
      return FALSE;
  return tables != NULL;
}
