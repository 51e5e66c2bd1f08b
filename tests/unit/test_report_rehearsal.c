/* SPDX-License-Identifier: Apache-2.0
 *
 * The matrix of a rehearsal: names that are wide, hostile or long, every kind of mark.
 */
#include "config.h"

#include "report/report.h"
#include "testing.h"

/* A rehearsal of one step and two clients, made by hand. */
typedef struct
{
  Migration *migration;
  MigrationPlan *plan;
  Rehearsal rehearsal;
  RehearsalCell cells[4];
  RehearsalLaw law;
  Client clients[2];
  Operation operation;
} Fixture;

static void
fixture_init (Fixture *fixture)
{
  *fixture = (Fixture){ .clients = { { .name = "中文" }, { .name = "a\033b" } } };
  fixture->operation.kind = OPERATION_DROP_COLUMN;
  fixture->migration = migration_new ("x.yaml");
  for (guint i = 0; i < 2; i++)
    g_ptr_array_add (fixture->migration->clients, &fixture->clients[i]);
  fixture->plan = migration_plan_new ("X", "Title");
  migration_plan_add_step (fixture->plan, MIGRATION_PHASE_CONTRACTING,
                           &fixture->operation, "Drop it", "Restore it");
  fixture->law = (RehearsalLaw){ "a law", FALSE, "row 1 differs" };
  fixture->cells[1].result = REHEARSAL_GREEN;
  fixture->cells[2] = (RehearsalCell){ REHEARSAL_RED, "it\nbreaks" };
  fixture->rehearsal = (Rehearsal){ .migration = fixture->migration,
                                    .plan = fixture->plan,
                                    .n_boundaries = 2,
                                    .n_clients = 2,
                                    .cells = fixture->cells,
                                    .laws = g_ptr_array_new (),
                                    .notes = g_ptr_array_new () };
  g_ptr_array_add (fixture->rehearsal.laws, &fixture->law);
  g_ptr_array_add (fixture->rehearsal.notes, (gpointer) "an expression");
}

static void
fixture_clear (Fixture *fixture)
{
  g_ptr_array_unref (fixture->rehearsal.laws);
  g_ptr_array_unref (fixture->rehearsal.notes);
  migration_plan_free (fixture->plan);
  migration_free (fixture->migration);
}

TEST (report_text_rehearsal__draws_the_matrix)
{
  Fixture fixture;
  g_autoptr (GString) out = g_string_new (NULL);
  const ReportStyle style = { .max_rows = 1 };

  fixture_init (&fixture);
  FileReport report = { .subject = REPORT_OF_REHEARSAL,
                        .migration = fixture.migration,
                        .rehearsal = &fixture.rehearsal };
  report_text_rehearsal (out, &report, &style);
  ck_assert_str_eq (out->str, "Migration: Title\n"
                              "                         中文  a\\x1bb\n"
                              "  start                  –     ok\n"
                              "  1 CONTRACTING Drop it  FAIL  –\n"
                              "Laws:\n"
                              "  FAIL  a law\n"
                              "Failures:\n"
                              "  中文 after step 1: it\\nbreaks\n"
                              "  a law: row 1 differs\n"
                              "Not proven:\n"
                              "  an expression\n"
                              "Rehearsal: RED (2 failures)\n");
  fixture_clear (&fixture);
}

TEST (report_text_rehearsal__colours_by_role)
{
  Fixture fixture;
  g_autoptr (GString) out = g_string_new (NULL);
  const ReportStyle style = { .color = TRUE };

  fixture_init (&fixture);
  FileReport report = { .subject = REPORT_OF_REHEARSAL,
                        .migration = fixture.migration,
                        .rehearsal = &fixture.rehearsal };
  report_text_rehearsal (out, &report, &style);
  ck_assert_ptr_nonnull (g_strstr_len (out->str, -1, "\033[1;31mFAIL\033[0m"));
  ck_assert_ptr_nonnull (g_strstr_len (out->str, -1, "\033[32mok\033[0m"));
  fixture_clear (&fixture);
}

TEST_MAIN ("report/text_rehearsal", report_text_rehearsal__draws_the_matrix,
           report_text_rehearsal__colours_by_role)
