/* SPDX-License-Identifier: Apache-2.0
 *
 * Places of fills, written and read.
 */
#include "config.h"

#include "engine/sql/walk.h"

#include "model/error.h"

#define POSITION_TYPE "(ubmsms)"

static gboolean
refuse (const char *position, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
               "the journal holds a position that is none: %s", position);
  return FALSE;
}

gboolean
walk_read (Walk *walk, const char *position, GError **error)
{
  *walk = (Walk){ .pass = 1 };
  if (position == NULL)
    return TRUE;
  g_autoptr (GVariant) variant
      = g_variant_parse (G_VARIANT_TYPE (POSITION_TYPE), position, NULL, NULL, NULL);
  if (variant == NULL)
    return refuse (position, error);
  g_variant_get (variant, POSITION_TYPE, &walk->pass, &walk->written, &walk->low,
                 &walk->high);
  walk->resumed = TRUE;
  return TRUE;
}

gboolean
walk_refuse (Walk *walk, const char *position, GError **error)
{
  walk_clear (walk);
  return refuse (position, error);
}

void
walk_clear (Walk *walk)
{
  g_clear_pointer (&walk->low, g_free);
  g_clear_pointer (&walk->high, g_free);
}

char *
walk_position (const Walk *walk)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (
      g_variant_new (POSITION_TYPE, walk->pass, walk->written, walk->low, walk->high));

  return g_variant_print (variant, FALSE);
}

void
walk_again (Walk *walk)
{
  walk_clear (walk);
  walk->pass++;
  walk->written = FALSE;
}

gboolean
walk_refuse_undone (const char *row, const char *table, const char *column,
                    GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_GATE,
               "row %s of '%s', column '%s': what is written there is undone at once, so "
               "that it never comes into step: change or drop the trigger of '%s' that "
               "does it, then continue",
               row, table, column, table);
  return FALSE;
}

gboolean
walk_read_number (const char *position, guint64 n_rows, guint64 *first, GError **error)
{
  *first = 0;
  return position == NULL
         || g_ascii_string_to_unsigned (position, 10, 0, n_rows, first, NULL)
         || refuse (position, error);
}

/* So many numbers are looked at, of which so many have to be there. */
#define PROBE_ROWS 64
#define PROBE_DENSE 56

gboolean
walk_reckon_end (gint64 low, gint64 high, guint n_rows, WalkCount count, gpointer owner,
                 gint64 *end, gboolean *reckoned, GError **error)
{
  gint64 n_near = 0;

  *reckoned = (guint64) high - (guint64) low <= n_rows;
  *end = *reckoned ? high : low + n_rows;
  if (*reckoned || n_rows < PROBE_ROWS)
    return TRUE;
  if (!count (owner, low, low + PROBE_ROWS, &n_near, error))
    return FALSE;
  *reckoned = n_near >= PROBE_DENSE;
  return TRUE;
}
