/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/error.h"
#include "transform_testing.h"

static const char *const STATES[] = { "on", "off", NULL };

static const Literal L_1 = { .text = "1", .length = 1, .plain = TRUE };
static const Literal L_01 = { .text = "01", .length = 2, .plain = TRUE };
static const Literal L_2 = { .text = "2", .length = 1, .plain = TRUE };
static const Literal L_BIG = { .text = "3000000000", .length = 10, .plain = TRUE };
static const Literal L_ON = { .text = "on", .length = 2, .plain = TRUE };
static const Literal L_OFF = { .text = "off", .length = 3, .plain = TRUE };
static const Literal L_NULL = { .text = "~", .length = 1, .plain = TRUE };

#define LIST(...) ((const Literal *const[]){ __VA_ARGS__, NULL })
#define MAP(keys, values, rest)                                                    \
  {                                                                                \
    .kind = TRANSFORM_MAP, .map = {.from = keys, .to = values, .otherwise = rest } \
  }
#define CAST(type)                                  \
  {                                                 \
    .kind = TRANSFORM_CAST, .cast = {.base = type } \
  }
#define COALESCE(literal)                        \
  {                                              \
    .kind = TRANSFORM_COALESCE, .value = literal \
  }
#define CONSTANT(literal)                        \
  {                                              \
    .kind = TRANSFORM_CONSTANT, .value = literal \
  }

#define TEXT                 \
  {                          \
    .base = COLUMN_TYPE_TEXT \
  }
#define INTEGER                 \
  {                             \
    .base = COLUMN_TYPE_INTEGER \
  }
#define BIGINT                 \
  {                            \
    .base = COLUMN_TYPE_BIGINT \
  }
#define STATE                                  \
  {                                            \
    .base = COLUMN_TYPE_ENUM, .values = STATES \
  }

