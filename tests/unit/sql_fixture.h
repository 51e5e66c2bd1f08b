/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlFixture: an SQLite file in a folder of its own, and short ways to write to it and to
 * say what is in it.
 *
 * What it is told to do it does or fails the test.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sql/sql_engine.h"

typedef struct
{
  char *folder;
  char *path; /* of the file */
  char *url;
  SqlConnection *connection; /* SQL_CREATE */
  sqlite3 *db;
} SqlFixture;

/* @sql: run at once; or NULL */
SqlFixture *sql_fixture_new (const char *sql);
void sql_fixture_free (SqlFixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SqlFixture, sql_fixture_free)

/* One more connection to the file. */
SqlConnection *sql_fixture_connect (const SqlFixture *fixture, SqlAccess access);

/* The names of all files in the folder, sorted: "a.db a.db-wal" */
char *sql_fixture_files (const SqlFixture *fixture);

void sql_exec (sqlite3 *db, const char *sql);

/* All rows of the query: "1|alice; 2|~" where ~ is null.  (transfer full) */
char *sql_rows (sqlite3 *db, const char *sql);
void assert_sql (sqlite3 *db, const char *sql, const char *rows);

/* integrity_check and foreign_key_check have nothing to say. */
void assert_sound (sqlite3 *db);

/* Transactions as a runner has them. */
void sql_begin (SqlConnection *connection, SqlPurpose purpose);
void sql_commit (SqlConnection *connection);
