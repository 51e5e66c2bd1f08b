/* SPDX-License-Identifier: Apache-2.0
 *
 * One runner at a time: living, dead, elsewhere, twenty at once.
 */
#include "config.h"

#include "runner/lease.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "engine/sqlite/connection.h"
#include "engine/sqlite/sqlite.h"
#include "fixture.h"
#include "sql_fixture.h"
#include "testing.h"

#define PATIENCE_MS 10000

static gint64
take (SqlConnection *connection)
{
  g_autoptr (GError) error = NULL;
  gint64 fence = 0;

  lease_take (connection, 0, PATIENCE_MS, &fence, &error);
  assert_no_error (error);
  return fence;
}

static void
assert_held (SqlConnection *connection)
{
  g_autoptr (GError) error = NULL;
  gint64 fence = -7;

  ck_assert (!lease_take (connection, 0, PATIENCE_MS, &fence, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_HELD);
}

static char *
holder_of (SqlConnection *connection)
{
  g_autoptr (GError) error = NULL;
  char *holder = NULL;

  lease_holder (connection, &holder, &error);
  assert_no_error (error);
  return holder;
}

static void
set_row (SqlFixture *file, const char *name, const char *content)
{
  char *sql = sqlite3_mprintf ("UPDATE zdm_meta SET content = %Q WHERE name = %Q",
                               content, name);

  sql_exec (file->db, sql);
  sqlite3_free (sql);
  ck_assert_int_eq (sqlite3_changes (file->db), 1);
}

static void
set_heartbeat (SqlFixture *file, gint64 age_s)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT,
                                           g_get_real_time () / G_USEC_PER_SEC - age_s);

  set_row (file, "lock_heartbeat", text);
}

/* Forks a process that does that and is at an end. */
static pid_t
spawn (void (*body) (const SqlFixture *file, int ready), const SqlFixture *file,
       int *ready)
{
  int ends[2];

  ck_assert_int_eq (pipe (ends), 0);
  pid_t child = fork ();
  if (child == 0)
    {
      close (ends[0]);
      body (file, ends[1]);
      _exit (0);
    }
  close (ends[1]);
  *ready = ends[0];
  return child;
}

/* Takes the lease, says so, and holds it for ever. */
static void
hold (const SqlFixture *file, int ready)
{
  SqlConnection *connection = engine_sqlite.open (file->url, SQL_READ_WRITE, NULL);
  gint64 fence;

  if (connection == NULL || !lease_take (connection, 0, PATIENCE_MS, &fence, NULL)
      || write (ready, "x", 1) != 1)
    _exit (1);
  for (;;)
    pause ();
}

static pid_t
spawn_holder (const SqlFixture *file)
{
  int ready;
  char byte;
  pid_t child = spawn (hold, file, &ready);

  ck_assert_int_eq (read (ready, &byte, 1), 1);
  close (ready);
  return child;
}

TEST (lease_take__a_free_lease_is_taken_with_a_new_fence_each_time)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  gint64 last = 0;

  for (guint i = 0; i < 3; i++)
    {
      gint64 fence = take (file->connection);
      g_autoptr (GError) error = NULL;
      ck_assert_int_gt (fence, last);
      ck_assert (lease_check (file->connection, fence, &error));
      ck_assert (lease_beat (file->connection, fence, &error));
      lease_give (file->connection, fence, PATIENCE_MS);
      ck_assert_ptr_null (holder_of (file->connection));
      last = fence;
    }
}

TEST (lease_take__a_living_holder_is_named_with_process_host_and_time)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  g_autoptr (GError) error = NULL;
  pid_t child = spawn_holder (file);
  gint64 fence;

  ck_assert (!lease_take (file->connection, 0, PATIENCE_MS, &fence, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_HELD);
  g_autofree char *process = g_strdup_printf ("process %d ", (int) child);
  g_autofree char *since
      = sql_rows (file->db, "SELECT content FROM zdm_meta WHERE name = 'lock_since'");
  g_autofree char *holder = holder_of (file->connection);
  assert_has (error->message, process);
  assert_has (error->message, g_get_host_name ());
  assert_has (error->message, since);
  assert_has (holder, process);
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
}

TEST (lease_take__a_killed_holder_frees_it_at_once)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  pid_t child = spawn_holder (file);

  assert_held (file->connection);
  kill (child, SIGKILL);
  waitpid (child, NULL, 0);
  ck_assert_ptr_null (holder_of (file->connection));
  ck_assert_int_eq (take (file->connection), 2);
}

/* In a container nobody may ever ask how its child ended. */
TEST (lease_take__a_killed_holder_that_nobody_has_waited_for_frees_it_too)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  pid_t child = spawn_holder (file);
  siginfo_t info;

  kill (child, SIGKILL);
  ck_assert_int_eq (waitid (P_PID, (id_t) child, &info, WEXITED | WNOWAIT), 0);
  ck_assert_ptr_null (holder_of (file->connection));
  ck_assert_int_eq (take (file->connection), 2);
  waitpid (child, NULL, 0);
}

