/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM015-backfill-without-sync, ZDM016-stale-copy, ZDM017-sync-after-backfill,
 * ZDM018-one-way-sync, ZDM019-sync-left-behind and ZDM020-trigger-left-behind: what is
 * written while both shapes live.
 */
#include "config.h"

#include "model/client.h"
#include "safety/step_facts.h"

/* A copy without sync ------------------------------------------------------------ */

static gboolean
lists_one_of (const ClientColumn *list, const char *const *names)
{
  for (; list->name != NULL; list++)
    if (name_list_contains (names, list->name))
      return TRUE;
  return FALSE;
}

static gboolean
client_writes (const Client *client, const char *const *names)
{
  return lists_one_of (client->inserts, names) || lists_one_of (client->updates, names);
}

/* Whether every client that writes the old columns after @step writes the new ones too.
 */
static gboolean
clients_write_both (const SafetyContext *context, const MigrationStep *step,
                    const Backfill *backfill)
{
  guint n_writers = 0;

  for (guint i = 0; i < context->migration->clients->len; i++)
    {
      const Client *client = context->migration->clients->pdata[i];
      if (g_strcmp0 (client->table, step->operation->table) != 0
          || !client_is_active (client, context->plan, step->index)
          || !client_writes (client, backfill->from))
        continue;
      if (!client_writes (client, backfill->columns))
        return FALSE;
      n_writers++;
    }
  return n_writers > 0;
}

static gboolean
is_kept_in_step (const SafetyContext *context, const MigrationStep *step)
{
  const Backfill *backfill = &step->operation->backfill;
  const char *table = step->operation->table, *column = backfill->columns[0];

  return plan_mirror_of_new (context->plan, table, column) != NULL
         || plan_creates_table (context->plan, table)
         || plan_creates_trigger (context->plan, table)
         || safety_history_expands (context, table, column)
         || clients_write_both (context, step, backfill);
}

static gboolean
copies_unsynced (const SafetyContext *context, const MigrationStep *step)
{
  const Backfill *backfill = &step->operation->backfill;

  return step->operation->kind == OPERATION_BACKFILL && step_is_by_hand (step)
         && backfill->from != NULL
         && !name_list_contains (backfill->from, backfill->columns[0])
         && !is_kept_in_step (context, step);
}

/* The step that drops a column the backfill copies from; or NULL. */
static const MigrationStep *
drop_of_source (const SafetyContext *context, const MigrationStep *step)
{
  const char *const *from = step->operation->backfill.from;

  for (guint i = step->index; i < migration_plan_n_steps (context->plan); i++)
    for (guint j = 0; from[j] != NULL; j++)
      if (step_drops (migration_plan_step (context->plan, i), step->operation->table,
                      from[j]))
        return migration_plan_step (context->plan, i);
  return NULL;
}

void
rule_backfill_without_sync (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      if (!copies_unsynced (context, step))
        continue;
      const MigrationStep *drop = drop_of_source (context, step);
      if (drop != NULL)
        safety_report_step (context, step,
                            "What is written to '%s' of '%s' after step %u never reaches "
                            "'%s', and step %u drops it",
                            step->operation->backfill.from[0], step->operation->table,
                            step->index, step->operation->backfill.columns[0],
                            drop->index);
    }
}

static gboolean
is_added_here (const SafetyContext *context, const MigrationStep *step)
{
  for (guint i = 0; i < step->index; i++)
    if (step_adds (migration_plan_step (context->plan, i), step->operation->table,
                   step->operation->backfill.columns[0]))
      return TRUE;
  return FALSE;
}

void
rule_stale_copy (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      if (copies_unsynced (context, step) && drop_of_source (context, step) == NULL
          && step->operation->backfill.where == NULL && is_added_here (context, step))
        safety_report_step (
            context, step,
            "Rows that are written after step %u have no '%s': it is copied "
            "from '%s' once, and nothing keeps it in step",
            step->index, step->operation->backfill.columns[0],
            step->operation->backfill.from[0]);
    }
}

/* Triggers of raw SQL ------------------------------------------------------------ */

/* A trigger as its statement tells it. */
typedef struct
{
  const MigrationStep *step;
  char *name;
  char *table;
} Trigger;

static void
trigger_free (gpointer data)
{
  Trigger *trigger = data;

  g_free (trigger->name);
  g_free (trigger->table);
  g_free (trigger);
}

typedef struct
{
  const MigrationStep *step;
  GPtrArray *triggers;
} TriggerSearch;

static const char *
name_of_trigger (const SqlStatement *statement)
{
  const char *name = sql_statement_after (statement, "trigger if not exists");

  return name != NULL ? name : sql_statement_after (statement, "trigger");
}

