/* SPDX-License-Identifier: Apache-2.0
 *
 * Action: what a step becomes on one engine, an ordered list of them.
 *
 * An action is what the journal records, what `plan` prints and what a run can be killed
 * at.  The list is a function of the plan alone: it is the same before and after a crash.
 */
#pragma once

#include "model/plan.h"

typedef enum
{
  ACTION_STATEMENT, /* `sql`, as it stands */
  ACTION_OWN,       /* the engine's own doing, in `detail`; `sql` tells people */
  ACTION_FILL,      /* rows, chunk after chunk, in `detail` */
  ACTION_GATE,      /* sees whether it may go on; changes nothing */
} ActionKind;

/* Who has to wait while it runs. */
typedef enum
{
  LOCK_CLASS_NONE,      /* nobody */
  LOCK_CLASS_ROWS,      /* writers of the same rows */
  LOCK_CLASS_WRITE,     /* writers; readers go on */
  LOCK_CLASS_EXCLUSIVE, /* everybody */
} LockClass;

typedef enum
{
  ACTION_COST_INSTANT, /* the same for any number of rows */
  ACTION_COST_SCAN,    /* reads all rows */
  ACTION_COST_INDEX,   /* builds an index over all rows */
  ACTION_COST_REWRITE, /* writes all rows */
} ActionCost;

typedef enum
{
  ACTION_OWN_TRANSACTION,  /* begins one */
  ACTION_SAME_TRANSACTION, /* goes on in that of the action before it */
  ACTION_CHUNKS,           /* many short ones */
  ACTION_NO_TRANSACTION,   /* the server allows none, or ends it by itself */
} TransactionRule;

/* What a server has said of an action, see SqlEngine.classify. */
typedef struct
{
  ActionCost cost;
  const char *words; /* its own: "rewriting table \"users\""; or NULL */
} ServerAnswer;

typedef struct
{
  guint index; /* from 1, over the whole plan */
  const MigrationStep *step;
  ActionKind kind;
  LockClass lock;
  ActionCost cost;
  TransactionRule transaction;
  gboolean loses_data; /* what it takes away cannot come back once it is committed */
  gboolean keeps_rows; /* what it changes can be given back until the run is complete */
  const char *sql;     /* what runs, or says what does */
  const void *detail;  /* the engine's; or NULL */
  const ServerAnswer *answer; /* NULL: no server was asked */
  /* The tables, NULL-ended, whose definitions the user's SQL changes, where that is all
   * it does; NULL: it may do anything */
  const char *const *defines;
} Action;

/* What a plan becomes on one engine. */
typedef struct
{
  const char *engine;       /* "sqlite" */
  const GPtrArray *actions; /* const Action *, in the order of their indexes */
} EnginePlan;

const char *lock_class_to_string (LockClass lock);   /* "writers wait" */
const char *action_cost_to_string (ActionCost cost); /* "rewrites all rows" */

/* A step with the tables at both sides of it; their rows are of no matter. */
typedef struct
{
  const char *id; /* of the migration */
  const MigrationStep *step;
  const MigrationPlan *plan; /* all of its steps */
  gboolean is_first; /* the first step on this engine: its way back ends at the start */
  const Database *start; /* before the migration */
  const Database *end;   /* after it */
  const Database *before;
  const Database *after;
} StepShape;

/* Whether the step takes away what something else is still filled from. */
gboolean step_shape_needs_gate (const StepShape *shape);

/* Whether the step, which writes @columns (NULL: whole rows), changes rows of the start,
 * which have to come back. */
gboolean step_shape_changes_start (const StepShape *shape, const char *const *columns);

/* A hand-written alter_column that changes what the cells are cannot be kept in step.
 * Returns: FALSE with ZDM_ERROR_UNSUPPORTED */
gboolean step_shape_check_cast (const StepShape *shape, Arena *arena, GError **error);
