/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <sqlite3.h>
#include <string.h>

#include "engine/sqlite/definition.h"
#include "model/error.h"
#include "testing.h"

/* A real SQLite --------------------------------------------------------------- */

static void
run (sqlite3 *database, const char *sql)
{
  ck_assert_msg (sqlite3_exec (database, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s",
                 sql, sqlite3_errmsg (database));
}

static gboolean
runs (const char *sql)
{
  sqlite3 *database = NULL;
  int status;

  ck_assert_int_eq (sqlite3_open (":memory:", &database), SQLITE_OK);
  status = sqlite3_exec (database, sql, NULL, NULL, NULL);
  sqlite3_close (database);
  return status == SQLITE_OK;
}

/* All cells of a result, each row on a line. */
static char *
query (sqlite3 *database, const char *sql)
{
  sqlite3_stmt *statement = NULL;
  GString *out = g_string_new (NULL);

  ck_assert_msg (sqlite3_prepare_v2 (database, sql, -1, &statement, NULL) == SQLITE_OK,
                 "%s: %s", sql, sqlite3_errmsg (database));
  while (sqlite3_step (statement) == SQLITE_ROW)
    {
      for (int i = 0; i < sqlite3_column_count (statement); i++)
        g_string_append_printf (out, "%s|",
                                (const char *) sqlite3_column_text (statement, i));
      g_string_append_c (out, '\n');
    }
  sqlite3_finalize (statement);
  return g_string_free (out, FALSE);
}

static char *
stored_sql (sqlite3 *database)
{
  char *sql = query (database, "SELECT sql FROM sqlite_schema WHERE name = 't'");

  sql[strlen (sql) - 2] = '\0';
  return sql;
}

static sqlite3 *
open_with (const char *sql)
{
  sqlite3 *database = NULL;

  ck_assert_int_eq (sqlite3_open (":memory:", &database), SQLITE_OK);
  run (database, "CREATE TABLE p (x INTEGER PRIMARY KEY, y UNIQUE, z)");
  run (database, sql);
  return database;
}

/* What the product does with an edited text. */
static void
put_definition (sqlite3 *database, const char *sql)
{
  g_autofree char *version = query (database, "PRAGMA schema_version");
  char *set = sqlite3_mprintf ("PRAGMA writable_schema = ON;"
                               "UPDATE sqlite_schema SET sql = %Q"
                               " WHERE type = 'table' AND name = 't';"
                               "PRAGMA schema_version = %d;"
                               "PRAGMA writable_schema = RESET",
                               sql, (int) g_ascii_strtoll (version, NULL, 10) + 1);

  run (database, "BEGIN IMMEDIATE");
  run (database, set);
  run (database, "COMMIT");
  sqlite3_free (set);
}

static char *
columns_of (sqlite3 *database)
{
  return query (database, "SELECT name, type, \"notnull\", dflt_value, pk, hidden"
                          " FROM pragma_table_xinfo('t')");
}

static char *
keys_of (sqlite3 *database)
{
  return query (database, "SELECT \"table\", \"from\", \"to\", on_update, on_delete"
                          " FROM pragma_foreign_key_list('t')");
}

static void
assert_sound (sqlite3 *database)
{
  g_autofree char *found = query (database, "PRAGMA integrity_check");

  ck_assert_str_eq (found, "ok|\n");
}

/* Hand cases ------------------------------------------------------------------ */

typedef char *(*Edit) (const Definition *definition, const char *a, const char *b,
                       GError **error);

static char *
edit_drop_not_null (const Definition *definition, const char *a, const char *b,
                    GError **error)
{
  (void) b;
  return definition_drop_not_null (definition, a, FALSE, error);
}

static char *
edit_add_not_null (const Definition *definition, const char *a, const char *b,
                   GError **error)
{
  (void) b;
  return definition_add_not_null (definition, a, error);
}

static char *
edit_add (const Definition *definition, const char *a, const char *b, GError **error)
{
  (void) b;
  return definition_add_constraint (definition, a, error);
}

static char *
edit_drop (const Definition *definition, const char *a, const char *b, GError **error)
{
  (void) b;
  return definition_drop_constraint (definition, a, error);
}

static char *
edit_drop_at (const Definition *definition, const char *a, const char *b, GError **error)
{
  (void) b;
  return definition_drop_constraint_at (definition,
                                        (guint) g_ascii_strtoull (a, NULL, 10), error);
}

static char *
edit_rename (const Definition *definition, const char *a, const char *b, GError **error)
{
  const char *from[] = { a, NULL }, *to[] = { b, NULL };

  return definition_rename_columns (definition, from, to, error);
}

static char *
edit_exchange (const Definition *definition, const char *a, const char *b, GError **error)
{
  const char *from[] = { a, b, NULL }, *to[] = { b, a, NULL };

  return definition_rename_columns (definition, from, to, error);
}

typedef struct
{
  Edit edit;
  const char *sql;
  const char *a, *b;
  const char *expected; /* NULL: an error of @code */
  ZdmError code;
} EditCase;

static void
check_edit (const EditCase *it)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Definition) definition = definition_new (it->sql, &error);
  g_autofree char *text = NULL;

  assert_no_error (error);
  text = it->edit (definition, it->a, it->b, &error);
  if (it->expected != NULL)
    {
      assert_no_error (error);
      ck_assert_str_eq (text, it->expected);
      return;
    }
  ck_assert_msg (text == NULL, "%s: %s", it->sql, text);
  ck_assert_msg (error->code == (int) it->code, "%s: code %d, %s", it->sql, error->code,
                 error->message);
}

