/* SPDX-License-Identifier: Apache-2.0
 *
 * The phases of a migration: PENDING → EXPANDING → MIGRATING → CONTRACTING →
 * COMPLETE, and ROLLED_BACK from any of them.
 */
#pragma once

#include <glib.h>

typedef enum
{
  MIGRATION_PHASE_PENDING,
  MIGRATION_PHASE_EXPANDING,
  MIGRATION_PHASE_MIGRATING,
  MIGRATION_PHASE_CONTRACTING,
  MIGRATION_PHASE_COMPLETE,
  MIGRATION_PHASE_ROLLED_BACK,
} MigrationPhase;

#define N_MIGRATION_PHASES 6

/* The five phases a successful migration goes through, in their order. */
extern const MigrationPhase PHASE_ORDER[5];

/* "EXPANDING": as results show it. */
const char *migration_phase_to_string (MigrationPhase phase);

/* "expanding": as files write it. */
const char *migration_phase_to_word (MigrationPhase phase);

/* Reads either spelling, in any case.  Returns: FALSE when @text is no phase. */
gboolean migration_phase_from_string (const char *text, MigrationPhase *phase);

/* Whether the state machine may go from @from to @to: one step along
 * PHASE_ORDER or over phases that have no steps, or to ROLLED_BACK. */
gboolean migration_phase_can_follow (MigrationPhase from, MigrationPhase to);
