/* SPDX-License-Identifier: Apache-2.0
 *
 * mutate_rules [--verbose]: breaks every rule in several ways, and looks whether one of
 * its cases notices.
 *
 * A result a rule.  It is turned off and round, made to report wherever it looks, and
 * loses an exemption, an engine or a kind of effect.  What no case notices is not tested:
 * add the case.  With --verbose a line each says which case it is that notices.
 */
#include "config.h"

#include <string.h>

#include "given.h"
#include "mutable_rules.h"
#include "mutation.h"
#include "tap.h"

typedef struct
{
  char *name;
  Given given;
  char *expected; /* what the rule as it is finds; as in the case's golden text */
} Case;

static void
case_clear (gpointer data)
{
  Case *one = data;

  g_free (one->name);
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
      Case one = { .name = g_strdup (names[i]),
                   .given = given_of_case (rule, names[i]),
                   .expected = source_read (golden) };
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

/* Returns: (nullable): the first case that comes out otherwise than is expected */
static const char *
who_notices (const GArray *cases)
{
  for (guint i = 0; i < cases->len; i++)
    {
      const Case *one = &g_array_index (cases, Case, i);
      g_autofree char *findings = given_findings (&one->given);
      if (g_strcmp0 (findings, one->expected) != 0)
        return one->name;
    }
  return NULL;
}

static const char *
who_notices_when (const Mutation *mutation, SafetyRule *rule, const GArray *cases)
{
  mutation_begin (mutation, rule);
  const char *name = who_notices (cases);
  mutation_end (rule);
  return name;
}

/* Returns: (nullable): the mutations that no case notices */
static char *
problem_of (SafetyRule *rule, const GArray *cases, gboolean verbose)
{
  g_autoptr (GArray) mutations = mutations_of (rule);
  g_autoptr (GString) problem = g_string_new (NULL);

  if (who_notices (cases) != NULL)
    return g_strdup ("the cases fail with the rule as it is");
  for (guint i = 0; i < mutations->len; i++)
    {
      const Mutation *mutation = &g_array_index (mutations, Mutation, i);
      const char *noticed = who_notices_when (mutation, rule, cases);
      g_autofree char *name = mutation_to_string (mutation);
      if (noticed == NULL)
        g_string_append_printf (problem, "%sno case notices: %s",
                                problem->len > 0 ? "\n" : "", name);
      else if (verbose)
        g_print ("# %s %s: %s notices\n", rule->id, name, noticed);
    }
  return problem->len > 0 ? g_strdup (problem->str) : NULL;
}

static void
mutate (Tap *tap, SafetyRule *rule, gboolean verbose)
{
  guint n_unread = 0;
  g_autoptr (GArray) cases = read_cases (rule->id, &n_unread);
  g_autofree char *problem = problem_of (rule, cases, verbose);

  if (problem != NULL && n_unread > 0)
    tap_skip (tap, rule->id, "this build has no parser for PostgreSQL");
  else
    tap_result (tap, rule->id, problem);
}

int
main (int argc, char **argv)
{
  gboolean verbose = argc > 1 && g_str_equal (argv[1], "--verbose");
  Tap tap = { 0 };

  for (guint i = 0; i < safety_n_rules (); i++)
    mutate (&tap, mutable_rule (i), verbose);
  return tap_end (&tap);
}
