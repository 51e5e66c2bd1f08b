/* SPDX-License-Identifier: Apache-2.0
 *
 * The oracle is bound_transform_apply(): on each row SQLite has to come to the same
 * bytes, or to "not valid" where that fails, in a SELECT and in a trigger.
 */
#include "config.h"

#include <sqlite3.h>
#include <stdlib.h>

#include "engine/sqlite/expression.h"
#include "expression_testing.h"

#define N_RANDOM 2000     /* rows of a transform … */
#define N_RANDOM_CAST 250 /* … and of each pair of types */

/* Columns of a collation and an affinity that must make no difference. */
static const char *
column_type (const TypeSpec *type)
{
  switch (type_value_kind (type->base))
    {
    case VALUE_INTEGER:
      return "INTEGER";
    case VALUE_DOUBLE:
      return "REAL";
    default:
      return type->base == COLUMN_TYPE_BLOB ? "BLOB" : "TEXT COLLATE NOCASE";
    }
}

static void
run_sql (sqlite3 *db, const char *sql)
{
  char *message = NULL;

  if (sqlite3_exec (db, sql, NULL, NULL, &message) != SQLITE_OK)
    ck_abort_msg ("%s\n%s", message, sql);
}

static sqlite3_stmt *
prepare (sqlite3 *db, const char *sql)
{
  sqlite3_stmt *statement;

  ck_assert_msg (sqlite3_prepare_v2 (db, sql, -1, &statement, NULL) == SQLITE_OK,
                 "%s\n%s", sqlite3_errmsg (db), sql);
  return statement;
}

static void
bind_value (sqlite3_stmt *statement, int i, const TypeSpec *type, const Value *value)
{
  if (value->kind == VALUE_INTEGER)
    sqlite3_bind_int64 (statement, i, value->integer);
  else if (value->kind == VALUE_DOUBLE)
    sqlite3_bind_double (statement, i, value->real);
  else if (value->kind == VALUE_NULL)
    sqlite3_bind_null (statement, i);
  else if (type->base == COLUMN_TYPE_BLOB)
    sqlite3_bind_blob64 (statement, i, value->text.bytes, value->text.length,
                         SQLITE_TRANSIENT);
  else
    sqlite3_bind_text64 (statement, i, value->text.bytes, value->text.length,
                         SQLITE_TRANSIENT, SQLITE_UTF8);
}

/* The result's column as the type stores it.  Returns: FALSE for another storage class */
static gboolean
read_value (sqlite3_stmt *statement, int i, const TypeSpec *type, Value *value)
{
  int wanted = type->base == COLUMN_TYPE_BLOB ? SQLITE_BLOB : SQLITE_TEXT;
  int class = sqlite3_column_type (statement, i);

  *value = VALUE_NULL_INIT;
  if (class == SQLITE_NULL)
    return TRUE;
  if (type_value_kind (type->base) == VALUE_INTEGER)
    *value = value_integer (sqlite3_column_int64 (statement, i)), wanted = SQLITE_INTEGER;
  else if (type_value_kind (type->base) == VALUE_DOUBLE)
    *value = value_double (sqlite3_column_double (statement, i)), wanted = SQLITE_FLOAT;
  else
    {
      const char *bytes = class == SQLITE_TEXT
                              ? (const char *) sqlite3_column_text (statement, i)
                              : sqlite3_column_blob (statement, i);

      *value = value_text (bytes != NULL ? bytes : "",
                           (gsize) sqlite3_column_bytes (statement, i));
    }
  return class == wanted;
}

/* What is stored for a text that somebody writes.  Returns: FALSE when it cannot be */
static gboolean
stored_value (const TypeSpec *type, const char *text, Arena *arena, Value *value)
{
  if (text == NULL)
    {
      *value = VALUE_NULL_INIT;
      return TRUE;
    }
  if (type_value_kind (type->base) == VALUE_TEXT && type->base != COLUMN_TYPE_BLOB
      && type->base != COLUMN_TYPE_JSON)
    {
      *value = value_string (text); /* SQLite stores any */
      return TRUE;
    }
  return type_parse (type, text, strlen (text), arena, value, NULL);
}

