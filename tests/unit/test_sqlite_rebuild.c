/* SPDX-License-Identifier: Apache-2.0
 *
 * Live tables made anew, edited and given back, with all that users put around them.
 */
#include "config.h"

#include "engine/sqlite/rebuild.h"

#include <string.h>

#include "engine/sqlite/alias.h"
#include "engine/sqlite/connection.h"
#include "engine/sqlite/edit.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/tidy.h"
#include "fixture.h"
#include "sql_fixture.h"
#include "testing.h"

/* A table in the middle of things: keys in and out and to itself, triggers on it and
 * about it, a view, indexes of all kinds, a sequence that is ahead of its rows. */
#define USERS                                                                            \
  "CREATE TABLE groups (name TEXT PRIMARY KEY);"                                         \
  "CREATE TABLE log (what TEXT);"                                                        \
  "CREATE TABLE \"the users\" ( -- people\n"                                             \
  "  id INTEGER PRIMARY KEY AUTOINCREMENT,\n"                                            \
  "  email TEXT COLLATE NOCASE UNIQUE,\n"                                                \
  "  grp TEXT REFERENCES groups (name) ON UPDATE CASCADE,\n"                             \
  "  boss INT REFERENCES \"the users\" (id),\n"                                          \
  "  age INT NOT NULL DEFAULT 7 CHECK (age > 0),\n"                                      \
  "  twice INT GENERATED ALWAYS AS (age * 2) VIRTUAL,\n"                                 \
  "  note TEXT, UNIQUE (note, age) /* both */ );"                                        \
  "CREATE TABLE posts (id INTEGER PRIMARY KEY, author INT NOT NULL REFERENCES "          \
  "\"the users\" ON DELETE CASCADE);"                                                    \
  "CREATE INDEX by_age ON \"the users\" (age DESC, lower (email)) WHERE age > 18;"       \
  "CREATE UNIQUE INDEX by_note ON \"the users\" (note);"                                 \
  "CREATE VIEW grown AS SELECT id, email FROM \"the users\" WHERE age >= 18;"            \
  "CREATE TRIGGER loud AFTER INSERT ON \"the users\" BEGIN INSERT INTO log VALUES "      \
  "('new ' || NEW.email); END;"                                                          \
  "CREATE TRIGGER gone AFTER DELETE ON \"the users\" BEGIN INSERT INTO log VALUES "      \
  "('gone'); END;"                                                                       \
  "CREATE TRIGGER older AFTER INSERT ON posts BEGIN UPDATE \"the users\" SET age = age " \
  "+ 1 WHERE id = NEW.author; END;"                                                      \
  "INSERT INTO groups VALUES ('a'), ('b');"                                              \
  "INSERT INTO \"the users\" (id, email, grp, boss, age, note) VALUES (1, 'x@y', 'a', "  \
  "NULL, 30, 'n'), (5, 'y@y', 'b', 1, 17, NULL), (90, 'z@y', NULL, 5, 40, 'm');"         \
  "DELETE FROM \"the users\" WHERE id = 90;"                                             \
  "INSERT INTO posts VALUES (1, 1), (2, 5);"                                             \
  "DELETE FROM log"

#define ROWS \
  "SELECT id, email, grp, boss, age, twice, note FROM \"the users\" ORDER BY id"

static const SqliteTable *
table_of (sqlite3 *db, const char *name, Arena *arena)
{
  g_autoptr (GError) error = NULL;
  const SqliteTable *table;

  live_table (db, name, &table, arena, &error);
  assert_no_error (error);
  return table;
}

/* All but the table itself. */
static char *
surroundings (sqlite3 *db)
{
  return sql_rows (db,
                   "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name <> "
                   "'the users' AND sql IS NOT NULL ORDER BY type, name");
}

static void
assert_breaks (sqlite3 *db, const char *sql)
{
  int code = sqlite3_exec (db, sql, NULL, NULL, NULL);

  ck_assert_msg ((code & 0xff) == SQLITE_CONSTRAINT, "%s gave %d", sql, code);
}

