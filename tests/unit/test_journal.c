/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal in a real file.
 */
#include "config.h"

#include "runner/journal.h"

#include <glib/gstdio.h>
#include <string.h>

#include "fixture.h"
#include "runner/lease.h"
#include "sql_fixture.h"
#include "testing.h"

#define PATIENCE_MS 5000

/* A file with the journal's tables, and the lock held. */
static SqlFixture *
journal_file (gint64 *fence)
{
  g_autoptr (GError) error = NULL;
  SqlFixture *file = sql_fixture_new (NULL);

  lease_take (file->connection, 0, PATIENCE_MS, fence, &error);
  assert_no_error (error);
  return file;
}

static const JournalRun RUN = { .id = "MIG-1",
                                .title = "It's \"one\" – ünïcode",
                                .file = "migrations/o'ne.yaml",
                                .checksum = "zdm1:sha256:00",
                                .fingerprint = "sha256:11",
                                .source = "id: MIG-1\n",
                                .definitions = "[('t', '', 'CREATE TABLE t (a)')]",
                                .phase = MIGRATION_PHASE_PENDING,
                                .state = RUN_RUNNING,
                                .direction = RUN_FORWARD };

static gint64
add_run (Journal *journal, const JournalRun *run)
{
  g_autoptr (GError) error = NULL;
  gint64 number = 0;

  journal_add_run (journal, run, &number, &error);
  assert_no_error (error);
  return number;
}

static void
add_event (Journal *journal, gint64 run, const char *message)
{
  g_autoptr (GError) error = NULL;

  journal_add_event (journal, run, "EXPANDING", message, &error);
  assert_no_error (error);
}

static void
set_record (Journal *journal, gint64 run, const JournalRecord *record)
{
  g_autoptr (GError) error = NULL;

  journal_set_record (journal, run, record, &error);
  assert_no_error (error);
}

static const JournalRun *
find (Journal *journal, const char *id, Arena *arena)
{
  g_autoptr (GError) error = NULL;
  const JournalRun *run = NULL;

  journal_find (journal, id, arena, &run, &error);
  assert_no_error (error);
  return run;
}

/* "1 MIG-1; 2 MIG-2" */
static char *
runs_of (Journal *journal, gboolean with_texts)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  journal_runs (journal, with_texts, arena, runs, &error);
  assert_no_error (error);
  for (guint i = 0; i < runs->len; i++)
    {
      const JournalRun *run = runs->pdata[i];
      g_string_append_printf (text, "%s%d %s", i > 0 ? "; " : "", (int) run->number,
                              run->id);
      ck_assert_pstr_eq (run->source, with_texts ? RUN.source : NULL);
      ck_assert_pstr_eq (run->definitions, with_texts ? RUN.definitions : NULL);
    }
  return g_strdup (text->str);
}

static void
assert_runs (Journal *journal, const char *expected)
{
  g_autofree char *outlines = runs_of (journal, FALSE);
  g_autofree char *whole = runs_of (journal, TRUE);

  ck_assert_str_eq (outlines, expected);
  ck_assert_str_eq (whole, expected);
}

TEST (journal_add_run__keeps_all_that_is_said)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);
  g_autoptr (Arena) arena = arena_new ();

  ck_assert_int_eq (add_run (journal, &RUN), 1);
  const JournalRun *run = find (journal, "MIG-1", arena);
  ck_assert_int_eq (run->number, 1);
  ck_assert_str_eq (run->id, RUN.id);
  ck_assert_str_eq (run->title, RUN.title);
  ck_assert_str_eq (run->file, RUN.file);
  ck_assert_str_eq (run->checksum, RUN.checksum);
  ck_assert_str_eq (run->fingerprint, RUN.fingerprint);
  ck_assert_str_eq (run->source, RUN.source);
  ck_assert_str_eq (run->definitions, RUN.definitions);
  ck_assert_int_eq (run->phase, MIGRATION_PHASE_PENDING);
  ck_assert_int_eq (run->state, RUN_RUNNING);
  ck_assert_int_eq (run->direction, RUN_FORWARD);
  ck_assert_ptr_null (run->message);
  ck_assert_ptr_null (run->finished);
  g_autoptr (GDateTime) started = g_date_time_new_from_iso8601 (run->started, NULL);
  ck_assert_ptr_nonnull (started);
  ck_assert_str_eq (run->changed, run->started);
}

