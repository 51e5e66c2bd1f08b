/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlText: names and values as SQLite reads them.
 */
#pragma once

#include "model/type.h"

void sqlite_append_identifier (GString *out, const char *name);
void sqlite_append_literal (GString *out, const TypeSpec *type, const Value *value);

const char *sqlite_identifier (Arena *arena, const char *name);
const char *sqlite_literal (Arena *arena, const TypeSpec *type, const Value *value);
