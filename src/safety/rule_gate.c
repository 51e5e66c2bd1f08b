/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM021-contract-without-gate and ZDM022-constraint-not-validated: what nobody checks
 * before the old shape goes, and what nobody checks at all.
 */
#include "config.h"

#include "safety/step_facts.h"

/* ZDM021 ------------------------------------------------------------------------- */

static gboolean
drops_anything (const SqlStatement *statement, gconstpointer data)
{
  (void) data;
  return sql_statement_starts (statement, "drop table")
         || (sql_statement_starts (statement, "alter table")
             && sql_statement_has (statement, "drop column"));
}

static gboolean
has_verify (const MigrationStep *step)
{
  return step->operation->kind == OPERATION_SQL && step->operation->sql.verify != NULL;
}

/* Whether a step up to this one checks something before it goes on. */
static gboolean
is_verified (const MigrationPlan *plan, const MigrationStep *step)
{
  for (guint i = 0; i < step->index; i++)
    if (has_verify (migration_plan_step (plan, i)))
      return TRUE;
  return FALSE;
}

/* The step of raw SQL that moves the values of what is dropped; or NULL. */
static const MigrationStep *
sql_that_moves (const MigrationPlan *plan, const MigrationStep *drop, const char *column)
{
  for (guint i = 0; i + 1 < drop->index; i++)
    if (step_sql_mentions (migration_plan_step (plan, i), drop->operation->table, column))
      return migration_plan_step (plan, i);
  return NULL;
}

/* Whether zdm knows how the values belong together and counts the rows out of step. */
static gboolean
is_typed (const MigrationPlan *plan, const MigrationStep *drop, const char *column)
{
  if (plan_mirror_of_old (plan, drop->operation->table, column) != NULL)
    return TRUE;
  for (guint i = 0; i + 1 < drop->index; i++)
    {
      const Operation *operation = migration_plan_step (plan, i)->operation;
      if (operation->kind == OPERATION_BACKFILL
          && g_strcmp0 (operation->table, drop->operation->table) == 0
          && name_list_contains (operation->backfill.from, column))
        return TRUE;
    }
  return FALSE;
}

static void
check_typed_drop (const SafetyContext *context, const MigrationStep *drop,
                  const char *column)
{
  const MigrationStep *mover = sql_that_moves (context->plan, drop, column);

  if (mover != NULL && !is_typed (context->plan, drop, column))
    safety_report_step (context, drop,
                        "Step %u drops '%s' of '%s', and nothing checks that step %u has "
                        "moved every value",
                        drop->index, column, drop->operation->table, mover->index);
}

static void
check_step (const SafetyContext *context, const MigrationStep *step)
{
  const char *const *columns = step->operation->drop_column.columns;

  if (step_find_statement (step, drops_anything, NULL))
    safety_report_step (
        context, step,
        "Step %u drops something by SQL, and nothing checks that it is not needed any more",
        step->index);
  for (guint i = 0; step->operation->kind == OPERATION_DROP_COLUMN && columns[i] != NULL;
       i++)
    check_typed_drop (context, step, columns[i]);
}

void
rule_contract_without_gate (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      if (step_is_by_hand (step) && step->phase == MIGRATION_PHASE_CONTRACTING
          && !is_verified (context->plan, step))
        check_step (context, step);
    }
}

/* ZDM022 ------------------------------------------------------------------------- */

typedef struct
{
  const MigrationStep *step;
  char *name;
} Unvalidated;

static void
unvalidated_free (gpointer data)
{
  Unvalidated *unvalidated = data;

  g_free (unvalidated->name);
  g_free (unvalidated);
}

typedef struct
{
  const MigrationStep *step;
  GPtrArray *found;
} Search;

static gboolean
note_not_valid (const SqlStatement *statement, gconstpointer data)
{
  const Search *search = data;
  const char *name = sql_statement_after (statement, "add constraint");

  if (name == NULL || !sql_statement_has (statement, "not valid"))
    return FALSE;
  Unvalidated *unvalidated = g_new0 (Unvalidated, 1);
  *unvalidated = (Unvalidated){ .step = search->step, .name = g_strdup (name) };
  g_ptr_array_add (search->found, unvalidated);
  return FALSE;
}

static gboolean
validates (const SqlStatement *statement, gconstpointer name)
{
  g_autofree char *words
      = g_strdup_printf ("validate constraint %s", (const char *) name);

  return sql_statement_has (statement, words);
}

static gboolean
is_validated_after (const MigrationPlan *plan, guint index, const char *name)
{
  for (guint i = index; i < migration_plan_n_steps (plan); i++)
    if (step_find_statement (migration_plan_step (plan, i), validates, name))
      return TRUE;
  return FALSE;
}

static void
check_this_file (const SafetyContext *context)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_with_free_func (unvalidated_free);

  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const Search search
          = { .step = migration_plan_step (context->plan, i), .found = found };
      step_find_statement (search.step, note_not_valid, &search);
    }
  for (guint i = 0; i < found->len; i++)
    {
      const Unvalidated *unvalidated = found->pdata[i];
      /* In its own step too: another rule says that this is too soon. */
      if (!is_validated_after (context->plan, unvalidated->step->index - 1,
                               unvalidated->name))
        safety_report_step (context, unvalidated->step,
                            "Step %u adds '%s' NOT VALID, and no step validates it",
                            unvalidated->step->index, unvalidated->name);
    }
}

/* The table's constraints that earlier files have left, once a table. */
static void
check_before (const SafetyContext *context, const Effect *effect, GHashTable *seen)
{
  if (effect->table == NULL || effect->step == NULL
      || !g_hash_table_add (seen, (gpointer) effect->table))
    return;
  g_autoptr (GPtrArray) names
      = history_unvalidated_of (context->options->history, effect->table);
  for (guint i = 0; i < names->len; i++)
    if (!is_validated_after (context->plan, 0, names->pdata[i]))
      safety_report_effect (context, effect,
                            "'%s' of '%s' is NOT VALID since %s, and this file does not "
                            "validate it either",
                            (const char *) names->pdata[i], effect->table,
                            history_unvalidated (context->options->history, effect->table,
                                                 names->pdata[i]));
}

void
rule_constraint_not_validated (const SafetyContext *context)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  check_this_file (context);
  for (guint i = 0; context->options->history != NULL && i < context->effects->len; i++)
    check_before (context, context->effects->pdata[i], seen);
}
