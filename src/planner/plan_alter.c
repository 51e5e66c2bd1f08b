/* SPDX-License-Identifier: Apache-2.0
 *
 * Expansion of alter_column in place: what widens binds at expanding, what narrows at
 * contracting.  Where values have to change, a shadow takes over (plan_shadow.c).
 */
#include "config.h"

#include "planner/expand.h"
#include "planner/recipe.h"

/* Whether the cells change, not only what is said about them. */
static gboolean
needs_shadow (const AlterColumn *alter, const Column *column)
{
  if (alter->transform != NULL && !transform_is_copy (alter->transform))
    return TRUE;
  return alter->has_type && !type_spec_equal (&column->type, &alter->type)
         && !type_widens (&column->type, &alter->type);
}

static gboolean
becomes_not_null (const AlterColumn *alter, const Column *column)
{
  return alter->has_nullable && !alter->nullable && column->nullable;
}

/* Old writers rely on the default of a column that is NOT NULL. */
static gboolean
takes_default_away (const AlterColumn *alter, const Column *column)
{
  gboolean nullable = alter->has_nullable ? alter->nullable : column->nullable;

  return alter->has_default && alter->default_kind == DEFAULT_NONE && !nullable
         && column->default_kind != DEFAULT_NONE;
}

/* What null cells become before the column is NOT NULL; NULL: nothing was said. */
static const Transform *
repair_of_nulls (Expansion *expansion, const AlterColumn *alter, const Column *column)
{
  Location location = expansion->change->location;

  if (alter->repair != NULL)
    return alter->repair;
  if (alter->has_default)
    return alter->default_kind == DEFAULT_VALUE
                   && !literal_is_null (alter->default_literal)
               ? recipe_coalesce (expansion->arena, alter->default_literal, location)
               : NULL;
  if (column->default_kind != DEFAULT_VALUE || value_is_null (&column->default_value))
    return NULL;
  const Literal *literal = recipe_literal (expansion->arena, &column->type,
                                           &column->default_value, location);
  return recipe_coalesce (expansion->arena, literal, location);
}

/* The attributes of the change without those that narrow. */
static AlterColumn
widening_part (const AlterColumn *alter, const Column *column)
{
  AlterColumn wide = *alter;

  wide.transform = NULL;
  wide.backward = NULL;
  wide.repair = NULL;
  wide.has_nullable = alter->has_nullable && alter->nullable;
  wide.has_default = alter->has_default && !takes_default_away (alter, column);
  return wide;
}

static AlterColumn
narrowing_part (const AlterColumn *alter, const Column *column)
{
  return (AlterColumn){
    .column = alter->column,
    .has_nullable = becomes_not_null (alter, column),
    .has_default = takes_default_away (alter, column),
    .default_kind = DEFAULT_NONE,
  };
}

static gboolean
says_anything (const AlterColumn *alter)
{
  return alter->has_type || alter->has_nullable || alter->has_default
         || alter->has_comment;
}

static void
alter_in_place (Expansion *expansion, const Column *column)
{
  const AlterColumn *alter = &expansion->change->alter_column;
  AlterColumn wide = widening_part (alter, column);
  AlterColumn narrow = narrowing_part (alter, column);
  const Transform *repair
      = narrow.has_nullable ? repair_of_nulls (expansion, alter, column) : NULL;

  if (says_anything (&wide))
    expansion_take (expansion, MIGRATION_PHASE_EXPANDING)->alter_column = wide;
  if (repair != NULL)
    expansion_repair_nulls (expansion, alter->column, repair);
  if (says_anything (&narrow))
    expansion_take (expansion, MIGRATION_PHASE_CONTRACTING)->alter_column = narrow;
  /* It is NOT NULL already: say so once more, so that the plan is not empty. */
  if (expansion->steps->len == 0)
    expansion_take (expansion, MIGRATION_PHASE_EXPANDING);
}

void
expand_alter_column (Expansion *expansion)
{
  const AlterColumn *alter = &expansion->change->alter_column;
  const Table *table = expansion_table (expansion);
  const Column *column
      = table != NULL ? expansion_column (expansion, table, alter->column) : NULL;

  if (column == NULL)
    return;
  if (needs_shadow (alter, column))
    expand_shadow (expansion, column);
  else if (says_anything (alter))
    alter_in_place (expansion, column);
  else
    expansion_error (expansion,
                     "give `type`, `nullable`, `default`, `comment` or `transform`",
                     "nothing of '%s' is to change", alter->column);
}
