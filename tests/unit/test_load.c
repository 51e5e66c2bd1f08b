/* SPDX-License-Identifier: Apache-2.0
 *
 * The loader on folders of cases, and what it makes of the valid ones.
 */
#include "config.h"

#include "load/load.h"

#include <stdio.h>
#include <string.h>

#include "testing.h"

#define INVALID "tests/cases/load/invalid"
#define VALID "tests/cases/load/valid"

static char *
read_case (const char *folder, const char *name, gsize *length)
{
  g_autofree char *relative = g_build_filename (folder, name, "migration.yaml", NULL);
  g_autofree char *path = testing_path (relative);
  g_autoptr (GError) error = NULL;
  char *text = NULL;

  g_file_get_contents (path, &text, length, &error);
  assert_no_error (error);
  return text;
}

static char *
findings_to_string (const DiagnosticList *diagnostics)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    {
      const Diagnostic *finding = diagnostic_list_get (diagnostics, i);

      g_string_append_printf (text, "%u:%u: %s\n", finding->location.line,
                              finding->location.column, finding->message);
      if (finding->help != NULL)
        g_string_append_printf (text, "  help: %s\n", finding->help);
    }
  return g_string_free (text, FALSE);
}

static Migration *
load_text (const char *text)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  Migration *migration = load_bytes ("test.yaml", text, strlen (text), diagnostics);
  g_autofree char *findings = findings_to_string (diagnostics);

  ck_assert_msg (migration != NULL, "%s", findings);
  ck_assert_str_eq (findings, "");
  return migration;
}

static Migration *
load_valid (const char *name)
{
  gsize length;
  g_autofree char *text = read_case (VALID, name, &length);

  return load_text (text);
}

TEST (load__invalid_cases_give_their_findings)
{
  g_auto (GStrv) names = testing_cases (INVALID);

  for (guint i = 0; names[i] != NULL; i++)
    {
      gsize length;
      g_autofree char *text = read_case (INVALID, names[i], &length);
      g_autofree char *expected
          = g_build_filename (INVALID, names[i], "expected.txt", NULL);
      g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
      g_autoptr (Migration) migration = load_bytes (names[i], text, length, diagnostics);
      g_autofree char *findings = findings_to_string (diagnostics);

      ck_assert_msg (migration == NULL, "%s is valid", names[i]);
      testing_assert_golden (expected, findings);
    }
}

TEST (load__valid_cases_give_no_findings)
{
  g_auto (GStrv) names = testing_cases (VALID);

  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autoptr (Migration) migration = load_valid (names[i]);

      ck_assert_ptr_nonnull (migration->id);
    }
}

TEST (load__reads_a_whole_file)
{
  g_autoptr (Migration) migration = load_valid ("rename-column");
  const Operation *change = g_ptr_array_index (migration->changes, 0);
  const Client *client = g_ptr_array_index (migration->clients, 1);
  const Table *users = database_find (migration->tables, "users");

  ck_assert_str_eq (migration->id, "MIG-002");
  ck_assert_str_eq (migration->description, "why, for the reader");
  ck_assert_uint_eq (table_n_rows (users), 2);
  ck_assert_ptr_nonnull (table_find_constraint (users, "email_given"));
  ck_assert_ptr_nonnull (table_find_index (users, "users_email"));
  ck_assert_int_eq (change->kind, OPERATION_RENAME_COLUMN);
  ck_assert_str_eq (change->table, "users");
  ck_assert_str_eq (change->rename_column.to, "display_name");
  ck_assert_uint_eq (change->location.line, 16);
  ck_assert (client->has_after && !client->has_before);
  ck_assert_str_eq (client->updates[1].name, "display_name");
  ck_assert_ptr_null (client->reads[2].name);
}

TEST (load__reads_steps)
{
  g_autoptr (Migration) migration = load_valid ("all-steps");
  const Operation *first = g_ptr_array_index (migration->steps, 0);
  const Operation *swap = g_ptr_array_index (migration->steps, 6);

  ck_assert (migration->has_steps);
  ck_assert_uint_eq (migration->steps->len, 10);
  ck_assert_uint_eq (first->add_column.n_additions, 2);
  ck_assert_int_eq (first->add_column.purpose, SYNC_FOR_RENAME);
  ck_assert (first->add_column.backward_none);
  ck_assert_int_eq (swap->phase, MIGRATION_PHASE_CONTRACTING);
  ck_assert_str_eq (swap->swap_column.old_name, "b");
}

