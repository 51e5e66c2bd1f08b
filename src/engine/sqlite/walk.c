/* SPDX-License-Identifier: Apache-2.0
 *
 * Ranges of keys.  Keys are kept as SQL literals: what SQLite's own quote() makes of
 * them, and ours of the few that it cannot tell.
 */
#include "config.h"

#include "engine/sqlite/walk.h"

#include <math.h>
#include <string.h>

#include "engine/sqlite/connection.h"
#include "engine/sqlite/token.h"
#include "model/error.h"

#define CAST_START "+CAST("
#define CAST_END " AS TEXT)"

static gboolean
skip_text (const char *text, gsize *at, const char *expected)
{
  gboolean is_there = g_str_has_prefix (text + *at, expected);

  *at += is_there ? strlen (expected) : 0;
  return is_there;
}

/* One literal as append_literal() writes it, at @at and after. */
static gboolean
skip_literal (const char *text, gsize *at)
{
  SqliteToken token;

  if (skip_text (text, at, CAST_START))
    return sqlite_token_next (text, at, &token) && token.kind == SQLITE_TOKEN_BLOB
           && skip_text (text, at, CAST_END);
  if (!sqlite_token_next (text, at, &token))
    return FALSE;
  if (sqlite_token_is_sign (text, &token, '-'))
    return sqlite_token_next (text, at, &token) && token.kind == SQLITE_TOKEN_NUMBER;
  return token.kind == SQLITE_TOKEN_NUMBER || token.kind == SQLITE_TOKEN_STRING
         || token.kind == SQLITE_TOKEN_BLOB || sqlite_token_is (text, &token, "NULL");
}

/* How many literals the text is a list of; 0: it is something else.  It becomes SQL. */
static guint
n_literals (const char *text)
{
  guint n = 0;
  gsize at = 0;

  do
    {
      if (!skip_literal (text, &at))
        return 0;
      n++;
    }
  while (skip_text (text, &at, ", "));
  return text[at] == '\0' ? n : 0;
}

/* Whether it is a place that a walk can come to. */
static gboolean
is_sound (const Walk *walk)
{
  if (walk->pass == 0 || (walk->low != NULL && walk->high == NULL))
    return FALSE;
  guint n_high = walk->high != NULL ? n_literals (walk->high) : 0;
  return (walk->high == NULL || n_high > 0)
         && (walk->low == NULL || n_literals (walk->low) == n_high);
}

gboolean
walk_init (Walk *walk, const char *position, GError **error)
{
  if (!walk_read (walk, position, error))
    return FALSE;
  return position == NULL || is_sound (walk) || walk_refuse (walk, position, error);
}

gboolean
walk_check (const char *position, const RowKey *key, GError **error)
{
  Walk walk;

  if (!walk_init (&walk, position, error))
    return FALSE;
  gboolean fits = walk.high == NULL || n_literals (walk.high) == key->n;
  if (!fits)
    return walk_refuse (&walk, position, error);
  walk_clear (&walk);
  return TRUE;
}

/* "a, quote(a), b, quote(b)" */
static const char *
quoted_key (const RowKey *key, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < key->n; i++)
    g_string_append_printf (text, "%s%s, quote(%s)", i > 0 ? ", " : "", key->columns[i],
                            key->columns[i]);
  return arena_strdup (arena, text->str);
}

/* Text that a literal cannot hold.  The plus takes the cast's affinity away: a literal
 * has none (https://www.sqlite.org/datatype3.html, section 3.2). */
static void
append_bytes (GString *text, const guint8 *bytes, gsize length)
{
  g_string_append (text, CAST_START "X'");
  for (gsize i = 0; i < length; i++)
    g_string_append_printf (text, "%02X", bytes[i]);
  g_string_append (text, "'" CAST_END);
}

