/* SPDX-License-Identifier: Apache-2.0
 *
 * Catalogue: what is in a live SQLite database (the main one, not what is attached).
 *
 * Everything read lives in the arena that is given.  Names are looked up as SQLite does
 * it, ASCII letters in any case.
 */
#pragma once

#include <sqlite3.h>

#include "engine/sqlite/sqlite_types.h"
#include "model/database.h"

typedef enum
{
  SQLITE_COLUMN_PLAIN,
  SQLITE_COLUMN_HIDDEN, /* of a virtual table */
  SQLITE_COLUMN_VIRTUAL,
  SQLITE_COLUMN_STORED, /* these two are generated */
} SqliteColumnKind;

typedef struct
{
  const char *name;
  const char *type; /* as declared; "" */
  SqliteAffinity affinity;
  gboolean not_null;        /* as declared */
  const char *default_text; /* SQL; or NULL */
  guint key_position;       /* in the primary key, from 1; 0: not in it */
  SqliteColumnKind kind;
} SqliteColumn;

typedef struct
{
  const char *column; /* NULL: an expression, or the rowid */
  const char *collation;
  gboolean descending;
} SqliteIndexPart;

typedef enum
{
  SQLITE_INDEX_CREATED, /* by CREATE INDEX */
  SQLITE_INDEX_UNIQUE,  /* of a UNIQUE constraint */
  SQLITE_INDEX_PRIMARY_KEY,
} SqliteIndexOrigin;

typedef struct
{
  const char *name;
  const char *sql; /* NULL unless created */
  SqliteIndexOrigin origin;
  gboolean unique;
  gboolean partial;
  const SqliteIndexPart *parts;
  guint n_parts;
} SqliteIndex;

typedef struct
{
  const char *const *columns; /* NULL-ended */
  const char *table;
  const char *const *references_columns; /* NULL: the key of that table */
  ReferenceAction on_delete, on_update;
} SqliteForeignKey;

typedef struct
{
  const char *name; /* or NULL */
  const char *expression;
} SqliteCheck;

typedef struct
{
  const char *name;
  const char *sql;
} SqliteTrigger;

typedef struct
{
  const char *name; /* as it was created */
  const char *sql;  /* the definition, see definition.h */
  gboolean without_rowid;
  gboolean strict;
  gboolean autoincrement;
  const char *rowid_alias;  /* rowid, _rowid_ or oid; NULL: none is free, or no rowid */
  const char *rowid_column; /* the column that is the rowid; or NULL */
  const SqliteCheck *checks;
  guint n_checks;
  const SqliteColumn *columns; /* hidden and generated ones too */
  guint n_columns;
  const SqliteIndex *indexes; /* those of keys too */
  guint n_indexes;
  const SqliteForeignKey *foreign_keys; /* as they were written */
  guint n_foreign_keys;
  const SqliteTrigger *triggers;
  guint n_triggers;
} SqliteTable;

/* Tables and views that applications may have made, by name; (transfer container) or NULL
 * with an error. */
GPtrArray *sqlite_list_tables (sqlite3 *database, Arena *arena, GError **error);
GPtrArray *sqlite_list_views (sqlite3 *database, Arena *arena, GError **error);

/**
 * sqlite_read_table:
 * @table: (out) (nullable): NULL when there is no table of that name
 *
 * Returns: FALSE with ZDM_ERROR_SYNTAX when its definition cannot be read,
 *   ZDM_ERROR_UNSUPPORTED for a virtual table, ZDM_ERROR_LOCK_TIMEOUT when the database
 * is locked, or ZDM_ERROR_IO
 */
gboolean sqlite_read_table (sqlite3 *database, const char *name, Arena *arena,
                            const SqliteTable **table, GError **error);

/* Returns: (nullable) */
const SqliteColumn *sqlite_table_find_column (const SqliteTable *table, const char *name);
const SqliteIndex *sqlite_table_find_index (const SqliteTable *table, const char *name);

/**
 * sqlite_compare_table:
 * @shape: the declared tables, for what a foreign key refers to
 * @exact: NOT NULL has to be the same too
 * @differences: gets a sentence (char *) for each thing that is declared and not so; what
 *   is not declared makes no difference
 */
void sqlite_compare_table (const SqliteTable *live, const Table *declared,
                           const Database *shape, gboolean exact, GPtrArray *differences);

/* Whether the file knows of the check: by its name, by what it is about where neither has
 * one, or as that of an ENUM's values. */
gboolean sqlite_check_is_declared (const SqliteCheck *live, const Table *declared,
                                   Arena *arena);
