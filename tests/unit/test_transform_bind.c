/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/error.h"
#include "transform_testing.h"

static const char *const AB[] = { "a", "b", NULL };
static const char *const ABC[] = { "a", "b", "c", NULL };

static const TypeSpec TEXT = { .base = COLUMN_TYPE_TEXT };
static const TypeSpec V5 = { .base = COLUMN_TYPE_VARCHAR, .length = 5 };
static const TypeSpec V9 = { .base = COLUMN_TYPE_VARCHAR, .length = 9 };
static const TypeSpec C5 = { .base = COLUMN_TYPE_CHAR, .length = 5 };
static const TypeSpec INTEGER = { .base = COLUMN_TYPE_INTEGER };
static const TypeSpec BIGINT = { .base = COLUMN_TYPE_BIGINT };
static const TypeSpec D4 = { .base = COLUMN_TYPE_DECIMAL, .precision = 4, .scale = 1 };
static const TypeSpec D6 = { .base = COLUMN_TYPE_DECIMAL, .precision = 6, .scale = 1 };
static const TypeSpec D62 = { .base = COLUMN_TYPE_DECIMAL, .precision = 6, .scale = 2 };
static const TypeSpec E2 = { .base = COLUMN_TYPE_ENUM, .values = AB };
static const TypeSpec E3 = { .base = COLUMN_TYPE_ENUM, .values = ABC };
static const TypeSpec DATE = { .base = COLUMN_TYPE_DATE };
static const TypeSpec UUID = { .base = COLUMN_TYPE_UUID };

static const Literal ON = { .text = "on", .length = 2, .plain = TRUE };
static const Literal FIVE = { .text = "5", .length = 1, .plain = TRUE };

static const BoundTransform *
bind (const TransformStage *stages, guint n, const TypeSpec *input,
      const TypeSpec *output, Arena *arena, GError **error)
{
  Transform *transform = arena_new0 (arena, Transform);
  const Column **columns = arena_new_array (arena, const Column *, 2);
  Column *column = arena_new0 (arena, Column);

  transform->stages = stages;
  transform->n_stages = n;
  column->name = "a";
  column->type = *input;
  columns[0] = column;
  return transform_bind (transform, columns, output, arena, error);
}

TEST (transform_bind__of_a_copy_asks_whether_the_types_go_together)
{
  static const struct
  {
    const TypeSpec *from, *to;
    gboolean binds, is_identity;
  } CASES[] = {
    { &TEXT, &TEXT, TRUE, TRUE },      { &V5, &V9, TRUE, TRUE },
    { &V9, &V5, TRUE, FALSE },         { &V5, &TEXT, TRUE, TRUE },
    { &C5, &TEXT, TRUE, TRUE },        { &TEXT, &C5, TRUE, FALSE },
    { &E2, &TEXT, TRUE, TRUE },        { &E2, &E3, TRUE, TRUE },
    { &E3, &E2, TRUE, FALSE },         { &TEXT, &E2, TRUE, FALSE },
    { &INTEGER, &BIGINT, TRUE, TRUE }, { &BIGINT, &INTEGER, FALSE, FALSE },
    { &D4, &D6, TRUE, TRUE },          { &D6, &D4, TRUE, FALSE },
    { &D4, &D62, TRUE, FALSE },        { &INTEGER, &TEXT, FALSE, FALSE },
    { &TEXT, &INTEGER, FALSE, FALSE }, { &DATE, &UUID, FALSE, FALSE },
  };
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;
      const BoundTransform *bound
          = bind (TRANSFORM_COPY.stages, 1, CASES[i].from, CASES[i].to, arena, &error);

      ck_assert_msg ((bound != NULL) == CASES[i].binds, "case %u", i);
      if (bound != NULL)
        ck_assert_int_eq (bound_transform_is_identity (bound), CASES[i].is_identity);
      else
        assert_error (error, ZDM_ERROR, ZDM_ERROR_INVALID);
    }
}

TEST (transform_bind__suggests_the_cast)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (bind (TRANSFORM_COPY.stages, 1, &TEXT, &D62, arena, &error));
  ck_assert_str_eq (
      error->message,
      "it makes TEXT where DECIMAL(6,2) is wanted: add {cast: DECIMAL(6,2)}");
  g_clear_error (&error);
  ck_assert_ptr_null (bind (TRANSFORM_COPY.stages, 1, &DATE, &UUID, arena, &error));
  ck_assert_str_eq (error->message,
                    "it makes DATE where UUID is wanted, and there is no cast");
}

TEST (transform_bind__wants_one_input_unless_something_joins_them)
{
  static const TransformStage STAGES[] = {
    { .kind = TRANSFORM_JOIN, .separator = " " },
    { .kind = TRANSFORM_TRIM },
    { .kind = TRANSFORM_DIRECT_COPY },
  };
  const Input two[MAX_INPUTS] = { { "a", TEXT_TYPE, " a" }, { "b", TEXT_TYPE, "b " } };
  const Input none[MAX_INPUTS] = { { NULL, TEXT_TYPE, NULL } };
  g_autofree char *joined = run_transform (STAGES, 3, two, &TEXT);
  g_autofree char *copied = run_transform (STAGES + 2, 1, two, &TEXT);
  g_autofree char *nothing = run_transform (STAGES + 2, 1, none, &TEXT);

  ck_assert_str_eq (joined, "a b");
  ck_assert_str_eq (copied,
                    "bind: direct_copy: of several columns only a join or a template "
                    "can make one value: put one first");
  ck_assert_str_eq (nothing, "bind: direct_copy: there is no column to read from");
}

