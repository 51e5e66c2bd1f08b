/* SPDX-License-Identifier: Apache-2.0
 *
 * Binding of names and literals to a table.
 */
#include "config.h"

#include "model/bind.h"

#include "model/error.h"
#include "model/shape.h"

Table *
bind_table (const Database *database, const char *name, GError **error)
{
  Table *table = database_find (database, name);

  if (table == NULL)
    {
      g_autofree const char **names = database_table_names (database);
      const char *near = nearest_name (name, names);
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "there is no table '%s'%s%s%s",
                   name, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                   near != NULL ? "'?" : "");
    }
  return table;
}

gboolean
bind_column (const Table *table, const char *name, guint *index, GError **error)
{
  return table_column_index (table, name, index)
         || table_missing_column (table, name, error);
}

const guint *
bind_columns (const Table *table, const char *const *names, Arena *arena, GError **error)
{
  guint n = g_strv_length ((char **) names);
  guint *indexes = arena_new_array (arena, guint, n + 1);

  for (guint i = 0; i < n; i++)
    if (!bind_column (table, names[i], &indexes[i], error))
      return NULL;
  return indexes;
}

const Column *const *
bind_column_list (const Table *table, const char *const *names, Arena *arena,
                  GError **error)
{
  guint n = g_strv_length ((char **) names);
  const Column **columns = arena_new_array (arena, const Column *, n + 1);

  for (guint i = 0; i < n; i++)
    {
      guint index;
      if (!bind_column (table, names[i], &index, error))
        return NULL;
      columns[i] = table_column (table, index);
    }
  return columns;
}

/* A literal as a value of the column; the error says which column. */
static gboolean
bind_literal (const Table *table, const Column *column, const Literal *literal,
              Arena *arena, Value *value, GError **error)
{
  if (literal_resolve (literal, &column->type, arena, value, error))
    return TRUE;
  g_prefix_error (error, "column '%s' of '%s': ", column->name, table->name);
  return FALSE;
}

/* Where ---------------------------------------------------------------------- */

static guint
count_named_literals (const NamedLiteral *list)
{
  guint n = 0;

  while (list != NULL && list[n].name != NULL)
    n++;
  return n;
}

gboolean
bind_where (const Table *table, const NamedLiteral *where, Arena *arena,
            BoundWhere *bound, GError **error)
{
  guint n = count_named_literals (where);
  guint *columns = arena_new_array (arena, guint, n + 1);
  Value *values = arena_new_array (arena, Value, n + 1);

  for (guint i = 0; i < n; i++)
    {
      if (!bind_column (table, where[i].name, &columns[i], error)
          || !bind_literal (table, table_column (table, columns[i]), where[i].literal,
                            arena, &values[i], error))
        return FALSE;
    }
  *bound = (BoundWhere){ .n = n, .columns = columns, .values = values };
  return TRUE;
}

gboolean
bound_where_matches (const BoundWhere *where, const Table *table, gsize row)
{
  for (guint i = 0; i < where->n; i++)
    {
      Value cell = table_cell (table, row, where->columns[i]);
      if (!value_equal (&cell, &where->values[i]))
        return FALSE;
    }
  return TRUE;
}

/* Backfill ------------------------------------------------------------------- */

static gboolean
bind_backfill_of_sync (const Table *table, const Sync *sync, Arena *arena,
                       BoundBackfill *bound, GError **error)
{
  bound->sync = sync;
  bound->n_targets = g_strv_length ((char **) sync->new_columns);
  bound->targets = bind_columns (table, sync->new_columns, arena, error);
  bound->transforms = sync->forward;
  bound->n_inputs = g_strv_length ((char **) sync->old_columns);
  bound->inputs = bind_columns (table, sync->old_columns, arena, error);
  return bound->targets != NULL && bound->inputs != NULL;
}

