/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms as the file says them: names, and the one that undoes another.
 */
#include "config.h"

#include "model/transform.h"

static const TransformStage COPY_STAGE = { .kind = TRANSFORM_DIRECT_COPY };

const Transform TRANSFORM_COPY = { .stages = &COPY_STAGE, .n_stages = 1 };

static const char *const KIND_NAMES[] = {
  [TRANSFORM_DIRECT_COPY] = "direct_copy",
  [TRANSFORM_LOWER] = "lower",
  [TRANSFORM_UPPER] = "upper",
  [TRANSFORM_TRIM] = "trim",
  [TRANSFORM_CAST] = "cast",
  [TRANSFORM_JOIN] = "join",
  [TRANSFORM_TEMPLATE] = "template",
  [TRANSFORM_SPLIT] = "split",
  [TRANSFORM_MAP] = "map",
  [TRANSFORM_COALESCE] = "coalesce",
  [TRANSFORM_CONSTANT] = "constant",
  [TRANSFORM_PAD] = "pad",
  [TRANSFORM_EXPRESSION] = "expression",
};

gboolean
transform_needs_database (const Transform *transform)
{
  for (guint i = 0; i < transform->n_stages; i++)
    if (transform->stages[i].kind == TRANSFORM_EXPRESSION)
      return TRUE;
  return FALSE;
}

gboolean
transform_is_copy (const Transform *transform)
{
  for (guint i = 0; i < transform->n_stages; i++)
    if (transform->stages[i].kind != TRANSFORM_DIRECT_COPY)
      return FALSE;
  return TRUE;
}

/* The only stage that does something.  Returns: NULL when there are several */
static const TransformStage *
only_stage (const Transform *transform)
{
  const TransformStage *only = NULL;

  for (guint i = 0; i < transform->n_stages; i++)
    {
      if (transform->stages[i].kind == TRANSFORM_DIRECT_COPY)
        continue;
      if (only != NULL)
        return NULL;
      only = &transform->stages[i];
    }
  return only;
}

static guint
literal_hash (gconstpointer literal)
{
  return g_str_hash (((const Literal *) literal)->text);
}

static gboolean
literal_hash_equal (gconstpointer a, gconstpointer b)
{
  return literal_equal (a, b);
}

/* Whether no two values become one.  A null that is no key of its own stays null, so
 * then nothing else may become null. */
static gboolean
is_one_to_one (const TransformStage *map)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (literal_hash, literal_hash_equal);
  gboolean takes_null = FALSE, makes_null = FALSE;

  for (guint i = 0; map->map.from[i] != NULL; i++)
    {
      if (literal_is_null (map->map.from[i]))
        takes_null = TRUE;
      if (literal_is_null (map->map.to[i]) ? makes_null
                                           : g_hash_table_contains (seen, map->map.to[i]))
        return FALSE;
      if (literal_is_null (map->map.to[i]))
        makes_null = TRUE;
      else
        g_hash_table_add (seen, (gpointer) map->map.to[i]);
    }
  return takes_null || !makes_null;
}

const Transform *
transform_inverse (const Transform *transform, Arena *arena)
{
  const TransformStage *map = only_stage (transform);
  TransformStage *turned;
  Transform *inverse;

  if (transform_is_copy (transform))
    return &TRANSFORM_COPY;
  if (map == NULL || map->kind != TRANSFORM_MAP || map->map.otherwise == MAP_ELSE_NULL
      || !is_one_to_one (map))
    return NULL;
  turned = arena_memdup (arena, map, sizeof *map);
  turned->map.from = map->map.to;
  turned->map.to = map->map.from;
  inverse = arena_new0 (arena, Transform);
  inverse->stages = turned;
  inverse->n_stages = 1;
  inverse->location = transform->location;
  return inverse;
}

static const char *
stage_to_string (const TransformStage *stage, Arena *arena)
{
  if (stage->kind == TRANSFORM_CAST)
    return arena_printf (arena, "cast to %s", type_spec_to_string (&stage->cast, arena));
  return KIND_NAMES[stage->kind];
}

const char *
transform_to_string (const Transform *transform, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < transform->n_stages; i++)
    {
      if (i > 0)
        g_string_append (text, ", then ");
      g_string_append (text, stage_to_string (&transform->stages[i], arena));
    }
  return arena_strdup (arena, text->str);
}
