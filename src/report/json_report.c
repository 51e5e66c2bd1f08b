/* SPDX-License-Identifier: Apache-2.0
 *
 * One file's report as one JSON object. Every key is always there; what does not apply
 * is null or empty.
 */
#include "config.h"

#include "report/report.h"
#include "report/step_actions.h"

static void
print_head (JsonPrinter *printer, const FileReport *report)
{
  const Migration *migration = report->migration;
  const MigrationPlan *plan = report->plan;

  json_string (printer, "file", report->file);
  json_string (printer, "id", migration != NULL ? migration->id : NULL);
  json_string (printer, "title", plan != NULL ? plan->title : NULL);
  json_string (printer, "phase",
               plan != NULL ? migration_phase_to_string (plan->phase) : NULL);
  if (plan != NULL)
    json_double (printer, "progress", migration_plan_progress (plan));
  else
    json_integer (printer, "progress", 0);
  json_string (printer, "engine", report->engine);
}

static void
print_engines (JsonPrinter *printer, const char *const *engines)
{
  if (engines == NULL)
    return;
  json_begin_array (printer, "engines", JSON_LINE);
  for (; *engines != NULL; engines++)
    json_string (printer, NULL, *engines);
  json_end_array (printer);
}

static const char *const LOCK_WORDS[] = {
  [LOCK_CLASS_NONE] = "none",
  [LOCK_CLASS_ROWS] = "rows",
  [LOCK_CLASS_WRITE] = "write",
  [LOCK_CLASS_EXCLUSIVE] = "exclusive",
};

static const char *const COST_WORDS[] = {
  [ACTION_COST_INSTANT] = "instant",
  [ACTION_COST_SCAN] = "scan",
  [ACTION_COST_INDEX] = "index",
  [ACTION_COST_REWRITE] = "rewrite",
};

static const char *const TRANSACTION_WORDS[] = {
  [ACTION_OWN_TRANSACTION] = "own",
  [ACTION_SAME_TRANSACTION] = "same",
  [ACTION_CHUNKS] = "chunks",
  [ACTION_NO_TRANSACTION] = "none",
};

static void
print_action (JsonPrinter *printer, const char *engine, const Action *action)
{
  json_begin_object (printer, NULL, JSON_LINE);
  json_string (printer, "engine", engine);
  json_integer (printer, "index", action->index);
  json_string (printer, "sql", action->sql);
  json_string (printer, "lock", LOCK_WORDS[action->lock]);
  json_string (printer, "cost", COST_WORDS[action->cost]);
  json_string (printer, "transaction", TRANSACTION_WORDS[action->transaction]);
  json_boolean (printer, "loses_data", action->loses_data);
  if (action->answer != NULL)
    {
      json_string (printer, "server_cost", COST_WORDS[action->answer->cost]);
      json_string (printer, "server_words", action->answer->words);
    }
  json_end_object (printer);
}

static void
print_actions (JsonPrinter *printer, const FileReport *report, const MigrationStep *step)
{
  json_begin_array (printer, "actions", JSON_BLOCK);
  for (guint i = 0; i < report->n_engine_plans; i++)
    {
      const EnginePlan *plan = &report->engine_plans[i];
      StepActions actions = step_actions (plan, step);

      for (guint j = 0; j < actions.n; j++)
        print_action (printer, plan->engine, actions.list[j]);
    }
  json_end_array (printer);
}

static void
print_step (JsonPrinter *printer, const FileReport *report, const MigrationStep *step)
{
  gboolean is_plan = report->subject == REPORT_OF_PLAN;
  gboolean has_actions = is_plan && report->n_engine_plans > 0;

  json_begin_object (printer, NULL, has_actions ? JSON_BLOCK : JSON_LINE);
  json_integer (printer, "index", step->index);
  json_string (printer, "phase", migration_phase_to_string (step->phase));
  json_string (printer, "operation", operation_kind_to_string (step->operation->kind));
  json_string (printer, "description", step->description);
  if (is_plan)
    {
      json_string (printer, "rollback", step->rollback_description);
      print_engines (printer, step->operation->engines);
    }
  json_boolean (printer, "executed", step->executed);
  json_boolean (printer, "rolled_back", step->rolled_back);
  if (step->error != NULL)
    json_string (printer, "error", step->error);
  if (has_actions)
    print_actions (printer, report, step);
  json_end_object (printer);
}

