/* SPDX-License-Identifier: Apache-2.0
 *
 * Write-sync on PostgreSQL does to each write what it does in memory.
 */
#include "config.h"

#include "engine/memory/memory.h"
#include "engine/postgres/postgres.h"
#include "engine/postgres/sql_text.h"
#include "engine/sql/action_plan.h"
#include "fixture.h"
#include "postgres_testing.h"

#define ONE_TABLE(columns, rows, change)                                            \
  "table:\n"                                                                        \
  "  name: t\n"                                                                     \
  "  columns:\n"                                                                    \
  "    - { name: id, type: INTEGER, primary_key: true }\n" columns "  rows: [" rows \
  "]\n"                                                                             \
  "change:\n" change

typedef struct
{
  const char *name;
  const char *yaml;
  /* Compared once all rows are filled: which of the rows that are not filled yet a write
   * fills besides its own column is not said. */
  gboolean is_filled;
  /* Two mirrors that no statement writes both of: which one wins is not said. */
  const char *apart[2];
} Shape;

#define REQUIRED "    - { name: a, type: TEXT, nullable: false }\n"
#define NULLABLE "    - { name: a, type: TEXT }\n"
#define RENAME "  rename_column: { from: a, to: b }\n"
#define ROWS "{ id: 1, a: alice }, { id: 2, a: ALICE }, { id: 3, a: ' ' }"

#define MERGE                                            \
  "  merge_columns:\n"                                   \
  "    columns: [a, b]\n"                                \
  "    into: { name: c, type: TEXT, nullable: false }\n" \
  "    transform: { template: '{a}/{b}' }\n"             \
  "    backward: { a: { split: '/', part: 1 }, b: { split: '/', part: rest } }\n"

#define SPLIT                                                                            \
  "  split_column:\n"                                                                    \
  "    column: a\n"                                                                      \
  "    into:\n"                                                                          \
  "      - { column: { name: b, type: TEXT }, transform: { split: ' ', part: 1 } }\n"    \
  "      - { column: { name: c, type: TEXT }, transform: { split: ' ', part: rest } }\n" \
  "    backward: { join: ' ' }\n"

#define TWO_TABLES(from)                                                                               \
  "tables:\n"                                                                                          \
  "  - name: users\n"                                                                                  \
  "    columns:\n"                                                                                     \
  "      - { name: id, type: INTEGER, primary_key: true }\n"                                           \
  "      - { name: tag, type: TEXT }\n"                                                                \
  "    rows: [ { id: 1, tag: alice }, { id: 2, tag: '12' }, { id: 3 } ]\n"                             \
  "  - name: memo\n"                                                                                   \
  "    columns:\n"                                                                                     \
  "      - { name: id, type: INTEGER, primary_key: true }\n"                                           \
  "      - { name: tag, type: TEXT }\n"                                                                \
  "      - { name: n, type: INTEGER }\n"                                                               \
  "    rows: [ { id: 1, tag: alice, n: 5 }, { id: 2, tag: alice }, { id: 4, n: 9 } ]\n"                \
  "change:\n"                                                                                          \
  "  table: users\n"                                                                                   \
  "  add_column: { column: { name: x, type: BIGINT }, from: { table: memo, match: { tag: tag }, " from \
  " } }\n"

