/* SPDX-License-Identifier: Apache-2.0
 *
 * What applications have stored, as a value of the column's type.
 */
#include "config.h"

#include "engine/sqlite/cell.h"

#include "fixture.h"
#include "sql_fixture.h"
#include "type_testing.h"

/* A row of a column declared so, as the type's canonical text; NULL: no value of it. */
static char *
read_cell (const char *declared, const char *sql, const TypeSpec *type)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf (
      "CREATE TABLE t (v %s); INSERT INTO t VALUES (%s)", declared, sql);
  sqlite3_stmt *statement = NULL;
  Value value = value_integer (-1);
  sqlite3 *db = NULL;
  char *result = NULL;

  sqlite3_open (":memory:", &db);
  sql_exec (db, text);
  sqlite3_prepare_v2 (db, "SELECT v FROM t", -1, &statement, NULL);
  ck_assert_int_eq (sqlite3_step (statement), SQLITE_ROW);
  if (cell_read (statement, 0, type, arena, &value, &error))
    result = g_strdup (value_is_null (&value) ? "~" : type_format (type, &value, arena));
  else
    assert_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION);
  sqlite3_finalize (statement);
  sqlite3_close (db);
  return result;
}

#define NO_VALUE NULL

static const struct
{
  const TypeSpec *type;
  const char *declared; /* of the live column */
  const char *sql;
  const char *canonical;
} CELLS[] = {
  { &TEXT, "TEXT", "'żółw 🙂'", "żółw 🙂" },
  { &TEXT, "TEXT", "''", "" },
  { &TEXT, "TEXT", "12", "12" },
  { &TEXT, "", "12", "12" },
  { &TEXT, "", "1.5", "1.5" },
  { &TEXT, "", "2.0", "2.0" },
  { &TEXT, "", "1e20", "1.0e+20" },
  { &TEXT, "NUMERIC", "'007'", "7" },
  { &TEXT, "TEXT", "'a' || char (0) || 'b'", NO_VALUE },
  { &TEXT, "TEXT", "CAST (x'c328' AS TEXT)", NO_VALUE },
  { &TEXT, "TEXT", "CAST (x'eda080' AS TEXT)", NO_VALUE },
  { &TEXT, "TEXT", "x'6162'", NO_VALUE },
  { &VARCHAR, "VARCHAR(5)", "'żółty'", "żółty" },
  { &CHAR, "CHAR(3)", "'ab '", "ab" },
  { &CHAR, "CHAR(3)", "''", "" },
  { &INTEGER, "INTEGER", "2147483647", "2147483647" },
  { &INTEGER, "INTEGER", "2147483648", NO_VALUE },
  { &INTEGER, "INTEGER", "'12'", "12" },
  { &INTEGER, "INTEGER", "3.0", "3" },
  { &INTEGER, "", "3.0", "3" },
  { &INTEGER, "INTEGER", "3.5", NO_VALUE },
  { &INTEGER, "INTEGER", "'abc'", NO_VALUE },
  { &INTEGER, "INTEGER", "''", NO_VALUE },
  { &INTEGER, "INTEGER", "x'31'", NO_VALUE },
  { &BIGINT, "INTEGER", "9223372036854775807", "9223372036854775807" },
  { &BIGINT, "INTEGER", "-9223372036854775808", "-9223372036854775808" },
  { &BIGINT, "INTEGER", "9223372036854775808", NO_VALUE },
  { &DOUBLE, "REAL", "0.1", "0.1" },
  { &DOUBLE, "REAL", "7", "7" },
  { &DOUBLE, "REAL", "-0.0", "0" },
  { &DOUBLE, "REAL", "0.1 + 0.2", "0.30000000000000004" },
  { &DOUBLE, "NUMERIC", "7", "7" },
  { &DOUBLE, "REAL", "'abc'", NO_VALUE },
  { &DOUBLE, "REAL", "9e999", NO_VALUE },
  { &DOUBLE, "REAL", "-9e999", NO_VALUE },
  { &DECIMAL, "DECIMAL(6,2)", "'12.50'", "12.50" },
  { &DECIMAL, "DECIMAL(6,2)", "12.5", "12.50" },
  { &DECIMAL, "DECIMAL(6,2)", "12", "12.00" },
  { &DECIMAL, "DECIMAL(6,2)", "0.1 + 0.2", "0.30" },
  { &DECIMAL, "DECIMAL(6,2)", "-0.0", "0.00" },
  { &DECIMAL, "TEXT", "'0012.5'", "12.50" },
  { &DECIMAL, "DECIMAL(6,2)", "12.345", NO_VALUE },
  { &DECIMAL, "DECIMAL(6,2)", "12345678", NO_VALUE },
  { &DECIMAL, "DECIMAL(6,2)", "9e999", NO_VALUE },
  { &DECIMAL, "DECIMAL(6,2)", "'abc'", NO_VALUE },
  { &ANY_DECIMAL, "NUMERIC", "1e20", "100000000000000000000" },
  { &ANY_DECIMAL, "NUMERIC", "0.00001", "0.00001" },
  { &ANY_DECIMAL, "NUMERIC", "-0.00001234", "-0.00001234" },
  { &ANY_DECIMAL, "NUMERIC", "-1.5e-7", "-0.00000015" },
  { &ANY_DECIMAL, "NUMERIC", "1.25e22", "12500000000000000000000" },
  { &ANY_DECIMAL, "REAL", "1e15", "1000000000000000" },
  { &ANY_DECIMAL, "REAL", "-123456789012345678", "-123456789012346000" },
  { &BOOLEAN, "BOOLEAN", "0", "false" },
  { &BOOLEAN, "BOOLEAN", "1", "true" },
  { &BOOLEAN, "BOOLEAN", "'1'", "true" },
  { &BOOLEAN, "BOOLEAN", "TRUE", "true" },
  { &BOOLEAN, "BOOLEAN", "'true'", "true" },
  { &BOOLEAN, "BOOLEAN", "1.0", "true" },
  { &BOOLEAN, "BOOLEAN", "2", NO_VALUE },
  { &BOOLEAN, "BOOLEAN", "-1", NO_VALUE },
  { &BOOLEAN, "BOOLEAN", "0.5", NO_VALUE },
  { &BOOLEAN, "BOOLEAN", "'maybe'", NO_VALUE },
  { &TIMESTAMP, "TIMESTAMP", "datetime ('2026-11-22 10:00:00')", "2026-11-22T10:00:00" },
  { &TIMESTAMP, "TEXT", "'2026-11-22T10:00'", "2026-11-22T10:00:00" },
  { &TIMESTAMP, "TIMESTAMP", "strftime ('%Y-%m-%d %H:%M:%f', '2026-11-22 10:00:00.12')",
    "2026-11-22T10:00:00.12" },
  { &TIMESTAMP, "TIMESTAMP", "1700000000", NO_VALUE },
  { &TIMESTAMP, "TIMESTAMP", "2460000.5", NO_VALUE },
  { &TIMESTAMPTZ, "TEXT", "'2026-11-22 01:00+02'", "2026-11-21T23:00:00Z" },
  { &DATE, "DATE", "'2024-02-29'", "2024-02-29" },
  { &DATE, "DATE", "'2023-02-29'", NO_VALUE },
  { &DATE, "DATE", "20240229", NO_VALUE },
  { &TIME, "TIME", "'10:00'", "10:00:00" },
  { &JSON, "TEXT", "'{ \"b\": 1.0,\n \"a\": [ ] }'", "{\"a\":[],\"b\":1.0}" },
  { &JSON, "JSON", "5", "5" },
  { &JSON, "JSON", "1.5", "1.5" },
  { &JSON, "TEXT", "'null'", "null" },
  { &JSON, "TEXT", "'{'", NO_VALUE },
  { &JSON, "TEXT", "''", NO_VALUE },
  { &UUID, "TEXT", "'01234567-89AB-cdef-0123-456789ABCDEF'",
    "01234567-89ab-cdef-0123-456789abcdef" },
  { &UUID, "TEXT", "'no'", NO_VALUE },
  { &UUID, "BLOB", "x'0123456789abcdef0123456789abcdef'", NO_VALUE },
  { &BLOB, "BLOB", "x'00ffab'", "0x00ffab" },
  { &BLOB, "BLOB", "x''", "0x" },
  { &BLOB, "BLOB", "'ab'", "0x6162" },
  { &BLOB, "BLOB", "CAST (x'00ff' AS TEXT)", "0x00ff" },
  { &BLOB, "BLOB", "12", NO_VALUE },
  { &BLOB, "BLOB", "1.5", NO_VALUE },
  { &ENUM, "TEXT", "'żółty'", "żółty" },
};

