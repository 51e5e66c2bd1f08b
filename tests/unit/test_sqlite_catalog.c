/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "engine/sqlite/catalog.h"
#include "fixture.h"
#include "model/error.h"
#include "testing.h"

static sqlite3 *
open_with (const char *sql)
{
  sqlite3 *database = NULL;
  char *problem = NULL;

  ck_assert_int_eq (sqlite3_open (":memory:", &database), SQLITE_OK);
  sqlite3_exec (database, sql, NULL, NULL, &problem);
  ck_assert_msg (problem == NULL, "%s: %s", sql, problem);
  return database;
}

static const SqliteTable *
read_table (sqlite3 *database, const char *name, Arena *arena)
{
  g_autoptr (GError) error = NULL;
  const SqliteTable *table;

  ck_assert_msg (sqlite_read_table (database, name, arena, &table, &error), "%s",
                 error != NULL ? error->message : "no error");
  return table;
}

#define FULL                                                                              \
  "CREATE TABLE p (x INTEGER PRIMARY KEY, y TEXT, z, UNIQUE (z, y));"                     \
  "CREATE TABLE \"The T\" (id INTEGER PRIMARY KEY AUTOINCREMENT, a VARCHAR(20) NOT NULL " \
  "DEFAULT 'x' COLLATE NOCASE, b DECIMAL(10,2) UNIQUE, rowid, g AS (b + 1) STORED,"       \
  " CONSTRAINT Positive CHECK (b > 0), CHECK (a <> 'q'),"                                 \
  " FOREIGN KEY (b, a) REFERENCES p (z, y) ON DELETE CASCADE ON UPDATE SET NULL,"         \
  " FOREIGN KEY (rowid) REFERENCES p);"                                                   \
  "CREATE UNIQUE INDEX i ON \"The T\" (a DESC, b + 1, rowid) WHERE b > 5;"                \
  "CREATE TRIGGER tr AFTER INSERT ON \"the t\" BEGIN SELECT 1; END;"                      \
  "CREATE TABLE w (k TEXT, l INT, PRIMARY KEY (l, k)) WITHOUT ROWID, STRICT;"             \
  "CREATE VIEW v AS SELECT * FROM w;"                                                     \
  "CREATE TABLE o (rowid, oid, _rowid_)"

TEST (catalog__lists_what_applications_made)
{
  g_autoptr (Arena) arena = arena_new ();
  sqlite3 *database = open_with (FULL);
  g_autoptr (GPtrArray) tables = sqlite_list_tables (database, arena, NULL);
  g_autoptr (GPtrArray) views = sqlite_list_views (database, arena, NULL);

  ck_assert_uint_eq (tables->len, 4);
  ck_assert_str_eq (tables->pdata[0], "The T");
  ck_assert_str_eq (tables->pdata[1], "o");
  ck_assert_uint_eq (views->len, 1);
  ck_assert_str_eq (views->pdata[0], "v");
  sqlite3_close (database);
}

TEST (catalog__reads_columns)
{
  g_autoptr (Arena) arena = arena_new ();
  sqlite3 *database = open_with (FULL);
  const SqliteTable *table = read_table (database, "THE t", arena);
  const SqliteColumn *a = sqlite_table_find_column (table, "A");

  ck_assert_str_eq (table->name, "The T");
  ck_assert (g_str_has_prefix (table->sql, "CREATE TABLE \"The T\" (id INTEGER"));
  ck_assert_uint_eq (table->n_columns, 5);
  ck_assert_str_eq (a->type, "VARCHAR(20)");
  ck_assert_int_eq (a->affinity, SQLITE_AFFINITY_TEXT);
  ck_assert (a->not_null);
  ck_assert_str_eq (a->default_text, "'x'");
  ck_assert_uint_eq (a->key_position, 0);
  ck_assert_int_eq (a->kind, SQLITE_COLUMN_PLAIN);
  ck_assert_int_eq (table->columns[2].affinity, SQLITE_AFFINITY_NUMERIC);
  ck_assert_int_eq (table->columns[3].affinity, SQLITE_AFFINITY_BLOB);
  ck_assert_ptr_null (table->columns[3].default_text);
  ck_assert_int_eq (table->columns[4].kind, SQLITE_COLUMN_STORED);
  ck_assert_uint_eq (table->columns[0].key_position, 1);
  ck_assert_str_eq (table->rowid_column, "id");
  ck_assert_str_eq (table->rowid_alias, "_rowid_");
  ck_assert (table->autoincrement && !table->without_rowid && !table->strict);
  ck_assert_uint_eq (table->n_checks, 2);
  ck_assert_str_eq (table->checks[0].name, "Positive");
  ck_assert_ptr_null (table->checks[1].name);
  ck_assert_str_eq (table->checks[1].expression, "a <> 'q'");
  sqlite3_close (database);
}

