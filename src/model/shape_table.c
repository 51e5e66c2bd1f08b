/* SPDX-License-Identifier: Apache-2.0
 *
 * The shape of tables: creating, dropping, renaming, splitting; and the steps that only
 * move rows, whose names and values are checked.
 */
#include "config.h"

#include "model/bind.h"
#include "model/error.h"
#include "model/shape_ops.h"

static gboolean
refuse_existing (const Database *database, const char *name, GError **error)
{
  if (database_find (database, name) == NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS, "table '%s' exists already", name);
  return FALSE;
}

/* Create --------------------------------------------------------------------- */

static gboolean
check_constraints (const Database *database, const Table *table, Arena *arena,
                   GError **error)
{
  for (guint i = 0; i < table->constraints->len; i++)
    if (!shape_check_constraint (database, table, table->constraints->pdata[i], arena,
                                 error))
      return FALSE;
  return TRUE;
}

static gboolean
add_split (Database *database, const Operation *operation, Arena *arena, GError **error)
{
  const CreateTable *create = &operation->create_table;
  const Table *old_table = bind_table (database, operation->table, error);
  TableSync *sync = arena_new0 (arena, TableSync);

  if (old_table == NULL
      || bind_columns (old_table, create->split_key, arena, error) == NULL
      || bind_columns (old_table, create->split_columns, arena, error) == NULL
      || bind_columns (create->table, create->split_key, arena, error) == NULL
      || bind_columns (create->table, create->split_columns, arena, error) == NULL)
    return FALSE;
  sync->old_table = old_table->name;
  sync->new_table = create->table->name;
  sync->key = create->split_key;
  sync->columns = create->split_columns;
  g_ptr_array_add (database->table_syncs, sync);
  return TRUE;
}

gboolean
shape_create_table (Database *database, const Operation *operation, Arena *arena,
                    GError **error)
{
  const CreateTable *create = &operation->create_table;
  const char *name = create->table->name;

  if (create->if_exists == ON_CONFLICT_SKIP && database_find (database, name) != NULL)
    return TRUE;
  if (!refuse_existing (database, name, error))
    return FALSE;
  Table *table = table_copy (create->table);
  database_add (database, table);
  return check_constraints (database, table, arena, error)
         && (create->split_columns == NULL
             || add_split (database, operation, arena, error));
}

/* Drop ----------------------------------------------------------------------- */