static gboolean
note_trigger (const SqlStatement *statement, gconstpointer data)
{
  const TriggerSearch *search = data;
  const char *name = name_of_trigger (statement);
  const char *table = sql_statement_after (statement, "on");

  if (!sql_statement_creates_trigger (statement) || name == NULL || table == NULL)
    return FALSE;
  Trigger *trigger = g_new0 (Trigger, 1);
  *trigger = (Trigger){ .step = search->step,
                        .name = g_strdup (name),
                        .table = g_strdup (table) };
  g_ptr_array_add (search->triggers, trigger);
  return FALSE;
}

static GPtrArray *
triggers_of (const MigrationPlan *plan)
{
  GPtrArray *triggers = g_ptr_array_new_with_free_func (trigger_free);

  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const TriggerSearch search
          = { .step = migration_plan_step (plan, i), .triggers = triggers };
      step_find_statement (search.step, note_trigger, &search);
    }
  return triggers;
}

static gboolean
writes_table (const SqlStatement *statement, gconstpointer table)
{
  return sql_statement_changes_rows (statement) && sql_statement_has (statement, table);
}

static gboolean
fills_table (const MigrationStep *step, const char *table)
{
  return (step->operation->kind == OPERATION_BACKFILL
          && g_ascii_strcasecmp (step->operation->table, table) == 0)
         || step_find_statement (step, writes_table, table);
}

static const MigrationStep *
fill_before (const MigrationPlan *plan, const Trigger *trigger)
{
  for (guint i = 0; i + 1 < trigger->step->index; i++)
    if (fills_table (migration_plan_step (plan, i), trigger->table))
      return migration_plan_step (plan, i);
  return NULL;
}

/* Another trigger was there in time: this one may be for something else. */
static gboolean
has_earlier (const GPtrArray *triggers, const Trigger *trigger, const MigrationStep *fill)
{
  for (guint i = 0; i < triggers->len; i++)
    {
      const Trigger *other = triggers->pdata[i];
      if (g_str_equal (other->table, trigger->table) && other->step->index < fill->index)
        return TRUE;
    }
  return FALSE;
}

void
rule_sync_after_backfill (const SafetyContext *context)
{
  g_autoptr (GPtrArray) triggers = triggers_of (context->plan);

  for (guint i = 0; i < triggers->len; i++)
    {
      const Trigger *trigger = triggers->pdata[i];
      const MigrationStep *fill = fill_before (context->plan, trigger);
      if (fill != NULL && !has_earlier (triggers, trigger, fill))
        safety_report_step (
            context, trigger->step,
            "Step %u installs trigger '%s' on '%s' after step %u has filled "
            "it: what was written in between is missed",
            trigger->step->index, trigger->name, trigger->table, fill->index);
    }
}

static gboolean
drops_trigger (const SqlStatement *statement, gconstpointer name)
{
  return sql_statement_starts (statement, "drop trigger")
         && sql_statement_has (statement, name);
}

static gboolean
drops_column_of (const SqlStatement *statement, gconstpointer table)
{
  return sql_statement_starts (statement, "alter table")
         && sql_statement_has (statement, table)
         && sql_statement_has (statement, "drop column");
}

static gboolean
step_drops_column_of (const MigrationStep *step, const char *table)
{
  const Operation *operation = step->operation;

  if (operation->kind == OPERATION_DROP_COLUMN
      || operation->kind == OPERATION_SWAP_COLUMN)
    return g_ascii_strcasecmp (operation->table, table) == 0;
  return step_find_statement (step, drops_column_of, table);
}

/* The step that drops a column under a trigger which is still there; or NULL. */
static const MigrationStep *
drop_under (const MigrationPlan *plan, const Trigger *trigger)
{
  for (guint i = trigger->step->index; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      if (step_find_statement (step, drops_trigger, trigger->name))
        return NULL;
      if (step_drops_column_of (step, trigger->table))
        return step;
    }
  return NULL;
}

void
rule_trigger_left_behind (const SafetyContext *context)
{
  g_autoptr (GPtrArray) triggers = triggers_of (context->plan);

  for (guint i = 0; i < triggers->len; i++)
    {
      const Trigger *trigger = triggers->pdata[i];
      const MigrationStep *drop = drop_under (context->plan, trigger);
      if (drop != NULL)
        safety_report_step (
            context, drop,
            "Step %u drops a column of '%s' while trigger '%s' of step %u is "
            "still there",
            drop->index, trigger->table, trigger->name, trigger->step->index);
    }
}

/* Typed syncs -------------------------------------------------------------------- */

