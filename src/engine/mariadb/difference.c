/* SPDX-License-Identifier: Apache-2.0
 *
 * From one shape to another.
 */
#include "config.h"

#include "engine/mariadb/difference_part.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/sql_text.h"
#include "model/error.h"
#include "model/generated_name.h"
#include "model/shape.h"

/* Actions ----------------------------------------------------------------------- */

Action *
maria_difference_add (MariaDifference *difference, const MariaDetail *detail,
                      LockClass lock, ActionCost cost, const char *sql)
{
  Action *action = arena_new0 (difference->arena, Action);

  action->kind = ACTION_OWN;
  action->lock = lock;
  action->cost = cost;
  action->transaction = ACTION_NO_TRANSACTION;
  action->sql = sql;
  action->detail = arena_memdup (difference->arena, detail, sizeof *detail);
  g_ptr_array_add (difference->actions, action);
  return action;
}

Action *
maria_add_statement (MariaDifference *difference, LockClass lock, ActionCost cost,
                     const char *sql)
{
  return maria_difference_add (difference,
                               &(MariaDetail){ .kind = MARIA_STATEMENT, .text = sql },
                               lock, cost, sql);
}

Action *
maria_alter (MariaDifference *difference, const Table *table, const char *clause,
             const char *algorithm, ActionCost cost)
{
  return maria_add_statement (
      difference, difference->blocks ? LOCK_CLASS_WRITE : LOCK_CLASS_NONE, cost,
      arena_printf (difference->arena, "ALTER TABLE %s %s%s",
                    maria_name (difference, table->name), clause,
                    difference->blocks ? "" : algorithm));
}

Action *
maria_alter_by_copy (MariaDifference *difference, const Table *table, const char *clause)
{
  return maria_add_statement (difference, LOCK_CLASS_WRITE, ACTION_COST_REWRITE,
                              arena_printf (difference->arena, "ALTER TABLE %s %s",
                                            maria_name (difference, table->name),
                                            clause));
}

const char *
maria_name (const MariaDifference *difference, const char *name)
{
  return mariadb_identifier (difference->arena, name);
}

const Table *
maria_counterpart (const Database *database, const Table *table)
{
  const Table *found = database_find (database, table->name);

  return found != NULL && g_str_equal (found->name, table->name) ? found : NULL;
}

gboolean
maria_refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED, "%s", text);
  return FALSE;
}

/* Second names ------------------------------------------------------------------ */

/* A view shows the columns that it was made with.  It never shows one that goes. */
static void
make_alias (MariaDifference *difference, const Table *from, const Table *to)
{
  const char *const *gone = maria_gone_columns (difference, from, to);
  const MariaDetail detail
      = { .kind = MARIA_ALIAS, .table = to->name, .to = to->alias, .columns = gone };
  gboolean same = g_strcmp0 (from->alias, to->alias) == 0 && gone[0] == NULL
                  && table_n_columns (from) == table_n_columns (to);

  if (to->alias != NULL && !same)
    maria_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INSTANT,
                          arena_printf (difference->arena,
                                        "CREATE OR REPLACE VIEW %s AS SELECT … FROM %s",
                                        maria_name (difference, to->alias),
                                        maria_name (difference, to->name)));
}

static void
drop_alias (MariaDifference *difference, const Table *from, const Table *to)
{
  if (from->alias != NULL && g_strcmp0 (from->alias, to->alias) != 0)
    maria_add_statement (difference, LOCK_CLASS_EXCLUSIVE, ACTION_COST_INSTANT,
                         arena_printf (difference->arena, "DROP VIEW IF EXISTS %s",
                                       maria_name (difference, from->alias)));
}

/* Tables ------------------------------------------------------------------------ */

static void
add_half (MariaDifference *difference, const TableSync *sync, const char *sql)
{
  const MariaDetail detail = { .kind = MARIA_HALF,
                               .table = sync->new_table,
                               .like = sync->old_table,
                               .columns = sync->columns,
                               .text = sql };

  maria_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INSTANT,
                        arena_printf (difference->arena,
                                      "%s; ALTER TABLE %s MODIFY COLUMN … as in %s", sql,
                                      maria_name (difference, sync->new_table),
                                      maria_name (difference, sync->old_table)));
}

static gboolean
create_table (MariaDifference *difference, const Table *table, GError **error)
{
  g_autoptr (Table) full = table_shape (table);

  for (guint i = 0; i < full->constraints->len; i++)
    full->constraints->pdata[i]
        = (gpointer) maria_with_columns (difference, full->constraints->pdata[i]);
  const char *text = maria_create_table_text (full, difference->arena, error);
  if (text == NULL)
    return FALSE;
  g_autoptr (GString) sql = g_string_new (text);
  g_string_replace (sql, "CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1);
  const char *statement = arena_strdup (difference->arena, sql->str);
  const TableSync *sync = database_sync_to (difference->to, table->name);
  if (sync != NULL)
    add_half (difference, sync, statement);
  else
    maria_add_statement (difference, LOCK_CLASS_NONE, ACTION_COST_INSTANT, statement);
  return TRUE;
}

static gboolean
create_tables (MariaDifference *difference, GError **error)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *table = difference->to->tables->pdata[i];
      if (maria_counterpart (difference->from, table) == NULL
          && !create_table (difference, table, error))
        return FALSE;
    }
  return TRUE;
}

