/* SPDX-License-Identifier: Apache-2.0
 *
 * The one place where names and values become MariaDB's SQL.
 */
#include "config.h"

#include "engine/mariadb/words.h"

#include <string.h>

static void
append_name (GString *sql, const char *name)
{
  g_string_append_c (sql, '`');
  for (; *name != '\0'; name++)
    {
      if (*name == '`')
        g_string_append_c (sql, '`');
      g_string_append_c (sql, *name);
    }
  g_string_append_c (sql, '`');
}

const char *
maria_name (Arena *arena, const char *name)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  append_name (sql, name);
  return arena_strdup (arena, sql->str);
}

const char *
maria_names (Arena *arena, const char *prefix, const char *const *names)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_string_append_printf (sql, "%s%s", i > 0 ? ", " : "", prefix);
      append_name (sql, names[i]);
    }
  return arena_strdup (arena, sql->str);
}

/* A NUL would end the statement's text for whoever prints it. */
static void
append_quoted (GString *sql, const char *bytes, gsize length)
{
  g_string_append_c (sql, '\'');
  for (gsize i = 0; i < length; i++)
    {
      if (bytes[i] == '\'' || bytes[i] == '\\')
        g_string_append_c (sql, '\\');
      if (bytes[i] == '\0')
        g_string_append (sql, "\\0");
      else
        g_string_append_c (sql, bytes[i]);
    }
  g_string_append_c (sql, '\'');
}

const char *
maria_quote (Arena *arena, const char *text)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  append_quoted (sql, text, strlen (text));
  return arena_strdup (arena, sql->str);
}

static void
append_bytes (GString *sql, const char *bytes, gsize length)
{
  static const char DIGITS[] = "0123456789abcdef";

  g_string_append (sql, "X'");
  for (gsize i = 0; i < length; i++)
    {
      g_string_append_c (sql, DIGITS[(guchar) bytes[i] >> 4]);
      g_string_append_c (sql, DIGITS[(guchar) bytes[i] & 15]);
    }
  g_string_append_c (sql, '\'');
}

const char *
maria_literal (Arena *arena, const TypeSpec *type, const Value *value)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  if (value_is_null (value))
    return "NULL";
  if (type->base == COLUMN_TYPE_BOOLEAN)
    return value->integer != 0 ? "1" : "0";
  if (type->base == COLUMN_TYPE_BLOB)
    append_bytes (sql, value->text.bytes, value->text.length);
  else if (type->base == COLUMN_TYPE_TIMESTAMPTZ) /* without its final Z */
    append_quoted (sql, value->text.bytes, value->text.length - 1);
  else if (value->kind == VALUE_TEXT && type->base != COLUMN_TYPE_DECIMAL)
    append_quoted (sql, value->text.bytes, value->text.length);
  else
    g_string_append (sql, type_format (type, value, arena));
  return arena_strdup (arena, sql->str);
}

static const char *const TYPES[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = "LONGTEXT",
  [COLUMN_TYPE_INTEGER] = "INT",
  [COLUMN_TYPE_BIGINT] = "BIGINT",
  [COLUMN_TYPE_DOUBLE] = "DOUBLE",
  [COLUMN_TYPE_DECIMAL] = "DECIMAL(65,30)",
  [COLUMN_TYPE_BOOLEAN] = "BOOLEAN",
  [COLUMN_TYPE_TIMESTAMP] = "DATETIME(6)",
  [COLUMN_TYPE_TIMESTAMPTZ] = "DATETIME(6)",
  [COLUMN_TYPE_DATE] = "DATE",
  [COLUMN_TYPE_TIME] = "TIME(6)",
  [COLUMN_TYPE_JSON] = "JSON",
  [COLUMN_TYPE_UUID] = "UUID",
  [COLUMN_TYPE_BLOB] = "LONGBLOB",
};

static const char *
enum_type (Arena *arena, const TypeSpec *type)
{
  g_autoptr (GString) sql = g_string_new ("ENUM(");

  for (guint i = 0; type->values != NULL && type->values[i] != NULL; i++)
    g_string_append_printf (sql, "%s%s", i > 0 ? "," : "",
                            maria_quote (arena, type->values[i]));
  g_string_append_c (sql, ')');
  return arena_strdup (arena, sql->str);
}

const char *
maria_type (Arena *arena, const TypeSpec *type)
{
  switch (type->base)
    {
    case COLUMN_TYPE_VARCHAR:
      return arena_printf (arena, "VARCHAR(%u)", type->length);
    case COLUMN_TYPE_CHAR:
      return arena_printf (arena, "CHAR(%u)", type->length);
    case COLUMN_TYPE_ENUM:
      return enum_type (arena, type);
    case COLUMN_TYPE_DECIMAL:
      if (type->precision > 0)
        return arena_printf (arena, "DECIMAL(%u,%u)", type->precision, type->scale);
      return TYPES[type->base];
    default:
      return TYPES[type->base];
    }
}

/* Neither letters of another case nor spaces at the end are the same. */
static const char *
exact (Arena *arena, const char *operand)
{
  return arena_printf (arena, "CONVERT(%s USING utf8mb4) COLLATE utf8mb4_nopad_bin",
                       operand);
}

const char *
maria_same (Arena *arena, const TypeSpec *type, const char *a, const char *b,
            gboolean differs)
{
  if (column_type_is_text (type->base) || type->base == COLUMN_TYPE_JSON)
    {
      a = exact (arena, a);
      b = exact (arena, b);
    }
  return arena_printf (arena, differs ? "NOT (%s <=> %s)" : "(%s <=> %s)", a, b);
}
