/* SPDX-License-Identifier: Apache-2.0
 *
 * What an action means to MariaDB's driver where its statement alone does not say it.
 * Plain data, made by the dialect without a look at any database.
 *
 * DDL ends transactions, so each of them can be run again after a run that was killed,
 * whether or not it had been done: what an action makes is looked for, before the first
 * of a step, by a MARIA_REFUSE.
 */
#pragma once

#include "engine/mariadb/trigger.h"
#include "engine/sql/action.h"

typedef enum
{
  MARIA_REFUSE,       /* stops where the query @text gives a row */
  MARIA_STATEMENT,    /* @text, outside of transactions */
  MARIA_TRIGGER,      /* makes @trigger */
  MARIA_ADD_COLUMN,   /* with the exact type of @like */
  MARIA_REDEFINE,     /* @column gets the @type and nullability, or keeps them */
  MARIA_DEFAULT,      /* @column gets its default, or the one that it had */
  MARIA_PLACE_INDEX,  /* @text, where the index @aside is there still */
  MARIA_ALTER,        /* @alter */
  MARIA_CHANGE,       /* @change, for everybody at once */
  MARIA_RETYPE,       /* @retype, the same */
  MARIA_ALIAS,        /* a view @to of the columns of @table but @columns */
  MARIA_RENAME_TABLE, /* @table to @to, whose view goes by the way of @aside */
  MARIA_HALF,         /* @text, which makes @table; its columns are as in @like */
  MARIA_IMAGE,        /* makes the tables of @image */
  MARIA_PROVE,        /* that no row of @table is as @text says, which breaks @what */
  MARIA_SCRIPT,       /* the user's own statements */
  MARIA_VERIFY,       /* the user's own query, whose first value must be true */
  MARIA_CHECK_STEP,   /* a gate */
  MARIA_FILL,
} MariaDetailKind;

/* What a fill does with rows; see fill.h. */
typedef enum
{
  MARIA_FILL_SYNC,    /* new columns of a sync, where they are out of step */
  MARIA_FILL_DEFAULT, /* nulls get the default */
  MARIA_FILL_COLUMNS, /* columns from columns of the same row */
  MARIA_FILL_LOOKUP,  /* a column from another table */
  MARIA_FILL_COPY,    /* rows of one table into the other half of a split */
  MARIA_FILL_HALF,    /* columns back from the other half, @split */
  MARIA_FILL_SET,     /* columns by @set, where @constraint is broken or `where:` says */
  MARIA_FILL_INSERT,  /* the rows a table begins with, or rows given */
  MARIA_FILL_DELETE,
  MARIA_FILL_DUPLICATES,
  MARIA_FILL_ORPHANS,
  MARIA_FILL_REFILL,  /* a column that was dropped is there again */
  MARIA_FILL_NULLS,   /* a column that has to be given again, where it was not */
  MARIA_FILL_RESTORE, /* back from @image */
} MariaFillKind;

/* What rows of the start are kept in; see image.h. */
enum
{
  MARIA_IMAGE_CELLS = 1 << 0, /* that are set */
  MARIA_IMAGE_ROWS = 1 << 1,  /* that are deleted */
  MARIA_IMAGE_KEYS = 1 << 2,  /* of rows that are inserted */
};

typedef struct
{
  const char *name;
  guint parts;                /* MARIA_IMAGE_… bits */
  const char *const *columns; /* NULL-ended: whose cells; or NULL */
} MariaImage;

/* One that runs where the live table has the column: otherwise it has run. */
typedef struct
{
  const char *table, *column;
  const char *sql;
} MariaAlter;

/* What a new column is from the moment on at which nothing keeps it in step any more: a
 * default before that would be taken for what somebody writes into it. */
typedef struct
{
  const char *table, *column;
  const char *like;         /* that it has followed, whose default it takes; or NULL */
  const char *default_text; /* that the file gives it; or NULL */
} MariaHandover;

