/* SPDX-License-Identifier: Apache-2.0
 *
 * Repairs: a transform for values a check refuses, and what becomes of orphans and
 * duplicates.
 */
#include "config.h"

#include "engine/memory/repair.h"

#include "engine/memory/row_index.h"
#include "engine/memory/verify.h"
#include "model/bind.h"
#include "model/error.h"

typedef struct
{
  Writer *writer;
  Table *table;
  const ConstraintChange *change;
  Arena *arena;
} Repair;

static gboolean
transform_row (const Repair *repair, const BoundSet *set, gsize row, GError **error)
{
  Value *values = write_read_row (repair->table, row, repair->writer->scratch);

  for (guint i = 0; i < set->n; i++)
    {
      Value *cell = &values[set->columns[i]];
      const Value input = *cell; /* the result is written while it is read */
      if (!bound_transform_apply (set->transforms[i], &input, repair->writer->scratch, cell, error))
        {
          g_prefix_error (error, "%s: ", row_to_string (repair->table, row, repair->arena));
          return FALSE;
        }
    }
  return write_update (repair->writer, repair->table, row, values, error);
}

static gboolean
breaks_not_null (const Table *table, const guint *columns, gsize row)
{
  Value cell = table_cell (table, row, columns[0]);

  return value_is_null (&cell);
}

