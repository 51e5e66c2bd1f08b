/* SPDX-License-Identifier: Apache-2.0
 *
 * Short locks.
 */
#include "config.h"

#include "engine/mariadb/change.h"

#include "engine/mariadb/carry_default.h"
#include "engine/mariadb/catch_up.h"
#include "engine/mariadb/dependent.h"
#include "engine/mariadb/kept.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/lock.h"
#include "engine/mariadb/named.h"
#include "engine/mariadb/node.h"
#include "engine/mariadb/sql_text.h"

/* Columns that go --------------------------------------------------------------- */

/* Its check goes before it: that may not take the value that stands in.  On a node it
 * becomes nullable: behind an instant change of its default a writer of
 * another node has been seen to meet a trigger that was gone. */
static const char *
relaxed (const SqlConnection *connection, const MariaColumn *column, Arena *arena)
{
  const char *name = mariadb_identifier (arena, column->name);

  if (connection->is_node)
    return arena_printf (arena, "MODIFY COLUMN %s %s", name,
                         maria_live_definition (column, FALSE, column->invisible, arena));
  if (column->check == NULL || maria_column_is_json (column, arena))
    return arena_printf (arena,
                         "ALTER COLUMN %s SET DEFAULT (%s), ALGORITHM=INSTANT, LOCK=NONE",
                         name, maria_stand_in (column, arena));
  MariaColumn wanted = *column;
  wanted.default_text = maria_stand_in (column, arena);
  wanted.check = NULL;
  return arena_printf (arena, "MODIFY COLUMN %s %s, ALGORITHM=INSTANT, LOCK=NONE", name,
                       maria_live_definition (&wanted, TRUE, column->invisible, arena));
}

/* A writer that leaves the column out must not need the trigger that fills it: should we,
 * or the server, be killed behind the triggers, nobody is there to drop the column. */
static gboolean
relax (SqlConnection *connection, const MariaAlter *alter, Arena *arena, GError **error)
{
  const MariaColumn *column;

  if (!maria_read_column (connection, alter->table, alter->column, arena, &column, error))
    return FALSE;
  return column == NULL || !maria_has_to_be_given (column)
         || mariadb_define (connection,
                            arena_printf (arena, "ALTER TABLE %s %s",
                                          mariadb_identifier (arena, alter->table),
                                          relaxed (connection, column, arena)),
                            error);
}

static gboolean
relax_all (SqlConnection *connection, const MariaChange *change, Arena *arena,
           GError **error)
{
  for (guint i = 0; change->alters[i] != NULL; i++)
    if (!relax (connection, change->alters[i], arena, error))
      return FALSE;
  return TRUE;
}

static gboolean
run_alter (SqlConnection *connection, const MariaAlter *alter, Arena *arena,
           GError **error)
{
  const MariaColumn *column;

  if (!maria_read_column (connection, alter->table, alter->column, arena, &column, error))
    return FALSE;
  return column == NULL || mariadb_define (connection, alter->sql, error);
}

/* Columns that stay ------------------------------------------------------------- */

/* Also what the server does with it by itself, and who sees it.  A default that stands in
 * for none is none. */
static MariaColumn
handed_over (const MariaHandover *handover, const MariaColumn *column,
             const MariaColumn *like, Arena *arena)
{
  MariaColumn wanted = *column;

  if (like != NULL)
    {
      wanted.default_text = maria_has_stand_in (like, arena) ? NULL : like->default_text;
      wanted.on_update = like->on_update;
      wanted.invisible = like->invisible;
    }
  if (handover->default_text != NULL)
    wanted.default_text = handover->default_text;
  return wanted;
}

