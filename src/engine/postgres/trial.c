/* SPDX-License-Identifier: Apache-2.0
 *
 * Savepoints.
 */
#include "config.h"

#include "engine/postgres/trial.h"

#include "model/error.h"

/* Whoever copies a table looks at its defaults under the lock of a reader, for an
 * instant. */
#define PATIENCE "1s"

/* Temporary tables are nobody else's; where the role may make none the journal's schema
 * has to do. */
static const char WHERE[]
    = "SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN NULL WHEN "
      "pg_catalog.has_database_privilege(pg_catalog.current_database(), 'TEMPORARY') THEN "
      "'pg_temp' WHEN (SELECT pg_catalog.has_schema_privilege(oid, 'CREATE') FROM "
      "pg_catalog.pg_namespace WHERE nspname = '" POSTGRES_SCHEMA
      "') THEN '" POSTGRES_SCHEMA "' END";

static const char *
find_schema (SqlConnection *connection, GError **error)
{
  g_autoptr (PostgresResult) where = postgres_query (connection, WHERE, error);
  const char *schema = where != NULL ? postgres_cell (where, 0, 0) : NULL;

  return schema == NULL ? NULL : g_intern_string (schema);
}

gboolean
pg_trial_begin (SqlConnection *connection, PgTrial *trial, gboolean *begun,
                GError **error)
{
  GError *problem = NULL;

  *trial = (PgTrial){ .connection = connection,
                      .schema = find_schema (connection, &problem),
                      .is_part = postgres_connection_is_in_transaction (connection) };
  *begun = trial->schema != NULL;
  if (problem != NULL)
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  if (!*begun)
    return TRUE;
  if (postgres_exec (connection,
                     trial->is_part ? "SAVEPOINT zdm_trial; SET LOCAL lock_timeout = "
                                      "'" PATIENCE "'"
                                    : "BEGIN READ WRITE; SAVEPOINT zdm_trial; SET LOCAL "
                                      "lock_timeout = '" PATIENCE "'",
                     NULL, error))
    return TRUE;
  pg_trial_end (trial);
  return FALSE;
}

void
pg_trial_end (const PgTrial *trial)
{
  if (!trial->is_part)
    postgres_connection_roll_back (trial->connection);
  else
    postgres_exec (trial->connection,
                   "ROLLBACK TO SAVEPOINT zdm_trial; RELEASE SAVEPOINT zdm_trial", NULL,
                   NULL);
}

gboolean
pg_trial_is_answer (const GError *problem)
{
  return !(g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_CONNECTION_LOST)
           || g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT)
           || g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_DEADLOCK)
           || g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_IO));
}

gboolean
pg_trial_ask (const PgTrial *trial, const char *sql, GError **problem, GError **error)
{
  GError *failure = NULL;

  *problem = NULL;
  if (!postgres_exec (trial->connection, "SAVEPOINT zdm_question", NULL, error))
    return FALSE;
  if (postgres_exec (trial->connection, sql, NULL, &failure))
    return postgres_exec (trial->connection, "RELEASE SAVEPOINT zdm_question", NULL,
                          error);
  if (!pg_trial_is_answer (failure))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  *problem = failure;
  return postgres_exec (
      trial->connection,
      "ROLLBACK TO SAVEPOINT zdm_question; RELEASE SAVEPOINT zdm_question", NULL, error);
}
