/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients at step boundaries: what they write is seen by the others and never lost.
 */
#include "config.h"

#include "runner/client_check.h"

#include "fixture.h"
#include "runner/rehearse.h"
#include "testing.h"

/* All reasons of a rehearsal, "client after step: reason", one a line. */
static char *
reasons_of (const char *yaml)
{
  g_autoptr (Fixture) fixture = fixture_new (yaml);
  g_autoptr (GString) text = g_string_new (NULL);
  GError *error = NULL;
  g_autoptr (Rehearsal) rehearsal = rehearse (fixture->migration, fixture->plan, &error);

  assert_no_error (error);
  for (guint i = 0; i < rehearsal->n_boundaries; i++)
    for (guint j = 0; j < rehearsal->n_clients; j++)
      {
        const Client *client = fixture->migration->clients->pdata[j];
        const RehearsalCell *cell = &rehearsal->cells[i * rehearsal->n_clients + j];
        if (cell->reason != NULL)
          g_string_append_printf (text, "%s after %u: %s\n", client->name, i,
                                  cell->reason);
      }
  for (guint i = 0; i < rehearsal->laws->len; i++)
    {
      const RehearsalLaw *law = rehearsal->laws->pdata[i];
      if (!law->holds)
        g_string_append_printf (text, "%s: %s\n", law->name, law->reason);
    }
  return g_strdup (text->str);
}

static void
assert_green (const char *yaml)
{
  g_autofree char *reasons = reasons_of (yaml);

  ck_assert_str_eq (reasons, "");
}

static void
assert_red (const char *yaml, const char *part)
{
  g_autofree char *reasons = reasons_of (yaml);

  assert_has (reasons, part);
}

/* Lookups --------------------------------------------------------------------- */

#define LOOKUP(clients)                                                                           \
  "tables:\n"                                                                                     \
  "  - name: users\n"                                                                             \
  "    columns: [ { name: id, type: INTEGER, primary_key: true }, { name: tag, type: TEXT } ]\n"  \
  "    rows: [ { id: 1, tag: a }, { id: 2, tag: b } ]\n"                                          \
  "  - name: memo\n"                                                                              \
  "    columns:\n"                                                                                \
  "      - { name: id, type: INTEGER, primary_key: true }\n"                                      \
  "      - { name: tag, type: TEXT }\n"                                                           \
  "      - { name: n, type: INTEGER }\n"                                                          \
  "    rows: [ { id: 1, tag: a, n: 5 }, { id: 2, tag: b, n: 6 } ]\n"                              \
  "change:\n"                                                                                     \
  "  table: users\n"                                                                              \
  "  add_column: { column: { name: n, type: BIGINT }, from: { table: memo, match: { tag: tag }, " \
  "column: n, aggregate: sum, missing: null } }\n"                                                \
  "clients:\n" clients

TEST (lookup__is_followed_while_it_is_kept_in_step)
{
  assert_green (LOOKUP (
      "  - { name: source, before: contracting, table: memo, reads: [id, tag, n], writes: [id, tag, n] }\n"
      "  - { name: old, before: contracting, table: users, reads: [id, tag], writes: [id, tag] }\n"
      "  - { name: new, after: migrating, before: contracting, table: users, reads: [id, n] }\n"));
}

TEST (lookup__that_has_ended_is_missed)
{
  assert_red (
      LOOKUP ("  - { name: old, table: users, reads: [id, tag], writes: [id, tag] }\n"
              "  - { name: new, after: migrating, table: users, reads: [id, n] }\n"),
      "old after 3: 'new' does not see in 'n' what 'memo' has");
  assert_red (
      LOOKUP ("  - { name: source, table: memo, reads: [id], writes: [id, tag, n] }\n"
              "  - { name: new, after: migrating, table: users, reads: [id, n] }\n"),
      "source after 3: 'new' does not see in 'n' of 'users'");
}

/* Tables ---------------------------------------------------------------------- */

#define USERS                                              \
  "table:\n"                                               \
  "  name: users\n"                                        \
  "  columns:\n"                                           \
  "    - { name: id, type: INTEGER, primary_key: true }\n" \
  "    - { name: name, type: TEXT, nullable: false }\n"    \
  "    - { name: email, type: TEXT }\n"                    \
  "  rows: [ { id: 1, name: alice, email: a@x }, { id: 2, name: bob, email: b@x } ]\n"

TEST (renamed_table__serves_both_names)
{
  assert_green (
      USERS
      "change:\n"
      "  - rename_table: { to: people }\n"
      "  - table: people\n"
      "    rename_column: { from: name, to: label }\n"
      "clients:\n"
      "  - { name: old, before: contracting, table: users, reads: [id, name], writes: "
      "[id, name, email] }\n"
      "  - { name: new, after: contracting, table: people, reads: [id, label], writes: "
      "[id, label] }\n");
}

