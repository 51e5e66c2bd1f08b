/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "model/decimal.h"
#include "testing.h"

TEST (decimal_write__is_canonical)
{
  static const struct
  {
    const char *text;
    guint precision, scale;
    const char *canonical; /* NULL: does not read or fit */
  } CASES[] = {
    { "0", 0, 0, "0" },
    { "-0", 0, 0, "0" },
    { "-0.00", 0, 0, "0" },
    { "-0.00", 4, 2, "0.00" },
    { "+1.50", 0, 0, "1.5" },
    { "1.50", 4, 2, "1.50" },
    { "1.5", 4, 2, "1.50" },
    { "01.5", 4, 2, "1.50" },
    { "1.500", 4, 2, "1.50" },
    { "-0012.500", 0, 0, "-12.5" },
    { "100", 3, 0, "100" },
    { "100.0", 3, 0, "100" },
    { "00", 2, 0, "0" },
    { "99.99", 4, 2, "99.99" },
    { "100", 4, 2, NULL },
    { "0.001", 4, 2, NULL },
    { "0.99", 2, 2, "0.99" },
    { "1", 2, 2, NULL },
    { "1", 2, 3, NULL }, /* nonsense sizes must not wrap around */
    { "123456789012345678901234567890.123456789012345678901234567890", 0, 0,
      "123456789012345678901234567890.12345678901234567890123456789" },
    { "", 0, 0, NULL },
    { "-", 0, 0, NULL },
    { ".5", 0, 0, NULL },
    { "5.", 0, 0, NULL },
    { "1e2", 0, 0, NULL },
    { "1.2.3", 0, 0, NULL },
    { " 1", 0, 0, NULL },
    { "--1", 0, 0, NULL },
  };
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const char *text = CASES[i].text;
      Decimal decimal;
      gboolean ok
          = decimal_read (text, strlen (text), &decimal)
            && decimal_problem (&decimal, CASES[i].precision, CASES[i].scale) == NULL;
      Value value;

      ck_assert_msg (ok == (CASES[i].canonical != NULL), "%s", text);
      if (!ok)
        continue;
      value = decimal_write (&decimal, CASES[i].precision, CASES[i].scale, text,
                             strlen (text), arena);
      ck_assert_uint_eq (value.text.length, strlen (CASES[i].canonical));
      ck_assert_mem_eq (value.text.bytes, CASES[i].canonical, value.text.length);
      ck_assert_int_eq (value.text.bytes == text, strcmp (text, CASES[i].canonical) == 0);
    }
}

TEST (decimal_compare__orders_by_size)
{
  static const char *const ORDERED[] = {
    "-1000000000000000000000000",
    "-10.5",
    "-10",
    "-9.99",
    "-0.5",
    "-0.05",
    "0",
    "0.001",
    "0.01",
    "0.1",
    "0.11",
    "1",
    "1.0000000000000000000000001",
    "9",
    "10",
    "123456789012345678",
  };

  for (int i = 0; i < (int) G_N_ELEMENTS (ORDERED); i++)
    for (int j = 0; j < (int) G_N_ELEMENTS (ORDERED); j++)
      {
        Decimal a, b;
        int order;

        ck_assert (decimal_read (ORDERED[i], strlen (ORDERED[i]), &a));
        ck_assert (decimal_read (ORDERED[j], strlen (ORDERED[j]), &b));
        order = decimal_compare (&a, &b);
        ck_assert_msg ((order > 0) - (order < 0) == (i > j) - (i < j), "%s %s",
                       ORDERED[i], ORDERED[j]);
      }
}

TEST (decimal_compare__does_not_see_zeros_that_mean_nothing)
{
  Decimal a, b;

  ck_assert (decimal_read ("-001.50", 7, &a) && decimal_read ("-1.5", 4, &b));
  ck_assert_int_eq (decimal_compare (&a, &b), 0);
  ck_assert (decimal_read ("-0.0", 4, &a) && decimal_read ("0", 1, &b));
  ck_assert_int_eq (decimal_compare (&a, &b), 0);
}

TEST (decimal_expand__writes_the_exponent_out)
{
  static const struct
  {
    const char *number;
    const char *expanded; /* NULL: refused */
  } CASES[] = {
    { "0", "0" },         { "-0", "0" },       { "-0.0", "0.0" },
    { "12", "12" },       { "1.50", "1.50" },  { "1e2", "100" },
    { "1E+2", "100" },    { "1.5e0", "1.5" },  { "1.50e3", "1500" },
    { "1.50e1", "15.0" }, { "1e-2", "0.01" },  { "-12.5e-3", "-0.0125" },
    { "0.05e1", "0.5" },  { "0.05e2", "5" },   { "0e2", "0" },
    { "0.0e3", "0" },     { "0.5e4", "5000" }, { "100e-2", "1.00" },
    { "1e401", NULL },    { "1e-401", NULL },  { "1e99999999999999999999", NULL },
    { "123", "123" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GString) out = g_string_new ("[");
      gboolean ok = decimal_expand (CASES[i].number, strlen (CASES[i].number), out);

      ck_assert_msg (ok == (CASES[i].expanded != NULL), "%s", CASES[i].number);
      if (ok)
        ck_assert_str_eq (out->str + 1, CASES[i].expanded);
    }
}

TEST (decimal_expand__goes_up_to_four_hundred_digits)
{
  g_autoptr (GString) out = g_string_new (NULL);

  ck_assert (decimal_expand ("1e400", 5, out));
  ck_assert_uint_eq (out->len, 401);
  g_string_truncate (out, 0);
  ck_assert (decimal_expand ("1e-400", 6, out));
  ck_assert_uint_eq (out->len, 402);
}

TEST_MAIN ("model/decimal", decimal_write__is_canonical, decimal_compare__orders_by_size,
           decimal_compare__does_not_see_zeros_that_mean_nothing,
           decimal_expand__writes_the_exponent_out,
           decimal_expand__goes_up_to_four_hundred_digits)