static void
print_steps (JsonPrinter *printer, const FileReport *report)
{
  json_begin_array (printer, "steps", JSON_BLOCK);
  for (guint i = 0; report->plan != NULL && i < migration_plan_n_steps (report->plan);
       i++)
    print_step (printer, report, migration_plan_step (report->plan, i));
  json_end_array (printer);
}

static void
print_history (JsonPrinter *printer, const MigrationExecutor *executor)
{
  json_begin_array (printer, "history", JSON_BLOCK);
  for (guint i = 0; executor != NULL && i < executor->history->len; i++)
    {
      const HistoryEntry *entry = g_ptr_array_index (executor->history, i);

      json_begin_object (printer, NULL, JSON_LINE);
      json_string (printer, "migration_id", entry->migration_id);
      json_string (printer, "phase", entry->phase);
      json_string (printer, "message", entry->message);
      json_end_object (printer);
    }
  json_end_array (printer);
}

static void
print_finding (JsonPrinter *printer, const Diagnostic *diagnostic, const char *file)
{
  const Location *location = &diagnostic->location;

  json_begin_object (printer, NULL, JSON_LINE);
  json_string (printer, "rule", diagnostic->rule);
  json_string (printer, "severity", severity_to_string (diagnostic->severity));
  json_string (printer, "message", diagnostic->message);
  json_string (printer, "help", diagnostic->help);
  json_string (printer, "file", location->file != NULL ? location->file : file);
  json_integer (printer, "line", location->line);
  json_integer (printer, "column", location->column);
  json_end_object (printer);
}

static void
print_findings (JsonPrinter *printer, const FileReport *report)
{
  json_begin_array (printer, "findings", JSON_BLOCK);
  for (guint i = 0; i < diagnostic_list_length (report->diagnostics); i++)
    print_finding (printer, diagnostic_list_get (report->diagnostics, i), report->file);
  json_end_array (printer);
}

static void
print_default (JsonPrinter *printer, const Column *column, Arena *scratch)
{
  if (column->default_kind == DEFAULT_VALUE)
    json_value (printer, "default", &column->type, &column->default_value, scratch);
  else if (column->default_kind == DEFAULT_NONE)
    json_null (printer, "default");
  else
    {
      const char *text = engine_text_for (column->default_expression, "memory");

      json_begin_object (printer, "default", JSON_LINE);
      json_string (printer, "expression",
                   text != NULL ? text : column->default_expression[0].text);
      json_end_object (printer);
    }
}

static void
print_column (JsonPrinter *printer, const Column *column, Arena *scratch)
{
  json_begin_object (printer, NULL, JSON_LINE);
  json_string (printer, "name", column->name);
  json_string (printer, "type", type_spec_to_string (&column->type, scratch));
  json_boolean (printer, "nullable", column->nullable);
  print_default (printer, column, scratch);
  json_end_object (printer);
}

static void
print_row (JsonPrinter *printer, const Table *table, gsize row, Arena *scratch)
{
  json_begin_object (printer, NULL, JSON_LINE);
  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const Column *column = table_column (table, i);
      Value value = table_cell (table, row, i);

      json_value (printer, column->name, &column->type, &value, scratch);
      arena_reset (scratch);
    }
  json_end_object (printer);
}

static void
print_table (JsonPrinter *printer, const Table *table, guint64 row_count, guint max_rows)
{
  g_autoptr (Arena) scratch = arena_new ();
  gsize n_rows = table_n_rows (table);

  json_begin_object (printer, NULL, JSON_BLOCK);
  json_string (printer, "name", table->name);
  json_begin_array (printer, "columns", JSON_BLOCK);
  for (guint i = 0; i < table_n_columns (table); i++)
    print_column (printer, table_column (table, i), scratch);
  json_end_array (printer);
  json_integer (printer, "row_count", (gint64) row_count);
  json_begin_array (printer, "rows", JSON_BLOCK);
  for (gsize row = 0; row < MIN (n_rows, max_rows); row++)
    print_row (printer, table, row, scratch);
  json_end_array (printer);
  json_end_object (printer);
}

