/* SPDX-License-Identifier: Apache-2.0
 *
 * CREATE TABLE → Definition: the grammar of https://www.sqlite.org/lang_createtable.html.
 *
 * One token of look-ahead is enough, as it is for SQLite.  An expression is what stands
 * between parentheses that match; the words in it are SQLite's affair.
 */
#include "config.h"

#include "engine/sqlite/definition_parse.h"

#include <string.h>

#include "model/error.h"

typedef struct
{
  Definition *definition;
  guint at; /* token */
  GError **error;
} Parser;

/* Tokens ---------------------------------------------------------------------- */

/* The end is a token too, so that one can always look at the next. */
static void
read_tokens (Definition *definition)
{
  SqliteToken token;
  gsize at = 0;

  do
    {
      sqlite_token_next (definition->text, &at, &token);
      if (token.kind != SQLITE_TOKEN_COMMENT)
        g_array_append_val (definition->tokens, token);
    }
  while (token.kind != SQLITE_TOKEN_END);
}

static const SqliteToken *
peek_token (const Parser *parser)
{
  return &g_array_index (parser->definition->tokens, SqliteToken, parser->at);
}

/* Where the token before the next one ended. */
static gsize
last_end (const Parser *parser)
{
  return (peek_token (parser) - 1)->span.end;
}

static gboolean
is_at_word (const Parser *parser, const char *word)
{
  return sqlite_token_is (parser->definition->text, peek_token (parser), word);
}

static gboolean
is_at_sign (const Parser *parser, char sign)
{
  return sqlite_token_is_sign (parser->definition->text, peek_token (parser), sign);
}

static gboolean
accept_word (Parser *parser, const char *word)
{
  if (!is_at_word (parser, word))
    return FALSE;
  parser->at++;
  return TRUE;
}

static gboolean
accept_sign (Parser *parser, char sign)
{
  if (!is_at_sign (parser, sign))
    return FALSE;
  parser->at++;
  return TRUE;
}

static gboolean
refuse (const Parser *parser, const char *expected)
{
  const SqliteToken *token = peek_token (parser);
  int length = (int) MIN (token->span.end - token->span.start, 40);

  if (token->kind == SQLITE_TOKEN_END)
    g_set_error (parser->error, ZDM_ERROR, ZDM_ERROR_SYNTAX,
                 "cannot read the table's definition: expected %s at its end", expected);
  else
    g_set_error (
        parser->error, ZDM_ERROR, ZDM_ERROR_SYNTAX,
        "cannot read the table's definition: expected %s at '%.*s' (byte %" G_GSIZE_FORMAT
        ")",
        expected, length, parser->definition->text + token->span.start,
        token->span.start);
  return FALSE;
}

static gboolean
expect_word (Parser *parser, const char *word)
{
  return accept_word (parser, word) || refuse (parser, word);
}

static gboolean
expect_sign (Parser *parser, char sign, const char *shown)
{
  return accept_sign (parser, sign) || refuse (parser, shown);
}

static gboolean
expect_name (Parser *parser, const char *expected, DefinitionName *name)
{
  const SqliteToken *token = peek_token (parser);
  const Definition *definition = parser->definition;

  if (!sqlite_token_is_name (definition->text, token))
    return refuse (parser, expected);
  name->token = *token;
  name->name = sqlite_token_name (definition->text, token, definition->arena);
  parser->at++;
  return TRUE;
}

static const DefinitionName *
keep_name (const Parser *parser, const DefinitionName *name)
{
  return arena_memdup (parser->definition->arena, name, sizeof *name);
}

/* "(…)" with everything in it.  @inside: what is between the parentheses */
static gboolean
expect_parentheses (Parser *parser, SqliteSpan *inside)
{
  guint depth = 1;

  if (!expect_sign (parser, '(', "'('"))
    return FALSE;
  inside->start = last_end (parser);
  for (; depth > 0; parser->at++)
    {
      SqliteTokenKind kind = peek_token (parser)->kind;

      if (kind == SQLITE_TOKEN_END || kind == SQLITE_TOKEN_ILLEGAL)
        return refuse (parser, "an expression and ')'");
      if (is_at_sign (parser, ';'))
        return refuse (parser, "an expression");
      depth += is_at_sign (parser, '(') ? 1 : 0;
      depth -= is_at_sign (parser, ')') ? 1 : 0;
    }
  inside->end = (peek_token (parser) - 1)->span.start;
  return TRUE;
}

