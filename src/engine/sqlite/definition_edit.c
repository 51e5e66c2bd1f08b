/* SPDX-License-Identifier: Apache-2.0
 *
 * Edits of a definition: constraints, defaults, types.
 *
 * What the caller gives is SQL, so each edit looks at the parsed result: exactly the
 * thing that was asked for is new, gone or changed.
 */
#include "config.h"

#include <string.h>

#include "engine/sqlite/definition_patch.h"
#include "model/error.h"

/* A table of the same kind with the same columns, and @n_more constraints. */
static gboolean
is_same_but (const Definition *before, const Definition *after, int n_more)
{
  return before->columns->len == after->columns->len
         && (gint64) before->constraints->len + n_more == (gint64) after->constraints->len
         && before->strict == after->strict
         && before->without_rowid == after->without_rowid;
}

static char *
refuse_text (const char *what, const char *sql, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "'%s' is not %s", sql, what);
  return NULL;
}

/* Gives the text of a patch that leaves @n_more constraints more than there were. */
static char *
finish (DefinitionPatch *patch, int n_more, const char *what, const char *sql,
        GError **error)
{
  g_autoptr (Definition) after = NULL;
  g_autofree char *text = definition_patch_write (patch, &after, error);

  if (text == NULL)
    return NULL;
  if (!is_same_but (patch->definition, after, n_more))
    return refuse_text (what, sql, error);
  return g_steal_pointer (&text);
}

/* Takes out every constraint of that kind that the column has.  Returns: how many */
static int
remove_all (DefinitionPatch *patch, guint column, DefinitionKind kind)
{
  const GPtrArray *constraints = patch->definition->constraints;
  int n = 0;

  for (guint i = 0; i < constraints->len; i++)
    {
      const DefinitionConstraint *constraint = constraints->pdata[i];

      if (constraint->column != column || constraint->kind != kind)
        continue;
      definition_patch_remove (patch, constraint->span);
      n++;
    }
  return n;
}

/* Defaults ---------------------------------------------------------------------- */

/* Right behind the type (or the name), where nothing that came later can be cut apart. */
static void
insert_constraint (DefinitionPatch *patch, guint column, const char *text)
{
  const DefinitionColumn *where = patch->definition->columns->pdata[column];

  definition_patch_insert_words (patch, where->type.end, text);
}

static char *
drop_default (DefinitionPatch *patch, guint index, const char *column, GError **error)
{
  int n_removed = remove_all (patch, index, DEFINITION_DEFAULT);

  if (n_removed > 0)
    return finish (patch, -n_removed, "a column without a default", column, error);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "column '%s' of '%s' has no default",
               column, patch->definition->name->name);
  return NULL;
}

/* The parsed default is the whole of @sql. */
static gboolean
default_is (const Definition *definition, guint index, const char *sql)
{
  const DefinitionConstraint *constraint
      = definition_column_constraint (definition, index, DEFINITION_DEFAULT);
  g_autofree char *text = NULL;

  if (constraint == NULL)
    return FALSE;
  text = definition_slice (definition, constraint->expression);
  return strcmp (text, sql) == 0;
}

char *
definition_set_default (const Definition *definition, const char *column, const char *sql,
                        GError **error)
{
  g_auto (DefinitionPatch) patch;
  g_autoptr (Definition) after = NULL;
  g_autofree char *text = NULL, *stripped = NULL, *whole = NULL;
  const DefinitionConstraint *old;
  guint index;

  definition_patch_init (&patch, definition);
  if (!definition_require_column (definition, column, &index, error))
    return NULL;
  if (sql == NULL)
    return drop_default (&patch, index, column, error);
  stripped = g_strstrip (g_strdup (sql));
  whole = g_strconcat ("DEFAULT ", stripped, NULL);
  old = definition_column_constraint (definition, index, DEFINITION_DEFAULT);
  if (old != NULL)
    definition_patch_replace_words (&patch, old->expression, stripped);
  else
    insert_constraint (&patch, index, whole);
  text = definition_patch_write (&patch, &after, error);
  if (text == NULL)
    return NULL;
  if (!is_same_but (definition, after, old == NULL ? 1 : 0)
      || !default_is (after, index, stripped))
    return refuse_text ("a default: give a literal, or an expression in parentheses", sql,
                        error);
  return g_steal_pointer (&text);
}

