/* SPDX-License-Identifier: Apache-2.0
 *
 * What of a file may be shown, and how wide it is.
 */
#include "config.h"

#include "report/printable.h"
#include "testing.h"

#include <string.h>

static void
assert_shown (const char *text, gssize length, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  printable_append (out, text, length);
  ck_assert_str_eq (out->str, expected);
}

TEST (printable_append__leaves_text_alone)
{
  assert_shown ("a 'b' \\n äöü 中文 🎉", -1, "a 'b' \\n äöü 中文 🎉");
  assert_shown ("", -1, "");
}

TEST (printable_append__escapes_controls)
{
  assert_shown ("\033[2J\n\t\r\a\177", -1, "\\x1b[2J\\n\\t\\r\\x07\\x7f");
  assert_shown ("a\0b", 3, "a\\x00b");
}

TEST (printable_append__escapes_c1_direction_and_line_separators)
{
  assert_shown ("\xc2\x9b"
                "31m",
                -1, "\\u{9b}31m");
  assert_shown ("\xe2\x80\xae"
                "x",
                -1, "\\u{202e}x");
  assert_shown ("\xe2\x80\xa8", -1, "\\u{2028}");
  assert_shown ("\xef\xbb\xbf", -1, "\\u{feff}");
}

TEST (printable_append__escapes_invalid_bytes)
{
  assert_shown ("a\xff\xfe", -1, "a\\xff\\xfe");
  assert_shown ("\xe4\xb8", -1, "\\xe4\\xb8");
  assert_shown ("\xc0\x80", -1, "\\xc0\\x80");
  assert_shown ("\xed\xa0\x80", -1, "\\xed\\xa0\\x80");
  assert_shown ("\xe4\xb8\xad", 2, "\\xe4\\xb8");
}

TEST (printable_width__counts_columns)
{
  ck_assert_uint_eq (printable_width ("abc"), 3);
  ck_assert_uint_eq (printable_width ("中文"), 4);
  ck_assert_uint_eq (printable_width ("e\xcc\x81"), 1);
  ck_assert_uint_eq (printable_width (""), 0);
}

static void
assert_padded (const char *text, guint width, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);

  printable_append_padded (out, text, width);
  ck_assert_str_eq (out->str, expected);
}

TEST (printable_append_padded__fills_and_cuts)
{
  assert_padded ("ab", 4, "ab  ");
  assert_padded ("abcd", 4, "abcd");
  assert_padded ("abcde", 4, "abc…");
  assert_padded ("中文字", 5, "中文…");
  assert_padded ("中文字", 4, "中… ");
  assert_padded ("ab", 0, "");
}

TEST (printable_cut__does_not_read_megabytes)
{
  g_autofree char *text = g_strnfill (64 * 1024 * 1024, '\001');
  g_autofree char *cut = printable_cut (text, 64 * 1024 * 1024, 10);

  ck_assert_str_eq (cut, "\\x01\\x01\\…");
}

TEST_MAIN ("report/printable", printable_append__leaves_text_alone,
           printable_append__escapes_controls,
           printable_append__escapes_c1_direction_and_line_separators,
           printable_append__escapes_invalid_bytes, printable_width__counts_columns,
           printable_append_padded__fills_and_cuts,
           printable_cut__does_not_read_megabytes)
