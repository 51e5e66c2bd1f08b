/* SPDX-License-Identifier: Apache-2.0
 *
 * explain: the page of a safety rule, or the list of all.
 */
#include "config.h"

#include "commands/output.h"
#include "commands/result.h"
#include "commands/verbs.h"
#include "commands/wrap.h"
#include "safety/safety.h"

static void
append_list (GString *out)
{
  for (guint i = 0; i < safety_n_rules (); i++)
    {
      const SafetyRule *rule = safety_rule (i);
      g_string_append_printf (out, "%-40s %-8s %s\n", rule->id,
                              severity_to_string (rule->severity), rule->summary);
    }
}

static void
append_page (GString *out, const SafetyRule *rule)
{
  g_autofree char *engines = target_engines_to_string (rule->engines);

  g_string_append_printf (out, "%s\n\n", rule->id);
  g_string_append_printf (out, "Severity: %s\n", severity_to_string (rule->severity));
  g_string_append_printf (out, "Engines:  %s\n", engines);
  g_string_append_printf (out, "Summary:  %s\n\n", rule->summary);
  wrap_append (out, rule->help, 78);
}

static void
print_rule (JsonPrinter *printer, const SafetyRule *rule)
{
  g_autofree char *engines = target_engines_to_string (rule->engines);

  json_begin_object (printer, NULL, JSON_BLOCK);
  json_string (printer, "id", rule->id);
  json_string (printer, "severity", severity_to_string (rule->severity));
  json_string (printer, "engines", engines);
  json_string (printer, "summary", rule->summary);
  json_string (printer, "help", rule->help);
  json_end_object (printer);
}

static void
append_json (GString *out, const SafetyRule *one)
{
  JsonPrinter printer = json_printer (out);

  if (one != NULL)
    print_rule (&printer, one);
  else
    {
      json_begin_array (&printer, NULL, JSON_BLOCK);
      for (guint i = 0; i < safety_n_rules (); i++)
        print_rule (&printer, safety_rule (i));
      json_end_array (&printer);
    }
  g_string_append_c (out, '\n');
}

static int
refuse (const char *name)
{
  g_autoptr (GPtrArray) ids = g_ptr_array_new ();
  g_autofree char *upper = g_ascii_strup (name, -1);

  for (guint i = 0; i < safety_n_rules (); i++)
    g_ptr_array_add (ids, (gpointer) safety_rule (i)->id);
  g_ptr_array_add (ids, NULL);
  const char *nearest = nearest_name (upper, (const char *const *) ids->pdata);
  if (nearest == NULL)
    nearest = nearest_name (name, (const char *const *) ids->pdata);
  if (nearest != NULL)
    message_error ("there is no rule '%s'; did you mean '%s'?", name, nearest);
  else
    message_error ("there is no rule '%s'; 'zdm-run explain' lists them", name);
  return EXIT_CODE_USAGE;
}

static int
explain (const Invocation *invocation)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const SafetyRule *rule = NULL;

  if (invocation->n_arguments > 0)
    {
      rule = safety_rule_find (invocation->arguments[0]);
      if (rule == NULL)
        return refuse (invocation->arguments[0]);
    }
  if (invocation->options->format == REPORT_FORMAT_JSON)
    append_json (text, rule);
  else if (rule != NULL)
    append_page (text, rule);
  else
    append_list (text);
  return result_print (invocation->options, text);
}

const Command command_explain = {
  .name = "explain",
  .option = N_OPTIONS,
  .arguments = "[RULE]",
  .kind = ARGUMENTS_RULES,
  .max_arguments = 1,
  .options = OPTIONS_EVERYWHERE | OPTION_BIT (OPTION_FORMAT) | OPTION_BIT (OPTION_OUTPUT),
  .summary = "explain a safety rule, or list them all",
  .details = "Explains a safety RULE, such as ZDM001: why it matters and the safe way.\n"
             "Without RULE, lists all rules.",
  .run = explain,
};
