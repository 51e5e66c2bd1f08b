/* SPDX-License-Identifier: Apache-2.0
 *
 * Rehearsals: what is green, what is red and why; relations and samples on the way.
 */
#include "config.h"

#include "runner/rehearse.h"

#include "fixture.h"
#include "runner/client_check.h"
#include "runner/relations.h"
#include "runner/sample.h"
#include "testing.h"

static Rehearsal *
rehearsed (const Fixture *fixture)
{
  GError *error = NULL;
  Rehearsal *rehearsal = rehearse (fixture->migration, fixture->plan, &error);

  assert_no_error (error);
  return rehearsal;
}

static const char *
reason (const Rehearsal *rehearsal, guint boundary, guint client)
{
  return rehearsal->cells[boundary * rehearsal->n_clients + client].reason;
}

/* "i" inactive, "g" green, "r" red: one row a boundary */
static char *
matrix (const Rehearsal *rehearsal)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < rehearsal->n_boundaries; i++)
    {
      for (guint j = 0; j < rehearsal->n_clients; j++)
        g_string_append_c (text,
                           "igr"[rehearsal->cells[i * rehearsal->n_clients + j].result]);
      g_string_append_c (text, i + 1 < rehearsal->n_boundaries ? ' ' : '\0');
    }
  return g_string_free (text, FALSE);
}

static void
assert_matrix (const Rehearsal *rehearsal, const char *wanted)
{
  g_autofree char *actual = matrix (rehearsal);

  for (guint i = 0; i < rehearsal->n_boundaries * rehearsal->n_clients; i++)
    if (rehearsal->cells[i].reason != NULL)
      g_printerr ("# %u: %s\n", i, rehearsal->cells[i].reason);
  ck_assert_str_eq (actual, wanted);
}

static void
assert_laws_hold (const Rehearsal *rehearsal)
{
  for (guint i = 0; i < rehearsal->laws->len; i++)
    {
      const RehearsalLaw *law = rehearsal->laws->pdata[i];
      ck_assert_msg (law->holds, "%s: %s", law->name, law->reason);
    }
}

#define USERS                                              \
  "table:\n"                                               \
  "  name: users\n"                                        \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: name, type: TEXT, nullable: false }\n"    \
  "    - { name: email, type: TEXT }\n"                    \
  "  rows: [ { id: 1, name: alice, email: a@x }, { id: 2, name: bob } ]\n"

#define OLD_AND_NEW                                                                 \
  "clients:\n"                                                                      \
  "  - { name: old, before: contracting, reads: [id, name], writes: [id, name] }\n" \
  "  - { name: new, after: migrating, reads: [id, label], writes: [id, label] }\n"

TEST (rename__is_green_for_old_and_new)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS "change: { rename_column: { from: name, to: label } }\n" OLD_AND_NEW);
  g_autoptr (Rehearsal) rehearsal = rehearsed (fixture);

  assert_matrix (rehearsal, "gi gi gg ig");
  assert_laws_hold (rehearsal);
  ck_assert (rehearsal->green);
}

TEST (old_client__that_is_promised_too_much_is_red)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS "change: { rename_column: { from: name, to: label } }\n"
            "clients: [ { name: old, reads: [name], writes: [id, name] } ]\n");
  g_autoptr (Rehearsal) rehearsal = rehearsed (fixture);

  assert_matrix (rehearsal, "g g g r");
  assert_has (reason (rehearsal, 3, 0), "reads 'name', which is not in 'users'");
  ck_assert (!rehearsal->green);
}

TEST (new_client__that_comes_before_the_backfill_is_red)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS "change: { rename_column: { from: name, to: label } }\n"
            "clients: [ { name: new, after: expanding, reads: [label] } ]\n");
  g_autoptr (Rehearsal) rehearsal = rehearsed (fixture);

  assert_matrix (rehearsal, "i r g g");
  assert_has (reason (rehearsal, 1, 0), "reads 'label' before step 2 fills it");
}

TEST (hand_written_mirror__without_sync_is_red_for_both)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS
      "steps:\n"
      "  - { phase: expanding, add_column: { column: { name: label, type: TEXT } } }\n"
      "  - { phase: migrating, backfill: { column: label, from: name } }\n"
      "  - { phase: contracting, drop_column: { column: name } }\n" OLD_AND_NEW);
  g_autoptr (Rehearsal) rehearsal = rehearsed (fixture);

  ck_assert (!rehearsal->green);
  assert_has (reason (rehearsal, 2, 0), "'new' does not see in 'label'");
}

TEST (one_way_sync__is_red_for_the_old_client)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS
      "change: { add_column: { column: { name: label, type: TEXT }, from: email, transform: "
      "lower, sync: forward } }\n"
      "clients:\n"
      "  - { name: old, reads: [id, email], writes: [id, name, email] }\n"
      "  - { name: new, after: migrating, reads: [id, label], writes: [id, name, label] }\n");
  g_autoptr (Rehearsal) rehearsal = rehearsed (fixture);

  ck_assert (!rehearsal->green);
  assert_has (reason (rehearsal, 2, 1), "'old' does not see in 'email' what it");
}

