/* SPDX-License-Identifier: Apache-2.0
 *
 * SqliteUrl: `sqlite:PATH`, and what is at that path.
 */
#pragma once

#include "engine/sql/sql_engine.h"

typedef struct
{
  char *path; /* of the file; for a name of SQLite's own (`sqlite:file:…`) that name */
  char *name; /* what SQLite is asked to open */
  gboolean is_uri;
  gboolean immutable; /* read as if nobody could write it */
  guint64 stamp[4];   /* what it was then */
} SqliteUrl;

/* A path is taken as it stands, percent signs too; `sqlite:///abs` is `/abs`.  What would
 * be gone with the connection is refused: ZDM_ERROR_CONNECT. */
gboolean sqlite_url_parse (SqliteUrl *url, const char *text, GError **error);
void sqlite_url_clear (SqliteUrl *url);

/* Says in people's words what cannot be opened, and chooses how a reader opens a file
 * that must not be written.  ZDM_ERROR_CONNECT */
gboolean sqlite_url_check (SqliteUrl *url, SqlAccess access, GError **error);

/* Whether what was read is true: a file that is read as if nobody could write it, and has
 * been written meanwhile, is ZDM_ERROR_LOCK_TIMEOUT: try again. */
gboolean sqlite_url_is_unchanged (const SqliteUrl *url, GError **error);
