/* SPDX-License-Identifier: Apache-2.0
 *
 * The oracle is bound_transform_apply(): on each row PostgreSQL has to come to the same
 * value, or to "not valid" where that fails, in a SELECT and in a trigger, in a session
 * that is set to everything but what we would like it to be.
 */
#include "config.h"

#include <math.h>

#include "engine/postgres/expression.h"
#include "engine/postgres/sql_text.h"
#include "expression_testing.h"
#include "expression_texts.h"
#include "postgres_testing.h"

#define N_RANDOM 800      /* rows of a transform … */
#define N_RANDOM_CAST 200 /* … and of each pair of types */

/* Every how many rows the trigger plans with the row's values. */
#define PLANNED_EVERY 7

#define HOSTILE                                                                              \
  "SET DateStyle = 'SQL, DMY'; SET TimeZone = 'America/St_Johns';"                           \
  "SET extra_float_digits = 0; SET bytea_output = escape; SET IntervalStyle = sql_standard;" \
  "SET escape_string_warning = off; SET standard_conforming_strings = off;"
#define PEACEFUL                                                                  \
  "SET DateStyle = 'ISO, YMD'; SET TimeZone = 'UTC'; SET extra_float_digits = 3;" \
  "SET bytea_output = hex; SET standard_conforming_strings = on;"

/* What a column is made of so that it makes a difference where it may: words are the same
 * in any case and no regular expression can be tried on them. */
static const char *
column_type (const TypeSpec *type, Arena *arena)
{
  const char *name = postgres_type (arena, type);

  if (column_type_is_text (type->base) && type->base != COLUMN_TYPE_CHAR)
    return arena_printf (arena, "%s COLLATE any_case", name);
  return name;
}

/* What is stored for a text that somebody writes.  Returns: FALSE when it cannot be */
static gboolean
stored_value (const TypeSpec *type, const char *text, Arena *arena, Value *value)
{
  *value = VALUE_NULL_INIT;
  if (text == NULL)
    return TRUE;
  if (type->base != COLUMN_TYPE_ENUM)
    return type_parse (type, text, strlen (text), arena, value, NULL);
  *value = value_string (text); /* a check of the table's, not of the type's */
  return TRUE;
}

typedef struct
{
  PGconn *db;
  const Case *test;
  guint n_inputs;
  const BoundTransform *bound;
  GArray *stored; /* Value, n_inputs of each row */
  GString *copy;  /* the rows, as COPY reads them */
  Arena *arena;
  SqlExpression plain, in_trigger;
} Run;

static const char *const NAMES[]
    = { "v", "ok", "b" }; /* what our own columns are called */

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
      plain[i] = postgres_identifier (run->arena, NAMES[i]);
      new[i] = arena_printf (run->arena, "NEW.%s", plain[i]);
    }
  return postgres_expression (run->bound, NULL, plain, run->arena, &run->plain, error)
         && postgres_expression (run->bound, NULL, new, run->arena, &run->in_trigger,
                                 error);
}

/* The value is computed too where it is not valid, which must not be an error. */
static const char TABLES[]
    = "CREATE COLLATION any_case (provider = icu, locale = 'und-u-ks-level2',"
      " deterministic = false);"
      "CREATE TABLE t (id bigserial PRIMARY KEY, n integer%s);"
      "CREATE TABLE done (id bigint PRIMARY KEY, value %s, valid boolean);"
      "CREATE FUNCTION g() RETURNS trigger LANGUAGE plpgsql AS $function$"
      " DECLARE result %s; BEGIN"
      " result := %s;"
      " result := CASE WHEN %s THEN %s END;"
      " INSERT INTO done VALUES (NEW.id, result, %s);"
      " RETURN NEW; END $function$;"
      "CREATE TRIGGER g BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION g()";