TEST (transform__replaces_one_value)
{
  const struct
  {
    TransformStage stage;
    TypeSpec input;
    const char *text;
    TypeSpec output;
    const char *result;
  } cases[] = {
    { { .kind = TRANSFORM_DIRECT_COPY }, TEXT, "żółw", TEXT, "żółw" },
    { { .kind = TRANSFORM_DIRECT_COPY }, INTEGER, "1", BIGINT, "1" },
    { { .kind = TRANSFORM_DIRECT_COPY }, INTEGER, NULL, INTEGER, "null" },
    { { .kind = TRANSFORM_DIRECT_COPY }, TEXT, "on", STATE, "on" },
    { { .kind = TRANSFORM_DIRECT_COPY },
      TEXT,
      "On",
      STATE,
      "apply: expected an ENUM(on,off), got 'On'" },
    { CAST (COLUMN_TYPE_INTEGER), TEXT, "42", INTEGER, "42" },
    { CAST (COLUMN_TYPE_INTEGER), TEXT, "x", INTEGER,
      "apply: expected an INTEGER, got 'x'" },
    { CAST (COLUMN_TYPE_INTEGER), TEXT, NULL, INTEGER, "null" },
    { CAST (COLUMN_TYPE_INTEGER), TEXT, "42", BIGINT, "42" },
    { CAST (COLUMN_TYPE_DATE),
      INTEGER,
      "42",
      { .base = COLUMN_TYPE_DATE },
      "bind: cast to DATE: there is no cast from INTEGER to DATE" },
    { MAP (LIST (&L_1, &L_2), LIST (&L_ON, &L_OFF), MAP_ELSE_ERROR), INTEGER, "2", STATE,
      "off" },
    { MAP (LIST (&L_1), LIST (&L_ON), MAP_ELSE_ERROR), INTEGER, "3", STATE,
      "apply: the map has no entry for '3'" },
    { MAP (LIST (&L_1), LIST (&L_ON), MAP_ELSE_NULL), INTEGER, "3", STATE, "null" },
    { MAP (LIST (&L_1), LIST (&L_2), MAP_ELSE_KEEP), INTEGER, "3", BIGINT, "3" },
    { MAP (LIST (&L_1), LIST (&L_BIG), MAP_ELSE_KEEP), INTEGER, "1", BIGINT,
      "3000000000" },
    { MAP (LIST (&L_1), LIST (&L_ON), MAP_ELSE_ERROR), INTEGER, NULL, STATE, "null" },
    { MAP (LIST (&L_NULL), LIST (&L_ON), MAP_ELSE_ERROR), INTEGER, NULL, STATE, "on" },
    { MAP (LIST (&L_ON), LIST (&L_NULL), MAP_ELSE_ERROR), TEXT, "on", TEXT, "null" },
    { MAP (LIST (&L_01), LIST (&L_ON), MAP_ELSE_ERROR), INTEGER, "1", TEXT, "on" },
    { MAP (LIST (&L_1, &L_01), LIST (&L_ON, &L_OFF), MAP_ELSE_ERROR), INTEGER, "1", TEXT,
      "bind: map: '01' is in the map twice" },
    { MAP (LIST (&L_ON), LIST (&L_1), MAP_ELSE_ERROR), INTEGER, "1", TEXT,
      "bind: map: expected an INTEGER, got 'on'" },
    { MAP (LIST (&L_1), LIST (&L_ON), MAP_ELSE_ERROR), INTEGER, "1", INTEGER,
      "bind: map: expected an INTEGER, got 'on'" },
    { MAP (LIST (&L_1), LIST (&L_ON), MAP_ELSE_KEEP), INTEGER, "1", TEXT,
      "bind: map: it would keep values of INTEGER where TEXT is wanted" },
    { COALESCE (&L_1), TEXT, NULL, TEXT, "1" },
    { COALESCE (&L_1), TEXT, "x", TEXT, "x" },
    { COALESCE (&L_BIG), INTEGER, NULL, BIGINT, "3000000000" },
    { COALESCE (&L_BIG), INTEGER, "7", BIGINT, "7" },
    { COALESCE (&L_BIG), INTEGER, "7", INTEGER,
      "bind: coalesce: expected an INTEGER, got '3000000000': it goes from -2147483648 to "
      "2147483647" },
    { COALESCE (&L_NULL), TEXT, "x", TEXT,
      "bind: coalesce: a coalesce to null does nothing" },
    { CONSTANT (&L_ON), TEXT, "x", STATE, "on" },
    { CONSTANT (&L_ON), TEXT, NULL, STATE, "on" },
    { CONSTANT (&L_NULL), TEXT, "x", INTEGER, "null" },
    { CONSTANT (&L_ON), TEXT, "x", INTEGER,
      "bind: constant: expected an INTEGER, got 'on'" },
    { { .kind = TRANSFORM_EXPRESSION },
      TEXT,
      "x",
      INTEGER,
      "apply: only a database can evaluate an SQL expression" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Input inputs[MAX_INPUTS] = { { "a", cases[i].input, cases[i].text } };
      g_autofree char *result
          = run_transform (&cases[i].stage, 1, inputs, &cases[i].output);

      ck_assert_msg (strcmp (result, cases[i].result) == 0, "case %u: %s", i, result);
    }
}

TEST (transform__writes_text_in_the_middle_of_a_pipeline)
{
  const TransformStage stages[] = {
    MAP (LIST (&L_ON), LIST (&L_01), MAP_ELSE_KEEP),
    { .kind = TRANSFORM_PAD, .pad = { .length = 4, .with = "0" } },
    CAST (COLUMN_TYPE_INTEGER),
  };
  const Input on[MAX_INPUTS] = { { "a", TEXT_TYPE, "on" } };
  const Input other[MAX_INPUTS] = { { "a", TEXT_TYPE, "25" } };
  const Input bad[MAX_INPUTS] = { { "a", TEXT_TYPE, "off" } };
  g_autofree char *first = run_transform (stages, 2, on, &(const TypeSpec) TEXT);
  g_autofree char *second = run_transform (stages, 3, other, &(const TypeSpec) INTEGER);
  g_autofree char *third = run_transform (stages, 3, bad, &(const TypeSpec) INTEGER);

  ck_assert_str_eq (first, "0001");
  ck_assert_str_eq (second, "25");
  ck_assert_str_eq (third, "apply: expected an INTEGER, got '0off'");
}

TEST_MAIN ("model/transform_choose", transform__replaces_one_value,
           transform__writes_text_in_the_middle_of_a_pipeline)
