/* SPDX-License-Identifier: Apache-2.0
 *
 * Event triggers that forbid what is planned: each kind of statement is done to an empty
 * copy of a table, which is what such a trigger hears of too.  One that asks which table
 * it is lets the copy pass.  https://www.postgresql.org/docs/15/event-triggers.html
 */
#include "config.h"

#include "engine/postgres/try_out_part.h"

#include <string.h>

#include "engine/postgres/copy_table.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/trial.h"
#include "model/error.h"
#include "model/table_name.h"

#define KIND(kind) (1u << (kind))

#define ADD_COLUMN "ALTER TABLE {table} ADD COLUMN zdm_trial integer"
#define CREATE_INDEX "CREATE INDEX {index} ON {table} (zdm_trial)"
#define CREATE_FUNCTION                                                                   \
  "CREATE FUNCTION {function}() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; " \
  "END'"
#define CREATE_TRIGGER                                                               \
  "CREATE TRIGGER {trigger} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION " \
  "{function}()"
#define CREATE_VIEW "CREATE VIEW {schema}.{view} AS SELECT 1 AS one"

static const struct
{
  const char *what;
  guint kinds;        /* of actions that do the like */
  const char *before; /* what it takes; or NULL */
  const char *sql;
} STATEMENTS[] = {
  { "ALTER TABLE … ADD COLUMN", KIND (PG_ADD_COLUMN), NULL, ADD_COLUMN },
  { "ALTER TABLE … ADD CONSTRAINT", KIND (PG_ADD_CONSTRAINT) | KIND (PG_ATTACH), NULL,
    "ALTER TABLE {table} ADD CONSTRAINT {constraint} CHECK (true)" },
  { "CREATE INDEX", KIND (PG_INDEX) | KIND (PG_MIRROR), ADD_COLUMN, CREATE_INDEX },
  { "DROP INDEX", KIND (PG_DROP_INDEX), ADD_COLUMN "; " CREATE_INDEX,
    "DROP INDEX {schema}.{index}" },
  { "CREATE FUNCTION", KIND (PG_SYNC), NULL, CREATE_FUNCTION },
  { "CREATE TRIGGER", KIND (PG_SYNC), CREATE_FUNCTION, CREATE_TRIGGER },
  { "DROP TRIGGER", KIND (PG_UNSYNC), CREATE_FUNCTION "; " CREATE_TRIGGER,
    "DROP TRIGGER {trigger} ON {table}" },
  { "DROP FUNCTION", KIND (PG_UNSYNC), CREATE_FUNCTION, "DROP FUNCTION {function}()" },
  { "CREATE VIEW", KIND (PG_ALIAS), NULL, CREATE_VIEW },
  { "DROP VIEW", KIND (PG_UNALIAS), CREATE_VIEW, "DROP VIEW {schema}.{view}" },
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
  const PgTable *live;
  const char *table;      /* as the file calls it */
  const char *copy;       /* quoted, with its schema */
  gboolean has_functions; /* the schema for them is there */
} EventTrial;

/* Of this table, and of none. */
static gboolean
is_about (const EventTrial *self, const PgDetail *detail)
{
  return detail != NULL
         && (detail->table == NULL || g_str_equal (detail->table, self->table));
}

static guint
planned_kinds (const EventTrial *self)
{
  guint kinds = 0;

  for (guint i = 0; i < self->try->actions->len; i++)
    {
      const Action *action = self->try->actions->pdata[i];
      const PgDetail *detail = action->detail;
      kinds |= is_about (self, detail) ? KIND (detail->kind) : 0;
    }
  return kinds;
}

/* The first one of these kinds; (nullable). */
static const PgDetail *
first_planned (const EventTrial *self, guint kinds)
{
  for (guint i = 0; i < self->try->actions->len; i++)
    {
      const Action *action = self->try->actions->pdata[i];
      const PgDetail *detail = action->detail;
      if (is_about (self, detail) && (KIND (detail->kind) & kinds) != 0)
        return detail;
    }
  return NULL;
}

