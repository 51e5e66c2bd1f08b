/* SPDX-License-Identifier: Apache-2.0
 *
 * Databases that SQL names: a name with a point behind it and none before.
 *
 * It may as well be that of a table or a row: those who ask know what databases there
 * are.
 */
#pragma once

#include "model/arena.h"

typedef struct
{
  gboolean ignores_case; /* the server, of names of databases */
  gboolean no_escapes;   /* a backslash in a string is one */
} MariaNameRules;

/* The text, with @to where it names the database @from. */
const char *maria_rename_database (const char *text, const char *from, const char *to,
                                   const MariaNameRules *rules, Arena *arena);

/* Returns: (nullable): the first of @databases (char *) that the text names */
const char *maria_named_database (const char *text, const GPtrArray *databases,
                                  const MariaNameRules *rules, Arena *arena);