TEST (transform_bind__follows_the_types_along_a_pipeline)
{
  static const TransformStage STAGES[] = {
    { .kind = TRANSFORM_CAST, .cast = { .base = COLUMN_TYPE_TEXT } },
    { .kind = TRANSFORM_PAD, .pad = { .length = 5, .with = "0" } },
    { .kind = TRANSFORM_CAST, .cast = { .base = COLUMN_TYPE_INTEGER } },
    { .kind = TRANSFORM_TRIM },
  };
  const Input number[MAX_INPUTS] = { { "n", INTEGER_TYPE, "42" } };
  g_autofree char *padded = run_transform (STAGES, 2, number, &V5);
  g_autofree char *back = run_transform (STAGES, 3, number, &BIGINT);
  g_autofree char *bad = run_transform (STAGES, 4, number, &TEXT);

  ck_assert_str_eq (padded, "00042");
  ck_assert_str_eq (back, "42");
  ck_assert_ptr_nonnull (
      strstr (bad, "bind: trim: it works on text, but 'n' is INTEGER"));
}

TEST (bound_transform_apply__checks_what_comes_out)
{
  static const TransformStage STAGES[] = {
    { .kind = TRANSFORM_PAD, .pad = { .length = 9, .with = "x" } },
    { .kind = TRANSFORM_SPLIT, .split = { .separator = "x", .part = SPLIT_LAST } },
  };
  const Input input[MAX_INPUTS] = { { "a", TEXT_TYPE, "ab" } };
  g_autofree char *too_long = run_transform (STAGES, 1, input, &V5);
  g_autofree char *only_last_counts = run_transform (STAGES, 2, input, &V5);

  ck_assert_str_eq (too_long,
                    "apply: expected a VARCHAR(5), got 'xxxxxxxab': it has 9 characters");
  ck_assert_str_eq (only_last_counts, "ab");
}

TEST (bound_transform_apply__gives_no_error_where_none_is_wanted)
{
  static const TransformStage EXPRESSION = { .kind = TRANSFORM_EXPRESSION };
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  const BoundTransform *bound = bind (&EXPRESSION, 1, &TEXT, &TEXT, arena, NULL);
  Value input = value_string ("a"), result;

  ck_assert_ptr_null (bind (TRANSFORM_COPY.stages, 1, &TEXT, &INTEGER, arena, NULL));
  ck_assert (!bound_transform_apply (bound, &input, arena, &result, NULL));
  ck_assert (!bound_transform_apply (bound, &input, arena, &result, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED);
}

TEST (bound_transform_constant__is_known_once_bound)
{
  static const TransformStage STAGES[] = {
    { .kind = TRANSFORM_LOWER },
    { .kind = TRANSFORM_CONSTANT, .value = &ON },
    { .kind = TRANSFORM_UPPER },
  };
  static const TransformStage IN_VAIN[] = {
    { .kind = TRANSFORM_EXPRESSION },
    { .kind = TRANSFORM_CONSTANT, .value = &ON },
  };
  g_autoptr (Arena) arena = arena_new ();
  const BoundTransform *bound = bind (STAGES, 3, &TEXT, &V5, arena, NULL);
  Value input = value_string ("x"), value = VALUE_NULL_INIT, result;
  Value expected = value_string ("ON");

  ck_assert (bound_transform_constant (bound, &value));
  ck_assert (value_equal (&value, &expected));
  ck_assert (bound_transform_apply (bound, &input, arena, &result, NULL));
  ck_assert (value_equal (&result, &expected));
  ck_assert (!bound_transform_is_identity (bound));

  bound = bind (STAGES, 1, &TEXT, &TEXT, arena, NULL);
  ck_assert (!bound_transform_constant (bound, &value));
  bound = bind (IN_VAIN, 2, &TEXT, &TEXT, arena, NULL);
  ck_assert (!bound_transform_constant (bound, &value));
}

TEST (bound_transform_constant__that_cannot_be_made_is_a_mistake_in_the_file)
{
  static const TransformStage STAGES[] = {
    { .kind = TRANSFORM_CONSTANT, .value = &ON },
    { .kind = TRANSFORM_CAST, .cast = { .base = COLUMN_TYPE_INTEGER } },
  };
  static const TransformStage GOOD[] = {
    { .kind = TRANSFORM_CONSTANT, .value = &FIVE },
    { .kind = TRANSFORM_CAST, .cast = { .base = COLUMN_TYPE_INTEGER } },
  };
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  Value value;

  ck_assert_ptr_null (bind (STAGES, 2, &TEXT, &INTEGER, arena, NULL));
  ck_assert_ptr_null (bind (STAGES, 2, &TEXT, &INTEGER, arena, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_INVALID);
  ck_assert (
      bound_transform_constant (bind (GOOD, 2, &TEXT, &INTEGER, arena, NULL), &value));
  ck_assert_int_eq (value.integer, 5);
}

TEST (bound_transform_is_identity__is_not_for_what_changes_values)
{
  static const TransformStage TRIM = { .kind = TRANSFORM_TRIM };
  g_autoptr (Arena) arena = arena_new ();

  ck_assert (!bound_transform_is_identity (bind (&TRIM, 1, &TEXT, &TEXT, arena, NULL)));
}

TEST_MAIN ("model/transform_bind",
           transform_bind__of_a_copy_asks_whether_the_types_go_together,
           transform_bind__suggests_the_cast,
           transform_bind__wants_one_input_unless_something_joins_them,
           transform_bind__follows_the_types_along_a_pipeline,
           bound_transform_apply__checks_what_comes_out,
           bound_transform_apply__gives_no_error_where_none_is_wanted,
           bound_transform_constant__is_known_once_bound,
           bound_transform_constant__that_cannot_be_made_is_a_mistake_in_the_file,
           bound_transform_is_identity__is_not_for_what_changes_values)
