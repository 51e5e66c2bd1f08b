/* SPDX-License-Identifier: Apache-2.0
 *
 * "Did you mean": the name that a typing error was probably meant to be.
 */
#include "config.h"

#include <string.h>

#include "model/diagnostic.h"

/* Nobody types a longer word; it also bounds the work on hostile files. */
#define NEAREST_NAME_MAX 64

/* Characters in lower case, so that a difference in case is no distance. */
static glong
fold (const char *text, gunichar characters[NEAREST_NAME_MAX])
{
  glong n = 0;

  if (!g_utf8_validate (text, -1, NULL))
    return -1;
  for (; *text != '\0'; text = g_utf8_next_char (text))
    {
      if (n == NEAREST_NAME_MAX)
        return -1;
      characters[n++] = g_unichar_tolower (g_utf8_get_char (text));
    }
  return n;
}

/* Optimal string alignment: insertions, deletions, substitutions and swaps of
 * two neighbours count one each. */
static int
distance (const gunichar *a, glong n_a, const gunichar *b, glong n_b)
{
  int rows[3][NEAREST_NAME_MAX + 1];
  int *before = rows[0], *previous = rows[1], *current = rows[2];

  for (glong j = 0; j <= n_b; j++)
    previous[j] = (int) j;
  for (glong i = 1; i <= n_a; i++)
    {
      int *oldest = before;

      current[0] = (int) i;
      for (glong j = 1; j <= n_b; j++)
        {
          int cost = a[i - 1] != b[j - 1];

          current[j]
              = MIN (MIN (previous[j], current[j - 1]) + 1, previous[j - 1] + cost);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            current[j] = MIN (current[j], before[j - 2] + 1);
        }
      before = previous;
      previous = current;
      current = oldest;
    }
  return previous[n_b];
}

const char *
nearest_name (const char *name, const char *const *names)
{
  gunichar wanted[NEAREST_NAME_MAX], candidate[NEAREST_NAME_MAX];
  glong n_wanted = name != NULL ? fold (name, wanted) : -1;
  int best = (int) MAX (1, n_wanted / 3) + 1;
  const char *nearest = NULL;

  if (n_wanted <= 0)
    return NULL;
  for (; *names != NULL; names++)
    {
      glong n_candidate = fold (*names, candidate);
      int d;

      /* As far apart as it is long: that would be a guess, not a correction. */
      if (n_candidate < 0 || ABS (n_candidate - n_wanted) >= best)
        continue;
      d = distance (wanted, n_wanted, candidate, n_candidate);
      if (d < best && d < MAX (n_wanted, n_candidate))
        {
          best = d;
          nearest = *names;
        }
    }
  return nearest;
}
