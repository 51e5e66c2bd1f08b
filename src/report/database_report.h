/* SPDX-License-Identifier: Apache-2.0
 *
 * What is recorded in a database, drawn for people and for programs.
 */
#pragma once

#include "report/json_printer.h"
#include "report/report.h"
#include "runner/journal.h"

/* The last run of a migration, and how far it is. */
typedef struct
{
  const JournalRun *run;
  JournalTally tally; /* where it is not over */
} MigrationStatus;

/* Parts that the verb does not ask for are NULL. */
typedef struct
{
  const char *url;         /* redacted */
  const char *url_to_type; /* what follows --url in a command: "env" where it did */
  const char *engine;      /* "sqlite"; or NULL */
  gboolean has_journal;    /* something has been recorded here */
  const char *id;          /* the one migration asked for; or NULL */
  const char *nearest;     /* where it is not recorded, one that is; or NULL */
  const char *holder;      /* who holds the lock; NULL: nobody */
  GPtrArray *statuses;     /* const MigrationStatus *, unfinished ones first */
  GPtrArray *events;       /* const JournalEvent *, oldest first */
  GPtrArray *differences;  /* const char *: live against recorded */
  const char *failure;     /* why nothing could be read, without secrets; or NULL */
  int exit_code;
} DatabaseReport;

void report_text_status (GString *out, const DatabaseReport *report,
                         const ReportStyle *style);
void report_text_history (GString *out, const DatabaseReport *report,
                          const ReportStyle *style);
void report_text_verification (GString *out, const DatabaseReport *report,
                               const ReportStyle *style);

/* Each one object. */
void report_json_status (JsonPrinter *printer, const DatabaseReport *report);
void report_json_history (JsonPrinter *printer, const DatabaseReport *report);
void report_json_verification (JsonPrinter *printer, const DatabaseReport *report);