TEST (lease_take__another_process_of_the_same_number_does_not_hold_it)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);

  take (file->connection);
  assert_held (file->connection);
  set_row (file, "lock_pid_start", "1");
  ck_assert_ptr_null (holder_of (file->connection));
  ck_assert_int_eq (take (file->connection), 2);
}

TEST (lease_take__a_number_without_process_does_not_hold_it)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  int ready;
  pid_t gone = spawn (hold, file, &ready);
  g_autofree char *number = g_strdup_printf ("%d", (int) gone);

  close (ready);
  kill (gone, SIGKILL);
  waitpid (gone, NULL, 0);
  take (file->connection);
  set_row (file, "lock_pid", number);
  take (file->connection);
}

TEST (lease_take__a_holder_elsewhere_is_alive_as_long_as_it_is_heard_of)
{
  static const char *const ELSEWHERE[][2] = { { "lock_host", "elsewhere.example" },
                                              { "lock_boot", "another boot" },
                                              { "lock_namespace", "pid:[1]" } };

  for (guint i = 0; i < G_N_ELEMENTS (ELSEWHERE); i++)
    {
      g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
      take (file->connection);
      set_row (file, ELSEWHERE[i][0], ELSEWHERE[i][1]);
      set_row (file, "lock_pid_start", "1");
      set_heartbeat (file, LEASE_SILENCE_S / 2);
      assert_held (file->connection);
      set_heartbeat (file, LEASE_SILENCE_S);
      ck_assert_ptr_null (holder_of (file->connection));
      ck_assert_int_eq (take (file->connection), 2);
    }
}

TEST (lease_take__a_living_holder_here_needs_no_heartbeat)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);

  take (file->connection);
  set_heartbeat (file, 1000 * LEASE_SILENCE_S);
  assert_held (file->connection);
}

TEST (lease_beat__says_that_the_runner_lives)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  gint64 fence = take (file->connection);
  g_autoptr (GError) error = NULL;

  set_row (file, "lock_host", "elsewhere.example");
  set_heartbeat (file, 1000 * LEASE_SILENCE_S);
  lease_beat (file->connection, fence, &error);
  assert_no_error (error);
  assert_held (file->connection);
}

TEST (lease_take__waits_for_the_holder)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  g_autoptr (GError) error = NULL;
  pid_t child = spawn_holder (file);
  gint64 fence;
  pid_t killer = fork ();

  if (killer == 0)
    {
      g_usleep (100000);
      kill (child, SIGKILL);
      _exit (0);
    }
  lease_take (file->connection, 20000, PATIENCE_MS, &fence, &error);
  assert_no_error (error);
  ck_assert_int_eq (fence, 2);
  waitpid (killer, NULL, 0);
  waitpid (child, NULL, 0);
}

TEST (lease_take__gives_up_waiting_in_the_end)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  g_autoptr (GError) error = NULL;
  gint64 fence;

  take (file->connection);
  gint64 start = g_get_monotonic_time ();
  ck_assert (!lease_take (file->connection, 60, PATIENCE_MS, &fence, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_HELD);
  ck_assert_int_ge (g_get_monotonic_time () - start, 60 * 1000);
}

TEST (lease_take__leaves_no_transaction_open)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);

  take (file->connection);
  ck_assert_int_ne (sqlite3_get_autocommit (file->db), 0);
  assert_held (file->connection);
  ck_assert_int_ne (sqlite3_get_autocommit (file->db), 0);
}

TEST (lease_give__by_one_that_was_overtaken_changes_nothing)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  gint64 old = take (file->connection);

  set_row (file, "lock_pid_start", "1");
  gint64 fence = take (file->connection);
  g_autofree char *before = sql_rows (file->db, "SELECT * FROM zdm_meta ORDER BY name");
  lease_give (file->connection, old, PATIENCE_MS);
  assert_sql (file->db, "SELECT * FROM zdm_meta ORDER BY name", before);
  ck_assert_int_ne (sqlite3_get_autocommit (file->db), 0);
  ck_assert (lease_check (file->connection, fence, NULL));
  assert_held (file->connection);
}

TEST (lease_check__one_that_was_overtaken_hears_by_whom)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  g_autoptr (GError) error = NULL;
  gint64 old = take (file->connection);

  set_row (file, "lock_pid_start", "1");
  take (file->connection);
  g_autofree char *holder = holder_of (file->connection);
  ck_assert (!lease_check (file->connection, old, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_FENCED);
  assert_has (error->message, holder);
}

