/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers and second names, from shape to shape.
 */
#include "config.h"

#include "engine/postgres/difference_part.h"

/* Triggers ---------------------------------------------------------------------- */

static gboolean
contains_trigger (const GPtrArray *triggers, const PgTrigger *trigger)
{
  for (guint i = 0; i < triggers->len; i++)
    if (pg_trigger_equal (triggers->pdata[i], trigger))
      return TRUE;
  return FALSE;
}

static gboolean
read_triggers (PgDifference *difference, GPtrArray *from, GPtrArray *to, GError **error)
{
  return pg_triggers (difference->step->id, difference->from, from, difference->arena,
                      error)
         && pg_triggers (difference->step->id, difference->to, to, difference->arena,
                         error);
}

static gboolean
loses_trigger (const GPtrArray *from, const GPtrArray *to, const char *table)
{
  for (guint i = 0; i < from->len; i++)
    {
      const PgTrigger *trigger = from->pdata[i];
      if (g_str_equal (trigger->table, table) && !contains_trigger (to, trigger))
        return TRUE;
    }
  return FALSE;
}

/* Who writes one of two tables that are kept in step holds its lock when the trigger asks
 * for the other one's.  If we hold that one we wait for each other: the server would
 * break it up after deadlock_timeout, a second, and fail whoever has waited that long. So
 * we give up long before. */
#define SECOND_LOCK_MS "100"

static void
lock_both (PgDifference *difference, const char *first, const char *second)
{
  pg_plan_statement (difference,
                     arena_printf (difference->arena,
                                   "LOCK TABLE %s IN ACCESS EXCLUSIVE MODE; SET LOCAL "
                                   "lock_timeout = " SECOND_LOCK_MS
                                   "; LOCK TABLE %s IN ACCESS EXCLUSIVE MODE",
                                   pg_plan_table (difference, first),
                                   pg_plan_table (difference, second)));
}

/* First the table that applications go on writing, or write more. */
static void
lock_pairs (PgDifference *difference, const GPtrArray *from, const GPtrArray *to)
{
  for (guint i = 0; i < difference->from->table_syncs->len; i++)
    {
      const TableSync *sync = difference->from->table_syncs->pdata[i];
      if (!loses_trigger (from, to, sync->old_table)
          || !loses_trigger (from, to, sync->new_table))
        continue;
      if (database_find (difference->to, sync->new_table) != NULL)
        lock_both (difference, sync->new_table, sync->old_table);
      else
        lock_both (difference, sync->old_table, sync->new_table);
    }
  for (guint i = 0; i < difference->from->lookup_syncs->len; i++)
    {
      const LookupSync *sync = difference->from->lookup_syncs->pdata[i];
      const char *source = sync->lookup->from_table;
      if (!g_str_equal (source, sync->table) && loses_trigger (from, to, sync->table)
          && loses_trigger (from, to, source))
        lock_both (difference, source, sync->table);
    }
}

gboolean
pg_plan_drop_triggers (PgDifference *difference, GError **error)
{
  g_autoptr (GPtrArray) from = g_ptr_array_new ();
  g_autoptr (GPtrArray) to = g_ptr_array_new ();
  Arena *arena = difference->arena;

  if (!read_triggers (difference, from, to, error))
    return FALSE;
  lock_pairs (difference, from, to);
  for (guint i = 0; i < from->len; i++)
    {
      const PgTrigger *trigger = from->pdata[i];
      if (contains_trigger (to, trigger))
        continue;
      const PgDetail detail
          = { .kind = PG_UNSYNC, .table = trigger->table, .trigger = trigger };
      pg_plan_change (
          difference, &detail, LOCK_CLASS_EXCLUSIVE,
          arena_printf (arena,
                        "DROP TRIGGER IF EXISTS %s ON %s; DROP FUNCTION IF EXISTS %s()",
                        trigger->name, pg_plan_table (difference, trigger->table),
                        pg_trigger_function (trigger, trigger->table, arena)));
    }
  return TRUE;
}

gboolean
pg_plan_create_triggers (PgDifference *difference, GError **error)
{
  g_autoptr (GPtrArray) from = g_ptr_array_new ();
  g_autoptr (GPtrArray) to = g_ptr_array_new ();
  Arena *arena = difference->arena;

  if (!read_triggers (difference, from, to, error))
    return FALSE;
  for (guint i = 0; i < to->len; i++)
    {
      const PgTrigger *trigger = to->pdata[i];
      const PgDetail detail = { .kind = PG_SYNC,
                                .table = trigger->table,
                                .shape = difference->to,
                                .trigger = trigger };
      if (!contains_trigger (from, trigger))
        pg_plan_change (
            difference, &detail, LOCK_CLASS_WRITE,
            arena_printf (
                arena, "%s; %s",
                pg_trigger_function_sql (trigger, trigger->table, "pg_catalog, …", arena),
                pg_trigger_create_sql (trigger, trigger->table, arena)));
    }
  return TRUE;
}

/* Second names ------------------------------------------------------------------ */

void
pg_plan_drop_aliases (PgDifference *difference)
{
  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *table = difference->from->tables->pdata[i];
      const Table *after = pg_plan_counterpart (difference->to, table);
      if (table->alias != NULL && !table_alias_equal (table, after))
        pg_plan_change (
            difference,
            &(PgDetail){ .kind = PG_UNALIAS, .table = table->name, .to = table->alias },
            LOCK_CLASS_EXCLUSIVE,
            arena_printf (difference->arena, "DROP VIEW IF EXISTS %s",
                          pg_plan_table (difference, table->alias)));
    }
}

void
pg_plan_create_aliases (PgDifference *difference)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *table = difference->to->tables->pdata[i];
      const Table *before = pg_plan_counterpart (difference->from, table);
      const PgDetail detail
          = { .kind = PG_ALIAS, .table = table->name, .to = table->alias };
      if (table->alias == NULL || table_alias_equal (before, table))
        continue;
      pg_plan_change (difference, &detail, LOCK_CLASS_NONE,
                      arena_printf (difference->arena,
                                    "CREATE VIEW %s AS SELECT * FROM %s",
                                    pg_plan_table (difference, table->alias),
                                    pg_plan_table (difference, table->name)));
    }
}
