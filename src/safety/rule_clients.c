/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM023-client-needs-removed, ZDM024-client-too-early and ZDM041-client-reads-all:
 * clients that are promised more than the steps keep.  A rehearsal proves the first two
 * with rows.
 */
#include "config.h"

#include "model/client.h"
#include "safety/step_facts.h"

static gboolean
lists (const ClientColumn *list, const char *column)
{
  for (; list->name != NULL; list++)
    if (g_str_equal (list->name, column))
      return TRUE;
  return FALSE;
}

/* "reads" or "writes", or NULL. */
static const char *
use_of (const Client *client, const char *column)
{
  if (lists (client->reads, column))
    return "reads";
  return lists (client->inserts, column) || lists (client->updates, column) ? "writes"
                                                                            : NULL;
}

static gboolean
is_active_from (const SafetyContext *context, const Client *client, guint boundary)
{
  for (; boundary <= migration_plan_n_steps (context->plan); boundary++)
    if (client_is_active (client, context->plan, boundary))
      return TRUE;
  return FALSE;
}

static gboolean
is_active_before (const SafetyContext *context, const Client *client, guint from,
                  guint end)
{
  for (guint boundary = from; boundary < end; boundary++)
    if (client_is_active (client, context->plan, boundary))
      return TRUE;
  return FALSE;
}

static gboolean
is_of_table (const Client *client, const char *table)
{
  return g_strcmp0 (client->table, table) == 0;
}

/* ZDM023 ------------------------------------------------------------------------- */

/* A swap puts another column under the same name. */
static gboolean
removes_column (const Effect *effect)
{
  return effect->column != NULL
         && (effect->kind == EFFECT_DROP_COLUMN
             || (effect->kind == EFFECT_RENAME_COLUMN
                 && effect->origin == EFFECT_OF_SQL));
}

static gboolean
removes_table (const Effect *effect)
{
  return effect->kind == EFFECT_DROP_TABLE || effect->kind == EFFECT_RENAME_TABLE;
}

static void
check_removal (const SafetyContext *context, const Effect *effect, const Client *client)
{
  const char *use = removes_column (effect) ? use_of (client, effect->column) : NULL;

  if (!is_of_table (client, effect->table)
      || !is_active_from (context, client, effect->step->index))
    return;
  if (use != NULL)
    safety_report_effect (
        context, effect,
        "Client '%s' still %s '%s' of '%s' after step %u, \"%s\", takes it "
        "away",
        client->name, use, effect->column, effect->table, effect->step->index,
        effect->step->description);
  else if (removes_table (effect))
    safety_report_effect (
        context, effect,
        "Client '%s' still uses '%s' after step %u, \"%s\", takes it away", client->name,
        effect->table, effect->step->index, effect->step->description);
}

void
rule_client_needs_removed (const SafetyContext *context)
{
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      if (!removes_column (effect) && !removes_table (effect))
        continue;
      for (guint j = 0; j < context->migration->clients->len; j++)
        check_removal (context, effect, context->migration->clients->pdata[j]);
    }
}

/* ZDM024 ------------------------------------------------------------------------- */

static void
report_before_added (const SafetyContext *context, const Effect *effect,
                     const Client *client, const char *use)
{
  safety_report_effect (context, effect,
                        "Client '%s' %s '%s' of '%s' before step %u, \"%s\", adds it",
                        client->name, use, effect->column, effect->table,
                        effect->step->index, effect->step->description);
}

static void
check_before_filled (const SafetyContext *context, const Effect *effect,
                     const Client *client)
{
  const MigrationStep *fill = plan_fill_from (context->plan, effect->step->index,
                                              effect->table, effect->column);

  if (fill != NULL && lists (client->reads, effect->column)
      && is_active_before (context, client, effect->step->index, fill->index))
    safety_report_effect (
        context, effect,
        "Client '%s' reads '%s' of '%s' before step %u, \"%s\", has filled "
        "it",
        client->name, effect->column, effect->table, fill->index, fill->description);
}

static void
check_addition (const SafetyContext *context, const Effect *effect, const Client *client)
{
  const char *use = use_of (client, effect->column);

  if (use == NULL || !is_of_table (client, effect->table)
      || declared_column (context, effect->table, effect->column) != NULL)
    return;
  if (is_active_before (context, client, 0, effect->step->index))
    report_before_added (context, effect, client, use);
  else if (step_adds_mirror (effect->step))
    check_before_filled (context, effect, client);
}

void
rule_client_too_early (const SafetyContext *context)
{
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      if (effect->kind != EFFECT_ADD_COLUMN || effect->column == NULL)
        continue;
      for (guint j = 0; j < context->migration->clients->len; j++)
        check_addition (context, effect, context->migration->clients->pdata[j]);
    }
}

/* ZDM041 ------------------------------------------------------------------------- */

/* What `SELECT *` returns is another row type then; plans.c of PostgreSQL refuses to
 * change that of a statement that is prepared. */
static gboolean
changes_row_type (const Effect *effect)
{
  return effect->kind == EFFECT_ADD_COLUMN || effect->kind == EFFECT_DROP_COLUMN
         || effect->kind == EFFECT_RENAME_COLUMN || effect->kind == EFFECT_ALTER_TYPE;
}

/* Whether the client works on both sides of the step. */
static gboolean
lives_through (const SafetyContext *context, const Client *client,
               const MigrationStep *step)
{
  return client_is_active (client, context->plan, step->index - 1)
         && client_is_active (client, context->plan, step->index);
}

/* The first one is enough. */
static void
check_reads_all (const SafetyContext *context, const Client *client)
{
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      if (!changes_row_type (effect) || !is_of_table (client, effect->table)
          || !lives_through (context, client, effect->step))
        continue;
      safety_report_effect (
          context, effect,
          "Client '%s' reads '*' of '%s': a `SELECT *` that it has "
          "prepared fails once step %u, \"%s\", has changed what that is",
          client->name, effect->table, effect->step->index, effect->step->description);
      return;
    }
}

void
rule_client_reads_all (const SafetyContext *context)
{
  for (guint i = 0; i < context->migration->clients->len; i++)
    {
      const Client *client = context->migration->clients->pdata[i];
      if (client->reads_all)
        check_reads_all (context, client);
    }
}