/* Asked again with that number recorded in place of the runner's own, which is 1. */
static gboolean
resume (const char *recorded, GError **error)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  gint64 fence = take (file->connection);

  set_row (file, "fence", recorded);
  return lease_resume (file->connection, fence, error);
}

TEST (lease_resume__is_held_as_long_as_the_number_is_the_runners_own)
{
  g_autoptr (GError) error = NULL;

  ck_assert (resume ("1", &error));
  assert_no_error (error);
}

TEST (lease_resume__one_that_was_overtaken_hears_it)
{
  g_autoptr (GError) error = NULL;

  ck_assert (!resume ("2", &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_FENCED);
}

TEST (lease_resume__a_database_that_was_not_told_of_the_runner_is_another_one)
{
  g_autoptr (GError) behind = NULL, empty = NULL;
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);

  ck_assert (!resume ("0", &behind));
  assert_error (behind, ZDM_ERROR, ZDM_ERROR_MISSING);
  ck_assert (!lease_resume (file->connection, 1, &empty));
  assert_error (empty, ZDM_ERROR, ZDM_ERROR_MISSING);
}

TEST (lease_holder__without_a_journal_is_nobody)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);

  ck_assert_ptr_null (holder_of (file->connection));
  assert_sql (file->db, "SELECT count(*) FROM sqlite_schema", "0");
}

TEST (lease_runner_name__is_of_the_process_that_asks)
{
  g_autofree char *mine = g_strdup_printf ("%s:%d", g_get_host_name (), (int) getpid ());
  int status;

  ck_assert_str_eq (lease_runner_name (), mine);
  pid_t child = fork ();
  if (child == 0)
    _exit (g_str_equal (lease_runner_name (), mine) ? 1 : 0);
  waitpid (child, &status, 0);
  ck_assert_int_eq (WEXITSTATUS (status), 0);
}

/* Twenty at once -------------------------------------------------------------- */

#define N_PROCESSES 20

/* Whoever holds the lease makes a file that must not be there yet, and removes it. */
static void
take_turn (const SqlFixture *file, G_GNUC_UNUSED int ready)
{
  g_autofree char *mark = g_build_filename (file->folder, "inside", NULL);
  SqlConnection *connection = engine_sqlite.open (file->url, SQL_READ_WRITE, NULL);
  gint64 fence;

  if (connection == NULL || !lease_take (connection, 25000, PATIENCE_MS, &fence, NULL))
    _exit (2);
  int inside = open (mark, O_CREAT | O_EXCL | O_WRONLY, 0600);
  if (inside < 0)
    _exit (3);
  g_usleep (2000);
  close (inside);
  unlink (mark);
  lease_give (connection, fence, PATIENCE_MS);
  engine_sqlite.close (connection);
}

TEST (lease_take__twenty_at_once_all_get_it_one_after_the_other)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  pid_t children[N_PROCESSES];
  int status, ready;

  for (guint i = 0; i < N_PROCESSES; i++)
    {
      children[i] = spawn (take_turn, file, &ready);
      close (ready);
    }
  for (guint i = 0; i < N_PROCESSES; i++)
    {
      waitpid (children[i], &status, 0);
      ck_assert_msg (WIFEXITED (status) && WEXITSTATUS (status) == 0, "process %u: %s", i,
                     WEXITSTATUS (status) == 3 ? "was not alone" : "did not get it");
    }
  assert_sql (file->db, "SELECT content FROM zdm_meta WHERE name = 'fence'", "20");
}

TEST_MAIN ("runner/lease", lease_take__a_free_lease_is_taken_with_a_new_fence_each_time,
           lease_take__a_living_holder_is_named_with_process_host_and_time,
           lease_take__a_killed_holder_frees_it_at_once,
           lease_take__a_killed_holder_that_nobody_has_waited_for_frees_it_too,
           lease_take__another_process_of_the_same_number_does_not_hold_it,
           lease_take__a_number_without_process_does_not_hold_it,
           lease_take__a_holder_elsewhere_is_alive_as_long_as_it_is_heard_of,
           lease_take__a_living_holder_here_needs_no_heartbeat,
           lease_beat__says_that_the_runner_lives, lease_take__waits_for_the_holder,
           lease_take__gives_up_waiting_in_the_end,
           lease_take__leaves_no_transaction_open,
           lease_give__by_one_that_was_overtaken_changes_nothing,
           lease_check__one_that_was_overtaken_hears_by_whom,
           lease_resume__is_held_as_long_as_the_number_is_the_runners_own,
           lease_resume__one_that_was_overtaken_hears_it,
           lease_resume__a_database_that_was_not_told_of_the_runner_is_another_one,
           lease_holder__without_a_journal_is_nobody,
           lease_runner_name__is_of_the_process_that_asks,
           lease_take__twenty_at_once_all_get_it_one_after_the_other)
