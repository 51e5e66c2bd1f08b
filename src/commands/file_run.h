/* SPDX-License-Identifier: Apache-2.0
 *
 * FileRun: one migration file on its way: load → plan → safety → run or rehearse.
 */
#pragma once

#include "commands/options.h"
#include "commands/past.h"
#include "commands/project_finder.h"
#include "commands/recorded_files.h"
#include "runner/database_run.h"

typedef struct FileRun FileRun;

/* What a file is judged with besides itself; shared by the files of a call. */
typedef struct
{
  ProjectFinder *projects; /* finds the project that the file belongs to */
  Past *past;              /* the files before it; gets this one too */
  RecordedFiles *recorded; /* what the database of --url knows of it; or NULL */
} FileNeighbours;

/**
 * file_run_new:
 * @path: "-" is standard input
 * @subject: how far to go
 * @options: borrowed
 * @neighbours: borrowed
 * @observer: hears of the steps; or NULL
 *
 * Does all of it. Nothing runs after an error.
 */
FileRun *file_run_new (const char *path, ReportSubject subject, const Options *options,
                       const FileNeighbours *neighbours,
                       const MigrationObserver *observer);

/**
 * file_run_new_recorded:
 * @word: a file, or the id of a migration that the database of --url has recorded; NULL:
 *   the only one that is not finished
 *
 * What is recorded is no longer judged by the rules: it has been started.
 */
FileRun *file_run_new_recorded (const char *word, DatabaseGoal goal,
                                const Options *options, const FileNeighbours *neighbours,
                                const MigrationObserver *observer);
void file_run_free (FileRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FileRun, file_run_free)

const FileReport *file_run_report (const FileRun *run);
