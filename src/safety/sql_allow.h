/* SPDX-License-Identifier: Apache-2.0
 *
 * `-- zdm:allow RULE reason`: comments that excuse a finding of one statement.
 *
 * Such a comment covers the statement it stands in or behind on its line, else the one
 * that begins in the line after it; `zdm:allow-file`, before the first statement, covers
 * the file.
 */
#pragma once

#include "safety/sql_place.h"
#include "safety/sql_split.h"

typedef struct SqlAllows
{
  GHashTable *of_statements; /* start of the statement → const Allow *, a list */
  GPtrArray *of_file;        /* const Allow *, each a list of one */
  GPtrArray *of_nothing;     /* the same: they cover no statement */
  GPtrArray *problems;       /* const SqlAllowProblem * */
} SqlAllows;

typedef struct
{
  Location location;
  const char *message;
} SqlAllowProblem;

SqlAllows *sql_allows_new (void);
void sql_allows_free (SqlAllows *allows);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SqlAllows, sql_allows_free)

/* @statements: SqlStatement, of the text */
void sql_allows_read (SqlAllows *allows, const SqlSource *source, TargetEngine engine,
                      const GArray *statements, Arena *arena);

/* The list for the statement that begins at @start; or NULL. */
const Allow *sql_allows_of (const SqlAllows *allows, gsize start);
