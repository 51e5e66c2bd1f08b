/* SPDX-License-Identifier: Apache-2.0
 *
 * Write-sync on SQLite does to each write what it does in memory.
 */
#include "config.h"

#include "engine/sqlite/trigger.h"

#include "sync_pair.h"
#include "testing.h"

#define ONE_TABLE(columns, rows, change)                                            \
  "table:\n"                                                                        \
  "  name: t\n"                                                                     \
  "  columns:\n"                                                                    \
  "    - { name: id, type: INTEGER, primary_key: true }\n" columns "  rows: [" rows \
  "]\n"                                                                             \
  "change:\n" change

typedef struct
{
  const char *name;
  const char *yaml;
  gboolean lossy;
  const char *create; /* or NULL */
  /* An INSERT OR REPLACE that leaves the moved columns out finds the other half of the
   * row it replaces: SQLite fires no delete trigger there unless recursive_triggers is
   * on. */
  gboolean replace_needs_recursion;
  /* OR REPLACE replaces a row of the other half too. */
  gboolean is_split;
  /* Compared once all rows are filled: which of the rows that are not filled yet a write
   * fills besides its own column is not said. */
  gboolean is_filled;
  /* Two mirrors that no statement writes both of: which one wins is not said. */
  const char *apart[2];
} Shape;

#define REQUIRED "    - { name: a, type: TEXT, nullable: false }\n"
#define NULLABLE "    - { name: a, type: TEXT }\n"
#define RENAME "  rename_column: { from: a, to: b }\n"
#define ROWS "{ id: 1, a: alice }, { id: 2, a: ALICE }, { id: 3, a: ' ' }"

#define MERGE                                            \
  "  merge_columns:\n"                                   \
  "    columns: [a, b]\n"                                \
  "    into: { name: c, type: TEXT, nullable: false }\n" \
  "    transform: { template: '{a}/{b}' }\n"             \
  "    backward: { a: { split: '/', part: 1 }, b: { split: '/', part: rest } }\n"

#define SPLIT                                                                            \
  "  split_column:\n"                                                                    \
  "    column: a\n"                                                                      \
  "    into:\n"                                                                          \
  "      - { column: { name: b, type: TEXT }, transform: { split: ' ', part: 1 } }\n"    \
  "      - { column: { name: c, type: TEXT }, transform: { split: ' ', part: rest } }\n" \
  "    backward: { join: ' ' }\n"

#define TWO_TABLES(from)                                                                               \
  "tables:\n"                                                                                          \
  "  - name: users\n"                                                                                  \
  "    columns:\n"                                                                                     \
  "      - { name: id, type: INTEGER, primary_key: true }\n"                                           \
  "      - { name: tag, type: TEXT }\n"                                                                \
  "    rows: [ { id: 1, tag: alice }, { id: 2, tag: '12' }, { id: 3 } ]\n"                             \
  "  - name: memo\n"                                                                                   \
  "    columns:\n"                                                                                     \
  "      - { name: id, type: INTEGER, primary_key: true }\n"                                           \
  "      - { name: tag, type: TEXT }\n"                                                                \
  "      - { name: n, type: INTEGER }\n"                                                               \
  "    rows: [ { id: 1, tag: alice, n: 5 }, { id: 2, tag: alice }, { id: 4, n: 9 } ]\n"                \
  "change:\n"                                                                                          \
  "  table: users\n"                                                                                   \
  "  add_column: { column: { name: x, type: BIGINT }, from: { table: memo, match: { tag: tag }, " from \
  " } }\n"

