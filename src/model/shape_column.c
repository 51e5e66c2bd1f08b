/* SPDX-License-Identifier: Apache-2.0
 *
 * The shape of columns: adding, altering, dropping, swapping, and the syncs that keep
 * mirrors in step meanwhile.
 */
#include "config.h"

#include "model/bind.h"
#include "model/error.h"
#include "model/shape_ops.h"

/* A mirror carries no default, no NOT NULL, no key until contract, so that "not given"
 * stays visible to the sync. */
static const Column *
live_mirror (const Column *declared, Arena *arena)
{
  Column *live = column_copy (arena, declared);

  live->nullable = TRUE;
  live->default_kind = DEFAULT_NONE;
  live->default_value = VALUE_NULL_INIT;
  live->default_expression = NULL;
  live->primary_key = FALSE;
  live->unique = FALSE;
  live->identity = IDENTITY_NONE;
  return live;
}

/* Add ------------------------------------------------------------------------ */

static const BoundTransform *const *
bind_forward (const Table *table, const AddColumn *add, Arena *arena, GError **error)
{
  const Column *const *inputs = bind_column_list (table, add->from, arena, error);
  const BoundTransform **forward
      = arena_new_array (arena, const BoundTransform *, add->n_additions + 1);

  if (inputs == NULL)
    return NULL;
  for (guint i = 0; i < add->n_additions; i++)
    {
      const ColumnAddition *addition = &add->additions[i];
      const Transform *transform
          = addition->transform != NULL ? addition->transform : &TRANSFORM_COPY;
      forward[i]
          = transform_bind (transform, inputs, &addition->column->type, arena, error);
      if (forward[i] == NULL)
        {
          g_prefix_error (error, "column '%s': ", addition->column->name);
          return NULL;
        }
    }
  return forward;
}

static const Transform *
backward_for (const AddColumn *add, const char *old_column, Arena *arena)
{
  for (guint i = 0; add->backward != NULL && add->backward[i].column != NULL; i++)
    if (g_str_equal (add->backward[i].column, old_column))
      return add->backward[i].transform;
  if (add->n_additions != 1 || g_strv_length ((char **) add->from) != 1)
    return NULL;
  const Transform *forward = add->additions[0].transform;
  return transform_inverse (forward != NULL ? forward : &TRANSFORM_COPY, arena);
}

static const BoundTransform *const *
bind_backward (const Table *table, const AddColumn *add, Arena *arena, GError **error)
{
  guint n = g_strv_length ((char **) add->from);
  const BoundTransform **backward
      = arena_new_array (arena, const BoundTransform *, n + 1);
  const Column **inputs = arena_new_array (arena, const Column *, add->n_additions + 1);

  for (guint i = 0; i < add->n_additions; i++)
    inputs[i] = add->additions[i].column;
  for (guint i = 0; i < n; i++)
    {
      const Transform *transform = backward_for (add, add->from[i], arena);
      const Column *old_column = table_find_column (table, add->from[i]);
      if (transform == NULL)
        {
          g_set_error (
              error, ZDM_ERROR, ZDM_ERROR_INVALID,
              "sync: both needs 'backward' for '%s': what '%s' is for a row written "
              "through the new column; or say 'backward: none'",
              add->from[i], add->from[i]);
          return NULL;
        }
      backward[i] = transform_bind (transform, inputs, &old_column->type, arena, error);
      if (backward[i] == NULL)
        {
          g_prefix_error (error, "backward of '%s': ", add->from[i]);
          return NULL;
        }
    }
  return backward;
}

static const char *const *
addition_names (const AddColumn *add, Arena *arena)
{
  const char **names = arena_new_array (arena, const char *, add->n_additions + 1);

  for (guint i = 0; i < add->n_additions; i++)
    names[i] = add->additions[i].column->name;
  return names;
}

static const Column *const *
addition_columns (const AddColumn *add, Arena *arena)
{
  const Column **columns = arena_new_array (arena, const Column *, add->n_additions + 1);

  for (guint i = 0; i < add->n_additions; i++)
    columns[i] = add->additions[i].column;
  return columns;
}

static SyncMode
sync_mode (const AddColumn *add)
{
  SyncMode mode = add->has_sync ? add->sync : SYNC_FORWARD;

  return mode == SYNC_BOTH && add->backward_none ? SYNC_FORWARD : mode;
}

