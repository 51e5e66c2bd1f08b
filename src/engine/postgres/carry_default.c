/* SPDX-License-Identifier: Apache-2.0
 *
 * The default of a column, on one of another type: as its transform gives it, so that a
 * row that leaves it out becomes what it would have become while both were there.
 */
#include "config.h"

#include "engine/postgres/carry_part.h"

#include <string.h>

#include "engine/postgres/create.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/words.h"
#include "model/error.h"
#include "model/shape.h"
#include "model/table_name.h"
#include "model/transform_stage.h"

/* Stands for a default that is computed for each row. */
#define OPERAND "zdm_default"

typedef enum
{
  DEFAULT_IS_CONSTANT,
  DEFAULT_IS_STABLE,   /* the same for as long as a statement takes */
  DEFAULT_IS_VOLATILE, /* another one each time it is asked */
} Steadiness;

typedef struct
{
  const char *text;
  Steadiness steadiness;
} LiveDefault;

static gboolean
refuse (const Carry *carry, const LiveDefault *live, const char *why, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "the default of column '%s' of '%s', %s, cannot become one of type %s by "
               "the column's transform: %s; drop it first, or say with `default` of "
               "alter_column what it shall be",
               carry->from->name, carry->live->name, live->text, carry->to->type, why);
  return FALSE;
}

/* What is there ----------------------------------------------------------------- */

static Steadiness
steadiness_of (char letter)
{
  return letter == 'i'   ? DEFAULT_IS_CONSTANT
         : letter == 's' ? DEFAULT_IS_STABLE
                         : DEFAULT_IS_VOLATILE;
}

/* The column's, or that of its domain, and the most unsteady thing that it asks: a
 * function by its provolatile, a conversion through text as a stable one.  @live->text is
 * NULL where there is none */
static gboolean
read_default (const Carry *carry, LiveDefault *live, GError **error)
{
  g_autoptr (PostgresResult) row = postgres_query (
      carry->connection,
      arena_printf (
          carry->arena,
          "SELECT pg_catalog.pg_get_expr(e.tree, e.relation), greatest('i', CASE WHEN "
          "e.tree::pg_catalog.text ~ 'COERCEVIAIO|SQLVALUEFUNCTION' THEN 's' END, (SELECT "
          "pg_catalog.max(p.provolatile::pg_catalog.text) FROM "
          "pg_catalog.regexp_matches(e.tree::pg_catalog.text, ':(?:op)?funcid (\\d+)', 'g') "
          "AS m (parts) JOIN pg_catalog.pg_proc AS p ON p.oid = "
          "m.parts[1]::pg_catalog.oid)) FROM (SELECT coalesce(d.adbin, t.typdefaultbin) AS "
          "tree, coalesce(d.adrelid, 0::pg_catalog.oid) AS relation FROM "
          "pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_type AS t ON t.oid = a.atttypid "
          "LEFT JOIN pg_catalog.pg_attrdef AS d ON d.adrelid = a.attrelid AND d.adnum = "
          "a.attnum WHERE a.attrelid = %s AND a.attnum = %u) AS e WHERE e.tree IS NOT NULL",
          carry->live->oid, carry->from->number),
      error);

  *live = (LiveDefault){ 0 };
  if (row == NULL)
    return FALSE;
  if (PQntuples (row) > 0)
    *live = (LiveDefault){ .text = arena_strdup (carry->arena, postgres_cell (row, 0, 0)),
                           .steadiness = steadiness_of (postgres_cell (row, 0, 1)[0]) };
  return TRUE;
}

/* What becomes of it -------------------------------------------------------------- */

/* What the file gives is not carried. */
static gboolean
is_given (const Carry *carry, const Sync *sync)
{
  const Column *old = table_find_column (carry->table, carry->detail->column);

  return (old != NULL && old->default_kind != DEFAULT_NONE)
         || (sync != NULL && !carry->detail->back && sync->finals != NULL
             && sync->finals[0] != NULL && sync->finals[0]->default_kind != DEFAULT_NONE);
}

static const char *
cast (const Carry *carry, const char *text, const char *type)
{
  return arena_printf (carry->arena, "CAST((%s) AS %s)", text, type);
}

static gboolean
express (const Carry *carry, const BoundTransform *transform, const char *input,
         SqlExpression *expression, GError **error)
{
  const char *inputs[] = { input, NULL };

  return postgres_words.expression (transform, carry->table, inputs, FALSE, carry->arena,
                                    expression, error);
}

