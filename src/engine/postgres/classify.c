/* SPDX-License-Identifier: Apache-2.0
 *
 * With client_min_messages = debug1 the server says what it does with rows, also where
 * there are none (src/backend/commands/tablecmds.c, catalog/index.c; in English whatever
 * lc_messages says, from version 14 on).
 *
 * Nothing reaches the live tables: pg_temp comes first in the search_path, what is said
 * of tables with a schema is diverted to it, and an action is left out if any name of the
 * migration means a live table then.
 */
#include "config.h"

#include "engine/postgres/classify.h"

#include "engine/postgres/connection.h"
#include "engine/postgres/copy_table.h"
#include "engine/postgres/detail.h"
#include "engine/postgres/live.h"
#include "engine/postgres/postgres.h"
#include "engine/postgres/sql_text.h"
#include "model/mentions.h"
#include "model/table_name.h"

/* The server looks at defaults under the lock of a reader, for an instant. */
#define PATIENCE_MS 1000

typedef struct
{
  SqlConnection *connection;
  GHashTable *names;  /* const char *: of tables, and other words of the migration */
  GPtrArray *schemas; /* const char *, quoted, NULL-ended */
  GString *words;     /* what the server has said of one action */
  ActionCost cost;
  Arena *arena;
} Question;

/* Names ------------------------------------------------------------------------- */

static void
add_table (Question *question, const char *name)
{
  const char *schema = table_name_parse (name, question->arena).schema;

  if (!g_hash_table_add (question->names, (gpointer) name) || schema == NULL)
    return;
  const char *quoted = postgres_identifier (question->arena, schema);
  if (!g_ptr_array_find_with_equal_func (question->schemas, quoted, g_str_equal, NULL))
    g_ptr_array_add (question->schemas, (gpointer) quoted);
}

static void
add_declared (Question *question, const Database *start)
{
  for (guint i = 0; i < start->tables->len; i++)
    {
      const Table *table = start->tables->pdata[i];
      add_table (question, table->name);
      for (guint j = 0; j < table->constraints->len; j++)
        {
          const Constraint *key = table->constraints->pdata[j];
          if (key->kind == CONSTRAINT_FOREIGN_KEY)
            add_table (question, key->references_table);
        }
    }
}

/* Columns too: what is no table does no harm. */
static void
add_mentioned (Question *question, const GPtrArray *actions)
{
  for (guint i = 0; i < actions->len; i++)
    {
      const Action *action = actions->pdata[i];
      const Operation *operation = action->step->operation;
      g_autoptr (GPtrArray) names = mentions_of_operation (operation);
      for (guint j = 0; action->defines != NULL && action->defines[j] != NULL; j++)
        add_table (question, action->defines[j]);
      for (guint j = 0; j < names->len; j++)
        add_table (question, names->pdata[j]);
      if (operation->table != NULL)
        add_table (question, operation->table);
    }
}

/* Copies ------------------------------------------------------------------------ */

static gboolean
copy_tables (const Question *question, GError **error)
{
  GHashTableIter names;
  gpointer name;

  g_hash_table_iter_init (&names, question->names);
  while (g_hash_table_iter_next (&names, &name, NULL))
    {
      const PgTable *live;
      if (!pg_read_table (question->connection, name, question->arena, &live, error)
          || (live != NULL
              && !pg_copy_table (question->connection, live,
                                 table_name_own (name, question->arena), error)))
        return FALSE;
    }
  return TRUE;
}

/* Whether each of the names, where it means anything, means a copy. */
static gboolean
is_diverted (const Question *question, gboolean *diverted, GError **error)
{
  g_autoptr (GString) names = g_string_new (NULL);
  gboolean found = FALSE;
  GHashTableIter iter;
  gpointer name;

  g_hash_table_iter_init (&iter, question->names);
  while (g_hash_table_iter_next (&iter, &name, NULL))
    g_string_append_printf (
        names, "%s(%s)", names->len > 0 ? ", " : "",
        postgres_quote (question->arena, postgres_table (question->arena, name)));
  gboolean fine = postgres_finds (
      question->connection,
      arena_printf (question->arena,
                    "SELECT 1 FROM (VALUES %s) AS n (name) JOIN pg_catalog.pg_class AS c "
                    "ON c.oid = pg_catalog.to_regclass(n.name) WHERE c.relnamespace <> "
                    "pg_catalog.pg_my_temp_schema()",
                    names->str),
      &found, error);
  *diverted = !found;
  return fine;
}

/* Answers ----------------------------------------------------------------------- */

static const struct
{
  const char *prefix; /* of what the server says */
  ActionCost cost;
} MESSAGES[] = {
  { "verifying table ", ACTION_COST_SCAN },
  { "validating foreign key constraint ", ACTION_COST_SCAN },
  { "building index ", ACTION_COST_INDEX },
  { "rewriting table ", ACTION_COST_REWRITE },
};

/* Where long values go: empty as long as the table's own rows are not written. */
#define INDEX_OF_LONG_VALUES "building index \"pg_toast"

