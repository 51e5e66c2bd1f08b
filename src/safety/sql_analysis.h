/* SPDX-License-Identifier: Apache-2.0
 *
 * SQL analysis: raw statements → effects.
 *
 * PostgreSQL's own parser (libpg_query) reads its dialect where the build has it; a
 * tokenizer finds the heads of statements otherwise.  What was not looked into says so.
 */
#pragma once

#include "safety/effect.h"
#include "safety/new_tables.h"

typedef struct
{
  const char *text;          /* NUL-ended */
  Location location;         /* of its first character */
  TextLayout layout;         /* a file of its own is a block */
  guint engines;             /* TargetEngine bits */
  const MigrationStep *step; /* or NULL */
  NewTables *new_tables;     /* of the steps before; gets those of the text; or NULL */
  struct SqlAllows *allows;  /* gets the comments that allow something; or NULL */
} SqlSource;

/**
 * sql_analyse:
 * @effects: gets one or more effects a statement
 */
void sql_analyse (const SqlSource *source, const Target *target, Arena *arena,
                  GPtrArray *effects);

/* Whether this build has PostgreSQL's parser. */
gboolean sql_analysis_has_parser (void);
