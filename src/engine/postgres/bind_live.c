/* SPDX-License-Identifier: Apache-2.0
 *
 * What binds rows, in the catalogues.
 */
#include "config.h"

#include "engine/postgres/bind_live.h"

#include <string.h>

#include "engine/postgres/create.h"
#include "engine/postgres/dependent.h"
#include "engine/postgres/live.h"
#include "engine/postgres/sql_text.h"
#include "model/error.h"

/* Columns ----------------------------------------------------------------------- */

/* The live column whose type the added one takes; @like is NULL when there is none. */
static gboolean
find_like (SqlConnection *connection, const PgDetail *detail, const PgTable *live,
           const PgColumn **like, Arena *arena, GError **error)
{
  *like = NULL;
  if (detail->like_table != NULL
      && !pg_read_table (connection, detail->like_table, arena, &live, error))
    return FALSE;
  if (detail->like != NULL && live != NULL)
    *like = pg_find_column (live, detail->like);
  return TRUE;
}

/* A column that comes back from the half of a split has its default, or that of its
 * domain. */
static const char *
default_again (const PgTable *live, const PgDetail *detail, const PgColumn *like,
               Arena *arena)
{
  const char *column = postgres_identifier (arena, detail->column);

  if (detail->like_table == NULL)
    return "";
  if (like->default_text != NULL)
    return arena_printf (arena, "; ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                         live->quoted, column, like->default_text);
  return arena_printf (arena, "; ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                       live->quoted, column);
}

/* " COLLATE x" of the column whose collation the other one has, or "". */
static const char *
collate_clause (const PgDetail *detail, const PgTable *live, Arena *arena)
{
  const PgColumn *like
      = detail->sorted_like != NULL ? pg_find_column (live, detail->sorted_like) : NULL;

  return like != NULL && like->sorted_by != NULL
             ? arena_printf (arena, " COLLATE %s", like->sorted_by)
             : "";
}

/* The statement, with the collation behind the type. */
static const char *
add_sorted (const PgDetail *detail, const PgTable *live, const char *sql, Arena *arena)
{
  const char *collate = collate_clause (detail, live, arena);
  const Table *table = database_find (detail->shape, detail->table);

  if (collate[0] == '\0' || table == NULL
      || pg_find_column (live, detail->column) != NULL)
    return sql;
  const char *head = arena_printf (
      arena, "%s %s", postgres_identifier (arena, detail->column),
      postgres_column_type (table_find_column (table, detail->column), arena));
  return arena_printf (arena, "ALTER TABLE %s ADD COLUMN %s%s%s", live->quoted, head,
                       collate, detail->text + strlen (head));
}

/* A column that takes a live one's place takes its type and collation too.  The default
 * of a domain is kept from it: what an application has not given has to be null.
 * https://www.postgresql.org/docs/15/sql-createdomain.html */
gboolean
pg_add_column (SqlConnection *connection, const PgDetail *detail, const char *sql,
               GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;
  const PgColumn *like;

  if (!pg_live_table (connection, detail->table, arena, &live, error)
      || !find_like (connection, detail, live, &like, arena, error))
    return FALSE;
  if (like == NULL || pg_find_column (live, detail->column) != NULL)
    return postgres_exec (connection, add_sorted (detail, live, sql, arena), NULL, error);
  return postgres_exec (
      connection,
      arena_printf (arena, "ALTER TABLE %s ADD COLUMN %s %s%s%s%s%s", live->quoted,
                    postgres_identifier (arena, detail->column), like->type,
                    like->collation != NULL ? " COLLATE " : "",
                    like->collation != NULL ? like->collation : "",
                    like->is_domain ? " DEFAULT NULL" : "",
                    default_again (live, detail, like, arena)),
      NULL, error);
}

/* A type that is not said with a collation has its own, by which a key tells less or more
 * values apart, and all indexes are built anew. */
gboolean
pg_retype (SqlConnection *connection, const PgDetail *detail, const char *sql,
           GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;

  return pg_live_table (connection, detail->table, arena, &live, error)
         && postgres_exec (
             connection,
             arena_printf (arena, "%s%s", sql, collate_clause (detail, live, arena)),
             NULL, error);
}

gboolean
pg_drop_column (SqlConnection *connection, const PgDetail *detail, const char *sql,
                GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;
  const char *what = NULL;

  if (!pg_read_table (connection, detail->table, arena, &live, error))
    return FALSE;
  const PgColumn *column = live != NULL ? pg_find_column (live, detail->column) : NULL;
  if (column != NULL
      && !pg_column_trigger (connection, live, column, detail->tag, &what, arena, error))
    return FALSE;
  if (what == NULL)
    return postgres_exec (connection, sql, NULL, error);
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
      "column '%s' of '%s' cannot go: %s would fail each write; drop it, or let it "
      "do without the column, first",
      detail->column, detail->table, what);
  return FALSE;
}

/* Locks ------------------------------------------------------------------------- */

static const guint TRIES_MS[]
    = { 100, 200, 400, 800, 1500, 2000, 2000, 2000, 2000, 2000 };

static gboolean
try_short (SqlConnection *connection, const char *sql, guint patience_ms, GError **error)
{
  if (!postgres_connection_begin (connection, SQL_FOR_SCHEMA, patience_ms, error))
    return FALSE;
  if (postgres_exec (connection, sql, NULL, error)
      && postgres_connection_commit (connection, error))
    return TRUE;
  postgres_connection_roll_back (connection);
  return FALSE;
}

/* Whoever waits for a lock makes everybody wait who comes after, so it lets them go. */
gboolean
pg_exec_short (SqlConnection *connection, const char *sql, GError **error)
{
  GError *problem = NULL;

  for (guint i = 0;; i++)
    {
      if (try_short (connection, sql, TRIES_MS[i], &problem))
        return TRUE;
      gboolean is_lock = g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT)
                         || g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_DEADLOCK);
      if (!is_lock || i + 1 == G_N_ELEMENTS (TRIES_MS))
        break;
      g_clear_error (&problem);
      g_usleep ((gulong) g_random_int_range (500, 1500) * 1000);
    }
  g_propagate_error (error, problem);
  return FALSE;
}