#define check_edits(cases)                         \
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++) \
  check_edit (&(cases)[i])

TEST (definition_not_null__leaves_every_other_byte)
{
  static const EditCase CASES[] = {
    { edit_drop_not_null,
      "CREATE TABLE t(a text not null default 'not null' check (a <> ')'))", "a", NULL,
      "CREATE TABLE t(a text default 'not null' check (a <> ')'))" },
    { edit_drop_not_null, "CREATE TABLE t(a NOT NULL, b NOT NULL)", "B", NULL,
      "CREATE TABLE t(a NOT NULL, b)" },
    { edit_drop_not_null,
      "CREATE TABLE t(a constraint \"x y\" not null on conflict fail)", "a", NULL,
      "CREATE TABLE t(a)" },
    { edit_drop_not_null, "CREATE TABLE t(a int check(a>0)not null check(a<9))", "a",
      NULL, "CREATE TABLE t(a int check(a>0) check(a<9))" },
    { edit_drop_not_null, "CREATE TABLE t(a int not null/*x*/default 5)", "a", NULL,
      "CREATE TABLE t(a int/*x*/default 5)" },
    { edit_drop_not_null, "CREATE TABLE t(a int -- not null\n not null, b)", "a", NULL,
      "CREATE TABLE t(a int -- not null\n , b)" },
    { edit_drop_not_null, "CREATE TABLE t(a int/**/not null default 5)", "a", NULL,
      "CREATE TABLE t(a int/**/  default 5)" },
    { edit_drop_not_null, "CREATE TABLE t(a not /* , */ null unique not null)", "a", NULL,
      "CREATE TABLE t(a unique)" },
    { definition_set_type, "CREATE TABLE t(\"a\"[int]not null)", "a", "TEXT",
      "CREATE TABLE t(\"a\" TEXT not null)" },
    { edit_drop_not_null, "CREATE TABLE t(a null)", "a", NULL, NULL, ZDM_ERROR_MISSING },
    { edit_drop_not_null, "CREATE TABLE t(a)", "x", NULL, NULL, ZDM_ERROR_MISSING },
    { edit_add_not_null, "CREATE TABLE t(a, [b c] varchar(3)default 'x')", "b c", NULL,
      "CREATE TABLE t(a, [b c] varchar(3) NOT NULL default 'x')" },
    { edit_add_not_null, "CREATE TABLE t(a/* , */, b -- x\n)", "b", NULL,
      "CREATE TABLE t(a/* , */, b NOT NULL -- x\n)" },
    { edit_add_not_null, "CREATE TABLE t(a text generated always as ('x'))", "a", NULL,
      "CREATE TABLE t(a text NOT NULL generated always as ('x'))" },
    { edit_add_not_null, "CREATE TABLE t(a int not null)", "a", NULL, NULL,
      ZDM_ERROR_EXISTS },
  };

  check_edits (CASES);
}

TEST (definition_set_default__takes_one_value)
{
  static const EditCase CASES[] = {
    { definition_set_default, "CREATE TABLE t(a int, b)", "a", "5",
      "CREATE TABLE t(a int DEFAULT 5, b)" },
    { definition_set_default, "CREATE TABLE t(a default 1 default(2)not null)", "a", "-3",
      "CREATE TABLE t(a default 1 default -3 not null)" },
    { definition_set_default, "CREATE TABLE t(a text default 'x' not null)", "a", NULL,
      "CREATE TABLE t(a text not null)" },
    { definition_set_default, "CREATE TABLE t(a text default (1 + (2)))", "a", "'it''s'",
      "CREATE TABLE t(a text default 'it''s')" },
    { definition_set_default, "CREATE TABLE t(a)", "a", "(lower('X'))",
      "CREATE TABLE t(a DEFAULT (lower('X')))" },
    { definition_set_default, "CREATE TABLE t(a)", "a", "5 NOT NULL", NULL,
      ZDM_ERROR_INVALID },
    { definition_set_default, "CREATE TABLE t(a)", "a", "5, b", NULL, ZDM_ERROR_INVALID },
    { definition_set_default, "CREATE TABLE t(a)", "a", "1 + 2", NULL,
      ZDM_ERROR_INVALID },
    { definition_set_default, "CREATE TABLE t(a)", "a", "'x", NULL, ZDM_ERROR_INVALID },
    { definition_set_default, "CREATE TABLE t(a)", "a", "5 --", NULL, ZDM_ERROR_INVALID },
    { definition_set_default, "CREATE TABLE t(a)", "a", "", NULL, ZDM_ERROR_INVALID },
    { definition_set_default, "CREATE TABLE t(a)", "a", NULL, NULL, ZDM_ERROR_MISSING },
  };

  check_edits (CASES);
}

