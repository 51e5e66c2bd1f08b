/* SPDX-License-Identifier: Apache-2.0
 *
 * Looks for zdm.yaml, and keeps what it found by folder.
 */
#include "config.h"

#include "commands/project_finder.h"

#include <string.h>

#include "commands/source_file.h"
#include "load/load_project.h"
#include "report/source_path.h"
#include "safety/settings.h"

#define FILE_NAME "zdm.yaml"

struct ProjectFinder
{
  const Options *options;
  GHashTable *by_folder; /* path → Project *, borrowed; NULL where there is none */
  GHashTable *by_file;   /* full path of a zdm.yaml → Project *, owned */
  GHashTable *broken;    /* the Project * among them that hold errors */
};

ProjectFinder *
project_finder_new (const Options *options)
{
  ProjectFinder *finder = g_new0 (ProjectFinder, 1);

  finder->options = options;
  finder->by_folder = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  finder->by_file = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                           (GDestroyNotify) project_free);
  finder->broken = g_hash_table_new (NULL, NULL);
  return finder;
}

void
project_finder_free (ProjectFinder *finder)
{
  g_hash_table_unref (finder->broken);
  g_hash_table_unref (finder->by_folder);
  g_hash_table_unref (finder->by_file);
  g_free (finder);
}

static Project *
read_project (const char *path, DiagnosticList *diagnostics)
{
  const char *name = source_path (path);
  g_autoptr (GBytes) bytes = source_file_read (path, name, diagnostics);
  gsize length;

  if (bytes == NULL)
    return project_new (name);
  const char *text = g_bytes_get_data (bytes, &length);
  Project *project = load_project (name, text != NULL ? text : "", length, diagnostics);
  safety_settings_check (project, diagnostics);
  return project;
}

/* @path is absolute. */
static const Project *
project_of_file (ProjectFinder *finder, const char *path, DiagnosticList *diagnostics)
{
  Project *project = g_hash_table_lookup (finder->by_file, path);
  guint n_errors = diagnostic_list_count (diagnostics, SEVERITY_ERROR);

  if (project != NULL)
    return project;
  project = read_project (path, diagnostics);
  g_hash_table_insert (finder->by_file, g_strdup (path), project);
  if (diagnostic_list_count (diagnostics, SEVERITY_ERROR) > n_errors)
    g_hash_table_add (finder->broken, project);
  return project;
}

/* A folder with `.git` is a repository's top: what lies above is somebody else's. */
static gboolean
is_top (const char *folder)
{
  g_autofree char *git = g_build_filename (folder, ".git", NULL);

  return g_file_test (git, G_FILE_TEST_EXISTS) || g_str_equal (folder, "/");
}

static const Project *
project_of_folder (ProjectFinder *finder, const char *folder, DiagnosticList *diagnostics)
{
  g_autofree char *file = g_build_filename (folder, FILE_NAME, NULL);
  g_autofree char *above = g_path_get_dirname (folder);
  gpointer known;
  const Project *project = NULL;

  if (g_hash_table_lookup_extended (finder->by_folder, folder, NULL, &known))
    return known;
  if (g_file_test (file, G_FILE_TEST_EXISTS))
    project = project_of_file (finder, file, diagnostics);
  else if (!is_top (folder))
    project = project_of_folder (finder, above, diagnostics);
  g_hash_table_insert (finder->by_folder, g_strdup (folder), (gpointer) project);
  return project;
}

gboolean
project_finder_is_project (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);

  return g_str_equal (name, FILE_NAME);
}

gboolean
project_finder_check (ProjectFinder *finder, const char *path,
                      DiagnosticList *diagnostics)
{
  g_autofree char *full = g_canonicalize_filename (path, NULL);

  return !g_hash_table_contains (finder->broken,
                                 project_of_file (finder, full, diagnostics));
}

const Project *
project_finder_find (ProjectFinder *finder, const char *path, DiagnosticList *diagnostics)
{
  if (finder->options->no_config)
    return NULL;
  const char *config = finder->options->config;
  g_autofree char *full = g_canonicalize_filename (config != NULL ? config : path, NULL);
  if (config != NULL)
    return project_of_file (finder, full, diagnostics);
  g_autofree char *folder = g_path_get_dirname (full);
  return project_of_folder (finder, folder, diagnostics);
}
