/* SPDX-License-Identifier: Apache-2.0
 *
 * Ranges of keys, and of pages.  Keys are kept as the server's quote_literal() writes
 * them: literals that take the type of the column they stand beside.  A page is kept as
 * the place of its first row: "(12,0)".
 */
#include "config.h"

#include "engine/postgres/walk.h"

#include <string.h>

#include "model/error.h"

/* What stands for a key where the table has none. */
#define WHOLE "-"

/* One literal as quote_literal() writes it, at @text; what is behind it, or NULL. */
static const char *
skip_literal (const char *text)
{
  gboolean escaped = text[0] == 'E';

  text += escaped;
  if (*text++ != '\'')
    return NULL;
  for (; *text != '\0'; text++)
    {
      if (text[0] == '\\' && escaped && text[1] != '\0')
        text++;
      else if (text[0] == '\'' && text[1] == '\'')
        text++;
      else if (text[0] == '\'')
        return text + 1;
    }
  return NULL;
}

/* How many literals the text is a list of; 0: it is something else.  It becomes SQL. */
static guint
n_literals (const char *text)
{
  for (guint n = 1;; n++)
    {
      text = skip_literal (text);
      if (text == NULL || text[0] == '\0')
        return text == NULL ? 0 : n;
      if (!g_str_has_prefix (text, ", "))
        return 0;
      text += 2;
    }
}

/* The page in "(12,0)". */
static gboolean
read_page (const char *place, guint64 *page)
{
  const char *comma = place != NULL && place[0] == '(' ? strchr (place, ',') : NULL;

  if (comma == NULL || !g_str_equal (comma, ",0)"))
    return FALSE;
  g_autofree char *number = g_strndup (place + 1, (gsize) (comma - place - 1));
  return g_ascii_string_to_unsigned (number, 10, 0, G_MAXUINT32, page, NULL);
}

static gboolean
is_by_pages (const Walk *walk)
{
  guint64 page;

  return read_page (walk->high, &page)
         && (walk->low == NULL || read_page (walk->low, &page));
}

/* Whether it is a place that a walk can come to. */
static gboolean
is_sound (const Walk *walk)
{
  if (walk->pass == 0)
    return FALSE;
  if (is_by_pages (walk))
    return TRUE;
  if (walk->high == NULL)
    return walk->low == NULL || g_str_equal (walk->low, WHOLE);
  guint n_high = n_literals (walk->high);
  return n_high > 0 && (walk->low == NULL || n_literals (walk->low) == n_high);
}

gboolean
pg_walk_init (Walk *walk, const char *position, GError **error)
{
  if (!walk_read (walk, position, error))
    return FALSE;
  return position == NULL || is_sound (walk) || walk_refuse (walk, position, error);
}

gboolean
pg_walk_check (const char *position, const PgTable *table, gboolean may_be_pages,
               GError **error)
{
  Walk walk;

  if (!pg_walk_init (&walk, position, error))
    return FALSE;
  gboolean fits = is_by_pages (&walk) ? may_be_pages
                  : walk.high != NULL ? n_literals (walk.high) == table->n_key
                  : walk.low != NULL  ? table->n_key == 0
                                      : TRUE;
  if (!fits)
    return walk_refuse (&walk, position, error);
  walk_clear (&walk);
  return TRUE;
}

/* "quote_literal(a) || ', ' || quote_literal(b)" */
static const char *
quoted_key (const PgTable *table, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_key; i++)
    g_string_append_printf (text, "%squote_literal(%s)", i > 0 ? " || ', ' || " : "",
                            table->key[i]);
  return arena_strdup (arena, text->str);
}

static gboolean
query_key (SqlConnection *connection, const char *sql, char **key, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!postgres_text (connection, sql, &text, arena, error))
    return FALSE;
  *key = g_strdup (text);
  return TRUE;
}

static const char *
tuple (const PgTable *table, const char *items, Arena *arena)
{
  return table->n_key == 1 ? items : arena_printf (arena, "(%s)", items);
}

static gboolean
find_high (Walk *walk, SqlConnection *connection, const PgTable *table, Arena *arena,
           GError **error)
{
  return walk->high != NULL
         || query_key (connection,
                       arena_printf (arena, "SELECT %s FROM %s ORDER BY %s LIMIT 1",
                                     quoted_key (table, arena), table->quoted,
                                     pg_key_list (table, " DESC", arena)),
                       &walk->high, error);
}

/* "low < key AND key <= high" */
static const char *
condition (const PgTable *table, const char *low, const char *high, Arena *arena)
{
  const char *columns = tuple (table, pg_key_list (table, "", arena), arena);
  const char *upper
      = arena_printf (arena, "%s <= %s", columns, tuple (table, high, arena));

  if (low == NULL)
    return upper;
  return arena_printf (arena, "%s > %s AND %s", columns, tuple (table, low, arena),
                       upper);
}

/* The key @n_rows rows on; NULL: fewer are left.  Where nothing is known of a table the
 * planner takes the rest for a few rows, and would rather sort all of it for every range
 * than follow the key's index. */
static gboolean
find_end (SqlConnection *connection, const PgTable *table, const char *rest, guint n_rows,
          char **end, Arena *arena, GError **error)
{
  const char *sql = arena_printf (
      arena,
      "SET LOCAL enable_sort = off; SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 OFFSET %u",
      quoted_key (table, arena), table->quoted, rest, pg_key_list (table, "", arena),
      n_rows - 1);

  return query_key (connection, sql, end, error)
         && postgres_exec (connection, "SET LOCAL enable_sort = DEFAULT", NULL, error);
}