static void
run_open (Run *run)
{
  g_autoptr (GString) columns = g_string_new (NULL);
  const char *value = run->in_trigger.value;
  const char *valid = run->in_trigger.valid != NULL ? run->in_trigger.valid : "true";
  const char *type = postgres_base_type (run->test->output->base);
  g_autofree char *sql = NULL;

  for (guint i = 0; i < run->n_inputs; i++)
    g_string_append_printf (columns, ", %s %s",
                            postgres_identifier (run->arena, NAMES[i]),
                            column_type (run->test->inputs[i], run->arena));
  run->db = postgres_open ();
  postgres_run (run->db, "SET client_min_messages = warning;"
                         "DROP SCHEMA IF EXISTS zdm_test_expression CASCADE;"
                         "CREATE SCHEMA zdm_test_expression;"
                         "SET search_path = zdm_test_expression;");
  sql = g_strdup_printf (TABLES, columns->str, type, type, value, valid, value, valid);
  postgres_run (run->db, sql);
}

static void
append_copied (GString *copy, const char *text)
{
  for (; *text != '\0'; text++)
    switch (*text)
      {
      case '\\':
        g_string_append (copy, "\\\\");
        break;
      case '\n':
        g_string_append (copy, "\\n");
        break;
      case '\r':
        g_string_append (copy, "\\r");
        break;
      case '\t':
        g_string_append (copy, "\\t");
        break;
      default:
        g_string_append_c (copy, *text);
      }
}

static void
append_cell (Run *run, const TypeSpec *type, const Value *value)
{
  const char *text = type_format (type, value, run->arena);

  g_string_append_c (run->copy, '\t');
  if (value_is_null (value))
    g_string_append (run->copy, "\\N");
  else if (type->base == COLUMN_TYPE_BLOB)
    g_string_append_printf (run->copy, "\\\\x%s", text + 2);
  else
    append_copied (run->copy, text);
}

/* Adds a row of texts, NULL being null, unless a type cannot hold one. */
static void
run_add (Run *run, const char *const *texts)
{
  Value values[MAX_INPUTS];

  for (guint i = 0; i < run->n_inputs; i++)
    if (!stored_value (run->test->inputs[i], texts[i], run->arena, &values[i]))
      return;
  g_string_append_c (run->copy, '0');
  for (guint i = 0; i < run->n_inputs; i++)
    {
      values[i] = value_copy (run->arena, &values[i]);
      append_cell (run, run->test->inputs[i], &values[i]);
    }
  g_string_append_c (run->copy, '\n');
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
  PGresult *result;

  for (guint i = 0; i < run->n_inputs; i++)
    g_string_append_printf (names, ", %s", postgres_identifier (run->arena, NAMES[i]));
  sql = g_strdup_printf ("COPY t (%s) FROM STDIN", names->str);
  postgres_run (run->db, sql);
  ck_assert_int_eq (PQputCopyData (run->db, run->copy->str, (int) run->copy->len), 1);
  ck_assert_int_eq (PQputCopyEnd (run->db, NULL), 1);
  while ((result = PQgetResult (run->db)) != NULL)
    {
      ck_assert_msg (PQresultStatus (result) == PGRES_COMMAND_OK, "%s",
                     PQerrorMessage (run->db));
      PQclear (result);
    }
}

static const char *
describe (const Run *run, const Value *stored)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < run->n_inputs; i++)
    g_string_append_printf (text, "%s '%s' ",
                            type_spec_to_string (run->test->inputs[i], run->arena),
                            type_format (run->test->inputs[i], &stored[i], run->arena));
  g_string_append_printf (text, "to %s\n%s\n%s",
                          type_spec_to_string (run->test->output, run->arena),
                          run->plain.value, run->plain.valid);
  return arena_strdup (run->arena, text->str);
}

/* What the server writes as text, in a peaceful session.  Returns: FALSE when it is no
 * value of the type */
static gboolean
read_value (const TypeSpec *type, const char *text, Arena *arena, Value *value)
{
  *value = VALUE_NULL_INIT;
  if (text == NULL)
    return TRUE;
  if (type->base == COLUMN_TYPE_BLOB)
    text = arena_printf (arena, "0%s", text + 1); /* \x */
  return type_parse (type, text, strlen (text), arena, value, NULL);
}

static const char *
get_cell (PGresult *rows, int row, int column)
{
  return PQgetisnull (rows, row, column) ? NULL : PQgetvalue (rows, row, column);
}