/* Types ------------------------------------------------------------------------- */

static gboolean
has_same_rowid (const Definition *before, const Definition *after)
{
  const DefinitionColumn *a = definition_rowid_column (before);
  const DefinitionColumn *b = definition_rowid_column (after);

  return a == NULL || b == NULL ? a == b
                                : g_ascii_strcasecmp (a->name->name, b->name->name) == 0;
}

static void
put_type (DefinitionPatch *patch, const DefinitionColumn *column, const char *type)
{
  if (column->type.start == column->type.end)
    definition_patch_insert_words (patch, column->type.end, type);
  else if (*type == '\0')
    definition_patch_remove (patch, column->type);
  else
    definition_patch_replace_words (patch, column->type, type);
}

char *
definition_set_type (const Definition *definition, const char *column, const char *type,
                     GError **error)
{
  g_auto (DefinitionPatch) patch;
  g_autoptr (Definition) after = NULL;
  g_autofree char *text = NULL, *stripped = g_strstrip (g_strdup (type));
  const DefinitionColumn *changed;
  guint index;

  definition_patch_init (&patch, definition);
  if (!definition_require_column (definition, column, &index, error))
    return NULL;
  changed = definition->columns->pdata[index];
  if (strcmp (changed->type_text, stripped) == 0)
    return g_strdup (definition->text);
  put_type (&patch, changed, stripped);
  text = definition_patch_write (&patch, &after, error);
  if (text == NULL)
    return NULL;
  changed = index < after->columns->len ? after->columns->pdata[index] : NULL;
  if (!is_same_but (definition, after, 0) || strcmp (changed->type_text, stripped) != 0)
    return refuse_text ("a type", type, error);
  if (has_same_rowid (definition, after))
    return g_steal_pointer (&text);
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
      "column '%s' of '%s' is stored differently when its type is '%s': it is, or "
      "would be, the rowid",
      column, definition->name->name, stripped);
  return NULL;
}

/* Constraints of the table ---------------------------------------------------- */

static gboolean
is_only_text (const DefinitionConstraint *constraint)
{
  return constraint->kind == DEFINITION_CHECK
         || constraint->kind == DEFINITION_FOREIGN_KEY;
}

static gsize
last_token_end (const Definition *definition)
{
  gsize end = 0;

  for (guint i = 0; i < definition->tokens->len; i++)
    {
      const SqliteToken *token = &g_array_index (definition->tokens, SqliteToken, i);

      if (token->span.start == definition->body_end)
        return end;
      end = token->span.end;
    }
  return end;
}

char *
definition_add_constraint (const Definition *definition, const char *sql, GError **error)
{
  g_auto (DefinitionPatch) patch;
  g_autoptr (Definition) after = NULL;
  g_autofree char *stripped = g_strstrip (g_strdup (sql));
  g_autofree char *whole = g_strconcat (", ", stripped, NULL);
  g_autofree char *text = NULL, *added = NULL;
  const DefinitionConstraint *last;

  definition_patch_init (&patch, definition);
  definition_patch_insert (&patch, last_token_end (definition), whole);
  text = definition_patch_write (&patch, &after, error);
  if (text == NULL)
    return NULL;
  if (!is_same_but (definition, after, 1))
    return refuse_text ("one constraint of a table", sql, error);
  last = after->constraints->pdata[after->constraints->len - 1];
  added = definition_slice (after, last->span);
  if (last->column != DEFINITION_NO_COLUMN || strcmp (added, stripped) != 0)
    return refuse_text ("one constraint of a table", sql, error);
  if (is_only_text (last))
    return g_steal_pointer (&text);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "SQLite cannot add a key to table '%s' without writing it anew: an index "
               "goes with it",
               definition->name->name);
  return NULL;
}

