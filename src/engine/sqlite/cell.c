/* SPDX-License-Identifier: Apache-2.0
 *
 * Cells by their type.
 */
#include "config.h"

#include "engine/sqlite/cell.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/error.h"

#define REAL_DIGITS 15

/* What SQLite says of a cell, before its column's type does. */
typedef struct
{
  int kind; /* SQLITE_INTEGER, … */
  gint64 integer;
  double real;
  const char *bytes;
  gsize length;
} RawCell;

static RawCell
raw_of_argument (sqlite3_value *argument)
{
  RawCell raw = { .kind = sqlite3_value_type (argument) };

  if (raw.kind == SQLITE_INTEGER)
    raw.integer = sqlite3_value_int64 (argument);
  else if (raw.kind == SQLITE_FLOAT)
    raw.real = sqlite3_value_double (argument);
  else if (raw.kind != SQLITE_NULL)
    {
      raw.bytes = raw.kind == SQLITE_BLOB ? sqlite3_value_blob (argument)
                                          : (const char *) sqlite3_value_text (argument);
      raw.length = (gsize) sqlite3_value_bytes (argument);
    }
  return raw;
}

static RawCell
raw_of_row (sqlite3_stmt *statement, int column)
{
  RawCell raw = { .kind = sqlite3_column_type (statement, column) };

  if (raw.kind == SQLITE_INTEGER)
    raw.integer = sqlite3_column_int64 (statement, column);
  else if (raw.kind == SQLITE_FLOAT)
    raw.real = sqlite3_column_double (statement, column);
  else if (raw.kind != SQLITE_NULL)
    {
      raw.bytes = raw.kind == SQLITE_BLOB
                      ? sqlite3_column_blob (statement, column)
                      : (const char *) sqlite3_column_text (statement, column);
      raw.length = (gsize) sqlite3_column_bytes (statement, column);
    }
  return raw;
}

static gboolean
refuse (const TypeSpec *type, const char *what, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "expected %s, found %s",
               column_type_to_string (type->base), what);
  return FALSE;
}

static gboolean
parse (const TypeSpec *type, const char *text, gsize length, Arena *arena, Value *value,
       GError **error)
{
  /* A text that the arena of the caller does not outlive is copied. */
  return type_parse (type, arena_strndup (arena, text, length), length, arena, value,
                     error);
}

static gboolean
read_text (const TypeSpec *type, const RawCell *raw, Arena *arena, Value *value,
           GError **error)
{
  const char *bytes = raw->bytes != NULL ? raw->bytes : "";

  if (type->base == COLUMN_TYPE_BLOB)
    {
      *value = value_text (bytes, raw->length);
      return TRUE;
    }
  if (!g_utf8_validate_len (bytes, raw->length, NULL))
    return refuse (type, "text that is no UTF-8, or has a NUL in it", error);
  switch (type->base)
    {
    case COLUMN_TYPE_TEXT:
    case COLUMN_TYPE_VARCHAR:
    case COLUMN_TYPE_ENUM:
      *value = value_text (bytes, raw->length);
      return TRUE;
    default:
      return parse (type, bytes, raw->length, arena, value, error);
    }
}

static gboolean
read_integer (const TypeSpec *type, gint64 integer, Arena *arena, Value *value,
              GError **error)
{
  char text[32];

  if (type_value_kind (type->base) == VALUE_INTEGER)
    {
      *value = value_integer (integer);
      return type_check (type, value, error);
    }
  if (type->base == COLUMN_TYPE_DOUBLE)
    {
      *value = value_double ((double) integer);
      return TRUE;
    }
  if (type->base == COLUMN_TYPE_BLOB)
    return refuse (type, "a number", error);
  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, integer);
  return parse (type, text, strlen (text), arena, value, error);
}

/* A DECIMAL has no exponent, which "%g" gives to what is small or large: 0.00001. */
static const char *
without_exponent (double real, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *scientific = g_strdup_printf ("%.*e", REAL_DIGITS - 1, fabs (real));
  const int exponent = (int) g_ascii_strtoll (strchr (scientific, 'e') + 1, NULL, 10);

  for (int i = MIN (exponent, 0); i <= MAX (exponent, REAL_DIGITS - 1); i++)
    {
      /* "d.ddd": the point stands behind the first digit. */
      gboolean has_digit = i >= 0 && i < REAL_DIGITS;
      g_string_append_c (text, has_digit ? scientific[i == 0 ? 0 : i + 1] : '0');
      if (i == MIN (exponent, 0) + MAX (exponent, 0))
        g_string_append_c (text, '.');
    }
  return arena_printf (arena, "%s%s0", real < 0 ? "-" : "", text->str);
}

