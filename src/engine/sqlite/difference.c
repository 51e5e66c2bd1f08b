/* SPDX-License-Identifier: Apache-2.0
 *
 * From one shape to another, table by table.
 */
#include "config.h"

#include "engine/sqlite/difference_part.h"

#include <string.h>

#include "engine/sqlite/create.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/sqlite_types.h"
#include "model/error.h"
#include "model/shape.h"

/* Each page of what is dropped is looked at, to go to the list of free ones. */
#define COST_OF_DROPPING ACTION_COST_SCAN

Action *
difference_add (Difference *difference, const SqliteDetail *detail, LockClass lock,
                ActionCost cost, const char *sql)
{
  Action *action = arena_new0 (difference->arena, Action);
  const GPtrArray *actions = difference->actions;
  const Action *last = actions->len > 0 ? actions->pdata[actions->len - 1] : NULL;

  action->kind = detail != NULL ? ACTION_OWN : ACTION_STATEMENT;
  action->lock = lock;
  action->cost = cost;
  action->transaction = last != NULL && last->transaction != ACTION_CHUNKS
                            ? ACTION_SAME_TRANSACTION
                            : ACTION_OWN_TRANSACTION;
  action->sql = sql;
  if (detail != NULL)
    action->detail = arena_memdup (difference->arena, detail, sizeof *detail);
  g_ptr_array_add (difference->actions, action);
  return action;
}

Action *
difference_statement (Difference *difference, ActionCost cost, const char *sql)
{
  return difference_add (difference, NULL, LOCK_CLASS_WRITE, cost, sql);
}

const char *
difference_quote (const Difference *difference, const char *name)
{
  return sqlite_identifier (difference->arena, name);
}

static const Table *
counterpart (const Database *database, const Table *table)
{
  const Table *found = database_find (database, table->name);

  return found != NULL && g_str_equal (found->name, table->name) ? found : NULL;
}

/* Triggers ---------------------------------------------------------------------- */

static gboolean
contains_trigger (const GPtrArray *triggers, const SyncTrigger *trigger)
{
  for (guint i = 0; i < triggers->len; i++)
    {
      const SyncTrigger *other = triggers->pdata[i];
      if (g_str_equal (other->name, trigger->name)
          && g_str_equal (other->text, trigger->text))
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_triggers (Difference *difference, GPtrArray *from, GPtrArray *to, GError **error)
{
  return sync_triggers (difference->from, from, difference->arena, error)
         && sync_triggers (difference->to, to, difference->arena, error);
}

static gboolean
drop_triggers (Difference *difference, GError **error)
{
  g_autoptr (GPtrArray) from = g_ptr_array_new ();
  g_autoptr (GPtrArray) to = g_ptr_array_new ();

  if (!read_triggers (difference, from, to, error))
    return FALSE;
  for (guint i = 0; i < from->len; i++)
    {
      const SyncTrigger *trigger = from->pdata[i];
      if (!contains_trigger (to, trigger))
        difference_statement (
            difference, ACTION_COST_INSTANT,
            arena_printf (difference->arena, "DROP TRIGGER IF EXISTS %s",
                          difference_quote (difference, trigger->name)));
    }
  return TRUE;
}

static gboolean
create_triggers (Difference *difference, GError **error)
{
  g_autoptr (GPtrArray) from = g_ptr_array_new ();
  g_autoptr (GPtrArray) to = g_ptr_array_new ();

  if (!read_triggers (difference, from, to, error))
    return FALSE;
  for (guint i = 0; i < to->len; i++)
    {
      const SyncTrigger *trigger = to->pdata[i];
      const SqliteDetail detail = { .kind = SQLITE_TRIGGER,
                                    .table = trigger->table,
                                    .shape = difference->to,
                                    .trigger = trigger };
      if (!contains_trigger (from, trigger))
        difference_add (difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_INSTANT,
                        sync_trigger_sql (trigger, NULL, difference->arena));
    }
  return TRUE;
}

/* Second names ------------------------------------------------------------------ */

static void
drop_aliases (Difference *difference)
{
  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *table = difference->from->tables->pdata[i];
      const Table *after = counterpart (difference->to, table);
      if (table->alias != NULL && !table_alias_equal (table, after))
        difference_statement (difference, ACTION_COST_INSTANT,
                              arena_printf (difference->arena, "DROP VIEW IF EXISTS %s",
                                            difference_quote (difference, table->alias)));
    }
}

static void
create_aliases (Difference *difference)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *table = difference->to->tables->pdata[i];
      const Table *before = counterpart (difference->from, table);
      const SqliteDetail detail = { .kind = SQLITE_ALIAS,
                                    .table = table->name,
                                    .shape = difference->to,
                                    .text = table->alias };
      if (table->alias == NULL || table_alias_equal (before, table))
        continue;
      difference_add (difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_INSTANT,
                      arena_printf (difference->arena,
                                    "CREATE VIEW %s AS SELECT … FROM %s, with INSTEAD OF "
                                    "triggers",
                                    difference_quote (difference, table->alias),
                                    difference_quote (difference, table->name)));
    }
}

/* Indexes --------------------------------------------------------------------- */

static gboolean
has_same_index (const Table *table, const Index *index)
{
  const Index *other = table != NULL ? table_find_index (table, index->name) : NULL;

  return other != NULL && index_equal (other, index);
}

static void
drop_indexes (Difference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < from->indexes->len; i++)
    {
      const Index *index = from->indexes->pdata[i];
      if (!has_same_index (to, index))
        difference_statement (difference, COST_OF_DROPPING,
                              arena_printf (difference->arena, "DROP INDEX IF EXISTS %s",
                                            difference_quote (difference, index->name)));
    }
}

