/* SPDX-License-Identifier: Apache-2.0
 *
 * The lease: one row of zdm_meta for each thing there is to say of the holder.
 */
#include "config.h"

#include "runner/lease.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "runner/journal.h"

#define POLL_MIN_MS 20
#define POLL_MAX_MS 200
#define LOOK_EVERY_MS 100

/* A process, told apart from any other that was or will be. */
typedef struct
{
  char *host;
  char *boot;      /* this boot of the machine; "" where nothing tells */
  char *namespace; /* in which its number is its own */
  gint64 pid;
  char *pid_start;  /* when it was started, in ticks since boot */
  char *since;      /* when it took the lease */
  gint64 heartbeat; /* seconds since 1970 */
  gint64 fence;
} Holder;

static void
holder_clear (Holder *holder)
{
  g_free (holder->host);
  g_free (holder->boot);
  g_free (holder->namespace);
  g_free (holder->pid_start);
  g_free (holder->since);
}

/* Processes --------------------------------------------------------------------- */

static char *
read_line (const char *path)
{
  char *text = NULL;

  if (!g_file_get_contents (path, &text, NULL, NULL))
    return g_strdup ("");
  return g_strchomp (text);
}

/* When it was started: the 22nd field; the name before it is in parentheses and may hold
 * anything.  "" when there is no such process, or only its remains: a killed one that
 * nobody has waited for keeps its number, and writes nothing any more. */
static char *
process_start (gint64 pid)
{
  g_autofree char *path = g_strdup_printf ("/proc/%" G_GINT64_FORMAT "/stat", pid);
  g_autofree char *text = read_line (path);
  const char *end = strrchr (text, ')');

  if (end == NULL)
    return g_strdup ("");
  g_auto (GStrv) fields = g_strsplit (end + 1, " ", -1);
  gboolean is_whole = g_strv_length (fields) > 20;
  gboolean is_dead = is_whole && strchr ("ZX", fields[1][0]) != NULL;
  return g_strdup (is_whole && !is_dead ? fields[20] : "");
}

static char *
pid_namespace (void)
{
  char *link = g_file_read_link ("/proc/self/ns/pid", NULL);

  return link != NULL ? link : g_strdup ("");
}

static void
holder_of_this_process (Holder *holder)
{
  g_autoptr (GDateTime) time = g_date_time_new_now_utc ();

  *holder = (Holder){ .host = g_strdup (g_get_host_name ()),
                      .boot = read_line ("/proc/sys/kernel/random/boot_id"),
                      .namespace = pid_namespace (),
                      .pid = (gint64) getpid (),
                      .since = g_date_time_format (time, "%Y-%m-%dT%H:%M:%SZ"),
                      .heartbeat = g_get_real_time () / G_USEC_PER_SEC };
  holder->pid_start = process_start (holder->pid);
}

const char *
lease_runner_name (void)
{
  static char *name = NULL;
  static pid_t named = 0;

  if (named != getpid ())
    {
      g_free (name);
      name = g_strdup_printf ("%s:%d", g_get_host_name (), (int) getpid ());
      named = getpid ();
    }
  return name;
}

static gboolean
is_here (const Holder *holder, const Holder *me)
{
  return g_str_equal (holder->host, me->host) && g_str_equal (holder->boot, me->boot)
         && g_str_equal (holder->namespace, me->namespace);
}

/* A process of somebody else may be hidden in /proc: then a signal that is not allowed to
 * reach it tells that it is there. */
static gboolean
is_alive_here (const Holder *holder)
{
  g_autofree char *start = process_start (holder->pid);

  if (start[0] != '\0')
    return g_str_equal (start, holder->pid_start);
  int code = kill ((pid_t) holder->pid, 0);
  if (code != 0 && errno == EPERM)
    return TRUE;
  return code == 0 && !g_file_test ("/proc/self/stat", G_FILE_TEST_EXISTS);
}

static gboolean
is_alive (const Holder *holder, const Holder *me)
{
  if (holder->pid == 0)
    return FALSE;
  return is_here (holder, me) ? is_alive_here (holder)
                              : me->heartbeat - holder->heartbeat < LEASE_SILENCE_S;
}

/* Whether a lock of the session keeps all other runners off. */
static gboolean
locks_session (const SqlConnection *connection)
{
  return connection->engine->session_lock != NULL && !connection->is_node;
}

/* Where a lock goes with the connection of its holder it decides, and the row only says
 * who that is. */
