/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "type_testing.h"

/* A text that reads, and how it is written again. */
static const struct
{
  const TypeSpec *type;
  const char *text;
  const char *canonical;
} GOOD[] = {
  { &TEXT, "", "" },
  { &TEXT, " zażółć gęślą ", " zażółć gęślą " },
  { &TEXT, "null", "null" },
  { &VARCHAR, "żółty", "żółty" },
  { &VARCHAR, "ab   ", "ab   " },
  { &CHAR, "ab", "ab" },
  { &CHAR, "ab   ", "ab" },
  { &CHAR, "   ", "" },
  { &CHAR, " ąę", " ąę" },
  { &INTEGER, "-2147483648", "-2147483648" },
  { &INTEGER, "+2147483647", "2147483647" },
  { &INTEGER, "007", "7" },
  { &BIGINT, "9223372036854775807", "9223372036854775807" },
  { &BIGINT, "-9223372036854775808", "-9223372036854775808" },
  { &DOUBLE, "1.50", "1.5" },
  { &DOUBLE, "-0", "0" },
  { &DOUBLE, "1e20", "1e+20" },
  { &DECIMAL, "1.5", "1.50" },
  { &DECIMAL, "-9999.99", "-9999.99" },
  { &DECIMAL, "-0.000", "0.00" },
  { &ANY_DECIMAL, "12.500", "12.5" },
  { &BOOLEAN, "true", "true" },
  { &BOOLEAN, "YES", "true" },
  { &BOOLEAN, "On", "true" },
  { &BOOLEAN, "1", "true" },
  { &BOOLEAN, "False", "false" },
  { &BOOLEAN, "no", "false" },
  { &BOOLEAN, "off", "false" },
  { &BOOLEAN, "0", "false" },
  { &TIMESTAMP, "2026-11-22 10:00", "2026-11-22T10:00:00" },
  { &TIMESTAMP, "2026-11-22T10:00:00.120", "2026-11-22T10:00:00.12" },
  { &TIMESTAMPTZ, "2026-11-22 01:00+02", "2026-11-21T23:00:00Z" },
  { &TIMESTAMPTZ, "2026-11-22T01:00:00", "2026-11-22T01:00:00Z" },
  { &DATE, "2024-02-29", "2024-02-29" },
  { &TIME, "10:00", "10:00:00" },
  { &TIME, "10:00:00.000001", "10:00:00.000001" },
  { &JSON, "{\"b\": 1.0, \"a\": null}", "{\"a\":null,\"b\":1.0}" },
  { &JSON, "null", "null" },
  { &UUID, "01234567-89AB-cdef-0123-456789ABCDEF",
    "01234567-89ab-cdef-0123-456789abcdef" },
  { &BLOB, "0x", "0x" },
  { &BLOB, "0x00FFab", "0x00ffab" },
  { &ENUM, "żółty", "żółty" },
};

/* A text that does not, and what is said of it. */
static const struct
{
  const TypeSpec *type;
  const char *text;
  const char *message;
} BAD[] = {
  { &TEXT, "a\xff", "expected a TEXT, got 'a\\xff': the bytes are not valid UTF-8" },
  { &VARCHAR, "żółtyx", "expected a VARCHAR(5), got 'żółtyx': it has 6 characters" },
  { &VARCHAR, "a     ", "expected a VARCHAR(5), got 'a     ': it has 6 characters" },
  { &CHAR, "abcd", "expected a CHAR(3), got 'abcd': it has 4 characters" },
  { &INTEGER, "abc", "expected an INTEGER, got 'abc'" },
  { &INTEGER, "", "expected an INTEGER, got ''" },
  { &INTEGER, "1.0", "expected an INTEGER, got '1.0'" },
  { &INTEGER, " 1", "expected an INTEGER, got ' 1'" },
  { &INTEGER, "2147483648",
    "expected an INTEGER, got '2147483648': it goes from -2147483648 to 2147483647" },
  { &INTEGER, "-2147483649",
    "expected an INTEGER, got '-2147483649': it goes from -2147483648 to 2147483647" },
  { &BIGINT, "9223372036854775808",
    "expected a BIGINT, got '9223372036854775808': it goes from -9223372036854775808 to "
    "9223372036854775807" },
  { &DOUBLE, "nan", "expected a DOUBLE, got 'nan'" },
  { &DOUBLE, ".inf", "expected a DOUBLE, got '.inf'" },
  { &DOUBLE, "1e999", "expected a DOUBLE, got '1e999': it is out of range" },
  { &DECIMAL, "1.234",
    "expected a DECIMAL(6,2), got '1.234': too many digits after the point" },
  { &DECIMAL, "12345",
    "expected a DECIMAL(6,2), got '12345': too many digits before the point" },
  { &DECIMAL, "1e2", "expected a DECIMAL(6,2), got '1e2'" },
  { &BOOLEAN, "2", "expected a BOOLEAN, got '2'" },
  { &BOOLEAN, "t", "expected a BOOLEAN, got 't'" },
  { &BOOLEAN, "", "expected a BOOLEAN, got ''" },
  { &TIMESTAMP, "2026-11-22T10:00:00Z",
    "expected a TIMESTAMP, got '2026-11-22T10:00:00Z': it has no zone; TIMESTAMPTZ has" },
  { &TIMESTAMP, "2026-02-30T10:00",
    "expected a TIMESTAMP, got '2026-02-30T10:00': the month has no such day" },
  { &TIMESTAMPTZ, "0001-01-01T00:00:00+01:00",
    "expected a TIMESTAMPTZ, got '0001-01-01T00:00:00+01:00': in UTC it is before the year "
    "0001" },
  { &DATE, "2026-1-1", "expected a DATE, got '2026-1-1': a date is YYYY-MM-DD" },
  { &TIME, "23:59:60", "expected a TIME, got '23:59:60': leap seconds cannot be stored" },
  { &JSON, "{a:1}", "expected a JSON, got '{a:1}': a key in quotes is missing" },
  { &UUID, "01234567-89ab-cdef-0123-456789abcde",
    "expected a UUID, got '01234567-89ab-cdef-0123-456789abcde'" },
  { &UUID, "0123456-789ab-cdef-0123-456789abcdef",
    "expected a UUID, got '0123456-789ab-cdef-0123-456789abcdef'" },
  { &UUID, "g1234567-89ab-cdef-0123-456789abcdef",
    "expected a UUID, got 'g1234567-89ab-cdef-0123-456789abcdef'" },
  { &BLOB, "abc",
    "expected a BLOB, got 'abc': bytes are written as 0x and pairs of hexadecimal digits" },
  { &BLOB, "0xabc",
    "expected a BLOB, got '0xabc': bytes are written as 0x and pairs of hexadecimal digits" },
  { &BLOB, "0xgg",
    "expected a BLOB, got '0xgg': bytes are written as 0x and pairs of hexadecimal digits" },
  { &ENUM, "blue", "expected an ENUM(red,zielony,żółty), got 'blue'" },
  { &ENUM, "RED", "expected an ENUM(red,zielony,żółty), got 'RED'" },
};

