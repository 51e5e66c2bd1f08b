/* SPDX-License-Identifier: Apache-2.0
 *
 * Fingerprints stay when a finding moves, and differ when it is another one; paths are
 * those of the repository.
 */
#include "config.h"

#include "report/fingerprint.h"

#include <string.h>

#include "report/source_path.h"
#include "testing.h"

static char *
fingerprint (Fingerprints *seen, const char *rule, const char *file, guint line,
             const char *message)
{
  const Diagnostic diagnostic
      = { .rule = rule, .location = { file, line, 1 }, .message = message };

  return fingerprint_of (seen, &diagnostic, "given.yaml");
}

static void
compare (gboolean same, const Diagnostic *a, const Diagnostic *b)
{
  g_auto (Fingerprints) first = { 0 }, second = { 0 };

  fingerprints_init (&first);
  fingerprints_init (&second);
  g_autofree char *x = fingerprint_of (&first, a, "given.yaml");
  g_autofree char *y = fingerprint_of (&second, b, "given.yaml");
  ck_assert_uint_eq (strlen (x), 40);
  ck_assert_int_eq (same, g_str_equal (x, y));
}

#define FINDING(rule_, file_, line_, message_)                                  \
  &(const Diagnostic)                                                           \
  {                                                                             \
    .rule = (rule_), .location = { (file_), (line_), 1 }, .message = (message_) \
  }

TEST (fingerprint__knows_no_places)
{
  const Diagnostic *finding = FINDING ("ZDM001", "a.yaml", 3, "step 2 drops 'x'");

  compare (TRUE, finding, FINDING ("ZDM001", "a.yaml", 30, "step 2 drops 'x'"));
  compare (TRUE, finding, FINDING ("ZDM001", "./a.yaml", 3, "step 12 drops 'x'"));
  compare (FALSE, finding, FINDING ("ZDM002", "a.yaml", 3, "step 2 drops 'x'"));
  compare (FALSE, finding, FINDING ("ZDM001", "b.yaml", 3, "step 2 drops 'x'"));
  compare (FALSE, finding, FINDING ("ZDM001", "a.yaml", 3, "step 2 drops 'x2'"));
  compare (TRUE, FINDING ("x", NULL, 1, "y"), FINDING ("x", "given.yaml", 2, "y"));
}

TEST (fingerprint__counts_equal_findings)
{
  g_auto (Fingerprints) seen = { 0 }, again = { 0 };

  fingerprints_init (&seen);
  fingerprints_init (&again);
  g_autofree char *first = fingerprint (&seen, "load", "a", 1, "the same");
  g_autofree char *second = fingerprint (&seen, "load", "a", 2, "the same");
  g_autofree char *other = fingerprint (&seen, "load", "a", 3, "another");
  ck_assert_str_ne (first, second);
  ck_assert_str_ne (second, other);
  g_autofree char *third = fingerprint (&again, "load", "a", 5, "the same");
  g_autofree char *fourth = fingerprint (&again, "load", "a", 9, "the same");
  ck_assert_str_eq (first, third);
  ck_assert_str_eq (second, fourth);
}

TEST (source_path__is_relative_to_the_current_folder)
{
  g_autofree char *folder = g_get_current_dir ();
  g_autofree char *inside = g_build_filename (folder, "a/b.yaml", NULL);

  ck_assert_str_eq (source_path ("./a/b.yaml"), "a/b.yaml");
  ck_assert_str_eq (source_path (".//./b.yaml"), "b.yaml");
  ck_assert_str_eq (source_path (inside), "a/b.yaml");
  ck_assert_str_eq (source_path ("/elsewhere/b.yaml"), "/elsewhere/b.yaml");
  ck_assert (source_is_relative (inside));
  ck_assert (!source_is_relative ("/elsewhere/b.yaml"));
}

TEST (source_uri__is_encoded)
{
  static const char *const CASES[][2] = {
    { "a/b.yaml", "a/b.yaml" },
    { "a b:c%d?e#f.yaml", "a%20b%3Ac%25d%3Fe%23f.yaml" },
    { "\303\251.yaml", "%C3%A9.yaml" },
    { "\377.yaml", "%EF%BF%BD.yaml" },
    { "<stdin>", "%3Cstdin%3E" },
    { "/elsewhere/a b.yaml", "file:///elsewhere/a%20b.yaml" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *uri = source_uri (CASES[i][0]);

      ck_assert_str_eq (uri, CASES[i][1]);
    }
}

TEST_MAIN ("report/fingerprint", fingerprint__knows_no_places,
           fingerprint__counts_equal_findings,
           source_path__is_relative_to_the_current_folder, source_uri__is_encoded)
