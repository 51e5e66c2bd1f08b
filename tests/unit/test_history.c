/* SPDX-License-Identifier: Apache-2.0
 *
 * History: what files leave behind for the files after them.
 */
#include "config.h"

#include "safety/history.h"

#include <string.h>

#include "load/load.h"
#include "planner/planner.h"
#include "testing.h"

#define USERS                                                               \
  "table:\n  name: users\n  columns:\n"                                     \
  "    - { name: id, type: INTEGER, nullable: false, primary_key: true }\n" \
  "    - { name: name, type: TEXT }\n"
#define MIRROR                     \
  "steps:\n  - phase: expanding\n" \
  "    add_column: { column: { name: label, type: \"VARCHAR(80)\" }, from: name }\n"

static void
fold (History *history, const char *file, const char *id, const char *rest)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autofree char *yaml = g_strdup_printf ("id: %s\n%s", id, rest);
  g_autoptr (Migration) migration = load_bytes (file, yaml, strlen (yaml), diagnostics);
  g_autoptr (MigrationPlan) plan
      = migration != NULL ? planner_plan (migration, diagnostics) : NULL;
  Target target;

  ck_assert_msg (plan != NULL, "%s",
                 diagnostic_list_length (diagnostics) > 0
                     ? diagnostic_list_get (diagnostics, 0)->message
                     : "no plan");
  target_init (&target);
  g_autoptr (GPtrArray) effects = effects_of_plan (migration, plan, &target, plan->arena);
  history_fold (history, file, migration, effects);
}

/* As the analysis of raw SQL gives it. */
static void
fold_effect (History *history, const char *file, Effect effect)
{
  g_autoptr (GPtrArray) effects = g_ptr_array_new ();

  effect.origin = EFFECT_OF_SQL;
  g_ptr_array_add (effects, &effect);
  history_fold (history, file, NULL, effects);
}

TEST (history__knows_ids_and_their_order)
{
  g_autoptr (History) history = history_new ();
  const char *file = NULL;

  fold (history, "a", "MIG-009", USERS "change: []\n");
  fold (history, "b", "MIG-010", USERS "change: []\n");
  fold (history, "c", "MIG-009", USERS "change: []\n");
  ck_assert_str_eq (history_file_of_id (history, "MIG-009"), "a");
  ck_assert_ptr_null (history_file_of_id (history, "MIG-011"));
  ck_assert_str_eq (history_later_id (history, "MIG-9", &file), "MIG-010");
  ck_assert_str_eq (file, "b");
  ck_assert_ptr_null (history_later_id (history, "MIG-010", &file));
  ck_assert_ptr_null (history_later_id (history, "FIX-1", &file));
  ck_assert_ptr_null (history_later_id (history, "cleanup", &file));
}

TEST (history__knows_the_types_of_columns)
{
  g_autoptr (History) history = history_new ();

  fold (history, "a", "A", USERS MIRROR);
  ck_assert_str_eq (history_column_type (history, "users", "id"), "integer");
  ck_assert_str_eq (history_column_type (history, "users", "label"), "varchar(80)");
  ck_assert_ptr_null (history_column_type (history, "users", "none"));
  ck_assert_ptr_null (history_column_type (history, "memo", "id"));
  fold_effect (history, "b",
               (Effect){ .kind = EFFECT_ALTER_TYPE,
                         .table = "users",
                         .column = "label",
                         .type_text = "TEXT" });
  ck_assert_str_eq (history_column_type (history, "users", "label"), "text");
  fold_effect (history, "c",
               (Effect){ .kind = EFFECT_RENAME_COLUMN,
                         .table = "users",
                         .column = "label",
                         .to = "title" });
  ck_assert_ptr_null (history_column_type (history, "users", "label"));
  ck_assert_str_eq (history_column_type (history, "users", "title"), "text");
  fold_effect (history, "d",
               (Effect){ .kind = EFFECT_RENAME_TABLE, .table = "users", .to = "people" });
  ck_assert_str_eq (history_column_type (history, "people", "title"), "text");
  fold_effect (
      history, "e",
      (Effect){ .kind = EFFECT_DROP_COLUMN, .table = "people", .column = "title" });
  ck_assert_ptr_null (history_column_type (history, "people", "title"));
  fold_effect (history, "f", (Effect){ .kind = EFFECT_DROP_TABLE, .table = "people" });
  ck_assert_ptr_null (history_column_type (history, "people", "id"));
}

TEST (history__knows_open_expands)
{
  g_autoptr (History) history = history_new ();

  fold (history, "a", "A", USERS MIRROR);
  ck_assert_str_eq (history_open_expand (history, "users", "name"), "a");
  ck_assert_str_eq (history_open_expand (history, "users", "label"), "a");
  ck_assert_str_eq (history_open_expand (history, "users", NULL), "a");
  ck_assert_ptr_null (history_open_expand (history, "users", "id"));
  ck_assert_ptr_null (history_open_expand (history, "memo", NULL));
  fold_effect (history, "b",
               (Effect){ .kind = EFFECT_RENAME_TABLE, .table = "users", .to = "people" });
  ck_assert_str_eq (history_open_expand (history, "people", "name"), "a");
  fold_effect (
      history, "c",
      (Effect){ .kind = EFFECT_DROP_COLUMN, .table = "people", .column = "name" });
  ck_assert_ptr_null (history_open_expand (history, "people", "label"));
}

