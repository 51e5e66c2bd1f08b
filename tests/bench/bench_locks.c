/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_locks OUTPUT ARGUMENT…
 *
 * `zdm-run ARGUMENT…` in this process, while each transaction is timed from the moment
 * that its BEGIN IMMEDIATE has the write lock to the moment that its COMMIT has let it
 * go, disk included.  OUTPUT gets a line of milliseconds:
 *
 *   TRANSACTIONS MEDIAN P99 LONGEST
 */
#include "config.h"

#include "bench.h"

#include <sqlite3.h>
#include <stdio.h>
#include <string.h>

#include "commands/command_line.h"
#include "commands/verbs.h"

typedef struct
{
  GArray *times_ms;
  gint64 locked_us;
} Watch;

static Watch watch;

/* Called when a statement has ended. */
static int
note_statement (G_GNUC_UNUSED unsigned kind, G_GNUC_UNUSED void *data, void *statement,
                G_GNUC_UNUSED void *nanoseconds)
{
  const char *sql = sqlite3_sql (statement);

  if (sql != NULL && g_str_has_prefix (sql, "BEGIN IMMEDIATE"))
    watch.locked_us = g_get_monotonic_time ();
  else if (sql != NULL && g_str_equal (sql, "COMMIT") && watch.locked_us != 0)
    {
      double time_ms = milliseconds_since (watch.locked_us);
      g_array_append_val (watch.times_ms, time_ms);
      watch.locked_us = 0;
    }
  return 0;
}

static int
watch_connection (sqlite3 *db, G_GNUC_UNUSED char **message,
                  G_GNUC_UNUSED const struct sqlite3_api_routines *api)
{
  return sqlite3_trace_v2 (db, SQLITE_TRACE_PROFILE, note_statement, NULL);
}

static void
write_figures (const char *path)
{
  g_autoptr (GError) error = NULL;
  double *times_ms = &g_array_index (watch.times_ms, double, 0);
  guint n = watch.times_ms->len;

  if (n == 0)
    give_up ("no transaction was seen");
  double middle = median (times_ms, n);
  g_autofree char *text = g_strdup_printf ("%u %.1f %.1f %.1f\n", n, middle,
                                           times_ms[(n - 1) * 99 / 100], times_ms[n - 1]);
  if (!g_file_set_contents (path, text, -1, &error))
    give_up (error->message);
}

int
main (int argc, char **argv)
{
  static const Command *const commands[]
      = { &command_run, &command_contract, &command_continue, NULL };

  g_set_prgname ("bench_locks");
  if (argc < 3)
    give_up ("usage: bench_locks OUTPUT ARGUMENT…");
  const char *path = argv[1];
  watch.times_ms = g_array_new (FALSE, FALSE, sizeof (double));
  sqlite3_auto_extension ((void (*) (void)) watch_connection);
  argv[1] = argv[0];
  int code = command_line_run (commands, argc - 1, argv + 1);
  write_figures (path);
  g_array_unref (watch.times_ms);
  return code;
}
