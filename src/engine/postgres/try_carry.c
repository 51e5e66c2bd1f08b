/* SPDX-License-Identifier: Apache-2.0
 *
 * What is bound to a column, on another one of its new type: the server itself says
 * whether it can be, of an empty copy of the table.
 */
#include "config.h"

#include "engine/postgres/try_out_part.h"

#include <string.h>

#include "engine/postgres/carry_part.h"
#include "engine/postgres/copy_table.h"
#include "engine/postgres/create.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/trial.h"
#include "model/error.h"
#include "model/table_name.h"

typedef struct
{
  const PgTryOut *try;
  guint index; /* of the action */
  Carry carry; /* from the live column to the one that is planned */
  PgTrial trial;
  const char *default_text; /* that the other column gets; or NULL */
  const char *copy;         /* quoted, with its schema */
} CarryTrial;

/* The plan before it -------------------------------------------------------------- */

static const PgDetail *
detail_at (const PgTryOut *try, guint i)
{
  const Action *action = try->actions->pdata[i];

  return action->detail;
}

/* What the column is called now, if steps before this one give it another name. */
static const char *
live_name (const PgTryOut *try, guint index)
{
  const PgDetail *carried = detail_at (try, index);
  const char *name = carried->column;

  for (guint i = index; i-- > 0;)
    {
      const PgDetail *detail = detail_at (try, i);
      if (detail != NULL && detail->kind == PG_CARRY_PREPARE
          && g_str_equal (detail->table, carried->table)
          && g_str_equal (detail->to, name))
        name = detail->column;
    }
  return name;
}

static gboolean
declares (const Table *table, const char *name)
{
  return table != NULL
         && (table_find_index (table, name) != NULL
             || table_find_constraint (table, name) != NULL);
}

static gboolean
is_in_script (const PgTryOut *try, guint index, const char *name)
{
  for (guint i = 0; i < index; i++)
    {
      const PgDetail *detail = detail_at (try, i);
      if (detail != NULL && detail->kind == PG_SCRIPT
          && strstr (detail->text, name) != NULL)
        return TRUE;
    }
  return FALSE;
}

/* Whether it may be gone, or another one, when its turn comes: the file drops it before,
 * or the user's own SQL speaks of it. */
static gboolean
may_be_gone (const CarryTrial *self, const char *name)
{
  const Table *start = database_find (self->try->start, self->carry.table->name);

  return (declares (start, name) && !declares (self->carry.table, name))
         || is_in_script (self->try, self->index, name);
}

/* The copy ---------------------------------------------------------------------- */

/* The other column as it will be: one that is renamed keeps its exact type. */
static PgColumn
planned_column (const CarryTrial *self, const PgDetail *detail)
{
  const Column *planned = table_find_column (self->carry.table, detail->to);
  const Column *old = table_find_column (self->carry.table, detail->column);
  PgColumn column = *self->carry.from;

  column.name = detail->to;
  if (planned == NULL || old == NULL || type_spec_equal (&planned->type, &old->type))
    return column;
  column.type = postgres_column_type (planned, self->try->arena);
  column.collation = column_type_is_text (planned->type.base) && planned->native == NULL
                             && planned->collate == NULL
                         ? self->carry.from->sorted_by
                         : NULL;
  return column;
}

static gboolean
make_copy (CarryTrial *self, GError **error)
{
  const Carry *carry = &self->carry;
  Arena *arena = carry->arena;

  self->copy = arena_printf (
      arena, "%s.%s", self->trial.schema,
      postgres_identifier (arena, table_name_own (carry->live->name, arena)));
  return pg_copy_columns (carry->connection, carry->live, self->copy, error)
         && postgres_exec (
             carry->connection,
             arena_printf (arena, "ALTER TABLE %s ADD COLUMN %s %s%s%s", self->copy,
                           pg_carry_quote (carry, carry->to->name), carry->to->type,
                           carry->to->collation != NULL ? " COLLATE " : "",
                           carry->to->collation != NULL ? carry->to->collation : ""),
             NULL, error);
}

/* Questions --------------------------------------------------------------------- */

static gboolean
ask (const CarryTrial *self, const char *what, const char *name, const char *sql,
     GError **error)
{
  const Carry *carry = &self->carry;
  g_autoptr (GError) problem = NULL;

  if (!pg_trial_ask (&self->trial, sql, &problem, error))
    return FALSE;
  if (problem == NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "%s '%s' on column '%s' of '%s' cannot be made again where that is %s: "
               "%s; drop it first, and make it again afterwards",
               what, name, carry->from->name, carry->live->name, carry->to->type,
               problem->message);
  return FALSE;
}

static gboolean
ask_default (const CarryTrial *self, GError **error)
{
  const Carry *carry = &self->carry;

  return self->default_text == NULL
         || ask (self, "default", self->default_text,
                 arena_printf (carry->arena,
                               "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                               self->copy, pg_carry_quote (carry, carry->to->name),
                               self->default_text),
                 error);
}

static gboolean
ask_identity (const CarryTrial *self, GError **error)
{
  const Carry *carry = &self->carry;
  const char *name = pg_carry_quote (carry, carry->to->name);

  return carry->from->identity == '\0'
         || ask (
             self, "identity", carry->from->name,
             arena_printf (carry->arena,
                           "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL, ALTER COLUMN "
                           "%s ADD GENERATED BY DEFAULT AS IDENTITY",
                           self->copy, name, name),
             error);
}