static gboolean
is_active_between (const SafetyContext *context, const Client *client, guint from,
                   guint to)
{
  for (guint boundary = from; boundary < to; boundary++)
    if (client_is_active (client, context->plan, boundary))
      return TRUE;
  return FALSE;
}

/* A client that uses the columns between the mirror's step and its end; or NULL. */
static const Client *
find_client (const SafetyContext *context, const MigrationStep *mirror,
             const MigrationStep *end, const char *const *columns, gboolean writes)
{
  for (guint i = 0; i < context->migration->clients->len; i++)
    {
      const Client *client = context->migration->clients->pdata[i];
      gboolean uses = writes ? client_writes (client, columns)
                             : lists_one_of (client->reads, columns);
      if (uses && g_strcmp0 (client->table, mirror->operation->table) == 0
          && is_active_between (context, client, mirror->index, end->index))
        return client;
    }
  return NULL;
}

/* At one and the same boundary. */
static gboolean
meet (const SafetyContext *context, const Client *a, const Client *b, guint from,
      guint to)
{
  for (guint boundary = from; boundary < to; boundary++)
    if (client_is_active (a, context->plan, boundary)
        && client_is_active (b, context->plan, boundary))
      return TRUE;
  return FALSE;
}

static const char *const *
new_columns (const SafetyContext *context, const AddColumn *add)
{
  const char **names
      = arena_new_array (context->plan->arena, const char *, add->n_additions + 1);

  for (guint i = 0; i < add->n_additions; i++)
    names[i] = add->additions[i].column->name;
  return names;
}

static gboolean
speaks_of_clients (const SafetyContext *context, const char *table)
{
  for (guint i = 0; i < context->migration->clients->len; i++)
    if (g_strcmp0 (((const Client *) context->migration->clients->pdata[i])->table, table)
        == 0)
      return TRUE;
  return FALSE;
}

static void
check_one_way (const SafetyContext *context, const MigrationStep *mirror,
               const MigrationStep *end)
{
  const AddColumn *add = &mirror->operation->add_column;
  const char *const *columns = new_columns (context, add);

  if (!speaks_of_clients (context, mirror->operation->table))
    {
      if (step_is_by_hand (mirror) && !add->backward_none)
        safety_report_step (
            context, mirror,
            "What new clients write to '%s' never reaches '%s', which old "
            "clients read until step %u",
            columns[0], add->from[0], end->index);
      return;
    }
  const Client *writer = find_client (context, mirror, end, columns, TRUE);
  const Client *reader = find_client (context, mirror, end, add->from, FALSE);
  if (writer != NULL && reader != NULL && writer != reader
      && meet (context, writer, reader, mirror->index, end->index))
    safety_report_step (
        context, mirror,
        "What client '%s' writes to '%s' never reaches '%s', which client "
        "'%s' reads at the same time",
        writer->name, columns[0], add->from[0], reader->name);
}

void
rule_one_way_sync (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      if (!step_adds_mirror (step) || step->operation->add_column.from == NULL
          || step->operation->add_column.sync == SYNC_BOTH)
        continue;
      const MigrationStep *end = plan_end_of_mirror (context->plan, step);
      if (end != NULL)
        check_one_way (context, step, end);
    }
}

static gboolean
ends_sync_of (const MigrationStep *step, const MigrationStep *mirror)
{
  const Operation *operation = step->operation;
  const AddColumn *add = &mirror->operation->add_column;

  if (g_strcmp0 (operation->table, mirror->operation->table) != 0)
    return FALSE;
  for (guint i = 0; i < add->n_additions; i++)
    if ((operation->kind == OPERATION_END_SYNC
         && name_list_contains (operation->end_sync.columns,
                                add->additions[i].column->name))
        || step_drops (step, operation->table, add->additions[i].column->name))
      return TRUE;
  return step_drops (step, operation->table, NULL);
}

static gboolean
is_ended (const MigrationPlan *plan, const MigrationStep *mirror)
{
  for (guint i = mirror->index; i < migration_plan_n_steps (plan); i++)
    if (ends_sync_of (migration_plan_step (plan, i), mirror))
      return TRUE;
  return plan_end_of_mirror (plan, mirror) != NULL;
}

void
rule_sync_left_behind (const SafetyContext *context)
{
  for (guint i = 0; i < migration_plan_n_steps (context->plan); i++)
    {
      const MigrationStep *step = migration_plan_step (context->plan, i);
      if (step_is_by_hand (step) && step_adds_mirror (step)
          && !is_ended (context->plan, step))
        safety_report_step (context, step,
                            "Nothing ends the sync of '%s' of '%s' that step %u begins",
                            step->operation->add_column.additions[0].column->name,
                            step->operation->table, step->index);
    }
}