TEST (definition_set_type__never_makes_or_unmakes_the_rowid)
{
  static const EditCase CASES[] = {
    { definition_set_type, "CREATE TABLE t(a /* int */ decimal ( 10 , 2 ) not null)", "a",
      "TEXT", "CREATE TABLE t(a /* int */ TEXT not null)" },
    { definition_set_type, "CREATE TABLE t(a, b)", "a", "double precision",
      "CREATE TABLE t(a double precision, b)" },
    { definition_set_type, "CREATE TABLE t(a int, b)", "a", "", "CREATE TABLE t(a, b)" },
    { definition_set_type, "CREATE TABLE t(a integer generated always as (1))", "a",
      "TEXT", "CREATE TABLE t(a TEXT generated always as (1))" },
    { definition_set_type, "CREATE TABLE t(a int primary key)", "a", "BIGINT",
      "CREATE TABLE t(a BIGINT primary key)" },
    { definition_set_type, "CREATE TABLE t(a int primary key)", "a", "Integer", NULL,
      ZDM_ERROR_UNSUPPORTED },
    { definition_set_type, "CREATE TABLE t(a integer, primary key (a desc))", "a", "INT",
      NULL, ZDM_ERROR_UNSUPPORTED },
    { definition_set_type, "CREATE TABLE t(a int primary key) without rowid", "a",
      "INTEGER", "CREATE TABLE t(a INTEGER primary key) without rowid" },
    { definition_set_type, "CREATE TABLE t(a int)", "a", "TEXT UNIQUE", NULL,
      ZDM_ERROR_INVALID },
    { definition_set_type, "CREATE TABLE t(a int)", "a", "TEXT, b", NULL,
      ZDM_ERROR_INVALID },
  };

  check_edits (CASES);
}

TEST (definition_add_constraint__takes_one_check_or_foreign_key)
{
  static const EditCase CASES[] = {
    { edit_add, "CREATE TABLE t(a, b -- the last\n) STRICT", "CONSTRAINT c CHECK (a > 0)",
      NULL, "CREATE TABLE t(a, b, CONSTRAINT c CHECK (a > 0) -- the last\n) STRICT" },
    { edit_add, "CREATE TABLE t(a)", "FOREIGN KEY (a) REFERENCES p(x) ON DELETE SET NULL",
      NULL, "CREATE TABLE t(a, FOREIGN KEY (a) REFERENCES p(x) ON DELETE SET NULL)" },
    { edit_add, "CREATE TABLE t(a)", "UNIQUE (a)", NULL, NULL, ZDM_ERROR_UNSUPPORTED },
    { edit_add, "CREATE TABLE t(a)", "PRIMARY KEY (a)", NULL, NULL,
      ZDM_ERROR_UNSUPPORTED },
    { edit_add, "CREATE TABLE t(a)", "b CHECK (b > 0)", NULL, NULL, ZDM_ERROR_INVALID },
    { edit_add, "CREATE TABLE t(a)", "CHECK (a), CHECK (a)", NULL, NULL,
      ZDM_ERROR_INVALID },
    { edit_add, "CREATE TABLE t(a)", "CHECK (a)) STRICT --", NULL, NULL,
      ZDM_ERROR_INVALID },
    { edit_add, "CREATE TABLE t(a)", "CHECK (a", NULL, NULL, ZDM_ERROR_INVALID },
  };

  check_edits (CASES);
}

