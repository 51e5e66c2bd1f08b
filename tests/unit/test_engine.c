/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of engines.
 */
#include "config.h"

#include "engine/engine.h"

#include "testing.h"

TEST (engines__have_names_by_which_they_are_found)
{
  const Engine *const *engines = engine_list ();

  ck_assert_ptr_nonnull (engines[0]);
  for (guint i = 0; engines[i] != NULL; i++)
    ck_assert_ptr_eq (engine_find (engines[i]->name), engines[i]);
  ck_assert_ptr_null (engine_find ("oracle"));
}

TEST (memory__is_always_there)
{
  ck_assert_ptr_nonnull (engine_find ("memory"));
}

TEST (close__of_nothing_is_nothing)
{
  engine_close (NULL);
}

TEST_MAIN ("engine/engine", engines__have_names_by_which_they_are_found,
           memory__is_always_there, close__of_nothing_is_nothing)
