/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target: the bytes of a migration file.
 */
#include "config.h"

#include <glib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  /* The loader is called here once there is one. */
  g_autoptr (GBytes) text = g_bytes_new (data, size);

  return g_bytes_get_size (text) == size ? 0 : -1;
}
