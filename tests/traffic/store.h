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
 * store_ask:
 * @sql: with $1 for @id and $2 for @value; prepared when it is first asked
 * @reads: it has no $2, and gives one value
 * @text: (transfer full): gets that value; NULL: no row, or null
 *
 * @replanned: gets whether the server asked for the statement to be prepared anew, which
 *   drivers do
 *
 * Autocommitted.  After an error the connection is opened anew where it is gone.
 */
gboolean store_ask (Store *store, const char *sql, gint64 id, gint64 value,
                    gboolean reads, char **text, gboolean *replanned, char **problem);

/* How often another node of the cluster wrote the same row at the same moment and was
 * faster (error 1213); each time the statement was asked again, as applications do. */
guint store_conflicts (const Store *store);

/* Calls @row for each row of a query that gives an id and a value. */
gboolean store_each (Store *store, const char *sql,
                     void (*row) (gint64 id, const char *text, gpointer data),
                     gpointer data, char **problem);
