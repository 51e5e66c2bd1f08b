/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "transform_testing.h"

#define SPLIT(mark, which, n)                                                          \
  {                                                                                    \
    .kind = TRANSFORM_SPLIT, .split = {.separator = mark, .part = which, .number = n } \
  }
#define PAD(n, character, where)                                                   \
  {                                                                                \
    .kind = TRANSFORM_PAD, .pad = {.length = n, .with = character, .side = where } \
  }

static const struct
{
  TransformStage stage;
  const char *text;
  const char *result;
} CASES[] = {
  { { .kind = TRANSFORM_LOWER }, "ABC xyz@[Z", "abc xyz@[z" },
  { { .kind = TRANSFORM_LOWER }, "ŻÓŁW", "ŻÓŁw" },
  { { .kind = TRANSFORM_LOWER }, "İI", "İi" },
  { { .kind = TRANSFORM_LOWER }, "", "" },
  { { .kind = TRANSFORM_LOWER }, NULL, "null" },
  { { .kind = TRANSFORM_UPPER }, "abc XYZ`{z", "ABC XYZ`{Z" },
  { { .kind = TRANSFORM_UPPER }, "straße żółw", "STRAßE żółW" },
  { { .kind = TRANSFORM_UPPER }, NULL, "null" },
  { { .kind = TRANSFORM_TRIM }, "  a b  ", "a b" },
  { { .kind = TRANSFORM_TRIM }, "\ta\n ", "\ta\n" },
  { { .kind = TRANSFORM_TRIM }, "   ", "" },
  { { .kind = TRANSFORM_TRIM }, "", "" },
  { { .kind = TRANSFORM_TRIM },
    "\xc2\xa0"
    "a ",
    "\xc2\xa0"
    "a" }, /* no-break space stays */
  { { .kind = TRANSFORM_TRIM }, NULL, "null" },
  { SPLIT (" ", SPLIT_NUMBERED, 1), "Anna Maria Nowak", "Anna" },
  { SPLIT (" ", SPLIT_NUMBERED, 2), "Anna Maria Nowak", "Maria" },
  { SPLIT (" ", SPLIT_NUMBERED, 3), "Anna Maria Nowak", "Nowak" },
  { SPLIT (" ", SPLIT_NUMBERED, 4), "Anna Maria Nowak", "null" },
  { SPLIT (" ", SPLIT_NUMBERED, 1), "Anna", "Anna" },
  { SPLIT (" ", SPLIT_NUMBERED, 1), "", "" },
  { SPLIT (" ", SPLIT_NUMBERED, 2), "", "null" },
  { SPLIT (" ", SPLIT_NUMBERED, 2), "Anna ", "" },
  { SPLIT (" ", SPLIT_NUMBERED, 2), "Anna  Nowak", "" },
  { SPLIT (" ", SPLIT_NUMBERED, 2), NULL, "null" },
  { SPLIT ("ż", SPLIT_NUMBERED, 2), "ążź", "ź" },
  { SPLIT ("--", SPLIT_NUMBERED, 2), "a---b", "-b" },
  { SPLIT (" ", SPLIT_LAST, 0), "Anna Maria Nowak", "Nowak" },
  { SPLIT (" ", SPLIT_LAST, 0), "Anna", "Anna" },
  { SPLIT (" ", SPLIT_LAST, 0), "Anna ", "" },
  { SPLIT ("--", SPLIT_LAST, 0), "a---b", "b" },
  { SPLIT (" ", SPLIT_LAST, 0), "", "" },
  { SPLIT (" ", SPLIT_LAST, 0), NULL, "null" },
  { SPLIT (" ", SPLIT_REST, 0), "Anna Maria Nowak", "Maria Nowak" },
  { SPLIT (" ", SPLIT_REST, 1), "Anna Maria Nowak", "Maria Nowak" },
  { SPLIT (" ", SPLIT_REST, 0), "Anna", "null" },
  { SPLIT (" ", SPLIT_REST, 0), NULL, "null" },
  { SPLIT ("", SPLIT_NUMBERED, 1), "a",
    "bind: split: the separator of a split cannot be empty" },
  { SPLIT (NULL, SPLIT_LAST, 1), "a",
    "bind: split: the separator of a split cannot be empty" },
  { SPLIT (" ", SPLIT_NUMBERED, 0), "a",
    "bind: split: the parts of a split are counted from 1" },
  { PAD (5, "0", PAD_LEFT), "42", "00042" },
  { PAD (5, "0", PAD_RIGHT), "42", "42000" },
  { PAD (3, "ż", PAD_LEFT), "ó", "żżó" },
  { PAD (3, "😀", PAD_RIGHT), "ó", "ó😀😀" },
  { PAD (2, "0", PAD_LEFT), "12345", "12345" },
  { PAD (2, "0", PAD_LEFT), "żó", "żó" },
  { PAD (3, "x", PAD_LEFT), "", "xxx" },
  { PAD (3, "x", PAD_RIGHT), "", "xxx" },
  { PAD (0, "x", PAD_LEFT), "", "" },
  { PAD (3, "x", PAD_LEFT), NULL, "null" },
  { PAD (3, "", PAD_LEFT), "a", "bind: pad: a pad is made with exactly one character" },
  { PAD (3, "ab", PAD_LEFT), "a", "bind: pad: a pad is made with exactly one character" },
  { PAD (3, NULL, PAD_LEFT), "a", "bind: pad: a pad is made with exactly one character" },
  { PAD (3, "\xff", PAD_LEFT), "a",
    "bind: pad: a pad is made with exactly one character" },
  { PAD (65536, "x", PAD_LEFT), "a", "bind: pad: a pad to more than 65535 characters" },
};

TEST (transform__changes_one_text)
{
  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *result = run_on_text (&CASES[i].stage, CASES[i].text);

      ck_assert_msg (strcmp (result, CASES[i].result) == 0, "case %u: %s", i, result);
    }
}

TEST (transform__of_text_wants_text)
{
  static const TransformStage STAGES[] = {
    { .kind = TRANSFORM_LOWER }, { .kind = TRANSFORM_UPPER }, { .kind = TRANSFORM_TRIM },
    SPLIT (" ", SPLIT_LAST, 0),  PAD (3, "x", PAD_LEFT),
  };
  const Input number[MAX_INPUTS] = { { "n", INTEGER_TYPE, "1" } };

  for (guint i = 0; i < G_N_ELEMENTS (STAGES); i++)
    {
      g_autofree char *result
          = run_transform (&STAGES[i], 1, number, &(const TypeSpec) TEXT_TYPE);

      ck_assert_ptr_nonnull (
          strstr (result, "it works on text, but 'n' is INTEGER: cast it to TEXT first"));
    }
}

TEST_MAIN ("model/transform_text", transform__changes_one_text,
           transform__of_text_wants_text)
