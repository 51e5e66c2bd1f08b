/* SPDX-License-Identifier: Apache-2.0
 *
 * What follows from a write: the actions of foreign keys.
 */
#include "config.h"

#include "engine/memory/write.h"

#include "fixture.h"
#include "testing.h"

#define FAMILY(key)                                                                           \
  "tables:\n"                                                                                 \
  "  - name: p\n"                                                                             \
  "    columns: [ { name: id, type: INTEGER, primary_key: true } ]\n"                         \
  "    rows: [ { id: 1 }, { id: 2 }, { id: 3 } ]\n"                                           \
  "  - name: c\n"                                                                             \
  "    columns:\n"                                                                            \
  "      - { name: id, type: INTEGER, primary_key: true }\n"                                  \
  "      - { name: p, type: INTEGER, default: 3 }\n"                                          \
  "    constraints: [ { name: c_p, foreign_key: [p], references: { table: p }" key            \
  " } ]\n"                                                                                    \
  "    rows: [ { id: 10, p: 1 }, { id: 11, p: 2 }, { id: 12, p: 1 }, { id: 13, p: null } ]\n" \
  "change: { table: c, add_column: { column: { name: x, type: INTEGER } } }\n"

TEST (delete__of_a_parent_is_refused_where_nothing_else_is_said)
{
  g_autoptr (Fixture) fixture = fixture_new (FAMILY (""));

  assert_has (fixture_try_delete (fixture, "p", "id=1"), "foreign key 'c_p'");
  assert_has (fixture_try_update (fixture, "p", "id=1", "id=9"), "foreign key 'c_p'");
  assert_has (fixture_try_insert (fixture, "c", "id=20, p=8"), "which is not in 'p'");
  fixture_delete (fixture, "p", "id=3");
  fixture_insert (fixture, "c", "id=20, p=~");
}

TEST (cascade__takes_the_children_along)
{
  g_autoptr (Fixture) fixture
      = fixture_new (FAMILY (", on_delete: cascade, on_update: cascade"));

  fixture_update (fixture, "p", "id=2", "id=5");
  fixture_delete (fixture, "p", "id=1");
  fixture_assert_rows (fixture, "c", "11 5; 13 ~");
}

TEST (set_null__frees_the_children)
{
  g_autoptr (Fixture) fixture
      = fixture_new (FAMILY (", on_delete: set_null, on_update: set_null"));

  fixture_delete (fixture, "p", "id=1");
  fixture_update (fixture, "p", "id=2", "id=5");
  fixture_assert_rows (fixture, "c", "10 ~; 11 ~; 12 ~; 13 ~");
}

TEST (set_default__gives_the_children_another_parent)
{
  g_autoptr (Fixture) fixture = fixture_new (FAMILY (", on_delete: set_default"));

  fixture_delete (fixture, "p", "id=1");
  fixture_assert_rows (fixture, "c", "10 3; 11 2; 12 3; 13 ~");
}

#define TREE                                                                                     \
  "table:\n"                                                                                     \
  "  name: t\n"                                                                                  \
  "  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: up, type: INTEGER } ]\n" \
  "  constraints: [ { name: t_up, foreign_key: [up], references: { table: t }, on_delete: "      \
  "cascade, on_update: cascade } ]\n"                                                            \
  "  rows:\n"                                                                                    \
  "    - { id: 1, up: 1 }\n"                                                                     \
  "    - { id: 2, up: 1 }\n"                                                                     \
  "    - { id: 3, up: 2 }\n"                                                                     \
  "    - { id: 4 }\n"                                                                            \
  "    - { id: 5, up: 3 }\n"

TEST (cascade__within_a_table_takes_the_whole_branch)
{
  g_autoptr (Fixture) fixture
      = fixture_new (TREE "change: { delete_rows: { where: { id: 2 } } }\n");

  fixture_apply_all (fixture);
  fixture_assert_rows (fixture, "t", "1 1; 4 ~");
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
  fixture_update (fixture, "t", "id=1", "id=9");
  fixture_assert_rows (fixture, "t", "9 9; 2 9; 3 2; 4 ~; 5 3");
  fixture_delete (fixture, "t", "id=9");
  fixture_assert_rows (fixture, "t", "4 ~");
}

