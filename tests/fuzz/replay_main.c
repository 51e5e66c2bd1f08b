/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz target over files in place of libFuzzer, so that every seed and
 * every past finding is a test. Without arguments fuzz_NAME reads the folder
 * tests/fuzz/corpus/NAME; else the files and folders given. Speaks TAP.
 */
#include "config.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static int n_files;

static void
replay_file (const char *path)
{
  g_autofree char *text = NULL;
  g_autofree char *name = g_path_get_basename (path);
  g_autoptr (GError) error = NULL;
  gsize size = 0;

  n_files++;
  if (!g_file_get_contents (path, &text, &size, &error))
    {
      printf ("not ok %d - %s: %s\n", n_files, name, error->message);
      return;
    }

  /* A block of exactly this size lets the sanitizers see a read past it. */
  g_autofree guint8 *data = g_memdup2 (text, size);
  LLVMFuzzerTestOneInput (data, size);
  printf ("ok %d - %s\n", n_files, name);
  fflush (stdout);
}

static void
replay (const char *path)
{
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);

  if (dir == NULL)
    {
      replay_file (path);
      return;
    }
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *child = g_build_filename (path, name, NULL);
      replay (child);
    }
}

static char *
default_corpus (const char *program)
{
  const char *root = g_getenv ("ZDM_SRCDIR");
  const char *name = strrchr (program, '_');

  return g_build_filename (root != NULL ? root : ".", "tests", "fuzz", "corpus",
                           name != NULL ? name + 1 : program, NULL);
}

int
main (int argc, char **argv)
{
  if (argc == 1)
    {
      g_autofree char *corpus = default_corpus (argv[0]);
      replay (corpus);
    }
  for (int i = 1; i < argc; i++)
    replay (argv[i]);

  printf ("1..%d\n", n_files);
  return EXIT_SUCCESS;
}
