/* SPDX-License-Identifier: Apache-2.0
 *
 * A constant is worked out; what the server works out for each row becomes an expression.
 */
#include "config.h"

#include "engine/mariadb/carry_default.h"

#include <string.h>

#include "engine/mariadb/code.h"
#include "engine/mariadb/dependent.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/words.h"
#include "model/error.h"
#include "model/transform_stage.h"

/* Stands for a default that is worked out for each row. */
#define OPERAND "zdm_default"

typedef struct
{
  SqlConnection *connection;
  const MariaSwap *swap;
  const char *live; /* the default as it is */
  Arena *arena;
} Carry;

static gboolean
refuse (const Carry *carry, const char *why, GError **error)
{
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
      "the default of column '%s' of '%s', %s, cannot become one of the new type "
      "by the column's transform: %s; drop it first, or say with `default` of "
      "alter_column what it shall be",
      carry->swap->column, carry->swap->table, carry->live, why);
  return FALSE;
}

/* Constants ----------------------------------------------------------------------- */

/* The user's SQL finds the column, with its type, and no other one. */
static const char *
question (const Carry *carry, const SqlExpression *expression)
{
  Arena *arena = carry->arena;
  const char *table = mariadb_identifier (arena, carry->swap->table);
  const char *column = mariadb_identifier (arena, carry->swap->column);
  gboolean is_bytes = carry->swap->transform->output.base == COLUMN_TYPE_BLOB;

  return arena_printf (
      arena,
      "SELECT zdm_valid, %s FROM (SELECT %s AS zdm_valid, %s AS zdm_value FROM (SELECT "
      "DEFAULT(%s.%s) AS %s FROM (SELECT 1) AS zdm_one LEFT JOIN %s ON FALSE) AS %s) AS "
      "zdm_made",
      is_bytes ? "CONCAT('X''', HEX(zdm_value), '''')" : "QUOTE(zdm_value)",
      expression->valid != NULL ? expression->valid : "TRUE", expression->value, table,
      column, column, table, table);
}

static gboolean
evaluate (const Carry *carry, const char **text, GError **error)
{
  const MariaSwap *swap = carry->swap;
  const char *inputs[] = { mariadb_identifier (carry->arena, swap->column), NULL };
  SqlExpression expression;
  g_autoptr (GError) problem = NULL;

  if (!mariadb_words.expression (swap->transform, swap->shape, inputs, FALSE,
                                 carry->arena, &expression, error))
    return FALSE;
  g_autoptr (MariadbResult) row
      = mariadb_query (carry->connection, question (carry, &expression), &problem);
  if (problem != NULL && g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_CONNECTION_LOST))
    {
      g_propagate_error (error, g_steal_pointer (&problem));
      return FALSE;
    }
  if (row == NULL)
    return refuse (carry, problem->message, error);
  if (g_strcmp0 (mariadb_cell (row, 0, 0), "1") != 0)
    return refuse (carry, "it does not convert", error);
  *text = arena_strdup (carry->arena, mariadb_cell (row, 0, 1));
  return TRUE;
}

/* What is worked out for each row --------------------------------------------------- */

/* What these give is of the type of the column; all but one the same for as long as a
 * statement takes. */
static gboolean
is_known (const char *text, gboolean *steady)
{
  static const char *const KNOWN[] = { "current_timestamp", "curdate()", "curtime()" };

  *steady = TRUE;
  for (gsize i = 0; i < G_N_ELEMENTS (KNOWN); i++)
    if (g_ascii_strncasecmp (text, KNOWN[i], strlen (KNOWN[i])) == 0)
      return TRUE;
  *steady = FALSE;
  return g_ascii_strcasecmp (text, "uuid()") == 0;
}

