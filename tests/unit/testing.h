/* SPDX-License-Identifier: Apache-2.0
 *
 * What every unit test shares: a test is TEST (subject__expectation) { … },
 * and the file ends in TEST_MAIN ("folder/noun", test, test, …).
 *
 * Needs Check >= 0.15, whose START_TEST needs no END_TEST.
 */
#pragma once

#include <check.h>
#include <glib.h>

#define TEST(name) START_TEST (name)

/* A program of one test case. For fixtures, loops and time-outs define main
 * by TEST_MAIN_WITH and a function that fills the suite. */
#define TEST_MAIN(name, ...)                                                       \
  int main (void)                                                                  \
  {                                                                                \
    return testing_main (name, (const TTest *const[]){ __VA_ARGS__, NULL }, NULL); \
  }

#define TEST_MAIN_WITH(name, fill)          \
  int main (void)                           \
  {                                         \
    return testing_main (name, NULL, fill); \
  }

typedef void (*TestingFill) (Suite *suite);

/* Fails with the error's own message. */
#define assert_no_error(error)                                 \
  do                                                           \
    if ((error) != NULL)                                       \
      ck_abort_msg ("unexpected error: %s", (error)->message); \
  while (0)

#define assert_error(error, domain, code)                                        \
  do                                                                             \
    {                                                                            \
      ck_assert_msg ((error) != NULL, "no error, expected " #code);              \
      ck_assert_msg (g_error_matches (error, domain, code), "not " #code ": %s", \
                     (error)->message);                                          \
    }                                                                            \
  while (0)

/**
 * testing_main:
 * @name: the suite's name, the tested file without src/ and .c
 * @tests: (nullable): NULL-terminated
 * @fill: (nullable): adds further test cases
 *
 * Returns: the exit code, failure when a test failed
 */
int testing_main (const char *name, const TTest *const *tests, TestingFill fill);

/**
 * testing_path:
 * @relative: a path in the source tree, such as "tests/cases/plan"
 *
 * Returns: (transfer full): where it is
 */
char *testing_path (const char *relative);

/**
 * testing_read:
 * @relative: a file of the source tree
 *
 * Returns: (transfer full): its text; the test fails when it cannot be read
 */
char *testing_read (const char *relative);

/**
 * testing_cases:
 * @relative: a folder of the source tree
 *
 * Returns: (transfer full): the names of the folders in it, sorted
 */
GStrv testing_cases (const char *relative);

/**
 * testing_assert_golden:
 * @relative: a file of the source tree with the expected text
 * @actual: what the code gave
 *
 * Fails unless both are the same. With ZDM_UPDATE_GOLDEN=1 in the environment
 * it writes the file instead.
 */
void testing_assert_golden (const char *relative, const char *actual);

/**
 * testing_tmpdir:
 *
 * Returns: (transfer full): a new empty folder; testing_remove_tree () it
 */
char *testing_tmpdir (void);

/**
 * testing_remove_tree:
 * @path: a folder made by testing_tmpdir ()
 */
void testing_remove_tree (const char *path);