static gboolean
refuse_referenced_table (const Database *database, const Table *table, GError **error)
{
  for (guint i = 0; i < database->tables->len; i++)
    {
      const Table *other = g_ptr_array_index (database->tables, i);
      for (guint j = 0; j < other->constraints->len; j++)
        {
          const Constraint *key = other->constraints->pdata[j];
          if (other == table || key->kind != CONSTRAINT_FOREIGN_KEY
              || !g_str_equal (key->references_table, table->name))
            continue;
          g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                       "table '%s' is referenced by foreign key '%s' of '%s'; drop that "
                       "constraint first",
                       table->name, key->name, other->name);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
refuse_lookup_table (const Database *database, const Table *table, GError **error)
{
  for (guint i = 0; i < database->lookup_syncs->len; i++)
    {
      const LookupSync *sync = database->lookup_syncs->pdata[i];
      if (!g_str_equal (sync->lookup->from_table, table->name))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "table '%s' still fills '%s' of '%s'; end that sync first",
                   table->name, sync->column, sync->table);
      return FALSE;
    }
  return TRUE;
}

static void
end_syncs_of_table (Database *database, const Table *table)
{
  for (guint i = database->table_syncs->len; i-- > 0;)
    {
      const TableSync *sync = database->table_syncs->pdata[i];
      if (g_str_equal (sync->old_table, table->name)
          || g_str_equal (sync->new_table, table->name))
        g_ptr_array_remove_index (database->table_syncs, i);
    }
  for (guint i = database->lookup_syncs->len; i-- > 0;)
    {
      const LookupSync *sync = database->lookup_syncs->pdata[i];
      if (g_str_equal (sync->table, table->name))
        g_ptr_array_remove_index (database->lookup_syncs, i);
    }
}

gboolean
shape_drop_table (Database *database, const Operation *operation, Arena *arena,
                  GError **error)
{
  (void) arena;
  if (operation->drop_table.if_missing == ON_CONFLICT_SKIP
      && database_find (database, operation->table) == NULL)
    return TRUE;
  const Table *table = bind_table (database, operation->table, error);
  if (table == NULL || !refuse_referenced_table (database, table, error)
      || !refuse_lookup_table (database, table, error))
    return FALSE;
  end_syncs_of_table (database, table);
  return database_remove (database, operation->table);
}

/* Rename --------------------------------------------------------------------- */

gboolean
shape_alias_table (Database *database, const Operation *operation, Arena *arena,
                   GError **error)
{
  Table *table = bind_table (database, operation->table, error);

  (void) arena;
  if (table == NULL || !refuse_existing (database, operation->rename_table.to, error))
    return FALSE;
  table->alias = operation->rename_table.to;
  return TRUE;
}

static void
rename_in_constraints (Database *database, const char *from, const char *to, Arena *arena)
{
  for (guint i = 0; i < database->tables->len; i++)
    {
      Table *table = g_ptr_array_index (database->tables, i);
      for (guint j = 0; j < table->constraints->len; j++)
        {
          const Constraint *key = table->constraints->pdata[j];
          if (key->kind != CONSTRAINT_FOREIGN_KEY
              || !g_str_equal (key->references_table, from))
            continue;
          Constraint *copy = arena_memdup (arena, key, sizeof *key);
          copy->references_table = to;
          table->constraints->pdata[j] = copy;
        }
    }
}

static void
rename_in_syncs (Database *database, const char *from, const char *to, Arena *arena)
{
  for (guint i = 0; i < database->table_syncs->len; i++)
    {
      TableSync *sync
          = arena_memdup (arena, database->table_syncs->pdata[i], sizeof (TableSync));
      sync->old_table = g_str_equal (sync->old_table, from) ? to : sync->old_table;
      sync->new_table = g_str_equal (sync->new_table, from) ? to : sync->new_table;
      database->table_syncs->pdata[i] = sync;
    }
  for (guint i = 0; i < database->lookup_syncs->len; i++)
    {
      LookupSync *sync
          = arena_memdup (arena, database->lookup_syncs->pdata[i], sizeof (LookupSync));
      Lookup *lookup = arena_memdup (arena, sync->lookup, sizeof (Lookup));
      sync->table = g_str_equal (sync->table, from) ? to : sync->table;
      lookup->from_table
          = g_str_equal (lookup->from_table, from) ? to : lookup->from_table;
      sync->lookup = lookup;
      database->lookup_syncs->pdata[i] = sync;
    }
}

gboolean
shape_rename_table (Database *database, const Operation *operation, Arena *arena,
                    GError **error)
{
  const char *to = operation->rename_table.to;
  Table *table = bind_table (database, operation->table, error);

  if (table == NULL)
    return FALSE;
  if (g_strcmp0 (table->alias, to) != 0 && !refuse_existing (database, to, error))
    return FALSE;
  rename_in_constraints (database, table->name, to, arena);
  rename_in_syncs (database, table->name, to, arena);
  table->name = to;
  table->alias = NULL;
  return TRUE;
}

/* Rows ----------------------------------------------------------------------- */

gboolean
shape_copy_rows (Database *database, const Operation *operation, Arena *arena,
                 GError **error)
{
  const char *to = operation->rename_table.to;

  (void) arena;
  if (bind_table (database, operation->table, error) == NULL
      || bind_table (database, to, error) == NULL)
    return FALSE;
  const TableSync *sync = database_sync_to (database, to);
  if (sync == NULL || !g_str_equal (sync->old_table, operation->table))
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING,
                   "table '%s' is not split from '%s': there is nothing to copy", to,
                   operation->table);
      return FALSE;
    }
  return TRUE;
}

gboolean
shape_change_rows (Database *database, const Operation *operation, Arena *arena,
                   GError **error)
{
  const RowsChange *change = &operation->rows;
  const Table *table = bind_table (database, operation->table, error);
  BoundWhere where;
  BoundSet set;

  if (table == NULL || !bind_where (table, change->where, arena, &where, error)
      || !bind_set (table, change->set, arena, &set, error))
    return FALSE;
  for (guint i = 0; change->rows != NULL && change->rows[i] != NULL; i++)
    {
      BoundRow row;
      if (!bind_row (table, change->rows[i], arena, &row, error))
        {
          g_prefix_error (error, "row %u: ", i + 1);
          return FALSE;
        }
    }
  return TRUE;
}
