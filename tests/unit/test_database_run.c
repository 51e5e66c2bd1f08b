/* SPDX-License-Identifier: Apache-2.0
 *
 * A whole run while its database fails at the n-th call, for every n: what is recorded is
 * what has happened, and both `continue` and `abort` get to where they should.
 */
#include "config.h"

#include "runner/database_run.h"

#include <string.h>

#include "engine/sqlite/connection.h"
#include "engine/sqlite/sqlite.h"
#include "fixture.h"
#include "load/checksum.h"
#include "load/load.h"
#include "planner/planner.h"
#include "sql_fixture.h"
#include "testing.h"

/* SQLite that fails ----------------------------------------------------------- */

typedef enum
{
  FAULT_NONE,
  FAULT_ONCE,    /* the n-th call, and all is well again */
  FAULT_FROM,    /* the n-th call and every one after it: the database is gone */
  FAULT_OF_DATA, /* the n-th action breaks a constraint */
} FaultKind;

static struct
{
  FaultKind kind;
  guint at, n_calls, n_actions;
  gboolean happened;
  gboolean must_roll_back; /* a commit has failed */
} fault;

static void
fault_set (FaultKind kind, guint at)
{
  memset (&fault, 0, sizeof fault);
  fault.kind = kind;
  fault.at = at;
}

static gboolean
fails (gboolean is_action, GError **error)
{
  guint n = fault.kind == FAULT_OF_DATA ? fault.n_actions : fault.n_calls;
  gboolean due = n + 1 == fault.at || (fault.kind == FAULT_FROM && n + 1 > fault.at);

  ck_assert_msg (!fault.must_roll_back, "a call after a commit that failed");
  fault.n_calls++;
  fault.n_actions += is_action ? 1 : 0;
  if (fault.kind == FAULT_NONE || !due || (fault.kind == FAULT_OF_DATA && !is_action))
    return FALSE;
  fault.happened = TRUE;
  g_set_error (error, ZDM_ERROR,
               fault.kind == FAULT_OF_DATA ? ZDM_ERROR_CONSTRAINT : ZDM_ERROR_IO,
               "fault %u", fault.at);
  return TRUE;
}

static gboolean
fault_begin (SqlConnection *connection, SqlPurpose purpose, guint patience_ms,
             GError **error)
{
  return !fails (FALSE, error)
         && engine_sqlite.begin (connection, purpose, patience_ms, error);
}

static gboolean
fault_commit (SqlConnection *connection, GError **error)
{
  if (!fails (FALSE, error))
    return engine_sqlite.commit (connection, error);
  fault.must_roll_back = TRUE;
  return FALSE;
}

static void
fault_roll_back (SqlConnection *connection)
{
  fault.must_roll_back = FALSE;
  engine_sqlite.roll_back (connection);
}

static gboolean
fault_run (SqlConnection *connection, const char *sql, const Value *parameters, guint n,
           SqlRowFunction row, gpointer data, guint64 *n_changed, GError **error)
{
  return !fails (FALSE, error)
         && engine_sqlite.run (connection, sql, parameters, n, row, data, n_changed,
                               error);
}

static gboolean
fault_has_table (SqlConnection *connection, const char *name, gboolean *found,
                 GError **error)
{
  return !fails (FALSE, error)
         && engine_sqlite.has_table (connection, name, found, error);
}

static gboolean
fault_compare (SqlConnection *connection, const Database *shape, gboolean exact,
               GPtrArray *differences, GError **error)
{
  return !fails (FALSE, error)
         && engine_sqlite.compare (connection, shape, exact, differences, error);
}

static Database *
fault_read (SqlConnection *connection, const Database *shape, gsize max_rows,
            GError **error)
{
  return fails (FALSE, error) ? NULL
                              : engine_sqlite.read (connection, shape, max_rows, error);
}

/* The work is done before the fault: what a transaction has done must go with it. */
static gboolean
fault_perform (SqlConnection *connection, const Action *action, const char *definitions,
               GError **error)
{
  return engine_sqlite.perform (connection, action, definitions, error)
         && !fails (TRUE, error);
}

