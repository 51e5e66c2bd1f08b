/* SPDX-License-Identifier: Apache-2.0
 *
 * Table: references to columns, cells, constraints and indexes.
 */
#include "config.h"

#include "model/table.h"

#include "model/error.h"
#include "model/generated_name.h"
#include "model/table_name.h"

Table *
table_new (const char *name)
{
  Table *table = g_new0 (Table, 1);

  table->name = name;
  table->columns = g_ptr_array_new ();
  table->vectors = g_ptr_array_new_with_free_func ((GDestroyNotify) vector_unref);
  table->constraints = g_ptr_array_new ();
  table->indexes = g_ptr_array_new ();
  table->syncs = g_ptr_array_new ();
  table->row_ids = vector_new (VALUE_INTEGER);
  table->next_row_id = 1;
  return table;
}

void
table_free (Table *table)
{
  if (table == NULL)
    return;
  g_ptr_array_unref (table->columns);
  g_ptr_array_unref (table->vectors);
  g_ptr_array_unref (table->constraints);
  g_ptr_array_unref (table->indexes);
  g_ptr_array_unref (table->syncs);
  vector_unref (table->row_ids);
  g_free (table);
}

static GPtrArray *
copy_pointers (GPtrArray *array)
{
  return g_ptr_array_copy (array, NULL, NULL);
}

static gpointer
ref_vector (gconstpointer vector, gpointer data)
{
  (void) data;
  return vector_ref ((Vector *) vector);
}

Table *
table_copy (const Table *table)
{
  Table *copy = g_new0 (Table, 1);

  *copy = *table;
  copy->columns = copy_pointers (table->columns);
  copy->vectors = g_ptr_array_copy (table->vectors, ref_vector, NULL);
  copy->constraints = copy_pointers (table->constraints);
  copy->indexes = copy_pointers (table->indexes);
  copy->syncs = copy_pointers (table->syncs);
  copy->row_ids = vector_ref (table->row_ids);
  return copy;
}

Table *
table_shape (const Table *table)
{
  Table *empty = table_new (table->name);

  empty->location = table->location;
  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const Column *column = table_column (table, i);
      g_ptr_array_add (empty->columns, (gpointer) column);
      g_ptr_array_add (empty->vectors, vector_new (column_value_kind (column)));
    }
  for (guint i = 0; i < table->constraints->len; i++)
    g_ptr_array_add (empty->constraints, table->constraints->pdata[i]);
  for (guint i = 0; i < table->indexes->len; i++)
    g_ptr_array_add (empty->indexes, table->indexes->pdata[i]);
  return empty;
}

gsize
table_n_rows (const Table *table)
{
  return vector_length (table->row_ids);
}

guint
table_n_columns (const Table *table)
{
  return table->columns->len;
}

const Column *
table_column (const Table *table, guint index)
{
  return g_ptr_array_index (table->columns, index);
}

gboolean
table_column_index (const Table *table, const char *name, guint *index)
{
  for (guint i = 0; i < table->columns->len; i++)
    {
      if (g_str_equal (table_column (table, i)->name, name))
        {
          if (index != NULL)
            *index = i;
          return TRUE;
        }
    }
  return FALSE;
}

const Column *
table_find_column (const Table *table, const char *name)
{
  guint index;

  return table_column_index (table, name, &index) ? table_column (table, index) : NULL;
}

Vector *
table_vector (const Table *table, guint index)
{
  return g_ptr_array_index (table->vectors, index);
}

Value
table_cell (const Table *table, gsize row, guint column)
{
  return vector_get (table_vector (table, column), row);
}

const char **
table_column_names (const Table *table)
{
  const char **names = g_new0 (const char *, table->columns->len + 1);

  for (guint i = 0; i < table->columns->len; i++)
    names[i] = table_column (table, i)->name;
  return names;
}

ValueKind
column_value_kind (const Column *column)
{
  switch (column->type.base)
    {
    case COLUMN_TYPE_INTEGER:
    case COLUMN_TYPE_BIGINT:
    case COLUMN_TYPE_BOOLEAN:
      return VALUE_INTEGER;
    case COLUMN_TYPE_DOUBLE:
      return VALUE_DOUBLE;
    default:
      return VALUE_TEXT;
    }
}

/* Constraints and indexes ---------------------------------------------------- */

