/* SPDX-License-Identifier: Apache-2.0
 *
 * What an action means to PostgreSQL's driver where its statement alone does not say it:
 * where the live names, types or dependencies have to be looked at.  Plain data, made by
 * the dialect without a look at any database.
 *
 * Each of them first looks whether it has been done: a run that was killed does it again,
 * and the way back begins wherever the way there has stopped.
 */
#pragma once

#include "engine/postgres/trigger.h"
#include "engine/sql/row_move.h"
#include "model/bind.h"

typedef enum
{
  PG_CREATE_HALF,       /* the new table of a split */
  PG_ADD_COLUMN,        /* with the exact type of @like */
  PG_SET_DEFAULT,       /* on the way back, see pg_recall_default() */
  PG_RETYPE,            /* the column gets another type in place */
  PG_ADD_CONSTRAINT,    /* @text: its body */
  PG_DROP_CONSTRAINT,   /* whatever the live one is called */
  PG_RENAME_CONSTRAINT, /* to @to */
  PG_REFUSE_NULLS,      /* on the way back, before the column is NOT NULL again */
  PG_VALIDATE,          /* @constraint, or the one called @to */
  PG_INDEX,             /* concurrently; an invalid leftover is built anew */
  PG_ATTACH,            /* a unique index becomes a constraint */
  PG_PLACE_INDEX,       /* an index that was built aside gets its name */
  PG_MIRROR,            /* builds what indexes a column has on its mirror too */
  PG_CARRY_PREPARE,     /* builds aside what is bound to a column, on another one */
  PG_CARRY,             /* what was built takes the place of what it is like */
  PG_SWAP,              /* two columns exchange their names */
  PG_SYNC,              /* a trigger and its function */
  PG_UNSYNC,            /* the same goes */
  PG_ALIAS,             /* a view under a second name */
  PG_UNALIAS,           /* the same goes */
  PG_SHARE, /* the table called @to belongs to whom @table does, for whoever uses that */
  PG_DROP_INDEX,
  PG_DROP_COLUMN,
  PG_DROP_TABLE,
  PG_SWEEP,      /* what was built aside and never placed */
  PG_VERIFY,     /* the user's own query, whose first value must be true */
  PG_SCRIPT,     /* the user's own statements */
  PG_CHECK_STEP, /* a gate */
  PG_FILL,
} PgDetailKind;

typedef struct
{
  PgDetailKind kind;
  const char *table;
  const Database *shape;  /* in which @table, and others, are looked up */
  const Database *before; /* the other side of the step, where it matters */
  const Operation *operation;
  const char *column;
  const char *like; /* of an added column: the live one whose type it takes; or NULL */
  const char *like_table;  /* where that is; NULL: in @table */
  const char *sorted_like; /* the live column whose collation it has; or NULL */
  const Constraint *constraint;
  const char
      *enum_column; /* whose values it is a check of; one of a named type has none */
  const char *name; /* of an index */
  const char *to;
  const PgTrigger *trigger;
  const char *tag; /* of the migration, where its own triggers are none of the user's */
  const char *const *names; /* of a swap: the column, its shadow, the column's new name */
  const char *text;
  gboolean unique;
  gboolean back; /* what is not there was never done */
  FillKind fill;
  const char *images; /* the table that keeps what rows were before; or NULL */
} PgDetail;