TEST (catalog__knows_tables_without_a_rowid)
{
  g_autoptr (Arena) arena = arena_new ();
  sqlite3 *database = open_with (FULL);
  const SqliteTable *w = read_table (database, "w", arena);
  const SqliteTable *o = read_table (database, "o", arena);

  ck_assert (w->without_rowid && w->strict && !w->autoincrement);
  ck_assert_ptr_null (w->rowid_alias);
  ck_assert_ptr_null (w->rowid_column);
  ck_assert_uint_eq (w->columns[0].key_position, 2);
  ck_assert_uint_eq (w->columns[1].key_position, 1);
  ck_assert (!o->without_rowid);
  ck_assert_ptr_null (o->rowid_alias);
  ck_assert_ptr_null (read_table (database, "v", arena));
  ck_assert_ptr_null (read_table (database, "nothing", arena));
  sqlite3_close (database);
}

TEST (catalog__reads_indexes_keys_and_triggers)
{
  g_autoptr (Arena) arena = arena_new ();
  sqlite3 *database = open_with (FULL);
  const SqliteTable *table = read_table (database, "The T", arena);
  const SqliteIndex *index = sqlite_table_find_index (table, "I");
  const SqliteForeignKey *keys = table->foreign_keys;

  ck_assert_uint_eq (table->n_indexes, 2);
  ck_assert_int_eq (table->indexes[0].origin, SQLITE_INDEX_UNIQUE);
  ck_assert_ptr_null (table->indexes[0].sql);
  ck_assert_int_eq (index->origin, SQLITE_INDEX_CREATED);
  ck_assert (index->unique && index->partial);
  ck_assert (g_str_has_prefix (index->sql, "CREATE UNIQUE INDEX i"));
  ck_assert_uint_eq (index->n_parts, 3);
  ck_assert_str_eq (index->parts[0].column, "a");
  ck_assert (index->parts[0].descending && !index->parts[1].descending);
  ck_assert_str_eq (index->parts[0].collation, "NOCASE");
  ck_assert_ptr_null (index->parts[1].column);
  ck_assert_uint_eq (table->n_foreign_keys, 2);
  ck_assert_str_eq (keys[0].table, "p");
  ck_assert_str_eq (keys[0].columns[0], "b");
  ck_assert_str_eq (keys[0].columns[1], "a");
  ck_assert_ptr_null (keys[0].columns[2]);
  ck_assert_str_eq (keys[0].references_columns[1], "y");
  ck_assert_int_eq (keys[0].on_delete, REFERENCE_CASCADE);
  ck_assert_int_eq (keys[0].on_update, REFERENCE_SET_NULL);
  ck_assert_ptr_null (keys[1].references_columns);
  ck_assert_int_eq (keys[1].on_delete, REFERENCE_NO_ACTION);
  ck_assert_uint_eq (table->n_triggers, 1);
  ck_assert_str_eq (table->triggers[0].name, "tr");
  sqlite3_close (database);
}

TEST (catalog__reads_the_main_database_alone)
{
  g_autoptr (Arena) arena = arena_new ();
  sqlite3 *database
      = open_with ("CREATE TABLE t (a INT); CREATE TEMP TABLE t (b TEXT, c TEXT)");
  const SqliteTable *table = read_table (database, "t", arena);

  ck_assert_uint_eq (table->n_columns, 1);
  ck_assert_str_eq (table->columns[0].name, "a");
  sqlite3_close (database);
}

