/* SPDX-License-Identifier: Apache-2.0
 *
 * Seed rows: streamed, from the tree, generated.
 */
#include "config.h"

#include "load/load.h"

#include <string.h>

#include "testing.h"

static Migration *
load_text (const char *text)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  Migration *migration = load_bytes ("test.yaml", text, strlen (text), diagnostics);

  ck_assert_msg (migration != NULL, "%s", diagnostic_list_get (diagnostics, 0)->message);
  return migration;
}

static void
assert_cell (const Migration *migration, const char *table, gsize row, const char *column,
             const char *expected)
{
  const Table *of = database_find (migration->tables, table);
  g_autoptr (Arena) arena = arena_new ();
  const Column *definition = table_find_column (of, column);
  guint index;

  ck_assert (table_column_index (of, column, &index));
  Value value = table_cell (of, row, index);
  ck_assert_str_eq (type_format (&definition->type, &value, arena), expected);
}

TEST (rows__take_defaults_nulls_and_numbers)
{
  g_autofree char *text = testing_read ("tests/cases/load/valid/rows/migration.yaml");
  g_autoptr (Migration) migration = load_text (text);

  assert_cell (migration, "t", 0, "id", "11");
  assert_cell (migration, "t", 1, "id", "10");
  assert_cell (migration, "t", 1, "word", "null");
  assert_cell (migration, "t", 1, "n", "1");
  assert_cell (migration, "t", 2, "id", "12");
  assert_cell (migration, "t", 2, "b", "0x6869");
  assert_cell (migration, "t", 3, "b", "0x6869");
  assert_cell (migration, "t", 4, "id", "13");
  assert_cell (migration, "t", 4, "n", "7");
}

TEST (rows__are_the_same_however_they_are_read)
{
  static const char COLUMNS[] = "columns: [ { name: a, type: TEXT }, { name: b, type: "
                                "INTEGER } ]";
  static const char ROWS[] = "[ { a: x, b: 1 }, { b: 2, a: y }, { b: 3 } ]";
  g_autofree char *streamed = g_strdup_printf (
      "id: x\ntable: { name: t, %s, rows: %s }\nchange: []\n", COLUMNS, ROWS);
  g_autofree char *treed = g_strdup_printf (
      "id: x\ntable: { rows: %s, name: t, %s }\nchange: []\n", ROWS, COLUMNS);
  g_autofree char *anchored = g_strdup_printf (
      "id: x\ntables: [ &t { name: t, %s, rows: %s } ]\nchange: []\n", COLUMNS, ROWS);
  g_autoptr (Migration) a = load_text (streamed);
  g_autoptr (Migration) b = load_text (treed);
  g_autoptr (Migration) c = load_text (anchored);

  ck_assert_uint_eq (table_n_rows (database_find (a->tables, "t")), 3);
  ck_assert (database_equal (a->tables, b->tables));
  ck_assert (database_equal (a->tables, c->tables));
}

TEST (rows__may_share_what_an_anchor_names)
{
  g_autofree char *text = testing_read ("tests/cases/load/valid/aliases/migration.yaml");
  g_autoptr (Migration) migration = load_text (text);

  assert_cell (migration, "t", 0, "v", "x");
  assert_cell (migration, "t", 1, "v", "null");
  assert_cell (migration, "u", 0, "v", "x");
  assert_cell (migration, "u", 1, "v", "z");
}

TEST (rows__of_a_created_table)
{
  g_autofree char *text
      = testing_read ("tests/cases/load/valid/all-changes/migration.yaml");
  g_autoptr (Migration) migration = load_text (text);
  const Operation *create = g_ptr_array_index (migration->changes, 6);

  ck_assert_int_eq (create->kind, OPERATION_CREATE_TABLE);
  ck_assert_str_eq (create->table, "t3");
  ck_assert_uint_eq (table_n_rows (create->create_table.table), 1);
}

#define GENERATED                                                                       \
  "id: x\ntable:\n  name: t\n  columns:\n    - { name: id, type: BIGINT }\n"            \
  "    - { name: name, type: TEXT }\n    - { name: short, type: \"VARCHAR(5)\" }\n"     \
  "    - { name: pick, type: TEXT }\n    - { name: same, type: DATE }\n"                \
  "    - { name: own, type: INTEGER, identity: true }\n"                                \
  "    - { name: rest, type: INTEGER, default: 3 }\n    - { name: uuid, type: UUID }\n" \
  "  rows:\n    generate: 1000\n    values:\n      id: { sequence: -5 }\n"              \
  "      name: { pattern: \"{n}-user{n}\" }\n      short: { pattern: \"x{n}\" }\n"      \
  "      pick: { choice: [a, null, \"null\"] }\n      same: { constant: 2026-11-22 }\n" \
  "      uuid: { constant: 6f9619ff-8b86-d011-b42d-00cf4fc964ff }\n"                    \
  "change: []\n"

TEST (rows__are_generated)
{
  g_autoptr (Migration) migration = load_text (GENERATED);

  ck_assert_uint_eq (table_n_rows (database_find (migration->tables, "t")), 1000);
  assert_cell (migration, "t", 0, "id", "-5");
  assert_cell (migration, "t", 999, "id", "994");
  assert_cell (migration, "t", 0, "name", "1-user1");
  assert_cell (migration, "t", 9, "name", "10-user10");
  assert_cell (migration, "t", 99, "name", "100-user100");
  assert_cell (migration, "t", 998, "name", "999-user999");
  assert_cell (migration, "t", 999, "short", "x1000");
  assert_cell (migration, "t", 3, "pick", "a");
  assert_cell (migration, "t", 4, "pick", "null");
  assert_cell (migration, "t", 500, "same", "2026-11-22");
  assert_cell (migration, "t", 41, "own", "42");
  assert_cell (migration, "t", 41, "rest", "3");
}

TEST (rows__may_be_none)
{
  g_autoptr (Migration) migration = load_text (
      "id: x\ntable: { name: t, columns: [ { name: a, type: TEXT } ], rows: { "
      "generate: 0, values: { a: { pattern: \"{n}\" } } } }\nchange: []\n");

  ck_assert_uint_eq (table_n_rows (database_find (migration->tables, "t")), 0);
}

TEST_MAIN ("load/load_rows", rows__take_defaults_nulls_and_numbers,
           rows__are_the_same_however_they_are_read, rows__may_share_what_an_anchor_names,
           rows__of_a_created_table, rows__are_generated, rows__may_be_none)
