/* SPDX-License-Identifier: Apache-2.0
 *
 * The statements of a plan: under their steps, with the line before the first that loses
 * data.
 */
#include "config.h"

#include "report/report.h"
#include "testing.h"

#include <string.h>

/* Three steps; on "one" they are four actions, on "two" the second step is skipped. */
typedef struct
{
  MigrationPlan *plan;
  Operation add, fill, drop;
  Action one[4], two[2];
  GPtrArray *lists[2];
  EnginePlan plans[2];
  DiagnosticList *diagnostics;
  FileReport report;
} Fixture;

static void
fill_list (GPtrArray *list, Action *actions, guint n)
{
  for (guint i = 0; i < n; i++)
    {
      actions[i].index = i + 1;
      g_ptr_array_add (list, &actions[i]);
    }
}

static void
fixture_init (Fixture *fixture)
{
  MigrationPlan *plan = migration_plan_new ("X", "Title");

  *fixture = (Fixture){ .plan = plan,
                        .add = { .kind = OPERATION_ADD_COLUMN },
                        .fill = { .kind = OPERATION_BACKFILL },
                        .drop = { .kind = OPERATION_DROP_COLUMN } };
  const MigrationStep *add = migration_plan_add_step (plan, MIGRATION_PHASE_EXPANDING,
                                                      &fixture->add, "Add", "Unadd");
  const MigrationStep *fill = migration_plan_add_step (plan, MIGRATION_PHASE_MIGRATING,
                                                       &fixture->fill, "Fill", "Unfill");
  const MigrationStep *drop = migration_plan_add_step (plan, MIGRATION_PHASE_CONTRACTING,
                                                       &fixture->drop, "Drop", "Undrop");

  fixture->one[0]
      = (Action){ .step = add, .lock = LOCK_CLASS_WRITE, .sql = "ALTER x\nADD \033y" };
  fixture->one[1] = (Action){ .step = fill,
                              .lock = LOCK_CLASS_ROWS,
                              .cost = ACTION_COST_REWRITE,
                              .transaction = ACTION_CHUNKS,
                              .sql = "UPDATE x" };
  fixture->one[2] = (Action){ .step = drop, .sql = "CHECK x" };
  fixture->one[3] = (Action){ .step = drop,
                              .lock = LOCK_CLASS_EXCLUSIVE,
                              .transaction = ACTION_SAME_TRANSACTION,
                              .loses_data = TRUE,
                              .sql = "DROP x" };
  fixture->two[0] = (Action){ .step = add,
                              .cost = ACTION_COST_SCAN,
                              .transaction = ACTION_NO_TRANSACTION,
                              .sql = "add" };
  fixture->two[1] = (Action){ .step = drop, .loses_data = TRUE, .sql = "drop" };
  fixture->lists[0] = g_ptr_array_new ();
  fixture->lists[1] = g_ptr_array_new ();
  fill_list (fixture->lists[0], fixture->one, 4);
  fill_list (fixture->lists[1], fixture->two, 2);
  fixture->plans[0] = (EnginePlan){ "one", fixture->lists[0] };
  fixture->plans[1] = (EnginePlan){ "second", fixture->lists[1] };
  fixture->diagnostics = diagnostic_list_new ();
  fixture->report = (FileReport){ .subject = REPORT_OF_PLAN,
                                  .file = "x.yaml",
                                  .plan = plan,
                                  .diagnostics = fixture->diagnostics,
                                  .engine_plans = fixture->plans,
                                  .n_engine_plans = 2 };
}

static void
fixture_clear (Fixture *fixture)
{
  g_ptr_array_unref (fixture->lists[0]);
  g_ptr_array_unref (fixture->lists[1]);
  diagnostic_list_free (fixture->diagnostics);
  migration_plan_free (fixture->plan);
}

static void
assert_text (const Fixture *fixture, const char *expected)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const ReportStyle style = { .color = FALSE };

  report_text_plan (out, &fixture->report, &style);
  ck_assert_str_eq (out->str, expected);
}

#define LINE \
  "── below this line data is dropped: undoing it refills what can be derived ──\n"

