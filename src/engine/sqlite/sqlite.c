/* SPDX-License-Identifier: Apache-2.0
 *
 * SQLite's functions, put together.
 */
#include "config.h"

#include "engine/sqlite/sqlite.h"

#include <string.h>

#include "engine/sqlite/alias.h"
#include "engine/sqlite/connection.h"
#include "engine/sqlite/copy.h"
#include "engine/sqlite/create.h"
#include "engine/sqlite/definition.h"
#include "engine/sqlite/dialect.h"
#include "engine/sqlite/edit.h"
#include "engine/sqlite/exchange.h"
#include "engine/sqlite/fill.h"
#include "engine/sqlite/gate.h"
#include "engine/sqlite/half.h"
#include "engine/sqlite/image.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/passing.h"
#include "engine/sqlite/read.h"
#include "engine/sqlite/rebuild.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/swap.h"
#include "engine/sqlite/tidy.h"
#include "engine/sqlite/try_out.h"

static SqlConnection *
open_database (const char *url, SqlAccess access, GError **error)
{
  return sqlite_connection_open (&engine_sqlite, url, access, error);
}

/* Building a table anew must not act on the rows of others, and whether keys are enforced
 * can only be said outside of a transaction. */
static gboolean
begin (SqlConnection *connection, SqlPurpose purpose, guint patience_ms, GError **error)
{
  return sqlite_connection_set_foreign_keys (connection, purpose != SQL_FOR_SCHEMA, error)
         && sqlite_connection_begin (connection, patience_ms, error);
}

/* Actions --------------------------------------------------------------------- */

/* " COLLATE x", as the live column has it; "" */
static gboolean
collation_of (const SqliteTable *live, const char *column, const char **collation,
              Arena *arena, GError **error)
{
  g_autoptr (Definition) definition = definition_new (live->sql, error);
  guint index;

  *collation = "";
  if (definition == NULL || definition_find_column (definition, column, &index) == NULL)
    return definition != NULL;
  const DefinitionConstraint *collate
      = definition_column_constraint (definition, index, DEFINITION_COLLATE);
  if (collate == NULL)
    return TRUE;
  g_autofree char *name = definition_slice (definition, collate->expression);
  *collation = arena_printf (arena, " COLLATE %s", name);
  return TRUE;
}

/* A column that takes a live one's place takes its collation, and the type where the
 * values are the same. */
static gboolean
add_column (sqlite3 *db, const SqliteDetail *detail, const char *sql, GError **error)
{
  const char *source = detail->like != NULL ? detail->like : detail->collation;
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;
  const char *collation;

  if (source == NULL)
    return live_exec (db, sql, error);
  if (!live_table (db, detail->table, &live, arena, error)
      || !collation_of (live, source, &collation, arena, error))
    return FALSE;
  const SqliteColumn *like = sqlite_table_find_column (live, source);
  if (like == NULL || detail->like == NULL)
    return live_exec (db, arena_printf (arena, "%s%s", sql, collation), error);
  return live_exec (db,
                    arena_printf (arena, "ALTER TABLE %s ADD COLUMN %s %s%s",
                                  sqlite_identifier (arena, live->name),
                                  sqlite_identifier (arena, detail->column), like->type,
                                  collation),
                    error);
}

/* What ALTER TABLE ADD COLUMN would not take, of each row another one, the definition
 * does. */
static gboolean
recall_default (sqlite3 *db, const SqliteDetail *detail, const char *definitions,
                GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;
  const char *text
      = tidy_recorded_default (definitions, detail->table, detail->column, arena);

  if (text == NULL)
    return TRUE;
  if (!live_table (db, detail->table, &live, arena, error))
    return FALSE;
  g_autoptr (Definition) definition = definition_new (live->sql, error);
  if (definition == NULL)
    return FALSE;
  g_autofree char *sql = definition_set_default (definition, detail->column, text, error);
  return sql != NULL && live_define (db, live->name, sql, error);
}

/* What SQLite does not say itself: such a trigger would never fire again. */
static gboolean
refuse_triggers_of (const SqliteTable *live, const char *column, Arena *arena,
                    GError **error)
{
  for (guint i = 0; i < live->n_triggers; i++)
    {
      const SqliteTrigger *trigger = &live->triggers[i];
      if (!sqlite_trigger_is_of (trigger->sql, column, arena))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                   "trigger '%s' is one for UPDATE OF '%s' of '%s'; drop it first",
                   trigger->name, column, live->name);
      return FALSE;
    }
  return TRUE;
}

