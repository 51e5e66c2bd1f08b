/* SPDX-License-Identifier: Apache-2.0
 *
 * SQL text: names, values and types written for MariaDB.
 */
#include "config.h"

#include "engine/mariadb/sql_text.h"

#include <string.h>

#include "model/decimal.h"

/* The sizes of MariaDB's DECIMAL go to DECIMAL(65,38). */
#define SCALE_MAX 38

static void
append_doubled (GString *sql, const char *bytes, gsize length, char quote)
{
  g_string_append_c (sql, quote);
  for (gsize i = 0; i < length; i++)
    {
      if (bytes[i] == quote)
        g_string_append_c (sql, quote);
      g_string_append_c (sql, bytes[i]);
    }
  g_string_append_c (sql, quote);
}

static void
append_hexadecimal (GString *sql, const char *bytes, gsize length)
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

/* Whether the bytes mean themselves between quotes. */
static gboolean
is_plain (const char *bytes, gsize length)
{
  for (gsize i = 0; i < length; i++)
    if (bytes[i] == '\\' || g_ascii_iscntrl (bytes[i]))
      return FALSE;
  return TRUE;
}

static const char *
utf8_text (Arena *arena, const char *bytes, gsize length)
{
  g_autoptr (GString) sql = g_string_new ("(_utf8mb4 ");

  if (is_plain (bytes, length))
    append_doubled (sql, bytes, length, '\'');
  else
    append_hexadecimal (sql, bytes, length);
  g_string_append (sql, " COLLATE utf8mb4_nopad_bin)");
  return arena_strdup (arena, sql->str);
}

const char *
mariadb_identifier (Arena *arena, const char *name)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  append_doubled (sql, name, strlen (name), '`');
  return arena_strdup (arena, sql->str);
}

const char *
mariadb_names (Arena *arena, const char *prefix, const char *const *names)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (sql, "%s%s%s", i > 0 ? ", " : "", prefix,
                            mariadb_identifier (arena, names[i]));
  return arena_strdup (arena, sql->str);
}

static const char *
quote_bytes (Arena *arena, const char *bytes, gsize length)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  if (is_plain (bytes, length))
    append_doubled (sql, bytes, length, '\'');
  else
    append_hexadecimal (sql, bytes, length);
  return arena_strdup (arena, sql->str);
}

const char *
mariadb_string (Arena *arena, const char *text)
{
  g_autoptr (GString) sql = g_string_new ("'");

  for (; *text != '\0'; text++)
    {
      if (*text == '\'' || *text == '\\')
        g_string_append_c (sql, '\\');
      g_string_append_c (sql, *text);
    }
  g_string_append_c (sql, '\'');
  return arena_strdup (arena, sql->str);
}

const char *
mariadb_quote (Arena *arena, const char *text)
{
  return quote_bytes (arena, text, strlen (text));
}

const char *
mariadb_text_literal (Arena *arena, const char *text)
{
  return utf8_text (arena, text, strlen (text));
}

const char *
mariadb_as_text (Arena *arena, const char *operand)
{
  return arena_printf (arena, "(CONVERT(%s USING utf8mb4) COLLATE utf8mb4_nopad_bin)",
                       operand);
}

static const char *
number_literal (Arena *arena, const TypeSpec *type, const Value *value)
{
  const char *text = type_format (type, value, arena);

  /* Without an exponent it would be a DECIMAL. */
  if (type->base == COLUMN_TYPE_DOUBLE && strchr (text, 'e') == NULL)
    text = arena_printf (arena, "%se0", text);
  return *text == '-' ? arena_printf (arena, "(%s)", text) : text;
}

static const char *
moment_literal (Arena *arena, const Value *value)
{
  gsize length = value->text.length;
  char *text = arena_strndup (arena, value->text.bytes, length);

  if (length > 0 && text[length - 1] == 'Z')
    text[length - 1] = '\0';
  g_strdelimit (text, "T", ' ');
  return arena_printf (arena, "TIMESTAMP'%s'", text);
}