/* Once the column that it has followed is gone, it has been done. */
static gboolean
hand_over (SqlConnection *connection, const MariaHandover *handover, Arena *arena,
           GError **error)
{
  const MariaTable *table;

  if (!maria_live_table (connection, handover->table, arena, &table, error))
    return FALSE;
  const MariaColumn *column = maria_find_column (table, handover->column);
  const MariaColumn *like
      = handover->like != NULL ? maria_find_column (table, handover->like) : NULL;
  if (column == NULL || (like == NULL && handover->default_text == NULL))
    return TRUE;
  MariaColumn wanted = handed_over (handover, column, like, arena);
  if (g_strcmp0 (wanted.default_text, column->default_text) == 0
      && wanted.on_update == column->on_update && wanted.invisible == column->invisible)
    return TRUE;
  return mariadb_define (
      connection,
      arena_printf (
          arena,
          "ALTER TABLE %s MODIFY COLUMN %s %s, ALGORITHM=INSTANT, "
          "LOCK=NONE",
          table->quoted, mariadb_identifier (arena, column->name),
          maria_live_definition (&wanted, wanted.not_null, wanted.invisible, arena)),
      error);
}

static gboolean
hand_over_all (SqlConnection *connection, const MariaChange *change, Arena *arena,
               GError **error)
{
  for (guint i = 0; change->handovers != NULL && change->handovers[i] != NULL; i++)
    if (!hand_over (connection, change->handovers[i], arena, error))
      return FALSE;
  return TRUE;
}

/* At once ----------------------------------------------------------------------- */

/* What stands before the column: "FIRST", "AFTER `a`". */
static const char *
place_of (const MariaTable *table, const MariaColumn *column, Arena *arena)
{
  if (!maria_may_be_placed (table, column))
    return "";
  return column == table->columns
             ? "FIRST"
             : arena_printf (arena, "AFTER %s",
                             mariadb_identifier (arena, column[-1].name));
}

/* One that was dropped and is there again got no more than its type. */
static void
as_it_was (const MariaSwap *swap, const char *definitions, MariaColumn *comes,
           Arena *arena)
{
  const MariaTable *kept = maria_kept_table (definitions, swap->table, arena);
  const MariaColumn *was = kept != NULL ? maria_find_column (kept, swap->column) : NULL;

  if (was == NULL)
    return;
  comes->default_text = was->default_text;
  comes->comment = was->comment;
}

/* The new column has the default and the comment of the old one, unless the file says
 * otherwise; on the way back each has its own again. */
static gboolean
swap_columns (SqlConnection *connection, const MariaSwap *swap, const MariaTable *table,
              const char *definitions, Arena *arena, GError **error)
{
  const MariaColumn *column = maria_find_column (table, swap->column);
  MariaColumn goes = maria_column_called (column, swap->aside, arena);
  MariaColumn comes = maria_column_called (maria_find_column (table, swap->shadow),
                                           swap->column, arena);

  if (swap->back)
    {
      goes.default_text = NULL;
      goes.comment = NULL;
      as_it_was (swap, definitions, &comes, arena);
    }
  else
    {
      comes.default_text = swap->default_text;
      comes.comment = swap->comment != NULL ? swap->comment : column->comment;
    }
  return mariadb_define (
      connection,
      arena_printf (arena,
                    "ALTER TABLE %s CHANGE COLUMN %s %s %s, CHANGE COLUMN %s %s %s %s%s",
                    table->quoted, mariadb_identifier (arena, swap->column),
                    mariadb_identifier (arena, swap->aside),
                    maria_live_definition (&goes, FALSE, TRUE, arena),
                    mariadb_identifier (arena, swap->shadow),
                    mariadb_identifier (arena, swap->column),
                    maria_live_definition (&comes, FALSE, column->invisible, arena),
                    place_of (table, column, arena), swap->algorithm),
      error);
}

static gboolean
run_swap (SqlConnection *connection, const MariaSwap *swap, const char *definitions,
          gboolean catches_up, Arena *arena, GError **error)
{
  const MariaTable *table;

  if (!maria_live_table (connection, swap->table, arena, &table, error))
    return FALSE;
  gboolean is_done = maria_find_column (table, swap->shadow) == NULL;
  const MariaCatchUp *catch_up = is_done ? swap->catch_up_after : swap->catch_up_before;
  if (catches_up && !swap->reads_rows && catch_up != NULL
      && !mariadb_exec (
          connection,
          arena_printf (arena, "%s WHERE %s", catch_up->statement, catch_up->rows), NULL,
          error))
    return FALSE;
  return is_done || swap_columns (connection, swap, table, definitions, arena, error);
}

