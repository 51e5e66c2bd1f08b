/* SPDX-License-Identifier: Apache-2.0
 *
 * status: how far the migrations of a database are.
 */
#include "config.h"

#include "commands/database_view.h"
#include "commands/verbs.h"
#include "runner/lease.h"

static void
add_status (DatabaseView *view, const JournalRun *run, GHashTable *by_run)
{
  MigrationStatus *status = arena_new0 (view->arena, MigrationStatus);

  status->run = run;
  g_hash_table_insert (by_run, (gpointer) &run->number, status);
  g_ptr_array_add (view->report.statuses, status);
}

static gboolean
read_tallies (DatabaseView *view, GHashTable *by_run, GError **error)
{
  g_autoptr (GPtrArray) tallies = g_ptr_array_new ();

  if (!journal_tallies (view->journal, view->arena, tallies, error))
    return FALSE;
  for (guint i = 0; i < tallies->len; i++)
    {
      const JournalTally *tally = g_ptr_array_index (tallies, i);
      MigrationStatus *status = g_hash_table_lookup (by_run, &tally->run);
      if (status != NULL)
        status->tally = *tally;
    }
  return TRUE;
}

/* In two passes over the list, so that each half keeps its order. */
static void
put_unfinished_first (GPtrArray *statuses)
{
  g_autoptr (GPtrArray) all = g_ptr_array_copy (statuses, NULL, NULL);

  g_ptr_array_set_size (statuses, 0);
  for (guint finished = 0; finished < 2; finished++)
    for (guint i = 0; i < all->len; i++)
      {
        MigrationStatus *status = g_ptr_array_index (all, i);
        if (run_state_is_over (status->run->state) == (gboolean) finished)
          g_ptr_array_add (statuses, status);
      }
}

static gboolean
read_holder (DatabaseView *view, GError **error)
{
  g_autofree char *holder = NULL;

  if (!lease_holder (view->connection, &holder, error))
    return FALSE;
  view->report.holder = arena_strdup (view->arena, holder);
  return TRUE;
}

static gboolean
read_status (DatabaseView *view, GError **error)
{
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();
  g_autoptr (GHashTable) by_run = g_hash_table_new (g_int64_hash, g_int64_equal);
  const char *id;

  if (!read_holder (view, error)
      || !journal_runs (view->journal, FALSE, view->arena, runs, error))
    return FALSE;
  if (!database_view_migration (view, runs, &id))
    return TRUE;
  for (guint i = 0; i < runs->len; i++)
    {
      const JournalRun *run = g_ptr_array_index (runs, i);

      if (id == NULL || g_str_equal (run->id, id))
        add_status (view, run, by_run);
    }
  if (!read_tallies (view, by_run, error))
    return FALSE;
  put_unfinished_first (view->report.statuses);
  return TRUE;
}

static int
status (const Invocation *invocation)
{
  static const DatabaseQuestion QUESTION
      = { read_status, report_text_status, report_json_status };

  return database_view_run (invocation, &QUESTION);
}

const Command command_status = {
  .name = "status",
  .option = N_OPTIONS,
  .arguments = "[ID]",
  .kind = ARGUMENTS_NAME,
  .max_arguments = 1,
  .options = OPTIONS_EVERYWHERE | OPTION_BIT (OPTION_URL) | OPTION_BIT (OPTION_FORMAT)
             | OPTION_BIT (OPTION_OUTPUT),
  .required = OPTION_BIT (OPTION_URL),
  .summary = "show how far a database's migrations are",
  .details
  = "Shows the last run of each migration that is recorded in the database of --url,\n"
    "unfinished ones first, with the next command to type, and who holds the lock.\n"
    "Writes nothing.",
  .run = status,
};