const char *
mariadb_literal (Arena *arena, const TypeSpec *type, const Value *value)
{
  g_autoptr (GString) bytes = NULL;

  if (value_is_null (value))
    return "NULL";
  switch (type->base)
    {
    case COLUMN_TYPE_BOOLEAN:
      return value->integer != 0 ? "TRUE" : "FALSE";
    case COLUMN_TYPE_INTEGER:
    case COLUMN_TYPE_BIGINT:
    case COLUMN_TYPE_DOUBLE:
    case COLUMN_TYPE_DECIMAL:
      return number_literal (arena, type, value);
    case COLUMN_TYPE_TIMESTAMP:
    case COLUMN_TYPE_TIMESTAMPTZ:
      return moment_literal (arena, value);
    case COLUMN_TYPE_DATE:
      return arena_printf (arena, "DATE'%s'", type_format (type, value, arena));
    case COLUMN_TYPE_TIME:
      return arena_printf (arena, "TIME'%s'", type_format (type, value, arena));
    case COLUMN_TYPE_UUID:
      return arena_printf (arena, "CAST('%s' AS UUID)", type_format (type, value, arena));
    case COLUMN_TYPE_BLOB:
      bytes = g_string_new (NULL);
      append_hexadecimal (bytes, value->text.bytes, value->text.length);
      return arena_strdup (arena, bytes->str);
    default:
      return utf8_text (arena, value->text.bytes, value->text.length);
    }
}

const char *
mariadb_constant (Arena *arena, const TypeSpec *type, const Value *value)
{
  if (value_is_null (value) || type->base == COLUMN_TYPE_BLOB)
    return mariadb_literal (arena, type, value);
  if (type->base == COLUMN_TYPE_BOOLEAN)
    return value->integer != 0 ? "1" : "0";
  if (value->kind != VALUE_TEXT || type->base == COLUMN_TYPE_DECIMAL)
    return type_format (type, value, arena);
  /* A moment stands there without its final Z. */
  return quote_bytes (arena, value->text.bytes,
                      value->text.length - (type->base == COLUMN_TYPE_TIMESTAMPTZ));
}

/* Of the text, where the version and the variant stand. */
#define UUID_VERSION 14
#define UUID_VARIANT 19

static gboolean
can_hold_decimal (const TypeSpec *type, const Value *value)
{
  Decimal decimal;

  return type->precision > 0
         || (decimal_read (value->text.bytes, value->text.length, &decimal)
             && decimal.n_whole <= MARIADB_DECIMAL_DIGITS - MARIADB_DECIMAL_SCALE
             && decimal.n_fraction <= MARIADB_DECIMAL_SCALE);
}

gboolean
mariadb_can_hold (const TypeSpec *type, const Value *value)
{
  if (value_is_null (value))
    return TRUE;
  if (type->base == COLUMN_TYPE_DECIMAL)
    return can_hold_decimal (type, value);
  return type->base != COLUMN_TYPE_UUID || value->text.bytes[UUID_VERSION] < '8'
         || value->text.bytes[UUID_VARIANT] >= '8';
}

static const char *const TYPES[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = "LONGTEXT",
  [COLUMN_TYPE_INTEGER] = "INT",
  [COLUMN_TYPE_BIGINT] = "BIGINT",
  [COLUMN_TYPE_DOUBLE] = "DOUBLE",
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
                            mariadb_quote (arena, type->values[i]));
  g_string_append_c (sql, ')');
  return arena_strdup (arena, sql->str);
}

/* The model's DECIMAL(2,4) has four digits behind the point and none before it. */
static const char *
decimal_type (Arena *arena, const TypeSpec *type)
{
  if (type->precision == 0)
    return "DECIMAL(" G_STRINGIFY (MARIADB_DECIMAL_DIGITS) "," G_STRINGIFY (
        MARIADB_DECIMAL_SCALE) ")";
  return arena_printf (arena, "DECIMAL(%u,%u)", MAX (type->precision, type->scale),
                       type->scale);
}

const char *
mariadb_type_text (Arena *arena, const TypeSpec *type)
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
      return decimal_type (arena, type);
    default:
      return TYPES[type->base];
    }
}

gboolean
mariadb_has_decimal (const TypeSpec *type)
{
  return type->precision <= MARIADB_DECIMAL_DIGITS && type->scale <= SCALE_MAX;
}
