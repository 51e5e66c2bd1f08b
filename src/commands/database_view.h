/* SPDX-License-Identifier: Apache-2.0
 *
 * DatabaseView: a database that is looked at and not changed, and what is told about it.
 */
#pragma once

#include "commands/command.h"
#include "engine/sql/sql_engine.h"
#include "report/database_report.h"
#include "runner/journal.h"

typedef struct
{
  SqlConnection *connection;
  Journal *journal;
  Arena *arena; /* of what is read */
  DatabaseReport report;
} DatabaseView;

/* What one verb asks for. */
typedef struct
{
  /* Fills the report; called only where something is recorded.  It may set the report's
   * exit code. */
  gboolean (*read) (DatabaseView *view, GError **error);
  void (*text) (GString *out, const DatabaseReport *report, const ReportStyle *style);
  void (*json) (JsonPrinter *printer, const DatabaseReport *report);
} DatabaseQuestion;

/* What a command ends with that could not read a database for that reason. */
int database_view_exit_code (const GError *error);

/* Opens the database of --url, asks and prints.  Returns: the exit code */
int database_view_run (const Invocation *invocation, const DatabaseQuestion *question);

/**
 * database_view_migration:
 * @id: (out): the id asked for, which may be said by its file; NULL: all are meant
 *
 * Returns: FALSE when that one is not recorded; the report's `nearest` is set then
 */
gboolean database_view_migration (DatabaseView *view, const GPtrArray *runs,
                                  const char **id);
