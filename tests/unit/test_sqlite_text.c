/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <float.h>
#include <math.h>
#include <sqlite3.h>

#include "engine/sqlite/sql_text.h"
#include "type_testing.h"

#define N_RANDOM 20000

static sqlite3 *
open_memory (const char *encoding)
{
  g_autofree char *sql
      = g_strdup_printf ("PRAGMA encoding = '%s'; CREATE TABLE x (a)", encoding);
  sqlite3 *db;

  ck_assert (sqlite3_open (":memory:", &db) == SQLITE_OK);
  ck_assert (sqlite3_exec (db, sql, NULL, NULL, NULL) == SQLITE_OK);
  return db;
}

/* The first row of a query. */
static sqlite3_stmt *
query_row (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *query;

  ck_assert_msg (sqlite3_prepare_v2 (db, sql, -1, &query, NULL) == SQLITE_OK, "%s: %s",
                 sql, sqlite3_errmsg (db));
  ck_assert_int_eq (sqlite3_step (query), SQLITE_ROW);
  return query;
}

TEST (identifier__of_any_characters_is_that_name)
{
  static const char *const NAMES[]
      = { "name", "na\"me", "\"",  "'",   "a b", "żółw", "select",
          "a--b", "a/*",    "[x]", "`x`", "\n",  "" };
  g_autoptr (Arena) arena = arena_new ();
  sqlite3 *db = open_memory ("UTF-8");

  for (guint i = 0; i < G_N_ELEMENTS (NAMES); i++)
    {
      const char *name = sqlite_identifier (arena, NAMES[i]);
      const char *sql
          = arena_printf (arena, "SELECT %s FROM (SELECT 1 AS %s)", name, name);
      sqlite3_stmt *query = query_row (db, sql);

      ck_assert_int_eq (sqlite3_column_int (query, 0), 1);
      sqlite3_finalize (query);
      query = query_row (db, arena_printf (arena, "SELECT 1 AS %s", name));
      ck_assert_str_eq (sqlite3_column_name (query, 0), NAMES[i]);
      sqlite3_finalize (query);
    }
  ck_assert_str_eq (sqlite_identifier (arena, "na\"me"), "\"na\"\"me\"");
  sqlite3_close (db);
}

/* The literal's value in a database, which is no constant there but an operand of '||'.
 */
static void
check_text (sqlite3 *db, const TypeSpec *type, const char *bytes, gsize length)
{
  g_autoptr (Arena) arena = arena_new ();
  Value value = value_text (bytes, length);
  sqlite3_stmt *query = query_row (
      db, arena_printf (arena, "SELECT %s", sqlite_literal (arena, type, &value)));
  const void *read = type->base == COLUMN_TYPE_BLOB ? sqlite3_column_blob (query, 0)
                                                    : sqlite3_column_text (query, 0);

  ck_assert_int_eq (sqlite3_column_type (query, 0),
                    type->base == COLUMN_TYPE_BLOB ? SQLITE_BLOB : SQLITE_TEXT);
  ck_assert_uint_eq ((gsize) sqlite3_column_bytes (query, 0), length);
  ck_assert (length == 0 || memcmp (read, bytes, length) == 0);
  sqlite3_finalize (query);
}

