/* SPDX-License-Identifier: Apache-2.0
 *
 * Which migrations may be under way together.
 */
#include "config.h"

#include "runner/overlap.h"

#include "fixture.h"
#include "model/error.h"
#include "testing.h"

/* A file that makes that change to `users` (a, b, c) and `orders` (a). */
static Fixture *
migration_of (const char *change)
{
  g_autofree char *yaml = g_strconcat (
      "tables:\n"
      "  - name: users\n"
      "    columns:\n"
      "      - { name: id, type: INTEGER, nullable: false, primary_key: true }\n"
      "      - { name: a, type: TEXT }\n"
      "      - { name: b, type: TEXT }\n"
      "      - { name: c, type: TEXT }\n"
      "  - name: orders\n"
      "    columns:\n"
      "      - { name: id, type: INTEGER, nullable: false, primary_key: true }\n"
      "      - { name: a, type: TEXT }\n"
      "change:\n",
      change, NULL);

  return fixture_new (yaml);
}

/* Where a name is always the same table. */
static const SqlEngine one_schema = { .name = "test" };
static SqlConnection anywhere = { .engine = &one_schema };

/* NULL: both may go on; else what is said. */
static char *
overlap (const char *one, const char *other)
{
  g_autoptr (Fixture) a = migration_of (one);
  g_autoptr (Fixture) b = migration_of (other);
  g_autoptr (GPtrArray) others = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  OtherRun run = { .plan = b->plan };
  g_ptr_array_add (others, &run);
  if (overlap_check (&anywhere, a->plan, others, &error))
    return NULL;
  assert_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT);
  return g_strdup (error->message);
}

static void
assert_both_ways (const char *one, const char *other, const char *named)
{
  g_autofree char *there = overlap (one, other);
  g_autofree char *back = overlap (other, one);

  if (named == NULL)
    {
      ck_assert_msg (there == NULL, "%s", there);
      ck_assert_msg (back == NULL, "%s", back);
      return;
    }
  assert_has (there, named);
  assert_has (there, "'T-1'");
  assert_has (back, named);
}

#define ADD(table, name, from)                                                   \
  "  table: " table "\n  add_column: { column: { name: " name ", type: TEXT }, " \
  "from: " from " }\n"
#define DROP(table, name) "  table: " table "\n  drop_column: { column: " name " }\n"

TEST (overlap__the_same_column_is_named)
{
  assert_both_ways (DROP ("users", "a"), ADD ("users", "x", "a"), "'a' of 'users'");
}

TEST (overlap__case_makes_no_difference)
{
  assert_both_ways (ADD ("users", "New", "b"), ADD ("users", "nEW", "c"), "'users'");
}

TEST (overlap__other_columns_and_other_tables_are_free)
{
  assert_both_ways (DROP ("users", "a"), DROP ("users", "b"), NULL);
  assert_both_ways (DROP ("users", "a"), DROP ("orders", "a"), NULL);
}

TEST (overlap__a_table_as_a_whole_is_every_column)
{
  assert_both_ways ("  drop_table: { name: users }\n", DROP ("users", "b"),
                    "table 'users'");
  assert_both_ways ("  drop_table: { name: orders }\n", DROP ("users", "b"), NULL);
}

TEST (overlap__without_others_there_is_none)
{
  g_autoptr (Fixture) a = migration_of (DROP ("users", "a"));
  g_autoptr (GPtrArray) none = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  ck_assert (overlap_check (&anywhere, a->plan, NULL, &error));
  ck_assert (overlap_check (&anywhere, a->plan, none, &error));
  assert_no_error (error);
}

TEST_MAIN ("runner/overlap", overlap__the_same_column_is_named,
           overlap__case_makes_no_difference,
           overlap__other_columns_and_other_tables_are_free,
           overlap__a_table_as_a_whole_is_every_column,
           overlap__without_others_there_is_none)
