/* SPDX-License-Identifier: Apache-2.0
 *
 * ProjectFinder: which zdm.yaml a file is under.
 *
 * It is looked for in the file's folder and in those above, up to the top of the
 * repository; each folder is looked at once in a call.
 */
#pragma once

#include "commands/options.h"
#include "model/project.h"

typedef struct ProjectFinder ProjectFinder;

ProjectFinder *project_finder_new (const Options *options);
void project_finder_free (ProjectFinder *finder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (ProjectFinder, project_finder_free)

/* Whether @path is a project's own file, which may stand among migrations. */
gboolean project_finder_is_project (const char *path);

/* Reads the project's file @path.  Returns: whether it holds no error, also when that
 * was said before */
gboolean project_finder_check (ProjectFinder *finder, const char *path,
                               DiagnosticList *diagnostics);

/**
 * project_finder_find:
 * @path: of a migration; "-" is as a file in the current folder
 * @diagnostics: gets what is wrong with the zdm.yaml, when it is read the first time
 *
 * Returns: (nullable): what could be read of it; NULL when there is none
 */
const Project *project_finder_find (ProjectFinder *finder, const char *path,
                                    DiagnosticList *diagnostics);
