/* SPDX-License-Identifier: Apache-2.0
 *
 * The helpers of the unit tests themselves.
 */
#include "config.h"

#include "testing.h"

TEST (testing_read__finds_the_source_tree)
{
  g_autofree char *text = testing_read ("LICENSE");

  ck_assert_ptr_nonnull (g_strstr_len (text, -1, "Apache License"));
}

TEST (testing_cases__lists_folders_sorted)
{
  g_auto (GStrv) names = testing_cases ("tests");

  ck_assert (g_strv_contains ((const char *const *) names, "unit"));
  ck_assert (!g_strv_contains ((const char *const *) names, "lib.sh"));
  for (guint i = 1; i < g_strv_length (names); i++)
    ck_assert_str_lt (names[i - 1], names[i]);
}

TEST (testing_tmpdir__goes_with_all_in_it)
{
  g_autofree char *path = testing_tmpdir ();
  g_autofree char *file = g_build_filename (path, "file", NULL);

  ck_assert (g_file_set_contents (file, "text", -1, NULL));
  testing_remove_tree (path);
  ck_assert (!g_file_test (path, G_FILE_TEST_EXISTS));
}

TEST_MAIN ("unit/testing", testing_read__finds_the_source_tree,
           testing_cases__lists_folders_sorted, testing_tmpdir__goes_with_all_in_it)
