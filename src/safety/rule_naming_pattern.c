/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM390-naming: names that the migration brings in, against the project's patterns.
 *
 * What was there before is let be: it cannot be renamed by writing another file.
 */
#include "config.h"

#include "model/table_name.h"
#include "safety/context.h"
#include "safety/settings.h"

typedef struct
{
  const SafetyContext *context;
  const MigrationStep *step; /* NULL: of no step */
  const Effect *effect;      /* in place of it: of a statement */
  Location location;
} Naming;

/* All of the name has to match. */
static gboolean
matches (const char *pattern, const char *name)
{
  g_autofree char *whole = g_strdup_printf ("^(?:%s)\\z", pattern);

  return g_regex_match_simple (whole, name, 0, 0);
}

static void
check_name (const Naming *naming, const char *noun, const char *name)
{
  const char *pattern = safety_settings_pattern (naming->context->options->project, noun);

  if (pattern == NULL || name == NULL || matches (pattern, name))
    return;
  g_autofree char *text = g_strdup_printf (
      "The %s '%s' does not match the project's pattern '%s'", noun, name, pattern);
  if (naming->effect != NULL)
    safety_report_effect (naming->context, naming->effect, "%s", text);
  else if (naming->step != NULL)
    safety_report_step (naming->context, naming->step, "%s", text);
  else
    safety_report (naming->context, naming->location, "%s", text);
}

/* What a table's schema is called is not up to the file. */
static void
check_table_name (const Naming *naming, const char *name)
{
  g_autoptr (Arena) arena = arena_new ();

  check_name (naming, "table", name != NULL ? table_name_own (name, arena) : NULL);
}

static void
check_names (const Naming *naming, const char *noun, const char *const *names)
{
  for (; names != NULL && *names != NULL; names++)
    check_name (naming, noun, *names);
}

static void
check_additions (const Naming *naming, const ColumnAddition *additions, guint n)
{
  for (guint i = 0; i < n; i++)
    check_name (naming, "column", additions[i].column->name);
}

static void
check_table (const Naming *naming, const Table *table)
{
  check_table_name (naming, table->name);
  for (guint i = 0; i < table->columns->len; i++)
    check_name (naming, "column", table_column (table, i)->name);
  for (guint i = 0; i < table->constraints->len; i++)
    check_name (naming, "constraint",
                ((const Constraint *) table->constraints->pdata[i])->name);
  for (guint i = 0; i < table->indexes->len; i++)
    check_name (naming, "index", ((const Index *) table->indexes->pdata[i])->name);
}

static void
check_operation (const Naming *naming, const Operation *operation)
{
  switch (operation->kind)
    {
    case OPERATION_ADD_COLUMN:
      check_additions (naming, operation->add_column.additions,
                       operation->add_column.n_additions);
      break;
    case OPERATION_RENAME_COLUMN:
      check_name (naming, "column", operation->rename_column.to);
      break;
    case OPERATION_SPLIT_COLUMN:
      check_additions (naming, operation->split_column.into,
                       operation->split_column.n_into);
      break;
    case OPERATION_MERGE_COLUMNS:
      check_name (naming, "column", operation->merge_columns.into->name);
      break;
    case OPERATION_SPLIT_TABLE:
      check_table_name (naming, operation->split_table.to);
      break;
    case OPERATION_CREATE_TABLE:
      check_table (naming, operation->create_table.table);
      break;
    case OPERATION_RENAME_TABLE:
      check_table_name (naming, operation->rename_table.to);
      break;
    case OPERATION_ADD_CONSTRAINT:
    case OPERATION_REPLACE_CONSTRAINT:
      check_name (naming, "constraint", operation->constraint.constraint->name);
      break;
    case OPERATION_RENAME_CONSTRAINT:
      check_name (naming, "constraint", operation->constraint.to);
      break;
    case OPERATION_CREATE_INDEX:
      check_name (naming, "index", operation->index.index->name);
      break;
    default:
      break;
    }
}

/* The operations as they were written: a change is looked at with its first step. */
static void
check_plan (const SafetyContext *context)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      const Operation *written = step->change != NULL ? step->change : step->operation;
      const Naming naming = { .context = context, .step = step };

      if (g_hash_table_add (seen, (gpointer) written))
        check_operation (&naming, written);
    }
}

static void
check_effect (const SafetyContext *context, const Effect *effect)
{
  const Naming naming = { .context = context, .effect = effect };

  switch (effect->kind)
    {
    case EFFECT_CREATE_TABLE:
      check_name (&naming, "table", effect->table);
      check_names (&naming, "column", effect->columns);
      break;
    case EFFECT_RENAME_TABLE:
      check_name (&naming, "table", effect->to);
      break;
    case EFFECT_ADD_COLUMN:
      check_name (&naming, "column", effect->column);
      break;
    case EFFECT_RENAME_COLUMN:
      check_name (&naming, "column", effect->to);
      break;
    case EFFECT_ADD_CONSTRAINT:
      check_name (&naming, "constraint", effect->object);
      break;
    case EFFECT_RENAME_CONSTRAINT:
      check_name (&naming, "constraint", effect->to);
      break;
    case EFFECT_CREATE_INDEX:
      check_name (&naming, "index", effect->object);
      break;
    default:
      break;
    }
}

void
rule_naming (const SafetyContext *context)
{
  if (context->options->project == NULL || context->options->project->naming == NULL)
    return;
  if (context->migration != NULL)
    {
      const Naming naming
          = { .context = context, .location = context->migration->location };

      check_name (&naming, "id", context->migration->id);
    }
  if (context->plan != NULL)
    check_plan (context);
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];

      if (effect->origin == EFFECT_OF_SQL)
        check_effect (context, effect);
    }
}