TEST (table__that_is_gone_is_said)
{
  assert_red (
      USERS "change: { rename_table: { to: people } }\n"
            "clients: [ { name: old, table: users, reads: [id], writes: [id, name] } ]\n",
      "old after 2: there is no table 'users'");
  assert_red (
      USERS "change: { drop_table: {} }\n"
            "clients: [ { name: old, table: users, reads: [id], writes: [id, name] } ]\n",
      "there is no table 'users'");
}

TEST (split__is_written_from_both_sides)
{
  assert_green (
      USERS
      "change: { split_table: { to: mails, columns: [email], key: [id] } }\n"
      "clients:\n"
      "  - { name: old, before: contracting, table: users, reads: [id, email], writes: "
      "[id, name, email] }\n"
      "  - { name: half, after: migrating, table: mails, reads: [id, email], updates: "
      "[email] }\n"
      "  - { name: rest, after: migrating, table: users, reads: [id, name], writes: [id, "
      "name] }\n");
}

/* Columns --------------------------------------------------------------------- */

TEST (write__of_a_column_that_is_gone_is_said)
{
  assert_red (USERS
              "change: { drop_column: { column: email } }\n"
              "clients: [ { name: old, reads: [id], writes: [id, name, email] } ]\n",
              "inserts 'email', which is not in 'users'");
  assert_red (USERS "change: { drop_column: { column: email } }\n"
                    "clients: [ { name: old, reads: [id], updates: [email] } ]\n",
              "updates 'email', which is not in 'users'");
}

TEST (dropped_column__with_a_way_back_is_green_for_both)
{
  assert_green (
      USERS
      "change: { drop_column: { column: name, backward: { template: 'u{id}' } } }\n"
      "clients:\n"
      "  - { name: old, before: contracting, reads: [id, name], writes: [id, name] }\n"
      "  - { name: new, after: migrating, reads: [id], writes: [id, email] }\n");
}

TEST (dropped_column__without_a_way_back_is_found)
{
  assert_red (USERS
              "change: { drop_column: { column: email } }\n"
              "clients:\n"
              "  - { name: old, before: contracting, reads: [id, { name: email, type: "
              "INTEGER }], writes: [id, name] }\n",
              "takes 'email' for INTEGER");
}

TEST (merged_columns__are_seen_whole)
{
  assert_green (
      "table:\n"
      "  name: t\n"
      "  columns:\n"
      "    - { name: id, type: INTEGER, primary_key: true }\n"
      "    - { name: a, type: TEXT }\n"
      "    - { name: b, type: TEXT }\n"
      "  rows: [ { id: 1, a: x, b: y } ]\n"
      "change:\n"
      "  merge_columns: { columns: [a, b], into: { name: c, type: TEXT }, transform: { join: '/' }, "
      "backward: { a: { split: '/', part: 1 }, b: { split: '/', part: rest } } }\n"
      "clients:\n"
      "  - { name: old, before: contracting, reads: [a, b], writes: [id, a, b] }\n"
      "  - { name: new, after: migrating, reads: [c], writes: [id, c] }\n");
}

TEST (type_change__under_one_name_keeps_what_either_wrote)
{
  assert_green (
      "table:\n"
      "  name: t\n"
      "  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: s, type: TEXT } ]\n"
      "  rows: [ { id: 1, s: open }, { id: 2, s: done } ]\n"
      "change:\n"
      "  alter_column: { column: s, type: INTEGER, transform: { map: { open: '1', done: '2' } }, "
      "backward: { map: { '1': open, '2': done } } }\n"
      "clients:\n"
      "  - { name: old, before: contracting, reads: [id, s], writes: [id, s] }\n"
      "  - { name: new, after: contracting, reads: [id, s], writes: [id, s] }\n");
}

TEST (type_change__under_one_name_wants_clients_that_take_both)
{
  assert_red (
      "table:\n"
      "  name: t\n"
      "  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: n, type: TEXT } ]\n"
      "  rows: [ { id: 1, n: '7' } ]\n"
      "change: { alter_column: { column: n, type: INTEGER } }\n"
      "clients: [ { name: all, reads: [{ name: n, type: BOOLEAN }], writes: [id, n] } ]\n",
      "takes 'n' for BOOLEAN");
}

/* Rows that steps change ------------------------------------------------------ */

