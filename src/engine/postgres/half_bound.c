/* SPDX-License-Identifier: Apache-2.0
 *
 * What is bound to the columns that move: keys, indexes, checks, foreign keys and
 * comments, on the half that has no rows yet, as far as it does not have them as the file
 * declares them.
 */
#include "config.h"

#include "engine/postgres/half_part.h"

#include "engine/postgres/carry_part.h"
#include "engine/postgres/sql_text.h"
#include "model/generated_name.h"
#include "model/table_name.h"

/* What is over two columns is met twice. */
typedef struct
{
  const Half *half;
  Carry carry;
  GHashTable *done; /* const char *: the names of what is there */
} Binding;

/* As what is declared is called there. */
static const char *
name_of (const Half *self, const char *table, const char *name)
{
  return generated_name (self->arena, arena_printf (self->arena, "%s_%s", table, name));
}

static const char *
name_there (const Half *self, const char *name)
{
  const char *own = table_name_own (self->half->name, self->arena);

  return postgres_identifier (self->arena, name_of (self, own, name));
}

static gboolean
is_declared_there (const Half *self, const char *name)
{
  const char *there = name_of (self, self->half->name, name);

  return table_find_constraint (self->half, there) != NULL
         || table_find_index (self->half, there) != NULL;
}

/* Whether the file declares a key of the column alone, by whatever name, as is the one
 * whose index has @body. */
static gboolean
has_key (const Half *self, const char *column, const char *body)
{
  const char *const columns[] = { column, NULL };
  g_autoptr (GString) plain = g_string_new (body);

  g_string_replace (plain, "\"", "", 0);
  if (!g_str_equal (plain->str, arena_printf (self->arena, "USING btree (%s)", column)))
    return FALSE;

  for (guint i = 0; i < self->half->constraints->len; i++)
    {
      const Constraint *key = self->half->constraints->pdata[i];
      if (key->kind == CONSTRAINT_UNIQUE && name_list_equal (key->columns, columns))
        return TRUE;
    }
  return FALSE;
}

/* Whether all the columns of what the catalogue says of @what are in the half. */
static gboolean
is_within (const Binding *self, const char *what, gboolean *within, GError **error)
{
  Arena *arena = self->half->arena;
  const PgTable *live = self->half->live;
  g_autoptr (GString) names = g_string_new (NULL);
  gboolean is_outside = FALSE;

  for (guint i = 0; i < table_n_columns (self->half->half); i++)
    g_string_append_printf (
        names, "%s%s", i > 0 ? ", " : "",
        postgres_quote (arena, table_column (self->half->half, i)->name));
  gboolean fine = postgres_finds (
      self->carry.connection,
      arena_printf (
          arena,
          "SELECT 1 FROM pg_catalog.pg_depend AS d JOIN "
          "pg_catalog.pg_attribute AS a ON a.attrelid = d.refobjid AND a.attnum "
          "= d.refobjsubid WHERE d.objid = %s AND d.refclassid = "
          "'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = %s AND "
          "a.attname NOT IN (%s)",
          what, live->oid, names->str),
      &is_outside, error);
  *within = !is_outside;
  return fine;
}

/* Once, where all its columns are there. @what: its oid, as SQL */
static gboolean
bind_one (const Binding *self, const char *name, const char *what, const char *sql,
          GError **error)
{
  gboolean within;

  if (is_declared_there (self->half, name)
      || !g_hash_table_add (self->done,
                            (gpointer) arena_strdup (self->half->arena, name)))
    return TRUE;
  if (!is_within (self, what, &within, error))
    return FALSE;
  return !within || postgres_exec (self->carry.connection, sql, NULL, error);
}

static const char *
table_there (const Half *self)
{
  return postgres_table (self->arena, self->half->name);
}

