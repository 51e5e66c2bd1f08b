/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns that come, change, and come back.
 */
#include "config.h"

#include "engine/mariadb/difference_part.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/sql_text.h"
#include "model/shape.h"

/* Whether the table had it before the migration. */
static gboolean
is_of_start (const MariaDifference *difference, const Table *table, const char *column)
{
  const Table *start = database_find (difference->step->start, table->name);

  return start != NULL && table_find_column (start, column) != NULL;
}

/* Whether it follows another table. */
static gboolean
is_looked_up (const MariaDifference *difference, const Table *table, const char *column)
{
  gboolean is_after = database_find (difference->to, table->name) == table;
  const Database *shape = is_after ? difference->to : difference->from;

  for (guint i = 0; i < shape->lookup_syncs->len; i++)
    {
      const LookupSync *sync = shape->lookup_syncs->pdata[i];
      if (g_str_equal (sync->table, table->name) && g_str_equal (sync->column, column))
        return TRUE;
    }
  return FALSE;
}

/* Whether it is there only to be kept in step, which those who name no columns do not
 * notice.  Of a shadow and the column whose name it takes it is always one. */
static gboolean
is_hidden (const MariaDifference *difference, const Table *table, const char *column)
{
  const Sync *sync = table_sync_of_new (table, column);

  if (is_looked_up (difference, table, column))
    return TRUE;
  if (sync == NULL)
    {
      sync = table_sync_of_old (table, column);
      if (sync == NULL || sync->purpose != SYNC_FOR_SHADOW)
        return FALSE;
    }
  if (sync->purpose == SYNC_FOR_SHADOW)
    return !is_of_start (difference, table, column);
  return sync->mode != SYNC_NONE;
}

/* The other one of two columns that a sync of the purpose keeps in step; (nullable). */
static const char *
partner (const Table *table, const char *column, SyncPurpose purpose)
{
  const Sync *sync = table_sync_of_new (table, column);

  if (sync != NULL && sync->purpose == purpose)
    return sync->old_columns[0];
  sync = table_sync_of_old (table, column);
  return sync != NULL && sync->purpose == purpose ? sync->new_columns[0] : NULL;
}

const char *
maria_source_of_type (const Table *to, const Column *column)
{
  return partner (to, column->name, SYNC_FOR_RENAME);
}

const char *
maria_replaced_by (const Table *to, const Column *column)
{
  const char *name = partner (to, column->name, SYNC_FOR_RENAME);

  return name != NULL ? name : partner (to, column->name, SYNC_FOR_SHADOW);
}

/* A text that takes another text's place sorts and compares like that. */
static const char *
source_of_collation (const Table *to, const Column *column)
{
  const char *name = partner (to, column->name, SYNC_FOR_SHADOW);
  const Column *other = name != NULL ? table_find_column (to, name) : NULL;
  gboolean both = other != NULL && column->collate == NULL
                  && column_type_is_text (column->type.base)
                  && column_type_is_text (other->type.base);

  return both ? name : NULL;
}

/* The column of the start that comes back: it itself, or the one whose place a shadow has
 * taken; (nullable). */
static const char *
name_at_start (const MariaDifference *difference, const Table *to, const char *column)
{
  const char *shown = partner (to, column, SYNC_FOR_SHADOW);

  if (is_of_start (difference, to, column))
    return column;
  return shown != NULL && is_of_start (difference, to, shown) ? shown : NULL;
}

/* Whether those who leave it out get what `backward` says, as rows do that have come
 * without it: by a default they would have that. */
static gboolean
is_filled_on_insert (const Table *to, const char *column)
{
  for (guint i = 0; i < to->syncs->len; i++)
    {
      const Sync *sync = to->syncs->pdata[i];
      if (sync->mode == SYNC_ON_INSERT && name_list_contains (sync->new_columns, column))
        return TRUE;
    }
  return FALSE;
}

static const Column *
without_default (const Column *column, Arena *arena)
{
  Column *bare = column_copy (arena, column);

  bare->default_kind = DEFAULT_NONE;
  return bare;
}

