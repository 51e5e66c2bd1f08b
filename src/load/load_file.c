/* SPDX-License-Identifier: Apache-2.0
 *
 * Files and standard input → bytes.
 */
#include "config.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "load/load.h"

#define CHUNK 65536

static void
file_error (const char *path, DiagnosticList *diagnostics, const char *why)
{
  diagnostic_list_add (diagnostics, SEVERITY_ERROR, "load", (Location){ path, 0, 0 },
                       NULL, "cannot read the file: %s", why);
}

/* Up to one byte more than the loader takes: it then says that it is too much. */
static GByteArray *
read_stream (FILE *stream)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree guint8 *chunk = g_malloc (CHUNK);

  while (bytes->len <= LOAD_MAX_BYTES)
    {
      gsize n = fread (chunk, 1, CHUNK, stream);

      if (n == 0)
        break;
      g_byte_array_append (bytes, chunk, (guint) n);
    }
  return ferror (stream) ? NULL : g_steal_pointer (&bytes);
}

static Migration *
load_stdin (DiagnosticList *diagnostics)
{
  g_autoptr (GByteArray) bytes = read_stream (stdin);

  if (bytes == NULL)
    {
      file_error ("<stdin>", diagnostics, g_strerror (errno));
      return NULL;
    }
  return load_bytes ("<stdin>", (const char *) bytes->data, bytes->len, diagnostics);
}

Migration *
load_file (const char *path, DiagnosticList *diagnostics)
{
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GError) error = NULL;
  const char *bytes;

  if (g_str_equal (path, "-"))
    return load_stdin (diagnostics);
  if (g_file_test (path, G_FILE_TEST_IS_DIR))
    {
      file_error (path, diagnostics, g_strerror (EISDIR));
      return NULL;
    }
  file = g_mapped_file_new (path, FALSE, &error);
  if (file == NULL)
    {
      file_error (path, diagnostics, error->message);
      return NULL;
    }
  bytes = g_mapped_file_get_contents (file);
  return load_bytes (path, bytes != NULL ? bytes : "", g_mapped_file_get_length (file),
                     diagnostics);
}