/* One line of a result: id, value, valid, type. */
static gboolean
check_row (Run *run, PGresult *rows, int row)
{
  g_autoptr (Arena) scratch = arena_new ();
  guint id = (guint) g_ascii_strtoull (PQgetvalue (rows, row, 0), NULL, 10) - 1;
  const Value *stored = &g_array_index (run->stored, Value, id * MAX_INPUTS);
  const char *text = get_cell (rows, row, 1);
  const char *type = postgres_base_type (run->test->output->base);
  Value expected = VALUE_NULL_INIT, actual;
  gboolean is_valid
      = bound_transform_apply (run->bound, stored, scratch, &expected, NULL);

  ck_assert_msg (g_strcmp0 (get_cell (rows, row, 2), is_valid ? "t" : "f") == 0,
                 "valid is '%s' not %d: %s", PQgetvalue (rows, row, 2), is_valid,
                 describe (run, stored));
  ck_assert_str_eq (PQgetvalue (rows, row, 3),
                    g_str_equal (type, "bpchar") ? "character" : type);
  if (is_valid)
    ck_assert_msg (read_value (run->test->output, text, scratch, &actual)
                       && value_equal (&expected, &actual),
                   "'%s' not '%s': %s", text,
                   type_format (run->test->output, &expected, scratch),
                   describe (run, stored));
  return is_valid;
}

/* Returns: how many of @n rows were valid */
static guint
check_rows (Run *run, guint n, const char *table)
{
  g_autofree char *sql = g_strdup_printf (
      PEACEFUL "SELECT id, value::text, valid, pg_typeof(value) FROM %s ORDER BY id",
      table);
  PGresult *rows = postgres_query (run->db, sql);
  guint n_valid = 0;

  ck_assert_int_eq (PQntuples (rows), (int) n);
  for (guint i = 0; i < n; i++)
    n_valid += check_row (run, rows, (int) i) ? 1 : 0;
  PQclear (rows);
  return n_valid;
}

/* A trigger's first five calls are planned with the row's values, and with
 * force_custom_plan each. */
static void
check_trigger (Run *run, guint n_rows)
{
  guint n = 0;

  for (guint id = 1; id <= n_rows; id++)
    n += id % PLANNED_EVERY == 0 ? 1 : 0;
  postgres_run (run->db, HOSTILE "UPDATE t SET n = 1");
  check_rows (run, n_rows, "done");
  postgres_run (run->db, HOSTILE
                "TRUNCATE done; DISCARD PLANS; SET plan_cache_mode = force_custom_plan;"
                "UPDATE t SET n = 2 WHERE id % " G_STRINGIFY (PLANNED_EVERY) " = 0");
  check_rows (run, n, "done");
}

static void
run_close (Run *run)
{
  postgres_run (run->db, "DROP SCHEMA IF EXISTS zdm_test_expression CASCADE");
  PQfinish (run->db);
}

/* Compares PostgreSQL with the oracle.  Returns: how many rows were valid */
static guint
check_case (const Case *test, guint n_random)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GArray) stored = g_array_new (FALSE, FALSE, sizeof (Value));
  g_autoptr (GString) copy = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  g_autofree char *select = NULL;
  Run run = { .test = test, .arena = arena, .stored = stored, .copy = copy };
  guint n_rows, n_valid;

  run_bind (&run);
  ck_assert (run_compile (&run, &error));
  assert_no_error (error);
  run_open (&run);
  run_fill (&run, n_random);
  run_store (&run);
  n_rows = stored->len / MAX_INPUTS;
  select = g_strdup_printf (HOSTILE "CREATE TABLE found AS SELECT id, %s AS value,"
                                    " %s AS valid FROM t",
                            run.plain.value,
                            run.plain.valid != NULL ? run.plain.valid : "true");
  postgres_run (run.db, select);
  n_valid = check_rows (&run, n_rows, "found");
  check_trigger (&run, n_rows);
  run_close (&run);
  return n_valid;
}

