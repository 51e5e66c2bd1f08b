/* SPDX-License-Identifier: Apache-2.0
 *
 * MariaCopy: a database that becomes another one on the same server.
 *
 * The server copies it itself: no row comes here, so each keeps its exact bytes.
 * Nothing in the copy names another database than itself, so that what is done to it
 * reaches nothing else; only a view may read one.
 */
#pragma once

#include "engine/mariadb/connection.h"

typedef struct
{
  SqlConnection *connection;
  const char *source, *copy;  /* names of both */
  const char *home, *scratch; /* the same, quoted */
  GPtrArray *others;          /* char *: names of all databases but the copy */
  gboolean ignores_case;      /* the server, of their names */
  gboolean is_ambiguous;      /* a table is called like the source */
  gboolean is_live;           /* applications write to the source */
  Arena *arena;
} MariaCopy;

/* Once the copy is there and in use: sequences and tables, then all of their rows as they
 * are at one moment, which nobody who writes them has to wait for. */
gboolean maria_copy_tables (const MariaCopy *copy, GError **error);

/* After them: routines, views, triggers, all of the account that copies. */
gboolean maria_copy_code (const MariaCopy *copy, GError **error);

/* For both. ------------------------------------------------------------------------ */

/* The definition as the copy shall have it.  NULL with ZDM_ERROR_UNSAFE where it names
 * another database than its own. @what: "table 't'"; @sql_mode: of who wrote the text;
 * NULL: the server has */
const char *maria_copy_text (const MariaCopy *copy, const char *what, const char *text,
                             const char *sql_mode, GError **error);

/* Rows of the catalogue about the source. @select: ends with the column of its name */
MariadbResult *maria_copy_list (const MariaCopy *copy, const char *select,
                                const char *order, GError **error);

/* Runs it, and says of what it was where that fails. */
gboolean maria_copy_run (const MariaCopy *copy, const char *what, const char *sql,
                         GError **error);

/* What SHOW CREATE says in that column. @kind: "TABLE" */
gboolean maria_copy_show (const MariaCopy *copy, const char *kind, const char *name,
                          const char *column, const char **text, GError **error);
