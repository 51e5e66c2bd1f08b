/* SPDX-License-Identifier: Apache-2.0
 *
 * Value: one cell of a table.
 *
 * A value is small and is passed by value or const pointer; its text is
 * borrowed from whoever made it (an arena, a vector).  What a value means is
 * its column's type; see type.h.  Every type has exactly one canonical form, so
 * that equality is equality of bytes:
 *
 *   INTEGER BIGINT BOOLEAN     VALUE_INTEGER
 *   DOUBLE                     VALUE_DOUBLE (no NaN; -0 is 0)
 *   TEXT VARCHAR CHAR ENUM     VALUE_TEXT, valid UTF-8; CHAR without trailing spaces
 *   DECIMAL                    VALUE_TEXT "-12.50": exactly the column's scale, or
 *                              without trailing zeros where it declares none
 *   TIMESTAMP                  VALUE_TEXT "2026-11-22T10:00:00" or "…:00.123456", the
 *                              fraction without trailing zeros
 *   TIMESTAMPTZ                the same in UTC, with a final "Z"
 *   DATE, TIME                 VALUE_TEXT "2026-11-22", "10:00:00[.ffffff]"
 *   JSON                       VALUE_TEXT, canonical: keys in order of length, then
 *                              bytes, the last of equal keys, no space
 *   UUID                       VALUE_TEXT, 36 lower-case characters
 *   BLOB                       VALUE_TEXT holding any bytes
 */
#pragma once

#include <glib.h>

#include "model/arena.h"

typedef enum
{
  VALUE_NULL,
  VALUE_INTEGER,
  VALUE_DOUBLE,
  VALUE_TEXT,
} ValueKind;

typedef struct
{
  ValueKind kind;
  union
  {
    gint64 integer;
    double real;
    struct
    {
      const char *bytes; /* not necessarily NUL-ended */
      gsize length;
    } text;
  };
} Value;

#define VALUE_NULL_INIT ((Value){ .kind = VALUE_NULL })

static inline Value
value_integer (gint64 integer)
{
  return (Value){ .kind = VALUE_INTEGER, .integer = integer };
}

static inline Value
value_double (double real)
{
  return (Value){ .kind = VALUE_DOUBLE, .real = real };
}

static inline Value
value_text (const char *bytes, gsize length)
{
  return (Value){ .kind = VALUE_TEXT, .text = { bytes, length } };
}

static inline gboolean
value_is_null (const Value *value)
{
  return value->kind == VALUE_NULL;
}

Value value_string (const char *text); /* NUL-ended; NULL gives a null value */

/* Exact equality; two nulls are equal. */
gboolean value_equal (const Value *a, const Value *b);
guint value_hash (const Value *value);

/* The hash of a row's values: start with 0 and take one after the other. */
static inline guint32
value_mix_hash (guint32 hash, const Value *value)
{
  hash = (hash ^ value_hash (value)) * 2654435761u;
  return hash ^ (hash >> 15);
}

/* The same value with its text copied into @arena, NUL-ended. */
Value value_copy (Arena *arena, const Value *value);