TEST (journal_set_run__writes_each_state_phase_and_direction)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);
  g_autoptr (Arena) arena = arena_new ();
  gint64 number = add_run (journal, &RUN);
  gint64 other = add_run (journal, &RUN);

  for (guint i = 0; i < N_RUN_STATES; i++)
    for (RunDirection direction = RUN_FORWARD; direction <= RUN_BACKWARD; direction++)
      {
        g_autoptr (GError) error = NULL;
        journal_set_run (journal, number, MIGRATION_PHASE_CONTRACTING, (RunState) i,
                         direction, "'; DROP TABLE zdm_event; --", &error);
        assert_no_error (error);
        const JournalRun *run = find (journal, "#1", arena);
        ck_assert_int_eq (run->phase, MIGRATION_PHASE_CONTRACTING);
        ck_assert_int_eq (run->state, (RunState) i);
        ck_assert_int_eq (run->direction, direction);
        ck_assert_str_eq (run->message, "'; DROP TABLE zdm_event; --");
        gboolean ended = i == RUN_COMPLETE || i == RUN_ROLLED_BACK;
        ck_assert_msg ((run->finished != NULL) == ended, "finished in state %u", i);
      }
  const JournalRun *untouched = find (journal, "#2", arena);
  ck_assert_int_eq (untouched->number, other);
  ck_assert_int_eq (untouched->phase, MIGRATION_PHASE_PENDING);
  ck_assert_ptr_null (untouched->message);
}

TEST (journal_find__gives_the_last_run_of_an_id_or_one_by_number)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);
  g_autoptr (Arena) arena = arena_new ();
  JournalRun other = RUN, third = RUN;
  other.id = "MIG-2";
  third.title = "again";

  ck_assert_int_eq (add_run (journal, &RUN), 1);
  ck_assert_int_eq (add_run (journal, &other), 2);
  ck_assert_int_eq (add_run (journal, &third), 3);
  ck_assert_str_eq (find (journal, "MIG-1", arena)->title, "again");
  ck_assert_int_eq (find (journal, "MIG-2", arena)->number, 2);
  ck_assert_str_eq (find (journal, "#1", arena)->title, RUN.title);
  ck_assert_int_eq (find (journal, "#3", arena)->number, 3);
  static const char *const NONE[]
      = { "MIG-3", "mig-1", "#4", "#0", "#", "#x", "#1x", "1", "", "MIG-1'" };
  for (guint i = 0; i < G_N_ELEMENTS (NONE); i++)
    ck_assert_msg (find (journal, NONE[i], arena) == NULL, "found '%s'", NONE[i]);
  assert_runs (journal, "2 MIG-2; 3 MIG-1");
}

TEST (journal_set_record__inserts_or_replaces)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) records = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  gint64 run = add_run (journal, &RUN), other = add_run (journal, &RUN);

  for (guint i = 12; i > 0; i--)
    set_record (journal, run, &(JournalRecord){ .action = i, .step = i / 2 + 1 });
  set_record (journal, other, &(JournalRecord){ .action = 3, .n_rows = 9 });
  set_record (journal, run,
              &(JournalRecord){ .action = 3,
                                .step = 2,
                                .state = RECORD_UNDONE,
                                .position = "(1, false, '''ö\n''', nothing)",
                                .n_rows = G_MAXINT64 });
  journal_records (journal, run, arena, records, &error);
  assert_no_error (error);
  ck_assert_uint_eq (records->len, 12);
  for (guint i = 0; i < records->len; i++)
    ck_assert_uint_eq (((const JournalRecord *) records->pdata[i])->action, i + 1);
  const JournalRecord *third = records->pdata[2], *fourth = records->pdata[3];
  ck_assert_int_eq (third->state, RECORD_UNDONE);
  ck_assert_uint_eq (third->step, 2);
  ck_assert_str_eq (third->position, "(1, false, '''ö\n''', nothing)");
  ck_assert_uint_eq (third->n_rows, G_MAXINT64);
  ck_assert_int_eq (fourth->state, RECORD_PENDING);
  ck_assert_ptr_null (fourth->position);
}