static void
replace (const EventTrial *self, GString *text, const char *what, const char *name)
{
  g_string_replace (
      text, what,
      postgres_identifier (self->try->arena, name != NULL ? name : "zdm_mirror_trial"),
      0);
}

/* The schema of ours is there from the first run on. */
static void
replace_function (const EventTrial *self, GString *text, const PgDetail *sync)
{
  Arena *arena = self->try->arena;
  const char *name = sync != NULL
                         ? pg_trigger_function (sync->trigger, self->live->quoted, arena)
                         : POSTGRES_SCHEMA ".zdm_trial";

  g_string_replace (text, "{function}",
                    self->has_functions
                        ? name
                        : arena_printf (arena, "%s.%s", self->trial.schema,
                                        name + strlen (POSTGRES_SCHEMA ".")),
                    0);
}

/* By the names that are planned: rules may be about names. */
static const char *
by_name (const EventTrial *self, const char *sql)
{
  Arena *arena = self->try->arena;
  g_autoptr (GString) text = g_string_new (sql);
  const PgDetail *index = first_planned (self, KIND (PG_INDEX) | KIND (PG_DROP_INDEX));
  const PgDetail *bound
      = first_planned (self, KIND (PG_ADD_CONSTRAINT) | KIND (PG_ATTACH));
  const PgDetail *alias = first_planned (self, KIND (PG_ALIAS) | KIND (PG_UNALIAS));
  const PgDetail *sync = first_planned (self, KIND (PG_SYNC) | KIND (PG_UNSYNC));

  g_string_replace (text, "{table}", self->copy, 0);
  g_string_replace (text, "{schema}", self->trial.schema, 0);
  replace (self, text, "{index}", index != NULL ? index->name : NULL);
  replace (self, text, "{constraint}", bound != NULL ? bound->constraint->name : NULL);
  replace (self, text, "{view}",
           alias != NULL ? table_name_own (alias->to, arena) : NULL);
  replace (self, text, "{trigger}", sync != NULL ? sync->trigger->name : NULL);
  replace_function (self, text, sync);
  return arena_strdup (arena, text->str);
}

static gboolean
ask (const EventTrial *self, const char *sql, GError **problem, GError **error)
{
  return pg_trial_ask (&self->trial, by_name (self, sql), problem, error);
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
ask_all (EventTrial *self, GError **error)
{
  guint kinds = planned_kinds (self);
  g_autoptr (GError) problem = NULL;

  self->copy = arena_printf (
      self->try->arena, "%s.%s", self->trial.schema,
      postgres_identifier (self->try->arena,
                           table_name_own (self->live->name, self->try->arena)));
  if (!pg_copy_columns (self->try->connection, self->live, self->copy, &problem))
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
try_table (EventTrial *self, GError **error)
{
  gboolean begun;

  if (planned_kinds (self) == 0)
    return TRUE;
  if (!pg_trial_begin (self->try->connection, &self->trial, &begun, error))
    return FALSE;
  if (!begun)
    return TRUE;
  gboolean fine = ask_all (self, error);
  pg_trial_end (&self->trial);
  return fine;
}

gboolean
pg_try_events (const PgTryOut *try, GError **error)
{
  EventTrial self = { .try = try };

  if (!postgres_text (
          try->connection,
          "SELECT pg_catalog.string_agg(pg_catalog.quote_ident(evtname), ', ' "
          "ORDER BY evtname) FROM pg_catalog.pg_event_trigger WHERE evtenabled "
          "IN ('O', 'A')",
          &self.events, try->arena, error))
    return FALSE;
  if (self.events == NULL || *self.events == '\0')
    return TRUE;
  if (!postgres_finds (try->connection,
                       "SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = "
                       "'" POSTGRES_SCHEMA "' AND "
                       "pg_catalog.has_schema_privilege(oid, 'CREATE')",
                       &self.has_functions, error))
    return FALSE;
  for (guint i = 0; i < try->start->tables->len; i++)
    {
      const Table *table = try->start->tables->pdata[i];
      self.table = table->name;
      if (!pg_read_table (try->connection, table->name, try->arena, &self.live, error)
          || (self.live != NULL && !try_table (&self, error)))
        return FALSE;
    }
  return TRUE;
}