static const Shape SHAPES[] = {
  { "rename", ONE_TABLE (REQUIRED, ROWS, RENAME) },
  { "rename of what may be null", ONE_TABLE (NULLABLE, ROWS, RENAME) },
  { "rename, text key", "table:\n"
                        "  name: t\n"
                        "  columns:\n"
                        "    - { name: id, type: TEXT, primary_key: true }\n"
                        "    - { name: a, type: TEXT, nullable: false }\n"
                        "  rows: [ { id: K1, a: x }, { id: k2, a: y } ]\n"
                        "change:\n" RENAME },
  { "split_column", ONE_TABLE (REQUIRED, ROWS, SPLIT) },
  { "merge_columns",
    ONE_TABLE (REQUIRED "    - { name: b, type: TEXT, nullable: false }\n",
               "{ id: 1, a: '030', b: '12' }", MERGE) },
  { "text becomes a number",
    ONE_TABLE (NULLABLE, "{ id: 1, a: '12' }",
               "  alter_column: { column: a, type: INTEGER }\n") },
  { "number becomes text",
    ONE_TABLE ("    - { name: a, type: INTEGER, nullable: false }\n", "{ id: 1, a: 12 }",
               "  alter_column: { column: a, type: TEXT }\n") },
  { "lower case, both ways",
    ONE_TABLE (
        NULLABLE, ROWS,
        "  add_column: { column: { name: b, type: TEXT }, from: a, transform: upper, "
        "sync: both, backward: lower }\n") },
  { "forward only",
    ONE_TABLE (
        NULLABLE, ROWS,
        "  add_column: { column: { name: b, type: TEXT }, from: a, transform: upper, "
        "sync: forward }\n") },
  { "dropped column that an insert leaves out",
    ONE_TABLE (REQUIRED, ROWS,
               "  drop_column: { column: a, backward: { template: 'row {id}' } }\n") },
  { "mirror of a mirror", ONE_TABLE (REQUIRED, ROWS,
                                     "  - rename_column: { from: a, to: b }\n"
                                     "  - rename_column: { from: b, to: c }\n") },
  { "mirror of a mirror that changes",
    ONE_TABLE (NULLABLE, "{ id: 1, a: '12' }",
               "  - rename_column: { from: a, to: b }\n"
               "  - alter_column: { column: b, type: INTEGER }\n") },
  { "two mirrors of one column",
    ONE_TABLE (
        NULLABLE, ROWS,
        "  - add_column: { column: { name: b, type: TEXT }, from: a, sync: both }\n"
        "  - add_column: { column: { name: c, type: TEXT }, from: a, sync: both }\n"),
    .is_filled = TRUE, .apart = { "b", "c" } },
  { "lookup by key",
    "tables:\n"
    "  - name: users\n"
    "    columns:\n"
    "      - { name: id, type: INTEGER, primary_key: true }\n"
    "      - { name: memo_id, type: INTEGER }\n"
    "    rows: [ { id: 1, memo_id: 1 }, { id: 2, memo_id: 7 }, { id: 3 } ]\n"
    "  - name: memo\n"
    "    columns:\n"
    "      - { name: id, type: INTEGER, primary_key: true }\n"
    "      - { name: n, type: TEXT }\n"
    "    rows: [ { id: 1, n: a }, { id: 2 } ]\n"
    "change:\n"
    "  table: users\n"
    "  add_column: { column: { name: x, type: TEXT }, from: { table: memo, match: { id: "
    "memo_id }, column: n, missing: null } }\n" },
  { "count", TWO_TABLES ("aggregate: count") },
  { "sum", TWO_TABLES ("column: n, aggregate: sum, missing: null") },
  { "min", TWO_TABLES ("column: n, aggregate: min, missing: null") },
  { "max", TWO_TABLES ("column: n, aggregate: max, missing: null") },
  { "split_table",
    "table:\n"
    "  name: users\n"
    "  columns:\n"
    "    - { name: id, type: INTEGER, primary_key: true }\n"
    "    - { name: name, type: TEXT }\n"
    "    - { name: bio, type: TEXT }\n"
    "    - { name: age, type: INTEGER }\n"
    "  rows: [ { id: 1, name: ada, bio: math, age: 36 }, { id: 2, name: bob } ]\n"
    "change: { split_table: { to: profiles, columns: [bio, age], key: [id] } }\n",
    .is_filled = TRUE },
};

#define N_WRITES 250
#define MAX_COLUMNS 8

typedef struct
{
  Fixture *fixture;
  PGconn *db; /* an application's: it has nothing of zdm's */
  GRand *rand;
  Arena *arena;
  GString *log;
} Pair;

typedef enum
{
  INSERT_ONE,
  INSERT_TWO,
  UPDATE_ONE,
  UPDATE_ALL,
  DELETE_ONE,
  N_KINDS,
} Kind;

/* The key is column 0. */
typedef struct
{
  Kind kind;
  const Table *table;
  Value key;
  guint n;
  const char *names[MAX_COLUMNS];
  const Column *columns[MAX_COLUMNS];
  Value values[MAX_COLUMNS];
} Statement;

/* Both sides --------------------------------------------------------------------- */

static void
do_action (SqlConnection *connection, const Action *action)
{
  g_autoptr (GError) error = NULL;
  FillProgress progress = { 0 };

  if (action->kind != ACTION_FILL)
    engine_postgres.perform (connection, action, NULL, &error);
  while (action->kind == ACTION_FILL && !progress.done && error == NULL)
    engine_postgres.fill (connection, action, 2, &progress, &error);
  g_free (progress.position);
  ck_assert_msg (error == NULL, "%s\n%s", error != NULL ? error->message : "",
                 action->sql);
}

