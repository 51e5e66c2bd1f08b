/* SPDX-License-Identifier: Apache-2.0
 *
 * Every table of keys the loader knows, for the test that keeps
 * schema/migration.schema.json in step with it.
 */
#pragma once

#include "load/reader.h"

extern const KeyTable FILE_KEYS;