/* The stored value as zdm reads it. */
static gboolean
known_value (const TypeSpec *type, const Value *stored, Arena *arena, Value *value)
{
  *value = *stored;
  if (stored->kind != VALUE_TEXT || type->base == COLUMN_TYPE_BLOB)
    return TRUE;
  if (!text_is_valid (stored->text.bytes, stored->text.length))
    return FALSE;
  if (type->base == COLUMN_TYPE_CHAR)
    value->text.length = text_chomp (value->text.bytes, value->text.length);
  return column_type_is_text (type->base)
         || type_parse (type, stored->text.bytes, stored->text.length, arena, value,
                        NULL);
}

typedef struct
{
  sqlite3 *db;
  const Case *test;
  guint n_inputs;
  const BoundTransform *bound;
  GArray *stored; /* Value, n_inputs of each row */
  Arena *arena;
  SqliteExpression plain, in_trigger;
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
      plain[i] = arena_printf (run->arena, "\"%s\"", NAMES[i]);
      new[i] = arena_printf (run->arena, "NEW.\"%s\"", NAMES[i]);
    }
  return sqlite_expression (run->bound, NULL, plain, run->arena, &run->plain, error)
         && sqlite_expression (run->bound, NULL, new, run->arena, &run->in_trigger,
                               error);
}

static void
run_open (Run *run)
{
  g_autoptr (GString) columns = g_string_new ("unused");
  g_autofree char *tables = NULL;
  g_autofree char *trigger = NULL;

  for (guint i = 0; i < run->n_inputs; i++)
    g_string_append_printf (columns, ", \"%s\" %s", NAMES[i],
                            column_type (run->test->inputs[i]));
  tables = g_strdup_printf ("CREATE TABLE t (id INTEGER PRIMARY KEY, n, %s);"
                            "CREATE TABLE done (id INTEGER PRIMARY KEY, value, valid);",
                            columns->str);
  trigger = g_strdup_printf (
      "CREATE TRIGGER g AFTER UPDATE OF n ON t WHEN %s IN (0, 1) BEGIN"
      " INSERT INTO done VALUES (NEW.id, %s, %s); END",
      run->in_trigger.valid != NULL ? run->in_trigger.valid : "1", run->in_trigger.value,
      run->in_trigger.valid != NULL ? run->in_trigger.valid : "1");
  ck_assert (sqlite3_open (":memory:", &run->db) == SQLITE_OK);
  run_sql (run->db, tables);
  run_sql (run->db, trigger);
}

/* Adds a row of texts, NULL being null, unless a type cannot hold one. */
static void
run_add (Run *run, sqlite3_stmt *insert, const char *const *texts)
{
  Value values[MAX_INPUTS];

  for (guint i = 0; i < run->n_inputs; i++)
    if (!stored_value (run->test->inputs[i], texts[i], run->arena, &values[i]))
      return;
  for (guint i = 0; i < run->n_inputs; i++)
    {
      values[i] = value_copy (run->arena, &values[i]);
      bind_value (insert, (int) i + 1, run->test->inputs[i], &values[i]);
    }
  g_array_append_vals (run->stored, values, MAX_INPUTS);
  ck_assert_int_eq (sqlite3_step (insert), SQLITE_DONE);
  sqlite3_reset (insert);
}

static void
run_fill (Run *run, guint n_random)
{
  static const char *const INSERTS[] = {
    "INSERT INTO t (n) VALUES (0)",
    "INSERT INTO t (n, v) VALUES (0, ?)",
    "INSERT INTO t (n, v, ok) VALUES (0, ?, ?)",
    "INSERT INTO t (n, v, ok, b) VALUES (0, ?, ?, ?)",
  };
  sqlite3_stmt *insert = prepare (run->db, INSERTS[run->n_inputs]);
  g_autoptr (GRand) rand = g_rand_new_with_seed (seed ());
  const char *nulls[MAX_INPUTS] = { NULL };

  run_sql (run->db, "BEGIN");
  run_add (run, insert, nulls);
  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    run_add (run, insert, (const char *[MAX_INPUTS]){ TEXTS[i], TEXTS[i], NULL, NULL });
  for (guint i = 0; i < n_random; i++)
    {
      char *texts[MAX_INPUTS];

      for (guint j = 0; j < MAX_INPUTS; j++)
        texts[j] = g_rand_int_range (rand, 0, 8) == 0 ? NULL : random_input (rand);
      run_add (run, insert, (const char *const *) texts);
      for (guint j = 0; j < MAX_INPUTS; j++)
        g_free (texts[j]);
    }
  run_sql (run->db, "COMMIT");
  sqlite3_finalize (insert);
}

