/* SPDX-License-Identifier: Apache-2.0
 *
 * SqliteTypes: the model's types and SQLite's.
 */
#pragma once

#include "model/type.h"

typedef enum
{
  SQLITE_AFFINITY_BLOB, /* none */
  SQLITE_AFFINITY_TEXT,
  SQLITE_AFFINITY_NUMERIC,
  SQLITE_AFFINITY_INTEGER,
  SQLITE_AFFINITY_REAL,
} SqliteAffinity;

/* What a new column is declared as: TEXT, INTEGER, REAL or BLOB. */
const char *sqlite_type_text (const TypeSpec *type);

/* The affinity of a declared type; @declared may be NULL or "": none. */
SqliteAffinity sqlite_type_affinity (const char *declared);
const char *sqlite_affinity_to_string (SqliteAffinity affinity); /* "NUMERIC" */

/* Whether values of @type keep their form in a column of that affinity. */
gboolean sqlite_affinity_fits (SqliteAffinity affinity, const TypeSpec *type);
