/* SPDX-License-Identifier: Apache-2.0
 *
 * SQL of the user's in transforms: the server reads it, and does not run it, over a row
 * as it is when its turn comes.  In a trigger it would let every write fail.
 */
#include "config.h"

#include "engine/postgres/try_out_part.h"

#include "engine/postgres/create.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/trial.h"
#include "engine/postgres/words.h"
#include "engine/sql/lookup_sql.h"
#include "model/error.h"

typedef struct
{
  const PgTryOut *try;
  guint index; /* of the action */
  const Database *shape;
  const Table *table;    /* whose row it reads, as it is then */
  const Table *declared; /* as it is at the start; or NULL */
  const PgTable *live;   /* or NULL */
  gboolean in_trigger;   /* before the row is written */
} SqlTrial;

/* The row ------------------------------------------------------------------------- */

static gboolean
is_declared_so (const Column *declared, const Column *column)
{
  return declared != NULL && type_spec_equal (&declared->type, &column->type)
         && engine_text_equal (declared->native, column->native);
}

/* The name that the column has at the start, or that of the one which it is like; NULL:
 * it comes by itself. */
static const char *
name_at_start (const SqlTrial *self, const char *name)
{
  for (guint i = self->index; i-- > 0 && name != NULL;)
    {
      const Action *action = self->try->actions->pdata[i];
      const PgDetail *detail = action->detail;
      if (detail == NULL || detail->table == NULL
          || !g_str_equal (detail->table, self->table->name))
        continue;
      if (detail->kind == PG_ADD_COLUMN && g_str_equal (detail->column, name))
        name = detail->like;
      else if (detail->kind == PG_SWAP && g_str_equal (detail->names[0], name))
        name = detail->names[1];
      else if (detail->kind == PG_SWAP && g_str_equal (detail->names[2], name))
        name = detail->names[0];
    }
  return name;
}

/* The live column of the start whose type it has; NULL: it has the declared one. */
static const PgColumn *
origin (const SqlTrial *self, const Column *column)
{
  const char *name = self->live != NULL && self->declared != NULL
                         ? name_at_start (self, column->name)
                         : NULL;

  return name != NULL && is_declared_so (table_find_column (self->declared, name), column)
             ? pg_find_column (self->live, name)
             : NULL;
}

static const char *
type_then (const SqlTrial *self, const Column *column)
{
  const PgColumn *live = origin (self, column);

  return live != NULL ? live->type : postgres_column_type (column, self->try->arena);
}

static void
append_cell (const SqlTrial *self, GString *row, const char *name, const char *type)
{
  g_string_append_printf (row, "%sNULL::%s AS %s", row->len > 0 ? ", " : "", type,
                          postgres_identifier (self->try->arena, name));
}

/* A BEFORE trigger finds null in it
 * (https://www.postgresql.org/docs/current/ddl-generated-columns.html). */
static gboolean
is_empty_then (const SqlTrial *self, const char *name)
{
  const char *at_start
      = self->in_trigger && self->live != NULL ? name_at_start (self, name) : NULL;
  const PgColumn *live = at_start != NULL ? pg_find_column (self->live, at_start) : NULL;

  return live != NULL && live->generated;
}

/* What the file does not declare is there too. */
static const char *
row_then (const SqlTrial *self)
{
  g_autoptr (GString) row = g_string_new (NULL);

  for (guint i = 0; i < table_n_columns (self->table); i++)
    {
      const Column *column = table_column (self->table, i);
      if (!is_empty_then (self, column->name))
        append_cell (self, row, column->name, type_then (self, column));
    }
  for (guint i = 0; self->live != NULL && i < self->live->n_columns; i++)
    {
      const PgColumn *live = &self->live->columns[i];
      if (!is_empty_then (self, live->name)
          && (self->declared == NULL
              || table_find_column (self->declared, live->name) == NULL)
          && table_find_column (self->table, live->name) == NULL)
        append_cell (self, row, live->name, live->type);
    }
  return arena_strdup (self->try->arena, row->str);
}

/* Questions ----------------------------------------------------------------------- */

/* A statement is read at most; several of them are refused. */
static gboolean
parse (const PgTryOut *try, const char *sql, GError **problem, GError **error)
{
  gboolean inside = postgres_connection_is_in_transaction (try->connection);
  GError *failure = NULL;

  if (inside && !postgres_exec (try->connection, "SAVEPOINT zdm_sql", NULL, error))
    return FALSE;
  if (!postgres_parse (try->connection, sql, &failure) && !pg_trial_is_answer (failure))
    {
      g_propagate_error (error, failure);
      return FALSE;
    }
  *problem = failure;
  return !inside
         || postgres_exec (try->connection,
                           "ROLLBACK TO SAVEPOINT zdm_sql; RELEASE SAVEPOINT zdm_sql",
                           NULL, error);
}

