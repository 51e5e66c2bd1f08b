/* SPDX-License-Identifier: Apache-2.0
 *
 * The oracle is bound_transform_apply(): on each row MariaDB has to come to the same
 * value, or to "not valid" where that fails, in an INSERT … SELECT and in a trigger, in
 * strict mode and in a session that is set to everything but what we would like it to be.
 */
#include "config.h"

#include <math.h>

#include "engine/mariadb/expression.h"
#include "engine/mariadb/sql_text.h"
#include "expression_testing.h"
#include "expression_texts.h"
#include "mariadb_testing.h"
#include "model/error.h"

#define N_RANDOM 300     /* rows of a transform … */
#define N_RANDOM_CAST 80 /* … and of each pair of types */

#define STRICT "STRICT_ALL_TABLES,ALLOW_INVALID_DATES,ERROR_FOR_DIVISION_BY_ZERO"
#define HOSTILE                                                                         \
  "SET NAMES utf8mb4 COLLATE utf8mb4_general_ci, time_zone = '-03:30',"                 \
  " collation_connection = latin2_general_ci, div_precision_increment = 0,"             \
  " default_regex_flags = 'DOTALL,DUPNAMES,EXTENDED,EXTENDED_MORE,MULTILINE,UNGREEDY'," \
  " sql_mode = '" STRICT ",ANSI_QUOTES,PIPES_AS_CONCAT,NO_BACKSLASH_ESCAPES,"           \
  "HIGH_NOT_PRECEDENCE,IGNORE_SPACE,PAD_CHAR_TO_FULL_LENGTH';"
#define PEACEFUL "SET NAMES utf8mb4, default_regex_flags = '', sql_mode = '" STRICT "';"

typedef struct
{
  MYSQL *db;
  const Case *test;
  guint n_inputs;
  const BoundTransform *bound;
  GArray *stored; /* Value, n_inputs of each row */
  GString *rows;  /* as INSERT reads them */
  Arena *arena;
  SqlExpression plain, in_trigger;
} Run;

static const char *const NAMES[] = { "v", "ok", "b" };

static void
run_bind (Run *run)
{
  const Transform transform
      = { .stages = run->test->stages, .n_stages = run->test->n_stages };
  const Column *columns[MAX_INPUTS + 1] = { NULL };
  g_autoptr (GError) error = NULL;

  for (; run->n_inputs < MAX_INPUTS && run->test->inputs[run->n_inputs] != NULL;
       run->n_inputs++)
    {
      Column *column = arena_new0 (run->arena, Column);

      column->name = NAMES[run->n_inputs];
      column->type = *run->test->inputs[run->n_inputs];
      columns[run->n_inputs] = column;
    }
  run->bound = transform_bind (arena_memdup (run->arena, &transform, sizeof transform),
                               arena_memdup (run->arena, columns, sizeof columns),
                               run->test->output, run->arena, &error);
  assert_no_error (error);
}

static gboolean
run_compile (Run *run, GError **error)
{
  const char *plain[MAX_INPUTS], *new[MAX_INPUTS];

  for (guint i = 0; i < run->n_inputs; i++)
    {
      plain[i] = mariadb_identifier (run->arena, NAMES[i]);
      new[i] = arena_printf (run->arena, "NEW.%s", plain[i]);
    }
  return mariadb_expression (run->bound, plain, run->arena, &run->plain, error)
         && mariadb_expression (run->bound, new, run->arena, &run->in_trigger, error);
}

/* What a column is made of so that it makes a difference where it may: words are the same
 * in any case, and with spaces at the end. */
static const char *
column_type (const TypeSpec *type, Arena *arena)
{
  const char *name = mariadb_type_text (arena, type);

  if (!column_type_is_text (type->base))
    return name;
  return arena_printf (arena, "%s CHARACTER SET utf8mb4 COLLATE utf8mb4_general_ci",
                       name);
}

