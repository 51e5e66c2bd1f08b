/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms of text as SQL: lower, upper, trim, split, pad, join, template.
 */
#include "config.h"

#include "engine/postgres/formula_stage.h"
#include "engine/postgres/sql_text.h"

static const char CAPITALS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";
static const char SMALL[] = "abcdefghijklmnopqrstuvwxyz";

/* lower() knows the letters of a locale. */
void
formula_lower (Formula *formula, const BoundStage *stage)
{
  (void) stage;
  formula_set (formula, "translate(%s, '%s', '%s')", formula->value, CAPITALS, SMALL);
}

void
formula_upper (Formula *formula, const BoundStage *stage)
{
  (void) stage;
  formula_set (formula, "translate(%s, '%s', '%s')", formula->value, SMALL, CAPITALS);
}

void
formula_trim (Formula *formula, const BoundStage *stage)
{
  (void) stage;
  formula_set (formula, "btrim(%s, ' ')", formula->value);
}

/* split_part() gives '' for a part that is missing. */
static void
split_numbered (Formula *formula, const char *separator, glong length, guint number)
{
  const char *v;

  if (number == 1)
    {
      formula_set (formula, "split_part(%s, %s, 1)", formula->value, separator);
      return;
    }
  v = formula_settle (formula);
  formula_set (
      formula,
      "(CASE WHEN length(%1$s) - length(replace(%1$s, %2$s, ''))"
      " >= '%3$" G_GINT64_FORMAT "'::bigint THEN split_part(%1$s, %2$s, %4$d) END)",
      v, separator, (gint64) (number - 1) * length, (int) MIN (number, (guint) G_MAXINT));
}

static void
split_rest (Formula *formula, const char *separator, glong length)
{
  const char *v = formula_settle (formula);

  formula_set (formula,
               "(CASE WHEN strpos(%1$s, %2$s) > 0"
               " THEN substr(%1$s, strpos(%1$s, %2$s) + %3$ld) END)",
               v, separator, length);
}

/* The last separator is the first one of the text read backwards, also where two
 * overlap ("aaa" holds "aa" twice). */
static void
split_last (Formula *formula, const char *separator)
{
  g_autofree char *backwards = g_utf8_strreverse (separator, -1);
  const char *literal = postgres_text_literal (formula->arena, backwards);
  const char *v = formula_settle (formula);

  formula_set (formula,
               "(CASE WHEN strpos(reverse(%1$s), %2$s) > 0"
               " THEN right(%1$s, strpos(reverse(%1$s), %2$s) - 1) ELSE %1$s END)",
               v, literal);
}

void
formula_split (Formula *formula, const BoundStage *stage)
{
  const TransformStage *split = stage->stage;
  const char *separator = postgres_text_literal (formula->arena, split->split.separator);
  glong length = g_utf8_strlen (split->split.separator, -1);

  switch (split->split.part)
    {
    case SPLIT_LAST:
      split_last (formula, split->split.separator);
      break;
    case SPLIT_REST:
      split_rest (formula, separator, length);
      break;
    case SPLIT_NUMBERED:
    default:
      split_numbered (formula, separator, length, split->split.number);
    }
}

void
formula_pad (Formula *formula, const BoundStage *stage)
{
  const TransformStage *pad = stage->stage;
  const char *v = formula_settle (formula);
  /* Less than no times is none. */
  const char *padding = arena_printf (
      formula->arena, "repeat(%s, %u - length(%s))",
      postgres_text_literal (formula->arena, pad->pad.with), pad->pad.length, v);

  if (pad->pad.side == PAD_LEFT)
    formula_set (formula, "(%s || %s)", padding, v);
  else
    formula_set (formula, "(%s || %s)", v, padding);
}

void
formula_read_texts (Formula *formula, const BoundStage *stage, const char *const *inputs)
{
  const char **texts
      = arena_new_array (formula->arena, const char *, stage->n_inputs + 1);

  for (guint i = 0; i < stage->n_inputs; i++)
    {
      const TypeSpec *type = &stage->inputs[i]->type;
      SqlExpression text;
      Formula input;

      formula_begin (&input, inputs[i], formula->arena);
      formula_read (&input, type);
      formula_format (&input, type);
      formula_finish (&input, &text);
      texts[i] = text.value;
      if (text.valid != NULL)
        formula_require (formula, "%s", text.valid);
    }
  formula->texts = texts;
}

void
formula_read_text (Formula *formula, const BoundStage *stage)
{
  const char **texts = arena_new_array (formula->arena, const char *, 1);

  formula_format (formula, &stage->inputs[0]->type);
  texts[0] = formula_settle (formula);
  formula->texts = texts;
}

void
formula_join (Formula *formula, const BoundStage *stage)
{
  const char *separator = postgres_text_literal (formula->arena, stage->stage->separator);
  g_autoptr (GString) given = g_string_new (NULL);
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 0; i < stage->n_inputs; i++)
    {
      g_string_append_printf (given, "%s%s", i > 0 ? ", " : "", formula->texts[i]);
      g_string_append_printf (texts, "%scoalesce(%s || %s, '')", i > 0 ? " || " : "",
                              separator, formula->texts[i]);
    }
  /* Each text comes with a separator before it: the first one is cut off. */
  formula_set (formula, "(CASE WHEN coalesce(%s) IS NOT NULL THEN substr(%s, %ld) END)",
               given->str, texts->str, g_utf8_strlen (stage->stage->separator, -1) + 1);
}

void
formula_template (Formula *formula, const BoundStage *stage)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  for (guint i = 0; i < stage->n_pieces; i++)
    {
      const TemplatePiece *piece = &stage->pieces[i];
      const char *text = arena_strndup (formula->arena, piece->text, piece->length);

      if (i > 0)
        g_string_append (sql, " || ");
      g_string_append (sql, piece->text == NULL
                                ? formula->texts[piece->input]
                                : postgres_text_literal (formula->arena, text));
    }
  formula_set (formula, "(%s)", sql->len > 0 ? sql->str : "''::text");
}
