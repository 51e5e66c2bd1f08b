/* SPDX-License-Identifier: Apache-2.0
 *
 * The memory engine's session: forks, applications' writes, notes.
 */
#include "config.h"

#include "engine/memory/memory.h"

#include "fixture.h"
#include "model/error.h"
#include "testing.h"

#define USERS                                                                    \
  "table:\n"                                                                     \
  "  name: users\n"                                                              \
  "  columns:\n"                                                                 \
  "    - { name: id, type: INTEGER, primary_key: true, identity: by_default }\n" \
  "    - { name: name, type: \"VARCHAR(5)\", nullable: false }\n"                \
  "    - { name: email, type: TEXT, unique: true }\n"                            \
  "    - { name: age, type: INTEGER, default: 7 }\n"                             \
  "  constraints: [ { name: grown, check: { column: age, min: 0 } } ]\n"         \
  "  rows: [ { id: 1, name: ada, email: a@x } ]\n"

#define RENAME USERS "change: { rename_column: { from: name, to: label } }\n"

TEST (insert__takes_defaults_and_numbers)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);

  fixture_insert (fixture, "users", "name=bob");
  fixture_insert (fixture, "users", "id=9, name=carol");
  fixture_insert (fixture, "users", "name=dave, age=~");
  fixture_assert_rows (fixture, "users",
                       "1 ada a@x 7; 2 bob ~ 7; 9 carol ~ 7; 10 dave ~ ~");
}

TEST (insert__without_a_required_column_names_it)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);

  assert_has (fixture_try_insert (fixture, "users", "age=3"),
              "column 'name' of 'users' is required");
}

TEST (identity__at_the_end_of_its_type_is_an_error)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);

  fixture_insert (fixture, "users", "id=2147483647, name=last");
  assert_has (fixture_try_insert (fixture, "users", "name=more"),
              "the next number of column 'id'");
}

TEST (write__that_breaks_a_constraint_changes_nothing)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);

  assert_has (fixture_try_insert (fixture, "users", "id=1, name=x"),
              "have the same id ('1')");
  assert_has (fixture_try_insert (fixture, "users", "name=x, email=a@x"),
              "have the same email");
  assert_has (fixture_try_insert (fixture, "users", "name=x, age=-1"),
              "breaks check 'grown'");
  assert_has (fixture_try_update (fixture, "users", "id=1", "name=~"), "'name' is null");
  assert_has (fixture_try_update (fixture, "users", "id=1", "age=-5"),
              "breaks check 'grown'");
  fixture_assert_start (fixture);
}

TEST (write__to_what_is_not_there_says_so)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);
  const char *const columns[] = { "nmae", NULL };
  const Value values[] = { value_string ("x") };
  g_autoptr (GError) error = NULL;

  ck_assert (!memory_insert (fixture->session, "users", columns, values, NULL, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_MISSING);
  assert_has (error->message, "did you mean 'name'?");
  g_clear_error (&error);
  ck_assert (!memory_insert (fixture->session, "usres", columns, values, NULL, &error));
  assert_has (error->message, "did you mean 'users'?");
  g_clear_error (&error);
  ck_assert (!memory_update (fixture->session, "users", 77, columns, values, &error));
  assert_has (error->message, "no longer in 'users'");
  g_clear_error (&error);
  ck_assert (!memory_delete (fixture->session, "users", 77, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_MISSING);
}

TEST (write__of_a_value_that_does_not_fit_is_refused)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);
  const char *const columns[] = { "name", NULL };
  const Value values[] = { value_string ("too long") };
  g_autoptr (GError) error = NULL;

  ck_assert (!memory_insert (fixture->session, "users", columns, values, NULL, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION);
  assert_has (error->message, "column 'name' of 'users'");
}

TEST (select__gives_cells_and_names_what_is_missing)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);
  const char *const columns[] = { "age", "name", NULL }, *const wrong[] = { "x", NULL };
  Value values[2];
  g_autoptr (GError) error = NULL;

  ck_assert (memory_select (fixture->session, "users", 1, columns, values, &error));
  ck_assert_int_eq (values[0].integer, 7);
  ck_assert (values[1].kind == VALUE_TEXT && values[1].text.length == 3);
  ck_assert (!memory_select (fixture->session, "users", 1, wrong, values, &error));
  g_clear_error (&error);
  ck_assert (!memory_select (fixture->session, "users", 8, columns, values, &error));
  g_clear_error (&error);
  ck_assert (!memory_select (fixture->session, "nope", 1, columns, values, &error));
}

TEST (value__that_was_selected_may_be_written)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);
  const char *const columns[] = { "name", NULL };
  Value value;

  ck_assert (memory_select (fixture->session, "users", 1, columns, &value, NULL));
  for (guint i = 0; i < 100; i++)
    {
      ck_assert (memory_insert (fixture->session, "users", columns, &value, NULL, NULL));
      ck_assert (memory_select (fixture->session, "users", i + 2, columns, &value, NULL));
    }
  ck_assert_uint_eq (table_n_rows (fixture_table (fixture, "users")), 101);
}