/* It reads what the table has besides what the file declares. */
static gboolean
make_trigger (SqlConnection *connection, const MariaTrigger *trigger, Arena *arena,
              GError **error)
{
  const char *sql;

  return maria_named_settle (connection, trigger->table, trigger->sql, "NEW.", &sql,
                             arena, error)
         && mariadb_define (connection, sql, error);
}

gboolean
maria_make_trigger (SqlConnection *connection, const MariaTrigger *trigger,
                    GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  return make_trigger (connection, trigger, arena, error);
}

static gboolean
drop_trigger (SqlConnection *connection, const MariaTrigger *trigger, Arena *arena,
              GError **error)
{
  return mariadb_define (connection,
                         arena_printf (arena, "DROP TRIGGER IF EXISTS %s",
                                       mariadb_identifier (arena, trigger->name)),
                         error);
}

static gboolean
drop_triggers (SqlConnection *connection, const MariaChange *change, Arena *arena,
               GError **error)
{
  for (guint i = 0; change->drops[i] != NULL; i++)
    if (!drop_trigger (connection, change->drops[i], arena, error))
      return FALSE;
  return TRUE;
}

static gboolean
change_locked (SqlConnection *connection, const MariaChange *change,
               const char *definitions, Arena *arena, GError **error)
{
  gboolean lacks;

  if (!maria_lacks_triggers (connection, change, &lacks, error)
      || (lacks && !maria_end_catch_up (connection, change, error))
      || !relax_all (connection, change, arena, error)
      || !drop_triggers (connection, change, arena, error)
      || !hand_over_all (connection, change, arena, error))
    return FALSE;
  for (guint i = 0; change->alters[i] != NULL; i++)
    if (!run_alter (connection, change->alters[i], arena, error))
      return FALSE;
  if (change->swap != NULL
      && !run_swap (connection, change->swap, definitions, lacks, arena, error))
    return FALSE;
  for (guint i = 0; change->triggers[i] != NULL; i++)
    if (!make_trigger (connection, change->triggers[i], arena, error))
      return FALSE;
  return TRUE;
}

/* One by one -------------------------------------------------------------------- */

static gboolean
is_replaced (const MariaChange *change, const MariaTrigger *trigger)
{
  for (guint i = 0; change->triggers[i] != NULL; i++)
    if (g_str_equal (change->triggers[i]->name, trigger->name))
      return TRUE;
  return FALSE;
}

/* After another node was lost, one lets UPDATEs be set off for a moment by a trigger that
 * it has just dropped: one that speaks of a column which is gone would fail them (error
 * 1054; MariaDB 10.11.19, seen by tests/mariadb/galera_lost.py with ZDM_SEED=1). */
#define TRIGGER_LINGERS_US (G_USEC_PER_SEC / 2)

/* On a node of a cluster, where LOCK TABLES keeps off the writers of this node alone.
 * Each statement leaves what everybody can write to: columns go when they need not be
 * given, and no trigger speaks of them. */
static gboolean
change_one_by_one (SqlConnection *connection, const MariaChange *change, Arena *arena,
                   GError **error)
{
  if (!relax_all (connection, change, arena, error))
    return FALSE;
  for (guint i = 0; change->triggers[i] != NULL; i++)
    if (!make_trigger (connection, change->triggers[i], arena, error))
      return FALSE;
  for (guint i = 0; change->drops[i] != NULL; i++)
    if (!is_replaced (change, change->drops[i])
        && !drop_trigger (connection, change->drops[i], arena, error))
      return FALSE;
  if (!hand_over_all (connection, change, arena, error))
    return FALSE;
  if (change->alters[0] != NULL)
    g_usleep (TRIGGER_LINGERS_US);
  for (guint i = 0; change->alters[i] != NULL; i++)
    if (!run_alter (connection, change->alters[i], arena, error))
      return FALSE;
  return TRUE;
}

gboolean
maria_alter_live (SqlConnection *connection, const MariaAlter *alter, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  return run_alter (connection, alter, arena, error);
}

/* A prepared statement knows that a trigger is new by when that was made, in hundredths
 * of a second, cut off.  One that was prepared in the same hundredth before takes itself
 * for up to date, lacks the tables that the trigger uses, and fails (errors 1146, 1099).
 * While tables are locked nobody prepares one that uses them. */
#define TRIGGER_CLOCK_US 10000

