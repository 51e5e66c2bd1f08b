/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <math.h>

#include "type_testing.h"

TEST (type_format__writes_null)
{
  g_autoptr (Arena) arena = arena_new ();
  Value null = VALUE_NULL_INIT;

  for (guint i = 0; i < G_N_ELEMENTS (ALL); i++)
    ck_assert_str_eq (type_format (ALL[i], &null, arena), "null");
}

TEST (type_check__lets_null_through_everywhere)
{
  Value null = VALUE_NULL_INIT;

  for (guint i = 0; i < G_N_ELEMENTS (ALL); i++)
    ck_assert (type_check (ALL[i], &null, NULL));
}

TEST (type_check__refuses_what_is_not_canonical_or_does_not_fit)
{
  const struct
  {
    const TypeSpec *type;
    Value value;
  } cases[] = {
    { &TEXT, value_integer (1) },
    { &TEXT, value_text ("a\0b", 3) },
    { &TEXT, value_string ("\xc3") },
    { &VARCHAR, value_string ("123456") },
    { &CHAR, value_string ("a ") },
    { &INTEGER, value_integer (G_GINT64_CONSTANT (2147483648)) },
    { &INTEGER, value_double (1.0) },
    { &BOOLEAN, value_integer (2) },
    { &DOUBLE, value_double (HUGE_VAL) },
    { &DOUBLE, value_double (g_ascii_strtod ("nan", NULL)) },
    { &DECIMAL, value_string ("1.5") },
    { &DECIMAL, value_string ("12345.00") },
    { &TIMESTAMP, value_string ("2026-11-22 10:00:00") },
    { &TIMESTAMPTZ, value_string ("2026-11-22T10:00:00+00") },
    { &TIME, value_string ("10:00") },
    { &JSON, value_string ("[1, 2]") },
    { &UUID, value_string ("01234567-89AB-cdef-0123-456789ABCDEF") },
    { &ENUM, value_string ("blue") },
    { &BLOB, value_integer (0) },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      ck_assert (!type_check (cases[i].type, &cases[i].value, &error));
      assert_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION);
    }
}

TEST (type_compare__follows_the_order_of_the_type)
{
  static const struct
  {
    const TypeSpec *type;
    const char *smaller, *larger;
  } CASES[] = {
    { &INTEGER, "-5", "3" },
    { &BIGINT, "9", "10" },
    { &DOUBLE, "-1.5", "1e-9" },
    { &DECIMAL, "-10.00", "-9.99" },
    { &DECIMAL, "9.99", "10.00" },
    { &BOOLEAN, "false", "true" },
    { &TEXT, "", "a" },
    { &TEXT, "Z", "a" },
    { &TEXT, "a", "aa" },
    { &TEXT, "z", "ż" },
    { &TIMESTAMP, "2026-01-01T00:00:00", "2026-01-01T00:00:00.5" },
    { &TIMESTAMPTZ, "2026-01-01T00:00:00Z", "2026-01-01T00:00:00.5Z" },
    { &TIMESTAMPTZ, "2026-01-01T00:00:00.45Z", "2026-01-01T00:00:00.5Z" },
    { &TIMESTAMPTZ, "2026-01-01T00:00:00.9Z", "2026-01-01T00:00:01Z" },
    { &DATE, "0999-12-31", "2026-01-01" },
    { &TIME, "09:59:59.999999", "10:00:00" },
    { &BLOB, "0x00", "0x0000" },
    { &BLOB, "0x7f", "0x80" },
  };
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      Value a, b;

      ck_assert (type_parse (CASES[i].type, CASES[i].smaller, strlen (CASES[i].smaller),
                             arena, &a, NULL));
      ck_assert (type_parse (CASES[i].type, CASES[i].larger, strlen (CASES[i].larger),
                             arena, &b, NULL));
      ck_assert_msg (type_compare (CASES[i].type, &a, &b) < 0, "%s", CASES[i].smaller);
      ck_assert (type_compare (CASES[i].type, &b, &a) > 0);
    }
}

TEST (type_compare__takes_text_that_is_no_decimal)
{
  Value a = value_string ("a"), b = value_string ("b");

  ck_assert_int_lt (type_compare (&DECIMAL, &a, &b), 0);
}

TEST_MAIN ("model/type_io", type_format__writes_null,
           type_check__lets_null_through_everywhere,
           type_check__refuses_what_is_not_canonical_or_does_not_fit,
           type_compare__follows_the_order_of_the_type,
           type_compare__takes_text_that_is_no_decimal)
