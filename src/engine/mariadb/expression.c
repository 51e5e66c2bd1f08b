/* SPDX-License-Identifier: Apache-2.0
 *
 * Expression: a bound transform as SQL, stage by stage.
 */
#include "config.h"

#include "engine/mariadb/expression.h"

#include <string.h>

#include "engine/mariadb/formula_stage.h"
#include "engine/mariadb/sql_text.h"
#include "model/error.h"

/* What a trigger may be long without being in the way; servers read at least 16 MiB. */
#define LENGTH_MAX (1024 * 1024)

static void
add_copy (Formula *formula, const BoundStage *stage)
{
  (void) formula, (void) stage;
}

static void
add_cast (Formula *formula, const BoundStage *stage)
{
  maria_formula_cast (formula, &stage->inputs[0]->type, &stage->type);
}

static void
add_constant (Formula *formula, const BoundStage *stage)
{
  maria_formula_set (formula, "%s",
                     maria_formula_literal (formula, &stage->type, &stage->value));
}

/* What the user's SQL gives is what a column of the type keeps of it: rounded, without
 * what a date has of a time, or the spaces behind a CHAR.  What is stored and what is
 * worked out again would never be the same otherwise. */
static void
as_kept (Formula *formula, const TypeSpec *type)
{
  switch (type->base)
    {
    case COLUMN_TYPE_INTEGER:
    case COLUMN_TYPE_BIGINT:
    case COLUMN_TYPE_BOOLEAN:
      maria_formula_set (formula, "ROUND(%s)", formula->value);
      break;
    case COLUMN_TYPE_DECIMAL:
      maria_formula_set (formula, "CAST(%s AS %s)", formula->value,
                         mariadb_type_text (formula->arena, type));
      break;
    case COLUMN_TYPE_DATE:
      maria_formula_set (formula, "CAST(%s AS DATE)", formula->value);
      break;
    case COLUMN_TYPE_TIME:
      maria_formula_set (formula, "CAST(%s AS TIME(6))", formula->value);
      break;
    case COLUMN_TYPE_CHAR:
      maria_formula_set (formula, "TRIM(TRAILING ' ' FROM %s)", formula->value);
      break;
    default:
      break;
    }
}

/* The line's end closes a comment that the text may end with. */
static void
add_expression (Formula *formula, const BoundStage *stage)
{
  const char *text = engine_text_for (stage->stage->expression, "mariadb");
  const char *end = strstr (text, "--") != NULL || strchr (text, '#') != NULL ? "\n" : "";

  maria_formula_set (formula, "(%s%s)", text, end);
  if (column_type_is_text (stage->type.base))
    maria_formula_set (formula, "%s", mariadb_as_text (formula->arena, formula->value));
  as_kept (formula, &stage->type);
}

/* What a kind works on. */
typedef enum
{
  READS_NOTHING,
  READS_VALUE, /* the value there is */
  READS_TEXTS, /* the text of each input */
} Reads;

static const struct
{
  Reads reads;
  void (*add) (Formula *formula, const BoundStage *stage);
} KINDS[] = {
  [TRANSFORM_DIRECT_COPY] = { READS_VALUE, add_copy },
  [TRANSFORM_LOWER] = { READS_VALUE, maria_formula_lower },
  [TRANSFORM_UPPER] = { READS_VALUE, maria_formula_upper },
  [TRANSFORM_TRIM] = { READS_VALUE, maria_formula_trim },
  [TRANSFORM_CAST] = { READS_VALUE, add_cast },
  [TRANSFORM_JOIN] = { READS_TEXTS, maria_formula_join },
  [TRANSFORM_TEMPLATE] = { READS_TEXTS, maria_formula_template },
  [TRANSFORM_SPLIT] = { READS_VALUE, maria_formula_split },
  [TRANSFORM_MAP] = { READS_VALUE, maria_formula_map },
  [TRANSFORM_COALESCE] = { READS_VALUE, maria_formula_coalesce },
  [TRANSFORM_CONSTANT] = { READS_NOTHING, add_constant },
  [TRANSFORM_PAD] = { READS_VALUE, maria_formula_pad },
  [TRANSFORM_EXPRESSION] = { READS_NOTHING, add_expression },
};

/* An expression has to have a text for us, and to be the first. */
static gboolean
check_expression (Formula *formula, const BoundStage *stage, gboolean is_first)
{
  if (stage->stage->kind != TRANSFORM_EXPRESSION)
    return TRUE;
  if (!is_first)
    maria_formula_refuse (formula,
                          "an expression behind other transforms reads nothing of "
                          "them: put it first");
  else if (engine_text_for (stage->stage->expression, "mariadb") == NULL)
    maria_formula_refuse (formula, "the expression has no text for mariadb: add one");
  return formula->refusal == NULL;
}

static void
check_length (Formula *formula)
{
  gsize length = strlen (formula->value);

  if (formula->valid != NULL)
    length += strlen (formula->valid);
  if (length > LENGTH_MAX)
    maria_formula_refuse (formula,
                          "as one SQL expression the transform is too long: take "
                          "fewer stages");
}

/* @inputs: for the first stage; NULL for the others, which read the formula's value */
static void
add_stage (Formula *formula, const BoundStage *stage, const char *const *inputs)
{
  Reads reads = KINDS[stage->stage->kind].reads;

  if (reads == READS_VALUE && inputs != NULL)
    {
      maria_formula_begin (formula, inputs[0], formula->arena);
      maria_formula_read (formula, &stage->inputs[0]->type);
    }
  else if (reads == READS_TEXTS && inputs != NULL)
    maria_formula_read_texts (formula, stage, inputs);
  else if (reads == READS_TEXTS)
    maria_formula_read_text (formula, stage);
  KINDS[stage->stage->kind].add (formula, stage);
  check_length (formula);
}

static void
add_stages (Formula *formula, const BoundTransform *transform, const char *const *inputs)
{
  const BoundStage *last = &transform->stages[transform->n_stages - 1];

  for (guint i = 0; i < transform->n_stages && formula->refusal == NULL; i++)
    if (check_expression (formula, &transform->stages[i], i == 0))
      add_stage (formula, &transform->stages[i], i == 0 ? inputs : NULL);
  if (formula->refusal != NULL || transform->fits)
    return;
  maria_formula_cast (formula, &last->type, &transform->output);
  check_length (formula);
}

gboolean
mariadb_expression (const BoundTransform *transform, const char *const *inputs,
                    Arena *arena, SqlExpression *result, GError **error)
{
  Formula formula;

  *result = (SqlExpression){ 0 };
  maria_formula_begin (&formula, NULL, arena);
  if (transform->is_identity)
    formula.value = inputs[0];
  else if (transform->is_constant)
    formula.value
        = maria_formula_literal (&formula, &transform->output, &transform->constant);
  else
    add_stages (&formula, transform, inputs);
  if (formula.refusal != NULL)
    {
      g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED, formula.refusal);
      return FALSE;
    }
  maria_formula_finish (&formula, result);
  return TRUE;
}
