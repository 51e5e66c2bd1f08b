/* SPDX-License-Identifier: Apache-2.0
 *
 * Lease: one runner a journal, for engines whose sessions hold no lock: a row that says
 * who is at work, and a fence that counts the takings.
 *
 * A holder on this machine that is dead frees it at once (same boot, and no process of
 * that number that was started then); one elsewhere when it has not been heard of for
 * LEASE_SILENCE_S.
 */
#pragma once

#include "engine/sql/sql_engine.h"

#define LEASE_SILENCE_S 60

/**
 * lease_take:
 * @wait_ms: how long to wait for the one who holds it; 0: not at all
 * @patience_ms: for a transaction of its own
 * @fence: gets the number that every write of this runner has to bear
 *
 * Begins and commits transactions of its own; makes the journal's tables where they are
 * not there.
 *
 * Returns: FALSE with ZDM_ERROR_HELD, naming the holder (host, process) and since when
 */
gboolean lease_take (SqlConnection *connection, guint wait_ms, guint patience_ms,
                     gint64 *fence, GError **error);

/**
 * lease_resume:
 * Takes the session's lock again, over a new connection: the old one may hold it for a
 * moment yet.
 *
 * Returns: FALSE with ZDM_ERROR_HELD or ZDM_ERROR_FENCED when another runner was faster,
 * with ZDM_ERROR_MISSING when that database has not heard of this runner
 */
gboolean lease_resume (SqlConnection *connection, gint64 fence, GError **error);

/* Whether it is still held under that number: ZDM_ERROR_FENCED. */
gboolean lease_check (SqlConnection *connection, gint64 fence, GError **error);

/* Says that the runner lives; in a transaction of the caller.  ZDM_ERROR_FENCED */
gboolean lease_beat (SqlConnection *connection, gint64 fence, GError **error);

/* Gives it back, in a transaction of its own; nothing where another one has taken over.
 */
void lease_give (SqlConnection *connection, gint64 fence, guint patience_ms);

/* Who holds it: "process 123 on host, since 2026-…"; NULL: nobody (or a dead one).
 * (transfer full) */
gboolean lease_holder (SqlConnection *connection, char **holder, GError **error);

/* "host:pid" of this process; owned by the process */
const char *lease_runner_name (void);
