/* SPDX-License-Identifier: Apache-2.0
 *
 * Source paths: files as a program that knows the repository wants them named, relative
 * to the folder the call was made in.
 */
#pragma once

#include <glib.h>

/* Without "./", and without the current folder where it is below it.  Borrows from
 * @file. */
const char *source_path (const char *file);

/* The same as a URI reference: percent-encoded, or file:… for what is elsewhere.
 * Returns: (transfer full) */
char *source_uri (const char *file);

/* Whether source_uri() gives one that is relative. */
gboolean source_is_relative (const char *file);