static gboolean
bind_constraints (const Binding *self, GError **error)
{
  const Half *half = self->half;
  g_autoptr (PostgresResult) rows = pg_carry_constraints (&self->carry, error);

  for (int i = 0; rows != NULL && i < PQntuples (rows); i++)
    {
      const char *name = postgres_cell (rows, i, CONSTRAINT_NAME);
      if (!bind_one (self, name,
                     arena_printf (half->arena,
                                   "(SELECT oid FROM pg_catalog.pg_constraint WHERE "
                                   "conrelid = %s AND conname = %s)",
                                   half->live->oid, postgres_quote (half->arena, name)),
                     arena_printf (half->arena, "ALTER TABLE %s ADD CONSTRAINT %s %s",
                                   table_there (half), name_there (half, name),
                                   postgres_cell (rows, i, CONSTRAINT_TEXT)),
                     error))
        return FALSE;
    }
  return rows != NULL;
}

static const char *
index_text (const Half *self, const PostgresResult *rows, int i)
{
  const char *table = table_there (self);
  const char *name = name_there (self, postgres_cell (rows, i, INDEX_NAME));
  gboolean is_unique = postgres_cell (rows, i, INDEX_UNIQUE)[0] == 't';
  const char *create = arena_printf (self->arena, "CREATE %sINDEX %s ON %s %s",
                                     is_unique ? "UNIQUE " : "", name, table,
                                     postgres_cell (rows, i, INDEX_BODY));

  if (postgres_cell (rows, i, INDEX_KIND) == NULL)
    return create;
  return arena_printf (
      self->arena, "%s; ALTER TABLE %s ADD CONSTRAINT %s UNIQUE USING INDEX %s%s", create,
      table, name, name, postgres_cell (rows, i, INDEX_DEFERRAL));
}

static gboolean
bind_indexes (const Binding *self, GError **error)
{
  const Half *half = self->half;
  g_autoptr (PostgresResult) rows = pg_carry_indexes (&self->carry, error);

  for (int i = 0; rows != NULL && i < PQntuples (rows); i++)
    {
      const char *kind = postgres_cell (rows, i, INDEX_KIND);
      if (kind != NULL
          && (kind[0] == 'p'
              || has_key (half, self->carry.from->name,
                          postgres_cell (rows, i, INDEX_BODY))))
        continue;
      if (!bind_one (self, postgres_cell (rows, i, INDEX_NAME),
                     arena_printf (half->arena, "%s::pg_catalog.regclass",
                                   postgres_quote (half->arena,
                                                   postgres_cell (rows, i, INDEX_SHOWN))),
                     index_text (half, rows, i), error))
        return FALSE;
    }
  return rows != NULL;
}

static gboolean
tell_comment (const Half *self, const Carry *carry, GError **error)
{
  Arena *arena = self->arena;
  const char *text;

  if (!postgres_text (carry->connection,
                      arena_printf (arena,
                                    "SELECT pg_catalog.quote_literal(c) FROM "
                                    "pg_catalog.col_description(%s, %u) AS c WHERE c IS "
                                    "NOT NULL",
                                    carry->live->oid, carry->from->number),
                      &text, arena, error))
    return FALSE;
  return text == NULL
         || postgres_exec (
             carry->connection,
             arena_printf (arena, "COMMENT ON COLUMN %s.%s IS %s", table_there (self),
                           postgres_identifier (arena, carry->from->name), text),
             NULL, error);
}

gboolean
pg_half_bind (const Half *self, SqlConnection *connection, GError **error)
{
  const PgDetail none = { 0 };
  g_autoptr (GHashTable) done = g_hash_table_new (g_str_hash, g_str_equal);
  Binding binding = { .half = self,
                      .carry = { .connection = connection,
                                 .detail = &none,
                                 .table = self->old,
                                 .live = self->live,
                                 .arena = self->arena },
                      .done = done };

  for (guint i = 0; self->sync->columns[i] != NULL; i++)
    {
      Carry *carry = &binding.carry;
      carry->from = carry->to = pg_find_column (self->live, self->sync->columns[i]);
      if (carry->from != NULL
          && (!bind_constraints (&binding, error) || !bind_indexes (&binding, error)
              || !tell_comment (self, carry, error)))
        return FALSE;
    }
  return TRUE;
}
