/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of columns, table by table.
 */
#include "config.h"

#include "runner/overlap.h"

#include "model/error.h"
#include "planner/mentions.h"

static gboolean
is_about_table (const Operation *operation)
{
  switch (operation->kind)
    {
    case OPERATION_CREATE_TABLE:
    case OPERATION_DROP_TABLE:
    case OPERATION_RENAME_TABLE:
    case OPERATION_ALIAS_TABLE:
    case OPERATION_SQL:
      return TRUE;
    default:
      return FALSE;
    }
}

static const char *
table_of (const Operation *operation)
{
  return operation->kind == OPERATION_CREATE_TABLE ? operation->create_table.table->name
                                                   : operation->table;
}

/* What both name; NULL: nothing.  "" is the table as a whole. */
static const char *
shared_name (const Operation *a, const Operation *b)
{
  g_autoptr (GPtrArray) names = mentions_of_operation (a);
  g_autoptr (GPtrArray) others = mentions_of_operation (b);

  if (table_of (a) == NULL || table_of (b) == NULL
      || g_ascii_strcasecmp (table_of (a), table_of (b)) != 0)
    return NULL;
  if (is_about_table (a) || is_about_table (b))
    return "";
  for (guint i = 0; i < names->len; i++)
    for (guint j = 0; j < others->len; j++)
      if (g_ascii_strcasecmp (names->pdata[i], others->pdata[j]) == 0)
        return names->pdata[i];
  return NULL;
}

static gboolean
check_step (const Operation *operation, const MigrationPlan *other, GError **error)
{
  for (guint i = 0; i < migration_plan_n_steps (other); i++)
    {
      const Operation *theirs = migration_plan_step (other, i)->operation;
      const char *name = shared_name (operation, theirs);
      if (name == NULL)
        continue;
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_DRIFT,
          "migration '%s' is not finished and changes %s%s%s'%s' too; contract or "
          "abort it first",
          other->id, name[0] != '\0' ? "'" : "", name,
          name[0] != '\0' ? "' of " : "table ", table_of (operation));
      return FALSE;
    }
  return TRUE;
}

gboolean
overlap_check (const MigrationPlan *plan, const GPtrArray *others, GError **error)
{
  for (guint i = 0; others != NULL && i < others->len; i++)
    for (guint j = 0; j < migration_plan_n_steps (plan); j++)
      if (!check_step (migration_plan_step (plan, j)->operation, others->pdata[i], error))
        return FALSE;
  return TRUE;
}
