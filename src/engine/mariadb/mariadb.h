/* SPDX-License-Identifier: Apache-2.0
 *
 * The engine that runs on MariaDB, 10.6 and later.
 */
#pragma once

#include "engine/sql/sql_engine.h"

extern const SqlEngine engine_mariadb;
