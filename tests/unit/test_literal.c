/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "model/error.h"
#include "model/literal.h"
#include "testing.h"

static const TypeSpec TEXT = { .base = COLUMN_TYPE_TEXT };
static const TypeSpec INTEGER = { .base = COLUMN_TYPE_INTEGER };
static const TypeSpec BLOB = { .base = COLUMN_TYPE_BLOB };

static Literal
literal (const char *text, gboolean plain, gboolean binary)
{
  return (
      Literal){ .text = text, .length = strlen (text), .plain = plain, .binary = binary };
}

TEST (literal_is_null__wants_it_plain)
{
  static const struct
  {
    const char *text;
    gboolean plain, binary, is_null;
  } CASES[] = {
    { "null", TRUE, FALSE, TRUE },  { "~", TRUE, FALSE, TRUE },
    { "", TRUE, FALSE, TRUE },      { "null", FALSE, FALSE, FALSE },
    { "~", FALSE, FALSE, FALSE },   { "", FALSE, FALSE, FALSE },
    { "Null", TRUE, FALSE, FALSE }, { "NULL", TRUE, FALSE, FALSE },
    { "nul", TRUE, FALSE, FALSE },  { "null", TRUE, TRUE, FALSE },
    { "", TRUE, TRUE, FALSE },      { "a", TRUE, FALSE, FALSE },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      Literal given = literal (CASES[i].text, CASES[i].plain, CASES[i].binary);

      ck_assert_int_eq (literal_is_null (&given), CASES[i].is_null);
    }
}

TEST (literal_resolve__reads_by_type)
{
  g_autoptr (Arena) arena = arena_new ();
  Literal number = literal ("42", TRUE, FALSE), null = literal ("null", TRUE, FALSE);
  Literal quoted = literal ("null", FALSE, FALSE);
  Value value;

  ck_assert (literal_resolve (&number, &INTEGER, arena, &value, NULL));
  ck_assert (value.kind == VALUE_INTEGER && value.integer == 42);
  ck_assert (literal_resolve (&number, &TEXT, arena, &value, NULL));
  ck_assert (value.kind == VALUE_TEXT);
  ck_assert (literal_resolve (&null, &INTEGER, arena, &value, NULL));
  ck_assert (value_is_null (&value));
  ck_assert (literal_resolve (&quoted, &TEXT, arena, &value, NULL));
  ck_assert (value.kind == VALUE_TEXT && value.text.length == 4);
  ck_assert (!literal_resolve (&quoted, &INTEGER, arena, &value, NULL));
}

TEST (literal_resolve__decodes_binary_for_a_blob)
{
  static const struct
  {
    const char *text;
    const char *bytes; /* NULL: refused */
    gsize length;
  } CASES[] = {
    { "", "", 0 },
    { "AP8=", "\x00\xff", 2 },
    { "YQ==", "a", 1 },
    { " YWJj\n  ZGVm\n", "abcdef", 6 },
    { "+/+/", "\xfb\xff\xbf", 3 },
    { "YQ=", NULL, 0 },
    { "YQ", NULL, 0 },
    { "Y===", NULL, 0 },
    { "====", NULL, 0 },
    { "YQ==YQ==", NULL, 0 },
    { "Y-_=", NULL, 0 },
    { "ż", NULL, 0 },
  };
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      Literal given = literal (CASES[i].text, TRUE, TRUE);
      g_autoptr (GError) error = NULL;
      Value value;

      if (!literal_resolve (&given, &BLOB, arena, &value, &error))
        {
          ck_assert_msg (CASES[i].bytes == NULL, "%s", CASES[i].text);
          assert_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION);
          continue;
        }
      ck_assert_msg (CASES[i].bytes != NULL, "%s", CASES[i].text);
      ck_assert_uint_eq (value.text.length, CASES[i].length);
      ck_assert (memcmp (value.text.bytes, CASES[i].bytes, CASES[i].length) == 0);
    }
}

TEST (literal_resolve__refuses_binary_for_other_types)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) error = NULL;
  Literal given = literal ("YQ==", TRUE, TRUE);
  Value value;

  ck_assert (!literal_resolve (&given, &TEXT, arena, &value, &error));
  ck_assert_str_eq (error->message, "a !!binary value wants a BLOB column, not TEXT");
}

TEST (literal_equal__compares_what_matters)
{
  Literal plain = literal ("a", TRUE, FALSE), quoted = literal ("a", FALSE, FALSE);
  Literal null = literal ("null", TRUE, FALSE), word = literal ("null", FALSE, FALSE);
  Literal binary = literal ("a", TRUE, TRUE), longer = literal ("ab", TRUE, FALSE);

  ck_assert (literal_equal (&plain, &quoted));
  ck_assert (!literal_equal (&null, &word));
  ck_assert (!literal_equal (&plain, &binary));
  ck_assert (!literal_equal (&plain, &longer));
}

TEST_MAIN ("model/literal", literal_is_null__wants_it_plain,
           literal_resolve__reads_by_type, literal_resolve__decodes_binary_for_a_blob,
           literal_resolve__refuses_binary_for_other_types,
           literal_equal__compares_what_matters)