static const Case MORE_CASES[] = {
  { { &JSON }, 1, { MAP (NUMBERS, TWO_AND_ONE, MAP_ELSE_NULL) }, &TEXT },
  { { &JSON }, 1, { MAP (REALS, TWO, MAP_ELSE_ERROR) }, &TEXT },
  { { &TEXT, &JSON }, 1, { JOIN (" ") }, &TEXT },
  { { &DOUBLE, &DOUBLE, &JSON }, 1, { TEMPLATE ("{ok} {v} {ok}") }, &TEXT },
  { { &DOUBLE }, 2, { CAST (TEXT), CAST (DOUBLE) }, &DOUBLE },
  { { &TEXT }, 3, { CAST (DOUBLE), CAST (DECIMAL), CAST (TEXT) }, &TEXT },
  { { &TEXT }, 3, { STAGE (TRIM), CAST (JSON), CAST (TEXT) }, &TEXT },
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

TEST (expression__gives_what_only_this_server_can)
{
  ck_assert_uint_gt (check_case (&MORE_CASES[_i], N_RANDOM), 0);
}

TEST (cast__is_that_of_the_model)
{
  for (guint i = 0; i < G_N_ELEMENTS (ALL); i++)
    if (type_cast_exists (ALL[_i]->base, ALL[i]->base))
      {
        const Case test
            = { { ALL[_i] }, 1, { { .kind = TRANSFORM_CAST, .cast = *ALL[i] } }, ALL[i] };

        ck_assert_uint_gt (check_case (&test, N_RANDOM_CAST), 1); /* more than the null */
      }
}

/* What a transform makes of one thing that a column may hold, written as SQL; it has to
 * be the same where the planner knows it.  Returns: (transfer full): the beginning of its
 * text, or "invalid", or "null" */
static char *
apply_to (const Case *test, const char *stored, const char *fence)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *sql = NULL;
  Run run = { .test = test, .arena = arena, .db = postgres_open () };
  PGresult *rows;
  char *result;

  run_bind (&run);
  ck_assert (run_compile (&run, NULL));
  postgres_run (run.db, "SET plan_cache_mode = force_custom_plan");
  sql = g_strdup_printf (
      "SELECT CASE WHEN valid THEN coalesce(left(value::text, 60), 'null')"
      " WHEN NOT valid THEN 'invalid' END, value IS NULL"
      " FROM (SELECT %s AS value, %s AS valid FROM (SELECT %s AS v%s) AS t) AS made",
      run.plain.value, run.plain.valid != NULL ? run.plain.valid : "true", stored, fence);
  rows = postgres_query (run.db, sql);
  result = g_strdup (PQgetvalue (rows, 0, 0));
  PQclear (rows);
  PQfinish (run.db);
  return result;
}

#define CAST_CASE(from, to)          \
  {                                  \
    { &from }, 1, { CAST (to) }, &to \
  }
#define TEXT_OF(from)                    \
  {                                      \
    { &from }, 1, { CAST (TEXT) }, &TEXT \
  }
#define AS_SIZED_DECIMAL                                                   \
  {                                                                        \
    { &TEXT }, 1, { CAST (DECIMAL, .precision = 6, .scale = 2) }, &DECIMAL \
  }
#define AS_ANY_DECIMAL                             \
  {                                                \
    { &TEXT }, 1, { CAST (DECIMAL) }, &ANY_DECIMAL \
  }
#define HALF_ABOVE "(2::numeric ^ 1024 - 2::numeric ^ 970)"
#define HALF_BELOW "(5::numeric ^ 1075 * 1e-1075)"

