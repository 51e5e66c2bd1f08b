/* SPDX-License-Identifier: Apache-2.0
 *
 * Given: a file to be judged by the rules, and what it is judged with: a folder under
 * tests/cases/rules/, or the blocks of a page under doc/rules/.
 *
 * The first line of a file may say for which engines it is judged, as
 * "# engines: postgres:14.3"; else it is the default, which is PostgreSQL for a plain SQL
 * file.  Where it names several, it is judged for each of them alone as well, and a
 * finding that not all of them have says whose it is: "[mysql, sqlite]".
 */
#pragma once

#include "safety/safety.h"

#define RULE_CASES "tests/cases/rules"

typedef struct
{
  char *text;     /* YAML, or SQL that begins with a comment; or NULL */
  char *before;   /* the file before it; or NULL */
  char *settings; /* the text of a zdm.yaml; or NULL */
  char *recorded; /* the file as a database has recorded its start; or NULL */
} Given;

/* Of "ZDM001-no-steps" and "bad-change": migration.yaml or migration.sql, before.yaml,
 * zdm.yaml and recorded.yaml. */
Given given_of_case (const char *rule, const char *name);

/* Of the block "```yaml KIND" or "```sql KIND", and of the blocks "before",
 * "zdm.yaml" and "recorded". */
Given given_of_page (const char *page, const char *kind);

void given_clear (Given *given);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Given, given_clear)

/**
 * given_check:
 * @diagnostics: gets what is found, sorted
 *
 * Returns: (nullable): why it could not be judged at all, in static text
 */
const char *given_check (const Given *given, DiagnosticList *diagnostics);

/* Whether this build can look into all of it: one without PostgreSQL's parser cannot
 * show what needs it. */
gboolean given_is_readable (const Given *given);

/* The findings, one a line; or why it could not be judged. */
char *given_findings (const Given *given);

gboolean given_has_finding_of (const Given *given, const char *rule);

/* A path in the source tree. */
char *source_path (const char *relative);

/* Its text; NULL where there is no such file. */
char *source_read (const char *relative);

/* The names of the folders in a folder, sorted. */
GStrv source_folders (const char *relative);