static gboolean
is_held (SqlConnection *connection, const Holder *holder, const Holder *me, gboolean take,
         gboolean *held, GError **error)
{
  gboolean is_free;

  if (!locks_session (connection))
    {
      *held = is_alive (holder, me);
      return TRUE;
    }
  if (!connection->engine->session_lock (connection, take, &is_free, error))
    return FALSE;
  *held = !is_free;
  return TRUE;
}

/* Rows ------------------------------------------------------------------------ */

static void
set_text (char **text, const Value *value)
{
  g_free (*text);
  *text = value->kind == VALUE_TEXT ? g_strndup (value->text.bytes, value->text.length)
                                    : g_strdup ("");
}

static gint64
number_of (const Value *value)
{
  g_autofree char *text = NULL;

  set_text (&text, value);
  return g_ascii_strtoll (text, NULL, 10);
}

static gboolean
take_row (const Value *values, guint n, gpointer data, G_GNUC_UNUSED GError **error)
{
  Holder *holder = data;
  g_autofree char *name = NULL;

  g_return_val_if_fail (n == 2, TRUE);
  set_text (&name, &values[0]);
  if (g_str_equal (name, "fence"))
    holder->fence = number_of (&values[1]);
  else if (g_str_equal (name, "lock_pid"))
    holder->pid = number_of (&values[1]);
  else if (g_str_equal (name, "lock_heartbeat"))
    holder->heartbeat = number_of (&values[1]);
  else if (g_str_equal (name, "lock_host"))
    set_text (&holder->host, &values[1]);
  else if (g_str_equal (name, "lock_boot"))
    set_text (&holder->boot, &values[1]);
  else if (g_str_equal (name, "lock_namespace"))
    set_text (&holder->namespace, &values[1]);
  else if (g_str_equal (name, "lock_pid_start"))
    set_text (&holder->pid_start, &values[1]);
  else if (g_str_equal (name, "lock_since"))
    set_text (&holder->since, &values[1]);
  return TRUE;
}

static gboolean
read_holder (SqlConnection *connection, Holder *holder, GError **error)
{
  *holder = (Holder){ .host = g_strdup (""),
                      .boot = g_strdup (""),
                      .namespace = g_strdup (""),
                      .pid_start = g_strdup (""),
                      .since = g_strdup ("") };
  return connection->engine->run (connection, "SELECT name, content FROM zdm_meta", NULL,
                                  0, take_row, holder, NULL, error);
}

static gboolean
write_row (SqlConnection *connection, const char *name, const char *content,
           GError **error)
{
  const Value values[] = { value_string (name), value_string (content) };

  return connection->engine->run (connection, "DELETE FROM zdm_meta WHERE name = ?",
                                  values, 1, NULL, NULL, NULL, error)
         && connection->engine->run (connection,
                                     "INSERT INTO zdm_meta (name, content) VALUES (?, ?)",
                                     values, 2, NULL, NULL, NULL, error);
}

static gboolean
write_number (SqlConnection *connection, const char *name, gint64 number, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  return write_row (connection, name, text, error);
}

static gboolean
write_holder (SqlConnection *connection, const Holder *holder, GError **error)
{
  return write_row (connection, "lock_host", holder->host, error)
         && write_row (connection, "lock_boot", holder->boot, error)
         && write_row (connection, "lock_namespace", holder->namespace, error)
         && write_row (connection, "lock_pid_start", holder->pid_start, error)
         && write_row (connection, "lock_since", holder->since, error)
         && write_number (connection, "lock_pid", holder->pid, error)
         && write_number (connection, "lock_heartbeat", holder->heartbeat, error)
         && write_number (connection, "fence", holder->fence, error);
}

static char *
holder_to_string (const Holder *holder)
{
  return g_strdup_printf ("process %" G_GINT64_FORMAT " on %s, since %s", holder->pid,
                          holder->host, holder->since);
}

/* Taking ---------------------------------------------------------------------- */

/* How long the server may take to notice that the process of a session is gone. */
#define LEAVING_MS 5000

static gboolean
refuse_held (const Holder *holder, GError **error)
{
  g_autofree char *text = holder_to_string (holder);

  g_set_error (error, ZDM_ERROR, ZDM_ERROR_HELD,
               "another runner is at work on this database: %s", text);
  return FALSE;
}

static gboolean
take_or_refuse (SqlConnection *connection, const Holder *me, gint64 *fence,
                GError **error)
{
  Holder holder;
  gboolean held = FALSE;
  gboolean fine = read_holder (connection, &holder, error)
                  && is_held (connection, &holder, me, TRUE, &held, error);

  if (fine && held)
    fine = refuse_held (&holder, error);
  if (fine)
    {
      Holder mine = *me;
      mine.fence = holder.fence + 1;
      *fence = mine.fence;
      fine = write_holder (connection, &mine, error);
    }
  holder_clear (&holder);
  return fine;
}

