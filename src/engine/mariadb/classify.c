/* SPDX-License-Identifier: Apache-2.0
 *
 * The server refuses an ALGORITHM that it cannot do, also where there are no rows.  So a
 * statement is tried as it is planned; if that is refused, or names no algorithm, from
 * the cheapest one on.
 *
 * Nothing reaches the live tables: all names are looked up in the database in use, which
 * is the scratch one meanwhile.
 */
#include "config.h"

#include "engine/mariadb/classify.h"

#include <string.h>

#include "engine/mariadb/connection.h"
#include "engine/mariadb/detail.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/mariadb.h"
#include "engine/mariadb/sql_text.h"

#define ALTER "ALTER TABLE "
#define CLAUSE ", ALGORITHM="
#define SCRATCH "zdm_plan_"

typedef struct
{
  SqlConnection *connection;
  const char *home, *scratch; /* databases, quoted */
  Arena *arena;
} Question;

/* From the cheapest one on. */
static const struct
{
  const char *clause, *words;
  ActionCost cost; /* of one that was not planned */
} ALGORITHMS[] = {
  { CLAUSE "INSTANT", "ALGORITHM=INSTANT", ACTION_COST_INSTANT },
  { CLAUSE "NOCOPY", "ALGORITHM=NOCOPY", ACTION_COST_INDEX },
  { CLAUSE "INPLACE", "ALGORITHM=INPLACE", ACTION_COST_REWRITE },
  { CLAUSE "COPY", "ALGORITHM=COPY", ACTION_COST_REWRITE },
};

/* Statements -------------------------------------------------------------------- */

static gboolean
is_alter (const char *sql)
{
  return sql != NULL && strstr (sql, ALTER) != NULL;
}

/* The statement without what it says of the algorithm. */
static const char *
without_clause (const char *sql, Arena *arena)
{
  const char *clause = g_strrstr (sql, CLAUSE);

  return clause != NULL ? arena_strndup (arena, sql, (gsize) (clause - sql)) : sql;
}

/* The detail with another algorithm; @clause: "" leaves it to the server */
static const MariaDetail *
with_clause (const MariaDetail *detail, const char *clause, Arena *arena)
{
  MariaDetail *other = arena_memdup (arena, detail, sizeof *detail);

  other->algorithm = clause;
  if (is_alter (detail->text))
    other->text
        = arena_printf (arena, "%s%s", without_clause (detail->text, arena), clause);
  return other;
}

static gboolean
perform (const Question *question, const MariaDetail *detail, GError **error)
{
  const Action action = { .kind = ACTION_OWN, .detail = detail };

  return engine_mariadb.perform (question->connection, &action, NULL, error);
}

/* "ALGORITHM=INSTANT", as the statement has it; or NULL */
static const char *
planned_words (const MariaDetail *detail)
{
  const char *sql = detail->algorithm != NULL ? detail->algorithm : detail->text;

  for (guint i = 0; sql != NULL && i < G_N_ELEMENTS (ALGORITHMS); i++)
    if (strstr (sql, ALGORITHMS[i].clause) != NULL)
      return ALGORITHMS[i].words;
  return NULL;
}

/* Asking ------------------------------------------------------------------------ */

/* FALSE: the server does it in no way, or it is something else that is wrong */
static gboolean
try_algorithms (const Question *question, const MariaDetail *detail, ServerAnswer *answer)
{
  for (guint i = 0; i < G_N_ELEMENTS (ALGORITHMS); i++)
    {
      g_autoptr (GError) problem = NULL;
      const MariaDetail *other
          = with_clause (detail, ALGORITHMS[i].clause, question->arena);
      answer->cost = ALGORITHMS[i].cost;
      answer->words = ALGORITHMS[i].words;
      if (perform (question, other, &problem))
        return TRUE;
      if (!g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_UNSAFE))
        return FALSE;
    }
  return FALSE;
}

static gboolean
ask_alter (const Question *question, const MariaDetail *detail, ActionCost planned,
           ServerAnswer *answer)
{
  const char *words = planned_words (detail);
  g_autoptr (GError) problem = NULL;

  if (words == NULL)
    return try_algorithms (question, detail, answer);
  if (perform (question, detail, &problem))
    {
      *answer = (ServerAnswer){ .cost = planned, .words = words };
      return TRUE;
    }
  return g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_UNSAFE)
         && try_algorithms (question, detail, answer);
}