static gboolean
expected_value (Run *run, const Value *stored, Arena *scratch, Value *expected)
{
  Value values[MAX_INPUTS];

  if (bound_transform_is_identity (run->bound))
    {
      *expected = *stored;
      return TRUE;
    }
  if (bound_transform_constant (run->bound, expected))
    return TRUE;
  for (guint i = 0; i < run->n_inputs; i++)
    if (!known_value (run->test->inputs[i], &stored[i], scratch, &values[i]))
      return FALSE;
  return bound_transform_apply (run->bound, values, scratch, expected, NULL);
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

/* One line of a result: value, valid. */
static gboolean
check_row (Run *run, sqlite3_stmt *query, const Value *stored)
{
  g_autoptr (Arena) scratch = arena_new ();
  Value expected, actual;
  gboolean is_valid = expected_value (run, stored, scratch, &expected);
  gboolean has_class = read_value (query, 0, run->test->output, &actual);

  ck_assert_msg (sqlite3_column_type (query, 1) == SQLITE_INTEGER
                     && sqlite3_column_int (query, 1) == is_valid,
                 "valid is '%s' not %d: %s", sqlite3_column_text (query, 1), is_valid,
                 describe (run, stored));
  if (is_valid)
    ck_assert_msg (has_class && value_equal (&expected, &actual), "'%s' not '%s': %s",
                   sqlite3_column_text (query, 0),
                   type_format (run->test->output, &expected, scratch),
                   describe (run, stored));
  return is_valid;
}

/* Returns: how many rows were valid */
static guint
check_rows (Run *run, const char *sql)
{
  sqlite3_stmt *query = prepare (run->db, sql);
  guint n = 0, n_valid = 0;

  for (; sqlite3_step (query) == SQLITE_ROW; n++)
    n_valid += check_row (run, query, &g_array_index (run->stored, Value, n * MAX_INPUTS))
                   ? 1
                   : 0;
  ck_assert_uint_eq (n * MAX_INPUTS, run->stored->len);
  ck_assert_int_eq (sqlite3_finalize (query), SQLITE_OK);
  return n_valid;
}

static void
run_close (Run *run)
{
  ck_assert_int_eq (sqlite3_close (run->db), SQLITE_OK);
}

/* Compares SQLite with the oracle.  Returns: how many rows were valid */
static guint
check_case (const Case *test, guint n_random)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GArray) stored = g_array_new (FALSE, FALSE, sizeof (Value));
  g_autoptr (GError) error = NULL;
  g_autofree char *select = NULL;
  g_autofree char *update = NULL;
  Run run = { .test = test, .arena = arena, .stored = stored };
  guint n_valid;

  run_bind (&run);
  ck_assert (run_compile (&run, &error));
  assert_no_error (error);
  run_open (&run);
  run_fill (&run, n_random);
  select = g_strdup_printf ("SELECT %s, %s FROM t ORDER BY id", run.plain.value,
                            run.plain.valid != NULL ? run.plain.valid : "1");
  n_valid = check_rows (&run, select);
  run_sql (run.db, "UPDATE t SET n = n + 1");
  ck_assert_uint_eq (check_rows (&run, "SELECT value, valid FROM done ORDER BY id"),
                     n_valid);
  update = g_strdup_printf (
      "DELETE FROM done; DROP TRIGGER g; UPDATE t SET n = %s, unused = %s"
      " WHERE %s IN (0, 1)",
      run.plain.value, run.plain.valid != NULL ? run.plain.valid : "1",
      run.plain.valid != NULL ? run.plain.valid : "1");
  run_sql (run.db, update);
  ck_assert_uint_eq (check_rows (&run, "SELECT n, unused FROM t ORDER BY id"), n_valid);
  run_close (&run);
  return n_valid;
}

TEST (expression__gives_what_the_transform_gives)
{
  ck_assert_uint_gt (check_case (&CASES[_i], N_RANDOM), 0);
}