/* Comparison ------------------------------------------------------------------ */

/* The differences of a live table `t` from the declared one, each on a line. */
static char *
differences_of (const char *live, const char *yaml, gboolean exact)
{
  g_autofree char *whole
      = g_strconcat ("table:\n  name: t\n", yaml, "\nsteps: []\n", NULL);
  g_autoptr (Fixture) fixture = fixture_new (whole);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) differences = g_ptr_array_new_with_free_func (g_free);
  sqlite3 *database = open_with (live);
  const Database *shape = fixture->migration->tables;

  sqlite_compare_table (read_table (database, "t", arena), database_find (shape, "t"),
                        shape, exact, differences);
  sqlite3_close (database);
  g_ptr_array_add (differences, NULL);
  return g_strjoinv ("\n", (char **) differences->pdata);
}

static const struct
{
  const char *live, *yaml;
  gboolean exact;
  const char *said; /* NULL: no difference */
} COMPARISONS[] = {
#define COLUMNS(columns) \
  "  columns: [ { name: id, type: INTEGER, primary_key: true }, " columns " ]\n"
#define LIVE(rest) "CREATE TABLE t (ID INTEGER PRIMARY KEY, other NOT NULL, " rest
#define A_TEXT COLUMNS ("{ name: a, type: TEXT }")
  { LIVE ("A TEXT)"), A_TEXT, TRUE, NULL },
  { LIVE ("b TEXT)"), A_TEXT, FALSE, "table 't': column 'a' is missing" },
  { LIVE ("a INT)"), A_TEXT, FALSE, "column 'a' is INT (INTEGER affinity)" },
  { LIVE ("a)"), A_TEXT, FALSE, NULL },
  { LIVE ("a REAL)"), COLUMNS ("{ name: a, type: DOUBLE }"), FALSE, NULL },
  { LIVE ("a TEXT)"), COLUMNS ("{ name: a, type: DOUBLE }"), FALSE,
    "does not hold DOUBLE" },
  { LIVE ("a BOOLEAN)"), COLUMNS ("{ name: a, type: BOOLEAN }"), FALSE, NULL },
  { LIVE ("a TEXT)"), COLUMNS ("{ name: a, type: BIGINT }"), FALSE,
    "does not hold BIGINT" },
  { LIVE ("a DATETIME)"), COLUMNS ("{ name: a, type: TIMESTAMP }"), FALSE, NULL },
  { LIVE ("a DECIMAL(9,2))"), COLUMNS ("{ name: a, type: 'DECIMAL(9,2)' }"), FALSE,
    NULL },
  { LIVE ("a REAL)"), COLUMNS ("{ name: a, type: DECIMAL }"), FALSE, "hold DECIMAL" },
  { LIVE ("a TEXT)"), COLUMNS ("{ name: a, type: BLOB }"), FALSE, "does not hold BLOB" },
  { LIVE ("a TEXT NOT NULL)"), A_TEXT, FALSE, NULL },
  { LIVE ("a TEXT NOT NULL)"), A_TEXT, TRUE,
    "column 'a' is NOT NULL, declared is nullable" },
  { LIVE ("a TEXT)"), COLUMNS ("{ name: a, type: TEXT, nullable: false }"), TRUE,
    "column 'a' is nullable, declared is NOT NULL" },
  { "CREATE TABLE t (id TEXT PRIMARY KEY)",
    "  columns: [ { name: id, type: TEXT, primary_key: true } ]\n", TRUE, NULL },
  { "CREATE TABLE t (id INT UNIQUE)",
    "  columns: [ { name: id, type: INTEGER, primary_key: true } ]\n", FALSE,
    "the primary key is not (id)" },
  { LIVE ("a TEXT DEFAULT 'x')"), COLUMNS ("{ name: a, type: TEXT, default: x }"), FALSE,
    NULL },
  { LIVE ("a TEXT DEFAULT 'y')"), COLUMNS ("{ name: a, type: TEXT, default: x }"), FALSE,
    "default of column 'a' is 'y', declared is 'x'" },
  { LIVE ("a TEXT)"), COLUMNS ("{ name: a, type: TEXT, default: x }"), FALSE,
    "default of column 'a' is not there" },
  { LIVE ("a TEXT DEFAULT 'y')"), A_TEXT, TRUE, NULL },
  { LIVE ("a INT DEFAULT + 5)"), COLUMNS ("{ name: a, type: BIGINT, default: 5 }"), FALSE,
    NULL },
  { LIVE ("a INT DEFAULT '5')"), COLUMNS ("{ name: a, type: BIGINT, default: 5 }"), FALSE,
    NULL },
  { LIVE ("a INT DEFAULT 6)"), COLUMNS ("{ name: a, type: BIGINT, default: 5 }"), FALSE,
    "is 6, declared is 5" },
  { LIVE ("a BOOL DEFAULT true)"), COLUMNS ("{ name: a, type: BOOLEAN, default: true }"),
    FALSE, NULL },
  { LIVE ("a BOOL DEFAULT 0)"), COLUMNS ("{ name: a, type: BOOLEAN, default: true }"),
    FALSE, "is 0, declared is 1" },
  { LIVE ("a DEC DEFAULT 1.5)"),
    COLUMNS ("{ name: a, type: 'DECIMAL(9,2)', default: 1.5 }"), FALSE, NULL },
#define UNIQUE COLUMNS ("{ name: a, type: TEXT, unique: true }")
  { LIVE ("a TEXT UNIQUE)"), UNIQUE, FALSE, NULL },
  { LIVE ("a TEXT); CREATE UNIQUE INDEX x ON t (a)"), UNIQUE, FALSE, NULL },
  { LIVE ("a TEXT)"), UNIQUE, FALSE, "nothing keeps (a) unique" },
  { LIVE ("a TEXT); CREATE INDEX x ON t (a)"), UNIQUE, FALSE,
    "nothing keeps (a) unique" },
  { LIVE ("a TEXT); CREATE UNIQUE INDEX x ON t (a, other)"), UNIQUE, FALSE,
    "nothing keeps" },
  { LIVE ("a TEXT); CREATE UNIQUE INDEX x ON t (a) WHERE a > 1"), UNIQUE, FALSE,
    "nothing keeps (a) unique" },
  { "CREATE TABLE t (id INTEGER PRIMARY KEY)",
    "  columns: [ { name: id, type: INTEGER, unique: true } ]\n", FALSE, NULL },
#define CHECKED \
  A_TEXT "  constraints: [ { name: c, check: { column: a, not_empty: true } } ]\n"
#define UNNAMED A_TEXT "  constraints: [ { check: { column: a, not_empty: true } } ]\n"
  { LIVE ("a TEXT CONSTRAINT C CHECK (length(a)))"), CHECKED, FALSE, NULL },
  { LIVE ("a TEXT CHECK (length(a)))"), CHECKED, FALSE, "check 'c' is missing" },
  { LIVE ("a TEXT CHECK (length(a)))"), UNNAMED, FALSE, NULL },
  { LIVE ("a TEXT CHECK (length(other)))"), UNNAMED, FALSE, "is missing" },
#define INDEXED \
  A_TEXT "  indexes: [ { name: i, columns: [ { column: a, order: desc } ] } ]\n"
  { LIVE ("a TEXT); CREATE INDEX I ON t (a DESC)"), INDEXED, FALSE, NULL },
  { LIVE ("a TEXT)"), INDEXED, FALSE, "index 'i' is missing" },
  { LIVE ("a TEXT); CREATE INDEX i ON t (a)"), INDEXED, FALSE, "over other columns" },
  { LIVE ("a TEXT); CREATE INDEX i ON t (a DESC, id)"), INDEXED, FALSE,
    "over other columns" },
  { LIVE ("a TEXT); CREATE UNIQUE INDEX i ON t (a DESC)"), INDEXED, FALSE,
    "'i' is unique" },
  { LIVE ("a TEXT); CREATE INDEX i ON t (a DESC) WHERE a > 1"), INDEXED, FALSE,
    "is partial" },
#define REFERS                                                                          \
  A_TEXT                                                                                \
  "  constraints: [ { name: f, foreign_key: [a], references: { table: u, columns: [k] " \
  "}, on_delete: cascade } ]\n"
  { LIVE ("a TEXT REFERENCES U (K) ON DELETE CASCADE)"), REFERS, FALSE, NULL },
  { LIVE ("a TEXT REFERENCES u (k))"), REFERS, FALSE, "foreign key of (a) to 'u'" },
  { LIVE ("a TEXT REFERENCES u (m) ON DELETE CASCADE)"), REFERS, FALSE,
    "foreign key of (a)" },
  { LIVE ("a TEXT REFERENCES w (k) ON DELETE CASCADE)"), REFERS, FALSE,
    "foreign key of (a)" },
  { LIVE ("a TEXT)"), REFERS, FALSE, "foreign key of (a) to 'u' is missing" },
  { LIVE ("a TEXT, p INT REFERENCES t)"),
    COLUMNS (
        "{ name: p, type: INTEGER }") "  constraints: [ { name: f, foreign_key: [p], references: { table: t, columns: [id] } } ]\n",
    FALSE, NULL },
};