static const Shape SHAPES[] = {
  { "rename", ONE_TABLE (REQUIRED, ROWS, RENAME) },
  { "rename of what may be null", ONE_TABLE (NULLABLE, ROWS, RENAME) },
  { "rename under NOCASE", ONE_TABLE (REQUIRED, ROWS, RENAME),
    .create = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL COLLATE NOCASE)" },
  { "rename under NOCASE with an index", ONE_TABLE (NULLABLE, ROWS, RENAME),
    .create = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT COLLATE NOCASE);"
              "CREATE INDEX i ON t (a)" },
  { "rename, WITHOUT ROWID", ONE_TABLE (REQUIRED, ROWS, RENAME),
    .create = "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL) WITHOUT ROWID" },
  { "rename of a column called rowid",
    ONE_TABLE ("    - { name: rowid, type: TEXT, nullable: false }\n"
               "    - { name: oid, type: TEXT }\n",
               "{ id: 1, rowid: x }", "  rename_column: { from: rowid, to: row_id }\n") },
  { "rename, text key", "table:\n"
                        "  name: t\n"
                        "  columns:\n"
                        "    - { name: id, type: TEXT, primary_key: true }\n"
                        "    - { name: a, type: TEXT, nullable: false }\n"
                        "  rows: [ { id: K1, a: x }, { id: k2, a: y } ]\n"
                        "change:\n" RENAME },
  { "rename, text key, WITHOUT ROWID and NOCASE",
    "table:\n"
    "  name: t\n"
    "  columns:\n"
    "    - { name: id, type: TEXT, primary_key: true }\n"
    "    - { name: a, type: TEXT, nullable: false }\n"
    "  rows: [ { id: K1, a: x }, { id: k2, a: y } ]\n"
    "change:\n" RENAME,
    .create
    = "CREATE TABLE t (id TEXT COLLATE NOCASE PRIMARY KEY NOT NULL, a TEXT NOT NULL) "
      "WITHOUT ROWID" },
  { "split_column", ONE_TABLE (REQUIRED, ROWS, SPLIT), .lossy = TRUE },
  { "merge_columns",
    ONE_TABLE (REQUIRED "    - { name: b, type: TEXT, nullable: false }\n",
               "{ id: 1, a: '030', b: '12' }", MERGE),
    .lossy = TRUE },
  { "text becomes a number",
    ONE_TABLE (NULLABLE, "{ id: 1, a: '12' }",
               "  alter_column: { column: a, type: INTEGER }\n"),
    .lossy = TRUE },
  { "number becomes text",
    ONE_TABLE ("    - { name: a, type: INTEGER, nullable: false }\n", "{ id: 1, a: 12 }",
               "  alter_column: { column: a, type: TEXT }\n"),
    .lossy = TRUE },
  { "lower case, both ways",
    ONE_TABLE (
        NULLABLE, ROWS,
        "  add_column: { column: { name: b, type: TEXT }, from: a, transform: upper, "
        "sync: both, backward: lower }\n"),
    .lossy = TRUE },
  { "forward only",
    ONE_TABLE (
        NULLABLE, ROWS,
        "  add_column: { column: { name: b, type: TEXT }, from: a, transform: upper, "
        "sync: forward }\n") },
  { "dropped column that an insert leaves out",
    ONE_TABLE (REQUIRED, ROWS,
               "  drop_column: { column: a, backward: { template: 'row {id}' } }\n") },
  { "mirror of a mirror", ONE_TABLE (REQUIRED, ROWS,
                                     "  - rename_column: { from: a, to: b }\n"
                                     "  - rename_column: { from: b, to: c }\n") },
  { "mirror of a mirror that changes",
    ONE_TABLE (NULLABLE, "{ id: 1, a: '12' }",
               "  - rename_column: { from: a, to: b }\n"
               "  - alter_column: { column: b, type: INTEGER }\n"),
    .lossy = TRUE },
  { "two mirrors of one column",
    ONE_TABLE (
        NULLABLE, ROWS,
        "  - add_column: { column: { name: b, type: TEXT }, from: a, sync: both }\n"
        "  - add_column: { column: { name: c, type: TEXT }, from: a, sync: both }\n"),
    .is_filled = TRUE, .apart = { "b", "c" } },
  { "lookup by key",
    "tables:\n"
    "  - name: users\n"
    "    columns:\n"
    "      - { name: id, type: INTEGER, primary_key: true }\n"
    "      - { name: memo_id, type: INTEGER }\n"
    "    rows: [ { id: 1, memo_id: 1 }, { id: 2, memo_id: 7 }, { id: 3 } ]\n"
    "  - name: memo\n"
    "    columns:\n"
    "      - { name: id, type: INTEGER, primary_key: true }\n"
    "      - { name: n, type: TEXT }\n"
    "    rows: [ { id: 1, n: a }, { id: 2 } ]\n"
    "change:\n"
    "  table: users\n"
    "  add_column: { column: { name: x, type: TEXT }, from: { table: memo, match: { id: "
    "memo_id }, column: n, missing: null } }\n",
    .replace_needs_recursion = TRUE },
  { "count", TWO_TABLES ("aggregate: count"), .replace_needs_recursion = TRUE },
  { "sum", TWO_TABLES ("column: n, aggregate: sum, missing: null"),
    .replace_needs_recursion = TRUE },
  { "min", TWO_TABLES ("column: n, aggregate: min, missing: null"),
    .replace_needs_recursion = TRUE },
  { "max", TWO_TABLES ("column: n, aggregate: max, missing: null"),
    .replace_needs_recursion = TRUE },
  { "split_table",
    "table:\n"
    "  name: users\n"
    "  columns:\n"
    "    - { name: id, type: INTEGER, primary_key: true }\n"
    "    - { name: name, type: TEXT }\n"
    "    - { name: bio, type: TEXT }\n"
    "    - { name: age, type: INTEGER }\n"
    "  rows: [ { id: 1, name: ada, bio: math, age: 36 }, { id: 2, name: bob } ]\n"
    "change: { split_table: { to: profiles, columns: [bio, age], key: [id] } }\n",
    .is_split = TRUE, .is_filled = TRUE, .replace_needs_recursion = TRUE },
};

