/* SPDX-License-Identifier: Apache-2.0
 *
 * Constraint checks over whole columns, skipping what has not changed.
 */
#include "config.h"

#include "engine/memory/verify.h"

#include "engine/memory/row_index.h"
#include "model/bind.h"
#include "model/error.h"

typedef struct
{
  const Database *database;
  const Database *before; /* or NULL */
  const Table *table;
  const Table *old_table; /* @table in @before; or NULL */
  Arena *arena;
} Verification;

const char *
row_to_string (const Table *table, gsize row, Arena *arena)
{
  const Constraint *key = table_primary_key (table);
  guint index;

  if (key == NULL || key->columns[1] != NULL
      || !table_column_index (table, key->columns[0], &index))
    return arena_printf (arena, "row %" G_GSIZE_FORMAT " of '%s'", row + 1, table->name);
  Value cell = table_cell (table, row, index);
  return arena_printf (arena, "row %" G_GSIZE_FORMAT " of '%s' (%s %s)", row + 1,
                       table->name, key->columns[0],
                       type_format (&table_column (table, index)->type, &cell, arena));
}

/* What has not changed ------------------------------------------------------- */

static gboolean
same_cells (const Table *table, const Table *old_table, const char *column)
{
  guint index, old_index;

  return old_table != NULL && table->row_ids == old_table->row_ids
         && table_column_index (table, column, &index)
         && table_column_index (old_table, column, &old_index)
         && table_vector (table, index) == table_vector (old_table, old_index);
}

static gboolean
same_cells_of_all (const Table *table, const Table *old_table, const char *const *columns)
{
  for (guint i = 0; columns != NULL && columns[i] != NULL; i++)
    if (!same_cells (table, old_table, columns[i]))
      return FALSE;
  return TRUE;
}

static gboolean
held_before (const Verification *verification, const Constraint *constraint)
{
  const Table *old_table = verification->old_table;

  if (old_table == NULL
      || table_find_constraint (old_table, constraint->name) != constraint)
    return FALSE;
  return same_cells_of_all (verification->table, old_table, constraint->columns);
}

/* Not null ------------------------------------------------------------------- */

static gboolean
was_not_null (const Verification *verification, const Column *column)
{
  const Table *old_table = verification->old_table;
  const Column *old_column
      = old_table != NULL ? table_find_column (old_table, column->name) : NULL;

  return old_column != NULL && !old_column->nullable
         && same_cells (verification->table, old_table, column->name);
}

static gboolean
verify_not_null (const Verification *verification, guint index, GError **error)
{
  const Table *table = verification->table;
  const Column *column = table_column (table, index);
  const Vector *cells = table_vector (table, index);

  if (column->nullable || was_not_null (verification, column) || !vector_has_null (cells))
    return TRUE;
  for (gsize row = 0; row < vector_length (cells); row++)
    {
      Value cell = vector_get (cells, row);
      if (!value_is_null (&cell))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                   "%s: '%s' is null, but it is NOT NULL",
                   row_to_string (table, row, verification->arena), column->name);
      return FALSE;
    }
  return TRUE;
}

/* Unique --------------------------------------------------------------------- */

static gboolean
verify_distinct (const Verification *verification, const char *const *columns,
                 const char *name, GError **error)
{
  const Table *table = verification->table;
  Arena *arena = verification->arena;
  const guint *indexes = bind_columns (table, columns, arena, error);
  guint n = g_strv_length ((char **) columns);
  gsize first, second;

  if (indexes == NULL)
    return FALSE;
  if (n == 1 && vector_strictly_increasing (table_vector (table, indexes[0])))
    return TRUE;
  g_autoptr (RowIndex) index = row_index_new (table, indexes, n);
  if (!row_index_duplicate (index, &first, &second))
    return TRUE;
  Value cell = table_cell (table, second, indexes[0]);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
               "rows %" G_GSIZE_FORMAT " and %" G_GSIZE_FORMAT
               " of '%s' have the same %s ('%s'%s): '%s' wants them unique",
               first + 1, second + 1, table->name, name_list_to_string (columns, arena),
               type_format (&table_column (table, indexes[0])->type, &cell, arena),
               n > 1 ? ", …" : "", name);
  return FALSE;
}