/* Names ----------------------------------------------------------------------- */

gboolean
pg_has_constraint (SqlConnection *connection, const char *table_oid, const char *name,
                   gboolean *found, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  return postgres_finds (
      connection,
      arena_printf (
          arena,
          "SELECT 1 FROM pg_catalog.pg_constraint WHERE conrelid = %s AND conname = %s",
          table_oid, postgres_quote (arena, name)),
      found, error);
}

/* "ARRAY['a', 'b']::name[]" */
static const char *
name_array (const char *const *names, Arena *arena)
{
  g_autoptr (GString) text = g_string_new ("ARRAY[");

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            postgres_quote (arena, names[i]));
  g_string_append (text, "]::pg_catalog.name[]");
  return arena_strdup (arena, text->str);
}

static const char *
kind_letter (const Constraint *constraint)
{
  switch (constraint->kind)
    {
    case CONSTRAINT_CHECK:
      return "c";
    case CONSTRAINT_UNIQUE:
      return "u";
    case CONSTRAINT_PRIMARY_KEY:
      return "p";
    default:
      return "f";
    }
}

/* What the live constraint is called: as declared; else a key of the same columns, since
 * a name that the file does not give was made up.  NULL: it is not there. */
static gboolean
find_name (SqlConnection *connection, const PgTable *live, const Constraint *constraint,
           const char **name, Arena *arena, GError **error)
{
  gboolean found;

  *name = constraint->name;
  if (!pg_has_constraint (connection, live->oid, constraint->name, &found, error))
    return FALSE;
  if (found)
    return TRUE;
  *name = NULL;
  if (constraint->kind == CONSTRAINT_CHECK)
    return TRUE;
  return postgres_text (
      connection,
      arena_printf (
          arena,
          "SELECT c.conname FROM pg_catalog.pg_constraint AS c WHERE c.conrelid "
          "= %s AND c.contype = '%s' AND (SELECT "
          "pg_catalog.array_agg(a.attname ORDER BY k.place) FROM "
          "pg_catalog.unnest(c.conkey) WITH ORDINALITY AS k (number, place) JOIN "
          "pg_catalog.pg_attribute AS a ON a.attrelid = c.conrelid AND a.attnum "
          "= k.number) = %s ORDER BY 1 LIMIT 1",
          live->oid, kind_letter (constraint), name_array (constraint->columns, arena)),
      name, arena, error);
}

/* Constraints ------------------------------------------------------------------- */

/* On the way back from where the column never was there is nothing to bind. */
static gboolean
never_was (const PgTable *live, const PgDetail *detail)
{
  return detail->back && detail->column != NULL
         && pg_find_column (live, detail->column) == NULL;
}

/* A type of the user's keeps its values itself. */
static gboolean
keeps_values (const PgTable *live, const PgDetail *detail)
{
  const PgColumn *column
      = detail->enum_column != NULL ? pg_find_column (live, detail->enum_column) : NULL;

  return column != NULL && column->is_enum;
}

gboolean
pg_add_constraint (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;
  gboolean found;

  if (!pg_live_table (connection, detail->table, arena, &live, error)
      || !pg_has_constraint (connection, live->oid, detail->constraint->name, &found,
                             error))
    return FALSE;
  return found || never_was (live, detail) || keeps_values (live, detail)
         || postgres_exec (
             connection,
             arena_printf (
                 arena, "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID", live->quoted,
                 postgres_identifier (arena, detail->constraint->name), detail->text),
             NULL, error);
}