TEST (cascade__along_a_chain_as_long_as_the_table)
{
  g_autoptr (GString) yaml = g_string_new (
      "table:\n"
      "  name: t\n"
      "  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: up, type: INTEGER } ]\n"
      "  constraints: [ { name: t_up, foreign_key: [up], references: { table: t }, on_delete: "
      "cascade } ]\n"
      "  rows:\n    - { id: 1 }\n");

  for (guint i = 2; i <= 20000; i++)
    g_string_append_printf (yaml, "    - { id: %u, up: %u }\n", i, i - 1);
  g_string_append (yaml, "change: { delete_rows: { where: { id: 1 } } }\n");
  g_autoptr (Fixture) fixture = fixture_new (yaml->str);
  fixture_apply_all (fixture);
  fixture_assert_rows (fixture, "t", "");
}

TEST (cascade__by_a_composite_key_wants_all_of_it)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "tables:\n"
      "  - name: p\n"
      "    columns: [ { name: a, type: INTEGER, primary_key: true }, { name: b, type: TEXT, "
      "primary_key: true } ]\n"
      "    rows: [ { a: 1, b: x }, { a: 1, b: y } ]\n"
      "  - name: c\n"
      "    columns: [ { name: id, type: INTEGER }, { name: a, type: INTEGER }, { name: b, type: "
      "TEXT } ]\n"
      "    constraints: [ { name: c_p, foreign_key: [a, b], references: { table: p, columns: [a, "
      "b] }, on_delete: cascade, on_update: cascade } ]\n"
      "    rows: [ { id: 1, a: 1, b: x }, { id: 2, a: 1, b: y }, { id: 3, a: 1 } ]\n"
      "change: { table: c, add_column: { column: { name: z, type: INTEGER } } }\n");

  fixture_update (fixture, "p", "b=y", "b=z");
  fixture_delete (fixture, "p", "b=x");
  fixture_assert_rows (fixture, "c", "2 1 z; 3 1 ~");
}

TEST (key__that_others_refer_to_may_be_renamed)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "tables:\n"
      "  - name: p\n"
      "    columns: [ { name: id, type: INTEGER, primary_key: true } ]\n"
      "    rows: [ { id: 1 }, { id: 2 } ]\n"
      "  - name: c\n"
      "    columns: [ { name: p, type: INTEGER } ]\n"
      "    constraints: [ { name: c_p, foreign_key: [p], references: { table: p, columns: [id] }, "
      "on_delete: cascade } ]\n"
      "    rows: [ { p: 1 }, { p: 2 } ]\n"
      "change: { table: p, rename_column: { from: id, to: key } }\n");

  fixture_apply_all (fixture);
  fixture_assert_columns (fixture, "p", "key*");
  ck_assert (table_find_column (fixture_table (fixture, "p"), "key")->primary_key);
  fixture_delete (fixture, "p", "key=1");
  fixture_assert_rows (fixture, "c", "2");
  assert_has (fixture_try_insert (fixture, "c", "p=7"), "foreign key 'c_p'");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "p", "2");
  assert_has (fixture_try_insert (fixture, "c", "p=7"), "foreign key 'c_p'");
}

TEST (expression_default__has_to_be_given_where_it_is_required)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "table:\n"
      "  name: t\n"
      "  columns:\n"
      "    - { name: id, type: INTEGER, primary_key: true }\n"
      "    - { name: at, type: TIMESTAMP, nullable: false, default_expression: now() }\n"
      "    - { name: by, type: TEXT, default_expression: current_user }\n"
      "  rows: []\n"
      "change: { add_column: { column: { name: z, type: INTEGER } } }\n");

  assert_has (fixture_try_insert (fixture, "t", "id=1"), "is an SQL expression");
  fixture_insert (fixture, "t", "id=1, at=2026-01-01T00:00:00");
  fixture_assert_rows (fixture, "t", "1 2026-01-01T00:00:00 ~");
}

TEST_MAIN ("engine/memory/write",
           delete__of_a_parent_is_refused_where_nothing_else_is_said,
           cascade__takes_the_children_along, set_null__frees_the_children,
           set_default__gives_the_children_another_parent,
           cascade__within_a_table_takes_the_whole_branch,
           cascade__along_a_chain_as_long_as_the_table,
           cascade__by_a_composite_key_wants_all_of_it,
           key__that_others_refer_to_may_be_renamed,
           expression_default__has_to_be_given_where_it_is_required)