static gboolean
verify_key_not_null (const Verification *verification, const Constraint *key,
                     GError **error)
{
  const Table *table = verification->table;

  for (guint i = 0; key->columns[i] != NULL; i++)
    {
      guint index;
      if (!table_column_index (table, key->columns[i], &index)
          || !vector_has_null (table_vector (table, index)))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                   "'%s' of '%s' has nulls, but is in the primary key '%s'",
                   key->columns[i], table->name, key->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
verify_unique (const Verification *verification, const Constraint *constraint,
               GError **error)
{
  if (constraint->kind == CONSTRAINT_PRIMARY_KEY
      && !verify_key_not_null (verification, constraint, error))
    return FALSE;
  return verify_distinct (verification, constraint->columns, constraint->name, error);
}

/* Check ---------------------------------------------------------------------- */

static gboolean
verify_check (const Verification *verification, const Constraint *constraint,
              GError **error)
{
  const Table *table = verification->table;
  BoundCheck check;

  if (!bind_check (table, constraint, verification->arena, &check, error))
    return FALSE;
  for (gsize row = 0; !check.unchecked && row < table_n_rows (table); row++)
    {
      Value cell = table_cell (table, row, check.column);
      if (bound_check_accepts (&check, &cell))
        continue;
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
          "%s: '%s' is '%s', which breaks check '%s'",
          row_to_string (table, row, verification->arena), constraint->check.column,
          type_format (&check.type, &cell, verification->arena), constraint->name);
      return FALSE;
    }
  return TRUE;
}

/* Foreign keys --------------------------------------------------------------- */

static gboolean
reference_held_before (const Verification *verification, const Constraint *key,
                       const Table *referenced, const char *const *columns)
{
  const Table *old = verification->before != NULL
                         ? database_find (verification->before, referenced->name)
                         : NULL;

  return held_before (verification, key) && same_cells_of_all (referenced, old, columns);
}

static gboolean
verify_references (const Verification *verification, const Constraint *key,
                   const Table *referenced, const char *const *columns, GError **error)
{
  Arena *arena = verification->arena;
  const Table *table = verification->table;
  guint n = g_strv_length ((char **) key->columns);
  const guint *here = bind_columns (table, key->columns, arena, error);
  const guint *there
      = here != NULL ? bind_columns (referenced, columns, arena, error) : NULL;

  if (there == NULL)
    return FALSE;
  g_autoptr (RowIndex) index = row_index_new (referenced, there, n);
  Value *values = arena_new_array (arena, Value, n);
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      gsize found;
      gboolean has_null = FALSE;
      for (guint i = 0; i < n; i++)
        {
          values[i] = table_cell (table, row, here[i]);
          has_null = has_null || value_is_null (&values[i]);
        }
      if (has_null || row_index_first (index, values, &found))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                   "%s: '%s' is '%s', which is not in '%s': foreign key '%s'",
                   row_to_string (table, row, arena), key->columns[0],
                   type_format (&table_column (table, here[0])->type, &values[0], arena),
                   referenced->name, key->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
verify_foreign_key (const Verification *verification, const Constraint *key,
                    GError **error)
{
  const Table *referenced = database_find (verification->database, key->references_table);

  if (referenced == NULL)
    return TRUE;
  const char *const *columns = bind_references (referenced, key, error);
  if (columns == NULL)
    return FALSE;
  if (reference_held_before (verification, key, referenced, columns))
    return TRUE;
  return verify_references (verification, key, referenced, columns, error);
}

/* All of them ---------------------------------------------------------------- */

static gboolean
verify_constraint (const Verification *verification, const Constraint *constraint,
                   GError **error)
{
  if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
    return verify_foreign_key (verification, constraint, error);
  if (held_before (verification, constraint))
    return TRUE;
  if (constraint->kind == CONSTRAINT_CHECK)
    return verify_check (verification, constraint, error);
  return verify_unique (verification, constraint, error);
}

/* Plain columns only, over all rows: what memory can check. */
static const char *const *
plain_index_columns (const Index *index, Arena *arena)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if (!index->unique || index->where != NULL)
    return NULL;
  for (guint i = 0; i < index->n_parts; i++)
    {
      if (index->parts[i].column == NULL)
        return NULL;
      g_ptr_array_add (names, (gpointer) index->parts[i].column);
    }
  return arena_ptr_array (arena, names);
}

static gboolean
verify_index (const Verification *verification, const Index *index, GError **error)
{
  const Table *old_table = verification->old_table;
  const char *const *columns = plain_index_columns (index, verification->arena);

  if (columns == NULL)
    return TRUE;
  if (old_table != NULL && table_find_index (old_table, index->name) == index
      && same_cells_of_all (verification->table, old_table, columns))
    return TRUE;
  return verify_distinct (verification, columns, index->name, error);
}

static gboolean
verify_everything (const Verification *verification, GError **error)
{
  const Table *table = verification->table;

  for (guint i = 0; i < table->columns->len; i++)
    if (!verify_not_null (verification, i, error))
      return FALSE;
  for (guint i = 0; i < table->constraints->len; i++)
    if (!verify_constraint (verification, table->constraints->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < table->indexes->len; i++)
    if (!verify_index (verification, table->indexes->pdata[i], error))
      return FALSE;
  return TRUE;
}

gboolean
verify_database (const Database *database, const Database *before, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < database->tables->len; i++)
    {
      const Table *table = g_ptr_array_index (database->tables, i);
      Verification verification = {
        .database = database,
        .before = before,
        .table = table,
        .old_table = before != NULL ? database_find (before, table->name) : NULL,
        .arena = arena,
      };
      if (!verify_everything (&verification, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
verify_table (const Database *database, const Table *table, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Verification verification = { .database = database, .table = table, .arena = arena };

  return verify_everything (&verification, error);
}

/* Notes ---------------------------------------------------------------------- */

static void
note_constraint (const Database *database, const Table *table,
                 const Constraint *constraint, Arena *arena, GPtrArray *notes)
{
  if (constraint->kind == CONSTRAINT_CHECK && constraint->check.column == NULL)
    g_ptr_array_add (notes,
                     arena_printf (arena,
                                   "check '%s' of '%s' is an SQL expression: recorded, "
                                   "not checked in memory",
                                   constraint->name, table->name));
  if (constraint->kind == CONSTRAINT_FOREIGN_KEY
      && database_find (database, constraint->references_table) == NULL)
    g_ptr_array_add (notes,
                     arena_printf (arena,
                                   "foreign key '%s' of '%s' refers to '%s', which the "
                                   "file does not declare: not checked in memory",
                                   constraint->name, table->name,
                                   constraint->references_table));
}

static void
note_index (const Table *table, const Index *index, Arena *arena, GPtrArray *notes)
{
  if (index->unique && plain_index_columns (index, arena) == NULL)
    g_ptr_array_add (notes,
                     arena_printf (arena,
                                   "unique index '%s' of '%s' is partial or over an "
                                   "expression: not checked in memory",
                                   index->name, table->name));
}

void
verify_notes (const Database *database, Arena *arena, GPtrArray *notes)
{
  for (guint i = 0; i < database->tables->len; i++)
    {
      const Table *table = g_ptr_array_index (database->tables, i);
      for (guint j = 0; j < table->constraints->len; j++)
        note_constraint (database, table, table->constraints->pdata[j], arena, notes);
      for (guint j = 0; j < table->indexes->len; j++)
        note_index (table, table->indexes->pdata[j], arena, notes);
    }
}
