/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of types share: one specification of each type.
 */
#pragma once

#include <string.h>

#include "model/error.h"
#include "model/type.h"
#include "testing.h"

static const char *const COLOURS[] = { "red", "zielony", "żółty", NULL };

static const TypeSpec TEXT = { .base = COLUMN_TYPE_TEXT };
static const TypeSpec VARCHAR = { .base = COLUMN_TYPE_VARCHAR, .length = 5 };
static const TypeSpec CHAR = { .base = COLUMN_TYPE_CHAR, .length = 3 };
static const TypeSpec INTEGER = { .base = COLUMN_TYPE_INTEGER };
static const TypeSpec BIGINT = { .base = COLUMN_TYPE_BIGINT };
static const TypeSpec DOUBLE = { .base = COLUMN_TYPE_DOUBLE };
static const TypeSpec DECIMAL
    = { .base = COLUMN_TYPE_DECIMAL, .precision = 6, .scale = 2 };
static const TypeSpec ANY_DECIMAL = { .base = COLUMN_TYPE_DECIMAL };
static const TypeSpec BOOLEAN = { .base = COLUMN_TYPE_BOOLEAN };
static const TypeSpec TIMESTAMP = { .base = COLUMN_TYPE_TIMESTAMP };
static const TypeSpec TIMESTAMPTZ = { .base = COLUMN_TYPE_TIMESTAMPTZ };
static const TypeSpec DATE = { .base = COLUMN_TYPE_DATE };
static const TypeSpec TIME = { .base = COLUMN_TYPE_TIME };
static const TypeSpec JSON = { .base = COLUMN_TYPE_JSON };
static const TypeSpec UUID = { .base = COLUMN_TYPE_UUID };
static const TypeSpec BLOB = { .base = COLUMN_TYPE_BLOB };
static const TypeSpec ENUM = { .base = COLUMN_TYPE_ENUM, .values = COLOURS };

G_GNUC_UNUSED static const TypeSpec *const ALL[] = {
  &TEXT,    &VARCHAR,     &CHAR,    &INTEGER,   &BIGINT,      &DOUBLE,
  &DECIMAL, &ANY_DECIMAL, &BOOLEAN, &TIMESTAMP, &TIMESTAMPTZ, &DATE,
  &TIME,    &JSON,        &UUID,    &BLOB,      &ENUM,
};
