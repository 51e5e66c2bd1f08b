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

/* How many rowids in a row tell whether rows are numbered without great gaps. */
#define PROBE_ROWS 64
#define PROBE_DENSE 56

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

/* The key that has @n_rows - 1 rows before it in the rest of the pass; NULL: fewer rows
 * are left. */
static gboolean
count_to_end (const Walk *walk, sqlite3 *db, const RowKey *key, guint n_rows, char **end,
              Arena *arena, GError **error)
{
  return query_text (db,
                     arena_printf (arena,
                                   "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 "
                                   "OFFSET %u",
                                   quoted_key (key, arena), key->table,
                                   condition (key, walk->low, walk->high, arena),
                                   key->list, n_rows - 1),
                     end, error);
}

/* Rowids that follow each other need no counting, which would read every row once more:
 * among the next @n_rows numbers are @n_rows rows at most.  @end stays NULL where there
 * are gaps, or where it would be behind the end of the pass. */
static gboolean
reckon_end (const Walk *walk, sqlite3 *db, const RowKey *key, guint n_rows, char **end,
            Arena *arena, GError **error)
{
  g_autofree char *count = NULL;
  gint64 low, high;

  if (!key->by_rowid || n_rows < PROBE_ROWS || walk->low == NULL
      || !g_ascii_string_to_signed (walk->low, 10, G_MININT64, G_MAXINT64, &low, NULL)
      || !g_ascii_string_to_signed (walk->high, 10, G_MININT64, G_MAXINT64, &high, NULL)
      || low > G_MAXINT64 - n_rows || low + n_rows >= high)
    return TRUE;
  const char *sql = arena_printf (
      arena, "SELECT count(*) FROM %s WHERE %s > %s AND %s <= %" G_GINT64_FORMAT,
      key->table, key->list, walk->low, key->list, low + PROBE_ROWS);
  if (!query_text (db, sql, &count, error))
    return FALSE;
  if (g_ascii_strtoull (count, NULL, 10) >= PROBE_DENSE)
    *end = g_strdup_printf ("%" G_GINT64_FORMAT, low + n_rows);
  return TRUE;
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
  if (!reckon_end (walk, db, key, n_rows, &end, arena, error)
      || (end == NULL && !count_to_end (walk, db, key, n_rows, &end, arena, error)))
    return FALSE;
  if (end == NULL) /* fewer rows are left */
    end = g_strdup (walk->high);
  *range = condition (key, walk->low, end, arena);
  g_free (walk->low);
  walk->low = g_steal_pointer (&end);
  return TRUE;
}
