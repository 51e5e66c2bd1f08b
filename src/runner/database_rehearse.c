/* SPDX-License-Identifier: Apache-2.0
 *
 * Copies, runs, kills, and what is left of them.
 */
#include "config.h"

#include "runner/database_rehearse.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "model/error.h"

/* A fill may have thousands of chunks; killing after each of them proves no more than
 * after these many. */
#define MAX_KILLS 60

#define KILLED_RUN_MS 30000

typedef struct
{
  const DatabaseOptions *options;
  const DatabaseJob *job;
  Rehearsal *rehearsal;
  char *folder;
  char *pristine;       /* URL of the copy that nothing is done to */
  GPtrArray *copies;    /* URLs of all that are there, owned */
  guint n_copies;       /* that there have been */
  char *start, *end;    /* digests */
  guint n_transactions; /* of a run to the end */
} Scene;

/* Copies ---------------------------------------------------------------------- */

/* FALSE with ZDM_ERROR_INTERRUPTED */
static gboolean
go_on (const Scene *scene, GError **error)
{
  if (scene->options->stops == NULL || !scene->options->stops ())
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INTERRUPTED,
               "a signal asked for an end: the promises were not all tried");
  return FALSE;
}

static char *
copy_of (Scene *scene, const char *url, GError **error)
{
  g_autofree char *name = g_strdup_printf ("%u", scene->n_copies++);
  g_autofree char *path = g_build_filename (scene->folder, name, NULL);
  char *copy
      = go_on (scene, error) ? scene->options->engine->copy (url, path, error) : NULL;

  if (copy != NULL)
    g_ptr_array_add (scene->copies, g_strdup (copy));
  return copy;
}

/* Nothing holds the newest one any more; it is the first to go. */
static void
forget_copies (Scene *scene, guint n_left)
{
  while (scene->copies->len > n_left)
    {
      g_autofree char *url
          = g_ptr_array_steal_index (scene->copies, scene->copies->len - 1);
      scene->options->engine->forget_copy (url);
    }
}

static char *
digest_of (const Scene *scene, const char *url, GError **error)
{
  const SqlEngine *engine = scene->options->engine;
  SqlConnection *connection = engine->open (url, SQL_READ_WRITE, error);

  if (connection == NULL)
    return NULL;
  char *digest = engine->digest (connection, error);
  engine->close (connection);
  return digest;
}

static void
clear_folder (const char *folder)
{
  GDir *dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      g_unlink (path);
    }
  if (dir != NULL)
    g_dir_close (dir);
  g_rmdir (folder);
}

/* Playing ----------------------------------------------------------------------- */

/* How one play goes. */
typedef struct
{
  DatabaseGoal goal;
  guint fail_at;
  gboolean has_until;
  MigrationPhase until;
  guint *n_transactions; /* counts them; or NULL */
  guint kill_after;      /* transactions; 0: not */
} Play;

static void
count_transaction (gpointer data, G_GNUC_UNUSED const Action *action)
{
  const Play *play = data;

  (*play->n_transactions)++;
  if (*play->n_transactions == play->kill_after)
    kill (getpid (), SIGKILL);
}

/* A rehearsal looks at the migration itself: a mark is no part of it. */
static MigrationPlan *
unmarked_plan (const MigrationPlan *plan)
{
  MigrationPlan *fresh = migration_plan_fresh (plan);

  for (guint i = 0; i < migration_plan_n_steps (fresh); i++)
    migration_plan_step (fresh, i)->fail = FALSE;
  return fresh;
}

static DatabaseOutcome
play_on (const Scene *scene, const char *url, const Play *play, GError **error)
{
  DatabaseOptions options = *scene->options;
  g_autoptr (MigrationPlan) plan = unmarked_plan (scene->job->plan);
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  DatabaseJob job = *scene->job;
  DatabaseOutcome outcome;

  options.url = url;
  options.fail_at = play->fail_at;
  options.has_until = play->has_until;
  options.until = play->until;
  options.observer = NULL;
  options.chunk = NULL;
  options.pause = NULL;
  options.seed_data = FALSE;
  /* What goes on in the server of a run that was killed keeps the lock until it ends. */
  options.wait_lock_ms = MAX (options.wait_lock_ms, KILLED_RUN_MS);
  options.committed = play->n_transactions != NULL ? count_transaction : NULL;
  options.data = (gpointer) play;
  job.plan = plan;
  g_autoptr (DatabaseRun) run = database_run_open (&options, &outcome, error);
  return run != NULL ? database_run_go (run, play->goal, &job, diagnostics, error)
                     : outcome;
}

