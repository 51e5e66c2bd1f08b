/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <float.h>
#include <locale.h>
#include <math.h>
#include <string.h>

#include "model/number.h"
#include "testing.h"

TEST (number_parse_integer__reads_64_bits)
{
  static const struct
  {
    const char *text;
    NumberResult result;
    gint64 integer;
  } CASES[] = {
    { "0", NUMBER_OK, 0 },
    { "-0", NUMBER_OK, 0 },
    { "+7", NUMBER_OK, 7 },
    { "007", NUMBER_OK, 7 },
    { "9223372036854775807", NUMBER_OK, G_MAXINT64 },
    { "-9223372036854775808", NUMBER_OK, G_MININT64 },
    { "9223372036854775808", NUMBER_OUT_OF_RANGE, 0 },
    { "-9223372036854775809", NUMBER_OUT_OF_RANGE, 0 },
    { "99999999999999999999", NUMBER_OUT_OF_RANGE, 0 },
    { "18446744073709551616", NUMBER_OUT_OF_RANGE, 0 },
    { "", NUMBER_MALFORMED, 0 },
    { "-", NUMBER_MALFORMED, 0 },
    { "+-1", NUMBER_MALFORMED, 0 },
    { "1.0", NUMBER_MALFORMED, 0 },
    { " 1", NUMBER_MALFORMED, 0 },
    { "1 ", NUMBER_MALFORMED, 0 },
    { "0x1", NUMBER_MALFORMED, 0 },
    { "1_000", NUMBER_MALFORMED, 0 },
    { "١", NUMBER_MALFORMED, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      gint64 integer = 0;

      ck_assert_msg (
          number_parse_integer (CASES[i].text, strlen (CASES[i].text), &integer)
              == CASES[i].result,
          "%s", CASES[i].text);
      ck_assert_int_eq (integer, CASES[i].integer);
    }
}

TEST (number_format_integer__is_what_printf_writes)
{
  static const gint64 CASES[]
      = { 0, 7, -7, 10, 99, -100, G_MAXINT32, G_MININT32, G_MAXINT64, G_MININT64 };
  char buffer[NUMBER_INTEGER_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *expected = g_strdup_printf ("%" G_GINT64_FORMAT, CASES[i]);

      ck_assert_str_eq (number_format_integer (CASES[i], buffer), expected);
    }
}

TEST (number_parse_double__wants_digits_around_the_point)
{
  static const struct
  {
    const char *text;
    NumberResult result;
    double real;
  } CASES[] = {
    { "0", NUMBER_OK, 0.0 },
    { "-0.0e5", NUMBER_OK, 0.0 },
    { "1.5", NUMBER_OK, 1.5 },
    { "+1.5e1", NUMBER_OK, 15.0 },
    { "-1E-2", NUMBER_OK, -0.01 },
    { "1e+2", NUMBER_OK, 100.0 },
    { "5e-324", NUMBER_OK, 5e-324 },
    { "1.7976931348623157e308", NUMBER_OK, DBL_MAX },
    { "1e309", NUMBER_OUT_OF_RANGE, 0 },
    { "-1e309", NUMBER_OUT_OF_RANGE, 0 },
    { "1e-400", NUMBER_OUT_OF_RANGE, 0 },
    { "0e-400", NUMBER_OK, 0 },
    { "", NUMBER_MALFORMED, 0 },
    { ".5", NUMBER_MALFORMED, 0 },
    { "5.", NUMBER_MALFORMED, 0 },
    { "1e", NUMBER_MALFORMED, 0 },
    { "1e+", NUMBER_MALFORMED, 0 },
    { "1,5", NUMBER_MALFORMED, 0 },
    { "nan", NUMBER_MALFORMED, 0 },
    { "inf", NUMBER_MALFORMED, 0 },
    { "-Infinity", NUMBER_MALFORMED, 0 },
    { "0x1p3", NUMBER_MALFORMED, 0 },
    { " 1", NUMBER_MALFORMED, 0 },
    { "1 ", NUMBER_MALFORMED, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      double real = 0.0;

      ck_assert_msg (number_parse_double (CASES[i].text, strlen (CASES[i].text), &real)
                         == CASES[i].result,
                     "%s", CASES[i].text);
      if (CASES[i].result == NUMBER_OK)
        {
          ck_assert_msg (real == CASES[i].real, "%s", CASES[i].text);
          ck_assert (real != 0.0 || !signbit (real));
        }
    }
}

TEST (number_format_double__is_the_shortest_text)
{
  static const struct
  {
    double real;
    const char *text;
  } CASES[] = {
    { 0.0, "0" },
    { -0.0, "0" },
    { 0.1, "0.1" },
    { 1.0 / 3.0, "0.3333333333333333" },
    { 100.0, "100" },
    { 1e20, "1e+20" },
    { 1e-7, "1e-07" },
    { 5e-324, "5e-324" },
    { DBL_MIN, "2.2250738585072014e-308" },
    { DBL_MAX, "1.7976931348623157e+308" },
    { 0.1 + 0.2, "0.30000000000000004" },
    { 9007199254740993.0, "9007199254740992" },
    { -123.25, "-123.25" },
  };
  char buffer[NUMBER_DOUBLE_SIZE];

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    ck_assert_str_eq (number_format_double (CASES[i].real, buffer), CASES[i].text);
}

static double
random_double (GRand *rand)
{
  guint64 bits = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);
  double real;

  memcpy (&real, &bits, sizeof real);
  return isfinite (real) ? real : 0.5;
}

TEST (number_parse_double__reads_back_what_was_formatted)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (42);
  char buffer[NUMBER_DOUBLE_SIZE];

  for (guint i = 0; i < 20000; i++)
    {
      double real = random_double (rand), back = 0.0;

      number_format_double (real, buffer);
      ck_assert (number_parse_double (buffer, strlen (buffer), &back) == NUMBER_OK);
      ck_assert_msg (back == real, "%s", buffer);
    }
}

TEST (number_format_double__does_not_ask_the_locale)
{
  char buffer[NUMBER_DOUBLE_SIZE];
  double real = 0.0;

  /* Where the locale is not installed this shows nothing, and passes. */
  setlocale (LC_ALL, "de_DE.UTF-8");
  ck_assert_str_eq (number_format_double (1.5, buffer), "1.5");
  ck_assert (number_parse_double ("1.5", 3, &real) == NUMBER_OK && real == 1.5);
  setlocale (LC_ALL, "C");
}

TEST_MAIN ("model/number", number_parse_integer__reads_64_bits,
           number_format_integer__is_what_printf_writes,
           number_parse_double__wants_digits_around_the_point,
           number_format_double__is_the_shortest_text,
           number_parse_double__reads_back_what_was_formatted,
           number_format_double__does_not_ask_the_locale)
