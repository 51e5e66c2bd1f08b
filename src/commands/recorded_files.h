/* SPDX-License-Identifier: Apache-2.0
 *
 * RecordedFiles: the migrations that a database knows, beside the files that are judged.
 */
#pragma once

#include "safety/safety.h"

typedef struct RecordedFiles RecordedFiles;

/**
 * recorded_files_open:
 * @url: of the database, which is only read
 *
 * Returns: (nullable): NULL with an error for database_view_exit_code(); without secrets
 */
RecordedFiles *recorded_files_open (const char *url, GError **error);
void recorded_files_free (RecordedFiles *files);

/**
 * recorded_files_edit:
 * @bytes: @length bytes of the file, which load_bytes() has found good
 * @edit: gets what has been edited; borrowed until the next call
 *
 * Returns: whether the file's migration has been started and is another one now.  One
 * that was rolled back may be edited.
 */
gboolean recorded_files_edit (RecordedFiles *files, const char *id, const char *bytes,
                              gsize length, RecordedEdit *edit);