static gboolean
bind_backfill_from_columns (const Table *table, const Backfill *backfill, Arena *arena,
                            BoundBackfill *bound, GError **error)
{
  const Transform *transform
      = backfill->transform != NULL ? backfill->transform : &TRANSFORM_COPY;
  const BoundTransform **transforms
      = arena_new_array (arena, const BoundTransform *, bound->n_targets + 1);
  const Column *const *inputs = bind_column_list (table, backfill->from, arena, error);

  if (inputs == NULL)
    return FALSE;
  bound->n_inputs = g_strv_length ((char **) backfill->from);
  bound->inputs = bind_columns (table, backfill->from, arena, NULL);
  for (guint i = 0; i < bound->n_targets; i++)
    {
      const Column *target = table_column (table, bound->targets[i]);
      transforms[i] = transform_bind (transform, inputs, &target->type, arena, error);
      if (transforms[i] == NULL)
        return FALSE;
    }
  bound->transforms = transforms;
  return TRUE;
}

/* Without `from`: a transform that needs no input (a constant), or the default. */
static gboolean
bind_backfill_alone (const Table *table, const Backfill *backfill, Arena *arena,
                     BoundBackfill *bound, GError **error)
{
  const BoundTransform **transforms
      = arena_new_array (arena, const BoundTransform *, bound->n_targets + 1);

  if (backfill->transform == NULL)
    return TRUE;
  for (guint i = 0; i < bound->n_targets; i++)
    {
      BoundRowTransform row;
      const Column *target = table_column (table, bound->targets[i]);
      if (!bind_row_transform (table, target->name, backfill->transform, arena, &row,
                               error))
        return FALSE;
      transforms[i] = row.transform;
      bound->n_inputs = row.n_inputs;
      bound->inputs = row.inputs;
    }
  bound->transforms = transforms;
  return TRUE;
}

/* Whether the backfill says no more than "as the sync does". */
static gboolean
leaves_it_to_sync (const Sync *sync, const Backfill *backfill)
{
  return backfill->transform == NULL
         && (backfill->from == NULL
             || name_list_equal (backfill->from, sync->old_columns));
}

gboolean
bind_backfill (const Table *table, const Backfill *backfill, Arena *arena,
               BoundBackfill *bound, GError **error)
{
  const Sync *sync = table_sync_of_new (table, backfill->columns[0]);

  *bound = (BoundBackfill){ 0 };
  if (!bind_where (table, backfill->where, arena, &bound->where, error))
    return FALSE;
  if (sync != NULL && leaves_it_to_sync (sync, backfill))
    return bind_backfill_of_sync (table, sync, arena, bound, error);
  bound->n_targets = g_strv_length ((char **) backfill->columns);
  bound->targets = bind_columns (table, backfill->columns, arena, error);
  if (bound->targets == NULL)
    return FALSE;
  /* Whatever fills a mirror, rows that are in step are left to their writers. */
  if (sync != NULL && name_list_equal (backfill->columns, sync->new_columns)
      && name_list_equal (backfill->from, sync->old_columns))
    bound->sync = sync;
  if (backfill->from != NULL)
    return bind_backfill_from_columns (table, backfill, arena, bound, error);
  return bind_backfill_alone (table, backfill, arena, bound, error);
}

/* Lookup --------------------------------------------------------------------- */

static gboolean
bind_found_type (const Table *from, const Lookup *lookup, BoundLookup *bound,
                 GError **error)
{
  bound->has_column = lookup->from_column != NULL;
  if (bound->has_column
      && !bind_column (from, lookup->from_column, &bound->column, error))
    return FALSE;
  if (lookup->aggregate == AGGREGATE_COUNT)
    {
      bound->found_type = (TypeSpec){ .base = COLUMN_TYPE_BIGINT };
      return TRUE;
    }
  if (!bound->has_column)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "a lookup in '%s' needs a column",
                   lookup->from_table);
      return FALSE;
    }
  bound->found_type = table_column (from, bound->column)->type;
  ColumnType base = bound->found_type.base;
  if (lookup->aggregate == AGGREGATE_SUM && base == COLUMN_TYPE_INTEGER)
    bound->found_type = (TypeSpec){ .base = COLUMN_TYPE_BIGINT };
  else if (lookup->aggregate == AGGREGATE_SUM && base != COLUMN_TYPE_BIGINT)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "sum needs an INTEGER or BIGINT column, '%s' of '%s' is %s",
                   lookup->from_column, from->name, column_type_to_string (base));
      return FALSE;
    }
  return TRUE;
}