TEST (definition_drop_constraint__takes_its_comma_along)
{
  static const EditCase CASES[] = {
    { edit_drop, "CREATE TABLE t(a,\n  constraint C check (a > 0),\n  unique (a)\n)", "c",
      NULL, "CREATE TABLE t(a,\n  unique (a)\n)" },
    { edit_drop, "CREATE TABLE t(a, constraint \"c d\" foreign key(a) references p)",
      "c d", NULL, "CREATE TABLE t(a)" },
    { edit_drop, "CREATE TABLE t(a, -- why\n constraint c check (a > 0))", "c", NULL,
      "CREATE TABLE t(a -- why\n )" },
    { edit_drop, "CREATE TABLE t(a int constraint c check (a > 0) not null)", "c", NULL,
      "CREATE TABLE t(a int not null)" },
    { edit_drop, "CREATE TABLE t(a int constraint c check(a>0)not null)", "c", NULL,
      "CREATE TABLE t(a int not null)" },
    { edit_drop, "CREATE TABLE t(a, constraint c check (a) unique (a))", "c", NULL,
      "CREATE TABLE t(a, unique (a))" },
    { edit_drop, "CREATE TABLE t(a, unique (a) constraint c check (a))", "c", NULL,
      "CREATE TABLE t(a, unique (a))" },
    { edit_drop,
      "CREATE TABLE t(a constraint c references p(x) on delete cascade not deferrable)",
      "c", NULL, "CREATE TABLE t(a)" },
    { edit_drop_at, "CREATE TABLE t(a not null check (a > 0), check (a < 5))", "1", NULL,
      "CREATE TABLE t(a not null, check (a < 5))" },
    { edit_drop_at, "CREATE TABLE t(a not null check (a > 0), check (a < 5))", "2", NULL,
      "CREATE TABLE t(a not null check (a > 0))" },
    { edit_drop_at, "CREATE TABLE t(a not null)", "0", NULL, NULL,
      ZDM_ERROR_UNSUPPORTED },
    { edit_drop_at, "CREATE TABLE t(a not null)", "1", NULL, NULL, ZDM_ERROR_MISSING },
    { edit_drop, "CREATE TABLE t(a constraint c unique)", "c", NULL, NULL,
      ZDM_ERROR_UNSUPPORTED },
    { edit_drop, "CREATE TABLE t(a)", "c", NULL, NULL, ZDM_ERROR_MISSING },
    { edit_drop, "CREATE TABLE t(a constraint c check (a), constraint C check (a > 0))",
      "c", NULL, NULL, ZDM_ERROR_UNSUPPORTED },
    { definition_rename_constraint, "CREATE TABLE t(a constraint [c] check (a))", "C",
      "d e", "CREATE TABLE t(a constraint [d e] check (a))" },
    { definition_rename_constraint, "CREATE TABLE t(a constraint c unique)", "c", "check",
      "CREATE TABLE t(a constraint \"check\" unique)" },
    { definition_rename_constraint,
      "CREATE TABLE t(a constraint c unique constraint d check (a))", "c", "d", NULL,
      ZDM_ERROR_EXISTS },
  };

  check_edits (CASES);
}

TEST (definition_rename_columns__tells_columns_from_other_words)
{
  static const EditCase CASES[] = {
    { edit_rename, "CREATE TABLE t(a int check (a > 'a' and A<>\"a\" and t.a > a(a)))",
      "a", "b", "CREATE TABLE t(b int check (b > 'a' and b<>\"b\" and t.b > a(b)))" },
    { edit_rename,
      "CREATE TABLE t(int int, check (cast(int as int) > 0 and x collate int > int))",
      "int", "n",
      "CREATE TABLE t(n int, check (cast(n as int) > 0 and x collate int > n))" },
    { edit_rename,
      "CREATE TABLE t(a, b, primary key ([a] collate nocase desc, 'b'), "
      "foreign key (a) references T(`a`), foreign key (b) references u(a))",
      "a", "c d",
      "CREATE TABLE t(\"c d\", b, primary key ([c d] collate nocase desc, 'b'), "
      "foreign key (\"c d\") references T(`c d`), foreign key (b) references u(a))" },
    { edit_rename, "CREATE TABLE t(a, b default a as (a + 1) unique)", "a", "key",
      "CREATE TABLE t(key, b default a as (\"key\" + 1) unique)" },
    { edit_rename, "CREATE TABLE t(a references t(a))", "a", "it\"s",
      "CREATE TABLE t(\"it\"\"s\" references t(\"it\"\"s\"))" },
    { edit_exchange,
      "CREATE TABLE t(a text, [b] int, check ([a] > b), unique (b, \"a\"))", "a", "b",
      "CREATE TABLE t(b text, [a] int, check ([b] > a), unique (a, \"b\"))" },
    { edit_rename, "CREATE TABLE t(a check (a <> \"b\"))", "a", "b", NULL,
      ZDM_ERROR_UNSUPPORTED },
    { edit_rename, "CREATE TABLE t(a check (rowid > 0))", "a", "RowId", NULL,
      ZDM_ERROR_UNSUPPORTED },
    { edit_rename, "CREATE TABLE t(\"end\" check (case 1 when 1 then 2 end))", "end", "b",
      NULL, ZDM_ERROR_UNSUPPORTED },
    { edit_rename, "CREATE TABLE t(a, b)", "a", "B", NULL, ZDM_ERROR_EXISTS },
    { edit_rename, "CREATE TABLE t(a, b)", "c", "d", NULL, ZDM_ERROR_MISSING },
    { edit_rename, "CREATE TABLE t(a, b)", "a", "", NULL, ZDM_ERROR_INVALID },
  };

  check_edits (CASES);
}

/* The parser against SQLite's ------------------------------------------------- */

static gboolean
parses (const char *sql)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Definition) definition = definition_new (sql, &error);

  ck_assert (definition != NULL || error->code == ZDM_ERROR_SYNTAX);
  return definition != NULL;
}