TEST (type_change__under_the_same_name_is_green_for_both)
{
  g_autoptr (Fixture) fixture = fixture_new (
      "table:\n"
      "  name: t\n"
      "  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: n, type: INTEGER } ]\n"
      "  rows: [ { id: 1, n: 5 } ]\n"
      "change: { alter_column: { column: n, type: BIGINT } }\n"
      "clients:\n"
      "  - { name: old, before: contracting, reads: [{ name: n, type: INTEGER }], writes: [id, n] }\n"
      "  - { name: new, after: contracting, reads: [{ name: n, type: BIGINT }], writes: [id, n] }\n");
  g_autoptr (Rehearsal) rehearsal = rehearsed (fixture);

  assert_laws_hold (rehearsal);
  ck_assert (rehearsal->green);
}

TEST (client__that_takes_a_column_for_another_type_is_red)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS "change: { add_column: { column: { name: z, type: TEXT } } }\n"
            "clients: [ { name: odd, reads: [{ name: name, type: INTEGER }] } ]\n");
  g_autoptr (Rehearsal) rehearsal = rehearsed (fixture);

  assert_has (reason (rehearsal, 0, 0),
              "takes 'name' for INTEGER, which it is not in row 1");
}

TEST (split_table__is_green_on_both_sides)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS
      "change: { split_table: { to: mails, columns: [email], key: [id] } }\n"
      "clients:\n"
      "  - { name: old, before: contracting, table: users, reads: [id, email], writes: [id, "
      "name, email] }\n"
      "  - { name: new, after: migrating, table: mails, reads: [id, email], updates: [email] }\n");
  g_autoptr (Rehearsal) rehearsal = rehearsed (fixture);

  assert_matrix (rehearsal, "gi gi gg ig");
  assert_laws_hold (rehearsal);
}

TEST (laws__that_do_not_hold_say_why)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS
      "change: { add_constraint: { name: short, check: { column: name, max_length: 3 } } }\n");
  g_autoptr (Rehearsal) rehearsal = rehearsed (fixture);
  const RehearsalLaw *law = rehearsal->laws->pdata[0];

  ck_assert (!rehearsal->green);
  ck_assert_str_eq (law->name, "it runs to its end");
  ck_assert (!law->holds);
  assert_has (law->reason, "step 1: row 1 of 'users' (id 1): 'name' is 'alice'");
}

TEST (mark__is_no_part_of_a_rehearsal)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS
      "steps:\n"
      "  - { phase: expanding, add_column: { column: { name: z, type: TEXT } }, fail: true }\n");
  g_autoptr (Rehearsal) rehearsal = rehearsed (fixture);

  ck_assert (rehearsal->green);
  assert_has (rehearsal->notes->pdata[0], "step 1 is marked 'fail: true'");
  assert_has (rehearsal->notes->pdata[1], "no clients are declared");
}

TEST (sql__cannot_be_rehearsed_in_memory)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS
      "change: { sql: { phase: migrating, forward: SELECT 1, rollback: SELECT 1 } }\n");
  g_autoptr (GError) error = NULL;

  ck_assert_ptr_null (rehearse (fixture->migration, fixture->plan, &error));
  assert_has (error->message, "cannot run in memory");
}

TEST (step_of_another_engine__is_passed_over)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS "change:\n"
            "  - rename_column: { from: name, to: label }\n"
            "  - sql: { phase: migrating, forward: SELECT 1, rollback: SELECT 1 }\n"
            "    engines: [postgres]\n" OLD_AND_NEW);
  g_autoptr (Rehearsal) rehearsal = rehearsed (fixture);

  assert_laws_hold (rehearsal);
  ck_assert (rehearsal->green);
}

TEST (client__is_active_from_after_to_before)
{
  g_autoptr (Fixture) fixture = fixture_new (
      USERS "change: { rename_column: { from: name, to: label } }\n" OLD_AND_NEW);
  const Client *old = fixture->migration->clients->pdata[0];
  const Client *new = fixture->migration->clients->pdata[1];

  ck_assert (client_is_active (old, fixture->plan, 0));
  ck_assert (client_is_active (old, fixture->plan, 2));
  ck_assert (!client_is_active (old, fixture->plan, 3));
  ck_assert (!client_is_active (new, fixture->plan, 1));
  ck_assert (client_is_active (new, fixture->plan, 2));
}

/* Relations ------------------------------------------------------------------- */

static GPtrArray *
relations_of (const Fixture *fixture, Arena *arena)
{
  return relations_of_plan (fixture->plan, fixture->migration->tables, arena);
}

