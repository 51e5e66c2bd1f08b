/* SPDX-License-Identifier: Apache-2.0
 *
 * Ask: whether what a trigger works out can be worked out there.  One that names what is
 * not there fails every write, and is believed by the server until then; and before a row
 * is inserted its AUTO_INCREMENT is 0.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "model/database.h"

typedef struct
{
  const char *what;         /* what it is */
  const char *const *reads; /* columns of the row, and perhaps other words, NULL-ended */
  const char *text;         /* SQL of the user's; or NULL: there is none in it */
  const char *sql;          /* a query that is prepared, and not run */
  const char *without;      /* the same where what it makes is not to be read */
} MariaAsk;

/* Of all that triggers of the table work out; NULL-ended. */
const MariaAsk *const *maria_asks (const Database *shape, const Table *table,
                                   Arena *arena);

/* Whether the action number @i of the plan makes triggers of which all can be asked.
 * ZDM_ERROR_UNSAFE */
gboolean maria_asks_admit (SqlConnection *connection, const GPtrArray *actions, guint i,
                           GError **error);
