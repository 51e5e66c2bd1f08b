/* SPDX-License-Identifier: Apache-2.0
 *
 * Live tables: what the catalogues say of one, found by search_path.
 */
#pragma once

#include "engine/postgres/connection.h"
#include "model/table.h"

typedef struct
{
  const char *name;
  guint number;          /* attnum: the same as long as the column lives */
  const char *type;      /* as format_type() says it */
  const char *type_name; /* "int4", "varchar" */
  gboolean is_enum;      /* of a type made by CREATE TYPE … AS ENUM */
  gboolean is_domain;
  gboolean not_null;
  const char *default_text; /* or NULL */
  const char *collation;    /* other than the type's own, quoted; or NULL */
  const char *sorted_by;    /* its collation, unless it is the database's; or NULL */
  gboolean generated;
  char identity; /* 'a', 'd' or '\0' */
} PgColumn;

typedef struct
{
  const char *name;   /* as it was asked for */
  const char *quoted; /* with its schema */
  const char *schema; /* quoted */
  const char *oid;
  gboolean is_partitioned; /* it has partitions */
  gboolean is_partition;   /* of another table */
  const PgColumn *columns;
  guint n_columns;
  /* By which rows are told apart: of the primary key, or of another key whose columns are
   * NOT NULL.  NULL-ended; empty: the table has none */
  const char *const *key; /* quoted */
  const char *const *key_names;
  guint n_key;
} PgTable;

/* @table gets NULL when there is no table of that name. */
gboolean pg_read_table (SqlConnection *connection, const char *name, Arena *arena,
                        const PgTable **table, GError **error);

/* ZDM_ERROR_MISSING when there is none. */
gboolean pg_live_table (SqlConnection *connection, const char *name, Arena *arena,
                        const PgTable **table, GError **error);

/* What is in the table's schema, an index say, quoted. */
const char *pg_beside (const PgTable *table, const char *name, Arena *arena);

const PgColumn *pg_find_column (const PgTable *table, const char *name);

/* "a, b", of the key. @suffix: behind each */
const char *pg_key_list (const PgTable *table, const char *suffix, Arena *arena);

/* The SQL of a text that names a row: "id 7". */
const char *pg_row_shown (const PgTable *table, Arena *arena);

/* One text that names the first row of the condition; NULL: no row. */
gboolean pg_first_row (SqlConnection *connection, const PgTable *table,
                       const char *condition, const char **row, Arena *arena,
                       GError **error);

/* The schemas in which names are looked up, ours aside: "shop, public". */
gboolean pg_path (SqlConnection *connection, const char **path, Arena *arena,
                  GError **error);
/* See struct SqlEngine. */
gboolean pg_place (SqlConnection *connection, const char *name, const char **place,
                   Arena *arena, GError **error);

/* What a function of ours looks names up in: pg_catalog, then as we do. */
gboolean pg_function_path (SqlConnection *connection, const char **path, Arena *arena,
                           GError **error);
