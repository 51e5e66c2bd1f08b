/* SPDX-License-Identifier: Apache-2.0
 *
 * Both sides of a pair.
 */
#include "config.h"

#include "sync_pair.h"

#include "engine/memory/row_sync.h"
#include "engine/sql/action_plan.h"
#include "engine/sqlite/connection.h"
#include "engine/sqlite/fill.h"
#include "engine/sqlite/read.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/sqlite.h"
#include "testing.h"

/* Bringing SQLite to the step ---------------------------------------------------- */

static void
seed (SqlConnection *connection, const Database *start, const char *create)
{
  g_autoptr (GError) error = NULL;
  sqlite3 *db = sqlite_connection_handle (connection);

  if (create != NULL)
    ck_assert_msg (sqlite3_exec (db, create, NULL, NULL, NULL) == SQLITE_OK, "%s: %s",
                   create, sqlite3_errmsg (db));
  for (guint i = 0; i < start->tables->len; i++)
    {
      if (create != NULL)
        fill_table (db, start->tables->pdata[i], &error);
      else
        engine_sqlite.seed (connection, start->tables->pdata[i], &error);
      assert_no_error (error);
    }
}

static void
do_action (SqlConnection *connection, const Action *action, const char *definitions)
{
  g_autoptr (GError) error = NULL;
  FillProgress progress = { 0 };

  if (action->kind != ACTION_FILL)
    engine_sqlite.perform (connection, action, definitions, &error);
  while (action->kind == ACTION_FILL && !progress.done && error == NULL)
    engine_sqlite.fill (connection, action, 2, &progress, &error);
  g_free (progress.position);
  assert_no_error (error);
}

static void
do_steps (SqlConnection *connection, const Fixture *fixture)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (ActionPlan) plan
      = action_plan_new (&engine_sqlite, fixture->migration, fixture->plan, diagnostics);

  ck_assert_ptr_nonnull (plan);
  g_autofree char *definitions
      = engine_sqlite.definitions (connection, plan->start, &error);
  assert_no_error (error);
  engine_sqlite.begin (connection, SQL_FOR_SCHEMA, 0, &error);
  for (guint i = 0; i < fixture->n_done; i++)
    {
      const ActionStep *step = action_plan_step (plan, i + 1);
      for (guint j = 0; j < step->actions->len; j++)
        do_action (connection, step->actions->pdata[j], definitions);
    }
  engine_sqlite.commit (connection, &error);
  assert_no_error (error);
}

static sqlite3 *
application_connection (SqlConnection *connection)
{
  sqlite3 *db = NULL;

  ck_assert_int_eq (sqlite3_open (":memory:", &db), SQLITE_OK);
  sqlite3_backup *backup
      = sqlite3_backup_init (db, "main", sqlite_connection_handle (connection), "main");
  ck_assert_int_eq (sqlite3_backup_step (backup, -1), SQLITE_DONE);
  sqlite3_backup_finish (backup);
  return db;
}

SyncPair *
sync_pair_new (const char *yaml, MigrationPhase phase, const char *create)
{
  g_autoptr (GError) error = NULL;
  SyncPair *pair = g_new0 (SyncPair, 1);
  SqlConnection *connection = sqlite_connection_in_memory (&engine_sqlite, &error);

  assert_no_error (error);
  pair->log = g_string_new (NULL);
  pair->fixture = fixture_new (yaml);
  fixture_apply_until (pair->fixture, phase);
  seed (connection, pair->fixture->start, create);
  do_steps (connection, pair->fixture);
  pair->db = application_connection (connection);
  sqlite_connection_close (connection);
  return pair;
}

void
sync_pair_free (SyncPair *pair)
{
  if (pair == NULL)
    return;
  sqlite3_close (pair->db);
  fixture_free (pair->fixture);
  g_string_free (pair->log, TRUE);
  g_free (pair);
}

void
sync_pair_exec (SyncPair *pair, const char *sql)
{
  ck_assert_msg (sqlite3_exec (pair->db, sql, NULL, NULL, NULL) == SQLITE_OK, "%s: %s",
                 sql, sqlite3_errmsg (pair->db));
}

/* The statement as SQL -------------------------------------------------------- */

static const char *
name_of (const Write *write, guint column, Arena *arena)
{
  return sqlite_identifier (arena, table_column (write->table, column)->name);
}

static const char *
literal (const Write *write, guint column, const Value *value, Arena *arena)
{
  return sqlite_literal (arena, &table_column (write->table, column)->type, value);
}