/* Parts of constraints -------------------------------------------------------- */

static gboolean
parse_conflict (Parser *parser, DefinitionConstraint *constraint)
{
  static const char *const WAYS[] = { "ROLLBACK", "ABORT", "FAIL", "IGNORE", "REPLACE" };

  constraint->conflict.start = peek_token (parser)->span.start;
  constraint->conflict.end = constraint->conflict.start;
  if (!accept_word (parser, "ON"))
    return TRUE;
  if (!expect_word (parser, "CONFLICT"))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (WAYS); i++)
    if (accept_word (parser, WAYS[i]))
      return constraint->conflict.end = last_end (parser), TRUE;
  return refuse (parser, "ROLLBACK, ABORT, FAIL, IGNORE or REPLACE");
}

/* What may follow a column in a key. */
static gboolean
parse_key_part_end (Parser *parser)
{
  DefinitionName collation;

  if (accept_word (parser, "COLLATE") && !expect_name (parser, "a collation", &collation))
    return FALSE;
  if (!accept_word (parser, "ASC"))
    accept_word (parser, "DESC");
  return TRUE;
}

/* "(a, b)"; @is_key: with collations, orders, and AUTOINCREMENT at the end. */
static gboolean
parse_name_list (Parser *parser, gboolean is_key, DefinitionConstraint *constraint,
                 const DefinitionName **names, guint *n_names)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (DefinitionName));

  if (!expect_sign (parser, '(', "'('"))
    return FALSE;
  do
    {
      DefinitionName name;

      if (!expect_name (parser, "a column", &name)
          || (is_key && !parse_key_part_end (parser)))
        return FALSE;
      g_array_append_val (list, name);
    }
  while (accept_sign (parser, ','));
  if (constraint->kind == DEFINITION_PRIMARY_KEY)
    constraint->autoincrement = accept_word (parser, "AUTOINCREMENT");
  *n_names = list->len;
  *names = arena_memdup (parser->definition->arena, list->data,
                         sizeof (DefinitionName) * (gsize) list->len);
  return expect_sign (parser, ')', "',' or ')'");
}

static gboolean
parse_action (Parser *parser, ReferenceAction *action)
{
  if (accept_word (parser, "CASCADE"))
    *action = REFERENCE_CASCADE;
  else if (accept_word (parser, "RESTRICT"))
    *action = REFERENCE_RESTRICT;
  else if (accept_word (parser, "NO"))
    return *action = REFERENCE_NO_ACTION, expect_word (parser, "ACTION");
  else if (!accept_word (parser, "SET"))
    return refuse (parser, "what a foreign key does");
  else if (accept_word (parser, "NULL"))
    *action = REFERENCE_SET_NULL;
  else
    return *action = REFERENCE_SET_DEFAULT, expect_word (parser, "DEFAULT");
  return TRUE;
}

/* ON INSERT may be written too; SQLite reads over it. */
static gboolean
parse_event (Parser *parser, DefinitionConstraint *constraint)
{
  ReferenceAction ignored;

  if (accept_word (parser, "DELETE"))
    return parse_action (parser, &constraint->on_delete);
  if (accept_word (parser, "UPDATE"))
    return parse_action (parser, &constraint->on_update);
  if (accept_word (parser, "INSERT"))
    return parse_action (parser, &ignored);
  return refuse (parser, "DELETE or UPDATE");
}

/* Whether [NOT] DEFERRABLE is next, and not the NOT of NOT NULL. */
static gboolean
is_at_deferrable (Parser *parser)
{
  gboolean found;
  guint start = parser->at;

  accept_word (parser, "NOT");
  found = is_at_word (parser, "DEFERRABLE");
  parser->at = start;
  return found;
}

static gboolean
parse_deferrable (Parser *parser, DefinitionConstraint *constraint)
{
  gboolean is_not = accept_word (parser, "NOT");

  parser->at++;
  constraint->deferrable = !is_not;
  constraint->initially_deferred = FALSE;
  if (!accept_word (parser, "INITIALLY") || accept_word (parser, "IMMEDIATE"))
    return TRUE;
  constraint->initially_deferred = !is_not;
  return expect_word (parser, "DEFERRED");
}

