/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory engine: runs a plan on the declared tables, with write-sync as the
 * triggers of a database would do it.  It is the oracle for every other engine.
 */
#pragma once

#include "engine/engine.h"

extern const Engine engine_memory;

/* Adds a diagnostic for each declared table whose rows break its constraints.  Where
 * there is none, open() need not look at a million rows again. */
void memory_check_rows (Migration *migration, DiagnosticList *diagnostics);

/**
 * memory_fork:
 * Returns: (transfer full): a session of its own on the same tables, at the same
 *   point; O(columns).  What the one does the other does not see, and either may be
 *   closed first.  It can undo what was applied before the fork.
 */
EngineSession *memory_fork (EngineSession *session);

/* The live tables, borrowed. */
const Database *memory_database (EngineSession *session);

/* Notes worth telling ("check 'x' is recorded but not checked in memory"), each once;
 * NULL-ended, borrowed. */
const char *const *memory_notes (EngineSession *session);

/* What an application does.  @columns is NULL-ended, @values has one a column, canonical
 * for the columns' types.  Defaults, write-sync and constraints apply as in a database;
 * on failure nothing has changed. */

/* @row_id: gets the identity of the new row; may be NULL */
gboolean memory_insert (EngineSession *session, const char *table,
                        const char *const *columns, const Value *values, gint64 *row_id,
                        GError **error);
gboolean memory_update (EngineSession *session, const char *table, gint64 row_id,
                        const char *const *columns, const Value *values, GError **error);
gboolean memory_delete (EngineSession *session, const char *table, gint64 row_id,
                        GError **error);

/* @values: gets one a column, borrowed until the next write */
gboolean memory_select (EngineSession *session, const char *table, gint64 row_id,
                        const char *const *columns, Value *values, GError **error);

/**
 * memory_out_of_step:
 * Returns: how many rows of @sync's table are out of step; @first gets the number of
 *   the first one (may be NULL)
 */
gsize memory_out_of_step (const Table *table, const Sync *sync, gsize *first);