/* Triggers, keys, the view and the sequence do what they did. */
static void
assert_lives (sqlite3 *db)
{
  assert_sound (db);
  sql_exec (db, "PRAGMA foreign_keys = ON; DELETE FROM log;"
                "INSERT INTO \"the users\" (email, note) VALUES ('n@y', 'new')");
  assert_sql (db, "SELECT what FROM log", "new n@y");
  assert_sql (db, "SELECT max(id) FROM \"the users\"", "91");
  sql_exec (db, "INSERT INTO posts VALUES (3, 5)");
  assert_sql (db, "SELECT age FROM \"the users\" WHERE id = 5", "19");
  assert_sql (db, "SELECT id FROM grown ORDER BY id", "1; 5");
  sql_exec (db, "UPDATE groups SET name = 'c' WHERE name = 'b'");
  assert_sql (db, "SELECT grp FROM \"the users\" WHERE id = 5", "c");
  assert_breaks (db, "INSERT INTO \"the users\" (boss) VALUES (77)");
  sql_exec (db, "DELETE FROM \"the users\" WHERE id = 91;"
                "DELETE FROM \"the users\" WHERE id = 5");
  assert_sql (db, "SELECT id FROM posts", "1");
  assert_sound (db);
}

TEST (rebuild_table__keeps_all_that_is_around_it)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (USERS);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  const SqliteTable *table = table_of (file->db, "the users", arena);
  g_autofree char *rows = sql_rows (file->db, ROWS);
  g_autofree char *before = surroundings (file->db);
  const char *sql
      = "CREATE TABLE \"the users\" (note TEXT, age INT NOT NULL DEFAULT 7,"
        " id INTEGER PRIMARY KEY AUTOINCREMENT, -- last\n boss INT REFERENCES \"the "
        "users\" (id), twice INT AS (age * 2), grp TEXT REFERENCES groups (name) ON UPDATE "
        "CASCADE, email TEXT)";

  sql_begin (file->connection, SQL_FOR_SCHEMA);
  rebuild_table (file->db, table, sql, NULL, NULL, &error);
  assert_no_error (error);
  sql_commit (file->connection);
  assert_sql (file->db, ROWS, rows);
  assert_sql (file->db, "SELECT sql FROM sqlite_schema WHERE name = 'the users'", sql);
  g_autofree char *after = surroundings (file->db);
  ck_assert_str_eq (after, before);
  assert_sql (file->db, "SELECT * FROM log", "");
  assert_lives (file->db);
}

TEST (rebuild_table__takes_cells_from_columns_of_other_names)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (
      "CREATE TABLE t (a, b, c); INSERT INTO t (rowid, a, b, c) VALUES (3, 1, 2, 3), (9, 4, "
      "x'00', 'c')");
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  const SqliteTable *table = table_of (file->db, "t", arena);
  const char *from[] = { "a", "b", NULL }, *to[] = { "old", "A", NULL };

  sql_begin (file->connection, SQL_FOR_SCHEMA);
  rebuild_table (file->db, table, "CREATE TABLE t (c, A, old, d DEFAULT 5)", from, to,
                 &error);
  assert_no_error (error);
  sql_commit (file->connection);
  assert_sql (file->db, "SELECT rowid, a, old, quote(c), d FROM t",
              "3|2|1|3|5; 9||4|'c'|5");
  assert_sql (file->db, "SELECT quote(a) FROM t WHERE rowid = 9", "X'00'");
}

TEST (rebuild_table__that_fails_and_is_rolled_back_changes_nothing)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (USERS);
  g_autofree char *rows = sql_rows (file->db, ROWS);
  g_autofree char *before = sql_rows (file->db, "SELECT * FROM sqlite_schema");
  static const char *const WORSE[]
      = { "CREATE TABLE \"the users\" (id INTEGER PRIMARY KEY, note TEXT NOT NULL)",
          "CREATE TABLE \"the users\" (id INTEGER PRIMARY KEY, age INT CHECK (age > 20))",
          "CREATE TABLE \"the users\" (id INTEGER PRIMARY KEY)",
          "CREATE TABLE \"the users\" (id INTEGER PRIMARY KEY" };

  for (guint i = 0; i < G_N_ELEMENTS (WORSE); i++)
    {
      g_autoptr (Arena) arena = arena_new ();
      g_autoptr (GError) error = NULL;
      const SqliteTable *table = table_of (file->db, "the users", arena);
      sql_begin (file->connection, SQL_FOR_SCHEMA);
      ck_assert_msg (!rebuild_table (file->db, table, WORSE[i], NULL, NULL, &error), "%s",
                     WORSE[i]);
      ck_assert_ptr_nonnull (error);
      file->connection->engine->roll_back (file->connection);
      assert_sql (file->db, "SELECT * FROM sqlite_schema", before);
      assert_sql (file->db, ROWS, rows);
      assert_sql (file->db, "PRAGMA legacy_alter_table", "0");
    }
  assert_lives (file->db);
}