/* SQLite names the view, the index or the trigger that stands on the column. */
static gboolean
drop_column (sqlite3 *db, const SqliteDetail *detail, const char *sql, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GError) problem = NULL;
  const SqliteTable *live;

  if (!live_table (db, detail->table, &live, arena, error)
      || !refuse_triggers_of (live, detail->column, arena, error))
    return FALSE;
  if (live_exec (db, sql, &problem))
    return TRUE;
  if ((sqlite3_errcode (db) & 0xff) != SQLITE_ERROR)
    g_propagate_error (error, g_steal_pointer (&problem));
  else
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                 "something stands on column '%s' of '%s': %s; drop that first",
                 detail->column, detail->table, problem->message);
  return FALSE;
}

static gboolean
ends_with_word (const char *text, const char *word)
{
  gsize n = strlen (text), length = strlen (word);

  return n > length && sqlite_is_space (text[n - length - 1])
         && g_ascii_strcasecmp (text + n - length, word) == 0;
}

/* What becomes of a row with a null, as the words of the NOT NULL say that wait in the
 * definition.  That the default is put, no trigger can do. */
static gboolean
null_policy (const SqliteTable *live, const char *column, const char **policy,
             GError **error)
{
  static const char *const WORDS[] = { "IGNORE", "FAIL", "ROLLBACK" };
  g_autoptr (Definition) definition = definition_new (live->sql, error);
  SqliteSpan span;
  guint index;

  *policy = "ABORT";
  if (definition == NULL)
    return FALSE;
  g_autofree char *words
      = definition_find_column (definition, column, &index) != NULL
            ? definition_not_null_words (definition, index, TRUE, &span)
            : NULL;
  for (guint i = 0; words != NULL && i < G_N_ELEMENTS (WORDS); i++)
    if (ends_with_word (words, WORDS[i]))
      *policy = WORDS[i];
  return TRUE;
}

static gboolean
trigger_text (const SyncTrigger *trigger, const SqliteTable *live, const RowKey *key,
              const char **sql, Arena *arena, GError **error)
{
  const char *policy;

  *sql = sync_trigger_sql (trigger, row_key_locator (key, arena), arena);
  if (trigger->guarded == NULL)
    return TRUE;
  if (!null_policy (live, trigger->guarded, &policy, error))
    return FALSE;
  *sql = sync_trigger_refusing (trigger, policy, *sql, arena);
  return TRUE;
}

static gboolean
create_trigger (sqlite3 *db, const SqliteDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;
  const char *sql;
  RowKey key;

  return live_table (db, detail->table, &live, arena, error)
         && row_key_init (&key, live, arena, error)
         && trigger_text (detail->trigger, live, &key, &sql, arena, error)
         && live_exec (db, sql, error);
}

static gboolean
set_key (sqlite3 *db, const SqliteDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const Table *table = database_find (detail->shape, detail->table);
  const Constraint *key = table_primary_key (table);
  const SqliteTable *live;

  return live_table (db, detail->table, &live, arena, error)
         && rebuild_with_key (db, live, key != NULL ? key->columns : NULL, error);
}

/* The user's statements must not end the transaction in which they are recorded. */
static gboolean
run_script (sqlite3 *db, const char *sql, GError **error)
{
  if (!live_exec (db, sql, error))
    return FALSE;
  if (!sqlite3_get_autocommit (db))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
               "the SQL of the step ends the transaction it runs in; leave BEGIN, COMMIT "
               "and ROLLBACK out");
  return FALSE;
}

static gboolean
verify (sqlite3 *db, const char *sql, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!live_text (db, sql, &text, arena, error))
    return FALSE;
  if (text != NULL && g_ascii_strtod (text, NULL) != 0)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT, "`verify` is not true: %s gave %s",
               sql, text != NULL ? text : "no row");
  return FALSE;
}

static gboolean
perform_own (sqlite3 *db, const Action *action, const char *definitions, GError **error)
{
  const SqliteDetail *detail = action->detail;

  switch (detail->kind)
    {
    case SQLITE_HALF:
      return sqlite_make_half (db, detail, error);
    case SQLITE_ADD_COLUMN:
      return passing_check (db, detail, error)
             && add_column (db, detail, action->sql, error)
             && (!detail->back || recall_default (db, detail, definitions, error));
    case SQLITE_DROP_COLUMN:
      return drop_column (db, detail, action->sql, error);
    case SQLITE_EDIT:
      return sqlite_edit (db, detail, error);
    case SQLITE_DROP_UNIQUE:
      return sqlite_drop_unique (db, detail, error);
    case SQLITE_SET_KEY:
      return set_key (db, detail, error);
    case SQLITE_SWAP:
      return sqlite_swap (db, detail, error);
    case SQLITE_EXCHANGE:
      return sqlite_exchange (db, detail, error);
    case SQLITE_TRIGGER:
      return create_trigger (db, detail, error);
    case SQLITE_ALIAS:
      return alias_create (db, detail->table, detail->text, error);
    case SQLITE_TIDY:
      return tidy_restore (db, definitions, detail, error);
    case SQLITE_VERIFY:
      return verify (db, detail->text, error);
    case SQLITE_SCRIPT:
      return run_script (db, detail->text, error);
    case SQLITE_CHECK_STEP:
      return sqlite_gate_check (db, detail, error);
    case SQLITE_FILL:
      break;
    }
  g_return_val_if_reached (FALSE);
}

