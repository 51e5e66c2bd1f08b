/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of SQL expressions share: transforms, and the texts they are tried on.
 *
 * ZDM_SEED repeats a run.
 */
#pragma once

#include "model/text.h"
#include "transform_testing.h"
#include "type_testing.h"

#define STAGES_MAX 5

typedef struct
{
  const TypeSpec *inputs[MAX_INPUTS];
  guint n_stages;
  TransformStage stages[STAGES_MAX];
  const TypeSpec *output;
} Case;

/* Inputs that somebody thought of. */
static const char *const TEXTS[] = {
  "",
  " ",
  "  ",
  "a",
  "A",
  "abc",
  "ABC xyz@[`{Z",
  "  a b  ",
  "\ta\n",
  "Anna Maria Nowak",
  "a--b---c",
  "aaa",
  "aaaa",
  "aaaaa",
  "--",
  "-",
  "a-",
  "-a",
  "ż",
  "żółty",
  "zielony",
  "red",
  "RED",
  "Red",
  "red ",
  " red",
  "ŻÓŁW",
  "straße",
  "İI",
  "e\xcc\x81",
  "e\xcc\x81 e\xcc\x81",
  "😀",
  "😀😀😀",
  "😀😀😀😀😀",
  "😀😀😀😀😀😀",
  "ab   ",
  "ab    ",
  "abc ",
  "abcd",
  "abcde",
  "abcdef",
  "it's",
  "\"q\"",
  "'",
  "%s",
  "{a}",
  "\xc2\xa0 a ",
  "null",
  "NULL",
  "0",
  "1",
  "-0",
  "+0",
  "00",
  "+5",
  "007",
  " 5",
  "5 ",
  "1e3",
  "0x10",
  "-",
  "+",
  "--5",
  "+-5",
  "5-",
  "1.",
  ".5",
  "1.5",
  "1.0",
  "-1.50",
  "0.000",
  "-0.00",
  "0001.2300",
  "1.2.3",
  "12.345",
  "9999.99",
  "10000.00",
  "9999.990",
  "-9999.99",
  "-9999.995",
  "1,5",
  "1_000",
  "٣",
  "½",
  "2147483647",
  "2147483648",
  "-2147483648",
  "-2147483649",
  "002147483647",
  "9223372036854775807",
  "9223372036854775808",
  "-9223372036854775808",
  "-9223372036854775809",
  "+9223372036854775807",
  "00000000000000000000000000000000007",
  "99999999999999999999999999",
  "-00000000000000000000009223372036854775808",
  "18446744073709551616",
  "0.1",
  "123456789012345678901234567890.123456789",
  "true",
  "TRUE",
  "True",
  "false",
  "yes",
  "no",
  "on",
  "off",
  "t",
  "y",
  "ON",
  "oN",
  "2",
  "-1",
  "01",
  "2026-11-22",
  "2026-02-29",
  "2024-02-29",
  "2000-02-29",
  "1900-02-29",
  "2100-02-28",
  "2026-04-31",
  "2026-13-01",
  "2026-00-10",
  "2026-01-00",
  "0000-01-01",
  "0001-01-01",
  "9999-12-31",
  "10000-01-01",
  "2026-1-1",
  "2026-11-22 ",
  "2026-11-22T",
  "-2026-11-22",
  "10:00",
  "10:00:00",
  "23:59:59",
  "24:00:00",
  "10:60:00",
  "10:00:60",
  "10:00:61",
  "9:00",
  "10:00:0",
  "10:00:",
  "10:00:00.",
  "10:00:00.1",
  "10:00:00.12",
  "10:00:00.123",
  "10:00:00.1234",
  "10:00:00.12345",
  "10:00:00.123456",
  "10:00:00.1234560",
  "10:00:00.1234567",
  "10:00:00.000000",
  "10:00:00.100000000",
  "10:00:00.5x",
  "10:00.5",
  "10:00Z",
  "10:00:00,5",
  "29:00:00",
  "2026-11-22T10:00:00",
  "2026-11-22 10:00",
  "2026-11-22T10:00",
  "2026-11-22t10:00:00",
  "2026-11-22  10:00:00",
  "2026-11-22T10:00:00.120",
  "2026-11-22T10:00:00Z",
  "2026-11-22T10:00:00z",
  "2026-11-22T10:00:00+02",
  "2026-11-22T10:00:00+02:00",
  "2026-11-22T10:00:00-0230",
  "2026-11-22T10:00:00+2",
  "2026-11-22T10:00:00+02:",
  "2026-11-22T10:00:00+02:0",
  "2026-11-22T10:00:00+02:60",
  "2026-11-22T10:00:00+15:59",
  "2026-11-22T10:00:00-15:59",
  "2026-11-22T10:00:00+16:00",
  "2026-11-22T10:00:00-16",
  "2026-11-22T10:00+02",
  "2026-11-22T10:00:00 +02",
  "2026-11-22T10:00:00+02:00x",
  "2026-11-22T10:00:00+00:00",
  "2026-11-22T10:00:00.5-01:00",
  "2026-11-22T10:00:00ZZ",
  "2026-11-22T10:00:00Z+01",
  "0001-01-01T00:00:00+00:01",
  "0001-01-01T00:00:00-00:01",
  "9999-12-31T23:59:59-00:01",
  "9999-12-31T23:59:59+00:01",
  "9999-12-31T23:59:59.999999Z",
  "2024-03-01T00:30:00+01:00",
  "2026-03-01T00:30:00+01:00",
  "2026-12-31T23:30:00-01:00",
  "2026-02-30T00:30:00+01:00",
  "2026-02-29T23:30:00-01:00",
  "01234567-89ab-cdef-0123-456789abcdef",
  "01234567-89AB-CDEF-0123-456789ABCDEF",
  "0123456789abcdef0123456789abcdef",
  "01234567-89ab-cdef-0123-456789abcde",
  "01234567-89ab-cdef-0123-456789abcdefa",
  "01234567-89ab-cdef-0123-456789abcdeg",
  "0123456-789ab-cdef-0123-456789abcdef",
  "--------------------------------1---",
  "01234567-89ab-cdef-0123-456789abcde-",
  "0x",
  "0x00",
  "0xfF",
  "0xf",
  "{\"a\":1}",
  "[1,2]",
  "1e400",
  "1e-400",
  "0.30000000000000004",
  "3.5",
  "-2.5",
  "1e18",
  "9.3e18",
  "-9223372036854775808.0",
  "4294967296.0",
};