/* A key may be a unique index only: the user's, or one that was never attached. */
gboolean
pg_drop_constraint (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;
  const char *name;

  if (!pg_live_table (connection, detail->table, arena, &live, error)
      || !find_name (connection, live, detail->constraint, &name, arena, error))
    return FALSE;
  if (name != NULL)
    return postgres_exec (connection,
                          arena_printf (arena, "ALTER TABLE %s DROP CONSTRAINT %s",
                                        live->quoted, postgres_identifier (arena, name)),
                          NULL, error);
  if (detail->constraint->kind != CONSTRAINT_UNIQUE
      && detail->constraint->kind != CONSTRAINT_PRIMARY_KEY)
    return TRUE;
  return postgres_exec (connection,
                        arena_printf (arena, "DROP INDEX IF EXISTS %s",
                                      pg_beside (live, detail->constraint->name, arena)),
                        NULL, error);
}

gboolean
pg_rename_constraint (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;
  gboolean found;

  if (!pg_live_table (connection, detail->table, arena, &live, error)
      || !pg_has_constraint (connection, live->oid, detail->constraint->name, &found,
                             error))
    return FALSE;
  /* One that is called otherwise has no name of ours to change. */
  return !found
         || postgres_exec (
             connection,
             arena_printf (arena, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s",
                           live->quoted,
                           postgres_identifier (arena, detail->constraint->name),
                           postgres_identifier (arena, detail->to)),
             NULL, error);
}

static gboolean
name_violation (const PgDetail *detail, GError **error)
{
  g_prefix_error (error, "table '%s', constraint '%s': ", detail->table, detail->to);
  return FALSE;
}

gboolean
pg_refuse_nulls (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *row = NULL;
  const PgTable *live;

  if (!pg_live_table (connection, detail->table, arena, &live, error))
    return FALSE;
  if (pg_find_column (live, detail->column) == NULL || never_was (live, detail)
      || keeps_values (live, detail))
    return TRUE;
  const char *condition
      = arena_printf (arena, "%s IS NULL", postgres_identifier (arena, detail->column));
  if (!pg_first_row (connection, live, condition, &row, arena, error))
    return FALSE;
  if (row != NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                 "row %s of '%s' has no '%s', which is to be NOT NULL; give such rows a "
                 "value, then abort again",
                 row, live->name, detail->column);
  return row == NULL;
}

gboolean
pg_validate (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;

  if (!pg_live_table (connection, detail->table, arena, &live, error))
    return FALSE;
  if (never_was (live, detail) || keeps_values (live, detail))
    return TRUE;
  return postgres_exec (connection,
                        arena_printf (arena, "ALTER TABLE %s VALIDATE CONSTRAINT %s",
                                      live->quoted,
                                      postgres_identifier (arena, detail->to)),
                        NULL, error)
         || name_violation (detail, error);
}

/* Indexes ----------------------------------------------------------------------- */

typedef enum
{
  INDEX_MISSING,
  INDEX_INVALID,
  INDEX_VALID,
} IndexState;

static gboolean
index_state (SqlConnection *connection, const PgTable *live, const char *name,
             IndexState *state, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!postgres_text (
          connection,
          arena_printf (
              arena,
              "SELECT i.indisvalid FROM pg_catalog.pg_index AS i JOIN "
              "pg_catalog.pg_class AS c ON c.oid = i.indexrelid WHERE i.indrelid "
              "= %s AND c.relname = %s",
              live->oid, postgres_quote (arena, name)),
          &text, arena, error))
    return FALSE;
  *state = text == NULL ? INDEX_MISSING : text[0] == 't' ? INDEX_VALID : INDEX_INVALID;
  return TRUE;
}

/* One of the same name that is not ours must not be taken for it: where the columns alone
 * make the index they are compared. */
static gboolean
check_own (SqlConnection *connection, const PgTable *live, const char *name,
           const char *body, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  gboolean same;

  if (body[0] != '(' || strpbrk (body + 1, "(") != NULL || strchr (body, ')')[1] != '\0')
    return TRUE;
  if (!postgres_finds (
          connection,
          arena_printf (
              arena,
              "SELECT 1 FROM pg_catalog.pg_index AS i JOIN pg_catalog.pg_class "
              "AS c ON c.oid = i.indexrelid WHERE i.indrelid = %s AND c.relname "
              "= %s AND pg_catalog.translate(pg_catalog.substring("
              "pg_catalog.pg_get_indexdef(c.oid), ' USING [a-z]+ (.*)$'), '\" ', "
              "'') = pg_catalog.translate(%s, '\" ', '')",
              live->oid, postgres_quote (arena, name), postgres_quote (arena, body)),
          &same, error))
    return FALSE;
  if (!same)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS,
                 "table '%s' has an index '%s' already, over other columns", live->name,
                 name);
  return same;
}

