/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal's tables in plain SQL.
 */
#include "config.h"

#include "runner/journal.h"

#include "runner/lease.h"

#define JOURNAL_FORMAT "1"

struct Journal
{
  SqlConnection *connection;
  gint64 fence;
  gboolean exists; /* seen once, whole */
};

static const char *const RUN_STATES[N_RUN_STATES] = {
  [RUN_RUNNING] = "running",         [RUN_WAITING] = "waiting",
  [RUN_STOPPED] = "stopped",         [RUN_COMPLETE] = "complete",
  [RUN_ROLLED_BACK] = "rolled_back", [RUN_STUCK] = "stuck",
};

static const char *const DIRECTIONS[]
    = { [RUN_FORWARD] = "forward", [RUN_BACKWARD] = "backward" };

static const char *const RECORD_STATES[] = {
  [RECORD_PENDING] = "pending",
  [RECORD_BEGUN] = "begun",
  [RECORD_DONE] = "done",
  [RECORD_UNDONE] = "undone",
};

static const struct
{
  const char *name;
  const char *sql;
} TABLES[] = {
  { "zdm_migration",
    "CREATE TABLE zdm_migration (number BIGINT NOT NULL PRIMARY KEY, id VARCHAR(64) NOT "
    "NULL, title TEXT, file TEXT, checksum TEXT NOT NULL, fingerprint TEXT NOT NULL, source "
    "TEXT NOT NULL, definitions TEXT, phase VARCHAR(16) NOT NULL, state VARCHAR(16) NOT "
    "NULL, direction VARCHAR(16) NOT NULL, message TEXT, started VARCHAR(32) NOT NULL, "
    "changed VARCHAR(32) NOT NULL, finished VARCHAR(32))" },
  { "zdm_step",
    "CREATE TABLE zdm_step (run BIGINT NOT NULL, action BIGINT NOT NULL, step BIGINT NOT "
    "NULL, state VARCHAR(16) NOT NULL, position TEXT, n_rows BIGINT NOT NULL, changed "
    "VARCHAR(32) NOT NULL, PRIMARY KEY (run, action))" },
  { "zdm_event",
    "CREATE TABLE zdm_event (number BIGINT NOT NULL PRIMARY KEY, run BIGINT NOT NULL, at "
    "VARCHAR(32) NOT NULL, phase VARCHAR(16) NOT NULL, message TEXT NOT NULL, runner TEXT "
    "NOT NULL)" },
  { "zdm_meta",
    "CREATE TABLE zdm_meta (name VARCHAR(64) NOT NULL PRIMARY KEY, content TEXT)" },
};

const char *
run_state_to_string (RunState state)
{
  return RUN_STATES[state];
}

gboolean
run_state_is_over (RunState state)
{
  return state == RUN_COMPLETE || state == RUN_ROLLED_BACK;
}

/* A word that this version does not know is never taken for another one. */
static gboolean
find_word (const char *const *words, guint n, const char *word, guint *index,
           GError **error)
{
  for (*index = 0; *index < n; (*index)++)
    if (g_strcmp0 (words[*index], word) == 0)
      return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
               "the journal says '%s', which this zdm-run does not know",
               word != NULL ? word : "(nothing)");
  return FALSE;
}

static char *
now (void)
{
  g_autoptr (GDateTime) time = g_date_time_new_now_utc ();

  return g_date_time_format (time, "%Y-%m-%dT%H:%M:%S.%fZ");
}

Journal *
journal_open (SqlConnection *connection, gint64 fence)
{
  Journal *journal = g_new0 (Journal, 1);

  journal->connection = connection;
  journal->fence = fence;
  return journal;
}

void
journal_free (Journal *journal)
{
  g_free (journal);
}

void
journal_look_again (Journal *journal)
{
  journal->exists = FALSE;
}

static gboolean
run_sql (SqlConnection *connection, const char *sql, const Value *values, guint n,
         SqlRowFunction row, gpointer data, GError **error)
{
  return connection->engine->run (connection, sql, values, n, row, data, NULL, error);
}

/* Tables ---------------------------------------------------------------------- */