static gboolean
add_column (MariaDifference *difference, const Table *to, const Column *column,
            GError **error)
{
  Arena *arena = difference->arena;
  gboolean nullable = column->nullable || difference->back;
  gboolean is_filled = difference->back && is_filled_on_insert (to, column->name);
  const char *text = maria_column_text (
      is_filled ? without_default (column, arena) : column, nullable, arena, error);
  gboolean hidden = is_hidden (difference, to, column->name);

  if (text == NULL)
    return FALSE;
  const char *sql
      = arena_printf (arena, "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s%s%s",
                      maria_name (difference, to->name), text, hidden ? " INVISIBLE" : "",
                      difference->blocks ? "" : INSTANT);
  MariaDetail detail = { .kind = MARIA_ADD_COLUMN,
                         .table = to->name,
                         .text = sql,
                         .column = column,
                         .like = maria_source_of_type (to, column),
                         .invisible = hidden,
                         .is_filled = is_filled,
                         .algorithm = difference->blocks ? "" : INSTANT };
  if (detail.like == NULL)
    {
      detail.like = source_of_collation (to, column);
      detail.type = maria_column_type (column, arena);
    }
  if (difference->back)
    detail.was = name_at_start (difference, to, column->name);
  if (detail.like == NULL && detail.was == NULL)
    detail.kind = MARIA_STATEMENT;
  maria_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INSTANT, sql);
  return TRUE;
}

static gboolean
same_default (const Column *a, const Column *b)
{
  if (a->default_kind != b->default_kind)
    return FALSE;
  if (a->default_kind == DEFAULT_VALUE)
    return value_equal (&a->default_value, &b->default_value);
  return a->default_kind == DEFAULT_NONE
         || engine_text_equal (a->default_expression, b->default_expression);
}

/* Type, NULL or not, and whether those see it who do not name it: the server is told all
 * of them at once. */
static void
redefine (MariaDifference *difference, const Table *table, const Column *is,
          const char *type, gboolean invisible, const char *algorithm, ActionCost cost)
{
  const MariaDetail detail
      = { .kind = MARIA_REDEFINE,
          .table = table->name,
          .column = is,
          .type = type,
          .invisible = invisible,
          .stays_in_sight = is_of_start (difference, table, is->name),
          .algorithm = difference->blocks ? "" : algorithm };

  maria_difference_add (
      difference, &detail,
      difference->blocks || algorithm[0] == '\0' ? LOCK_CLASS_WRITE : LOCK_CLASS_NONE,
      cost,
      arena_printf (difference->arena, "ALTER TABLE %s MODIFY COLUMN %s %s %sNULL%s%s",
                    maria_name (difference, table->name),
                    maria_name (difference, is->name), type != NULL ? type : "…",
                    is->nullable ? "" : "NOT ", invisible ? " INVISIBLE" : "",
                    detail.algorithm));
}

/* Whether the default is that of the start, which the file need not have declared. */
static gboolean
has_default_of_start (const MariaDifference *difference, const Table *table,
                      const Column *is)
{
  const Table *start = database_find (difference->step->start, table->name);
  const Column *was = start != NULL ? table_find_column (start, is->name) : NULL;

  return was != NULL && same_default (was, is);
}

static gboolean
change_default (MariaDifference *difference, const Table *table, const Column *is,
                GError **error)
{
  Arena *arena = difference->arena;
  gboolean recalls = difference->back && has_default_of_start (difference, table, is);
  const char *text;

  if (!maria_default_text (is, arena, &text, error))
    return FALSE;
  const char *clause = text != NULL ? arena_printf (arena, "SET DEFAULT %s", text)
                       : recalls    ? "SET DEFAULT as it was, if it had one"
                                    : "DROP DEFAULT";
  const char *algorithm = difference->blocks ? "" : INSTANT;
  const char *sql = arena_printf (arena, "ALTER TABLE %s ALTER COLUMN %s %s%s",
                                  maria_name (difference, table->name),
                                  maria_name (difference, is->name), clause, algorithm);
  const MariaDetail detail = { .kind = MARIA_DEFAULT,
                               .table = table->name,
                               .column = is,
                               .gives_default = recalls,
                               .algorithm = algorithm };
  maria_difference_add (difference, &detail,
                        difference->blocks ? LOCK_CLASS_WRITE : LOCK_CLASS_NONE,
                        ACTION_COST_INSTANT, sql);
  return TRUE;
}

/* Whether it is kept in step in the one shape and not in the other, where it is too. */
static gboolean
is_mirror_of (const Table *mirrors, const Table *others, const char *column)
{
  const Sync *sync = table_sync_of_new (mirrors, column);

  return sync != NULL && sync->mode != SYNC_NONE && sync->mode != SYNC_ON_INSERT
         && table_find_column (others, column) != NULL
         && table_sync_of_new (others, column) == NULL;
}

gboolean
maria_strip_mirrors (MariaDifference *difference, const Table *from, const Table *to,
                     G_GNUC_UNUSED GError **error)
{
  for (guint i = 0; difference->back && i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      if (is_mirror_of (to, from, is->name))
        maria_alter (difference, to,
                     arena_printf (difference->arena, "ALTER COLUMN %s DROP DEFAULT",
                                   maria_name (difference, is->name)),
                     INSTANT, ACTION_COST_INSTANT);
    }
  return TRUE;
}

