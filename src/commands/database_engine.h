/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine of a URL, where this program was built with it.
 */
#pragma once

#include "engine/sql/sql_engine.h"

/* NULL with ZDM_ERROR_INVALID (no such kind of database) or ZDM_ERROR_UNSUPPORTED (none
 * in this build): wrong usage, both of them. */
const SqlEngine *database_engine_find (const char *url, GError **error);