static gboolean
compose (const Carry *carry, const char **text, GError **error)
{
  const MariaSwap *swap = carry->swap;
  const char *inputs[] = { OPERAND, NULL };
  SqlExpression expression;
  gboolean steady;

  if (bound_transform_needs_database (swap->transform))
    return refuse (carry, "that is SQL of yours, and this is worked out for each row",
                   error);
  if (!is_known (carry->live, &steady))
    return refuse (carry, "it is worked out for each row", error);
  if (!mariadb_words.expression (swap->transform, swap->shape, inputs, FALSE,
                                 carry->arena, &expression, error))
    return FALSE;
  g_autoptr (GString) whole = g_string_new (step_sql_value (&expression, carry->arena));
  gboolean queries = strstr (whole->str, "SELECT") != NULL;
  guint n = g_string_replace (whole, OPERAND, carry->live, 0);
  if (queries || (!steady && n > 1))
    return refuse (carry,
                   "that takes more than one step, and this is worked out for each row",
                   error);
  *text = arena_printf (carry->arena, "(%s)", whole->str);
  return TRUE;
}

/* Carrying ------------------------------------------------------------------------ */

/* Whether nothing in it is asked anew for each row. */
static gboolean
is_constant (const char *text)
{
  static const char *const WORDS[] = { "NULL", "TRUE", "FALSE", "X", "B", NULL };
  MariaCode code = maria_code (text, "");

  while (maria_code_next (&code))
    {
      g_autofree char *word = maria_code_is_word (&code) ? maria_code_name (&code) : NULL;
      g_autofree char *upper = word != NULL ? g_ascii_strup (word, -1) : NULL;
      if (upper != NULL && !g_ascii_isdigit (*upper) && *upper != '_'
          && !g_strv_contains (WORDS, upper))
        return FALSE;
    }
  return TRUE;
}

/* Whether the server makes of any value what the transform does. */
static gboolean
is_left_to_server (const BoundTransform *transform)
{
  const TypeSpec *from = &transform->stages[0].inputs[0]->type, *to = &transform->output;
  gboolean are_texts = column_type_is_text (from->base) && column_type_is_text (to->base);

  for (guint i = 0; i < transform->n_stages; i++)
    if (transform->stages[i].stage->kind != TRANSFORM_DIRECT_COPY
        && transform->stages[i].stage->kind != TRANSFORM_CAST)
      return FALSE;
  if (are_texts)
    return to->base == COLUMN_TYPE_TEXT
           || (from->length > 0 && to->length >= from->length);
  return from->base == COLUMN_TYPE_INTEGER && to->base == COLUMN_TYPE_BIGINT;
}

gboolean
maria_carry_default (SqlConnection *connection, const MariaSwap *swap, const char **text,
                     Arena *arena, GError **error)
{
  const MariaColumn *column;

  *text = swap->default_text;
  if (swap->transform == NULL)
    return TRUE;
  if (!maria_read_column (connection, swap->table, swap->column, arena, &column, error))
    return FALSE;
  *text = column != NULL ? column->default_text : NULL;
  if (*text == NULL || g_ascii_strcasecmp (*text, "NULL") == 0
      || bound_transform_is_identity (swap->transform)
      || is_left_to_server (swap->transform))
    return TRUE;
  const Carry carry
      = { .connection = connection, .swap = swap, .live = *text, .arena = arena };
  return (is_constant (*text) ? evaluate : compose) (&carry, text, error);
}

gboolean
maria_carry_admit (SqlConnection *connection, const GPtrArray *actions, guint i,
                   GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const Action *action = actions->pdata[i];
  const MariaDetail *detail = action->detail;
  GError *problem = NULL;
  const char *text;

  if (detail->kind != MARIA_CHANGE || detail->change->swap == NULL
      || maria_is_behind_script (actions, i)
      || maria_carry_default (connection, detail->change->swap, &text, arena, &problem))
    return TRUE;
  if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED))
    problem->code = ZDM_ERROR_UNSAFE;
  g_propagate_error (error, problem);
  return FALSE;
}
