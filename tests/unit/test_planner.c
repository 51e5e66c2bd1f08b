/* SPDX-License-Identifier: Apache-2.0
 *
 * The planner: folders of files and the plans or findings they give, and what a golden
 * text does not show.
 */
#include "config.h"

#include "planner/planner.h"

#include <string.h>

#include "load/load.h"
#include "planner/identifier.h"
#include "planner/mirror.h"
#include "testing.h"

#define CASES "tests/cases/plan"

static void
print_findings (GString *text, DiagnosticList *diagnostics)
{
  diagnostic_list_sort (diagnostics);
  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    {
      const Diagnostic *finding = diagnostic_list_get (diagnostics, i);
      g_string_append_printf (
          text, "%s %s %u:%u %s\n", severity_to_string (finding->severity), finding->rule,
          finding->location.line, finding->location.column, finding->message);
      if (finding->help != NULL)
        g_string_append_printf (text, "  help: %s\n", finding->help);
    }
}

static void
print_plan (GString *text, const MigrationPlan *plan)
{
  g_string_append_printf (text, "%s\n", plan->title);
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      const MigrationStep *step = migration_plan_step (plan, i);
      g_string_append_printf (text, "%s %s | %s%s\n",
                              migration_phase_to_string (step->phase), step->description,
                              step->rollback_description, step->fail ? " (fails)" : "");
    }
}

static char *
outcome_of (const char *yaml, gsize length)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (Migration) migration
      = load_bytes ("migration.yaml", yaml, length, diagnostics);

  if (migration != NULL)
    {
      g_autoptr (MigrationPlan) plan = planner_plan (migration, diagnostics);
      ck_assert_int_eq (plan == NULL,
                        diagnostic_list_count (diagnostics, SEVERITY_ERROR) > 0);
      if (plan != NULL)
        print_plan (text, plan);
    }
  print_findings (text, diagnostics);
  return g_strdup (text->str);
}

TEST (planner__gives_the_expected_plans)
{
  g_auto (GStrv) cases = testing_cases (CASES);

  for (guint i = 0; cases[i] != NULL; i++)
    {
      g_autofree char *input = g_strdup_printf (CASES "/%s/migration.yaml", cases[i]);
      g_autofree char *golden = g_strdup_printf (CASES "/%s/expected.txt", cases[i]);
      g_autofree char *yaml = testing_read (input);
      g_autofree char *actual = outcome_of (yaml, strlen (yaml));
      testing_assert_golden (golden, actual);
    }
}

/* What engines read from the operations ------------------------------------------ */

#define USERS                                                               \
  "id: T\n"                                                                 \
  "table:\n"                                                                \
  "  name: users\n"                                                         \
  "  columns:\n"                                                            \
  "    - { name: id, type: INTEGER, nullable: false, primary_key: true }\n" \
  "    - { name: name, type: TEXT, nullable: false, default: nobody }\n"    \
  "    - { name: age, type: INTEGER }\n"

typedef struct
{
  Migration *migration;
  MigrationPlan *plan;
} Planned;

static Planned
plan_of (const char *yaml)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  Planned planned = { 0 };

  planned.migration = load_bytes ("t.yaml", yaml, strlen (yaml), diagnostics);
  if (planned.migration != NULL)
    planned.plan = planner_plan (planned.migration, diagnostics);
  print_findings (text, diagnostics);
  ck_assert_msg (planned.plan != NULL, "no plan:\n%s", text->str);
  return planned;
}

static void
planned_clear (Planned *planned)
{
  migration_plan_free (planned->plan);
  migration_free (planned->migration);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Planned, planned_clear)

static const Operation *
operation_at (const Planned *planned, guint index)
{
  return migration_plan_step (planned->plan, index)->operation;
}

TEST (planner__rename_mirrors_the_live_column)
{
  g_auto (Planned) planned
      = plan_of (USERS "change:\n  rename_column: { from: name, to: display_name }\n");
  const Operation *add = operation_at (&planned, 0);
  const Column *mirror = add->add_column.additions[0].column;

  ck_assert_int_eq (add->kind, OPERATION_ADD_COLUMN);
  ck_assert_int_eq (add->add_column.purpose, SYNC_FOR_RENAME);
  ck_assert_int_eq (add->add_column.sync, SYNC_BOTH);
  ck_assert_ptr_nonnull (add->add_column.backward);
  ck_assert_int_eq (mirror->type.base, COLUMN_TYPE_TEXT);
  ck_assert_int_eq (mirror->nullable, FALSE);
  ck_assert_int_eq (mirror->default_kind, DEFAULT_VALUE);
  ck_assert_ptr_eq (migration_plan_step (planned.plan, 0)->change,
                    planned.migration->changes->pdata[0]);
}

TEST (planner__mirror_without_sync_goes_forward)
{
  g_auto (Planned) planned = plan_of (
      USERS
      "change:\n  add_column: { column: { name: nick, type: TEXT }, from: name }\n");

  ck_assert_int_eq (operation_at (&planned, 0)->add_column.sync, SYNC_FORWARD);
  ck_assert_int_eq (operation_at (&planned, 2)->kind, OPERATION_END_SYNC);
}

