/* SPDX-License-Identifier: Apache-2.0
 *
 * Expression: a bound transform as SQL, stage by stage.
 */
#include "config.h"

#include "engine/postgres/expression.h"

#include "engine/postgres/formula_stage.h"
#include "engine/postgres/row_sql.h"
#include "engine/postgres/sql_text.h"
#include "model/error.h"

static void
add_copy (Formula *formula, const BoundStage *stage)
{
  (void) formula, (void) stage;
}

static void
add_cast (Formula *formula, const BoundStage *stage)
{
  formula_cast (formula, &stage->inputs[0]->type, &stage->type);
}

static void
add_constant (Formula *formula, const BoundStage *stage)
{
  formula_set (formula, "%s",
               postgres_literal (formula->arena, &stage->type, &stage->value));
}

/* The value is what the user's SQL gives. */
static void
add_expression (Formula *formula, const BoundStage *stage)
{
  if (column_type_is_text (stage->type.base))
    formula_set (formula, "(%s::text COLLATE \"C\")", formula->value);
  else
    formula_set (formula, "%s::%s", formula->value,
                 postgres_base_type (stage->type.base));
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
  [TRANSFORM_LOWER] = { READS_VALUE, formula_lower },
  [TRANSFORM_UPPER] = { READS_VALUE, formula_upper },
  [TRANSFORM_TRIM] = { READS_VALUE, formula_trim },
  [TRANSFORM_CAST] = { READS_VALUE, add_cast },
  [TRANSFORM_JOIN] = { READS_TEXTS, formula_join },
  [TRANSFORM_TEMPLATE] = { READS_TEXTS, formula_template },
  [TRANSFORM_SPLIT] = { READS_VALUE, formula_split },
  [TRANSFORM_MAP] = { READS_VALUE, formula_map },
  [TRANSFORM_COALESCE] = { READS_VALUE, formula_coalesce },
  [TRANSFORM_CONSTANT] = { READS_NOTHING, add_constant },
  [TRANSFORM_PAD] = { READS_VALUE, formula_pad },
  [TRANSFORM_EXPRESSION] = { READS_NOTHING, add_expression },
};

/* An expression has to have a text for us, and to be the first. */
static gboolean
read_expression (Formula *formula, const BoundTransform *transform, const Table *table,
                 const BoundStage *stage, const char *const *inputs, GError **error)
{
  gboolean is_first = stage == &transform->stages[0];

  if (stage->stage->kind != TRANSFORM_EXPRESSION)
    return TRUE;
  if (!is_first)
    {
      g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                           "an expression behind other transforms reads nothing of them: "
                           "put it first");
      return FALSE;
    }
  const char *text = engine_text_for (stage->stage->expression, "postgres");
  if (text == NULL)
    {
      g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                           "the expression has no text for postgres: add one");
      return FALSE;
    }
  formula->value = pg_row_sql (text, transform, table, inputs, formula->arena, error);
  return formula->value != NULL;
}

/* @inputs: for the first stage; NULL for the others, which read the formula's value */
static void
add_stage (Formula *formula, const BoundStage *stage, const char *const *inputs)
{
  Reads reads = KINDS[stage->stage->kind].reads;

  if (reads == READS_VALUE && inputs != NULL)
    {
      formula_begin (formula, inputs[0], formula->arena);
      formula_read (formula, &stage->inputs[0]->type);
    }
  else if (reads == READS_TEXTS && inputs != NULL)
    formula_read_texts (formula, stage, inputs);
  else if (reads == READS_TEXTS)
    formula_read_text (formula, stage);
  KINDS[stage->stage->kind].add (formula, stage);
}

/* A type that what was made already is of goes without saying. */
static void
name_type (Formula *formula, const TypeSpec *made, const TypeSpec *output)
{
  const char *name = postgres_base_type (output->base);

  if (column_type_is_text (made->base) ? g_str_equal (name, "text")
                                       : made->base == output->base)
    return;
  formula_set (formula, "%s::%s", formula->value, name);
}

static gboolean
add_stages (Formula *formula, const BoundTransform *transform, const Table *table,
            const char *const *inputs, GError **error)
{
  const BoundStage *last = &transform->stages[transform->n_stages - 1];

  for (guint i = 0; i < transform->n_stages; i++)
    {
      if (!read_expression (formula, transform, table, &transform->stages[i], inputs,
                            error))
        return FALSE;
      add_stage (formula, &transform->stages[i], i == 0 ? inputs : NULL);
      /* However short an expression of the user is, what it costs is not known. */
      if (transform->stages[i].stage->kind == TRANSFORM_EXPRESSION
          && i + 1 < transform->n_stages)
        formula_isolate (formula);
    }
  if (!transform->fits)
    formula_cast (formula, &last->type, &transform->output);
  name_type (formula, transform->fits ? &last->type : &transform->output,
             &transform->output);
  return TRUE;
}

gboolean
postgres_expression (const BoundTransform *transform, const Table *table,
                     const char *const *inputs, Arena *arena, SqlExpression *result,
                     GError **error)
{
  const TypeSpec *output = &transform->output;
  Formula formula;

  *result = (SqlExpression){ 0 };
  formula_begin (&formula, NULL, arena);
  if (transform->is_identity)
    {
      const TypeSpec *input = &transform->stages[0].inputs[0]->type;
      const char *name = postgres_base_type (output->base);

      formula.value = inputs[0];
      if (!g_str_equal (name, postgres_base_type (input->base)))
        formula_set (&formula, "%s::%s", inputs[0], name);
    }
  else if (transform->is_constant)
    {
      formula.value = postgres_literal (arena, output, &transform->constant);
      name_type (&formula, output, output);
    }
  else if (!add_stages (&formula, transform, table, inputs, error))
    return FALSE;
  formula_finish (&formula, result);
  return TRUE;
}