static gboolean
read_real (const TypeSpec *type, double real, Arena *arena, Value *value, GError **error)
{
  char text[G_ASCII_DTOSTR_BUF_SIZE];

  if (type->base == COLUMN_TYPE_DOUBLE)
    {
      *value = value_double (real == 0 ? 0 : real);
      return type_check (type, value, error); /* an infinity is none */
    }
  if (type->base == COLUMN_TYPE_BLOB)
    return refuse (type, "a number", error);
  /* The shortest digits that SQLite itself shows: 12.5 is meant, not its neighbour.  A
   * column of text would be given them with a point in any case. */
  sqlite3_snprintf (sizeof text, text,
                    column_type_is_text (type->base) ? "%!.15g" : "%.15g", real);
  if (type->base == COLUMN_TYPE_DECIMAL && isfinite (real) && strchr (text, 'e') != NULL)
    {
      const char *plain = without_exponent (real, arena);
      return type_parse (type, plain, strlen (plain), arena, value, error);
    }
  return parse (type, text, strlen (text), arena, value, error);
}

static gboolean
read_raw (const TypeSpec *type, const RawCell *raw, Arena *arena, Value *value,
          GError **error)
{
  switch (raw->kind)
    {
    case SQLITE_NULL:
      *value = VALUE_NULL_INIT;
      return TRUE;
    case SQLITE_INTEGER:
      return read_integer (type, raw->integer, arena, value, error);
    case SQLITE_FLOAT:
      return read_real (type, raw->real, arena, value, error);
    case SQLITE_BLOB:
      if (type->base != COLUMN_TYPE_BLOB)
        return refuse (type, "a BLOB", error);
      *value = value_text (raw->bytes != NULL ? raw->bytes : "", raw->length);
      return TRUE;
    default:
      return read_text (type, raw, arena, value, error);
    }
}

gboolean
cell_read (sqlite3_stmt *statement, int column, const TypeSpec *type, Arena *arena,
           Value *value, GError **error)
{
  RawCell raw = raw_of_row (statement, column);

  return read_raw (type, &raw, arena, value, error);
}

gboolean
cell_of_argument (sqlite3_value *argument, const TypeSpec *type, Arena *arena,
                  Value *value, GError **error)
{
  RawCell raw = raw_of_argument (argument);

  return read_raw (type, &raw, arena, value, error);
}

void
cell_return (sqlite3_context *context, const TypeSpec *type, const Value *value)
{
  switch (value->kind)
    {
    case VALUE_NULL:
      sqlite3_result_null (context);
      return;
    case VALUE_INTEGER:
      sqlite3_result_int64 (context, value->integer);
      return;
    case VALUE_DOUBLE:
      sqlite3_result_double (context, value->real);
      return;
    case VALUE_TEXT:
      if (type->base == COLUMN_TYPE_BLOB)
        sqlite3_result_blob64 (context, value->text.bytes, value->text.length,
                               SQLITE_TRANSIENT);
      else
        sqlite3_result_text64 (context, value->text.bytes, value->text.length,
                               SQLITE_TRANSIENT, SQLITE_UTF8);
    }
}

int
cell_bind (sqlite3_stmt *statement, int parameter, const TypeSpec *type,
           const Value *value)
{
  switch (value->kind)
    {
    case VALUE_INTEGER:
      return sqlite3_bind_int64 (statement, parameter, value->integer);
    case VALUE_DOUBLE:
      return sqlite3_bind_double (statement, parameter, value->real);
    case VALUE_TEXT:
      if (type->base == COLUMN_TYPE_BLOB)
        return sqlite3_bind_blob64 (statement, parameter, value->text.bytes,
                                    value->text.length, SQLITE_TRANSIENT);
      return sqlite3_bind_text64 (statement, parameter, value->text.bytes,
                                  value->text.length, SQLITE_TRANSIENT, SQLITE_UTF8);
    default:
      return sqlite3_bind_null (statement, parameter);
    }
}