static gboolean
find_constraint (const Table *table, const char *name, guint *index)
{
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = g_ptr_array_index (table->constraints, i);
      if (g_str_equal (constraint->name, name))
        {
          *index = i;
          return TRUE;
        }
    }
  return FALSE;
}

const Constraint *
table_find_constraint (const Table *table, const char *name)
{
  guint index;

  return find_constraint (table, name, &index) ? table->constraints->pdata[index] : NULL;
}

const Constraint *
table_primary_key (const Table *table)
{
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = g_ptr_array_index (table->constraints, i);
      if (constraint->kind == CONSTRAINT_PRIMARY_KEY)
        return constraint;
    }
  return NULL;
}

static gboolean
find_index (const Table *table, const char *name, guint *found)
{
  for (guint i = 0; i < table->indexes->len; i++)
    {
      const Index *index = g_ptr_array_index (table->indexes, i);
      if (g_str_equal (index->name, name))
        {
          *found = i;
          return TRUE;
        }
    }
  return FALSE;
}

const Index *
table_find_index (const Table *table, const char *name)
{
  guint found;

  return find_index (table, name, &found) ? table->indexes->pdata[found] : NULL;
}

/* A key's columns know that they are in it, and cannot be null. */
static void
mark_key_columns (Table *table, const Constraint *key, gboolean in_key, Arena *arena)
{
  for (guint i = 0; key->columns[i] != NULL; i++)
    {
      guint index;
      if (!table_column_index (table, key->columns[i], &index))
        continue;
      Column *column = column_copy (arena, table_column (table, index));
      column->primary_key = in_key;
      if (in_key)
        column->nullable = FALSE;
      table->columns->pdata[index] = column;
    }
}

gboolean
table_add_constraint (Table *table, const Constraint *constraint, Arena *arena,
                      GError **error)
{
  if (table_find_constraint (table, constraint->name) != NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS,
                   "constraint '%s' exists already in table '%s'", constraint->name,
                   table->name);
      return FALSE;
    }
  if (constraint->kind == CONSTRAINT_PRIMARY_KEY && table_primary_key (table) != NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS,
                   "table '%s' has a primary key already: '%s'", table->name,
                   table_primary_key (table)->name);
      return FALSE;
    }
  if (constraint->kind == CONSTRAINT_PRIMARY_KEY)
    mark_key_columns (table, constraint, TRUE, arena);
  g_ptr_array_add (table->constraints, (gpointer) constraint);
  return TRUE;
}

gboolean
table_drop_constraint (Table *table, const char *name, Arena *arena, GError **error)
{
  guint index;

  if (!find_constraint (table, name, &index))
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING,
                   "table '%s' has no constraint '%s'", table->name, name);
      return FALSE;
    }
  const Constraint *constraint = g_ptr_array_index (table->constraints, index);
  if (constraint->kind == CONSTRAINT_PRIMARY_KEY)
    mark_key_columns (table, constraint, FALSE, arena);
  g_ptr_array_remove_index (table->constraints, index);
  return TRUE;
}

gboolean
table_add_index (Table *table, const Index *index, GError **error)
{
  if (table_find_index (table, index->name) != NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS,
                   "index '%s' exists already on table '%s'", index->name, table->name);
      return FALSE;
    }
  g_ptr_array_add (table->indexes, (gpointer) index);
  return TRUE;
}

gboolean
table_drop_index (Table *table, const char *name, GError **error)
{
  guint found;

  if (!find_index (table, name, &found))
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "table '%s' has no index '%s'",
                   table->name, name);
      return FALSE;
    }
  g_ptr_array_remove_index (table->indexes, found);
  return TRUE;
}

void
table_move_constraints (Table *table, const char *from, const char *to, Arena *arena)
{
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = g_ptr_array_index (table->constraints, i);
      if (constraint_uses_column (constraint, from))
        {
          constraint = constraint_rename_column (arena, constraint, from, to);
          table->constraints->pdata[i] = (gpointer) constraint;
          if (constraint->kind == CONSTRAINT_PRIMARY_KEY)
            mark_key_columns (table, constraint, TRUE, arena);
        }
    }
  for (guint i = 0; i < table->indexes->len; i++)
    {
      const Index *index = g_ptr_array_index (table->indexes, i);
      if (index_uses_column (index, from))
        table->indexes->pdata[i]
            = (gpointer) index_rename_column (arena, index, from, to);
    }
}

/* Columns -------------------------------------------------------------------- */

