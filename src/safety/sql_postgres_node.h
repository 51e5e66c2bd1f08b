/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL's parse tree, as libpg_query gives it: reading its small parts.
 */
#pragma once

#include <pg_query.h>
#include <pg_query/pg_query.pb-c.h>

#include "safety/sql_collector.h"

typedef PgQuery__Node PgNode;

#define PG_NODE_IS(node, NAME) \
  ((node) != NULL && (node)->node_case == PG_QUERY__NODE__NODE_##NAME)

/* The tree's lists are a count and a vector. */
#define PG_FOREACH(item, list, count)                                  \
  for (gsize item##_index = 0; item##_index < (count); item##_index++) \
    for (const PgNode *item = (list)[item##_index]; item != NULL; item = NULL)

/* A String node's text; or NULL. */
const char *pg_string (const PgNode *node);

/* Of a name in parts the last one, and the one before it; or NULL. */
const char *pg_last_name (PgNode *const *parts, gsize n);
const char *pg_schema_name (PgNode *const *parts, gsize n);

/* The strings of a list, in the arena, NULL-ended. */
const char *const *pg_names (const SqlCollector *collector, PgNode *const *list, gsize n);

/* Whether an option of a list of DefElem is there and not switched off. */
gboolean pg_option_is_on (PgNode *const *options, gsize n, const char *name);

/* As SQL has it, in lower case: "varchar(80)", "bigint", "text[]". */
const char *pg_type_text (const SqlCollector *collector, const PgQuery__TypeName *type);

/* A literal as text, in the arena; NULL for other expressions. */
const char *pg_literal_text (const SqlCollector *collector, const PgNode *node);

/* sql_postgres_default.c: whether one evaluation serves all rows. */
DefaultVolatility pg_default_volatility (const PgNode *expression);

/* sql_postgres_column.c */

/* A column that is added to @table, and what its constraints do besides. */
void pg_collect_column (SqlCollector *collector, const PgQuery__RangeVar *table,
                        const PgQuery__ColumnDef *column, gboolean guarded);
void pg_collect_constraint (SqlCollector *collector, const PgQuery__RangeVar *table,
                            const PgQuery__Constraint *constraint, const char *column);

/* sql_postgres_alter.c */
void pg_collect_alter_table (SqlCollector *collector, const PgNode *node);

/* sql_postgres_statement.c */
void pg_collect_statement (SqlCollector *collector, const PgNode *node);

/* An effect on the table that a RangeVar names; @table may be NULL. */
Effect *pg_add (SqlCollector *collector, EffectKind kind, const PgQuery__RangeVar *table);
