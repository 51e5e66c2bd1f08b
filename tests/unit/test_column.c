/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/column.h"
#include "testing.h"

static const EngineText NOW[] = { { "sqlite", "CURRENT_TIMESTAMP" },
                                  { NULL, "now()" },
                                  { "mariadb", "NOW(6)" },
                                  { NULL, NULL } };
static const EngineText NOW_AGAIN[] = { { "sqlite", "CURRENT_TIMESTAMP" },
                                        { NULL, "now()" },
                                        { "mariadb", "NOW(6)" },
                                        { NULL, NULL } };
static const EngineText ONE[] = { { "sqlite", "CURRENT_TIMESTAMP" }, { NULL, NULL } };
static const EngineText OTHER[] = { { "sqlite", "x" }, { NULL, NULL } };

static Column
full_column (void)
{
  return (Column){ .name = "made_at",
                   .type = { .base = COLUMN_TYPE_TIMESTAMP },
                   .nullable = TRUE,
                   .default_kind = DEFAULT_EXPRESSION,
                   .default_expression = NOW,
                   .comment = "when",
                   .collate = "C",
                   .native = ONE };
}

TEST (engine_text_for__prefers_the_engine_s_own)
{
  ck_assert_str_eq (engine_text_for (NOW, "sqlite"), "CURRENT_TIMESTAMP");
  ck_assert_str_eq (engine_text_for (NOW, "mariadb"), "NOW(6)");
  ck_assert_str_eq (engine_text_for (NOW, "postgres"), "now()");
  ck_assert_ptr_null (engine_text_for (ONE, "postgres"));
  ck_assert_ptr_null (engine_text_for (NULL, "postgres"));
}

TEST (engine_text_equal__compares_entries)
{
  ck_assert (engine_text_equal (NULL, NULL));
  ck_assert (engine_text_equal (NOW, NOW_AGAIN));
  ck_assert (!engine_text_equal (NOW, NULL));
  ck_assert (!engine_text_equal (NOW, ONE));
  ck_assert (!engine_text_equal (ONE, NOW));
  ck_assert (!engine_text_equal (ONE, OTHER));
}

TEST (column_copy__may_be_changed)
{
  g_autoptr (Arena) arena = arena_new ();
  Column column = full_column ();
  Column *copy = column_copy (arena, &column);

  ck_assert (column_equal (copy, &column));
  copy->name = "other";
  ck_assert_str_eq (column.name, "made_at");
  ck_assert (!column_equal (copy, &column));
}

/* Each changes one thing. */
static void
change (Column *column, guint i)
{
  static const TypeSpec DATE = { .base = COLUMN_TYPE_DATE };

  switch (i)
    {
    case 0:
      column->name = "x";
      break;
    case 1:
      column->type = DATE;
      break;
    case 2:
      column->nullable = FALSE;
      break;
    case 3:
      column->default_kind = DEFAULT_NONE;
      break;
    case 4:
      column->default_expression = OTHER;
      break;
    case 5:
      column->primary_key = TRUE;
      break;
    case 6:
      column->unique = TRUE;
      break;
    case 7:
      column->identity = IDENTITY_ALWAYS;
      break;
    case 8:
      column->comment = NULL;
      break;
    case 9:
      column->collate = "D";
      break;
    default:
      column->native = NULL;
    }
}

TEST (column_equal__sees_every_change_but_that_of_place)
{
  Column column = full_column (), moved = full_column ();

  moved.location.line = 7;
  ck_assert (column_equal (&column, &moved));
  for (guint i = 0; i <= 10; i++)
    {
      Column changed = full_column ();

      change (&changed, i);
      ck_assert_msg (!column_equal (&column, &changed), "change %u", i);
    }
}

TEST (column_equal__compares_default_values)
{
  Column a = { .name = "n",
               .default_kind = DEFAULT_VALUE,
               .default_value = value_integer (1) };
  Column b = a;

  ck_assert (column_equal (&a, &b));
  b.default_value = value_integer (2);
  ck_assert (!column_equal (&a, &b));
  a.default_kind = b.default_kind = DEFAULT_NONE;
  ck_assert (column_equal (&a, &b));
}

TEST (column_is_optional__holds_where_something_fills_it)
{
  Column column = { .name = "n" };

  ck_assert (!column_is_optional (&column));
  column.identity = IDENTITY_BY_DEFAULT;
  ck_assert (column_is_optional (&column));
  column = (Column){ .nullable = TRUE };
  ck_assert (column_is_optional (&column));
  column = (Column){ .default_kind = DEFAULT_EXPRESSION };
  ck_assert (column_is_optional (&column));
}

TEST_MAIN ("model/column", engine_text_for__prefers_the_engine_s_own,
           engine_text_equal__compares_entries, column_copy__may_be_changed,
           column_equal__sees_every_change_but_that_of_place,
           column_equal__compares_default_values,
           column_is_optional__holds_where_something_fills_it)
