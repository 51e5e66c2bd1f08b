/* SPDX-License-Identifier: Apache-2.0
 *
 * Pattern: text with a number in it, made a million times.
 *
 * The counter keeps its digits, so that the next text costs copies and no division.
 */
#include "config.h"

#include "load/pattern.h"

#include <string.h>

void
counter_next (Counter *counter)
{
  guint i = MAX_DIGITS;

  while (i > MAX_DIGITS - counter->n && counter->digits[i - 1] == '9')
    counter->digits[--i] = '0';
  if (i > MAX_DIGITS - counter->n)
    counter->digits[i - 1]++;
  else
    {
      counter->n++;
      counter->digits[MAX_DIGITS - counter->n] = '1';
    }
}

static const char *
counter_text (const Counter *counter)
{
  return counter->digits + MAX_DIGITS - counter->n;
}

void
pattern_init (Pattern *pattern, const char *text)
{
  pattern->pieces = g_strsplit (text, "{n}", -1);
  pattern->n_pieces = g_strv_length (pattern->pieces);
  pattern->lengths = g_new (gsize, pattern->n_pieces + 1);
  pattern->length = 0;
  for (guint i = 0; i < pattern->n_pieces; i++)
    pattern->length += pattern->lengths[i] = strlen (pattern->pieces[i]);
}

void
pattern_clear (Pattern *pattern)
{
  g_strfreev (pattern->pieces);
  g_free (pattern->lengths);
}

gsize
pattern_length (const Pattern *pattern, const Counter *counter)
{
  return pattern->length
         + (pattern->n_pieces > 0 ? (pattern->n_pieces - 1) * counter->n : 0);
}

void
pattern_write (const Pattern *pattern, const Counter *counter, char *to)
{
  for (guint i = 0; i < pattern->n_pieces; i++)
    {
      if (i > 0)
        {
          memcpy (to, counter_text (counter), counter->n);
          to += counter->n;
        }
      memcpy (to, pattern->pieces[i], pattern->lengths[i]);
      to += pattern->lengths[i];
    }
}

void
counter_set (Counter *counter, gint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  counter->n = (guint) strlen (text);
  memcpy (counter->digits + MAX_DIGITS - counter->n, text, counter->n);
}
