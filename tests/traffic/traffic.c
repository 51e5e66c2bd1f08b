/* SPDX-License-Identifier: Apache-2.0
 *
 * Traffic: applications that go on using a table while it is migrated, and what they
 * notice of it.
 *
 *   traffic URL[,URL…] PROFILE ROWS RATE [PAIRS]
 *
 * Open loop: RATE requests a minute of each application are due at fixed moments,
 * whatever became of those before, and each one is timed from when it was due.  Half of
 * the workers are the old application, half the new one.  A pair of them, one of each,
 * owns rows that nobody else writes, and never asks for the same one at the same moment,
 * so it knows what every read has to give, whichever of the two has written last.
 *
 * What is written is a number: rows 1 to ROWS are there at the start, with their own.
 * How an application says a number, in the columns that it writes and reads, is its
 * form: values with {n} where the number stands, and a tab between two of them.
 *
 * Of the nodes of a cluster the first one is the old application's, the second one the
 * new application's.
 *
 * PROFILE has lines like "old.form = F{n}", "old.update = UPDATE t SET a = $2 WHERE id =
 * $1": the form, insert, update and read of old and new.  $2 is the first value of the
 * form, $3 the next one.  An application that lacks one of them reads in its place.
 *
 * Standard input says what comes next, a line each: "phase NAME", "old on", "old off",
 * "new on", "new off", "old check SELECT id, a FROM t", which has to give every
 * acknowledged write as the old application says it, on each node, "quit".  Every line
 * but "quit" is answered by one on standard output: after "phase" that is the figures of
 * the phase before.
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
  char *form;
  char *statements[N_REQUESTS];
  gint is_on; /* atomic */
} Application;

#define N_APPLICATIONS 2

/* A worker of each application, and the rows that only these two write. */
typedef struct
{
  guint index; /* among all pairs */
  GMutex mutex;
  /* Of rows index + 1, index + 1 + n_pairs, …: the number that was acknowledged last;
   * UNKNOWN: nobody can know */
  GArray *numbers;
  guint busy[N_APPLICATIONS]; /* which of the rows is asked for; IDLE: none */
} Pair;

#define UNKNOWN (-1)
#define IDLE G_MAXUINT

typedef struct
{
  Application *application;
  Pair *pair;
  guint side; /* of the pair */
  Store *store;
  GThread *thread;
  guint index; /* among all workers */
  GRand *rand;
  GMutex mutex; /* of the figures */
  Figures figures;
  guint64 n_asked;
} Worker;

static struct
{
  Application applications[N_APPLICATIONS];
  Pair *pairs;
  Worker *workers;
  guint n_pairs, n_workers, n_rows;
  gint64 start_us, interval_us; /* of one worker */
  char **urls;
  gint is_over; /* atomic */
  gint n_told;  /* atomic: failures that were said */
} traffic;

#define MOST_TOLD 20

static gint64
id_of (const Pair *pair, guint at)
{
  return (gint64) at * traffic.n_pairs + pair->index + 1;
}

/* Returns: @number as @application says it, with a tab between values */
static char *
say_number (const Application *application, gint64 number)
{
  GString *text = g_string_new (application->form);
  g_autofree char *digits = g_strdup_printf ("%" G_GINT64_FORMAT, number);

  g_string_replace (text, "{n}", digits, 0);
  return g_string_free (text, FALSE);
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
  guint at;      /* which of the pair's rows */
  gint64 number; /* to be written, or to be read */
} Work;

static guint
choose_request (Worker *worker)
{
  double dice = g_rand_double (worker->rand);
  guint request = dice < 0.2 ? INSERT : dice < 0.6 ? UPDATE : READ;

  return worker->application->statements[request] != NULL ? request : READ;
}

/* Returns: which of the rows that are there, but the one that the other worker asks for
 */
static guint
choose_row (Worker *worker)
{
  const Pair *pair = worker->pair;
  guint at = 0;

  do
    at = (guint) g_rand_int_range (worker->rand, 0, (gint32) pair->numbers->len);
  while (at == pair->busy[!worker->side]);
  return at;
}

static gint64
new_number (Worker *worker)
{
  gint64 number = (gint64) ++worker->n_asked * traffic.n_workers + worker->index;

  return number % 2000000000; /* an INTEGER */
}

static gint64 *
number_at (const Pair *pair, guint at)
{
  return &g_array_index (pair->numbers, gint64, at);
}

/* Returns: FALSE: its application asks for nothing */
static gboolean
begin (Worker *worker, Work *work)
{
  Pair *pair = worker->pair;
  const gint64 unknown = UNKNOWN;

  g_mutex_lock (&pair->mutex);
  gboolean is_on = g_atomic_int_get (&worker->application->is_on);
  if (is_on)
    {
      work->request = choose_request (worker);
      work->at = work->request == INSERT ? pair->numbers->len : choose_row (worker);
      if (work->request == INSERT)
        g_array_append_val (pair->numbers, unknown);
      work->number
          = work->request == READ ? *number_at (pair, work->at) : new_number (worker);
      pair->busy[worker->side] = work->at;
    }
  g_mutex_unlock (&pair->mutex);
  return is_on;
}

