/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "model/error.h"
#include "model/type.h"
#include "testing.h"

static const char *const WORDS[] = { "abc", "1", "true", NULL };

/* One of each type, wide enough for the examples. */
static const TypeSpec SPECS[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = { .base = COLUMN_TYPE_TEXT },
  [COLUMN_TYPE_VARCHAR] = { .base = COLUMN_TYPE_VARCHAR, .length = 3 },
  [COLUMN_TYPE_CHAR] = { .base = COLUMN_TYPE_CHAR, .length = 3 },
  [COLUMN_TYPE_INTEGER] = { .base = COLUMN_TYPE_INTEGER },
  [COLUMN_TYPE_BIGINT] = { .base = COLUMN_TYPE_BIGINT },
  [COLUMN_TYPE_DOUBLE] = { .base = COLUMN_TYPE_DOUBLE },
  [COLUMN_TYPE_DECIMAL] = { .base = COLUMN_TYPE_DECIMAL, .precision = 21, .scale = 1 },
  [COLUMN_TYPE_BOOLEAN] = { .base = COLUMN_TYPE_BOOLEAN },
  [COLUMN_TYPE_TIMESTAMP] = { .base = COLUMN_TYPE_TIMESTAMP },
  [COLUMN_TYPE_TIMESTAMPTZ] = { .base = COLUMN_TYPE_TIMESTAMPTZ },
  [COLUMN_TYPE_DATE] = { .base = COLUMN_TYPE_DATE },
  [COLUMN_TYPE_TIME] = { .base = COLUMN_TYPE_TIME },
  [COLUMN_TYPE_JSON] = { .base = COLUMN_TYPE_JSON },
  [COLUMN_TYPE_UUID] = { .base = COLUMN_TYPE_UUID },
  [COLUMN_TYPE_BLOB] = { .base = COLUMN_TYPE_BLOB },
  [COLUMN_TYPE_ENUM] = { .base = COLUMN_TYPE_ENUM, .values = WORDS },
};

/* The letter of each type, in the enum's order; x where there is a cast. */
static const char *const MATRIX[N_COLUMN_TYPES] = {
  /*                 T V C I B D N b t z d h J U L E */
  /* TEXT        */ "xxxxxxxxxxxxxxxx",
  /* VARCHAR     */ "xxxxxxxxxxxxxxxx",
  /* CHAR        */ "xxxxxxxxxxxxxxxx",
  /* INTEGER     */ "xxxxxxxx.......x",
  /* BIGINT      */ "xxxxxxxx.......x",
  /* DOUBLE      */ "xxxxxxx........x",
  /* DECIMAL     */ "xxxxxxx........x",
  /* BOOLEAN     */ "xxxxx..x.......x",
  /* TIMESTAMP   */ "xxx.....xxxx...x",
  /* TIMESTAMPTZ */ "xxx.....xx.....x",
  /* DATE        */ "xxx.....x.x....x",
  /* TIME        */ "xxx........x...x",
  /* JSON        */ "xxx.........x..x",
  /* UUID        */ "xxx..........x.x",
  /* BLOB        */ "xxx...........xx",
  /* ENUM        */ "xxxxxxxxxxxxxxxx",
};

#define T(name) COLUMN_TYPE_##name