static const char *const *
append_name (Arena *arena, const char *const *names, const char *name)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    g_ptr_array_add (list, (gpointer) names[i]);
  g_ptr_array_add (list, (gpointer) name);
  return arena_ptr_array (arena, list);
}

/* `primary_key: true` on several columns is one key over all of them. */
static gboolean
add_column_key (Table *table, const Column *column, Arena *arena, GError **error)
{
  const Constraint *old = table_primary_key (table);
  Constraint *key = arena_new0 (arena, Constraint);

  key->kind = CONSTRAINT_PRIMARY_KEY;
  key->name
      = old != NULL
            ? old->name
            : generated_name (arena, arena_printf (arena, "%s_pkey",
                                                   table_name_own (table->name, arena)));
  key->columns = append_name (arena, old != NULL ? old->columns : NULL, column->name);
  key->location = column->location;
  if (old != NULL)
    g_ptr_array_remove (table->constraints, (gpointer) old);
  return table_add_constraint (table, key, arena, error);
}

const char *
table_unique_name (const Table *table, const char *column, Arena *arena)
{
  return generated_name (
      arena,
      arena_printf (arena, "%s_%s_key", table_name_own (table->name, arena), column));
}

static gboolean
add_column_unique (Table *table, const Column *column, Arena *arena, GError **error)
{
  Constraint *unique = arena_new0 (arena, Constraint);

  unique->kind = CONSTRAINT_UNIQUE;
  unique->name = table_unique_name (table, column->name, arena);
  unique->columns = append_name (arena, NULL, column->name);
  unique->location = column->location;
  return table_add_constraint (table, unique, arena, error);
}

static Vector *
default_vector (const Table *table, const Column *column)
{
  Value value
      = column->default_kind == DEFAULT_VALUE ? column->default_value : VALUE_NULL_INIT;

  return vector_new_constant (column_value_kind (column), &value, table_n_rows (table));
}

gboolean
table_add_column (Table *table, const Column *column, Vector *vector, Arena *arena,
                  GError **error)
{
  g_autoptr (Vector) cells = vector;

  if (table_find_column (table, column->name) != NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS,
                   "column '%s' exists already in table '%s'", column->name, table->name);
      return FALSE;
    }
  if (cells == NULL)
    cells = default_vector (table, column);
  Column *stored = column_copy (arena, column);
  stored->unique = FALSE; /* a constraint from here on */
  g_ptr_array_add (table->columns, stored);
  g_ptr_array_add (table->vectors, g_steal_pointer (&cells));
  if (column->primary_key && !add_column_key (table, column, arena, error))
    return FALSE;
  return !column->unique || add_column_unique (table, column, arena, error);
}

static void
drop_dependents (Table *table, const char *column, Arena *arena)
{
  for (guint i = table->constraints->len; i-- > 0;)
    {
      const Constraint *constraint = g_ptr_array_index (table->constraints, i);
      if (!constraint_uses_column (constraint, column))
        continue;
      if (constraint->kind == CONSTRAINT_PRIMARY_KEY)
        mark_key_columns (table, constraint, FALSE, arena);
      g_ptr_array_remove_index (table->constraints, i);
    }
  for (guint i = table->indexes->len; i-- > 0;)
    if (index_uses_column (g_ptr_array_index (table->indexes, i), column))
      g_ptr_array_remove_index (table->indexes, i);
}

gboolean
table_missing_column (const Table *table, const char *name, GError **error)
{
  g_autofree const char **names = table_column_names (table);
  const char *near = nearest_name (name, names);

  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "table '%s' has no column '%s'%s%s%s",
               table->name, name, near != NULL ? "; did you mean '" : "",
               near != NULL ? near : "", near != NULL ? "'?" : "");
  return FALSE;
}

gboolean
table_drop_column (Table *table, const char *name, Arena *arena, GError **error)
{
  guint index;

  if (!table_column_index (table, name, &index))
    return table_missing_column (table, name, error);
  if (table->columns->len == 1)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "'%s' is the only column of table '%s'; drop the table instead", name,
                   table->name);
      return FALSE;
    }
  drop_dependents (table, name, arena);
  g_ptr_array_remove_index (table->columns, index);
  g_ptr_array_remove_index (table->vectors, index);
  return TRUE;
}