/* What is recorded of the migration in a copy; @found: FALSE where nothing was begun. */
static RunState
state_in (const Scene *scene, const char *url, gboolean *found)
{
  const SqlEngine *engine = scene->options->engine;
  SqlConnection *connection = engine->open (url, SQL_READ_WRITE, NULL);
  g_autoptr (Arena) arena = arena_new ();
  const JournalRun *record = NULL;

  *found = FALSE;
  if (connection == NULL)
    return RUN_STUCK;
  Journal *journal = journal_open (connection, 0);
  journal_find (journal, scene->job->migration->id, arena, &record, NULL);
  journal_free (journal);
  engine->close (connection);
  /* What was rolled back is as if it had never been begun. */
  *found = record != NULL && record->state != RUN_ROLLED_BACK;
  return *found ? record->state : RUN_RUNNING;
}

/* From wherever it is to its end, as a person would. */
static gboolean
play_to_end (const Scene *scene, const char *url, guint *n_transactions, guint kill_after,
             GError **error)
{
  Play play = { .n_transactions = n_transactions, .kill_after = kill_after };
  gboolean found;
  RunState state = state_in (scene, url, &found);

  if (!found || state == RUN_RUNNING || state == RUN_STOPPED)
    {
      play.goal = found ? DATABASE_GOAL_CONTINUE : DATABASE_GOAL_RUN;
      if (play_on (scene, url, &play, error) != DATABASE_DONE)
        return FALSE;
      state = state_in (scene, url, &found);
    }
  play.goal = DATABASE_GOAL_CONTRACT;
  return state != RUN_WAITING || play_on (scene, url, &play, error) == DATABASE_DONE;
}

/* Laws ------------------------------------------------------------------------ */

static void
add_law (Scene *scene, const char *name, const char *reason)
{
  Rehearsal *rehearsal = scene->rehearsal;
  RehearsalLaw *law = arena_new0 (rehearsal->arena, RehearsalLaw);

  law->name
      = arena_printf (rehearsal->arena, "on %s, %s", scene->options->engine->name, name);
  law->holds = reason == NULL;
  law->reason = reason != NULL ? arena_strdup (rehearsal->arena, reason) : NULL;
  rehearsal->green = rehearsal->green && law->holds;
  g_ptr_array_add (rehearsal->laws, law);
}

static char *
reason_of (const GError *error, const char *otherwise)
{
  return g_strdup (error != NULL ? error->message : otherwise);
}

/* Why the copy is not what it shall be; NULL: it is. */
static char *
difference_of (const Scene *scene, const char *url, const char *wanted, const char *what)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *digest = digest_of (scene, url, &error);

  if (digest == NULL)
    return reason_of (error, "it cannot be read");
  return g_str_equal (digest, wanted)
             ? NULL
             : g_strdup_printf ("schema and rows are not %s", what);
}

static gboolean
run_to_end (Scene *scene, GError **error)
{
  g_autofree char *url = copy_of (scene, scene->pristine, error);
  g_autoptr (GError) problem = NULL;

  if (url == NULL)
    return FALSE;
  gboolean fine = play_to_end (scene, url, &scene->n_transactions, 0, &problem);
  scene->end = fine ? digest_of (scene, url, &problem) : NULL;
  add_law (scene, "it runs to its end",
           scene->end != NULL ? NULL
                              : (problem != NULL ? problem->message : "it does not"));
  if (scene->end == NULL)
    return TRUE;
  const Play again = { .goal = DATABASE_GOAL_RUN };
  g_autofree char *why = NULL;
  if (play_on (scene, url, &again, &problem) != DATABASE_DONE)
    why = reason_of (problem, "it is refused");
  else
    why = difference_of (scene, url, scene->end, "those of the end");
  add_law (scene, "a second run changes nothing", why);
  return TRUE;
}