static char *
tallies_of (Journal *journal)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) tallies = g_ptr_array_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  journal_tallies (journal, arena, tallies, &error);
  assert_no_error (error);
  for (guint i = 0; i < tallies->len; i++)
    {
      const JournalTally *tally = tallies->pdata[i];
      g_string_append_printf (text, "%s%d: %u of %u", i > 0 ? "; " : "", (int) tally->run,
                              tally->n_done, tally->n_actions);
      if (tally->fill != 0)
        g_string_append_printf (text, ", %d rows by %u", (int) tally->n_fill_rows,
                                tally->fill);
    }
  return g_strdup (text->str);
}

TEST (journal_tallies__count_what_is_not_over)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);

  for (RunState state = 0; state < N_RUN_STATES; state++)
    {
      JournalRun run = RUN;
      run.state = state;
      gint64 number = add_run (journal, &run);
      set_record (journal, number, &(JournalRecord){ .action = 1, .state = RECORD_DONE });
      set_record (journal, number,
                  &(JournalRecord){ .action = 2, .state = RECORD_PENDING, .n_rows = 7 });
      set_record (journal, number, &(JournalRecord){ .action = 3 });
      set_record (journal, number,
                  &(JournalRecord){ .action = 4, .state = RECORD_UNDONE, .n_rows = 5 });
    }
  g_autofree char *tallies = tallies_of (journal);
  ck_assert_str_eq (tallies, "1: 1 of 4, 7 rows by 2; 2: 1 of 4, 7 rows by 2; 3: 1 of 4, "
                             "7 rows by 2; 6: 1 of 4, 7 rows by 2");
}

TEST (journal_tallies__a_word_that_nobody_knows_is_drift)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) tallies = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  gint64 run = add_run (journal, &RUN);

  set_record (journal, run, &(JournalRecord){ .action = 1, .state = RECORD_DONE });
  sql_exec (file->db, "UPDATE zdm_step SET state = 'dne'");
  ck_assert (!journal_tallies (journal, arena, tallies, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT);
  assert_has (error->message, "dne");
}

TEST (journal_set_record__knows_each_state)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);
  gint64 run = add_run (journal, &RUN);

  for (RecordState state = RECORD_PENDING; state <= RECORD_UNDONE; state++)
    {
      g_autoptr (Arena) arena = arena_new ();
      g_autoptr (GPtrArray) records = g_ptr_array_new ();
      set_record (journal, run, &(JournalRecord){ .action = 1, .state = state });
      journal_records (journal, run, arena, records, NULL);
      ck_assert_uint_eq (records->len, 1);
      ck_assert_int_eq (((const JournalRecord *) records->pdata[0])->state, state);
    }
}