static void
append_insert (GString *sql, const Write *write, const char *conflict, Arena *arena)
{
  g_string_append_printf (sql, "INSERT %sINTO %s (%s", conflict,
                          sqlite_identifier (arena, write->table->name),
                          name_of (write, 0, arena));
  for (guint i = 0; i < write->n_columns; i++)
    g_string_append_printf (sql, ", %s", name_of (write, write->columns[i], arena));
  g_string_append (sql, ") ");
}

/* @nth: of a statement of several rows, whose keys follow each other */
static Value
nth_key (const Write *write, guint nth)
{
  Value key = write->key;

  if (key.kind == VALUE_INTEGER)
    key.integer += nth;
  return key;
}

static guint
n_rows (const Write *write)
{
  return write->kind == WRITE_MANY && write->key.kind == VALUE_INTEGER ? 3 : 1;
}

static void
append_values (GString *sql, const Write *write, Arena *arena)
{
  for (guint row = 0; row < n_rows (write); row++)
    {
      Value key = nth_key (write, row);
      g_string_append_printf (sql, "%s(%s", row > 0 ? ", " : "VALUES ",
                              literal (write, 0, &key, arena));
      for (guint i = 0; i < write->n_columns; i++)
        g_string_append_printf (
            sql, ", %s", literal (write, write->columns[i], &write->values[i], arena));
      g_string_append (sql, ")");
    }
}

static void
append_upsert (GString *sql, const Write *write, Arena *arena)
{
  g_string_append_printf (sql, " ON CONFLICT (%s) DO ", name_of (write, 0, arena));
  g_string_append (sql, write->n_columns > 0 ? "UPDATE SET " : "NOTHING");
  for (guint i = 0; i < write->n_columns; i++)
    {
      const char *name = name_of (write, write->columns[i], arena);
      g_string_append_printf (sql, "%s%s = excluded.%s", i > 0 ? ", " : "", name, name);
    }
}

static void
append_select (GString *sql, const Write *write, Arena *arena)
{
  g_string_append_printf (sql, "SELECT %s + 100", name_of (write, 0, arena));
  for (guint i = 0; i < write->n_columns; i++)
    g_string_append_printf (sql, ", %s", name_of (write, write->columns[i], arena));
  g_string_append_printf (
      sql, " FROM %s WHERE %s = %s", sqlite_identifier (arena, write->table->name),
      name_of (write, 0, arena), literal (write, 0, &write->key, arena));
}

static void
append_update (GString *sql, const Write *write, const char *conflict, Arena *arena)
{
  g_string_append_printf (sql, "UPDATE %s%s SET ", conflict,
                          sqlite_identifier (arena, write->table->name));
  for (guint i = 0; i < write->n_columns; i++)
    g_string_append_printf (sql, "%s%s = %s", i > 0 ? ", " : "",
                            name_of (write, write->columns[i], arena),
                            literal (write, write->columns[i], &write->values[i], arena));
  if (write->kind != WRITE_UPDATE_ALL)
    g_string_append_printf (sql, " WHERE %s = %s", name_of (write, 0, arena),
                            literal (write, 0, &write->key, arena));
}

static const char *const CONFLICTS[N_WRITE_KINDS] = {
  [WRITE_OR_IGNORE] = "OR IGNORE ",
  [WRITE_OR_REPLACE] = "OR REPLACE ",
  [WRITE_UPDATE_OR_IGNORE] = "OR IGNORE ",
  [WRITE_UPDATE_OR_REPLACE] = "OR REPLACE ",
};

static char *
write_to_sql (const Write *write, Arena *arena)
{
  GString *sql = g_string_new (NULL);
  const char *conflict = CONFLICTS[write->kind] != NULL ? CONFLICTS[write->kind] : "";

  if (write->kind == WRITE_DELETE)
    g_string_append_printf (sql, "DELETE FROM %s WHERE %s = %s",
                            sqlite_identifier (arena, write->table->name),
                            name_of (write, 0, arena),
                            literal (write, 0, &write->key, arena));
  else if (write->kind >= WRITE_UPDATE)
    append_update (sql, write, conflict, arena);
  else
    {
      append_insert (sql, write, conflict, arena);
      if (write->kind == WRITE_SELECT)
        append_select (sql, write, arena);
      else
        append_values (sql, write, arena);
      if (write->kind == WRITE_UPSERT)
        append_upsert (sql, write, arena);
    }
  return g_string_free (sql, FALSE);
}

/* The statement in memory ----------------------------------------------------- */

/* Memory's own words for one statement, on a fork that is thrown away when a part of it
 * is refused. */