static gboolean
perform (SqlConnection *connection, const Action *action, const char *definitions,
         GError **error)
{
  sqlite3 *db = sqlite_connection_handle (connection);

  return action->detail == NULL ? live_exec (db, action->sql, error)
                                : perform_own (db, action, definitions, error);
}

/* Tables ------------------------------------------------------------------------ */

static gboolean
compare (SqlConnection *connection, const Database *shape, gboolean exact,
         GPtrArray *differences, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *table = shape->tables->pdata[i];
      const SqliteTable *live;
      if (!sqlite_read_table (sqlite_connection_handle (connection), table->name, arena,
                              &live, error))
        return FALSE;
      if (live == NULL)
        g_ptr_array_add (differences,
                         g_strdup_printf ("table '%s' is missing", table->name));
      else
        sqlite_compare_table (live, table, shape, exact, differences);
    }
  return TRUE;
}

static Database *
read_tables (SqlConnection *connection, const Database *shape, gsize max_rows,
             GError **error)
{
  return sqlite_read (sqlite_connection_handle (connection), shape, max_rows, error);
}

/* The greatest rowid: as good as a count where rows are numbered one after the other, and
 * found at once. */
static guint64
estimate (SqlConnection *connection, const Action *action)
{
  const SqliteDetail *detail = action->detail;
  g_autoptr (Arena) arena = arena_new ();
  const char *text = NULL;

  if (detail->table == NULL
      || !live_text (sqlite_connection_handle (connection),
                     arena_printf (arena, "SELECT max(rowid) FROM %s",
                                   sqlite_identifier (arena, detail->table)),
                     &text, arena, NULL)
      || text == NULL)
    return 0;
  return g_ascii_strtoull (text, NULL, 10);
}

static char *
definitions (SqlConnection *connection, const Database *shape, GError **error)
{
  return tidy_record (sqlite_connection_handle (connection), shape, error);
}

static gboolean
live_default (SqlConnection *connection, const char *table, const char *column,
              const char **text, Arena *arena, GError **error)
{
  const SqliteTable *live;

  if (!sqlite_read_table (sqlite_connection_handle (connection), table, arena, &live,
                          error))
    return FALSE;
  const SqliteColumn *found
      = live != NULL ? sqlite_table_find_column (live, column) : NULL;
  *text = found != NULL ? found->default_text : NULL;
  if (*text != NULL && g_ascii_strcasecmp (*text, "NULL") == 0)
    *text = NULL;
  return TRUE;
}

static gboolean
count_rows (SqlConnection *connection, const char *table, guint64 *n_rows, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!live_text (sqlite_connection_handle (connection),
                  arena_printf (arena, "SELECT count(*) FROM %s",
                                sqlite_identifier (arena, table)),
                  &text, arena, error))
    return FALSE;
  *n_rows = g_ascii_strtoull (text, NULL, 10);
  return TRUE;
}

static gboolean
forget (SqlConnection *connection, const char *id, GError **error)
{
  return image_forget (sqlite_connection_handle (connection), id, error);
}

/* The declared tables that are missing, for `--seed-data`. */
static gboolean
seed (SqlConnection *connection, const Table *table, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  sqlite3 *db = sqlite_connection_handle (connection);
  const char *text = sqlite_create_table_text (table, arena, error);

  if (text == NULL || !live_exec (db, text, error) || !fill_table (db, table, error))
    return FALSE;
  for (guint i = 0; i < table->indexes->len; i++)
    {
      text = sqlite_create_index_text (table, table->indexes->pdata[i], arena, error);
      if (text == NULL || !live_exec (db, text, error))
        return FALSE;
    }
  return TRUE;
}

const SqlEngine engine_sqlite = {
  .name = "sqlite",
  .capabilities = SQL_TRANSACTIONAL_DDL | SQL_CONTRACT_AT_ONCE,
  .plan_step = sqlite_plan_step,
  .plan_undo = sqlite_plan_undo,
  .open = open_database,
  .close = sqlite_connection_close,
  .begin = begin,
  .commit = sqlite_connection_commit,
  .roll_back = sqlite_connection_roll_back,
  .run = sqlite_connection_run,
  .has_table = sqlite_connection_has_table,
  .compare = compare,
  .read = read_tables,
  .live_default = live_default,
  .count_rows = count_rows,
  .perform = perform,
  .fill = sqlite_fill,
  .check_position = sqlite_fill_check,
  .estimate = estimate,
  .definitions = definitions,
  .try_out = sqlite_try_out,
  .copy = sqlite_copy,
  .forget_copy = sqlite_forget_copy,
  .digest = sqlite_digest,
  .forget = forget,
  .seed = seed,
};
