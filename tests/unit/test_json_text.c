/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "model/json_text.h"
#include "testing.h"

static const struct
{
  const char *text;
  const char *canonical;
} VALID[] = {
  { "null", "null" },
  { " true\n", "true" },
  { "\t\r false", "false" },
  { "0", "0" },
  { "-0", "0" },
  { "-0.0", "0.0" },
  { "1.50", "1.50" },
  { "1e2", "100" },
  { "-1.25E-1", "-0.125" },
  { "123456789012345678901234567890.10", "123456789012345678901234567890.10" },
  { "\"\"", "\"\"" },
  { "\"zażółć 😀\"", "\"zażółć 😀\"" },
  { "\"\\u0061\\u00e9\\ud83d\\ude00\\uD83D\\uDE00\"", "\"aé😀😀\"" },
  { "\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\\"\\\\/\\b\\f\\n\\r\\t\"" },
  { "\"\\u001F\\u0008\\u007f\"", "\"\\u001f\\b\x7f\"" },
  { "[]", "[]" },
  { "[ ]", "[]" },
  { "[ 1 , [ 2 ] , { } ]", "[1,[2],{}]" },
  { "{}", "{}" },
  { "{ }", "{}" },
  { "{\"b\":1,\"a\":2}", "{\"a\":2,\"b\":1}" },
  { "{\"aa\":1,\"b\":2}", "{\"b\":2,\"aa\":1}" },
  { "{\"a\":1,\"b\":2,\"a\":3}", "{\"a\":3,\"b\":2}" },
  { "{\"a\":1,\"\\u0061\":{\"x\":1}}", "{\"a\":{\"x\":1}}" },
  { "{\"é\":1,\"zz\":2,\"z\":3}", "{\"z\":3,\"zz\":2,\"é\":1}" },
  { "{\"\":[{\"b\":[],\"a\":{\"d\":1,\"c\":\"x\"}}]}",
    "{\"\":[{\"a\":{\"c\":\"x\",\"d\":1},\"b\":[]}]}" },
  { "{\"k\":\"b\",\"j\":\"a\"}", "{\"j\":\"a\",\"k\":\"b\"}" },
};

static const char *const INVALID[] = {
  "",
  " ",
  "nul",
  "nulll",
  "True",
  "01",
  "-",
  "-a",
  "+1",
  ".5",
  "1.",
  "1.e1",
  "1e",
  "1e+",
  "0x1",
  "NaN",
  "Infinity",
  "1e401",
  "1e-401",
  "\"",
  "\"a",
  "\"\\\"",
  "\"\\x\"",
  "\"\\u12\"",
  "\"\\u12g4\"",
  "\"\\u0000\"",
  "\"\\ud800\"",
  "\"\\ud800a\"",
  "\"\\ud800\\n\"",
  "\"\\ud800\\u0061\"",
  "\"\\udc00\"",
  "\"\n\"",
  "\"\\ud800\\ue000\"",
  "'a'",
  "[",
  "[1",
  "[1,",
  "[1,]",
  "[,1]",
  "[1 2]",
  "{",
  "{\"a\"",
  "{\"a\":",
  "{\"a\":1",
  "{\"a\":1,}",
  "{a:1}",
  "{\"a\" 1}",
  "{1:2}",
  "{\"a\":1 \"b\":2}",
  "1 2",
  "[]]",
  "{}}",
  "// x\n1",
  "\"\xff\"",
  "\xef\xbb\xbf 1",
  "{\"\\q\":1}",
  "\"\\",
};

TEST (json_text_canonical__writes_one_text_a_value)
{
  for (guint i = 0; i < G_N_ELEMENTS (VALID); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);
      g_autoptr (GString) again = g_string_new (NULL);
      const char *problem
          = json_text_canonical (VALID[i].text, strlen (VALID[i].text), out);

      ck_assert_msg (problem == NULL, "%s: %s", VALID[i].text, problem);
      ck_assert_str_eq (out->str, VALID[i].canonical);
      ck_assert_ptr_null (json_text_canonical (out->str, out->len, again));
      ck_assert_str_eq (again->str, VALID[i].canonical);
    }
}

TEST (json_text_canonical__is_strict)
{
  for (guint i = 0; i < G_N_ELEMENTS (INVALID); i++)
    {
      g_autoptr (GString) out = g_string_new (NULL);

      ck_assert_msg (json_text_canonical (INVALID[i], strlen (INVALID[i]), out) != NULL,
                     "%s", INVALID[i]);
    }
}

/* Every beginning of a valid text, copied so that a sanitizer sees a byte read too far.
 */
TEST (json_text_canonical__never_reads_beyond_the_end)
{
  for (guint i = 0; i < G_N_ELEMENTS (VALID); i++)
    for (gsize n = 0; n < strlen (VALID[i].text); n++)
      {
        g_autofree char *part = g_memdup2 (VALID[i].text, n);
        g_autoptr (GString) out = g_string_new (NULL);

        json_text_canonical (part, n, out);
      }
}

TEST (json_text_canonical__refuses_nul_bytes)
{
  g_autoptr (GString) out = g_string_new (NULL);

  ck_assert_ptr_nonnull (json_text_canonical ("1\0", 2, out));
  ck_assert_ptr_nonnull (json_text_canonical ("\"\0\"", 3, out));
}

static const char *
nested (guint depth)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < depth; i++)
    g_string_append (text, i % 2 == 0 ? "[" : "{\"a\":");
  g_string_append (text, "1");
  for (guint i = depth; i > 0; i--)
    g_string_append_c (text, i % 2 == 1 ? ']' : '}');
  return json_text_canonical (text->str, text->len, out);
}

TEST (json_text_canonical__bounds_the_depth)
{
  ck_assert_ptr_null (nested (JSON_TEXT_DEPTH_MAX));
  ck_assert_ptr_nonnull (nested (JSON_TEXT_DEPTH_MAX + 1));
  ck_assert_ptr_nonnull (nested (1000000));
}

TEST_MAIN ("model/json_text", json_text_canonical__writes_one_text_a_value,
           json_text_canonical__is_strict,
           json_text_canonical__never_reads_beyond_the_end,
           json_text_canonical__refuses_nul_bytes, json_text_canonical__bounds_the_depth)