TEST (text_literal__keeps_every_byte)
{
  static const char *const ENCODINGS[] = { "UTF-8", "UTF-16le" };
  static const struct
  {
    const char *bytes;
    gsize length;
  } CASES[] = {
    { "", 0 },         { "a", 1 },    { "it's", 4 },  { "''", 2 },
    { "\0", 1 },       { "a\0b", 3 }, { "\0\0", 2 },  { "a'\0'", 4 },
    { "\"\\\n\r", 4 }, { "żółw", 7 }, { "-- /*", 5 }, { "abcdef", 3 },
    { "😀", 4 },        { "\0a", 2 },  { "a\0", 2 },   { NULL, 0 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    for (guint j = 0; j < G_N_ELEMENTS (ENCODINGS); j++)
      {
        sqlite3 *db = open_memory (ENCODINGS[j]);

        check_text (db, &TEXT, CASES[i].bytes, CASES[i].length);
        check_text (db, &BLOB, CASES[i].bytes, CASES[i].length);
        sqlite3_close (db);
      }
}

/* Bytes that are no UTF-8 at all are kept too, where the database is UTF-8. */
TEST (text_literal__keeps_bytes_that_are_no_text)
{
  sqlite3 *db = open_memory ("UTF-8");

  check_text (db, &TEXT, "\xff'\xc3", 3);
  check_text (db, &BLOB, "\xff\x00\xc3", 3);
  sqlite3_close (db);
}

static void
check_double (sqlite3 *db, double real)
{
  g_autoptr (Arena) arena = arena_new ();
  Value value = value_double (real);
  const char *sql = sqlite_literal (arena, &DOUBLE, &value);
  sqlite3_stmt *query = query_row (db, arena_printf (arena, "SELECT %s", sql));

  ck_assert_msg (sqlite3_column_type (query, 0) == SQLITE_FLOAT
                     && sqlite3_column_double (query, 0) == real,
                 "%.17g: %s", real, sql);
  sqlite3_finalize (query);
}

TEST (double_literal__is_that_double)
{
  static const double REALS[] = {
    0.0,
    1.0,
    -1.0,
    0.1,
    0.30000000000000004,
    1e15,
    1e16,
    1e22,
    1e23,
    1e100,
    -1e-100,
    123456.789,
    DBL_MAX,
    -DBL_MAX,
    DBL_MIN,
    DBL_EPSILON,
    4.9406564584124654e-324,
    2.2250738585072011e-308,
    9007199254740993.0,
    9223372036854775808.0,
    18446744073709551616.0,
    5e-324,
    8.5e-5,
    INFINITY,
    -INFINITY,
  };
  const char *text = g_getenv ("ZDM_SEED");
  guint32 seed = text != NULL ? (guint32) g_ascii_strtoull (text, NULL, 10) : 1;
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed);
  sqlite3 *db = open_memory ("UTF-8");

  for (guint i = 0; i < G_N_ELEMENTS (REALS); i++)
    check_double (db, REALS[i]);
  for (guint i = 0; i < N_RANDOM; i++)
    {
      guint64 bits = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);
      double real;

      memcpy (&real, &bits, sizeof real);
      if (isfinite (real))
        check_double (db, real);
      check_double (db, g_rand_int_range (rand, -1000000, 1000000) / 1000.0);
      check_double (db, g_rand_double (rand));
    }
  sqlite3_close (db);
}

TEST (literal__of_the_other_types)
{
  g_autoptr (Arena) arena = arena_new ();
  Value null = VALUE_NULL_INIT, yes = value_integer (1), low = value_integer (G_MININT64);
  Value half = value_double (0.5), three = value_double (3.0);
  sqlite3 *db = open_memory ("UTF-8");
  sqlite3_stmt *query;

  ck_assert_str_eq (sqlite_literal (arena, &TEXT, &null), "NULL");
  ck_assert_str_eq (sqlite_literal (arena, &BOOLEAN, &yes), "1");
  ck_assert_str_eq (sqlite_literal (arena, &DOUBLE, &half), "0.5");
  ck_assert_str_eq (sqlite_literal (arena, &DOUBLE, &three), "3.0");
  ck_assert_str_eq (sqlite_text_literal (arena, "it's"), "'it''s'");
  query = query_row (
      db, arena_printf (arena, "SELECT %s", sqlite_literal (arena, &BIGINT, &low)));
  ck_assert_int_eq (sqlite3_column_type (query, 0), SQLITE_INTEGER);
  ck_assert (sqlite3_column_int64 (query, 0) == G_MININT64);
  sqlite3_finalize (query);
  sqlite3_close (db);
}

TEST_MAIN ("engine/sqlite/sql_text", identifier__of_any_characters_is_that_name,
           text_literal__keeps_every_byte, text_literal__keeps_bytes_that_are_no_text,
           double_literal__is_that_double, literal__of_the_other_types)