static gboolean
add_sync (Table *table, const AddColumn *add, Arena *arena, GError **error)
{
  Sync *sync = arena_new0 (arena, Sync);

  sync->mode = sync_mode (add);
  sync->old_columns = add->from;
  sync->new_columns = addition_names (add, arena);
  sync->finals = addition_columns (add, arena);
  sync->purpose = add->purpose;
  sync->forward = bind_forward (table, add, arena, error);
  if (sync->forward == NULL)
    return FALSE;
  if (sync->mode == SYNC_BOTH)
    {
      sync->backward = bind_backward (table, add, arena, error);
      if (sync->backward == NULL)
        return FALSE;
    }
  g_ptr_array_add (table->syncs, sync);
  return TRUE;
}

static gboolean
add_lookup_sync (Database *database, Table *table, const AddColumn *add, Arena *arena,
                 GError **error)
{
  const ColumnAddition *addition = &add->additions[0];
  LookupSync *sync = arena_new0 (arena, LookupSync);
  BoundLookup bound;

  if (!bind_lookup (database, table, addition->column->name, add->lookup,
                    addition->transform, arena, &bound, error))
    return FALSE;
  sync->table = table->name;
  sync->column = addition->column->name;
  sync->lookup = add->lookup;
  sync->declared = addition->transform;
  sync->transform = bound.transform;
  sync->final = addition->column;
  g_ptr_array_add (database->lookup_syncs, sync);
  return TRUE;
}