/* The user's SQL finds the column, and no other one, by its names. */
static const char *
one_row (const Carry *carry, const LiveDefault *live, const SqlExpression *expression)
{
  Arena *arena = carry->arena;

  return arena_printf (
      arena,
      "SELECT %s, pg_catalog.quote_literal(%s::pg_catalog.text) FROM (SELECT %s) AS %s (%s)",
      expression->valid != NULL ? expression->valid : "true",
      cast (carry, expression->value, carry->to->type),
      cast (carry, live->text, carry->from->type),
      postgres_identifier (arena, table_name_own (carry->table->name, arena)),
      pg_carry_quote (carry, carry->detail->column));
}

static gboolean
evaluate (const Carry *carry, const LiveDefault *live, const BoundTransform *transform,
          const char **text, GError **error)
{
  SqlExpression expression;
  g_autoptr (GError) problem = NULL;

  if (!express (carry, transform, pg_carry_quote (carry, carry->detail->column),
                &expression, error))
    return FALSE;
  g_autoptr (PostgresResult) row
      = postgres_query (carry->connection, one_row (carry, live, &expression), &problem);
  if (problem != NULL && g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_CONNECTION_LOST))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (row == NULL)
    return refuse (carry, live, problem->message, error);
  if (g_strcmp0 (postgres_cell (row, 0, 0), "t") != 0)
    return refuse (carry, live, "it does not convert", error);
  const char *value = postgres_cell (row, 0, 1);
  *text = value != NULL ? cast (carry, value, carry->to->type) : NULL;
  return TRUE;
}

/* A default may ask nothing of tables, and is asked itself as often as it is named. */
static gboolean
compose (const Carry *carry, const LiveDefault *live, const BoundTransform *transform,
         const char **text, GError **error)
{
  SqlExpression expression;

  if (bound_transform_needs_database (transform))
    return refuse (carry, live, "that is SQL over rows, and this is computed for each",
                   error);
  if (!express (carry, transform, OPERAND, &expression, error))
    return FALSE;
  g_autoptr (GString) whole = g_string_new (step_sql_value (&expression, carry->arena));
  gboolean queries = strstr (whole->str, "SELECT") != NULL;
  guint n
      = g_string_replace (whole, OPERAND, cast (carry, live->text, carry->from->type), 0);
  if (queries || (live->steadiness == DEFAULT_IS_VOLATILE && n > 1))
    return refuse (carry, live,
                   "that takes more than one step, and this is computed "
                   "for each row",
                   error);
  *text = cast (carry, whole->str, carry->to->type);
  return TRUE;
}

static gboolean
is_whole_number (const char *type)
{
  return g_str_equal (type, "smallint") || g_str_equal (type, "integer")
         || g_str_equal (type, "bigint");
}

/* One whole number for another, as that of a sequence: what is out of range fails there
 * as it did before. */
static gboolean
is_only_wider (const Carry *carry, const BoundTransform *transform)
{
  for (guint i = 0; i < transform->n_stages; i++)
    if (transform->stages[i].stage->kind != TRANSFORM_CAST
        && transform->stages[i].stage->kind != TRANSFORM_DIRECT_COPY)
      return FALSE;
  return is_whole_number (carry->from->type) && is_whole_number (carry->to->type);
}

static gboolean
transformed (const Carry *carry, const BoundTransform *transform, const char **text,
             GError **error)
{
  LiveDefault live;

  if (!read_default (carry, &live, error))
    return FALSE;
  if (live.text == NULL)
    return TRUE;
  if (live.steadiness == DEFAULT_IS_CONSTANT)
    return evaluate (carry, &live, transform, text, error);
  if (!bound_transform_is_identity (transform) && !is_only_wider (carry, transform))
    return compose (carry, &live, transform, text, error);
  *text = cast (carry, live.text, carry->to->type);
  return TRUE;
}

gboolean
pg_carry_default (const Carry *carry, const char **text, GError **error)
{
  const PgDetail *detail = carry->detail;
  const Sync *sync;
  const BoundTransform *transform
      = table_transform_between (carry->table, detail->column, detail->to, &sync);

  if (transform == NULL && detail->before != NULL)
    transform = table_transform_between (database_find (detail->before, detail->table),
                                         detail->column, detail->to, &sync);
  *text = NULL;
  if (is_given (carry, sync))
    return TRUE;
  if (g_str_equal (carry->from->type, carry->to->type)
      && (transform == NULL || bound_transform_is_identity (transform)))
    *text = carry->from->default_text;
  else if (transform != NULL)
    return transformed (carry, transform, text, error);
  else if (carry->from->default_text != NULL)
    *text = cast (carry, carry->from->default_text, carry->to->type);
  return TRUE;
}
