/* SPDX-License-Identifier: Apache-2.0
 *
 * Only triggers that have nothing to do with a fill may rest while it writes.
 */
#include "config.h"

#include "engine/sqlite/echo.h"

#include "testing.h"

#define TRIGGER(head) "CREATE TRIGGER " head " ON users BEGIN SELECT 1; END;"

typedef struct
{
  const char *sql;
  gboolean all; /* nothing but echoes */
} Case;

/* The fill writes users.full_name, the mirror of name. */
static const Case CASES[] = {
  { "", TRUE },
  { TRIGGER ("\"zdm/users/full_name/insert\" AFTER INSERT"), TRUE },
  { TRIGGER ("\"zdm/users/full_name/update\" AFTER UPDATE OF name, full_name"), TRUE },
  { TRIGGER ("\"zdm/users/name/required-update\" BEFORE UPDATE OF name"), TRUE },
  { TRIGGER ("\"zdm/users/other/update\" AFTER UPDATE OF full_name, other"), FALSE },
  { TRIGGER ("\"zdm/users/other/update\" AFTER UPDATE OF email, other"), TRUE },
  { TRIGGER ("\"zdm/users/profiles/update\" AFTER UPDATE"), FALSE },
  { TRIGGER ("heard AFTER UPDATE"), FALSE },
  { TRIGGER ("heard UPDATE"), FALSE },
  { TRIGGER ("heard BEFORE UPDATE"), FALSE },
  { TRIGGER ("heard AFTER INSERT"), TRUE },
  { TRIGGER ("heard DELETE"), TRUE },
  { TRIGGER ("heard AFTER UPDATE OF email"), TRUE },
  { TRIGGER ("heard AFTER UPDATE OF email, full_name"), FALSE },
  { TRIGGER ("heard AFTER UPDATE OF email, \"FULL_NAME\""), FALSE },
  { TRIGGER ("heard AFTER UPDATE OF [full_name]"), FALSE },
  { TRIGGER ("heard /* INSERT */ AFTER -- DELETE\n UPDATE OF email, `Full_Name`"),
    FALSE },
  { TRIGGER ("\"AFTER INSERT\" AFTER UPDATE"), FALSE },
  { TRIGGER ("after AFTER UPDATE"), FALSE },
  { TRIGGER ("before AFTER UPDATE OF email"), TRUE },
  { TRIGGER ("first AFTER INSERT") TRIGGER ("second AFTER UPDATE"), FALSE },
  { "CREATE TABLE child (n TEXT REFERENCES users (full_name) ON UPDATE CASCADE);",
    FALSE },
  { "CREATE TABLE child (n TEXT REFERENCES USERS (full_name) ON UPDATE SET NULL);",
    FALSE },
  { "CREATE TABLE child (n INT REFERENCES users (id) ON DELETE CASCADE);", TRUE },
  { "CREATE TABLE child (n INT REFERENCES users (id));", TRUE },
};

static sqlite3 *
open_with (const char *sql)
{
  sqlite3 *db = NULL;
  char *problem = NULL;

  ck_assert_int_eq (sqlite3_open (":memory:", &db), SQLITE_OK);
  sqlite3_exec (db,
                "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT, email TEXT, "
                "full_name TEXT, other TEXT)",
                NULL, NULL, NULL);
  sqlite3_exec (db, sql, NULL, NULL, &problem);
  ck_assert_msg (problem == NULL, "%s: %s", sql, problem);
  return db;
}

static gboolean
is_all (sqlite3 *db)
{
  static const char *const olds[] = { "name", NULL }, *const news[]
                                                      = { "full_name", NULL };
  const Sync sync = { .old_columns = olds, .new_columns = news, .mode = SYNC_BOTH };
  const Table table = { .name = (char *) "users" };
  g_autoptr (GError) error = NULL;
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;
  gboolean all = FALSE;

  ck_assert (sqlite_read_table (db, "users", arena, &live, NULL));
  ck_assert (echo_is_all (db, live, &table, &sync, &all, arena, &error));
  assert_no_error (error);
  return all;
}

TEST (is_all__knows_who_has_something_to_do)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      sqlite3 *db = open_with (CASES[i].sql);
      ck_assert_msg (is_all (db) == CASES[i].all, "%s", CASES[i].sql);
      sqlite3_close (db);
    }
}

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

TEST (let__keeps_triggers_still_until_they_may_fire_again)
{
  sqlite3 *db = open_with ("CREATE TABLE heard (n);"
                           "CREATE TRIGGER hear AFTER INSERT ON users BEGIN "
                           "INSERT INTO heard VALUES (NEW.id); END;");

  echo_let (db, FALSE);
  sqlite3_exec (db, "INSERT INTO users (id) VALUES (1)", NULL, NULL, NULL);
  ck_assert_int_eq (number (db, "SELECT count(*) FROM heard"), 0);
  echo_let (db, TRUE);
  sqlite3_exec (db, "INSERT INTO users (id) VALUES (2)", NULL, NULL, NULL);
  ck_assert_int_eq (number (db, "SELECT n FROM heard"), 2);
  ck_assert_int_eq (number (db, "SELECT count(*) FROM users"), 2);
  sqlite3_close (db);
}

TEST_MAIN ("engine/sqlite/echo", is_all__knows_who_has_something_to_do,
           let__keeps_triggers_still_until_they_may_fire_again)
