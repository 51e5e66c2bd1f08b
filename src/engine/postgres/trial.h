/* SPDX-License-Identifier: Apache-2.0
 *
 * Trial: a transaction, or a part of one, of which nothing stays, with a place for tables
 * that are copied to be tried on.
 */
#pragma once

#include "engine/postgres/connection.h"

typedef struct
{
  SqlConnection *connection;
  const char *schema; /* of the copies: "pg_temp" */
  gboolean is_part;   /* of a transaction of the caller */
} PgTrial;

/**
 * pg_trial_begin:
 * @begun: gets FALSE where this role may make no table to try anything on, or the server
 *   is a replica: nothing can be tried
 */
gboolean pg_trial_begin (SqlConnection *connection, PgTrial *trial, gboolean *begun,
                         GError **error);
void pg_trial_end (const PgTrial *trial);

/* One statement, whose failure is an answer: @problem gets it, (transfer full), or NULL.
 * FALSE with @error when there was no answer: the connection is lost, a lock is held */
gboolean pg_trial_ask (const PgTrial *trial, const char *sql, GError **problem,
                       GError **error);

/* Whether it says something of the statement, and not of the moment. */
gboolean pg_trial_is_answer (const GError *problem);