/* The value is computed too where it is not valid, which must not be an error. */
static const char TABLES[]
    = "CREATE OR REPLACE DATABASE zdm_test_expression; USE zdm_test_expression;"
      "CREATE TABLE t (id bigint AUTO_INCREMENT PRIMARY KEY, n integer%s);"
      "CREATE TABLE done (id bigint PRIMARY KEY, value %s, valid boolean);"
      "CREATE TABLE found LIKE done;"
      "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW"
      " INSERT INTO done VALUES (NEW.id, %s, %s)";

static const char *
valid_of (const SqlExpression *expression)
{
  return expression->valid != NULL ? expression->valid : "TRUE";
}

static void
run_open (Run *run)
{
  g_autoptr (GString) columns = g_string_new (NULL);
  g_autofree char *sql = NULL;

  for (guint i = 0; i < run->n_inputs; i++)
    g_string_append_printf (columns, ", %s %s", mariadb_identifier (run->arena, NAMES[i]),
                            column_type (run->test->inputs[i], run->arena));
  run->db = mariadb_open ();
  mariadb_run (run->db, HOSTILE);
  sql = g_strdup_printf (TABLES, columns->str,
                         column_type (run->test->output, run->arena),
                         run->in_trigger.value, valid_of (&run->in_trigger));
  mariadb_run (run->db, sql);
}

/* MariaDB's types do not hold every value of the model's: said here apart from the code
 * that is tested. */
static gboolean
can_store (const TypeSpec *type, const Value *value)
{
  const char *point;
  gsize n_whole, n_fraction;

  if (value_is_null (value))
    return TRUE;
  if (type->base == COLUMN_TYPE_UUID)
    return value->text.bytes[14] < '8' || value->text.bytes[19] >= '8';
  if (type->base != COLUMN_TYPE_DECIMAL || type->precision > 0)
    return TRUE;
  point = memchr (value->text.bytes, '.', value->text.length);
  n_whole = point != NULL ? (gsize) (point - value->text.bytes) : value->text.length;
  n_fraction = point != NULL ? value->text.length - n_whole - 1 : 0;
  return n_whole - (value->text.bytes[0] == '-' ? 1 : 0) <= 35 && n_fraction <= 30;
}

/* What is stored for a text that somebody writes.  Returns: FALSE when it cannot be */
static gboolean
stored_value (const TypeSpec *type, const char *text, Arena *arena, Value *value)
{
  *value = VALUE_NULL_INIT;
  if (text == NULL)
    return TRUE;
  return type_parse (type, text, strlen (text), arena, value, NULL)
         && can_store (type, value);
}

/* Adds a row of texts, NULL being null, unless a type cannot hold one. */
static void
run_add (Run *run, const char *const *texts)
{
  Value values[MAX_INPUTS];

  for (guint i = 0; i < run->n_inputs; i++)
    if (!stored_value (run->test->inputs[i], texts[i], run->arena, &values[i]))
      return;
  g_string_append (run->rows, run->rows->len > 0 ? ", (0" : "(0");
  for (guint i = 0; i < run->n_inputs; i++)
    {
      values[i] = value_copy (run->arena, &values[i]);
      g_string_append_printf (
          run->rows, ", %s",
          mariadb_literal (run->arena, run->test->inputs[i], &values[i]));
    }
  g_string_append_c (run->rows, ')');
  g_array_append_vals (run->stored, values, MAX_INPUTS);
}

static void
run_add_alike (Run *run, const char *text)
{
  run_add (run, (const char *[MAX_INPUTS]){ text, text, NULL, NULL });
}

/* Any double there is. */
static char *
random_double (GRand *rand)
{
  guint64 bits = (guint64) g_rand_int (rand) << 32 | g_rand_int (rand);
  double real;

  memcpy (&real, &bits, sizeof real);
  return isfinite (real) ? g_strdup_printf ("%.17g", real) : g_strdup ("0");
}