/* `if_exists: skip`: nothing to do when every column is there. */
static gboolean
is_skipped (const Table *table, const AddColumn *add)
{
  if (add->if_exists != ON_CONFLICT_SKIP)
    return FALSE;
  for (guint i = 0; i < add->n_additions; i++)
    if (table_find_column (table, add->additions[i].column->name) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
shape_add_column (Database *database, const Operation *operation, Arena *arena,
                  GError **error)
{
  const AddColumn *add = &operation->add_column;
  Table *table = bind_table (database, operation->table, error);
  gboolean is_mirror = add->from != NULL || add->lookup != NULL;

  if (table == NULL)
    return FALSE;
  if (is_skipped (table, add))
    return TRUE;
  if (add->from != NULL && sync_mode (add) != SYNC_NONE
      && !add_sync (table, add, arena, error))
    return FALSE;
  for (guint i = 0; i < add->n_additions; i++)
    {
      const Column *column = add->additions[i].column;
      if (!table_add_column (table, is_mirror ? live_mirror (column, arena) : column,
                             NULL, arena, error))
        return FALSE;
    }
  return add->lookup == NULL || add_lookup_sync (database, table, add, arena, error);
}

/* Ending a sync -------------------------------------------------------------- */

static gboolean
bind_final_key (Table *table, const Column *final, Arena *arena, GError **error)
{
  Constraint *unique;

  if (!final->unique)
    return TRUE;
  unique = arena_new0 (arena, Constraint);
  unique->kind = CONSTRAINT_UNIQUE;
  unique->name = table_unique_name (table, final->name, arena);
  const char *columns[] = { final->name, NULL };
  unique->columns = arena_strv (arena, columns);
  unique->location = final->location;
  if (table_find_constraint (table, unique->name) != NULL)
    return TRUE;
  return table_add_constraint (table, unique, arena, error);
}

/* The new column becomes what the file declared. */
static gboolean
bind_final (Table *table, const Column *final, Arena *arena, GError **error)
{
  Column *column = column_copy (arena, final);

  column->unique = FALSE;
  return table_replace_column (table, final->name, column, arena, error)
         && bind_final_key (table, final, arena, error);
}

static void
follow_references (Database *database, const Table *table, const char *from,
                   const char *to, Arena *arena)
{
  for (guint i = 0; i < database->tables->len; i++)
    {
      Table *other = g_ptr_array_index (database->tables, i);
      for (guint j = 0; j < other->constraints->len; j++)
        {
          const Constraint *key = other->constraints->pdata[j];
          if (key->kind != CONSTRAINT_FOREIGN_KEY
              || !g_str_equal (key->references_table, table->name)
              || !name_list_contains (key->references_columns, from))
            continue;
          Constraint *copy = arena_memdup (arena, key, sizeof *key);
          const char **columns
              = (const char **) arena_strv (arena, key->references_columns);
          for (guint k = 0; columns[k] != NULL; k++)
            if (g_str_equal (columns[k], from))
              columns[k] = to;
          copy->references_columns = columns;
          other->constraints->pdata[j] = copy;
        }
    }
}

static gboolean
end_sync (Database *database, Table *table, const Sync *sync, Arena *arena,
          GError **error)
{
  g_ptr_array_remove (table->syncs, (gpointer) sync);
  if (sync->purpose == SYNC_FOR_DROP)
    return TRUE;
  for (guint i = 0; sync->finals[i] != NULL; i++)
    if (!bind_final (table, sync->finals[i], arena, error))
      return FALSE;
  if (sync->purpose == SYNC_FOR_RENAME)
    {
      table_move_constraints (table, sync->old_columns[0], sync->new_columns[0], arena);
      follow_references (database, table, sync->old_columns[0], sync->new_columns[0],
                         arena);
    }
  return TRUE;
}

static gboolean
end_lookup (Database *database, Table *table, const char *column, Arena *arena,
            gboolean *found, GError **error)
{
  *found = FALSE;
  for (guint i = 0; i < database->lookup_syncs->len; i++)
    {
      const LookupSync *sync = database->lookup_syncs->pdata[i];
      if (!g_str_equal (sync->table, table->name) || !g_str_equal (sync->column, column))
        continue;
      *found = TRUE;
      g_ptr_array_remove_index (database->lookup_syncs, i);
      return bind_final (table, sync->final, arena, error);
    }
  return TRUE;
}

gboolean
shape_end_sync (Database *database, const Operation *operation, Arena *arena,
                GError **error)
{
  const char *column = operation->end_sync.columns[0];
  Table *table = bind_table (database, operation->table, error);
  gboolean found;

  if (table == NULL || !bind_column (table, column, NULL, error))
    return FALSE;
  const Sync *sync = table_sync_of_new (table, column);
  if (sync != NULL)
    return end_sync (database, table, sync, arena, error);
  if (!end_lookup (database, table, column, arena, &found, error))
    return FALSE;
  if (!found)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING,
                 "column '%s' of '%s' is not kept in step with anything", column,
                 table->name);
  return found;
}

/* Drop ----------------------------------------------------------------------- */

/* A sync that loses an old column is over; one that loses a new column is gone. */
static gboolean
end_syncs_of (Database *database, Table *table, const char *column, Arena *arena,
              GError **error)
{
  for (guint i = table->syncs->len; i-- > 0;)
    {
      const Sync *sync = g_ptr_array_index (table->syncs, i);
      if (name_list_contains (sync->new_columns, column))
        g_ptr_array_remove_index (table->syncs, i);
      else if (name_list_contains (sync->old_columns, column)
               && !end_sync (database, table, sync, arena, error))
        return FALSE;
    }
  for (guint i = database->lookup_syncs->len; i-- > 0;)
    {
      const LookupSync *sync = database->lookup_syncs->pdata[i];
      if (g_str_equal (sync->table, table->name) && g_str_equal (sync->column, column))
        g_ptr_array_remove_index (database->lookup_syncs, i);
    }
  return TRUE;
}

static gboolean
refuse_referenced (const Database *database, const Table *table, const char *column,
                   GError **error)
{
  for (guint i = 0; i < database->tables->len; i++)
    {
      const Table *other = g_ptr_array_index (database->tables, i);
      for (guint j = 0; j < other->constraints->len; j++)
        {
          const Constraint *key = other->constraints->pdata[j];
          if (key->kind != CONSTRAINT_FOREIGN_KEY
              || !g_str_equal (key->references_table, table->name))
            continue;
          const char *const *columns = bind_references (table, key, NULL);
          if (columns != NULL && name_list_contains (columns, column))
            {
              g_set_error (
                  error, ZDM_ERROR, ZDM_ERROR_INVALID,
                  "column '%s' of '%s' is referenced by foreign key '%s' of '%s'; drop "
                  "that constraint first",
                  column, table->name, key->name, other->name);
              return FALSE;
            }
        }
    }
  return TRUE;
}

static gboolean
refuse_lookup_source (const Database *database, const Table *table, const char *column,
                      GError **error)
{
  for (guint i = 0; i < database->lookup_syncs->len; i++)
    {
      const LookupSync *sync = database->lookup_syncs->pdata[i];
      const Lookup *lookup = sync->lookup;
      gboolean reads_there = g_str_equal (lookup->from_table, table->name)
                             && (g_strcmp0 (lookup->from_column, column) == 0
                                 || name_list_contains (lookup->match_there, column));
      gboolean reads_here = g_str_equal (sync->table, table->name)
                            && name_list_contains (lookup->match_here, column);
      if (reads_there || reads_here)
        {
          g_set_error (
              error, ZDM_ERROR, ZDM_ERROR_INVALID,
              "column '%s' of '%s' still fills '%s' of '%s'; end that sync first", column,
              table->name, sync->column, sync->table);
          return FALSE;
        }
    }
  return TRUE;
}

/* The columns that moved to another table are dropped: the split is over. */
static void
end_table_sync (Database *database, const Table *table, const char *column)
{
  for (guint i = database->table_syncs->len; i-- > 0;)
    {
      const TableSync *sync = database->table_syncs->pdata[i];
      if (g_str_equal (sync->old_table, table->name)
          && name_list_contains (sync->columns, column))
        g_ptr_array_remove_index (database->table_syncs, i);
    }
}

/* A split goes on finding its rows by key, and its new table by the moved columns. */
static gboolean
refuse_split_column (const Database *database, const Table *table, const char *column,
                     GError **error)
{
  for (guint i = 0; i < database->table_syncs->len; i++)
    {
      const TableSync *sync = database->table_syncs->pdata[i];
      gboolean is_old = g_str_equal (sync->old_table, table->name);
      gboolean is_new = g_str_equal (sync->new_table, table->name);
      if (((is_old || is_new) && name_list_contains (sync->key, column))
          || (is_new && name_list_contains (sync->columns, column)))
        {
          g_set_error (
              error, ZDM_ERROR, ZDM_ERROR_INVALID,
              "column '%s' of '%s' keeps '%s' in step with '%s'; drop the moved columns "
              "of '%s' first",
              column, table->name, sync->new_table, sync->old_table, sync->old_table);
          return FALSE;
        }
    }
  return TRUE;
}

static gboolean
drop_one (Database *database, Table *table, const char *column, OnConflict if_missing,
          Arena *arena, GError **error)
{
  if (if_missing == ON_CONFLICT_SKIP && table_find_column (table, column) == NULL)
    return TRUE;
  if (!bind_column (table, column, NULL, error)
      || !end_syncs_of (database, table, column, arena, error))
    return FALSE;
  end_table_sync (database, table, column);
  return refuse_referenced (database, table, column, error)
         && refuse_split_column (database, table, column, error)
         && refuse_lookup_source (database, table, column, error)
         && table_drop_column (table, column, arena, error);
}

static gboolean
check_backward (const Table *table, const NamedTransform *backward, Arena *arena,
                GError **error)
{
  for (guint i = 0; backward != NULL && backward[i].column != NULL; i++)
    {
      BoundRowTransform bound;
      if (!bind_column (table, backward[i].column, NULL, error)
          || !bind_row_transform (table, backward[i].column, backward[i].transform, arena,
                                  &bound, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
shape_drop_column (Database *database, const Operation *operation, Arena *arena,
                   GError **error)
{
  const DropColumn *drop = &operation->drop_column;
  Table *table = bind_table (database, operation->table, error);

  if (table == NULL)
    return FALSE;
  gboolean all_there = TRUE;
  for (guint i = 0; drop->columns[i] != NULL; i++)
    all_there = all_there && table_find_column (table, drop->columns[i]) != NULL;
  if (all_there && !check_backward (table, drop->backward, arena, error))
    return FALSE;
  for (guint i = 0; drop->columns[i] != NULL; i++)
    if (!drop_one (database, table, drop->columns[i], drop->if_missing, arena, error))
      return FALSE;
  return TRUE;
}

/* Relax ---------------------------------------------------------------------- */

static gboolean
add_fill (Table *table, const char *column, const Transform *transform, Arena *arena,
          GError **error)
{
  Sync *sync = arena_new0 (arena, Sync);
  const BoundTransform **forward = arena_new_array (arena, const BoundTransform *, 2);
  const char *names[] = { column, NULL };
  BoundRowTransform bound;

  if (!bind_row_transform (table, column, transform, arena, &bound, error))
    return FALSE;
  forward[0] = bound.transform;
  sync->mode = SYNC_ON_INSERT;
  sync->purpose = SYNC_FOR_DROP;
  sync->old_columns = bound.input_names;
  sync->new_columns = arena_strv (arena, names);
  sync->forward = forward;
  g_ptr_array_add (table->syncs, sync);
  return TRUE;
}

static gboolean
relax_one (Table *table, const char *name, Arena *arena, GError **error)
{
  guint index;

  if (!bind_column (table, name, &index, error))
    return FALSE;
  const Column *column = table_column (table, index);
  if (column->primary_key)
    {
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_INVALID,
          "column '%s' of '%s' is in the primary key: no writer can leave it out", name,
          table->name);
      return FALSE;
    }
  Column *relaxed = column_copy (arena, column);
  relaxed->nullable = TRUE;
  table->columns->pdata[index] = relaxed;
  return TRUE;
}

gboolean
shape_relax_column (Database *database, const Operation *operation, Arena *arena,
                    GError **error)
{
  const DropColumn *relax = &operation->drop_column;
  Table *table = bind_table (database, operation->table, error);

  if (table == NULL)
    return FALSE;
  for (guint i = 0; relax->columns[i] != NULL; i++)
    if (!relax_one (table, relax->columns[i], arena, error))
      return FALSE;
  for (guint i = 0; relax->backward != NULL && relax->backward[i].column != NULL; i++)
    if (!add_fill (table, relax->backward[i].column, relax->backward[i].transform, arena,
                   error))
      return FALSE;
  return TRUE;
}

/* Alter ---------------------------------------------------------------------- */

static gboolean
check_constraints_of (const Database *database, const Table *table, const Table *changed,
                      const char *column, Arena *arena, GError **error)
{
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      gboolean is_here = table == changed && constraint_uses_column (constraint, column);
      gboolean is_reference
          = constraint->kind == CONSTRAINT_FOREIGN_KEY
            && database_find (database, constraint->references_table) == changed;
      if ((is_here || is_reference)
          && !shape_check_constraint (database, table, constraint, arena, error))
        return FALSE;
    }
  return TRUE;
}

/* A column that has changed its type still has to suit the constraints that speak of it.
 */
static gboolean
check_all_constraints (const Database *database, const Table *changed, const char *column,
                       Arena *arena, GError **error)
{
  for (guint i = 0; i < database->tables->len; i++)
    if (!check_constraints_of (database, database->tables->pdata[i], changed, column,
                               arena, error))
      return FALSE;
  return TRUE;
}

static gboolean
alter_type (const Table *table, const AlterColumn *alter, Column *column, Arena *arena,
            GError **error)
{
  if (!type_cast_exists (column->type.base, alter->type.base))
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "column '%s' of '%s' is %s, which does not cast to %s", column->name,
                   table->name, type_spec_to_string (&column->type, arena),
                   type_spec_to_string (&alter->type, arena));
      return FALSE;
    }
  if (column->default_kind == DEFAULT_VALUE)
    {
      Value value;
      if (!type_cast (&column->type, &alter->type, &column->default_value, arena, &value,
                      error))
        {
          g_prefix_error (error, "the default of column '%s' of '%s': ", column->name,
                          table->name);
          return FALSE;
        }
      column->default_value = value_copy (arena, &value);
    }
  column->type = alter->type;
  return TRUE;
}

static gboolean
alter_default (const AlterColumn *alter, Column *column, Arena *arena, GError **error)
{
  column->default_kind = alter->default_kind;
  column->default_expression = alter->default_expression;
  column->default_value = VALUE_NULL_INIT;
  if (alter->default_kind != DEFAULT_VALUE)
    return TRUE;
  return literal_resolve (alter->default_literal, &column->type, arena,
                          &column->default_value, error);
}

gboolean
shape_alter_column (Database *database, const Operation *operation, Arena *arena,
                    GError **error)
{
  const AlterColumn *alter = &operation->alter_column;
  Table *table = bind_table (database, operation->table, error);
  guint index;

  if (table == NULL || !bind_column (table, alter->column, &index, error))
    return FALSE;
  Column *column = column_copy (arena, table_column (table, index));
  if (alter->has_type && !alter_type (table, alter, column, arena, error))
    return FALSE;
  if (alter->has_default && !alter_default (alter, column, arena, error))
    return FALSE;
  if (alter->has_nullable && alter->nullable && column->primary_key)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "column '%s' of '%s' is in the primary key and cannot be nullable",
                   column->name, table->name);
      return FALSE;
    }
  if (alter->has_nullable)
    column->nullable = alter->nullable;
  if (alter->has_comment)
    column->comment = alter->comment;
  table->columns->pdata[index] = column;
  return !alter->has_type
         || check_all_constraints (database, table, alter->column, arena, error);
}

