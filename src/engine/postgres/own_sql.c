/* SPDX-License-Identifier: Apache-2.0
 *
 * SQL of the user's in PL/pgSQL.
 */
#include "config.h"

#include "engine/postgres/own_sql.h"

#include "engine/postgres/row_sql.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/words.h"

/* A transaction that cannot be serialized, or is a deadlock's victim, goes on with
 * nothing; and a lock that is not waited for is the application's own choice. */
#define IS_OF_THE_MOMENT "(left(SQLSTATE, 2) = '40' OR SQLSTATE = '55P03')"

const char *
pg_own_sql_attempt (const char *statements, const char *otherwise, Arena *arena)
{
  return arena_printf (arena,
                       "BEGIN %s EXCEPTION WHEN OTHERS THEN IF " IS_OF_THE_MOMENT
                       " THEN RAISE; END IF; %s END;",
                       statements, otherwise);
}

/* Into a variable of the column's own type, so that what this does not take fails here,
 * and not where it is stored. */
static const char *
settle_one (const char *variable, const SqlExpression *sql, SqlExpression *operand,
            Arena *arena)
{
  const char *valid = sql->valid != NULL ? sql->valid : "true";

  *operand = (SqlExpression){ .value = variable,
                              .valid = arena_printf (arena, "%s_ok", variable) };
  return pg_own_sql_attempt (arena_printf (arena, "%s := %s; %s := %s;", operand->valid,
                                           valid, variable, step_sql_value (sql, arena)),
                             arena_printf (arena, "%s := false;", operand->valid), arena);
}

static void
declare (GString *declared, const char *variable, const Table *table, const char *column,
         Arena *arena)
{
  g_string_append_printf (declared, "  %s %s.%s%%TYPE;\n  %s_ok boolean;\n", variable,
                          postgres_table (arena, table->name),
                          postgres_identifier (arena, column), variable);
}

const char *
pg_own_sql_settle (const char *name, const Table *table, const char *const *columns,
                   const BoundTransform *const *transforms,
                   const SqlExpression **expressions, GString *declared, Arena *arena)
{
  guint n = g_strv_length ((char **) columns);
  SqlExpression *operands = arena_new_array (arena, SqlExpression, n + 1);
  g_autoptr (GString) statements = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    {
      operands[i] = (*expressions)[i];
      if (!bound_transform_needs_database (transforms[i]))
        continue;
      const char *variable = arena_printf (arena, "%s_%u", name, i);
      const char *statement
          = settle_one (variable, &(*expressions)[i], &operands[i], arena);
      declare (declared, variable, table, columns[i], arena);
      g_string_append_printf (statements, "%s%s", i > 0 ? " " : "", statement);
    }
  *expressions = operands;
  return statements->len > 0 ? arena_strdup (arena, statements->str) : NULL;
}

/* What it reads ------------------------------------------------------------------- */

/* Of columns that the file does not declare only the server knows whether they are some,
 * and no type: they are compared as text, which json keeps as it is written. */
static const char *
others_changed (const GPtrArray *names, Arena *arena)
{
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < names->len; i++)
    g_string_append_printf (list, "%s%s", i > 0 ? ", " : "",
                            postgres_quote (arena, names->pdata[i]));
  return arena_printf (
      arena,
      "EXISTS (SELECT 1 FROM unnest(ARRAY[%s]) AS zdm_name WHERE row_to_json(NEW) ->> "
      "zdm_name IS DISTINCT FROM row_to_json(OLD) ->> zdm_name)",
      list->str);
}

static const char *
changed (const PgRowReads *reads, const Table *table, Arena *arena)
{
  const char *const *names = arena_ptr_array (arena, reads->columns);
  g_autoptr (GString) text = g_string_new (NULL);

  if (reads->all)
    return "NEW *<> OLD";
  if (names[0] != NULL)
    g_string_append (
        text, step_sql_differ (&postgres_words, table, names,
                               step_sql_columns (&postgres_words, "NEW.", names, arena),
                               step_sql_columns (&postgres_words, "OLD.", names, arena),
                               arena));
  if (reads->others->len > 0)
    g_string_append_printf (text, "%s%s", text->len > 0 ? " OR " : "",
                            others_changed (reads->others, arena));
  return text->len > 0 ? arena_strdup (arena, text->str) : NULL;
}

/* jsonb does not take all that json does. */
const char *
pg_own_sql_watch (const char *variable, const char *unless, const Table *table,
                  const BoundTransform *const *transforms, guint n, Arena *arena)
{
  g_autoptr (GPtrArray) columns = g_ptr_array_new (), others = g_ptr_array_new ();
  PgRowReads reads = { .columns = columns, .others = others };

  for (guint i = 0; i < n; i++)
    if (bound_transform_needs_database (transforms[i]))
      pg_row_sql_reads (transforms[i], table, &reads, arena);
  const char *condition = changed (&reads, table, arena);
  if (condition == NULL)
    return NULL;
  const char *statement = arena_printf (
      arena, "%s := TG_OP = 'UPDATE' AND NOT %s AND (%s);", variable, unless, condition);
  return others->len == 0 || reads.all
             ? statement
             : pg_own_sql_attempt (statement,
                                   arena_printf (arena, "%s := true;", variable), arena);
}
