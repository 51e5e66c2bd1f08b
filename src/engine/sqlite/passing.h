/* SPDX-License-Identifier: Apache-2.0
 *
 * Passing: the state in which a row is for a moment when it is written by the new name of
 * a column, before the trigger brings the old one into step.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sqlite/detail.h"

/* @detail: of an added column.  FALSE with ZDM_ERROR_UNSUPPORTED where the definition
 * would not let such a row pass. */
gboolean passing_check (sqlite3 *db, const SqliteDetail *detail, GError **error);