/* On the way back what was never made need not be there. */
static gboolean
change_on_node (SqlConnection *connection, const MariaChange *change, Arena *arena,
                GError **error)
{
  gboolean found = !change->back;

  for (guint i = 0; !found && change->tables[i] != NULL; i++)
    {
      const MariaTable *table;
      if (!maria_read_table (connection, change->tables[i], arena, &table, error))
        return FALSE;
      found = table != NULL;
    }
  return !found
         || (maria_node_admit_change (connection, change, TRUE, error)
             && change_one_by_one (connection, change, arena, error));
}

/* The change with the default that the live column hands on: under the lock SQL of the
 * user's may read no other table. */
static gboolean
settle_default (SqlConnection *connection, const MariaChange **change, Arena *arena,
                GError **error)
{
  MariaChange *settled = arena_memdup (arena, *change, sizeof **change);
  const MariaColumn *shadow;

  if (settled->swap == NULL)
    return TRUE;
  MariaSwap *swap = arena_memdup (arena, settled->swap, sizeof *swap);
  settled->swap = swap;
  *change = settled;
  return maria_read_column (connection, swap->table, swap->shadow, arena, &shadow, error)
         && (shadow == NULL /* it has been done */
             || maria_carry_default (connection, swap, &swap->default_text, arena,
                                     error));
}

gboolean
maria_change (SqlConnection *connection, const MariaChange *change,
              const char *definitions, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  gboolean locked;

  if (!maria_dependents_check (connection, change, error)
      || !settle_default (connection, &change, arena, error))
    return FALSE;
  if (!connection->is_node && !maria_catch_up (connection, change, error))
    return FALSE;
  if (connection->is_node)
    return change_on_node (connection, change, arena, error);
  if (!maria_lock_tables (connection, change->tables, change->back, &locked, error))
    return FALSE;
  if (!locked)
    return TRUE;
  g_usleep (TRIGGER_CLOCK_US);
  return maria_unlock_tables (
      connection, change_locked (connection, change, definitions, arena, error), error);
}

/* Second names ------------------------------------------------------------------ */

/* Those that the table shows to who does not name them. */
static const char *
shown_columns (const MariaTable *table, const char *const *but, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_columns; i++)
    if (!table->columns[i].invisible && !g_strv_contains (but, table->columns[i].name))
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              mariadb_identifier (arena, table->columns[i].name));
  return arena_strdup (arena, text->str);
}

gboolean
maria_make_alias (SqlConnection *connection, const MariaDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTable *table;

  return maria_live_table (connection, detail->table, arena, &table, error)
         && mariadb_define (
             connection,
             arena_printf (arena, "CREATE OR REPLACE VIEW %s AS SELECT %s FROM %s",
                           mariadb_identifier (arena, detail->to),
                           shown_columns (table, detail->columns, arena), table->quoted),
             error);
}

/* The name that is given, as a view. */
static gboolean
find_view (SqlConnection *connection, const char *name, gboolean *found, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  return mariadb_finds (connection,
                        arena_printf (arena,
                                      "SELECT 1 FROM information_schema.VIEWS WHERE "
                                      "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s",
                                      mariadb_quote (arena, name)),
                        found, error);
}

gboolean
maria_rename_table (SqlConnection *connection, const MariaDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *to = mariadb_identifier (arena, detail->to);
  const char *aside = mariadb_identifier (arena, detail->aside);
  const MariaTable *table;
  gboolean has_view;

  if (!maria_read_table (connection, detail->table, arena, &table, error)
      || !find_view (connection, detail->to, &has_view, error))
    return FALSE;
  if (table != NULL
      && !maria_dependents_check_table (connection, detail->table, detail->to, error))
    return FALSE;
  const char *first = has_view ? arena_printf (arena, "%s TO %s, ", to, aside) : "";
  if (table != NULL
      && !mariadb_define (
          connection,
          arena_printf (arena, "RENAME TABLE %s%s TO %s", first, table->quoted, to),
          error))
    return FALSE;
  return mariadb_define (connection,
                         arena_printf (arena, "DROP VIEW IF EXISTS %s, %s", aside,
                                       mariadb_identifier (arena, detail->left)),
                         error);
}
