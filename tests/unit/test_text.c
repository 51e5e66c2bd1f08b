/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "model/text.h"
#include "testing.h"

TEST (text_is_valid__wants_utf8_without_nul)
{
  static const struct
  {
    const char *bytes;
    gsize length;
    const char *problem; /* NULL: none */
  } CASES[] = {
    { "", 0, NULL },
    { NULL, 0, NULL },
    { "zażółć 😀", 15, NULL },
    { "a\0b", 3, "NUL" },
    { "a\xff", 2, "UTF-8" },
    { "\xc3", 1, "UTF-8" },             /* cut off */
    { "\xc0\x80", 2, "UTF-8" },         /* overlong */
    { "\xed\xa0\x80", 3, "UTF-8" },     /* a surrogate */
    { "\xf4\x90\x80\x80", 4, "UTF-8" }, /* beyond U+10FFFF */
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      ck_assert_int_eq (text_is_valid (CASES[i].bytes, CASES[i].length),
                        CASES[i].problem == NULL);
      if (CASES[i].problem != NULL)
        ck_assert_ptr_nonnull (
            strstr (text_problem (CASES[i].bytes, CASES[i].length), CASES[i].problem));
    }
}

TEST (text_characters__counts_characters)
{
  ck_assert_uint_eq (text_characters ("", 0), 0);
  ck_assert_uint_eq (text_characters ("abc", 3), 3);
  ck_assert_uint_eq (text_characters ("zażółć 😀", 15), 8);
}

TEST (text_chomp__leaves_out_spaces_at_the_end)
{
  ck_assert_uint_eq (text_chomp (" a  ", 4), 2);
  ck_assert_uint_eq (text_chomp ("  ", 2), 0);
  ck_assert_uint_eq (text_chomp ("a\t", 2), 2);
}

TEST (text_find__gives_the_first_and_the_last_place)
{
  const char *text = "a--b---c";

  ck_assert_ptr_eq (text_find (text, 8, "--"), text + 1);
  ck_assert_ptr_eq (text_find_last (text, 8, "--"), text + 5);
  ck_assert_ptr_eq (text_find_last (text, 8, "a"), text);
  ck_assert_ptr_null (text_find (text, 2, "--"));
  ck_assert_ptr_null (text_find_last (text, 8, "x"));
  ck_assert_ptr_null (text_find_last (text, 1, "--"));
  ck_assert_ptr_null (text_find_last ("", 0, "-"));
}

TEST (text_excerpt__is_one_short_printable_line)
{
  static const struct
  {
    const char *bytes;
    gsize length;
    const char *excerpt;
  } CASES[] = {
    { "", 0, "''" },
    { "abc", 3, "'abc'" },
    { "zażółć", 10, "'zażółć'" },
    { "a\nb\tc\r", 6, "'a\\nb\\tc\\u{d}'" },
    { "a\0b\xff\xc3", 5, "'a\\x00b\\xff\\xc3'" },
    { "1234567890123456789012345678901234567890", 40,
      "'1234567890123456789012345678901234567890'" },
    { "ą2345678901234567890123456789012345678901", 42,
      "'ą234567890123456789012345678901234567890…'" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *excerpt = text_excerpt (CASES[i].bytes, CASES[i].length);

      ck_assert_str_eq (excerpt, CASES[i].excerpt);
    }
}

TEST_MAIN ("model/text", text_is_valid__wants_utf8_without_nul,
           text_characters__counts_characters, text_chomp__leaves_out_spaces_at_the_end,
           text_find__gives_the_first_and_the_last_place,
           text_excerpt__is_one_short_printable_line)
