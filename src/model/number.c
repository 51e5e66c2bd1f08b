/* SPDX-License-Identifier: Apache-2.0
 *
 * Number: integers and doubles as text.
 */
#include "config.h"

#include "model/number.h"

#include <float.h>
#include <math.h>
#include <string.h>

static gsize
skip_digits (const char *text, gsize length, gsize from)
{
  while (from < length && g_ascii_isdigit (text[from]))
    from++;
  return from;
}

static gsize
skip_sign (const char *text, gsize length)
{
  return length > 0 && (text[0] == '-' || text[0] == '+') ? 1 : 0;
}

NumberResult
number_parse_integer (const char *text, gsize length, gint64 *integer)
{
  gsize first = skip_sign (text, length);
  gboolean negative = first > 0 && text[0] == '-';
  guint64 limit = (guint64) G_MAXINT64 + (negative ? 1 : 0);
  guint64 sum = 0;

  if (first == length || skip_digits (text, length, first) != length)
    return NUMBER_MALFORMED;
  for (gsize i = first; i < length; i++)
    {
      guint digit = (guint) (text[i] - '0');

      if (sum > (limit - digit) / 10)
        return NUMBER_OUT_OF_RANGE;
      sum = sum * 10 + digit;
    }
  *integer = negative ? (gint64) (0 - sum) : (gint64) sum;
  return NUMBER_OK;
}

static gboolean
is_double (const char *text, gsize length)
{
  gsize first = skip_sign (text, length);
  gsize end = skip_digits (text, length, first);

  if (end == first)
    return FALSE;
  if (end < length && text[end] == '.')
    {
      first = end + 1;
      end = skip_digits (text, length, first);
      if (end == first)
        return FALSE;
    }
  if (end < length && (text[end] == 'e' || text[end] == 'E'))
    {
      first = end + 1;
      first += skip_sign (text + first, length - first);
      end = skip_digits (text, length, first);
      if (end == first)
        return FALSE;
    }
  return end == length;
}

/* Whether some digit before the exponent is not zero. */
static gboolean
has_nonzero_digit (const char *text)
{
  return strcspn (text, "123456789") < strcspn (text, "eE");
}

NumberResult
number_parse_double (const char *text, gsize length, double *real)
{
  g_autofree char *copy = NULL;

  if (!is_double (text, length))
    return NUMBER_MALFORMED;
  copy = g_strndup (text, length);
  *real = g_ascii_strtod (copy, NULL);
  if (isinf (*real) || (*real == 0.0 && has_nonzero_digit (copy)))
    return NUMBER_OUT_OF_RANGE;
  if (*real == 0.0)
    *real = 0.0; /* -0 too */
  return NUMBER_OK;
}

const char *
number_format_integer (gint64 integer, char buffer[NUMBER_INTEGER_SIZE])
{
  char *start = buffer + NUMBER_INTEGER_SIZE - 1;
  guint64 rest = integer < 0 ? 0 - (guint64) integer : (guint64) integer;

  *start = '\0';
  do
    {
      *--start = (char) ('0' + rest % 10);
      rest /= 10;
    }
  while (rest > 0);
  if (integer < 0)
    *--start = '-';
  return start;
}

const char *
number_format_double (double real, char buffer[NUMBER_DOUBLE_SIZE])
{
  /* Fifteen digits always survive a round trip, seventeen always make one; only
   * subnormal numbers have fewer to begin with. */
  int digits = fabs (real) < DBL_MIN ? 1 : 15;
  char format[8];

  if (real == 0.0)
    real = 0.0;
  for (; digits <= 17; digits++)
    {
      g_snprintf (format, sizeof format, "%%.%dg", digits);
      g_ascii_formatd (buffer, NUMBER_DOUBLE_SIZE, format, real);
      if (g_ascii_strtod (buffer, NULL) == real)
        break;
    }
  return buffer;
}
