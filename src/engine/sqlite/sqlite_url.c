/* SPDX-License-Identifier: Apache-2.0
 *
 * From a URL to a file.
 */
#include "config.h"

#include "engine/sqlite/sqlite_url.h"

#include <glib/gstdio.h>
#include <string.h>
#include <unistd.h>

#define SCHEME "sqlite:"
#define HEADER_LENGTH 20

/* Bytes 18 and 19 of the header say 2 where the database has a write-ahead log
 * (https://www.sqlite.org/fileformat.html, section 1.3.3). */
#define WAL_VERSION 2

static gboolean
refuse (const char *path, const char *why, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONNECT, "cannot open the database %s: %s",
               path, why);
  return FALSE;
}

/* SQLite reads a name that begins with "file:" as a URI; a path must not be taken so, nor
 * its percent signs and question marks. */
static char *
uri_of_path (const char *path, const char *query)
{
  g_autofree char *absolute = g_canonicalize_filename (path, NULL);
  g_autofree char *escaped = g_uri_escape_string (absolute, "/", FALSE);

  return g_strdup_printf ("file:%s%s", escaped, query);
}

gboolean
sqlite_url_parse (SqliteUrl *url, const char *text, GError **error)
{
  const char *path = g_ascii_strncasecmp (text, SCHEME, strlen (SCHEME)) == 0
                         ? text + strlen (SCHEME)
                         : text;

  *url = (SqliteUrl){ 0 };
  if (g_str_has_prefix (path, "///"))
    path += 2;
  if (path[0] == '\0' || strstr (path, ":memory:") != NULL
      || strstr (path, "mode=memory") != NULL)
    return refuse (path[0] == '\0' ? "''" : path,
                   "nothing would be left of it; name a file", error);
  url->is_uri = g_str_has_prefix (path, "file:");
  url->path = g_strdup (path);
  url->name = url->is_uri ? g_strdup (path) : uri_of_path (path, "");
  return TRUE;
}

void
sqlite_url_clear (SqliteUrl *url)
{
  g_clear_pointer (&url->path, g_free);
  g_clear_pointer (&url->name, g_free);
}

static gboolean
has_wal (const char *path)
{
  g_autofree char *wal = g_strdup_printf ("%s-wal", path);
  GStatBuf status;

  return g_stat (wal, &status) == 0 && status.st_size > 0;
}

static gboolean
is_wal_database (const char *path)
{
  guint8 header[HEADER_LENGTH] = { 0 };
  FILE *file = g_fopen (path, "rb");
  gboolean complete = file != NULL && fread (header, sizeof header, 1, file) == 1;

  if (file != NULL)
    fclose (file);
  return complete && header[18] == WAL_VERSION && header[19] == WAL_VERSION;
}

/* A reader of a database with a write-ahead log would make files beside it.  Where there
 * is no log to read it needs none: the file alone is the database. */
static void
open_without_traces (SqliteUrl *url)
{
  if (url->is_uri || !is_wal_database (url->path) || has_wal (url->path))
    return;
  g_free (url->name);
  url->name = uri_of_path (url->path, "?immutable=1");
}

static gboolean
check_missing (const SqliteUrl *url, SqlAccess access, GError **error)
{
  g_autofree char *folder = g_path_get_dirname (url->path);

  if (!g_file_test (folder, G_FILE_TEST_IS_DIR))
    return refuse (url->path, "there is no such folder", error);
  if (access == SQL_READ_WRITE)
    return refuse (url->path, "there is no such file; --seed-data makes it", error);
  return access == SQL_CREATE || refuse (url->path, "there is no such file", error);
}

gboolean
sqlite_url_check (SqliteUrl *url, SqlAccess access, GError **error)
{
  if (url->is_uri)
    return TRUE;
  if (g_file_test (url->path, G_FILE_TEST_IS_DIR))
    return refuse (url->path, "it is a folder", error);
  if (!g_file_test (url->path, G_FILE_TEST_EXISTS))
    return check_missing (url, access, error);
  if (g_access (url->path, R_OK) != 0)
    return refuse (url->path, "there is no permission to read it", error);
  if (access != SQL_READ_ONLY && g_access (url->path, W_OK) != 0)
    return refuse (url->path, "there is no permission to write it", error);
  if (access == SQL_READ_ONLY)
    open_without_traces (url);
  return TRUE;
}