/* Swap ----------------------------------------------------------------------- */

static const Column *
named_copy (const Column *column, const char *name, Arena *arena)
{
  Column *copy = column_copy (arena, column);

  copy->name = name;
  return copy;
}

/* After the swap the sync goes on under the new names, so that nothing is lost while
 * the old cells are still there. */
static const Sync *
swapped_sync (const Sync *sync, const SwapColumn *swap, Arena *arena)
{
  Sync *swapped = arena_memdup (arena, sync, sizeof *sync);
  const char *old_names[] = { swap->old_name, NULL };
  const char *new_names[] = { swap->column, NULL };
  const Column **finals = arena_new_array (arena, const Column *, 2);

  finals[0] = named_copy (sync->finals[0], swap->column, arena);
  swapped->old_columns = arena_strv (arena, old_names);
  swapped->new_columns = arena_strv (arena, new_names);
  swapped->finals = finals;
  return swapped;
}

/* Exchanges the columns' places, cells included: the new one stands where the old was. */
static void
exchange (Table *table, guint a, guint b)
{
  gpointer column = table->columns->pdata[a], vector = table->vectors->pdata[a];

  table->columns->pdata[a] = table->columns->pdata[b];
  table->vectors->pdata[a] = table->vectors->pdata[b];
  table->columns->pdata[b] = column;
  table->vectors->pdata[b] = vector;
}

