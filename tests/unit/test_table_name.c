/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of tables, with and without a schema.
 */
#include "config.h"

#include "model/table_name.h"
#include "testing.h"

static void
expect_parts (const char *text, const char *schema, const char *name)
{
  g_autoptr (Arena) arena = arena_new ();
  TableName parts = table_name_parse (text, arena);

  ck_assert_pstr_eq (parts.schema, schema);
  ck_assert_str_eq (parts.name, name);
}

TEST (table_name__reads_one_part_or_two)
{
  expect_parts ("users", NULL, "users");
  expect_parts ("billing.invoices", "billing", "invoices");
  expect_parts ("Weird schema.it's", "Weird schema", "it's");
}

TEST (table_name__reads_parts_in_quotes)
{
  expect_parts ("\"a.b\"", NULL, "a.b");
  expect_parts ("\"a.b\".\"c.\"\"d\"", "a.b", "c.\"d");
  expect_parts ("billing.\"c.d\"", "billing", "c.d");
}

TEST (table_name__takes_what_is_neither_as_it_stands)
{
  expect_parts ("We \"ird tä%ble", NULL, "We \"ird tä%ble");
  expect_parts ("a.b.c", NULL, "a.b.c");
  expect_parts (".a", NULL, ".a");
  expect_parts ("a.", NULL, "a.");
  expect_parts ("\"a", NULL, "\"a");
  expect_parts ("\"\"", NULL, "\"\"");
  expect_parts ("\"a\"b", NULL, "\"a\"b");
}

TEST_MAIN ("model/table_name", table_name__reads_one_part_or_two,
           table_name__reads_parts_in_quotes,
           table_name__takes_what_is_neither_as_it_stands)
