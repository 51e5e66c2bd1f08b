/* SPDX-License-Identifier: Apache-2.0
 *
 * Shell words: a file's name in a command to copy.
 */
#pragma once

#include <glib.h>

/* Appends @file as one word of a shell, printable; "<stdin>" is "-". */
void shell_word_append (GString *out, const char *file);