/* "; generated columns ('g') are not there yet in a trigger", or "" */
static const char *
hint (const SqlTrial *self)
{
  g_autoptr (GString) names = g_string_new (NULL);

  for (guint i = 0; self->in_trigger && self->live != NULL && i < self->live->n_columns;
       i++)
    if (self->live->columns[i].generated)
      g_string_append_printf (names, "%s'%s'", names->len > 0 ? ", " : "",
                              self->live->columns[i].name);
  return names->len == 0
             ? ""
             : arena_printf (self->try->arena,
                             "; a trigger does not know generated columns (%s) yet: say "
                             "what they are worked out from",
                             names->str);
}

static gboolean
ask (const SqlTrial *self, const char *column, const char *value, GError **error)
{
  g_autoptr (GError) problem = NULL;
  const char *sql = arena_printf (self->try->arena, "SELECT %s FROM (SELECT %s) AS new",
                                  value, row_then (self));

  if (!parse (self->try, sql, &problem, error))
    return FALSE;
  if (problem == NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "your SQL for column '%s' of '%s' cannot be run: %s%s", column,
               self->table->name, problem->message, hint (self));
  return FALSE;
}

/* Of a sync: what it makes of the one side for the other. */
static gboolean
ask_each (const SqlTrial *self, const char *const *columns,
          const BoundTransform *const *transforms, const SqlExpression *expressions,
          GError **error)
{
  for (guint i = 0; transforms != NULL && columns[i] != NULL; i++)
    if (bound_transform_needs_database (transforms[i])
        && !ask (self, columns[i], expressions[i].value, error))
      return FALSE;
  return TRUE;
}

static gboolean
ask_syncs (const SqlTrial *self, GError **error)
{
  SqlTrial trigger = *self;

  trigger.in_trigger = TRUE;
  for (guint i = 0; i < self->table->syncs->len; i++)
    {
      const Sync *sync = self->table->syncs->pdata[i];
      StepSql sql;
      if (sync->mode != SYNC_NONE
          && step_sql_init (&sql, &postgres_words, self->table, sync, "NEW.", TRUE,
                            self->try->arena, NULL)
          && (!ask_each (&trigger, sync->new_columns, sync->forward, sql.forward, error)
              || !ask_each (&trigger, sync->old_columns, sync->backward, sql.backward,
                            error)))
        return FALSE;
    }
  return TRUE;
}

/* The other table has to be there with all that is looked for. */
static gboolean
can_be_looked_up (const SqlTrial *self, const Lookup *lookup, gboolean *can,
                  GError **error)
{
  const PgTable *from;

  if (!pg_read_table (self->try->connection, lookup->from_table, self->try->arena, &from,
                      error))
    return FALSE;
  *can = from != NULL
         && (lookup->from_column == NULL
             || pg_find_column (from, lookup->from_column) != NULL);
  for (guint i = 0; *can && lookup->match_there[i] != NULL; i++)
    *can = pg_find_column (from, lookup->match_there[i]) != NULL;
  return TRUE;
}

static gboolean
ask_lookup (const SqlTrial *self, const Backfill *backfill, GError **error)
{
  SqlLookup sql = { .words = &postgres_words, .row = "NEW." };
  gboolean can;

  if (!can_be_looked_up (self, backfill->lookup, &can, error))
    return FALSE;
  return !can
         || !sql_lookup_init (&sql, self->shape, self->table->name, backfill->columns[0],
                              backfill->lookup, backfill->transform, self->try->arena,
                              NULL)
         || !bound_transform_needs_database (sql.bound.transform)
         || ask (self, backfill->columns[0], sql.result.value, error);
}

static gboolean
ask_one (const SqlTrial *self, guint target, const BoundTransform *transform,
         const guint *inputs, guint n_inputs, GError **error)
{
  Arena *arena = self->try->arena;
  const char **operands = arena_new_array (arena, const char *, n_inputs + 1);
  SqlExpression expression;

  for (guint i = 0; i < n_inputs; i++)
    operands[i] = arena_printf (
        arena, "NEW.%s",
        postgres_identifier (arena, table_column (self->table, inputs[i])->name));
  return !bound_transform_needs_database (transform)
         || !postgres_words.expression (transform, self->table, operands, TRUE, arena,
                                        &expression, NULL)
         || ask (self, table_column (self->table, target)->name, expression.value, error);
}