static const struct
{
  Case test;
  const char *stored, *result;
} STRANGE[] = {
  { TEXT_OF (DOUBLE), "'NaN'::float8", "invalid" },
  { TEXT_OF (DOUBLE), "'-infinity'::float8", "invalid" },
  { TEXT_OF (DOUBLE), "'-0'::float8", "0" },
  { CAST_CASE (DOUBLE, BIGINT), "'NaN'::float8", "invalid" },
  { CAST_CASE (DOUBLE, BIGINT), "'infinity'::float8", "invalid" },
  { CAST_CASE (DOUBLE, BIGINT), "'9223372036854774784'::float8", "9223372036854774784" },
  { CAST_CASE (DOUBLE, BIGINT), "'9223372036854775808'::float8", "invalid" },
  { CAST_CASE (DOUBLE, BIGINT), "'-9223372036854775808'::float8",
    "-9223372036854775808" },
  { CAST_CASE (DOUBLE, INTEGER), "'2147483647.5'::float8", "invalid" },
  { CAST_CASE (DOUBLE, INTEGER), "'2147483648'::float8", "invalid" },
  { TEXT_OF (ANY_DECIMAL), "'NaN'::numeric", "invalid" },
  { TEXT_OF (ANY_DECIMAL), "'-infinity'::numeric", "invalid" },
  { TEXT_OF (ANY_DECIMAL), "'1.500'::numeric", "1.5" },
  { CAST_CASE (ANY_DECIMAL, INTEGER), "'NaN'::numeric", "invalid" },
  { CAST_CASE (ANY_DECIMAL, BIGINT), "'1e30'::numeric", "invalid" },
  { CAST_CASE (ANY_DECIMAL, DOUBLE), "'1e309'::numeric", "invalid" },
  { CAST_CASE (ANY_DECIMAL, DOUBLE), "'-1e-330'::numeric", "invalid" },
  { CAST_CASE (ANY_DECIMAL, DOUBLE), HALF_ABOVE, "invalid" },
  { CAST_CASE (ANY_DECIMAL, DOUBLE), HALF_ABOVE " - 1", "1.7976931348623157e+308" },
  { CAST_CASE (ANY_DECIMAL, DOUBLE), HALF_BELOW, "invalid" },
  { CAST_CASE (ANY_DECIMAL, DOUBLE), HALF_BELOW " + 1e-1200", "5e-324" },
  { CAST_CASE (TEXT, DOUBLE), HALF_ABOVE "::text", "invalid" },
  { CAST_CASE (TEXT, DOUBLE), "(" HALF_ABOVE " - 1)::text", "1.7976931348623157e+308" },
  { CAST_CASE (TEXT, DOUBLE), HALF_BELOW "::text || repeat('0', 500)", "invalid" },
  { CAST_CASE (TEXT, DOUBLE), HALF_BELOW "::text || repeat('0', 500) || '1'", "5e-324" },
  { CAST_CASE (TEXT, DOUBLE), "repeat('0', 5000) || '1e5'", "100000" },
  { CAST_CASE (TEXT, DOUBLE), "'0.' || repeat('0', 200000) || '25e200001'", "2.5" },
  { CAST_CASE (TEXT, DOUBLE), "'-1' || repeat('0', 300000) || 'e-300000'", "-1" },
  { CAST_CASE (TEXT, DOUBLE), "'1e' || repeat('0', 300) || '7'", "10000000" },
  { CAST_CASE (TEXT, DOUBLE), "'1e' || repeat('9', 300000)", "invalid" },
  { CAST_CASE (TEXT, DOUBLE), "'0e' || repeat('9', 300)", "0" },
  { CAST_CASE (TEXT, DOUBLE), "repeat('9', 309)", "invalid" },
  { CAST_CASE (TEXT, DOUBLE), "'0.' || repeat('0', 323) || '2'", "invalid" },
  { CAST_CASE (TEXT, DOUBLE), "'-0.0'::text", "0" },
  { CAST_CASE (TEXT, INTEGER), "repeat('0', 200000) || '7'", "7" },
  { CAST_CASE (TEXT, INTEGER), "repeat('9', 200000)", "invalid" },
  { AS_ANY_DECIMAL, "repeat('0', 200000) || '1.5'", "1.5" },
  { AS_ANY_DECIMAL, "'1.50' || repeat('0', 20000)", "1.5" },
  { AS_ANY_DECIMAL, "'0.' || repeat('0', 16383) || '1'", "invalid" },
  { AS_ANY_DECIMAL, "repeat('7', 131073)", "invalid" },
  { AS_ANY_DECIMAL, "repeat('7', 131072)",
    "777777777777777777777777777777777777777777777777777777777777" },
  { AS_ANY_DECIMAL, "'0.' || repeat('3', 16383)",
    "0.3333333333333333333333333333333333333333333333333333333333" },
  { AS_SIZED_DECIMAL, "'1.5' || repeat('0', 20000)", "1.50" },
  { CAST_CASE (TEXT, JSON), "repeat('[', 64) || repeat(']', 64)",
    "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[" },
  { CAST_CASE (TEXT, JSON), "repeat('[', 65) || repeat(']', 65)", "invalid" },
  { CAST_CASE (TEXT, JSON), "repeat('[', 100000)", "invalid" },
  { CAST_CASE (TEXT, JSON), "repeat('9', 15001)", "invalid" },
  { CAST_CASE (TEXT, JSON), "'[\"' || repeat('9', 20000) || '\", 5]'",
    "[\"9999999999999999999999999999999999999999999999999999999999" },
  { CAST_CASE (TEXT, JSON), "'[' || repeat('1, ', 20000) || '2]'",
    "[1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1," },
  { CAST_CASE (TEXT, BLOB), "'0x' || repeat('00', 200000) || '0'", "invalid" },
  { CAST_CASE (TIMESTAMP, DATE), "'infinity'::timestamp", "invalid" },
  { CAST_CASE (TIMESTAMP, TIME), "'infinity'::timestamp", "invalid" },
  { TEXT_OF (TIMESTAMP), "'-infinity'::timestamp", "invalid" },
  { TEXT_OF (TIMESTAMP), "'0001-12-31 23:59:59 BC'::timestamp", "invalid" },
  { TEXT_OF (TIMESTAMP), "'10000-01-01'::timestamp", "invalid" },
  { CAST_CASE (TIMESTAMPTZ, TIMESTAMP), "'infinity'::timestamptz", "invalid" },
  { CAST_CASE (DATE, TIMESTAMP), "'5874897-12-31'::date", "invalid" },
  { CAST_CASE (DATE, TIMESTAMP), "'-infinity'::date", "invalid" },
  { TEXT_OF (TIME), "'24:00'::time", "invalid" },
  { TEXT_OF (CHAR), "'a '::character(3)", "a" },
  { { { &TEXT }, 1, { STAGE (DIRECT_COPY) }, &VARCHAR },
    "repeat('x', 100000)",
    "invalid" },
  { { { &TEXT },
      2,
      { SPLIT ("aa", SPLIT_LAST, 0), CAST (VARCHAR, .length = 5) },
      &VARCHAR },
    "repeat('aab', 1000) || 'x'",
    "bx" },
  { { { &TEXT }, 2, { PAD (65535, "ż", PAD_LEFT), SPLIT ("ż", SPLIT_LAST, 0) }, &TEXT },
    "'x'::text",
    "x" },
};