TEST (rebuild_without_unique__drops_that_key_only)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (USERS);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  const char *columns[] = { "NOTE", "age", NULL };
  g_autofree char *rows = sql_rows (file->db, ROWS);

  sql_begin (file->connection, SQL_FOR_SCHEMA);
  rebuild_without_unique (file->db, table_of (file->db, "the users", arena), columns,
                          &error);
  assert_no_error (error);
  sql_commit (file->connection);
  assert_sql (file->db, ROWS, rows);
  assert_sql (file->db, "SELECT count(*) FROM pragma_index_list ('the users')", "3");
  assert_sql (file->db,
              "SELECT sql LIKE '%-- people%' AND sql LIKE '%email TEXT COLLATE NOCASE "
              "UNIQUE%' AND sql NOT LIKE '%(note, age)%' FROM sqlite_schema WHERE name = "
              "'the users'",
              "1");
  assert_lives (file->db);
}

static void
assert_key (const char *definition, const char *const *columns, const char *key,
            const char *rows)
{
  g_autofree char *sql = g_strconcat (
      definition, "; INSERT INTO t (a, b) VALUES (1, 'x'), (2, 'y')", NULL);
  g_autoptr (SqlFixture) file = sql_fixture_new (sql);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;

  sql_begin (file->connection, SQL_FOR_SCHEMA);
  rebuild_with_key (file->db, table_of (file->db, "t", arena), columns, &error);
  assert_no_error (error);
  sql_commit (file->connection);
  assert_sql (file->db,
              "SELECT group_concat (name) FROM (SELECT name FROM pragma_table_info ('t') "
              "WHERE pk > 0 ORDER BY pk)",
              key);
  assert_sql (file->db, "SELECT a, b FROM t ORDER BY a", rows);
  assert_sound (file->db);
}

TEST (rebuild_with_key__gives_another_one_or_none)
{
  const char *a[] = { "a", NULL }, *both[] = { "b", "A", NULL };

  assert_key ("CREATE TABLE t (a INT, b TEXT)", both, "b,a", "1|x; 2|y");
  assert_key ("CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT)", both, "b,a", "1|x; 2|y");
  assert_key ("CREATE TABLE t (a INTEGER PRIMARY KEY AUTOINCREMENT, b TEXT)", NULL, "~",
              "1|x; 2|y");
  assert_key ("CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a, b))", a, "a", "1|x; 2|y");
  assert_key ("CREATE TABLE t (a INT, b TEXT, PRIMARY KEY (a, b)) WITHOUT ROWID", a, "a",
              "1|x; 2|y");
  assert_key ("CREATE TABLE t (a INT, b TEXT CONSTRAINT k PRIMARY KEY DESC)", NULL, "~",
              "1|x; 2|y");
}

/* Definitions ----------------------------------------------------------------- */

TEST (live_define__refuses_what_sqlite_cannot_read_and_leaves_nothing)
{
  g_autoptr (SqlFixture) file
      = sql_fixture_new ("CREATE TABLE t (a, b UNIQUE); INSERT INTO t VALUES (1, 2)");
  g_autofree char *before = sql_rows (file->db, "SELECT * FROM sqlite_schema");
  static const char *const BROKEN[]
      = { "",
          "CREATE TABLE t (",
          "CREATE TABLE t (a, b UNIQUE) garbage",
          "DROP TABLE t",
          "CREATE TABLE t (a, a)",
          "CREATE TABLE t (a, b UNIQUE, CHECK (missing > 1))" };

  for (guint i = 0; i < G_N_ELEMENTS (BROKEN); i++)
    {
      g_autoptr (GError) error = NULL;
      sql_begin (file->connection, SQL_FOR_SCHEMA);
      ck_assert_msg (!live_define (file->db, "t", BROKEN[i], &error), "%s", BROKEN[i]);
      ck_assert_ptr_nonnull (error);
      file->connection->engine->roll_back (file->connection);
      assert_sql (file->db, "PRAGMA writable_schema", "0");
      assert_sql (file->db, "SELECT * FROM sqlite_schema", before);
      assert_sql (file->db, "SELECT a, b FROM t", "1|2");
      assert_sound (file->db);
    }
}

