/* SPDX-License-Identifier: Apache-2.0
 *
 * Rehearsal: the proof, in memory, that a migration keeps its promises.
 */
#pragma once

#include "engine/engine.h"

typedef enum
{
  REHEARSAL_INACTIVE, /* the client need not work there */
  REHEARSAL_GREEN,
  REHEARSAL_RED,
} RehearsalResult;

typedef struct
{
  RehearsalResult result;
  const char *reason; /* why it is red, one sentence; or NULL */
} RehearsalCell;

/* One of the laws that hold for every migration, e.g. "a fault at step 2 leaves the
 * start". */
typedef struct
{
  const char *name;
  gboolean holds;
  const char *reason; /* why not */
} RehearsalLaw;

typedef struct
{
  Arena *arena;               /* owned */
  const Migration *migration; /* borrowed */
  const MigrationPlan *plan;  /* borrowed */
  guint n_boundaries;         /* steps + 1: boundary 0 is before the first step */
  guint n_clients;
  RehearsalCell *cells; /* [boundary * n_clients + client] */
  GPtrArray *laws;      /* RehearsalLaw * */
  GPtrArray *notes;     /* const char *: what could not be proven and why */
  gboolean green;
} Rehearsal;

/**
 * rehearse:
 * Returns: (nullable) (transfer full): the outcome, red or green; NULL with an error when
 *   it could not be rehearsed at all
 */
Rehearsal *rehearse (const Migration *migration, const MigrationPlan *plan,
                     GError **error);
void rehearsal_free (Rehearsal *rehearsal);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Rehearsal, rehearsal_free)
