/* SPDX-License-Identifier: Apache-2.0
 *
 * Live tables: what information_schema says of one.
 */
#pragma once

#include "engine/mariadb/connection.h"
#include "model/table.h"

typedef struct
{
  const char *name;
  const char *type; /* "varchar(80)" */
  const char *base; /* "varchar" */
  gboolean not_null;
  const char *default_text;        /* as an expression; or NULL */
  const char *charset, *collation; /* or NULL */
  const char *comment;             /* or "" */
  const char *check;               /* that was written behind the column; or NULL */
  gboolean generated;
  gboolean is_virtual; /* … and worked out when it is read; of a live one alone */
  gboolean auto_increment;
  gboolean invisible;
  gboolean on_update; /* ON UPDATE CURRENT_TIMESTAMP */
} MariaColumn;

typedef struct
{
  const char *name;
  const char *quoted;
  const char *engine; /* "InnoDB" */
  gboolean versioned; /* WITH SYSTEM VERSIONING */
  const MariaColumn *columns;
  guint n_columns;
  /* By which rows are told apart: the primary key.  Empty: the table has none */
  const MariaColumn *const *key;
  guint n_key;
} MariaTable;

/* @table gets NULL when there is no table of that name. */
gboolean maria_read_table (SqlConnection *connection, const char *name, Arena *arena,
                           const MariaTable **table, GError **error);

/* ZDM_ERROR_MISSING when there is none. */
gboolean maria_live_table (SqlConnection *connection, const char *name, Arena *arena,
                           const MariaTable **table, GError **error);

const MariaColumn *maria_find_column (const MariaTable *table, const char *name);

/* @column gets NULL when there is no such column, or no such table. */
gboolean maria_read_column (SqlConnection *connection, const char *table,
                            const char *name, Arena *arena, const MariaColumn **column,
                            GError **error);

/* Whether an INSERT has to name it. */
gboolean maria_has_to_be_given (const MariaColumn *column);

/* A default for one that has to be given and is about to go: while it is there, writers
 * may leave it out, whatever happens.  Nobody else gives a column such a default, and a
 * column gets it, and loses it, in an instant. */
const char *maria_stand_in (const MariaColumn *column, Arena *arena);

gboolean maria_has_stand_in (const MariaColumn *column, Arena *arena);

/* Whether words are in it that have to be quoted to become a literal. */
gboolean maria_column_is_number (const MariaColumn *column);

/* The SQL that gives the value of a row as a literal, which stands in the order of the
 * column: 7, 'a', X'00FF'. */
const char *maria_literal_of (const MariaColumn *column, Arena *arena);

/* " /…COMPRESSED…/", as the server shows it behind the type; or "" */
const char *maria_column_attribute (const MariaColumn *column);

/* Whether that is its type: of a plain number the width for display is of no matter. */
gboolean maria_column_has_type (const MariaColumn *column, const char *type);

/* Of the key, NULL-ended; (nullable): NULL when there is none. */
const char *const *maria_key_names (const MariaTable *table, Arena *arena);

/* "`a`, `b`", of the key. @suffix: behind each */
const char *maria_key_list (const MariaTable *table, const char *suffix, Arena *arena);

/**
 * maria_column_called:
 * @name: another name, or its own
 *
 * Returns: the column under that name; its check speaks of that
 */
MariaColumn maria_column_called (const MariaColumn *column, const char *name,
                                 Arena *arena);

gboolean maria_column_is_json (const MariaColumn *column, Arena *arena);

/* Whether a column can be put in the place of @column in an instant: what is virtual is
 * not pushed aside. */
gboolean maria_may_be_placed (const MariaTable *table, const MariaColumn *column);

/* How the column is defined, behind its name: type, NULL, default, comment, check. */
const char *maria_live_definition (const MariaColumn *column, gboolean not_null,
                                   gboolean invisible, Arena *arena);

/* One text that names the first row of the condition; NULL: no row. */
gboolean maria_first_row (SqlConnection *connection, const MariaTable *table,
                          const char *condition, const char **row, Arena *arena,
                          GError **error);
