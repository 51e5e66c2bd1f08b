/* SPDX-License-Identifier: Apache-2.0
 *
 * Raw SQL → effects: the heads of statements, PostgreSQL's parser, places.
 *
 * An effect is written as "kind table.column object>to flags"; the effects of a text are
 * separated by "; ".
 */
#include "config.h"

#include "safety/sql_analysis.h"

#include <string.h>

#include "load/load.h"
#include "planner/planner.h"
#include "testing.h"

/* Writing --------------------------------------------------------------------- */

static void
add_names (GString *text, const Effect *effect)
{
  if (effect->table != NULL)
    g_string_append_printf (
        text, " %s%s%s%s%s", effect->schema != NULL ? effect->schema : "",
        effect->schema != NULL ? "." : "", effect->table,
        effect->column != NULL ? "." : "", effect->column != NULL ? effect->column : "");
  if (effect->object != NULL)
    g_string_append_printf (text, " %s", effect->object);
  if (effect->to != NULL)
    g_string_append_printf (text, ">%s", effect->to);
}

static void
add_flags (GString *text, const Effect *effect)
{
  const struct
  {
    gboolean is_set;
    const char *name;
  } flags[] = {
    { effect->new_table, "new" },
    { effect->guarded, "guarded" },
    { effect->not_null, "not-null" },
    { effect->primary_key, "key" },
    { effect->identity, "identity" },
    { effect->unique, "unique" },
    { effect->concurrent, "concurrent" },
    { effect->not_valid, "not-valid" },
    { effect->cascade, "cascade" },
    { effect->has_where, "where" },
    { effect->full, "full" },
    { effect->in_transaction, "in-transaction" },
    { effect->default_volatility == DEFAULT_IS_CONSTANT, "constant" },
    { effect->default_volatility == DEFAULT_IS_VOLATILE, "volatile" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    if (flags[i].is_set)
      g_string_append_printf (text, " +%s", flags[i].name);
}

static char *
effects_to_string (const GPtrArray *effects)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < effects->len; i++)
    {
      const Effect *effect = effects->pdata[i];
      g_string_append_printf (text, "%s%s", i > 0 ? "; " : "",
                              effect_kind_to_string (effect->kind));
      add_names (text, effect);
      add_flags (text, effect);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Reading --------------------------------------------------------------------- */

typedef struct
{
  Arena *arena;
  GPtrArray *effects;
  NewTables *new_tables;
} Read;

static Read
read_new (void)
{
  return (Read){ .arena = arena_new (),
                 .effects = g_ptr_array_new (),
                 .new_tables = new_tables_new () };
}

static void
read_clear (Read *read)
{
  arena_free (read->arena);
  g_ptr_array_unref (read->effects);
  g_hash_table_unref (read->new_tables);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Read, read_clear)

static void
read_text (Read *read, const char *sql, guint engines)
{
  Target target;
  const SqlSource source = { .text = sql,
                             .location = { "a.sql", 1, 1 },
                             .layout = TEXT_LAYOUT_BLOCK,
                             .engines = engines,
                             .new_tables = read->new_tables };

  target_init (&target);
  target.engines = TARGET_ALL;
  sql_analyse (&source, &target, read->arena, read->effects);
}

static const Effect *
effect_at (const Read *read, guint index)
{
  ck_assert_uint_lt (index, read->effects->len);
  return read->effects->pdata[index];
}

typedef struct
{
  const char *sql, *effects;
} Example;

static void
assert_examples (const Example *examples, guint n, guint engines)
{
  for (guint i = 0; i < n; i++)
    {
      g_auto (Read) read = read_new ();
      read_text (&read, examples[i].sql, engines);
      g_autofree char *actual = effects_to_string (read.effects);
      ck_assert_msg (g_str_equal (actual, examples[i].effects),
                     "%s\nis      %s\nand not %s", examples[i].sql, actual,
                     examples[i].effects);
    }
}

#define ASSERT_EXAMPLES(examples, engines) \
  assert_examples (examples, G_N_ELEMENTS (examples), engines)

/* Heads ----------------------------------------------------------------------- */

TEST (heads__tables_of_every_dialect)
{
  static const Example examples[] = {
    { "CREATE TABLE t (a INT NOT NULL, b TEXT)",
      "create table t +new; add column t.a +new +not-null; add column t.b +new" },
    { "DROP TABLE IF EXISTS t", "drop table t +guarded" },
    { "ALTER TABLE t RENAME TO u", "rename table t>u" },
    { "ALTER TABLE t ADD COLUMN c INT", "add column t.c" },
    { "ALTER TABLE t DROP COLUMN c", "drop column t.c" },
    { "ALTER TABLE t RENAME COLUMN c TO d", "rename column t.c>d" },
    { "CREATE UNIQUE INDEX i ON t (a, b)", "create index t.a i +unique" },
    { "INSERT INTO t VALUES (1)", "insert t" },
    { "UPDATE t SET a = 1", "update t.a" },
    { "UPDATE t SET a = 1 WHERE b = 2", "update t.a +where" },
    { "DELETE FROM t", "delete t" },
    { "DELETE FROM t WHERE a = 1", "delete t +where" },
    { "alter table t drop column c; DROP TABLE u", "drop column t.c; drop table u" },
    { "-- DROP TABLE a;\nDROP TABLE b /* DROP TABLE c */;", "drop table b" },
    { "INSERT INTO t VALUES ('DROP TABLE a; DROP TABLE b')", "insert t" },
    { "", "" },
    { ";;", "" },
  };

  ASSERT_EXAMPLES (examples, TARGET_MARIADB);
  ASSERT_EXAMPLES (examples, TARGET_MYSQL);
  ASSERT_EXAMPLES (examples, TARGET_SQLITE);
}

TEST (heads__what_mysql_writes)
{
  static const Example examples[] = {
    { "RENAME TABLE a TO b, c TO d", "rename table a>b; rename table c>d" },
    { "ALTER TABLE t DROP FOREIGN KEY f", "drop constraint t f" },
    { "ALTER TABLE t DROP INDEX i", "drop index t i" },
    { "TRUNCATE TABLE t", "truncate t" },
    { "DROP DATABASE d", "drop schema d" },
    { "LOCK TABLES t WRITE", "lock table t" },
    { "DELIMITER //\nDROP TABLE t//\n", "drop table t" },
    { "ALTER TABLE t ADD c INT, ADD d INT", "add column t.c; add column t.d" },
    { "START TRANSACTION; DROP TABLE t; COMMIT",
      "begin; drop table t +in-transaction; commit +in-transaction" },
  };

  ASSERT_EXAMPLES (examples, TARGET_MARIADB);
  ASSERT_EXAMPLES (examples, TARGET_MYSQL);
}

TEST (heads__modify_and_change_tell_the_type)
{
  g_auto (Read) read = read_new ();

  read_text (&read,
             "CREATE TABLE t (c INT);\n"
             "ALTER TABLE t MODIFY c BIGINT;\n"
             "ALTER TABLE t CHANGE c d VARCHAR(20);",
             TARGET_MYSQL);
  const Effect *modify = effect_at (&read, 2);
  ck_assert_int_eq (modify->kind, EFFECT_ALTER_TYPE);
  ck_assert_str_eq (modify->type_text, "bigint");
  ck_assert_str_eq (modify->old_type_text, "integer");
  g_autofree char *all = effects_to_string (read.effects);
  ck_assert_ptr_nonnull (strstr (all, "rename column t.c>d"));
}

TEST (heads__mysql_clauses)
{
  g_auto (Read) read = read_new ();

  read_text (&read, "ALTER TABLE t ADD COLUMN c INT, ALGORITHM=COPY, LOCK=SHARED",
             TARGET_MARIADB);
  ck_assert_str_eq (effect_at (&read, 0)->algorithm, "COPY");
  ck_assert_str_eq (effect_at (&read, 0)->lock, "SHARED");
}

TEST (heads__what_is_not_known_says_so)
{
  static const Example examples[] = { { "FROBNICATE t", "not analysed" },
                                      { "DROP TABLE t; FROBNICATE t; DROP TABLE u",
                                        "drop table t; not analysed; drop table u" } };

  ASSERT_EXAMPLES (examples, TARGET_MYSQL);
  ASSERT_EXAMPLES (examples, TARGET_SQLITE);
}

/* Engines --------------------------------------------------------------------- */

TEST (analysis__like_effects_are_one_with_all_their_engines)
{
  g_auto (Read) read = read_new ();

  read_text (&read, "DROP TABLE t", TARGET_MARIADB | TARGET_MYSQL | TARGET_SQLITE);
  ck_assert_uint_eq (read.effects->len, 1);
  ck_assert_uint_eq (effect_at (&read, 0)->engines,
                     TARGET_MARIADB | TARGET_MYSQL | TARGET_SQLITE);
}

TEST (analysis__speaks_of_no_engine_that_it_is_not_asked_about)
{
  g_auto (Read) read = read_new ();

  read_text (&read, "DROP TABLE t", TARGET_SQLITE);
  ck_assert_uint_eq (effect_at (&read, 0)->engines, TARGET_SQLITE);
  read_text (&read, "DROP TABLE t", TARGET_NONE);
  ck_assert_uint_eq (read.effects->len, 1);
}

/* New tables ------------------------------------------------------------------ */

static gboolean
is_new_after (const char *before, guint engines_before, const char *sql, guint engines)
{
  g_auto (Read) read = read_new ();

  read_text (&read, before, engines_before);
  read_text (&read, sql, engines);
  return effect_at (&read, read.effects->len - 1)->new_table;
}

TEST (analysis__a_table_of_a_text_before_is_new)
{
  ck_assert (is_new_after ("CREATE TABLE t (a INT)", TARGET_SQLITE,
                           "ALTER TABLE t ADD COLUMN b INT", TARGET_SQLITE));
  ck_assert (is_new_after ("CREATE TABLE t (a INT); ALTER TABLE t RENAME TO u",
                           TARGET_MYSQL, "ALTER TABLE u ADD COLUMN b INT", TARGET_MYSQL));
  ck_assert (is_new_after ("CREATE TABLE t (a INT)", TARGET_SQLITE,
                           "ALTER TABLE main.t ADD COLUMN b INT", TARGET_SQLITE));
}

TEST (analysis__another_table_is_not_new)
{
  ck_assert (!is_new_after ("CREATE TABLE t (a INT)", TARGET_SQLITE,
                            "ALTER TABLE u ADD COLUMN b INT", TARGET_SQLITE));
  ck_assert (!is_new_after ("CREATE TABLE t (a INT)", TARGET_SQLITE,
                            "ALTER TABLE other.t ADD COLUMN b INT", TARGET_SQLITE));
  /* An engine on which nothing has made it. */
  ck_assert (!is_new_after ("CREATE TABLE t (a INT)", TARGET_SQLITE,
                            "ALTER TABLE t ADD COLUMN b INT", TARGET_MYSQL));
  ck_assert (!is_new_after ("ALTER TABLE t RENAME TO u", TARGET_MYSQL,
                            "ALTER TABLE u ADD COLUMN b INT", TARGET_MYSQL));
}

/* PostgreSQL ------------------------------------------------------------------ */

#ifdef HAVE_PG_QUERY
TEST (postgres__tables_and_columns)
{
  static const Example examples[] = {
    { "CREATE TABLE s.t (id bigint PRIMARY KEY, a text NOT NULL DEFAULT 'x')",
      "create table s.t +new; add column s.t.id +new +key; "
      "add column s.t.a +new +not-null +constant" },
    { "ALTER TABLE t ADD COLUMN IF NOT EXISTS c uuid DEFAULT gen_random_uuid()",
      "add column t.c +guarded +volatile" },
    { "ALTER TABLE t ADD COLUMN c timestamptz DEFAULT now()",
      "add column t.c +constant" },
    { "ALTER TABLE t ADD COLUMN c int GENERATED ALWAYS AS IDENTITY",
      "add column t.c +identity" },
    { "ALTER TABLE ONLY \"My Table\" DROP COLUMN \"A\" CASCADE",
      "drop column My Table.A +cascade" },
    { "ALTER TABLE t ALTER a SET NOT NULL, ALTER b DROP NOT NULL",
      "set not null t.a; drop not null t.b" },
    { "ALTER TABLE t ALTER a SET DEFAULT 1, ALTER b DROP DEFAULT",
      "set default t.a +constant; drop default t.b" },
    { "ALTER TABLE t RENAME a TO b", "rename column t.a>b" },
    { "DROP TABLE a, b", "drop table a; drop table b" },
    { "TRUNCATE a, b CASCADE", "truncate a +cascade; truncate b +cascade" },
    { "DROP SCHEMA s CASCADE", "drop schema s +cascade" },
    { "DROP TABLE T", "drop table t" },
  };

  ASSERT_EXAMPLES (examples, TARGET_POSTGRES);
}

TEST (postgres__constraints_and_indexes)
{
  static const Example examples[] = {
    { "ALTER TABLE t ADD CONSTRAINT c CHECK (a > 0) NOT VALID",
      "add constraint t c +not-valid" },
    { "ALTER TABLE t VALIDATE CONSTRAINT c", "validate constraint t c" },
    { "ALTER TABLE t DROP CONSTRAINT c", "drop constraint t c" },
    { "ALTER TABLE t RENAME CONSTRAINT c TO d", "rename constraint t c>d" },
    { "CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS i ON t (a)",
      "create index t.a i +guarded +unique +concurrent" },
    { "DROP INDEX CONCURRENTLY IF EXISTS i", "drop index i +guarded +concurrent" },
    { "REINDEX TABLE CONCURRENTLY t", "reindex t +concurrent" },
  };

  ASSERT_EXAMPLES (examples, TARGET_POSTGRES);
}

TEST (postgres__the_rest)
{
  static const Example examples[] = {
    { "CREATE TYPE mood AS ENUM ('a')", "create type mood" },
    { "VACUUM FULL t", "vacuum t +full" },
    { "CLUSTER t USING i", "cluster t i" },
    { "LOCK TABLE t", "lock table t" },
    { "SET lock_timeout = '2s'", "set lock_timeout" },
    { "BEGIN; DROP TABLE t; COMMIT",
      "begin; drop table t +in-transaction; commit +in-transaction" },
    { "WITH d AS (DELETE FROM a RETURNING *) INSERT INTO b SELECT * FROM d",
      "delete a; insert b" },
    { "SELECT 1", "other" },
    { "GRANT SELECT ON t TO u", "other" },
  };

  ASSERT_EXAMPLES (examples, TARGET_POSTGRES);
}

TEST (postgres__default_schema_is_as_good_as_none)
{
  ck_assert (is_new_after ("CREATE TABLE t (a int)", TARGET_POSTGRES,
                           "ALTER TABLE public.t ADD b int", TARGET_POSTGRES));
  ck_assert (!is_new_after ("CREATE TABLE t (a int)", TARGET_POSTGRES,
                            "ALTER TABLE other.t ADD b int", TARGET_POSTGRES));
}

TEST (postgres__what_it_does_not_look_into_says_so)
{
  static const Example examples[]
      = { { "DO $$ BEGIN DROP TABLE t; END $$", "not analysed" },
          { "\\dt\nDROP TABLE t;", "not analysed; drop table t" } };

  ASSERT_EXAMPLES (examples, TARGET_POSTGRES);
}

TEST (postgres__a_syntax_error_spares_the_other_statements)
{
  g_auto (Read) read = read_new ();

  read_text (&read, "DROP TABLE a;\nALTER TABEL b ADD c int;\nDROP TABLE d;",
             TARGET_POSTGRES);
  ck_assert_uint_eq (read.effects->len, 3);
  const Effect *error = effect_at (&read, 1);
  ck_assert_int_eq (error->kind, EFFECT_SYNTAX_ERROR);
  ck_assert_str_eq (error->text, "syntax error at or near \"TABEL\"");
  ck_assert_uint_eq (error->location.line, 2);
  ck_assert_uint_eq (error->location.column, 7);
}

TEST (postgres__places_count_characters)
{
  g_auto (Read) read = read_new ();

  read_text (&read, "/* äöü */ DROP TABLE a;\n  -- é\n  DROP TABLE \"ß\"; ALTER TABEL b;",
             TARGET_POSTGRES);
  ck_assert_uint_eq (effect_at (&read, 0)->location.column, 11);
  ck_assert_uint_eq (effect_at (&read, 1)->location.line, 3);
  ck_assert_uint_eq (effect_at (&read, 1)->location.column, 3);
  ck_assert_uint_eq (effect_at (&read, 2)->location.column, 25);
}
#endif

/* Places in YAML -------------------------------------------------------------- */

/* "LINE:COLUMN LINE:COLUMN" of the effects of the one step's SQL. */
static char *
places_in (const char *forward)
{
  g_autofree char *yaml
      = g_strconcat ("id: A\n"
                     "table: { name: t, columns: [ { name: id, type: INTEGER } ] }\n"
                     "steps:\n"
                     "  - phase: expanding\n"
                     "    engines: [sqlite]\n"
                     "    sql:\n"
                     "      rollback: SELECT 1\n"
                     "      forward: ",
                     forward, NULL);
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (Migration) migration = load_bytes ("a", yaml, strlen (yaml), diagnostics);
  ck_assert_ptr_nonnull (migration);
  g_autoptr (MigrationPlan) plan = planner_plan (migration, diagnostics);
  ck_assert_ptr_nonnull (plan);
  Target target;
  target_init (&target);
  g_autoptr (GPtrArray) effects = effects_of_plan (migration, plan, &target, plan->arena);
  g_autoptr (GString) places = g_string_new (NULL);
  for (guint i = 0; i < effects->len; i++)
    {
      const Effect *effect = effects->pdata[i];
      g_string_append_printf (places, "%s%u:%u", i > 0 ? " " : "", effect->location.line,
                              effect->location.column);
    }
  return g_string_free (g_steal_pointer (&places), FALSE);
}

static void
assert_places (const char *forward, const char *expected)
{
  g_autofree char *actual = places_in (forward);

  ck_assert_msg (g_str_equal (actual, expected), "%s\nis at %s and not at %s", forward,
                 actual, expected);
}

TEST (places__in_a_block_scalar_are_exact)
{
  assert_places ("|\n        DROP TABLE a;\n          DROP TABLE b;\n", "9:9 10:11");
  assert_places ("|\n        -- first\n\n        DROP TABLE a; DROP TABLE b\n",
                 "11:9 11:23");
  assert_places ("|-\n       DROP TABLE a;\n", "9:8");
  assert_places ("|2\n          DROP TABLE a;\n", "9:11");
  assert_places ("|2\n\n            \n          DROP TABLE a;\n        DROP TABLE b;\n",
                 "11:11 12:9");
}

TEST (places__in_a_plain_line_are_exact)
{
  assert_places ("DROP TABLE a; DROP TABLE b\n", "8:16 8:30");
  assert_places ("'DROP TABLE a; DROP TABLE b'\n", "8:17 8:31");
}

/* Where lines were folded or characters escaped, the text's own place is all there is. */
TEST (places__in_folded_text_are_those_of_the_text)
{
  assert_places (">\n        DROP TABLE a;\n        DROP TABLE b;\n", "8:16 8:16");
  assert_places ("\"DROP TABLE a;\\n DROP TABLE b\"\n", "8:16 8:16");
}

static void
fill (Suite *suite)
{
  TCase *tcase = tcase_create ("all");

  tcase_add_test (tcase, heads__tables_of_every_dialect);
  tcase_add_test (tcase, heads__what_mysql_writes);
  tcase_add_test (tcase, heads__modify_and_change_tell_the_type);
  tcase_add_test (tcase, heads__mysql_clauses);
  tcase_add_test (tcase, heads__what_is_not_known_says_so);
  tcase_add_test (tcase, analysis__like_effects_are_one_with_all_their_engines);
  tcase_add_test (tcase, analysis__speaks_of_no_engine_that_it_is_not_asked_about);
  tcase_add_test (tcase, analysis__a_table_of_a_text_before_is_new);
  tcase_add_test (tcase, analysis__another_table_is_not_new);
  tcase_add_test (tcase, places__in_a_block_scalar_are_exact);
  tcase_add_test (tcase, places__in_a_plain_line_are_exact);
  tcase_add_test (tcase, places__in_folded_text_are_those_of_the_text);
#ifdef HAVE_PG_QUERY
  tcase_add_test (tcase, postgres__tables_and_columns);
  tcase_add_test (tcase, postgres__constraints_and_indexes);
  tcase_add_test (tcase, postgres__the_rest);
  tcase_add_test (tcase, postgres__default_schema_is_as_good_as_none);
  tcase_add_test (tcase, postgres__what_it_does_not_look_into_says_so);
  tcase_add_test (tcase, postgres__a_syntax_error_spares_the_other_statements);
  tcase_add_test (tcase, postgres__places_count_characters);
#endif
  suite_add_tcase (suite, tcase);
}

TEST_MAIN_WITH ("safety/sql_analysis", fill)
