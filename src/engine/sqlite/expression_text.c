/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms of text as SQL: lower, upper, trim, split, pad, join, template.
 */
#include "config.h"

#include "engine/sqlite/expression_stage.h"
#include "engine/sqlite/sql_text.h"

#define N_LETTERS 26

/* Calls that are nested before a new step: the parser's stack holds some 25, and the
 * caller needs a few of these. */
#define NESTED_MAX 9

/* Letter by letter: an SQLite with ICU, and many an application, has a lower() that knows
 * more letters than A–Z. */
static void
swap_case (Chain *chain, char from, char to)
{
  for (int i = 0; i < N_LETTERS; i++)
    {
      if (i > 0 && i % NESTED_MAX == 0)
        chain_settle (chain);
      chain_set (chain, "replace(%s, '%c', '%c')", chain->value, from + i, to + i);
    }
}

gboolean
expression_lower (Chain *chain, const BoundStage *stage, GError **error)
{
  (void) stage, (void) error;
  swap_case (chain, 'A', 'a');
  return TRUE;
}

gboolean
expression_upper (Chain *chain, const BoundStage *stage, GError **error)
{
  (void) stage, (void) error;
  swap_case (chain, 'a', 'A');
  return TRUE;
}

gboolean
expression_trim (Chain *chain, const BoundStage *stage, GError **error)
{
  (void) stage, (void) error;
  chain_set (chain, "trim(%s, ' ')", chain->value);
  return TRUE;
}

/* Everything from part @number on, which is 2 or more. */
static const char *
from_part (Arena *arena, const char *separator, glong length, guint number)
{
  if (number == 2)
    return arena_printf (arena,
                         "CASE WHEN instr(v, %s) > 0"
                         " THEN substr(v, instr(v, %s) + %ld) END",
                         separator, separator, length);
  return arena_printf (arena,
                       "(WITH RECURSIVE part(n, rest) AS (SELECT 1, v UNION ALL"
                       " SELECT n + 1, substr(rest, instr(rest, %s) + %ld) FROM part"
                       " WHERE n < %u AND instr(rest, %s) > 0)"
                       " SELECT rest FROM part WHERE n = %u)",
                       separator, length, number, separator, number);
}

/* What follows the last separator.  It may overlap with the one before ("aaa" holds "aa"
 * twice), so each step goes on one character behind the start of the last one found. */
static const char *
last_part (Arena *arena, const char *separator, glong length)
{
  if (length == 1)
    return arena_printf (arena, "substr(v, length(rtrim(v, replace(v, %s, ''))) + 1)",
                         separator);
  return arena_printf (arena,
                       "(WITH RECURSIVE part(rest, cut) AS (SELECT v, 1 UNION ALL"
                       " SELECT substr(rest, instr(rest, %s) + 1), %ld FROM part"
                       " WHERE instr(rest, %s) > 0)"
                       " SELECT substr(rest, cut) FROM part WHERE instr(rest, %s) = 0)",
                       separator, length, separator, separator);
}

gboolean
expression_split (Chain *chain, const BoundStage *stage, GError **error)
{
  const TransformStage *split = stage->stage;
  const char *separator = sqlite_text_literal (chain->arena, split->split.separator);
  glong length = g_utf8_strlen (split->split.separator, -1);
  guint number = split->split.part == SPLIT_REST ? 2 : split->split.number;

  (void) error;
  chain_settle (chain);
  if (split->split.part == SPLIT_LAST)
    {
      chain_set (chain, "%s", last_part (chain->arena, separator, length));
      return TRUE;
    }
  if (number > 1)
    chain_set (chain, "%s", from_part (chain->arena, separator, length, number));
  if (split->split.part == SPLIT_REST)
    return TRUE;
  chain_settle (chain);
  chain_set (chain,
             "CASE instr(v, %s) WHEN 0 THEN v ELSE substr(v, 1, instr(v, %s) - 1) END",
             separator, separator);
  return TRUE;
}

gboolean
expression_pad (Chain *chain, const BoundStage *stage, GError **error)
{
  const TransformStage *pad = stage->stage;
  const char *padding;

  (void) error;
  chain_settle (chain);
  /* A hexadecimal "00" for each character that is missing; none for less than none. */
  padding
      = arena_printf (chain->arena, "replace(hex(zeroblob(%u - length(v))), '00', %s)",
                      pad->pad.length, sqlite_text_literal (chain->arena, pad->pad.with));
  if (pad->pad.side == PAD_LEFT)
    chain_set (chain, "%s || v", padding);
  else
    chain_set (chain, "v || %s", padding);
  return TRUE;
}

gboolean
expression_texts (Chain *chain, const BoundStage *stage, const char *const *inputs,
                  GError **error)
{
  g_autoptr (GString) columns = g_string_new (NULL);

  for (guint i = 0; i < stage->n_inputs; i++)
    {
      const TypeSpec *type = &stage->inputs[i]->type;
      SqliteExpression text;
      Chain input;

      chain_begin (&input, inputs[i], chain->arena);
      expression_read (&input, type);
      if (!expression_format (&input, type, error))
        return FALSE;
      chain_finish (&input, &text);
      g_string_append_printf (columns, "%s%s AS v%u", i > 0 ? ", " : "", text.value,
                              i + 1);
      if (text.valid != NULL)
        chain_require (chain, "%s", text.valid);
    }
  if (stage->n_inputs > 0)
    chain_select (chain, columns->str);
  return TRUE;
}

gboolean
expression_text (Chain *chain, const BoundStage *stage, GError **error)
{
  if (!expression_format (chain, &stage->inputs[0]->type, error))
    return FALSE;
  chain_select (chain, arena_printf (chain->arena, "%s AS v1", chain->value));
  return TRUE;
}

gboolean
expression_join (Chain *chain, const BoundStage *stage, GError **error)
{
  const char *separator = sqlite_text_literal (chain->arena, stage->stage->separator);
  g_autoptr (GString) names = g_string_new (NULL);
  g_autoptr (GString) texts = g_string_new (NULL);

  (void) error;
  for (guint i = 1; i <= stage->n_inputs; i++)
    {
      g_string_append_printf (names, "%sv%u IS NOT NULL", i > 1 ? " OR " : "", i);
      g_string_append_printf (texts, "%sifnull(%s || v%u, '')", i > 1 ? " || " : "",
                              separator, i);
    }
  /* Each text comes with a separator before it: the first one is cut off. */
  chain_set (chain, "CASE WHEN %s THEN substr(%s, %ld) END", names->str, texts->str,
             g_utf8_strlen (stage->stage->separator, -1) + 1);
  return TRUE;
}

gboolean
expression_template (Chain *chain, const BoundStage *stage, GError **error)
{
  g_autoptr (GString) sql = g_string_new (NULL);

  (void) error;
  for (guint i = 0; i < stage->n_pieces; i++)
    {
      const TemplatePiece *piece = &stage->pieces[i];
      const char *text = arena_strndup (chain->arena, piece->text, piece->length);

      if (i > 0)
        g_string_append (sql, " || ");
      if (piece->text == NULL)
        g_string_append_printf (sql, "v%u", piece->input + 1);
      else
        g_string_append (sql, sqlite_text_literal (chain->arena, text));
    }
  chain_set (chain, "%s", sql->len > 0 ? sql->str : "''");
  return TRUE;
}
