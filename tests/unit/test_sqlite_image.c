/* SPDX-License-Identifier: Apache-2.0
 *
 * Steps on live rows and the way back: images, swaps, trying out, copies.
 */
#include "config.h"

#include "engine/sqlite/image.h"

#include <glib/gstdio.h>
#include <string.h>

#include "engine/sql/action_plan.h"
#include "engine/sqlite/connection.h"
#include "engine/sqlite/sqlite.h"
#include "fixture.h"
#include "sql_fixture.h"
#include "testing.h"

/* A migration's actions on a live file. */
typedef struct
{
  Fixture *fixture;
  ActionPlan *plan;
  SqlFixture *file;
  char *definitions;
} Scene;

static Scene
scene_new (const char *yaml, const char *sql)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (GError) error = NULL;
  Scene scene = { .fixture = fixture_new (yaml), .file = sql_fixture_new (sql) };

  scene.plan = action_plan_new (&engine_sqlite, scene.fixture->migration,
                                scene.fixture->plan, diagnostics);
  ck_assert_ptr_nonnull (scene.plan);
  scene.definitions
      = engine_sqlite.definitions (scene.file->connection, scene.plan->start, &error);
  assert_no_error (error);
  return scene;
}

static void
scene_clear (Scene *scene)
{
  g_free (scene->definitions);
  action_plan_free (scene->plan);
  fixture_free (scene->fixture);
  sql_fixture_free (scene->file);
}

static void
run_fill (Scene *scene, const Action *action)
{
  FillProgress progress = { 0 };
  g_autoptr (GError) error = NULL;

  while (!progress.done)
    {
      sql_begin (scene->file->connection, SQL_FOR_ROWS);
      engine_sqlite.fill (scene->file->connection, action, 2, &progress, &error);
      assert_no_error (error);
      sql_commit (scene->file->connection);
    }
  g_free (progress.position);
}

static void
run_actions (Scene *scene, const GPtrArray *actions)
{
  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      g_autoptr (GError) error = NULL;
      if (action->kind == ACTION_FILL)
        {
          run_fill (scene, action);
          continue;
        }
      sql_begin (scene->file->connection, SQL_FOR_SCHEMA);
      engine_sqlite.perform (scene->file->connection, action, scene->definitions, &error);
      assert_no_error (error);
      sql_commit (scene->file->connection);
    }
}

static void
go_forward (Scene *scene)
{
  for (guint i = 0; i < scene->plan->steps->len; i++)
    run_actions (scene, action_plan_step (scene->plan, i + 1)->actions);
}

/* All steps back, and the images away. */
static void
go_back (Scene *scene)
{
  g_autoptr (GError) error = NULL;

  for (guint i = scene->plan->steps->len; i > 0; i--)
    run_actions (scene, action_plan_step (scene->plan, i)->undo);
  sql_begin (scene->file->connection, SQL_FOR_SCHEMA);
  engine_sqlite.forget (scene->file->connection, scene->fixture->migration->id, &error);
  assert_no_error (error);
  sql_commit (scene->file->connection);
  assert_sound (scene->file->db);
  assert_sql (scene->file->db, "SELECT name FROM sqlite_schema WHERE name LIKE 'zdm%'",
              "");
}

/* Images ---------------------------------------------------------------------- */

/* A table whose rowid no column holds. */
#define WORDS                                                              \
  "table:\n"                                                               \
  "  name: words\n"                                                        \
  "  columns:\n"                                                           \
  "    - { name: word, type: TEXT, nullable: false, primary_key: true }\n" \
  "    - { name: n, type: INTEGER }\n"                                     \
  "    - { name: note, type: TEXT }\n"

#define LIVE_WORDS                                                             \
  "CREATE TABLE words (word TEXT PRIMARY KEY NOT NULL, n INTEGER, note TEXT,"  \
  " undeclared BLOB DEFAULT x'ff');"                                           \
  "INSERT INTO words (rowid, word, n, note) VALUES (3, 'it''s', 1, 'a'), (8, " \
  "'b', NULL, 'b'), (20, 'c', 3, NULL), (21, 'd', 1, 'a'), (40, 'e', 5, 'e')"

#define ALL_WORDS \
  "SELECT rowid, word, n, note, hex (undeclared) FROM words ORDER BY rowid"