/* What follows REFERENCES. */
static gboolean
parse_reference (Parser *parser, DefinitionConstraint *constraint)
{
  DefinitionName name;

  if (!expect_name (parser, "a table", &name))
    return FALSE;
  constraint->references_table = keep_name (parser, &name);
  if (is_at_sign (parser, '(')
      && !parse_name_list (parser, FALSE, constraint, &constraint->references_columns,
                           &constraint->n_references_columns))
    return FALSE;
  for (;;)
    if (accept_word (parser, "ON"))
      {
        if (!parse_event (parser, constraint))
          return FALSE;
      }
    else if (accept_word (parser, "MATCH"))
      {
        if (!expect_name (parser, "a word after MATCH", &name))
          return FALSE;
      }
    else
      return !is_at_deferrable (parser) || parse_deferrable (parser, constraint);
}

/* Constraints of a column ----------------------------------------------------- */

static gboolean
parse_column_primary_key (Parser *parser, DefinitionConstraint *constraint)
{
  if (!expect_word (parser, "KEY"))
    return FALSE;
  if (!accept_word (parser, "ASC"))
    constraint->descending = accept_word (parser, "DESC");
  if (!parse_conflict (parser, constraint))
    return FALSE;
  constraint->autoincrement = accept_word (parser, "AUTOINCREMENT");
  return TRUE;
}

static gboolean
parse_not_null (Parser *parser, DefinitionConstraint *constraint)
{
  return expect_word (parser, "NULL") && parse_conflict (parser, constraint);
}

static gboolean
parse_on_conflict (Parser *parser, DefinitionConstraint *constraint)
{
  return parse_conflict (parser, constraint);
}

static gboolean
parse_column_check (Parser *parser, DefinitionConstraint *constraint)
{
  return expect_parentheses (parser, &constraint->expression);
}

/* A sign may stand before a value, but not before a word. */
static gboolean
parse_default_value (Parser *parser)
{
  gboolean has_sign = accept_sign (parser, '-') || accept_sign (parser, '+');
  const SqliteToken *token = peek_token (parser);

  if (token->kind != SQLITE_TOKEN_NUMBER && token->kind != SQLITE_TOKEN_BLOB
      && token->kind != SQLITE_TOKEN_STRING && !is_at_word (parser, "NULL")
      && (has_sign
          || (!sqlite_token_is_type_word (parser->definition->text, token)
              && !is_at_word (parser, "INDEXED"))))
    return refuse (parser, "a default value");
  parser->at++;
  return TRUE;
}

static gboolean
parse_default (Parser *parser, DefinitionConstraint *constraint)
{
  gsize start = peek_token (parser)->span.start;
  SqliteSpan inside;

  if (is_at_sign (parser, '(') ? !expect_parentheses (parser, &inside)
                               : !parse_default_value (parser))
    return FALSE;
  constraint->expression = (SqliteSpan){ start, last_end (parser) };
  return TRUE;
}

static gboolean
parse_collate (Parser *parser, DefinitionConstraint *constraint)
{
  DefinitionName name;

  if (!expect_name (parser, "a collation", &name))
    return FALSE;
  constraint->expression = name.token.span;
  return TRUE;
}

static gboolean
parse_generated (Parser *parser, DefinitionConstraint *constraint)
{
  if (!expect_parentheses (parser, &constraint->expression))
    return FALSE;
  constraint->stored = accept_word (parser, "STORED");
  if (!constraint->stored)
    accept_word (parser, "VIRTUAL");
  return TRUE;
}

static gboolean
parse_always_generated (Parser *parser, DefinitionConstraint *constraint)
{
  return expect_word (parser, "ALWAYS") && expect_word (parser, "AS")
         && parse_generated (parser, constraint);
}

typedef struct
{
  const char *word;
  DefinitionKind kind;
  gboolean (*parse) (Parser *parser, DefinitionConstraint *constraint);
} ConstraintHead;