TEST (definition__takes_the_same_words_for_names_as_sqlite)
{
  static const char *const FORMS[] = {
    "CREATE TABLE t(@ int)",
    "CREATE TABLE t(a @)",
    "CREATE TABLE t(a int, constraint @ check (a))",
    "CREATE TABLE @(a)",
    "CREATE TABLE t(a int default @)",
  };

  for (int i = 0; i < sqlite3_keyword_count (); i++)
    for (guint k = 0; k < G_N_ELEMENTS (FORMS); k++)
      {
        const char *word;
        int length;

        sqlite3_keyword_name (i, &word, &length);
        g_autofree char *name = g_strndup (word, (gsize) length);
        g_auto (GStrv) parts = g_strsplit (FORMS[k], "@", 2);
        g_autofree char *sql = g_strjoinv (name, parts);

        /* Without a REFERENCES before it, SQLite reads over DEFERRABLE; behind CREATE
         * TABLE it waits for IF NOT EXISTS, which it does not store. */
        if (!(k == 1 && strcmp (name, "DEFERRABLE") == 0)
            && !(k == 3 && strcmp (name, "IF") == 0))
          ck_assert_msg (parses (sql) == runs (sql), "%s", sql);
      }
}

TEST (definition__refuses_what_sqlite_refuses)
{
  static const char *const TEXTS[] = {
    "CREATE TABLE t()",
    "CREATE TABLE t(a",
    "CREATE TABLE t(a,)",
    "CREATE TABLE t(a, A)",
    "CREATE TABLE t(a int int(5) int)",
    "CREATE TABLE t(a varchar(max))",
    "CREATE TABLE t(a check a > 0)",
    "CREATE TABLE t(a check (a > 0)",
    "CREATE TABLE t(a check (a > 'x))",
    "CREATE TABLE t(a, unique (a), b)",
    "CREATE TABLE t(a default 5a)",
    "CREATE TABLE t(a default -b)",
    "CREATE TABLE t(a not)",
    "CREATE TABLE t([a]])",
    "CREATE TABLE t(a references p on delete vanish)",
    "CREATE TABLE t(a) without row",
    "CREATE TABLE t(a) strict strict",
    "CREATE TABLE t(a check (a > 0;))",
    "CREATE TABLE t(a foreign key (a) references p)",
  };

  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    {
      ck_assert_msg (!runs (TEXTS[i]), "%s", TEXTS[i]);
      ck_assert_msg (!parses (TEXTS[i]), "%s", TEXTS[i]);
    }
}

TEST (definition__names_the_place_of_what_it_cannot_read)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) virtual_error = NULL;

  ck_assert_ptr_null (definition_new ("CREATE TABLE t(a int, b frob(x))", &error));
  ck_assert_ptr_nonnull (strstr (error->message, "'x' (byte 29)"));
  ck_assert_ptr_null (
      definition_new ("CREATE VIRTUAL TABLE t USING fts5(a)", &virtual_error));
  assert_error (virtual_error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED);
}

/* Differential ---------------------------------------------------------------- */

/* Each has columns a and b, neither of which is generated. */
static const char *const TABLES[] = {
  "create table t(a text not null default 'not null' check (a <> ')'), b int)",
  "create table t (\n  a INTEGER NOT NULL, -- the , first\n  b TEXT -- the ) last\n)",
  "create table t(a,b)",
  "create table t(\"a\"text,[b]int)",
  "create table t(`a` varchar(20) /* ( */ not /* x */ null, 'b' decimal(10,2)default 5)",
  "create table t(id integer primary key autoincrement, a text unique, b text collate "
  "nocase)",
  "create table t(a int, b int, primary key (a, b desc)) without rowid",
  "create table t(a int, b text not null, id integer primary key) strict, without rowid",
  "create table t(a int constraint n not null on conflict ignore constraint c check (a > "
  "0), b text constraint \"d e\" default (lower('X' || ')')))",
  "create table t(a int references p(x) on delete cascade on update set null deferrable "
  "initially deferred not null, b references p match full)",
  "create table t(a int, b int, c int generated always as (a + b) stored, d as (a * 2) "
  "check (d <> 3) not null)",
  "create table t(a int, b int, constraint ab check (a < b) constraint ba unique (b, a))",
  "create table t(a int, b int, check (a in (1, 2, 3)), check (b between 0 and (9)), "
  "foreign key (a, b) references t(b, a), unique (a, b))",
  "create table t(key int, a text check (key > 0 or length(a) < 9 collate nocase), "
  "replace text, b)",
  "create table t(a unsigned big int, b double precision default -1.5e3 not null "
  "default+7)",
  "create table t(a date default current_timestamp, b blob default x'00ff')",
  "create table t(a text check (a glob '[a-z]*' and cast(a as text) like 'a%'), b check "
  "(t.b > 0))",
  "create table t(a/**/int/**/not null/**/, b/* -- */int -- /*\n not null)",
  "create table t(\r\n\ta int not null,\r\n\tb int,\r\n\tunique(a)on conflict replace\r\n)",
  "create table t(a int null, b int null default null unique on conflict fail)",
  "create table t(a my \"type\" [of b] not null, b integer check(b<>5)check(b<>6))",
  "create table t(żółć text, a text default 'żółć', b text check (b <> 'ą'))",
  "create table t(a int not null, b int, check (case when a then b else 0 end < 10))",
  "create table t(a int primary key, b int not null references t(a))",
  "create table t(a text, b text, check (a is not null or b is not null), check (\"a\" "
  "<> [b]))",
  "create table if not exists main . t ( a int , b int not null )",
  "create table t(a int, b int);",
  "create table t(a int, b int) /* the end */ strict -- really\n",
  "create table t(x'', a, b)",
  "create table t as select 1 as a, 'x' as b",
};