/* Casts that SQL cannot do to the last bit. */
static gboolean
is_refused (const TypeSpec *from, const TypeSpec *to)
{
  gboolean from_text = column_type_is_text (from->base),
           to_text = column_type_is_text (to->base);

  if (from_text || from->base == COLUMN_TYPE_DECIMAL)
    return to->base == COLUMN_TYPE_DOUBLE || to->base == COLUMN_TYPE_JSON
           || to->base == COLUMN_TYPE_BLOB;
  if (from->base == COLUMN_TYPE_DOUBLE)
    return to_text || to->base == COLUMN_TYPE_DECIMAL;
  return from->base == COLUMN_TYPE_JSON && to_text;
}

static void
check_cast (const TypeSpec *from, const TypeSpec *to)
{
  const Case test = { { from }, 1, { { .kind = TRANSFORM_CAST, .cast = *to } }, to };
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  Run run = { .test = &test, .arena = arena };

  if (!is_refused (from, to))
    {
      ck_assert_uint_gt (check_case (&test, N_RANDOM_CAST), 1); /* more than the null */
      return;
    }
  run_bind (&run);
  ck_assert (!run_compile (&run, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED);
  ck_assert_ptr_nonnull (strstr (error->message, "{expression:"));
}

TEST (cast__is_that_of_the_model_or_refused)
{
  for (guint i = 0; i < G_N_ELEMENTS (ALL); i++)
    if (type_cast_exists (ALL[_i]->base, ALL[i]->base))
      check_cast (ALL[_i], ALL[i]);
}

/* What a transform makes of one stored thing that no zdm has written.  Returns: (transfer
 * full): the quoted value, or "invalid" */
static char *
apply_to (const Case *test, const char *stored)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *sql = NULL;
  Run run = { .test = test, .arena = arena };
  sqlite3_stmt *query;
  char *result;

  run_bind (&run);
  ck_assert (run_compile (&run, NULL));
  ck_assert (sqlite3_open (":memory:", &run.db) == SQLITE_OK);
  sql = g_strdup_printf ("SELECT CASE %s WHEN 1 THEN quote(%s) WHEN 0 THEN 'invalid' END"
                         " FROM (SELECT %s AS v)",
                         run.plain.valid != NULL ? run.plain.valid : "1", run.plain.value,
                         stored);
  query = prepare (run.db, sql);
  ck_assert_int_eq (sqlite3_step (query), SQLITE_ROW);
  result = g_strdup ((const char *) sqlite3_column_text (query, 0));
  sqlite3_finalize (query);
  run_close (&run);
  return result;
}

static const struct
{
  Case test;
  const char *stored, *result;
} STRANGE[] = {
  { { { &TEXT }, 1, { STAGE (TRIM) }, &TEXT }, "'a' || char(0) || 'b'", "invalid" },
  { { { &TEXT }, 1, { STAGE (TRIM) }, &TEXT }, "x'61'", "invalid" },
  { { { &TEXT }, 1, { STAGE (TRIM) }, &TEXT }, "12", "invalid" },
  { { { &TEXT }, 1, { CAST (DATE) }, &DATE },
    "'2026-01-01' || char(0) || 'b'",
    "invalid" },
  { { { &INTEGER }, 1, { CAST (TEXT) }, &TEXT }, "'12'", "invalid" },
  { { { &INTEGER }, 1, { CAST (TEXT) }, &TEXT }, "1.5", "invalid" },
  { { { &INTEGER }, 1, { CAST (TEXT) }, &TEXT }, "12", "'12'" },
  { { { &BLOB }, 1, { CAST (TEXT) }, &TEXT }, "x'00ff'", "'0x00ff'" },
  { { { &BLOB }, 1, { CAST (TEXT) }, &TEXT }, "'00ff'", "invalid" },
  { { { &BLOB }, 1, { CAST (TEXT) }, &TEXT }, "x''", "'0x'" },
  { { { &DATE }, 1, { CAST (TIMESTAMP) }, &TIMESTAMP }, "20260101", "invalid" },
  { { { &DECIMAL }, 1, { CAST (INTEGER) }, &INTEGER }, "12.0", "invalid" },
  { { { &DOUBLE }, 1, { CAST (INTEGER) }, &INTEGER }, "12", "12" },
  { { { &DOUBLE }, 1, { CAST (BIGINT) }, &BIGINT },
    "9223372036854774784.0",
    "9223372036854774784" },
  { { { &DOUBLE }, 1, { CAST (BIGINT) }, &BIGINT }, "9223372036854775808.0", "invalid" },
  { { { &DOUBLE }, 1, { CAST (BIGINT) }, &BIGINT },
    "-9223372036854775808.0",
    "-9223372036854775808" },
  { { { &DOUBLE }, 1, { CAST (BIGINT) }, &BIGINT }, "9e999", "invalid" },
  { { { &JSON }, 1, { STAGE (DIRECT_COPY) }, &JSON },
    "'{ \"b\":1, \"a\" : 2}'",
    "'{ \"b\":1, \"a\" : 2}'" },
  { { { &TEXT }, 1, { STAGE (DIRECT_COPY) }, &TEXT }, "x'00'", "X'00'" },
  { { { &TIMESTAMPTZ }, 1, { CAST (TEXT) }, &TEXT },
    "'2026-11-22 10:00:00'",
    "'2026-11-22T10:00:00Z'" },
  { { { &TEXT }, 1, { STAGE (LOWER) }, &VARCHAR },
    "replace(hex(zeroblob(100000)), '00', 'A')",
    "invalid" },
  { { { &TEXT },
      2,
      { SPLIT ("aa", SPLIT_LAST, 0), CAST (VARCHAR, .length = 5) },
      &VARCHAR },
    "replace(hex(zeroblob(1000)), '00', 'aab') || 'x'",
    "'bx'" },
  { { { &TEXT }, 2, { PAD (65535, "ż", PAD_LEFT), SPLIT ("ż", SPLIT_LAST, 0) }, &TEXT },
    "'x'",
    "'x'" },
};