static gboolean
fault_fill (SqlConnection *connection, const Action *action, guint n_rows,
            FillProgress *progress, GError **error)
{
  return engine_sqlite.fill (connection, action, n_rows, progress, error)
         && !fails (TRUE, error);
}

static char *
fault_definitions (SqlConnection *connection, const Database *shape, GError **error)
{
  return fails (FALSE, error) ? NULL
                              : engine_sqlite.definitions (connection, shape, error);
}

static gboolean
fault_forget (SqlConnection *connection, const char *id, GError **error)
{
  return engine_sqlite.forget (connection, id, error) && !fails (FALSE, error);
}

static SqlConnection *fault_open (const char *url, SqlAccess access, GError **error);

/* Made once; it tries nothing out, for that is done to a copy. */
static const SqlEngine *
fault_engine (void)
{
  static SqlEngine engine;

  engine = engine_sqlite;
  engine.open = fault_open;
  engine.begin = fault_begin;
  engine.commit = fault_commit;
  engine.roll_back = fault_roll_back;
  engine.run = fault_run;
  engine.has_table = fault_has_table;
  engine.compare = fault_compare;
  engine.read = fault_read;
  engine.perform = fault_perform;
  engine.fill = fault_fill;
  engine.definitions = fault_definitions;
  engine.forget = fault_forget;
  engine.try_out = NULL;
  return &engine;
}

static SqlConnection *
fault_open (const char *url, SqlAccess access, GError **error)
{
  SqlConnection *connection
      = fails (FALSE, error) ? NULL : engine_sqlite.open (url, access, error);

  if (connection != NULL)
    {
      connection->engine = fault_engine ();
      sql_exec (sqlite_connection_handle (connection), "PRAGMA synchronous = OFF");
    }
  return connection;
}

/* A migration ----------------------------------------------------------------- */

/* Statements, own doings, fills with images, gates, a swap: all kinds of actions. */
#define SOURCE                                                              \
  "id: MIG-1\n"                                                             \
  "table:\n"                                                                \
  "  name: users\n"                                                         \
  "  columns:\n"                                                            \
  "    - { name: id, type: INTEGER, nullable: false, primary_key: true }\n" \
  "    - { name: name, type: TEXT, nullable: false }\n"                     \
  "    - { name: age, type: INTEGER }\n"                                    \
  "    - { name: note, type: TEXT }\n"                                      \
  "  indexes: [ { name: by_age, columns: [age] } ]\n"                       \
  "change:\n"                                                               \
  "  - update_rows: { set: { note: upper } }\n"                             \
  "  - alter_column: { column: age, type: BIGINT }\n"

#define START                                                                          \
  "PRAGMA synchronous = OFF;"                                                          \
  "CREATE TABLE users (id INTEGER PRIMARY KEY, name TEXT NOT NULL, age INTEGER, note " \
  "TEXT); CREATE INDEX by_age ON users (age);"                                         \
  "INSERT INTO users VALUES (1, 'alice', 30, 'x'), (2, 'bob', NULL, 'y'), (9, 'eve', " \
  "18, NULL)"

typedef struct
{
  Migration *migration;
  MigrationPlan *plan;
  char *checksum;
} Given;

static Given
given_new (void)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  Given given
      = { .migration = load_bytes ("t.yaml", SOURCE, strlen (SOURCE), diagnostics),
          .checksum = checksum_of_file (SOURCE, strlen (SOURCE)) };

  ck_assert_ptr_nonnull (given.migration);
  given.plan = planner_plan (given.migration, diagnostics);
  ck_assert_ptr_nonnull (given.plan);
  return given;
}

static void
given_clear (Given *given)
{
  migration_plan_free (given->plan);
  migration_free (given->migration);
  g_free (given->checksum);
}