typedef struct
{
  sqlite3 *database;
  char *sql;
  Definition *definition;
  gboolean built;
} Live;

/* A table of TABLES in a database of its own, with some rows if it takes them. */
static gboolean
live_open (Live *live, guint index)
{
  g_autoptr (GError) error = NULL;

  if (!runs (TABLES[index]))
    return FALSE;
  live->database = open_with (TABLES[index]);
  run (live->database, "INSERT INTO p VALUES (1, 1, 1), (2, 2, 2)");
  sqlite3_exec (live->database, "INSERT INTO t(a, b) VALUES (1, 2), (2, 1)", NULL, NULL,
                NULL);
  live->sql = stored_sql (live->database);
  live->definition = definition_new (live->sql, &error);
  ck_assert_msg (error == NULL, "%s: %s", live->sql, error->message);
  return TRUE;
}

static void
live_close (Live *live)
{
  definition_free (live->definition);
  g_free (live->sql);
  sqlite3_close (live->database);
}

/* Puts an edited text in and reads it back. */
static void
live_put (Live *live, char *text, GError *error)
{
  ck_assert_msg (error == NULL, "%s: %s", live->sql, error->message);
  put_definition (live->database, text);
  assert_sound (live->database);
  g_free (live->sql);
  live->sql = text;
  definition_free (live->definition);
  live->definition = definition_new (text, NULL);
}

static char *
cell (Live *live, const char *sql)
{
  char *text = query (live->database, sql);

  text[strcspn (text, "|")] = '\0';
  return text;
}

static gboolean
takes_null (Live *live, const char *column)
{
  g_autofree char *sql
      = g_strdup_printf ("SELECT \"notnull\" FROM pragma_table_xinfo('t')"
                         " WHERE name = '%s'",
                         column);
  g_autofree char *flag = cell (live, sql);

  return strcmp (flag, "0") == 0;
}

TEST (definition__sees_what_sqlite_sees)
{
  guint n = 0;

  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    {
      Live live;

      if (!live_open (&live, i))
        continue;
      n++;
      g_autoptr (GString) seen = g_string_new (NULL);
      g_autofree char *real
          = query (live.database, "SELECT name, type, \"notnull\", dflt_value"
                                  " FROM pragma_table_xinfo('t')");
      for (guint k = 0; k < live.definition->columns->len; k++)
        {
          const Definition *it = live.definition;
          const DefinitionColumn *column = it->columns->pdata[k];
          const DefinitionConstraint *value
              = definition_column_constraint (it, k, DEFINITION_DEFAULT);
          const char *place = value != NULL ? it->text + value->expression.start : "";
          gboolean has_parentheses = *place == '(';
          SqliteSpan span = value != NULL ? value->expression : (SqliteSpan){ 0, 0 };
          gboolean key = FALSE;

          for (guint j = 0; j < it->constraints->len; j++)
            {
              const DefinitionConstraint *c = it->constraints->pdata[j];

              for (guint m = 0; c->kind == DEFINITION_PRIMARY_KEY && it->without_rowid
                                && m < c->n_columns;
                   m++)
                key |= strcmp (c->columns[m].name, column->name->name) == 0;
            }
          span.start += has_parentheses ? 1 : 0;
          span.end -= has_parentheses ? 1 : 0;
          g_autofree char *text = definition_slice (it, span);
          /* SQLite writes its standard types in capitals. */
          g_string_append_printf (
              seen, "%s|%s|%d|%s|\n", column->name->name, column->type_text,
              key || definition_column_constraint (it, k, DEFINITION_NOT_NULL) != NULL,
              value != NULL ? text : "(null)");
        }
      g_autofree char *a = g_utf8_strdown (seen->str, -1);
      g_autofree char *b = g_utf8_strdown (real, -1);
      ck_assert_str_eq (a, b);
      live_close (&live);
    }
  ck_assert_uint_ge (n, 28);
}

TEST (definition_not_null__is_what_sqlite_then_enforces)
{
  static const char *const COLUMNS[] = { "a", "b" };

  for (guint i = 0; i < G_N_ELEMENTS (TABLES) * 2; i++)
    {
      const char *column = COLUMNS[i % 2];
      GError *error = NULL;
      Live live;

      if (!live_open (&live, i / 2))
        continue;
      g_autofree char *original = g_strdup (live.sql);
      g_autofree char *before = columns_of (live.database);
      if (strstr (live.sql, "primary key (a, b desc)") != NULL)
        {
          live_close (&live); /* a key without rowid is NOT NULL whatever it says */
          continue;
        }
      if (takes_null (&live, column))
        {
          live_put (&live, definition_add_not_null (live.definition, column, &error),
                    error);
          ck_assert_msg (!takes_null (&live, column), "%s", live.sql);
          live_put (&live,
                    definition_drop_not_null (live.definition, column, FALSE, &error),
                    error);
          /* A space that had to come stays. */
          if (strstr (original, ")default") == NULL)
            ck_assert_str_eq (live.sql, original);
        }
      else
        {
          live_put (&live,
                    definition_drop_not_null (live.definition, column, FALSE, &error),
                    error);
          ck_assert_msg (takes_null (&live, column), "%s", live.sql);
          live_put (&live, definition_add_not_null (live.definition, column, &error),
                    error);
        }
      g_autofree char *after = columns_of (live.database);
      ck_assert_str_eq (after, before);
      live_close (&live);
    }
}