#define N_WRITES 120

static const MigrationPhase PHASES[]
    = { MIGRATION_PHASE_EXPANDING, MIGRATION_PHASE_MIGRATING };

/* ZDM_SEED repeats a run. */
static guint32
seed (void)
{
  const char *text = g_getenv ("ZDM_SEED");

  return text != NULL ? (guint32) g_ascii_strtoull (text, NULL, 10) : 1;
}

static gboolean
writes (const Write *write, const char *column)
{
  for (guint i = 0; column != NULL && i < write->n_columns; i++)
    if (g_str_equal (table_column (write->table, write->columns[i])->name, column))
      return TRUE;
  return FALSE;
}

static gboolean
is_undecided (const Shape *shape, const Write *write, gboolean recursive)
{
  gboolean replaces
      = write->kind == WRITE_OR_REPLACE || write->kind == WRITE_UPDATE_OR_REPLACE;

  return (replaces && shape->replace_needs_recursion && !recursive)
         || (write->kind == WRITE_UPDATE_OR_REPLACE && shape->is_split
             && writes (write, "id"))
         || (writes (write, shape->apart[0]) && writes (write, shape->apart[1]));
}

static void
write_at_random (const Shape *shape, MigrationPhase phase, gboolean recursive)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed ());
  g_autoptr (SyncPair) pair = sync_pair_new (shape->yaml, phase, shape->create);
  g_autoptr (Arena) arena = arena_new ();

  pair->lossy = shape->lossy;
  sync_pair_exec (pair, recursive ? "PRAGMA recursive_triggers = ON"
                                  : "PRAGMA recursive_triggers = OFF");
  for (guint i = 0; i < N_WRITES; i++)
    {
      arena_reset (arena);
      Write write = sync_pair_random (pair, rand, arena);
      if (!is_undecided (shape, &write, recursive))
        sync_pair_write (pair, &write);
    }
  ck_assert_uint_gt (pair->n_taken, N_WRITES / 4);
}

TEST (write__does_in_SQLite_what_it_does_in_memory)
{
  const Shape *shape = &SHAPES[(guint) _i / 4];

  MigrationPhase phase = PHASES[(guint) _i % 2];

  if (shape->is_filled)
    phase = MIGRATION_PHASE_MIGRATING;
  write_at_random (shape, phase, (guint) _i % 4 >= 2);
}

static void
fill_suite (Suite *suite)
{
  TCase *random = tcase_create ("random writes");

  tcase_add_loop_test (random, write__does_in_SQLite_what_it_does_in_memory, 0,
                       (int) G_N_ELEMENTS (SHAPES) * 4);
  suite_add_tcase (suite, random);
}

TEST_MAIN_WITH ("engine/sqlite/trigger", fill_suite)
