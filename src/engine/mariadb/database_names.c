/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking for names, as far as MariaDB's SQL has to be understood for that.
 */
#include "config.h"

#include "engine/mariadb/database_names.h"

#include "engine/mariadb/code.h"
#include "engine/mariadb/sql_text.h"

static gboolean
is_before_point (const char *at)
{
  while (g_ascii_isspace (*at))
    at++;
  return *at == '.';
}

typedef struct
{
  MariaCode code;
  gboolean after_point;
} Scanner;

static Scanner
scanner_of (const char *text, const MariaNameRules *rules)
{
  return (Scanner){ .code = { .at = text, .no_escapes = rules->no_escapes } };
}

/* The next name with a point behind it and none before. */
static gboolean
find_next (Scanner *scanner)
{
  while (maria_code_next (&scanner->code))
    {
      char first = *scanner->code.start;
      gboolean is_first = !scanner->after_point;
      scanner->after_point = first == '.';
      if (is_first && maria_code_is_word (&scanner->code)
          && is_before_point (scanner->code.end))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_same (const char *a, const char *b, const MariaNameRules *rules)
{
  if (!rules->ignores_case)
    return g_str_equal (a, b);
  g_autofree char *lower_a = g_utf8_strdown (a, -1);
  g_autofree char *lower_b = g_utf8_strdown (b, -1);
  return g_str_equal (lower_a, lower_b);
}

const char *
maria_rename_database (const char *text, const char *from, const char *to,
                       const MariaNameRules *rules, Arena *arena)
{
  Scanner scanner = scanner_of (text, rules);
  g_autoptr (GString) renamed = g_string_new (NULL);
  const char *copied = text;

  while (find_next (&scanner))
    {
      g_autofree char *name = maria_code_name (&scanner.code);
      if (!is_same (name, from, rules))
        continue;
      g_string_append_len (renamed, copied, scanner.code.start - copied);
      g_string_append (renamed, mariadb_identifier (arena, to));
      copied = scanner.code.end;
    }
  g_string_append (renamed, copied);
  return arena_strdup (arena, renamed->str);
}

const char *
maria_named_database (const char *text, const GPtrArray *databases,
                      const MariaNameRules *rules, Arena *arena)
{
  Scanner scanner = scanner_of (text, rules);

  while (find_next (&scanner))
    {
      g_autofree char *name = maria_code_name (&scanner.code);
      for (guint i = 0; i < databases->len; i++)
        if (is_same (name, databases->pdata[i], rules))
          return arena_strdup (arena, name);
    }
  return NULL;
}
