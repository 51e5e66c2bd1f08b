/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL's own parser over a text.
 */
#pragma once

#include "safety/sql_collector.h"

/* @statements: SqlStatement */
void sql_postgres_collect (SqlCollector *collector, const GArray *statements);
