/* SPDX-License-Identifier: Apache-2.0
 *
 * Identifiers: checking and making them.
 */
#include "config.h"

#include "planner/identifier.h"

#include <string.h>

#include "model/mentions.h"
#include "model/table_name.h"

/* What is wrong with the name, or NULL.  A table's may have its schema before it. */
static const char *
identifier_problem (const char *name)
{
  g_autoptr (Arena) arena = arena_new ();
  TableName parts = table_name_parse (name, arena);

  if (*name == '\0')
    return "is empty";
  return strlen (parts.name) > IDENTIFIER_MAX_BYTES
                 || (parts.schema != NULL && strlen (parts.schema) > IDENTIFIER_MAX_BYTES)
             ? "is longer than 63 bytes"
             : NULL;
}

static const char *
help_for (const char *name)
{
  return *name == '\0' ? "every table, column, constraint and index needs a name"
                       : "PostgreSQL cuts longer names silently, MariaDB refuses them; "
                         "choose a shorter one";
}

gboolean
identifier_check_operation (Expansion *expansion)
{
  g_autoptr (GPtrArray) names = mentions_of_operation (expansion->change);

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];
      const char *problem = identifier_problem (name);
      if (problem == NULL)
        continue;
      expansion_error (expansion, help_for (name), "the name '%s' %s", name, problem);
      return FALSE;
    }
  return TRUE;
}

gboolean
identifier_check_table (const Table *table, DiagnosticList *diagnostics)
{
  g_autoptr (GPtrArray) names = mentions_of_table (table);
  gboolean fine = TRUE;

  for (guint i = 0; i < names->len; i++)
    {
      const char *name = names->pdata[i];
      const char *problem = identifier_problem (name);
      if (problem == NULL)
        continue;
      diagnostic_list_add (diagnostics, SEVERITY_ERROR, "plan", table->location,
                           help_for (name), "table '%s': the name '%s' %s", table->name,
                           name, problem);
      fine = FALSE;
    }
  return fine;
}

const char *
identifier_generate (Arena *arena, const char *prefix, const char *name)
{
  return generated_name (arena, arena_printf (arena, "%s%s", prefix, name));
}