TEST (strange_input__is_invalid_and_never_an_error)
{
  g_autofree char *result = apply_to (&STRANGE[_i].test, STRANGE[_i].stored, " OFFSET 0");
  g_autofree char *planned = apply_to (&STRANGE[_i].test, STRANGE[_i].stored, "");

  ck_assert_str_eq (result, STRANGE[_i].result);
  ck_assert_str_eq (planned, STRANGE[_i].result);
}

/* The ends of February in every year. */
TEST (date__is_one_of_the_calendar)
{
  const Case test = { { &TEXT }, 1, { CAST (DATE) }, &DATE };
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *expected = NULL;
  Run run = { .test = &test, .arena = arena, .db = postgres_open () };
  guint n = 0;
  PGresult *rows;

  for (guint year = 1; year <= 9999; year++)
    n += g_date_get_days_in_month (G_DATE_FEBRUARY, (GDateYear) year) - 27;
  expected = g_strdup_printf ("%u", n);
  run_bind (&run);
  ck_assert (run_compile (&run, NULL));
  rows = postgres_query (run.db,
                         arena_printf (arena,
                                       "SELECT count(*) FILTER (WHERE %s), count(%s) FROM"
                                       " (SELECT to_char(y, 'FM0000') || '-02-' || d AS v"
                                       " FROM generate_series(0, 9999) AS y,"
                                       " generate_series(28, 31) AS d OFFSET 0) AS t",
                                       run.plain.valid, run.plain.value));
  ck_assert_str_eq (PQgetvalue (rows, 0, 0), expected);
  ck_assert_str_eq (PQgetvalue (rows, 0, 1), expected);
  PQclear (rows);
  PQfinish (run.db);
}

static char *
compile_error (const Case *test)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  Run run = { .test = test, .arena = arena };

  run_bind (&run);
  if (run_compile (&run, &error))
    return g_strdup (run.plain.value);
  assert_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED);
  return g_strdup (error->message);
}