/* One command.  @problem: gets why it did not get to its goal; free it */
static DatabaseOutcome
drive (const SqlEngine *engine, const char *url, DatabaseGoal goal, char **problem)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (GError) error = NULL;
  const DatabaseOptions options = { .engine = engine,
                                    .url = url,
                                    .lock_timeout_ms = 1000,
                                    .batch_size = 2,
                                    .accept_loss = TRUE };
  Given given = given_new ();
  const DatabaseJob job = { .migration = given.migration,
                            .plan = given.plan,
                            .source = SOURCE,
                            .checksum = given.checksum,
                            .file = "t.yaml" };
  DatabaseOutcome outcome = DATABASE_REFUSED;
  DatabaseRun *run = database_run_open (&options, &outcome, &error);

  if (run != NULL)
    outcome = database_run_go (run, goal, &job, diagnostics, &error);
  *problem = g_strdup (error != NULL ? error->message : "no reason");
  database_run_close (run);
  given_clear (&given);
  return outcome;
}

static void
must (const SqlFixture *file, DatabaseGoal goal, const char *what)
{
  g_autofree char *problem = NULL;
  DatabaseOutcome outcome = drive (fault_engine (), file->url, goal, &problem);

  ck_assert_msg (outcome == DATABASE_DONE
                     || (goal == DATABASE_GOAL_ABORT && outcome == DATABASE_ROLLED_BACK),
                 "%s after fault %u: outcome %d, %s", what, fault.at, outcome, problem);
}

static char *
digest_of (const SqlFixture *file)
{
  g_autoptr (GError) error = NULL;
  char *digest = engine_sqlite.digest (file->connection, &error);

  assert_no_error (error);
  return digest;
}

static void
assert_digest (const SqlFixture *file, const char *expected, const char *what)
{
  g_autofree char *digest = digest_of (file);

  if (!g_str_equal (digest, expected))
    {
      g_autofree char *schema = sql_rows (
          file->db, "SELECT sql FROM sqlite_schema WHERE name NOT LIKE 'zdm%'");
      g_autofree char *rows = sql_rows (file->db, "SELECT * FROM users");
      ck_abort_msg ("%s after fault %u: %s\n%s", what, fault.at, schema, rows);
    }
  assert_sound (file->db);
}

/* The state of the run as it is recorded; "" before there is one. */
static char *
state_of (const SqlFixture *file)
{
  gboolean exists;

  engine_sqlite.has_table (file->connection, "zdm_migration", &exists, NULL);
  return exists ? sql_rows (file->db, "SELECT state FROM zdm_migration") : g_strdup ("");
}

/* What is recorded as over is over. */
static void
assert_honest (const SqlFixture *file, const char *start, const char *end)
{
  g_autofree char *state = state_of (file);

  if (state[0] == '\0' || g_str_equal (state, "rolled_back"))
    assert_digest (file, start,
                   state[0] != '\0' ? "recorded as rolled back" : "unrecorded");
  if (g_str_equal (state, "complete"))
    assert_digest (file, end, "recorded as complete");
  if (state[0] != '\0')
    assert_sql (file->db, "SELECT count(*) FROM zdm_migration", "1");
}

/* This process lives on, where a real one would have ended with the lock in its hand. */
static void
end_process (const SqlFixture *file)
{
  g_autofree char *state = state_of (file);

  fault_set (FAULT_NONE, fault.at);
  if (state[0] != '\0')
    sql_exec (file->db, "UPDATE zdm_meta SET content = '0' WHERE name = 'lock_pid'");
}

/* A run with its contract, with the fault in it. */
static void
run_with_fault (const SqlFixture *file, FaultKind kind, guint n, const char *start,
                const char *end)
{
  g_autofree char *problem = NULL, *second = NULL;

  fault_set (kind, n);
  DatabaseOutcome outcome
      = drive (fault_engine (), file->url, DATABASE_GOAL_RUN, &problem);
  if (outcome == DATABASE_DONE)
    outcome = drive (fault_engine (), file->url, DATABASE_GOAL_CONTRACT, &second);
  if (!fault.happened)
    ck_assert_msg (outcome == DATABASE_DONE, "without a fault: %s, %s", problem, second);
  if (fault.happened)
    assert_honest (file, start, end);
}

/* As after the whole migration. */
static char *
digest_at_end (guint *n_calls, guint *n_actions)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (START);

  run_with_fault (file, FAULT_NONE, 0, "", "");
  *n_calls = fault.n_calls;
  *n_actions = fault.n_actions;
  return digest_of (file);
}