/* quote() ends at a NUL, and up to 3.41 has no number for an infinity. */
static void
append_literal (GString *text, sqlite3_stmt *statement, int column)
{
  int kind = sqlite3_column_type (statement, column);
  double real = kind == SQLITE_FLOAT ? sqlite3_column_double (statement, column) : 0;
  const char *bytes = kind == SQLITE_TEXT
                          ? (const char *) sqlite3_column_text (statement, column)
                          : NULL;
  gsize length = bytes != NULL ? (gsize) sqlite3_column_bytes (statement, column) : 0;

  if (isinf (real))
    g_string_append (text, real > 0 ? "9e999" : "-9e999");
  else if (bytes != NULL && !g_utf8_validate_len (bytes, length, NULL))
    append_bytes (text, (const guint8 *) bytes, length);
  else
    g_string_append (text, (const char *) sqlite3_column_text (statement, column + 1));
}

/* The key that the query gives first, as literals; NULL: no row. */
static gboolean
query_key (sqlite3 *db, const char *sql, const RowKey *key, char **literals,
           GError **error)
{
  g_autoptr (GString) text = g_string_new (NULL);
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  *literals = NULL;
  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  for (guint i = 0; code == SQLITE_ROW && i < key->n; i++)
    {
      g_string_append (text, i > 0 ? ", " : "");
      append_literal (text, statement, (int) (2 * i));
    }
  if (code == SQLITE_ROW)
    *literals = g_strdup (text->str);
  sqlite3_finalize (statement);
  return code == SQLITE_ROW || code == SQLITE_DONE || sqlite_error (db, sql, error);
}

static gboolean
query_number (sqlite3 *db, const char *sql, gint64 *number, GError **error)
{
  sqlite3_stmt *statement = NULL;
  int code = sqlite3_prepare_v2 (db, sql, -1, &statement, NULL);

  if (code == SQLITE_OK)
    code = sqlite3_step (statement);
  *number = code == SQLITE_ROW ? sqlite3_column_int64 (statement, 0) : 0;
  sqlite3_finalize (statement);
  return code == SQLITE_ROW || sqlite_error (db, sql, error);
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
         || query_key (db,
                       arena_printf (arena, "SELECT %s FROM %s ORDER BY %s LIMIT 1",
                                     quoted_key (key, arena), key->table,
                                     direction_list (key, " DESC", arena)),
                       key, &walk->high, error);
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
  const char *rest = condition (key, walk->low, walk->high, arena);
  const char *sql
      = arena_printf (arena, "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 OFFSET %u",
                      quoted_key (key, arena), key->table, rest, key->list, n_rows - 1);

  return query_key (db, sql, key, end, error);
}

typedef struct
{
  sqlite3 *db;
  const RowKey *key;
  Arena *arena;
} Rowids;

static gboolean
count_rowids (gpointer owner, gint64 low, gint64 high, gint64 *n, GError **error)
{
  const Rowids *rowids = owner;
  const RowKey *key = rowids->key;

  return query_number (
      rowids->db,
      arena_printf (rowids->arena,
                    "SELECT count(*) FROM %s WHERE %s > %" G_GINT64_FORMAT
                    " AND %s <= %" G_GINT64_FORMAT,
                    key->table, key->list, low, key->list, high),
      n, error);
}

/* @end stays NULL where rowids have to be counted. */
static gboolean
reckon_end (const Walk *walk, sqlite3 *db, const RowKey *key, guint n_rows, char **end,
            Arena *arena, GError **error)
{
  Rowids rowids = { .db = db, .key = key, .arena = arena };
  gint64 low, high, number;
  gboolean reckoned;

  if (!key->by_rowid || walk->low == NULL
      || !g_ascii_string_to_signed (walk->low, 10, G_MININT64, G_MAXINT64, &low, NULL)
      || !g_ascii_string_to_signed (walk->high, 10, G_MININT64, G_MAXINT64, &high, NULL))
    return TRUE;
  if (!walk_reckon_end (low, high, n_rows, count_rowids, &rowids, &number, &reckoned,
                        error))
    return FALSE;
  if (reckoned)
    *end = g_strdup_printf ("%" G_GINT64_FORMAT, number);
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