static void
run_fill (Run *run, guint n_random)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed ());
  const char *nulls[MAX_INPUTS] = { NULL };
  gboolean reads_double
      = run->n_inputs > 0 && run->test->inputs[0]->base == COLUMN_TYPE_DOUBLE;

  run_add (run, nulls);
  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    run_add_alike (run, TEXTS[i]);
  for (guint i = 0; i < G_N_ELEMENTS (MORE); i++)
    run_add_alike (run, MORE[i]);
  for (guint i = 0; i < n_random; i++)
    {
      char *texts[MAX_INPUTS];

      for (guint j = 0; j < MAX_INPUTS; j++)
        texts[j] = g_rand_int_range (rand, 0, 8) == 0 ? NULL
                   : reads_double                     ? random_double (rand)
                                                      : random_input (rand);
      run_add (run, (const char *const *) texts);
      for (guint j = 0; j < MAX_INPUTS; j++)
        g_free (texts[j]);
    }
}

static void
run_store (Run *run)
{
  g_autoptr (GString) names = g_string_new ("n");
  g_autofree char *sql = NULL;

  for (guint i = 0; i < run->n_inputs; i++)
    g_string_append_printf (names, ", %s", mariadb_identifier (run->arena, NAMES[i]));
  sql = g_strdup_printf ("INSERT INTO t (%s) VALUES %s", names->str, run->rows->str);
  mariadb_run (run->db, sql);
}

static const char *
describe (const Run *run, const Value *stored)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < run->n_inputs; i++)
    g_string_append_printf (text, "%s '%s' ",
                            type_spec_to_string (run->test->inputs[i], run->arena),
                            type_format (run->test->inputs[i], &stored[i], run->arena));
  g_string_append_printf (text, "to %s\n%.900s\n%.900s",
                          type_spec_to_string (run->test->output, run->arena),
                          run->plain.value, valid_of (&run->plain));
  return arena_strdup (run->arena, text->str);
}

/* The value of a column as text that the model reads. */
static const char *
as_written (ColumnType type)
{
  if (type == COLUMN_TYPE_BLOB)
    return "CONCAT('0x', HEX(value))";
  if (type == COLUMN_TYPE_DOUBLE)
    return "CASE WHEN value IS NOT NULL THEN SFORMAT('{:.17g}', value) END";
  return "CONVERT(value USING utf8mb4)";
}

/* The server's value as the model reads it.  Returns: FALSE when it is none */
static gboolean
read_value (const TypeSpec *type, const char *text, Arena *arena, Value *value)
{
  *value = VALUE_NULL_INIT;
  return text == NULL || type_parse (type, text, strlen (text), arena, value, NULL);
}

/* One line of a result: id, value, valid. */
static gboolean
check_row (Run *run, MYSQL_ROW row)
{
  g_autoptr (Arena) scratch = arena_new ();
  guint id = (guint) g_ascii_strtoull (row[0], NULL, 10) - 1;
  const Value *stored = &g_array_index (run->stored, Value, id * MAX_INPUTS);
  Value expected = VALUE_NULL_INIT, actual;
  gboolean is_valid = bound_transform_apply (run->bound, stored, scratch, &expected, NULL)
                      && can_store (run->test->output, &expected);

  ck_assert_msg (g_strcmp0 (row[2], is_valid ? "1" : "0") == 0,
                 "valid is '%s' not %d: %s", row[2], is_valid, describe (run, stored));
  if (is_valid)
    ck_assert_msg (read_value (run->test->output, row[1], scratch, &actual)
                       && value_equal (&expected, &actual),
                   "'%s' not '%s': %s", row[1],
                   type_format (run->test->output, &expected, scratch),
                   describe (run, stored));
  return is_valid;
}

