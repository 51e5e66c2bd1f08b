/* SPDX-License-Identifier: Apache-2.0
 *
 * Fixture: a migration from a short YAML text, its plan, and a memory session on it.
 *
 * Rows are written as people read them: "id=1, name=alice" where one is given, and
 * "1 alice; 2 ~" where all of a table are expected; ~ is null.  What a fixture is told to
 * do it does or fails the test; the try functions return the error's message instead.
 */
#pragma once

#include "engine/memory/memory.h"
#include "runner/executor.h"

typedef struct
{
  Migration *migration;
  MigrationPlan *plan;
  EngineSession *session;
  guint n_done; /* steps applied to the session */
  Database *start;
  char *problem; /* of the last try that failed */
} Fixture;

/* @yaml: all but the `id`. */
Fixture *fixture_new (const char *yaml);
void fixture_free (Fixture *fixture);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Fixture, fixture_free)

/* The findings of a file that does not load or plan, one a line. */
char *fixture_findings (const char *yaml);

/* Why memory refuses the declared rows of a file that loads. */
char *fixture_open_problem (const char *yaml);

/* Steps, on the session. */
void fixture_apply (Fixture *fixture, guint n_steps);
void fixture_apply_until (Fixture *fixture,
                          MigrationPhase phase); /* all steps up to its end */
void fixture_apply_all (Fixture *fixture);
void fixture_undo (Fixture *fixture, guint n_steps);
void fixture_undo_all (Fixture *fixture);

/* The next step.  Returns: NULL when it worked, else why not; borrowed */
const char *fixture_try_step (Fixture *fixture);
const char *fixture_try_undo (Fixture *fixture);

/* Clients.  @where finds the first row with these cells. */
void fixture_insert (Fixture *fixture, const char *table, const char *row);
void fixture_update (Fixture *fixture, const char *table, const char *where,
                     const char *set);
void fixture_delete (Fixture *fixture, const char *table, const char *where);
const char *fixture_try_insert (Fixture *fixture, const char *table, const char *row);
const char *fixture_try_update (Fixture *fixture, const char *table, const char *where,
                                const char *set);
const char *fixture_try_delete (Fixture *fixture, const char *table, const char *where);

const Table *fixture_table (const Fixture *fixture, const char *table);

/* "1 alice; 2 ~" */
char *rows_to_string (const Table *table);

/* "id name*": a star is NOT NULL */
char *columns_to_string (const Table *table);

void fixture_assert_rows (const Fixture *fixture, const char *table, const char *rows);
void fixture_assert_columns (const Fixture *fixture, const char *table,
                             const char *columns);

/* The tables are exactly those of the start. */
void fixture_assert_start (const Fixture *fixture);

/* No row is out of step, in no sync. */
void fixture_assert_in_step (const Fixture *fixture);

/* Fails the test unless @text has @part in it. */
void assert_has (const char *text, const char *part);