static void
do_steps (SqlConnection *connection, const Fixture *fixture)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ActionPlan) plan = action_plan_new (&engine_postgres, fixture->migration,
                                                 fixture->plan, diagnostics);

  ck_assert_ptr_nonnull (plan);
  for (guint i = 0; i < fixture->start->tables->len; i++)
    engine_postgres.seed (connection, fixture->start->tables->pdata[i], &error);
  ck_assert_ptr_null (error);
  for (guint i = 0; i < fixture->n_done; i++)
    {
      const ActionStep *step = action_plan_step (plan, i + 1);
      for (guint j = 0; j < step->actions->len; j++)
        do_action (connection, step->actions->pdata[j]);
    }
}

static void
pair_init (Pair *pair, const Shape *shape, MigrationPhase phase)
{
  g_autoptr (GError) error = NULL;

  *pair = (Pair){ .fixture = fixture_new (shape->yaml),
                  .db = postgres_open (),
                  .rand = g_rand_new_with_seed (1),
                  .arena = arena_new (),
                  .log = g_string_new (NULL) };
  postgres_run (pair->db, "SET client_min_messages = warning; DROP SCHEMA IF EXISTS "
                          "public, zdm CASCADE; CREATE SCHEMA public; CREATE SCHEMA zdm");
  fixture_apply_until (pair->fixture, phase);
  SqlConnection *connection
      = engine_postgres.open (g_getenv ("ZDM_TEST_POSTGRES"), SQL_READ_WRITE, &error);
  ck_assert_ptr_null (error);
  do_steps (connection, pair->fixture);
  engine_postgres.close (connection);
}

static void
pair_clear (Pair *pair)
{
  PQfinish (pair->db);
  fixture_free (pair->fixture);
  g_rand_free (pair->rand);
  arena_free (pair->arena);
  g_string_free (pair->log, TRUE);
}

/* In memory ---------------------------------------------------------------------- */

static gboolean
find (EngineSession *session, const Statement *statement, gint64 *row_id)
{
  const Table *table = database_find (memory_database (session), statement->table->name);

  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      Value cell = table_cell (table, row, 0);
      *row_id = table_row_id (table, row);
      if (value_equal (&cell, &statement->key))
        return TRUE;
    }
  return FALSE;
}

static gboolean
insert (EngineSession *session, const Statement *statement, const Value *key)
{
  const char *names[MAX_COLUMNS + 2] = { table_column (statement->table, 0)->name };
  Value values[MAX_COLUMNS + 1] = { *key };

  for (guint i = 0; i < statement->n; i++)
    {
      names[i + 1] = statement->names[i];
      values[i + 1] = statement->values[i];
    }
  return memory_insert (session, statement->table->name, names, values, NULL, NULL);
}

static Value
next_key (const Statement *statement, Arena *arena)
{
  return statement->key.kind == VALUE_INTEGER
             ? value_integer (statement->key.integer + 100)
             : value_string (arena_printf (arena, "%.*s+",
                                           (int) statement->key.text.length,
                                           statement->key.text.bytes));
}

static gboolean
update_all (EngineSession *session, const Statement *statement)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  const Table *table = database_find (memory_database (session), statement->table->name);
  gboolean fine = TRUE;

  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      gint64 id = table_row_id (table, row);
      g_array_append_val (ids, id);
    }
  for (guint i = 0; fine && i < ids->len; i++)
    fine = memory_update (session, statement->table->name, g_array_index (ids, gint64, i),
                          statement->names, statement->values, NULL);
  return fine;
}

static gboolean
do_in_memory (EngineSession *session, const Statement *statement, Arena *arena)
{
  const char *table = statement->table->name;
  const Value other = next_key (statement, arena);
  gint64 id;

  switch (statement->kind)
    {
    case INSERT_ONE:
      return insert (session, statement, &statement->key);
    case INSERT_TWO:
      return insert (session, statement, &statement->key)
             && insert (session, statement, &other);
    case UPDATE_ALL:
      return update_all (session, statement);
    case UPDATE_ONE:
      return !find (session, statement, &id)
             || memory_update (session, table, id, statement->names, statement->values,
                               NULL);
    default:
      return !find (session, statement, &id) || memory_delete (session, table, id, NULL);
    }
}

static gboolean
write_in_memory (Pair *pair, const Statement *statement)
{
  EngineSession *session = memory_fork (pair->fixture->session);
  gboolean done = do_in_memory (session, statement, pair->arena);
  EngineSession *loser = done ? pair->fixture->session : session;

  if (done)
    pair->fixture->session = session;
  engine_close (loser);
  return done;
}

