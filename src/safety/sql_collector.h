/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlCollector: what the readers of a dialect share: the statement they are in, and
 * what earlier statements of the text have told.
 */
#pragma once

#include "safety/sql_allow.h"
#include "safety/sql_analysis.h"
#include "safety/sql_place.h"
#include "safety/sql_split.h"

typedef struct
{
  const SqlSource *source;
  Arena *arena;
  GPtrArray *effects;  /* Effect *: where they go */
  TargetEngine engine; /* whose dialect it is */
  guint engines;       /* those the effects are of */
  SqlPlace place;
  NewTables *tables; /* that the text creates */
  GHashTable *types; /* "schema.table.column" → type as text */
  const SqlAllows *allows;
  gboolean in_transaction; /* after BEGIN */
  gboolean is_one_of_many; /* a step that the engine runs as one transaction */
  /* The statement */
  Location location;
  const char *sql;
  const Allow *allow; /* of a comment; or NULL */
} SqlCollector;

void sql_collector_init (SqlCollector *collector, const SqlSource *source,
                         const SqlAllows *allows, TargetEngine engine, guint engines,
                         Arena *arena, GPtrArray *effects);
void sql_collector_clear (SqlCollector *collector);

/* The following effects are of the statement in [@start, @end). */
void sql_collector_begin (SqlCollector *collector, gsize start, gsize end);

Effect *sql_collector_add (SqlCollector *collector, EffectKind kind);

/* As sql_collector_add(), of a table; the names are copied; @schema may be NULL or "". */
Effect *sql_collector_add_of (SqlCollector *collector, EffectKind kind,
                              const char *schema, const char *table);

/* An effect that only says why nobody looked into the statement. */
void sql_collector_give_up (SqlCollector *collector, const char *why);

/* A copy; NULL for "" and NULL. */
const char *sql_collector_copy (const SqlCollector *collector, const char *text);

/* From here on the effect's table is known to be of this text. */
void sql_collector_created (SqlCollector *collector, Effect *effect);

/* Its new name is of this text where its table is. */
void sql_collector_renamed (SqlCollector *collector, const Effect *effect);

/* Fills in the column's type before, if known, and remembers that after. */
void sql_collector_typed (SqlCollector *collector, Effect *effect);

/* BEGIN, COMMIT or ROLLBACK. */
void sql_collector_transaction (SqlCollector *collector, EffectKind kind);
