/* SPDX-License-Identifier: Apache-2.0
 *
 * SQL text: names, values and types written for PostgreSQL.
 */
#include "config.h"

#include "engine/postgres/sql_text.h"

#include <string.h>

#include "model/table_name.h"

void
postgres_append_identifier (GString *sql, const char *name)
{
  g_string_append_c (sql, '"');
  for (; *name != '\0'; name++)
    {
      if (*name == '"')
        g_string_append_c (sql, '"');
      g_string_append_c (sql, *name);
    }
  g_string_append_c (sql, '"');
}

static void
append_quoted (GString *sql, const char *bytes, gsize length)
{
  gboolean has_backslash = length > 0 && memchr (bytes, '\\', length) != NULL;

  g_string_append (sql, has_backslash ? "E'" : "'");
  for (gsize i = 0; i < length; i++)
    {
      if (bytes[i] == '\'' || bytes[i] == '\\')
        g_string_append_c (sql, bytes[i]);
      g_string_append_c (sql, bytes[i]);
    }
  g_string_append_c (sql, '\'');
}

static void
append_bytes (GString *sql, const char *bytes, gsize length)
{
  static const char DIGITS[] = "0123456789abcdef";

  g_string_append (sql, "E'\\\\x");
  for (gsize i = 0; i < length; i++)
    {
      g_string_append_c (sql, DIGITS[(guchar) bytes[i] >> 4]);
      g_string_append_c (sql, DIGITS[(guchar) bytes[i] & 15]);
    }
  g_string_append_c (sql, '\'');
}

/* A final Z is an abbreviation, which timezone_abbreviations may give another meaning. */
static void
append_moment (GString *sql, const Value *value)
{
  g_string_append_printf (sql, "'%.*s+00'", (int) value->text.length - 1,
                          value->text.bytes);
}

static void
append_value (GString *sql, const TypeSpec *type, const Value *value)
{
  g_autoptr (Arena) scratch = arena_new ();
  const char *text;

  if (type->base == COLUMN_TYPE_BLOB)
    append_bytes (sql, value->text.bytes, value->text.length);
  else if (type->base == COLUMN_TYPE_TIMESTAMPTZ)
    append_moment (sql, value);
  else if (value->kind == VALUE_TEXT)
    append_quoted (sql, value->text.bytes, value->text.length);
  else
    {
      text = type_format (type, value, scratch);
      append_quoted (sql, text, strlen (text));
    }
}

void
postgres_append_literal (GString *sql, const TypeSpec *type, const Value *value)
{
  g_autoptr (Arena) scratch = arena_new ();

  if (type->base == COLUMN_TYPE_BOOLEAN && !value_is_null (value))
    {
      g_string_append (sql, value->integer != 0 ? "true" : "false");
      return;
    }
  if (value_is_null (value))
    g_string_append (sql, "NULL");
  else
    append_value (sql, type, value);
  g_string_append_printf (
      sql, "::%s",
      column_type_is_text (type->base) ? "text" : postgres_type (scratch, type));
}

const char *
postgres_identifier (Arena *arena, const char *name)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  postgres_append_identifier (sql, name);
  return arena_strdup (arena, sql->str);
}

const char *
postgres_beside (Arena *arena, const char *table, const char *name)
{
  const char *schema = table_name_parse (table, arena).schema;

  if (schema == NULL)
    return postgres_identifier (arena, name);
  return arena_printf (arena, "%s.%s", postgres_identifier (arena, schema),
                       postgres_identifier (arena, name));
}

const char *
postgres_table (Arena *arena, const char *table)
{
  return postgres_beside (arena, table, table_name_own (table, arena));
}

const char *
postgres_literal (Arena *arena, const TypeSpec *type, const Value *value)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  postgres_append_literal (sql, type, value);
  return arena_strdup (arena, sql->str);
}

const char *
postgres_quote (Arena *arena, const char *text)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  append_quoted (sql, text, strlen (text));
  return arena_strdup (arena, sql->str);
}

const char *
postgres_text_literal (Arena *arena, const char *text)
{
  return arena_printf (arena, "%s::text", postgres_quote (arena, text));
}

static const char *const BASE_TYPES[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = "text",
  [COLUMN_TYPE_VARCHAR] = "character varying",
  [COLUMN_TYPE_CHAR] = "bpchar",
  [COLUMN_TYPE_INTEGER] = "integer",
  [COLUMN_TYPE_BIGINT] = "bigint",
  [COLUMN_TYPE_DOUBLE] = "double precision",
  [COLUMN_TYPE_DECIMAL] = "numeric",
  [COLUMN_TYPE_BOOLEAN] = "boolean",
  [COLUMN_TYPE_TIMESTAMP] = "timestamp without time zone",
  [COLUMN_TYPE_TIMESTAMPTZ] = "timestamp with time zone",
  [COLUMN_TYPE_DATE] = "date",
  [COLUMN_TYPE_TIME] = "time without time zone",
  [COLUMN_TYPE_JSON] = "jsonb",
  [COLUMN_TYPE_UUID] = "uuid",
  [COLUMN_TYPE_BLOB] = "bytea",
  [COLUMN_TYPE_ENUM] = "text",
};

const char *
postgres_base_type (ColumnType type)
{
  return BASE_TYPES[type];
}

const char *
postgres_type (Arena *arena, const TypeSpec *type)
{
  if (type->base == COLUMN_TYPE_VARCHAR)
    return arena_printf (arena, "character varying(%u)", type->length);
  if (type->base == COLUMN_TYPE_CHAR)
    return arena_printf (arena, "character(%u)", type->length);
  if (type->base == COLUMN_TYPE_DECIMAL && type->precision > 0)
    return arena_printf (arena, "numeric(%u,%u)", type->precision, type->scale);
  return BASE_TYPES[type->base];
}
