/* SPDX-License-Identifier: Apache-2.0
 *
 * Mutation: a row of the table of rules with another member or function.
 *
 * A rule that judges effects one by one is turned round effect by effect.  One that looks
 * at the whole is run on the side; its candidates are then the places of the steps and
 * the statements.
 */
#include "config.h"

#include "mutation.h"

#include "safety/context.h"

static SafetyRule original;

/* Effect by effect ------------------------------------------------------------ */

static gboolean
never (const SafetyContext *context, const Effect *effect, guint index)
{
  (void) context, (void) effect, (void) index;
  return FALSE;
}

static gboolean
otherwise (const SafetyContext *context, const Effect *effect, guint index)
{
  return !original.judge (context, effect, index);
}

/* The whole ------------------------------------------------------------------- */

static void
find_nothing (const SafetyContext *context)
{
  (void) context;
}

static char *
place_of (const Location *location)
{
  return g_strdup_printf ("%s:%u:%u", location->file, location->line, location->column);
}

/* Location by place: where the rule could report something. */
static GHashTable *
candidates_of (const SafetyContext *context)
{
  GHashTable *places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      g_hash_table_insert (places, place_of (&effect->location),
                           (gpointer) &effect->location);
    }
  for (guint i = 0; context->plan != NULL && i < migration_plan_n_steps (context->plan);
       i++)
    {
      const Location *location = &migration_plan_step (context->plan, i)->location;
      g_hash_table_insert (places, place_of (location), (gpointer) location);
    }
  return places;
}

/* Places where the rule itself reports something. */
static GHashTable *
findings_of (const SafetyContext *context)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  GHashTable *places = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  SafetyContext aside = *context;

  aside.diagnostics = diagnostics;
  original.check (&aside);
  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    g_hash_table_add (places, place_of (&diagnostic_list_get (diagnostics, i)->location));
  return places;
}

static void
report_the_others (const SafetyContext *context)
{
  g_autoptr (GHashTable) candidates = candidates_of (context);
  g_autoptr (GHashTable) found = findings_of (context);
  GHashTableIter iter;
  gpointer place, location;

  g_hash_table_iter_init (&iter, candidates);
  while (g_hash_table_iter_next (&iter, &place, &location))
    if (!g_hash_table_contains (found, place))
      safety_report (context, *(const Location *) location, "mutated");
}

static void
report_everywhere (const SafetyContext *context)
{
  original.check (context);
  report_the_others (context);
}

/* The table ------------------------------------------------------------------- */

static void
switch_off (SafetyRule *rule)
{
  if (rule->check != NULL)
    rule->check = find_nothing;
  else
    rule->judge = never;
}

/* Where there is no question, all that are left are findings: nothing then. */
static void
turn_round (SafetyRule *rule)
{
  if (rule->check != NULL)
    rule->check = report_the_others;
  else
    rule->judge = rule->judge != NULL ? otherwise : never;
}

static void
ask_nothing (SafetyRule *rule)
{
  if (rule->check != NULL)
    rule->check = report_everywhere;
  else
    rule->judge = NULL;
}

void
mutation_begin (const Mutation *mutation, SafetyRule *rule)
{
  original = *rule;
  switch (mutation->kind)
    {
    case MUTATION_OFF:
      switch_off (rule);
      break;
    case MUTATION_INVERTED:
      turn_round (rule);
      break;
    case MUTATION_ALWAYS:
      ask_nothing (rule);
      break;
    case MUTATION_WITHOUT_EXEMPT:
      rule->exempt &= ~(1u << mutation->bit);
      break;
    case MUTATION_WITHOUT_ENGINE:
      rule->engines &= ~(1u << mutation->bit);
      break;
    case MUTATION_WITHOUT_KIND:
    default:
      rule->kinds &= ~EFFECT_BIT (mutation->bit);
      break;
    }
}

void
mutation_end (SafetyRule *rule)
{
  *rule = original;
}

static void
add (GArray *mutations, MutationKind kind, guint bit)
{
  const Mutation mutation = { kind, bit };

  g_array_append_val (mutations, mutation);
}

/* One for each bit that is set. */
static void
add_bits (GArray *mutations, MutationKind kind, guint64 bits)
{
  for (guint bit = 0; bit < 64; bit++)
    if ((bits >> bit & 1) != 0)
      add (mutations, kind, bit);
}

GArray *
mutations_of (const SafetyRule *rule)
{
  GArray *mutations = g_array_new (FALSE, FALSE, sizeof (Mutation));

  add (mutations, MUTATION_OFF, 0);
  add (mutations, MUTATION_INVERTED, 0);
  if (rule->check != NULL || rule->judge != NULL)
    add (mutations, MUTATION_ALWAYS, 0);
  add_bits (mutations, MUTATION_WITHOUT_EXEMPT, rule->exempt);
  /* Without kinds of effects it asks no effect where it happens. */
  if (rule->kinds != 0)
    add_bits (mutations, MUTATION_WITHOUT_ENGINE, rule->engines);
  add_bits (mutations, MUTATION_WITHOUT_KIND, rule->kinds);
  return mutations;
}

static const char *
exemption_to_string (guint bit)
{
  static const char *const names[]
      = { "new tables", "typed operations", "the contracting phase", "portable ones" };

  return names[bit];
}

char *
mutation_to_string (const Mutation *mutation)
{
  switch (mutation->kind)
    {
    case MUTATION_OFF:
      return g_strdup ("switched off");
    case MUTATION_INVERTED:
      return g_strdup ("turned round");
    case MUTATION_ALWAYS:
      return g_strdup ("reports wherever it looks");
    case MUTATION_WITHOUT_EXEMPT:
      return g_strdup_printf ("does not exempt %s", exemption_to_string (mutation->bit));
    case MUTATION_WITHOUT_ENGINE:
      return g_strdup_printf ("leaves out %s",
                              target_engine_name ((TargetEngine) (1u << mutation->bit)));
    case MUTATION_WITHOUT_KIND:
    default:
      return g_strdup_printf ("leaves out '%s'",
                              effect_kind_to_string ((EffectKind) mutation->bit));
    }
}
