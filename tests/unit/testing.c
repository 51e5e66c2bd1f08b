/* SPDX-License-Identifier: Apache-2.0
 *
 * The shared part of the unit tests: the runner, files of the source tree,
 * golden texts, scratch folders.
 */
#include "config.h"

#include "testing.h"

#include <glib/gstdio.h>
#include <stdlib.h>
#include <string.h>

static void
add_tests (Suite *suite, const TTest *const *tests)
{
  TCase *tcase = tcase_create ("all");

  for (; *tests != NULL; tests++)
    tcase_add_test (tcase, *tests);
  suite_add_tcase (suite, tcase);
}

int
testing_main (const char *name, const TTest *const *tests, TestingFill fill)
{
  Suite *suite = suite_create (name);

  if (tests != NULL)
    add_tests (suite, tests);
  if (fill != NULL)
    fill (suite);

  SRunner *runner = srunner_create (suite);
  srunner_run_all (runner, CK_ENV);
  int n_failed = srunner_ntests_failed (runner);
  srunner_free (runner);
  return n_failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

char *
testing_path (const char *relative)
{
  const char *root = g_getenv ("ZDM_SRCDIR");

  return g_build_filename (root != NULL ? root : ".", relative, NULL);
}

char *
testing_read (const char *relative)
{
  g_autofree char *path = testing_path (relative);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, NULL, &error);
  assert_no_error (error);
  return text;
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

GStrv
testing_cases (const char *relative)
{
  g_autofree char *root = testing_path (relative);
  g_autoptr (GError) error = NULL;
  g_autoptr (GDir) dir = g_dir_open (root, 0, &error);
  assert_no_error (error);

  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  for (const char *name; (name = g_dir_read_name (dir)) != NULL;)
    {
      g_autofree char *path = g_build_filename (root, name, NULL);
      if (g_file_test (path, G_FILE_TEST_IS_DIR))
        g_ptr_array_add (names, g_strdup (name));
    }
  g_ptr_array_sort (names, compare_names);
  g_ptr_array_add (names, NULL);
  return (GStrv) g_ptr_array_steal (names, NULL);
}

static void
write_golden (const char *path, const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (path, text, -1, &error);
  assert_no_error (error);
}

void
testing_assert_golden (const char *relative, const char *actual)
{
  if (g_strcmp0 (g_getenv ("ZDM_UPDATE_GOLDEN"), "1") == 0)
    {
      g_autofree char *path = testing_path (relative);
      write_golden (path, actual);
      return;
    }

  g_autofree char *expected = testing_read (relative);
  ck_assert_msg (strcmp (expected, actual) == 0, "not as in %s, but:\n%s", relative,
                 actual);
}

char *
testing_tmpdir (void)
{
  g_autoptr (GError) error = NULL;
  char *path = g_dir_make_tmp ("zdm-test-XXXXXX", &error);

  assert_no_error (error);
  return path;
}

void
testing_remove_tree (const char *path)
{
  if (g_file_test (path, G_FILE_TEST_IS_DIR)
      && !g_file_test (path, G_FILE_TEST_IS_SYMLINK))
    {
      g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
      for (const char *name; dir != NULL && (name = g_dir_read_name (dir)) != NULL;)
        {
          g_autofree char *child = g_build_filename (path, name, NULL);
          testing_remove_tree (child);
        }
    }
  g_remove (path);
}
