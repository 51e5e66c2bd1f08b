/* SPDX-License-Identifier: Apache-2.0
 *
 * Bound transforms: stages checked against the types that reach them, and run.
 */
#include "config.h"

#include <stdarg.h>

#include "model/error.h"
#include "model/transform_stage.h"

/* How many columns a kind may read. */
typedef enum
{
  READS_ONE,
  READS_SOME, /* at least one */
  READS_ANY,  /* or none */
} Reads;

static const struct
{
  Reads reads;
  StageBind bind;
  StageApply apply;
} KINDS[] = {
  [TRANSFORM_DIRECT_COPY] = { READS_ONE, stage_bind_copy, stage_apply_copy },
  [TRANSFORM_LOWER] = { READS_ONE, stage_bind_text, stage_apply_lower },
  [TRANSFORM_UPPER] = { READS_ONE, stage_bind_text, stage_apply_upper },
  [TRANSFORM_TRIM] = { READS_ONE, stage_bind_text, stage_apply_trim },
  [TRANSFORM_CAST] = { READS_ONE, stage_bind_cast, stage_apply_cast },
  [TRANSFORM_JOIN] = { READS_SOME, stage_bind_join, stage_apply_join },
  [TRANSFORM_TEMPLATE] = { READS_ANY, stage_bind_template, stage_apply_template },
  [TRANSFORM_SPLIT] = { READS_ONE, stage_bind_split, stage_apply_split },
  [TRANSFORM_MAP] = { READS_ONE, stage_bind_map, stage_apply_map },
  [TRANSFORM_COALESCE] = { READS_ONE, stage_bind_coalesce, stage_apply_coalesce },
  [TRANSFORM_CONSTANT] = { READS_ANY, stage_bind_constant, stage_apply_constant },
  [TRANSFORM_PAD] = { READS_ONE, stage_bind_pad, stage_apply_pad },
  [TRANSFORM_EXPRESSION] = { READS_ANY, stage_bind_expression, stage_apply_expression },
};

gboolean
stage_refuse (GError **error, const char *format, ...)
{
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_INVALID, message);
  return FALSE;
}

gboolean
type_is_assignable (const TypeSpec *from, const TypeSpec *to)
{
  return from->base == to->base
         || (from->base == COLUMN_TYPE_INTEGER && to->base == COLUMN_TYPE_BIGINT)
         || (column_type_is_text (from->base) && column_type_is_text (to->base));
}

/* Whether every value of @from is one of @to, so that nothing need be looked at. */
static gboolean
always_fits (const TypeSpec *from, const TypeSpec *to)
{
  if (type_widens (from, to))
    return TRUE;
  if (from->base == COLUMN_TYPE_INTEGER)
    return to->base == COLUMN_TYPE_BIGINT;
  return column_type_is_text (from->base) && to->base == COLUMN_TYPE_TEXT;
}

static gboolean
check_inputs (const TransformStage *stage, guint n_inputs, GError **error)
{
  if (n_inputs == 0 && KINDS[stage->kind].reads != READS_ANY)
    return stage_refuse (error, "there is no column to read from");
  if (n_inputs > 1 && KINDS[stage->kind].reads == READS_ONE)
    return stage_refuse (error, "of several columns only a join or a template can make "
                                "one value: put one first");
  return TRUE;
}

static gboolean
bind_stage (BoundStage *bound, const TransformStage *stage, const BindContext *context,
            GError **error)
{
  bound->stage = stage;
  bound->apply = KINDS[stage->kind].apply;
  bound->inputs = context->inputs;
  bound->n_inputs = context->n_inputs;
  return check_inputs (stage, context->n_inputs, error)
         && KINDS[stage->kind].bind (bound, context, error);
}

/* What a stage makes, as the column the next one reads.  It goes by the name of the one
 * input; when there were several it has none. */
static const Column *const *
stage_output (const BoundStage *bound, Arena *arena)
{
  Column *column = arena_new0 (arena, Column);
  const Column **columns = arena_new_array (arena, const Column *, 2);

  column->name = bound->n_inputs == 1 ? bound->inputs[0]->name : "the value";
  column->type = bound->type;
  column->nullable = TRUE;
  columns[0] = column;
  return columns;
}

