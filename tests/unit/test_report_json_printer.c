/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON text: layout, numbers, strings, values of columns.
 */
#include "config.h"

#include <json-glib/json-glib.h>

#include "report/json_printer.h"
#include "testing.h"

#include <math.h>
#include <string.h>

static void
assert_parses (const char *text)
{
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  assert_no_error (error);
}

TEST (json_printer__lays_out_blocks_and_lines)
{
  g_autoptr (GString) out = g_string_new (NULL);
  JsonPrinter printer = json_printer (out);

  json_begin_object (&printer, NULL, JSON_BLOCK);
  json_string (&printer, "a", "x");
  json_begin_array (&printer, "b", JSON_BLOCK);
  json_begin_object (&printer, NULL, JSON_LINE);
  json_integer (&printer, "c", 1);
  json_begin_array (&printer, "d", JSON_BLOCK);
  json_null (&printer, NULL);
  json_boolean (&printer, NULL, TRUE);
  json_end_array (&printer);
  json_end_object (&printer);
  json_end_array (&printer);
  json_begin_array (&printer, "e", JSON_BLOCK);
  json_end_array (&printer);
  json_end_object (&printer);

  ck_assert_str_eq (out->str, "{\n"
                              "  \"a\": \"x\",\n"
                              "  \"b\": [\n"
                              "    {\"c\": 1, \"d\": [null, true]}\n"
                              "  ],\n"
                              "  \"e\": []\n"
                              "}");
  assert_parses (out->str);
}

static void
assert_double (double value, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);
  JsonPrinter printer = json_printer (out);

  json_double (&printer, NULL, value);
  ck_assert_str_eq (out->str, expected);
  assert_parses (out->str);
}

TEST (json_double__has_the_shortest_digits)
{
  assert_double (100, "100");
  assert_double (0.1, "0.1");
  assert_double (200.0 / 3, "66.66666666666667");
  assert_double (1e300, "1e+300");
  assert_double (5e-324, "4.94065645841247e-324");
  assert_double (INFINITY, "\"Infinity\"");
}

static void
assert_string (const char *text, gsize length, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);
  JsonPrinter printer = json_printer (out);

  json_string_length (&printer, NULL, text, length);
  ck_assert_str_eq (out->str, expected);
  assert_parses (out->str);
}

TEST (json_string__escapes_what_it_must)
{
  assert_string ("a\"b\\c/", 6, "\"a\\\"b\\\\c/\"");
  assert_string ("\n\t\r\033\0x", 6, "\"\\n\\t\\u000d\\u001b\\u0000x\"");
  assert_string ("\xc2\x9b\xe2\x80\xae", 5, "\"\\u009b\\u202e\"");
  assert_string ("a\xff", 2, "\"a\xef\xbf\xbd\"");
  assert_string ("中🎉", 7, "\"中🎉\"");
}

static void
assert_value (ColumnType base, Value value, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);
  g_autoptr (Arena) scratch = arena_new ();
  const TypeSpec type = { .base = base };
  JsonPrinter printer = json_printer (out);

  json_value (&printer, NULL, &type, &value, scratch);
  ck_assert_str_eq (out->str, expected);
  assert_parses (out->str);
}

TEST (json_value__keeps_every_digit)
{
  assert_value (COLUMN_TYPE_BIGINT, value_integer (9007199254740993), "9007199254740993");
  assert_value (COLUMN_TYPE_BIGINT, value_integer (G_MININT64), "-9223372036854775808");
  assert_value (COLUMN_TYPE_DECIMAL, value_string ("-12.50"), "\"-12.50\"");
  assert_value (COLUMN_TYPE_DOUBLE, value_double (0.1), "0.1");
}

TEST (json_value__speaks_of_types)
{
  assert_value (COLUMN_TYPE_BOOLEAN, value_integer (1), "true");
  assert_value (COLUMN_TYPE_BOOLEAN, value_integer (0), "false");
  assert_value (COLUMN_TYPE_TEXT, VALUE_NULL_INIT, "null");
  assert_value (COLUMN_TYPE_TEXT, value_string ("null"), "\"null\"");
  assert_value (COLUMN_TYPE_BLOB, value_text ("\0\377", 2), "\"0x00ff\"");
}

TEST (json_value__embeds_json)
{
  assert_value (COLUMN_TYPE_JSON, value_string ("{\"a\":[1,\"\xc2\x9b\"]}"),
                "{\"a\":[1,\"\\u009b\"]}");
  assert_value (COLUMN_TYPE_JSON, value_string ("{broken"), "\"{broken\"");
}

TEST_MAIN ("report/json_printer", json_printer__lays_out_blocks_and_lines,
           json_double__has_the_shortest_digits, json_string__escapes_what_it_must,
           json_value__keeps_every_digit, json_value__speaks_of_types,
           json_value__embeds_json)