/* Returns: how many of @n rows were valid */
static guint
check_rows (Run *run, guint n, const char *table)
{
  g_autofree char *sql
      = g_strdup_printf (PEACEFUL "SELECT id, %s, valid FROM %s ORDER BY id",
                         as_written (run->test->output->base), table);
  MYSQL_RES *rows = mariadb_query (run->db, sql);
  guint n_valid = 0;

  ck_assert_int_eq (mysql_num_rows (rows), n);
  for (guint i = 0; i < n; i++)
    n_valid += check_row (run, mysql_fetch_row (rows)) ? 1 : 0;
  mysql_free_result (rows);
  return n_valid;
}

/* Compares MariaDB with the oracle.  Returns: how many rows were valid */
static guint
check_case (const Case *test, guint n_random)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GArray) stored = g_array_new (FALSE, FALSE, sizeof (Value));
  g_autoptr (GString) rows = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *insert = NULL;
  Run run = { .test = test, .arena = arena, .stored = stored, .rows = rows };
  guint n_rows, n_valid;

  run_bind (&run);
  run_compile (&run, &error);
  assert_no_error (error);
  run_open (&run);
  run_fill (&run, n_random);
  run_store (&run);
  n_rows = stored->len / MAX_INPUTS;
  insert = g_strdup_printf ("INSERT INTO found SELECT id, %s, %s FROM t", run.plain.value,
                            valid_of (&run.plain));
  mariadb_run (run.db, insert);
  n_valid = check_rows (&run, n_rows, "found");
  mariadb_run (run.db, HOSTILE "UPDATE t SET n = 1");
  check_rows (&run, n_rows, "done");
  mysql_close (run.db);
  return n_valid;
}

static const Case MORE_CASES[] = {
  { { &DOUBLE, &DOUBLE, &TEXT }, 1, { TEMPLATE ("{ok} {v} {ok}") }, &TEXT },
  { { &DOUBLE }, 2, { CAST (TEXT), CAST (DOUBLE) }, &DOUBLE },
  { { &DOUBLE }, 2, { CAST (TEXT), PAD (20, "\\", PAD_LEFT) }, &LONGER },
  { { &TEXT }, 1, { SPLIT ("\\", SPLIT_LAST, 0) }, &TEXT },
  { { &TEXT }, 1, { SPLIT ("a", SPLIT_NUMBERED, 4000000000u) }, &TEXT },
  { { &TEXT }, 1, { TEMPLATE ("\\ % @ $1 {v}") }, &TEXT },
  { { &TEXT }, 3, { CAST (BLOB), CAST (TEXT), STAGE (UPPER) }, &TEXT },
};

TEST (expression__gives_what_the_transform_gives)
{
  ck_assert_uint_gt (check_case (&CASES[_i], N_RANDOM), 0);
}

TEST (expression__gives_what_only_a_server_can)
{
  ck_assert_uint_gt (check_case (&MORE_CASES[_i], N_RANDOM), 0);
}

static char *
compile_error (const Case *test)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  Run run = { .test = test, .arena = arena };

  run_bind (&run);
  if (run_compile (&run, &error))
    return g_strdup ("none");
  ck_assert (g_error_matches (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED));
  return g_strdup (error->message);
}

/* A JSON is copied, and no other type is made of it or becomes one. */
static gboolean
is_refused (const TypeSpec *from, const TypeSpec *to)
{
  return (from->base == COLUMN_TYPE_JSON) != (to->base == COLUMN_TYPE_JSON);
}

TEST (cast__is_that_of_the_model)
{
  for (guint i = 0; i < G_N_ELEMENTS (ALL); i++)
    if (type_cast_exists (ALL[_i]->base, ALL[i]->base))
      {
        const Case test
            = { { ALL[_i] }, 1, { { .kind = TRANSFORM_CAST, .cast = *ALL[i] } }, ALL[i] };

        if (is_refused (ALL[_i], ALL[i]))
          {
            g_autofree char *message = compile_error (&test);

            ck_assert_str_eq (message, "MariaDB does not bring JSON into canonical form");
            continue;
          }
        ck_assert_uint_gt (check_case (&test, N_RANDOM_CAST), 1); /* more than the null */
      }
}

