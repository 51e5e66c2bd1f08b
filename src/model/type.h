/* SPDX-License-Identifier: Apache-2.0
 *
 * Column types: what a value means, how it is read, written, compared, cast.
 *
 * All of it is portable: the same result on every engine.
 */
#pragma once

#include <glib.h>

#include "model/value.h"

typedef enum
{
  COLUMN_TYPE_TEXT,
  COLUMN_TYPE_VARCHAR,
  COLUMN_TYPE_CHAR,
  COLUMN_TYPE_INTEGER,
  COLUMN_TYPE_BIGINT,
  COLUMN_TYPE_DOUBLE,
  COLUMN_TYPE_DECIMAL,
  COLUMN_TYPE_BOOLEAN,
  COLUMN_TYPE_TIMESTAMP,
  COLUMN_TYPE_TIMESTAMPTZ,
  COLUMN_TYPE_DATE,
  COLUMN_TYPE_TIME,
  COLUMN_TYPE_JSON,
  COLUMN_TYPE_UUID,
  COLUMN_TYPE_BLOB,
  COLUMN_TYPE_ENUM,
} ColumnType;

#define N_COLUMN_TYPES 16

/* A column type with its sizes.  Plain data; @values is borrowed. */
typedef struct
{
  ColumnType base;
  guint length;              /* VARCHAR, CHAR: characters, at least 1 */
  guint precision;           /* DECIMAL: digits in all, 0 when none is declared */
  guint scale;               /* DECIMAL: digits after the point */
  const char *const *values; /* ENUM: NULL-ended */
} TypeSpec;

const char *column_type_to_string (ColumnType type); /* "VARCHAR" */

/* Any case.  Returns: FALSE when @text is no type. */
gboolean column_type_from_string (const char *text, ColumnType *type);

/* Which kind of Value a cell of the type is, if it is not null. */
ValueKind type_value_kind (ColumnType type);

/* All type names, NULL-ended, for "did you mean". */
const char *const *column_type_names (void);

/* Whether its values are words (TEXT, VARCHAR, CHAR, ENUM). */
gboolean column_type_is_text (ColumnType type);

/* The smallest and the largest value.  Returns: FALSE unless it is whole numbers or
 * BOOLEAN */
gboolean column_type_range (ColumnType type, gint64 *min, gint64 *max);

/**
 * type_spec_to_string:
 * Returns: (transfer arena): "DECIMAL(10,2)", "VARCHAR(80)", "ENUM(a,b)"
 */
const char *type_spec_to_string (const TypeSpec *type, Arena *arena);

gboolean type_spec_equal (const TypeSpec *a, const TypeSpec *b);

/**
 * type_widens:
 * Returns: whether every value of @from is, unchanged, a value of @to and no
 *   engine has to rewrite a row: a longer VARCHAR, VARCHAR to TEXT, a DECIMAL
 *   with more digits before the point, an ENUM with values added at the end
 */
gboolean type_widens (const TypeSpec *from, const TypeSpec *to);

/**
 * type_parse:
 * @text: the text of a scalar, @length bytes, not NUL-ended necessarily
 * @arena: gets the canonical text where it differs from @text; otherwise the
 *   value borrows @text
 *
 * Reads a value as a file writes it.  Never gives a null value: whether a plain
 * `null` is NULL is the file format's business.
 *
 *   INTEGER, BIGINT   decimal digits with a sign; out of range is an error
 *   BOOLEAN           true, false, yes, no, on, off (any case), 1, 0
 *   DECIMAL           digits, point; more digits after the point than the scale
 *                     holds, or before it than fit, are errors (trailing zeros are not)
 *   TIMESTAMP         ISO 8601 with 'T' or a space; seconds may be left out; a zone is an
 *                     error for TIMESTAMP, is turned into UTC for TIMESTAMPTZ (none: UTC)
 *   JSON              any JSON text (RFC 8259), made canonical; numbers keep every digit
 *   BLOB              "0x" and hexadecimal digits
 *   ENUM              one of the values
 *
 * Returns: FALSE with ZDM_ERROR_CONVERSION, the message saying what was
 *   expected ("expected an INTEGER, got 'abc'"), with long values shortened
 */
gboolean type_parse (const TypeSpec *type, const char *text, gsize length, Arena *arena,
                     Value *value, GError **error);

/**
 * type_format:
 * Returns: (transfer arena): @value as type_parse() reads it back, NUL-ended;
 *   "null" for a null value
 */
const char *type_format (const TypeSpec *type, const Value *value, Arena *arena);

/**
 * type_check:
 * Returns: whether the canonical @value (null is always fine) fits @type: kind,
 *   range, length in characters, ENUM membership, precision
 */
gboolean type_check (const TypeSpec *type, const Value *value, GError **error);

/* The order of the type (numbers by size, timestamps by time, text by bytes);
 * neither may be null.  Returns: <0, 0, >0 */
int type_compare (const TypeSpec *type, const Value *a, const Value *b);

/**
 * type_cast_exists:
 * Returns: whether values of @from can be cast to @to.  The listed pairs are
 *   documented in zdm-migration(5): every type to itself (with other sizes) and
 *   to the text types, the text types to every type, the integers, DECIMAL and DOUBLE
 *   among each other, BOOLEAN to and from the integers, TIMESTAMP to and from
 *   TIMESTAMPTZ, TIMESTAMP to DATE and TIME, DATE to TIMESTAMP; others do not exist
 */
gboolean type_cast_exists (ColumnType from, ColumnType to);

/**
 * type_cast:
 *
 * Casts a value; null gives null.  Text to another type accepts exactly what
 * type_parse() accepts, without white space around it; a value with a fraction does not
 * cast to an integer; a text too long for the target is an error, never cut.  Of the
 * integers only 0 and 1 cast to BOOLEAN; to DOUBLE the nearest one is taken.  The result
 * may borrow from @value.
 *
 * Returns: FALSE with ZDM_ERROR_CONVERSION
 */
gboolean type_cast (const TypeSpec *from, const TypeSpec *to, const Value *value,
                    Arena *arena, Value *result, GError **error);