static gboolean
create_indexes (Difference *difference, const Table *from, const Table *to,
                GError **error)
{
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (has_same_index (from, index))
        continue;
      const char *text = sqlite_create_index_text (to, index, difference->arena, error);
      if (text == NULL)
        return FALSE;
      difference_statement (difference, ACTION_COST_INDEX, text);
    }
  return TRUE;
}

/* Tables ---------------------------------------------------------------------- */

static void
create_half (Difference *difference, const TableSync *split, const char *text)
{
  const SqliteDetail detail = { .kind = SQLITE_HALF,
                                .table = split->new_table,
                                .shape = difference->to,
                                .before = difference->from,
                                .like = split->old_table,
                                .text = text };

  difference_add (difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_INSTANT,
                  arena_printf (difference->arena, "%s, with columns as in %s", text,
                                difference_quote (difference, split->old_table)));
}

static gboolean
create_tables (Difference *difference, GError **error)
{
  Arena *arena = difference->arena;

  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *table = difference->to->tables->pdata[i];
      g_autoptr (GPtrArray) indexes = g_ptr_array_new ();
      if (counterpart (difference->from, table) != NULL)
        continue;
      const char *text = sqlite_create_table_text (table, arena, error);
      if (text == NULL)
        return FALSE;
      const TableSync *split = database_sync_to (difference->to, table->name);
      if (split != NULL)
        create_half (difference, split, text);
      else
        difference_statement (difference, ACTION_COST_INSTANT, text);
      for (guint j = 0; j < table->indexes->len; j++)
        {
          text = sqlite_create_index_text (table, table->indexes->pdata[j], arena, error);
          if (text == NULL)
            return FALSE;
          difference_statement (difference, ACTION_COST_INSTANT, text);
        }
    }
  return TRUE;
}

static void
drop_tables (Difference *difference)
{
  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *table = difference->from->tables->pdata[i];
      if (counterpart (difference->to, table) != NULL)
        continue;
      Action *action = difference_statement (
          difference, COST_OF_DROPPING,
          arena_printf (difference->arena, "DROP TABLE IF EXISTS %s",
                        difference_quote (difference, table->name)));
      action->loses_data = TRUE;
    }
}

/* Both halves ------------------------------------------------------------------- */

gboolean
difference_loosen (Difference *difference, GError **error)
{
  if (!drop_triggers (difference, error))
    return FALSE;
  drop_aliases (difference);
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = counterpart (difference->from, to);
      g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (SqliteEdit));
      g_autoptr (GArray) later = g_array_new (FALSE, FALSE, sizeof (SqliteEdit));
      if (from == NULL)
        continue;
      drop_indexes (difference, from, to);
      difference_drop_constraints (difference, from, to, edits);
      if (!difference_change_columns (difference, from, to, edits, later, error))
        return FALSE;
      difference_edits (difference, from, difference->from, edits);
      g_array_set_size (later, 0);
      if (!difference_add_columns (difference, from, to, later, error))
        return FALSE;
    }
  return create_tables (difference, error);
}

static gboolean
tighten_table (Difference *difference, const Table *from, const Table *to, GError **error)
{
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (SqliteEdit));
  g_autoptr (GArray) done = g_array_new (FALSE, FALSE, sizeof (SqliteEdit));
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  Difference quiet = *difference;

  /* What binds a column that loosen() has added. */
  quiet.actions = nothing;
  if (!difference_add_columns (&quiet, from, to, edits, error)
      || !difference_change_columns (difference, from, to, done, edits, error))
    return FALSE;
  difference_exchange_columns (difference, from, to);
  difference_set_key (difference, from,
                      to); /* before: a column of the key cannot be dropped */
  difference_drop_columns (difference, from, to);
  if (!difference_add_constraints (difference, from, to, edits, error))
    return FALSE;
  difference_edits (difference, to, difference->to, edits);
  return create_indexes (difference, from, to, error);
}

gboolean
difference_tighten (Difference *difference, GError **error)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = counterpart (difference->from, to);
      if (from != NULL && !tighten_table (difference, from, to, error))
        return FALSE;
    }
  drop_tables (difference);
  create_aliases (difference);
  return create_triggers (difference, error);
}

/* Renames ----------------------------------------------------------------------- */

gboolean
difference_rename_table (Difference *difference, const char *from, const char *to,
                         GError **error)
{
  if (!drop_triggers (difference, error))
    return FALSE;
  drop_aliases (difference);
  /* SQLite itself follows the name in foreign keys, triggers and views. */
  difference_statement (difference, ACTION_COST_INSTANT,
                        arena_printf (difference->arena, "ALTER TABLE %s RENAME TO %s",
                                      difference_quote (difference, from),
                                      difference_quote (difference, to)));
  create_aliases (difference);
  return create_triggers (difference, error);
}

gboolean
difference_swap (Difference *difference, const Table *table, const char *column,
                 const char *shadow, const char *old_name, gboolean back, GError **error)
{
  Arena *arena = difference->arena;
  const char *names[] = { column, shadow, old_name, NULL };
  const SqliteDetail detail = { .kind = SQLITE_SWAP,
                                .table = table->name,
                                .shape = difference->to,
                                .before = difference->from,
                                .names = arena_strv (arena, names),
                                .back = back };

  if (!drop_triggers (difference, error))
    return FALSE;
  drop_aliases (difference);
  difference_add (
      difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_INDEX,
      arena_printf (
          arena, "in the definition of %s: %s is called %s, and %s is called %s",
          difference_quote (difference, table->name),
          difference_quote (difference, column), difference_quote (difference, old_name),
          difference_quote (difference, shadow), difference_quote (difference, column)));
  create_aliases (difference);
  return create_triggers (difference, error);
}