TEST (fork__is_not_seen_by_the_other)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);
  EngineSession *original = fixture->session;

  fixture->session = memory_fork (original);
  fixture_apply_all (fixture);
  fixture_insert (fixture, "users", "label=bob");
  engine_close (fixture->session);
  fixture->session = original;
  fixture->n_done = 0;
  fixture_assert_start (fixture);
}

TEST (fork__outlives_its_origin)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);

  fixture_apply (fixture, 2);
  for (guint i = 0; i < 3; i++)
    {
      EngineSession *fork = memory_fork (fixture->session);
      database_free (g_steal_pointer (&fixture->start));
      engine_close (fixture->session);
      fixture->session = fork;
      fixture->start = engine_snapshot (fork, NULL);
    }
  fixture_apply_all (fixture);
  fixture_insert (fixture, "users", "label=bob");
  fixture_undo_all (fixture);
  fixture_assert_rows (fixture, "users", "1 ada a@x 7; 2 bob ~ 7");
}

TEST (fork__undoes_what_was_applied_before_it)
{
  g_autoptr (Fixture) fixture = fixture_new (RENAME);
  EngineSession *original = fixture->session;

  fixture_apply_all (fixture);
  fixture->session = memory_fork (original);
  fixture_undo_all (fixture);
  fixture_assert_start (fixture);
  engine_close (fixture->session);
  fixture->session = original;
  fixture_assert_columns (fixture, "users", "id* email age label*");
}

TEST (notes__say_what_memory_does_not_check)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "table:\n"
      "  name: t\n"
      "  columns: [ { name: a, type: INTEGER }, { name: b, type: INTEGER } ]\n"
      "  constraints:\n"
      "    - { name: c1, check: { expression: \"a > b\" } }\n"
      "    - { name: c2, foreign_key: [a], references: { table: elsewhere, columns: [id] } }\n"
      "  indexes: [ { name: i1, columns: [a], unique: true, where: \"b > 0\" } ]\n"
      "  rows: [ { a: 1, b: 2 } ]\n"
      "change: { add_column: { column: { name: x, type: INTEGER } } }\n");
  const char *const *notes = memory_notes (fixture->session);

  ck_assert_uint_eq (g_strv_length ((char **) notes), 3);
  assert_has (notes[0], "check 'c1' of 't' is an SQL expression");
  assert_has (notes[1], "refers to 'elsewhere'");
  assert_has (notes[2], "unique index 'i1' of 't'");
  ck_assert_uint_eq (g_strv_length ((char **) memory_notes (fixture->session)), 3);
}

TEST (check__names_the_step_that_needs_a_database)
{
  g_autoptr (DiagnosticList) findings = diagnostic_list_new ();
  g_autoptr (Fixture) fixture = fixture_new (
      USERS
      "change:\n"
      "  - sql: { phase: migrating, forward: SELECT 1, rollback: SELECT 1 }\n"
      "  - sql: { phase: migrating, forward: SELECT 1, rollback: SELECT 1 }\n"
      "    engines: [postgres]\n"
      "  - update_rows: { set: { name: { expression: \"upper(name)\" } } }\n"
      "  - backfill: { column: email, from: name, transform: { expression: \"name\" } }\n");
  GError *error = NULL;

  engine_check (fixture->session, fixture->plan, findings);
  ck_assert_uint_eq (diagnostic_list_length (findings), 3);
  assert_has (diagnostic_list_get (findings, 0)->message, "it is SQL");
  assert_has (diagnostic_list_get (findings, 1)->message, "SQL expression");
  const MigrationStep *step = NULL;
  for (guint i = 0; step == NULL; i++)
    if (migration_plan_step (fixture->plan, i)->operation->kind == OPERATION_SQL)
      step = migration_plan_step (fixture->plan, i);
  ck_assert (!engine_apply (fixture->session, step, &error));
  assert_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED);
  g_error_free (error);
}

TEST_MAIN ("engine/memory/memory", insert__takes_defaults_and_numbers,
           insert__without_a_required_column_names_it,
           identity__at_the_end_of_its_type_is_an_error,
           write__that_breaks_a_constraint_changes_nothing,
           write__to_what_is_not_there_says_so,
           write__of_a_value_that_does_not_fit_is_refused,
           select__gives_cells_and_names_what_is_missing,
           value__that_was_selected_may_be_written, fork__is_not_seen_by_the_other,
           fork__outlives_its_origin, fork__undoes_what_was_applied_before_it,
           notes__say_what_memory_does_not_check,
           check__names_the_step_that_needs_a_database)