typedef struct
{
  EngineSession *session;
  const Write *write;
  Arena *arena;
  GError *error; /* of what it refuses */
} Statement;

static const Table *
live (const Statement *statement)
{
  return database_find (memory_database (statement->session),
                        statement->write->table->name);
}

static gboolean
find (const Statement *statement, const Value *key, gint64 *row_id)
{
  const Table *table = live (statement);

  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      Value cell = table_cell (table, row, 0);
      if (!value_equal (&cell, key))
        continue;
      *row_id = table_row_id (table, row);
      return TRUE;
    }
  return FALSE;
}

static const char **
columns_of (const Statement *statement, gboolean with_key)
{
  const Write *write = statement->write;
  const char **names
      = arena_new_array (statement->arena, const char *, write->n_columns + 2);
  guint n = 0;

  if (with_key)
    names[n++] = table_column (write->table, 0)->name;
  for (guint i = 0; i < write->n_columns; i++)
    names[n++] = table_column (write->table, write->columns[i])->name;
  names[n] = NULL;
  return names;
}

static gboolean
insert (Statement *statement, const Value *key, const Value *values)
{
  const Write *write = statement->write;
  Value row[WRITE_MAX_COLUMNS + 1] = { *key };

  for (guint i = 0; i < write->n_columns; i++)
    row[i + 1] = values[i];
  return memory_insert (statement->session, write->table->name,
                        (const char *const *) columns_of (statement, TRUE), row, NULL,
                        &statement->error);
}

static gboolean
update (Statement *statement, gint64 row_id)
{
  return memory_update (statement->session, statement->write->table->name, row_id,
                        (const char *const *) columns_of (statement, FALSE),
                        statement->write->values, &statement->error);
}

static gboolean
delete_row (Statement *statement, const Value *key)
{
  gint64 row_id;

  return !find (statement, key, &row_id)
         || memory_delete (statement->session, statement->write->table->name, row_id,
                           &statement->error);
}

static gboolean
insert_selected (Statement *statement)
{
  const Write *write = statement->write;
  const Table *table = live (statement);
  Value values[WRITE_MAX_COLUMNS], key = write->key;
  gint64 row_id;

  if (!find (statement, &key, &row_id))
    return TRUE;
  for (gsize row = 0; row < table_n_rows (table); row++)
    for (guint i = 0; table_row_id (table, row) == row_id && i < write->n_columns; i++)
      {
        Value cell = table_cell (table, row, write->columns[i]);
        values[i] = value_copy (statement->arena, &cell);
      }
  key.integer += 100;
  return insert (statement, &key, values);
}

static gboolean
insert_all (Statement *statement)
{
  gboolean fine = TRUE;

  for (guint i = 0; fine && i < n_rows (statement->write); i++)
    {
      Value key = nth_key (statement->write, i);
      fine = insert (statement, &key, statement->write->values);
    }
  return fine;
}

static gboolean
update_all (Statement *statement)
{
  g_autoptr (GArray) ids = g_array_new (FALSE, FALSE, sizeof (gint64));
  const Table *table = live (statement);
  gboolean fine = TRUE;

  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      gint64 id = table_row_id (table, row);
      g_array_append_val (ids, id);
    }
  for (guint i = 0; fine && i < ids->len; i++)
    fine = update (statement, g_array_index (ids, gint64, i));
  return fine;
}

/* The new key, when the update sets it. */
static const Value *
key_set (const Write *write)
{
  for (guint i = 0; i < write->n_columns; i++)
    if (write->columns[i] == 0)
      return &write->values[i];
  return NULL;
}

static gboolean
update_one (Statement *statement)
{
  const Write *write = statement->write;
  const Value *key = key_set (write);
  gint64 row_id;

  if (!find (statement, &write->key, &row_id))
    return TRUE;
  if (write->kind == WRITE_UPDATE_OR_REPLACE && key != NULL
      && !value_equal (key, &write->key) && !delete_row (statement, key))
    return FALSE;
  return find (statement, &write->key, &row_id) && update (statement, row_id);
}

static gboolean
upsert (Statement *statement)
{
  gint64 row_id;

  if (!find (statement, &statement->write->key, &row_id))
    return insert_all (statement);
  return statement->write->n_columns == 0 || update (statement, row_id);
}