static gboolean
bind_stages (BoundStage *bound, const Transform *transform, const Column *const *inputs,
             const TypeSpec *output, Arena *arena, GError **error)
{
  BindContext context = { .inputs = inputs, .output = output, .arena = arena };

  while (inputs[context.n_inputs] != NULL)
    context.n_inputs++;
  for (guint i = 0; i < transform->n_stages; i++)
    {
      context.is_last = i + 1 == transform->n_stages;
      if (!bind_stage (&bound[i], &transform->stages[i], &context, error))
        {
          g_prefix_error (
              error, "%s: ",
              transform_to_string (
                  &(Transform){ .stages = &transform->stages[i], .n_stages = 1 }, arena));
          return FALSE;
        }
      context.inputs = stage_output (&bound[i], arena);
      context.n_inputs = 1;
    }
  return TRUE;
}

/* Whether what comes out at the end may be stored. */
static gboolean
check_output (const TypeSpec *made, const TypeSpec *output, Arena *arena, GError **error)
{
  const char *made_name = type_spec_to_string (made, arena);
  const char *output_name = type_spec_to_string (output, arena);

  if (type_is_assignable (made, output))
    return TRUE;
  if (type_cast_exists (made->base, output->base))
    return stage_refuse (error, "it makes %s where %s is wanted: add {cast: %s}",
                         made_name, output_name, output_name);
  return stage_refuse (error, "it makes %s where %s is wanted, and there is no cast",
                       made_name, output_name);
}

static gboolean
run (const BoundTransform *transform, guint first, const Value *inputs, Arena *scratch,
     Value *result, GError **error)
{
  const BoundStage *last = &transform->stages[transform->n_stages - 1];
  Value current;

  for (guint i = first; i < transform->n_stages; i++)
    {
      const BoundStage *stage = &transform->stages[i];

      if (!stage->apply (stage, inputs, scratch, result, error))
        return FALSE;
      current = *result;
      inputs = &current;
    }
  if (transform->fits || value_is_null (result))
    return TRUE;
  return type_cast (&last->type, &transform->output, inputs, scratch, result, error);
}

/* What follows a constant is computed here, once. */
static gboolean
fold_constant (BoundTransform *bound, const Transform *transform, Arena *arena,
               GError **error)
{
  guint first = transform->n_stages;

  while (first > 0 && transform->stages[first - 1].kind != TRANSFORM_CONSTANT)
    first--;
  if (first == 0 || transform_needs_database (transform))
    return TRUE;
  bound->is_constant = TRUE;
  if (run (bound, first - 1, NULL, arena, &bound->constant, error))
    return TRUE;
  if (error != NULL)
    (*error)->code = ZDM_ERROR_INVALID; /* a mistake in the file, not in a row */
  return FALSE;
}

const BoundTransform *
transform_bind (const Transform *transform, const Column *const *inputs,
                const TypeSpec *output, Arena *arena, GError **error)
{
  BoundStage *stages = arena_new_array (arena, BoundStage, transform->n_stages);
  BoundTransform *bound = arena_new0 (arena, BoundTransform);
  const TypeSpec *made = &stages[transform->n_stages - 1].type;

  bound->stages = stages;
  bound->n_stages = transform->n_stages;
  bound->output = *output;
  if (!bind_stages (stages, transform, inputs, output, arena, error)
      || !check_output (made, output, arena, error))
    return NULL;
  bound->fits = always_fits (made, output);
  bound->is_identity = bound->fits && transform_is_copy (transform);
  return fold_constant (bound, transform, arena, error) ? bound : NULL;
}

gboolean
bound_transform_apply (const BoundTransform *transform, const Value *inputs,
                       Arena *scratch, Value *result, GError **error)
{
  if (transform->is_constant)
    {
      *result = transform->constant;
      return TRUE;
    }
  return run (transform, 0, inputs, scratch, result, error);
}

gboolean
bound_transform_is_identity (const BoundTransform *transform)
{
  return transform->is_identity;
}

gboolean
bound_transform_constant (const BoundTransform *transform, Value *value)
{
  if (transform->is_constant)
    *value = transform->constant;
  return transform->is_constant;
}

const Value *
bound_transform_map_keys (const BoundTransform *transform, guint *n)
{
  const BoundStage *first = &transform->stages[0];

  *n = first->n_map;
  return first->n_map > 0 ? first->map_from : NULL;
}

gboolean
bound_transform_needs_database (const BoundTransform *transform)
{
  for (guint i = 0; i < transform->n_stages; i++)
    if (transform->stages[i].stage->kind == TRANSFORM_EXPRESSION)
      return TRUE;
  return FALSE;
}