TEST (live_define__is_seen_by_other_connections_at_once)
{
  g_autoptr (SqlFixture) file
      = sql_fixture_new ("CREATE TABLE t (a NOT NULL); INSERT INTO t VALUES (1)");
  g_autoptr (GError) error = NULL;
  SqlConnection *other = sql_fixture_connect (file, SQL_READ_WRITE);
  sqlite3 *db = sqlite_connection_handle (other);

  assert_breaks (db, "INSERT INTO t VALUES (NULL)");
  sql_begin (file->connection, SQL_FOR_SCHEMA);
  live_define (file->db, "t", "CREATE TABLE t (a)", &error);
  assert_no_error (error);
  sql_commit (file->connection);
  sql_exec (db, "INSERT INTO t VALUES (NULL)");
  assert_sound (db);
  other->engine->close (other);
}

TEST (live_table__one_that_is_not_there_is_missing)
{
  g_autoptr (SqlFixture) file = sql_fixture_new ("CREATE VIEW v AS SELECT 1 AS a");
  g_autoptr (Arena) arena = arena_new ();
  static const char *const NAMES[] = { "t", "v" };

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      g_autoptr (GError) error = NULL;
      const SqliteTable *table;
      ck_assert (!live_table (file->db, NAMES[i], &table, arena, &error));
      assert_error (error, ZDM_ERROR, ZDM_ERROR_MISSING);
      assert_has (error->message, NAMES[i]);
    }
}

TEST (live_first_row__names_it_by_what_lasts)
{
  static const struct
  {
    const char *sql, *row;
  } CASES[] = {
    { "CREATE TABLE t (a INTEGER PRIMARY KEY, x); INSERT INTO t VALUES (7, 1)", "7" },
    { "CREATE TABLE t (\"it's\" TEXT PRIMARY KEY, x); INSERT INTO t VALUES ('o''k', 1)",
      "'o''k'" },
    { "CREATE TABLE t (a, b, x, PRIMARY KEY (b, a)) WITHOUT ROWID; INSERT INTO t VALUES "
      "(1, 'z', 1)",
      "'z'" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (SqlFixture) file = sql_fixture_new (CASES[i].sql);
      g_autoptr (Arena) arena = arena_new ();
      g_autoptr (GError) error = NULL;
      const SqliteTable *table = table_of (file->db, "t", arena);
      const char *row;
      ck_assert (live_first_row (file->db, table, "x = 1", &row, arena, &error));
      assert_has (row, CASES[i].row);
      ck_assert (live_first_row (file->db, table, "x = 2", &row, arena, &error));
      ck_assert_ptr_null (row);
    }
}

/* Edits ----------------------------------------------------------------------- */

static void
edit (SqlFixture *file, const SqliteEdit *edits, guint n, GError **error)
{
  const SqliteDetail detail
      = { .kind = SQLITE_EDIT, .table = "the users", .edits = edits, .n_edits = n };

  sql_begin (file->connection, SQL_FOR_SCHEMA);
  if (sqlite_edit (file->db, &detail, error))
    sql_commit (file->connection);
  else
    file->connection->engine->roll_back (file->connection);
}

TEST (sqlite_edit__changes_the_definition_and_nothing_else)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (USERS);
  g_autoptr (GError) error = NULL;
  g_autofree char *rows = sql_rows (file->db, ROWS);
  g_autofree char *before = surroundings (file->db);
  const SqliteEdit edits[]
      = { { .kind = EDIT_DROP_NOT_NULL, .column = "age" },
          { .kind = EDIT_SET_DEFAULT, .column = "age", .text = "8" },
          { .kind = EDIT_SET_NOT_NULL, .column = "email" },
          { .kind = EDIT_SET_TYPE, .column = "note", .text = "VARCHAR(80)" },
          { .kind = EDIT_ADD_ENUM, .column = "grp", .text = "grp IN ('a', 'b', 'c')" } };

  edit (file, edits, G_N_ELEMENTS (edits), &error);
  assert_no_error (error);
  assert_sql (file->db, ROWS, rows);
  g_autofree char *after = surroundings (file->db);
  ck_assert_str_eq (after, before);
  assert_sql (file->db,
              "SELECT name, type, \"notnull\", dflt_value FROM pragma_table_info ('the "
              "users') WHERE name IN ('age', 'email', 'note')",
              "email|TEXT|1|~; age|INT|0|8; note|VARCHAR(80)|0|~");
  assert_breaks (file->db, "UPDATE \"the users\" SET grp = 'q' WHERE id = 1");
  sql_exec (file->db, "UPDATE \"the users\" SET grp = 'b' WHERE id = 1");
  const SqliteEdit back[]
      = { { .kind = EDIT_DROP_ENUM, .text = "grp IN ('a', 'b', 'c')" },
          { .kind = EDIT_SET_NOT_NULL, .column = "age" },
          { .kind = EDIT_DROP_NOT_NULL, .column = "email" } };
  edit (file, back, G_N_ELEMENTS (back), &error);
  assert_no_error (error);
  assert_lives (file->db);
}

