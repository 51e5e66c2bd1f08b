/* SPDX-License-Identifier: Apache-2.0
 *
 * Expression: a bound transform as SQL, stage by stage.
 */
#include "config.h"

#include "engine/sqlite/expression.h"

#include <stdarg.h>
#include <string.h>
#include "engine/sql/own_name.h"
#include "engine/sqlite/expression_stage.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/token.h"
#include "model/error.h"

gboolean
expression_refuse (GError **error, const char *format, ...)
{
  g_autofree char *reason = NULL;
  va_list arguments;

  va_start (arguments, format);
  reason = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "%s: write this transform as {expression: {sqlite: \"…\"}}", reason);
  return FALSE;
}

static gboolean
add_copy (Chain *chain, const BoundStage *stage, GError **error)
{
  (void) chain, (void) stage, (void) error;
  return TRUE;
}

static gboolean
add_cast (Chain *chain, const BoundStage *stage, GError **error)
{
  return expression_cast (chain, &stage->inputs[0]->type, &stage->type, error);
}

static gboolean
add_constant (Chain *chain, const BoundStage *stage, GError **error)
{
  (void) error;
  chain_set (chain, "%s", sqlite_literal (chain->arena, &stage->type, &stage->value));
  return TRUE;
}

/* The line's end closes a comment that the text may end with. */
static gboolean
add_expression (Chain *chain, const BoundStage *stage, GError **error)
{
  const char *text = engine_text_for (stage->stage->expression, "sqlite");

  if (chain->value != NULL)
    {
      g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                           "an expression behind other transforms reads nothing of them: "
                           "put it first");
      return FALSE;
    }
  if (text == NULL)
    {
      g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                           "the expression has no text for sqlite: add one");
      return FALSE;
    }
  chain_set (chain, strstr (text, "--") != NULL ? "(%s\n)" : "(%s)", text);
  return TRUE;
}

/* Names that SQL of the user's knows ---------------------------------------------- */

typedef struct
{
  const BoundTransform *transform;
  const Table *table; /* whose row it reads; or NULL */
  const char *const *inputs;
  Arena *arena;
} Reading;

/* "NEW.\"a\"" is called a, and so is "\"a\"". */
static gboolean
is_called (const char *operand, const char *quoted)
{
  return g_str_equal (operand, quoted)
         || (g_str_has_suffix (operand, quoted)
             && operand[strlen (operand) - strlen (quoted) - 1] == '.');
}

static void
add_name (GString *list, const char *operand, const char *name, Arena *arena)
{
  const char *quoted = sqlite_identifier (arena, name);

  if (!is_called (operand, quoted))
    g_string_append_printf (list, "%s%s AS %s", list->len > 0 ? ", " : "", operand,
                            quoted);
}

/* A row of other names has no rowid of its own. */
static void
add_rowid (GString *list, const Reading *reading, const char *text)
{
  static const char *const NAMES[] = { "rowid", "oid", "_rowid_" };

  for (guint i = 0; list->len > 0 && i < G_N_ELEMENTS (NAMES); i++)
    if (sqlite_text_mentions (text, NAMES[i], reading->arena)
        && table_find_column (reading->table, NAMES[i]) == NULL)
      g_string_append_printf (list, ", %s AS %s", NAMES[i], NAMES[i]);
}

/* A column that has changed its name, as one that gets another type does at the end, is
 * there by the name that the SQL knows it by, alone and behind the table's, whatever else
 * has that now.  Names that are not in this row are looked for in the one around it. */
static gboolean
keep_names (Chain *chain, const Reading *reading, GError **error)
{
  const BoundStage *stage = &reading->transform->stages[0];
  const char *own = own_name_of_input (reading->table, reading->transform);
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < stage->n_inputs; i++)
    add_name (list, reading->inputs[i], stage->inputs[i]->name, chain->arena);
  if (own != NULL)
    add_name (list, reading->inputs[0], own, chain->arena);
  if (reading->table != NULL)
    add_rowid (list, reading, engine_text_for (stage->stage->expression, "sqlite"));
  if (list->len > 0
      && sqlite_text_mentions (engine_text_for (stage->stage->expression, "sqlite"),
                               "main", chain->arena))
    {
      g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                           "a column behind `main` is not the one that is meant; name it "
                           "without");
      return FALSE;
    }
  if (list->len > 0)
    chain_set (chain, "(SELECT %s FROM (SELECT %s)%s%s)", chain->value, list->str,
               reading->table != NULL ? " AS " : "",
               reading->table != NULL
                   ? sqlite_identifier (chain->arena, reading->table->name)
                   : "");
  return TRUE;
}

