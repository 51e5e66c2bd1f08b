/* SPDX-License-Identifier: Apache-2.0
 *
 * Carry: what is bound to one column of a live table, declared or not, comes to be bound
 * to another one that takes its place: indexes, keys, checks, foreign keys, the default,
 * the sequence.  It is built aside first, while everything goes on, so that placing it is
 * instant.  What cannot be carried is refused by name before anything is built.
 */
#pragma once

#include "engine/postgres/connection.h"
#include "engine/postgres/detail.h"

/* Whether it can be done to the column as it is now; one that is not there yet can.
 * ZDM_ERROR_UNSUPPORTED names what cannot be carried. */
gboolean pg_carry_check (SqlConnection *connection, const PgDetail *detail,
                         GError **error);

/* Outside of a transaction: the indexes alone, as soon as the other column is filled, so
 * that applications that know it search by it. */
gboolean pg_carry_mirror (SqlConnection *connection, const PgDetail *detail,
                          GError **error);

/* Outside of a transaction: what is missing of all. */
gboolean pg_carry_prepare (SqlConnection *connection, const PgDetail *detail,
                           GError **error);

/* Inside of one. */
gboolean pg_carry_place (SqlConnection *connection, const PgDetail *detail,
                         GError **error);
gboolean pg_swap (SqlConnection *connection, const PgDetail *detail, GError **error);