static void
print_tables (JsonPrinter *printer, const FileReport *report, guint max_rows)
{
  const Database *tables = report->tables;

  json_begin_array (printer, "tables", JSON_BLOCK);
  for (guint i = 0; tables != NULL && i < tables->tables->len; i++)
    {
      const Table *table = g_ptr_array_index (tables->tables, i);
      print_table (printer, table,
                   report->row_counts != NULL ? report->row_counts[i]
                                              : table_n_rows (table),
                   max_rows);
    }
  json_end_array (printer);
}

static const char *const RESULT_WORDS[] = {
  [REHEARSAL_INACTIVE] = "inactive",
  [REHEARSAL_GREEN] = "ok",
  [REHEARSAL_RED] = "fail",
};

static void
print_boundary (JsonPrinter *printer, guint boundary, const RehearsalCell *cell)
{
  json_begin_object (printer, NULL, JSON_LINE);
  json_integer (printer, "after_step", boundary);
  json_string (printer, "result", RESULT_WORDS[cell->result]);
  if (cell->reason != NULL)
    json_string (printer, "reason", cell->reason);
  json_end_object (printer);
}

static void
print_client (JsonPrinter *printer, const Rehearsal *rehearsal, guint index)
{
  const Client *client = g_ptr_array_index (rehearsal->migration->clients, index);

  json_begin_object (printer, NULL, JSON_BLOCK);
  json_string (printer, "name", client->name);
  json_string (printer, "table", client->table);
  json_begin_array (printer, "boundaries", JSON_BLOCK);
  for (guint i = 0; i < rehearsal->n_boundaries; i++)
    print_boundary (printer, i, &rehearsal->cells[i * rehearsal->n_clients + index]);
  json_end_array (printer);
  json_end_object (printer);
}

static void
print_law (JsonPrinter *printer, const RehearsalLaw *law)
{
  json_begin_object (printer, NULL, JSON_LINE);
  json_string (printer, "name", law->name);
  json_boolean (printer, "holds", law->holds);
  json_string (printer, "reason", law->reason);
  json_end_object (printer);
}

static void
print_rehearsal (JsonPrinter *printer, const Rehearsal *rehearsal)
{
  json_begin_object (printer, "rehearsal", JSON_BLOCK);
  json_boolean (printer, "green", rehearsal->green);
  json_begin_array (printer, "clients", JSON_BLOCK);
  for (guint i = 0; i < rehearsal->n_clients; i++)
    print_client (printer, rehearsal, i);
  json_end_array (printer);
  json_begin_array (printer, "laws", JSON_BLOCK);
  for (guint i = 0; i < rehearsal->laws->len; i++)
    print_law (printer, g_ptr_array_index (rehearsal->laws, i));
  json_end_array (printer);
  json_begin_array (printer, "notes", JSON_BLOCK);
  for (guint i = 0; i < rehearsal->notes->len; i++)
    json_string (printer, NULL, g_ptr_array_index (rehearsal->notes, i));
  json_end_array (printer);
  json_end_object (printer);
}

void
report_json (JsonPrinter *printer, const FileReport *report, const ReportStyle *style)
{
  json_begin_object (printer, NULL, JSON_BLOCK);
  print_head (printer, report);
  print_steps (printer, report);
  print_history (printer, report->executor);
  print_findings (printer, report);
  print_tables (printer, report, style->max_rows);
  if (report->rehearsal != NULL)
    print_rehearsal (printer, report->rehearsal);
  if (report->failure != NULL)
    json_string (printer, "error", report->failure);
  json_integer (printer, "exit_code", report->exit_code);
  json_end_object (printer);
}