/* Stages ------------------------------------------------------------------------ */

/* What a kind works on. */
typedef enum
{
  READS_NOTHING,
  READS_VALUE, /* the value there is */
  READS_TEXTS, /* v1, v2, …: the text of each input */
} Reads;

static const struct
{
  Reads reads;
  gboolean (*add) (Chain *chain, const BoundStage *stage, GError **error);
} KINDS[] = {
  [TRANSFORM_DIRECT_COPY] = { READS_VALUE, add_copy },
  [TRANSFORM_LOWER] = { READS_VALUE, expression_lower },
  [TRANSFORM_UPPER] = { READS_VALUE, expression_upper },
  [TRANSFORM_TRIM] = { READS_VALUE, expression_trim },
  [TRANSFORM_CAST] = { READS_VALUE, add_cast },
  [TRANSFORM_JOIN] = { READS_TEXTS, expression_join },
  [TRANSFORM_TEMPLATE] = { READS_TEXTS, expression_template },
  [TRANSFORM_SPLIT] = { READS_VALUE, expression_split },
  [TRANSFORM_MAP] = { READS_VALUE, expression_map },
  [TRANSFORM_COALESCE] = { READS_VALUE, expression_coalesce },
  [TRANSFORM_CONSTANT] = { READS_NOTHING, add_constant },
  [TRANSFORM_PAD] = { READS_VALUE, expression_pad },
  [TRANSFORM_EXPRESSION] = { READS_NOTHING, add_expression },
};

/* @reading: of the first stage; NULL for the others, which read the chain's value */
static gboolean
add_stage (Chain *chain, const BoundStage *stage, const Reading *reading, GError **error)
{
  const char *const *inputs = reading != NULL ? reading->inputs : NULL;
  Reads reads = KINDS[stage->stage->kind].reads;

  if (reads == READS_VALUE && inputs != NULL)
    {
      chain_begin (chain, inputs[0], chain->arena);
      expression_read (chain, &stage->inputs[0]->type);
    }
  else if (reads == READS_TEXTS
           && !(inputs != NULL ? expression_texts (chain, stage, inputs, error)
                               : expression_text (chain, stage, error)))
    return FALSE;
  if (!KINDS[stage->stage->kind].add (chain, stage, error))
    return FALSE;
  return stage->stage->kind != TRANSFORM_EXPRESSION || reading == NULL
         || keep_names (chain, reading, error);
}

static gboolean
add_stages (Chain *chain, const Reading *reading, GError **error)
{
  const BoundTransform *transform = reading->transform;
  const BoundStage *last = &transform->stages[transform->n_stages - 1];

  for (guint i = 0; i < transform->n_stages; i++)
    if (!add_stage (chain, &transform->stages[i], i == 0 ? reading : NULL, error))
      return FALSE;
  return transform->fits
         || expression_cast (chain, &last->type, &transform->output, error);
}

gboolean
sqlite_expression (const BoundTransform *transform, const Table *table,
                   const char *const *inputs, Arena *arena, SqliteExpression *result,
                   GError **error)
{
  const Reading reading
      = { .transform = transform, .table = table, .inputs = inputs, .arena = arena };
  Chain chain;

  *result = (SqliteExpression){ 0 };
  if (transform->is_identity)
    result->value = inputs[0];
  else if (transform->is_constant)
    result->value = sqlite_literal (arena, &transform->output, &transform->constant);
  if (result->value != NULL)
    return TRUE;
  chain_begin (&chain, NULL, arena);
  if (!add_stages (&chain, &reading, error))
    return FALSE;
  chain_finish (&chain, result);
  return TRUE;
}
