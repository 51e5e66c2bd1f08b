/* SPDX-License-Identifier: Apache-2.0
 *
 * Recipe: making transforms.
 */
#include "config.h"

#include "planner/recipe.h"

#include <string.h>

static Transform *
recipe_of_stage (Arena *arena, TransformKind kind, Location location,
                 TransformStage **stage)
{
  Transform *transform = arena_new0 (arena, Transform);

  *stage = arena_new0 (arena, TransformStage);
  (*stage)->kind = kind;
  (*stage)->location = location;
  *transform = (Transform){ .stages = *stage, .n_stages = 1, .location = location };
  return transform;
}

const Transform *
recipe_cast (Arena *arena, const TypeSpec *type, Location location)
{
  TransformStage *stage;
  const Transform *transform = recipe_of_stage (arena, TRANSFORM_CAST, location, &stage);

  stage->cast = *type;
  return transform;
}

const Transform *
recipe_coalesce (Arena *arena, const Literal *value, Location location)
{
  TransformStage *stage;
  const Transform *transform
      = recipe_of_stage (arena, TRANSFORM_COALESCE, location, &stage);

  stage->value = value;
  return transform;
}

const Transform *
recipe_chain (Arena *arena, const Transform *first, const Transform *then)
{
  guint n = first->n_stages + then->n_stages;
  TransformStage *stages = arena_new_array (arena, TransformStage, n);
  Transform *chain = arena_new0 (arena, Transform);

  memcpy (stages, first->stages, sizeof *stages * first->n_stages);
  memcpy (stages + first->n_stages, then->stages, sizeof *stages * then->n_stages);
  *chain = (Transform){ .stages = stages, .n_stages = n, .location = first->location };
  return chain;
}

gboolean
recipe_touches_null_only (const Transform *transform)
{
  for (guint i = 0; i < transform->n_stages; i++)
    if (transform->stages[i].kind != TRANSFORM_COALESCE)
      return FALSE;
  return TRUE;
}

const Literal *
recipe_literal (Arena *arena, const TypeSpec *type, const Value *value, Location location)
{
  Literal *literal = arena_new0 (arena, Literal);

  literal->text = type_format (type, value, arena);
  literal->length = strlen (literal->text);
  /* A quoted "null" is a word; everything but words is written plain. */
  literal->plain = value_is_null (value) || !column_type_is_text (type->base);
  literal->location = location;
  return literal;
}

gboolean
recipe_copies (const Column *from, const TypeSpec *to)
{
  const Column *inputs[] = { from, NULL };
  g_autoptr (Arena) arena = arena_new ();

  return transform_bind (&TRANSFORM_COPY, inputs, to, arena, NULL) != NULL;
}
