/* SPDX-License-Identifier: Apache-2.0
 *
 * Renaming columns within a definition.
 *
 * Where only a column can stand, that is easy.  In an expression a word may be a
 * function, a table, a type or a collation, "x" may be a string, and a new name may catch
 * what meant something else before; what cannot be told apart is refused.
 */
#include "config.h"

#include <string.h>

#include "engine/sqlite/definition_patch.h"
#include "model/error.h"

typedef struct
{
  const Definition *definition;
  DefinitionPatch *patch;
  const char *const *from;
  const char *const *to;
  GError **error;
} Renaming;

/* The place of @name in the NULL-ended list.  Returns: -1 when it is not there */
static int
name_index (const char *const *names, const char *name)
{
  for (int i = 0; names[i] != NULL; i++)
    if (g_ascii_strcasecmp (names[i], name) == 0)
      return i;
  return -1;
}

/* @in_expression: as the columns of a key are, for SQLite's grammar */
static void
rename_names (const Renaming *renaming, const DefinitionName *names, guint n_names,
              gboolean in_expression)
{
  for (guint i = 0; i < n_names; i++)
    {
      int index = name_index (renaming->from, names[i].name);

      if (index >= 0)
        definition_patch_rename_token (renaming->patch, &names[i].token,
                                       renaming->to[index], in_expression);
    }
}

/* Expressions ------------------------------------------------------------------- */

/* Words that are names or parts of an expression, whichever SQLite can make of them. */
static gboolean
is_ambiguous (const char *text, const SqliteToken *token)
{
  static const char *const WORDS[] = { "END", "LIKE", "GLOB", "REGEXP", "MATCH" };

  for (guint i = 0; i < G_N_ELEMENTS (WORDS); i++)
    if (sqlite_token_is (text, token, WORDS[i]))
      return TRUE;
  return FALSE;
}

/* These three are functions wherever they stand in an expression. */
static gboolean
is_clock (const char *text, const SqliteToken *token)
{
  return sqlite_token_is (text, token, "CURRENT_DATE")
         || sqlite_token_is (text, token, "CURRENT_TIME")
         || sqlite_token_is (text, token, "CURRENT_TIMESTAMP");
}

/* Whether the token stands where a column can: not a function or a table. */
static gboolean
can_be_column (const char *text, const SqliteToken *token)
{
  if (token->kind != SQLITE_TOKEN_WORD && token->kind != SQLITE_TOKEN_QUOTED)
    return FALSE;
  return sqlite_token_is_name (text, token) && !is_clock (text, token)
         && !sqlite_token_is_sign (text, token + 1, '(')
         && !sqlite_token_is_sign (text, token + 1, '.');
}

static gboolean
refuse_word (const Renaming *renaming, const char *name, const char *why)
{
  g_set_error (renaming->error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "cannot rename in table '%s': an expression has '%s', which %s",
               renaming->definition->name->name, name, why);
  return FALSE;
}

static gboolean
rename_mention (const Renaming *renaming, const SqliteToken *token)
{
  const Definition *definition = renaming->definition;
  const char *name;
  int index;

  if (!can_be_column (definition->text, token))
    return TRUE;
  name = sqlite_token_name (definition->text, token, definition->arena);
  index = name_index (renaming->from, name);
  if (index < 0 && name_index (renaming->to, name) < 0)
    return TRUE;
  if (is_ambiguous (definition->text, token))
    return refuse_word (renaming, name, "may be a column or a key word");
  if (index < 0)
    return refuse_word (renaming, name, "would become a column");
  definition_patch_rename_token (renaming->patch, token, renaming->to[index], TRUE);
  return TRUE;
}

/* The token behind the type of a CAST, when @token is its AS. */
static const SqliteToken *
skip_cast_type (const char *text, const SqliteToken *token)
{
  guint depth = 0;

  for (;; token++)
    if (sqlite_token_is_sign (text, token, '('))
      depth++;
    else if (sqlite_token_is_sign (text, token, ')') && depth-- == 0)
      return token;
}

static const SqliteToken *
first_token_at (const Definition *definition, gsize at)
{
  guint low = 0, high = definition->tokens->len - 1;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (definition->tokens, SqliteToken, middle).span.start < at)
        low = middle + 1;
      else
        high = middle;
    }
  return &g_array_index (definition->tokens, SqliteToken, low);
}