static gboolean
repair_not_null (const Repair *repair, const BoundSet *set, GError **error)
{
  const guint *columns
      = bind_columns (repair->table, repair->change->constraint->columns, repair->arena, error);

  if (columns == NULL)
    return FALSE;
  for (gsize row = 0; row < table_n_rows (repair->table); row++)
    {
      arena_reset (repair->writer->scratch);
      if (breaks_not_null (repair->table, columns, row)
          && !transform_row (repair, set, row, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
repair_check (const Repair *repair, const BoundSet *set, GError **error)
{
  BoundCheck check;

  if (!bind_check (repair->table, repair->change->constraint, repair->arena, &check, error))
    return FALSE;
  for (gsize row = 0; !check.unchecked && row < table_n_rows (repair->table); row++)
    {
      Value cell = table_cell (repair->table, row, check.column);
      arena_reset (repair->writer->scratch);
      if (!bound_check_accepts (&check, &cell) && !transform_row (repair, set, row, error))
        return FALSE;
    }
  return TRUE;
}

/* Duplicates ------------------------------------------------------------------ */

/* Whether row @a is to be kept rather than row @b. */
static gboolean
is_kept_over (const Repair *repair, guint by, gsize a, gsize b)
{
  const TypeSpec *type = &table_column (repair->table, by)->type;
  Value value_a = table_cell (repair->table, a, by);
  Value value_b = table_cell (repair->table, b, by);

  if (value_is_null (&value_a) || value_is_null (&value_b))
    return !value_is_null (&value_a);
  int order = type_compare (type, &value_a, &value_b);
  return repair->change->repairs.duplicates == DUPLICATES_KEEP_LOWEST ? order <= 0 : order > 0;
}

static gboolean
find_by_column (const Repair *repair, guint *by, GError **error)
{
  const char *name = repair->change->repairs.duplicates_by;
  const Constraint *key = table_primary_key (repair->table);

  if (name == NULL && key == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "duplicates of '%s': 'by' is needed, there is no primary key to decide by",
                   repair->table->name);
      return FALSE;
    }
  return bind_column (repair->table, name != NULL ? name : key->columns[0], by, error);
}

/* Marks every row that has the same values as a row that is kept over it. */
static void
mark_duplicates (const Repair *repair, const RowIndex *index, const guint *columns, guint n,
                 guint by, gboolean *doomed)
{
  Value *key = arena_new_array (repair->arena, Value, n);

  for (gsize row = 0; row < table_n_rows (repair->table); row++)
    {
      for (guint i = 0; i < n; i++)
        key[i] = table_cell (repair->table, row, columns[i]);
      gsize kept = row, other;
      for (gboolean more = row_index_first (index, key, &other); more;
           more = row_index_next (index, key, &other))
        if (other != kept && !is_kept_over (repair, by, kept, other))
          kept = other;
      doomed[row] = kept != row;
    }
}

static gboolean
repair_duplicates (const Repair *repair, GError **error)
{
  const char *const *names = repair->change->constraint->columns;
  const guint *columns = bind_columns (repair->table, names, repair->arena, error);
  guint n = g_strv_length ((char **) names), by;

  if (repair->change->repairs.duplicates == DUPLICATES_ERROR)
    return TRUE;
  if (columns == NULL || !find_by_column (repair, &by, error))
    return FALSE;
  gsize n_rows = table_n_rows (repair->table);
  g_autofree gboolean *doomed = g_new0 (gboolean, n_rows + 1);
  g_autoptr (RowIndex) index = row_index_new (repair->table, columns, n);
  mark_duplicates (repair, index, columns, n, by, doomed);
  for (gsize row = n_rows; row-- > 0;)
    if (doomed[row] && !write_delete (repair->writer, repair->table, row, error))
      return FALSE;
  return TRUE;
}

/* Orphans --------------------------------------------------------------------- */

static gboolean
is_orphan (const Repair *repair, const guint *here, const RowIndex *parents, guint n, gsize row)
{
  Value *key = arena_new_array (repair->writer->scratch, Value, n);
  gsize found;

  for (guint i = 0; i < n; i++)
    {
      key[i] = table_cell (repair->table, row, here[i]);
      if (value_is_null (&key[i]))
        return FALSE;
    }
  return !row_index_first (parents, key, &found);
}

static gboolean
repair_orphan (const Repair *repair, const guint *here, guint n, gsize row, GError **error)
{
  if (repair->change->repairs.orphans == ORPHANS_DELETE)
    return write_delete (repair->writer, repair->table, row, error);
  Value *values = write_read_row (repair->table, row, repair->writer->scratch);
  for (guint i = 0; i < n; i++)
    values[here[i]] = VALUE_NULL_INIT;
  return write_update (repair->writer, repair->table, row, values, error);
}

static gboolean
repair_orphans (const Repair *repair, GError **error)
{
  const Constraint *key = repair->change->constraint;
  const Table *parents = database_find (repair->writer->database, key->references_table);
  guint n = g_strv_length ((char **) key->columns);

  if (parents == NULL || repair->change->repairs.orphans == ORPHANS_ERROR)
    return TRUE;
  const char *const *columns = bind_references (parents, key, error);
  const guint *there
      = columns != NULL ? bind_columns (parents, columns, repair->arena, error) : NULL;
  const guint *here
      = there != NULL ? bind_columns (repair->table, key->columns, repair->arena, error) : NULL;
  if (here == NULL)
    return FALSE;
  g_autoptr (Table) picture = table_copy (parents);
  g_autoptr (RowIndex) index = row_index_new (picture, there, n);
  for (gsize row = table_n_rows (repair->table); row-- > 0;)
    {
      arena_reset (repair->writer->scratch);
      if (is_orphan (repair, here, index, n, row)
          && !repair_orphan (repair, here, n, row, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
repair_run (Writer *writer, const Operation *operation, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Repair repair = {
    .writer = writer,
    .table = bind_table (writer->database, operation->table, error),
    .change = &operation->constraint,
    .arena = arena,
  };
  BoundSet set;

  if (repair.table == NULL
      || !bind_set (repair.table, repair.change->repairs.repairs, arena, &set, error))
    return FALSE;
  switch (repair.change->constraint->kind)
    {
    case CONSTRAINT_NOT_NULL:
      return repair_not_null (&repair, &set, error);
    case CONSTRAINT_CHECK:
      return repair_check (&repair, &set, error);
    case CONSTRAINT_FOREIGN_KEY:
      return repair_orphans (&repair, error);
    default:
      return repair_duplicates (&repair, error);
    }
}
