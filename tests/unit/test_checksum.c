/* SPDX-License-Identifier: Apache-2.0
 *
 * The checksum of a file: pinned, blind to how it is written, awake to what it says.
 */
#include "config.h"

#include "load/checksum.h"

#include <string.h>

#include "testing.h"

#define FILE_TEXT                                                \
  "id: MIG-1\n"                                                  \
  "table:\n"                                                     \
  "  name: users\n"                                              \
  "  columns:\n"                                                 \
  "    - { name: id, type: INTEGER, nullable: false }\n"         \
  "    - { name: name, type: \"VARCHAR(80)\", default: null }\n" \
  "change:\n"                                                    \
  "  rename_column: { from: name, to: nick }\n"

/* Journals hold it for ever: it changes with the number in "zdm1" only. */
#define GOLDEN \
  "zdm1:sha256:9efe6a6451bd4a979c0c7eecd3256672805edf7dc07c5b9410f6ee2ad7665f11"

static char *
checksum_of (const char *text)
{
  return checksum_of_file (text, strlen (text));
}

TEST (checksum__is_pinned)
{
  g_autofree char *checksum = checksum_of (FILE_TEXT);
  /* Its canonical form, written out. */
  static const char CANONICAL[]
      = "m3:s6:changem1:s13:rename_columnm2:s4:froms4:names2:tos4:nicks2:ids5:MIG-1"
        "s5:tablem2:s7:columnsl2:m3:s4:names2:ids8:nullables5:falses4:types7:INTEGER"
        "m3:s7:defaultn0:s4:names4:names4:types11:VARCHAR(80)s4:names5:users";
  g_autofree char *hash
      = g_compute_checksum_for_string (G_CHECKSUM_SHA256, CANONICAL, -1);
  g_autofree char *spelled = g_strconcat ("zdm1:sha256:", hash, NULL);

  ck_assert_str_eq (checksum, spelled);
  ck_assert_str_eq (checksum, GOLDEN);
}

static void
assert_same (const char *one, const char *other, gboolean same)
{
  g_autofree char *a = checksum_of (one);
  g_autofree char *b = checksum_of (other);

  ck_assert_msg (g_str_equal (a, b) == same, "%s:\n%s\n%s", same ? "differ" : "the same",
                 one, other);
}

TEST (checksum__is_blind_to_how_a_file_is_written)
{
  static const char *const OTHERS[] = {
    "id: MIG-1\r\ntable:\r\n  name: users\r\n  columns:\r\n"
    "    - { name: id, type: INTEGER, nullable: false }\r\n"
    "    - { name: name, type: \"VARCHAR(80)\", default: null }\r\n"
    "change:\r\n  rename_column: { from: name, to: nick }\r\n",
    "# A comment\n---\nchange: {rename_column: {to: nick, from: name}} # another\n\n"
    "table:\n      columns:\n      - nullable: false\n        name: id\n"
    "        type: 'INTEGER'\n      - default: ~\n        type: VARCHAR(80)\n"
    "        name: \"name\"\n      name: users\n\"id\": MIG-1\n...\n",
    "id: MIG-1\ntable: {name: users, columns: [{name: id, type: INTEGER, nullable: false}, "
    "{name: &n name, type: VARCHAR(80), default: }]}\n"
    "change: {rename_column: {from: *n, to: nick}}\n",
    "id: >-\n  MIG-1\ntable: {name: users, columns: [{name: id, type: INTEGER, nullable: "
    "false}, {name: \"na\\x6De\", type: VARCHAR(80), default: NULL}]}\n"
    "change: {rename_column: {from: name, to: 'nick'}}\n",
  };

  for (guint i = 0; i < G_N_ELEMENTS (OTHERS); i++)
    assert_same (FILE_TEXT, OTHERS[i], TRUE);
  assert_same ("\xef\xbb\xbf" FILE_TEXT, FILE_TEXT, TRUE);
}

TEST (checksum__is_awake_to_what_a_file_says)
{
  static const char *const PAIRS[][2] = {
    { "a: null", "a: 'null'" },
    { "a: ~", "a: '~'" },
    { "a:", "a: ''" },
    { "a: 1", "a: 2" },
    { "a: x", "a: x "
              "y" },
    { "a: [1, 2]", "a: [2, 1]" },
    { "a: [1, 2]", "a: [12]" },
    { "a: [[1], 2]", "a: [[1, 2]]" },
    { "a: []", "a: {}" },
    { "a: {b: c}", "a: [b, c]" },
    { "a: {b: c}", "{a: b, c: }" },
    { "a: b", "b: a" },
    { "a: x", "A: x" },
    { "a: s1:x", "a: [x]" },
    { "a: \"x\\0\"", "a: x" },
    { "a: !!binary eA==", "a: x" },
    { "a: 1", "a: 1.0" },
    { "a: é", "a: e\xcc\x81" },
    { "a: 1\nb: 1", "a: 1" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (PAIRS); i++)
    assert_same (PAIRS[i][0], PAIRS[i][1], FALSE);
}

TEST (checksum__rows_that_are_generated_count_by_what_is_written)
{
  static const char ROWS[] = "table: {name: t, rows: {generate: 1000, seed: 7}}";

  assert_same (ROWS, "table: {rows: {seed: 7, generate: 1000}, name: t}", TRUE);
  assert_same (ROWS, "table: {name: t, rows: {generate: 1001, seed: 7}}", FALSE);
  assert_same (ROWS, "table: {name: t, rows: {generate: 1000, seed: 8}}", FALSE);
}

TEST_MAIN ("load/checksum", checksum__is_pinned,
           checksum__is_blind_to_how_a_file_is_written,
           checksum__is_awake_to_what_a_file_says,
           checksum__rows_that_are_generated_count_by_what_is_written)
