/* SPDX-License-Identifier: Apache-2.0
 *
 * Where two texts begin to differ.
 */
#include "config.h"

#include "model/text_difference.h"

#include "testing.h"

TEST (text_difference__is_the_first_line_that_is_not_the_same)
{
  static const struct
  {
    const char *was, *is;
    guint line;
    const char *old_line, *new_line;
  } CASES[] = {
    { "", "", 0, NULL, NULL },           { "a\nb\n", "a\nb\n", 0, NULL, NULL },
    { "a\nb", "a\nc", 2, "b", "c" },     { "a\nb\n", "x\nb\n", 1, "a", "x" },
    { "a", "a\nb", 2, NULL, "b" },       { "a\nb", "a", 2, "b", NULL },
    { "a\n", "a", 2, "", NULL },         { "a\nb\n", "a\r\nb\r\n", 0, NULL, NULL },
    { "a  \nb", "a\nc\t", 2, "b", "c" }, { " a", "a", 1, " a", "a" },
    { "", "ä\n", 1, NULL, "ä" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_auto (TextDifference) difference = text_difference (CASES[i].was, CASES[i].is);
      ck_assert_uint_eq (difference.line, CASES[i].line);
      ck_assert_pstr_eq (difference.was, CASES[i].old_line);
      ck_assert_pstr_eq (difference.is, CASES[i].new_line);
    }
}

TEST_MAIN ("model/text_difference",
           text_difference__is_the_first_line_that_is_not_the_same)