TEST (journal_events__are_numbered_over_all_runs)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) all = g_ptr_array_new (), some = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  static const char MESSAGE[] = "it's \"`[é漢字🙂\\]`\"; -- \n\t%s ? :a $b @c";
  JournalRun other = RUN;
  other.id = "o'ther";
  gint64 one = add_run (journal, &RUN), two = add_run (journal, &other);

  add_event (journal, one, "a");
  add_event (journal, two, MESSAGE);
  add_event (journal, one, "");
  journal_events (journal, NULL, arena, all, &error);
  assert_no_error (error);
  ck_assert_uint_eq (all->len, 3);
  for (guint i = 0; i < all->len; i++)
    ck_assert_int_eq (((const JournalEvent *) all->pdata[i])->number, i + 1);
  journal_events (journal, "o'ther", arena, some, &error);
  assert_no_error (error);
  ck_assert_uint_eq (some->len, 1);
  const JournalEvent *event = some->pdata[0], *last = all->pdata[2];
  ck_assert_int_eq (event->number, 2);
  ck_assert_int_eq (event->run, two);
  ck_assert_str_eq (event->id, "o'ther");
  ck_assert_str_eq (event->phase, "EXPANDING");
  ck_assert_str_eq (event->message, MESSAGE);
  ck_assert_str_eq (event->runner, lease_runner_name ());
  ck_assert_str_eq (last->message, "");
  ck_assert_ptr_nonnull (event->at);
}

TEST (journal_add_run__keeps_a_source_of_one_mebibyte)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *source = g_malloc (1024 * 1024 + 1);
  JournalRun run = RUN;
  for (guint i = 0; i < 1024 * 1024; i += 4)
    memcpy (source + i, "é'\n", 4);
  source[1024 * 1024] = '\0';
  run.source = source;

  add_run (journal, &run);
  const char *kept = find (journal, "MIG-1", arena)->source;
  ck_assert_uint_eq (strlen (kept), 1024 * 1024);
  ck_assert (g_str_equal (kept, source));
}

/* Without a journal ----------------------------------------------------------- */

TEST (journal__reading_where_none_is_finds_and_writes_nothing)
{
  g_autoptr (SqlFixture) file
      = sql_fixture_new ("CREATE TABLE t (a); PRAGMA user_version");
  g_autoptr (Journal) journal = journal_open (file->connection, 0);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  g_autofree char *before = NULL, *after = NULL;
  gsize n_before, n_after;
  gboolean exists = TRUE;

  ck_assert (g_file_get_contents (file->path, &before, &n_before, NULL));
  ck_assert (journal_exists (file->connection, &exists, &error) && !exists);
  ck_assert_ptr_null (find (journal, "MIG-1", arena));
  ck_assert (journal_runs (journal, FALSE, arena, list, &error));
  ck_assert (journal_runs (journal, TRUE, arena, list, &error));
  ck_assert (journal_records (journal, 1, arena, list, &error));
  ck_assert (journal_events (journal, NULL, arena, list, &error));
  ck_assert (journal_events (journal, "MIG-1", arena, list, &error));
  assert_no_error (error);
  ck_assert_uint_eq (list->len, 0);
  assert_sql (file->db, "SELECT name FROM sqlite_schema", "t");
  ck_assert (g_file_get_contents (file->path, &after, &n_after, NULL));
  ck_assert_mem_eq (before, after, MIN (n_before, n_after));
  ck_assert_uint_eq (n_before, n_after);
}

TEST (journal_create__makes_its_tables_once)
{
  g_autoptr (SqlFixture) file = sql_fixture_new (NULL);
  g_autoptr (GError) error = NULL;
  gboolean exists;

  for (guint i = 0; i < 2; i++)
    {
      sql_begin (file->connection, SQL_FOR_ROWS);
      journal_create (file->connection, &error);
      assert_no_error (error);
      sql_commit (file->connection);
    }
  ck_assert (journal_exists (file->connection, &exists, &error) && exists);
  assert_sql (file->db, "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1",
              "zdm_event; zdm_meta; zdm_migration; zdm_step");
  assert_sql (file->db, "SELECT count(*) FROM zdm_meta WHERE name = 'format'", "1");
}

