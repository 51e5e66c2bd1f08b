/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/transform.h"
#include "testing.h"

static const Literal A = { .text = "a", .length = 1, .plain = TRUE };
static const Literal B = { .text = "b", .length = 1, .plain = TRUE };
static const Literal C = { .text = "c", .length = 1, .plain = TRUE };
static const Literal NIL = { .text = "null", .length = 4, .plain = TRUE };
static const Literal NIL_WORD = { .text = "null", .length = 4 };

static const Literal *const AB[] = { &A, &B, NULL };
static const Literal *const BC[] = { &B, &C, NULL };
static const Literal *const CC[] = { &C, &C, NULL };
static const Literal *const C_NIL[] = { &C, &NIL, NULL };
static const Literal *const A_NIL[] = { &A, &NIL, NULL };
static const Literal *const NILS[] = { &NIL, &NIL, NULL };
static const Literal *const NIL_AND_WORD[] = { &NIL, &NIL_WORD, NULL };

static const TransformStage COPY = { .kind = TRANSFORM_DIRECT_COPY };

static TransformStage
map (const Literal *const *from, const Literal *const *to, MapElse otherwise)
{
  return (TransformStage){ .kind = TRANSFORM_MAP,
                           .map = { .from = from, .to = to, .otherwise = otherwise } };
}

TEST (transform_is_copy__sees_through_pipelines_of_copies)
{
  const TransformStage stages[] = { COPY, COPY, { .kind = TRANSFORM_TRIM } };

  ck_assert (transform_is_copy (&TRANSFORM_COPY));
  ck_assert (transform_is_copy (&(Transform){ .stages = stages, .n_stages = 2 }));
  ck_assert (!transform_is_copy (&(Transform){ .stages = stages, .n_stages = 3 }));
}

TEST (transform_needs_database__looks_for_an_expression)
{
  const TransformStage stages[] = { COPY, { .kind = TRANSFORM_EXPRESSION } };

  ck_assert (!transform_needs_database (&TRANSFORM_COPY));
  ck_assert (transform_needs_database (&(Transform){ .stages = stages, .n_stages = 2 }));
}

TEST (transform_inverse__turns_a_one_to_one_map)
{
  g_autoptr (Arena) arena = arena_new ();
  const TransformStage stages[] = { COPY, map (AB, BC, MAP_ELSE_KEEP), COPY };
  const Transform transform
      = { .stages = stages, .n_stages = 3, .location = { .line = 4 } };
  const Transform *inverse = transform_inverse (&transform, arena);

  ck_assert_ptr_nonnull (inverse);
  ck_assert_uint_eq (inverse->n_stages, 1);
  ck_assert_uint_eq (inverse->stages[0].kind, TRANSFORM_MAP);
  ck_assert_ptr_eq (inverse->stages[0].map.from, BC);
  ck_assert_ptr_eq (inverse->stages[0].map.to, AB);
  ck_assert_uint_eq (inverse->stages[0].map.otherwise, MAP_ELSE_KEEP);
  ck_assert_uint_eq (inverse->location.line, 4);
  ck_assert_ptr_eq (transform_inverse (&TRANSFORM_COPY, arena), &TRANSFORM_COPY);
}

TEST (transform_inverse__exists_only_where_nothing_is_lost)
{
  const struct
  {
    TransformStage stage;
    gboolean exists;
  } cases[] = {
    { map (AB, BC, MAP_ELSE_ERROR), TRUE },
    { map (AB, BC, MAP_ELSE_NULL), FALSE },
    { map (AB, CC, MAP_ELSE_ERROR), FALSE },
    { map (AB, C_NIL, MAP_ELSE_ERROR), FALSE }, /* null stays null too */
    { map (A_NIL, C_NIL, MAP_ELSE_ERROR), TRUE },
    { map (A_NIL, BC, MAP_ELSE_ERROR), TRUE },
    { map (A_NIL, NILS, MAP_ELSE_ERROR), FALSE },
    { map (A_NIL, NIL_AND_WORD, MAP_ELSE_ERROR), TRUE },
    { { .kind = TRANSFORM_LOWER }, FALSE },
    { { .kind = TRANSFORM_CAST }, FALSE },
  };
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Transform transform = { .stages = &cases[i].stage, .n_stages = 1 };
      gboolean exists = transform_inverse (&transform, arena) != NULL;

      ck_assert_msg (exists == cases[i].exists, "case %u", i);
    }
}

TEST (transform_inverse__is_not_looked_for_in_pipelines)
{
  g_autoptr (Arena) arena = arena_new ();
  const TransformStage stages[]
      = { map (AB, BC, MAP_ELSE_ERROR), map (BC, AB, MAP_ELSE_ERROR) };

  ck_assert_ptr_null (
      transform_inverse (&(Transform){ .stages = stages, .n_stages = 2 }, arena));
}

TEST (transform_to_string__names_every_stage)
{
  g_autoptr (Arena) arena = arena_new ();
  const TransformStage stages[] = {
    { .kind = TRANSFORM_SPLIT },
    { .kind = TRANSFORM_TRIM },
    { .kind = TRANSFORM_CAST, .cast = { .base = COLUMN_TYPE_VARCHAR, .length = 5 } },
  };

  ck_assert_str_eq (transform_to_string (&TRANSFORM_COPY, arena), "direct_copy");
  ck_assert_str_eq (
      transform_to_string (&(Transform){ .stages = stages, .n_stages = 3 }, arena),
      "split, then trim, then cast to VARCHAR(5)");
}

TEST_MAIN ("model/transform", transform_is_copy__sees_through_pipelines_of_copies,
           transform_needs_database__looks_for_an_expression,
           transform_inverse__turns_a_one_to_one_map,
           transform_inverse__exists_only_where_nothing_is_lost,
           transform_inverse__is_not_looked_for_in_pipelines,
           transform_to_string__names_every_stage)
