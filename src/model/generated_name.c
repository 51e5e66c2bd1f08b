/* SPDX-License-Identifier: Apache-2.0
 *
 * Generated names: kept within what every engine takes.
 */
#include "config.h"

#include "model/generated_name.h"

#include <string.h>

/* "_" and eight hexadecimal digits. */
#define HASH_BYTES 9

/* How many bytes of @text fit into @max without cutting a character. */
static gsize
whole_characters (const char *text, gsize max)
{
  gsize length = MIN (strlen (text), max);

  while (length > 0 && ((guchar) text[length] & 0xC0) == 0x80)
    length--;
  return length;
}

const char *
generated_name (Arena *arena, const char *whole)
{
  if (strlen (whole) <= IDENTIFIER_MAX_BYTES)
    return whole;
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, whole, -1);
  gsize kept = whole_characters (whole, IDENTIFIER_MAX_BYTES - HASH_BYTES);
  return arena_printf (arena, "%.*s_%.8s", (int) kept, whole, hash);
}

const char *
migration_tag (Arena *arena, const char *id)
{
  g_autofree char *hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, id, -1);

  return arena_strndup (arena, hash, 8);
}
