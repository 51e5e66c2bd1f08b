/* SPDX-License-Identifier: Apache-2.0
 *
 * Touched: which parts of a table a migration itself takes away or changes, so that its
 * way back may have left them less than they were.
 */
#pragma once

#include "model/plan.h"
#include "model/table.h"

typedef struct
{
  const Table *start;
  const Table *end;    /* under the name it has then; NULL: there is none */
  gboolean is_dropped; /* and made again on the way back, from the file */
  GPtrArray *swapped;  /* const char *: columns whose cells became others */
  GPtrArray *renames;  /* const char *: from, to, from, to …, as they come */
} Touched;

/* @start, @end: the shapes around the migration; @plan: its steps, which stay borrowed */
void touched_init (Touched *touched, const Table *start, const Database *end,
                   const MigrationPlan *plan);
void touched_clear (Touched *touched);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Touched, touched_clear)

/* Whether the column goes, gets another shape or other cells, or a declared constraint
 * over it goes. */
gboolean touched_column (const Touched *touched, const char *column);
/* Whether the column goes, and not to another name: what was bound to it goes along. */
gboolean touched_gone (const Touched *touched, const char *column);
gboolean touched_swapped (const Touched *touched, const char *column);
gboolean touched_index (const Touched *touched, const Index *index);
