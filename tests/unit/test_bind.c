/* SPDX-License-Identifier: Apache-2.0
 *
 * Names and literals bound to a table: errors name the table, the column and the value.
 */
#include "config.h"

#include "model/bind.h"

#include "fixture.h"
#include "model/error.h"
#include "testing.h"

#define T                                                                                       \
  "table:\n"                                                                                    \
  "  name: users\n"                                                                             \
  "  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: name, type: TEXT } ]\n" \
  "  rows: [ { id: 1, name: a } ]\n"                                                            \
  "change: "

TEST (table__that_is_missing_is_named_with_a_guess)
{
  g_autoptr (Fixture) fixture = fixture_new (T "{ delete_rows: {} }\n");
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (bind_table (fixture->start, "usrs", &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_MISSING);
  ck_assert_str_eq (error->message, "there is no table 'usrs'; did you mean 'users'?");
  g_clear_error (&error);
  ck_assert_ptr_null (bind_table (fixture->start, "elephants", &error));
  ck_assert_str_eq (error->message, "there is no table 'elephants'");
}

TEST (columns__are_numbers_or_an_error)
{
  g_autoptr (Fixture) fixture = fixture_new (T "{ delete_rows: {} }\n");
  g_autoptr (Arena) arena = arena_new ();
  const Table *table = fixture_table (fixture, "users");
  const char *const good[] = { "name", "id", NULL }, *const bad[] = { "id", "nme", NULL };
  g_autoptr (GError) error = NULL;

  const guint *numbers = bind_columns (table, good, arena, &error);
  ck_assert_uint_eq (numbers[0], 1);
  ck_assert_uint_eq (numbers[1], 0);
  ck_assert_ptr_null (bind_columns (table, bad, arena, &error));
  ck_assert_str_eq (error->message,
                    "table 'users' has no column 'nme'; did you mean 'name'?");
  ck_assert_ptr_null (bind_column_list (table, bad, arena, NULL));
}

TEST (where__binds_values_by_their_columns)
{
  g_autofree char *value
      = fixture_findings (T "{ delete_rows: { where: { id: one } } }\n");
  g_autofree char *name = fixture_findings (T "{ delete_rows: { where: { nam: x } } }\n");

  assert_has (value, "one");
  assert_has (name, "'nam'");
}

TEST (backfill__without_a_source_needs_a_transform_that_needs_none)
{
  g_autofree char *findings
      = fixture_findings (T "{ backfill: { column: name, transform: lower } }\n");

  assert_has (findings, "a constant, a template or an expression is needed here");
}

TEST (set__names_its_column)
{
  g_autofree char *column
      = fixture_findings (T "{ update_rows: { set: { nme: lower } } }\n");
  g_autofree char *type = fixture_findings (
      T "{ update_rows: { set: { id: { split: ' ', part: 1 } } } }\n");

  assert_has (column, "'nme'");
  assert_has (type, "'id'");
}

TEST (row__names_what_is_wrong)
{
  g_autofree char *findings
      = fixture_findings (T "{ insert_rows: { rows: [ { id: 2 }, { id: x } ] } }\n");

  assert_has (findings, "x");
}

#define LOOKUP(from)                                                                 \
  "tables:\n"                                                                        \
  "  - name: t\n"                                                                    \
  "    columns: [ { name: id, type: INTEGER } ]\n"                                   \
  "  - name: s\n"                                                                    \
  "    columns: [ { name: t, type: INTEGER }, { name: v, type: TEXT } ]\n"           \
  "change: { table: t, add_column: { column: { name: x, type: BIGINT }, from: " from \
  " } }\n"

TEST (lookup__is_checked_in_both_tables)
{
  g_autofree char *sum = fixture_findings (
      LOOKUP ("{ table: s, match: { t: id }, column: v, aggregate: sum }"));
  g_autofree char *there
      = fixture_findings (LOOKUP ("{ table: s, match: { tt: id }, aggregate: count }"));
  g_autofree char *here
      = fixture_findings (LOOKUP ("{ table: s, match: { t: idd }, aggregate: count }"));
  g_autofree char *column
      = fixture_findings (LOOKUP ("{ table: s, match: { t: id }, column: w }"));
  g_autofree char *table
      = fixture_findings (LOOKUP ("{ table: ss, match: { t: id }, aggregate: count }"));

  assert_has (sum, "sum needs an INTEGER or BIGINT column");
  assert_has (there, "'tt'");
  assert_has (here, "'idd'");
  assert_has (column, "'w'");
  assert_has (table, "'ss'");
}

TEST (references__are_the_key_where_none_are_named)
{
#define KEYS(columns, key)                                                                 \
  "tables:\n"                                                                              \
  "  - { name: p, columns: [ { name: a, type: INTEGER" columns " } ] }\n"                  \
  "  - { name: c, columns: [ { name: p, type: INTEGER }, { name: q, type: INTEGER } ] }\n" \
  "change: { table: c, add_constraint: { name: f, foreign_key: [p" key                     \
  "], references: { table: p } } }\n"
  g_autofree char *none = fixture_findings (KEYS ("", ""));
  g_autofree char *two = fixture_findings (KEYS (", primary_key: true", ", q"));
  g_autoptr (Fixture) good = fixture_new (KEYS (", primary_key: true", ""));

  assert_has (none, "table 'p' has no primary key to refer to");
  assert_has (two, "foreign key 'f' has 2 columns and refers to 1");
  fixture_apply_all (good);
}

TEST (check__accepts_by_the_order_of_the_type)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "table:\n"
      "  name: t\n"
      "  columns: [ { name: d, type: \"DECIMAL(6,2)\" }, { name: at, type: DATE } ]\n"
      "  constraints:\n"
      "    - { name: d_range, check: { column: d, min: 9, max: 10.5 } }\n"
      "    - { name: at_range, check: { column: at, min: 2026-01-01 } }\n"
      "  rows: []\n"
      "change: { delete_rows: {} }\n");

  fixture_insert (fixture, "t", "d=10.50, at=2026-01-01");
  assert_has (fixture_try_insert (fixture, "t", "d=10.51"), "breaks check 'd_range'");
  assert_has (fixture_try_insert (fixture, "t", "d=8.99"), "breaks check 'd_range'");
  assert_has (fixture_try_insert (fixture, "t", "at=2025-12-31"),
              "breaks check 'at_range'");
}

TEST_MAIN ("model/bind", table__that_is_missing_is_named_with_a_guess,
           columns__are_numbers_or_an_error, where__binds_values_by_their_columns,
           backfill__without_a_source_needs_a_transform_that_needs_none,
           set__names_its_column, row__names_what_is_wrong,
           lookup__is_checked_in_both_tables,
           references__are_the_key_where_none_are_named,
           check__accepts_by_the_order_of_the_type)
