/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests on MariaDB share: a server and what is said to it.
 *
 * ZDM_TEST_MARIADB is the URL of the server, whose user needs no password; without it the
 * program starts one that ends with it, and where there is none to start it says SKIP.
 */
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include <mysql.h>

#include "testing.h"

/* Runs tests/servers/mariadb.sh.  Returns: its exit code; what it prints is in @out */
static inline int
mariadb_server (const char *verb, const char *folder, char **out, char **problem)
{
  g_autofree char *script = testing_path ("tests/servers/mariadb.sh");
  g_autofree char *owner = g_strdup_printf ("%ld", (long) getpid ());
  const char *const argv[] = { "/bin/sh", script, verb, folder, owner, NULL };
  int status = -1;

  if (!g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_DEFAULT, NULL, NULL, out,
                     problem, &status, NULL))
    return -1;
  return WIFEXITED (status) ? WEXITSTATUS (status) : -1;
}

/* main() of a test program.  Returns: the exit code */
static inline int
mariadb_testing_main (const char *name, TestingFill fill)
{
  g_autofree char *folder = NULL;
  g_autofree char *url = NULL;
  g_autofree char *problem = NULL;
  int code = 0;

  if (g_getenv ("ZDM_TEST_MARIADB") == NULL)
    {
      folder = testing_tmpdir ();
      code = mariadb_server ("start", folder, &url, &problem);
    }
  if (code == 0)
    {
      if (url != NULL)
        g_setenv ("ZDM_TEST_MARIADB", g_strstrip (url), TRUE);
      code = testing_main (name, NULL, fill);
    }
  else if (code == 77)
    {
      g_print ("1..0 # SKIP %s\n", g_strstrip (problem));
      code = 0;
    }
  else
    g_printerr ("%s\n", problem != NULL ? problem : "mariadb.sh cannot be run");
  if (folder != NULL)
    {
      mariadb_server ("stop", folder, NULL, NULL);
      testing_remove_tree (folder);
    }
  return code;
}

static inline MYSQL *
mariadb_open (void)
{
  g_autoptr (GUri) uri
      = g_uri_parse (g_getenv ("ZDM_TEST_MARIADB"), G_URI_FLAGS_HAS_PASSWORD, NULL);
  MYSQL *db = mysql_init (NULL);

  ck_assert_ptr_nonnull (uri);
  ck_assert_msg (mysql_real_connect (db, g_uri_get_host (uri), g_uri_get_user (uri), "",
                                     NULL, (unsigned int) g_uri_get_port (uri), NULL,
                                     CLIENT_MULTI_STATEMENTS)
                     != NULL,
                 "%s", mysql_error (db));
  return db;
}

/* Runs the statements one by one.  Returns: (transfer full): the rows of the last one, or
 * NULL; the test fails when there is an error */
static inline MYSQL_RES *
mariadb_query (MYSQL *db, const char *sql)
{
  MYSQL_RES *rows = NULL;
  int more = mysql_real_query (db, sql, strlen (sql));

  while (more == 0)
    {
      if (rows != NULL)
        mysql_free_result (rows);
      rows = mysql_store_result (db);
      more = mysql_next_result (db);
    }
  ck_assert_msg (more < 0 && mysql_errno (db) == 0, "%s\n%.1500s", mysql_error (db), sql);
  return rows;
}

static inline void
mariadb_run (MYSQL *db, const char *sql)
{
  MYSQL_RES *rows = mariadb_query (db, sql);

  if (rows != NULL)
    mysql_free_result (rows);
}