TEST (report_text_plan__shows_statements_under_their_steps)
{
  Fixture fixture;

  fixture_init (&fixture);
  assert_text (&fixture, "Plan: Title (X)\n"
                         "EXPANDING\n"
                         "  1. Add\n"
                         "     undo: Unadd\n"
                         "     one: ALTER x\n"
                         "          ADD \\x1by  [writers wait; instant]\n"
                         "     second: add  [nobody waits; scans all rows]\n"
                         "MIGRATING\n"
                         "  2. Fill\n"
                         "     undo: Unfill\n"
                         "     one: UPDATE x  [writers of the same rows wait; rewrites "
                         "all rows]\n"
                         "CONTRACTING\n"
                         "  3. Drop\n"
                         "     undo: Undrop\n"
                         "     one: CHECK x  [nobody waits; instant]\n" LINE
                         "     one: DROP x  [everybody waits; instant]\n"
                         "     second: drop  [nobody waits; instant]\n"
                         "Next: zdm-run rehearse x.yaml\n");
  fixture_clear (&fixture);
}

TEST (report_text_plan__draws_the_line_above_a_step_that_begins_with_loss)
{
  Fixture fixture;

  fixture_init (&fixture);
  fixture.report.engine_plans = &fixture.plans[1];
  fixture.report.n_engine_plans = 1;
  assert_text (&fixture, "Plan: Title (X)\n"
                         "EXPANDING\n"
                         "  1. Add\n"
                         "     undo: Unadd\n"
                         "     second: add  [nobody waits; scans all rows]\n"
                         "MIGRATING\n"
                         "  2. Fill\n"
                         "     undo: Unfill\n" LINE "CONTRACTING\n"
                         "  3. Drop\n"
                         "     undo: Undrop\n"
                         "     second: drop  [nobody waits; instant]\n"
                         "Next: zdm-run rehearse x.yaml\n");
  fixture_clear (&fixture);
}

TEST (report_text_plan__draws_no_line_where_no_engine_loses_data)
{
  Fixture fixture;
  g_autoptr (GString) out = g_string_new (NULL);
  const ReportStyle style = { .color = FALSE };

  fixture_init (&fixture);
  fixture.one[3].loses_data = fixture.two[1].loses_data = FALSE;
  report_text_plan (out, &fixture.report, &style);
  ck_assert_ptr_null (strstr (out->str, "below this line"));
  fixture_clear (&fixture);
}

TEST (report_json__lists_actions_of_each_step)
{
  Fixture fixture;
  g_autoptr (GString) out = g_string_new (NULL);
  const ReportStyle style = { .color = FALSE };
  JsonPrinter printer = json_printer (out);

  fixture_init (&fixture);
  report_json (&printer, &fixture.report, &style);
  ck_assert_ptr_nonnull (strstr (
      out->str,
      "{\"engine\": \"one\", \"index\": 2, \"sql\": \"UPDATE x\", \"lock\": \"rows\", "
      "\"cost\": \"rewrite\", \"transaction\": \"chunks\", \"loses_data\": false}"));
  ck_assert_ptr_nonnull (strstr (
      out->str,
      "{\"engine\": \"one\", \"index\": 4, \"sql\": \"DROP x\", \"lock\": \"exclusive\", "
      "\"cost\": \"instant\", \"transaction\": \"same\", \"loses_data\": true}"));
  ck_assert_ptr_nonnull (strstr (
      out->str,
      "{\"engine\": \"second\", \"index\": 1, \"sql\": \"add\", \"lock\": \"none\", "
      "\"cost\": \"scan\", \"transaction\": \"none\", \"loses_data\": false}"));
  fixture_clear (&fixture);
}

TEST (report_json__says_nothing_of_actions_without_engine)
{
  Fixture fixture;
  g_autoptr (GString) out = g_string_new (NULL);
  const ReportStyle style = { .color = FALSE };
  JsonPrinter printer = json_printer (out);

  fixture_init (&fixture);
  fixture.report.n_engine_plans = 0;
  report_json (&printer, &fixture.report, &style);
  ck_assert_ptr_null (strstr (out->str, "actions"));
  fixture_clear (&fixture);
}

TEST_MAIN ("report/text_plan", report_text_plan__shows_statements_under_their_steps,
           report_text_plan__draws_the_line_above_a_step_that_begins_with_loss,
           report_text_plan__draws_no_line_where_no_engine_loses_data,
           report_json__lists_actions_of_each_step,
           report_json__says_nothing_of_actions_without_engine)