/* As SQL ---------------------------------------------------------------------- */

static void
append_row (const Statement *statement, const Value *key, GString *sql)
{
  g_string_append_c (sql, '(');
  postgres_append_literal (sql, &table_column (statement->table, 0)->type, key);
  for (guint i = 0; i < statement->n; i++)
    {
      g_string_append (sql, ", ");
      postgres_append_literal (sql, &statement->columns[i]->type, &statement->values[i]);
    }
  g_string_append_c (sql, ')');
}

static void
append_insert (Pair *pair, const Statement *statement, GString *sql)
{
  const Value other = next_key (statement, pair->arena);

  g_string_append (sql, "INSERT INTO ");
  postgres_append_identifier (sql, statement->table->name);
  g_string_append (sql, " (");
  postgres_append_identifier (sql, table_column (statement->table, 0)->name);
  for (guint i = 0; i < statement->n; i++)
    {
      g_string_append (sql, ", ");
      postgres_append_identifier (sql, statement->names[i]);
    }
  g_string_append (sql, ") VALUES ");
  append_row (statement, &statement->key, sql);
  if (statement->kind != INSERT_TWO)
    return;
  g_string_append (sql, ", ");
  append_row (statement, &other, sql);
}

static void
append_update (const Statement *statement, GString *sql)
{
  g_string_append (sql, "UPDATE ");
  postgres_append_identifier (sql, statement->table->name);
  for (guint i = 0; i < statement->n; i++)
    {
      g_string_append (sql, i > 0 ? ", " : " SET ");
      postgres_append_identifier (sql, statement->names[i]);
      g_string_append (sql, " = ");
      postgres_append_literal (sql, &statement->columns[i]->type, &statement->values[i]);
    }
}

static void
append_where (const Statement *statement, GString *sql)
{
  const Column *key = table_column (statement->table, 0);

  g_string_append (sql, " WHERE ");
  postgres_append_identifier (sql, key->name);
  g_string_append (sql, " = ");
  postgres_append_literal (sql, &key->type, &statement->key);
}

static char *
to_sql (Pair *pair, const Statement *statement)
{
  GString *sql = g_string_new (NULL);

  if (statement->kind == INSERT_ONE || statement->kind == INSERT_TWO)
    append_insert (pair, statement, sql);
  else if (statement->kind == DELETE_ONE)
    {
      g_string_append (sql, "DELETE FROM ");
      postgres_append_identifier (sql, statement->table->name);
    }
  else
    append_update (statement, sql);
  if (statement->kind == UPDATE_ONE || statement->kind == DELETE_ONE)
    append_where (statement, sql);
  return g_string_free (sql, FALSE);
}

/* Comparing ------------------------------------------------------------------- */

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

static char *
sorted_rows (const Table *table)
{
  g_autofree char *text = rows_to_string (table);
  g_auto (GStrv) rows = g_strsplit (text, "; ", -1);

  qsort (rows, g_strv_length (rows), sizeof *rows, compare_strings);
  return g_strjoinv ("; ", rows);
}

static void
assert_same (Pair *pair, SqlConnection *connection)
{
  const Database *memory = memory_database (pair->fixture->session);
  g_autoptr (GError) error = NULL;
  g_autoptr (Database) live
      = engine_postgres.read (connection, memory, G_MAXSIZE, &error);

  ck_assert_msg (live != NULL, "%s\n%s", error != NULL ? error->message : "",
                 pair->log->str);
  for (guint i = 0; i < memory->tables->len; i++)
    {
      g_autofree char *wanted = sorted_rows (memory->tables->pdata[i]);
      g_autofree char *actual = sorted_rows (live->tables->pdata[i]);
      g_autofree char *columns = columns_to_string (memory->tables->pdata[i]);
      ck_assert_msg (g_str_equal (wanted, actual), "%s\n(%s)\nmemory:   %s\npostgres: %s",
                     pair->log->str, columns, wanted, actual);
    }
}

/* Random statements ----------------------------------------------------------- */

static Value
random_value (const Column *column, GRand *rand)
{
  static const char *const TEXTS[]
      = { "alice", "Alice",  "ALICE",    "ada lovelace", " ",        "",   "12", "7x",
          "-3",    "030/12", "alan m t", "a/b/c",        "\303\251", " 5", "007" };
  static const int NUMBERS[] = { 0, 1, 2, -3, 12, 2147483647, 7 };

  if (g_rand_int_range (rand, 0, 5) == 0)
    return VALUE_NULL_INIT;
  if (type_value_kind (column->type.base) == VALUE_INTEGER)
    return value_integer (
        NUMBERS[g_rand_int_range (rand, 0, (int) G_N_ELEMENTS (NUMBERS))]);
  return value_string (TEXTS[g_rand_int_range (rand, 0, (int) G_N_ELEMENTS (TEXTS))]);
}