gboolean
maria_add_handovers (MariaDifference *difference, const Table *from, const Table *to,
                     GPtrArray *handovers, GError **error)
{
  for (guint i = 0; !difference->back && i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      if (!is_mirror_of (from, to, is->name))
        continue;
      MariaHandover *handover = arena_new0 (difference->arena, MariaHandover);
      *handover = (MariaHandover){ .table = to->name,
                                   .column = is->name,
                                   .like = maria_source_of_type (from, is) };
      if (!maria_default_text (is, difference->arena, &handover->default_text, error))
        return FALSE;
      if (handover->like != NULL || handover->default_text != NULL)
        g_ptr_array_add (handovers, handover);
    }
  return TRUE;
}

static void
add_refill (MariaDifference *difference, MariaFillKind kind, const Database *shape,
            const Table *table, const Sync *sync, const char *sql)
{
  const MariaDetail detail = { .kind = MARIA_FILL,
                               .fill = kind,
                               .table = table->name,
                               .shape = shape,
                               .sync = sync,
                               .gives_default = shape == difference->to };
  Action *action = maria_difference_add (difference, &detail, LOCK_CLASS_ROWS,
                                         ACTION_COST_REWRITE, sql);

  action->kind = ACTION_FILL;
  action->transaction = ACTION_CHUNKS;
}

static void
add_fill_of_nulls (MariaDifference *difference, const Database *shape, const Table *table,
                   const Sync *sync)
{
  add_refill (difference, MARIA_FILL_NULLS, shape, table, sync,
              arena_printf (difference->arena, "UPDATE %s SET %s where it is null",
                            maria_name (difference, table->name),
                            maria_name (difference, sync->new_columns[0])));
}

/* What writers have set to null where a row may not hold that again. */
static void
fill_nulls (MariaDifference *difference, const Table *from, const char *column)
{
  for (guint i = 0; i < from->syncs->len; i++)
    {
      const Sync *sync = from->syncs->pdata[i];
      if (sync->mode == SYNC_ON_INSERT && name_list_contains (sync->new_columns, column))
        add_fill_of_nulls (difference, difference->from, from, sync);
    }
}

/* Whether the next type holds all that the one before does.  In place a text becomes no
 * shorter but on the way back. */
static gboolean
grows (const MariaDifference *difference, const Column *was, const Column *is)
{
  return maria_changes_number (was, is) ? is->type.base == COLUMN_TYPE_BIGINT
                                        : !difference->back;
}

static gboolean
change_type (MariaDifference *difference, const Table *from, const Table *to,
             const Column *was, const Column *is, GError **error)
{
  gboolean bound = FALSE, is_number = maria_changes_number (was, is);
  gboolean copies = difference->back || is_number;

  if (is_number && !maria_retype_bound (difference, to, is, &bound, error))
    return FALSE;
  if (bound)
    return TRUE;
  Column *typed = column_copy (difference->arena, is);
  typed->nullable = was->nullable;
  redefine (difference, to, typed, maria_column_type (is, difference->arena),
            is_hidden (difference, from, is->name), copies ? "" : INSTANT,
            copies ? ACTION_COST_REWRITE : ACTION_COST_INSTANT);
  return TRUE;
}

/* The default is always one that the type takes: the next one waits for a type that holds
 * more, and the last one goes before a type that holds less. */
static gboolean
change_column (MariaDifference *difference, const Table *from, const Table *to,
               const Column *was, const Column *is, GError **error)
{
  const char *old_type = maria_column_type (was, difference->arena);
  const char *type = maria_column_type (is, difference->arena);
  gboolean invisible = is_hidden (difference, to, is->name);
  gboolean binds = !was->nullable != !is->nullable;
  gboolean retypes = !g_str_equal (old_type, type);

  /* See maria_add_handovers() and maria_strip_mirrors(). */
  gboolean apart = difference->back ? is_mirror_of (to, from, is->name)
                                    : is_mirror_of (from, to, is->name);
  gboolean defaults = !apart && !same_default (was, is);
  gboolean late = retypes && grows (difference, was, is);

  if (defaults && !late && !change_default (difference, to, is, error))
    return FALSE;
  if (difference->back && was->nullable && !is->nullable)
    fill_nulls (difference, from, is->name);
  if (retypes && !change_type (difference, from, to, was, is, error))
    return FALSE;
  if (defaults && late && !change_default (difference, to, is, error))
    return FALSE;
  if (binds || invisible != is_hidden (difference, from, is->name))
    redefine (difference, to, is, NULL, invisible, binds ? INPLACE : INSTANT,
              binds ? ACTION_COST_REWRITE : ACTION_COST_INSTANT);
  return TRUE;
}