static const struct
{
  ColumnType from;
  const char *value;
  ColumnType to;
  const char *result; /* NULL: it does not cast */
} CASES[] = {
  { T (TEXT), "42", T (INTEGER), "42" },
  { T (TEXT), " 42", T (INTEGER), NULL },
  { T (TEXT), "abc", T (INTEGER), NULL },
  { T (TEXT), "yes", T (BOOLEAN), "true" },
  { T (TEXT), "1.50", T (DOUBLE), "1.5" },
  { T (TEXT), "1.50", T (DECIMAL), "1.5" },
  { T (TEXT), "1.55", T (DECIMAL), NULL },
  { T (TEXT), "2026-01-01 10:00+02", T (TIMESTAMPTZ), "2026-01-01T08:00:00Z" },
  { T (TEXT), "2026-01-01 10:00", T (TIMESTAMP), "2026-01-01T10:00:00" },
  { T (TEXT), "2026-01-01", T (DATE), "2026-01-01" },
  { T (TEXT), "10:00", T (TIME), "10:00:00" },
  { T (TEXT), "[1, 2]", T (JSON), "[1,2]" },
  { T (TEXT), "0xAB", T (BLOB), "0xab" },
  { T (TEXT), "abc", T (ENUM), "abc" },
  { T (TEXT), "abd", T (ENUM), NULL },
  { T (TEXT), "żół", T (VARCHAR), "żół" },
  { T (TEXT), "żółt", T (VARCHAR), NULL },
  { T (TEXT), "ab  ", T (CHAR), "ab" },
  { T (TEXT), "", T (VARCHAR), "" },
  { T (CHAR), "ab ", T (TEXT), "ab" },
  { T (VARCHAR), "1", T (BIGINT), "1" },
  { T (ENUM), "true", T (BOOLEAN), "true" },
  { T (ENUM), "abc", T (TEXT), "abc" },
  { T (INTEGER), "42", T (TEXT), "42" },
  { T (INTEGER), "1234", T (VARCHAR), NULL },
  { T (INTEGER), "1", T (ENUM), "1" },
  { T (INTEGER), "1", T (BOOLEAN), "true" },
  { T (INTEGER), "2", T (BOOLEAN), NULL },
  { T (INTEGER), "-7", T (BIGINT), "-7" },
  { T (BIGINT), "2147483647", T (INTEGER), "2147483647" },
  { T (BIGINT), "2147483648", T (INTEGER), NULL },
  { T (BIGINT), "9007199254740993", T (DOUBLE), "9007199254740992" },
  { T (BIGINT), "-9223372036854775808", T (DECIMAL), "-9223372036854775808.0" },
  { T (DOUBLE), "1.5", T (INTEGER), NULL },
  { T (DOUBLE), "-2", T (INTEGER), "-2" },
  { T (DOUBLE), "1e300", T (BIGINT), NULL },
  { T (DOUBLE), "9223372036854775808", T (BIGINT), NULL },
  { T (DOUBLE), "-9223372036854775808", T (BIGINT), "-9223372036854775808" },
  { T (DOUBLE), "3000000000", T (INTEGER), NULL },
  { T (DOUBLE), "1e19", T (DECIMAL), "10000000000000000000.0" },
  { T (DOUBLE), "1e20", T (DECIMAL), NULL },
  { T (DOUBLE), "-0.5", T (DECIMAL), "-0.5" },
  { T (DOUBLE), "0.25", T (DECIMAL), NULL },
  { T (DOUBLE), "0.1", T (TEXT), "0.1" },
  { T (DECIMAL), "12.0", T (INTEGER), "12" },
  { T (DECIMAL), "12.5", T (INTEGER), NULL },
  { T (DECIMAL), "-9223372036854775808.0", T (BIGINT), "-9223372036854775808" },
  { T (DECIMAL), "9223372036854775808.0", T (BIGINT), NULL },
  { T (DECIMAL), "0.1", T (DOUBLE), "0.1" },
  { T (DECIMAL), "0.1", T (DECIMAL), "0.1" },
  { T (DECIMAL), "1", T (TEXT), "1.0" },
  { T (BOOLEAN), "true", T (INTEGER), "1" },
  { T (BOOLEAN), "false", T (BIGINT), "0" },
  { T (BOOLEAN), "true", T (TEXT), "true" },
  { T (BOOLEAN), "false", T (VARCHAR), NULL },
  { T (BOOLEAN), "true", T (BOOLEAN), "true" },
  { T (TIMESTAMP), "2026-01-01T10:00:00.5", T (TIMESTAMPTZ), "2026-01-01T10:00:00.5Z" },
  { T (TIMESTAMPTZ), "2026-01-01T10:00:00.5Z", T (TIMESTAMP), "2026-01-01T10:00:00.5" },
  { T (TIMESTAMP), "2026-01-01T10:00:00.5", T (DATE), "2026-01-01" },
  { T (TIMESTAMP), "2026-01-01T10:00:00.5", T (TIME), "10:00:00.5" },
  { T (DATE), "2026-01-01", T (TIMESTAMP), "2026-01-01T00:00:00" },
  { T (DATE), "2026-01-01", T (TEXT), "2026-01-01" },
  { T (JSON), "{\"a\": 1}", T (TEXT), "{\"a\":1}" },
  { T (UUID), "01234567-89AB-CDEF-0123-456789abcdef", T (TEXT),
    "01234567-89ab-cdef-0123-456789abcdef" },
  { T (BLOB), "0xff", T (TEXT), "0xff" },
  { T (BLOB), "0xff", T (BLOB), "0xff" },
  { T (DATE), "2026-01-01", T (INTEGER), NULL },
};

