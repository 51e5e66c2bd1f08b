/* SPDX-License-Identifier: Apache-2.0
 *
 * Defaults, read from the definition and worked out in a database of their own.
 */
#include "config.h"

#include "engine/sqlite/carry_default.h"

#include <string.h>

#include "engine/sqlite/connection.h"
#include "engine/sqlite/expression.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/sqlite.h"
#include "engine/sqlite/token.h"
#include "model/error.h"
#include "model/transform_stage.h"

/* Stands for the default within an expression. */
#define OPERAND "zdm_default"

/* quote() gives no such thing. */
#define NO_VALUE "no value"

typedef struct
{
  const SqliteTable *live;
  const SqliteColumn *column;
  const char *text; /* as it stands behind DEFAULT */
  const BoundTransform *transform;
  const TypeSpec *to;
  const Table *table;
  sqlite3 *scratch; /* a database in memory */
  Arena *arena;
} CarriedDefault;

static gboolean
refuse (const CarriedDefault *carried, const char *why, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "the default of column '%s' of '%s', %s, cannot become one of type %s by "
               "the column's transform: %s; drop it first, or say with `default` or "
               "`default_expression` of alter_column what it shall be",
               carried->column->name, carried->live->name, carried->text,
               type_spec_to_string (carried->to, carried->arena), why);
  return FALSE;
}

static const char *
written_default (const SqliteTable *live, const char *column, Arena *arena,
                 GError **error)
{
  g_autoptr (Definition) definition = definition_new (live->sql, error);
  guint index;

  if (definition == NULL || definition_find_column (definition, column, &index) == NULL)
    return NULL;
  const DefinitionConstraint *found
      = definition_column_constraint (definition, index, DEFINITION_DEFAULT);
  if (found == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING,
                   "the definition of '%s' has no default for '%s'", live->name, column);
      return NULL;
    }
  g_autofree char *text = definition_slice (definition, found->expression);
  return arena_strdup (arena, text);
}

/* The three words that are no constants: https://www.sqlite.org/lang_createtable.html */
static gboolean
is_moment (const char *text)
{
  return g_ascii_strncasecmp (text, "CURRENT_", strlen ("CURRENT_")) == 0;
}

/* An index takes no function that may give another value another time, and the moment's
 * date only shows when it is asked. */
static gboolean
is_constant (const CarriedDefault *carried)
{
  if (carried->text[0] != '(')
    return !is_moment (carried->text);
  return live_exec (
      carried->scratch,
      arena_printf (carried->arena,
                    "CREATE TABLE zdm_probe (i); INSERT INTO zdm_probe "
                    "VALUES (1); CREATE INDEX zdm_probe_i ON zdm_probe (%s)",
                    carried->text),
      NULL);
}

/* What gives another value for another row, or another time. */
static gboolean
is_steady (const char *sql, Arena *arena)
{
  static const char *const WORDS[] = { "SELECT",
                                       "rowid",
                                       "oid",
                                       "_rowid_",
                                       "random",
                                       "randomblob",
                                       "now",
                                       "changes",
                                       "total_changes",
                                       "last_insert_rowid",
                                       "CURRENT_DATE",
                                       "CURRENT_TIME",
                                       "CURRENT_TIMESTAMP" };
  g_autofree char *lower = g_ascii_strdown (sql, -1);

  for (guint i = 0; i < G_N_ELEMENTS (WORDS); i++)
    if (sqlite_text_mentions (sql, WORDS[i], arena))
      return FALSE;
  return strstr (lower, "'now'") == NULL;
}

static const char *
own_sql (const BoundTransform *transform)
{
  return transform->n_stages > 0
                 && transform->stages[0].stage->kind == TRANSFORM_EXPRESSION
             ? engine_text_for (transform->stages[0].stage->expression, "sqlite")
             : NULL;
}

/* What the column stores of it, sent through the transform.  The user's SQL finds the
 * column, and no other one, by its names. */
static gboolean
evaluate (const CarriedDefault *carried, const char **text, GError **error)
{
  Arena *arena = carried->arena;
  const char *table = sqlite_identifier (arena, carried->live->name);
  const char *column = sqlite_identifier (arena, carried->column->name);
  const char *inputs[] = { column, NULL };
  g_autoptr (GError) problem = NULL;
  SqliteExpression made;

  const char *own = own_sql (carried->transform);
  if (own != NULL && !is_steady (own, arena))
    return refuse (carried, "that gives each row another value", error);
  if (!sqlite_expression (carried->transform, carried->table, inputs, arena, &made,
                          error))
    return FALSE;
  const char *store = arena_printf (
      arena, "CREATE TABLE %s (%s %s DEFAULT %s); INSERT INTO %s DEFAULT VALUES", table,
      column, carried->column->type, carried->text, table);
  const char *ask = arena_printf (
      arena, "SELECT CASE WHEN %s THEN quote(%s) ELSE '" NO_VALUE "' END FROM %s",
      made.valid != NULL ? made.valid : "1", made.value, table);
  if (!live_exec (carried->scratch, store, &problem)
      || !live_text (carried->scratch, ask, text, arena, &problem))
    return refuse (carried, problem->message, error);
  if (g_str_equal (*text, NO_VALUE))
    return refuse (carried, "it does not convert", error);
  if (g_str_equal (*text, "NULL"))
    *text = NULL;
  return TRUE;
}

/* A default may ask nothing of tables, and is asked itself as often as it is named. */
static gboolean
compose (const CarriedDefault *carried, const char **text, GError **error)
{
  const char *inputs[] = { OPERAND, NULL };
  SqliteExpression made;

  if (!sqlite_expression (carried->transform, carried->table, inputs, carried->arena,
                          &made, error))
    return FALSE;
  g_autoptr (GString) whole = g_string_new (NULL);
  if (made.valid != NULL)
    g_string_printf (whole, "(CASE WHEN %s THEN %s END)", made.valid, made.value);
  else
    g_string_printf (whole, "(%s)", made.value);
  gboolean queries = strstr (whole->str, "SELECT") != NULL;
  guint n = g_string_replace (whole, OPERAND, carried->text, 0);
  if (queries || n == 0 || (n > 1 && !is_moment (carried->text)))
    return refuse (carried,
                   "that takes more than one step, and this is computed for each row",
                   error);
  *text = arena_strdup (carried->arena, whole->str);
  return TRUE;
}

static gboolean
transformed (CarriedDefault *carried, const char **text, GError **error)
{
  SqlConnection *scratch = sqlite_connection_in_memory (&engine_sqlite, error);

  if (scratch == NULL)
    return FALSE;
  carried->scratch = sqlite_connection_handle (scratch);
  gboolean fine = is_constant (carried) ? evaluate (carried, text, error)
                                        : compose (carried, text, error);
  sqlite_connection_close (scratch);
  return fine;
}

gboolean
sqlite_carry_default (const SqliteTable *live, const char *column,
                      const BoundTransform *transform, const Table *table,
                      const TypeSpec *to, const char **text, Arena *arena, GError **error)
{
  CarriedDefault carried = { .live = live,
                             .column = sqlite_table_find_column (live, column),
                             .transform = transform,
                             .table = table,
                             .to = to,
                             .arena = arena };

  *text = NULL;
  if (carried.column == NULL || carried.column->default_text == NULL || transform == NULL)
    return TRUE;
  carried.text = written_default (live, column, arena, error);
  if (carried.text == NULL)
    return FALSE;
  *text = carried.text;
  return bound_transform_is_identity (transform) || transformed (&carried, text, error);
}