TEST (load__reads_changes)
{
  g_autoptr (Migration) migration = load_valid ("all-changes");
  const Operation *add = g_ptr_array_index (migration->changes, 0);
  const Operation *from = g_ptr_array_index (migration->changes, 1);
  const Operation *alter = g_ptr_array_index (migration->changes, 2);
  const Operation *key = g_ptr_array_index (migration->changes, 9);

  ck_assert_str_eq (add->add_column.backward[1].column, "kind");
  ck_assert_str_eq (add->allow[0].reason, "why");
  ck_assert (add->allow_blocking && add->engines != NULL);
  ck_assert_str_eq (from->add_column.lookup->match_there[0], "uid");
  ck_assert_str_eq (from->add_column.lookup->match_here[0], "name");
  ck_assert_int_eq (from->add_column.lookup->missing, LOOKUP_MISSING_NULL);
  ck_assert (alter->alter_column.has_default && alter->alter_column.has_comment);
  ck_assert_int_eq (alter->alter_column.default_kind, DEFAULT_NONE);
  ck_assert_str_eq (key->constraint.constraint->name, "users_m_fkey");
  ck_assert_int_eq (key->constraint.repairs.orphans, ORPHANS_DELETE);
}

TEST (load__default_names_follow_the_table)
{
  g_autoptr (Migration) migration = load_valid ("constraints");
  const Table *orders = database_find (migration->tables, "orders");

  ck_assert_ptr_nonnull (table_find_constraint (orders, "orders_pkey"));
  ck_assert_ptr_nonnull (table_find_constraint (orders, "orders_state_check"));
  ck_assert_ptr_nonnull (table_find_constraint (orders, "orders_customer_fkey"));
  ck_assert_ptr_nonnull (table_find_index (orders, "orders_customer_idx"));
}

TEST (load__a_key_makes_its_column_not_null)
{
  g_autoptr (Migration) migration = load_text (
      "id: x\ntable: { name: t, columns: [ { name: a, type: TEXT, primary_key: "
      "true }, { name: b, type: BIGINT, identity: always } ] }\nchange: []\n");
  const Table *table = database_find (migration->tables, "t");

  ck_assert (!table_find_column (table, "a")->nullable);
  ck_assert (!table_find_column (table, "b")->nullable);
}

TEST (load__stops_counting_at_a_thousand_errors)
{
  g_autoptr (GString) text = g_string_new ("id: x\nchange: []\nclients:\n");
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (Migration) migration = NULL;

  for (guint i = 0; i < 2000; i++)
    g_string_append (text, "  - nothing\n");
  migration = load_bytes ("test.yaml", text->str, text->len, diagnostics);
  ck_assert_ptr_null (migration);
  ck_assert_uint_eq (diagnostic_list_length (diagnostics), 1001);
}

TEST (load__takes_no_bytes_at_all)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();

  ck_assert_ptr_null (load_bytes ("test.yaml", NULL, 0, diagnostics));
  ck_assert_uint_eq (diagnostic_list_length (diagnostics), 1);
}

TEST (load_file__reads_a_file)
{
  g_autofree char *path = testing_path (VALID "/rename-column/migration.yaml");
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (Migration) migration = load_file (path, diagnostics);

  ck_assert_ptr_nonnull (migration);
  ck_assert_str_eq (migration->path, path);
}

TEST (load_file__names_what_cannot_be_read)
{
  g_autofree char *folder = testing_tmpdir ();
  g_autofree char *missing = g_build_filename (folder, "missing.yaml", NULL);
  g_autofree char *empty = g_build_filename (folder, "empty.yaml", NULL);
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();

  ck_assert (g_file_set_contents (empty, "", 0, NULL));
  ck_assert_ptr_null (load_file (missing, diagnostics));
  ck_assert_ptr_null (load_file (folder, diagnostics));
  ck_assert_ptr_null (load_file (empty, diagnostics));
  ck_assert_uint_eq (diagnostic_list_count (diagnostics, SEVERITY_ERROR), 3);
  testing_remove_tree (folder);
}

TEST (load_file__reads_standard_input)
{
  g_autofree char *path = testing_path (VALID "/empty-plan/migration.yaml");
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (Migration) migration = NULL;

  ck_assert_ptr_nonnull (freopen (path, "r", stdin));
  migration = load_file ("-", diagnostics);
  ck_assert_ptr_nonnull (migration);
  ck_assert_str_eq (migration->path, "<stdin>");
}

TEST_MAIN ("load/load", load__invalid_cases_give_their_findings,
           load__valid_cases_give_no_findings, load__reads_a_whole_file,
           load__reads_steps, load__reads_changes, load__default_names_follow_the_table,
           load__a_key_makes_its_column_not_null,
           load__stops_counting_at_a_thousand_errors, load__takes_no_bytes_at_all,
           load_file__reads_a_file, load_file__names_what_cannot_be_read,
           load_file__reads_standard_input)
