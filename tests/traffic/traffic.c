/* SPDX-License-Identifier: Apache-2.0
 *
 * Traffic: applications that go on using a table while it is migrated, and what they
 * notice of it.
 *
 *   traffic URL[,URL…] PROFILE ROWS RATE [WORKERS]
 *
 * Open loop: RATE requests a minute of each application are due at fixed moments,
 * whatever became of those before, and each one is timed from when it was due.  Half of
 * the workers are the old application, half the new one; each owns rows that nobody else
 * writes (1 to ROWS are there at the start, with their number for a value), so it knows
 * what every read has to give.  A value is a row of digits, which is the same in every
 * type.
 *
 * Of the nodes of a cluster the first one is the old application's, the second one the
 * new application's.
 *
 * PROFILE has lines like "old.update = UPDATE t SET a = $2 WHERE id = $1"; insert, update
 * and read of old and new.
 *
 * Standard input says what comes next, a line each: "phase NAME", "old on", "old off",
 * "new on", "new off", "check SELECT id, a FROM t", which has to give every acknowledged
 * write, on each node, "quit".  Every line but "quit" is answered by one on standard
 * output: after "phase" that is the figures of the phase before.
 */
#include "config.h"

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store.h"

enum
{
  INSERT,
  UPDATE,
  READ,
  N_REQUESTS,
};

static const char *const REQUESTS[N_REQUESTS] = { "insert", "update", "read" };

/* Latencies are counted by their logarithm: 16 steps to a doubling. */
#define STEPS 16
#define N_BUCKETS (STEPS * 40)

typedef struct
{
  guint64 n, n_failed, n_wrong, n_replanned, n_conflicts;
  gint64 worst_us;
  guint32 buckets[N_BUCKETS];
} Figures;

/* What one application says. */
typedef struct
{
  const char *name;
  char *statements[N_REQUESTS];
  gint is_on; /* atomic */
} Application;

typedef struct
{
  Application *application;
  Store *store;
  GThread *thread;
  guint index; /* among all workers */
  GRand *rand;
  /* Of rows index + 1, index + 1 + n_workers, …: the value that was acknowledged last;
   * UNKNOWN: nobody can know */
  GArray *values;
  GMutex mutex; /* of the figures */
  Figures figures;
  guint64 n_asked;
} Worker;

#define UNKNOWN (-1)

static struct
{
  Application applications[2];
  Worker *workers;
  guint n_workers, n_rows;
  gint64 start_us, interval_us; /* of one worker */
  char **urls;
  gint is_over; /* atomic */
  gint n_told;  /* atomic: failures that were said */
} traffic;

#define MOST_TOLD 20

static gint64
id_of (const Worker *worker, guint at)
{
  return (gint64) at * traffic.n_workers + worker->index + 1;
}

/* Figures ----------------------------------------------------------------------- */

static guint
bucket_of (gint64 us)
{
  guint bucket = 0;

  for (; us >= 2 * STEPS; us /= 2)
    bucket += STEPS;
  return MIN (bucket + (guint) us, N_BUCKETS - 1);
}

static gint64
bucket_end (guint bucket)
{
  guint doublings = bucket / STEPS;

  if (doublings < 2)
    return bucket;
  return (gint64) (STEPS + bucket % STEPS + 1) << (doublings - 1);
}

static void
add_figures (Figures *sum, const Figures *more)
{
  sum->n += more->n;
  sum->n_failed += more->n_failed;
  sum->n_wrong += more->n_wrong;
  sum->n_replanned += more->n_replanned;
  sum->n_conflicts += more->n_conflicts;
  sum->worst_us = MAX (sum->worst_us, more->worst_us);
  for (guint i = 0; i < N_BUCKETS; i++)
    sum->buckets[i] += more->buckets[i];
}

static double
percentile_ms (const Figures *figures, double share)
{
  guint64 wanted = (guint64) ((double) figures->n * share), seen = 0;

  for (guint i = 0; i < N_BUCKETS; i++)
    {
      seen += figures->buckets[i];
      if (seen > wanted)
        return (double) bucket_end (i) / 1000;
    }
  return (double) figures->worst_us / 1000;
}

