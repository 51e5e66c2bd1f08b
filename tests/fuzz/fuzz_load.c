/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target: the bytes of a migration file.
 *
 * Whatever they are, the loader gives a migration without errors, or errors and no
 * migration; every error has a place in the file.
 */
#include "config.h"

#include "load/load.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* Fifty million generated rows are legal, and slow. */
static gboolean
asks_for_many_rows (const char *bytes, gsize size)
{
  guint digits = 0;

  if (size == 0 || g_strstr_len (bytes, (gssize) size, "generate") == NULL)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    {
      digits = g_ascii_isdigit (bytes[i]) ? digits + 1 : 0;
      if (digits > 4)
        return TRUE;
    }
  return FALSE;
}

static void
check_places (const DiagnosticList *diagnostics)
{
  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    {
      const Diagnostic *diagnostic = diagnostic_list_get (diagnostics, i);

      g_assert (diagnostic->location.line > 0);
      g_assert (g_utf8_validate (diagnostic->message, -1, NULL));
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (Migration) migration = NULL;

  if (asks_for_many_rows ((const char *) data, size))
    return 0;
  migration = load_bytes ("fuzz.yaml", (const char *) data, size, diagnostics);
  g_assert ((migration == NULL)
            == (diagnostic_list_count (diagnostics, SEVERITY_ERROR) > 0));
  check_places (diagnostics);
  return 0;
}
