/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms of text as SQL: lower, upper, trim, split, pad, join, template.
 */
#include "config.h"

#include "engine/mariadb/formula_stage.h"
#include "engine/mariadb/sql_text.h"

/* Of the bytes of geostd8 only A–Z and a–z have a case, and every byte is a character:
 * other letters of utf8mb4 stay as they are. */
static void
change_case (Formula *formula, const char *function)
{
  maria_formula_set (
      formula,
      "(CONVERT(CAST(%s(CONVERT(CAST(%s AS BINARY) USING geostd8)) AS BINARY)"
      " USING utf8mb4) COLLATE utf8mb4_nopad_bin)",
      function, formula->value);
}

void
maria_formula_lower (Formula *formula, const BoundStage *stage)
{
  (void) stage;
  change_case (formula, "LOWER");
}

void
maria_formula_upper (Formula *formula, const BoundStage *stage)
{
  (void) stage;
  change_case (formula, "UPPER");
}

void
maria_formula_trim (Formula *formula, const BoundStage *stage)
{
  (void) stage;
  maria_formula_set (formula, "TRIM(BOTH ' ' FROM %s)", formula->value);
}

/* What comes before the @number-th separator is cut off by its length: counted from the
 * end, separators that overlap would be other ones. */
static void
split_numbered (Formula *formula, const char *separator, glong length, guint number)
{
  const char *v = formula->value;
  guint n = MIN (number, (guint) G_MAXINT);

  if (number == 1)
    {
      maria_formula_set (formula, "SUBSTRING_INDEX(%s, %s, 1)", v, separator);
      return;
    }
  maria_formula_set (formula,
                     "(CASE WHEN CHAR_LENGTH(%1$s) - CHAR_LENGTH(REPLACE(%1$s, %2$s, ''))"
                     " >= %3$" G_GINT64_FORMAT
                     " THEN SUBSTRING(SUBSTRING_INDEX(%1$s, %2$s, %4$u),"
                     " CHAR_LENGTH(SUBSTRING_INDEX(%1$s, %2$s, %5$u)) + %6$ld) END)",
                     v, separator, (gint64) (number - 1) * length, n, n - 1, length + 1);
}

static void
split_rest (Formula *formula, const char *separator, glong length)
{
  maria_formula_set (formula, "SUBSTRING(%1$s, NULLIF(LOCATE(%2$s, %1$s), 0) + %3$ld)",
                     formula->value, separator, length);
}

/* The last separator is the first one of the text read backwards, also where two
 * overlap ("aaa" holds "aa" twice). */
static void
split_last (Formula *formula, const char *separator)
{
  g_autofree char *backwards = g_utf8_strreverse (separator, -1);

  maria_formula_set (formula, "REVERSE(SUBSTRING_INDEX(REVERSE(%s), %s, 1))",
                     formula->value, mariadb_text_literal (formula->arena, backwards));
}

void
maria_formula_split (Formula *formula, const BoundStage *stage)
{
  const TransformStage *split = stage->stage;
  const char *separator = mariadb_text_literal (formula->arena, split->split.separator);
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
maria_formula_pad (Formula *formula, const BoundStage *stage)
{
  const TransformStage *pad = stage->stage;
  const char *v = formula->value;
  /* Less than no times is none. */
  const char *padding = arena_printf (
      formula->arena, "REPEAT(%s, %u - CHAR_LENGTH(%s))",
      mariadb_text_literal (formula->arena, pad->pad.with), pad->pad.length, v);

  if (pad->pad.side == PAD_LEFT)
    maria_formula_set (formula, "CONCAT(%s, %s)", padding, v);
  else
    maria_formula_set (formula, "CONCAT(%s, %s)", v, padding);
}

void
maria_formula_read_texts (Formula *formula, const BoundStage *stage,
                          const char *const *inputs)
{
  const char **texts
      = arena_new_array (formula->arena, const char *, stage->n_inputs + 1);

  for (guint i = 0; i < stage->n_inputs; i++)
    {
      const TypeSpec *type = &stage->inputs[i]->type;
      Formula input;

      maria_formula_begin (&input, inputs[i], formula->arena);
      maria_formula_read (&input, type);
      maria_formula_format (&input, type);
      texts[i] = input.value;
      if (input.valid != NULL)
        maria_formula_require (formula, "%s", input.valid);
      if (input.refusal != NULL)
        maria_formula_refuse (formula, input.refusal);
    }
  formula->texts = texts;
}

void
maria_formula_read_text (Formula *formula, const BoundStage *stage)
{
  const char **texts = arena_new_array (formula->arena, const char *, 1);

  maria_formula_format (formula, &stage->inputs[0]->type);
  texts[0] = formula->value;
  formula->texts = texts;
}

void
maria_formula_join (Formula *formula, const BoundStage *stage)
{
  g_autoptr (GString) texts = g_string_new (NULL);

  for (guint i = 0; i < stage->n_inputs; i++)
    g_string_append_printf (texts, "%s%s", i > 0 ? ", " : "", formula->texts[i]);
  maria_formula_set (
      formula, "(CASE WHEN COALESCE(%s) IS NOT NULL THEN CONCAT_WS(%s, %s) END)",
      texts->str, mariadb_text_literal (formula->arena, stage->stage->separator),
      texts->str);
}

void
maria_formula_template (Formula *formula, const BoundStage *stage)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  for (guint i = 0; i < stage->n_pieces; i++)
    {
      const TemplatePiece *piece = &stage->pieces[i];
      const char *text = arena_strndup (formula->arena, piece->text, piece->length);

      g_string_append_printf (sql, "%s%s", i > 0 ? ", " : "",
                              piece->text == NULL
                                  ? formula->texts[piece->input]
                                  : mariadb_text_literal (formula->arena, text));
    }
  if (sql->len > 0)
    maria_formula_set (formula, "CONCAT(%s)", sql->str);
  else
    maria_formula_set (formula, "%s", mariadb_text_literal (formula->arena, ""));
}
