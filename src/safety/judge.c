/* SPDX-License-Identifier: Apache-2.0
 *
 * Judging effects one by one.
 */
#include "config.h"

#include "safety/judge.h"

#include <string.h>

const Effect *
judge_effect (const SafetyContext *context, guint index)
{
  return context->effects->pdata[index];
}

guint
judge_engines (const SafetyContext *context, const Effect *effect)
{
  return effect->engines & context->rule->engines & context->options->target.engines;
}

gboolean
judge_speaks_of (const SafetyContext *context, const Effect *effect, TargetEngine engine,
                 guint since)
{
  return (judge_engines (context, effect) & engine) != 0
         && target_version (&context->options->target, engine) >= since;
}

static gboolean
is_exempt (const SafetyContext *context, const Effect *effect)
{
  guint exempt = context->rule->exempt;
  gboolean is_typed = effect->origin == EFFECT_OF_OPERATION;

  return ((exempt & EXEMPT_NEW_TABLE) != 0 && effect->new_table)
         || ((exempt & EXEMPT_TYPED) != 0 && is_typed)
         || ((exempt & EXEMPT_PORTABLE) != 0 && is_typed
             && !context->options->target.named)
         || ((exempt & EXEMPT_CONTRACTING) != 0
             && effect->phase == MIGRATION_PHASE_CONTRACTING);
}

void
judge_each (const SafetyContext *context, EffectFunction function)
{
  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = judge_effect (context, i);
      if ((context->rule->kinds & EFFECT_BIT (effect->kind)) != 0
          && judge_engines (context, effect) != 0 && !is_exempt (context, effect))
        function (context, effect, i);
    }
}

static void
judge_one (const SafetyContext *context, const Effect *effect, guint index)
{
  if (context->rule->judge == NULL || context->rule->judge (context, effect, index))
    safety_report_message (context, effect);
}

void
judge_effects (const SafetyContext *context)
{
  judge_each (context, judge_one);
}

/* Looking around ----------------------------------------------------------------- */

static gboolean
is_match (const Effect *candidate, const Effect *effect, guint64 kinds, EffectMatch match)
{
  return (kinds & EFFECT_BIT (candidate->kind)) != 0
         && (candidate->engines & effect->engines) != 0
         && (match == NULL || match (candidate, effect));
}

const Effect *
judge_find_before (const SafetyContext *context, guint index, guint64 kinds,
                   EffectMatch match)
{
  const Effect *effect = judge_effect (context, index);

  for (guint i = index; i > 0; i--)
    if (is_match (judge_effect (context, i - 1), effect, kinds, match))
      return judge_effect (context, i - 1);
  return NULL;
}

const Effect *
judge_find_after (const SafetyContext *context, guint index, guint64 kinds,
                  EffectMatch match)
{
  const Effect *effect = judge_effect (context, index);

  for (guint i = index + 1; i < context->effects->len; i++)
    if (is_match (judge_effect (context, i), effect, kinds, match))
      return judge_effect (context, i);
  return NULL;
}

const Effect *
judge_find_in_transaction (const SafetyContext *context, guint index, guint64 kinds,
                           EffectMatch match)
{
  const Effect *effect = judge_effect (context, index);

  for (guint i = index; effect->in_transaction && i > 0; i--)
    {
      const Effect *candidate = judge_effect (context, i - 1);
      if (candidate->step != effect->step
          || (EFFECT_BIT (candidate->kind)
              & (EFFECT_BIT (EFFECT_BEGIN) | EFFECT_BIT (EFFECT_COMMIT)
                 | EFFECT_BIT (EFFECT_ROLLBACK)))
                 != 0)
        break;
      if (candidate->in_transaction && is_match (candidate, effect, kinds, match))
        return candidate;
    }
  return NULL;
}

/* Matches ------------------------------------------------------------------------ */

gboolean
judge_same_name (const char *a, const char *b)
{
  return a != NULL && b != NULL && g_ascii_strcasecmp (a, b) == 0;
}

gboolean
judge_same_table (const Effect *candidate, const Effect *effect)
{
  return judge_same_name (candidate->table, effect->table)
         && (candidate->schema == NULL || effect->schema == NULL
             || judge_same_name (candidate->schema, effect->schema));
}

gboolean
judge_same_column (const Effect *candidate, const Effect *effect)
{
  return judge_same_table (candidate, effect)
         && judge_same_name (candidate->column, effect->column);
}

gboolean
judge_same_object (const Effect *candidate, const Effect *effect)
{
  return judge_same_name (candidate->object, effect->object);
}

gboolean
judge_same_constraint (const Effect *candidate, const Effect *effect)
{
  return judge_same_table (candidate, effect) && judge_same_object (candidate, effect);
}

gboolean
judge_same_statement (const Effect *candidate, const Effect *effect)
{
  return candidate->step == effect->step
         && candidate->location.line == effect->location.line
         && candidate->location.column == effect->location.column
         && g_strcmp0 (candidate->sql, effect->sql) == 0;
}

gboolean
judge_table_indexes (const Table *table, const char *column)
{
  for (guint i = 0; i < table->indexes->len; i++)
    {
      const Index *index = table->indexes->pdata[i];
      if (judge_same_name (index->parts[0].column, column))
        return TRUE;
    }
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      if ((constraint->kind == CONSTRAINT_UNIQUE
           || constraint->kind == CONSTRAINT_PRIMARY_KEY)
          && constraint->columns != NULL
          && judge_same_name (constraint->columns[0], column))
        return TRUE;
    }
  const Column *declared = table_find_column (table, column);
  return declared != NULL && (declared->primary_key || declared->unique);
}

const Table *
judge_declared_table (const SafetyContext *context, const Effect *effect)
{
  return context->migration != NULL && effect->table != NULL
             ? database_find (context->migration->tables, effect->table)
             : NULL;
}

/* Where @text goes on after @words, or NULL. */
static const char *
skip_words (const char *text, const char *words)
{
  for (; *words != '\0'; words++)
    if (*words == ' ')
      {
        if (!g_ascii_isspace (*text))
          return NULL;
        while (g_ascii_isspace (*text))
          text++;
      }
    else if (g_ascii_tolower (*text++) != *words)
      return NULL;
  return text;
}

static gboolean
is_word_char (char c)
{
  return g_ascii_isalnum (c) || c == '_';
}

gboolean
judge_text_has (const char *text, const char *words)
{
  for (const char *at = text; at != NULL && *at != '\0'; at++)
    {
      if (at > text && is_word_char (at[-1]) && is_word_char (*at))
        continue;
      const char *end = skip_words (at, words);
      if (end != NULL && !(is_word_char (end[-1]) && is_word_char (*end)))
        return TRUE;
    }
  return FALSE;
}