TEST (sqlite_edit__names_the_row_that_does_not_fit_and_changes_nothing)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (USERS);
  g_autofree char *before = sql_rows (file->db, "SELECT * FROM sqlite_schema");
  const SqliteEdit CASES[][2]
      = { { { .kind = EDIT_SET_DEFAULT, .column = "age", .text = "1" },
            { .kind = EDIT_SET_NOT_NULL, .column = "note" } },
          { { .kind = EDIT_DROP_NOT_NULL, .column = "age" },
            { .kind = EDIT_ADD_ENUM, .column = "grp", .text = "grp IN ('a')" } } };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;
      edit (file, CASES[i], 2, &error);
      assert_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT);
      assert_has (error->message, "5"); /* its id */
      assert_has (error->message, "'the users'");
      assert_sql (file->db, "SELECT * FROM sqlite_schema", before);
    }
}

TEST (sqlite_drop_unique__drops_an_index_or_a_part_of_the_definition)
{
  static const struct
  {
    const char *columns[3];
    const char *left; /* of by_note, email's, (note, age)'s */
  } CASES[] = { { { "note" }, "2" }, { { "EMAIL" }, "2" }, { { "note", "age" }, "2" } };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (SqlFixture) file = sql_fixture_new (USERS);
      g_autoptr (GError) error = NULL;
      Constraint unique = { .kind = CONSTRAINT_UNIQUE,
                            .name = "u",
                            .columns = (const char *const *) CASES[i].columns };
      const SqliteEdit edits[]
          = { { .kind = EDIT_DROP_CONSTRAINT, .constraint = &unique } };
      const SqliteDetail detail = { .table = "the users", .edits = edits, .n_edits = 1 };
      sql_begin (file->connection, SQL_FOR_SCHEMA);
      sqlite_drop_unique (file->db, &detail, &error);
      assert_no_error (error);
      sql_commit (file->connection);
      assert_sql (file->db,
                  "SELECT count(*) FROM pragma_index_list ('the users') WHERE \"unique\"",
                  CASES[i].left);
      assert_lives (file->db);
    }
}

TEST (sqlite_drop_unique__one_that_is_not_there_is_missing)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (USERS);
  g_autoptr (GError) error = NULL;
  const char *columns[] = { "age", NULL };
  Constraint unique = { .kind = CONSTRAINT_UNIQUE, .name = "u", .columns = columns };
  const SqliteEdit edits[] = { { .constraint = &unique } };
  const SqliteDetail detail = { .table = "the users", .edits = edits, .n_edits = 1 };

  ck_assert (!sqlite_drop_unique (file->db, &detail, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_MISSING);
}

/* As they were ---------------------------------------------------------------- */

/* A shape that names tables; nothing else of it is read. */
static Fixture *
shape_of (const char *const *names)
{
  g_autoptr (GString) yaml = g_string_new ("tables:\n");

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (yaml,
                            "  - name: \"%s\"\n    columns:\n      - { name: id, type: "
                            "INTEGER, nullable: false, primary_key: true }\n",
                            names[i]);
  g_string_append_printf (yaml, "change:\n  drop_table: { name: \"%s\" }\n", names[0]);
  return fixture_new (yaml->str);
}

/* By a migration that touches nothing. */
static gboolean
give_back (sqlite3 *db, const char *record, const Database *start, GError **error)
{
  g_autoptr (MigrationPlan) plan = migration_plan_new ("M", "M");
  const SqliteDetail detail
      = { .kind = SQLITE_TIDY, .shape = start, .before = start, .plan = plan };

  return tidy_restore (db, record, &detail, error);
}