static void
take_figures (Figures *sum)
{
  *sum = (Figures){ 0 };
  for (guint i = 0; i < traffic.n_workers; i++)
    {
      Worker *worker = &traffic.workers[i];
      g_mutex_lock (&worker->mutex);
      add_figures (sum, &worker->figures);
      worker->figures = (Figures){ 0 };
      g_mutex_unlock (&worker->mutex);
    }
}

static void
say_phase (const char *name, gint64 since_us)
{
  Figures figures;

  take_figures (&figures);
  printf ("{\"phase\": \"%s\", \"seconds\": %.1f, \"requests\": %" G_GUINT64_FORMAT
          ", \"failed\": %" G_GUINT64_FORMAT ", \"wrong\": %" G_GUINT64_FORMAT
          ", \"replanned\": %" G_GUINT64_FORMAT ", \"conflicts\": %" G_GUINT64_FORMAT
          ", \"p50_ms\": %.2f, \"p99_ms\": %.2f, \"worst_ms\": %.2f}\n",
          name, (double) (g_get_monotonic_time () - since_us) / G_USEC_PER_SEC, figures.n,
          figures.n_failed, figures.n_wrong, figures.n_replanned, figures.n_conflicts,
          percentile_ms (&figures, 0.5), percentile_ms (&figures, 0.99),
          (double) figures.worst_us / 1000);
}

/* Requests ---------------------------------------------------------------------- */

static void
tell (const Worker *worker, const char *request, gint64 id, const char *what)
{
  if (g_atomic_int_add (&traffic.n_told, 1) < MOST_TOLD)
    fprintf (stderr, "traffic: %s.%s of %" G_GINT64_FORMAT ": %s\n",
             worker->application->name, request, id, what);
}

typedef struct
{
  guint request;
  guint at; /* which of the worker's rows */
  gint64 value;
} Work;

static Work
choose (Worker *worker)
{
  guint n_known = worker->values->len;
  double dice = g_rand_double (worker->rand);
  Work work = { .value = (gint64) ++worker->n_asked * traffic.n_workers + worker->index };

  work.value %= 2000000000; /* an INTEGER */
  if (dice < 0.2 || n_known == 0)
    return (Work){ .request = INSERT, .at = n_known, .value = work.value };
  work.request = dice < 0.6 ? UPDATE : READ;
  work.at = (guint) g_rand_int_range (worker->rand, 0, (gint32) n_known);
  return work;
}

/* Returns: whether what was read is what was written */
static gboolean
check_read (const Worker *worker, const Work *work, gint64 id, const char *text)
{
  gint64 expected = g_array_index (worker->values, gint64, work->at);

  if (expected == UNKNOWN
      || (text != NULL && g_ascii_strtoll (text, NULL, 10) == expected))
    return TRUE;
  g_autofree char *what
      = g_strdup_printf ("read %s, and %" G_GINT64_FORMAT " was written",
                         text != NULL ? text : "nothing", expected);
  tell (worker, "read", id, what);
  return FALSE;
}

static void
note_value (Worker *worker, const Work *work, gint64 value)
{
  if (work->at == worker->values->len)
    g_array_append_val (worker->values, value);
  else
    g_array_index (worker->values, gint64, work->at) = value;
}

