/* SPDX-License-Identifier: Apache-2.0
 *
 * Decimal: exact decimal numbers as text, of any size.
 */
#include "config.h"

#include "model/decimal.h"

#include <string.h>

#include "model/number.h"

static gsize
count_digits (const char *text, const char *end)
{
  gsize n = 0;

  while (text + n < end && g_ascii_isdigit (text[n]))
    n++;
  return n;
}

gboolean
decimal_read (const char *text, gsize length, Decimal *decimal)
{
  const char *end = text + length;
  const char *next = text;

  *decimal = (Decimal){ 0 };
  if (next < end && (*next == '-' || *next == '+'))
    decimal->negative = *next++ == '-';
  decimal->whole = next;
  decimal->n_whole = decimal->n_whole_written = count_digits (next, end);
  next += decimal->n_whole;
  if (decimal->n_whole == 0)
    return FALSE;
  if (next < end && *next == '.')
    {
      decimal->fraction = ++next;
      decimal->n_fraction = count_digits (next, end);
      next += decimal->n_fraction;
      if (decimal->n_fraction == 0)
        return FALSE;
    }
  for (; decimal->n_whole > 0 && *decimal->whole == '0'; decimal->whole++)
    decimal->n_whole--;
  while (decimal->n_fraction > 0 && decimal->fraction[decimal->n_fraction - 1] == '0')
    decimal->n_fraction--;
  if (decimal->n_whole + decimal->n_fraction == 0)
    decimal->negative = FALSE;
  return next == end;
}

const char *
decimal_problem (const Decimal *decimal, guint precision, guint scale)
{
  if (precision == 0)
    return NULL;
  if (decimal->n_fraction > scale)
    return "too many digits after the point";
  if (decimal->n_whole > (precision > scale ? precision - scale : 0))
    return "too many digits before the point";
  return NULL;
}

Value
decimal_write (const Decimal *decimal, guint precision, guint scale, const char *text,
               gsize length, Arena *arena)
{
  gsize n_fraction = precision == 0 ? decimal->n_fraction : scale;
  gsize n_whole = MAX (decimal->n_whole, 1);
  gsize size
      = (decimal->negative ? 1 : 0) + n_whole + (n_fraction > 0 ? n_fraction + 1 : 0);
  char *out, *next;

  /* As many digits on both sides and no other sign: it is the same text. */
  if (size == length && decimal->n_whole_written == n_whole
      && decimal->negative == (text[0] == '-') && text[0] != '+')
    return value_text (text, length);

  out = next = arena_alloc (arena, size + 1);
  if (decimal->negative)
    *next++ = '-';
  *next = '0';
  memcpy (next, decimal->whole, decimal->n_whole);
  next += n_whole;
  if (n_fraction > 0)
    {
      *next++ = '.';
      memset (next, '0', n_fraction);
      if (decimal->n_fraction > 0)
        memcpy (next, decimal->fraction, decimal->n_fraction);
    }
  return value_text (out, size);
}

static int
compare_size (const Decimal *a, const Decimal *b)
{
  gsize n = MIN (a->n_fraction, b->n_fraction);
  int order;

  if (a->n_whole != b->n_whole)
    return a->n_whole > b->n_whole ? 1 : -1;
  order = memcmp (a->whole, b->whole, a->n_whole);
  if (order == 0 && n > 0)
    order = memcmp (a->fraction, b->fraction, n);
  if (order == 0)
    order = (a->n_fraction > b->n_fraction) - (a->n_fraction < b->n_fraction);
  return order;
}

int
decimal_compare (const Decimal *a, const Decimal *b)
{
  if (a->negative != b->negative)
    return a->negative ? -1 : 1;
  return a->negative ? compare_size (b, a) : compare_size (a, b);
}

/* Reads "e-12".  Nothing is 0. */
static gboolean
read_exponent (const char *text, gsize length, gint64 *exponent)
{
  *exponent = 0;
  if (length == 0)
    return TRUE;
  return number_parse_integer (text + 1, length - 1, exponent) == NUMBER_OK
         && ABS (*exponent) <= DECIMAL_EXPONENT_MAX;
}

/* Appends @n zeros. */
static void
append_zeros (GString *out, gint64 n)
{
  for (; n > 0; n--)
    g_string_append_c (out, '0');
}

/* Appends digits with the point after the first @point of them. */
static void
append_shifted (GString *out, const char *digits, gint64 n, gint64 point)
{
  gsize start = out->len, n_zeros = 0;

  append_zeros (out, 1);
  g_string_append_len (out, digits, (gssize) CLAMP (point, 0, n));
  append_zeros (out, point - n);
  while (out->str[start + n_zeros] == '0' && start + n_zeros + 1 < out->len)
    n_zeros++;
  g_string_erase (out, (gssize) start, (gssize) n_zeros);
  if (point >= n)
    return;
  g_string_append_c (out, '.');
  append_zeros (out, -point);
  g_string_append_len (out, digits + MAX (point, 0), (gssize) (n - MAX (point, 0)));
}

gboolean
decimal_expand (const char *number, gsize length, GString *out)
{
  g_autoptr (GString) digits = g_string_sized_new (length);
  gsize first = length > 0 && (*number == '-' || *number == '+') ? 1 : 0;
  gboolean has_point = FALSE, is_zero = TRUE;
  gint64 point = 0, exponent;
  gsize i;

  for (i = first; i < length && (number[i] | 0x20) != 'e'; i++)
    {
      if (number[i] == '.')
        {
          has_point = TRUE;
          continue;
        }
      g_string_append_c (digits, number[i]);
      point += has_point ? 0 : 1;
      is_zero = is_zero && number[i] == '0';
    }
  if (!read_exponent (number + i, length - i, &exponent))
    return FALSE;
  if (first > 0 && *number == '-' && !is_zero)
    g_string_append_c (out, '-');
  append_shifted (out, digits->str, (gint64) digits->len, point + exponent);
  return TRUE;
}