static void
drop_tables (MariaDifference *difference)
{
  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *table = difference->from->tables->pdata[i];
      if (maria_counterpart (difference->to, table) != NULL)
        continue;
      const char *sql = arena_printf (difference->arena, "DROP TABLE IF EXISTS %s",
                                      maria_name (difference, table->name));
      const MariaDetail detail
          = { .kind = MARIA_STATEMENT,
              .text = sql,
              .drops = table->name,
              .shape = difference->back ? difference->from : difference->step->start };
      maria_difference_add (difference, &detail, LOCK_CLASS_EXCLUSIVE,
                            ACTION_COST_INSTANT, sql)
          ->loses_data
          = TRUE;
    }
}

/* Passes over all tables ---------------------------------------------------------- */

typedef gboolean (*TablePart) (MariaDifference *difference, const Table *from,
                               const Table *to, GError **error);

static gboolean
each_table (MariaDifference *difference, TablePart part, GError **error)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = maria_counterpart (difference->from, to);
      if (from != NULL && !part (difference, from, to, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
change_columns (MariaDifference *difference, const Table *from, const Table *to,
                GError **error)
{
  if (difference->back)
    maria_refill_columns (difference, from, to);
  return maria_change_columns (difference, from, to, error);
}

/* What holds a table gets its place before that which it replaces goes. */
static gboolean
change_bound (MariaDifference *difference, const Table *from, const Table *to,
              GError **error)
{
  return maria_carry_bound (difference, from, to, error)
         && maria_add_bound (difference, from, to, error);
}

static gboolean
change_names (MariaDifference *difference, const Table *from, const Table *to,
              G_GNUC_UNUSED GError **error)
{
  drop_alias (difference, from, to);
  make_alias (difference, from, to);
  return TRUE;
}

/* What is made comes first, then what keeps it in step, and what is taken away goes last:
 * there is no moment in which something is missing that a writer needs. */
gboolean
maria_difference_plan (MariaDifference *difference, GError **error)
{
  gboolean later;

  if (!maria_check_shapes (difference, error))
    return FALSE;
  if (!difference->back)
    maria_see_new (difference);
  if (!create_tables (difference, error)
      || !each_table (difference, maria_add_columns, error)
      || !each_table (difference, maria_strip_mirrors, error)
      || !maria_add_triggers (difference, &later, error)
      || !each_table (difference, change_columns, error)
      || !each_table (difference, change_bound, error)
      || !each_table (difference, maria_add_references, error)
      || !each_table (difference, maria_drop_references, error)
      || !each_table (difference, maria_drop_bound, error)
      || !each_table (difference, change_names, error)
      || !maria_change_at_once (difference, later, error))
    return FALSE;
  drop_tables (difference);
  return TRUE;
}

/* Renaming a table -------------------------------------------------------------- */

/* Whether there are triggers that speak of other tables. */
static gboolean
keeps_tables (const Database *shape)
{
  return shape->table_syncs->len > 0 || shape->lookup_syncs->len > 0;
}

gboolean
maria_difference_rename_table (MariaDifference *difference, const char *from,
                               const char *to, GError **error)
{
  Arena *arena = difference->arena;
  const char *aside = generated_name (arena, arena_printf (arena, "zdm_aside_%s", to));
  const MariaDetail detail = {
    .kind = MARIA_RENAME_TABLE,
    .table = from,
    .to = to,
    .aside = aside,
    .left = generated_name (arena, arena_printf (arena, "zdm_aside_%s", from)),
  };
  const Table *was = database_find (difference->from, from);
  const Table *is = database_find (difference->to, to);

  if (was->syncs->len > 0 || is->syncs->len > 0 || keeps_tables (difference->from)
      || keeps_tables (difference->to))
    return maria_refuse (error,
                         "table '%s' is not renamed on MariaDB while columns of it are "
                         "kept in step; rename it in a migration of its own",
                         from);
  maria_difference_add (
      difference, &detail, LOCK_CLASS_EXCLUSIVE, ACTION_COST_INSTANT,
      arena_printf (arena, "RENAME TABLE %s%s TO %s",
                    was->alias != NULL
                        ? arena_printf (arena, "%s TO %s, ", maria_name (difference, to),
                                        maria_name (difference, aside))
                        : "",
                    maria_name (difference, from), maria_name (difference, to)));
  make_alias (difference, was, is);
  return TRUE;
}