/* One request, due at @due_us. */
static void
do_request (Worker *worker, gint64 due_us)
{
  const Work work = choose (worker);
  gint64 id = id_of (worker, work.at);
  g_autofree char *text = NULL, *problem = NULL;
  gboolean replanned = FALSE;
  guint n_conflicts = store_conflicts (worker->store);
  gboolean fine
      = store_ask (worker->store, worker->application->statements[work.request], id,
                   work.value, work.request == READ, &text, &replanned, &problem);
  gboolean right = TRUE;

  if (!fine)
    tell (worker, REQUESTS[work.request], id, problem);
  if (work.request != READ)
    note_value (worker, &work, fine ? work.value : UNKNOWN);
  else if (fine)
    right = check_read (worker, &work, id, text);
  gint64 took_us = g_get_monotonic_time () - due_us;
  g_mutex_lock (&worker->mutex);
  worker->figures.n++;
  worker->figures.n_failed += !fine;
  worker->figures.n_wrong += !right;
  worker->figures.n_replanned += replanned;
  worker->figures.n_conflicts += store_conflicts (worker->store) - n_conflicts;
  worker->figures.worst_us = MAX (worker->figures.worst_us, took_us);
  worker->figures.buckets[bucket_of (took_us)]++;
  g_mutex_unlock (&worker->mutex);
}

static gpointer
work (gpointer data)
{
  Worker *worker = data;
  gint64 due_us
      = traffic.start_us + traffic.interval_us * worker->index / traffic.n_workers;

  for (; !g_atomic_int_get (&traffic.is_over); due_us += traffic.interval_us)
    {
      gint64 left_us = due_us - g_get_monotonic_time ();
      if (left_us > 0)
        g_usleep ((gulong) left_us);
      if (g_atomic_int_get (&worker->application->is_on))
        do_request (worker, due_us);
    }
  return NULL;
}

/* The end ----------------------------------------------------------------------- */

typedef struct
{
  GArray *values; /* by id - 1 */
  guint64 n_lost;
} Check;

static void
take_row (gint64 id, const char *text, gpointer data)
{
  Check *check = data;

  if (id < 1 || id > check->values->len)
    return;
  gint64 *expected = &g_array_index (check->values, gint64, id - 1);
  if (*expected != UNKNOWN
      && (text == NULL || g_ascii_strtoll (text, NULL, 10) != *expected))
    {
      if (check->n_lost++ < MOST_TOLD)
        fprintf (stderr,
                 "traffic: row %" G_GINT64_FORMAT " has %s, and %" G_GINT64_FORMAT
                 " was written\n",
                 id, text != NULL ? text : "nothing", *expected);
    }
  *expected = UNKNOWN; /* it was there */
}

static GArray *
all_values (void)
{
  GArray *values = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint most = 0;

  for (guint i = 0; i < traffic.n_workers; i++)
    most = MAX (most, traffic.workers[i].values->len);
  g_array_set_size (values, most * traffic.n_workers);
  for (guint i = 0; i < values->len; i++)
    g_array_index (values, gint64, i) = UNKNOWN;
  for (guint i = 0; i < traffic.n_workers; i++)
    for (guint at = 0; at < traffic.workers[i].values->len; at++)
      g_array_index (values, gint64, id_of (&traffic.workers[i], at) - 1)
          = g_array_index (traffic.workers[i].values, gint64, at);
  return values;
}

/* Returns: how many acknowledged writes are not there */
static guint64
count_lost_on (const char *url, const char *sql)
{
  g_autofree char *problem = NULL;
  Store *store = store_open (url, &problem);
  Check check = { .values = all_values () };

  if (store == NULL || !store_each (store, sql, take_row, &check, &problem))
    g_error ("%s: %s", sql, problem);
  for (guint i = 0; i < check.values->len; i++)
    if (g_array_index (check.values, gint64, i) != UNKNOWN && check.n_lost++ < MOST_TOLD)
      fprintf (stderr, "traffic: row %u is not there\n", i + 1);
  store_close (store);
  g_array_unref (check.values);
  return check.n_lost;
}

static guint64
count_lost (const char *sql)
{
  guint64 n_lost = 0;

  for (guint i = 0; traffic.urls[i] != NULL; i++)
    n_lost += count_lost_on (traffic.urls[i], sql);
  return n_lost;
}

/* The beginning ----------------------------------------------------------------- */

static void
take_line (const char *key, const char *value)
{
  for (guint i = 0; i < G_N_ELEMENTS (traffic.applications); i++)
    for (guint j = 0; j < N_REQUESTS; j++)
      {
        Application *application = &traffic.applications[i];
        g_autofree char *name = g_strdup_printf ("%s.%s", application->name, REQUESTS[j]);
        if (g_str_equal (key, name))
          application->statements[j] = g_strdup (value);
      }
}

