/* SPDX-License-Identifier: Apache-2.0
 *
 * What is told of a database: its migrations' states, the next commands, the log.
 */
#include "config.h"

#include "report/database_report.h"
#include "report/next_command.h"
#include "testing.h"

static JournalRun
run_of (RunState state, MigrationPhase phase, RunDirection direction)
{
  return (JournalRun){ .number = 1,
                       .id = "MIG-002",
                       .title = "Rename\033x",
                       .file = "b.yaml",
                       .phase = phase,
                       .state = state,
                       .direction = direction,
                       .started = "2026-11-26T19:00:00Z",
                       .changed = "2026-11-26T19:20:00Z" };
}

TEST (next_commands__go_by_the_state)
{
  static const struct
  {
    RunState state;
    MigrationPhase phase;
    RunDirection direction;
    const char *holder;
    const char *commands; /* joined by a newline */
  } CASES[] = {
    { RUN_WAITING, MIGRATION_PHASE_MIGRATING, RUN_FORWARD, NULL,
      "zdm-run contract MIG-002 --url sqlite:app.db" },
    { RUN_WAITING, MIGRATION_PHASE_EXPANDING, RUN_FORWARD, NULL,
      "zdm-run continue MIG-002 --url sqlite:app.db" },
    { RUN_STOPPED, MIGRATION_PHASE_MIGRATING, RUN_FORWARD, NULL,
      "zdm-run continue MIG-002 --url sqlite:app.db\n"
      "zdm-run abort MIG-002 --url sqlite:app.db" },
    { RUN_STOPPED, MIGRATION_PHASE_MIGRATING, RUN_BACKWARD, NULL,
      "zdm-run continue MIG-002 --url sqlite:app.db" },
    { RUN_RUNNING, MIGRATION_PHASE_MIGRATING, RUN_FORWARD, "process 1", "" },
    { RUN_RUNNING, MIGRATION_PHASE_MIGRATING, RUN_FORWARD, NULL,
      "zdm-run continue MIG-002 --url sqlite:app.db\n"
      "zdm-run abort MIG-002 --url sqlite:app.db" },
    { RUN_STUCK, MIGRATION_PHASE_CONTRACTING, RUN_FORWARD, NULL,
      "zdm-run verify --url sqlite:app.db" },
    { RUN_COMPLETE, MIGRATION_PHASE_COMPLETE, RUN_FORWARD, NULL, "" },
    { RUN_ROLLED_BACK, MIGRATION_PHASE_ROLLED_BACK, RUN_BACKWARD, NULL, "" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      const JournalRun run = run_of (CASES[i].state, CASES[i].phase, CASES[i].direction);
      const MigrationStatus status = { .run = &run };
      const DatabaseReport report
          = { .url_to_type = "sqlite:app.db", .holder = CASES[i].holder };
      char *commands[NEXT_COMMANDS_MAX + 1] = { NULL };
      guint n = next_commands (&report, &status, commands);
      g_autofree char *joined = g_strjoinv ("\n", commands);

      ck_assert_str_eq (joined, CASES[i].commands);
      for (guint j = 0; j < n; j++)
        g_free (commands[j]);
    }
}

TEST (next_commands__are_for_a_shell)
{
  JournalRun run = run_of (RUN_WAITING, MIGRATION_PHASE_MIGRATING, RUN_FORWARD);
  const MigrationStatus status = { .run = &run };
  const DatabaseReport report = { .url_to_type = "sqlite:my app.db?x=1" };
  char *commands[NEXT_COMMANDS_MAX];

  ck_assert_uint_eq (next_commands (&report, &status, commands), 1);
  ck_assert_str_eq (commands[0], "zdm-run contract MIG-002 --url 'sqlite:my app.db?x=1'");
  g_free (commands[0]);

  run.id = "-q";
  ck_assert_uint_eq (next_commands (&report, &status, commands), 1);
  ck_assert_str_eq (commands[0], "zdm-run contract --url 'sqlite:my app.db?x=1' -- -q");
  g_free (commands[0]);
}

/* A report of two migrations: one that stopped in a fill, and one that is complete. */
typedef struct
{
  JournalRun runs[2];
  MigrationStatus statuses[2];
  JournalEvent event;
  DatabaseReport report;
} Fixture;

static void
fixture_init (Fixture *fixture)
{
  *fixture = (Fixture){
    .runs = { run_of (RUN_STOPPED, MIGRATION_PHASE_MIGRATING, RUN_FORWARD),
              run_of (RUN_COMPLETE, MIGRATION_PHASE_COMPLETE, RUN_FORWARD) },
    .event
    = { 7, 1, "2026-11-26T19:20:00Z", "MIG-002", "MIGRATING", "disk\nfull", "h:12" },
  };
  fixture->runs[0].message = "disk\nfull";
  fixture->runs[1].id = "MIG-001";
  fixture->runs[1].title = "";
  fixture->runs[1].finished = "2026-11-26T19:20:00Z";
  fixture->statuses[0] = (MigrationStatus){
    .run = &fixture->runs[0],
    .tally = { .n_actions = 8, .n_done = 5, .fill = 6, .n_fill_rows = 500 }
  };
  fixture->statuses[1] = (MigrationStatus){ .run = &fixture->runs[1],
                                            .tally = { .n_actions = 2, .n_done = 2 } };
  fixture->report = (DatabaseReport){ .url = "postgres://u:***@h/db",
                                      .url_to_type = "env",
                                      .engine = "postgres",
                                      .has_journal = TRUE,
                                      .statuses = g_ptr_array_new (),
                                      .events = g_ptr_array_new (),
                                      .differences = g_ptr_array_new () };
  g_ptr_array_add (fixture->report.statuses, &fixture->statuses[0]);
  g_ptr_array_add (fixture->report.statuses, &fixture->statuses[1]);
  g_ptr_array_add (fixture->report.events, &fixture->event);
}

static void
fixture_clear (Fixture *fixture)
{
  g_ptr_array_unref (fixture->report.statuses);
  g_ptr_array_unref (fixture->report.events);
  g_ptr_array_unref (fixture->report.differences);
}

TEST (report_text_status__is_a_block_a_migration)
{
  Fixture fixture;
  g_autoptr (GString) out = g_string_new (NULL);
  const ReportStyle style = { .color = FALSE };

  fixture_init (&fixture);
  report_text_status (out, &fixture.report, &style);
  ck_assert_str_eq (out->str, "Database: postgres://u:***@h/db\n"
                              "Lock: free\n"
                              "\n"
                              "Migration: MIG-002 (Rename\\x1bx)\n"
                              "State: stopped\n"
                              "Phase: MIGRATING\n"
                              "Progress: 5 of 8 actions, 500 rows by action 6\n"
                              "Since: 2026-11-26T19:20:00Z\n"
                              "Message: disk\\nfull\n"
                              "Next: zdm-run continue MIG-002 --url env\n"
                              "Or: zdm-run abort MIG-002 --url env\n"
                              "\n"
                              "Migration: MIG-001\n"
                              "State: complete\n"
                              "Phase: COMPLETE\n"

                              "Since: 2026-11-26T19:20:00Z\n");
  fixture_clear (&fixture);
}

TEST (report_text_status__tells_what_is_not_recorded)
{
  Fixture fixture;
  g_autoptr (GString) out = g_string_new (NULL);
  const ReportStyle style = { .color = FALSE };

  fixture_init (&fixture);
  g_ptr_array_set_size (fixture.report.statuses, 0);
  fixture.report.id = "MIG-02";
  fixture.report.nearest = "MIG-002";
  fixture.report.holder = "process 12 on h, since 2026-11-26T19:20:00Z";
  report_text_status (out, &fixture.report, &style);
  ck_assert_str_eq (out->str,
                    "Database: postgres://u:***@h/db\n"
                    "Lock: process 12 on h, since 2026-11-26T19:20:00Z\n"
                    "Nothing has been recorded of 'MIG-02'; did you mean 'MIG-002'?\n");
  fixture_clear (&fixture);
}

TEST (report_text_history__is_a_line_an_event)
{
  Fixture fixture;
  g_autoptr (GString) out = g_string_new (NULL);
  const ReportStyle style = { .color = FALSE };

  fixture_init (&fixture);
  report_text_history (out, &fixture.report, &style);
  ck_assert_str_eq (out->str,
                    "2026-11-26T19:20:00Z MIG-002 [MIGRATING] disk\\nfull (h:12)\n");
  fixture_clear (&fixture);
}

TEST (report_text_verification__lists_differences)
{
  Fixture fixture;
  g_autoptr (GString) out = g_string_new (NULL);
  const ReportStyle style = { .color = FALSE };

  fixture_init (&fixture);
  report_text_verification (out, &fixture.report, &style);
  ck_assert_str_eq (out->str, "Database: postgres://u:***@h/db\n"
                              "Schema: matches what is recorded\n");
  g_string_truncate (out, 0);
  g_ptr_array_add (fixture.report.differences, (gpointer) "column 'a\tb' is missing");
  report_text_verification (out, &fixture.report, &style);
  ck_assert_str_eq (out->str, "Database: postgres://u:***@h/db\n"
                              "Schema: 1 difference from what is recorded:\n"
                              "  column 'a\\tb' is missing\n");
  fixture_clear (&fixture);
}

TEST (report_json_status__has_every_key)
{
  Fixture fixture;
  g_autoptr (GString) out = g_string_new (NULL);
  JsonPrinter printer = json_printer (out);

  fixture_init (&fixture);
  g_ptr_array_set_size (fixture.report.statuses, 1);
  report_json_status (&printer, &fixture.report);
  ck_assert_str_eq (
      out->str,
      "{\n"
      "  \"url\": \"postgres://u:***@h/db\",\n"
      "  \"engine\": \"postgres\",\n"
      "  \"journal\": true,\n"
      "  \"lock_holder\": null,\n"
      "  \"migrations\": [\n"
      "    {\n"
      "      \"id\": \"MIG-002\",\n"
      "      \"title\": \"Rename\\u001bx\",\n"
      "      \"file\": \"b.yaml\",\n"
      "      \"run\": 1,\n"
      "      \"state\": \"stopped\",\n"
      "      \"direction\": \"forward\",\n"
      "      \"phase\": \"MIGRATING\",\n"
      "      \"actions\": 8,\n"
      "      \"actions_done\": 5,\n"
      "      \"message\": \"disk\\nfull\",\n"
      "      \"started\": \"2026-11-26T19:00:00Z\",\n"
      "      \"changed\": \"2026-11-26T19:20:00Z\",\n"
      "      \"finished\": null,\n"
      "      \"checksum\": null,\n"
      "      \"next\": [\"zdm-run continue MIG-002 --url env\", \"zdm-run abort MIG-002 "
      "--url env\"]\n"
      "    }\n"
      "  ],\n"
      "  \"exit_code\": 0\n"
      "}");
  fixture_clear (&fixture);
}

TEST_MAIN ("report/database_report", next_commands__go_by_the_state,
           next_commands__are_for_a_shell, report_text_status__is_a_block_a_migration,
           report_text_status__tells_what_is_not_recorded,
           report_text_history__is_a_line_an_event,
           report_text_verification__lists_differences, report_json_status__has_every_key)
