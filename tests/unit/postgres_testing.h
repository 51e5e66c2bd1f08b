/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests on PostgreSQL share: a server and what is said to it.
 *
 * ZDM_TEST_POSTGRES names the server, as libpq does; without it the program starts one
 * that ends with it, and where there is none to start it says SKIP.
 */
#pragma once

#include <stdlib.h>
#include <unistd.h>

#include "engine/postgres/libpq.h"
#include "testing.h"

/* Runs tests/servers/postgres.sh.  Returns: its exit code; what it prints is in @out */
static inline int
postgres_server (const char *verb, const char *folder, char **out, char **problem)
{
  g_autofree char *script = testing_path ("tests/servers/postgres.sh");
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
postgres_testing_main (const char *name, TestingFill fill)
{
  g_autofree char *folder = NULL;
  g_autofree char *url = NULL;
  g_autofree char *problem = NULL;
  int code = 0;

  if (g_getenv ("ZDM_TEST_POSTGRES") == NULL)
    {
      folder = testing_tmpdir ();
      code = postgres_server ("start", folder, &url, &problem);
    }
  if (code == 0)
    {
      if (url != NULL)
        g_setenv ("ZDM_TEST_POSTGRES", g_strstrip (url), TRUE);
      code = testing_main (name, NULL, fill);
    }
  else if (code == 77)
    {
      g_print ("1..0 # SKIP %s\n", g_strstrip (problem));
      code = 0;
    }
  else
    g_printerr ("%s\n", problem != NULL ? problem : "postgres.sh cannot be run");
  if (folder != NULL)
    {
      postgres_server ("stop", folder, NULL, NULL);
      testing_remove_tree (folder);
    }
  return code;
}

static inline PGconn *
postgres_open (void)
{
  g_autoptr (GError) error = NULL;

  libpq_load (&error);
  assert_no_error (error);
  PGconn *db = PQconnectdb (g_getenv ("ZDM_TEST_POSTGRES"));
  ck_assert_msg (PQstatus (db) == CONNECTION_OK, "%s", PQerrorMessage (db));
  return db;
}

/* Returns: (transfer full): the rows; the test fails when there is an error */
static inline PGresult *
postgres_query (PGconn *db, const char *sql)
{
  PGresult *result = PQexec (db, sql);
  ExecStatusType status = PQresultStatus (result);

  ck_assert_msg (status == PGRES_TUPLES_OK || status == PGRES_COMMAND_OK
                     || status == PGRES_COPY_IN,
                 "%s\n%s", PQerrorMessage (db), sql);
  return result;
}

static inline void
postgres_run (PGconn *db, const char *sql)
{
  PQclear (postgres_query (db, sql));
}