/* The dearest of those that happen at once. */
static gboolean
ask_change (const Question *question, const MariaChange *change, ActionCost planned,
            ServerAnswer *answer)
{
  gboolean asked = FALSE;

  for (guint i = 0; change->alters[i] != NULL; i++)
    {
      const MariaDetail detail
          = { .kind = MARIA_STATEMENT, .text = change->alters[i]->sql };
      ServerAnswer one;
      if (!ask_alter (question, &detail, planned, &one))
        return FALSE;
      if (!asked || one.cost > answer->cost)
        *answer = one;
      asked = TRUE;
    }
  return asked;
}

/* The user's one ALTER TABLE as we would write it; NULL: it is something else, or says of
 * the algorithm what has to be left to it */
static const char *
alter_of_script (const char *script, Arena *arena)
{
  g_autofree char *text = g_strstrip (g_strdup (script));
  gsize length = strlen (text);

  if (length > 0 && text[length - 1] == ';')
    text[length - 1] = '\0';
  g_autofree char *upper = g_ascii_strup (text, -1);
  if (!g_str_has_prefix (upper, ALTER) || strpbrk (text, ";#") != NULL
      || strstr (text, "--") != NULL || strstr (text, "/*") != NULL
      || strstr (upper, "ALGORITHM") != NULL)
    return NULL;
  return arena_printf (arena, ALTER "%s", text + strlen (ALTER));
}

static gboolean
ask_script (const Question *question, const Action *action, ServerAnswer *answer)
{
  const MariaDetail *detail = action->detail;
  const char *alter
      = action->defines != NULL ? alter_of_script (detail->text, question->arena) : NULL;

  return alter != NULL
         && ask_alter (question, &(MariaDetail){ .kind = MARIA_STATEMENT, .text = alter },
                       action->cost, answer);
}

static gboolean
ask (const Question *question, const Action *action, ServerAnswer *answer)
{
  const MariaDetail *detail = action->detail;

  switch (detail->kind)
    {
    case MARIA_STATEMENT:
      if (is_alter (detail->text))
        return ask_alter (question, detail, action->cost, answer);
      /* What is made has no rows, whatever is done with them. */
      if (g_str_has_prefix (detail->text, "CREATE TABLE "))
        perform (question, detail, NULL);
      return FALSE;
    case MARIA_HALF:
      perform (question, detail, NULL);
      return FALSE;
    case MARIA_ADD_COLUMN:
    case MARIA_REDEFINE:
    case MARIA_DEFAULT:
    case MARIA_PLACE_INDEX:
      return ask_alter (question, detail, action->cost, answer);
    case MARIA_CHANGE:
      return ask_change (question, detail->change, action->cost, answer);
    case MARIA_SCRIPT:
      return ask_script (question, action, answer);
    default:
      return FALSE;
    }
}

static void
ask_all (const Question *question, const GPtrArray *actions)
{
  for (guint i = 0; i < actions->len; i++)
    {
      Action *action = actions->pdata[i];
      ServerAnswer answer;
      if (action->kind == ACTION_OWN && ask (question, action, &answer))
        action->answer = arena_memdup (question->arena, &answer, sizeof answer);
    }
}

/* The scratch database ---------------------------------------------------------- */

static gboolean
run (const Question *question, GError **error, const char *what, const char *name)
{
  return mariadb_exec (question->connection,
                       arena_printf (question->arena, "%s %s", what, name), NULL, error);
}

/* Without foreign keys, which LIKE leaves out, and triggers. */
static gboolean
copy_table (const Question *question, const char *name, GError **error)
{
  const MariaTable *live;

  if (!maria_read_table (question->connection, name, question->arena, &live, error))
    return FALSE;
  return live == NULL
         || mariadb_exec (question->connection,
                          arena_printf (question->arena,
                                        "CREATE TABLE IF NOT EXISTS %s.%s LIKE %s",
                                        question->scratch, live->quoted, live->quoted),
                          NULL, error);
}