/* What a transform makes of one thing that a column may hold, written as SQL, when it is
 * stored in strict mode.  Returns: (transfer full): the beginning of its text, or
 * "invalid", or "null" */
static char *
apply_to (const Case *test, const char *type, const char *stored)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *sql = NULL;
  Run run = { .test = test, .arena = arena };
  MYSQL_RES *rows;
  char *result;

  run_bind (&run);
  ck_assert (run_compile (&run, NULL));
  run.db = mariadb_open ();
  sql = g_strdup_printf (
      PEACEFUL "CREATE OR REPLACE DATABASE zdm_test_expression; USE zdm_test_expression;"
               "CREATE TABLE s (v %s); CREATE TABLE r (made %s, valid boolean);"
               "SET sql_mode = ''; INSERT INTO s VALUES (%s);" HOSTILE
               "INSERT INTO r SELECT %s, %s FROM s;" PEACEFUL
               "SELECT CASE WHEN valid THEN COALESCE(LEFT(made, 60), 'null')"
               " WHEN NOT valid THEN 'invalid' END FROM r",
      type, column_type (test->output, arena), stored, run.plain.value,
      valid_of (&run.plain));
  rows = mariadb_query (run.db, sql);
  result = g_strdup (mysql_fetch_row (rows)[0]);
  mysql_free_result (rows);
  mysql_close (run.db);
  return result;
}

#define CAST_CASE(from, to)          \
  {                                  \
    { &from }, 1, { CAST (to) }, &to \
  }
#define AS_ANY_DECIMAL(from)                       \
  {                                                \
    { &from }, 1, { CAST (DECIMAL) }, &ANY_DECIMAL \
  }
#define TEXT_OF(from)                    \
  {                                      \
    { &from }, 1, { CAST (TEXT) }, &TEXT \
  }

