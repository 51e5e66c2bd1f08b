/* SPDX-License-Identifier: Apache-2.0
 *
 * The folder of `--history`, folded file by file.
 */
#include "config.h"

#include "commands/past.h"

#include "commands/source_file.h"
#include "load/load.h"
#include "model/error.h"
#include "planner/planner.h"

struct Past
{
  History *history;
  char *folder;     /* or NULL */
  GPtrArray *names; /* char *: the folder's files, in their order */
  Arena *arena;     /* of the next */
  GHashTable *seen; /* real paths of the files that are folded */
  guint n_folded;   /* files of the folder that need not be looked at again */
};

static gboolean
is_migration (const char *name)
{
  return name[0] != '.'
         && (g_str_has_suffix (name, ".yaml") || g_str_has_suffix (name, ".yml")
             || g_str_has_suffix (name, ".sql"));
}

static int
compare_names (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static gboolean
list_folder (Past *past, GError **error)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GDir) dir = g_dir_open (past->folder, 0, &problem);
  const char *name;

  if (dir == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "--history: %s",
                   problem->message);
      return FALSE;
    }
  while ((name = g_dir_read_name (dir)) != NULL)
    if (is_migration (name))
      g_ptr_array_add (past->names, g_strdup (name));
  g_ptr_array_sort (past->names, compare_names);
  return TRUE;
}

Past *
past_new (const char *folder, GError **error)
{
  g_autoptr (Past) past = g_new0 (Past, 1);

  past->history = history_new ();
  past->folder = g_strdup (folder);
  past->names = g_ptr_array_new_with_free_func (g_free);
  past->arena = arena_new ();
  past->seen = g_hash_table_new (g_str_hash, g_str_equal);
  if (folder != NULL && !list_folder (past, error))
    return NULL;
  return g_steal_pointer (&past);
}

void
past_free (Past *past)
{
  if (past == NULL)
    return;
  history_free (past->history);
  g_free (past->folder);
  g_ptr_array_unref (past->names);
  g_hash_table_unref (past->seen);
  arena_free (past->arena);
  g_free (past);
}

/* Returns: FALSE when it was there already */
static gboolean
note_seen (Past *past, const char *path)
{
  g_autofree char *real = g_canonicalize_filename (path, NULL);

  return !g_hash_table_contains (past->seen, real)
         && g_hash_table_add (past->seen, arena_strdup (past->arena, real));
}

/* Reading ------------------------------------------------------------------------ */

static void
fold_sql (Past *past, const char *path, const char *text, const Target *target)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (DiagnosticList) ignored = diagnostic_list_new ();
  g_autoptr (GPtrArray) effects = NULL;
  SafetyOptions options = { .target = *target };

  safety_check_sql (path, text, &options, arena, &effects, ignored);
  history_fold (past->history, path, NULL, effects);
}

static void
fold_yaml (Past *past, const char *path, const char *text, gsize length,
           const Target *target)
{
  g_autoptr (DiagnosticList) ignored = diagnostic_list_new ();
  g_autoptr (Migration) migration = load_bytes (path, text, length, ignored);
  g_autoptr (MigrationPlan) plan
      = migration != NULL ? planner_plan (migration, ignored) : NULL;

  if (plan == NULL)
    return;
  g_autoptr (GPtrArray) effects = effects_of_plan (migration, plan, target, plan->arena);
  history_fold (past->history, path, migration, effects);
}

static void
fold_file (Past *past, const char *path, const Target *target)
{
  g_autoptr (DiagnosticList) ignored = diagnostic_list_new ();
  g_autoptr (GBytes) bytes = source_file_read (path, path, ignored);
  gsize length;

  if (bytes == NULL)
    return;
  const char *data = g_bytes_get_data (bytes, &length);
  g_autofree char *text = g_strndup (data != NULL ? data : "", length);
  if (g_str_has_suffix (path, ".sql"))
    fold_sql (past, path, text, target);
  else
    fold_yaml (past, path, text, length, target);
}

static void
fold_folder_before (Past *past, const char *name, const Target *target)
{
  for (; past->n_folded < past->names->len; past->n_folded++)
    {
      const char *next = past->names->pdata[past->n_folded];
      if (name != NULL && g_strcmp0 (next, name) >= 0)
        return;
      g_autofree char *path = g_build_filename (past->folder, next, NULL);
      if (note_seen (past, path))
        fold_file (past, path, target);
    }
}

const History *
past_before (Past *past, const char *path, const Target *target)
{
  g_autofree char *name = g_path_get_basename (path);

  fold_folder_before (past, g_str_equal (path, "-") ? NULL : name, target);
  return past->history;
}

void
past_add (Past *past, const char *path, const Migration *migration,
          const GPtrArray *effects)
{
  if (g_str_equal (path, "-") || note_seen (past, path))
    history_fold (past->history, path, migration, effects);
}
