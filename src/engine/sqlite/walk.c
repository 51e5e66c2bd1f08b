/* SPDX-License-Identifier: Apache-2.0
 *
 * Ranges of keys.  Keys are kept as SQL literals, which SQLite's own quote() makes of
 * them.
 */
#include "config.h"

#include "engine/sqlite/walk.h"

#include "engine/sqlite/connection.h"
#include "model/error.h"

#define POSITION_TYPE "(ubmsms)"

gboolean
walk_init (Walk *walk, const char *position, GError **error)
{
  *walk = (Walk){ .pass = 1 };
  if (position == NULL)
    return TRUE;
  g_autoptr (GVariant) variant
      = g_variant_parse (G_VARIANT_TYPE (POSITION_TYPE), position, NULL, NULL, NULL);
  if (variant == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
                   "the journal holds a position that is none: %s", position);
      return FALSE;
    }
  g_variant_get (variant, POSITION_TYPE, &walk->pass, &walk->written, &walk->low,
                 &walk->high);
  walk->resumed = TRUE;
  return TRUE;
}

void
walk_clear (Walk *walk)
{
  g_clear_pointer (&walk->low, g_free);
  g_clear_pointer (&walk->high, g_free);
}

char *
walk_position (const Walk *walk)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (
      g_variant_new (POSITION_TYPE, walk->pass, walk->written, walk->low, walk->high));

  return g_variant_print (variant, FALSE);
}

void
walk_again (Walk *walk)
{
  walk_clear (walk);
  walk->pass++;
  walk->written = FALSE;
}

/* "quote(a) || ', ' || quote(b)" */
static const char *
quoted_key (const RowKey *key, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < key->n; i++)
    g_string_append_printf (text, "%squote(%s)", i > 0 ? " || ', ' || " : "",
                            key->columns[i]);
  return arena_strdup (arena, text->str);
}

/* The one text that the query gives; NULL: no row. */
static gboolean
query_text (sqlite3 *db, const char *sql, char **text, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  *text = NULL;
  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  if (code == SQLITE_ROW)
    *text = g_strdup ((const char *) sqlite3_column_text (statement, 0));
  sqlite3_finalize (statement);
  return code == SQLITE_ROW || code == SQLITE_DONE || sqlite_error (db, sql, error);
}

/* "(a, b)": one column stands without parentheses. */
static const char *
tuple (const RowKey *key, const char *items, Arena *arena)
{
  return key->n == 1 ? items : arena_printf (arena, "(%s)", items);
}

static const char *
direction_list (const RowKey *key, const char *direction, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < key->n; i++)
    g_string_append_printf (text, "%s%s%s", i > 0 ? ", " : "", key->columns[i],
                            direction);
  return arena_strdup (arena, text->str);
}

static gboolean
find_high (Walk *walk, sqlite3 *db, const RowKey *key, Arena *arena, GError **error)
{
  return walk->high != NULL
         || query_text (db,
                        arena_printf (arena, "SELECT %s FROM %s ORDER BY %s LIMIT 1",
                                      quoted_key (key, arena), key->table,
                                      direction_list (key, " DESC", arena)),
                        &walk->high, error);
}

/* "low < key AND key <= high" */
static const char *
condition (const RowKey *key, const char *low, const char *high, Arena *arena)
{
  const char *columns = tuple (key, key->list, arena);
  const char *upper = arena_printf (arena, "%s <= %s", columns, tuple (key, high, arena));

  if (low == NULL)
    return upper;
  return arena_printf (arena, "%s > %s AND %s", columns, tuple (key, low, arena), upper);
}

gboolean
walk_next (Walk *walk, sqlite3 *db, const RowKey *key, guint n_rows, const char **range,
           Arena *arena, GError **error)
{
  g_autofree char *end = NULL;

  *range = NULL;
  if (!find_high (walk, db, key, arena, error))
    return FALSE;
  if (walk->high == NULL || g_strcmp0 (walk->low, walk->high) == 0)
    return TRUE;
  const char *rest = condition (key, walk->low, walk->high, arena);
  const char *sql
      = arena_printf (arena, "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 OFFSET %u",
                      quoted_key (key, arena), key->table, rest, key->list, n_rows - 1);
  if (!query_text (db, sql, &end, error))
    return FALSE;
  if (end == NULL) /* fewer rows are left */
    end = g_strdup (walk->high);
  *range = condition (key, walk->low, end, arena);
  g_free (walk->low);
  walk->low = g_steal_pointer (&end);
  return TRUE;
}