TEST (cell_read__brings_what_is_stored_into_the_types_form)
{
  for (guint i = 0; i < G_N_ELEMENTS (CELLS); i++)
    {
      g_autofree char *text = read_cell (CELLS[i].declared, CELLS[i].sql, CELLS[i].type);
      ck_assert_msg (g_strcmp0 (text, CELLS[i].canonical) == 0,
                     "%s in a column %s as %s: %s, expected %s", CELLS[i].sql,
                     CELLS[i].declared, column_type_to_string (CELLS[i].type->base),
                     text != NULL ? text : "no value",
                     CELLS[i].canonical != NULL ? CELLS[i].canonical : "no value");
    }
}

TEST (cell_read__null_is_null_in_every_type)
{
  for (guint i = 0; i < G_N_ELEMENTS (ALL); i++)
    {
      g_autofree char *text = read_cell ("", "NULL", ALL[i]);
      ck_assert_str_eq (text, "~");
    }
}

/* What is bound is read again as the same value, and from the column we would make. */
TEST (cell_bind__and_cell_read_agree)
{
  static const struct
  {
    const TypeSpec *type;
    const char *declared, *text;
  } VALUES[] = { { &TEXT, "TEXT", "12" },
                 { &INTEGER, "INTEGER", "-5" },
                 { &DOUBLE, "REAL", "0.30000000000000004" },
                 { &DOUBLE, "REAL", "1e+20" },
                 { &ANY_DECIMAL, "TEXT", "12345678901234567890.12345" },
                 { &BOOLEAN, "INTEGER", "true" },
                 { &TIMESTAMP, "TEXT", "2026-11-22T10:00:00.12" },
                 { &JSON, "TEXT", "{\"a\":[],\"b\":1.0}" },
                 { &BLOB, "BLOB", "0x00ff" },
                 { &BLOB, "BLOB", "0x" } };

  for (guint i = 0; i < G_N_ELEMENTS (VALUES); i++)
    {
      g_autoptr (Arena) arena = arena_new ();
      g_autoptr (GError) error = NULL;
      const TypeSpec *type = VALUES[i].type;
      sqlite3_stmt *statement = NULL;
      sqlite3 *db = NULL;
      Value value, again;
      type_parse (type, VALUES[i].text, strlen (VALUES[i].text), arena, &value, &error);
      assert_no_error (error);
      sqlite3_open (":memory:", &db);
      sql_exec (db, arena_printf (arena, "CREATE TABLE t (v %s)", VALUES[i].declared));
      sqlite3_prepare_v2 (db, "INSERT INTO t VALUES (?)", -1, &statement, NULL);
      ck_assert_int_eq (cell_bind (statement, 1, type, &value), SQLITE_OK);
      ck_assert_int_eq (sqlite3_step (statement), SQLITE_DONE);
      sqlite3_finalize (statement);
      sqlite3_prepare_v2 (db, "SELECT v FROM t", -1, &statement, NULL);
      ck_assert_int_eq (sqlite3_step (statement), SQLITE_ROW);
      cell_read (statement, 0, type, arena, &again, &error);
      assert_no_error (error);
      ck_assert_msg (value_equal (&value, &again), "%s", VALUES[i].text);
      sqlite3_finalize (statement);
      sqlite3_close (db);
    }
}

TEST_MAIN ("engine/sqlite/cell", cell_read__brings_what_is_stored_into_the_types_form,
           cell_read__null_is_null_in_every_type, cell_bind__and_cell_read_agree)