TEST (steps_that_change_rows__are_no_loss)
{
  assert_green (
      USERS
      "change:\n"
      "  - update_rows: { set: { name: upper } }\n"
      "  - delete_rows: { where: { id: 2 } }\n"
      "  - add_constraint: { name: given, check: { column: email, not_empty: true "
      "}, repair: { email: { constant: none } } }\n"
      "clients: [ { name: all, reads: [id, name, email], writes: [id, name, email] } ]\n");
}

TEST (constraint__that_clients_break_is_found)
{
  assert_red (
      USERS "change: { add_constraint: { name: short, check: { column: name, in: [alice, "
            "bob] } } }\n"
            "clients: [ { name: odd, reads: [id], inserts: [id, email] } ]\n",
      "odd after 0: cannot insert: column 'name' of 'users' is required");
}

/* Samples --------------------------------------------------------------------- */

#define CHILDREN(rows)                                                                                 \
  "tables:\n"                                                                                          \
  "  - name: p\n"                                                                                      \
  "    columns: [ { name: a, type: INTEGER, primary_key: true }, { name: b, type: TEXT, "              \
  "primary_key: true } ]\n"                                                                            \
  "    rows: [ { a: 1, b: x }, { a: 2, b: y }, { a: 3, b: z } ]\n"                                     \
  "  - name: c\n"                                                                                      \
  "    columns:\n"                                                                                     \
  "      - { name: id, type: INTEGER, primary_key: true }\n"                                           \
  "      - { name: a, type: INTEGER, unique: true }\n"                                                 \
  "      - { name: b, type: TEXT }\n"                                                                  \
  "      - { name: note, type: TEXT }\n"                                                               \
  "    constraints: [ { name: f, foreign_key: [a, b], references: { table: p, columns: [a, b] } } ]\n" \
  "    indexes: [ { name: once, columns: [note], unique: true } ]\n"                                   \
  "    rows: [ " rows " ]\n"                                                                           \
  "change: { table: c, rename_column: { from: note, to: text } }\n"                                    \
  "clients:\n"                                                                                         \
  "  - { name: old, table: c, before: contracting, reads: [id, note], inserts: [id, a, b, note], "     \
  "updates: [note] }\n"

TEST (sample__of_a_reference_is_a_parent_that_is_free)
{
  assert_green (CHILDREN ("{ id: 1, a: 1, b: x, note: n }"));
  assert_green (CHILDREN (""));
}

TEST (sample__obeys_the_checks)
{
  assert_green (
      "table:\n"
      "  name: t\n"
      "  columns:\n"
      "    - { name: id, type: INTEGER, primary_key: true }\n"
      "    - { name: kind, type: TEXT, nullable: false }\n"
      "    - { name: low, type: INTEGER, nullable: false }\n"
      "    - { name: high, type: INTEGER, nullable: false }\n"
      "  constraints:\n"
      "    - { name: kinds, check: { column: kind, in: [one, two] } }\n"
      "    - { name: lows, check: { column: low, min: 100 } }\n"
      "    - { name: highs, check: { column: high, max: -100 } }\n"
      "  rows: []\n"
      "change: { rename_column: { from: kind, to: sort } }\n"
      "clients:\n"
      "  - { name: old, before: contracting, reads: [kind], writes: [id, kind, low, high] }\n");
}

TEST (sample__of_what_only_a_map_knows_is_one_of_its_keys)
{
  assert_green (
      "table:\n"
      "  name: t\n"
      "  columns: [ { name: id, type: INTEGER, primary_key: true }, { name: s, type: TEXT } ]\n"
      "  rows: []\n"
      "change:\n"
      "  add_column: { column: { name: u, type: TEXT }, from: s, transform: { map: { open: o, "
      "done: d } }, replaces: s }\n"
      "clients:\n"
      "  - { name: old, before: contracting, reads: [s], writes: [id, s] }\n");
}

TEST_MAIN ("runner/client_check", lookup__is_followed_while_it_is_kept_in_step,
           lookup__that_has_ended_is_missed, renamed_table__serves_both_names,
           table__that_is_gone_is_said, split__is_written_from_both_sides,
           write__of_a_column_that_is_gone_is_said,
           dropped_column__with_a_way_back_is_green_for_both,
           dropped_column__without_a_way_back_is_found, merged_columns__are_seen_whole,
           type_change__under_one_name_keeps_what_either_wrote,
           type_change__under_one_name_wants_clients_that_take_both,
           steps_that_change_rows__are_no_loss, constraint__that_clients_break_is_found,
           sample__of_a_reference_is_a_parent_that_is_free, sample__obeys_the_checks,
           sample__of_what_only_a_map_knows_is_one_of_its_keys)
