/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules of phases on effects that are made here.
 */
#include "config.h"

#include "safety/context.h"

#include <string.h>

#include "load/load.h"
#include "planner/planner.h"
#include "testing.h"

static const char YAML[]
    = "id: A\ntable:\n  name: users\n  columns:\n"
      "    - { name: id, type: INTEGER, nullable: false, primary_key: true }\n"
      "    - { name: name, type: TEXT }\n"
      "steps:\n"
      "  - phase: %s\n    sql: { forward: \"SELECT 1\", rollback: \"SELECT 1\" }\n"
      "  - phase: contracting\n    backfill: { column: name, from: name, transform: trim }\n";

static guint
count (const char *phase, Effect effect, void (*check) (const SafetyContext *context))
{
  static const SafetyRule rule = { .id = "ZDM999-x", .help = "{table} {column}" };
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autofree char *yaml = g_strdup_printf (YAML, phase);
  g_autoptr (Migration) migration = load_bytes ("a", yaml, strlen (yaml), diagnostics);
  g_autoptr (MigrationPlan) plan = planner_plan (migration, diagnostics);
  g_autoptr (GPtrArray) effects = g_ptr_array_new ();
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) reported
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  SafetyOptions options = { 0 };
  SafetyContext context = { .migration = migration,
                            .plan = plan,
                            .effects = effects,
                            .options = &options,
                            .rule = &rule,
                            .diagnostics = diagnostics,
                            .used = used,
                            .reported = reported };

  ck_assert_ptr_nonnull (plan);
  target_init (&options.target);
  effect.engines = options.target.engines;
  effect.step = migration_plan_step (plan, 0);
  effect.phase = effect.step->phase;
  g_ptr_array_add (effects, &effect);
  check (&context);
  return diagnostic_list_length (diagnostics);
}

#define ON_NAME .table = "users", .column = "name"

TEST (effects__what_takes_away_is_too_early_before_the_contract)
{
  static const EffectKind kinds[]
      = { EFFECT_DROP_COLUMN,   EFFECT_RENAME_COLUMN,    EFFECT_DROP_TABLE,
          EFFECT_RENAME_TABLE,  EFFECT_TRUNCATE,         EFFECT_DROP_SCHEMA,
          EFFECT_RENAME_SCHEMA, EFFECT_RENAME_ENUM_VALUE };

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      Effect effect = { .kind = kinds[i], .table = "users", .object = "x" };
      ck_assert_uint_eq (count ("expanding", effect, rule_destructive_too_early), 1);
      ck_assert_uint_eq (count ("migrating", effect, rule_destructive_too_early), 1);
      ck_assert_uint_eq (count ("contracting", effect, rule_destructive_too_early), 0);
      effect.new_table = TRUE;
      ck_assert_uint_eq (count ("expanding", effect, rule_destructive_too_early), 0);
    }
}

TEST (effects__nameless_objects_are_reported_too)
{
  Effect effect = { .kind = EFFECT_DROP_SCHEMA };

  ck_assert_uint_eq (count ("expanding", effect, rule_destructive_too_early), 1);
}

TEST (effects__not_valid_is_not_enforced)
{
  Effect effect = { .origin = EFFECT_OF_SQL,
                    .kind = EFFECT_ADD_CONSTRAINT,
                    .table = "users",
                    .column = "id",
                    .object = "c" };

  ck_assert_uint_eq (count ("expanding", effect, rule_narrowing_too_early), 1);
  effect.not_valid = TRUE;
  ck_assert_uint_eq (count ("expanding", effect, rule_narrowing_too_early), 0);
}

TEST (effects__only_a_unique_index_narrows)
{
  Effect effect = { .kind = EFFECT_CREATE_INDEX, .table = "users", .column = "id" };

  ck_assert_uint_eq (count ("expanding", effect, rule_narrowing_too_early), 0);
  effect.unique = TRUE;
  ck_assert_uint_eq (count ("expanding", effect, rule_narrowing_too_early), 1);
}

TEST (effects__validation_waits_for_the_backfill)
{
  Effect effect = { .kind = EFFECT_VALIDATE_CONSTRAINT, .table = "users", .object = "c" };

  ck_assert_uint_eq (count ("migrating", effect, rule_bound_before_backfill), 1);
  effect.table = "memo";
  ck_assert_uint_eq (count ("migrating", effect, rule_bound_before_backfill), 0);
  effect.table = NULL;
  ck_assert_uint_eq (count ("migrating", effect, rule_bound_before_backfill), 0);
}

TEST (effects__what_waits_for_a_backfill_is_said_once)
{
  Effect effect = { .kind = EFFECT_SET_NOT_NULL, ON_NAME };

  ck_assert_uint_eq (count ("expanding", effect, rule_bound_before_backfill), 1);
  ck_assert_uint_eq (count ("expanding", effect, rule_narrowing_too_early), 0);
}

TEST (effects__a_default_may_change_at_contract)
{
  Effect effect = { .kind = EFFECT_DROP_DEFAULT, ON_NAME };

  ck_assert_uint_eq (count ("expanding", effect, rule_changed_default), 1);
  ck_assert_uint_eq (count ("contracting", effect, rule_changed_default), 0);
}

TEST (effects__versions_of_engines_are_compared)
{
  Effect effect = { .kind = EFFECT_REINDEX, .table = "users", .concurrent = TRUE };

  ck_assert_uint_eq (count ("expanding", effect, rule_engine_too_old), 0);
}

TEST_MAIN ("safety/rules_of_effects",
           effects__what_takes_away_is_too_early_before_the_contract,
           effects__nameless_objects_are_reported_too, effects__not_valid_is_not_enforced,
           effects__only_a_unique_index_narrows,
           effects__validation_waits_for_the_backfill,
           effects__what_waits_for_a_backfill_is_said_once,
           effects__a_default_may_change_at_contract,
           effects__versions_of_engines_are_compared)
