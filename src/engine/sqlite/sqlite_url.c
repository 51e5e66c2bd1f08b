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
#define URI_SCHEME "file:"
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

/* What SQLite keeps in memory, or in a file that it removes.  A path is kept, whatever is
 * in it, but for the one name that everybody knows to mean memory. */
static gboolean
is_kept (const char *path, gboolean is_uri)
{
  const char *name = is_uri ? path + strlen (URI_SCHEME) : path;
  const char *base = strrchr (path, '/');

  if (name[0] == '\0' || name[0] == '?' || name[0] == '#')
    return FALSE;
  if (!is_uri)
    return !g_str_equal (base != NULL ? base + 1 : path, ":memory:");
  return strstr (name, ":memory:") == NULL && strstr (name, "mode=memory") == NULL
         && strstr (name, "vfs=memdb") == NULL;
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
  url->is_uri = g_str_has_prefix (path, URI_SCHEME);
  if (!is_kept (path, url->is_uri))
    return refuse (path[0] == '\0' ? "''" : path,
                   "nothing would be left of it; name a file", error);
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
is_beside (const char *path, const char *suffix)
{
  g_autofree char *name = g_strconcat (path, suffix, NULL);

  return g_file_test (name, G_FILE_TEST_EXISTS);
}

static guint64
size_beside (const char *path, const char *suffix)
{
  g_autofree char *name = g_strconcat (path, suffix, NULL);
  GStatBuf status;

  return g_stat (name, &status) == 0 ? (guint64) status.st_size : 0;
}

static void
take_stamp (const char *path, guint64 stamp[4])
{
  GStatBuf status;

  memset (stamp, 0, 4 * sizeof *stamp);
  if (g_stat (path, &status) == 0)
    {
      stamp[0] = (guint64) status.st_ino;
      stamp[1] = (guint64) status.st_size;
      stamp[2] = (guint64) status.st_mtim.tv_sec * 1000000000u
                 + (guint64) status.st_mtim.tv_nsec;
    }
  stamp[3] = size_beside (path, "-wal");
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

/* A reader of a database with a write-ahead log would make files beside it.  Where its
 * log is empty and nobody has it open, the file alone is the database. */
static void
open_without_traces (SqliteUrl *url)
{
  gboolean is_open = is_beside (url->path, "-wal") && is_beside (url->path, "-shm");

  if (!is_wal_database (url->path) || is_open || size_beside (url->path, "-wal") > 0)
    return;
  take_stamp (url->path, url->stamp);
  url->immutable = TRUE;
  g_free (url->name);
  url->name = uri_of_path (url->path, "?immutable=1");
}

gboolean
sqlite_url_is_unchanged (const SqliteUrl *url, GError **error)
{
  guint64 stamp[4];

  if (!url->immutable)
    return TRUE;
  take_stamp (url->path, stamp);
  if (memcmp (stamp, url->stamp, sizeof stamp) == 0)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT,
               "%s was written by another program while it was read; try again",
               url->path);
  return FALSE;
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

static gboolean
is_folder_writable (const char *path)
{
  g_autofree char *folder = g_path_get_dirname (path);

  return g_access (folder, W_OK) == 0;
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
  if (!g_file_test (url->path, G_FILE_TEST_IS_REGULAR))
    return refuse (url->path, "it is no file", error);
  if (g_access (url->path, R_OK) != 0)
    return refuse (url->path, "there is no permission to read it", error);
  if (access != SQL_READ_ONLY && g_access (url->path, W_OK) != 0)
    return refuse (url->path, "there is no permission to write it", error);
  if (access != SQL_READ_ONLY && !is_folder_writable (url->path))
    return refuse (url->path,
                   "there is no permission to write its folder, where SQLite keeps its "
                   "journal",
                   error);
  if (access == SQL_READ_ONLY)
    open_without_traces (url);
  return TRUE;
}
