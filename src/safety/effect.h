/* SPDX-License-Identifier: Apache-2.0
 *
 * Effect: one thing that a migration does to a database, in the form it is done in.
 *
 * Rules about operations look at effects, so that a typed operation and a statement of
 * raw SQL that do the same are judged by the same function.  A typed operation's effects
 * are those of the statements that zdm itself would run: an index is then concurrent, a
 * foreign key is added unvalidated first.
 */
#pragma once

#include "model/migration.h"
#include "model/plan.h"
#include "safety/target.h"

typedef enum
{
  EFFECT_CREATE_TABLE,
  EFFECT_DROP_TABLE,
  EFFECT_RENAME_TABLE,
  EFFECT_TRUNCATE,
  EFFECT_DROP_SCHEMA, /* a database as well */
  EFFECT_RENAME_SCHEMA,
  EFFECT_ADD_COLUMN,
  EFFECT_DROP_COLUMN,
  EFFECT_RENAME_COLUMN,
  EFFECT_ALTER_TYPE,
  EFFECT_SET_NOT_NULL,
  EFFECT_DROP_NOT_NULL,
  EFFECT_SET_DEFAULT,
  EFFECT_DROP_DEFAULT,
  EFFECT_ADD_CONSTRAINT,
  EFFECT_DROP_CONSTRAINT,
  EFFECT_VALIDATE_CONSTRAINT,
  EFFECT_RENAME_CONSTRAINT,
  EFFECT_CREATE_INDEX,
  EFFECT_DROP_INDEX,
  EFFECT_REINDEX,
  EFFECT_CREATE_TYPE, /* an enum */
  EFFECT_ADD_ENUM_VALUE,
  EFFECT_RENAME_ENUM_VALUE,
  EFFECT_CREATE_DOMAIN,
  EFFECT_ALTER_DOMAIN,
  EFFECT_ATTACH_PARTITION,
  EFFECT_DETACH_PARTITION,
  EFFECT_CLUSTER,
  EFFECT_VACUUM,
  EFFECT_LOCK_TABLE,
  EFFECT_INSERT,
  EFFECT_UPDATE,
  EFFECT_DELETE,
  EFFECT_BACKFILL, /* typed: in chunks */
  EFFECT_CREATE_TRIGGER,
  EFFECT_DROP_TRIGGER,
  EFFECT_BEGIN,
  EFFECT_COMMIT,
  EFFECT_ROLLBACK,
  EFFECT_SET,          /* a session setting; @object is its name, @text its value */
  EFFECT_OTHER,        /* a statement that was understood and is none of the above */
  EFFECT_NOT_ANALYSED, /* nobody looked into it; @text says why */
  EFFECT_SYNTAX_ERROR, /* @text is the parser's message */
} EffectKind;

#define N_EFFECT_KINDS 44

/* Sets of kinds. */
#define EFFECT_BIT(kind) (G_GUINT64_CONSTANT (1) << (kind))

/* Where an effect's definition comes from. */
typedef enum
{
  EFFECT_OF_OPERATION, /* a typed operation: zdm chooses the statements */
  EFFECT_OF_SQL,       /* written by the user */
} EffectOrigin;

typedef enum
{
  DEFAULT_IS_ABSENT,
  DEFAULT_IS_CONSTANT, /* a literal, or a stable function such as now() on PostgreSQL */
  DEFAULT_IS_VOLATILE, /* evaluated anew for each row: the table is rewritten */
} DefaultVolatility;

typedef struct
{
  EffectKind kind;
  EffectOrigin origin;
  guint engines; /* TargetEngine bits: where it happens */
  Location location;
  const MigrationStep *step; /* NULL in a plain .sql file */
  MigrationPhase phase;      /* of the step; PENDING where there is none */
  const Allow *allow;        /* of a comment beside the statement; or NULL */

  const char *schema;         /* or NULL */
  const char *table;          /* or NULL */
  const char *column;         /* or NULL; of several the first */
  const char *const *columns; /* NULL-ended or NULL */
  const char *object; /* the name of an index, constraint, type, setting; or NULL */
  const char *to;     /* the new name */
  const char *text;   /* an SQL type, a value, a message: see the kinds */
  const char *sql;    /* the statement, shortened; NULL for an operation */

  const TypeSpec *type;      /* of a typed column after; or NULL */
  const TypeSpec *old_type;  /* before; or NULL */
  const char *type_text;     /* as SQL has it, lower case: "varchar(80)"; or NULL */
  const char *old_type_text; /* when an earlier file or statement told it; or NULL */

  ConstraintKind constraint;
  const Check *check; /* of a typed constraint; or NULL */
  DefaultVolatility default_volatility;
  const char *references_table;
  guint n_columns;      /* of an index or a key */
  gboolean not_null;    /* ADD COLUMN; ADD CONSTRAINT … CHECK (@column IS NOT NULL) */
  gboolean primary_key; /* ADD COLUMN … PRIMARY KEY */
  gboolean identity;    /* serial, identity, AUTO_INCREMENT */
  gboolean serial;      /* by the type serial */
  gboolean stored_generated;
  gboolean unique; /* index, column */
  gboolean concurrent;
  gboolean not_valid;   /* NOT VALID, NOT ENFORCED */
  gboolean using_index; /* ADD CONSTRAINT … USING INDEX */
  gboolean cascade;
  gboolean guarded; /* IF EXISTS, IF NOT EXISTS */
  gboolean has_where;
  gboolean full;           /* VACUUM FULL */
  gboolean local;          /* SET LOCAL */
  gboolean or_replace;     /* CREATE OR REPLACE */
  gboolean exclusion;      /* ADD CONSTRAINT … EXCLUDE; @constraint says nothing then */
  gboolean constrained;    /* CREATE, ALTER DOMAIN: with, adds a constraint */
  gboolean new_table;      /* the table was created in this file */
  gboolean in_transaction; /* inside BEGIN … COMMIT, or several statements in one */
  const char *algorithm;   /* MySQL, MariaDB: "COPY"; or NULL */
  const char *lock;        /* "NONE"; or NULL */
} Effect;

/**
 * effects_of_plan:
 * @target: the engines that are spoken of
 * @arena: owns the effects
 *
 * Everything the plan does, in the order of its steps; raw SQL is analysed per engine.
 *
 * Returns: (transfer container): Effect *
 */
GPtrArray *effects_of_plan (const Migration *migration, const MigrationPlan *plan,
                            const Target *target, Arena *arena);

const char *effect_kind_to_string (EffectKind kind); /* "drop column" */