/* IF NOT EXISTS would take an invalid leftover for the index. */
gboolean
pg_build_concurrently (SqlConnection *connection, const char *table, const char *name,
                       gboolean unique, const char *body, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;
  IndexState state;

  if (!pg_live_table (connection, table, arena, &live, error)
      || !index_state (connection, live, name, &state, error))
    return FALSE;
  if (state == INDEX_VALID)
    return check_own (connection, live, name, body, error);
  if (state == INDEX_INVALID
      && !postgres_exec (connection,
                         arena_printf (arena, "DROP INDEX CONCURRENTLY %s",
                                       pg_beside (live, name, arena)),
                         NULL, error))
    return FALSE;
  return postgres_exec (connection,
                        arena_printf (arena, "CREATE %sINDEX CONCURRENTLY %s ON %s %s",
                                      unique ? "UNIQUE " : "",
                                      postgres_identifier (arena, name), live->quoted,
                                      body),
                        NULL, error);
}

gboolean
pg_build_index (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  return pg_build_concurrently (connection, detail->table, detail->name, detail->unique,
                                detail->text, error);
}

gboolean
pg_attach (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const Constraint *key = detail->constraint;
  const PgTable *live;
  gboolean found;

  if (!pg_live_table (connection, detail->table, arena, &live, error)
      || !pg_has_constraint (connection, live->oid, key->name, &found, error))
    return FALSE;
  return found
         || postgres_exec (
             connection,
             arena_printf (arena, "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s",
                           live->quoted, postgres_identifier (arena, key->name),
                           key->kind == CONSTRAINT_UNIQUE ? "UNIQUE" : "PRIMARY KEY",
                           postgres_identifier (arena, detail->name)),
             NULL, error);
}

gboolean
pg_place_index (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;

  return pg_live_table (connection, detail->table, arena, &live, error)
         && postgres_exec (connection,
                           arena_printf (arena, "ALTER INDEX IF EXISTS %s RENAME TO %s",
                                         pg_beside (live, detail->name, arena),
                                         postgres_identifier (arena, detail->to)),
                           NULL, error);
}

gboolean
pg_drop_index (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;

  if (!pg_read_table (connection, detail->table, arena, &live, error))
    return FALSE;
  return live == NULL
         || postgres_exec (connection,
                           arena_printf (arena, "DROP INDEX IF EXISTS %s",
                                         pg_beside (live, detail->name, arena)),
                           NULL, error);
}

/* Sweeping ---------------------------------------------------------------------- */

static gboolean
run_each (SqlConnection *connection, const char *query, GError **error)
{
  g_autoptr (PostgresResult) result = postgres_query (connection, query, error);

  for (int i = 0; result != NULL && i < PQntuples (result); i++)
    if (!postgres_exec (connection, postgres_cell (result, i, 0), NULL, error))
      return FALSE;
  return result != NULL;
}

static gboolean
sweep_table (SqlConnection *connection, const PgTable *live, Arena *arena, GError **error)
{
  return run_each (
             connection,
             arena_printf (arena,
                           "SELECT pg_catalog.format('ALTER TABLE %%s DROP "
                           "CONSTRAINT %%I', conrelid::pg_catalog.regclass, conname) "
                           "FROM pg_catalog.pg_constraint WHERE conrelid = %s AND "
                           "(pg_catalog.starts_with(conname::text, 'zdm_aside_') OR "
                           "pg_catalog.starts_with(conname::text, 'zdm_not_null_'))",
                           live->oid),
             error)
         && run_each (
             connection,
             arena_printf (arena,
                           "SELECT pg_catalog.format('DROP INDEX %%s', "
                           "c.oid::pg_catalog.regclass) FROM pg_catalog.pg_index "
                           "AS i JOIN pg_catalog.pg_class AS c ON c.oid = "
                           "i.indexrelid WHERE i.indrelid = %s AND "
                           "pg_catalog.starts_with(c.relname::text, 'zdm_aside_')",
                           live->oid),
             error);
}

gboolean
pg_sweep (SqlConnection *connection, const Database *shape, GError **error)
{
  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *table = shape->tables->pdata[i];
      g_autoptr (Arena) arena = arena_new ();
      const PgTable *live;
      if (!pg_read_table (connection, table->name, arena, &live, error)
          || (live != NULL && !sweep_table (connection, live, arena, error)))
        return FALSE;
    }
  return TRUE;
}