static gboolean
copy_defined (const Question *question, const Action *action, GError **error)
{
  for (guint i = 0; action->defines != NULL && action->defines[i] != NULL; i++)
    if (!copy_table (question, action->defines[i], error))
      return FALSE;
  return TRUE;
}

static gboolean
copy_tables (const Question *question, const Database *start, const GPtrArray *actions,
             GError **error)
{
  for (guint i = 0; i < actions->len; i++)
    if (!copy_defined (question, actions->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < start->tables->len; i++)
    {
      const Table *table = start->tables->pdata[i];
      if (!copy_table (question, table->name, error))
        return FALSE;
      for (guint j = 0; j < table->constraints->len; j++)
        {
          const Constraint *key = table->constraints->pdata[j];
          if (key->kind == CONSTRAINT_FOREIGN_KEY
              && !copy_table (question, key->references_table, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* Who asks holds a lock of its database's name: one without was left behind by a plan
 * that was killed. */
static gboolean
drop_left_behind (const Question *question, GError **error)
{
  g_autoptr (MariadbResult) left
      = mariadb_query (question->connection,
                       "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE "
                       "SCHEMA_NAME REGEXP '^" SCRATCH "[0-9a-f-]{36}$' AND "
                       "IS_FREE_LOCK(SCHEMA_NAME)",
                       error);

  if (left == NULL)
    return FALSE;
  for (guint i = 0; i < mariadb_n_rows (left); i++)
    if (!run (question, error, "DROP DATABASE IF EXISTS",
              mariadb_identifier (question->arena, mariadb_cell (left, i, 0))))
      return FALSE;
  return TRUE;
}

static gboolean
lock_scratch (const Question *question, const char *name, GError **error)
{
  Arena *arena = question->arena;

  return mariadb_exec (
      question->connection,
      arena_printf (arena, "DO GET_LOCK(%s, 0)", mariadb_quote (arena, name)), NULL,
      error);
}

/* Replicas need not hear of it, where we may say so. */
static gboolean
make_scratch (const Question *question, GError **error)
{
  Arena *arena = question->arena;
  const char *like;

  mariadb_exec (question->connection, "SET SESSION sql_log_bin = 0", NULL, NULL);
  return drop_left_behind (question, error)
         && mariadb_text (question->connection,
                          "SELECT CONCAT('CHARACTER SET ', @@character_set_database, ' "
                          "COLLATE ', @@collation_database)",
                          &like, arena, error)
         && run (question, error, "CREATE DATABASE",
                 arena_printf (arena, "%s %s", question->scratch, like));
}

/* A session that may only read makes nothing; a replica must not. */
static gboolean
may_write (SqlConnection *connection, GError **error)
{
  gboolean read_only;

  if (!mariadb_finds (connection, "SELECT 1 FROM DUAL WHERE @@global.read_only",
                      &read_only, error))
    return FALSE;
  if (!read_only)
    return mariadb_exec (connection, "SET SESSION TRANSACTION READ WRITE", NULL, error);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "it is read_only, as a replica is");
  return FALSE;
}

gboolean
mariadb_classify (SqlConnection *connection, const Database *start,
                  const GPtrArray *actions, Arena *arena, GError **error)
{
  g_autofree char *random = g_uuid_string_random ();
  Question question = { .connection = connection, .arena = arena };
  const char *home;

  if (!may_write (connection, error)
      || !mariadb_text (connection, "SELECT DATABASE()", &home, arena, error))
    return FALSE;
  question.home = mariadb_identifier (arena, home);
  const char *scratch = arena_printf (arena, SCRATCH "%s", random);
  question.scratch = mariadb_identifier (arena, scratch);
  if (!lock_scratch (&question, scratch, error) || !make_scratch (&question, error))
    return FALSE;
  gboolean fine = copy_tables (&question, start, actions, error)
                  && run (&question, error, "USE", question.scratch);
  if (fine)
    ask_all (&question, actions);
  run (&question, NULL, "USE", question.home);
  return run (&question, fine ? error : NULL, "DROP DATABASE", question.scratch) && fine;
}