TEST (relations__are_read_off_the_plan_whether_there_is_a_sync_or_not)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Fixture) mirror
      = fixture_new (USERS "change: { rename_column: { from: name, to: label } }\n");
  g_autoptr (Fixture) hand = fixture_new (
      USERS
      "steps:\n"
      "  - { phase: expanding, add_column: { column: { name: label, type: TEXT } } }\n"
      "  - { phase: migrating, backfill: { column: label, from: name } }\n");
  g_autoptr (Fixture) shadow = fixture_new (
      USERS "change: { alter_column: { column: email, type: \"VARCHAR(9)\" } }\n");
  g_autoptr (GPtrArray) of_mirror = relations_of (mirror, arena);
  g_autoptr (GPtrArray) of_hand = relations_of (hand, arena);
  g_autoptr (GPtrArray) of_shadow = relations_of (shadow, arena);

  ck_assert_uint_eq (of_mirror->len, 1);
  ck_assert_uint_eq (of_hand->len, 1);
  ck_assert_uint_eq (of_shadow->len, 1);
  const Relation *relation = of_hand->pdata[0];
  ck_assert_str_eq (relation->old_columns[0], "name");
  ck_assert_str_eq (relation->new_columns[0], "label");
  ck_assert_ptr_nonnull (relation->backward);
  relation = of_shadow->pdata[0];
  ck_assert (relation->is_shadow);
  ck_assert_uint_eq (relation->swap_step, 3);
}

TEST (table_name__follows_renames)
{
  g_autoptr (Fixture) fixture
      = fixture_new (USERS "change: { rename_table: { to: people } }\n");

  ck_assert_str_eq (relations_table_name (fixture->plan, "users", 0, 1), "users");
  ck_assert_str_eq (relations_table_name (fixture->plan, "users", 0, 2), "people");
}

/* Samples --------------------------------------------------------------------- */

TEST (sample__of_every_type_is_accepted_by_it)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Fixture) fixture = fixture_new (
      "table:\n"
      "  name: t\n"
      "  columns:\n"
      "    - { name: a, type: TEXT }\n"
      "    - { name: b, type: \"VARCHAR(3)\" }\n"
      "    - { name: c, type: \"CHAR(2)\" }\n"
      "    - { name: d, type: INTEGER }\n"
      "    - { name: e, type: BIGINT }\n"
      "    - { name: f, type: DOUBLE }\n"
      "    - { name: g, type: \"DECIMAL(6,2)\" }\n"
      "    - { name: h, type: BOOLEAN }\n"
      "    - { name: i, type: TIMESTAMP }\n"
      "    - { name: j, type: TIMESTAMPTZ }\n"
      "    - { name: k, type: DATE }\n"
      "    - { name: l, type: TIME }\n"
      "    - { name: m, type: JSON }\n"
      "    - { name: n, type: UUID }\n"
      "    - { name: o, type: BLOB }\n"
      "    - { name: p, type: ENUM, values: [x, y] }\n"
      "    - { name: q, type: INTEGER, primary_key: true }\n"
      "    - { name: r, type: TEXT, unique: true }\n"
      "  constraints: [ { name: in, check: { column: d, min: 3, max: 4 } } ]\n"
      "  rows: []\n"
      "change: { add_column: { column: { name: z, type: TEXT } } }\n");
  const Table *table = fixture_table (fixture, "t");
  g_autoptr (GPtrArray) relations = relations_of (fixture, arena);
  CheckPoint point = {
    .migration = fixture->migration,
    .plan = fixture->plan,
    .relations = relations,
    .start = fixture->start,
    .final = fixture->start,
    .session = fixture->session,
    .arena = arena,
  };

  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const Column *column = table_column (table, i);
      ClientColumn wanted = { .name = column->name };
      guint n_found = 0;
      for (guint variant = 0; variant < N_SAMPLE_VARIANTS; variant++)
        {
          Value value;
          if (!sample_value (&point, table, &wanted, variant, variant + 1, arena, &value))
            continue;
          n_found++;
          ck_assert (type_check (&column->type, &value, NULL));
        }
      ck_assert_msg (n_found > 0, "no sample for '%s'", column->name);
    }
}

TEST_MAIN ("runner/rehearse", rename__is_green_for_old_and_new,
           old_client__that_is_promised_too_much_is_red,
           new_client__that_comes_before_the_backfill_is_red,
           hand_written_mirror__without_sync_is_red_for_both,
           one_way_sync__is_red_for_the_old_client,
           type_change__under_the_same_name_is_green_for_both,
           client__that_takes_a_column_for_another_type_is_red,
           split_table__is_green_on_both_sides, laws__that_do_not_hold_say_why,
           mark__is_no_part_of_a_rehearsal, sql__cannot_be_rehearsed_in_memory,
           step_of_another_engine__is_passed_over, client__is_active_from_after_to_before,
           relations__are_read_off_the_plan_whether_there_is_a_sync_or_not,
           table_name__follows_renames, sample__of_every_type_is_accepted_by_it)