/* What random texts are made of. */
static const char *const PIECES[] = {
  "0", "1", "2", "3", "5",         "9", "00", "-",   "+",  ".",  ":",
  "T", "Z", " ", " ", "  ",        "a", "A",  "z",   "Z",  "aa", "--",
  "e", "ż", "Ł", "😀", "e\xcc\x81", "'", "\"", "red", "\n", "12", "31",
};

static inline guint32
seed (void)
{
  const char *text = g_getenv ("ZDM_SEED");

  return text != NULL ? (guint32) g_ascii_strtoull (text, NULL, 10) : 1;
}

static inline char *
random_digits (GRand *rand, int n)
{
  GString *text = g_string_new (NULL);

  for (; n > 0; n--)
    g_string_append_c (text, (char) ('0' + g_rand_int_range (rand, 0, 10)));
  return g_string_free (text, FALSE);
}

static inline char *
random_moment (GRand *rand)
{
  static const char *const ZONES[]
      = { "", "", "", "Z", "+01", "-0130", "+05:45", "-15:59" };
  g_autofree char *fraction = random_digits (rand, g_rand_int_range (rand, 1, 9));

  return g_strdup_printf (
      "%04d-%02d-%02d%c%02d:%02d:%02d%s%s%s", g_rand_int_range (rand, 0, 3000),
      g_rand_int_range (rand, 1, 13), g_rand_int_range (rand, 1, 32),
      g_rand_boolean (rand) ? 'T' : ' ', g_rand_int_range (rand, 0, 25),
      g_rand_int_range (rand, 0, 60), g_rand_int_range (rand, 0, 60),
      g_rand_boolean (rand) ? "." : "", g_rand_boolean (rand) ? fraction : "",
      ZONES[g_rand_int_range (rand, 0, G_N_ELEMENTS (ZONES))]);
}