TEST (compare__says_what_is_declared_and_not_so)
{
  for (guint i = 0; i < G_N_ELEMENTS (COMPARISONS); i++)
    {
      const char *said = COMPARISONS[i].said;
      g_autofree char *text = differences_of (COMPARISONS[i].live, COMPARISONS[i].yaml,
                                              COMPARISONS[i].exact);

      if (said == NULL)
        ck_assert_msg (*text == '\0', "%s: %s", COMPARISONS[i].live, text);
      else
        ck_assert_msg (strstr (text, said) != NULL && strchr (text, '\n') == NULL,
                       "%s: %s", COMPARISONS[i].live, text);
    }
}

/* SQLite's own table of examples, https://www.sqlite.org/datatype3.html 3.1.1. */
TEST (affinity__follows_the_five_rules)
{
  static const struct
  {
    const char *type;
    SqliteAffinity affinity;
  } CASES[] = {
    { "INT", SQLITE_AFFINITY_INTEGER },
    { "UNSIGNED BIG INT", SQLITE_AFFINITY_INTEGER },
    { "CHARINT", SQLITE_AFFINITY_INTEGER },
    { "FLOATING POINT", SQLITE_AFFINITY_INTEGER },
    { "character(20)", SQLITE_AFFINITY_TEXT },
    { "CLOB", SQLITE_AFFINITY_TEXT },
    { "Text", SQLITE_AFFINITY_TEXT },
    { "BLOB", SQLITE_AFFINITY_BLOB },
    { "", SQLITE_AFFINITY_BLOB },
    { NULL, SQLITE_AFFINITY_BLOB },
    { "REAL", SQLITE_AFFINITY_REAL },
    { "DOUBLE PRECISION", SQLITE_AFFINITY_REAL },
    { "FLOAT", SQLITE_AFFINITY_REAL },
    { "STRING", SQLITE_AFFINITY_NUMERIC },
    { "DECIMAL(10,5)", SQLITE_AFFINITY_NUMERIC },
    { "BOOLEAN", SQLITE_AFFINITY_NUMERIC },
    { "DATETIME", SQLITE_AFFINITY_NUMERIC },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    ck_assert_msg (sqlite_type_affinity (CASES[i].type) == CASES[i].affinity, "%s",
                   CASES[i].type);
}

TEST_MAIN ("engine/sqlite/catalog", catalog__lists_what_applications_made,
           catalog__reads_columns, catalog__knows_tables_without_a_rowid,
           catalog__reads_indexes_keys_and_triggers,
           catalog__reads_the_main_database_alone,
           compare__says_what_is_declared_and_not_so, affinity__follows_the_five_rules)
