/* SPDX-License-Identifier: Apache-2.0
 *
 * Project: what a team has settled for all its migrations, in `zdm.yaml`.
 *
 *   engines: { postgres: "15", sqlite: "3.40" }
 *   rules:   { ZDM104: off, ZDM210: error }
 *   naming:  { table: "[a-z_]+", column: "…", index: "…", constraint: "…", id: "…" }
 *   limits:  { steps: 10, index_columns: 3 }
 *
 * The file is found by walking up from the migration.
 */
#pragma once

#include "model/arena.h"
#include "model/diagnostic.h"

typedef struct
{
  const char *name; /* an engine, a rule, what is named */
  const char *text; /* its version, its severity or "off", its pattern */
  Location location;
} ProjectEntry; /* lists end with a NULL name */

typedef struct
{
  Arena *arena;     /* owned */
  const char *path; /* of the file */
  const ProjectEntry *engines;
  const ProjectEntry *rules;
  const ProjectEntry *naming;
  guint max_steps;         /* 0: not said */
  guint max_index_columns; /* 0: not said */
} Project;

Project *project_new (const char *path);
void project_free (Project *project);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Project, project_free)

/* What @list says of @name (in any case), or NULL. */
const ProjectEntry *project_entry (const ProjectEntry *list, const char *name);