static gboolean
do_in_memory (Statement *statement)
{
  const Write *write = statement->write;

  switch (write->kind)
    {
    case WRITE_INSERT:
    case WRITE_OR_IGNORE:
    case WRITE_MANY:
      return insert_all (statement);
    case WRITE_OR_REPLACE:
      return delete_row (statement, &write->key) && insert_all (statement);
    case WRITE_UPSERT:
      return upsert (statement);
    case WRITE_SELECT:
      return insert_selected (statement);
    case WRITE_UPDATE_ALL:
      return update_all (statement);
    case WRITE_DELETE:
      return delete_row (statement, &write->key);
    default:
      return update_one (statement);
    }
}

static gboolean
write_in_memory (SyncPair *pair, const Write *write, Arena *arena)
{
  Statement statement = { .session = memory_fork (pair->fixture->session),
                          .write = write,
                          .arena = arena };
  gboolean done = do_in_memory (&statement);
  EngineSession *loser = done ? pair->fixture->session : statement.session;

  if (done)
    pair->fixture->session = statement.session;
  engine_close (loser);
  g_clear_error (&statement.error);
  return done;
}

/* An upsert of a row that is there may be refused where the row could not be inserted:
 * NOT NULL comes before the conflict. */
static gboolean
may_be_refused (SyncPair *pair, const Write *write, Arena *arena)
{
  Statement probe = { .session = memory_fork (pair->fixture->session),
                      .write = write,
                      .arena = arena };
  const Value key
      = write->key.kind == VALUE_INTEGER ? value_integer (1000) : value_string ("other");
  gboolean done = write->kind != WRITE_UPSERT || insert (&probe, &key, write->values);

  engine_close (probe.session);
  g_clear_error (&probe.error);
  return !done;
}

/* Comparing ------------------------------------------------------------------- */

static int
compare_strings (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* "1 alice; 2 ~": the rows in the order of their text, since the sides have them in
 * orders of their own */
static char *
sorted_rows (const Table *table)
{
  g_autofree char *text = rows_to_string (table);
  g_auto (GStrv) rows = g_strsplit (text, "; ", -1);

  qsort (rows, g_strv_length (rows), sizeof *rows, compare_strings);
  return g_strjoinv ("; ", rows);
}

static Database *
read_sqlite (SyncPair *pair)
{
  g_autoptr (GError) error = NULL;
  Database *database = sqlite_read (pair->db, memory_database (pair->fixture->session),
                                    G_MAXSIZE, &error);

  if (error != NULL)
    ck_abort_msg ("%s\n%s", error->message, pair->log->str);
  return database;
}

static void
assert_same (SyncPair *pair, const Database *sqlite)
{
  const Database *memory = memory_database (pair->fixture->session);

  for (guint i = 0; i < memory->tables->len; i++)
    {
      g_autofree char *wanted = sorted_rows (memory->tables->pdata[i]);
      g_autofree char *actual = sorted_rows (sqlite->tables->pdata[i]);
      g_autofree char *columns = columns_to_string (memory->tables->pdata[i]);
      if (!g_str_equal (wanted, actual))
        ck_abort_msg ("%s\n(%s)\nmemory: %s\nSQLite: %s", pair->log->str, columns, wanted,
                      actual);
    }
}

/* A row in step by `backward` that SQLite has left: memory takes the mirror over. ---- */

static gboolean
is_in_step (const Table *table, const Sync *sync, gsize row, Arena *arena)
{
  RowSync row_sync;

  row_sync_init (&row_sync, table, sync, arena);
  Value *olds = arena_new_array (arena, Value, row_sync.n_old + 1);
  Value *news = arena_new_array (arena, Value, row_sync.n_new + 1);
  row_sync_read (&row_sync, table, row, olds, news);
  return row_sync_in_step (&row_sync, olds, news, arena);
}

static void
take_over (SyncPair *pair, const Table *sqlite, gsize row, const Sync *sync, Arena *arena)
{
  g_autoptr (GError) error = NULL;
  const Table *memory
      = database_find (memory_database (pair->fixture->session), sqlite->name);
  guint n = g_strv_length ((char **) sync->new_columns);
  Value *values = arena_new_array (arena, Value, n + 1);
  const Value key = table_cell (sqlite, row, 0);

  for (guint i = 0; i < n; i++)
    {
      guint column;
      table_column_index (sqlite, sync->new_columns[i], &column);
      values[i] = table_cell (sqlite, row, column);
    }
  for (gsize at = 0; at < table_n_rows (memory); at++)
    {
      Value cell = table_cell (memory, at, 0);
      if (!value_equal (&cell, &key))
        continue;
      memory_update (pair->fixture->session, memory->name, table_row_id (memory, at),
                     sync->new_columns, values, &error);
      assert_no_error (error);
      return;
    }
}

static gboolean
differs (SyncPair *pair, const Table *sqlite)
{
  g_autofree char *a = sorted_rows (
      database_find (memory_database (pair->fixture->session), sqlite->name));
  g_autofree char *b = sorted_rows (sqlite);

  return !g_str_equal (a, b);
}

static void
accept_left (SyncPair *pair, const Database *sqlite)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < sqlite->tables->len; i++)
    {
      const Table *table = sqlite->tables->pdata[i];
      const Table *shape
          = database_find (memory_database (pair->fixture->session), table->name);
      if (!differs (pair, table))
        continue;
      pair->n_left++;
      for (guint j = 0; j < shape->syncs->len; j++)
        for (gsize row = 0; row < table_n_rows (table); row++)
          {
            const Sync *sync = shape->syncs->pdata[j];
            if (sync->mode == SYNC_BOTH && is_in_step (table, sync, row, arena))
              take_over (pair, table, row, sync, arena);
          }
    }
}

