/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions that catch what SQL of the user's fails for.  Each call is a savepoint of its
 * own, which costs more than most SQL does: so they are made only where it has failed.
 */
#include "config.h"

#include "engine/postgres/guard.h"

#include "engine/postgres/connection.h"
#include "engine/postgres/own_sql.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/trial.h"

#define NAME "guard_"

gboolean
pg_guard_begin (SqlConnection *connection, GError **error)
{
  return postgres_exec (connection, "SAVEPOINT zdm_guard", NULL, error);
}

gboolean
pg_guard_again (SqlConnection *connection, const GError *problem)
{
  return pg_trial_is_answer (problem)
         && !g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_GATE)
         && postgres_exec (connection, "ROLLBACK TO SAVEPOINT zdm_guard", NULL, NULL);
}

/* As in the trigger, into a variable of the column's type, whose sizes count. */
static const char *
body_of (const Table *table, const char *column, const SqlExpression *sql,
         const char *result, Arena *arena)
{
  const char *attempt = pg_own_sql_attempt (
      arena_printf (arena, "zdm_ok := %s; zdm_value := %s;",
                    sql->valid != NULL ? sql->valid : "true",
                    step_sql_value (sql, arena)),
      "zdm_ok := false; zdm_why := 'your SQL fails: ' || SQLERRM;", arena);

  return arena_printf (
      arena,
      "\n#variable_conflict use_column\nDECLARE zdm_ok boolean; zdm_value %s.%s%%TYPE; "
      "zdm_why text := 'what your SQL gives does not convert';\nBEGIN\n%s\nRETURN %s;\nEND",
      postgres_table (arena, table->name), postgres_identifier (arena, column), attempt,
      result);
}

/* Returns: the call for a row of the table; NULL with @error */
static const char *
make (SqlConnection *connection, const Table *table, const char *body, const char *type,
      Arena *arena, GError **error)
{
  g_autofree char *sum = g_compute_checksum_for_string (G_CHECKSUM_SHA1, body, -1);
  const char *name = arena_printf (arena, POSTGRES_SCHEMA "." NAME "%.16s", sum);
  const char *row = postgres_table (arena, table->name);

  if (!postgres_exec (connection,
                      arena_printf (arena,
                                    "CREATE OR REPLACE FUNCTION %s(new %s) RETURNS %s "
                                    "LANGUAGE plpgsql AS %s",
                                    name, row, type, postgres_quote (arena, body)),
                      NULL, error))
    return NULL;
  return arena_printf (arena, "%s(%s.*)", name, row);
}

gboolean
pg_guard (SqlConnection *connection, const Table *table, const char *column,
          const SqlExpression *in_trigger, SqlGuarded *guarded, Arena *arena,
          GError **error)
{
  const TypeSpec *type = &table_find_column (table, column)->type;
  const char *value = make (
      connection, table,
      body_of (table, column, in_trigger, "CASE WHEN zdm_ok THEN zdm_value END", arena),
      postgres_base_type (type->base), arena, error);
  const char *why = value == NULL
                        ? NULL
                        : make (connection, table,
                                body_of (table, column, in_trigger,
                                         "CASE WHEN NOT zdm_ok THEN zdm_why END", arena),
                                "text", arena, error);

  if (why == NULL)
    return FALSE;
  *guarded = (SqlGuarded){
    .expression = { .value = value, .valid = arena_printf (arena, "(%s IS NULL)", why) },
    .why = why,
  };
  return TRUE;
}

gboolean
pg_guard_end (SqlConnection *connection, GError **error)
{
  return postgres_exec (
      connection,
      "DO $$DECLARE zdm_function regprocedure; BEGIN FOR zdm_function IN SELECT oid FROM "
      "pg_catalog.pg_proc WHERE pronamespace = '" POSTGRES_SCHEMA
      "'::pg_catalog.regnamespace AND proname LIKE '" NAME
      "%' LOOP EXECUTE 'DROP FUNCTION ' || zdm_function; END LOOP; END$$",
      NULL, error);
}
