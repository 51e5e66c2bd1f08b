/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports: results drawn for people and for programs.  A renderer appends to a GString
 * and prints nothing.
 */
#pragma once

#include "model/migration.h"
#include "runner/executor.h"
#include "runner/rehearse.h"

typedef enum
{
  REPORT_FORMAT_TEXT,
  REPORT_FORMAT_JSON,
} ReportFormat;

/* Everything there is to say about one file of a call; parts may be NULL. */
typedef struct
{
  const char *file;
  const Migration *migration;        /* NULL when it did not load */
  const MigrationPlan *plan;         /* NULL when it was not planned */
  const DiagnosticList *diagnostics; /* never NULL */
  const MigrationExecutor *executor; /* when it ran */
  const Database *tables;            /* as they are now */
  const Rehearsal *rehearsal;
  const char *engine; /* "memory" */
  const char *const *notes; /* NULL-ended; or NULL */
  int exit_code;
} FileReport;

typedef struct
{
  gboolean color;
  gboolean verbose;
  guint max_rows; /* of each table, in JSON */
} ReportStyle;