static char *
digest_at_start (void)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (START);

  return digest_of (file);
}

static void
recover (const SqlFixture *file, DatabaseGoal goal, const char *start, const char *end)
{
  g_autofree char *state = state_of (file);

  if (goal == DATABASE_GOAL_ABORT)
    {
      if (!g_str_equal (state, "") && !g_str_equal (state, "rolled_back")
          && !g_str_equal (state, "complete"))
        must (file, DATABASE_GOAL_ABORT, "abort");
      if (!g_str_equal (state, "complete"))
        assert_digest (file, start, "aborted");
      return;
    }
  gboolean is_over = g_str_equal (state, "") || g_str_equal (state, "rolled_back");
  if (g_str_equal (state, "stopped") || g_str_equal (state, "running"))
    must (file, DATABASE_GOAL_CONTINUE, "continue");
  g_autofree char *then = state_of (file);
  if (g_str_equal (then, "waiting"))
    must (file, DATABASE_GOAL_CONTRACT, "contract");
  assert_digest (file, is_over || g_str_equal (then, "rolled_back") ? start : end,
                 "continued");
}

#define EITHER_GOAL ((DatabaseGoal) -1)
#define EITHER(n) ((n) % 2 == 0 ? DATABASE_GOAL_CONTINUE : DATABASE_GOAL_ABORT)

static void
assert_survives (FaultKind kind, DatabaseGoal goal)
{
  guint n_calls, n_actions;
  g_autofree char *start = digest_at_start ();
  g_autofree char *end = digest_at_end (&n_calls, &n_actions);
  guint n_faults = kind == FAULT_OF_DATA ? n_actions : n_calls;

  ck_assert_uint_gt (n_faults, 10);
  ck_assert_str_ne (start, end);
  for (guint n = 1; n <= n_faults; n++)
    {
      g_autoptr (SqlFixture) file = sql_fixture_new (START);
      run_with_fault (file, kind, n, start, end);
      ck_assert_msg (fault.happened, "fault %u did not happen", n);
      end_process (file);
      recover (file, goal != EITHER_GOAL ? goal : EITHER (n), start, end);
    }
}

TEST (database_run__continues_after_any_call_that_failed_once)
{
  assert_survives (FAULT_ONCE, DATABASE_GOAL_CONTINUE);
}

TEST (database_run__aborts_after_any_call_that_failed_once)
{
  assert_survives (FAULT_ONCE, DATABASE_GOAL_ABORT);
}

/* Which of the two is no matter to what was left behind: each gets every other call. */
TEST (database_run__survives_the_loss_of_the_database_at_any_call)
{
  assert_survives (FAULT_FROM, EITHER_GOAL);
}

/* Rows that break something are the migration's own fault: it is rolled back at once. */
TEST (database_run__is_rolled_back_by_any_action_that_breaks_a_constraint)
{
  guint n_calls, n_actions;
  g_autofree char *start = digest_at_start ();
  g_autofree char *end = digest_at_end (&n_calls, &n_actions);

  for (guint n = 1; n <= n_actions; n++)
    {
      g_autoptr (SqlFixture) file = sql_fixture_new (START);
      run_with_fault (file, FAULT_OF_DATA, n, start, end);
      g_autofree char *state = state_of (file);
      ck_assert_msg (g_str_equal (state, "rolled_back"), "fault %u: %s", n, state);
    }
}

static void
fill (Suite *suite)
{
  const TTest *const TESTS[]
      = { database_run__continues_after_any_call_that_failed_once,
          database_run__aborts_after_any_call_that_failed_once,
          database_run__survives_the_loss_of_the_database_at_any_call,
          database_run__is_rolled_back_by_any_action_that_breaks_a_constraint };
  TCase *each = tcase_create ("every n");

  tcase_set_timeout (each, 120);
  for (guint i = 0; i < G_N_ELEMENTS (TESTS); i++)
    tcase_add_test (each, TESTS[i]);
  suite_add_tcase (suite, each);
}

TEST_MAIN_WITH ("runner/database_run", fill)