static Value
random_key (Pair *pair, const Table *table)
{
  int number = g_rand_int_range (pair->rand, 1, 9);

  return type_value_kind (table_column (table, 0)->type.base) == VALUE_TEXT
             ? value_string (arena_printf (pair->arena, "k%d", number))
             : value_integer (number);
}

static void
add_column (Statement *statement, guint column, Value value)
{
  statement->columns[statement->n] = table_column (statement->table, column);
  statement->names[statement->n] = statement->columns[statement->n]->name;
  statement->values[statement->n++] = value;
}

static Statement
random_statement (Pair *pair)
{
  const Database *database = memory_database (pair->fixture->session);
  guint n = database->tables->len;
  const Table *table = database->tables->pdata[g_rand_int_range (pair->rand, 0, (int) n)];
  Statement statement = { .kind = (Kind) g_rand_int_range (pair->rand, 0, N_KINDS),
                          .table = table,
                          .key = random_key (pair, table) };

  if (statement.kind == UPDATE_ONE && g_rand_int_range (pair->rand, 0, 6) == 0)
    add_column (&statement, 0, random_key (pair, table));
  for (guint i = 1; i < table_n_columns (table); i++)
    if (g_rand_boolean (pair->rand))
      add_column (&statement, i, random_value (table_column (table, i), pair->rand));
  if (statement.n == 0 && statement.kind > INSERT_TWO)
    statement.kind = DELETE_ONE;
  return statement;
}

static gboolean
is_undecided (const Shape *shape, const Statement *statement)
{
  return shape->apart[0] != NULL && name_list_contains (statement->names, shape->apart[0])
         && name_list_contains (statement->names, shape->apart[1]);
}

static void
write_both (Pair *pair, SqlConnection *connection, const Statement *statement)
{
  const char *name = statement->table->name;
  g_autofree char *sql = to_sql (pair, statement);
  g_autofree char *before
      = sorted_rows (database_find (memory_database (pair->fixture->session), name));
  PGresult *result = PQexec (pair->db, sql);
  gboolean taken = PQresultStatus (result) == PGRES_COMMAND_OK;

  g_string_printf (pair->log, "-- before: %s\n%s;\n-- %s", before, sql,
                   taken ? "taken" : PQresultErrorMessage (result));
  PQclear (result);
  gboolean wanted = write_in_memory (pair, statement);
  ck_assert_msg (taken == wanted, "memory %s\n%s", wanted ? "takes it" : "refuses it",
                 pair->log->str);
  assert_same (pair, connection);
}

static void
write_at_random (const Shape *shape, MigrationPhase phase)
{
  g_autoptr (GError) error = NULL;
  Pair pair;

  pair_init (&pair, shape, phase);
  SqlConnection *connection
      = engine_postgres.open (g_getenv ("ZDM_TEST_POSTGRES"), SQL_READ_ONLY, &error);
  ck_assert_ptr_null (error);
  assert_same (&pair, connection);
  for (guint i = 0; i < N_WRITES; i++)
    {
      Statement statement = random_statement (&pair);
      if (!is_undecided (shape, &statement))
        write_both (&pair, connection, &statement);
    }
  engine_postgres.close (connection);
  pair_clear (&pair);
}

TEST (write__does_what_it_does_in_memory_once_expanded)
{
  if (!SHAPES[_i].is_filled)
    write_at_random (&SHAPES[_i], MIGRATION_PHASE_EXPANDING);
}

TEST (write__does_what_it_does_in_memory_once_migrated)
{
  write_at_random (&SHAPES[_i], MIGRATION_PHASE_MIGRATING);
}

static void
fill (Suite *suite)
{
  TCase *all = tcase_create ("trigger");

  tcase_set_timeout (all, 120);
  tcase_add_loop_test (all, write__does_what_it_does_in_memory_once_expanded, 0,
                       G_N_ELEMENTS (SHAPES));
  tcase_add_loop_test (all, write__does_what_it_does_in_memory_once_migrated, 0,
                       G_N_ELEMENTS (SHAPES));
  suite_add_tcase (suite, all);
}

int
main (void)
{
  return postgres_testing_main ("engine/postgres/trigger", fill);
}
