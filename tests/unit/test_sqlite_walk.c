/* SPDX-License-Identifier: Apache-2.0
 *
 * Walks over tables of every kind of key: each row once, in any number of pieces.
 */
#include "config.h"

#include "engine/sqlite/walk.h"

#include <string.h>

#include "engine/sqlite/live.h"
#include "fixture.h"
#include "sql_fixture.h"
#include "testing.h"

typedef struct
{
  sqlite3 *db;
  const SqliteTable *live;
  RowKey key;
  Arena *arena;
} Scene;

static void
scene_open (Scene *scene, const char *sql)
{
  g_autoptr (GError) error = NULL;

  scene->arena = arena_new ();
  ck_assert_int_eq (sqlite3_open (":memory:", &scene->db), SQLITE_OK);
  sql_exec (scene->db, sql);
  live_table (scene->db, "t", &scene->live, scene->arena, &error);
  assert_no_error (error);
  row_key_init (&scene->key, scene->live, scene->arena, &error);
  assert_no_error (error);
}

static void
scene_close (Scene *scene)
{
  arena_free (scene->arena);
  sqlite3_close (scene->db);
}

/* The next rows' `mark`, joined; NULL at the end.  The walk is written down and read
 * again, as after a crash. */
static char *
next_marks (Scene *scene, char **position, guint n_rows)
{
  g_autoptr (GError) error = NULL;
  const char *range = NULL;
  Walk walk;

  walk_init (&walk, *position, &error);
  assert_no_error (error);
  ck_assert (walk.resumed == (*position != NULL));
  walk_next (&walk, scene->db, &scene->key, n_rows, &range, scene->arena, &error);
  assert_no_error (error);
  g_free (*position);
  *position = walk_position (&walk);
  walk_clear (&walk);
  if (range == NULL)
    return NULL;
  g_autofree char *count
      = sql_rows (scene->db, arena_printf (scene->arena,
                                           "SELECT count(*) <= %u FROM t "
                                           "WHERE %s",
                                           n_rows, range));
  ck_assert_msg (g_str_equal (count, "1"), "more than %u rows in %s", n_rows, range);
  return sql_rows (scene->db,
                   arena_printf (scene->arena,
                                 "SELECT '=' || hex(mark) FROM t WHERE %s ORDER BY %s",
                                 range, scene->key.list));
}

static char *
all_marks (Scene *scene)
{
  return sql_rows (scene->db, arena_printf (scene->arena,
                                            "SELECT '=' || hex(mark) FROM t ORDER BY %s",
                                            scene->key.list));
}

static void
add_marks (GString *seen, const char *marks)
{
  if (marks[0] != '\0')
    g_string_append_printf (seen, "%s%s", seen->len > 0 ? "; " : "", marks);
}

static void
assert_walks (const char *sql)
{
  static const guint SIZES[] = { 1, 2, 3, 7, 1000, G_MAXINT };

  for (guint i = 0; i < G_N_ELEMENTS (SIZES); i++)
    {
      g_autoptr (GString) seen = g_string_new (NULL);
      g_autofree char *position = NULL, *marks = NULL;
      Scene scene;
      scene_open (&scene, sql);
      g_autofree char *expected = all_marks (&scene);
      while ((marks = next_marks (&scene, &position, SIZES[i])) != NULL)
        {
          add_marks (seen, marks);
          g_clear_pointer (&marks, g_free);
        }
      ck_assert_msg (g_str_equal (seen->str, expected), "%s by %u: %s, expected %s", sql,
                     SIZES[i], seen->str, expected);
      scene_close (&scene);
    }
}

#define NUMBERS \
  "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40) "

