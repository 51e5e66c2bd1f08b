/* SPDX-License-Identifier: Apache-2.0
 *
 * Definition: the text of a CREATE TABLE as it stands in sqlite_schema, and where in it
 * everything is.
 *
 * SQLite can change much of a table by changing this text alone, without a look at the
 * rows (https://www.sqlite.org/lang_altertable.html, section 7).  So an edit must leave
 * every other byte as it was: comments, spaces, quotes, case.  What the parser does not
 * know is an error that names the place, and never a guess.
 *
 * Columns and constraints are found by name as SQLite finds them: ASCII letters in any
 * case.
 */
#pragma once

#include "engine/sqlite/token.h"
#include "model/constraint.h"

typedef enum
{
  DEFINITION_PRIMARY_KEY,
  DEFINITION_NOT_NULL,
  DEFINITION_NULL, /* the word alone, which says nothing */
  DEFINITION_UNIQUE,
  DEFINITION_CHECK,
  DEFINITION_DEFAULT,
  DEFINITION_COLLATE,
  DEFINITION_FOREIGN_KEY,
  DEFINITION_GENERATED,
} DefinitionKind;

/* A name with its place. */
typedef struct
{
  const char *name; /* without quotes */
  SqliteToken token;
} DefinitionName;

#define DEFINITION_NO_COLUMN G_MAXUINT

typedef struct
{
  DefinitionKind kind;
  guint column;                  /* whose it is; DEFINITION_NO_COLUMN: the table's own */
  SqliteSpan span;               /* all of it, with `CONSTRAINT name` */
  const DefinitionName *name;    /* or NULL */
  const DefinitionName *columns; /* of a key; for a column's own constraint that column */
  guint n_columns;
  /* What is checked or generated, without the parentheses around it; a default as it is
   * written, with them; the name of a collation. */
  SqliteSpan expression;
  SqliteSpan conflict; /* ON CONFLICT IGNORE; empty for none */
  const DefinitionName *references_table;
  const DefinitionName *references_columns;
  guint n_references_columns; /* 0: the key of that table */
  ReferenceAction on_delete, on_update;
  gboolean deferrable;
  gboolean initially_deferred;
  gboolean descending; /* a column's own primary key */
  gboolean autoincrement;
  gboolean stored; /* a generated column's value */
} DefinitionConstraint;

typedef struct
{
  const DefinitionName *name;
  SqliteSpan type;       /* empty behind the name when there is none */
  const char *type_text; /* as it is written; "" */
} DefinitionColumn;

typedef struct
{
  Arena *arena;
  const char *text;
  const DefinitionName *name;
  GArray *tokens;         /* SqliteToken, without comments */
  GPtrArray *columns;     /* const DefinitionColumn * */
  GPtrArray *constraints; /* const DefinitionConstraint *, columns' own too, as written */
  gsize body_end;         /* the place of the last parenthesis */
  gboolean without_rowid;
  gboolean strict;
} Definition;

/**
 * definition_new:
 * @sql: "CREATE TABLE name(…", as sqlite_schema has it
 *
 * Returns: NULL with ZDM_ERROR_SYNTAX naming the place ("at 'x' (byte 12)"), or with
 *   ZDM_ERROR_UNSUPPORTED for a virtual table.  Two things that SQLite reads over are not
 *   read: a CONSTRAINT name with no constraint, and DEFERRABLE apart from its REFERENCES
 */
Definition *definition_new (const char *sql, GError **error);
void definition_free (Definition *definition);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Definition, definition_free)

/* Returns: (nullable): NULL when there is none of that name */
const DefinitionColumn *definition_find_column (const Definition *definition,
                                                const char *name, guint *index);

/* The same.  Returns: FALSE with ZDM_ERROR_MISSING */
gboolean definition_require_column (const Definition *definition, const char *name,
                                    guint *index, GError **error);

/* The constraint of that kind of the column at @index, the last one if there are several
 * (as SQLite takes the last default).  Returns: (nullable) */
const DefinitionConstraint *definition_column_constraint (const Definition *definition,
                                                          guint index,
                                                          DefinitionKind kind);

/* The column that is another name of the rowid.  Returns: (nullable): NULL for none */
const DefinitionColumn *definition_rowid_column (const Definition *definition);

/* The bytes of a span.  Returns: (transfer full) */
char *definition_slice (const Definition *definition, SqliteSpan span);

/* The edits.  Each gives the whole new text, (transfer full), which has been parsed again
 * and is what was asked for, or NULL with ZDM_ERROR_MISSING, _EXISTS, _INVALID (what was
 * given is not what it should be) or _UNSUPPORTED (SQLite would need another table). */

/* @keep_words: its name and its ON CONFLICT, if it has any, stay with the word NULL,
 * which says nothing, until it is added again */
char *definition_drop_not_null (const Definition *definition, const char *column,
                                gboolean keep_words, GError **error);
char *definition_add_not_null (const Definition *definition, const char *column,
                               GError **error);

/**
 * definition_not_null_words:
 * @binds: as a NOT NULL, or with the word NULL alone
 * @span: (out): where it stands
 *
 * Returns: (transfer full) (nullable): "CONSTRAINT n NOT NULL ON CONFLICT IGNORE" where
 * the column's NOT NULL, or what is left of one, has a name or an ON CONFLICT
 */
char *definition_not_null_words (const Definition *definition, guint index,
                                 gboolean binds, SqliteSpan *span);

/* @sql: a literal, or an expression in parentheses; NULL for no default */
char *definition_set_default (const Definition *definition, const char *column,
                              const char *sql, GError **error);

/* Another declared type, "" for none.  Whether the affinity of what is stored fits is the
 * caller's affair; what would make or unmake a name of the rowid is refused. */
char *definition_set_type (const Definition *definition, const char *column,
                           const char *type, GError **error);

/**
 * definition_rename_columns:
 * @from: NULL-ended
 * @to: as many; all are renamed at once, so that two columns can exchange their names
 *
 * Renames in the columns' own definitions, in keys, in checks and generated columns, and
 * where the table refers to itself.  Indexes, triggers, views and other tables are not in
 * this text.  What a new name would make ambiguous is ZDM_ERROR_UNSUPPORTED.
 */
char *definition_rename_columns (const Definition *definition, const char *const *from,
                                 const char *const *to, GError **error);

/* @sql: a CHECK or a FOREIGN KEY, perhaps with CONSTRAINT; keys need an index that the
 * text alone does not make. */
char *definition_add_constraint (const Definition *definition, const char *sql,
                                 GError **error);

/* A CHECK or a FOREIGN KEY, a column's own too. */
char *definition_drop_constraint (const Definition *definition, const char *name,
                                  GError **error);
char *definition_drop_constraint_at (const Definition *definition, guint index,
                                     GError **error);

char *definition_rename_constraint (const Definition *definition, const char *from,
                                    const char *to, GError **error);

/* Any constraint, for a table that is built anew from the text. */
char *definition_cut_constraint (const Definition *definition, guint index,
                                 GError **error);
