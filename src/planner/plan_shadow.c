/* SPDX-License-Identifier: Apache-2.0
 *
 * Expansion of an alter_column whose values have to be written anew: a shadow column is
 * kept in step, filled, and swapped with the old one at contract.
 */
#include "config.h"

#include "planner/expand.h"
#include "planner/identifier.h"
#include "planner/mirror.h"
#include "planner/recipe.h"
#include "planner/refit.h"

static gboolean
set_default (Expansion *expansion, const AlterColumn *alter, Column *shadow)
{
  g_autoptr (GError) error = NULL;

  shadow->default_kind = alter->default_kind;
  shadow->default_expression = alter->default_expression;
  shadow->default_value = VALUE_NULL_INIT;
  if (alter->default_kind != DEFAULT_VALUE
      || literal_resolve (alter->default_literal, &shadow->type, expansion->arena,
                          &shadow->default_value, &error))
    return TRUE;
  expansion_error (expansion, NULL, "default of '%s': %s", alter->column, error->message);
  return FALSE;
}

/* The default stays and the type changes: the value has to go along. */
static gboolean
cast_default (Expansion *expansion, const Column *column, Column *shadow)
{
  g_autoptr (GError) error = NULL;
  Value value;

  if (column->default_kind != DEFAULT_VALUE)
    return TRUE;
  if (type_cast_exists (column->type.base, shadow->type.base)
      && type_cast (&column->type, &shadow->type, &column->default_value,
                    expansion->arena, &value, &error))
    {
      shadow->default_value = value;
      return TRUE;
    }
  expansion_error (expansion, "give the new `default` in the same change",
                   "the default of '%s' does not fit the new type%s%s", column->name,
                   error != NULL ? ": " : "", error != NULL ? error->message : "");
  return FALSE;
}

static Column *
make_shadow (Expansion *expansion, const AlterColumn *alter, const Column *column)
{
  Column *shadow = column_copy (expansion->arena, column);

  shadow->name = identifier_generate (expansion->arena, "zdm_new_", column->name);
  shadow->location = expansion->change->location;
  if (alter->has_type)
    {
      shadow->type = alter->type;
      shadow->native = NULL;
    }
  if (alter->has_nullable)
    shadow->nullable = alter->nullable;
  if (alter->has_comment)
    shadow->comment = alter->comment;
  gboolean fine = alter->has_default ? set_default (expansion, alter, shadow)
                                     : cast_default (expansion, column, shadow);
  return fine ? shadow : NULL;
}

/* What old values become: as given, or the cast that the types ask for. */
static const Transform *
forward_transform (Expansion *expansion, const AlterColumn *alter, const Column *column,
                   const Column *shadow)
{
  if (alter->transform != NULL)
    return alter->transform;
  if (type_cast_exists (column->type.base, shadow->type.base))
    return recipe_cast (expansion->arena, &shadow->type, expansion->change->location);
  expansion_error (expansion, "say with `transform: …` what the old values become",
                   "there is no cast from %s to %s",
                   type_spec_to_string (&column->type, expansion->arena),
                   type_spec_to_string (&shadow->type, expansion->arena));
  return NULL;
}

/* What fills nulls, by a repair or by the default, becomes part of the transform, so that
 * what old clients write after the backfill is filled too. */
static const Transform *
fill_nulls (Expansion *expansion, const AlterColumn *alter, const Column *shadow,
            const Transform *forward)
{
  Arena *arena = expansion->arena;
  Location location = expansion->change->location;

  if (shadow->nullable)
    return forward;
  if (alter->repair != NULL && recipe_touches_null_only (alter->repair))
    return recipe_chain (arena, forward, alter->repair);
  if (alter->repair != NULL || shadow->default_kind != DEFAULT_VALUE
      || value_is_null (&shadow->default_value))
    return forward;
  const Literal *literal
      = recipe_literal (arena, &shadow->type, &shadow->default_value, location);
  return recipe_chain (arena, forward, recipe_coalesce (arena, literal, location));
}

static gboolean
find_way_back (Expansion *expansion, const AlterColumn *alter, const Column *column,
               const Column *shadow, const Transform *forward,
               const NamedTransform **backward)
{
  *backward = NULL;
  if (alter->backward_none)
    return TRUE;
  *backward = alter->backward;
  if (alter->backward != NULL)
    return TRUE;
  const Transform *inferred
      = mirror_infer_backward (expansion->arena, forward, column, shadow);
  if (inferred == NULL)
    {
      expansion_error (
          expansion,
          "say how with `backward: …`, or `backward: none` when what new clients "
          "write need not reach old ones",
          "no transform undoes '%s' on '%s'",
          transform_to_string (forward, expansion->arena), column->name);
      return FALSE;
    }
  *backward = expansion_one_transform (expansion, column->name, inferred);
  return TRUE;
}

static void
add_shadow (Expansion *expansion, const Column *column, const Column *shadow,
            const Transform *forward, const NamedTransform *backward)
{
  Operation *step
      = expansion_step (expansion, MIGRATION_PHASE_EXPANDING, OPERATION_ADD_COLUMN);

  step->add_column = (AddColumn){
    .additions = expansion_one_addition (expansion, shadow, forward),
    .n_additions = 1,
    .from = expansion_one_name (expansion, column->name),
    .backward = backward,
    .backward_none = backward == NULL,
    .has_sync = TRUE,
    .sync = backward != NULL ? SYNC_BOTH : SYNC_FORWARD,
    .purpose = SYNC_FOR_SHADOW,
  };
}

static void
swap_and_drop (Expansion *expansion, const Column *column, const Column *shadow)
{
  const char *old_name = identifier_generate (expansion->arena, "zdm_old_", column->name);
  Operation *swap
      = expansion_step (expansion, MIGRATION_PHASE_CONTRACTING, OPERATION_SWAP_COLUMN);

  swap->swap_column = (SwapColumn){ .column = column->name,
                                    .shadow = shadow->name,
                                    .old_name = old_name };
  expansion_drop_columns (expansion, expansion_one_name (expansion, old_name));
}

void
expand_shadow (Expansion *expansion, const Column *column)
{
  const AlterColumn *alter = &expansion->change->alter_column;
  const Column *shadow = make_shadow (expansion, alter, column);
  const Transform *forward
      = shadow != NULL ? forward_transform (expansion, alter, column, shadow) : NULL;
  const NamedTransform *backward;

  if (forward == NULL
      || !find_way_back (expansion, alter, column, shadow, forward, &backward))
    return;
  if (!refit_repair (expansion, alter, column, shadow)
      || !refit_constraints (expansion, column, shadow))
    return;
  add_shadow (expansion, column, shadow, fill_nulls (expansion, alter, shadow, forward),
              backward);
  expansion_backfill (expansion, expansion_one_name (expansion, shadow->name),
                      expansion_one_name (expansion, column->name));
  swap_and_drop (expansion, column, shadow);
}