TEST (tidy_restore__gives_texts_and_indexes_back_to_the_letter)
{
  static const char *const CHANGES[] = {
    "",
    "DROP INDEX by_note; create unique index [by_note] ON \"the users\"(\"note\")",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace (sql, '-- people', "
    "'') WHERE name = 'the users'; PRAGMA writable_schema = RESET",
    "ALTER TABLE \"the users\" RENAME note TO other; ALTER TABLE \"the users\" RENAME other "
    "TO \"note\"",
  };
  const char *names[] = { "the users", NULL };
  g_autoptr (Fixture) shape = shape_of (names);

  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      g_autoptr (SqlFixture) file = sql_fixture_new (USERS);
      g_autoptr (GError) error = NULL;
      g_autofree char *before = sql_rows (
          file->db, "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2");
      g_autofree char *rows = sql_rows (file->db, ROWS);
      g_autofree char *record = tidy_record (file->db, shape->start, &error);
      assert_no_error (error);
      sql_exec (file->db, CHANGES[i]);
      sql_begin (file->connection, SQL_FOR_SCHEMA);
      give_back (file->db, record, shape->start, &error);
      assert_no_error (error);
      sql_commit (file->connection);
      assert_sql (file->db, "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2",
                  before);
      assert_sql (file->db, ROWS, rows);
      assert_lives (file->db);
    }
}

/* Its columns in another order: stored in another way, so built anew. */
TEST (tidy_restore__gives_the_order_of_columns_and_keys_back)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (USERS);
  g_autoptr (GError) error = NULL;
  g_autoptr (Arena) arena = arena_new ();
  const char *names[] = { "the users", NULL };
  g_autoptr (Fixture) shape = shape_of (names);
  g_autofree char *rows = sql_rows (file->db, ROWS);
  g_autofree char *before
      = sql_rows (file->db, "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2");
  g_autofree char *record = tidy_record (file->db, shape->start, &error);

  sql_begin (file->connection, SQL_FOR_SCHEMA);
  rebuild_table (
      file->db, table_of (file->db, "the users", arena),
      "CREATE TABLE \"the users\" (note TEXT, age INT NOT NULL DEFAULT 7 CHECK (age > 0), "
      "id INTEGER PRIMARY KEY AUTOINCREMENT, boss INT REFERENCES \"the users\" (id), "
      "twice INT GENERATED ALWAYS AS (age * 2) VIRTUAL, grp TEXT REFERENCES groups (name) "
      "ON UPDATE CASCADE, email TEXT UNIQUE COLLATE NOCASE, UNIQUE (note, age))",
      NULL, NULL, &error);
  assert_no_error (error);
  give_back (file->db, record, shape->start, &error);
  assert_no_error (error);
  sql_commit (file->connection);
  assert_sql (file->db, "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2",
              before);
  assert_sql (file->db, ROWS, rows);
  assert_lives (file->db);
}

TEST (tidy_restore__leaves_a_table_alone_that_somebody_has_changed)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (
      "CREATE TABLE t (a, b); CREATE TABLE u (a); CREATE TABLE gone (a)");
  g_autoptr (GError) error = NULL;
  const char *names[] = { "t", "u", "gone", "never", NULL };
  g_autoptr (Fixture) shape = shape_of (names);
  g_autofree char *record = tidy_record (file->db, shape->start, &error);

  sql_exec (file->db, "ALTER TABLE t ADD COLUMN mine; DROP TABLE gone; DROP TABLE u; "
                      "CREATE TABLE u (\"a\")");
  sql_begin (file->connection, SQL_FOR_SCHEMA);
  give_back (file->db, record, shape->start, &error);
  assert_no_error (error);
  sql_commit (file->connection);
  assert_sql (file->db, "SELECT sql FROM sqlite_schema ORDER BY name",
              "CREATE TABLE t (a, b, mine); CREATE TABLE u (a)");
}

