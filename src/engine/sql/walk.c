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
walk_read_number (const char *position, guint64 n_rows, guint64 *first, GError **error)
{
  *first = 0;
  return position == NULL
         || g_ascii_string_to_unsigned (position, 10, 0, n_rows, first, NULL)
         || refuse (position, error);
}
