/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads a file of any kind, within the loader's bounds.
 */
#include "config.h"

#include "commands/source_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "load/load.h"

#define CHUNK_BYTES 65536u

/* Stops one chunk after what the loader takes: it then says that it is too much.
 * Returns: FALSE with errno */
static gboolean
read_all (int fd, GByteArray *bytes)
{
  gssize n_read;

  do
    {
      guint length = bytes->len;

      g_byte_array_set_size (bytes, length + CHUNK_BYTES);
      n_read = read (fd, bytes->data + length, CHUNK_BYTES);
      g_byte_array_set_size (bytes, length + (n_read > 0 ? (guint) n_read : 0));
      if (bytes->len > LOAD_MAX_BYTES)
        return TRUE;
    }
  while (n_read > 0 || (n_read < 0 && errno == EINTR));
  return n_read == 0;
}

GBytes *
source_file_read (const char *path, const char *name, DiagnosticList *diagnostics)
{
  gboolean is_stdin = g_str_equal (path, "-");
  int fd = is_stdin ? STDIN_FILENO : open (path, O_RDONLY | O_CLOEXEC);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  const Location location = { .file = name };
  gboolean good = fd >= 0 && read_all (fd, bytes);
  int problem = errno;

  if (!is_stdin && fd >= 0)
    close (fd);
  if (good)
    return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
  diagnostic_list_add (diagnostics, SEVERITY_ERROR, "load", location, NULL,
                       "cannot read the file: %s", g_strerror (problem));
  return NULL;
}