/* A fault in a contract comes with the contract. */
static gboolean
fault_at (Scene *scene, const MigrationStep *step, GError **error)
{
  g_autofree char *url = copy_of (scene, scene->pristine, error);
  g_autoptr (GError) problem = NULL;
  g_autofree char *why = NULL;
  Play play = { .goal = DATABASE_GOAL_RUN, .fail_at = step->index };

  if (url == NULL)
    return FALSE;
  DatabaseOutcome outcome = play_on (scene, url, &play, &problem);
  if (outcome == DATABASE_DONE && step->phase == MIGRATION_PHASE_CONTRACTING)
    {
      play.goal = DATABASE_GOAL_CONTRACT;
      outcome = play_on (scene, url, &play, &problem);
    }
  if (outcome != DATABASE_ROLLED_BACK)
    why = reason_of (problem, "it is not rolled back");
  else
    why = difference_of (scene, url, scene->start, "those of the start");
  g_autofree char *name
      = g_strdup_printf ("a fault at step %u leaves the start", step->index);
  add_law (scene, name, why);
  return TRUE;
}

static gboolean
abort_after (Scene *scene, MigrationPhase phase, GError **error)
{
  g_autofree char *url = copy_of (scene, scene->pristine, error);
  g_autoptr (GError) problem = NULL;
  g_autofree char *why = NULL;
  const Play forward = { .goal = DATABASE_GOAL_RUN, .has_until = TRUE, .until = phase };
  const Play back = { .goal = DATABASE_GOAL_ABORT };
  gboolean found;

  if (url == NULL)
    return FALSE;
  if (play_on (scene, url, &forward, &problem) != DATABASE_DONE)
    why = reason_of (problem, "it does not come that far");
  else if (state_in (scene, url, &found) == RUN_COMPLETE)
    return TRUE; /* it was all there is */
  else if (play_on (scene, url, &back, &problem) != DATABASE_DONE)
    why = reason_of (problem, "it is refused");
  else
    why = difference_of (scene, url, scene->start, "those of the start");
  g_autofree char *name = g_strdup_printf ("an abort after %s leaves the start",
                                           migration_phase_to_word (phase));
  add_law (scene, name, why);
  return TRUE;
}

/* Kills ----------------------------------------------------------------------- */

/* A process of its own runs until it is killed; at the end it kills itself. */
static gboolean
run_and_kill (const Scene *scene, const char *url, guint kill_after, GError **error)
{
  pid_t child = fork ();
  int status;

  if (child == 0)
    {
      guint n = 0;
      play_to_end (scene, url, &n, kill_after, NULL);
      kill (getpid (), SIGKILL);
    }
  if (child > 0 && waitpid (child, &status, 0) == child)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_IO, "a process to be killed cannot be made");
  return FALSE;
}

/* Behind the line of no return an abort is refused, and says so. */
static char *
difference_of_abort (const Scene *scene, const char *url, DatabaseOutcome outcome,
                     const GError *problem)
{
  if (outcome == DATABASE_REFUSED)
    return NULL;
  return outcome == DATABASE_DONE
             ? difference_of (scene, url, scene->start, "those of the start")
             : reason_of (problem, "it cannot be aborted");
}

static char *
after_kill (Scene *scene, const char *url, guint kill_after, gboolean goes_on)
{
  const Play back = { .goal = DATABASE_GOAL_ABORT };
  g_autoptr (GError) problem = NULL;
  g_autofree char *why = NULL;
  gboolean found;

  if (!run_and_kill (scene, url, kill_after, &problem))
    why = reason_of (problem, "");
  else if (goes_on)
    why = play_to_end (scene, url, NULL, 0, &problem)
              ? difference_of (scene, url, scene->end, "those of the end")
              : reason_of (problem, "it cannot be continued");
  else if (state_in (scene, url, &found) == RUN_COMPLETE || !found)
    return found ? NULL : difference_of (scene, url, scene->start, "those of the start");
  else
    why = difference_of_abort (scene, url, play_on (scene, url, &back, &problem),
                               problem);
  return why != NULL ? g_strdup_printf ("after transaction %u: %s", kill_after, why)
                     : NULL;
}

