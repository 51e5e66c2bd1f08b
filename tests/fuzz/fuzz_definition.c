/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target: the definition of a SQLite table.
 *
 * What parses parses again after each edit, and holds what it held but for the edit.
 */
#include "config.h"

#include <string.h>

#include "engine/sqlite/definition.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

/* An edit gives a text that reads, with @n_more constraints, or an error. */
static void
check_edit (const Definition *before, char *text, int n_more, GError *error)
{
  g_autoptr (Definition) after = NULL;

  g_assert ((text == NULL) == (error != NULL));
  g_clear_error (&error);
  if (text == NULL)
    return;
  after = definition_new (text, &error);
  g_assert_no_error (error);
  g_assert (after->columns->len == before->columns->len);
  g_assert ((int) after->constraints->len - (int) before->constraints->len == n_more
            || n_more < 0);
  g_free (text);
}

static void
edit_column (const Definition *definition, guint index)
{
  const char *name
      = ((const DefinitionColumn *) definition->columns->pdata[index])->name->name;
  const char *from[] = { name, NULL }, *to[] = { "a new name", NULL };
  gboolean has_default
      = definition_column_constraint (definition, index, DEFINITION_DEFAULT) != NULL;
  GError *error = NULL;
  char *text = definition_add_not_null (definition, name, &error);

  check_edit (definition, text, 1, g_steal_pointer (&error));
  text = definition_drop_not_null (definition, name, FALSE, &error);
  check_edit (definition, text, -1, g_steal_pointer (&error));
  text = definition_set_default (definition, name, "'x'", &error);
  check_edit (definition, text, has_default ? 0 : 1, g_steal_pointer (&error));
  text = definition_set_default (definition, name, NULL, &error);
  check_edit (definition, text, -1, g_steal_pointer (&error));
  text = definition_set_type (definition, name, "TEXT", &error);
  check_edit (definition, text, 0, g_steal_pointer (&error));
  text = definition_set_type (definition, name, "", &error);
  check_edit (definition, text, 0, g_steal_pointer (&error));
  text = definition_rename_columns (definition, from, to, &error);
  check_edit (definition, text, 0, g_steal_pointer (&error));
}

static void
edit_constraint (const Definition *definition, guint index)
{
  const DefinitionConstraint *constraint = definition->constraints->pdata[index];
  GError *error = NULL;
  char *text = definition_drop_constraint_at (definition, index, &error);

  g_assert (constraint->span.start < constraint->span.end);
  check_edit (definition, text, -1, g_steal_pointer (&error));
  if (constraint->name == NULL)
    return;
  text = definition_rename_constraint (definition, constraint->name->name, "c d", &error);
  check_edit (definition, text, 0, g_steal_pointer (&error));
}

/* What was added last goes without a trace. */
static void
add_and_drop (const Definition *definition)
{
  g_autoptr (Definition) more = NULL;
  g_autofree char *added = definition_add_constraint (definition, "CHECK (1)", NULL);
  g_autofree char *back = NULL;

  g_assert (added != NULL);
  more = definition_new (added, NULL);
  back = definition_drop_constraint_at (more, more->constraints->len - 1, NULL);
  g_assert_cmpstr (back, ==, definition->text);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (memchr (data, '\0', size) != NULL)
    return 0;
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autoptr (Definition) definition = definition_new (text, &error);

  g_assert ((definition == NULL) == (error != NULL));
  if (definition == NULL)
    return 0;
  for (guint i = 0; i < MIN (definition->columns->len, 8); i++)
    edit_column (definition, i);
  for (guint i = 0; i < MIN (definition->constraints->len, 16); i++)
    edit_constraint (definition, i);
  add_and_drop (definition);
  return 0;
}
