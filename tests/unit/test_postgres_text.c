/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <float.h>
#include <math.h>

#include "engine/postgres/sql_text.h"
#include "postgres_testing.h"
#include "type_testing.h"

#define N_RANDOM 3000

/* In each of them a literal has to be the same. */
static const char *const SESSIONS[] = {
  "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'",
  "SET DateStyle = 'SQL, DMY'; SET TimeZone = 'America/St_Johns';"
  "SET standard_conforming_strings = off; SET escape_string_warning = off;"
  "SET backslash_quote = off; SET extra_float_digits = 0; SET bytea_output = escape;",
  "SET DateStyle = 'German, MDY'; SET TimeZone = 'Asia/Kathmandu'",
};

/* Returns: (transfer full): the only cell of a query, "null" for null */
static char *
get_one (PGconn *db, const char *sql)
{
  PGresult *rows = postgres_query (db, sql);
  char *text = g_strdup (PQgetisnull (rows, 0, 0) ? "null" : PQgetvalue (rows, 0, 0));

  PQclear (rows);
  return text;
}

TEST (identifier__of_any_characters_is_that_name)
{
  static const char *const WORDS[]
      = { "name", "na\"me", "\"", "'",  "a b", "żółw", "select", "a--b",
          "a/*",  "A",      "\\", "\n", "$1",  "u&x",  "%s",     "a.b" };
  g_autoptr (Arena) arena = arena_new ();
  PGconn *db = postgres_open ();

  for (guint i = 0; i < G_N_ELEMENTS (WORDS); i++)
    {
      const char *name = postgres_identifier (arena, WORDS[i]);
      PGresult *rows = postgres_query (
          db, arena_printf (arena, "SELECT %s FROM (SELECT 1 AS %s) AS t", name, name));

      ck_assert_str_eq (PQfname (rows, 0), WORDS[i]);
      ck_assert_str_eq (PQgetvalue (rows, 0, 0), "1");
      PQclear (rows);
    }
  ck_assert_str_eq (postgres_identifier (arena, "na\"me"), "\"na\"\"me\"");
  PQfinish (db);
}

/* The bytes of a literal as the server has them. */
static void
check_bytes (PGconn *db, const TypeSpec *type, const char *bytes, gsize length)
{
  static const TypeSpec HEX = { .base = COLUMN_TYPE_BLOB };
  g_autoptr (Arena) arena = arena_new ();
  Value value = value_text (bytes, length);
  const char *literal = postgres_literal (arena, type, &value);
  g_autofree char *hex = get_one (
      db, arena_printf (arena, "SELECT '0x' || encode(%s, 'hex')",
                        type->base == COLUMN_TYPE_BLOB
                            ? literal
                            : arena_printf (arena, "convert_to(%s, 'UTF8')", literal)));

  ck_assert_str_eq (hex, type_format (&HEX, &value, arena));
}

TEST (text_literal__keeps_every_byte)
{
  static const char *const TEXTS[]
      = { "",     "a",     "it's", "''", "\\",      "\\'",   "a\\nb", "\"\\\n\r\t",
          "żółw", "-- /*", "$$",   "😀",  "\\\\x00", "\\101", "E'x'",  "\\u0041" };

  for (guint i = 0; i < G_N_ELEMENTS (SESSIONS); i++)
    {
      PGconn *db = postgres_open ();

      postgres_run (db, SESSIONS[i]);
      for (guint j = 0; j < G_N_ELEMENTS (TEXTS); j++)
        {
          check_bytes (db, &TEXT, TEXTS[j], strlen (TEXTS[j]));
          check_bytes (db, &BLOB, TEXTS[j], strlen (TEXTS[j]));
        }
      check_bytes (db, &BLOB, "\0\xff\0'\\", 5);
      PQfinish (db);
    }
}

