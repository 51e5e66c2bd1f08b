/* SPDX-License-Identifier: Apache-2.0
 *
 * The default of a column, on one of another type that takes its name: as its transform
 * gives it, so that a row that leaves it out becomes what it would have become while both
 * were there.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "engine/mariadb/detail.h"

/**
 * maria_carry_default:
 * @text: gets the default of the new column, in @arena; NULL: none
 *
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED where the transform makes none of it
 */
gboolean maria_carry_default (SqlConnection *connection, const MariaSwap *swap,
                              const char **text, Arena *arena, GError **error);

/* Whether all of them can be carried that the action number @i carries.
 * ZDM_ERROR_UNSAFE */
gboolean maria_carry_admit (SqlConnection *connection, const GPtrArray *actions, guint i,
                            GError **error);
