/* SPDX-License-Identifier: Apache-2.0
 *
 * The judges of statements of raw SQL: syntax, transactions, rows.
 */
#include "config.h"

#include "safety/judges.h"

static void
report_syntax (const SafetyContext *context, const Effect *effect, guint index)
{
  g_autofree char *engines = target_engines_to_string (effect->engines);

  (void) index;
  safety_report_effect (context, effect, "%s cannot read this: %s", engines,
                        effect->text);
}

void
rule_syntax_error (const SafetyContext *context)
{
  judge_each (context, report_syntax);
}

gboolean
rule_delete_all_rows (G_GNUC_UNUSED const SafetyContext *context, const Effect *effect,
                      G_GNUC_UNUSED guint index)
{
  return !effect->has_where;
}

/* Transactions ---------------------------------------------------------------- */

static gboolean
is_same_text (const Effect *candidate, const Effect *effect)
{
  return candidate->step == effect->step && (candidate->engines & effect->engines) != 0;
}

gboolean
rule_transaction_left_open (const SafetyContext *context, const Effect *effect,
                            guint index)
{
  return effect->step == NULL
         && judge_find_after (context, index,
                              EFFECT_BIT (EFFECT_COMMIT) | EFFECT_BIT (EFFECT_ROLLBACK),
                              is_same_text)
                == NULL;
}

gboolean
rule_nested_transaction (G_GNUC_UNUSED const SafetyContext *context, const Effect *effect,
                         G_GNUC_UNUSED guint index)
{
  return effect->step == NULL && effect->in_transaction;
}

gboolean
rule_stray_commit (G_GNUC_UNUSED const SafetyContext *context, const Effect *effect,
                   G_GNUC_UNUSED guint index)
{
  return effect->step == NULL && !effect->in_transaction;
}

gboolean
rule_transaction_in_step (G_GNUC_UNUSED const SafetyContext *context,
                          const Effect *effect, G_GNUC_UNUSED guint index)
{
  return effect->step != NULL;
}

gboolean
rule_vacuum_in_transaction (G_GNUC_UNUSED const SafetyContext *context,
                            const Effect *effect, G_GNUC_UNUSED guint index)
{
  return effect->in_transaction;
}

/* Rows -------------------------------------------------------------------------- */

static void
report_assigned_twice (const SafetyContext *context, const Effect *effect, guint index)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  (void) index;
  for (const char *const *name = effect->columns; name != NULL && *name != NULL; name++)
    if (!g_hash_table_add (seen, (gpointer) *name))
      {
        safety_report_effect (context, effect, "column '%s' is set twice by one UPDATE",
                              *name);
        return;
      }
}

void
rule_assigned_twice (const SafetyContext *context)
{
  judge_each (context, report_assigned_twice);
}
