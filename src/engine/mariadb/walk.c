/* SPDX-License-Identifier: Apache-2.0
 *
 * Ranges of keys.  Keys are kept as literals: see maria_literal_of().
 */
#include "config.h"

#include "engine/mariadb/walk.h"

#include <string.h>

#include "engine/mariadb/sql_text.h"
#include "model/error.h"

/* What is behind the literal at @text, or NULL.  It becomes SQL. */
static const char *
skip_literal (const char *text)
{
  if (g_str_has_prefix (text, "X'"))
    {
      gsize n = 2 + strspn (text + 2, "0123456789ABCDEF");
      return text[n] == '\'' ? text + n + 1 : NULL;
    }
  if (text[0] != '\'')
    {
      gsize n = strspn (text, "0123456789.-");
      return n > 0 ? text + n : NULL;
    }
  for (text++; *text != '\0'; text++)
    {
      if (text[0] == '\\' && text[1] != '\0')
        text++;
      else if (text[0] == '\'')
        return text + 1;
    }
  return NULL;
}

/* The literals of the list, NULL-ended; (nullable): it is something else. */
static char **
split_literals (const char *text)
{
  g_autoptr (GStrvBuilder) list = g_strv_builder_new ();

  for (;;)
    {
      const char *end = skip_literal (text);
      if (end == NULL)
        return NULL;
      g_autofree char *literal = g_strndup (text, (gsize) (end - text));
      g_strv_builder_add (list, literal);
      if (end[0] == '\0')
        return g_strv_builder_end (list);
      if (!g_str_has_prefix (end, ", "))
        return NULL;
      text = end + 2;
    }
}

static gboolean
is_key (const char *text, const MariaTable *table)
{
  g_auto (GStrv) literals = text != NULL ? split_literals (text) : NULL;

  return text == NULL || (literals != NULL && g_strv_length (literals) == table->n_key);
}

gboolean
maria_walk_init (Walk *walk, const char *position, const MariaTable *table,
                 GError **error)
{
  if (walk_read (walk, position, NULL) && is_key (walk->low, table)
      && is_key (walk->high, table))
    return TRUE;
  walk_clear (walk);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
               "the journal holds a position that is none in '%s': %s", table->name,
               position);
  return FALSE;
}

const char *
maria_quoted_key (const MariaTable *table, Arena *arena)
{
  g_autoptr (GString) text = g_string_new ("CONCAT_WS(', '");

  for (guint i = 0; i < table->n_key; i++)
    g_string_append_printf (text, ", %s", maria_literal_of (table->key[i], arena));
  g_string_append_c (text, ')');
  return arena_strdup (arena, text->str);
}

/* "(a > 1 OR (a = 1 AND (b >= 2)))": the server finds that in an index, as it does not
 * find (a, b) >= (1, 2).  @sign: ">" or "<"; @equal: of the last column */
static const char *
beyond (const MariaTable *table, char **key, const char *sign, gboolean equal, guint i,
        Arena *arena)
{
  const char *name = mariadb_identifier (arena, table->key[i]->name);

  if (i + 1 == table->n_key)
    return arena_printf (arena, "(%s %s%s %s)", name, sign, equal ? "=" : "", key[i]);
  return arena_printf (arena, "(%s %s %s OR (%s = %s AND %s))", name, sign, key[i], name,
                       key[i], beyond (table, key, sign, equal, i + 1, arena));
}

static const char *
condition (const MariaTable *table, const char *low, const char *high, Arena *arena)
{
  g_auto (GStrv) lows = low != NULL ? split_literals (low) : NULL;
  g_auto (GStrv) highs = split_literals (high);
  const char *upper = beyond (table, highs, "<", TRUE, 0, arena);

  return lows == NULL ? upper
                      : arena_printf (arena, "%s AND %s",
                                      beyond (table, lows, ">", FALSE, 0, arena), upper);
}

static gboolean
query_key (SqlConnection *connection, const char *sql, char **key, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!mariadb_text (connection, sql, &text, arena, error))
    return FALSE;
  *key = g_strdup (text);
  return TRUE;
}