static const struct
{
  Case test;
  const char *type, *stored, *result;
} STRANGE[] = {
  { TEXT_OF (DATE), "date", "'0000-00-00'", "invalid" },
  { TEXT_OF (DATE), "date", "'2026-11-00'", "invalid" },
  { TEXT_OF (TIMESTAMP), "datetime(6)", "'0000-00-00 00:00:00'", "invalid" },
  { TEXT_OF (TIMESTAMP), "datetime", "'2026-11-22 10:00:00'", "2026-11-22T10:00:00" },
  { TEXT_OF (TIMESTAMP), "datetime", "'0000-01-01 00:00:00'", "invalid" },
  { CAST_CASE (TIMESTAMP, DATE), "datetime", "'2026-00-10 00:00:00'", "invalid" },
  { CAST_CASE (DATE, TIMESTAMP), "date", "'0000-00-00'", "invalid" },
  { TEXT_OF (TIME), "time(6)", "'24:00:00'", "invalid" },
  { TEXT_OF (TIME), "time(6)", "'-00:00:01'", "invalid" },
  { TEXT_OF (TIME), "time", "'838:59:59'", "invalid" },
  { TEXT_OF (TIME), "time", "'10:00:00'", "10:00:00" },
  { TEXT_OF (BOOLEAN), "boolean", "2", "invalid" },
  { CAST_CASE (BOOLEAN, INTEGER), "boolean", "-1", "invalid" },
  { TEXT_OF (ENUM), "enum('red')", "'blue'", "" },
  { TEXT_OF (CHAR), "char(3)", "'a '", "a" },
  { TEXT_OF (TEXT), "text character set latin1", "'\u017c\u00f3\u0142w'", "?\u00f3?w" },
  { { { &TEXT }, 1, { STAGE (LOWER) }, &TEXT },
    "text character set latin1",
    "'\u00d3A'",
    "\u00d3a" },
  { TEXT_OF (ANY_DECIMAL), "decimal(65,0)", "100", "100" },
  { CAST_CASE (ANY_DECIMAL, BIGINT), "decimal(65,0)", "-9223372036854775808",
    "-9223372036854775808" },
  { CAST_CASE (ANY_DECIMAL, BIGINT), "decimal(65,0)", "9223372036854775808", "invalid" },
  { CAST_CASE (ANY_DECIMAL, DECIMAL), "decimal(65,30)", "9999.995", "invalid" },
  { CAST_CASE (BIGINT, DECIMAL), "bigint", "-9223372036854775808", "invalid" },
  { CAST_CASE (DOUBLE, BIGINT), "double", "9223372036854774784e0",
    "9223372036854774784" },
  { CAST_CASE (DOUBLE, BIGINT), "double", "9223372036854775808e0", "invalid" },
  { CAST_CASE (DOUBLE, BIGINT), "double", "-9223372036854775808e0",
    "-9223372036854775808" },
  { CAST_CASE (DOUBLE, INTEGER), "double", "2147483648e0", "invalid" },
  { CAST_CASE (DOUBLE, DECIMAL), "double", "9999.999e0", "invalid" },
  { CAST_CASE (DOUBLE, DECIMAL), "double", "1e300", "invalid" },
  { AS_ANY_DECIMAL (DOUBLE), "double", "1e-300", "invalid" },
  { TEXT_OF (DOUBLE), "double", "-0e0", "0" },
  { CAST_CASE (TEXT, DOUBLE), "longtext", "CONCAT(REPEAT('0', 5000), '1e5')", "100000" },
  { CAST_CASE (TEXT, DOUBLE), "longtext", "CONCAT('0.', REPEAT('0', 20000), '25e20001')",
    "2.5" },
  { CAST_CASE (TEXT, DOUBLE), "longtext", "CONCAT('-1', REPEAT('0', 30000), 'e-30000')",
    "-1" },
  { CAST_CASE (TEXT, DOUBLE), "longtext", "CONCAT('1e', REPEAT('0', 300), '7')",
    "10000000" },
  { CAST_CASE (TEXT, DOUBLE), "longtext", "CONCAT('1e', REPEAT('9', 30000))", "invalid" },
  { CAST_CASE (TEXT, DOUBLE), "longtext", "CONCAT('0e', REPEAT('9', 300))", "0" },
  { CAST_CASE (TEXT, DOUBLE), "longtext", "CONCAT('-0e', REPEAT('9', 3000))", "0" },
  { CAST_CASE (TEXT, DOUBLE), "longtext", "REPEAT('9', 309)", "invalid" },
  { CAST_CASE (TEXT, INTEGER), "longtext", "CONCAT(REPEAT('0', 200000), '7')", "7" },
  { CAST_CASE (TEXT, INTEGER), "longtext", "REPEAT('9', 200000)", "invalid" },
  { CAST_CASE (TEXT, INTEGER), "longtext", "REPEAT('0', 200000)", "0" },
  { AS_ANY_DECIMAL (TEXT), "longtext", "CONCAT('1.5', REPEAT('0', 20000))",
    "1.500000000000000000000000000000" },
  { AS_ANY_DECIMAL (TEXT), "longtext", "CONCAT(REPEAT('0', 200000), '1.5')",
    "1.500000000000000000000000000000" },
  { AS_ANY_DECIMAL (TEXT), "longtext", "REPEAT('7', 36)", "invalid" },
  { CAST_CASE (TEXT, BLOB), "longtext", "CONCAT('0x', REPEAT('00', 200000), '0')",
    "invalid" },
};

TEST (strange_input__is_invalid_and_never_an_error)
{
  g_autofree char *result
      = apply_to (&STRANGE[_i].test, STRANGE[_i].type, STRANGE[_i].stored);

  ck_assert_str_eq (result, STRANGE[_i].result);
}

static const EngineText FOR_SQLITE[] = { { "sqlite", "v" }, { NULL, NULL } };
static const EngineText FOR_MARIADB[]
    = { { "mariadb", "v + 1 # one more" }, { NULL, NULL } };

