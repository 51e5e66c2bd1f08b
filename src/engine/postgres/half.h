/* SPDX-License-Identifier: Apache-2.0
 *
 * Half: the new table of a split, whose columns are of the types that they have in the
 * live old one; those that move have what is bound to them there, also where the file
 * does not declare it.
 */
#pragma once

#include "engine/postgres/connection.h"
#include "engine/postgres/detail.h"

/* @detail->table, of @detail->shape. */
gboolean pg_create_half (SqlConnection *connection, const PgDetail *detail,
                         GError **error);