gboolean
bind_lookup (const Database *database, const Table *table, const char *target,
             const Lookup *lookup, const Transform *transform, Arena *arena,
             BoundLookup *bound, GError **error)
{
  const Table *from = bind_table (database, lookup->from_table, error);

  *bound = (BoundLookup){ .from = from, .lookup = lookup };
  if (from == NULL || !bind_column (table, target, &bound->target, error)
      || !bind_found_type (from, lookup, bound, error))
    return FALSE;
  bound->n_match = g_strv_length ((char **) lookup->match_here);
  bound->here = bind_columns (table, lookup->match_here, arena, error);
  bound->there = bound->here != NULL
                     ? bind_columns (from, lookup->match_there, arena, error)
                     : NULL;
  if (bound->there == NULL)
    return FALSE;

  Column *found = arena_new0 (arena, Column);
  found->name = lookup->from_column != NULL ? lookup->from_column : "count";
  found->type = bound->found_type;
  found->nullable = TRUE;
  const Column **inputs = arena_new_array (arena, const Column *, 2);
  inputs[0] = found;
  bound->transform
      = transform_bind (transform != NULL ? transform : &TRANSFORM_COPY, inputs,
                        &table_column (table, bound->target)->type, arena, error);
  return bound->transform != NULL;
}

/* Rows ----------------------------------------------------------------------- */

gboolean
bind_row (const Table *table, const NamedLiteral *row, Arena *arena, BoundRow *bound,
          GError **error)
{
  bound->values = arena_new_array (arena, Value, table_n_columns (table));
  bound->given = arena_new_array (arena, gboolean, table_n_columns (table));
  for (guint i = 0; row[i].name != NULL; i++)
    {
      guint index;
      if (!bind_column (table, row[i].name, &index, error)
          || !bind_literal (table, table_column (table, index), row[i].literal, arena,
                            &bound->values[index], error))
        return FALSE;
      bound->given[index] = TRUE;
    }
  return TRUE;
}

gboolean
bind_set (const Table *table, const NamedTransform *set, Arena *arena, BoundSet *bound,
          GError **error)
{
  guint n = 0;

  while (set != NULL && set[n].column != NULL)
    n++;
  guint *columns = arena_new_array (arena, guint, n + 1);
  const BoundTransform **transforms
      = arena_new_array (arena, const BoundTransform *, n + 1);
  for (guint i = 0; i < n; i++)
    {
      if (!bind_column (table, set[i].column, &columns[i], error))
        return FALSE;
      const Column **inputs = arena_new_array (arena, const Column *, 2);
      inputs[0] = table_column (table, columns[i]);
      transforms[i]
          = transform_bind (set[i].transform, inputs, &inputs[0]->type, arena, error);
      if (transforms[i] == NULL)
        {
          g_prefix_error (error, "column '%s' of '%s': ", set[i].column, table->name);
          return FALSE;
        }
    }
  *bound = (BoundSet){ .n = n, .columns = columns, .transforms = transforms };
  return TRUE;
}

static const char *const *
other_columns (const Table *table, const char *column, Arena *arena)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < table_n_columns (table); i++)
    if (g_strcmp0 (table_column (table, i)->name, column) != 0)
      g_ptr_array_add (names, (gpointer) table_column (table, i)->name);
  return arena_ptr_array (arena, names);
}

gboolean
bind_row_transform (const Table *table, const char *column, const Transform *transform,
                    Arena *arena, BoundRowTransform *bound, GError **error)
{
  static const char *const none[] = { NULL };
  TransformKind first = transform->stages[0].kind;
  const Column *target = table_find_column (table, column);

  if (first != TRANSFORM_TEMPLATE && first != TRANSFORM_CONSTANT
      && first != TRANSFORM_EXPRESSION)
    {
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_INVALID,
          "column '%s' of '%s': a constant, a template or an expression is needed here, "
          "since there is no one column to read",
          column, table->name);
      return FALSE;
    }
  bound->input_names
      = first == TRANSFORM_TEMPLATE ? other_columns (table, column, arena) : none;
  const Column *const *inputs
      = bind_column_list (table, bound->input_names, arena, error);
  bound->inputs = bind_columns (table, bound->input_names, arena, error);
  bound->n_inputs = g_strv_length ((char **) bound->input_names);
  bound->transform = transform_bind (transform, inputs, &target->type, arena, error);
  return bound->transform != NULL;
}