/* The lock is there before the journal is: whoever comes second must not make it too.
 * @is_leaving: TRUE where nobody can say whether the holder is a process that is gone */
static gboolean
lock_session (SqlConnection *connection, gboolean *is_leaving, GError **error)
{
  gboolean is_free = TRUE, exists;
  Holder holder;

  if (!locks_session (connection))
    return TRUE;
  if (!connection->engine->session_lock (connection, TRUE, &is_free, error))
    return FALSE;
  if (is_free)
    return TRUE;
  if (!journal_exists (connection, &exists, error))
    return FALSE;
  if (!exists)
    {
      *is_leaving = TRUE;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_HELD,
                   "another runner is at work on this database, and has just begun");
      return FALSE;
    }
  if (read_holder (connection, &holder, error))
    refuse_held (&holder, error);
  holder_clear (&holder);
  return FALSE;
}

static gboolean
try_once (SqlConnection *connection, guint patience_ms, gint64 *fence,
          gboolean *is_leaving, GError **error)
{
  const SqlEngine *engine = connection->engine;
  Holder me;

  if (!engine->begin (connection, SQL_FOR_ROWS, patience_ms, error))
    return FALSE;
  holder_of_this_process (&me);
  gboolean fine = lock_session (connection, is_leaving, error)
                  && journal_create (connection, error)
                  && take_or_refuse (connection, &me, fence, error)
                  && engine->commit (connection, error);
  holder_clear (&me);
  if (!fine)
    engine->roll_back (connection);
  return fine;
}

/* Whether somebody holds it: ZDM_ERROR_HELD.
 * @is_leaving: whether it is a process that is gone */
static gboolean
look (SqlConnection *connection, gboolean *is_leaving, GError **error)
{
  Holder holder, me;
  gboolean exists, held = FALSE;

  *is_leaving = FALSE;
  if (!journal_exists (connection, &exists, error))
    return FALSE;
  if (!exists)
    return TRUE;
  holder_of_this_process (&me);
  gboolean fine = read_holder (connection, &holder, error)
                  && is_held (connection, &holder, &me, FALSE, &held, error);
  *is_leaving = held && !is_alive (&holder, &me);
  if (fine && held)
    fine = refuse_held (&holder, error);
  holder_clear (&holder);
  holder_clear (&me);
  return fine;
}

/* Whether a runner on another node was faster: with a row, with the journal, which it
 * makes while this one reads, or with the end of a transaction. */
static gboolean
is_conflict (const SqlConnection *connection, const GError *problem)
{
  return connection->is_node
         && (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_DEADLOCK)
             || g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_CONSTRAINT)
             || g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_EXISTS));
}

/* Whether another look tells who was faster. */
static gboolean
is_race (const SqlConnection *connection, const GError *problem)
{
  return g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT)
         || is_conflict (connection, problem);
}

/* A look first, and again and again while the database's own lock is waited for: a holder
 * that is in the middle of a transaction is told by name, and not disturbed. */
static gboolean
look_and_try (SqlConnection *connection, guint patience_ms, gint64 *fence,
              gboolean *is_leaving, GError **error)
{
  gint64 end = g_get_monotonic_time () + (gint64) patience_ms * 1000;

  for (;;)
    {
      GError *problem = NULL;
      gint64 left_ms = (end - g_get_monotonic_time ()) / 1000;
      gboolean has_looked = look (connection, is_leaving, &problem);
      if (has_looked
          && try_once (connection, (guint) CLAMP (left_ms, 0, LOOK_EVERY_MS), fence,
                       is_leaving, &problem))
        return TRUE;
      gboolean goes_by = has_looked ? is_race (connection, problem)
                                    : is_conflict (connection, problem);
      if (!goes_by || g_get_monotonic_time () >= end)
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
      g_error_free (problem);
    }
}

gboolean
lease_take (SqlConnection *connection, guint wait_ms, guint patience_ms, gint64 *fence,
            GError **error)
{
  gint64 start = g_get_monotonic_time ();
  gboolean is_leaving = FALSE;
  GError *problem = NULL;

  while (!look_and_try (connection, patience_ms, fence, &is_leaving, &problem))
    {
      gint64 waited_ms = (g_get_monotonic_time () - start) / 1000;
      guint patience = is_leaving ? MAX (wait_ms, LEAVING_MS) : wait_ms;
      if (!g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_HELD)
          || waited_ms >= (gint64) patience)
        {
          g_propagate_error (error, problem);
          return FALSE;
        }
      g_clear_error (&problem);
      g_usleep ((gulong) g_random_int_range (POLL_MIN_MS, POLL_MAX_MS) * 1000);
    }
  return TRUE;
}