static const struct
{
  const TypeSpec *type;
  const char *text;
  const char *same; /* what it is, said in another way */
} VALUES[] = {
  { &INTEGER, "-2147483648", "-2147483647 - 1" },
  { &INTEGER, "7", "7" },
  { &BIGINT, "-9223372036854775808", "-9223372036854775807 - 1" },
  { &BIGINT, "5", "5::bigint" },
  { &DECIMAL, "-1.50", "-1.5::numeric(6,2)" },
  { &ANY_DECIMAL, "123456789012345678901234567890.123456789",
    "123456789012345678901234567890.123456789" },
  { &BOOLEAN, "yes", "1 = 1" },
  { &BOOLEAN, "no", "1 = 0" },
  { &TIMESTAMP, "2026-02-03T04:05:06.000007",
    "make_timestamp(2026, 2, 3, 4, 5, 6.000007)" },
  { &TIMESTAMP, "0001-02-03T04:05:06", "make_timestamp(1, 2, 3, 4, 5, 6)" },
  { &TIMESTAMP, "9999-12-31T23:59:59.999999",
    "make_timestamp(9999, 12, 31, 23, 59, 59.999999)" },
  { &TIMESTAMPTZ, "2026-02-03T04:05:06.5Z",
    "make_timestamptz(2026, 2, 3, 4, 5, 6.5, 'UTC')" },
  { &TIMESTAMPTZ, "0001-01-01T00:00:00Z", "make_timestamptz(1, 1, 1, 0, 0, 0, 'UTC')" },
  { &DATE, "2026-02-03", "make_date(2026, 2, 3)" },
  { &DATE, "0012-02-03", "make_date(12, 2, 3)" },
  { &TIME, "04:05:06.000007", "make_time(4, 5, 6.000007)" },
  { &JSON, "{\"a\":[\"it's\",\"\\\\\"]}",
    "jsonb_build_object('a', jsonb_build_array('it''s', chr(92)))" },
  { &UUID, "01234567-89ab-cdef-0123-456789abcdef",
    "encode(decode('0123456789abcdef0123456789abcdef', 'hex'), 'hex')::uuid" },
  { &ENUM, "żółty", "'żółty'::text" },
  { &CHAR, "ab", "'ab'::text" },
  { &VARCHAR, "abcde", "'abcde'::text" },
};

TEST (literal__is_the_value_in_any_session)
{
  g_autoptr (Arena) arena = arena_new ();
  Value value;

  ck_assert (type_parse (VALUES[_i].type, VALUES[_i].text, strlen (VALUES[_i].text),
                         arena, &value, NULL));
  for (guint i = 0; i < G_N_ELEMENTS (SESSIONS); i++)
    {
      const char *literal = postgres_literal (arena, VALUES[_i].type, &value);
      PGconn *db = postgres_open ();
      g_autofree char *same = NULL;

      postgres_run (db, SESSIONS[i]);
      same = get_one (
          db, arena_printf (arena,
                            "SELECT a = b AND pg_typeof(a) = pg_typeof(b) AND"
                            " a::text = b::text FROM (SELECT %s AS a, %s AS b) AS t",
                            literal, VALUES[_i].same));
      ck_assert_msg (g_str_equal (same, "t"), "%s is not %s", literal, VALUES[_i].same);
      PQfinish (db);
    }
}

static void
append_double (GString *sql, double real)
{
  Value value = value_double (real);
  guint64 bits;

  memcpy (&bits, &real, sizeof bits);
  g_string_append_printf (sql, "%s(", sql->len > 0 ? ", " : "");
  postgres_append_literal (sql, &DOUBLE, &value);
  g_string_append_printf (sql, ", '%016" G_GINT64_MODIFIER "x')", bits);
}

