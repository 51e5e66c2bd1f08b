/* SPDX-License-Identifier: Apache-2.0
 *
 * The gate before contract.
 */
#include "config.h"

#include "engine/memory/gate.h"

#include "engine/memory/cross_sync.h"
#include "engine/memory/lookup_sync.h"
#include "engine/memory/memory.h"
#include "engine/memory/row_sync.h"
#include "engine/memory/verify.h"
#include "model/bind.h"
#include "model/error.h"
#include "model/shape.h"

/* The same vector on both sides of a plain copy is in step by itself. */
static gboolean
is_shared (const Table *table, const RowSync *row_sync)
{
  return row_sync->n_old == 1 && row_sync->n_new == 1
         && bound_transform_is_identity (row_sync->sync->forward[0])
         && table_vector (table, row_sync->old_columns[0])
                == table_vector (table, row_sync->new_columns[0]);
}

gsize
memory_out_of_step (const Table *table, const Sync *sync, gsize *first)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Arena) scratch = arena_new ();
  RowSync row_sync;
  gsize n_out = 0;

  row_sync_init (&row_sync, table, sync, arena);
  if (is_shared (table, &row_sync))
    return 0;
  Value *olds = arena_new_array (arena, Value, row_sync.n_old + 1);
  Value *news = arena_new_array (arena, Value, row_sync.n_new + 1);
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      arena_reset (scratch);
      row_sync_read (&row_sync, table, row, olds, news);
      if (row_sync_in_step (&row_sync, olds, news, scratch))
        continue;
      if (n_out++ == 0 && first != NULL)
        *first = row;
    }
  return n_out;
}

/* Why the row could not be brought into step, when its value does not convert. */
static char *
conversion_problem (const Table *table, const Sync *sync, gsize row)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  RowSync row_sync;

  row_sync_init (&row_sync, table, sync, arena);
  Value *olds = arena_new_array (arena, Value, row_sync.n_old + 1);
  Value *news = arena_new_array (arena, Value, row_sync.n_new + 1);
  row_sync_read (&row_sync, table, row, olds, news);
  if (row_sync_forward (&row_sync, olds, arena, news, &error))
    return g_strdup ("");
  return g_strdup_printf (": %s", error->message);
}

static gboolean
check_sync (const Table *table, const Sync *sync, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  gsize first;

  if (sync->mode == SYNC_ON_INSERT)
    return TRUE;
  gsize n_out = memory_out_of_step (table, sync, &first);
  if (n_out == 0)
    return TRUE;
  g_autofree char *problem = conversion_problem (table, sync, first);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_GATE,
               "%" G_GSIZE_FORMAT
               " row%s of '%s' %s '%s' out of step with '%s', first %s%s",
               n_out, n_out == 1 ? "" : "s", table->name, n_out == 1 ? "has" : "have",
               name_list_to_string (sync->new_columns, arena),
               name_list_to_string (sync->old_columns, arena),
               row_to_string (table, first, arena), problem);
  return FALSE;
}

static gboolean
check_syncs_of_old (const Table *table, const char *column, GError **error)
{
  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = g_ptr_array_index (table->syncs, i);
      if (name_list_contains (sync->old_columns, column)
          && !check_sync (table, sync, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
check_splits (const Database *database, const Table *table, const char *column,
              GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < database->table_syncs->len; i++)
    {
      const TableSync *sync = database->table_syncs->pdata[i];
      gsize first;
      if (!g_str_equal (sync->old_table, table->name)
          || !name_list_contains (sync->columns, column))
        continue;
      gsize n_out = cross_sync_out_of_step (database, sync, &first);
      if (n_out == 0)
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_GATE,
                   "%" G_GSIZE_FORMAT " row%s of '%s' differ from '%s', first %s", n_out,
                   n_out == 1 ? "" : "s", table->name, sync->new_table,
                   row_to_string (table, first, arena));
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_drop (const Database *database, const Table *table, const DropColumn *drop,
            GError **error)
{
  for (guint i = 0; drop->columns[i] != NULL; i++)
    if (!check_syncs_of_old (table, drop->columns[i], error)
        || !check_splits (database, table, drop->columns[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
check_lookups (const Database *database, const Table *table, const char *column,
               GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < database->lookup_syncs->len; i++)
    {
      const LookupSync *sync = database->lookup_syncs->pdata[i];
      gsize first;
      if (!g_str_equal (sync->table, table->name) || !g_str_equal (sync->column, column))
        continue;
      gsize n_out = lookup_sync_out_of_step (database, sync, &first);
      if (n_out == 0)
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_GATE,
                   "%" G_GSIZE_FORMAT " row%s of '%s' %s no '%s' yet from '%s', first %s",
                   n_out, n_out == 1 ? "" : "s", table->name, n_out == 1 ? "has" : "have",
                   column, sync->lookup->from_table, row_to_string (table, first, arena));
      return FALSE;
    }
  return TRUE;
}

/* A sync is over columns, or over what another table gives. */
static gboolean
check_end (const Database *database, const Table *table, const char *column,
           GError **error)
{
  const Sync *sync = table_sync_of_new (table, column);

  return sync != NULL ? check_sync (table, sync, error)
                      : check_lookups (database, table, column, error);
}

gboolean
gate_check (const Database *database, const Operation *operation, GError **error)
{
  const Table *table = database_find (database, operation->table);

  if (table == NULL)
    return TRUE; /* the step itself says so */
  switch (operation->kind)
    {
    case OPERATION_DROP_COLUMN:
      return check_drop (database, table, &operation->drop_column, error);
    case OPERATION_SWAP_COLUMN:
      return check_end (database, table, operation->swap_column.shadow, error);
    case OPERATION_END_SYNC:
      return check_end (database, table, operation->end_sync.columns[0], error);
    default:
      return TRUE;
    }
}