static void
log_write (SyncPair *pair, const Write *write, const char *sql)
{
  g_autofree char *rows = sorted_rows (
      database_find (memory_database (pair->fixture->session), write->table->name));

  /* What led here is of no matter: the rows before and the statement tell it all. */
  g_string_printf (pair->log, "-- before: %s\n%s;", rows, sql);
}

void
sync_pair_write (SyncPair *pair, const Write *write)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *sql = write_to_sql (write, arena);
  gboolean ignores
      = write->kind == WRITE_OR_IGNORE || write->kind == WRITE_UPDATE_OR_IGNORE;

  log_write (pair, write, sql);
  gboolean taken = sqlite3_exec (pair->db, sql, NULL, NULL, NULL) == SQLITE_OK;
  g_string_append_printf (pair->log, "\n-- SQLite: %s",
                          taken ? "taken" : sqlite3_errmsg (pair->db));
  if (!taken && may_be_refused (pair, write, arena))
    return;
  gboolean wanted = write_in_memory (pair, write, arena);
  if (taken != wanted && !ignores)
    ck_abort_msg ("memory %s\n%s", wanted ? "takes it" : "refuses it", pair->log->str);
  pair->n_taken += wanted;
  pair->n_refused += !wanted;
  g_autoptr (Database) sqlite = read_sqlite (pair);
  if (pair->lossy)
    accept_left (pair, sqlite);
  assert_same (pair, sqlite);
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
  if (column->type.base == COLUMN_TYPE_INTEGER || column->type.base == COLUMN_TYPE_BIGINT)
    return value_integer (
        NUMBERS[g_rand_int_range (rand, 0, (int) G_N_ELEMENTS (NUMBERS))]);
  return value_string (TEXTS[g_rand_int_range (rand, 0, (int) G_N_ELEMENTS (TEXTS))]);
}

static Value
random_key (const Table *table, GRand *rand, Arena *arena)
{
  int number = g_rand_int_range (rand, 1, 9);

  if (table_column (table, 0)->type.base == COLUMN_TYPE_TEXT)
    return value_string (
        arena_printf (arena, "%c%d", number % 2 == 0 ? 'k' : 'K', number));
  return value_integer (number);
}

static void
add_column (Write *write, guint column, const Value *value)
{
  write->columns[write->n_columns] = column;
  write->values[write->n_columns++] = *value;
}

Write
sync_pair_random (SyncPair *pair, GRand *rand, Arena *arena)
{
  const Database *database = memory_database (pair->fixture->session);
  const Table *table
      = database->tables->pdata[g_rand_int_range (rand, 0, (int) database->tables->len)];
  Write write = { .kind = (WriteKind) g_rand_int_range (rand, 0, N_WRITE_KINDS),
                  .table = table,
                  .key = random_key (table, rand, arena) };

  if (write.key.kind != VALUE_INTEGER
      && (write.kind == WRITE_SELECT || write.kind == WRITE_MANY))
    write.kind = WRITE_INSERT;
  if (write.kind >= WRITE_UPDATE && write.kind != WRITE_UPDATE_ALL
      && g_rand_int_range (rand, 0, 6) == 0)
    {
      Value key = random_key (table, rand, arena);
      add_column (&write, 0, &key);
    }
  for (guint i = 1; i < table_n_columns (table); i++)
    if (g_rand_boolean (rand))
      {
        Value value = random_value (table_column (table, i), rand);
        add_column (&write, i, &value);
      }
  if (write.n_columns == 0 && write.kind >= WRITE_UPDATE)
    write.kind = WRITE_DELETE;
  return write;
}
