/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "transform_testing.h"

#define NAMES(first, last)         \
  {                                \
    { "first", TEXT_TYPE, first }, \
    {                              \
      "last", TEXT_TYPE, last      \
    }                              \
  }
#define JOIN(text)                            \
  {                                           \
    .kind = TRANSFORM_JOIN, .separator = text \
  }
#define TEMPLATE(text)                          \
  {                                             \
    .kind = TRANSFORM_TEMPLATE, .pattern = text \
  }

static const struct
{
  TransformStage stage;
  Input inputs[MAX_INPUTS];
  const char *result;
} CASES[] = {
  { JOIN (" "), NAMES ("Zażółć", "Gęś"), "Zażółć Gęś" },
  { JOIN (""), NAMES ("a", "b"), "ab" },
  { JOIN (", "), NAMES ("a", NULL), "a" },
  { JOIN (", "), NAMES (NULL, "b"), "b" },
  { JOIN (", "), NAMES (NULL, NULL), "null" },
  { JOIN (", "), NAMES ("", ""), ", " },
  { JOIN ("-"),
    { { "n", INTEGER_TYPE, "007" }, { "b", { .base = COLUMN_TYPE_BOOLEAN }, "yes" } },
    "7-true" },
  { JOIN ("-"), { { "a", TEXT_TYPE, "a" } }, "a" },
  { JOIN ("-"),
    { { NULL, TEXT_TYPE, NULL } },
    "bind: join: there is no column to read from" },
  { TEMPLATE ("{first} {last}"), NAMES ("Zażółć", "Gęś"), "Zażółć Gęś" },
  { TEMPLATE ("{last}, {first} ({last})"), NAMES ("a", "b"), "b, a (b)" },
  { TEMPLATE ("{{{first}}}"), NAMES ("a", "b"), "{a}" },
  { TEMPLATE ("{{first}}"), NAMES ("a", "b"), "{first}" },
  { TEMPLATE ("plain"), NAMES ("a", "b"), "plain" },
  { TEMPLATE (""), NAMES ("a", "b"), "" },
  { TEMPLATE ("{first}"), NAMES ("a", NULL), "a" },
  { TEMPLATE ("{first}"), NAMES (NULL, "b"), "null" },
  { TEMPLATE ("{first}"), NAMES ("", "x"), "" },
  { TEMPLATE ("#{n}"), { { "n", { .base = COLUMN_TYPE_DOUBLE }, "0.10" } }, "#0.1" },
  { TEMPLATE ("{fist}"), NAMES ("a", "b"),
    "bind: template: '{fist}' is not one of its columns: did you mean '{first}'?" },
  { TEMPLATE ("{zzzzz}"), NAMES ("a", "b"),
    "bind: template: '{zzzzz}' is not one of its columns (first, last)" },
  { TEMPLATE ("{}"), NAMES ("a", "b"),
    "bind: template: '{}' is not one of its columns (first, last)" },
  { TEMPLATE ("{first"), NAMES ("a", "b"),
    "bind: template: a '{' without its partner; a brace itself is written '{{'" },
  { TEMPLATE ("first}"), NAMES ("a", "b"),
    "bind: template: a '}' without its partner; a brace itself is written '}}'" },
  { TEMPLATE ("{a{b}}"), NAMES ("a", "b"),
    "bind: template: a '{' without its partner; a brace itself is written '{{'" },
  { TEMPLATE ("x{"), NAMES ("a", "b"),
    "bind: template: a '{' without its partner; a brace itself is written '{{'" },
};

TEST (transform__makes_one_text_of_several_values)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *result = run_transform (&CASES[i].stage, 1, CASES[i].inputs,
                                               &(const TypeSpec) TEXT_TYPE);

      ck_assert_msg (strcmp (result, CASES[i].result) == 0, "case %u: %s", i, result);
    }
}

TEST (transform__template_in_a_pipeline_goes_by_the_column_s_name)
{
  static const TransformStage STAGES[]
      = { { .kind = TRANSFORM_LOWER }, TEMPLATE ("{name}@example.com") };
  static const TransformStage JOINED[] = { JOIN (" "), TEMPLATE ("<{first}>") };
  const Input one[MAX_INPUTS] = { { "name", TEXT_TYPE, "ALA" } };
  const Input two[MAX_INPUTS] = NAMES ("a", "b");
  g_autofree char *result = run_transform (STAGES, 2, one, &(const TypeSpec) TEXT_TYPE);
  g_autofree char *joined = run_transform (JOINED, 2, two, &(const TypeSpec) TEXT_TYPE);

  ck_assert_str_eq (result, "ala@example.com");
  ck_assert_ptr_nonnull (strstr (joined, "bind: template: '{first}' is not one of"));
}

TEST_MAIN ("model/transform_compose", transform__makes_one_text_of_several_values,
           transform__template_in_a_pipeline_goes_by_the_column_s_name)