gboolean
shape_swap_column (Database *database, const Operation *operation, Arena *arena,
                   GError **error)
{
  const SwapColumn *swap = &operation->swap_column;
  Table *table = bind_table (database, operation->table, error);
  guint index, shadow;

  if (table == NULL || !bind_column (table, swap->column, &index, error)
      || !bind_column (table, swap->shadow, &shadow, error))
    return FALSE;
  const Sync *sync = table_sync_of_new (table, swap->shadow);
  if (sync == NULL || !name_list_contains (sync->old_columns, swap->column)
      || sync->finals[1] != NULL || sync->old_columns[1] != NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "'%s' is not the shadow of '%s' in '%s'", swap->shadow, swap->column,
                   table->name);
      return FALSE;
    }
  if (table_find_column (table, swap->old_name) != NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS,
                   "column '%s' exists already in table '%s'", swap->old_name,
                   table->name);
      return FALSE;
    }
  const Column *old_column = live_mirror (
      named_copy (table_column (table, index), swap->old_name, arena), arena);
  const Column *final = named_copy (sync->finals[0], swap->column, arena);
  gboolean in_key = table_column (table, index)->primary_key;
  const Sync *swapped = swapped_sync (sync, swap, arena);
  g_ptr_array_remove (table->syncs, (gpointer) sync);
  g_ptr_array_add (table->syncs, (gpointer) swapped);
  exchange (table, index, shadow);
  if (in_key)
    {
      Column *key = column_copy (arena, final);
      key->primary_key = TRUE;
      key->nullable = FALSE;
      final = key;
    }
  table->columns->pdata[index] = (gpointer) final;
  table->columns->pdata[shadow] = (gpointer) old_column;
  return check_all_constraints (database, table, swap->column, arena, error);
}

gboolean
shape_backfill (Database *database, const Operation *operation, Arena *arena,
                GError **error)
{
  const Backfill *backfill = &operation->backfill;
  const Table *table = bind_table (database, operation->table, error);

  if (table == NULL)
    return FALSE;
  if (backfill->lookup == NULL)
    {
      BoundBackfill bound;
      return bind_backfill (table, backfill, arena, &bound, error);
    }
  BoundLookup bound;
  return bind_lookup (database, table, backfill->columns[0], backfill->lookup,
                      backfill->transform, arena, &bound, error);
}
