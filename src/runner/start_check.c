/* SPDX-License-Identifier: Apache-2.0
 *
 * The live tables beside those of the file.
 */
#include "config.h"

#include "runner/start_check.h"

static gboolean
takes_default_away (const ActionStep *step)
{
  const Operation *operation = step->step->operation;

  return step->runs && operation->kind == OPERATION_ALTER_COLUMN
         && operation->alter_column.has_default
         && operation->alter_column.default_kind == DEFAULT_NONE;
}

/* Whether the file says that the column has no default; one that a step makes is its own
 * business. */
static gboolean
declares_none (const Database *start, const char *table, const char *column)
{
  const Table *declared = database_find (start, table);
  const Column *found = declared != NULL ? table_find_column (declared, column) : NULL;

  return found != NULL && found->default_kind == DEFAULT_NONE;
}

static gboolean
check_default (SqlConnection *connection, const Database *start,
               const Operation *operation, GPtrArray *differences, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *column = operation->alter_column.column;
  const char *text;

  if (!declares_none (start, operation->table, column))
    return TRUE;
  if (!connection->engine->live_default (connection, operation->table, column, &text,
                                         arena, error))
    return FALSE;
  if (text != NULL)
    g_ptr_array_add (
        differences,
        g_strdup_printf (
            "column '%s' of '%s' has the default %s, which the file does not "
            "declare, and is to lose it: declare it, so that it can come "
            "back",
            column, operation->table, text));
  return TRUE;
}

gboolean
start_check (SqlConnection *connection, const ActionPlan *actions, GPtrArray *differences,
             GError **error)
{
  if (!connection->engine->compare (connection, actions->start, TRUE, differences, error))
    return FALSE;
  for (guint i = 0; i < actions->steps->len; i++)
    {
      const ActionStep *step = actions->steps->pdata[i];
      if (takes_default_away (step)
          && !check_default (connection, actions->start, step->step->operation,
                             differences, error))
        return FALSE;
    }
  return TRUE;
}
