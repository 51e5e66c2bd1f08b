/* SPDX-License-Identifier: Apache-2.0
 *
 * Number: integers and doubles as text, the same in every locale.
 */
#pragma once

#include <glib.h>

typedef enum
{
  NUMBER_OK,
  NUMBER_MALFORMED,
  NUMBER_OUT_OF_RANGE,
} NumberResult;

/* Decimal digits with a sign or without. */
NumberResult number_parse_integer (const char *text, gsize length, gint64 *integer);

/* Bytes that number_format_integer() may need. */
#define NUMBER_INTEGER_SIZE 21

/* Returns: the digits, somewhere in @buffer: a column of a million is cast with it */
const char *number_format_integer (gint64 integer, char buffer[NUMBER_INTEGER_SIZE]);

/* Digits, a point between digits, an exponent.  A number so small that only zero is
 * near is out of range too; -0 gives 0. */
NumberResult number_parse_double (const char *text, gsize length, double *real);

/* Bytes that number_format_double() may need. */
#define NUMBER_DOUBLE_SIZE 32

/* The shortest text that reads back the same: "0.1", "1e+20".  Returns: @buffer */
const char *number_format_double (double real, char buffer[NUMBER_DOUBLE_SIZE]);