static const ConstraintHead COLUMN_HEADS[] = {
  { "PRIMARY", DEFINITION_PRIMARY_KEY, parse_column_primary_key },
  { "NOT", DEFINITION_NOT_NULL, parse_not_null },
  { "NULL", DEFINITION_NULL, parse_on_conflict },
  { "UNIQUE", DEFINITION_UNIQUE, parse_on_conflict },
  { "CHECK", DEFINITION_CHECK, parse_column_check },
  { "DEFAULT", DEFINITION_DEFAULT, parse_default },
  { "COLLATE", DEFINITION_COLLATE, parse_collate },
  { "REFERENCES", DEFINITION_FOREIGN_KEY, parse_reference },
  { "GENERATED", DEFINITION_GENERATED, parse_always_generated },
  { "AS", DEFINITION_GENERATED, parse_generated },
};

/* Constraints of a table ------------------------------------------------------ */

static gboolean
parse_key (Parser *parser, DefinitionConstraint *constraint)
{
  return parse_name_list (parser, TRUE, constraint, &constraint->columns,
                          &constraint->n_columns)
         && parse_conflict (parser, constraint);
}

static gboolean
parse_primary_key (Parser *parser, DefinitionConstraint *constraint)
{
  return expect_word (parser, "KEY") && parse_key (parser, constraint);
}

static gboolean
parse_check (Parser *parser, DefinitionConstraint *constraint)
{
  return expect_parentheses (parser, &constraint->expression)
         && parse_conflict (parser, constraint);
}

static gboolean
parse_foreign_key (Parser *parser, DefinitionConstraint *constraint)
{
  return expect_word (parser, "KEY")
         && parse_name_list (parser, FALSE, constraint, &constraint->columns,
                             &constraint->n_columns)
         && expect_word (parser, "REFERENCES") && parse_reference (parser, constraint);
}

static const ConstraintHead TABLE_HEADS[] = {
  { "PRIMARY", DEFINITION_PRIMARY_KEY, parse_primary_key },
  { "UNIQUE", DEFINITION_UNIQUE, parse_key },
  { "CHECK", DEFINITION_CHECK, parse_check },
  { "FOREIGN", DEFINITION_FOREIGN_KEY, parse_foreign_key },
};

static gboolean
is_at_table_constraint (const Parser *parser)
{
  for (guint i = 0; i < G_N_ELEMENTS (TABLE_HEADS); i++)
    if (is_at_word (parser, TABLE_HEADS[i].word))
      return TRUE;
  return is_at_word (parser, "CONSTRAINT");
}

static gboolean
parse_constraint (Parser *parser, guint column, const ConstraintHead *heads,
                  guint n_heads)
{
  DefinitionConstraint constraint = { .column = column };
  DefinitionName name;
  gsize start = peek_token (parser)->span.start;
  guint i = 0;

  if (accept_word (parser, "CONSTRAINT"))
    {
      if (!expect_name (parser, "the name of a constraint", &name))
        return FALSE;
      constraint.name = keep_name (parser, &name);
    }
  while (i < n_heads && !accept_word (parser, heads[i].word))
    i++;
  if (i == n_heads)
    return refuse (parser, "a constraint");
  constraint.kind = heads[i].kind;
  if (!heads[i].parse (parser, &constraint))
    return FALSE;
  constraint.span = (SqliteSpan){ start, last_end (parser) };
  g_ptr_array_add (
      parser->definition->constraints,
      arena_memdup (parser->definition->arena, &constraint, sizeof constraint));
  return TRUE;
}

/* Columns --------------------------------------------------------------------- */

static gboolean
parse_size (Parser *parser)
{
  if (!accept_sign (parser, '-'))
    accept_sign (parser, '+');
  if (peek_token (parser)->kind != SQLITE_TOKEN_NUMBER)
    return refuse (parser, "a number");
  parser->at++;
  return TRUE;
}

/* GENERATED ALWAYS before AS are not words of the type, though they look like it. */
static gboolean
is_at_generated (Parser *parser)
{
  guint start = parser->at;
  gboolean found = accept_word (parser, "GENERATED") && accept_word (parser, "ALWAYS")
                   && is_at_word (parser, "AS");

  parser->at = start;
  return found;
}

