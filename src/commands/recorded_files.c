/* SPDX-License-Identifier: Apache-2.0
 *
 * The journal of --url, read once.
 */
#include "config.h"

#include "commands/recorded_files.h"

#include "commands/database_engine.h"
#include "commands/database_url.h"
#include "load/checksum.h"
#include "model/text_difference.h"
#include "runner/journal.h"

struct RecordedFiles
{
  Arena *arena;
  GHashTable *runs; /* id → const JournalRun *, in @arena */
  TextDifference difference;
};

static void
add_run (RecordedFiles *files, const JournalRun *run)
{
  if (run->state != RUN_ROLLED_BACK)
    g_hash_table_insert (files->runs, (gpointer) run->id, (gpointer) run);
}

static gboolean
read_journal (RecordedFiles *files, SqlConnection *connection, GError **error)
{
  g_autoptr (Journal) journal = journal_open (connection, 0);
  g_autoptr (GPtrArray) runs = g_ptr_array_new ();

  if (!journal_runs (journal, TRUE, files->arena, runs, error))
    return FALSE;
  for (guint i = 0; i < runs->len; i++)
    add_run (files, runs->pdata[i]);
  return TRUE;
}

static gboolean
read_database (RecordedFiles *files, const char *url, GError **error)
{
  const SqlEngine *engine = database_engine_find (url, error);
  SqlConnection *connection
      = engine != NULL ? engine->open (url, SQL_READ_ONLY, error) : NULL;
  gboolean fine = connection != NULL && read_journal (files, connection, error);

  if (connection != NULL)
    engine->close (connection);
  return fine;
}

RecordedFiles *
recorded_files_open (const char *url, GError **error)
{
  RecordedFiles *files = g_new0 (RecordedFiles, 1);
  GError *problem = NULL;

  files->arena = arena_new ();
  files->runs = g_hash_table_new (g_str_hash, g_str_equal);
  if (read_database (files, url, &problem))
    return files;
  g_autofree char *message = database_url_clean (problem->message, url);
  g_set_error_literal (error, problem->domain, problem->code, message);
  g_error_free (problem);
  recorded_files_free (files);
  return NULL;
}

void
recorded_files_free (RecordedFiles *files)
{
  if (files == NULL)
    return;
  text_difference_clear (&files->difference);
  g_hash_table_unref (files->runs);
  arena_free (files->arena);
  g_free (files);
}

gboolean
recorded_files_edit (RecordedFiles *files, const char *id, const char *bytes,
                     gsize length, RecordedEdit *edit)
{
  const JournalRun *run = g_hash_table_lookup (files->runs, id);
  g_autofree char *checksum = run != NULL ? checksum_of_file (bytes, length) : NULL;

  if (run == NULL || g_str_equal (checksum, run->checksum))
    return FALSE;
  g_autofree char *text = g_strndup (bytes, length);
  text_difference_clear (&files->difference);
  files->difference = text_difference (run->source, text);
  *edit = (RecordedEdit){ .started = run->started,
                          .line = files->difference.line,
                          .was = files->difference.was };
  return TRUE;
}