static gboolean
rename_in_expression (const Renaming *renaming, SqliteSpan span)
{
  const char *text = renaming->definition->text;
  const SqliteToken *token = first_token_at (renaming->definition, span.start);

  while (token->span.start < span.end)
    if (sqlite_token_is (text, token, "AS"))
      token = skip_cast_type (text, token);
    else if (sqlite_token_is (text, token, "COLLATE"))
      token += 2;
    else if (!rename_mention (renaming, token++))
      return FALSE;
  return TRUE;
}

/* The whole --------------------------------------------------------------------- */

static gboolean
refers_to_itself (const Renaming *renaming, const DefinitionConstraint *constraint)
{
  return constraint->references_table != NULL
         && g_ascii_strcasecmp (constraint->references_table->name,
                                renaming->definition->name->name)
                == 0;
}

static gboolean
rename_in_constraint (const Renaming *renaming, const DefinitionConstraint *constraint)
{
  if (constraint->column == DEFINITION_NO_COLUMN)
    rename_names (renaming, constraint->columns, constraint->n_columns,
                  constraint->kind != DEFINITION_FOREIGN_KEY);
  if (refers_to_itself (renaming, constraint))
    rename_names (renaming, constraint->references_columns,
                  constraint->n_references_columns, FALSE);
  if (constraint->kind != DEFINITION_CHECK && constraint->kind != DEFINITION_GENERATED)
    return TRUE;
  return rename_in_expression (renaming, constraint->expression);
}

/* Every old name is a column, once; every new one is free or given up. */
static gboolean
check_names (const Renaming *renaming)
{
  const Definition *definition = renaming->definition;
  const char *const *from = renaming->from, *const *to = renaming->to;

  for (guint i = 0; from[i] != NULL || to[i] != NULL; i++)
    {
      ZdmError code = ZDM_ERROR_EXISTS;
      const char *why = "is a column already";

      if (from[i] == NULL || to[i] == NULL || *to[i] == '\0'
          || name_index (from, from[i]) != (int) i || name_index (to, to[i]) != (int) i)
        code = ZDM_ERROR_INVALID, why = "cannot be given once to one column each";
      else if (definition_find_column (definition, from[i], NULL) == NULL)
        code = ZDM_ERROR_MISSING, why = "is not a column";
      else if (definition_find_column (definition, to[i], NULL) == NULL
               || name_index (from, to[i]) >= 0)
        continue;
      g_set_error (renaming->error, ZDM_ERROR, code, "table '%s': '%s' %s",
                   definition->name->name,
                   code == ZDM_ERROR_EXISTS || from[i] == NULL ? to[i] : from[i], why);
      return FALSE;
    }
  return TRUE;
}

static gboolean
is_renamed (const Renaming *renaming, const Definition *after)
{
  const Definition *before = renaming->definition;

  if (before->columns->len != after->columns->len
      || before->constraints->len != after->constraints->len)
    return FALSE;
  for (guint i = 0; i < before->columns->len; i++)
    {
      const DefinitionColumn *old = before->columns->pdata[i];
      const DefinitionColumn *new = after->columns->pdata[i];
      int index = name_index (renaming->from, old->name->name);

      if (strcmp (new->name->name, index < 0 ? old->name->name : renaming->to[index])
          != 0)
        return FALSE;
    }
  return TRUE;
}

char *
definition_rename_columns (const Definition *definition, const char *const *from,
                           const char *const *to, GError **error)
{
  g_auto (DefinitionPatch) patch;
  g_autoptr (Definition) after = NULL;
  g_autofree char *text = NULL;
  const Renaming renaming = { definition, &patch, from, to, error };

  definition_patch_init (&patch, definition);
  if (!check_names (&renaming))
    return NULL;
  for (guint i = 0; i < definition->columns->len; i++)
    rename_names (&renaming,
                  ((const DefinitionColumn *) definition->columns->pdata[i])->name, 1,
                  FALSE);
  for (guint i = 0; i < definition->constraints->len; i++)
    if (!rename_in_constraint (&renaming, definition->constraints->pdata[i]))
      return NULL;
  text = definition_patch_write (&patch, &after, error);
  if (text == NULL || is_renamed (&renaming, after))
    return g_steal_pointer (&text);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "'%s' cannot be renamed to '%s'",
               from[0], to[0]);
  return NULL;
}
