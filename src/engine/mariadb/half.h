/* SPDX-License-Identifier: Apache-2.0
 *
 * The new half of a table that is split: its columns are all that they were in the old
 * one.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "engine/mariadb/detail.h"

/* Makes @detail->table by @text, and then its columns what those of the same name are in
 * @detail->like. */
gboolean maria_make_half (SqlConnection *connection, const MariaDetail *detail,
                          GError **error);