TEST (walk__meets_each_row_once)
{
  static const char *const TABLES[] = {
    "CREATE TABLE t (mark)",
    "CREATE TABLE t (mark); INSERT INTO t VALUES (1)",
    "CREATE TABLE t (mark); " NUMBERS "INSERT INTO t SELECT i FROM n",
    "CREATE TABLE t (mark); " NUMBERS "INSERT INTO t (rowid, mark) SELECT i * i * i, i "
    "FROM n; DELETE FROM t WHERE mark % 3 = 0",
    "CREATE TABLE t (id INTEGER PRIMARY KEY, mark); INSERT INTO t VALUES "
    "(-9223372036854775808, 'a'), (-5, 'b'), (0, 'c'), (7, 'd'), (9223372036854775807, 'e')",
    "CREATE TABLE t (rowid TEXT, _rowid_ INT, mark); " NUMBERS
    "INSERT INTO t SELECT 'same', 1, i FROM n",
    "CREATE TABLE t (k TEXT PRIMARY KEY, mark); " NUMBERS
    "INSERT INTO t SELECT 'k' || (i * 7 % 40), i FROM n",
    "CREATE TABLE t (mark TEXT PRIMARY KEY) WITHOUT ROWID; " NUMBERS
    "INSERT INTO t SELECT 'k' || i FROM n",
    "CREATE TABLE t (mark TEXT PRIMARY KEY COLLATE NOCASE) WITHOUT ROWID; INSERT INTO t "
    "VALUES ('b'), ('A'), ('a '), ('C'), ('_'), ('Z'), ('z_'), ('ä'), ('Ä'), ('')",
    "CREATE TABLE t (mark TEXT COLLATE RTRIM PRIMARY KEY) WITHOUT ROWID; INSERT INTO t "
    "VALUES ('b'), ('b  x'), (''), ('a ')",
    "CREATE TABLE t (mark TEXT, PRIMARY KEY (mark COLLATE NOCASE DESC)) WITHOUT ROWID; "
    "INSERT INTO t VALUES ('b'), ('A'), ('C'), ('_'), ('Z'), ('y')",
    "CREATE TABLE t (a TEXT, b INT, c, mark, PRIMARY KEY (c, a, b)) WITHOUT ROWID; " NUMBERS
    "INSERT INTO t SELECT 'x' || (i % 2), i % 5, i % 3, i FROM n "
    "GROUP BY i % 2, i % 5, i % 3",
    "CREATE TABLE t (mark PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES "
    "('it''s'), ('a\nb'), ('\"q\"'), (''), ('--'), (';'), ('%'), (x'00ff27'), (x''), "
    "(1), (1.5), (-1e300), (9e999), (-9e999), (0.1), (9223372036854775807), ('1'), "
    "('漢字🙂')",
    "CREATE TABLE t (\"a \"\"key\"\"\" TEXT, \"select\" TEXT, mark, PRIMARY KEY "
    "(\"a \"\"key\"\"\", \"select\")) WITHOUT ROWID; INSERT INTO t VALUES "
    "('''', '\"', 1), ('''', ', ', 2), (', ''', '', 3), ('', ''', ''', 4)",
    "CREATE TABLE t (mark DECIMAL PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES "
    "(0.1 + 0.2), ('0.3'), ('abc'), (1e20)",
  };

  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    assert_walks (TABLES[i]);
}

/* What applications may have written into a key. */
TEST (walk__meets_rows_whose_key_holds_a_nul_or_no_utf_8)
{
  assert_walks (
      "CREATE TABLE t (mark TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES "
      "('a'), (CAST (x'6100' AS TEXT)), (CAST (x'610062' AS TEXT)), "
      "(CAST (x'610063' AS TEXT)), ('b'), (CAST (x'620041' AS TEXT))");
  assert_walks (
      "CREATE TABLE t (mark TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO t VALUES "
      "('a'), (CAST (x'ff' AS TEXT)), (CAST (x'c328' AS TEXT)), ('z')");
}

TEST (walk__leaves_out_rows_behind_the_last_key_seen_at_its_start)
{
  g_autofree char *position = NULL;
  Scene scene;

  scene_open (&scene, "CREATE TABLE t (id INTEGER PRIMARY KEY, mark);"
                      "INSERT INTO t (mark) VALUES ('1'), ('2'), ('3')");
  g_autofree char *first = next_marks (&scene, &position, 2);
  sql_exec (scene.db, "INSERT INTO t (mark) VALUES ('4'), ('5'); "
                      "INSERT INTO t VALUES (-1, '0')");
  g_autofree char *second = next_marks (&scene, &position, 2);
  g_autofree char *third = next_marks (&scene, &position, 2);
  ck_assert_str_eq (first, "=31; =32");
  ck_assert_str_eq (second, "=33");
  ck_assert_ptr_null (third);
  scene_close (&scene);
}

TEST (walk__ends_though_its_last_row_is_deleted_or_its_case_changes)
{
  static const char *const CHANGES[]
      = { "DELETE FROM t WHERE mark = 'e'", "DELETE FROM t WHERE mark >= 'c'",
          "UPDATE t SET mark = 'E' WHERE mark = 'e'", "DELETE FROM t",
          "UPDATE t SET mark = 'B' WHERE mark = 'b'" };

  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      g_autofree char *position = NULL, *marks = NULL;
      guint n = 0;
      Scene scene;
      scene_open (&scene,
                  "CREATE TABLE t (mark TEXT COLLATE NOCASE PRIMARY KEY) WITHOUT "
                  "ROWID; INSERT INTO t VALUES ('a'), ('b'), ('c'), ('d'), ('e')");
      g_autofree char *first = next_marks (&scene, &position, 2);
      sql_exec (scene.db, CHANGES[i]);
      while ((marks = next_marks (&scene, &position, 2)) != NULL && n++ < 10)
        g_clear_pointer (&marks, g_free);
      ck_assert_msg (n < 10, "it does not end after %s", CHANGES[i]);
      scene_close (&scene);
    }
}

TEST (walk_again__is_another_pass_with_the_rows_of_then)
{
  g_autofree char *position = NULL;
  g_autoptr (GError) error = NULL;
  const char *range;
  Walk walk;
  Scene scene;

  scene_open (&scene, "CREATE TABLE t (mark); INSERT INTO t VALUES ('1')");
  ck_assert (walk_init (&walk, NULL, &error));
  ck_assert_uint_eq (walk.pass, 1);
  ck_assert (walk_next (&walk, scene.db, &scene.key, 9, &range, scene.arena, &error));
  walk.written = TRUE;
  sql_exec (scene.db, "INSERT INTO t VALUES ('2')");
  walk_again (&walk);
  ck_assert_uint_eq (walk.pass, 2);
  ck_assert (!walk.written);
  position = walk_position (&walk);
  walk_clear (&walk);
  g_autofree char *marks = next_marks (&scene, &position, 9);
  ck_assert_str_eq (marks, "=31; =32");
  scene_close (&scene);
}

