/* SPDX-License-Identifier: Apache-2.0
 *
 * Code: the tokens of SQL that others have written, as far as MariaDB's SQL has to be
 * understood to find names in it.
 */
#pragma once

#include <glib.h>

typedef struct
{
  const char *at;          /* what comes next */
  gboolean no_escapes;     /* a backslash in a string is one */
  const char *start, *end; /* of the token that was found */
} MariaCode;

/* The code, as the mode says in which it was made. */
MariaCode maria_code (const char *text, const char *sql_mode);

/* The next name, text or sign; spaces and comments are none.  FALSE: there is none */
gboolean maria_code_next (MariaCode *code);

/* Whether a name was found, or what one mode or another takes for one. */
gboolean maria_code_is_word (const MariaCode *code);

/* Whether it is that name, in any case. */
gboolean maria_code_is_called (const MariaCode *code, const char *name);

/* What was found, without the quotes it may have. (transfer full) */
char *maria_code_name (const MariaCode *code);
