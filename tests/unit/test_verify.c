/* SPDX-License-Identifier: Apache-2.0
 *
 * Constraints over whole columns, with nulls, NUL bytes and several columns.
 */
#include "config.h"

#include "engine/memory/verify.h"

#include "fixture.h"
#include "model/error.h"
#include "testing.h"

#define T                                                                     \
  "table:\n"                                                                  \
  "  name: t\n"                                                               \
  "  columns:\n"                                                              \
  "    - { name: id, type: INTEGER, primary_key: true }\n"                    \
  "    - { name: a, type: TEXT }\n"                                           \
  "    - { name: b, type: INTEGER }\n"                                        \
  "    - { name: c, type: BLOB }\n"                                           \
  "  indexes: [ { name: i, columns: [c], unique: true } ]\n"                  \
  "  constraints:\n"                                                          \
  "    - { name: ab, unique: [a, b] }\n"                                      \
  "    - { name: len, check: { column: a, min_length: 2, max_length: 3 } }\n" \
  "    - { name: one_of, check: { column: b, in: [1, 2, 3] } }\n"             \
  "  rows: [ { id: 1, a: xx, b: 1, c: \"0x6100\" } ]\n"                       \
  "change: { add_column: { column: { name: z, type: INTEGER } } }\n"

TEST (unique__is_over_all_its_columns_and_nulls_differ)
{
  g_autoptr (Fixture) fixture = fixture_new (T);

  fixture_insert (fixture, "t", "id=2, a=xx, b=2");
  fixture_insert (fixture, "t", "id=3, a=xx");
  fixture_insert (fixture, "t", "id=4, a=xx");
  assert_has (fixture_try_insert (fixture, "t", "id=5, a=xx, b=1"),
              "rows 1 and 5 of 't' have the same a, b ('xx', …): 'ab' wants them unique");
}

TEST (unique_index__tells_texts_with_nul_bytes_apart)
{
  g_autoptr (Fixture) fixture = fixture_new (T);

  fixture_insert (fixture, "t", "id=2, c=0x61");
  fixture_insert (fixture, "t", "id=3, c=0x610000");
  assert_has (fixture_try_insert (fixture, "t", "id=4, c=0x6100"),
              "'i' wants them unique");
}

TEST (check__counts_characters_and_lets_null_pass)
{
  g_autoptr (Fixture) fixture = fixture_new (T);

  fixture_insert (fixture, "t", "id=2, a=äöü");
  fixture_insert (fixture, "t", "id=3, a=~, b=~");
  assert_has (fixture_try_insert (fixture, "t", "id=4, a=x"),
              "'a' is 'x', which breaks check 'len'");
  assert_has (fixture_try_insert (fixture, "t", "id=4, a=xxxx"), "breaks check 'len'");
  assert_has (fixture_try_insert (fixture, "t", "id=4, b=4"), "breaks check 'one_of'");
}

TEST (primary_key__has_no_nulls)
{
  g_autoptr (Fixture) fixture = fixture_new (T);

  assert_has (fixture_try_insert (fixture, "t", "a=zz"), "'id' of 't' is required");
  assert_has (fixture_try_update (fixture, "t", "id=1", "id=~"), "null");
}

TEST (primary_key__that_is_added_finds_nulls_and_duplicates)
{
#define KEY(rows)                                                           \
  "table:\n"                                                                \
  "  name: t\n"                                                             \
  "  columns: [ { name: a, type: INTEGER }, { name: b, type: INTEGER } ]\n" \
  "  rows: [ " rows " ]\n"                                                  \
  "steps: [ { phase: contracting, add_constraint: { name: k, primary_key: [a, b] } } ]\n"
  g_autoptr (Fixture) good = fixture_new (KEY ("{ a: 1, b: 1 }, { a: 1, b: 2 }"));
  g_autoptr (Fixture) null = fixture_new (KEY ("{ a: 1, b: 1 }, { a: 1 }"));
  g_autoptr (Fixture) twice = fixture_new (KEY ("{ a: 1, b: 1 }, { a: 1, b: 1 }"));

  fixture_apply_all (good);
  fixture_assert_columns (good, "t", "a* b*");
  assert_has (fixture_try_step (null), "'b' is null");
  assert_has (fixture_try_step (twice), "have the same a, b");
}

TEST (declared_rows__that_break_a_constraint_open_no_session)
{
  g_autofree char *problem = fixture_open_problem (
      "table:\n"
      "  name: t\n"
      "  columns: [ { name: a, type: INTEGER, unique: true } ]\n"
      "  rows: [ { a: 1 }, { a: 1 } ]\n"
      "change: { add_column: { column: { name: z, type: INTEGER } } }\n");

  assert_has (problem,
              "the declared rows do not keep the declared constraints: rows 1 and 2");
}

TEST (row__is_named_by_its_key_where_it_has_one_column)
{
  g_autoptr (Fixture) fixture = fixture_new (T);
  g_autoptr (Arena) arena = arena_new ();
  Table *table = table_copy (fixture_table (fixture, "t"));

  ck_assert_str_eq (row_to_string (table, 0, arena), "row 1 of 't' (id 1)");
  ck_assert (table_drop_constraint (table, "t_pkey", arena, NULL));
  ck_assert_str_eq (row_to_string (table, 0, arena), "row 1 of 't'");
  table_free (table);
}

TEST_MAIN ("engine/memory/verify", unique__is_over_all_its_columns_and_nulls_differ,
           unique_index__tells_texts_with_nul_bytes_apart,
           check__counts_characters_and_lets_null_pass, primary_key__has_no_nulls,
           primary_key__that_is_added_finds_nulls_and_duplicates,
           declared_rows__that_break_a_constraint_open_no_session,
           row__is_named_by_its_key_where_it_has_one_column)