static void
read_profile (const char *path)
{
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;

  if (!g_file_get_contents (path, &text, NULL, &error))
    g_error ("%s", error->message);
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      char *equals = strstr (lines[i], " = ");
      if (equals == NULL)
        continue;
      *equals = '\0';
      take_line (g_strstrip (lines[i]), equals + strlen (" = "));
    }
}

/* Of the application's node, where there are several. */
static const char *
url_of (const Application *application)
{
  gsize number = (gsize) (application - traffic.applications);

  return traffic.urls[number % g_strv_length (traffic.urls)];
}

static void
start_worker (Worker *worker, guint index)
{
  g_autofree char *problem = NULL;

  worker->index = index;
  worker->application = &traffic.applications[index % 2];
  worker->rand = g_rand_new_with_seed (index + 1);
  worker->values = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint at = 0; id_of (worker, at) <= traffic.n_rows; at++)
    {
      gint64 value = id_of (worker, at);
      g_array_append_val (worker->values, value);
    }
  g_mutex_init (&worker->mutex);
  worker->store = store_open (url_of (worker->application), &problem);
  if (worker->store == NULL)
    g_error ("%s", problem);
  worker->thread = g_thread_new (worker->application->name, work, worker);
}

static void
turn (const char *words)
{
  for (guint i = 0; i < G_N_ELEMENTS (traffic.applications); i++)
    {
      Application *application = &traffic.applications[i];
      if (g_str_has_prefix (words, application->name))
        g_atomic_int_set (&application->is_on, g_str_has_suffix (words, " on"));
    }
  /* What was begun is over. */
  g_usleep ((gulong) (2 * traffic.interval_us));
  printf ("{\"turned\": \"%s\"}\n", words);
}

static void
listen (void)
{
  g_autofree char *phase = g_strdup ("start");
  gint64 since_us = g_get_monotonic_time ();
  char line[256];

  while (fgets (line, sizeof line, stdin) != NULL)
    {
      g_strchomp (line);
      if (g_str_equal (line, "quit"))
        break;
      if (g_str_has_prefix (line, "phase "))
        {
          say_phase (phase, since_us);
          g_free (phase);
          phase = g_strdup (line + strlen ("phase "));
          since_us = g_get_monotonic_time ();
        }
      else if (g_str_has_prefix (line, "check "))
        printf ("{\"lost\": %" G_GUINT64_FORMAT "}\n",
                count_lost (line + strlen ("check ")));
      else
        turn (line);
      fflush (stdout);
    }
}

int
main (int argc, char **argv)
{
  if (argc < 5)
    {
      fprintf (stderr, "usage: traffic URL[,URL…] PROFILE ROWS RATE [WORKERS]\n");
      return 2;
    }
  traffic.urls = g_strsplit (argv[1], ",", -1);
  traffic.applications[0].name = "old";
  traffic.applications[1].name = "new";
  read_profile (argv[2]);
  traffic.n_rows = (guint) g_ascii_strtoull (argv[3], NULL, 10);
  traffic.n_workers = argc > 5 ? (guint) g_ascii_strtoull (argv[5], NULL, 10) : 16;
  traffic.interval_us = (gint64) (60.0 * G_USEC_PER_SEC * traffic.n_workers / 2
                                  / g_ascii_strtod (argv[4], NULL));
  traffic.workers = g_new0 (Worker, traffic.n_workers);
  traffic.start_us = g_get_monotonic_time () + G_USEC_PER_SEC / 5;
  for (guint i = 0; i < traffic.n_workers; i++)
    start_worker (&traffic.workers[i], i);
  listen ();
  g_atomic_int_set (&traffic.is_over, 1);
  for (guint i = 0; i < traffic.n_workers; i++)
    g_thread_join (traffic.workers[i].thread);
  return 0;
}
