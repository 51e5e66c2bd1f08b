/* SPDX-License-Identifier: Apache-2.0
 *
 * FileRun: one migration file on its way: load → plan → safety → run or rehearse.
 */
#pragma once

#include "commands/options.h"
#include "commands/project_finder.h"

typedef struct FileRun FileRun;

/**
 * file_run_new:
 * @path: "-" is standard input
 * @subject: how far to go
 * @options: borrowed
 * @projects: borrowed: finds the project that the file belongs to
 * @observer: hears of the steps; or NULL
 *
 * Does all of it. Nothing runs after an error.
 */
FileRun *file_run_new (const char *path, ReportSubject subject, const Options *options,
                       ProjectFinder *projects, const MigrationObserver *observer);
void file_run_free (FileRun *run);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (FileRun, file_run_free)

const FileReport *file_run_report (const FileRun *run);
