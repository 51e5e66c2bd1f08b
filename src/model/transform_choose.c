/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms that keep, convert or replace a value: direct_copy, cast, map, coalesce,
 * constant, expression.
 */
#include "config.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"
#include "model/transform_stage.h"

static const TypeSpec TEXT = { .base = COLUMN_TYPE_TEXT };

/* The type of the values a stage writes: the last one makes the output's, another one
 * makes text. */
static const TypeSpec *
made_type (const BindContext *context)
{
  return context->is_last ? context->output : &TEXT;
}

/* Reads a literal of the file; a value that does not fit is the file's mistake. */
static gboolean
resolve (const Literal *literal, const TypeSpec *type, Arena *arena, Value *value,
         GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (literal_resolve (literal, type, arena, value, &problem))
    return TRUE;
  return stage_refuse (error, "%s", problem->message);
}

gboolean
stage_bind_copy (BoundStage *bound, const BindContext *context, GError **error)
{
  (void) error;
  bound->type = context->inputs[0]->type;
  return TRUE;
}

gboolean
stage_apply_copy (const BoundStage *bound, const Value *inputs, Arena *scratch,
                  Value *result, GError **error)
{
  (void) bound, (void) scratch, (void) error;
  *result = inputs[0];
  return TRUE;
}

gboolean
stage_bind_cast (BoundStage *bound, const BindContext *context, GError **error)
{
  const TypeSpec *from = &context->inputs[0]->type;

  bound->type = bound->stage->cast;
  if (type_cast_exists (from->base, bound->type.base))
    return TRUE;
  return stage_refuse (error, "there is no cast from %s to %s",
                       type_spec_to_string (from, context->arena),
                       type_spec_to_string (&bound->type, context->arena));
}

gboolean
stage_apply_cast (const BoundStage *bound, const Value *inputs, Arena *scratch,
                  Value *result, GError **error)
{
  return type_cast (&bound->inputs[0]->type, &bound->type, inputs, scratch, result,
                    error);
}

/* Two keys that are the same value: only one of them could ever count. */
static gboolean
check_keys (const Value *keys, guint n, const TransformStage *stage, GError **error)
{
  g_autoptr (GHashTable) seen
      = g_hash_table_new ((GHashFunc) value_hash, (GEqualFunc) value_equal);

  for (guint i = 0; i < n; i++)
    if (!g_hash_table_add (seen, (gpointer) &keys[i]))
      return stage_refuse (error, "'%s' is in the map twice", stage->map.from[i]->text);
  return TRUE;
}

static gboolean
check_kept (const BoundStage *bound, const TypeSpec *from, Arena *arena, GError **error)
{
  if (bound->stage->map.otherwise != MAP_ELSE_KEEP
      || type_is_assignable (from, &bound->type))
    return TRUE;
  return stage_refuse (error, "it would keep values of %s where %s is wanted",
                       type_spec_to_string (from, arena),
                       type_spec_to_string (&bound->type, arena));
}

gboolean
stage_bind_map (BoundStage *bound, const BindContext *context, GError **error)
{
  const TransformStage *stage = bound->stage;
  const TypeSpec *from = &context->inputs[0]->type;
  Value *keys, *values;
  guint n = 0;

  while (stage->map.from[n] != NULL)
    n++;
  keys = arena_new_array (context->arena, Value, n);
  values = arena_new_array (context->arena, Value, n);
  bound->type = *made_type (context);
  for (guint i = 0; i < n; i++)
    if (!resolve (stage->map.from[i], from, context->arena, &keys[i], error)
        || !resolve (stage->map.to[i], &bound->type, context->arena, &values[i], error))
      return FALSE;
  bound->map_from = keys;
  bound->map_to = values;
  bound->n_map = n;
  return check_keys (keys, n, stage, error)
         && check_kept (bound, from, context->arena, error);
}

static gboolean
not_in_map (const TypeSpec *type, const Value *value, Arena *scratch, GError **error)
{
  const char *text = type_format (type, value, scratch);
  g_autofree char *excerpt = text_excerpt (text, strlen (text));

  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "the map has no entry for %s",
               excerpt);
  return FALSE;
}

gboolean
stage_apply_map (const BoundStage *bound, const Value *inputs, Arena *scratch,
                 Value *result, GError **error)
{
  const TypeSpec *from = &bound->inputs[0]->type;

  for (guint i = 0; i < bound->n_map; i++)
    if (value_equal (&bound->map_from[i], inputs))
      {
        *result = bound->map_to[i];
        return TRUE;
      }
  *result = VALUE_NULL_INIT;
  if (value_is_null (inputs) || bound->stage->map.otherwise == MAP_ELSE_NULL)
    return TRUE;
  if (bound->stage->map.otherwise == MAP_ELSE_ERROR)
    return not_in_map (from, inputs, scratch, error);
  return type_cast (from, &bound->type, inputs, scratch, result, error);
}

gboolean
stage_bind_coalesce (BoundStage *bound, const BindContext *context, GError **error)
{
  const TypeSpec *from = &context->inputs[0]->type;

  /* The value may need the wider type of the output: INTEGER to BIGINT. */
  bound->type = context->is_last && type_is_assignable (from, context->output)
                    ? *context->output
                    : *from;
  if (literal_is_null (bound->stage->value))
    return stage_refuse (error, "a coalesce to null does nothing");
  return resolve (bound->stage->value, &bound->type, context->arena, &bound->value,
                  error);
}

gboolean
stage_apply_coalesce (const BoundStage *bound, const Value *inputs, Arena *scratch,
                      Value *result, GError **error)
{
  if (value_is_null (inputs))
    {
      *result = bound->value;
      return TRUE;
    }
  return type_cast (&bound->inputs[0]->type, &bound->type, inputs, scratch, result,
                    error);
}

gboolean
stage_bind_constant (BoundStage *bound, const BindContext *context, GError **error)
{
  bound->type = *made_type (context);
  return resolve (bound->stage->value, &bound->type, context->arena, &bound->value,
                  error);
}

gboolean
stage_apply_constant (const BoundStage *bound, const Value *inputs, Arena *scratch,
                      Value *result, GError **error)
{
  (void) inputs, (void) scratch, (void) error;
  *result = bound->value;
  return TRUE;
}

gboolean
stage_bind_expression (BoundStage *bound, const BindContext *context, GError **error)
{
  (void) error;
  bound->type = *made_type (context);
  return TRUE;
}

gboolean
stage_apply_expression (const BoundStage *bound, const Value *inputs, Arena *scratch,
                        Value *result, GError **error)
{
  (void) bound, (void) inputs, (void) scratch, (void) result;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "only a database can evaluate an SQL expression");
  return FALSE;
}