/* Both with a WHERE between them are a statement. */
typedef struct
{
  const char *statement, *rows;
} MariaCatchUp;

/* Two columns of a table exchange their places: @column is called @aside from then on,
 * and
 * @shadow takes its name.  Where there is no @shadow it has been done. */
typedef struct
{
  const char *table, *column, *shadow, *aside;
  gboolean back;            /* what the columns were called and were before */
  const char *algorithm;    /* ", ALGORITHM=…, LOCK=…", or "" */
  const char *default_text; /* that the file gives the new one; or NULL */
  /* By which the old one's default becomes the new one's, in the table's @shape; NULL:
   * the file says what it is, or it is as it was */
  const BoundTransform *transform;
  const Table *shape;
  const char *comment; /* another one; or NULL: that of the old column */
  /* For rows that were written while there was no trigger, before and after; or NULL */
  const MariaCatchUp *catch_up_before, *catch_up_after;
  gboolean reads_rows; /* these are SQL of the user's, which may read any table */
} MariaSwap;

/* What happens while nobody else sees the tables; all lists are NULL-ended. */
typedef struct
{
  const char *const *tables; /* that are locked, NULL-ended */
  gboolean back;             /* what was never made need not be there */
  const Database *start;     /* before the migration */
  const Database *from;      /* before this */
  const MariaTrigger *const *drops;
  const MariaHandover *const *handovers;
  const MariaAlter *const *alters;
  const MariaSwap *swap;               /* or NULL */
  const MariaTrigger *const *triggers; /* that come */
  const char *const *tables_go;        /* behind it, on the way back; or NULL */
} MariaChange;

/* An index takes the name, and the place, of another one, which the file may call @name
 * and the server by a column's name: see unique_name.h. */
typedef struct
{
  const Table *declared;
  const char *name;
  const char *const *over, *const *or_over; /* its columns, NULL-ended; or NULL */
} MariaPlace;

typedef struct
{
  const char *table, *column;
} MariaBoundColumn;

typedef struct
{
  const char *table, *name; /* of the table that refers */
  const Constraint *constraint;
  const char *sql; /* adds it */
} MariaBoundKey;

/* Columns that foreign keys bind to each other get the @type. */
typedef struct
{
  const char *type;
  const char *const *tables; /* NULL-ended */
  const MariaBoundColumn *const *columns;
  guint n_columns;
  const MariaBoundKey *const *keys;
  guint n_keys;
} MariaRetype;

typedef struct
{
  MariaDetailKind kind;
  const char *table;
  const Database *shape; /* in which @table is looked up */
  const Operation *operation;
  const char *text;
  const char *drops; /* a table that goes with @text; or NULL */
  const char *what;  /* of a refusal */
  gboolean of_start; /* … of what is there before the migration, if at all */
  const Column *column;
  const char *type;   /* a new one; or NULL */
  const char *like;   /* the live column whose type it takes, or the table; or NULL */
  const char *was;    /* the column of the start that comes back; or NULL */
  gboolean invisible; /* of a column: to those who do not name it */
  gboolean stays_in_sight;    /* or not, as it is, whatever @invisible says */
  gboolean is_filled;         /* before it gets its default */
  gboolean gives_default;     /* that one, or fills what would have it */
  const char *algorithm;      /* ", ALGORITHM=…, LOCK=…", or "" */
  const char *const *columns; /* NULL-ended */
  const char *aside, *to;
  const MariaPlace *place; /* or NULL: the names are as @text says */
  const char *left;        /* by the opposite of a renaming, if it was broken off */
  const MariaTrigger *trigger;
  const MariaAlter *alter;
  const MariaChange *change;
  const MariaRetype *retype;
  const Sync *sync; /* of a refill */
  MariaFillKind fill;
  const TableSync *split;
  const NamedTransform *set;
  const Constraint *constraint;
  const MariaImage *image; /* or NULL: nothing has to come back */
} MariaDetail;
