/* SPDX-License-Identifier: Apache-2.0
 *
 * Words of raw SQL: quotes, comments, bodies.
 */
#include "config.h"

#include "safety/sql_words.h"

#include "testing.h"

/* "create table a|insert into a": the words of each statement. */
static char *
words_of (const char *text)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) statements = sql_statements (text, arena);
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < statements->len; i++)
    {
      const SqlStatement *statement = statements->pdata[i];
      g_autofree char *line = g_strjoinv (" ", (char **) statement->words);
      g_string_append_printf (out, "%s%s", i > 0 ? "|" : "", line);
    }
  return g_strdup (out->str);
}

static void
assert_words (const char *text, const char *expected)
{
  g_autofree char *actual = words_of (text);

  ck_assert_str_eq (actual, expected);
}

TEST (sql_words__statements_end_at_semicolons)
{
  assert_words ("", "");
  assert_words (" ; ;", "");
  assert_words ("SELECT 1", "select 1");
  assert_words ("SELECT a;; select B ;", "select a|select b");
}

TEST (sql_words__literals_and_comments_are_left_out)
{
  assert_words ("SELECT 'a; b''; c' -- d; e\n, f /* g; h */ i", "select f i");
  assert_words ("DO $$ a; b $$; DO $x$ $$ ; $x$; SELECT $1", "do|do|select $1");
  assert_words ("SELECT 'never closed; a", "select");
  assert_words ("/* never closed; a", "");
  assert_words ("$$ never closed; a", "");
}

TEST (sql_words__quoted_names_are_kept_as_they_are)
{
  assert_words ("DROP TABLE \"A b\", `C;d`, [E]", "drop table A b C;d E");
  assert_words ("DROP TABLE \"never closed", "drop table never close");
}

TEST (sql_words__bodies_hold_their_semicolons)
{
  assert_words ("CREATE TRIGGER t ON a BEGIN b; CASE c END; d; END; SELECT 1",
                "create trigger t on a begin b case c end d end|select 1");
  assert_words ("BEGIN; SELECT 1; END;", "begin|select 1|end");
}

static const SqlStatement *
only (const char *text, Arena *arena)
{
  g_autoptr (GPtrArray) statements = sql_statements (text, arena);

  ck_assert_uint_eq (statements->len, 1);
  return statements->pdata[0];
}

TEST (sql_words__words_are_found_in_a_row)
{
  g_autoptr (Arena) arena = arena_new ();
  const SqlStatement *alter = only ("ALTER TABLE a ADD CONSTRAINT c NOT VALID", arena);

  ck_assert (sql_statement_has (alter, "not valid"));
  ck_assert (!sql_statement_has (alter, "valid not"));
  ck_assert (!sql_statement_has (alter, "valid more"));
  ck_assert (sql_statement_starts (alter, "alter table"));
  ck_assert (!sql_statement_starts (alter, "table a"));
  ck_assert_str_eq (sql_statement_after (alter, "add constraint"), "c");
  ck_assert_ptr_null (sql_statement_after (alter, "valid"));
}

TEST (sql_words__triggers_are_told_from_other_shapes)
{
  g_autoptr (Arena) arena = arena_new ();

  ck_assert (sql_statement_creates_trigger (only ("CREATE TRIGGER a", arena)));
  ck_assert (sql_statement_creates_trigger (only ("create or replace trigger a", arena)));
  ck_assert (!sql_statement_creates_trigger (only ("CREATE TABLE trigger", arena)));
  ck_assert (!sql_statement_creates_trigger (only ("CREATE", arena)));
  ck_assert (!sql_statement_changes_shape (only ("CREATE TRIGGER a", arena)));
  ck_assert (!sql_statement_changes_shape (only ("DROP TRIGGER a", arena)));
  ck_assert (sql_statement_changes_shape (only ("DROP TABLE a", arena)));
  ck_assert (sql_statement_changes_rows (only ("MERGE INTO a", arena)));
  ck_assert (!sql_statement_changes_rows (only ("GRANT UPDATE ON a", arena)));
}

TEST_MAIN ("safety/sql_words", sql_words__statements_end_at_semicolons,
           sql_words__literals_and_comments_are_left_out,
           sql_words__quoted_names_are_kept_as_they_are,
           sql_words__bodies_hold_their_semicolons, sql_words__words_are_found_in_a_row,
           sql_words__triggers_are_told_from_other_shapes)