static const EngineText FOR_SQLITE[] = { { "sqlite", "v" }, { NULL, NULL } };
static const EngineText FOR_POSTGRES[]
    = { { "postgres", "v + 1 -- one more" }, { NULL, NULL } };

TEST (expression__of_the_user_is_taken_as_it_is)
{
  const Case test = { { &INTEGER },
                      1,
                      { { .kind = TRANSFORM_EXPRESSION, .expression = FOR_POSTGRES } },
                      &BIGINT };
  g_autofree char *result = apply_to (&test, "41", "");

  ck_assert_str_eq (result, "42");
}

TEST (expression__feeds_later_stages)
{
  const Case test = { { &INTEGER },
                      2,
                      { { .kind = TRANSFORM_EXPRESSION, .expression = FOR_POSTGRES },
                        PAD (4, "0", PAD_LEFT) },
                      &TEXT };
  g_autofree char *result = apply_to (&test, "41", "");

  ck_assert_str_eq (result, "0042");
}

TEST (expression__without_a_text_for_postgres_is_refused)
{
  const Case test = { { &INTEGER },
                      1,
                      { { .kind = TRANSFORM_EXPRESSION, .expression = FOR_SQLITE } },
                      &INTEGER };
  g_autofree char *message = compile_error (&test);

  ck_assert_ptr_nonnull (strstr (message, "postgres"));
}

TEST (expression__behind_another_stage_is_refused)
{
  const Case test
      = { { &TEXT },
          2,
          { STAGE (TRIM), { .kind = TRANSFORM_EXPRESSION, .expression = FOR_POSTGRES } },
          &TEXT };
  g_autofree char *message = compile_error (&test);

  ck_assert_ptr_nonnull (strstr (message, "put it first"));
}

/* However many stages there are, the text grows in length and not by doubling. */
TEST (pipeline__may_be_long)
{
  g_autoptr (Arena) arena = arena_new ();
  TransformStage stages[60];
  const Transform transform = { .stages = stages, .n_stages = G_N_ELEMENTS (stages) };
  const Column column = { .name = "v", .type = TEXT };
  const Column *const columns[] = { &column, NULL };
  SqlExpression expression;
  PGconn *db = postgres_open ();
  PGresult *rows;

  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    stages[i] = i % 2 == 0 ? (TransformStage) PAD (3 + i, "a", PAD_LEFT)
                           : (TransformStage) SPLIT ("b", SPLIT_LAST, 0);
  ck_assert (postgres_expression (
      transform_bind (&transform, columns, &LONGER, arena, NULL), NULL,
      (const char *const[]){ "t.v" }, arena, &expression, NULL));
  ck_assert_uint_lt (strlen (expression.value), 60 * 300);
  rows = postgres_query (
      db, arena_printf (
              arena, "SELECT length(%s), %s FROM (SELECT 'x'::text AS v OFFSET 0) AS t",
              expression.value, expression.valid));
  ck_assert_str_eq (PQgetvalue (rows, 0, 1), "f"); /* 61 characters */
  PQclear (rows);
  PQfinish (db);
}

static void
fill (Suite *suite)
{
  TCase *all = tcase_create ("expression");

  tcase_set_timeout (all, 120);
  tcase_add_loop_test (all, expression__gives_what_the_transform_gives, 0,
                       G_N_ELEMENTS (CASES));
  tcase_add_loop_test (all, expression__gives_what_only_this_server_can, 0,
                       G_N_ELEMENTS (MORE_CASES));
  tcase_add_loop_test (all, cast__is_that_of_the_model, 0, G_N_ELEMENTS (ALL));
  tcase_add_loop_test (all, strange_input__is_invalid_and_never_an_error, 0,
                       G_N_ELEMENTS (STRANGE));
  tcase_add_test (all, date__is_one_of_the_calendar);
  tcase_add_test (all, expression__of_the_user_is_taken_as_it_is);
  tcase_add_test (all, expression__feeds_later_stages);
  tcase_add_test (all, expression__without_a_text_for_postgres_is_refused);
  tcase_add_test (all, expression__behind_another_stage_is_refused);
  tcase_add_test (all, pipeline__may_be_long);
  suite_add_tcase (suite, all);
}

int
main (void)
{
  return postgres_testing_main ("engine/postgres/expression", fill);
}
