/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers, and what has to happen together with them.
 *
 * A trigger that speaks of a column that is gone fails every write, and without the
 * trigger a NOT NULL column fails those that leave it out: both go while nobody looks.
 */
#include "config.h"

#include "engine/mariadb/difference_part.h"

#include "engine/mariadb/lock.h"
#include "engine/mariadb/sql_text.h"

/* Triggers ---------------------------------------------------------------------- */

static gboolean
read_triggers (const MariaDifference *difference, const Database *shape,
               GPtrArray *triggers, GError **error)
{
  for (guint i = 0; i < shape->tables->len; i++)
    if (!maria_triggers (difference->step->id, shape, shape->tables->pdata[i], triggers,
                         difference->arena, error))
      return FALSE;
  return TRUE;
}

static gboolean
contains (const GPtrArray *triggers, const MariaTrigger *trigger)
{
  for (guint i = 0; i < triggers->len; i++)
    if (g_str_equal (((const MariaTrigger *) triggers->pdata[i])->sql, trigger->sql))
      return TRUE;
  return FALSE;
}

/* NULL-ended. */
static const MariaTrigger *const *
without (const MariaDifference *difference, const GPtrArray *triggers,
         const GPtrArray *others)
{
  const MariaTrigger **list
      = arena_new_array (difference->arena, const MariaTrigger *, triggers->len + 1);
  guint n = 0;

  for (guint i = 0; i < triggers->len; i++)
    if (!contains (others, triggers->pdata[i]))
      list[n++] = triggers->pdata[i];
  return list;
}

static gboolean
plan_triggers (const MariaDifference *difference, MariaChange *change, GError **error)
{
  g_autoptr (GPtrArray) from = g_ptr_array_new ();
  g_autoptr (GPtrArray) to = g_ptr_array_new ();

  if (!read_triggers (difference, difference->from, from, error)
      || !read_triggers (difference, difference->to, to, error))
    return FALSE;
  change->drops = without (difference, from, to);
  change->triggers = without (difference, to, from);
  return TRUE;
}

static gboolean
loses_columns (const MariaDifference *difference)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = maria_counterpart (difference->from, to);
      if (from != NULL && maria_gone_columns (difference, from, to)[0] != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Whether all is kept in step that was. */
static gboolean
keeps_syncs (const MariaDifference *difference)
{
  if (difference->from->lookup_syncs->len > difference->to->lookup_syncs->len
      || difference->from->table_syncs->len > difference->to->table_syncs->len)
    return FALSE;
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = maria_counterpart (difference->from, to);
      if (from != NULL && from->syncs->len > to->syncs->len)
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_replaced (const MariaTrigger *trigger, const MariaTrigger *const *others)
{
  for (guint i = 0; others[i] != NULL; i++)
    if (g_str_equal (others[i]->name, trigger->name))
      return TRUE;
  return FALSE;
}

/* Whether triggers only come, or one takes the place of another one and does more. */
static gboolean
only_adds (const MariaDifference *difference, const MariaChange *change)
{
  for (guint i = 0; change->drops[i] != NULL; i++)
    if (!is_replaced (change->drops[i], change->triggers))
      return FALSE;
  return keeps_syncs (difference) && !loses_columns (difference);
}

static Action *add_change (MariaDifference *difference, MariaChange *change);

/* Whether triggers use other tables than their own. */
static gboolean
reach_further (const MariaDifference *difference)
{
  return difference->to->table_syncs->len > 0 || difference->to->lookup_syncs->len > 0;
}

static void
add_each (MariaDifference *difference, const MariaChange *change)
{
  for (guint i = 0; change->triggers[i] != NULL; i++)
    {
      const MariaDetail detail
          = { .kind = MARIA_TRIGGER, .trigger = change->triggers[i] };
      maria_difference_add (difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_INSTANT,
                            change->triggers[i]->sql);
    }
}

/* Those that use other tables come all at once: see maria_change(). */
gboolean
maria_add_triggers (MariaDifference *difference, gboolean *later, GError **error)
{
  static const MariaAlter *const no_alters[] = { NULL };
  static const MariaTrigger *const no_triggers[] = { NULL };
  MariaChange change = { .alters = no_alters };

  if (!plan_triggers (difference, &change, error))
    return FALSE;
  *later = !only_adds (difference, &change);
  change.drops = no_triggers; /* those that there are get replaced */
  if (*later || change.triggers[0] == NULL)
    return TRUE;
  if (reach_further (difference))
    add_change (difference, &change);
  else
    add_each (difference, &change);
  return TRUE;
}

/* At once ----------------------------------------------------------------------- */

static void
add_drops (MariaDifference *difference, const Table *from, const Table *to,
           GPtrArray *alters)
{
  const char *const *columns = maria_gone_columns (difference, from, to);

  for (guint i = 0; columns[i] != NULL; i++)
    {
      MariaAlter *alter = arena_new0 (difference->arena, MariaAlter);
      alter->table = from->name;
      alter->column = columns[i];
      alter->sql = arena_printf (difference->arena, "ALTER TABLE %s DROP COLUMN %s%s",
                                 maria_name (difference, from->name),
                                 maria_name (difference, columns[i]),
                                 difference->blocks ? "" : NOCOPY);
      g_ptr_array_add (alters, alter);
    }
}

static gboolean
is_touched (const MariaChange *change, const char *table)
{
  for (guint i = 0; change->drops[i] != NULL; i++)
    if (g_str_equal (change->drops[i]->table, table))
      return TRUE;
  for (guint i = 0; change->alters[i] != NULL; i++)
    if (g_str_equal (change->alters[i]->table, table))
      return TRUE;
  for (guint i = 0; change->triggers[i] != NULL; i++)
    if (g_str_equal (change->triggers[i]->table, table))
      return TRUE;
  for (guint i = 0; change->handovers != NULL && change->handovers[i] != NULL; i++)
    if (g_str_equal (change->handovers[i]->table, table))
      return TRUE;
  return change->swap != NULL && g_str_equal (change->swap->table, table);
}

static const char *const *
touched_tables (const MariaDifference *difference, const MariaChange *change)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *table = difference->from->tables->pdata[i];
      if (is_touched (change, table->name))
        g_ptr_array_add (names, (gpointer) table->name);
    }
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *table = difference->to->tables->pdata[i];
      if (database_find (difference->from, table->name) == NULL
          && is_touched (change, table->name))
        g_ptr_array_add (names, (gpointer) table->name);
    }
  return arena_ptr_array (difference->arena, names);
}