static inline char *
random_pieces (GRand *rand)
{
  GString *text = g_string_new (NULL);

  for (int n = g_rand_int_range (rand, 0, 12); n > 0; n--)
    g_string_append (text, PIECES[g_rand_int_range (rand, 0, G_N_ELEMENTS (PIECES))]);
  return g_string_free (text, FALSE);
}

/* A picked text with one character taken away, put in or replaced. */
static inline char *
random_neighbour (GRand *rand)
{
  const char *text = TEXTS[g_rand_int_range (rand, 0, G_N_ELEMENTS (TEXTS))];
  glong n = g_utf8_strlen (text, -1);
  const char *place
      = g_utf8_offset_to_pointer (text, g_rand_int_range (rand, 0, (gint32) n + 1));
  const char *rest
      = *place != '\0' && g_rand_boolean (rand) ? g_utf8_next_char (place) : place;

  return g_strdup_printf ("%.*s%s%s", (int) (place - text), text,
                          g_rand_boolean (rand)
                              ? PIECES[g_rand_int_range (rand, 0, G_N_ELEMENTS (PIECES))]
                              : "",
                          rest);
}

static inline char *
random_number_text (GRand *rand)
{
  g_autofree char *whole = random_digits (rand, g_rand_int_range (rand, 1, 21));
  g_autofree char *fraction = random_digits (rand, g_rand_int_range (rand, 1, 6));

  return g_strdup_printf ("%s%s%s%s", g_rand_boolean (rand) ? "-" : "", whole,
                          g_rand_boolean (rand) ? "." : "",
                          g_rand_boolean (rand) ? fraction : "");
}

static inline char *
random_input (GRand *rand)
{
  switch (g_rand_int_range (rand, 0, 5))
    {
    case 0:
      return random_moment (rand);
    case 1:
      return random_pieces (rand);
    case 2:
      return random_number_text (rand);
    case 3:
      return g_strdup (TEXTS[g_rand_int_range (rand, 0, G_N_ELEMENTS (TEXTS))]);
    default:
      return random_neighbour (rand);
    }
}

#define STAGE(name)          \
  {                          \
    .kind = TRANSFORM_##name \
  }
