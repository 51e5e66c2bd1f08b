/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "model/constraint.h"
#include "testing.h"

static const char *const AB[] = { "a", "b", NULL };
static const char *const BA[] = { "b", "a", NULL };
static const char *const NONE[] = { NULL };

static const Literal ONE = { .text = "1", .length = 1, .plain = TRUE };
static const Literal ONE_QUOTED = { .text = "1", .length = 1 };
static const Literal TWO = { .text = "2", .length = 1, .plain = TRUE };
static const Literal *const IN_12[] = { &ONE, &TWO, NULL };
static const Literal *const IN_12_QUOTED[] = { &ONE_QUOTED, &TWO, NULL };
static const Literal *const IN_1[] = { &ONE, NULL };
static const Literal *const IN_2[] = { &TWO, NULL };

static const EngineText SQL[] = { { NULL, "a > b" }, { NULL, NULL } };
static const EngineText OTHER_SQL[] = { { NULL, "a < b" }, { NULL, NULL } };

TEST (constraint_kind_to_string__names_all)
{
  ck_assert_str_eq (constraint_kind_to_string (CONSTRAINT_CHECK), "check");
  ck_assert_str_eq (constraint_kind_to_string (CONSTRAINT_FOREIGN_KEY), "foreign key");
  ck_assert_str_eq (constraint_kind_to_string (CONSTRAINT_NOT_NULL), "not null");
}

TEST (name_list__is_written_and_searched)
{
  g_autoptr (Arena) arena = arena_new ();

  ck_assert_str_eq (name_list_to_string (AB, arena), "a, b");
  ck_assert_str_eq (name_list_to_string (NONE, arena), "");
  ck_assert_str_eq (name_list_to_string (NULL, arena), "");
  ck_assert (name_list_contains (AB, "b"));
  ck_assert (!name_list_contains (AB, "c"));
  ck_assert (!name_list_contains (NULL, "a"));
  ck_assert (name_list_equal (AB, AB));
  ck_assert (!name_list_equal (AB, BA));
  ck_assert (!name_list_equal (AB, NULL));
  ck_assert (name_list_equal (NULL, NULL));
}

static Constraint
full_constraint (void)
{
  return (Constraint){ .kind = CONSTRAINT_CHECK,
                       .name = "c",
                       .columns = AB,
                       .check = { .column = "a",
                                  .min = &ONE,
                                  .max = &TWO,
                                  .in = IN_12,
                                  .has_min_length = TRUE,
                                  .min_length = 3,
                                  .has_max_length = TRUE,
                                  .max_length = 9,
                                  .expression = SQL },
                       .references_table = "t",
                       .references_columns = AB };
}

TEST (constraint_uses_column__looks_at_columns_and_check)
{
  Constraint unique = { .kind = CONSTRAINT_UNIQUE, .columns = AB };
  Constraint check = { .kind = CONSTRAINT_CHECK, .columns = NONE, .check.column = "c" };

  ck_assert (constraint_uses_column (&unique, "b"));
  ck_assert (!constraint_uses_column (&unique, "c"));
  ck_assert (constraint_uses_column (&check, "c"));
  ck_assert (!constraint_uses_column (&check, "a"));
}

TEST (constraint_rename_column__leaves_the_original_and_the_other_table)
{
  g_autoptr (Arena) arena = arena_new ();
  Constraint constraint = full_constraint ();
  const Constraint *renamed = constraint_rename_column (arena, &constraint, "a", "z");

  ck_assert_str_eq (name_list_to_string (renamed->columns, arena), "z, b");
  ck_assert_str_eq (renamed->check.column, "z");
  ck_assert_ptr_eq (renamed->references_columns, AB);
  ck_assert_str_eq (constraint.check.column, "a");
  ck_assert (constraint_equal (constraint_rename_column (arena, renamed, "z", "a"),
                               &constraint));
  ck_assert (constraint_equal (constraint_rename_column (arena, &constraint, "q", "r"),
                               &constraint));
}

/* Each changes one thing. */
static gboolean
change_constraint (Constraint *c, guint i)
{
  switch (i)
    {
    case 0:
      c->kind = CONSTRAINT_UNIQUE;
      return TRUE;
    case 1:
      c->name = "d";
      return TRUE;
    case 2:
      c->columns = BA;
      return TRUE;
    case 3:
      c->check.column = "b";
      return TRUE;
    case 4:
      c->check.min = NULL;
      return TRUE;
    case 5:
      c->check.max = &ONE;
      return TRUE;
    case 6:
      c->check.in = IN_1;
      return TRUE;
    case 7:
      c->check.in = NULL;
      return TRUE;
    case 8:
      c->check.not_empty = TRUE;
      return TRUE;
    case 9:
      c->check.has_min_length = FALSE;
      return TRUE;
    case 10:
      c->check.max_length = 10;
      return TRUE;
    case 11:
      c->check.expression = OTHER_SQL;
      return TRUE;
    case 12:
      c->references_table = NULL;
      return TRUE;
    case 13:
      c->references_columns = NULL;
      return TRUE;
    case 14:
      c->on_delete = REFERENCE_CASCADE;
      return TRUE;
    case 15:
      c->on_update = REFERENCE_SET_NULL;
      return TRUE;
    case 16:
      c->deferrable = TRUE;
      return TRUE;
    case 17:
      c->check.in = IN_2;
      return TRUE;
    default:
      return FALSE;
    }
}