static void
listen (const char *message, gpointer data)
{
  Question *question = data;

  for (guint i = 0; i < G_N_ELEMENTS (MESSAGES); i++)
    if (MESSAGES[i].cost > question->cost
        && g_str_has_prefix (message, MESSAGES[i].prefix)
        && !g_str_has_prefix (message, INDEX_OF_LONG_VALUES))
      {
        question->cost = MESSAGES[i].cost;
        g_string_assign (question->words, message);
      }
}

/* What is no change of a table's definition, or could reach further than its copy. */
static gboolean
can_ask (const Action *action)
{
  const PgDetail *detail = action->detail;

  if (action->kind != ACTION_STATEMENT && action->kind != ACTION_OWN)
    return FALSE;
  if (detail == NULL)
    return action->step->operation->kind != OPERATION_RENAME_TABLE;
  switch (detail->kind)
    {
    case PG_SCRIPT:
      return action->defines != NULL;
    case PG_CREATE_HALF:
    case PG_ADD_COLUMN:
    case PG_RETYPE:
    case PG_ADD_CONSTRAINT:
    case PG_DROP_CONSTRAINT:
    case PG_RENAME_CONSTRAINT:
    case PG_VALIDATE:
    case PG_INDEX:
    case PG_ATTACH:
    case PG_PLACE_INDEX:
    case PG_CARRY:
    case PG_SWAP:
    case PG_DROP_INDEX:
    case PG_DROP_COLUMN:
      return TRUE;
    default:
      return FALSE;
    }
}

/* A table that the migration makes has no rows, whatever is done with them. */
static gboolean
makes_table (const Action *action)
{
  const PgDetail *detail = action->detail;

  return action->lock == LOCK_CLASS_NONE
         && (detail == NULL || detail->kind == PG_CREATE_HALF);
}

/* The same without CONCURRENTLY, which no transaction allows. */
static gboolean
build_index (const Question *question, const PgDetail *detail, GError **error)
{
  Arena *arena = question->arena;

  return postgres_exec (
      question->connection,
      arena_printf (arena, "CREATE %sINDEX %s ON %s %s", detail->unique ? "UNIQUE " : "",
                    postgres_identifier (arena, detail->name),
                    postgres_table (arena, detail->table), detail->text),
      NULL, error);
}

static gboolean
perform (const Question *question, const Action *action)
{
  const PgDetail *detail = action->detail;

  return detail != NULL && detail->kind == PG_INDEX
             ? build_index (question, detail, NULL)
             : engine_postgres.perform (question->connection, action, NULL, NULL);
}

/* What fails on a copy may work on the table, and the other way round: no answer then. */
static gboolean
ask (Question *question, Action *action, GError **error)
{
  gboolean diverted;

  if (!is_diverted (question, &diverted, error)
      || !postgres_exec (question->connection, "SAVEPOINT zdm_action", NULL, error))
    return FALSE;
  question->cost = ACTION_COST_INSTANT;
  g_string_truncate (question->words, 0);
  if (!diverted || !perform (question, action))
    return postgres_exec (question->connection, "ROLLBACK TO SAVEPOINT zdm_action", NULL,
                          error);
  if (makes_table (action))
    return TRUE;
  ServerAnswer *answer = arena_new0 (question->arena, ServerAnswer);
  answer->cost = question->cost;
  if (question->words->len > 0)
    answer->words = arena_strdup (question->arena, question->words->str);
  action->answer = answer;
  return TRUE;
}

static gboolean
ask_all (Question *question, const GPtrArray *actions, GError **error)
{
  for (guint i = 0; i < actions->len; i++)
    if (can_ask (actions->pdata[i]) && !ask (question, actions->pdata[i], error))
      return FALSE;
  return TRUE;
}

/* The one transaction --------------------------------------------------------------- */

static gboolean
begin (const Question *question, GError **error)
{
  return postgres_exec (question->connection,
                        arena_printf (question->arena,
                                      "BEGIN READ WRITE; SET LOCAL lock_timeout = %d",
                                      PATIENCE_MS),
                        NULL, error);
}

static gboolean
divert (const Question *question, GError **error)
{
  if (!postgres_exec (question->connection,
                      "SELECT pg_catalog.set_config('search_path', 'pg_temp, ' || "
                      "pg_catalog.current_setting('search_path'), true); SET LOCAL "
                      "client_min_messages = debug1",
                      NULL, error))
    return FALSE;
  postgres_divert (question->connection, (const char *const *) question->schemas->pdata);
  return TRUE;
}

gboolean
postgres_classify (SqlConnection *connection, const Database *start,
                   const GPtrArray *actions, Arena *arena, GError **error)
{
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) schemas = g_ptr_array_new ();
  g_autoptr (GString) words = g_string_new (NULL);
  Question question = { .connection = connection,
                        .names = names,
                        .schemas = schemas,
                        .words = words,
                        .arena = arena };

  add_declared (&question, start);
  add_mentioned (&question, actions);
  g_ptr_array_add (schemas, NULL);
  postgres_listen (connection, listen, &question);
  gboolean fine = begin (&question, error) && copy_tables (&question, error)
                  && divert (&question, error) && ask_all (&question, actions, error);
  postgres_divert (connection, NULL);
  postgres_connection_roll_back (connection);
  postgres_listen (connection, NULL, NULL);
  return fine;
}
