/* SPDX-License-Identifier: Apache-2.0
 *
 * Expansion of split_table and rename_table.
 */
#include "config.h"

#include "planner/expand.h"
#include "planner/identifier.h"

/* rename_table ----------------------------------------------------------------- */

void
expand_rename_table (Expansion *expansion)
{
  const char *to = expansion->change->rename_table.to;
  const Table *table = expansion_table (expansion);

  if (table == NULL)
    return;
  if (g_str_equal (table->name, to))
    {
      expansion_error (expansion, NULL, "'%s' has that name already", to);
      return;
    }
  expansion_step (expansion, MIGRATION_PHASE_EXPANDING, OPERATION_ALIAS_TABLE)
      ->rename_table.to
      = to;
  expansion_step (expansion, MIGRATION_PHASE_CONTRACTING, OPERATION_RENAME_TABLE)
      ->rename_table.to
      = to;
}

/* split_table ------------------------------------------------------------------ */

/* A key has to tell rows apart, or the new rows would have no place of their own. */
static gboolean
is_unique_key (const Table *table, const char *const *key)
{
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      if ((constraint->kind == CONSTRAINT_PRIMARY_KEY
           || constraint->kind == CONSTRAINT_UNIQUE)
          && name_list_equal (constraint->columns, key))
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_split (Expansion *expansion, const Table *table)
{
  const SplitTable *split = &expansion->change->split_table;

  for (guint i = 0; split->key[i] != NULL; i++)
    if (expansion_column (expansion, table, split->key[i]) == NULL)
      return FALSE;
  for (guint i = 0; split->columns[i] != NULL; i++)
    {
      if (expansion_column (expansion, table, split->columns[i]) == NULL)
        return FALSE;
      if (!name_list_contains (split->key, split->columns[i]))
        continue;
      expansion_error (expansion,
                       "the key stays in both tables; leave it out of `columns`",
                       "'%s' is in `key` and in `columns`", split->columns[i]);
      return FALSE;
    }
  if (is_unique_key (table, split->key))
    return TRUE;
  expansion_error (expansion, "name the primary key, or a column that is unique",
                   "the key '%s' does not tell the rows of '%s' apart",
                   name_list_to_string (split->key, expansion->arena), table->name);
  return FALSE;
}

static gboolean
copy_column (Expansion *expansion, Table *half, const Column *column, gboolean in_key)
{
  g_autoptr (GError) error = NULL;
  Column *copy = column_copy (expansion->arena, column);

  copy->primary_key = in_key;
  copy->nullable = column->nullable && !in_key;
  if (in_key)
    {
      copy->identity = IDENTITY_NONE; /* its values come from the old table */
      copy->default_kind = DEFAULT_NONE;
    }
  if (table_add_column (half, copy, NULL, expansion->arena, &error))
    return TRUE;
  expansion_fail (expansion, error);
  return FALSE;
}

/* Whether all its columns are in the new table, at least one of them having moved. */
static gboolean
moves_along (const SplitTable *split, const char *const *columns)
{
  gboolean moved = FALSE;

  for (guint i = 0; columns != NULL && columns[i] != NULL; i++)
    {
      gboolean moves = name_list_contains (split->columns, columns[i]);
      if (!moves && !name_list_contains (split->key, columns[i]))
        return FALSE;
      moved = moved || moves;
    }
  return moved;
}

/* Constraints of the moved columns hold in the new table too; names of keys are one
 * namespace with the indexes of the old table, which still has its own. */
static gboolean
copy_constraints (Expansion *expansion, Table *half, const Table *table)
{
  g_autoptr (GError) error = NULL;
  const char *prefix = arena_printf (expansion->arena, "%s_", half->name);

  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      if (constraint->kind == CONSTRAINT_PRIMARY_KEY
          || !moves_along (&expansion->change->split_table, constraint->columns))
        continue;
      Constraint *copy = arena_memdup (expansion->arena, constraint, sizeof *constraint);
      copy->name = identifier_generate (expansion->arena, prefix, constraint->name);
      if (table_add_constraint (half, copy, expansion->arena, &error))
        continue;
      expansion_fail (expansion, error);
      return FALSE;
    }
  return TRUE;
}

static const char *const *
index_columns (Arena *arena, const Index *index)
{
  const char **columns = arena_new_array (arena, const char *, index->n_parts + 1);

  for (guint i = 0; i < index->n_parts && index->parts[i].column != NULL; i++)
    columns[i] = index->parts[i].column;
  return columns;
}

static gboolean
copy_indexes (Expansion *expansion, Table *half, const Table *table)
{
  const SplitTable *split = &expansion->change->split_table;
  g_autoptr (GError) error = NULL;
  const char *prefix = arena_printf (expansion->arena, "%s_", half->name);

  for (guint i = 0; i < table->indexes->len; i++)
    {
      const Index *index = table->indexes->pdata[i];
      const char *const *columns = index_columns (expansion->arena, index);
      if (g_strv_length ((char **) columns) < index->n_parts
          || !moves_along (split, columns) || index->where != NULL
          || index->include != NULL)
        continue;
      Index *copy = arena_memdup (expansion->arena, index, sizeof *index);
      copy->name = identifier_generate (expansion->arena, prefix, index->name);
      if (table_add_index (half, copy, &error))
        continue;
      expansion_fail (expansion, error);
      return FALSE;
    }
  return TRUE;
}

/* The new table, owned by the plan; or NULL with an error. */
static const Table *
make_half (Expansion *expansion, const Table *table)
{
  const SplitTable *split = &expansion->change->split_table;
  Table *half = table_new (split->to);
  gboolean fine = TRUE;

  g_ptr_array_add (expansion->plan->tables, half);
  half->location = expansion->change->location;
  for (guint i = 0; fine && split->key[i] != NULL; i++)
    fine = copy_column (expansion, half, table_find_column (table, split->key[i]), TRUE);
  for (guint i = 0; fine && split->columns[i] != NULL; i++)
    fine = copy_column (expansion, half, table_find_column (table, split->columns[i]),
                        FALSE);
  return fine && copy_constraints (expansion, half, table)
                 && copy_indexes (expansion, half, table)
             ? half
             : NULL;
}

/* New code inserts into the old table without the columns that moved. */
static void
relax_moved (Expansion *expansion, const Table *table)
{
  const SplitTable *split = &expansion->change->split_table;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; split->columns[i] != NULL; i++)
    if (!column_is_optional (table_find_column (table, split->columns[i])))
      g_ptr_array_add (names, (gpointer) split->columns[i]);
  if (names->len == 0)
    return;
  Operation *relax
      = expansion_step (expansion, MIGRATION_PHASE_EXPANDING, OPERATION_RELAX_COLUMN);
  relax->drop_column.columns = arena_ptr_array (expansion->arena, names);
}

void
expand_split_table (Expansion *expansion)
{
  const SplitTable *split = &expansion->change->split_table;
  const Table *table = expansion_table (expansion);
  const Table *half = table != NULL && check_split (expansion, table)
                          ? make_half (expansion, table)
                          : NULL;

  if (half == NULL)
    return;
  Operation *create
      = expansion_step (expansion, MIGRATION_PHASE_EXPANDING, OPERATION_CREATE_TABLE);
  create->create_table = (CreateTable){ .table = half,
                                        .split_columns = split->columns,
                                        .split_key = split->key };
  relax_moved (expansion, table);
  expansion_step (expansion, MIGRATION_PHASE_MIGRATING, OPERATION_COPY_ROWS)
      ->rename_table.to
      = split->to;
  expansion_drop_columns (expansion, split->columns);
}
