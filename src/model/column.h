/* SPDX-License-Identifier: Apache-2.0
 *
 * Column: immutable once made.  A changed column is another column.
 */
#pragma once

#include "model/diagnostic.h"
#include "model/type.h"

typedef enum
{
  DEFAULT_NONE,
  DEFAULT_VALUE,
  DEFAULT_EXPRESSION, /* SQL text; only a database can evaluate it */
} DefaultKind;

typedef enum
{
  IDENTITY_NONE,
  IDENTITY_BY_DEFAULT, /* numbered unless a number is given */
  IDENTITY_ALWAYS,     /* giving a number is an error */
} ColumnIdentity;

/* How a text lies in the file: where its further characters are. */
typedef enum
{
  TEXT_LAYOUT_ELSEWHERE, /* escaped, folded or made up: all are at the text's place */
  TEXT_LAYOUT_LINE,      /* one line: columns follow one another */
  TEXT_LAYOUT_BLOCK,     /* lines follow one another, each begins at the text's column */
} TextLayout;

/* Text that may differ from engine to engine: SQL, a native type. */
typedef struct
{
  const char *engine; /* "postgres", …; NULL: every engine not named before */
  const char *text;
  Location location; /* of its first character */
  TextLayout layout;
} EngineText;

/* NULL-ended (text == NULL) list lookup.  Returns: NULL when @engine has none. */
const char *engine_text_for (const EngineText *texts, const char *engine);

/* The same entries in the same order; NULL equals only NULL. */
gboolean engine_text_equal (const EngineText *a, const EngineText *b);

typedef struct
{
  const char *name;
  TypeSpec type;
  gboolean nullable; /* default TRUE; FALSE for a primary key */
  DefaultKind default_kind;
  Value default_value;
  const EngineText *default_expression;
  gboolean primary_key;
  gboolean unique;
  ColumnIdentity identity;
  const char *comment;      /* or NULL */
  const char *collate;      /* or NULL */
  const EngineText *native; /* the engines' own type names; or NULL */
  Location location;
} Column;

/* A copy in @arena, to be changed before anybody else sees it; strings are shared. */
Column *column_copy (Arena *arena, const Column *column);

/* Same name, type, nullability, default, keys, comment …: everything but the place. */
gboolean column_equal (const Column *a, const Column *b);

/* Whether an insert may leave the column out. */
gboolean column_is_optional (const Column *column);
