/* SPDX-License-Identifier: Apache-2.0
 *
 * Rows: the actions of a step that moves rows, and what gives them back.
 */
#pragma once

#include "engine/mariadb/difference.h"

/* Behind the difference of the shapes.  FALSE with ZDM_ERROR_UNSUPPORTED */
gboolean maria_rows_plan (MariaDifference *difference, GError **error);

/* On the way back, before the difference. */
gboolean maria_rows_undo (MariaDifference *difference, GError **error);