TEST (strange_input__is_invalid_and_never_an_error)
{
  g_autofree char *result = apply_to (&STRANGE[_i].test, STRANGE[_i].stored);

  ck_assert_str_eq (result, STRANGE[_i].result);
}

static void
know_more_letters (sqlite3_context *context, int n, sqlite3_value **values)
{
  (void) n, (void) values;
  sqlite3_result_text (context, "changed", -1, SQLITE_STATIC);
}

/* ICU, and many an application, brings a lower() of its own. */
TEST (lower__is_not_that_of_the_connection)
{
  const Case test = { { &TEXT }, 2, { STAGE (LOWER), STAGE (UPPER) }, &TEXT };
  g_autoptr (Arena) arena = arena_new ();
  Run run = { .test = &test, .arena = arena };
  sqlite3_stmt *query;

  run_bind (&run);
  ck_assert (run_compile (&run, NULL));
  ck_assert (sqlite3_open (":memory:", &run.db) == SQLITE_OK);
  sqlite3_create_function (run.db, "lower", 1, SQLITE_UTF8, NULL, know_more_letters, NULL,
                           NULL);
  sqlite3_create_function (run.db, "upper", 1, SQLITE_UTF8, NULL, know_more_letters, NULL,
                           NULL);
  query = prepare (run.db, arena_printf (arena, "SELECT %s FROM (SELECT 'aBżŻ' AS v)",
                                         run.plain.value));
  ck_assert_int_eq (sqlite3_step (query), SQLITE_ROW);
  ck_assert_str_eq ((const char *) sqlite3_column_text (query, 0), "ABżŻ");
  sqlite3_finalize (query);
  run_close (&run);
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

static const EngineText FOR_SQLITE[]
    = { { "sqlite", "v + 1 -- one more" }, { NULL, NULL } };
static const EngineText FOR_POSTGRES[] = { { "postgres", "v" }, { NULL, NULL } };

TEST (expression__of_the_user_is_taken_as_it_is)
{
  const Case test = { { &INTEGER },
                      1,
                      { { .kind = TRANSFORM_EXPRESSION, .expression = FOR_SQLITE } },
                      &INTEGER };
  g_autofree char *result = apply_to (&test, "41");

  ck_assert_str_eq (result, "42");
}

TEST (expression__feeds_later_stages)
{
  const Case test = { { &INTEGER },
                      2,
                      { { .kind = TRANSFORM_EXPRESSION, .expression = FOR_SQLITE },
                        PAD (4, "0", PAD_LEFT) },
                      &TEXT };
  g_autofree char *result = apply_to (&test, "41");

  ck_assert_str_eq (result, "'0042'");
}

TEST (expression__without_a_text_for_sqlite_is_refused)
{
  const Case test = { { &INTEGER },
                      1,
                      { { .kind = TRANSFORM_EXPRESSION, .expression = FOR_POSTGRES } },
                      &INTEGER };
  g_autofree char *message = compile_error (&test);

  ck_assert_ptr_nonnull (strstr (message, "sqlite"));
}

TEST (expression__behind_another_stage_is_refused)
{
  const Case test
      = { { &TEXT },
          2,
          { STAGE (TRIM), { .kind = TRANSFORM_EXPRESSION, .expression = FOR_SQLITE } },
          &TEXT };
  g_autofree char *message = compile_error (&test);

  ck_assert_ptr_nonnull (strstr (message, "put it first"));
}

TEST (json__is_copied_but_not_read)
{
  const Case map = { { &JSON }, 1, { MAP (NUMBERS, TWO_AND_ONE, MAP_ELSE_NULL) }, &TEXT };
  const Case join = { { &TEXT, &JSON }, 1, { JOIN (" ") }, &TEXT };
  const Case reals = { { &TEXT, &DOUBLE }, 1, { TEMPLATE ("{ok}") }, &TEXT };
  g_autofree char *of_map = compile_error (&map);
  g_autofree char *of_join = compile_error (&join);
  g_autofree char *of_reals = compile_error (&reals);

  ck_assert_ptr_nonnull (strstr (of_map, "{expression:"));
  ck_assert_ptr_nonnull (strstr (of_join, "{expression:"));
  ck_assert_ptr_nonnull (strstr (of_reals, "DOUBLE"));
}

/* The parser's stack is short: a pipeline must not nest its calls, wherever it stands. */
TEST (pipeline__may_be_long)
{
  g_autoptr (Arena) arena = arena_new ();
  TransformStage stages[60];
  const Transform transform = { .stages = stages, .n_stages = G_N_ELEMENTS (stages) };
  const Column column = { .name = "v", .type = TEXT };
  const Column *const columns[] = { &column, NULL };
  SqliteExpression expression;
  sqlite3 *db;

  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    stages[i]
        = (TransformStage){ .kind = i % 2 == 0 ? TRANSFORM_LOWER : TRANSFORM_UPPER };
  ck_assert (sqlite_expression (
      transform_bind (&transform, columns, &VARCHAR, arena, NULL), NULL,
      (const char *const[]){ "NEW.v" }, arena, &expression, NULL));
  ck_assert (sqlite3_open (":memory:", &db) == SQLITE_OK);
  run_sql (db, "CREATE TABLE t (v, w)");
  run_sql (db,
           arena_printf (
               arena,
               "CREATE TRIGGER g AFTER INSERT ON t WHEN ((((%s)))) BEGIN"
               " UPDATE t SET w = CASE WHEN (((%s))) THEN coalesce((%s), '') END; END",
               expression.valid, expression.valid, expression.value));
  run_sql (db, "INSERT INTO t (v) VALUES ('aBc')");
  sqlite3_stmt *query = prepare (db, "SELECT 1 FROM t WHERE w = 'ABC'");
  ck_assert_int_eq (sqlite3_step (query), SQLITE_ROW);
  sqlite3_finalize (query);
  ck_assert_int_eq (sqlite3_close (db), SQLITE_OK);
}

static void
fill (Suite *suite)
{
  TCase *all = tcase_create ("expression");

  tcase_add_loop_test (all, expression__gives_what_the_transform_gives, 0,
                       G_N_ELEMENTS (CASES));
  tcase_add_loop_test (all, cast__is_that_of_the_model_or_refused, 0, G_N_ELEMENTS (ALL));
  tcase_add_loop_test (all, strange_input__is_invalid_and_never_an_error, 0,
                       G_N_ELEMENTS (STRANGE));
  tcase_add_test (all, lower__is_not_that_of_the_connection);
  tcase_add_test (all, expression__of_the_user_is_taken_as_it_is);
  tcase_add_test (all, expression__feeds_later_stages);
  tcase_add_test (all, expression__without_a_text_for_sqlite_is_refused);
  tcase_add_test (all, expression__behind_another_stage_is_refused);
  tcase_add_test (all, json__is_copied_but_not_read);
  tcase_add_test (all, pipeline__may_be_long);
  suite_add_tcase (suite, all);
}

TEST_MAIN_WITH ("engine/sqlite/expression", fill)
