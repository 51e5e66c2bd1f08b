/* SPDX-License-Identifier: Apache-2.0
 *
 * Edits of a definition: NOT NULL.
 *
 * While triggers stand in for one that has a name, or says what becomes of a row that
 * breaks it, its words wait for it: SQLite takes `CONSTRAINT n NULL ON CONFLICT IGNORE`,
 * and reads over it.
 */
#include "config.h"

#include "engine/sqlite/definition_patch.h"
#include "model/error.h"

/* The first token of the constraint itself: NOT, or NULL. */
static const SqliteToken *
first_word (const Definition *definition, const DefinitionConstraint *constraint)
{
  const SqliteToken *tokens = (const SqliteToken *) definition->tokens->data;

  while (tokens->span.start < constraint->span.start)
    tokens++;
  return constraint->name != NULL ? tokens + 2 : tokens;
}

static const SqliteToken *
null_word (const Definition *definition, const DefinitionConstraint *constraint)
{
  const SqliteToken *first = first_word (definition, constraint);

  return constraint->kind == DEFINITION_NOT_NULL ? first + 1 : first;
}

static gboolean
has_words (const Definition *definition, const DefinitionConstraint *constraint)
{
  return constraint->name != NULL
         || null_word (definition, constraint)->span.end < constraint->span.end;
}

/* What is left of one that has gone.  Returns: (nullable) */
static const DefinitionConstraint *
waiting (const Definition *definition, guint index)
{
  const DefinitionConstraint *found
      = definition_column_constraint (definition, index, DEFINITION_NULL);

  return found != NULL && has_words (definition, found) ? found : NULL;
}

static SqliteSpan
not_span (const Definition *definition, const DefinitionConstraint *constraint)
{
  const SqliteToken *word = first_word (definition, constraint);

  return (SqliteSpan){ word->span.start, (word + 1)->span.start };
}

/* The new text, in which the column is NOT NULL or not. */
static char *
finish (DefinitionPatch *patch, guint index, gboolean is_there, GError **error)
{
  g_autoptr (Definition) after = NULL;
  g_autofree char *text = definition_patch_write (patch, &after, error);

  if (text == NULL)
    return NULL;
  if (after->columns->len == patch->definition->columns->len
      && (definition_column_constraint (after, index, DEFINITION_NOT_NULL) != NULL)
             == is_there)
    return g_steal_pointer (&text);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
               "the NOT NULL of a column of '%s' cannot be changed",
               patch->definition->name->name);
  return NULL;
}

char *
definition_drop_not_null (const Definition *definition, const char *column,
                          gboolean keep_words, GError **error)
{
  g_auto (DefinitionPatch) patch;
  gboolean found = FALSE;
  guint index;

  definition_patch_init (&patch, definition);
  if (!definition_require_column (definition, column, &index, error))
    return NULL;
  for (guint i = 0; i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *constraint = definition->constraints->pdata[i];

      if (constraint->column != index || constraint->kind != DEFINITION_NOT_NULL)
        continue;
      found = TRUE;
      if (keep_words && has_words (definition, constraint))
        definition_patch_replace (&patch, not_span (definition, constraint), "");
      else
        definition_patch_remove (&patch, constraint->span);
    }
  if (found)
    return finish (&patch, index, FALSE, error);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "column '%s' of '%s' is not NOT NULL",
               column, definition->name->name);
  return NULL;
}

char *
definition_add_not_null (const Definition *definition, const char *column, GError **error)
{
  g_auto (DefinitionPatch) patch;
  guint index;

  definition_patch_init (&patch, definition);
  if (!definition_require_column (definition, column, &index, error))
    return NULL;
  if (definition_column_constraint (definition, index, DEFINITION_NOT_NULL) != NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS,
                   "column '%s' of '%s' is NOT NULL already", column,
                   definition->name->name);
      return NULL;
    }
  const DefinitionConstraint *left = waiting (definition, index);
  const DefinitionColumn *where = definition->columns->pdata[index];
  if (left != NULL)
    definition_patch_insert (&patch, first_word (definition, left)->span.start, "NOT ");
  else
    definition_patch_insert_words (&patch, where->type.end, "NOT NULL");
  return finish (&patch, index, TRUE, error);
}

char *
definition_not_null_words (const Definition *definition, guint index, gboolean binds,
                           SqliteSpan *span)
{
  const DefinitionConstraint *constraint
      = definition_column_constraint (definition, index, DEFINITION_NOT_NULL);

  if (constraint == NULL || !has_words (definition, constraint))
    constraint = waiting (definition, index);
  if (constraint == NULL)
    return NULL;
  *span = constraint->span;
  g_autofree char *head = definition_slice (
      definition,
      (SqliteSpan){ span->start, first_word (definition, constraint)->span.start });
  g_autofree char *tail = definition_slice (
      definition,
      (SqliteSpan){ null_word (definition, constraint)->span.start, span->end });
  return g_strconcat (head, binds ? "NOT " : "", tail, NULL);
}
