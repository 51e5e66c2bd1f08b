/* SPDX-License-Identifier: Apache-2.0
 *
 * Output: where the result goes, standard output or a file that appears whole or not
 * at all; and the line to standard error.
 */
#pragma once

#include <glib.h>

typedef struct Output Output;

/* Gives the standard streams descriptors that fail, where the caller closed them: else
 * the next file opened would become standard output. */
void output_guard_standard_streams (void);

/**
 * output_open:
 * @path: NULL for standard output
 *
 * A regular file (or none) is replaced at the end by output_close(); anything else, such
 * as a pipe, is written as it is.
 *
 * Returns: (nullable): NULL with ZDM_ERROR_IO
 */
Output *output_open (const char *path, GError **error);

/* Whether both name one regular file, which writing to the one would replace. */
gboolean output_is_same_file (const char *path, const char *other);

/* Writes all of @text at once. */
gboolean output_write (Output *output, const GString *text, GError **error);

/* Puts the file in its place. @output is gone, whatever is returned. */
gboolean output_close (Output *output, GError **error);

/* Leaves the old file as it was. */
void output_discard (Output *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Output, output_discard)

/* Returns: FALSE with errno */
gboolean write_all (int fd, const GString *text);

/* To standard error; what cannot be written is lost. */
void message_write (const GString *text);

/* "zdm-run: …", made printable. */
void message_error (const char *format, ...) G_GNUC_PRINTF (1, 2);