/* Constraints ---------------------------------------------------------------- */

static gboolean
bind_bound (const Table *table, const Column *column, const Literal *literal,
            Arena *arena, gboolean *has, Value *value, GError **error)
{
  *has = literal != NULL;
  return literal == NULL || bind_literal (table, column, literal, arena, value, error);
}

static gboolean
bind_in (const Table *table, const Column *column, const Literal *const *in, Arena *arena,
         BoundCheck *bound, GError **error)
{
  guint n = 0;

  while (in != NULL && in[n] != NULL)
    n++;
  Value *values = arena_new_array (arena, Value, n + 1);
  for (guint i = 0; i < n; i++)
    if (!bind_literal (table, column, in[i], arena, &values[i], error))
      return FALSE;
  bound->in = values;
  bound->n_in = n;
  return TRUE;
}

gboolean
bind_check (const Table *table, const Constraint *constraint, Arena *arena,
            BoundCheck *bound, GError **error)
{
  const Check *check = &constraint->check;

  *bound = (BoundCheck){ .constraint = constraint, .unchecked = check->column == NULL };
  if (bound->unchecked)
    return TRUE;
  if (!bind_column (table, check->column, &bound->column, error))
    return FALSE;
  const Column *column = table_column (table, bound->column);
  bound->type = column->type;
  if ((check->not_empty || check->has_min_length || check->has_max_length)
      && !column_type_is_text (column->type.base))
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "check '%s': column '%s' of '%s' is %s, a length needs a text type",
                   constraint->name, column->name, table->name,
                   column_type_to_string (column->type.base));
      return FALSE;
    }
  return bind_bound (table, column, check->min, arena, &bound->has_min, &bound->min,
                     error)
         && bind_bound (table, column, check->max, arena, &bound->has_max, &bound->max,
                        error)
         && bind_in (table, column, check->in, arena, bound, error);
}

static gboolean
is_listed (const BoundCheck *check, const Value *value)
{
  for (guint i = 0; i < check->n_in; i++)
    if (value_equal (&check->in[i], value))
      return TRUE;
  return FALSE;
}

static gboolean
length_fits (const Check *check, const Value *value)
{
  glong length = g_utf8_strlen (value->text.bytes, (gssize) value->text.length);

  return !(check->not_empty && length == 0)
         && !(check->has_min_length && length < (glong) check->min_length)
         && !(check->has_max_length && length > (glong) check->max_length);
}

gboolean
bound_check_accepts (const BoundCheck *check, const Value *value)
{
  const Check *declared = &check->constraint->check;

  if (check->unchecked || value_is_null (value))
    return TRUE;
  if (check->has_min && !value_is_null (&check->min)
      && type_compare (&check->type, value, &check->min) < 0)
    return FALSE;
  if (check->has_max && !value_is_null (&check->max)
      && type_compare (&check->type, value, &check->max) > 0)
    return FALSE;
  if (declared->in != NULL && !is_listed (check, value))
    return FALSE;
  return value->kind != VALUE_TEXT || length_fits (declared, value);
}

const char *const *
bind_references (const Table *referenced, const Constraint *key, GError **error)
{
  const char *const *columns = key->references_columns;

  if (columns == NULL && table_primary_key (referenced) == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "foreign key '%s': table '%s' has no primary key to refer to",
                   key->name, referenced->name);
      return NULL;
    }
  if (columns == NULL)
    columns = table_primary_key (referenced)->columns;
  if (g_strv_length ((char **) columns) != g_strv_length ((char **) key->columns))
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "foreign key '%s' has %u columns and refers to %u", key->name,
                   g_strv_length ((char **) key->columns),
                   g_strv_length ((char **) columns));
      return NULL;
    }
  for (guint i = 0; columns[i] != NULL; i++)
    if (!bind_column (referenced, columns[i], NULL, error))
      return NULL;
  return columns;
}