/* One that the file knows to have to be given; the live table is asked when it is done.
 */
static void
append_relax (const MariaDifference *difference, const MariaAlter *alter, GString *sql)
{
  const Table *table = database_find (difference->from, alter->table);
  const Column *column = table_find_column (table, alter->column);

  if (!column->nullable && column->default_kind == DEFAULT_NONE
      && column->identity == IDENTITY_NONE)
    g_string_append_printf (sql, "; ALTER TABLE %s ALTER COLUMN %s SET DEFAULT …" INSTANT,
                            maria_name (difference, alter->table),
                            maria_name (difference, alter->column));
}

static const char *
change_text (const MariaDifference *difference, const MariaChange *change)
{
  g_autoptr (GString) sql
      = g_string_new (maria_lock_text (change->tables, difference->arena));

  for (guint i = 0; change->alters[i] != NULL; i++)
    append_relax (difference, change->alters[i], sql);
  for (guint i = 0; change->drops[i] != NULL; i++)
    g_string_append_printf (sql, "; DROP TRIGGER IF EXISTS %s",
                            maria_name (difference, change->drops[i]->name));
  for (guint i = 0; change->handovers != NULL && change->handovers[i] != NULL; i++)
    g_string_append_printf (sql, "; ALTER TABLE %s MODIFY COLUMN %s … DEFAULT %s" INSTANT,
                            maria_name (difference, change->handovers[i]->table),
                            maria_name (difference, change->handovers[i]->column),
                            change->handovers[i]->default_text != NULL
                                ? change->handovers[i]->default_text
                                : "…");
  for (guint i = 0; change->alters[i] != NULL; i++)
    g_string_append_printf (sql, "; %s", change->alters[i]->sql);
  if (change->swap != NULL)
    g_string_append_printf (sql,
                            "; ALTER TABLE %s CHANGE COLUMN %s %s …, CHANGE COLUMN %s %s "
                            "…%s",
                            maria_name (difference, change->swap->table),
                            maria_name (difference, change->swap->column),
                            maria_name (difference, change->swap->aside),
                            maria_name (difference, change->swap->shadow),
                            maria_name (difference, change->swap->column),
                            change->swap->algorithm);
  for (guint i = 0; change->triggers[i] != NULL; i++)
    g_string_append_printf (sql, "; %s", change->triggers[i]->sql);
  g_string_append (sql, "; UNLOCK TABLES");
  return arena_strdup (difference->arena, sql->str);
}

/* (nullable): on the way there they are asked for before the run. */
static const char *const *
tables_that_go (const MariaDifference *difference)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *table = difference->from->tables->pdata[i];
      if (maria_counterpart (difference->to, table) == NULL)
        g_ptr_array_add (names, (gpointer) table->name);
    }
  return difference->back ? arena_ptr_array (difference->arena, names) : NULL;
}

static Action *
add_change (MariaDifference *difference, MariaChange *change)
{
  MariaDetail detail = { .kind = MARIA_CHANGE };

  change->tables = touched_tables (difference, change);
  change->back = difference->back;
  change->start = difference->step->start;
  change->from = difference->from;
  change->tables_go = tables_that_go (difference);
  detail.change = arena_memdup (difference->arena, change, sizeof *change);
  return maria_difference_add (difference, &detail, LOCK_CLASS_EXCLUSIVE,
                               ACTION_COST_INSTANT, change_text (difference, change));
}

gboolean
maria_change_at_once (MariaDifference *difference, gboolean later, GError **error)
{
  g_autoptr (GPtrArray) alters = g_ptr_array_new ();
  g_autoptr (GPtrArray) handovers = g_ptr_array_new ();
  MariaChange change = { 0 };

  if (!later)
    return TRUE;
  if (!plan_triggers (difference, &change, error))
    return FALSE;
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = maria_counterpart (difference->from, to);
      if (from == NULL)
        continue;
      add_drops (difference, from, to, alters);
      if (!maria_add_handovers (difference, from, to, handovers, error))
        return FALSE;
    }
  change.handovers = arena_ptr_array (difference->arena, handovers);
  gboolean loses = alters->len > 0;
  g_ptr_array_add (alters, NULL);
  change.alters = arena_memdup (difference->arena, alters->pdata,
                                alters->len * sizeof *alters->pdata);
  add_change (difference, &change)->loses_data = loses;
  return TRUE;
}

gboolean
maria_swap_at_once (MariaDifference *difference, MariaSwap *swap, GError **error)
{
  static const MariaAlter *const none[] = { NULL };
  MariaChange change = { .alters = none, .swap = swap };

  if (!plan_triggers (difference, &change, error))
    return FALSE;
  add_change (difference, &change);
  return TRUE;
}
