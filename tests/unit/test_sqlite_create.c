/* SPDX-License-Identifier: Apache-2.0
 *
 * What is made from the model is taken by a real SQLite, means what the model means, and
 * compares with the model as the same.
 */
#include "config.h"

#include <string.h>

#include "engine/sqlite/catalog.h"
#include "engine/sqlite/create.h"
#include "engine/sqlite/sql_text.h"
#include "fixture.h"
#include "model/bind.h"
#include "model/error.h"
#include "testing.h"

static sqlite3 *
open_database (void)
{
  sqlite3 *database = NULL;

  ck_assert_int_eq (sqlite3_open (":memory:", &database), SQLITE_OK);
  return database;
}

static gboolean
try_run (sqlite3 *database, const char *sql)
{
  return sqlite3_exec (database, sql, NULL, NULL, NULL) == SQLITE_OK;
}

static void
run (sqlite3 *database, const char *sql)
{
  ck_assert_msg (try_run (database, sql), "%s: %s", sql, sqlite3_errmsg (database));
}

static Fixture *
declared (const char *tables)
{
  g_autofree char *yaml = g_strconcat (tables, "\nsteps: []\n", NULL);

  return fixture_new (yaml);
}

static void
make_tables (sqlite3 *database, const Database *tables, Arena *arena)
{
  for (guint i = 0; i < tables->tables->len; i++)
    {
      const Table *table = tables->tables->pdata[i];
      g_autoptr (GError) error = NULL;
      const char *sql = sqlite_create_table_text (table, arena, &error);

      assert_no_error (error);
      run (database, sql);
      for (guint k = 0; k < table->indexes->len; k++)
        {
          sql = sqlite_create_index_text (table, table->indexes->pdata[k], arena, &error);
          assert_no_error (error);
          run (database, sql);
        }
    }
}

#define ALL_OF_IT                                                                          \
  "tables:\n"                                                                              \
  "  - name: team\n"                                                                       \
  "    columns: [ { name: code, type: 'CHAR(3)', primary_key: true },"                     \
  " { name: part, type: INTEGER } ]\n"                                                     \
  "  - name: the user\n"                                                                   \
  "    columns:\n"                                                                         \
  "      - { name: id, type: BIGINT, primary_key: true, identity: by_default }\n"          \
  "      - { name: \"it's\", type: TEXT, nullable: false, default: \"it's \\\"x\\\"\" }\n" \
  "      - { name: price, type: 'DECIMAL(10,2)', default: 1.50 }\n"                        \
  "      - { name: size, type: ENUM, values: [s, m, \"x'l\"], default: m }\n"              \
  "      - { name: ok, type: BOOLEAN, nullable: false, default: true }\n"                  \
  "      - { name: born, type: TIMESTAMP,"                                                 \
  " default_expression: { sqlite: \"datetime('now')\" } }\n"                               \
  "      - { name: data, type: BLOB, default: '0x00ff' }\n"                                \
  "      - { name: real, type: DOUBLE, default: 3 }\n"                                     \
  "      - { name: team, type: 'CHAR(3)' }\n"                                              \
  "      - { name: mail, type: TEXT, unique: true, collate: nocase }\n"                    \
  "      - { name: own, type: TEXT, native: { sqlite: NVARCHAR } }\n"                      \
  "    indexes:\n"                                                                         \
  "      - { name: by price, columns: [ { column: price, order: desc }, ok ] }\n"          \
  "      - { name: low, columns: [ { expression: { sqlite: \"lower(mail)\" } } ],"         \
  " unique: true, where: { sqlite: \"ok = 1\" } }\n"                                       \
  "    constraints:\n"                                                                     \
  "      - { name: c, check: { column: price, min: 0 } }\n"                                \
  "      - { check: { column: \"it's\", not_empty: true } }\n"                             \
  "      - { name: f, foreign_key: [team], references: { table: team, columns: [code] },"  \
  " on_delete: cascade, on_update: set_null, deferrable: true }\n"