TEST (planner__hand_written_mirror_gets_its_way_back)
{
  g_auto (Planned) planned
      = plan_of (USERS "steps:\n"
                       "  - phase: expanding\n"
                       "    add_column: { column: { name: n, type: TEXT }, from: name, "
                       "sync: both }\n");
  const AddColumn *add = &operation_at (&planned, 0)->add_column;

  ck_assert_int_eq (add->sync, SYNC_BOTH);
  ck_assert_ptr_nonnull (add->backward);
  ck_assert_str_eq (add->backward[0].column, "name");
}

TEST (planner__type_change_casts_both_ways)
{
  g_auto (Planned) planned
      = plan_of (USERS "change:\n  alter_column: { column: age, type: TEXT }\n");
  const AddColumn *add = &operation_at (&planned, 0)->add_column;

  ck_assert_int_eq (add->purpose, SYNC_FOR_SHADOW);
  ck_assert_str_eq (add->additions[0].column->name, "zdm_new_age");
  ck_assert_int_eq (add->additions[0].transform->stages[0].kind, TRANSFORM_CAST);
  ck_assert_int_eq (add->backward[0].transform->stages[0].kind, TRANSFORM_CAST);
  ck_assert_int_eq (add->backward[0].transform->stages[0].cast.base, COLUMN_TYPE_INTEGER);
  ck_assert_int_eq (operation_at (&planned, 2)->kind, OPERATION_SWAP_COLUMN);
  ck_assert_str_eq (operation_at (&planned, 2)->swap_column.old_name, "zdm_old_age");
}

TEST (planner__wider_mirror_casts_on_its_way_back)
{
  g_auto (Planned) planned
      = plan_of (USERS "change:\n  add_column: { column: { name: years, type: BIGINT }, "
                       "from: age, replaces: age }\n");
  const AddColumn *add = &operation_at (&planned, 0)->add_column;

  ck_assert_ptr_null (add->additions[0].transform);
  ck_assert_int_eq (add->backward[0].transform->stages[0].kind, TRANSFORM_CAST);
  ck_assert_ptr_null (add->replaces);
}

TEST (planner__default_of_column_repairs_nulls)
{
  g_auto (Planned) planned
      = plan_of (USERS "change:\n"
                       "  alter_column: { column: age, nullable: false, default: 18 }\n");
  const Operation *repair = operation_at (&planned, 1);

  ck_assert_int_eq (repair->kind, OPERATION_REPAIR);
  ck_assert_int_eq (repair->constraint.constraint->kind, CONSTRAINT_NOT_NULL);
  const TransformStage *stage
      = &repair->constraint.repairs.repairs[0].transform->stages[0];
  ck_assert_int_eq (stage->kind, TRANSFORM_COALESCE);
  ck_assert_str_eq (stage->value->text, "18");
}

TEST (planner__plan_borrows_nothing_of_its_run)
{
  g_auto (Planned) planned = plan_of (
      USERS "change:\n  split_table: { to: ages, columns: [age], key: [id] }\n");
  g_autoptr (MigrationPlan) fresh = migration_plan_fresh (planned.plan);
  const Table *half = operation_at (&planned, 0)->create_table.table;

  ck_assert_uint_eq (migration_plan_n_steps (fresh), 3);
  ck_assert_str_eq (table_column (half, 0)->name, "id");
  ck_assert_ptr_nonnull (table_primary_key (half));
}

/* Identifiers -------------------------------------------------------------------- */

TEST (identifier__generated_names_fit)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *a = g_strnfill (63, 'a');
  g_autofree char *b = g_strdup (a);
  b[62] = 'b';

  const char *first = identifier_generate (arena, "zdm_new_", a);
  const char *second = identifier_generate (arena, "zdm_new_", b);
  ck_assert_uint_eq (strlen (first), IDENTIFIER_MAX_BYTES);
  ck_assert_str_ne (first, second);
  ck_assert_str_eq (identifier_generate (arena, "zdm_new_", "x"), "zdm_new_x");
}

TEST (identifier__cuts_between_characters)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GString) name = g_string_new ("x");

  for (guint i = 0; i < 31; i++)
    g_string_append (name, "ü");
  const char *generated = identifier_generate (arena, "zdm_old_", name->str);
  ck_assert (g_utf8_validate (generated, -1, NULL));
  ck_assert_uint_le (strlen (generated), IDENTIFIER_MAX_BYTES);
}

TEST_MAIN ("planner/planner", planner__gives_the_expected_plans,
           planner__rename_mirrors_the_live_column,
           planner__mirror_without_sync_goes_forward,
           planner__hand_written_mirror_gets_its_way_back,
           planner__type_change_casts_both_ways,
           planner__wider_mirror_casts_on_its_way_back,
           planner__default_of_column_repairs_nulls,
           planner__plan_borrows_nothing_of_its_run, identifier__generated_names_fit,
           identifier__cuts_between_characters)
