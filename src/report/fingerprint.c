/* SPDX-License-Identifier: Apache-2.0
 *
 * Fingerprints of findings.
 */
#include "config.h"

#include "report/fingerprint.h"

#include "report/source_path.h"

#define N_DIGITS 40

void
fingerprints_init (Fingerprints *fingerprints)
{
  fingerprints->n_seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

void
fingerprints_clear (Fingerprints *fingerprints)
{
  g_clear_pointer (&fingerprints->n_seen, g_hash_table_unref);
}

/* Numbers outside of quotes count steps or lines, which shift; inside they are part of
 * a name. */
static void
append_objects (GString *out, const char *message)
{
  gboolean quoted = FALSE;

  for (const char *at = message; *at != '\0'; at++)
    {
      quoted ^= *at == '\'';
      if (quoted || !g_ascii_isdigit (*at))
        g_string_append_c (out, *at);
      else if (!g_ascii_isdigit (at[1]))
        g_string_append_c (out, '#');
    }
}

static char *
hash (const GString *text, guint n_before)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autofree char *count = g_strdup_printf ("%u", n_before);

  g_checksum_update (checksum, (const guchar *) text->str, (gssize) text->len);
  g_checksum_update (checksum, (const guchar *) count, -1);
  return g_strndup (g_checksum_get_string (checksum), N_DIGITS);
}

char *
fingerprint_of (Fingerprints *fingerprints, const Diagnostic *diagnostic,
                const char *file)
{
  g_autoptr (GString) text = g_string_new (diagnostic->rule);

  if (diagnostic->location.file != NULL)
    file = diagnostic->location.file;
  g_string_append_printf (text, "\n%s\n", source_path (file));
  append_objects (text, diagnostic->message);
  g_string_append_c (text, '\n');
  guint n_before
      = GPOINTER_TO_UINT (g_hash_table_lookup (fingerprints->n_seen, text->str));
  g_hash_table_insert (fingerprints->n_seen, g_strdup (text->str),
                       GUINT_TO_POINTER (n_before + 1));
  return hash (text, n_before);
}