TEST (expression__of_the_user_feeds_later_stages)
{
  const Case test = { { &INTEGER },
                      2,
                      { { .kind = TRANSFORM_EXPRESSION, .expression = FOR_MARIADB },
                        PAD (4, "0", PAD_LEFT) },
                      &TEXT };
  g_autofree char *result = apply_to (&test, "integer", "41");

  ck_assert_str_eq (result, "0042");
}

static const Literal *const STRANGE_UUID[]
    = { L ("01234567-89ab-cdef-0123-456789abcdef"), NULL };
static const Literal *const ONE_WORD[] = { L ("x"), NULL };
static const TypeSpec WIDE = { .base = COLUMN_TYPE_DECIMAL, .precision = 66, .scale = 2 };

static const struct
{
  Case test;
  const char *reason;
} REFUSED[] = {
  { { { &INTEGER },
      1,
      { { .kind = TRANSFORM_EXPRESSION, .expression = FOR_SQLITE } },
      &INTEGER },
    "has no text for mariadb" },
  { { { &TEXT },
      2,
      { STAGE (TRIM), { .kind = TRANSFORM_EXPRESSION, .expression = FOR_MARIADB } },
      &TEXT },
    "put it first" },
  { { { &UUID }, 1, { MAP (STRANGE_UUID, ONE_WORD, MAP_ELSE_NULL) }, &TEXT },
    "does not hold a value" },
  { { { &TEXT }, 1, { CAST (DECIMAL, .precision = 66, .scale = 2) }, &WIDE },
    "goes to 65 digits" },
  { { { &JSON }, 1, { MAP (NUMBERS, TWO_AND_ONE, MAP_ELSE_NULL) }, &TEXT },
    "canonical form" },
  { { { &TEXT, &JSON }, 1, { JOIN (" ") }, &TEXT }, "canonical form" },
};

TEST (transform__that_sql_cannot_say_is_refused)
{
  g_autofree char *message = compile_error (&REFUSED[_i].test);

  ck_assert_msg (strstr (message, REFUSED[_i].reason) != NULL, "%s", message);
}

/* It would double with each stage. */
TEST (pipeline__that_becomes_too_long_is_refused)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  TransformStage stages[60];
  const Transform transform = { .stages = stages, .n_stages = G_N_ELEMENTS (stages) };
  const Column column = { .name = "v", .type = TEXT };
  const Column *const columns[] = { &column, NULL };
  SqlExpression expression;

  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    stages[i] = (TransformStage) PAD (3 + i, "a", PAD_LEFT);
  ck_assert (
      !mariadb_expression (transform_bind (&transform, columns, &LONGER, arena, NULL),
                           (const char *const[]){ "t.v" }, arena, &expression, &error));
  ck_assert (g_error_matches (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED));
}

static void
fill (Suite *suite)
{
  TCase *all = tcase_create ("expression");

  tcase_set_timeout (all, 600);
  tcase_add_loop_test (all, expression__gives_what_the_transform_gives, 0,
                       G_N_ELEMENTS (CASES));
  tcase_add_loop_test (all, expression__gives_what_only_a_server_can, 0,
                       G_N_ELEMENTS (MORE_CASES));
  tcase_add_loop_test (all, cast__is_that_of_the_model, 0, G_N_ELEMENTS (ALL));
  tcase_add_loop_test (all, strange_input__is_invalid_and_never_an_error, 0,
                       G_N_ELEMENTS (STRANGE));
  tcase_add_test (all, expression__of_the_user_feeds_later_stages);
  tcase_add_loop_test (all, transform__that_sql_cannot_say_is_refused, 0,
                       G_N_ELEMENTS (REFUSED));
  tcase_add_test (all, pipeline__that_becomes_too_long_is_refused);
  suite_add_tcase (suite, all);
}

int
main (void)
{
  return mariadb_testing_main ("engine/mariadb/expression", fill);
}