static gboolean
refuse_fenced (SqlConnection *connection, GError **error)
{
  Holder holder;

  if (read_holder (connection, &holder, error))
    {
      g_autofree char *text = holder_to_string (&holder);
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_FENCED,
                   "another runner has taken over (%s): this one stops", text);
    }
  holder_clear (&holder);
  return FALSE;
}

static gboolean
take_number (const Value *values, guint n, gpointer data, G_GNUC_UNUSED GError **error)
{
  if (n > 0)
    *(gint64 *) data = number_of (&values[0]);
  return TRUE;
}

static gboolean
read_fence (SqlConnection *connection, gint64 *fence, GError **error)
{
  *fence = 0;
  return connection->engine->run (connection,
                                  "SELECT content FROM zdm_meta WHERE name = 'fence'",
                                  NULL, 0, take_number, fence, NULL, error);
}

gboolean
lease_check (SqlConnection *connection, gint64 fence, GError **error)
{
  gint64 current;

  return read_fence (connection, &current, error)
         && (current == fence || refuse_fenced (connection, error));
}

/* Numbers only grow: a smaller one is that of a database that was not told of ours, one
 * restored, or a replica that took over too early. */
static gboolean
check_known (SqlConnection *connection, gint64 fence, GError **error)
{
  gint64 current = 0;
  gboolean exists;

  if (!journal_exists (connection, &exists, error)
      || (exists && !read_fence (connection, &current, error)))
    return FALSE;
  if (current >= fence)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING,
               "this database has not heard that the runner took its lock");
  return FALSE;
}

gboolean
lease_resume (SqlConnection *connection, gint64 fence, GError **error)
{
  gint64 end = g_get_monotonic_time () + (gint64) LEAVING_MS * 1000;
  gboolean is_free = !locks_session (connection);

  if (!check_known (connection, fence, error))
    return FALSE;
  while (!is_free)
    {
      if (!connection->engine->session_lock (connection, TRUE, &is_free, error))
        return FALSE;
      if (!is_free && g_get_monotonic_time () >= end)
        {
          g_set_error (error, ZDM_ERROR, ZDM_ERROR_HELD,
                       "the runner's lock is held by another session");
          return FALSE;
        }
      if (!is_free)
        g_usleep (POLL_MIN_MS * 1000UL);
    }
  return lease_check (connection, fence, error);
}

gboolean
lease_beat (SqlConnection *connection, gint64 fence, GError **error)
{
  gint64 now = g_get_real_time ();
  g_autofree char *text = g_strdup_printf (
      "%" G_GINT64_FORMAT ".%06d", now / G_USEC_PER_SEC, (int) (now % G_USEC_PER_SEC));
  const Value value = value_string (text);

  /* The row is there as long as the lease is held.  Nodes of a cluster tell each other
   * only of a row that becomes another one, hence the microseconds: whoever takes the
   * lease over on another node writes the same row, and one of the two fails. */
  return lease_check (connection, fence, error)
         && connection->engine->run (
             connection, "UPDATE zdm_meta SET content = ? WHERE name = 'lock_heartbeat'",
             &value, 1, NULL, NULL, NULL, error);
}

void
lease_give (SqlConnection *connection, gint64 fence, guint patience_ms)
{
  const SqlEngine *engine = connection->engine;

  if (!engine->begin (connection, SQL_FOR_ROWS, patience_ms, NULL))
    return; /* a dead process holds nothing */
  if (!lease_check (connection, fence, NULL)
      || !write_number (connection, "lock_pid", 0, NULL)
      || !engine->commit (connection, NULL))
    engine->roll_back (connection);
}

gboolean
lease_holder (SqlConnection *connection, char **text, GError **error)
{
  Holder holder, me;
  gboolean exists, held = FALSE;

  *text = NULL;
  if (!journal_exists (connection, &exists, error))
    return FALSE;
  if (!exists)
    return TRUE;
  holder_of_this_process (&me);
  gboolean fine = read_holder (connection, &holder, error)
                  && is_held (connection, &holder, &me, FALSE, &held, error);
  if (fine && held)
    *text = holder_to_string (&holder);
  holder_clear (&me);
  holder_clear (&holder);
  return fine;
}