/* The token before, or at, the byte. */
static const SqliteToken *
token_before (const Definition *definition, gsize at)
{
  const SqliteToken *found = NULL;

  for (guint i = 0; i < definition->tokens->len; i++)
    {
      const SqliteToken *token = &g_array_index (definition->tokens, SqliteToken, i);

      if (token->span.start >= at)
        break;
      found = token;
    }
  return found;
}

/* A table's constraint goes with the comma before it, unless it is followed by one that
 * has none of its own and needs that comma. */
static void
remove_table_constraint (DefinitionPatch *patch, SqliteSpan span)
{
  const Definition *definition = patch->definition;
  const char *text = definition->text;
  const SqliteToken *comma = token_before (definition, span.start);
  const SqliteToken *next = token_before (definition, span.end) + 1;
  gsize gap = comma->span.end;

  if (!sqlite_token_is_sign (text, comma, ',')
      || !(sqlite_token_is_sign (text, next, ',')
           || sqlite_token_is_sign (text, next, ')')))
    {
      definition_patch_remove (patch, span);
      return;
    }
  while (sqlite_is_space (text[gap]))
    gap++;
  if (gap == span.start)
    definition_patch_remove (patch, (SqliteSpan){ comma->span.start, span.end });
  else
    {
      definition_patch_replace (patch, comma->span, "");
      definition_patch_replace (patch, span, "");
    }
}

char *
definition_cut_constraint (const Definition *definition, guint index, GError **error)
{
  const DefinitionConstraint *constraint = definition->constraints->pdata[index];
  g_auto (DefinitionPatch) patch;

  definition_patch_init (&patch, definition);
  if (constraint->column != DEFINITION_NO_COLUMN)
    definition_patch_remove (&patch, constraint->span);
  else
    remove_table_constraint (&patch, constraint->span);
  return finish (&patch, -1, "a table without the constraint", definition->name->name,
                 error);
}

static char *
drop_constraint (const Definition *definition, guint index, GError **error)
{
  if (!is_only_text (definition->constraints->pdata[index]))
    {
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
          "only a check or a foreign key of '%s' can be dropped from its definition",
          definition->name->name);
      return NULL;
    }
  return definition_cut_constraint (definition, index, error);
}

char *
definition_drop_constraint_at (const Definition *definition, guint index, GError **error)
{
  if (index < definition->constraints->len)
    return drop_constraint (definition, index, error);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "table '%s' has only %u constraints",
               definition->name->name, definition->constraints->len);
  return NULL;
}

/* SQLite does not mind two constraints of one name; who wants to change one does. */
static const DefinitionConstraint *
find_constraint (const Definition *definition, const char *name, GError **error)
{
  const DefinitionConstraint *found = NULL;

  for (guint i = 0; i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *constraint = definition->constraints->pdata[i];

      if (constraint->name == NULL
          || g_ascii_strcasecmp (constraint->name->name, name) != 0)
        continue;
      if (found != NULL)
        {
          g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                       "table '%s' has two constraints '%s'", definition->name->name,
                       name);
          return NULL;
        }
      found = constraint;
    }
  if (found == NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "table '%s' has no constraint '%s'",
                 definition->name->name, name);
  return found;
}

char *
definition_drop_constraint (const Definition *definition, const char *name,
                            GError **error)
{
  const DefinitionConstraint *constraint = find_constraint (definition, name, error);

  for (guint i = 0; i < definition->constraints->len; i++)
    if (definition->constraints->pdata[i] == constraint)
      return drop_constraint (definition, i, error);
  return NULL;
}

char *
definition_rename_constraint (const Definition *definition, const char *from,
                              const char *to, GError **error)
{
  g_auto (DefinitionPatch) patch;
  const DefinitionConstraint *constraint = find_constraint (definition, from, error);

  definition_patch_init (&patch, definition);
  if (constraint == NULL)
    return NULL;
  if (g_ascii_strcasecmp (from, to) != 0
      && find_constraint (definition, to, NULL) != NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS,
                   "table '%s' has a constraint '%s' already", definition->name->name,
                   to);
      return NULL;
    }
  definition_patch_rename (&patch, constraint->name, to);
  return finish (&patch, 0, "a name", to, error);
}
