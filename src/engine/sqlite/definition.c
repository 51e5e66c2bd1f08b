/* SPDX-License-Identifier: Apache-2.0
 *
 * Definition: what is read out of the parsed text.  See definition_parse.c for how it is
 * parsed, definition_edit.c and definition_rename.c for how it is changed.
 */
#include "config.h"

#include "engine/sqlite/definition.h"

#include "engine/sqlite/definition_parse.h"
#include "model/error.h"

Definition *
definition_new (const char *sql, GError **error)
{
  g_autoptr (Definition) definition = g_new0 (Definition, 1);

  definition->arena = arena_new ();
  definition->text = arena_strdup (definition->arena, sql);
  definition->tokens = g_array_new (FALSE, TRUE, sizeof (SqliteToken));
  definition->columns = g_ptr_array_new ();
  definition->constraints = g_ptr_array_new ();
  if (!definition_parse (definition, error))
    return NULL;
  return g_steal_pointer (&definition);
}

void
definition_free (Definition *definition)
{
  if (definition == NULL)
    return;
  g_ptr_array_unref (definition->columns);
  g_ptr_array_unref (definition->constraints);
  g_array_unref (definition->tokens);
  arena_free (definition->arena);
  g_free (definition);
}

const DefinitionColumn *
definition_find_column (const Definition *definition, const char *name, guint *index)
{
  for (guint i = 0; i < definition->columns->len; i++)
    {
      const DefinitionColumn *column = definition->columns->pdata[i];

      if (g_ascii_strcasecmp (column->name->name, name) != 0)
        continue;
      if (index != NULL)
        *index = i;
      return column;
    }
  return NULL;
}

gboolean
definition_require_column (const Definition *definition, const char *name, guint *index,
                           GError **error)
{
  if (definition_find_column (definition, name, index) != NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "table '%s' has no column '%s'",
               definition->name->name, name);
  return FALSE;
}

const DefinitionConstraint *
definition_column_constraint (const Definition *definition, guint index,
                              DefinitionKind kind)
{
  for (guint i = definition->constraints->len; i > 0; i--)
    {
      const DefinitionConstraint *constraint = definition->constraints->pdata[i - 1];

      if (constraint->column == index && constraint->kind == kind)
        return constraint;
    }
  return NULL;
}

const DefinitionColumn *
definition_rowid_column (const Definition *definition)
{
  if (definition->without_rowid)
    return NULL;
  for (guint i = 0; i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *key = definition->constraints->pdata[i];
      const DefinitionColumn *column;

      if (key->kind != DEFINITION_PRIMARY_KEY || key->n_columns != 1)
        continue;
      column = definition_find_column (definition, key->columns[0].name, NULL);
      /* A quirk that is kept: INTEGER PRIMARY KEY DESC of a column is no name of the
       * rowid, PRIMARY KEY (a DESC) of a table is one. */
      if (column != NULL && !key->descending
          && g_ascii_strcasecmp (column->type_text, "INTEGER") == 0)
        return column;
    }
  return NULL;
}

char *
definition_slice (const Definition *definition, SqliteSpan span)
{
  return g_strndup (definition->text + span.start, span.end - span.start);
}
