/* SPDX-License-Identifier: Apache-2.0
 *
 * TextDifference: where two texts begin to differ.
 */
#pragma once

#include <glib.h>

typedef struct
{
  guint line;     /* from 1; 0: they do not differ */
  char *was, *is; /* that line; NULL: there is none */
} TextDifference;

/* The first line that is not the same; white space at its end does not count. */
TextDifference text_difference (const char *was, const char *is);

void text_difference_clear (TextDifference *difference);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (TextDifference, text_difference_clear)
