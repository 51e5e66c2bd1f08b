/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks over rowids with gaps: each row once, in chunks no larger than asked for.
 */
#include "config.h"

#include "engine/sqlite/walk.h"

#include "engine/sqlite/live.h"

#include "testing.h"

#define NUMBERS(low, high)                \
  "WITH RECURSIVE n (i) AS (SELECT " #low \
  " UNION ALL SELECT i + 1 FROM n WHERE i < " #high ") "
#define BY_ID "CREATE TABLE t (id INTEGER PRIMARY KEY, met INT DEFAULT 0);"
#define INTO_T "INSERT INTO t (id) "

static const char *const TABLES[] = {
  BY_ID,
  BY_ID "INSERT INTO t (id) VALUES (7);",
  BY_ID NUMBERS (1, 1000) INTO_T "SELECT i FROM n;",
  BY_ID NUMBERS (1, 1000) INTO_T "SELECT i * 3 FROM n;",
  BY_ID NUMBERS (1, 1000) INTO_T "SELECT i * 1000003 FROM n;",
  BY_ID NUMBERS (1, 1000) INTO_T "SELECT i + (i / 100) * 100000000000 FROM n;",
  BY_ID NUMBERS (1, 1000) INTO_T "SELECT i FROM n WHERE i NOT BETWEEN 300 AND 800;",
  BY_ID NUMBERS (1, 1000) INTO_T "SELECT i FROM n WHERE i % 100 < 70;",
  BY_ID NUMBERS (-500, 500) INTO_T "SELECT i FROM n;",
  BY_ID NUMBERS (0, 999) INTO_T "SELECT 9223372036854775807 - i FROM n;",
  BY_ID NUMBERS (0, 999) INTO_T "SELECT -9223372036854775807 + i FROM n;",
  "CREATE TABLE t (a, met INT DEFAULT 0);" NUMBERS (1, 1000) "INSERT INTO t (a) SELECT i "
                                                             "FROM n;",
  "CREATE TABLE t (a TEXT PRIMARY KEY, met INT DEFAULT 0) WITHOUT ROWID;" NUMBERS (
      1, 1000) "INSERT INTO t (a) SELECT 'a''' || i FROM n;",
  "CREATE TABLE t (a INT, b INT, met INT DEFAULT 0, PRIMARY KEY (a, b)) WITHOUT "
  "ROWID;" NUMBERS (1, 1000) "INSERT INTO t (a, b) SELECT i / 7, i FROM n;",
  "CREATE TABLE t (a INT PRIMARY KEY, met INT DEFAULT 0) WITHOUT ROWID;" NUMBERS (
      1, 1000) "INSERT INTO t (a) SELECT i FROM n;",
};

static const guint SIZES[] = { 1, 63, 64, 65, 200, 1000, 100000 };

static int
number (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement = NULL;

  ck_assert_int_eq (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL), SQLITE_OK);
  ck_assert_int_eq (sqlite3_step (statement), SQLITE_ROW);
  int value = sqlite3_column_int (statement, 0);
  sqlite3_finalize (statement);
  return value;
}

static void
run (sqlite3 *db, const char *sql)
{
  char *problem = NULL;

  sqlite3_exec (db, sql, NULL, NULL, &problem);
  ck_assert_msg (problem == NULL, "%s: %s", sql, problem);
}

/* Returns: how many chunks it took */
static guint
walk_through (sqlite3 *db, guint n_rows)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *position = NULL;
  const SqliteTable *live;
  const char *range;
  RowKey key;
  guint n_chunks = 0;

  ck_assert (live_table (db, "t", &live, arena, NULL));
  ck_assert (row_key_init (&key, live, arena, NULL));
  do
    {
      Walk walk;
      ck_assert (walk_init (&walk, position, NULL));
      ck_assert (walk_next (&walk, db, &key, n_rows, &range, arena, NULL));
      if (range != NULL)
        {
          n_chunks++;
          run (db, arena_printf (arena, "UPDATE t SET met = met + 1 WHERE %s", range));
          ck_assert_uint_le ((guint) sqlite3_changes (db), n_rows);
        }
      g_free (position);
      position = walk_position (&walk);
      walk_clear (&walk);
    }
  while (range != NULL);
  return n_chunks;
}

TEST (next__meets_each_row_once_and_never_too_many)
{
  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    for (guint j = 0; j < G_N_ELEMENTS (SIZES); j++)
      {
        sqlite3 *db = NULL;
        ck_assert_int_eq (sqlite3_open (":memory:", &db), SQLITE_OK);
        run (db, TABLES[i]);
        walk_through (db, SIZES[j]);
        ck_assert_msg (number (db, "SELECT count(*) FROM t WHERE met <> 1") == 0,
                       "%s in chunks of %u", TABLES[i], SIZES[j]);
        sqlite3_close (db);
      }
}

/* Ids that are far apart do not make for chunks of a row each. */
TEST (next__takes_full_chunks_over_great_gaps)
{
  sqlite3 *db = NULL;

  ck_assert_int_eq (sqlite3_open (":memory:", &db), SQLITE_OK);
  run (db, BY_ID NUMBERS (1, 1000) INTO_T "SELECT i * 1000003 FROM n;");
  ck_assert_uint_le (walk_through (db, 100), 11);
  sqlite3_close (db);
}

TEST_MAIN ("engine/sqlite/walk_gaps", next__meets_each_row_once_and_never_too_many,
           next__takes_full_chunks_over_great_gaps)
