/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/diagnostic.h"
#include "testing.h"

static const char *const NAMES[]
    = { "display_name", "email", "id", "name", "zażółć", "TEXT", "a", NULL };

static const struct
{
  const char *name;
  const char *nearest;
} CASES[] = {
  { "nmae", "name" },  /* two neighbours swapped */
  { "nam", "name" },   /* one missing */
  { "namee", "name" }, /* one too many */
  { "nume", "name" },  /* one other */
  { "name", "name" },  /* none */
  { "NAME", "name" },  /* case */
  { "dispaly_nmae", "display_name" },
  { "display-name", "display_name" },
  { "zażolć", "zażółć" },
  { "text", "TEXT" },
  { "ixd", "id" },
  { "address", NULL },
  { "xx", NULL },
  { "b", NULL }, /* nothing in common with "a" */
  { "", NULL },
  { NULL, NULL },
  { "\xff", NULL },
  { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
    NULL },
};

TEST (nearest_name__finds_typing_errors)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const char *nearest = nearest_name (CASES[i].name, NAMES);

      ck_assert_msg (g_strcmp0 (nearest, CASES[i].nearest) == 0, "%s: %s instead of %s",
                     CASES[i].name, nearest, CASES[i].nearest);
    }
}

TEST (nearest_name__takes_the_first_of_equally_near_ones)
{
  static const char *const LIST[] = { "colour", "colours", "color", NULL };

  ck_assert_str_eq (nearest_name ("colou", LIST), "colour");
}

TEST (nearest_name__finds_nothing_in_an_empty_list)
{
  static const char *const LIST[] = { NULL };

  ck_assert_ptr_null (nearest_name ("name", LIST));
}

TEST_MAIN ("model/nearest_name", nearest_name__finds_typing_errors,
           nearest_name__takes_the_first_of_equally_near_ones,
           nearest_name__finds_nothing_in_an_empty_list)