TEST (type_parse__reads_what_type_format_writes)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (GOOD); i++)
    {
      g_autoptr (GError) error = NULL;
      Value value, again;
      const char *text;

      ck_assert (type_parse (GOOD[i].type, GOOD[i].text, strlen (GOOD[i].text), arena,
                             &value, &error));
      assert_no_error (error);
      ck_assert_uint_eq (value.kind, type_value_kind (GOOD[i].type->base));
      text = type_format (GOOD[i].type, &value, arena);
      ck_assert_str_eq (text, GOOD[i].canonical);
      ck_assert (type_parse (GOOD[i].type, text, strlen (text), arena, &again, &error));
      ck_assert (value_equal (&value, &again));
      ck_assert (type_check (GOOD[i].type, &value, &error));
      ck_assert_int_eq (type_compare (GOOD[i].type, &value, &again), 0);
    }
}

TEST (type_parse__says_what_it_expected)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (BAD); i++)
    {
      g_autoptr (GError) error = NULL;
      Value value;

      ck_assert_msg (!type_parse (BAD[i].type, BAD[i].text, strlen (BAD[i].text), arena,
                                  &value, &error),
                     "%s", BAD[i].text);
      assert_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION);
      ck_assert_str_eq (error->message, BAD[i].message);
    }
}

TEST (type_parse__borrows_canonical_text)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (GOOD); i++)
    {
      Value value;

      if (g_strcmp0 (GOOD[i].text, GOOD[i].canonical) != 0 || GOOD[i].type == &BLOB)
        continue;
      ck_assert (type_parse (GOOD[i].type, GOOD[i].text, strlen (GOOD[i].text), arena,
                             &value, NULL));
      if (value.kind == VALUE_TEXT)
        ck_assert_ptr_eq (value.text.bytes, GOOD[i].text);
    }
}

TEST (type_parse__refuses_nul_in_text_but_not_in_a_blob)
{
  g_autoptr (Arena) arena = arena_new ();
  Value value;

  for (guint i = 0; i < G_N_ELEMENTS (ALL); i++)
    ck_assert (!type_parse (ALL[i], "0x\0", 3, arena, &value, NULL));
  ck_assert (type_parse (&BLOB, "0x00", 4, arena, &value, NULL));
  ck_assert_uint_eq (value.text.length, 1);
  ck_assert_int_eq (value.text.bytes[0], 0);
}

/* Texts made of what a parser looks for: many read, all must be taken calmly. */
static char *
random_text (GRand *rand, gsize *length)
{
  static const char *const PIECES[]
      = { "0", "1",  "7",       "12",         "-",     "+",       ".",    "e",  "T",
          ":", "Z",  " ",       "2026-11-22", "10:00", "{\"a\":", "}",    "[",  "]",
          ",", "\"", "\\u00e9", "ż",          "0x",    "ff",      "true", "red" };
  GString *text = g_string_new (NULL);
  guint n = (guint) g_rand_int_range (rand, 0, 6);

  for (guint i = 0; i < n; i++)
    g_string_append (text,
                     PIECES[g_rand_int_range (rand, 0, (gint32) G_N_ELEMENTS (PIECES))]);
  *length = text->len;
  return g_string_free (text, FALSE);
}

TEST (type_parse__round_trips_whatever_reads)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (20261122);
  g_autoptr (Arena) arena = arena_new ();
  guint n_read = 0;

  for (guint i = 0; i < 60000; i++)
    {
      const TypeSpec *type = ALL[i % G_N_ELEMENTS (ALL)];
      gsize length;
      g_autofree char *text = random_text (rand, &length);
      const char *written;
      Value value, again;

      arena_reset (arena);
      if (!type_parse (type, text, length, arena, &value, NULL))
        continue;
      n_read++;
      written = type_format (type, &value, arena);
      ck_assert_msg (type_parse (type, written, strlen (written), arena, &again, NULL),
                     "%s", written);
      ck_assert_msg (value_equal (&value, &again), "%s: %s", text, written);
      ck_assert_msg (type_check (type, &value, NULL), "%s", text);
    }
  ck_assert_uint_gt (n_read, 5000);
}

TEST_MAIN ("model/type_parse", type_parse__reads_what_type_format_writes,
           type_parse__says_what_it_expected, type_parse__borrows_canonical_text,
           type_parse__refuses_nul_in_text_but_not_in_a_blob,
           type_parse__round_trips_whatever_reads)
