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
      if (!bound_transform_apply (set->transforms[i], &input, repair->writer->scratch,
                                  cell, error))
        {
          g_prefix_error (error,
                          "%s: ", row_to_string (repair->table, row, repair->arena));
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
  const guint *columns = bind_columns (repair->table, repair->change->constraint->columns,
                                       repair->arena, error);

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

  if (!bind_check (repair->table, repair->change->constraint, repair->arena, &check,
                   error))
    return FALSE;
  for (gsize row = 0; !check.unchecked && row < table_n_rows (repair->table); row++)
    {
      Value cell = table_cell (repair->table, row, check.column);
      arena_reset (repair->writer->scratch);
      if (!bound_check_accepts (&check, &cell)
          && !transform_row (repair, set, row, error))
        return FALSE;
    }
  return TRUE;
}

/* Duplicates ------------------------------------------------------------------ */

/* Whether row @a is to be kept rather than row @b, which comes before it; of rows that
 * are alike the first one is kept. */
static gboolean
is_kept_over (const Repair *repair, guint by, gsize a, gsize b)
{
  const TypeSpec *type = &table_column (repair->table, by)->type;
  Value value_a = table_cell (repair->table, a, by);
  Value value_b = table_cell (repair->table, b, by);

  if (value_is_null (&value_a) || value_is_null (&value_b))
    return value_is_null (&value_b) && !value_is_null (&value_a);
  int order = type_compare (type, &value_a, &value_b);
  return repair->change->repairs.duplicates == DUPLICATES_KEEP_LOWEST ? order < 0
                                                                      : order > 0;
}

static gboolean
find_by_column (const Repair *repair, guint *by, GError **error)
{
  const char *name = repair->change->repairs.duplicates_by;
  const Constraint *key = table_primary_key (repair->table);

  if (name == NULL && key == NULL)
    {
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_INVALID,
          "duplicates of '%s': 'by' is needed, there is no primary key to decide by",
          repair->table->name);
      return FALSE;
    }
  return bind_column (repair->table, name != NULL ? name : key->columns[0], by, error);
}

/* The row of the group to keep, at the place of the group's first row.  A row is in the
 * group of the first row that has the same values, or in none when one of them is null.
 */
static gsize *
find_kept (const Repair *repair, const RowIndex *index, const guint *columns, guint n,
           guint by, gsize *groups)
{
  Value *key = arena_new_array (repair->arena, Value, n + 1);
  gsize *kept = g_new (gsize, table_n_rows (repair->table) + 1);

  for (gsize row = 0; row < table_n_rows (repair->table); row++)
    {
      for (guint i = 0; i < n; i++)
        key[i] = table_cell (repair->table, row, columns[i]);
      if (!row_index_first (index, key, &groups[row]))
        groups[row] = row;
      gsize *best = &kept[groups[row]];
      if (groups[row] == row || is_kept_over (repair, by, row, *best))
        *best = row;
    }
  return kept;
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
  g_autofree gsize *groups = g_new (gsize, n_rows + 1);
  g_autoptr (RowIndex) index = row_index_new (repair->table, columns, n);
  g_autofree gsize *kept = find_kept (repair, index, columns, n, by, groups);
  for (gsize row = 0; row < n_rows; row++)
    {
      arena_reset (repair->writer->scratch);
      if (kept[groups[row]] != row
          && !write_delete (repair->writer, repair->table, row, error))
        return FALSE;
    }
  return TRUE;
}

/* Orphans --------------------------------------------------------------------- */

/* A foreign key that is about to be enforced, with the numbers of its columns. */
typedef struct
{
  const Repair *repair;
  Table *parents;
  guint n;
  const guint *here;
  const guint *there;
} Reference;

static gboolean
reference_init (Reference *reference, const Repair *repair, Table *parents,
                GError **error)
{
  const Constraint *key = repair->change->constraint;
  const char *const *columns = bind_references (parents, key, error);

  *reference = (Reference){ .repair = repair, .parents = parents };
  if (columns == NULL)
    return FALSE;
  reference->n = g_strv_length ((char **) columns);
  reference->there = bind_columns (parents, columns, repair->arena, error);
  reference->here = bind_columns (repair->table, key->columns, repair->arena, error);
  return reference->there != NULL && reference->here != NULL;
}

static const Value *
read_columns (const Table *table, gsize row, const guint *columns, guint n, Arena *arena)
{
  Value *values = arena_new_array (arena, Value, n + 1);

  for (guint i = 0; i < n; i++)
    values[i] = table_cell (table, row, columns[i]);
  return values;
}

static gboolean
has_parent (const Reference *reference, const Value *key)
{
  WriteSet *set = reference->repair->writer->set;
  LiveCursor cursor = live_index_find (
      write_set_index (set, reference->parents, reference->there, reference->n), key);
  gsize row;

  while (live_cursor_next (&cursor, &row))
    if (!write_set_is_deleted (set, reference->parents, row))
      return TRUE;
  return FALSE;
}

static gboolean
is_orphan (const Reference *reference, gsize row)
{
  const Repair *repair = reference->repair;
  const Value *key = read_columns (repair->table, row, reference->here, reference->n,
                                   repair->writer->scratch);

  for (guint i = 0; i < reference->n; i++)
    if (value_is_null (&key[i]))
      return FALSE;
  return !write_set_is_deleted (repair->writer->set, repair->table, row)
         && !has_parent (reference, key);
}

/* In a table that refers to itself, who referred to a deleted row is an orphan next. */
static void
add_children (const Reference *reference, gsize row, GArray *suspects)
{
  const Repair *repair = reference->repair;

  if (reference->parents != repair->table)
    return;
  const Value *key = read_columns (repair->table, row, reference->there, reference->n,
                                   repair->writer->scratch);
  LiveCursor cursor = live_index_find (
      write_set_index (repair->writer->set, repair->table, reference->here, reference->n),
      key);
  gsize child;
  while (live_cursor_next (&cursor, &child))
    g_array_append_val (suspects, child);
}

static gboolean
repair_orphan (const Reference *reference, gsize row, GArray *suspects, GError **error)
{
  const Repair *repair = reference->repair;

  if (repair->change->repairs.orphans == ORPHANS_DELETE)
    {
      add_children (reference, row, suspects);
      return write_delete (repair->writer, repair->table, row, error);
    }
  Value *values = write_read_row (repair->table, row, repair->writer->scratch);
  for (guint i = 0; i < reference->n; i++)
    values[reference->here[i]] = VALUE_NULL_INIT;
  return write_update (repair->writer, repair->table, row, values, error);
}

static gboolean
repair_orphans (const Repair *repair, GError **error)
{
  Table *parents = database_find (repair->writer->database,
                                  repair->change->constraint->references_table);
  g_autoptr (GArray) suspects = g_array_new (FALSE, FALSE, sizeof (gsize));
  Reference reference;

  if (parents == NULL || repair->change->repairs.orphans == ORPHANS_ERROR)
    return TRUE;
  if (!reference_init (&reference, repair, parents, error))
    return FALSE;
  for (gsize row = 0; row < table_n_rows (repair->table); row++)
    {
      g_array_append_val (suspects, row);
      while (suspects->len > 0)
        {
          gsize suspect = g_array_index (suspects, gsize, suspects->len - 1);
          g_array_set_size (suspects, suspects->len - 1);
          arena_reset (repair->writer->scratch);
          if (is_orphan (&reference, suspect)
              && !repair_orphan (&reference, suspect, suspects, error))
            return FALSE;
        }
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
