/* SPDX-License-Identifier: Apache-2.0
 *
 * mutate_rules [--all]: breaks every rule in several ways, and looks whether one of its
 * cases notices.
 *
 * A result a rule.  A rule whose mutation no case notices is not tested: add the case.
 * By itself it turns the rules off and round, lets them report wherever they look and
 * takes away their exemptions; with --all also an engine or a kind of effect.
 */
#include "config.h"

#include <string.h>

#include "given.h"
#include "mutable_rules.h"
#include "mutation.h"
#include "tap.h"

typedef struct
{
  Given given;
  char *expected; /* what the rule as it is finds; as in the case's golden text */
} Case;

static void
case_clear (gpointer data)
{
  Case *one = data;

  given_clear (&one->given);
  g_free (one->expected);
}

/* @n_unread: gets how many this build cannot look into */
static GArray *
read_cases (const char *rule, guint *n_unread)
{
  g_autofree char *folder = g_strdup_printf (RULE_CASES "/%s", rule);
  g_auto (GStrv) names = source_folders (folder);
  GArray *cases = g_array_new (FALSE, FALSE, sizeof (Case));

  g_array_set_clear_func (cases, case_clear);
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_autofree char *golden = g_strdup_printf ("%s/%s/expected.txt", folder, names[i]);
      Case one
          = { .given = given_of_case (rule, names[i]), .expected = source_read (golden) };
      if (given_is_readable (&one.given))
        {
          g_array_append_val (cases, one);
          continue;
        }
      case_clear (&one);
      ++*n_unread;
    }
  return cases;
}

static gboolean
is_noticed (const GArray *cases)
{
  for (guint i = 0; i < cases->len; i++)
    {
      const Case *one = &g_array_index (cases, Case, i);
      g_autofree char *findings = given_findings (&one->given);
      if (g_strcmp0 (findings, one->expected) != 0)
        return TRUE;
    }
  return FALSE;
}

static gboolean
survives (const Mutation *mutation, SafetyRule *rule, const GArray *cases)
{
  mutation_begin (mutation, rule);
  gboolean noticed = is_noticed (cases);
  mutation_end (rule);
  return !noticed;
}

/* Returns: (nullable): the mutations that no case notices */
static char *
problem_of (SafetyRule *rule, const GArray *cases, MutationKind last)
{
  g_autoptr (GArray) mutations = mutations_of (rule);
  g_autoptr (GString) problem = g_string_new (NULL);

  if (is_noticed (cases))
    return g_strdup ("the cases fail with the rule as it is");
  for (guint i = 0; i < mutations->len; i++)
    {
      const Mutation *mutation = &g_array_index (mutations, Mutation, i);
      g_autofree char *name = mutation_to_string (mutation);
      if (mutation->kind <= last && survives (mutation, rule, cases))
        g_string_append_printf (problem, "%sno case notices: %s",
                                problem->len > 0 ? "\n" : "", name);
    }
  return problem->len > 0 ? g_strdup (problem->str) : NULL;
}

static void
mutate (Tap *tap, SafetyRule *rule, MutationKind last)
{
  guint n_unread = 0;
  g_autoptr (GArray) cases = read_cases (rule->id, &n_unread);
  g_autofree char *problem = problem_of (rule, cases, last);

  if (problem != NULL && n_unread > 0)
    tap_skip (tap, rule->id, "this build has no parser for PostgreSQL");
  else
    tap_result (tap, rule->id, problem);
}

int
main (int argc, char **argv)
{
  gboolean all = argc > 1 && g_str_equal (argv[1], "--all");
  Tap tap = { 0 };

  for (guint i = 0; i < safety_n_rules (); i++)
    mutate (&tap, mutable_rule (i),
            all ? MUTATION_WITHOUT_KIND : MUTATION_WITHOUT_EXEMPT);
  return tap_end (&tap);
}
