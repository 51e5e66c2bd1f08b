/* SPDX-License-Identifier: Apache-2.0
 *
 * The YAML tree: places, kinds, anchors.
 */
#include "config.h"

#include "load/node.h"

#include <string.h>

#include "testing.h"

static Arena *arena;
static DiagnosticList *diagnostics;

static const Node *
parse (const char *text)
{
  g_clear_pointer (&arena, arena_free);
  g_clear_pointer (&diagnostics, diagnostic_list_free);
  arena = arena_new ();
  diagnostics = diagnostic_list_new ();
  return node_parse ("test.yaml", text, strlen (text), arena, NULL, diagnostics);
}

static void
clear (void)
{
  g_clear_pointer (&arena, arena_free);
  g_clear_pointer (&diagnostics, diagnostic_list_free);
}

TEST (node__counts_lines_and_characters)
{
  const Node *root = parse ("\"größe\": { a: b }\nc:\n  - d\n");
  const Node *value = node_get (root, "größe");
  const Node *item = node_get (root, "c")->first;

  ck_assert_uint_eq (value->line, 1);
  ck_assert_uint_eq (value->column, 10);
  ck_assert_uint_eq (item->line, 3);
  ck_assert_uint_eq (item->column, 5);
  clear ();
}

TEST (node__tells_plain_from_quoted)
{
  const Node *root = parse ("[ null, 'null', ~, !!str null, \"a\\0b\", NULL ]");
  const Node *item = root->first;

  ck_assert_uint_eq (root->length, 6);
  ck_assert (node_is_null (item));
  item = item->next;
  ck_assert (!node_is_null (item));
  item = item->next;
  ck_assert (node_is_null (item));
  item = item->next;
  ck_assert (!node_is_null (item));
  item = item->next;
  ck_assert_uint_eq (item->length, 3);
  ck_assert (!node_is_text (item, "a"));
  clear ();
}

TEST (node__shares_what_an_alias_names)
{
  const Node *root = parse ("a: &x [ 1, 2 ]\nb: *x\n");
  const Node *a = node_get (root, "a"), *b = node_get (root, "b");

  ck_assert_ptr_eq (a->first, b->first);
  ck_assert_uint_eq (b->length, 2);
  ck_assert_uint_eq (b->line, 2);
  clear ();
}

TEST (node__drops_what_cannot_be_a_key)
{
  const Node *root = parse ("a: 1\n<<: 2\na: 3\n[b]: 4\n");

  ck_assert_uint_eq (root->length, 1);
  ck_assert (node_is_text (node_get (root, "a"), "1"));
  ck_assert_uint_eq (diagnostic_list_count (diagnostics, SEVERITY_ERROR), 3);
  clear ();
}

TEST (node__finds_no_key_that_is_not_there)
{
  const Node *root = parse ("a: 1\n");

  ck_assert_ptr_null (node_get (root, "b"));
  ck_assert_ptr_null (node_get (root, "aa"));
  clear ();
}

TEST (node__refuses_too_many_directives)
{
  g_autoptr (GString) text = g_string_new ("# first\n\n");

  for (guint i = 0; i < 20; i++)
    g_string_append_printf (text, "%%TAG !t%u! tag:x\n", i);
  g_string_append (text, "--- {}\n");
  ck_assert_ptr_null (parse (text->str));
  ck_assert_uint_eq (diagnostic_list_length (diagnostics), 1);
  ck_assert_ptr_nonnull (parse ("%YAML 1.1\n--- {}\n"));
  clear ();
}

TEST_MAIN ("load/node", node__counts_lines_and_characters, node__tells_plain_from_quoted,
           node__shares_what_an_alias_names, node__drops_what_cannot_be_a_key,
           node__finds_no_key_that_is_not_there, node__refuses_too_many_directives)
