/* SPDX-License-Identifier: Apache-2.0
 *
 * One stage of a bound transform: what the kinds of transforms implement.
 *
 * Internal to the transforms, and to the engines that write them as SQL: transform_bind.c
 * has the table of the kinds, the other transform_*.c files have a bind and an apply
 * function for each.
 */
#pragma once

#include "model/transform.h"

typedef struct BoundStage BoundStage;

/* Everything a stage may look at while it is bound. */
typedef struct
{
  const Column *const *inputs; /* what reaches it; one column for a later stage */
  guint n_inputs;
  gboolean is_last;
  const TypeSpec *output; /* of the whole transform */
  Arena *arena;
} BindContext;

/* Checks the stage, and fills @bound->type and whatever apply needs. */
typedef gboolean (*StageBind) (BoundStage *bound, const BindContext *context,
                               GError **error);

typedef gboolean (*StageApply) (const BoundStage *bound, const Value *inputs,
                                Arena *scratch, Value *result, GError **error);

/* A piece of a template: an input, or text between two of them. */
typedef struct
{
  const char *text; /* NULL for an input */
  gsize length;
  guint input;
} TemplatePiece;

struct BoundStage
{
  const TransformStage *stage;
  StageApply apply;
  const Column *const *inputs;
  guint n_inputs;
  TypeSpec type; /* of what the stage makes */
  Value value;   /* constant, coalesce */
  const TemplatePiece *pieces;
  guint n_pieces;
  const Value *map_from, *map_to;
  guint n_map;
};

struct BoundTransform
{
  const BoundStage *stages;
  guint n_stages;
  TypeSpec output;
  gboolean fits;        /* whatever the last stage makes is of the output type */
  gboolean is_identity; /* the result is the first input */
  gboolean is_constant; /* the result is @constant */
  Value constant;
};

/* For bind functions: FALSE with ZDM_ERROR_INVALID. */
gboolean stage_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* Whether values of @from may be stored as @to without a cast. */
gboolean type_is_assignable (const TypeSpec *from, const TypeSpec *to);

/* lower, upper, trim, split, pad */
gboolean stage_bind_text (BoundStage *bound, const BindContext *context, GError **error);
gboolean stage_bind_split (BoundStage *bound, const BindContext *context, GError **error);
gboolean stage_bind_pad (BoundStage *bound, const BindContext *context, GError **error);
gboolean stage_apply_lower (const BoundStage *bound, const Value *inputs, Arena *scratch,
                            Value *result, GError **error);
gboolean stage_apply_upper (const BoundStage *bound, const Value *inputs, Arena *scratch,
                            Value *result, GError **error);
gboolean stage_apply_trim (const BoundStage *bound, const Value *inputs, Arena *scratch,
                           Value *result, GError **error);
gboolean stage_apply_split (const BoundStage *bound, const Value *inputs, Arena *scratch,
                            Value *result, GError **error);
gboolean stage_apply_pad (const BoundStage *bound, const Value *inputs, Arena *scratch,
                          Value *result, GError **error);

/* join, template */
gboolean stage_bind_join (BoundStage *bound, const BindContext *context, GError **error);
gboolean stage_bind_template (BoundStage *bound, const BindContext *context,
                              GError **error);
gboolean stage_apply_join (const BoundStage *bound, const Value *inputs, Arena *scratch,
                           Value *result, GError **error);
gboolean stage_apply_template (const BoundStage *bound, const Value *inputs,
                               Arena *scratch, Value *result, GError **error);

/* direct_copy, cast, map, coalesce, constant, expression */
gboolean stage_bind_copy (BoundStage *bound, const BindContext *context, GError **error);
gboolean stage_bind_cast (BoundStage *bound, const BindContext *context, GError **error);
gboolean stage_bind_map (BoundStage *bound, const BindContext *context, GError **error);
gboolean stage_bind_coalesce (BoundStage *bound, const BindContext *context,
                              GError **error);
gboolean stage_bind_constant (BoundStage *bound, const BindContext *context,
                              GError **error);
gboolean stage_bind_expression (BoundStage *bound, const BindContext *context,
                                GError **error);
gboolean stage_apply_copy (const BoundStage *bound, const Value *inputs, Arena *scratch,
                           Value *result, GError **error);
gboolean stage_apply_cast (const BoundStage *bound, const Value *inputs, Arena *scratch,
                           Value *result, GError **error);
gboolean stage_apply_map (const BoundStage *bound, const Value *inputs, Arena *scratch,
                          Value *result, GError **error);
gboolean stage_apply_coalesce (const BoundStage *bound, const Value *inputs,
                               Arena *scratch, Value *result, GError **error);
gboolean stage_apply_constant (const BoundStage *bound, const Value *inputs,
                               Arena *scratch, Value *result, GError **error);
gboolean stage_apply_expression (const BoundStage *bound, const Value *inputs,
                                 Arena *scratch, Value *result, GError **error);
