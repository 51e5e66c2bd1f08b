/* SPDX-License-Identifier: Apache-2.0
 *
 * What an action means to SQLite's driver where its statement alone does not say it.
 * Plain data, made by the dialect without a look at any database.
 */
#pragma once

#include "engine/sql/row_move.h"
#include "engine/sqlite/trigger.h"
#include "model/bind.h"
#include "model/plan.h"

typedef enum
{
  SQLITE_HALF, /* a table that is split off from @like, by @text */
  SQLITE_ADD_COLUMN,
  SQLITE_DROP_COLUMN,
  SQLITE_EDIT,        /* of the text that defines a table */
  SQLITE_DROP_UNIQUE, /* an index, or a part of the definition */
  SQLITE_SET_KEY,     /* another primary key: the table is built anew */
  SQLITE_SWAP,        /* a shadow takes its column's name, and all that is bound to it */
  SQLITE_EXCHANGE,    /* a column and its mirror exchange their names */
  SQLITE_TRIGGER,
  SQLITE_ALIAS,      /* a view under a second name, with triggers that write through */
  SQLITE_TIDY,       /* definitions get the very text that they had at the start */
  SQLITE_VERIFY,     /* the user's own query, whose first value must be true */
  SQLITE_SCRIPT,     /* the user's own statements */
  SQLITE_CHECK_STEP, /* a gate */
  SQLITE_FILL,
} SqliteDetailKind;

typedef enum
{
  EDIT_DROP_NOT_NULL,
  EDIT_SET_NOT_NULL, /* after a look for nulls */
  EDIT_SET_DEFAULT,  /* @text; NULL: none */
  EDIT_SET_TYPE,     /* @text */
  EDIT_DROP_CONSTRAINT,
  EDIT_ADD_CONSTRAINT, /* after a look for rows that break it */
  EDIT_RENAME_CONSTRAINT,
  EDIT_DROP_ENUM, /* the check of a column's values: @text is its condition */
  EDIT_ADD_ENUM,
} SqliteEditKind;

typedef struct
{
  SqliteEditKind kind;
  const char *column;
  const char *text;
  const Constraint *constraint; /* that is dropped, added or renamed */
  const char *to;
  gboolean keep_words; /* of a NOT NULL that triggers stand in for: it comes again */
  gboolean is_new;     /* the column has just been added: rows are to read its default */
} SqliteEdit;

typedef struct
{
  SqliteDetailKind kind;
  const char *table;
  const Database *shape;  /* in which @table, and others, are looked up */
  const Database *before; /* the other side of the step, where it matters */
  const Operation *operation;
  const MigrationPlan *plan; /* the whole one; of what gives back the start */
  const char *column;
  const char *like; /* of an added column: the live one whose type it takes, or NULL */
  const char *collation; /* the one whose collation alone it takes, or NULL */
  const SqliteEdit *edits;
  guint n_edits;
  const SyncTrigger *trigger;
  /* Of a swap: the column, its shadow, the column's new name; of an exchange: both. */
  const char *const *names;
  gboolean back; /* a swap, or an added column, of the way back */
  const char *text;
  FillKind fill;
  const char *images; /* the table that keeps what rows were before; or NULL */
} SqliteDetail;
