/* SPDX-License-Identifier: Apache-2.0
 *
 * Bytes of a zdm.yaml → Project.
 *
 * Names of rules and engines are taken as they are: safety/settings.h knows them.
 */
#pragma once

#include "load/reader.h"
#include "model/project.h"

/**
 * load_project:
 * @path: what findings call the file
 * @diagnostics: gets every finding
 *
 * Returns: (transfer full): what could be read, never NULL
 */
Project *load_project (const char *path, const char *bytes, gsize length,
                       DiagnosticList *diagnostics);

/* For the test that keeps schema/project.schema.json in step. */
extern const KeyTable PROJECT_KEYS;
extern const KeyTable NAMING_KEYS;
extern const KeyTable LIMITS_KEYS;
extern const char *const PROJECT_SEVERITIES[]; /* NULL-ended */
