/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/type.h"
#include "testing.h"

static const char *const AB[] = { "a", "b", NULL };
static const char *const ABC[] = { "a", "b", "c", NULL };
static const char *const BA[] = { "b", "a", NULL };

static const TypeSpec SPECS[] = {
  { .base = COLUMN_TYPE_TEXT },
  { .base = COLUMN_TYPE_VARCHAR, .length = 80 },
  { .base = COLUMN_TYPE_VARCHAR, .length = 81 },
  { .base = COLUMN_TYPE_CHAR, .length = 2 },
  { .base = COLUMN_TYPE_CHAR, .length = 3 },
  { .base = COLUMN_TYPE_INTEGER },
  { .base = COLUMN_TYPE_BIGINT },
  { .base = COLUMN_TYPE_DECIMAL },
  { .base = COLUMN_TYPE_DECIMAL, .precision = 10, .scale = 2 },
  { .base = COLUMN_TYPE_DECIMAL, .precision = 12, .scale = 2 },
  { .base = COLUMN_TYPE_DECIMAL, .precision = 12, .scale = 3 },
  { .base = COLUMN_TYPE_ENUM, .values = AB },
  { .base = COLUMN_TYPE_ENUM, .values = ABC },
  { .base = COLUMN_TYPE_ENUM, .values = BA },
  { .base = COLUMN_TYPE_TIMESTAMP },
};

static const char *const SPEC_NAMES[] = {
  "TEXT",          "VARCHAR(80)", "VARCHAR(81)", "CHAR(2)",       "CHAR(3)",
  "INTEGER",       "BIGINT",      "DECIMAL",     "DECIMAL(10,2)", "DECIMAL(12,2)",
  "DECIMAL(12,3)", "ENUM(a,b)",   "ENUM(a,b,c)", "ENUM(b,a)",     "TIMESTAMP",
};

/* The pairs that widen, besides every type to itself. */
static const struct
{
  const char *from, *to;
} WIDENING[] = {
  { "VARCHAR(80)", "VARCHAR(81)" }, { "VARCHAR(80)", "TEXT" },
  { "VARCHAR(81)", "TEXT" },        { "DECIMAL(10,2)", "DECIMAL(12,2)" },
  { "ENUM(a,b)", "ENUM(a,b,c)" },
};

TEST (column_type_from_string__reads_every_name_in_any_case)
{
  const char *const *names = column_type_names ();

  for (guint i = 0; i < N_COLUMN_TYPES; i++)
    {
      g_autofree char *lower = g_ascii_strdown (names[i], -1);
      ColumnType type = N_COLUMN_TYPES;

      ck_assert_str_eq (names[i], column_type_to_string (i));
      ck_assert (column_type_from_string (lower, &type));
      ck_assert_uint_eq (type, i);
    }
  ck_assert_ptr_null (names[N_COLUMN_TYPES]);
  ck_assert (!column_type_from_string ("INT", &(ColumnType){ 0 }));
  ck_assert (!column_type_from_string ("", &(ColumnType){ 0 }));
}

TEST (column_type_is_text__holds_for_words)
{
  for (guint i = 0; i < N_COLUMN_TYPES; i++)
    ck_assert_int_eq (column_type_is_text (i),
                      i == COLUMN_TYPE_TEXT || i == COLUMN_TYPE_VARCHAR
                          || i == COLUMN_TYPE_CHAR || i == COLUMN_TYPE_ENUM);
}

TEST (column_type_range__is_there_for_whole_numbers)
{
  gint64 min, max;

  ck_assert (column_type_range (COLUMN_TYPE_INTEGER, &min, &max));
  ck_assert (min == G_MININT32 && max == G_MAXINT32);
  ck_assert (column_type_range (COLUMN_TYPE_BIGINT, &min, &max));
  ck_assert (min == G_MININT64 && max == G_MAXINT64);
  ck_assert (column_type_range (COLUMN_TYPE_BOOLEAN, &min, &max));
  ck_assert (min == 0 && max == 1);
  ck_assert (!column_type_range (COLUMN_TYPE_DOUBLE, &min, &max));
}

TEST (type_spec_to_string__writes_the_sizes)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (SPECS); i++)
    ck_assert_str_eq (type_spec_to_string (&SPECS[i], arena), SPEC_NAMES[i]);
  ck_assert_str_eq (type_spec_to_string (
                        &(TypeSpec){ .base = COLUMN_TYPE_VARCHAR, .length = 0 }, arena),
                    "VARCHAR");
  ck_assert_str_eq (type_spec_to_string (&(TypeSpec){ .base = COLUMN_TYPE_ENUM }, arena),
                    "ENUM");
}

TEST (type_spec_equal__compares_the_sizes_that_matter)
{
  static const TypeSpec ODD = { .base = COLUMN_TYPE_INTEGER, .length = 4, .scale = 1 };

  for (guint i = 0; i < G_N_ELEMENTS (SPECS); i++)
    for (guint j = 0; j < G_N_ELEMENTS (SPECS); j++)
      ck_assert_int_eq (type_spec_equal (&SPECS[i], &SPECS[j]), i == j);
  ck_assert (type_spec_equal (&ODD, &SPECS[5]));
}

static gboolean
is_listed (guint from, guint to)
{
  for (guint i = 0; i < G_N_ELEMENTS (WIDENING); i++)
    if (g_str_equal (WIDENING[i].from, SPEC_NAMES[from])
        && g_str_equal (WIDENING[i].to, SPEC_NAMES[to]))
      return TRUE;
  return from == to;
}

TEST (type_widens__holds_for_the_listed_pairs_only)
{
  for (guint i = 0; i < G_N_ELEMENTS (SPECS); i++)
    for (guint j = 0; j < G_N_ELEMENTS (SPECS); j++)
      ck_assert_msg (type_widens (&SPECS[i], &SPECS[j]) == is_listed (i, j), "%s to %s",
                     SPEC_NAMES[i], SPEC_NAMES[j]);
}

TEST_MAIN ("model/type", column_type_from_string__reads_every_name_in_any_case,
           column_type_is_text__holds_for_words,
           column_type_range__is_there_for_whole_numbers,
           type_spec_to_string__writes_the_sizes,
           type_spec_equal__compares_the_sizes_that_matter,
           type_widens__holds_for_the_listed_pairs_only)
