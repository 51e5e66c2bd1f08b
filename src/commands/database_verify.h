/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a database still is what its journal says.
 */
#pragma once

#include "engine/sql/sql_engine.h"

/**
 * database_verify:
 * @connection: read-only is enough; its journal is there
 * @differences: gets one sentence (char *, transfer full) for each thing in which the
 * live tables differ from what is recorded of the migrations
 *
 * Returns: FALSE with @error when it could not look; differences are no error
 */
gboolean database_verify (SqlConnection *connection, GPtrArray *differences,
                          GError **error);
