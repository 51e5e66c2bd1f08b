/* SPDX-License-Identifier: Apache-2.0
 *
 * What to type next about a migration that is recorded in a database.
 */
#pragma once

#include "report/database_report.h"

#define NEXT_COMMANDS_MAX 2

/**
 * next_commands:
 * @commands: gets whole commands, words quoted for a shell: the usual one first; each
 *   (transfer full)
 *
 * Returns: how many; none where nothing is to be done or a runner is at work
 */
guint next_commands (const DatabaseReport *report, const MigrationStatus *status,
                     char *commands[NEXT_COMMANDS_MAX]);

/* "zdm-run VERB ID --url …", whole and quoted for a shell; (transfer full)
 * @id: (nullable) */
char *next_command (const DatabaseReport *report, const char *verb, const char *id);
