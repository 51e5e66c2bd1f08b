/* SPDX-License-Identifier: Apache-2.0
 *
 * The shape of constraints and indexes.
 */
#include "config.h"

#include "model/bind.h"
#include "model/error.h"
#include "model/shape_ops.h"

/* A key to a table that the file does not declare is recorded as it is; so is one to a
 * table that is declared later. */
static gboolean
check_foreign_key (const Database *database, const Table *table, const Constraint *key,
                   GError **error)
{
  const Table *referenced = g_str_equal (key->references_table, table->name)
                                ? table
                                : database_find (database, key->references_table);

  if (referenced == NULL)
    return TRUE;
  const char *const *columns = bind_references (referenced, key, error);
  if (columns == NULL)
    return FALSE;
  for (guint i = 0; columns[i] != NULL; i++)
    {
      const Column *here = table_find_column (table, key->columns[i]);
      const Column *there = table_find_column (referenced, columns[i]);
      if (column_value_kind (here) == column_value_kind (there))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "foreign key '%s': '%s' is %s, but '%s' of '%s' is %s", key->name,
                   here->name, column_type_to_string (here->type.base), there->name,
                   referenced->name, column_type_to_string (there->type.base));
      return FALSE;
    }
  return TRUE;
}

gboolean
shape_check_constraint (const Database *database, const Table *table,
                        const Constraint *constraint, Arena *arena, GError **error)
{
  BoundCheck check;

  for (guint i = 0; constraint->columns != NULL && constraint->columns[i] != NULL; i++)
    if (!bind_column (table, constraint->columns[i], NULL, error))
      return FALSE;
  if (constraint->kind == CONSTRAINT_CHECK)
    return bind_check (table, constraint, arena, &check, error);
  if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
    return check_foreign_key (database, table, constraint, error);
  return TRUE;
}

gboolean
shape_add_constraint (Database *database, const Operation *operation, Arena *arena,
                      GError **error)
{
  const ConstraintChange *change = &operation->constraint;
  Table *table = bind_table (database, operation->table, error);

  if (table == NULL)
    return FALSE;
  if (change->if_exists == ON_CONFLICT_SKIP
      && table_find_constraint (table, change->constraint->name) != NULL)
    return TRUE;
  return shape_check_constraint (database, table, change->constraint, arena, error)
         && table_add_constraint (table, change->constraint, arena, error);
}

static gboolean
missing_constraint (const Table *table, const char *name, GError **error)
{
  g_autofree const char **names = g_new0 (const char *, table->constraints->len + 1);

  for (guint i = 0; i < table->constraints->len; i++)
    names[i] = ((const Constraint *) table->constraints->pdata[i])->name;
  const char *near = nearest_name (name, names);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING,
               "table '%s' has no constraint '%s'%s%s%s", table->name, name,
               near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
               near != NULL ? "'?" : "");
  return FALSE;
}

gboolean
shape_drop_constraint (Database *database, const Operation *operation, Arena *arena,
                       GError **error)
{
  const ConstraintChange *change = &operation->constraint;
  Table *table = bind_table (database, operation->table, error);

  if (table == NULL)
    return FALSE;
  if (table_find_constraint (table, change->name) == NULL)
    return change->if_missing == ON_CONFLICT_SKIP
           || missing_constraint (table, change->name, error);
  return table_drop_constraint (table, change->name, arena, error);
}

gboolean
shape_rename_constraint (Database *database, const Operation *operation, Arena *arena,
                         GError **error)
{
  const ConstraintChange *change = &operation->constraint;
  Table *table = bind_table (database, operation->table, error);

  if (table == NULL)
    return FALSE;
  const Constraint *constraint = table_find_constraint (table, change->name);
  if (constraint == NULL)
    return missing_constraint (table, change->name, error);
  if (table_find_constraint (table, change->to) != NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS,
                   "constraint '%s' exists already in table '%s'", change->to,
                   table->name);
      return FALSE;
    }
  Constraint *renamed = arena_memdup (arena, constraint, sizeof *constraint);
  renamed->name = change->to;
  for (guint i = 0; i < table->constraints->len; i++)
    if (table->constraints->pdata[i] == constraint)
      table->constraints->pdata[i] = renamed;
  return TRUE;
}

gboolean
shape_repair (Database *database, const Operation *operation, Arena *arena,
              GError **error)
{
  const ConstraintChange *change = &operation->constraint;
  const Table *table = bind_table (database, operation->table, error);
  BoundSet set;

  return table != NULL
         && shape_check_constraint (database, table, change->constraint, arena, error)
         && bind_set (table, change->repairs.repairs, arena, &set, error)
         && (change->repairs.duplicates_by == NULL
             || bind_column (table, change->repairs.duplicates_by, NULL, error));
}

static gboolean
check_index (const Table *table, const Index *index, GError **error)
{
  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column != NULL
        && !bind_column (table, index->parts[i].column, NULL, error))
      return FALSE;
  for (guint i = 0; index->include != NULL && index->include[i] != NULL; i++)
    if (!bind_column (table, index->include[i], NULL, error))
      return FALSE;
  return TRUE;
}

gboolean
shape_create_index (Database *database, const Operation *operation, Arena *arena,
                    GError **error)
{
  const IndexChange *change = &operation->index;
  Table *table = bind_table (database, operation->table, error);

  (void) arena;
  if (table == NULL)
    return FALSE;
  if (change->if_exists == ON_CONFLICT_SKIP
      && table_find_index (table, change->index->name) != NULL)
    return TRUE;
  return check_index (table, change->index, error)
         && table_add_index (table, change->index, error);
}

gboolean
shape_drop_index (Database *database, const Operation *operation, Arena *arena,
                  GError **error)
{
  const IndexChange *change = &operation->index;
  Table *table = bind_table (database, operation->table, error);

  (void) arena;
  if (table == NULL)
    return FALSE;
  if (change->if_missing == ON_CONFLICT_SKIP
      && table_find_index (table, change->name) == NULL)
    return TRUE;
  return table_drop_index (table, change->name, error);
}