static void
end (Worker *worker, const Work *work, gboolean fine)
{
  Pair *pair = worker->pair;

  g_mutex_lock (&pair->mutex);
  if (work->request != READ)
    *number_at (pair, work->at) = fine ? work->number : UNKNOWN;
  pair->busy[worker->side] = IDLE;
  g_mutex_unlock (&pair->mutex);
}

/* Returns: whether what was read, NULL for no row, is what was written */
static gboolean
check_read (const Worker *worker, gint64 id, const char *expected, const char *text)
{
  if (g_strcmp0 (text, expected) == 0)
    return TRUE;
  g_autofree char *what = g_strdup_printf ("read %s, and %s was written",
                                           text != NULL ? text : "nothing", expected);
  tell (worker, "read", id, what);
  return FALSE;
}

/* One request, due at @due_us.  Returns: whether it was answered */
static gboolean
do_request (Worker *worker, const Work *work, gint64 due_us)
{
  const Application *application = worker->application;
  const char *sql = application->statements[work->request];
  gint64 id = id_of (worker->pair, work->at);
  g_autofree char *said = say_number (application, work->number);
  g_auto (GStrv) values = g_strsplit (said, "\t", -1);
  g_autofree char *text = NULL, *problem = NULL;
  gboolean replanned = FALSE, right = TRUE;
  guint n_conflicts = store_conflicts (worker->store);
  gboolean fine
      = work->request == READ
            ? store_read (worker->store, sql, id, &text, &replanned, &problem)
            : store_write (worker->store, sql, id, values, &replanned, &problem);

  if (!fine)
    tell (worker, REQUESTS[work->request], id, problem);
  else if (work->request == READ && work->number != UNKNOWN)
    right = check_read (worker, id, said, text);
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
  return fine;
}

static gpointer
work_on (gpointer data)
{
  Worker *worker = data;
  Work work;
  gint64 due_us
      = traffic.start_us + traffic.interval_us * worker->index / traffic.n_workers;

  for (; !g_atomic_int_get (&traffic.is_over); due_us += traffic.interval_us)
    {
      gint64 left_us = due_us - g_get_monotonic_time ();
      if (left_us > 0)
        g_usleep ((gulong) left_us);
      if (!begin (worker, &work))
        continue;
      gboolean fine = do_request (worker, &work, due_us);
      end (worker, &work, fine);
    }
  return NULL;
}

/* The end ----------------------------------------------------------------------- */

typedef struct
{
  const Application *application;
  GArray *numbers; /* by id - 1 */
  guint64 n_lost;
} Check;

static void
take_row (gint64 id, const char *text, gpointer data)
{
  Check *check = data;

  if (id < 1 || id > check->numbers->len)
    return;
  gint64 *number = &g_array_index (check->numbers, gint64, id - 1);
  g_autofree char *expected = say_number (check->application, *number);
  if (*number != UNKNOWN && !g_str_equal (text, expected) && check->n_lost++ < MOST_TOLD)
    fprintf (stderr, "traffic: %s: row %" G_GINT64_FORMAT " has %s, and %s was written\n",
             check->application->name, id, text, expected);
  *number = UNKNOWN; /* it was there */
}

static GArray *
all_numbers (void)
{
  GArray *numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  guint most = 0;

  for (guint i = 0; i < traffic.n_pairs; i++)
    most = MAX (most, traffic.pairs[i].numbers->len);
  g_array_set_size (numbers, most * traffic.n_pairs);
  for (guint i = 0; i < numbers->len; i++)
    g_array_index (numbers, gint64, i) = UNKNOWN;
  for (guint i = 0; i < traffic.n_pairs; i++)
    for (guint at = 0; at < traffic.pairs[i].numbers->len; at++)
      g_array_index (numbers, gint64, id_of (&traffic.pairs[i], at) - 1)
          = *number_at (&traffic.pairs[i], at);
  return numbers;
}

/* Returns: how many acknowledged writes @sql does not give as @application says them */
static guint64
count_lost_on (const char *url, const Application *application, const char *sql)
{
  g_autofree char *problem = NULL;
  Store *store = store_open (url, &problem);
  Check check = { .application = application, .numbers = all_numbers () };

  if (store == NULL || !store_each (store, sql, take_row, &check, &problem))
    g_error ("%s: %s", sql, problem);
  for (guint i = 0; i < check.numbers->len; i++)
    if (g_array_index (check.numbers, gint64, i) != UNKNOWN && check.n_lost++ < MOST_TOLD)
      fprintf (stderr, "traffic: %s: row %u is not there\n", application->name, i + 1);
  store_close (store);
  g_array_unref (check.numbers);
  return check.n_lost;
}