static const char *const CHANGES[] = {
  WORDS "change:\n  update_rows: { set: { note: upper, n: { coalesce: 0 } } }\n",
  WORDS "change:\n  delete_rows: { where: { n: 1 } }\n",
  WORDS "change:\n  delete_rows: {}\n",
  WORDS "change:\n  insert_rows: { rows: [ { word: z, n: 9 }, { word: c, n: 4 } ], "
        "if_exists: skip }\n",
  WORDS "change:\n  - update_rows: { set: { note: upper } }\n"
        "  - delete_rows: { where: { n: 5 } }\n"
        "  - insert_rows: { rows: [ { word: e2 } ] }\n",
};

TEST (image_restore__gives_back_what_was)
{
  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      Scene scene = scene_new (CHANGES[i], LIVE_WORDS);
      sqlite3 *db = scene.file->db;
      g_autofree char *before = sql_rows (db, ALL_WORDS);
      g_autofree char *schema = sql_rows (db, "SELECT * FROM sqlite_schema");
      go_forward (&scene);
      g_autofree char *changed = sql_rows (db, ALL_WORDS);
      ck_assert_str_ne (changed, before);
      go_back (&scene);
      assert_sql (db, ALL_WORDS, before);
      assert_sql (db, "SELECT * FROM sqlite_schema", schema);
      scene_clear (&scene);
    }
}

/* VACUUM may number rowids anew that are no column: rows are found by their key. */
TEST (image_restore__gives_back_what_was_though_rows_were_numbered_anew)
{
  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      Scene scene = scene_new (CHANGES[i], LIVE_WORDS);
      sqlite3 *db = scene.file->db;
      g_autofree char *before
          = sql_rows (db, "SELECT word, n, note FROM words ORDER BY word");
      go_forward (&scene);
      sql_exec (db, "VACUUM");
      go_back (&scene);
      assert_sql (db, "SELECT word, n, note FROM words ORDER BY word", before);
      scene_clear (&scene);
    }
}

TEST (image_restore__leaves_what_applications_wrote_since)
{
  Scene scene = scene_new (CHANGES[0], LIVE_WORDS);
  sqlite3 *db = scene.file->db;

  go_forward (&scene);
  sql_exec (db, "UPDATE words SET note = 'mine' WHERE word = 'b';"
                "UPDATE words SET n = 100 WHERE word = 'd';"
                "DELETE FROM words WHERE word = 'c';"
                "INSERT INTO words (word, note) VALUES ('new', 'NEW')");
  go_back (&scene);
  assert_sql (db, "SELECT word, n, note FROM words ORDER BY word",
              "b|~|mine; d|100|a; e|5|e; it's|1|a; new|~|NEW");
  scene_clear (&scene);
}

TEST (image_restore__leaves_a_key_that_was_taken_since)
{
  Scene scene = scene_new (CHANGES[1], LIVE_WORDS);
  sqlite3 *db = scene.file->db;

  go_forward (&scene);
  assert_sql (db, "SELECT group_concat (word) FROM words", "b,c,e");
  sql_exec (db, "INSERT INTO words (word, n) VALUES ('d', 77)");
  go_back (&scene);
  assert_sql (db, "SELECT word, n FROM words ORDER BY word",
              "b|~; c|3; d|77; e|5; it's|1");
  scene_clear (&scene);
}

/* A row that an application put where a deleted one was keeps its place; the deleted one
 * comes back all the same. */
TEST (image_restore__brings_rows_back_though_their_place_is_taken)
{
  Scene scene
      = scene_new (WORDS "change:\n  delete_rows: { where: { n: 5 } }\n", LIVE_WORDS);
  sqlite3 *db = scene.file->db;

  go_forward (&scene);
  sql_exec (db, "INSERT INTO words (rowid, word) VALUES (40, 'taker')");
  go_back (&scene);
  assert_sql (db, "SELECT word, n FROM words WHERE word IN ('e', 'taker') ORDER BY word",
              "e|5; taker|~");
  scene_clear (&scene);
}

TEST (image_forget__drops_the_images_of_that_migration_only)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (
      "CREATE TABLE \"zdm_before/MIG-1/1\" (a); CREATE TABLE \"zdm_before/MIG-1/2/rows\" "
      "(a); CREATE TABLE \"zdm_before/MIG-10/1\" (a); CREATE TABLE "
      "\"zdm_before/mig-1x/1\" (a); CREATE TABLE mine (a)");
  g_autoptr (GError) error = NULL;

  image_forget (file->db, "MIG-1", &error);
  assert_no_error (error);
  assert_sql (file->db, "SELECT name FROM sqlite_schema ORDER BY name",
              "mine; zdm_before/MIG-10/1; zdm_before/mig-1x/1");
}

