/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms: how one or more old values become a new one.
 *
 * A Transform is what the file says; binding it to the types of its inputs and
 * of its output checks it and gives a BoundTransform, which runs.  Transforms are
 * pure and portable: every engine gives the same bytes.
 */
#pragma once

#include "model/column.h"
#include "model/literal.h"

typedef enum
{
  TRANSFORM_DIRECT_COPY,
  TRANSFORM_LOWER, /* A–Z only: what every engine can do alike */
  TRANSFORM_UPPER, /* a–z only */
  TRANSFORM_TRIM,  /* U+0020 at both ends */
  TRANSFORM_CAST,
  TRANSFORM_JOIN,     /* the non-null inputs with a separator; all null gives null */
  TRANSFORM_TEMPLATE, /* "{first} {last}"; a null that it names gives null; "{{" is a
                         brace */
  TRANSFORM_SPLIT,    /* part 1, 2, … or the last, or all from part N on ("rest": from
                         part 2); a missing part is null */
  TRANSFORM_MAP,
  TRANSFORM_COALESCE,
  TRANSFORM_CONSTANT,
  TRANSFORM_PAD,
  TRANSFORM_EXPRESSION, /* SQL; memory refuses it */
} TransformKind;

typedef enum
{
  SPLIT_NUMBERED,
  SPLIT_LAST,
  SPLIT_REST, /* everything after the first separator */
} SplitPart;

typedef enum
{
  MAP_ELSE_ERROR, /* the default: an unlisted value is an error */
  MAP_ELSE_KEEP,
  MAP_ELSE_NULL,
} MapElse;

typedef enum
{
  PAD_LEFT,
  PAD_RIGHT,
} PadSide;

typedef struct
{
  TransformKind kind;
  Location location;
  union
  {
    TypeSpec cast;
    const char *separator; /* join */
    const char *pattern;   /* template */
    struct
    {
      const char *separator;
      SplitPart part;
      guint number; /* counted from 1 */
    } split;
    struct
    {
      const Literal *const *from; /* NULL-ended; null literals may be mapped too */
      const Literal *const *to;   /* as many */
      MapElse otherwise;
    } map;
    const Literal *value; /* coalesce, constant */
    struct
    {
      guint length;     /* characters */
      const char *with; /* one character */
      PadSide side;
    } pad;
    const EngineText *expression;
  };
} TransformStage;

typedef struct
{
  const TransformStage *stages; /* at least one */
  guint n_stages;
  Location location;
} Transform;

typedef struct BoundTransform BoundTransform;

/* The transform of a file that names none. */
extern const Transform TRANSFORM_COPY;

/* Whether some stage is an SQL expression. */
gboolean transform_needs_database (const Transform *transform);

gboolean bound_transform_needs_database (const BoundTransform *transform);

/* Whether it is direct_copy and nothing else. */
gboolean transform_is_copy (const Transform *transform);

/**
 * transform_inverse:
 * Returns: (nullable): the transform that undoes @transform exactly: direct_copy
 *   for direct_copy, the turned map for a one-to-one map that is not `else: null`;
 *   NULL where there is none
 */
const Transform *transform_inverse (const Transform *transform, Arena *arena);

/* How messages call it: "lower", "cast to BIGINT", "split, then trim". */
const char *transform_to_string (const Transform *transform, Arena *arena);

/**
 * transform_bind:
 * @inputs: the columns it reads, NULL-ended; names matter to a template
 * @output: the type of what it makes
 * @arena: owns the result, which borrows from @transform and @inputs too
 *
 * Checks every stage against the types that reach it: a join, template, pad, split,
 * lower, upper or trim wants text (a template and a join take any type and use the
 * canonical text), more than one input wants a join or a template first, a cast must
 * exist, and what comes out must be of the output's type or widen to it
 * (INTEGER to BIGINT, any text type to any text type, values being checked as they come).
 * A map reads its keys with the type that reaches it and its values with the output's, or
 * as text when another stage follows; a null that is no key stays null whatever `else`
 * says. A template behind other stages goes by the name of the only input. A single
 * direct_copy between types that have a cast but are not assignable is an error that
 * suggests the cast.
 *
 * Returns: (nullable): NULL with ZDM_ERROR_INVALID
 */
const BoundTransform *transform_bind (const Transform *transform,
                                      const Column *const *inputs, const TypeSpec *output,
                                      Arena *arena, GError **error);

/**
 * bound_transform_apply:
 * @inputs: as many values as the transform was bound to
 * @scratch: gets what has to be made; the caller resets it
 *
 * The result fits the output type (its length, range and ENUM values), or it is an error.
 * Its text may be borrowed from the inputs, from @scratch or from the bound transform.
 *
 * Returns: FALSE with ZDM_ERROR_CONVERSION, or ZDM_ERROR_UNSUPPORTED for an expression
 */
gboolean bound_transform_apply (const BoundTransform *transform, const Value *inputs,
                                Arena *scratch, Value *result, GError **error);

/* Whether the result is always the first input itself, so that a vector can be shared. */
gboolean bound_transform_is_identity (const BoundTransform *transform);

/* Whether the result is one value whatever the inputs.  Returns: FALSE if not. */
gboolean bound_transform_constant (const BoundTransform *transform, Value *value);

/* The keys of the map that it begins with, @n of them.  Returns: (nullable): NULL when it
 * begins otherwise. */
const Value *bound_transform_map_keys (const BoundTransform *transform, guint *n);