gboolean
table_replace_column (Table *table, const char *name, const Column *column, Arena *arena,
                      GError **error)
{
  guint index;

  if (!table_column_index (table, name, &index))
    return table_missing_column (table, name, error);
  table->columns->pdata[index] = (gpointer) column;
  if (!g_str_equal (name, column->name))
    table_move_constraints (table, name, column->name, arena);
  const Constraint *key = table_primary_key (table);
  if (key != NULL && constraint_uses_column (key, column->name))
    mark_key_columns (table, key, TRUE, arena);
  return TRUE;
}

static void
move_pointer (GPtrArray *array, guint from, guint to)
{
  gpointer moved = array->pdata[from];

  if (from < to)
    memmove (&array->pdata[from], &array->pdata[from + 1],
             (to - from) * sizeof (gpointer));
  else
    memmove (&array->pdata[to + 1], &array->pdata[to], (from - to) * sizeof (gpointer));
  array->pdata[to] = moved;
}

void
table_move_column (Table *table, guint from, guint to)
{
  move_pointer (table->columns, from, to);
  move_pointer (table->vectors, from, to);
}

void
table_set_vector (Table *table, guint index, Vector *vector)
{
  g_assert (vector_length (vector) == table_n_rows (table));
  vector_unref (table->vectors->pdata[index]);
  table->vectors->pdata[index] = vector;
}

/* Rows ----------------------------------------------------------------------- */

gint64
table_row_id (const Table *table, gsize row)
{
  return vector_get (table->row_ids, row).integer;
}

/* Identities only grow, so the place of the first one not below @row_id is found by
 * halving. */
static gsize
lower_bound (const Table *table, gint64 row_id)
{
  gsize low = 0, high = table_n_rows (table);

  while (low < high)
    {
      gsize middle = low + (high - low) / 2;
      if (table_row_id (table, middle) < row_id)
        low = middle + 1;
      else
        high = middle;
    }
  return low;
}

gboolean
table_find_row (const Table *table, gint64 row_id, gsize *row)
{
  gsize place = lower_bound (table, row_id);

  if (place == table_n_rows (table) || table_row_id (table, place) != row_id)
    return FALSE;
  *row = place;
  return TRUE;
}

static Vector *
writable_at (GPtrArray *vectors, guint index)
{
  return vector_writable ((Vector **) &vectors->pdata[index]);
}

static void
append_row (Table *table, gint64 row_id, const Value *values)
{
  Value id = value_integer (row_id);

  for (guint i = 0; i < table->vectors->len; i++)
    vector_append (writable_at (table->vectors, i), &values[i]);
  vector_append (vector_writable (&table->row_ids), &id);
}

gsize
table_insert (Table *table, const Value *values)
{
  append_row (table, table->next_row_id++, values);
  return table_n_rows (table) - 1;
}

/* Reorders every vector so that row @from comes to stand at @to. */
static void
rotate_rows (Table *table, gsize from, gsize to)
{
  gsize n_rows = table_n_rows (table);
  g_autofree gsize *order = g_new (gsize, n_rows);

  for (gsize i = 0; i < n_rows; i++)
    order[i] = i < to ? i : i == to ? from : i - 1;
  for (guint i = 0; i < table->vectors->len; i++)
    table_set_vector (table, i, vector_pick (table_vector (table, i), order, n_rows));
  Vector *ids = vector_pick (table->row_ids, order, n_rows);
  vector_unref (table->row_ids);
  table->row_ids = ids;
}

gsize
table_insert_with_id (Table *table, gint64 row_id, const Value *values)
{
  gsize place = lower_bound (table, row_id);

  append_row (table, row_id, values);
  if (place != table_n_rows (table) - 1)
    rotate_rows (table, table_n_rows (table) - 1, place);
  table->next_row_id = MAX (table->next_row_id, row_id + 1);
  return place;
}

void
table_remove_rows (Table *table, const gsize *rows, gsize n_rows)
{
  if (n_rows == 0)
    return;
  gsize n_kept = 0, next = 0, total = table_n_rows (table);
  g_autofree gsize *kept = g_new (gsize, total);

  for (gsize i = 0; i < total; i++)
    {
      if (next < n_rows && rows[next] == i)
        next++;
      else
        kept[n_kept++] = i;
    }
  Vector *ids = vector_pick (table->row_ids, kept, n_kept);
  vector_unref (table->row_ids);
  table->row_ids = ids;
  for (guint i = 0; i < table->vectors->len; i++)
    table_set_vector (table, i, vector_pick (table_vector (table, i), kept, n_kept));
}