TEST (type_cast_exists__holds_for_the_documented_pairs)
{
  for (guint from = 0; from < N_COLUMN_TYPES; from++)
    for (guint to = 0; to < N_COLUMN_TYPES; to++)
      ck_assert_msg (type_cast_exists (from, to) == (MATRIX[from][to] == 'x'), "%s to %s",
                     column_type_to_string (from), column_type_to_string (to));
}

TEST (type_cast__converts_exactly_or_not_at_all)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const TypeSpec *from = &SPECS[CASES[i].from], *to = &SPECS[CASES[i].to];
      g_autoptr (GError) error = NULL;
      Value value, result;
      gboolean ok;

      ck_assert (type_parse (from, CASES[i].value, strlen (CASES[i].value), arena, &value,
                             NULL));
      ok = type_cast (from, to, &value, arena, &result, &error);
      ck_assert_msg (ok == (CASES[i].result != NULL), "%s to %s: %s", CASES[i].value,
                     column_type_to_string (to->base),
                     error != NULL ? error->message : "");
      if (!ok)
        {
          assert_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION);
          continue;
        }
      ck_assert_str_eq (type_format (to, &result, arena), CASES[i].result);
      ck_assert (type_check (to, &result, NULL));
    }
}

TEST (type_cast__keeps_null)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint from = 0; from < N_COLUMN_TYPES; from++)
    for (guint to = 0; to < N_COLUMN_TYPES; to++)
      {
        Value null = VALUE_NULL_INIT, result = value_integer (1);

        ck_assert (type_cast (&SPECS[from], &SPECS[to], &null, arena, &result, NULL));
        ck_assert (value_is_null (&result));
      }
}

TEST (type_cast__gives_every_value_back_through_text)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const TypeSpec *type = &SPECS[CASES[i].from];
      Value value, text, back;

      ck_assert (type_parse (type, CASES[i].value, strlen (CASES[i].value), arena, &value,
                             NULL));
      ck_assert (type_cast (type, &SPECS[T (TEXT)], &value, arena, &text, NULL));
      ck_assert (type_cast (&SPECS[T (TEXT)], type, &text, arena, &back, NULL));
      ck_assert_msg (value_equal (&value, &back), "%s", CASES[i].value);
    }
}

TEST (type_cast__names_the_target_and_the_value)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  Value value = value_integer (1234), result;

  ck_assert (!type_cast (&SPECS[T (INTEGER)], &SPECS[T (VARCHAR)], &value, arena, &result,
                         &error));
  ck_assert_str_eq (error->message,
                    "expected a VARCHAR(3), got '1234': it has 4 characters");
}

TEST_MAIN ("model/type_cast", type_cast_exists__holds_for_the_documented_pairs,
           type_cast__converts_exactly_or_not_at_all, type_cast__keeps_null,
           type_cast__gives_every_value_back_through_text,
           type_cast__names_the_target_and_the_value)