TEST (create__makes_what_compares_as_declared)
{
  g_autoptr (Fixture) fixture = declared (ALL_OF_IT);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) differences = g_ptr_array_new_with_free_func (g_free);
  g_autoptr (GError) error = NULL;
  const Database *tables = fixture->migration->tables;
  sqlite3 *database = open_database ();

  make_tables (database, tables, arena);
  for (guint i = 0; i < tables->tables->len; i++)
    {
      const Table *table = tables->tables->pdata[i];
      const SqliteTable *live;

      ck_assert (sqlite_read_table (database, table->name, arena, &live, &error));
      sqlite_compare_table (live, table, tables, TRUE, differences);
      ck_assert_msg (differences->len == 0, "%s", (char *) differences->pdata[0]);
    }
  run (database, "INSERT INTO team VALUES ('abc', 1)");
  run (database, "INSERT INTO \"the user\" (team) VALUES ('abc')");
  ck_assert (!try_run (database, "INSERT INTO \"the user\" (size) VALUES ('l')"));
  ck_assert (!try_run (database, "INSERT INTO \"the user\" (price) VALUES ('-1.00')"));
  ck_assert (!try_run (database, "INSERT INTO \"the user\" (\"it's\") VALUES ('')"));
  ck_assert (!try_run (database, "INSERT INTO team VALUES (NULL, 2)"));
  /* Only the row with every declared default is found, and may not come again. */
  run (database, "CREATE TEMP TABLE seen (n CHECK (n = 1))");
  run (database, "INSERT INTO seen SELECT count(*) FROM \"the user\""
                 " WHERE id = 1 AND \"it's\" = 'it''s \"x\"' AND price = '1.50'"
                 " AND size = 'm' AND ok = 1 AND born LIKE '20%' AND data = x'00ff'"
                 " AND typeof(real) = 'real' AND mail IS NULL");
  sqlite3_close (database);
}

TEST (create__makes_a_whole_number_key_the_rowid)
{
  g_autoptr (Fixture) fixture = declared (ALL_OF_IT);
  g_autoptr (Arena) arena = arena_new ();
  const char *sql
      = sqlite_create_table_text (fixture_table (fixture, "the user"), arena, NULL);

  assert_has (sql, "\"id\" INTEGER PRIMARY KEY AUTOINCREMENT,");
  ck_assert_ptr_null (strstr (sql, "PRIMARY KEY (\"id\")"));
  assert_has (sql, "\"own\" NVARCHAR");
  sql = sqlite_create_table_text (fixture_table (fixture, "team"), arena, NULL);
  assert_has (sql, "\"code\" TEXT NOT NULL");
  assert_has (sql, "PRIMARY KEY (\"code\")");
}

TEST (create__refuses_what_sqlite_has_not)
{
  static const struct
  {
    const char *column, *rest, *said;
  } CASES[] = {
    { "{ name: a, type: INTEGER, identity: always }", "", "column 'a': SQLite numbers" },
    { "{ name: a, type: TEXT, collate: de_DE }", "", "no collation 'de_DE'" },
    { "{ name: a, type: TEXT, default_expression: { postgres: now() } }", "",
      "default of column 'a' has no expression for sqlite" },
    { "{ name: a, type: TEXT }",
      "  constraints: [ { name: c, check: { expression: { postgres: \"a ~ 'x'\" } } } ]\n",
      "check 'c' has no expression for sqlite" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *yaml = g_strdup_printf (
          "table:\n  name: t\n  columns: [ { name: id, type: INTEGER, primary_key: true "
          "}, %s ]\n%s",
          CASES[i].column, CASES[i].rest);
      g_autoptr (Fixture) fixture = declared (yaml);
      g_autoptr (Arena) arena = arena_new ();
      g_autoptr (GError) error = NULL;

      ck_assert_ptr_null (
          sqlite_create_table_text (fixture_table (fixture, "t"), arena, &error));
      assert_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED);
      assert_has (error->message, CASES[i].said);
    }
}