static gboolean
find_high (Walk *walk, SqlConnection *connection, const MariaTable *table, Arena *arena,
           GError **error)
{
  return walk->high != NULL
         || query_key (connection,
                       arena_printf (arena, "SELECT %s FROM %s ORDER BY %s LIMIT 1",
                                     maria_quoted_key (table, arena), table->quoted,
                                     maria_key_list (table, " DESC", arena)),
                       &walk->high, error);
}

/* A pass that has written something is followed by another one. */
static gboolean
begin_again (Walk *walk)
{
  if (!walk->written)
    return FALSE;
  walk_again (walk);
  return TRUE;
}

/* The key that has @n_rows - 1 rows before it in the rest of the pass; NULL: fewer rows
 * are left. */
static gboolean
count_to_end (const Walk *walk, SqlConnection *connection, const MariaTable *table,
              guint n_rows, char **end, Arena *arena, GError **error)
{
  const char *sql
      = arena_printf (arena, "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 OFFSET %u",
                      maria_quoted_key (table, arena), table->quoted,
                      condition (table, walk->low, walk->high, arena),
                      maria_key_list (table, "", arena), n_rows - 1);

  return query_key (connection, sql, end, error);
}

typedef struct
{
  SqlConnection *connection;
  const MariaTable *table;
  Arena *arena;
} Numbers;

static gboolean
count_numbers (gpointer owner, gint64 low, gint64 high, gint64 *n, GError **error)
{
  const Numbers *numbers = owner;
  const char *key = maria_key_list (numbers->table, "", numbers->arena);
  const char *text;

  if (!mariadb_text (numbers->connection,
                     arena_printf (numbers->arena,
                                   "SELECT COUNT(*) FROM %s WHERE %s > %" G_GINT64_FORMAT
                                   " AND %s <= %" G_GINT64_FORMAT,
                                   numbers->table->quoted, key, low, key, high),
                     &text, numbers->arena, error))
    return FALSE;
  *n = g_ascii_strtoll (text, NULL, 10);
  return TRUE;
}

/* @end stays NULL where rows have to be counted. */
static gboolean
reckon_end (const Walk *walk, SqlConnection *connection, const MariaTable *table,
            guint n_rows, char **end, Arena *arena, GError **error)
{
  Numbers numbers = { .connection = connection, .table = table, .arena = arena };
  gint64 low, high, number;
  gboolean reckoned;

  if (walk->low == NULL || table->n_key != 1
      || !g_ascii_string_to_signed (walk->low, 10, G_MININT64, G_MAXINT64, &low, NULL)
      || !g_ascii_string_to_signed (walk->high, 10, G_MININT64, G_MAXINT64, &high, NULL))
    return TRUE;
  if (!walk_reckon_end (low, high, n_rows, count_numbers, &numbers, &number, &reckoned,
                        error))
    return FALSE;
  if (reckoned)
    *end = g_strdup_printf ("%" G_GINT64_FORMAT, number);
  return TRUE;
}

static gboolean
next_in_pass (Walk *walk, SqlConnection *connection, const MariaTable *table,
              guint n_rows, const char **range, Arena *arena, GError **error)
{
  g_autofree char *end = NULL;

  if (!find_high (walk, connection, table, arena, error))
    return FALSE;
  if (walk->high == NULL || g_strcmp0 (walk->low, walk->high) == 0)
    return TRUE;
  if (!reckon_end (walk, connection, table, n_rows, &end, arena, error)
      || (end == NULL
          && !count_to_end (walk, connection, table, n_rows, &end, arena, error)))
    return FALSE;
  if (end == NULL) /* fewer rows are left */
    end = g_strdup (walk->high);
  *range = condition (table, walk->low, end, arena);
  g_free (walk->low);
  walk->low = g_steal_pointer (&end);
  return TRUE;
}

gboolean
maria_walk_next (Walk *walk, SqlConnection *connection, const MariaTable *table,
                 guint n_rows, const char **range, Arena *arena, GError **error)
{
  *range = NULL;
  if (table->n_key == 0)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "table '%s' has no primary key, by which its rows could be filled in "
                   "short transactions",
                   table->name);
      return FALSE;
    }
  do
    if (!next_in_pass (walk, connection, table, n_rows, range, arena, error))
      return FALSE;
  while (*range == NULL && begin_again (walk));
  return TRUE;
}