#define CAST(...)                                                        \
  {                                                                      \
    .kind = TRANSFORM_CAST, .cast = {.base = COLUMN_TYPE_##__VA_ARGS__ } \
  }
#define SPLIT(mark, which, n)                                                          \
  {                                                                                    \
    .kind = TRANSFORM_SPLIT, .split = {.separator = mark, .part = which, .number = n } \
  }
#define PAD(n, character, where)                                                   \
  {                                                                                \
    .kind = TRANSFORM_PAD, .pad = {.length = n, .with = character, .side = where } \
  }
#define MAP(keys, values, rest)                                                    \
  {                                                                                \
    .kind = TRANSFORM_MAP, .map = {.from = keys, .to = values, .otherwise = rest } \
  }
#define VALUE(which, word)                               \
  {                                                      \
    .kind = TRANSFORM_##which, .value = &(const Literal) \
    {                                                    \
      .text = word, .length = sizeof (word) - 1          \
    }                                                    \
  }
#define JOIN(mark)                            \
  {                                           \
    .kind = TRANSFORM_JOIN, .separator = mark \
  }
#define TEMPLATE(text)                          \
  {                                             \
    .kind = TRANSFORM_TEMPLATE, .pattern = text \
  }

#define L(word) (&(const Literal){ .text = word, .length = sizeof (word) - 1 })
#define L_NULL (&(const Literal){ .text = "null", .length = 4, .plain = TRUE })

static const Literal *const NO_LITERALS[] = { NULL };
static const Literal *const WORDS[] = { L ("a"), L ("red"), L ("it's"), L (""), NULL };
static const Literal *const OTHERS[] = { L ("b'"), L ("żółty"), L ("red"), L_NULL, NULL };
static const Literal *const WITH_NULL[] = { L_NULL, L ("A"), L ("0"), NULL };
static const Literal *const NUMBERS[] = { L ("7"), L ("1"), L ("-1"), NULL };
static const Literal *const MOMENTS[] = { L ("2026-11-22 10:00"), L_NULL, NULL };
static const Literal *const TWO_AND_ONE[] = { L ("x"), L ("y"), L ("z"), NULL };
static const Literal *const TWO[] = { L ("x"), L ("y"), NULL };
static const Literal *const DECIMALS[] = { L ("1.5"), L ("0"), NULL };
static const Literal *const TRUTHS[] = { L ("true"), L ("no"), NULL };
static const Literal *const BLOBS[] = { L ("0x00"), L ("0xff"), NULL };
static const Literal *const REALS[] = { L ("3.5"), L ("0.30000000000000004"), NULL };

static const TypeSpec LONGER = { .base = COLUMN_TYPE_VARCHAR, .length = 20 };
static const TypeSpec INTEGRAL = { .base = COLUMN_TYPE_DECIMAL, .precision = 20 };
static const TypeSpec TINY = { .base = COLUMN_TYPE_DECIMAL, .precision = 2, .scale = 4 };

static const Case CASES[] = {
  { { &TEXT }, 1, { STAGE (DIRECT_COPY) }, &TEXT },
  { { &TEXT }, 1, { STAGE (DIRECT_COPY) }, &VARCHAR },
  { { &TEXT }, 1, { STAGE (DIRECT_COPY) }, &CHAR },
  { { &CHAR }, 1, { STAGE (DIRECT_COPY) }, &VARCHAR },
  { { &CHAR }, 2, { STAGE (LOWER), STAGE (UPPER) }, &LONGER },
  { { &VARCHAR }, 1, { STAGE (DIRECT_COPY) }, &ENUM },
  { { &INTEGER }, 1, { STAGE (DIRECT_COPY) }, &BIGINT },
  { { &DECIMAL }, 1, { STAGE (DIRECT_COPY) }, &ANY_DECIMAL },
  { { &ANY_DECIMAL }, 1, { STAGE (DIRECT_COPY) }, &DECIMAL },
  { { &TEXT }, 1, { STAGE (LOWER) }, &TEXT },
  { { &TEXT }, 1, { STAGE (UPPER) }, &VARCHAR },
  { { &TEXT }, 1, { STAGE (TRIM) }, &TEXT },
  { { &TEXT }, 1, { STAGE (TRIM) }, &CHAR },
  { { &TEXT }, 1, { SPLIT (" ", SPLIT_NUMBERED, 1) }, &TEXT },
  { { &TEXT }, 1, { SPLIT (" ", SPLIT_NUMBERED, 2) }, &TEXT },
  { { &TEXT }, 1, { SPLIT (" ", SPLIT_NUMBERED, 3) }, &VARCHAR },
  { { &TEXT }, 1, { SPLIT ("0", SPLIT_NUMBERED, 7) }, &TEXT },
  { { &TEXT }, 1, { SPLIT ("aa", SPLIT_NUMBERED, 1) }, &TEXT },
  { { &TEXT }, 1, { SPLIT ("aa", SPLIT_NUMBERED, 2) }, &TEXT },
  { { &TEXT }, 1, { SPLIT ("aa", SPLIT_NUMBERED, 3) }, &TEXT },
  { { &TEXT }, 1, { SPLIT ("--", SPLIT_REST, 0) }, &TEXT },
  { { &TEXT }, 1, { SPLIT ("e\xcc\x81", SPLIT_REST, 0) }, &TEXT },
  { { &TEXT }, 1, { SPLIT (" ", SPLIT_LAST, 0) }, &TEXT },
  { { &TEXT }, 1, { SPLIT ("-", SPLIT_LAST, 0) }, &VARCHAR },
  { { &TEXT }, 1, { SPLIT ("ż", SPLIT_LAST, 0) }, &TEXT },
  { { &TEXT }, 1, { SPLIT ("aa", SPLIT_LAST, 0) }, &TEXT },
  { { &TEXT }, 1, { SPLIT ("--", SPLIT_LAST, 0) }, &TEXT },
  { { &TEXT }, 1, { SPLIT ("'", SPLIT_LAST, 0) }, &TEXT },
  { { &TEXT }, 1, { PAD (5, "0", PAD_LEFT) }, &TEXT },
  { { &TEXT }, 1, { PAD (4, "😀", PAD_RIGHT) }, &VARCHAR },
  { { &TEXT }, 1, { PAD (0, "'", PAD_RIGHT) }, &TEXT },
  { { &CHAR }, 1, { PAD (3, " ", PAD_RIGHT) }, &CHAR },
  { { &TEXT }, 1, { MAP (WORDS, OTHERS, MAP_ELSE_ERROR) }, &TEXT },
  { { &TEXT }, 1, { MAP (WORDS, OTHERS, MAP_ELSE_NULL) }, &TEXT },
  { { &TEXT }, 1, { MAP (WORDS, OTHERS, MAP_ELSE_KEEP) }, &VARCHAR },
  { { &TEXT }, 1, { MAP (WITH_NULL, NUMBERS, MAP_ELSE_ERROR) }, &INTEGER },
  { { &TEXT }, 1, { MAP (WITH_NULL, NUMBERS, MAP_ELSE_NULL) }, &DECIMAL },
  { { &TEXT }, 1, { MAP (WITH_NULL, NUMBERS, MAP_ELSE_KEEP) }, &CHAR },
  { { &TEXT }, 1, { MAP (NO_LITERALS, NO_LITERALS, MAP_ELSE_KEEP) }, &VARCHAR },
  { { &TEXT }, 1, { MAP (NO_LITERALS, NO_LITERALS, MAP_ELSE_ERROR) }, &TEXT },
  { { &BIGINT }, 1, { MAP (NUMBERS, NUMBERS, MAP_ELSE_KEEP) }, &BIGINT },
  { { &INTEGER }, 1, { MAP (NUMBERS, WITH_NULL, MAP_ELSE_ERROR) }, &TEXT },
  { { &TIMESTAMP }, 1, { MAP (MOMENTS, TWO, MAP_ELSE_ERROR) }, &TEXT },
  { { &ANY_DECIMAL }, 1, { MAP (DECIMALS, DECIMALS, MAP_ELSE_KEEP) }, &DECIMAL },
  { { &BOOLEAN }, 1, { MAP (TRUTHS, TWO, MAP_ELSE_ERROR) }, &TEXT },
  { { &BLOB }, 1, { MAP (BLOBS, BLOBS, MAP_ELSE_KEEP) }, &BLOB },
  { { &DOUBLE }, 1, { MAP (REALS, REALS, MAP_ELSE_NULL) }, &DOUBLE },
  { { &TEXT }, 1, { VALUE (COALESCE, "it's") }, &VARCHAR },
  { { &TEXT }, 1, { VALUE (COALESCE, "it's") }, &TEXT },
  { { &INTEGER }, 1, { VALUE (COALESCE, "5000000000") }, &BIGINT },
  { { &DECIMAL }, 1, { VALUE (COALESCE, "1.5") }, &ANY_DECIMAL },
  { { &JSON }, 1, { VALUE (COALESCE, "{ }") }, &JSON },
  { { &TIMESTAMPTZ }, 1, { VALUE (COALESCE, "2026-11-22 10:00+02") }, &TIMESTAMPTZ },
  { { &TEXT }, 1, { VALUE (CONSTANT, "it's") }, &TEXT },
  { { &TEXT }, 2, { VALUE (CONSTANT, "A b"), STAGE (LOWER) }, &TEXT },
  { { NULL }, 1, { VALUE (CONSTANT, "-9223372036854775808") }, &BIGINT },
  { { &TEXT, &TEXT, &TEXT }, 1, { JOIN (" ") }, &TEXT },
  { { &TEXT, &CHAR, &ENUM }, 1, { JOIN ("") }, &VARCHAR },
  { { &INTEGER, &DECIMAL, &TIMESTAMP }, 1, { JOIN ("ż'") }, &TEXT },
  { { &BOOLEAN, &BLOB, &DATE }, 1, { JOIN ("-") }, &TEXT },
  { { &TEXT }, 1, { JOIN (", ") }, &TEXT },
  { { &TEXT, &TEXT, &BIGINT }, 1, { TEMPLATE ("{ok}, {v}{{'{v}'}} {b}") }, &TEXT },
  { { &TEXT, &TIME, &UUID }, 1, { TEMPLATE ("{v}") }, &VARCHAR },
  { { &TIMESTAMPTZ, &TIME, &UUID }, 1, { TEMPLATE ("{v} {ok} {b}") }, &TEXT },
  { { &TEXT }, 1, { TEMPLATE ("") }, &TEXT },
  { { &TEXT }, 1, { TEMPLATE ("it's") }, &TEXT },
  { { &TEXT, &TEXT }, 3, { JOIN (" "), STAGE (TRIM), STAGE (UPPER) }, &LONGER },
  { { &TEXT, &INTEGER }, 2, { JOIN (" "), JOIN ("-") }, &TEXT },
  { { &TEXT, &TEXT }, 3, { JOIN ("-"), CAST (DATE), CAST (TIMESTAMP) }, &TIMESTAMP },
  { { &TEXT }, 3, { STAGE (TRIM), CAST (INTEGER), TEMPLATE ("n{v}") }, &TEXT },
  { { &TEXT },
    5,
    { STAGE (TRIM), STAGE (LOWER), SPLIT (" ", SPLIT_LAST, 0), PAD (6, "0", PAD_LEFT),
      CAST (INTEGER) },
    &BIGINT },
  { { &TEXT }, 3, { CAST (TIMESTAMPTZ), CAST (TIMESTAMP), CAST (DATE) }, &DATE },
  { { &TEXT }, 3, { CAST (TIMESTAMP), CAST (TIME), CAST (TEXT) }, &CHAR },
  { { &TEXT },
    4,
    { CAST (BIGINT), CAST (BOOLEAN), CAST (INTEGER), VALUE (COALESCE, "7") },
    &INTEGER },
  { { &TEXT },
    2,
    { CAST (DECIMAL, .precision = 6, .scale = 2), CAST (INTEGER) },
    &INTEGER },
  { { &TEXT }, 1, { CAST (DECIMAL, .precision = 20) }, &INTEGRAL },
  { { &TEXT }, 1, { CAST (DECIMAL, .precision = 2, .scale = 4) }, &TINY },
  { { &TEXT },
    3,
    { VALUE (COALESCE, "-"), MAP (WORDS, OTHERS, MAP_ELSE_KEEP),
      CAST (CHAR, .length = 3) },
    &CHAR },
  { { &INTEGER }, 3, { CAST (TEXT), PAD (6, "0", PAD_LEFT), STAGE (UPPER) }, &TEXT },
  { { &DOUBLE }, 2, { CAST (BIGINT), CAST (TEXT) }, &TEXT },
};