static gboolean
kill_everywhere (Scene *scene, gboolean goes_on, const char *name, GError **error)
{
  guint n = scene->n_transactions, n_kills = MIN (n, MAX_KILLS);
  guint n_before = scene->copies->len;
  g_autofree char *why = NULL;

  for (guint i = 1; why == NULL && i <= n_kills; i++)
    {
      g_autofree char *url = copy_of (scene, scene->pristine, error);
      if (url == NULL)
        return FALSE;
      why = after_kill (
          scene, url, n_kills == n ? i : 1 + (i - 1) * (n - 1) / (n_kills - 1), goes_on);
      forget_copies (scene, n_before);
    }
  g_autofree char *law
      = n_kills == n
            ? g_strdup_printf ("killed after each of its %u transactions, %s", n, name)
            : g_strdup_printf ("killed after %u of its %u transactions, %s", n_kills, n,
                               name);
  add_law (scene, law, why);
  return TRUE;
}

static gboolean
check_fresh (const Scene *scene, GError **error)
{
  gboolean found;

  state_in (scene, scene->pristine, &found);
  if (found)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
                 "'%s' has been started in this database already: there is nothing to "
                 "rehearse",
                 scene->job->migration->id);
  return !found;
}

static gboolean
check_laws (Scene *scene, GError **error)
{
  if (!run_to_end (scene, error))
    return FALSE;
  if (scene->end == NULL)
    return go_on (scene,
                  error); /* whatever comes of the rest, it would only be an echo */
  for (guint i = 0; i < migration_plan_n_steps (scene->job->plan); i++)
    if (!fault_at (scene, migration_plan_step (scene->job->plan, i), error))
      return FALSE;
  return abort_after (scene, MIGRATION_PHASE_EXPANDING, error)
         && abort_after (scene, MIGRATION_PHASE_MIGRATING, error)
         && kill_everywhere (scene, TRUE, "`continue` ends alike", error)
         && kill_everywhere (scene, FALSE, "`abort` leaves the start", error)
         && go_on (scene, error);
}

static DatabaseOutcome
outcome_of (const GError *problem)
{
  switch (problem->code)
    {
    case ZDM_ERROR_DRIFT:
      return DATABASE_DRIFTED;
    case ZDM_ERROR_UNSAFE:
      return DATABASE_UNSAFE;
    case ZDM_ERROR_INTERRUPTED:
      return DATABASE_INTERRUPTED;
    default:
      return DATABASE_UNREACHABLE;
    }
}

gboolean
database_rehearse (const DatabaseOptions *options, const DatabaseJob *job,
                   Rehearsal *rehearsal, DatabaseOutcome *outcome, GError **error)
{
  Scene scene = { .options = options, .job = job, .rehearsal = rehearsal };
  GError *problem = NULL;

  if (options->engine->copy == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "this zdm-run makes no scratch copy on %s yet, and never rehearses on "
                   "the database itself; without --url it rehearses in memory",
                   options->engine->name);
      *outcome = DATABASE_REFUSED;
      return FALSE;
    }
  scene.copies = g_ptr_array_new_with_free_func (g_free);
  scene.folder = g_dir_make_tmp ("zdm-rehearse-XXXXXX", &problem);
  if (scene.folder != NULL)
    scene.pristine = copy_of (&scene, options->url, &problem);
  if (scene.pristine != NULL)
    scene.start = digest_of (&scene, scene.pristine, &problem);
  gboolean fine = scene.start != NULL && check_fresh (&scene, &problem)
                  && check_laws (&scene, &problem);
  if (!fine)
    add_law (&scene, "all promises are tried", "it did not come that far");
  forget_copies (&scene, 0);
  g_ptr_array_unref (scene.copies);
  if (scene.folder != NULL)
    clear_folder (scene.folder);
  g_free (scene.folder);
  g_free (scene.pristine);
  g_free (scene.start);
  g_free (scene.end);
  *outcome = fine ? DATABASE_DONE : outcome_of (problem);
  if (problem != NULL)
    g_propagate_error (error, problem);
  return fine;
}
