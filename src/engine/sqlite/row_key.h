/* SPDX-License-Identifier: Apache-2.0
 *
 * RowKey: how the rows of a live table are told apart and walked: by the rowid, or by the
 * primary key of a WITHOUT ROWID table.
 */
#pragma once

#include "engine/sqlite/catalog.h"

typedef struct
{
  const char *table;          /* quoted */
  const char *const *columns; /* quoted, NULL-ended: an alias of rowid, or the key */
  guint n;
  const char *list; /* "a, b" */
  gboolean by_rowid;
  /* What tells them apart over a long time: VACUUM may number rowids anew that are no
   * column.  Quoted, NULL-ended */
  const char *const *lasting;
  const char *const *lasting_names; /* the same without quotes, for messages */
} RowKey;

/* FALSE with ZDM_ERROR_UNSUPPORTED when no name of the rowid is free. */
gboolean row_key_init (RowKey *key, const SqliteTable *table, Arena *arena,
                       GError **error);

/* The SQL of a text that names a row: "id 7". */
void row_key_append_shown (const RowKey *key, GString *sql);

/* The condition by which a trigger finds the row NEW. */
const char *row_key_locator (const RowKey *key, Arena *arena);
