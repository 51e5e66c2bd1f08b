/* SPDX-License-Identifier: Apache-2.0
 *
 * Names, found as the server's own scanner finds them.
 */
#include "config.h"

#include "engine/mariadb/named.h"

#include <string.h>

#include "engine/mariadb/code.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/sql_text.h"

#define MARK " /* and of these what the table has: "
#define CHANGED_MARK " /* or one of these that it has is another one: "
#define END " */"

/* Words of the language that no column is called by without quotes; a few of many: the
 * catalogue knows. */
static const char *const RESERVED[]
    = { "AND",    "AS",   "BETWEEN", "BINARY", "BY",   "CASE",  "COLLATE",  "CONVERT",
        "DIV",    "ELSE", "EXISTS",  "FALSE",  "FROM", "IN",    "INTERVAL", "IS",
        "LIKE",   "MOD",  "NOT",     "NULL",   "OR",   "ORDER", "REGEXP",   "RLIKE",
        "SELECT", "THEN", "TRUE",    "USING",  "WHEN", "WHERE", "XOR",      NULL };

static gboolean
contains (const GPtrArray *names, const char *name)
{
  for (guint i = 0; i < names->len; i++)
    if (g_ascii_strcasecmp (names->pdata[i], name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
is_reserved (const char *word)
{
  for (guint i = 0; RESERVED[i] != NULL; i++)
    if (g_ascii_strcasecmp (RESERVED[i], word) == 0)
      return TRUE;
  return FALSE;
}

/* Whether what was found may be a column's name. */
static gboolean
may_be_column (const MariaCode *code)
{
  MariaCode next = *code;

  if (*code->start == '`')
    return TRUE;
  if (*code->start == '"' || !maria_code_is_word (code))
    return FALSE;
  g_autofree char *word = maria_code_name (code);
  return word[strspn (word, "0123456789")] != '\0' && !is_reserved (word)
         && !(maria_code_next (&next) && *next.start == '(');
}

const char *const *
maria_named (const char *sql, Arena *arena)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  MariaCode code = maria_code (sql, "");

  while (maria_code_next (&code))
    {
      g_autofree char *name = may_be_column (&code) ? maria_code_name (&code) : NULL;
      if (name != NULL && !contains (names, name))
        g_ptr_array_add (names, (gpointer) arena_strdup (arena, name));
    }
  return arena_ptr_array (arena, names);
}

gboolean
maria_has_subquery (const char *sql)
{
  MariaCode code = maria_code (sql, "");

  while (maria_code_next (&code))
    if (*code.start != '`' && maria_code_is_called (&code, "SELECT"))
      return TRUE;
  return FALSE;
}

/* Other names ------------------------------------------------------------------------ */

static gboolean
is_word_of_sql (const char *name)
{
  static const char *const WORDS[]
      = { "ASCII",    "BINARY",   "BIT",     "BLOB",    "BOOLEAN",   "CHAR",
          "DATE",     "DATETIME", "DAY",     "DOUBLE",  "END",       "FLOAT",
          "HOUR",     "INET4",    "INET6",   "INTEGER", "JSON",      "MICROSECOND",
          "MINUTE",   "MONTH",    "NCHAR",   "QUARTER", "ROW",       "SECOND",
          "SIGNED",   "SOUNDS",   "TEXT",    "TIME",    "TIMESTAMP", "UNICODE",
          "UNSIGNED", "UUID",     "VARCHAR", "WEEK",    "YEAR",      NULL };

  for (guint i = 0; WORDS[i] != NULL; i++)
    if (g_ascii_strcasecmp (WORDS[i], name) == 0)
      return TRUE;
  return FALSE;
}

/* Where the column begins, perhaps with its table; NULL: it is of something else.
 * @last, @before: what stands before @code */
static const char *
start_of (const MariaCode *code, const MariaCode *last, const MariaCode *before,
          const char *table)
{
  if (last->start == NULL || *last->start != '.')
    return code->start;
  return before->start != NULL && maria_code_is_called (before, table) ? before->start
                                                                       : NULL;
}

const char *
maria_named_by (const char *sql, const char *table, const char *name, const char *operand,
                Arena *arena)
{
  MariaCode code = maria_code (sql, ""), last = { NULL }, before = { NULL };
  g_autoptr (GString) text = g_string_new (NULL);
  const char *done = sql;

  if (is_word_of_sql (name))
    return NULL;
  while (maria_code_next (&code))
    {
      const char *start = may_be_column (&code) && maria_code_is_called (&code, name)
                              ? start_of (&code, &last, &before, table)
                              : NULL;
      if (start != NULL)
        {
          g_string_append_len (text, done, start - done);
          g_string_append (text, operand);
          done = code.end;
        }
      before = last;
      last = code;
    }
  g_string_append (text, done);
  return arena_strdup (arena, text->str);
}

/* Live columns ----------------------------------------------------------------------- */

/* A name that would end the comment is left out, and is then refused as unknown. */
static const char *
mark_of (const char *mark, const char *const *names, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    if (strstr (names[i], "*/") == NULL)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              mariadb_identifier (arena, names[i]));
  return text->len > 0 ? arena_printf (arena, "%s%s" END, mark, text->str) : "";
}

const char *
maria_named_mark (const char *const *names, Arena *arena)
{
  return mark_of (MARK, names, arena);
}

const char *
maria_named_changed_mark (const char *const *names, Arena *arena)
{
  return mark_of (CHANGED_MARK, names, arena);
}

/* ", NEW.a AS a" */
static void
append_item (const MariaColumn *column, const char *row, GString *text, Arena *arena)
{
  const char *quoted = mariadb_identifier (arena, column->name);

  g_string_append_printf (text, ", %s%s AS %s", row != NULL ? row : "NULL",
                          row != NULL ? quoted : "", quoted);
}

/* " OR NOT (NEW.a <=> OLD.a)", by exact value. */
static void
append_change (const MariaColumn *column, G_GNUC_UNUSED const char *row, GString *text,
               Arena *arena)
{
  const char *quoted = mariadb_identifier (arena, column->name);
  const char *is = arena_printf (arena, "NEW.%s", quoted);
  const char *was = arena_printf (arena, "OLD.%s", quoted);

  if (column->collation != NULL)
    {
      is = mariadb_as_text (arena, is);
      was = mariadb_as_text (arena, was);
    }
  g_string_append_printf (text, " OR NOT (%s <=> %s)", is, was);
}

typedef void (*Append) (const MariaColumn *column, const char *row, GString *text,
                        Arena *arena);

/* @list: the names of a mark */
static void
append_columns (const MariaTable *live, const char *list, const char *row, Append append,
                GString *text, Arena *arena)
{
  MariaCode code = maria_code (list, "");

  while (maria_code_next (&code))
    {
      g_autofree char *name = *code.start == '`' ? maria_code_name (&code) : NULL;
      const MariaColumn *column = name != NULL ? maria_find_column (live, name) : NULL;
      if (column != NULL)
        append (column, row, text, arena);
    }
}

/* The next one, of either kind; (nullable). */
static const char *
next_mark (const char *sql, gsize *length, Append *append)
{
  const char *items = strstr (sql, MARK), *changes = strstr (sql, CHANGED_MARK);

  if (items != NULL && (changes == NULL || items < changes))
    {
      *length = strlen (MARK);
      *append = append_item;
      return items;
    }
  *length = strlen (CHANGED_MARK);
  *append = append_change;
  return changes;
}

gboolean
maria_named_settle (SqlConnection *connection, const char *table, const char *sql,
                    const char *row, const char **settled, Arena *arena, GError **error)
{
  gsize length;
  Append append;
  const char *mark = next_mark (sql, &length, &append);
  g_autoptr (GString) text = g_string_new (NULL);
  const MariaTable *live;

  *settled = sql;
  if (mark == NULL)
    return TRUE;
  if (!maria_live_table (connection, table, arena, &live, error))
    return FALSE;
  for (; mark != NULL; mark = next_mark (sql, &length, &append))
    {
      const char *list = mark + length;
      const char *end = strstr (list, END);
      g_string_append_len (text, sql, mark - sql);
      append_columns (live, arena_strndup (arena, list, (gsize) (end - list)), row,
                      append, text, arena);
      sql = end + strlen (END);
    }
  *settled = arena_strdup (arena, g_string_append (text, sql)->str);
  return TRUE;
}