TEST (walk_position__says_all_of_it)
{
  static const struct
  {
    const char *low, *high;
    gboolean written;
  } CASES[] = { { NULL, NULL, FALSE },
                { NULL, "7", TRUE },
                { "'it''s', -5", "'z', X'00FF'", FALSE },
                { "'\n\t\\\"漢'", "'\x01'", TRUE } };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;
      Walk walk = { .pass = 3, .written = CASES[i].written };
      Walk again;
      walk.low = g_strdup (CASES[i].low);
      walk.high = g_strdup (CASES[i].high);
      g_autofree char *position = walk_position (&walk);
      walk_init (&again, position, &error);
      assert_no_error (error);
      ck_assert_uint_eq (again.pass, 3);
      ck_assert (again.written == CASES[i].written);
      ck_assert_pstr_eq (again.low, CASES[i].low);
      ck_assert_pstr_eq (again.high, CASES[i].high);
      ck_assert (g_utf8_validate (position, -1, NULL));
      walk_clear (&walk);
      walk_clear (&again);
    }
}

TEST (walk_init__nonsense_is_drift)
{
  static const char *const TEXTS[] = { "",
                                       "7",
                                       "(1)",
                                       "(1, false, '5')",
                                       "(1, false, 5, nothing)",
                                       "(-1, false, '5', '7')",
                                       "('1', false, '5', '7')",
                                       "(1, false, '5', '7') x",
                                       "nothing",
                                       "(1, 2, '5', '7')" };

  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    {
      g_autoptr (GError) error = NULL;
      Walk walk;
      ck_assert_msg (!walk_init (&walk, TEXTS[i], &error), "'%s'", TEXTS[i]);
      assert_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT);
      walk_clear (&walk);
    }
}

/* Keys of rows ---------------------------------------------------------------- */

static void
assert_key (const char *sql, const char *list, const char *lasting, gboolean by_rowid,
            const char *locator)
{
  Scene scene;

  scene_open (&scene, sql);
  g_autofree char *names = g_strjoinv (", ", (char **) scene.key.lasting);
  ck_assert_str_eq (scene.key.list, list);
  ck_assert_str_eq (names, lasting);
  ck_assert_uint_eq (scene.key.n, g_strv_length ((char **) scene.key.columns));
  ck_assert (scene.key.by_rowid == by_rowid);
  ck_assert_str_eq (row_key_locator (&scene.key, scene.arena), locator);
  scene_close (&scene);
}

TEST (row_key__is_the_rowid_or_the_key_of_a_table_without_one)
{
  assert_key ("CREATE TABLE t (a)", "rowid", "rowid", TRUE, "rowid = NEW.rowid");
  assert_key ("CREATE TABLE t (rowid, a)", "_rowid_", "_rowid_", TRUE,
              "_rowid_ = NEW._rowid_");
  assert_key ("CREATE TABLE t (b, a, PRIMARY KEY (a, b)) WITHOUT ROWID", "\"a\", \"b\"",
              "\"a\", \"b\"", FALSE, "\"a\" = NEW.\"a\" AND \"b\" = NEW.\"b\"");
}

/* VACUUM numbers rowids anew that no column holds. */
TEST (row_key__what_lasts_is_the_primary_key_where_there_is_one)
{
  assert_key ("CREATE TABLE t (a TEXT PRIMARY KEY)", "rowid", "\"a\"", TRUE,
              "rowid = NEW.rowid");
}

TEST (row_key__a_table_that_hides_its_rowid_is_refused)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  const SqliteTable *live;
  sqlite3 *db;
  RowKey key;

  sqlite3_open (":memory:", &db);
  sql_exec (db, "CREATE TABLE t (oid, RowId, _ROWID_)");
  ck_assert (live_table (db, "t", &live, arena, &error));
  ck_assert (!row_key_init (&key, live, arena, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED);
  assert_has (error->message, "'t'");
  sqlite3_close (db);
}

TEST_MAIN ("engine/sqlite/walk", walk__meets_each_row_once,
           walk__meets_rows_whose_key_holds_a_nul_or_no_utf_8,
           walk__leaves_out_rows_behind_the_last_key_seen_at_its_start,
           walk__ends_though_its_last_row_is_deleted_or_its_case_changes,
           walk_again__is_another_pass_with_the_rows_of_then,
           walk_position__says_all_of_it, walk_init__nonsense_is_drift,
           row_key__is_the_rowid_or_the_key_of_a_table_without_one,
           row_key__what_lasts_is_the_primary_key_where_there_is_one,
           row_key__a_table_that_hides_its_rowid_is_refused)
