/* SPDX-License-Identifier: Apache-2.0
 *
 * Store: one connection of an application to a server.
 */
#pragma once

#include <glib.h>

typedef struct Store Store;

/* @problem: (transfer full): gets why not, when it returns NULL */
Store *store_open (const char *url, char **problem);
void store_close (Store *store);

/**
 * store_write:
 * @sql: with $1 for @id, $2 for the first of @values, $3 for the next; prepared when it
 *   is first asked
 * @replanned: gets whether the server asked for the statement to be prepared anew, which
 *   drivers do
 *
 * Autocommitted.  After an error the connection is opened anew where it is gone.
 *
 * Returns: whether one row was written
 */
gboolean store_write (Store *store, const char *sql, gint64 id, char **values,
                      gboolean *replanned, char **problem);

/* The same for a query; @text: (transfer full): gets the values of its only row, with a
 * tab between two of them and "null" for null; NULL: no row */
gboolean store_read (Store *store, const char *sql, gint64 id, char **text,
                     gboolean *replanned, char **problem);

/* How often another node of the cluster wrote the same row at the same moment and was
 * faster (error 1213); each time the statement was asked again, as applications do. */
guint store_conflicts (const Store *store);

/* Calls @row for each row of a query: its first value, and the others as above. */
gboolean store_each (Store *store, const char *sql,
                     void (*row) (gint64 id, const char *text, gpointer data),
                     gpointer data, char **problem);