TEST (journal__a_newer_format_is_drift)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  const JournalRun *run;
  gboolean exists;

  add_run (journal, &RUN);
  sql_exec (file->db, "UPDATE zdm_meta SET content = '2' WHERE name = 'format'");
  for (guint i = 0; i < 7; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean fine = i == 0   ? journal_exists (file->connection, &exists, &error)
                      : i == 1 ? journal_create (file->connection, &error)
                      : i == 2 ? journal_find (journal, "MIG-1", arena, &run, &error)
                      : i == 3 ? journal_runs (journal, TRUE, arena, list, &error)
                      : i == 4 ? journal_records (journal, 1, arena, list, &error)
                      : i == 5
                          ? journal_events (journal, NULL, arena, list, &error)
                          : lease_take (file->connection, 0, PATIENCE_MS, &fence, &error);
      ck_assert_msg (!fine, "call %u", i);
      assert_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT);
      assert_has (error->message, "format 2");
    }
  ck_assert_uint_eq (list->len, 0);
}

/* Fences ---------------------------------------------------------------------- */

TEST (journal__a_runner_that_was_overtaken_writes_nothing)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);
  gint64 number = add_run (journal, &RUN);
  const JournalRecord record = { .action = 1, .step = 1, .state = RECORD_DONE };

  add_event (journal, number, "first");
  sql_exec (file->db, "UPDATE zdm_meta SET content = content + 1 WHERE name = 'fence'");
  for (guint i = 0; i < 6; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean fine = i == 0   ? journal_add_run (journal, &RUN, &number, &error)
                      : i == 1 ? journal_set_run (journal, 1, MIGRATION_PHASE_COMPLETE,
                                                  RUN_COMPLETE, RUN_FORWARD, NULL, &error)
                      : i == 2 ? journal_set_record (journal, 1, &record, &error)
                      : i == 3
                          ? journal_add_event (journal, 1, "COMPLETE", "late", &error)
                      : i == 4 ? journal_check_fence (journal, &error)
                               : lease_beat (file->connection, fence, &error);
      ck_assert_msg (!fine, "write %u", i);
      assert_error (error, ZDM_ERROR, ZDM_ERROR_FENCED);
    }
  assert_sql (file->db, "SELECT number, state FROM zdm_migration", "1|running");
  assert_sql (file->db, "SELECT count(*) FROM zdm_step", "0");
  assert_sql (file->db, "SELECT message FROM zdm_event", "first");
}

TEST (journal__a_reader_has_no_fence_to_write_with)
{
  gint64 fence, number;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) reader = journal_open (file->connection, 0);
  g_autoptr (GError) error = NULL;

  ck_assert (!journal_add_run (reader, &RUN, &number, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_FENCED);
  assert_sql (file->db, "SELECT count(*) FROM zdm_migration", "0");
}

TEST (journal__what_is_rolled_back_was_not_recorded)
{
  gint64 fence;
  g_autoptr (SqlFixture) file = journal_file (&fence);
  g_autoptr (Journal) journal = journal_open (file->connection, fence);
  g_autoptr (Arena) arena = arena_new ();

  sql_begin (file->connection, SQL_FOR_ROWS);
  gint64 number = add_run (journal, &RUN);
  add_event (journal, number, "x");
  file->connection->engine->roll_back (file->connection);
  ck_assert_ptr_null (find (journal, "MIG-1", arena));
  ck_assert_int_eq (add_run (journal, &RUN), number);
}

TEST_MAIN ("runner/journal", journal_add_run__keeps_all_that_is_said,
           journal_set_run__writes_each_state_phase_and_direction,
           journal_find__gives_the_last_run_of_an_id_or_one_by_number,
           journal_set_record__inserts_or_replaces, journal_set_record__knows_each_state,
           journal_events__are_numbered_over_all_runs,
           journal_add_run__keeps_a_source_of_one_mebibyte,
           journal__reading_where_none_is_finds_and_writes_nothing,
           journal_create__makes_its_tables_once, journal_tallies__count_what_is_not_over,
           journal_tallies__a_word_that_nobody_knows_is_drift,
           journal__a_newer_format_is_drift,
           journal__a_runner_that_was_overtaken_writes_nothing,
           journal__a_reader_has_no_fence_to_write_with,
           journal__what_is_rolled_back_was_not_recorded)