static gboolean
key_is_whole_number (const PgTable *table)
{
  static const char *const TYPES[] = { "int2", "int4", "int8", NULL };

  return table->n_key == 1
         && g_strv_contains (TYPES,
                             pg_find_column (table, table->key_names[0])->type_name);
}

/* The number in "'42'". */
static gboolean
read_number (const char *literal, gint64 *number)
{
  g_autofree char *text = g_strdup (literal + 1);

  text[strlen (text) - 1] = '\0';
  return g_ascii_string_to_signed (text, 10, G_MININT64, G_MAXINT64, number, NULL);
}

static const char *
number_literal (gint64 number, Arena *arena)
{
  return arena_printf (arena, "'%" G_GINT64_FORMAT "'", number);
}

typedef struct
{
  SqlConnection *connection;
  const PgTable *table;
  Arena *arena;
} Numbers;

static gboolean
count_numbers (gpointer owner, gint64 low, gint64 high, gint64 *n, GError **error)
{
  const Numbers *numbers = owner;
  Arena *arena = numbers->arena;
  const char *near = condition (numbers->table, number_literal (low, arena),
                                number_literal (high, arena), arena);
  const char *text;

  if (!postgres_text (numbers->connection,
                      arena_printf (arena, "SELECT count(*) FROM %s WHERE %s",
                                    numbers->table->quoted, near),
                      &text, arena, error))
    return FALSE;
  *n = g_ascii_strtoll (text, NULL, 10);
  return TRUE;
}

/* @end stays NULL where rows have to be counted. */
static gboolean
reckon_end (const Walk *walk, SqlConnection *connection, const PgTable *table,
            guint n_rows, char **end, Arena *arena, GError **error)
{
  Numbers numbers = { .connection = connection, .table = table, .arena = arena };
  gint64 low, high, number;
  gboolean reckoned;

  if (walk->low == NULL || !key_is_whole_number (table) || !read_number (walk->low, &low)
      || !read_number (walk->high, &high))
    return TRUE;
  if (!walk_reckon_end (low, high, n_rows, count_numbers, &numbers, &number, &reckoned,
                        error))
    return FALSE;
  if (reckoned)
    *end = g_strdup (number_literal (number, arena));
  return TRUE;
}

gboolean
pg_walk_next (Walk *walk, SqlConnection *connection, const PgTable *table, guint n_rows,
              const char **range, Arena *arena, GError **error)
{
  g_autofree char *end = NULL;

  *range = NULL;
  if (table->n_key == 0)
    {
      *range = walk->low == NULL ? "true" : NULL;
      if (walk->low == NULL)
        walk->low = g_strdup (WHOLE);
      return TRUE;
    }
  if (!find_high (walk, connection, table, arena, error))
    return FALSE;
  if (walk->high == NULL || g_strcmp0 (walk->low, walk->high) == 0)
    return TRUE;
  const char *rest = condition (table, walk->low, walk->high, arena);
  if (!reckon_end (walk, connection, table, n_rows, &end, arena, error)
      || (end == NULL && !find_end (connection, table, rest, n_rows, &end, arena, error)))
    return FALSE;
  if (end == NULL) /* fewer rows are left */
    end = g_strdup (walk->high);
  *range = condition (table, walk->low, end, arena);
  g_free (walk->low);
  walk->low = g_steal_pointer (&end);
  return TRUE;
}

/* Pages ------------------------------------------------------------------------- */

/* As many rows as a page can hold: MaxHeapTuplesPerPage for pages of 8 kB
 * (src/include/access/htup_details.h). */
#define PAGE_BYTES 8192
#define PAGE_ROWS 291

/* @walk's high stays NULL where the rows are not in pages that can be walked along. */
static gboolean
find_last_page (Walk *walk, SqlConnection *connection, const PgTable *table, Arena *arena,
                GError **error)
{
  return query_key (
      connection,
      arena_printf (
          arena,
          "SELECT pg_catalog.format('(%%s,0)', pg_catalog.pg_relation_size(c.oid) / %d) "
          "FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_am AS a ON a.oid = c.relam "
          "WHERE c.oid = %s AND c.relkind = 'r' AND a.amname = 'heap' AND "
          "pg_catalog.current_setting('block_size') = '%d'",
          PAGE_BYTES, table->oid, PAGE_BYTES),
      &walk->high, error);
}

gboolean
pg_walk_next_pages (Walk *walk, SqlConnection *connection, const PgTable *table,
                    guint n_rows, const char **range, Arena *arena, GError **error)
{
  guint64 low = 0, high;

  if (walk->low == NULL && walk->high == NULL && n_rows >= PAGE_ROWS
      && !find_last_page (walk, connection, table, arena, error))
    return FALSE;
  if (!read_page (walk->high, &high))
    return pg_walk_next (walk, connection, table, n_rows, range, arena, error);
  *range = NULL;
  if (walk->low != NULL)
    read_page (walk->low, &low);
  if (low >= high)
    return TRUE;
  char *end = g_strdup_printf ("(%" G_GUINT64_FORMAT ",0)",
                               MIN (low + MAX (n_rows / PAGE_ROWS, 1), high));
  *range = arena_printf (arena, "ctid >= '(%" G_GUINT64_FORMAT ",0)' AND ctid < '%s'",
                         low, end);
  g_free (walk->low);
  walk->low = end;
  return TRUE;
}
