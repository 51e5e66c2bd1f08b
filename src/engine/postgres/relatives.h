/* SPDX-License-Identifier: Apache-2.0
 *
 * Relatives: partitions, and tables that inherit.  Much goes through a partitioned table
 * to its partitions by itself; what does not is found before anything is touched.
 */
#pragma once

#include "engine/postgres/detail.h"
#include "engine/postgres/live.h"

/* ZDM_ERROR_UNSUPPORTED when rows of the declared table may be another one's. */
gboolean pg_relatives_check_table (SqlConnection *connection, const PgTable *live,
                                   GError **error);

/* ZDM_ERROR_UNSUPPORTED when that cannot be done to a table with partitions, or to a
 * partition */
gboolean pg_relatives_check (SqlConnection *connection, const PgTable *live,
                             const PgDetail *detail, GError **error);
