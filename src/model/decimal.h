/* SPDX-License-Identifier: Apache-2.0
 *
 * Decimal: exact decimal numbers as text.
 */
#pragma once

#include "model/value.h"

/* A view of a text "-0012.500".  Zeros that mean nothing are left out of both parts. */
typedef struct
{
  gboolean negative;    /* never for zero */
  const char *whole;    /* "12" */
  gsize n_whole;        /* 0 for a number below 1 */
  const char *fraction; /* "5" */
  gsize n_fraction;
  gsize n_whole_written; /* 4 */
} Decimal;

/* Reads sign, digits, and a point followed by digits.  Returns: FALSE if @text is not
 * that */
gboolean decimal_read (const char *text, gsize length, Decimal *decimal);

/**
 * decimal_problem:
 * Returns: (nullable): why the number does not fit @precision digits of which @scale
 *   are behind the point (no digit is ever cut), or NULL.  Any number fits precision 0
 */
const char *decimal_problem (const Decimal *decimal, guint precision, guint scale);

/* The canonical text: exactly @scale digits behind the point, or for precision 0 as
 * many as there are.  It may be the bytes that were read. */
Value decimal_write (const Decimal *decimal, guint precision, guint scale,
                     const char *text, gsize length, Arena *arena);

int decimal_compare (const Decimal *a, const Decimal *b);

/**
 * decimal_expand:
 * Appends a number without its exponent, exactly: "1.50e3" gives "1500", "1e-2" "0.01".
 * Digits behind the point stay, zeros too.
 *
 * Returns: FALSE when the exponent is beyond ±DECIMAL_EXPONENT_MAX
 */
gboolean decimal_expand (const char *number, gsize length, GString *out);

#define DECIMAL_EXPONENT_MAX 400
