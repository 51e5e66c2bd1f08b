/* SPDX-License-Identifier: Apache-2.0
 *
 * Judging effects one by one: most rules are a row with the kinds of effects they look
 * at, who is exempt, a question and a message.
 *
 * An index counts in context->effects, so that a rule can look at what stands before and
 * after an effect.
 */
#pragma once

#include "safety/context.h"

typedef void (*EffectFunction) (const SafetyContext *context, const Effect *effect,
                                guint index);

/* Whether @candidate is what is looked for with regard to @effect. */
typedef gboolean (*EffectMatch) (const Effect *candidate, const Effect *effect);

/* Reports every effect that the running rule's row finds; each place and message once,
 * though a statement has effects on several engines. */
void judge_effects (const SafetyContext *context);

/* Calls @function for every effect of the rule's kinds that is not exempt. */
void judge_each (const SafetyContext *context, EffectFunction function);

const Effect *judge_effect (const SafetyContext *context, guint index);

/* The last of @kinds before @index, or the first after it; or NULL. */
const Effect *judge_find_before (const SafetyContext *context, guint index, guint64 kinds,
                                 EffectMatch match);
const Effect *judge_find_after (const SafetyContext *context, guint index, guint64 kinds,
                                EffectMatch match);

/* The same within the transaction that @index is in. */
const Effect *judge_find_in_transaction (const SafetyContext *context, guint index,
                                         guint64 kinds, EffectMatch match);

/* Matches */
gboolean judge_same_table (const Effect *candidate, const Effect *effect);
gboolean judge_same_column (const Effect *candidate,
                            const Effect *effect); /* and table */
gboolean judge_same_object (const Effect *candidate, const Effect *effect); /* an index */
gboolean judge_same_constraint (const Effect *candidate, const Effect *effect);
gboolean judge_same_statement (const Effect *candidate, const Effect *effect);

/* Names as SQL compares them; NULL equals nothing. */
gboolean judge_same_name (const char *a, const char *b);

/* The engines that the rule concerns, the effect happens on and the user speaks of. */
guint judge_engines (const SafetyContext *context, const Effect *effect);

/* Whether that includes @engine in a version from @since on (0: any). */
gboolean judge_speaks_of (const SafetyContext *context, const Effect *effect,
                          TargetEngine engine, guint since);

/* The declared table of the effect, or NULL. */
const Table *judge_declared_table (const SafetyContext *context, const Effect *effect);

/* Whether an index or a key of the table begins with the column. */
gboolean judge_table_indexes (const Table *table, const char *column);

/* Whether the text has the words, in any case, with one or more blanks between them. */
gboolean judge_text_has (const char *text, const char *words);