static gboolean
ask_indexes (const CarryTrial *self, GError **error)
{
  const Carry *carry = &self->carry;
  g_autoptr (PostgresResult) indexes = pg_carry_indexes (carry, error);

  for (int i = 0; indexes != NULL && i < PQntuples (indexes); i++)
    {
      const char *name = postgres_cell (indexes, i, INDEX_NAME);
      if (!may_be_gone (self, name)
          && !ask (
              self, "index", name,
              arena_printf (
                  carry->arena, "CREATE %sINDEX ON %s %s",
                  postgres_cell (indexes, i, INDEX_UNIQUE)[0] == 't' ? "UNIQUE " : "",
                  self->copy,
                  pg_carry_moved (carry, postgres_cell (indexes, i, INDEX_BODY))),
              error))
        return FALSE;
    }
  return indexes != NULL;
}

/* A key of the columns that the foreign key refers to, in an empty table; @list gets
 * their names. */
static gboolean
copy_reference (const CarryTrial *self, const char *name, const char *copy,
                const char **list, GError **error)
{
  const Carry *carry = &self->carry;
  Arena *arena = carry->arena;
  g_autoptr (PostgresResult) columns = postgres_query (
      carry->connection,
      arena_printf (
          arena,
          "SELECT pg_catalog.string_agg(pg_catalog.format('%%I %%s', a.attname, "
          "pg_catalog.format_type(a.atttypid, a.atttypmod)), ', ' ORDER BY u.place), "
          "pg_catalog.string_agg(pg_catalog.quote_ident(a.attname), ', ' ORDER BY "
          "u.place) FROM pg_catalog.pg_constraint AS k, LATERAL "
          "pg_catalog.unnest(k.confkey) WITH ORDINALITY AS u (number, place), "
          "pg_catalog.pg_attribute AS a WHERE k.conrelid = %s AND k.conname = %s AND "
          "a.attrelid = k.confrelid AND a.attnum = u.number",
          carry->live->oid, postgres_quote (arena, name)),
      error);

  if (columns == NULL)
    return FALSE;
  *list = arena_strdup (arena, postgres_cell (columns, 0, 1));
  return postgres_exec (carry->connection,
                        arena_printf (arena, "CREATE TABLE %s (%s, UNIQUE (%s))", copy,
                                      postgres_cell (columns, 0, 0), *list),
                        NULL, error);
}

static gboolean
ask_reference (const CarryTrial *self, const char *name, const char *body, int number,
               GError **error)
{
  Arena *arena = self->carry.arena;
  const char *references = strstr (body, " REFERENCES ");
  const char *copy
      = arena_printf (arena, "%s.zdm_referenced_%d", self->trial.schema, number);
  const char *list;

  return copy_reference (self, name, copy, &list, error)
         && ask (self, "foreign key", name,
                 arena_printf (arena, "ALTER TABLE %s ADD %s REFERENCES %s (%s)",
                               self->copy,
                               arena_strndup (arena, body, (gsize) (references - body)),
                               copy, list),
                 error);
}

static gboolean
ask_constraints (const CarryTrial *self, GError **error)
{
  const Carry *carry = &self->carry;
  g_autoptr (PostgresResult) constraints = pg_carry_constraints (carry, error);

  for (int i = 0; constraints != NULL && i < PQntuples (constraints); i++)
    {
      const char *name = postgres_cell (constraints, i, CONSTRAINT_NAME);
      const char *body = pg_carry_constraint_body (carry, constraints, i);
      if (may_be_gone (self, name))
        continue;
      if (g_str_has_prefix (body, "FOREIGN KEY")
              ? !ask_reference (self, name, body, i, error)
              : !ask (
                  self, "check", name,
                  arena_printf (carry->arena, "ALTER TABLE %s ADD %s", self->copy, body),
                  error))
        return FALSE;
    }
  return constraints != NULL;
}

/* Where no copy can be made (a trigger on events may forbid it) nothing is known. */
static gboolean
ask_all (CarryTrial *self, GError **error)
{
  g_autoptr (GError) problem = NULL;

  if (make_copy (self, &problem))
    return ask_default (self, error) && ask_identity (self, error)
           && ask_indexes (self, error) && ask_constraints (self, error);
  if (pg_trial_is_answer (problem))
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&problem));
  return FALSE;
}

static gboolean
try_on_copy (CarryTrial *self, GError **error)
{
  gboolean begun;

  if (!pg_trial_begin (self->carry.connection, &self->trial, &begun, error))
    return FALSE;
  if (!begun)
    return TRUE;
  gboolean fine = ask_all (self, error);
  pg_trial_end (&self->trial);
  return fine;
}

gboolean
pg_try_carry (const PgTryOut *try, guint index, GError **error)
{
  const PgDetail *detail = detail_at (try, index);
  CarryTrial self = { .try = try, .index = index };

  if (!pg_carry_check (try->connection, detail, error))
    return FALSE;
  self.carry = (Carry){ .connection = try->connection,
                        .detail = detail,
                        .table = database_find (detail->shape, detail->table),
                        .arena = try->arena };
  if (!pg_read_table (try->connection, detail->table, try->arena, &self.carry.live,
                      error))
    return FALSE;
  if (self.carry.live == NULL || self.carry.table == NULL)
    return TRUE;
  self.carry.from = pg_find_column (self.carry.live, live_name (try, index));
  if (self.carry.from == NULL)
    return TRUE; /* it is there only while the migration runs */
  const PgColumn planned = planned_column (&self, detail);
  self.carry.to = &planned;
  return pg_carry_default (&self.carry, &self.default_text, error)
         && try_on_copy (&self, error);
}
