/* SPDX-License-Identifier: Apache-2.0
 *
 * SqliteTypes: https://www.sqlite.org/datatype3.html, section 3.1.
 */
#include "config.h"

#include "engine/sqlite/sqlite_types.h"

#include <string.h>

#define BIT(affinity) (1u << SQLITE_AFFINITY_##affinity)

/* Text in a NUMERIC column becomes a number only where it looks like one. */
#define TEXT_FITS (BIT (TEXT) | BIT (NUMERIC) | BIT (BLOB))

typedef struct
{
  const char *text;
  guint affinities;
} TypeRow;

static const TypeRow TYPES[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = { "TEXT", TEXT_FITS },
  [COLUMN_TYPE_VARCHAR] = { "TEXT", TEXT_FITS },
  [COLUMN_TYPE_CHAR] = { "TEXT", TEXT_FITS },
  [COLUMN_TYPE_INTEGER] = { "INTEGER", BIT (INTEGER) | BIT (NUMERIC) },
  [COLUMN_TYPE_BIGINT] = { "INTEGER", BIT (INTEGER) | BIT (NUMERIC) },
  [COLUMN_TYPE_DOUBLE] = { "REAL", BIT (REAL) | BIT (NUMERIC) },
  [COLUMN_TYPE_DECIMAL] = { "TEXT", TEXT_FITS },
  [COLUMN_TYPE_BOOLEAN] = { "INTEGER", BIT (INTEGER) | BIT (NUMERIC) },
  [COLUMN_TYPE_TIMESTAMP] = { "TEXT", TEXT_FITS },
  [COLUMN_TYPE_TIMESTAMPTZ] = { "TEXT", TEXT_FITS },
  [COLUMN_TYPE_DATE] = { "TEXT", TEXT_FITS },
  [COLUMN_TYPE_TIME] = { "TEXT", TEXT_FITS },
  [COLUMN_TYPE_JSON] = { "TEXT", TEXT_FITS },
  [COLUMN_TYPE_UUID] = { "TEXT", TEXT_FITS },
  [COLUMN_TYPE_BLOB] = { "BLOB", BIT (BLOB) },
  [COLUMN_TYPE_ENUM] = { "TEXT", TEXT_FITS },
};

const char *
sqlite_type_text (const TypeSpec *type)
{
  return TYPES[type->base].text;
}

/* The first row with a word of the declared type decides. */
static const struct
{
  const char *word;
  SqliteAffinity affinity;
} AFFINITIES[] = {
  { "INT", SQLITE_AFFINITY_INTEGER }, { "CHAR", SQLITE_AFFINITY_TEXT },
  { "CLOB", SQLITE_AFFINITY_TEXT },   { "TEXT", SQLITE_AFFINITY_TEXT },
  { "BLOB", SQLITE_AFFINITY_BLOB },   { "REAL", SQLITE_AFFINITY_REAL },
  { "FLOA", SQLITE_AFFINITY_REAL },   { "DOUB", SQLITE_AFFINITY_REAL },
};

SqliteAffinity
sqlite_type_affinity (const char *declared)
{
  g_autofree char *upper = NULL;

  if (declared == NULL || *declared == '\0')
    return SQLITE_AFFINITY_BLOB;
  upper = g_ascii_strup (declared, -1);
  for (guint i = 0; i < G_N_ELEMENTS (AFFINITIES); i++)
    if (strstr (upper, AFFINITIES[i].word) != NULL)
      return AFFINITIES[i].affinity;
  return SQLITE_AFFINITY_NUMERIC;
}

const char *
sqlite_affinity_to_string (SqliteAffinity affinity)
{
  static const char *const NAMES[] = { "BLOB", "TEXT", "NUMERIC", "INTEGER", "REAL" };

  return NAMES[affinity];
}

gboolean
sqlite_affinity_fits (SqliteAffinity affinity, const TypeSpec *type)
{
  return (TYPES[type->base].affinities & (1u << affinity)) != 0;
}