TEST (constraint_equal__sees_every_change_but_that_of_place)
{
  Constraint constraint = full_constraint (), same = full_constraint (), changed;

  same.location.line = 9;
  same.check.in = IN_12_QUOTED;
  same.check.min = &ONE_QUOTED;
  ck_assert (constraint_equal (&constraint, &same));
  same.check.has_min_length = constraint.check.has_min_length = FALSE;
  same.check.min_length = 77;
  ck_assert (constraint_equal (&constraint, &same));
  constraint = changed = full_constraint ();
  for (guint i = 0; change_constraint (&changed, i); i++)
    {
      ck_assert_msg (!constraint_equal (&constraint, &changed), "change %u", i);
      ck_assert_msg (!constraint_equal (&changed, &constraint), "change %u", i);
      changed = full_constraint ();
    }
}

static const IndexPart PARTS[] = { { .column = "a" }, { .expression = SQL } };

static Index
full_index (void)
{
  return (Index){ .name = "i",
                  .parts = PARTS,
                  .n_parts = 2,
                  .where = SQL,
                  .method = "btree",
                  .include = AB };
}

TEST (index_uses_column__looks_at_parts_and_include)
{
  Index index = full_index ();

  ck_assert (index_uses_column (&index, "a"));
  ck_assert (index_uses_column (&index, "b"));
  ck_assert (!index_uses_column (&index, "c"));
  index.include = NULL;
  ck_assert (!index_uses_column (&index, "b"));
}

TEST (index_rename_column__renames_parts_and_include)
{
  g_autoptr (Arena) arena = arena_new ();
  Index index = full_index ();
  const Index *renamed = index_rename_column (arena, &index, "a", "z");

  ck_assert_str_eq (renamed->parts[0].column, "z");
  ck_assert_ptr_null (renamed->parts[1].column);
  ck_assert_str_eq (name_list_to_string (renamed->include, arena), "z, b");
  ck_assert_str_eq (index.parts[0].column, "a");
  ck_assert (!index_equal (renamed, &index));
  ck_assert (index_equal (index_rename_column (arena, renamed, "z", "a"), &index));
}

/* Each changes one thing. */
static gboolean
change_index (Index *index, guint i)
{
  static const IndexPart DESCENDING[]
      = { { .column = "a", .descending = TRUE }, { .expression = SQL } };
  static const IndexPart OPCLASS[]
      = { { .column = "a", .opclass = "o" }, { .expression = SQL } };
  static const IndexPart OTHER[] = { { .column = "a" }, { .expression = OTHER_SQL } };
  static const IndexPart COLUMN[] = { { .column = "b" }, { .expression = SQL } };
  static const IndexPart *const CHANGED[] = { DESCENDING, OPCLASS, OTHER, COLUMN };

  if (i < G_N_ELEMENTS (CHANGED))
    {
      index->parts = CHANGED[i];
      return TRUE;
    }
  switch (i)
    {
    case 4:
      index->name = "j";
      return TRUE;
    case 5:
      index->n_parts = 1;
      return TRUE;
    case 6:
      index->unique = TRUE;
      return TRUE;
    case 7:
      index->where = NULL;
      return TRUE;
    case 8:
      index->method = "gin";
      return TRUE;
    case 9:
      index->include = NULL;
      return TRUE;
    case 10:
      index->options = AB;
      return TRUE;
    default:
      return FALSE;
    }
}

TEST (index_equal__sees_every_change_but_that_of_place)
{
  Index index = full_index (), changed = full_index ();

  changed.location.line = 3;
  ck_assert (index_equal (&index, &changed));
  for (guint i = 0; change_index (&changed, i); i++)
    {
      ck_assert_msg (!index_equal (&index, &changed), "change %u", i);
      changed = full_index ();
    }
}

TEST_MAIN ("model/constraint", constraint_kind_to_string__names_all,
           name_list__is_written_and_searched,
           constraint_uses_column__looks_at_columns_and_check,
           constraint_rename_column__leaves_the_original_and_the_other_table,
           constraint_equal__sees_every_change_but_that_of_place,
           index_uses_column__looks_at_parts_and_include,
           index_rename_column__renames_parts_and_include,
           index_equal__sees_every_change_but_that_of_place)
