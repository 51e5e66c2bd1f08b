/* SPDX-License-Identifier: Apache-2.0
 *
 * Refit: constraints and values under a new type.
 */
#include "config.h"

#include "planner/refit.h"

#include <string.h>

#include "model/bind.h"
#include "planner/identifier.h"
#include "planner/recipe.h"

/* Constraints -------------------------------------------------------------------- */

typedef enum
{
  ORDER_NUMBER,
  ORDER_TEXT,
  ORDER_OTHER, /* of the type alone */
} OrderClass;

static OrderClass
order_class (ColumnType type)
{
  switch (type)
    {
    case COLUMN_TYPE_INTEGER:
    case COLUMN_TYPE_BIGINT:
    case COLUMN_TYPE_DOUBLE:
    case COLUMN_TYPE_DECIMAL:
      return ORDER_NUMBER;
    default:
      return column_type_is_text (type) ? ORDER_TEXT : ORDER_OTHER;
    }
}

/* 9 is less than 10, and "9" is more than "10". */
static gboolean
orders_alike (ColumnType a, ColumnType b)
{
  OrderClass class = order_class (a);

  return a == b || (class == order_class (b) && class != ORDER_OTHER);
}

static void
report_constraint (Expansion *expansion, const Constraint *constraint, const char *reason)
{
  expansion_error (
      expansion,
      "drop the constraint by a change before this one, and add one that fits by "
      "a change after it",
      "%s '%s' does not fit the new type: %s",
      constraint_kind_to_string (constraint->kind), constraint->name, reason);
}

static gboolean
refit_check (Expansion *expansion, const Table *altered, const Constraint *constraint,
             const Column *column, const Column *shadow)
{
  const Check *check = &constraint->check;
  g_autoptr (GError) error = NULL;
  BoundCheck bound;

  if ((check->min != NULL || check->max != NULL)
      && !orders_alike (column->type.base, shadow->type.base))
    report_constraint (expansion, constraint,
                       "values would be compared in another order");
  else if (!bind_check (altered, constraint, expansion->arena, &bound, &error))
    report_constraint (expansion, constraint, error->message);
  return !expansion->failed;
}

/* The other side of a foreign key keeps its type. */
static gboolean
refit_foreign_key (Expansion *expansion, const Constraint *constraint,
                   const Column *column, const Column *shadow)
{
  if (column_value_kind (column) == column_value_kind (shadow))
    return TRUE;
  report_constraint (expansion, constraint, "the column on the other side keeps its own");
  return FALSE;
}

static gboolean
refit_one (Expansion *expansion, const Table *altered, const Constraint *constraint,
           const Column *column, const Column *shadow)
{
  if (constraint->kind == CONSTRAINT_CHECK && constraint->check.column != NULL)
    return refit_check (expansion, altered, constraint, column, shadow);
  if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
    return refit_foreign_key (expansion, constraint, column, shadow);
  return TRUE;
}

/* Foreign keys of other tables that refer to the column. */
static gboolean
refit_references (Expansion *expansion, const Table *table, const Column *column,
                  const Column *shadow)
{
  const GPtrArray *tables = expansion->shape->tables;

  for (guint i = 0; i < tables->len; i++)
    {
      const Table *other = tables->pdata[i];
      for (guint j = 0; j < other->constraints->len; j++)
        {
          const Constraint *key = other->constraints->pdata[j];
          if (key->kind != CONSTRAINT_FOREIGN_KEY
              || !g_str_equal (key->references_table, table->name)
              || !name_list_contains (bind_references (table, key, NULL), column->name))
            continue;
          if (!refit_foreign_key (expansion, key, column, shadow))
            return FALSE;
        }
    }
  return TRUE;
}

/* The table as it is once the shadow has taken over. */
static Table *
altered_table (Expansion *expansion, const Table *table, const Column *column,
               const Column *shadow)
{
  Table *altered = table_copy (table);
  Column *renamed = column_copy (expansion->arena, shadow);

  renamed->name = column->name;
  for (guint i = 0; i < altered->columns->len; i++)
    if (altered->columns->pdata[i] == column)
      altered->columns->pdata[i] = renamed;
  return altered;
}

gboolean
refit_constraints (Expansion *expansion, const Column *column, const Column *shadow)
{
  const Table *table = database_find (expansion->shape, expansion->change->table);
  g_autoptr (Table) altered = altered_table (expansion, table, column, shadow);

  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      if (constraint_uses_column (constraint, column->name)
          && !refit_one (expansion, altered, constraint, column, shadow))
        return FALSE;
    }
  return refit_references (expansion, table, column, shadow);
}

/* Repair ------------------------------------------------------------------------- */

static const Literal *const *
enum_literals (Expansion *expansion, const TypeSpec *type)
{
  guint n = g_strv_length ((char **) type->values);
  const Literal **literals = arena_new_array (expansion->arena, const Literal *, n + 1);

  for (guint i = 0; i < n; i++)
    {
      Value value = value_string (type->values[i]);
      literals[i]
          = recipe_literal (expansion->arena, type, &value, expansion->change->location);
    }
  return literals;
}

/* The check of an old cell that the new type stands for, or NULL where none can say it.
 */
static const Constraint *
check_of_type (Expansion *expansion, const Column *column, const TypeSpec *type)
{
  Constraint *constraint = arena_new0 (expansion->arena, Constraint);

  if (!column_type_is_text (column->type.base))
    return NULL;
  constraint->kind = CONSTRAINT_CHECK;
  constraint->name = identifier_generate (expansion->arena, "zdm_fits_", column->name);
  constraint->columns = expansion_one_name (expansion, column->name);
  constraint->location = expansion->change->location;
  constraint->check.column = column->name;
  if (type->base == COLUMN_TYPE_ENUM)
    constraint->check.in = enum_literals (expansion, type);
  else if (type->base == COLUMN_TYPE_VARCHAR || type->base == COLUMN_TYPE_CHAR)
    {
      constraint->check.has_max_length = TRUE;
      constraint->check.max_length = type->length;
    }
  else
    return NULL;
  return constraint;
}

static gboolean
becomes_part_of_transform (const AlterColumn *alter, const Column *shadow)
{
  return !shadow->nullable && recipe_touches_null_only (alter->repair);
}

gboolean
refit_repair (Expansion *expansion, const AlterColumn *alter, const Column *column,
              const Column *shadow)
{
  if (alter->repair == NULL || becomes_part_of_transform (alter, shadow))
    return TRUE;
  const Constraint *constraint = alter->transform == NULL
                                     ? check_of_type (expansion, column, &shadow->type)
                                     : NULL;
  if (constraint == NULL)
    {
      expansion_error (
          expansion,
          "say in `transform` what becomes of them, for instance `transform: [ { "
          "map: { old: new }, else: keep }, { cast: … } ]`",
          "`repair` cannot tell which values of '%s' the new type refuses", column->name);
      return FALSE;
    }
  Operation *step
      = expansion_step (expansion, MIGRATION_PHASE_MIGRATING, OPERATION_REPAIR);
  step->description = arena_printf (
      expansion->arena, "Repair values of '%s' in '%s' that %s refuses", column->name,
      expansion->change->table, type_spec_to_string (&shadow->type, expansion->arena));
  step->constraint = (ConstraintChange){
    .constraint = constraint,
    .repairs.repairs = expansion_one_transform (expansion, column->name, alter->repair),
  };
  return TRUE;
}
