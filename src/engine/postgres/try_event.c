/* SPDX-License-Identifier: Apache-2.0
 *
 * Event triggers that forbid what is planned: each kind of statement is done to an empty
 * copy of a table, which is what such a trigger hears of too.  One that asks which table
 * it is lets the copy pass.  https://www.postgresql.org/docs/15/event-triggers.html
 */
#include "config.h"

#include "engine/postgres/try_out_part.h"

#include "engine/postgres/copy_table.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/trial.h"
#include "model/error.h"
#include "model/table_name.h"

#define KIND(kind) (1u << (kind))

#define ADD_COLUMN "ALTER TABLE {table} ADD COLUMN zdm_trial integer"
#define CREATE_INDEX "CREATE INDEX zdm_trial_index ON {table} (zdm_trial)"
#define CREATE_FUNCTION                                                              \
  "CREATE FUNCTION {schema}.zdm_trial() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN " \
  "RETURN NULL; END'"
#define CREATE_TRIGGER                                                               \
  "CREATE TRIGGER zdm_trial BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION " \
  "{schema}.zdm_trial()"
#define CREATE_VIEW "CREATE VIEW {schema}.zdm_trial_view AS SELECT 1 AS one"

static const struct
{
  const char *what;
  guint kinds;        /* of actions that do the like */
  const char *before; /* what it takes; or NULL */
  const char *sql;
} STATEMENTS[] = {
  { "ALTER TABLE … ADD COLUMN", KIND (PG_ADD_COLUMN), NULL, ADD_COLUMN },
  { "ALTER TABLE … ADD CONSTRAINT", KIND (PG_ADD_CONSTRAINT) | KIND (PG_ATTACH), NULL,
    "ALTER TABLE {table} ADD CONSTRAINT zdm_trial CHECK (true)" },
  { "CREATE INDEX", KIND (PG_INDEX) | KIND (PG_MIRROR), ADD_COLUMN, CREATE_INDEX },
  { "DROP INDEX", KIND (PG_DROP_INDEX), ADD_COLUMN "; " CREATE_INDEX,
    "DROP INDEX {schema}.zdm_trial_index" },
  { "CREATE FUNCTION", KIND (PG_SYNC), NULL, CREATE_FUNCTION },
  { "CREATE TRIGGER", KIND (PG_SYNC), CREATE_FUNCTION, CREATE_TRIGGER },
  { "DROP TRIGGER", KIND (PG_UNSYNC), CREATE_FUNCTION "; " CREATE_TRIGGER,
    "DROP TRIGGER zdm_trial ON {table}" },
  { "DROP FUNCTION", KIND (PG_UNSYNC), CREATE_FUNCTION,
    "DROP FUNCTION {schema}.zdm_trial()" },
  { "CREATE VIEW", KIND (PG_ALIAS), NULL, CREATE_VIEW },
  { "DROP VIEW", KIND (PG_UNALIAS), CREATE_VIEW, "DROP VIEW {schema}.zdm_trial_view" },
  { "ALTER TABLE … RENAME", KIND (PG_SWAP), ADD_COLUMN,
    "ALTER TABLE {table} RENAME COLUMN zdm_trial TO zdm_other" },
  { "ALTER TABLE … DROP COLUMN", KIND (PG_DROP_COLUMN), ADD_COLUMN,
    "ALTER TABLE {table} DROP COLUMN zdm_trial" },
  { "DROP TABLE", KIND (PG_DROP_TABLE), NULL, "DROP TABLE {table}" },
};

typedef struct
{
  const PgTryOut *try;
  const char *events; /* the triggers' names */
  PgTrial trial;
  const char *copy; /* quoted, with its schema */
} EventTrial;

static guint
planned_kinds (const PgTryOut *try)
{
  guint kinds = 0;

  for (guint i = 0; i < try->actions->len; i++)
    {
      const Action *action = try->actions->pdata[i];
      const PgDetail *detail = action->detail;
      kinds |= detail != NULL ? KIND (detail->kind) : 0;
    }
  return kinds;
}

static gboolean
ask (const EventTrial *self, const char *sql, GError **problem, GError **error)
{
  g_autoptr (GString) text = g_string_new (sql);

  g_string_replace (text, "{table}", self->copy, 0);
  g_string_replace (text, "{schema}", self->trial.schema, 0);
  return pg_trial_ask (&self->trial, text->str, problem, error);
}

static gboolean
refuse (const EventTrial *self, const char *what, const GError *problem, GError **error)
{
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
      "an event trigger does not let this role do %s: %s; those that are enabled "
      "are %s: have it let this role pass, or disable it for that long (ALTER "
      "EVENT TRIGGER … DISABLE)",
      what, problem->message, self->events);
  return FALSE;
}

/* What cannot be prepared, as that is forbidden, says nothing of what is planned. */
static gboolean
ask_statement (const EventTrial *self, guint i, GError **error)
{
  g_autoptr (GError) not_prepared = NULL;
  g_autoptr (GError) problem = NULL;

  if (!postgres_exec (self->try->connection, "SAVEPOINT zdm_event", NULL, error)
      || (STATEMENTS[i].before != NULL
          && !ask (self, STATEMENTS[i].before, &not_prepared, error))
      || (not_prepared == NULL && !ask (self, STATEMENTS[i].sql, &problem, error)))
    return FALSE;
  if (problem != NULL)
    return refuse (self, STATEMENTS[i].what, problem, error);
  return postgres_exec (self->try->connection, "ROLLBACK TO SAVEPOINT zdm_event", NULL,
                        error);
}

static gboolean
ask_all (EventTrial *self, const PgTable *live, GError **error)
{
  Arena *arena = self->try->arena;
  guint kinds = planned_kinds (self->try);
  g_autoptr (GError) problem = NULL;

  self->copy
      = arena_printf (arena, "%s.%s", self->trial.schema,
                      postgres_identifier (arena, table_name_own (live->name, arena)));
  if (!pg_copy_columns (self->try->connection, live, self->copy, &problem))
    {
      if (pg_trial_is_answer (problem))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (STATEMENTS); i++)
    if ((STATEMENTS[i].kinds & kinds) != 0 && !ask_statement (self, i, error))
      return FALSE;
  return TRUE;
}

static gboolean
find_live (const PgTryOut *try, const PgTable **live, GError **error)
{
  *live = NULL;
  for (guint i = 0; i < try->start->tables->len && *live == NULL; i++)
    {
      const Table *table = try->start->tables->pdata[i];
      if (!pg_read_table (try->connection, table->name, try->arena, live, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pg_try_events (const PgTryOut *try, GError **error)
{
  EventTrial self = { .try = try };
  const PgTable *live;
  gboolean begun;

  if (!postgres_text (
          try->connection,
          "SELECT pg_catalog.string_agg(pg_catalog.quote_ident(evtname), ', ' "
          "ORDER BY evtname) FROM pg_catalog.pg_event_trigger WHERE evtenabled "
          "IN ('O', 'A')",
          &self.events, try->arena, error)
      || !find_live (try, &live, error))
    return FALSE;
  if (live == NULL || self.events == NULL || *self.events == '\0')
    return TRUE;
  if (!pg_trial_begin (try->connection, &self.trial, &begun, error))
    return FALSE;
  if (!begun)
    return TRUE;
  gboolean fine = ask_all (&self, live, error);
  pg_trial_end (&self.trial);
  return fine;
}
