/* SPDX-License-Identifier: Apache-2.0
 *
 * --url and what goes with it: the database that is meant, and how patient to be.
 */
#pragma once

#include "commands/options.h"

#define DATABASE_OPTIONS_LOCK_TIMEOUT_MS 30000
#define DATABASE_OPTIONS_MAX_LAG_MS 5000

/**
 * database_options_read:
 *
 * Resolves "--url env", and refuses a URL of no known scheme and options that mean
 * nothing without a database.
 *
 * Returns: FALSE with ZDM_ERROR_INVALID, which shows no password
 */
gboolean database_options_read (Options *options, GError **error);