void
maria_bind_nulls (MariaDifference *difference, const Table *table, const Column *column,
                  gboolean nullable)
{
  Column *bound = column_copy (difference->arena, column);

  bound->nullable = nullable;
  redefine (difference, table, bound, NULL, FALSE, INPLACE, ACTION_COST_REWRITE);
}

gboolean
maria_add_columns (MariaDifference *difference, const Table *from, const Table *to,
                   GError **error)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      if (table_find_column (from, is->name) == NULL
          && !add_column (difference, to, is, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
maria_change_columns (MariaDifference *difference, const Table *from, const Table *to,
                      GError **error)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      const Column *was = table_find_column (from, is->name);
      if (was != NULL && !change_column (difference, from, to, was, is, error))
        return FALSE;
    }
  return TRUE;
}

const char *const *
maria_gone_columns (const MariaDifference *difference, const Table *from, const Table *to)
{
  const char **names
      = arena_new_array (difference->arena, const char *, table_n_columns (from) + 1);
  guint n = 0;

  for (guint i = 0; i < table_n_columns (from); i++)
    if (table_find_column (to, table_column (from, i)->name) == NULL)
      names[n++] = table_column (from, i)->name;
  names[n] = NULL;
  return names;
}

/* Columns that come back -------------------------------------------------------- */

/* Once its rows are filled by something else. */
static void
give_default (MariaDifference *difference, const Table *to, const char *name)
{
  Arena *arena = difference->arena;
  Column *column = column_copy (arena, table_find_column (to, name));
  MariaDetail detail = { .kind = MARIA_REDEFINE,
                         .table = to->name,
                         .column = column,
                         .invisible = is_hidden (difference, to, name),
                         .stays_in_sight = is_of_start (difference, to, name),
                         .gives_default = TRUE,
                         .algorithm = difference->blocks ? "" : INSTANT };

  column->nullable = TRUE;
  maria_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INSTANT,
                        arena_printf (arena,
                                      "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT as it "
                                      "was, if it had one",
                                      maria_name (difference, to->name),
                                      maria_name (difference, name)));
}

/* Filled from what was kept in step with it. */
static void
refill_from_sync (MariaDifference *difference, const Table *from, const Table *to,
                  const Sync *sync)
{
  Arena *arena = difference->arena;

  if (sync->mode == SYNC_ON_INSERT
      && table_find_column (from, sync->new_columns[0]) == NULL)
    {
      add_fill_of_nulls (difference, difference->to, to, sync);
      give_default (difference, to, sync->new_columns[0]);
    }
  if (sync->mode == SYNC_BOTH && table_find_column (from, sync->old_columns[0]) == NULL)
    add_refill (difference, MARIA_FILL_REFILL, difference->to, to, sync,
                arena_printf (arena, "UPDATE %s SET %s from %s, chunk by chunk",
                              maria_name (difference, to->name),
                              mariadb_names (arena, "", sync->old_columns),
                              mariadb_names (arena, "", sync->new_columns)));
}

/* Filled from the table that they were moved to. */
static void
refill_from_split (MariaDifference *difference, const Table *from, const Table *to,
                   const TableSync *sync)
{
  const MariaDetail detail = { .kind = MARIA_FILL,
                               .fill = MARIA_FILL_HALF,
                               .table = to->name,
                               .shape = difference->to,
                               .split = sync };

  if (!g_str_equal (sync->old_table, to->name)
      || table_find_column (from, sync->columns[0]) != NULL)
    return;
  Action *action = maria_difference_add (
      difference, &detail, LOCK_CLASS_ROWS, ACTION_COST_REWRITE,
      arena_printf (difference->arena, "UPDATE %s SET %s from %s, chunk by chunk",
                    maria_name (difference, to->name),
                    mariadb_names (difference->arena, "", sync->columns),
                    maria_name (difference, sync->new_table)));
  action->kind = ACTION_FILL;
  action->transaction = ACTION_CHUNKS;
}

void
maria_refill_columns (MariaDifference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < to->syncs->len; i++)
    refill_from_sync (difference, from, to, to->syncs->pdata[i]);
  for (guint i = 0; i < difference->to->table_syncs->len; i++)
    refill_from_split (difference, from, to, difference->to->table_syncs->pdata[i]);
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      if (table_find_column (from, is->name) == NULL && !is->nullable)
        redefine (difference, to, is, NULL, is_hidden (difference, to, is->name), INPLACE,
                  ACTION_COST_REWRITE);
    }
}