static gboolean
take_text (const Value *values, guint n, gpointer data, G_GNUC_UNUSED GError **error)
{
  char **text = data;

  g_free (*text);
  *text = n > 0 && values[0].kind == VALUE_TEXT
              ? g_strndup (values[0].text.bytes, values[0].text.length)
              : NULL;
  return TRUE;
}

/* A journal that has lost a table is not read as if nothing had been written there. */
static gboolean
check_whole (SqlConnection *connection, GError **error)
{
  static const char *const names[] = { "zdm_migration", "zdm_step", "zdm_event" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      gboolean found;
      if (!connection->engine->has_table (connection, names[i], &found, error))
        return FALSE;
      if (found)
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
                   "the journal in this database is damaged: table '%s' is missing",
                   names[i]);
      return FALSE;
    }
  return TRUE;
}

gboolean
journal_exists (SqlConnection *connection, gboolean *exists, GError **error)
{
  g_autofree char *format = NULL;

  if (!connection->engine->has_table (connection, "zdm_meta", exists, error))
    return FALSE;
  if (!*exists)
    return TRUE;
  if (!run_sql (connection, "SELECT content FROM zdm_meta WHERE name = 'format'", NULL, 0,
                take_text, &format, error))
    return FALSE;
  if (g_strcmp0 (format, JOURNAL_FORMAT) == 0)
    return check_whole (connection, error);
  if (format == NULL && (connection->engine->capabilities & SQL_TRANSACTIONAL_DDL) == 0)
    {
      *exists = FALSE; /* its creation was broken off before the format, the last of it */
      return TRUE;
    }
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
               "the journal in this database has format %s, and this zdm-run knows "
               "format " JOURNAL_FORMAT "; use the version that wrote it, or a newer one",
               format != NULL ? format : "(none)");
  return FALSE;
}

static gboolean
prepare (SqlConnection *connection, gboolean inside, GError **error)
{
  return connection->engine->prepare_journal == NULL
         || connection->engine->prepare_journal (connection, inside, error);
}

/* On one of several servers that write, where no lock keeps other runners off, another
 * one may be making the same tables: what it has made is taken.  ZDM_ERROR_EXISTS when it
 * is faster */
