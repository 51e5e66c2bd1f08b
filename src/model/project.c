/* SPDX-License-Identifier: Apache-2.0
 *
 * Project: a few lists with places.
 */
#include "config.h"

#include "model/project.h"

Project *
project_new (const char *path)
{
  Project *project = g_new0 (Project, 1);

  project->arena = arena_new ();
  project->path = arena_strdup (project->arena, path);
  return project;
}

void
project_free (Project *project)
{
  if (project == NULL)
    return;
  arena_free (project->arena);
  g_free (project);
}

const ProjectEntry *
project_entry (const ProjectEntry *list, const char *name)
{
  for (; list != NULL && list->name != NULL; list++)
    if (g_ascii_strcasecmp (list->name, name) == 0)
      return list;
  return NULL;
}
