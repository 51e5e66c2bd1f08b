/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "model/value.h"
#include "testing.h"

TEST (value_equal__is_equality_of_kind_and_content)
{
  const Value values[] = {
    VALUE_NULL_INIT,         value_integer (0),         value_integer (-1),
    value_double (0.0),      value_double (1.5),        value_string (""),
    value_string ("a"),      value_text ("a\0b", 3),    value_text ("a\0c", 3),
    value_string ("zażółć"), value_string ("12345678"), value_string ("123456789"),
  };

  for (guint i = 0; i < G_N_ELEMENTS (values); i++)
    for (guint j = 0; j < G_N_ELEMENTS (values); j++)
      ck_assert_int_eq (value_equal (&values[i], &values[j]), i == j);
}

TEST (value_equal__does_not_look_at_where_text_lies)
{
  char a[] = "same text", b[] = "same text";
  Value x = value_string (a), y = value_string (b);

  ck_assert (value_equal (&x, &y));
  ck_assert_uint_eq (value_hash (&x), value_hash (&y));
}

TEST (value_hash__is_equal_for_both_zeros)
{
  Value x = value_double (0.0), y = value_double (-0.0);

  ck_assert (value_equal (&x, &y));
  ck_assert_uint_eq (value_hash (&x), value_hash (&y));
}

TEST (value_hash__spreads_small_differences)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);
  Value null = VALUE_NULL_INIT;

  g_hash_table_add (seen, GUINT_TO_POINTER (value_hash (&null)));
  for (gint64 i = -2000; i < 2000; i++)
    {
      g_autofree char *text = g_strdup_printf ("user%" G_GINT64_FORMAT "@example.com", i);
      Value integer = value_integer (i), real = value_double ((double) i + 0.5);
      Value string = value_string (text);

      g_hash_table_add (seen, GUINT_TO_POINTER (value_hash (&integer)));
      g_hash_table_add (seen, GUINT_TO_POINTER (value_hash (&real)));
      g_hash_table_add (seen, GUINT_TO_POINTER (value_hash (&string)));
    }
  /* Of 12001 values into 32 bits hardly any may meet. */
  ck_assert_uint_ge (g_hash_table_size (seen), 11990);
}

TEST (value_string__gives_null_for_nothing)
{
  Value value = value_string (NULL);

  ck_assert (value_is_null (&value));
}

TEST (value_copy__owns_its_text)
{
  g_autoptr (Arena) arena = arena_new ();
  char text[] = "a\0b";
  Value value = value_text (text, 3), integer = value_integer (7), copy;

  copy = value_copy (arena, &value);
  ck_assert_ptr_ne (copy.text.bytes, text);
  ck_assert_mem_eq (copy.text.bytes, "a\0b", 4);
  copy = value_copy (arena, &integer);
  ck_assert (value_equal (&copy, &integer));
}

TEST_MAIN ("model/value", value_equal__is_equality_of_kind_and_content,
           value_equal__does_not_look_at_where_text_lies,
           value_hash__is_equal_for_both_zeros, value_hash__spreads_small_differences,
           value_string__gives_null_for_nothing, value_copy__owns_its_text)