TEST (double_literal__is_that_double)
{
  static const double ENDS[] = { 0.0,      0.1,     -1.5,
                                 1e15,     1e16,    DBL_MAX,
                                 -DBL_MAX, DBL_MIN, 4.9406564584124654e-324,
                                 1e22,     1e23,    9007199254740993.0 };
  g_autoptr (GRand) rand = g_rand_new_with_seed (1);
  g_autoptr (GString) sql = g_string_new (NULL);
  g_autofree char *query = NULL;
  g_autofree char *n_others = NULL;
  PGconn *db = postgres_open ();

  for (guint i = 0; i < G_N_ELEMENTS (ENDS); i++)
    append_double (sql, ENDS[i]);
  for (guint i = 0; i < N_RANDOM; i++)
    {
      guint64 bits = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);
      double real;

      memcpy (&real, &bits, sizeof real);
      if (isfinite (real))
        append_double (sql, real);
    }
  query = g_strdup_printf ("SELECT count(*) FROM (VALUES %s) AS t(real, bits)"
                           " WHERE encode(float8send(real), 'hex') <> bits",
                           sql->str);
  postgres_run (db, SESSIONS[1]);
  n_others = get_one (db, query);
  ck_assert_str_eq (n_others, "0");
  PQfinish (db);
}

TEST (null__has_a_type)
{
  const Value null = VALUE_NULL_INIT;
  g_autoptr (Arena) arena = arena_new ();
  PGconn *db = postgres_open ();

  for (guint i = 0; i < G_N_ELEMENTS (ALL); i++)
    {
      const char *base = postgres_base_type (ALL[i]->base);
      g_autofree char *type
          = get_one (db, arena_printf (arena, "SELECT pg_typeof(%s)",
                                       postgres_literal (arena, ALL[i], &null)));

      ck_assert_str_eq (type, column_type_is_text (ALL[i]->base) ? "text" : base);
    }
  PQfinish (db);
}

TEST (type__is_one_of_the_server_with_its_sizes)
{
  static const struct
  {
    const TypeSpec *type;
    const char *name;
  } TYPES[] = {
    { &TEXT, "text" },
    { &VARCHAR, "character varying(5)" },
    { &CHAR, "character(3)" },
    { &INTEGER, "integer" },
    { &BIGINT, "bigint" },
    { &DOUBLE, "double precision" },
    { &DECIMAL, "numeric(6,2)" },
    { &ANY_DECIMAL, "numeric" },
    { &BOOLEAN, "boolean" },
    { &TIMESTAMP, "timestamp without time zone" },
    { &TIMESTAMPTZ, "timestamp with time zone" },
    { &DATE, "date" },
    { &TIME, "time without time zone" },
    { &JSON, "jsonb" },
    { &UUID, "uuid" },
    { &BLOB, "bytea" },
    { &ENUM, "text" },
  };
  g_autoptr (Arena) arena = arena_new ();
  PGconn *db = postgres_open ();

  for (guint i = 0; i < G_N_ELEMENTS (TYPES); i++)
    {
      const char *name = postgres_type (arena, TYPES[i].type);
      g_autofree char *live = NULL;

      ck_assert_str_eq (name, TYPES[i].name);
      postgres_run (db, arena_printf (arena, "CREATE TEMPORARY TABLE t (v %s)", name));
      live = get_one (db, "SELECT format_type(atttypid, atttypmod) FROM pg_attribute"
                          " WHERE attrelid = 't'::regclass AND attname = 'v'");
      ck_assert_str_eq (live, name);
      postgres_run (db, "DROP TABLE t");
    }
  PQfinish (db);
}

static void
fill (Suite *suite)
{
  TCase *all = tcase_create ("text");

  tcase_add_test (all, identifier__of_any_characters_is_that_name);
  tcase_add_test (all, text_literal__keeps_every_byte);
  tcase_add_loop_test (all, literal__is_the_value_in_any_session, 0,
                       G_N_ELEMENTS (VALUES));
  tcase_add_test (all, double_literal__is_that_double);
  tcase_add_test (all, null__has_a_type);
  tcase_add_test (all, type__is_one_of_the_server_with_its_sizes);
  suite_add_tcase (suite, all);
}

int
main (void)
{
  return postgres_testing_main ("engine/postgres/sql_text", fill);
}