TEST (create__adds_a_column)
{
  g_autoptr (Fixture) fixture = declared (ALL_OF_IT);
  g_autoptr (Arena) arena = arena_new ();
  const Table *table = fixture_table (fixture, "the user");
  sqlite3 *database = open_database ();

  run (database, "CREATE TABLE t (x)");
  for (guint i = 1; i < table_n_columns (table); i++)
    {
      g_autoptr (GError) error = NULL;
      const Column *column = table_column (table, i);
      const char *text = sqlite_column_text (column, arena, &error);
      char *sql = sqlite3_mprintf ("ALTER TABLE t ADD COLUMN %s", text);

      assert_no_error (error);
      run (database, sql);
      sqlite3_free (sql);
    }
  sqlite3_close (database);
}

/* Each check with values, canonical in their type: SQLite takes those that the model
 * takes. */
typedef struct
{
  const char *type;
  const char *check;
  const char *values[20];
} CheckCase;

static const CheckCase CHECKS[] = {
  { "INTEGER", "min: 2, max: 10", { "1", "2", "3", "9", "10", "11", "100", "-5" } },
  { "BIGINT", "max: -9223372036854775807", { "-9223372036854775808", "0" } },
  { "DOUBLE", "min: -0.5, max: 1e3", { "-0.5", "-0.6", "1000", "1001", "9" } },
  { "BOOLEAN", "in: [true]", { "true", "false" } },
  { "TEXT", "min: b, max: d", { "a", "b", "B", "d", "da", "c" } },
  { "TEXT", "in: [a, 'it''s', null]", { "a", "A", "it's", "b", "null" } },
  { "TEXT", "in: [null]", { "a", "null" } },
  { "TEXT", "not_empty: true", { "", " ", "ż", "x" } },
  { "VARCHAR(9)", "min_length: 2, max_length: 3", { "", "ż", "żó", "żół", "żółć" } },
  { "DATE",
    "min: 2020-02-01, max: 2020-02-10",
    { "2020-01-31", "2020-02-01", "2020-02-10", "2020-02-11" } },
  { "TIMESTAMP",
    "max: '2020-01-01T00:00:00.5'",
    { "2020-01-01T00:00:00", "2020-01-01T00:00:00.5", "2020-01-01T00:00:00.51" } },
  { "TIMESTAMPTZ",
    "min: '2020-01-01T00:00:00Z', max: '2020-01-01T00:00:00.5Z'",
    { "2020-01-01T00:00:00Z", "2020-01-01T00:00:00.5Z", "2020-01-01T00:00:00.49Z",
      "2020-01-01T00:00:00.51Z", "2019-12-31T23:59:59.9Z" } },
  { "BLOB", "min: '0x80'", { "0x7fff", "0x80", "0xff", "0x" } },
  { "'DECIMAL(30,2)'",
    "min: 2, max: 10.5",
    { "1.99", "2.00", "2.01", "9.99", "10.50", "10.51", "100.00", "0.00", "-3.00",
      "-100.00", "10.00", "10.49" } },
  { "'DECIMAL(30,2)'",
    "min: -10.5, max: -2",
    { "-1.99", "-2.00", "-2.01", "-9.99", "-10.50", "-10.51", "-100.00", "0.00", "3.00",
      "-10.00" } },
  { "'DECIMAL(30,2)'",
    "min: -1, max: 0",
    { "-1.00", "-1.01", "-0.99", "0.00", "0.01", "5.00", "-20.00", "-10.00" } },
  { "'DECIMAL(30,2)'",
    "min: 123456789012345678901234567.01",
    { "123456789012345678901234567.00", "123456789012345678901234567.01",
      "123456789012345678901234567.02", "99.00" } },
  { "DECIMAL",
    "min: 1.5, max: 20",
    { "1.5", "1.49", "1.51", "1", "2", "20", "20.1", "19.999", "3", "10", "100" } },
  { "DECIMAL", "in: [1.5, 20]", { "1.5", "20", "2" } },
};