TEST (tidy_restore__leaves_what_says_something_else)
{
  static const char *const CHANGES[] = {
    "DROP INDEX by_age",
    "DROP INDEX by_note; CREATE INDEX by_note ON \"the users\" (id)",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace (sql, 'NOT NULL "
    "DEFAULT 7', 'DEFAULT 7') WHERE name = 'the users'; PRAGMA writable_schema = RESET",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace (sql, '> 0', '> "
    "1') WHERE name = 'the users'; PRAGMA writable_schema = RESET",
    "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET sql = replace (sql, 'DEFAULT 7', "
    "'DEFAULT 8') WHERE name = 'the users'; PRAGMA writable_schema = RESET",
    "ALTER TABLE groups RENAME TO teams",
  };
  const char *names[] = { "the users", NULL };
  g_autoptr (Fixture) shape = shape_of (names);

  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      g_autoptr (SqlFixture) file = sql_fixture_new (USERS);
      g_autoptr (GError) error = NULL;
      g_autofree char *record = tidy_record (file->db, shape->start, &error);
      assert_no_error (error);
      sql_exec (file->db, CHANGES[i]);
      g_autofree char *changed = sql_rows (
          file->db, "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2");
      sql_begin (file->connection, SQL_FOR_SCHEMA);
      give_back (file->db, record, shape->start, &error);
      assert_no_error (error);
      sql_commit (file->connection);
      assert_sql (file->db, "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2",
                  changed);
    }
}

TEST (tidy_restore__a_damaged_record_is_drift)
{
  const char *names[] = { "t", NULL };
  g_autoptr (Fixture) shape = shape_of (names);
  g_autoptr (SqlFixture) file = sql_fixture_new ("CREATE TABLE t (a)");
  static const char *const RECORDS[] = { NULL, "", "[('t', '')]", "('t', '', 'x')" };

  for (guint i = 0; i < G_N_ELEMENTS (RECORDS); i++)
    {
      g_autoptr (GError) error = NULL;
      ck_assert (!give_back (file->db, RECORDS[i], shape->start, &error));
      assert_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT);
    }
}

/* A second name --------------------------------------------------------------- */

TEST (alias_create__writes_through_to_the_table)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (USERS);
  g_autoptr (GError) error = NULL;

  alias_create (file->db, "the users", "people's", &error);
  assert_no_error (error);
  assert_sql (file->db,
              "SELECT id, email, grp, boss, age, twice, note FROM \"people's\" "
              "ORDER BY id",
              "1|x@y|a|~|31|62|n; 5|y@y|b|1|18|36|~");
  sql_exec (file->db, "INSERT INTO \"people's\" (email, note) VALUES ('p@y', 'p');"
                      "UPDATE \"people's\" SET note = upper (note), age = age + 1 WHERE "
                      "id = 1; DELETE FROM \"people's\" WHERE id = 5");
  assert_sql (file->db, "SELECT id, email, age, note FROM \"the users\" ORDER BY id",
              "1|x@y|32|N; 91|p@y|7|p");
  assert_sql (file->db, "SELECT what FROM log", "new p@y; gone");
}

TEST (alias_create__needs_a_key_to_find_rows_by)
{
  g_autoptr (SqlFixture) file = sql_fixture_new ("CREATE TABLE t (a)");
  g_autoptr (GError) error = NULL;

  ck_assert (!alias_create (file->db, "t", "v", &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED);
  assert_sql (file->db, "SELECT name FROM sqlite_schema", "t");
}

TEST_MAIN ("engine/sqlite/rebuild", rebuild_table__keeps_all_that_is_around_it,
           rebuild_table__takes_cells_from_columns_of_other_names,
           rebuild_table__that_fails_and_is_rolled_back_changes_nothing,
           rebuild_without_unique__drops_that_key_only,
           rebuild_with_key__gives_another_one_or_none,
           live_define__refuses_what_sqlite_cannot_read_and_leaves_nothing,
           live_define__is_seen_by_other_connections_at_once,
           live_table__one_that_is_not_there_is_missing,
           live_first_row__names_it_by_what_lasts,
           sqlite_edit__changes_the_definition_and_nothing_else,
           sqlite_edit__names_the_row_that_does_not_fit_and_changes_nothing,
           sqlite_drop_unique__drops_an_index_or_a_part_of_the_definition,
           sqlite_drop_unique__one_that_is_not_there_is_missing,
           tidy_restore__gives_texts_and_indexes_back_to_the_letter,
           tidy_restore__gives_the_order_of_columns_and_keys_back,
           tidy_restore__leaves_a_table_alone_that_somebody_has_changed,
           tidy_restore__leaves_what_says_something_else,
           tidy_restore__a_damaged_record_is_drift,
           alias_create__writes_through_to_the_table,
           alias_create__needs_a_key_to_find_rows_by)
