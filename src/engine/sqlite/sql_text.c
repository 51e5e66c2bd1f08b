/* SPDX-License-Identifier: Apache-2.0
 *
 * SQL text: names and values quoted for SQLite.
 */
#include "config.h"

#include "engine/sqlite/sql_text.h"

#include <math.h>
#include <string.h>

#include "model/number.h"

/* Whole numbers of 15 digits, and powers of ten up to the 22nd, are doubles. */
#define EXACT_TENS_MAX 22
#define EXACT_DIGITS_MAX 15

/* The largest power of two that is an integer of SQLite with room to spare. */
#define STEP_BITS 60
#define SIGNIFICAND_BITS 53

/* Appends @length bytes between two @quote; one inside is doubled. */
static void
append_quoted (GString *sql, char quote, const char *bytes, gsize length)
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

void
sqlite_append_identifier (GString *sql, const char *name)
{
  append_quoted (sql, '"', name, strlen (name));
}

/* A statement ends at a NUL, so that one is made by char(0).  CAST (x'…' AS TEXT) would
 * depend on the encoding of the database. */
static void
append_text (GString *sql, const char *bytes, gsize length)
{
  const char *end = length > 0 ? memchr (bytes, '\0', length) : NULL;
  gboolean has_nul = end != NULL;

  if (has_nul)
    g_string_append_c (sql, '(');
  for (; end != NULL; end = memchr (bytes, '\0', length))
    {
      append_quoted (sql, '\'', bytes, (gsize) (end - bytes));
      g_string_append (sql, " || char(0) || ");
      length -= (gsize) (end - bytes) + 1;
      bytes = end + 1;
    }
  append_quoted (sql, '\'', bytes, length);
  if (has_nul)
    g_string_append_c (sql, ')');
}

static void
append_blob (GString *sql, const char *bytes, gsize length)
{
  static const char DIGITS[] = "0123456789abcdef";

  g_string_append (sql, "x'");
  for (gsize i = 0; i < length; i++)
    {
      g_string_append_c (sql, DIGITS[(guchar) bytes[i] >> 4]);
      g_string_append_c (sql, DIGITS[(guchar) bytes[i] & 15]);
    }
  g_string_append_c (sql, '\'');
}

/* Whether "123.45e6" is, to whoever reads it with doubles or with something longer, the
 * one nearest double: its digits as a whole number and its power of ten are doubles both,
 * and rounding twice gives no other one. */
static gboolean
reads_back (const char *text, double real)
{
  const char *e = strchr (text, 'e');
  const char *point = strchr (text, '.');
  gint64 exponent = e != NULL ? g_ascii_strtoll (e + 1, NULL, 10) : 0;
  gint64 whole = 0, power = 1;
  guint n_digits = 0;
  long double tens;

  for (const char *c = text; *c != '\0' && c != e; c++)
    if (g_ascii_isdigit (*c) && ++n_digits <= EXACT_DIGITS_MAX)
      whole = whole * 10 + (*c - '0');
  if (point != NULL)
    exponent -= (e != NULL ? e - point : (gssize) strlen (point)) - 1;
  if (n_digits > EXACT_DIGITS_MAX || ABS (exponent) > EXACT_TENS_MAX)
    return FALSE;
  for (tens = 1; power <= ABS (exponent); power++)
    tens *= 10;
  return (double) (exponent < 0 ? whole / tens : whole * tens) == fabs (real);
}

/* "(CAST(5404319552844595 AS REAL) / 36028797018963968)": each factor and each product
 * is a double exactly. */
static void
append_product (GString *sql, double real)
{
  int exponent;
  gint64 whole = (gint64) ldexp (frexp (real, &exponent), SIGNIFICAND_BITS);
  const char *operator;

  for (exponent -= SIGNIFICAND_BITS; whole % 2 == 0 && whole != 0; whole /= 2)
    exponent++;
  operator= exponent<0 ? "/" : "*";
  g_string_append_printf (sql, "(CAST(%" G_GINT64_FORMAT " AS REAL)", whole);
  for (exponent = ABS (exponent); exponent > 0; exponent -= STEP_BITS)
    g_string_append_printf (
        sql, " %s %" G_GINT64_FORMAT, operator, (gint64) 1 << MIN (exponent, STEP_BITS));
  g_string_append_c (sql, ')');
}

static void
append_double (GString *sql, double real)
{
  char text[NUMBER_DOUBLE_SIZE];

  if (isinf (real))
    {
      g_string_append (sql, real < 0 ? "-9e999" : "9e999");
      return;
    }
  number_format_double (real, text);
  if (!reads_back (text, real))
    {
      append_product (sql, real);
      return;
    }
  g_string_append (sql, text);
  if (strpbrk (text, ".e") == NULL)
    g_string_append (sql, ".0"); /* or it would be an integer */
}

void
sqlite_append_literal (GString *sql, const TypeSpec *type, const Value *value)
{
  char text[NUMBER_INTEGER_SIZE];

  switch (value->kind)
    {
    case VALUE_INTEGER:
      g_string_append (sql, number_format_integer (value->integer, text));
      break;
    case VALUE_DOUBLE:
      append_double (sql, value->real);
      break;
    case VALUE_TEXT:
      if (type->base == COLUMN_TYPE_BLOB)
        append_blob (sql, value->text.bytes, value->text.length);
      else
        append_text (sql, value->text.bytes, value->text.length);
      break;
    case VALUE_NULL:
    default:
      g_string_append (sql, "NULL");
    }
}

const char *
sqlite_identifier (Arena *arena, const char *name)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  sqlite_append_identifier (sql, name);
  return arena_strdup (arena, sql->str);
}

const char *
sqlite_literal (Arena *arena, const TypeSpec *type, const Value *value)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  sqlite_append_literal (sql, type, value);
  return arena_strdup (arena, sql->str);
}

const char *
sqlite_text_literal (Arena *arena, const char *text)
{
  const TypeSpec type = { .base = COLUMN_TYPE_TEXT };
  Value value = value_string (text);

  return sqlite_literal (arena, &type, &value);
}