TEST (history__what_a_file_ends_is_not_open)
{
  g_autoptr (History) history = history_new ();

  fold (history, "a", "A",
        USERS MIRROR "  - phase: contracting\n    end_sync: { column: label }\n");
  fold (history, "b", "B",
        USERS
        "change: { add_column: { column: { name: x, type: TEXT }, from: name } }\n");
  fold (history, "c", "C",
        USERS "change: { alter_column: { column: name, type: \"VARCHAR(9)\" } }\n");
  ck_assert_ptr_null (history_open_expand (history, "users", NULL));
}

static Effect
constraint_effect (EffectKind kind, const char *name, gboolean not_valid)
{
  return (Effect){ .kind = kind,
                   .table = "users",
                   .column = "name",
                   .object = name,
                   .constraint = CONSTRAINT_NOT_NULL,
                   .not_valid = not_valid };
}

TEST (history__knows_what_is_not_valid_yet)
{
  g_autoptr (History) history = history_new ();

  fold_effect (history, "a", constraint_effect (EFFECT_ADD_CONSTRAINT, "c", TRUE));
  fold_effect (history, "b", constraint_effect (EFFECT_ADD_CONSTRAINT, "d", TRUE));
  ck_assert_str_eq (history_unvalidated (history, "users", "c"), "a");
  ck_assert (!history_has_not_null_check (history, "users", "name"));
  g_autoptr (GPtrArray) names = history_unvalidated_of (history, "users");
  ck_assert_uint_eq (names->len, 2);
  ck_assert_str_eq (names->pdata[1], "d");
  fold_effect (history, "c", constraint_effect (EFFECT_VALIDATE_CONSTRAINT, "c", FALSE));
  ck_assert_ptr_null (history_unvalidated (history, "users", "c"));
  ck_assert (history_has_not_null_check (history, "users", "name"));
  ck_assert (!history_has_not_null_check (history, "users", "id"));
  fold_effect (history, "d", constraint_effect (EFFECT_DROP_CONSTRAINT, "c", FALSE));
  fold_effect (history, "d", constraint_effect (EFFECT_DROP_CONSTRAINT, "d", FALSE));
  ck_assert (!history_has_not_null_check (history, "users", "name"));
  g_autoptr (GPtrArray) none = history_unvalidated_of (history, "users");
  ck_assert_uint_eq (none->len, 0);
}

TEST (history__follows_a_renamed_constraint)
{
  g_autoptr (History) history = history_new ();
  Effect rename = constraint_effect (EFFECT_RENAME_CONSTRAINT, "c", FALSE);

  rename.to = "e";
  fold_effect (history, "a", constraint_effect (EFFECT_ADD_CONSTRAINT, "c", TRUE));
  fold_effect (history, "b", rename);
  ck_assert_str_eq (history_unvalidated (history, "users", "e"), "a");
  ck_assert_ptr_null (history_unvalidated (history, "users", "c"));
}

TEST (history__a_typed_check_is_validated)
{
  g_autoptr (History) history = history_new ();

  fold (history, "a", "A",
        USERS "change:\n  add_constraint: { name: given, check: { expression: \"name IS "
              "NOT NULL\" } }\n");
  fold (history, "b", "B",
        USERS
        "change:\n  add_constraint: { name: other, check: { expression: \"id IS NOT "
        "NULL OR id = 1\" } }\n");
  ck_assert_ptr_null (history_unvalidated (history, "users", "given"));
  ck_assert (history_has_not_null_check (history, "users", "name"));
  ck_assert (!history_has_not_null_check (history, "users", "id"));
}

TEST (history__takes_effects_that_name_nothing)
{
  g_autoptr (History) history = history_new ();

  fold_effect (history, "a", (Effect){ .kind = EFFECT_NOT_ANALYSED });
  fold_effect (history, "a", (Effect){ .kind = EFFECT_DROP_COLUMN, .column = "x" });
  fold_effect (history, "a", (Effect){ .kind = EFFECT_ADD_CONSTRAINT, .table = "users" });
  fold_effect (history, "a", (Effect){ .kind = EFFECT_RENAME_TABLE, .table = "users" });
  fold_effect (history, "a",
               (Effect){ .kind = EFFECT_RENAME_COLUMN, .table = "users", .column = "x" });
  fold_effect (
      history, "a",
      (Effect){ .kind = EFFECT_VALIDATE_CONSTRAINT, .table = "users", .object = "x" });
  history_free (NULL);
}

TEST_MAIN ("safety/history", history__knows_ids_and_their_order,
           history__knows_the_types_of_columns, history__knows_open_expands,
           history__what_a_file_ends_is_not_open, history__knows_what_is_not_valid_yet,
           history__follows_a_renamed_constraint, history__a_typed_check_is_validated,
           history__takes_effects_that_name_nothing)
