/* SPDX-License-Identifier: Apache-2.0
 *
 * Reads `zdm.yaml`.
 */
#pragma once

#include "model/project.h"

#define PROJECT_FILE "zdm.yaml"

/* Returns: (nullable) (transfer full): NULL when there was an error among the findings */
Project *load_project (const char *path, const char *bytes, gsize length,
                       DiagnosticList *diagnostics);

/**
 * load_project_find:
 * @path: of a migration file
 *
 * Returns: (nullable) (transfer full): the path of the nearest zdm.yaml beside or above it
 */
char *load_project_find (const char *path);