/* Swaps ----------------------------------------------------------------------- */

#define USERS                                                                 \
  "tables:\n"                                                                 \
  "  - name: users\n"                                                         \
  "    columns:\n"                                                            \
  "      - { name: id, type: INTEGER, nullable: false, primary_key: true }\n" \
  "      - { name: age, type: INTEGER, nullable: false, default: 7 }\n"       \
  "      - { name: name, type: TEXT }\n"                                      \
  "    indexes: [ { name: by_age, columns: [age, name] } ]\n"                 \
  "    constraints: [ { name: grown, check: { column: age, min: 1 } } ]\n"    \
  "change:\n"                                                                 \
  "  table: users\n"                                                          \
  "  alter_column: { column: age, type: BIGINT }\n"

#define LIVE_USERS                                                                     \
  "CREATE TABLE log (what);"                                                           \
  "CREATE TABLE users (id INTEGER PRIMARY KEY AUTOINCREMENT, age INTEGER /* years */ " \
  "NOT NULL DEFAULT 7, name TEXT COLLATE NOCASE, CONSTRAINT grown CHECK (age >= 1), "  \
  "UNIQUE (name, age));"                                                               \
  "CREATE INDEX by_age ON users (age, name);"                                          \
  "CREATE INDEX some ON users (name) WHERE age > 10;"                                  \
  "CREATE TABLE posts (id INTEGER PRIMARY KEY, author INT REFERENCES users (id));"     \
  "CREATE VIEW ages AS SELECT age FROM users;"                                         \
  "CREATE TRIGGER loud AFTER UPDATE OF age ON users BEGIN INSERT INTO log VALUES "     \
  "(NEW.id || ':' || NEW.age); END;"                                                   \
  "INSERT INTO users VALUES (1, 30, 'a'), (2, 5, 'b'), (7, 18, NULL);"                 \
  "INSERT INTO posts VALUES (1, 7)"

