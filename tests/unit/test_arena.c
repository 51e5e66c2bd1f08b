/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "model/arena.h"
#include "testing.h"

static gboolean
is_zero (const guchar *bytes, gsize size)
{
  for (gsize i = 0; i < size; i++)
    if (bytes[i] != 0)
      return FALSE;
  return TRUE;
}

TEST (arena_alloc__gives_zeroed_aligned_memory_of_any_size)
{
  static const gsize SIZES[] = { 0, 1, 15, 16, 17, 100, 2048, 2049, 5000, 3000000 };
  g_autoptr (Arena) arena = arena_new ();

  for (guint round = 0; round < 200; round++)
    for (guint i = 0; i < G_N_ELEMENTS (SIZES); i++)
      {
        guchar *bytes;

        if (SIZES[i] > 5000 && round > 2)
          continue;
        bytes = arena_alloc (arena, SIZES[i]);
        ck_assert_ptr_nonnull (bytes);
        ck_assert_uint_eq ((guintptr) bytes % 16, 0);
        ck_assert (is_zero (bytes, SIZES[i]));
        memset (bytes, 0xaa, SIZES[i]);
      }
}

TEST (arena_alloc__gives_places_that_do_not_overlap)
{
  g_autoptr (Arena) arena = arena_new ();
  char *blocks[1000];

  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      blocks[i] = arena_alloc (arena, i % 300 + 1);
      memset (blocks[i], (int) (i % 100), i % 300 + 1);
    }
  for (guint i = 0; i < G_N_ELEMENTS (blocks); i++)
    {
      char expected[300];

      memset (expected, (int) (i % 100), sizeof expected);
      ck_assert (memcmp (blocks[i], expected, i % 300 + 1) == 0);
    }
}

TEST (arena_reset__lets_the_memory_be_used_again)
{
  g_autoptr (Arena) arena = arena_new ();

  arena_reset (arena);
  for (guint round = 0; round < 100; round++)
    {
      for (guint i = 0; i < 100; i++)
        {
          char *bytes = arena_alloc (arena, 64);

          ck_assert_int_eq (bytes[63], 0);
          bytes[63] = 1;
        }
      arena_alloc (arena, 100000);
      arena_reset (arena);
    }
}

TEST (arena_free__takes_nothing)
{
  arena_free (NULL);
}

TEST (arena_strdup__copies_or_stays_null)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text = "zażółć";
  char *copy = arena_strdup (arena, text);

  ck_assert_str_eq (copy, text);
  ck_assert_ptr_ne (copy, text);
  ck_assert_ptr_null (arena_strdup (arena, NULL));
}

TEST (arena_strndup__keeps_nul_bytes_and_ends_in_one)
{
  g_autoptr (Arena) arena = arena_new ();
  char *copy = arena_strndup (arena, "a\0bc", 3);

  ck_assert_mem_eq (copy, "a\0b", 4);
  ck_assert_str_eq (arena_strndup (arena, NULL, 0), "");
}

TEST (arena_printf__formats_any_length)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *big = g_strnfill (10000, 'x');

  ck_assert_str_eq (arena_printf (arena, "%s-%d", "a", 7), "a-7");
  ck_assert_uint_eq (strlen (arena_printf (arena, "%s%s", big, big)), 20000);
}

TEST (arena_strv__copies_a_list)
{
  static const char *const NAMES[] = { "a", "", "bé", NULL };
  g_autoptr (Arena) arena = arena_new ();
  const char *const *copy = arena_strv (arena, NAMES);

  ck_assert_ptr_ne (copy[0], NAMES[0]);
  ck_assert (g_strv_equal (copy, NAMES));
  ck_assert_ptr_null (arena_strv (arena, NAMES + 3)[0]);
}

TEST (arena_ptr_array__copies_pointers_and_ends_in_null)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) array = g_ptr_array_new ();
  gpointer *copy = arena_ptr_array (arena, array);
  int x, y;

  ck_assert_ptr_null (copy[0]);
  g_ptr_array_add (array, &x);
  g_ptr_array_add (array, &y);
  copy = arena_ptr_array (arena, array);
  ck_assert_ptr_eq (copy[0], &x);
  ck_assert_ptr_eq (copy[1], &y);
  ck_assert_ptr_null (copy[2]);
}

TEST_MAIN ("model/arena", arena_alloc__gives_zeroed_aligned_memory_of_any_size,
           arena_alloc__gives_places_that_do_not_overlap,
           arena_reset__lets_the_memory_be_used_again, arena_free__takes_nothing,
           arena_strdup__copies_or_stays_null,
           arena_strndup__keeps_nul_bytes_and_ends_in_one,
           arena_printf__formats_any_length, arena_strv__copies_a_list,
           arena_ptr_array__copies_pointers_and_ends_in_null)
