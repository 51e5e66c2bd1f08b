/* SPDX-License-Identifier: Apache-2.0
 *
 * Span: the bytes of a file that one mapping takes up, for those who rewrite it.
 */
#pragma once

#include "model/diagnostic.h"

typedef struct
{
  gsize start; /* offset of the mapping's first byte */
  gsize end;   /* offset after its last one; comments behind it stay */
  guint
      indent; /* characters before it in its line: what its further lines stand behind */
} Span;

/**
 * span_find:
 * @location: where the mapping begins, as diagnostics say it
 *
 * Returns: FALSE when no mapping begins there
 */
gboolean span_find (const char *bytes, gsize length, const Location *location,
                    Span *span);