static gboolean
ask_columns (const SqlTrial *self, const Backfill *backfill, GError **error)
{
  BoundBackfill bound;

  if (!bind_backfill (self->table, backfill, self->try->arena, &bound, NULL))
    return TRUE;
  for (guint i = 0; bound.transforms != NULL && i < bound.n_targets; i++)
    if (!ask_one (self, bound.targets[i], bound.transforms[i], bound.inputs,
                  bound.n_inputs, error))
      return FALSE;
  return TRUE;
}

static gboolean
ask_set (const SqlTrial *self, const Operation *operation, GError **error)
{
  BoundSet bound;

  if (!bind_set (self->table,
                 operation->kind == OPERATION_REPAIR
                     ? operation->constraint.repairs.repairs
                     : operation->rows.set,
                 self->try->arena, &bound, NULL))
    return TRUE;
  for (guint i = 0; i < bound.n; i++)
    if (!ask_one (self, bound.columns[i], bound.transforms[i], &bound.columns[i], 1,
                  error))
      return FALSE;
  return TRUE;
}

static gboolean
ask_fill (const SqlTrial *self, const PgDetail *detail, GError **error)
{
  switch (detail->fill)
    {
    case FILL_LOOKUP:
      return ask_lookup (self, &detail->operation->backfill, error);
    case FILL_COLUMNS:
      return ask_columns (self, &detail->operation->backfill, error);
    case FILL_SET:
      return ask_set (self, detail->operation, error);
    default:
      return TRUE;
    }
}

/* What an abort behind the contract fills the column with again. */
static gboolean
ask_backward (const SqlTrial *self, const Operation *operation, const char *column,
              GError **error)
{
  const NamedTransform *backward
      = operation->kind == OPERATION_DROP_COLUMN ? operation->drop_column.backward : NULL;
  BoundRowTransform bound;
  guint target;

  for (; backward != NULL && backward->column != NULL; backward++)
    if (g_str_equal (backward->column, column)
        && bind_column (self->table, column, &target, NULL)
        && bind_row_transform (self->table, column, backward->transform, self->try->arena,
                               &bound, NULL)
        && !ask_one (self, target, bound.transform, bound.inputs, bound.n_inputs, error))
      return FALSE;
  return TRUE;
}

/* The table's name at the start, of which another one may have been made by now. */
static const char *
table_at_start (const SqlTrial *self, const char *name)
{
  for (guint i = self->index; i-- > 0;)
    {
      const Action *action = self->try->actions->pdata[i];
      const Operation *operation = action->step->operation;
      if (operation->kind == OPERATION_RENAME_TABLE
          && g_str_equal (operation->rename_table.to, name))
        name = operation->table;
    }
  return name;
}

/* Whether it may read what is not there yet: SQL of a step before may make anything, and
 * of a table that comes nothing is known. */
static gboolean
is_known (const SqlTrial *self)
{
  for (guint i = 0; i < self->index; i++)
    {
      const Action *action = self->try->actions->pdata[i];
      const PgDetail *detail = action->detail;
      if (detail != NULL && detail->kind == PG_SCRIPT)
        return FALSE;
    }
  for (guint i = 0; i < self->shape->tables->len; i++)
    {
      const Table *table = self->shape->tables->pdata[i];
      if (database_find (self->try->start, table_at_start (self, table->name)) == NULL)
        return FALSE;
    }
  return TRUE;
}

static gboolean
ask_action (const SqlTrial *self, const Action *action, GError **error)
{
  const PgDetail *detail = action->detail;

  if (detail->kind == PG_FILL)
    return ask_fill (self, detail, error);
  if (detail->kind == PG_DROP_COLUMN)
    return ask_backward (self, action->step->operation, detail->column, error);
  return (detail->kind == PG_SYNC && !g_str_equal (detail->trigger->what, "sync"))
         || ask_syncs (self, error);
}

gboolean
pg_try_sql (const PgTryOut *try, guint index, GError **error)
{
  const Action *action = try->actions->pdata[index];
  const PgDetail *detail = action->detail;
  SqlTrial self = { .try = try, .index = index, .shape = detail->shape };

  self.table = database_find (detail->shape, detail->table);
  if (self.table == NULL || !is_known (&self))
    return TRUE;
  const char *name = table_at_start (&self, self.table->name);
  self.declared = database_find (try->start, name);
  return pg_read_table (try->connection, name, try->arena, &self.live, error)
         && ask_action (&self, action, error);
}
