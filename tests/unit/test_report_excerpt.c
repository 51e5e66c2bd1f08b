/* SPDX-License-Identifier: Apache-2.0
 *
 * Lines of a file and carets.
 */
#include "config.h"

#include "report/excerpt.h"
#include "testing.h"

#include <string.h>

static void
assert_excerpt (const char *source, guint line, guint column, const char *expected)
{
  g_autoptr (GBytes) bytes = g_bytes_new (source, strlen (source));
  g_autoptr (GString) out = g_string_new (NULL);
  SourceText text = source_text (bytes);
  const Location location = { NULL, line, column };

  excerpt_append (out, &text, &location, FALSE);
  ck_assert_str_eq (out->str, expected);
}

TEST (excerpt__shows_line_and_caret)
{
  assert_excerpt ("a\nbcd\n", 2, 3,
                  "    2 | bcd\n"
                  "      |   ^\n");
  assert_excerpt ("a", 1, 2,
                  "    1 | a\n"
                  "      |  ^\n");
}

TEST (excerpt__knows_all_line_breaks)
{
  const char *expected = "    3 | x\n"
                         "      | ^\n";

  assert_excerpt ("a\r\nb\r\nx\r\n", 3, 1, expected);
  assert_excerpt ("a\rb\rx\r", 3, 1, expected);
  assert_excerpt ("a\xc2\x85"
                  "b\xe2\x80\xa8x",
                  3, 1, expected);
}

TEST (excerpt__leaves_out_a_byte_order_mark)
{
  assert_excerpt ("\xef\xbb\xbfid", 1, 1,
                  "    1 | id\n"
                  "      | ^\n");
}

TEST (excerpt__counts_tabs_wide_and_escaped_characters)
{
  assert_excerpt ("\tx", 1, 2,
                  "    1 |     x\n"
                  "      |     ^\n");
  assert_excerpt ("中x", 1, 2,
                  "    1 | 中x\n"
                  "      |   ^\n");
  assert_excerpt ("\033x", 1, 2,
                  "    1 | \\x1bx\n"
                  "      |     ^\n");
}

TEST (excerpt__is_empty_without_a_place)
{
  assert_excerpt ("a\n", 0, 0, "");
  assert_excerpt ("a\n", 3, 1, "");
  assert_excerpt ("", 1, 1, "");
}

TEST (excerpt__cuts_a_long_line_around_the_caret)
{
  g_autofree char *fill = g_strnfill (1000, 'a');
  g_autofree char *line = g_strconcat (fill, "X", fill, NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));
  g_autoptr (GString) out = g_string_new (NULL);
  SourceText text = source_text (bytes);
  const Location location = { NULL, 1, 1001 };

  excerpt_append (out, &text, &location, FALSE);
  g_auto (GStrv) lines = g_strsplit (out->str, "\n", -1);
  const char *x = strchr (lines[0], 'X');
  ck_assert_ptr_nonnull (x);
  ck_assert (g_str_has_prefix (lines[0], "    1 | …aaa"));
  ck_assert (g_str_has_suffix (lines[0], "aaa…"));
  ck_assert_uint_lt (g_utf8_strlen (lines[0], -1), 100);
  ck_assert_uint_eq (g_utf8_strlen (lines[0], x - lines[0]),
                     strchr (lines[1], '^') - lines[1]);
}

TEST (excerpt__goes_back_to_an_earlier_line)
{
  g_autoptr (GBytes) bytes = g_bytes_new_static ("a\nb\nc\n", 6);
  g_autoptr (GString) out = g_string_new (NULL);
  SourceText text = source_text (bytes);

  for (guint line = 3; line > 0; line--)
    excerpt_append (out, &text, &(const Location){ NULL, line, 0 }, FALSE);
  ck_assert_str_eq (out->str, "    3 | c\n"
                              "    2 | b\n"
                              "    1 | a\n");
}

TEST (excerpt__goes_back_in_a_long_line)
{
  g_autofree char *fill = g_strnfill (300, '-');
  g_autofree char *line = g_strconcat ("é", fill, "Y", fill, "ü\nb", NULL);
  g_autoptr (GBytes) bytes = g_bytes_new (line, strlen (line));
  SourceText text = source_text (bytes);
  static const guint COLUMNS[] = { 603, 302, 1, 302, 603 };

  for (guint i = 0; i < G_N_ELEMENTS (COLUMNS); i++)
    {
      g_autoptr (GString) again = g_string_new (NULL);
      g_autoptr (GString) anew = g_string_new (NULL);
      SourceText other = source_text (bytes);
      const Location location = { NULL, 1, COLUMNS[i] };

      excerpt_append (again, &text, &location, FALSE);
      excerpt_append (anew, &other, &location, FALSE);
      ck_assert_str_eq (again->str, anew->str);
    }
  g_autoptr (GString) next = g_string_new (NULL);
  excerpt_append (next, &text, &(const Location){ NULL, 2, 1 }, FALSE);
  ck_assert_str_eq (next->str, "    2 | b\n"
                               "      | ^\n");
}

TEST_MAIN ("report/excerpt", excerpt__shows_line_and_caret,
           excerpt__knows_all_line_breaks, excerpt__leaves_out_a_byte_order_mark,
           excerpt__counts_tabs_wide_and_escaped_characters,
           excerpt__is_empty_without_a_place, excerpt__cuts_a_long_line_around_the_caret,
           excerpt__goes_back_to_an_earlier_line, excerpt__goes_back_in_a_long_line)