static guint64
count_lost (const Application *application, const char *sql)
{
  guint64 n_lost = 0;

  for (guint i = 0; traffic.urls[i] != NULL; i++)
    n_lost += count_lost_on (traffic.urls[i], application, sql);
  return n_lost;
}

/* The beginning ----------------------------------------------------------------- */

static Application *
find_application (const char *name)
{
  for (guint i = 0; i < N_APPLICATIONS; i++)
    if (g_str_equal (traffic.applications[i].name, name))
      return &traffic.applications[i];
  return NULL;
}

static void
take_line (const char *key, const char *value)
{
  g_auto (GStrv) words = g_strsplit (key, ".", 2);
  Application *application = find_application (words[0]);

  if (application == NULL || words[1] == NULL)
    g_error ("%s is not known", key);
  if (g_str_equal (words[1], "form"))
    application->form = g_strdup (value);
  for (guint i = 0; i < N_REQUESTS; i++)
    if (g_str_equal (words[1], REQUESTS[i]))
      application->statements[i] = g_strdup (value);
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
      take_line (lines[i], equals + strlen (" = "));
    }
}

static void
start_pair (Pair *pair, guint index)
{
  pair->index = index;
  pair->numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint at = 0; id_of (pair, at) <= traffic.n_rows; at++)
    {
      gint64 number = id_of (pair, at);
      g_array_append_val (pair->numbers, number);
    }
  g_mutex_init (&pair->mutex);
  for (guint i = 0; i < N_APPLICATIONS; i++)
    pair->busy[i] = IDLE;
}

/* Of the application's node, where there are several. */
static const char *
url_of (const Worker *worker)
{
  return traffic.urls[worker->side % g_strv_length (traffic.urls)];
}

static void
start_worker (Worker *worker, guint index)
{
  g_autofree char *problem = NULL;

  worker->index = index;
  worker->side = index % N_APPLICATIONS;
  worker->application = &traffic.applications[worker->side];
  worker->pair = &traffic.pairs[index / N_APPLICATIONS];
  worker->rand = g_rand_new_with_seed (index + 1);
  g_mutex_init (&worker->mutex);
  worker->store = store_open (url_of (worker), &problem);
  if (worker->store == NULL)
    g_error ("%s", problem);
  worker->thread = g_thread_new (worker->application->name, work_on, worker);
}

static gboolean
is_idle (const Worker *worker)
{
  g_mutex_lock (&worker->pair->mutex);
  gboolean idle = worker->pair->busy[worker->side] == IDLE;
  g_mutex_unlock (&worker->pair->mutex);
  return idle;
}

/* When an application is off, what it had begun is over. */
static void
turn (Application *application, gboolean is_on)
{
  g_atomic_int_set (&application->is_on, is_on);
  for (guint i = 0; i < traffic.n_workers && !is_on; i++)
    while (traffic.workers[i].application == application
           && !is_idle (&traffic.workers[i]))
      g_usleep (G_USEC_PER_SEC / 1000);
}

/* "old on", "old off", "old check SELECT …" */
static void
tell_application (const char *line)
{
  g_auto (GStrv) words = g_strsplit (line, " ", 3);
  Application *application = find_application (words[0]);

  if (application == NULL || words[1] == NULL)
    g_error ("%s is not known", line);
  if (words[2] != NULL)
    printf ("{\"lost\": %" G_GUINT64_FORMAT "}\n", count_lost (application, words[2]));
  else
    {
      turn (application, g_str_equal (words[1], "on"));
      printf ("{\"turned\": \"%s\"}\n", line);
    }
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
      else
        tell_application (line);
      fflush (stdout);
    }
}

int
main (int argc, char **argv)
{
  if (argc < 5)
    {
      fprintf (stderr, "usage: traffic URL[,URL…] PROFILE ROWS RATE [PAIRS]\n");
      return 2;
    }
  traffic.urls = g_strsplit (argv[1], ",", -1);
  traffic.applications[0].name = "old";
  traffic.applications[1].name = "new";
  read_profile (argv[2]);
  traffic.n_rows = (guint) g_ascii_strtoull (argv[3], NULL, 10);
  traffic.n_pairs = argc > 5 ? (guint) g_ascii_strtoull (argv[5], NULL, 10) : 8;
  traffic.n_workers = traffic.n_pairs * N_APPLICATIONS;
  traffic.interval_us = (gint64) (60.0 * G_USEC_PER_SEC * traffic.n_pairs
                                  / g_ascii_strtod (argv[4], NULL));
  traffic.pairs = g_new0 (Pair, traffic.n_pairs);
  for (guint i = 0; i < traffic.n_pairs; i++)
    start_pair (&traffic.pairs[i], i);
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