TEST (sqlite_swap__gives_the_name_to_the_other_cells_and_back)
{
  Scene scene = scene_new (USERS, LIVE_USERS);
  sqlite3 *db = scene.file->db;
  g_autofree char *schema = sql_rows (
      db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2");
  g_autofree char *rows = sql_rows (db, "SELECT * FROM users");

  go_forward (&scene);
  assert_sound (db);
  assert_sql (db, "SELECT id, age, name FROM users ORDER BY id", "1|30|a; 2|5|b; 7|18|~");
  assert_sql (db, "SELECT age FROM ages ORDER BY age", "5; 18; 30");
  assert_sql (db, "SELECT * FROM log", "");
  sql_exec (db,
            "INSERT INTO users (name) VALUES ('n'); UPDATE users SET age = 31 WHERE id "
            "= 1");
  assert_sql (db, "SELECT id, age FROM users WHERE name = 'N'", "8|7");
  assert_sql (db, "SELECT what FROM log", "1:31");
  sql_exec (db,
            "DELETE FROM users WHERE id = 8; UPDATE users SET age = 30 WHERE id = 1; "
            "DELETE FROM log; UPDATE sqlite_sequence SET seq = 7 WHERE name = 'users'");
  go_back (&scene);
  assert_sql (db, "SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY 1, 2",
              schema);
  assert_sql (db, "SELECT * FROM users", rows);
  scene_clear (&scene);
}

/* Trying out, copying --------------------------------------------------------- */

TEST (sqlite_try_out__touches_nothing_and_says_what_would_fail)
{
  Scene scene = scene_new (USERS, LIVE_USERS);
  g_autoptr (GError) error = NULL;
  g_autofree char *before = engine_sqlite.digest (scene.file->connection, NULL);
  const Action *at;

  ck_assert (engine_sqlite.try_out (scene.file->connection, scene.plan->start,
                                    scene.plan->actions, &at, &error));
  assert_no_error (error);
  ck_assert_ptr_null (at);
  g_autofree char *after = engine_sqlite.digest (scene.file->connection, NULL);
  ck_assert_str_eq (after, before);
  sql_exec (scene.file->db, "ALTER TABLE users ADD COLUMN zdm_new_age");
  ck_assert (!engine_sqlite.try_out (scene.file->connection, scene.plan->start,
                                     scene.plan->actions, &at, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT);
  assert_has (error->message, "zdm_new_age");
  assert_has (at->sql, "zdm_new_age");
  scene_clear (&scene);
}

TEST (sqlite_copy__is_the_same_and_can_be_forgotten)
{
  static const char *const MODES[] = { "DELETE", "WAL" };

  for (guint i = 0; i < G_N_ELEMENTS (MODES); i++)
    {
      g_autofree char *pragma = g_strconcat ("PRAGMA journal_mode = ", MODES[i], NULL);
      g_autoptr (SqlFixture) file = sql_fixture_new (pragma);
      g_autoptr (GError) error = NULL;
      sql_exec (file->db, LIVE_USERS);
      g_autofree char *path = g_build_filename (file->folder, "it's a copy%20?#", NULL);
      g_autofree char *url = engine_sqlite.copy (file->url, path, &error);
      assert_no_error (error);
      SqlConnection *copy = engine_sqlite.open (url, SQL_READ_WRITE, &error);
      assert_no_error (error);
      g_autofree char *one = engine_sqlite.digest (file->connection, &error);
      g_autofree char *other = engine_sqlite.digest (copy, &error);
      ck_assert_str_eq (one, other);
      sql_exec (sqlite_connection_handle (copy), "DELETE FROM posts");
      assert_sql (file->db, "SELECT count(*) FROM posts", "1");
      engine_sqlite.close (copy);
      engine_sqlite.forget_copy (url);
      g_autofree char *files = sql_fixture_files (file);
      ck_assert_msg (strstr (files, "copy") == NULL, "%s", files);
    }
}

/* What a digest has to tell apart, each from the first. */
TEST (sqlite_digest__tells_everything_apart_but_what_is_ours)
{
  static const char *const CHANGES_OF_IT[] = {
    "UPDATE t SET a = 2",
    "UPDATE t SET a = '1'",
    "UPDATE t SET a = 1.0",
    "UPDATE t SET a = x'31'",
    "UPDATE t SET a = NULL",
    "UPDATE t SET b = ''",
    "UPDATE t SET b = 'x' || char (0) || 'z'",
    "UPDATE t SET b = 'x'",
    "UPDATE t SET a = b, b = a",
    "INSERT INTO t VALUES (1, 'x')",
    "DELETE FROM t",
    "CREATE INDEX i ON t (a)",
    "CREATE VIEW v AS SELECT 1",
    "CREATE TABLE u (a)",
    "ALTER TABLE t ADD COLUMN c",
  };
#define GIVEN "CREATE TABLE t (a, b); INSERT INTO t VALUES (1, 'x' || char (0) || 'y')"
  g_autoptr (SqlFixture) given = sql_fixture_new (GIVEN);
  g_autofree char *digest = engine_sqlite.digest (given->connection, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (CHANGES_OF_IT); i++)
    {
      g_autoptr (SqlFixture) file = sql_fixture_new (GIVEN);
      sql_exec (file->db, CHANGES_OF_IT[i]);
      g_autofree char *other = engine_sqlite.digest (file->connection, NULL);
      ck_assert_msg (g_strcmp0 (other, digest) != 0, "%s", CHANGES_OF_IT[i]);
    }
  sql_exec (given->db, "CREATE TABLE zdm_meta (a); INSERT INTO zdm_meta VALUES (1)");
  g_autofree char *same = engine_sqlite.digest (given->connection, NULL);
  ck_assert_str_eq (same, digest);
}

TEST_MAIN ("engine/sqlite/image", image_restore__gives_back_what_was,
           image_restore__gives_back_what_was_though_rows_were_numbered_anew,
           image_restore__leaves_what_applications_wrote_since,
           image_restore__leaves_a_key_that_was_taken_since,
           image_restore__brings_rows_back_though_their_place_is_taken,
           image_forget__drops_the_images_of_that_migration_only,
           sqlite_swap__gives_the_name_to_the_other_cells_and_back,
           sqlite_try_out__touches_nothing_and_says_what_would_fail,
           sqlite_copy__is_the_same_and_can_be_forgotten,
           sqlite_digest__tells_everything_apart_but_what_is_ours)
