/* SPDX-License-Identifier: Apache-2.0
 *
 * A plan in the terms of an engine: a function of the file, in one order, with one line
 * that there is no way back over.
 */
#include "config.h"

#include "engine/sql/action_plan.h"

#include "engine/sqlite/sqlite.h"
#include "fixture.h"
#include "testing.h"

#define USERS                                                               \
  "table:\n"                                                                \
  "  name: users\n"                                                         \
  "  columns:\n"                                                            \
  "    - { name: id, type: INTEGER, nullable: false, primary_key: true }\n" \
  "    - { name: name, type: TEXT, nullable: false }\n"                     \
  "    - { name: age, type: INTEGER }\n"                                    \
  "  rows: [ { id: 1, name: alice } ]\n"

typedef struct
{
  Fixture *fixture;
  ActionPlan *plan;
} Planned;

static Planned
planned_new (const char *yaml)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  Planned planned = { .fixture = fixture_new (yaml) };

  planned.plan = action_plan_new (&engine_sqlite, planned.fixture->migration,
                                  planned.fixture->plan, diagnostics);
  ck_assert_msg (planned.plan != NULL, "%s", yaml);
  return planned;
}

static void
planned_clear (Planned *planned)
{
  action_plan_free (planned->plan);
  fixture_free (planned->fixture);
}

static char *
fingerprint_of (const char *yaml)
{
  Planned planned = planned_new (yaml);
  char *fingerprint = action_plan_fingerprint (planned.plan);

  planned_clear (&planned);
  return fingerprint;
}

static const char *const CHANGES[] = {
  USERS "change:\n  rename_column: { from: name, to: nick }\n",
  USERS "change:\n  rename_column: { from: name, to: nock }\n",
  USERS "change:\n  drop_column: { column: age }\n",
  USERS "change:\n  drop_column: { column: age, backward: { constant: 0 } }\n",
  USERS "change:\n  alter_column: { column: age, type: BIGINT }\n",
  USERS "change:\n  alter_column: { column: age, type: TEXT }\n",
  USERS "change:\n  add_column: { column: { name: x, type: TEXT, default: a } }\n",
  USERS "change:\n  add_column: { column: { name: x, type: TEXT, default: b } }\n",
};

TEST (action_plan_fingerprint__is_the_same_for_the_same_file)
{
  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      g_autofree char *one = fingerprint_of (CHANGES[i]);
      g_autofree char *other = fingerprint_of (CHANGES[i]);
      ck_assert_str_eq (one, other);
      ck_assert (g_str_has_prefix (one, "sha256:"));
      ck_assert_uint_eq (strlen (one), strlen ("sha256:") + 64);
    }
}

TEST (action_plan_fingerprint__is_another_for_another_plan)
{
  g_autoptr (GHashTable) seen
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    ck_assert_msg (g_hash_table_add (seen, fingerprint_of (CHANGES[i])), "%s",
                   CHANGES[i]);
}

/* Rows of the file are no part of what is done to a database. */
TEST (action_plan_fingerprint__does_not_depend_on_rows)
{
  g_autoptr (GString) text = g_string_new (CHANGES[0]);
  g_autofree char *one = fingerprint_of (text->str);

  g_string_replace (text, "name: alice", "name: bob", 0);
  g_autofree char *other = fingerprint_of (text->str);
  ck_assert_str_eq (one, other);
}

TEST (action_plan__numbers_actions_over_all_steps_in_their_order)
{
  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      Planned planned = planned_new (CHANGES[i]);
      const ActionPlan *plan = planned.plan;
      guint n = 0;
      ck_assert_uint_eq (plan->steps->len,
                         migration_plan_n_steps (planned.fixture->plan));
      for (guint j = 1; j <= plan->steps->len; j++)
        {
          const ActionStep *step = action_plan_step (plan, j);
          ck_assert_uint_eq (step->step->index, j);
          for (guint k = 0; k < step->actions->len; k++)
            {
              const Action *action = step->actions->pdata[k];
              ck_assert_ptr_eq (action, plan->actions->pdata[n++]);
              ck_assert_uint_eq (action->index, n);
              ck_assert_ptr_eq (action->step, step->step);
              ck_assert (action->sql != NULL && action->sql[0] != '\0');
            }
        }
      ck_assert_uint_eq (n, plan->actions->len);
      planned_clear (&planned);
    }
}

/* As memory has them after as many steps. */
TEST (action_plan_shape__has_the_columns_after_each_step)
{
  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      Planned planned = planned_new (CHANGES[i]);
      for (guint j = 0; j <= planned.plan->steps->len; j++)
        {
          if (j > 0)
            fixture_apply (planned.fixture, 1);
          const Table *table
              = database_find (action_plan_shape (planned.plan, j), "users");
          g_autofree char *columns = columns_to_string (table);
          fixture_assert_columns (planned.fixture, "users", columns);
          ck_assert_uint_eq (table_n_rows (table), 0);
        }
      planned_clear (&planned);
    }
}

TEST (action_plan__only_contracting_actions_lose_data)
{
  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      Planned planned = planned_new (CHANGES[i]);
      guint n_lossy = 0;
      for (guint j = 0; j < planned.plan->actions->len; j++)
        {
          const Action *action = planned.plan->actions->pdata[j];
          ck_assert (!action->loses_data
                     || action->step->phase == MIGRATION_PHASE_CONTRACTING);
          n_lossy += action->loses_data ? 1 : 0;
        }
      /* All of these but the added columns take a column away. */
      ck_assert_msg ((n_lossy > 0) == (i < 6), "%s", CHANGES[i]);
      planned_clear (&planned);
    }
}

TEST (action_plan__what_the_engine_cannot_do_is_a_finding)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS "change:\n  add_column: { column: { name: n, type: BIGINT, nullable: false, "
            "identity: true } }\n");
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();

  ck_assert_ptr_null (
      action_plan_new (&engine_sqlite, fixture->migration, fixture->plan, diagnostics));
  ck_assert_uint_eq (diagnostic_list_length (diagnostics), 1);
  assert_has (diagnostic_list_get (diagnostics, 0)->message, "'n'");
}

TEST_MAIN ("engine/sql/action_plan",
           action_plan_fingerprint__is_the_same_for_the_same_file,
           action_plan_fingerprint__is_another_for_another_plan,
           action_plan_fingerprint__does_not_depend_on_rows,
           action_plan__numbers_actions_over_all_steps_in_their_order,
           action_plan_shape__has_the_columns_after_each_step,
           action_plan__only_contracting_actions_lose_data,
           action_plan__what_the_engine_cannot_do_is_a_finding)