static gboolean
create_tables (SqlConnection *connection, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    {
      gboolean found = FALSE;
      if (connection->is_node
          && !connection->engine->has_table (connection, TABLES[i].name, &found, error))
        return FALSE;
      if (!found && !run_sql (connection, TABLES[i].sql, NULL, 0, NULL, NULL, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
journal_create (SqlConnection *connection, GError **error)
{
  const Value format[] = { value_string ("format"), value_string (JOURNAL_FORMAT) };
  gboolean exists;

  if (!journal_exists (connection, &exists, error))
    return FALSE;
  if (exists)
    return TRUE;
  return prepare (connection, TRUE, error) && create_tables (connection, error)
         && prepare (connection, FALSE, error)
         && run_sql (connection, "INSERT INTO zdm_meta (name, content) VALUES (?, ?)",
                     format, G_N_ELEMENTS (format), NULL, NULL, error);
}

gboolean
journal_check_fence (Journal *journal, GError **error)
{
  return lease_check (journal->connection, journal->fence, error);
}

/* Reading ----------------------------------------------------------------------- */

typedef struct
{
  Arena *arena;
  GPtrArray *list;
} Reading;

static const char *
text_of (const Reading *reading, const Value *value)
{
  return value->kind == VALUE_TEXT
             ? arena_strndup (reading->arena, value->text.bytes, value->text.length)
             : NULL;
}

static gboolean
take_run (const Value *values, G_GNUC_UNUSED guint n, gpointer data, GError **error)
{
  const Reading *reading = data;
  JournalRun *run = arena_new0 (reading->arena, JournalRun);
  const char *phase = text_of (reading, &values[8]);
  guint state, direction;

  run->number = values[0].integer;
  run->id = text_of (reading, &values[1]);
  run->title = text_of (reading, &values[2]);
  run->file = text_of (reading, &values[3]);
  run->checksum = text_of (reading, &values[4]);
  run->fingerprint = text_of (reading, &values[5]);
  run->source = text_of (reading, &values[6]);
  run->definitions = text_of (reading, &values[7]);
  if (!find_word (RUN_STATES, N_RUN_STATES, text_of (reading, &values[9]), &state, error)
      || !find_word (DIRECTIONS, G_N_ELEMENTS (DIRECTIONS),
                     text_of (reading, &values[10]), &direction, error))
    return FALSE;
  if (phase == NULL || !migration_phase_from_string (phase, &run->phase))
    return find_word (NULL, 0, phase, &state, error);
  run->state = (RunState) state;
  run->direction = (RunDirection) direction;
  run->message = text_of (reading, &values[11]);
  run->started = text_of (reading, &values[12]);
  run->changed = text_of (reading, &values[13]);
  run->finished = text_of (reading, &values[14]);
  g_ptr_array_add (reading->list, run);
  return TRUE;
}

static gint64
microseconds_of (const char *time)
{
  g_autoptr (GDateTime) parsed = g_date_time_new_from_iso8601 (time, NULL);

  return parsed == NULL ? 0
                        : g_date_time_to_unix (parsed) * G_USEC_PER_SEC
                              + g_date_time_get_microsecond (parsed);
}

static gboolean
take_record (const Value *values, G_GNUC_UNUSED guint n, gpointer data, GError **error)
{
  const Reading *reading = data;
  JournalRecord *record = arena_new0 (reading->arena, JournalRecord);
  guint state;

  record->action = (guint) values[0].integer;
  record->step = (guint) values[1].integer;
  if (!find_word (RECORD_STATES, G_N_ELEMENTS (RECORD_STATES),
                  text_of (reading, &values[2]), &state, error))
    return FALSE;
  record->state = (RecordState) state;
  record->position = text_of (reading, &values[3]);
  record->n_rows = (guint64) values[4].integer;
  record->changed_us = microseconds_of (text_of (reading, &values[5]));
  g_ptr_array_add (reading->list, record);
  return TRUE;
}

static gboolean
take_tally (const Value *values, G_GNUC_UNUSED guint n, gpointer data, GError **error)
{
  const Reading *reading = data;
  JournalTally *tally = arena_new0 (reading->arena, JournalTally);
  guint state;

  if (!value_is_null (&values[5]))
    return find_word (RECORD_STATES, G_N_ELEMENTS (RECORD_STATES),
                      text_of (reading, &values[5]), &state, error);
  tally->run = values[0].integer;
  tally->n_actions = (guint) values[1].integer;
  tally->n_done = (guint) values[2].integer;
  if (!value_is_null (&values[3]))
    {
      tally->fill = (guint) values[3].integer;
      tally->n_fill_rows = (guint64) values[4].integer;
    }
  g_ptr_array_add (reading->list, tally);
  return TRUE;
}

static gboolean
take_event (const Value *values, G_GNUC_UNUSED guint n, gpointer data,
            G_GNUC_UNUSED GError **error)
{
  const Reading *reading = data;
  JournalEvent *event = arena_new0 (reading->arena, JournalEvent);

  event->number = values[0].integer;
  event->run = values[1].integer;
  event->at = text_of (reading, &values[2]);
  event->id = text_of (reading, &values[3]);
  event->phase = text_of (reading, &values[4]);
  event->message = text_of (reading, &values[5]);
  event->runner = text_of (reading, &values[6]);
  g_ptr_array_add (reading->list, event);
  return TRUE;
}

/* A database without journal has nothing to find. */
static gboolean
read_list (Journal *journal, const char *sql, const Value *values, guint n,
           SqlRowFunction take, Arena *arena, GPtrArray *list, GError **error)
{
  Reading reading = { .arena = arena, .list = list };

  if (!journal->exists)
    {
      gboolean exists;
      if (!journal_exists (journal->connection, &exists, error))
        return FALSE;
      journal->exists = exists;
    }
  return !journal->exists
         || run_sql (journal->connection, sql, values, n, take, &reading, error);
}

#define RUN_SELECT(texts)                                                     \
  "SELECT number, id, title, file, checksum, fingerprint, " texts ", phase, " \
  "state, direction, message, started, changed, finished FROM zdm_migration "
#define RUN_COLUMNS RUN_SELECT ("source, definitions")
#define RUN_OUTLINES RUN_SELECT ("NULL, NULL")
#define LAST_OF_EACH \
  "WHERE number IN (SELECT max(number) FROM zdm_migration GROUP BY id) ORDER BY number"

gboolean
journal_find (Journal *journal, const char *id, Arena *arena, const JournalRun **run,
              GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  gint64 number = 0;
  gboolean by_number
      = id[0] == '#'
        && g_ascii_string_to_signed (id + 1, 10, 1, G_MAXINT64, &number, NULL);
  const Value value = by_number ? value_integer (number) : value_string (id);

  *run = NULL;
  if (!read_list (journal,
                  by_number ? RUN_COLUMNS "WHERE number = ?"
                            : RUN_COLUMNS "WHERE id = ? ORDER BY number",
                  &value, 1, take_run, arena, runs, error))
    return FALSE;
  if (runs->len > 0)
    *run = runs->pdata[runs->len - 1];
  return TRUE;
}

gboolean
journal_runs (Journal *journal, gboolean with_texts, Arena *arena, GPtrArray *runs,
              GError **error)
{
  return read_list (journal,
                    with_texts ? RUN_COLUMNS LAST_OF_EACH : RUN_OUTLINES LAST_OF_EACH,
                    NULL, 0, take_run, arena, runs, error);
}

gboolean
journal_records (Journal *journal, gint64 run, Arena *arena, GPtrArray *records,
                 GError **error)
{
  const Value value = value_integer (run);

  return read_list (
      journal,
      "SELECT action, step, state, position, n_rows, changed FROM zdm_step WHERE "
      "run = ? ORDER BY action",
      &value, 1, take_record, arena, records, error);
}

/* A journal grows old: only what is not over is counted, where it is. */
#define TALLIES                                                                           \
  "SELECT t.run, t.n_actions, t.n_done, t.fill, s.n_rows, t.other FROM (SELECT run, "     \
  "count(*) AS n_actions, count(CASE WHEN state = 'done' THEN 1 END) AS n_done, "         \
  "max(CASE WHEN state IN ('pending', 'begun') AND n_rows > 0 THEN action END) AS "       \
  "fill, max(CASE WHEN state NOT IN ('pending', 'begun', 'done', 'undone') THEN state "   \
  "END) AS other FROM zdm_step WHERE run IN (SELECT number FROM zdm_migration WHERE "     \
  "state NOT IN ('complete', 'rolled_back')) GROUP BY run) AS t LEFT JOIN zdm_step AS s " \
  "ON s.run = t.run AND s.action = t.fill"

gboolean
journal_tallies (Journal *journal, Arena *arena, GPtrArray *tallies, GError **error)
{
  return read_list (journal, TALLIES, NULL, 0, take_tally, arena, tallies, error);
}

#define EVENT_COLUMNS                                                                     \
  "SELECT e.number, e.run, e.at, m.id, e.phase, e.message, e.runner FROM zdm_event AS e " \
  "JOIN zdm_migration AS m ON m.number = e.run "

gboolean
journal_events (Journal *journal, const char *id, Arena *arena, GPtrArray *events,
                GError **error)
{
  const Value value = value_string (id);

  return read_list (journal,
                    id != NULL ? EVENT_COLUMNS "WHERE m.id = ? ORDER BY e.number"
                               : EVENT_COLUMNS "ORDER BY e.number",
                    &value, id != NULL ? 1 : 0, take_event, arena, events, error);
}

/* Writing ----------------------------------------------------------------------- */

static gboolean
write_sql (Journal *journal, const char *sql, const Value *values, guint n,
           GError **error)
{
  return journal_check_fence (journal, error)
         && run_sql (journal->connection, sql, values, n, NULL, NULL, error);
}

static gboolean
take_integer (const Value *values, guint n, gpointer data, G_GNUC_UNUSED GError **error)
{
  if (n > 0 && values[0].kind == VALUE_INTEGER)
    *(gint64 *) data = values[0].integer;
  return TRUE;
}

/* Only one runner writes, so the next number is free. */
static gboolean
next_number (Journal *journal, const char *sql, gint64 *number, GError **error)
{
  *number = 0;
  if (!run_sql (journal->connection, sql, NULL, 0, take_integer, number, error))
    return FALSE;
  (*number)++;
  return TRUE;
}

gboolean
journal_add_run (Journal *journal, const JournalRun *run, gint64 *number, GError **error)
{
  g_autofree char *time = now ();

  if (!next_number (journal, "SELECT max(number) FROM zdm_migration", number, error))
    return FALSE;
  const Value values[] = {
    value_integer (*number),
    value_string (run->id),
    value_string (run->title),
    value_string (run->file),
    value_string (run->checksum),
    value_string (run->fingerprint),
    value_string (run->source),
    value_string (run->definitions),
    value_string (migration_phase_to_string (run->phase)),
    value_string (RUN_STATES[run->state]),
    value_string (DIRECTIONS[run->direction]),
    value_string (run->message),
    value_string (time),
    value_string (time),
  };
  return write_sql (journal,
                    "INSERT INTO zdm_migration (number, id, title, file, checksum, "
                    "fingerprint, source, definitions, phase, state, direction, message, "
                    "started, changed) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    values, G_N_ELEMENTS (values), error);
}

gboolean
journal_set_run (Journal *journal, gint64 number, MigrationPhase phase, RunState state,
                 RunDirection direction, const char *message, GError **error)
{
  g_autofree char *time = now ();
  gboolean is_over = run_state_is_over (state);
  const Value values[] = {
    value_string (migration_phase_to_string (phase)),
    value_string (RUN_STATES[state]),
    value_string (DIRECTIONS[direction]),
    value_string (message),
    value_string (time),
    value_string (is_over ? time : NULL),
    value_integer (number),
  };

  guint64 n_changed;

  if (!journal_check_fence (journal, error)
      || !journal->connection->engine->run (
          journal->connection,
          "UPDATE zdm_migration SET phase = ?, state = ?, direction = ?, message = ?, "
          "changed = ?, finished = ? WHERE number = ?",
          values, G_N_ELEMENTS (values), NULL, NULL, &n_changed, error))
    return FALSE;
  if (n_changed == 1)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
               "the journal has no run %" G_GINT64_FORMAT " any more", number);
  return FALSE;
}

gboolean
journal_set_message (Journal *journal, gint64 number, const char *message, GError **error)
{
  const Value values[] = { value_string (message), value_integer (number) };

  return write_sql (journal, "UPDATE zdm_migration SET message = ? WHERE number = ?",
                    values, G_N_ELEMENTS (values), error);
}

gboolean
journal_set_record (Journal *journal, gint64 run, const JournalRecord *record,
                    GError **error)
{
  g_autofree char *time = now ();
  const Value key[] = { value_integer (run), value_integer (record->action) };
  const Value values[] = {
    value_integer (run),
    value_integer (record->action),
    value_integer (record->step),
    value_string (RECORD_STATES[record->state]),
    value_string (record->position),
    value_integer ((gint64) record->n_rows),
    value_string (time),
  };

  return write_sql (journal, "DELETE FROM zdm_step WHERE run = ? AND action = ?", key,
                    G_N_ELEMENTS (key), error)
         && run_sql (journal->connection,
                     "INSERT INTO zdm_step (run, action, step, state, position, n_rows, "
                     "changed) VALUES (?, ?, ?, ?, ?, ?, ?)",
                     values, G_N_ELEMENTS (values), NULL, NULL, error);
}

gboolean
journal_add_event (Journal *journal, gint64 run, const char *phase, const char *message,
                   GError **error)
{
  g_autofree char *time = now ();
  gint64 number;

  if (!next_number (journal, "SELECT max(number) FROM zdm_event", &number, error))
    return FALSE;
  const Value values[] = {
    value_integer (number), value_integer (run),    value_string (time),
    value_string (phase),   value_string (message), value_string (lease_runner_name ()),
  };
  return write_sql (journal,
                    "INSERT INTO zdm_event (number, run, at, phase, message, runner) "
                    "VALUES (?, ?, ?, ?, ?, ?)",
                    values, G_N_ELEMENTS (values), error);
}