TEST (definition_not_null__keeps_its_words)
{
  static const struct
  {
    const char *with, *without, *kept; /* of the column's constraints */
  } CASES[] = {
    { "NOT NULL", "", NULL },
    { "CONSTRAINT n NOT NULL", "CONSTRAINT n NULL", "CONSTRAINT n NULL" },
    { "not /* a */ null on conflict ignore UNIQUE", "null on conflict ignore UNIQUE",
      "null on conflict ignore" },
    { "DEFAULT 'NOT NULL' CONSTRAINT \"not null\" NOT NULL ON CONFLICT FAIL",
      "DEFAULT 'NOT NULL' CONSTRAINT \"not null\" NULL ON CONFLICT FAIL",
      "CONSTRAINT \"not null\" NULL ON CONFLICT FAIL" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *sql = g_strdup_printf ("CREATE TABLE t (a INT %s)", CASES[i].with);
      g_autofree char *wanted
          = g_strdup_printf ("CREATE TABLE t (a INT%s%s)",
                             CASES[i].kept != NULL ? " " : "", CASES[i].without);
      g_autoptr (Definition) definition = definition_new (sql, NULL);
      g_autofree char *loose = definition_drop_not_null (definition, "a", TRUE, NULL);
      SqliteSpan span;

      ck_assert_str_eq (loose, wanted);
      g_autoptr (Definition) after = definition_new (loose, NULL);
      g_autofree char *before = definition_not_null_words (definition, 0, FALSE, &span);
      g_autofree char *kept = definition_not_null_words (after, 0, FALSE, &span);
      ck_assert_pstr_eq (before, CASES[i].kept);
      ck_assert_pstr_eq (kept, CASES[i].kept);
      g_autofree char *again = definition_add_not_null (after, "a", NULL);
      ck_assert_ptr_nonnull (again);
      g_autoptr (Definition) end = definition_new (again, NULL);
      g_autofree char *bare = definition_drop_not_null (end, "a", FALSE, NULL);
      ck_assert_ptr_null (strstr (bare, "CONSTRAINT n"));
    }
}

TEST (definition_set_default__is_what_sqlite_then_gives)
{
  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    {
      GError *error = NULL;
      gboolean had_none;
      Live live;

      if (!live_open (&live, i))
        continue;
      g_autofree char *original = g_strdup (live.sql);
      had_none = definition_column_constraint (live.definition,
                                               strstr (live.sql, "key int") ? 3 : 1,
                                               DEFINITION_DEFAULT)
                 == NULL;
      live_put (&live, definition_set_default (live.definition, "b", "'4,('", &error),
                error);
      g_autofree char *set
          = cell (&live, "SELECT dflt_value FROM pragma_table_xinfo('t') WHERE name='b'");
      ck_assert_str_eq (set, "'4,('");
      live_put (&live, definition_set_default (live.definition, "b", NULL, &error),
                error);
      g_autofree char *gone
          = cell (&live, "SELECT dflt_value FROM pragma_table_xinfo('t') WHERE name='b'");
      ck_assert_str_eq (gone, "(null)");
      if (had_none && strstr (live.sql, "key int") == NULL
          && strstr (live.sql, "id ") == NULL && strstr (live.sql, "żółć") == NULL)
        ck_assert_str_eq (live.sql, original);
      live_close (&live);
    }
}

TEST (definition_rename_columns__is_what_alter_table_does)
{
  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    {
      const char *from[] = { "a", NULL }, *to[] = { "new name", NULL };
      GError *error = NULL;
      Live live;

      if (!live_open (&live, i))
        continue;
      sqlite3 *other = open_with (TABLES[i]);
      run (other, "ALTER TABLE t RENAME COLUMN a TO \"new name\"");
      live_put (&live, definition_rename_columns (live.definition, from, to, &error),
                error);
      g_autofree char *expected = columns_of (other),
                      *actual = columns_of (live.database);
      g_autofree char *keys = keys_of (other), *actual_keys = keys_of (live.database);
      ck_assert_str_eq (actual, expected);
      ck_assert_str_eq (actual_keys, keys);
      /* Another way to the same text: with every quoted name unquoted. */
      g_autofree char *theirs = stored_sql (other);
      g_autoptr (Definition) a = definition_new (theirs, &error);
      assert_no_error (error);
      ck_assert_uint_eq (a->tokens->len, live.definition->tokens->len);
      for (guint k = 0; k < a->tokens->len; k++)
        {
          const SqliteToken *x = &g_array_index (a->tokens, SqliteToken, k);
          const SqliteToken *y = &g_array_index (live.definition->tokens, SqliteToken, k);
          g_autofree char *p = definition_slice (a, x->span);
          g_autofree char *q = definition_slice (live.definition, y->span);

          if (x->span.start < x->span.end && strstr (p, "new name") == NULL)
            ck_assert_str_eq (q, p);
          else if (x->span.start < x->span.end)
            ck_assert_msg (strstr (q, "new name") != NULL, "%s", q);
        }
      sqlite3_close (other);
      live_close (&live);
    }
}

TEST (definition_rename_columns__twice_exchanged_is_the_same_text)
{
  const char *from[] = { "a", "b", NULL }, *to[] = { "b", "a", NULL };

  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    {
      GError *error = NULL;
      Live live;

      if (!live_open (&live, i))
        continue;
      g_autofree char *original = g_strdup (live.sql);
      g_autofree char *before
          = query (live.database, "SELECT name FROM pragma_table_xinfo('t')");
      live_put (&live, definition_rename_columns (live.definition, from, to, &error),
                error);
      g_autofree char *after
          = query (live.database, "SELECT CASE name WHEN 'a' THEN 'b' WHEN 'b' THEN 'a'"
                                  " ELSE name END FROM pragma_table_xinfo('t')");
      ck_assert_str_eq (after, before);
      live_put (&live, definition_rename_columns (live.definition, from, to, &error),
                error);
      ck_assert_str_eq (live.sql, original);
      live_close (&live);
    }
}

TEST (definition_add_constraint__is_enforced_until_it_is_dropped)
{
  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    {
      GError *error = NULL;
      Live live;

      if (!live_open (&live, i))
        continue;
      run (live.database, "DELETE FROM t");
      g_autofree char *original = g_strdup (live.sql), *keys = keys_of (live.database);
      live_put (&live,
                definition_add_constraint (live.definition,
                                           "CONSTRAINT never CHECK (0 = ')')", &error),
                error);
      ck_assert_int_ne (sqlite3_exec (live.database,
                                      "INSERT OR ABORT INTO t(a, b) VALUES (3, 4)", NULL,
                                      NULL, NULL),
                        SQLITE_OK);
      live_put (&live, definition_drop_constraint (live.definition, "never", &error),
                error);
      ck_assert_str_eq (live.sql, original);
      live_put (&live,
                definition_add_constraint (live.definition,
                                           "FOREIGN KEY (b) REFERENCES p (y)", &error),
                error);
      g_autofree char *more = keys_of (live.database);
      ck_assert_msg (g_str_has_prefix (more, "p|b|y|NO ACTION|NO ACTION|\n"), "%s", more);
      ck_assert_str_eq (strchr (more, '\n') + 1, keys);
      live_put (&live,
                definition_drop_constraint_at (
                    live.definition, live.definition->constraints->len - 1, &error),
                error);
      ck_assert_str_eq (live.sql, original);
      live_close (&live);
    }
}

/* Dropping every check and foreign key, one after the other, always leaves a table. */
TEST (definition_drop_constraint_at__drops_each_of_them)
{
  for (guint i = 0; i < G_N_ELEMENTS (TABLES); i++)
    {
      Live live;

      if (!live_open (&live, i))
        continue;
      g_autofree char *columns = columns_of (live.database);
      for (guint k = live.definition->constraints->len; k > 0; k--)
        {
          const DefinitionConstraint *it = live.definition->constraints->pdata[k - 1];
          GError *error = NULL;

          if (it->kind == DEFINITION_CHECK || it->kind == DEFINITION_FOREIGN_KEY)
            live_put (&live,
                      definition_drop_constraint_at (live.definition, k - 1, &error),
                      error);
        }
      g_autofree char *keys = keys_of (live.database);
      g_autofree char *after = columns_of (live.database);
      ck_assert_str_eq (keys, "");
      ck_assert_str_eq (after, columns);
      live_close (&live);
    }
}

TEST_MAIN ("engine/sqlite/definition", definition_not_null__leaves_every_other_byte,
           definition_set_default__takes_one_value,
           definition_set_type__never_makes_or_unmakes_the_rowid,
           definition_add_constraint__takes_one_check_or_foreign_key,
           definition_drop_constraint__takes_its_comma_along,
           definition_rename_columns__tells_columns_from_other_words,
           definition__takes_the_same_words_for_names_as_sqlite,
           definition__refuses_what_sqlite_refuses,
           definition__names_the_place_of_what_it_cannot_read,
           definition__sees_what_sqlite_sees,
           definition_not_null__is_what_sqlite_then_enforces,
           definition_not_null__keeps_its_words,
           definition_set_default__is_what_sqlite_then_gives,
           definition_rename_columns__is_what_alter_table_does,
           definition_rename_columns__twice_exchanged_is_the_same_text,
           definition_add_constraint__is_enforced_until_it_is_dropped,
           definition_drop_constraint_at__drops_each_of_them)