static void
check_value (sqlite3 *database, const Table *table, const Constraint *constraint,
             const char *text, const char *said)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GString) sql = g_string_new ("INSERT INTO t (a) VALUES (");
  g_autoptr (GError) error = NULL;
  const Column *column = table_find_column (table, "a");
  BoundCheck bound;
  Value value = VALUE_NULL_INIT;

  ck_assert (bind_check (table, constraint, arena, &bound, &error));
  if (strcmp (text, "null") != 0)
    ck_assert (type_parse (&column->type, text, strlen (text), arena, &value, &error));
  sqlite_append_literal (sql, &column->type, &value);
  g_string_append_c (sql, ')');
  ck_assert_msg (try_run (database, sql->str) == bound_check_accepts (&bound, &value),
                 "%s: %s", said, text);
}

static void
check_with (const CheckCase *it, const char *live_type)
{
  g_autofree char *yaml = g_strdup_printf (
      "table:\n  name: t\n  columns:\n"
      "    - { name: id, type: INTEGER, primary_key: true }\n    - { name: a, type: %s }\n"
      "  constraints: [ { name: c, check: { column: a, %s } } ]\n",
      it->type, it->check);
  g_autoptr (Fixture) fixture = declared (yaml);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  const Table *table = fixture_table (fixture, "t");
  const Constraint *check = table_find_constraint (table, "c");
  const char *text = sqlite_constraint_text (table, check, arena, &error);
  char *sql = sqlite3_mprintf ("CREATE TABLE t (id INTEGER PRIMARY KEY, a %s, %s)",
                               live_type, text);
  sqlite3 *database = open_database ();

  assert_no_error (error);
  run (database, sql);
  check_value (database, table, check, "null", text);
  for (guint i = 0; i < G_N_ELEMENTS (it->values) && it->values[i] != NULL; i++)
    check_value (database, table, check, it->values[i], text);
  sqlite3_free (sql);
  sqlite3_close (database);
}

TEST (check__takes_what_the_model_takes)
{
  for (guint i = 0; i < G_N_ELEMENTS (CHECKS); i++)
    {
      gboolean is_number = strpbrk (CHECKS[i].type, "'") != NULL;

      check_with (&CHECKS[i], strcmp (CHECKS[i].type, "INTEGER") == 0 ? "INTEGER" : "");
      check_with (&CHECKS[i], is_number ? "TEXT" : "COLLATE NOCASE");
    }
}

TEST (check__compares_numbers_of_a_numeric_column)
{
  static const CheckCase CASE
      = { "'DECIMAL(30,2)'",
          "min: -2.5, max: 10.5",
          { "-2.50", "-2.51", "-10.00", "9.00", "10.50", "10.51", "100.00", "0.00" } };

  check_with (&CASE, "DECIMAL(10,2)");
}

TEST (check__does_not_count_zeros_behind_the_point)
{
  g_autoptr (Fixture) fixture = declared (
      "table:\n  name: t\n  columns:\n"
      "    - { name: id, type: INTEGER, primary_key: true }\n"
      "    - { name: a, type: 'DECIMAL(9,3)' }\n"
      "  constraints: [ { name: c, check: { column: a, min: 1.5, max: 20 } } ]");
  g_autoptr (Arena) arena = arena_new ();
  sqlite3 *database = open_database ();

  make_tables (database, fixture->migration->tables, arena);
  run (database, "INSERT INTO t (a) VALUES ('1.5'), ('1.50000'), ('20'), ('20.0000')");
  ck_assert (!try_run (database, "INSERT INTO t (a) VALUES ('20.00001')"));
  ck_assert (!try_run (database, "INSERT INTO t (a) VALUES ('1.49999')"));
  sqlite3_close (database);
}

TEST_MAIN ("engine/sqlite/create", create__makes_what_compares_as_declared,
           create__makes_a_whole_number_key_the_rowid,
           create__refuses_what_sqlite_has_not, create__adds_a_column,
           check__takes_what_the_model_takes, check__compares_numbers_of_a_numeric_column,
           check__does_not_count_zeros_behind_the_point)
