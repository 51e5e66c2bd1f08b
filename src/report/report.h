/* SPDX-License-Identifier: Apache-2.0
 *
 * Reports: results drawn for people and for programs.  A renderer appends to a GString
 * and prints nothing.
 */
#pragma once

#include "engine/sql/action.h"
#include "model/migration.h"
#include "report/json_printer.h"
#include "runner/executor.h"
#include "runner/rehearse.h"

typedef enum
{
  REPORT_FORMAT_TEXT,
  REPORT_FORMAT_JSON,
  REPORT_FORMAT_SARIF,
  REPORT_FORMAT_JUNIT,
  REPORT_FORMAT_GITHUB,
  REPORT_FORMAT_GITLAB,
} ReportFormat;

#define N_REPORT_FORMATS 6

/* What was to be done with the file. */
typedef enum
{
  REPORT_OF_RUN,
  REPORT_OF_VALIDATION,
  REPORT_OF_PLAN,
  REPORT_OF_REHEARSAL,
} ReportSubject;

/* Everything there is to say about one file of a call; parts may be NULL. */
typedef struct
{
  ReportSubject subject;
  const char *file;                  /* as the user named it; "<stdin>" */
  GBytes *source;                    /* what was read, for excerpts */
  const Migration *migration;        /* NULL when it did not load */
  const MigrationPlan *plan;         /* NULL when it was not planned */
  const DiagnosticList *diagnostics; /* never NULL */
  const GPtrArray *effects;          /* Effect *: what the plan does; NULL without one */
  const MigrationExecutor *executor; /* when it ran */
  const Database *tables;            /* as they are now */
  const guint64 *row_counts; /* of each, where @tables does not have all rows; or NULL */
  const Rehearsal *rehearsal;
  const EnginePlan *engine_plans; /* of a plan: for each engine asked for */
  guint n_engine_plans;
  const char *engine;       /* "memory" */
  const char *const *notes; /* NULL-ended; or NULL */
  const char *state;        /* of the database, after a failure; NULL: none was touched */
  const char *next;         /* what to type next on a database; or NULL */
  const char *const *details; /* of the failure, a line each; NULL-ended; or NULL */
  const char *failure;        /* why it stopped, where no diagnostic says so; or NULL */
  Severity refused_from;      /* findings of this severity or worse refuse the file */
  int exit_code;
} FileReport;

typedef struct
{
  gboolean color;
  gboolean quiet;
  gboolean verbose;
  guint max_rows; /* shown of each table */
} ReportStyle;

/* The result on standard output: one of these a subject. */
typedef void (*ReportText) (GString *out, const FileReport *report,
                            const ReportStyle *style);

void report_text_run (GString *out, const FileReport *report, const ReportStyle *style);
void report_text_validation (GString *out, const FileReport *report,
                             const ReportStyle *style);
void report_text_plan (GString *out, const FileReport *report, const ReportStyle *style);
void report_text_rehearsal (GString *out, const FileReport *report,
                            const ReportStyle *style);

/* The tables, aligned; at most style->max_rows rows each. */
void report_text_tables (GString *out, const FileReport *report,
                         const ReportStyle *style);

/* For standard error: findings with an excerpt of the file, notes, and after a failure
 * what failed and where, the state of the database and the next command. */
void report_text_messages (GString *out, const FileReport *report,
                           const ReportStyle *style);

/* The same for programs: one object. */
void report_json (JsonPrinter *printer, const FileReport *report,
                  const ReportStyle *style);

/* "2 errors, 1 warning in 3 files" */
void report_text_summary (GString *out, guint n_errors, guint n_warnings, guint n_files);
