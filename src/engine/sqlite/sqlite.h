/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite: dialect and driver.
 */
#pragma once

#include "engine/sql/sql_engine.h"

extern const SqlEngine engine_sqlite;