static gboolean
parse_type (Parser *parser, DefinitionColumn *column)
{
  const char *text = parser->definition->text;
  guint first = parser->at;

  column->type = (SqliteSpan){ last_end (parser), last_end (parser) };
  column->type_text = "";
  while (sqlite_token_is_type_word (text, peek_token (parser))
         && !is_at_generated (parser))
    parser->at++;
  if (parser->at == first)
    return TRUE;
  column->type.start
      = g_array_index (parser->definition->tokens, SqliteToken, first).span.start;
  if (accept_sign (parser, '(')
      && (!parse_size (parser) || (accept_sign (parser, ',') && !parse_size (parser))
          || !expect_sign (parser, ')', "')'")))
    return FALSE;
  column->type.end = last_end (parser);
  column->type_text = arena_strndup (parser->definition->arena, text + column->type.start,
                                     column->type.end - column->type.start);
  return TRUE;
}

/* A column's own key and reference speak of that column. */
static void
give_constraints_their_column (Definition *definition, guint first,
                               const DefinitionColumn *column)
{
  for (guint i = first; i < definition->constraints->len; i++)
    {
      DefinitionConstraint *constraint = definition->constraints->pdata[i];

      constraint->columns = column->name;
      constraint->n_columns = 1;
    }
}

static gboolean
parse_column (Parser *parser)
{
  Definition *definition = parser->definition;
  guint first = definition->constraints->len;
  DefinitionColumn column;
  DefinitionName name;

  if (!expect_name (parser, "a column", &name))
    return FALSE;
  if (definition_find_column (definition, name.name, NULL) != NULL)
    {
      g_set_error (parser->error, ZDM_ERROR, ZDM_ERROR_SYNTAX,
                   "the table's definition has two columns '%s'", name.name);
      return FALSE;
    }
  column.name = keep_name (parser, &name);
  if (!parse_type (parser, &column))
    return FALSE;
  while (!is_at_sign (parser, ',') && !is_at_sign (parser, ')'))
    if (!parse_constraint (parser, definition->columns->len, COLUMN_HEADS,
                           G_N_ELEMENTS (COLUMN_HEADS)))
      return FALSE;
  give_constraints_their_column (definition, first, &column);
  g_ptr_array_add (definition->columns,
                   arena_memdup (definition->arena, &column, sizeof column));
  return TRUE;
}

/* The whole ------------------------------------------------------------------- */

/* Between constraints SQLite does without commas. */
static gboolean
parse_body (Parser *parser)
{
  if (!parse_column (parser))
    return FALSE;
  while (accept_sign (parser, ',') && !is_at_table_constraint (parser))
    if (!parse_column (parser))
      return FALSE;
  while (is_at_table_constraint (parser))
    {
      if (!parse_constraint (parser, DEFINITION_NO_COLUMN, TABLE_HEADS,
                             G_N_ELEMENTS (TABLE_HEADS)))
        return FALSE;
      if (accept_sign (parser, ',') && !is_at_table_constraint (parser))
        return refuse (parser, "a constraint");
    }
  parser->definition->body_end = peek_token (parser)->span.start;
  return expect_sign (parser, ')', "',' or ')'");
}

static gboolean
parse_options (Parser *parser)
{
  if (peek_token (parser)->kind == SQLITE_TOKEN_END)
    return TRUE;
  do
    if (accept_word (parser, "STRICT"))
      parser->definition->strict = TRUE;
    else if (!accept_word (parser, "WITHOUT"))
      return refuse (parser, "STRICT or WITHOUT ROWID");
    else if (!expect_word (parser, "ROWID"))
      return FALSE;
    else
      parser->definition->without_rowid = TRUE;
  while (accept_sign (parser, ','));
  return peek_token (parser)->kind == SQLITE_TOKEN_END
         || refuse (parser, "the end of the definition");
}

gboolean
definition_parse (Definition *definition, GError **error)
{
  Parser parser = { .definition = definition, .error = error };
  DefinitionName name;

  read_tokens (definition);
  if (!expect_word (&parser, "CREATE"))
    return FALSE;
  if (is_at_word (&parser, "VIRTUAL"))
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "a virtual table's definition is its module's affair");
      return FALSE;
    }
  if (!expect_word (&parser, "TABLE")
      || !expect_name (&parser, "the table's name", &name))
    return FALSE;
  definition->name = keep_name (&parser, &name);
  return expect_sign (&parser, '(', "'('") && parse_body (&parser)
         && parse_options (&parser);
}
