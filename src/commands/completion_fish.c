/* SPDX-License-Identifier: Apache-2.0
 *
 * Completion for fish: one `complete` line an option and verb.
 */
#include "config.h"

#include "commands/completion_shells.h"

static char *
verb_list (const Command *const *commands)
{
  GString *out = g_string_new (NULL);

  for (guint i = 1; commands[i] != NULL; i++)
    if (commands[i]->name != NULL)
      g_string_append_printf (out, "%s%s", out->len > 0 ? " " : "", commands[i]->name);
  return g_string_free (out, FALSE);
}

/* When the option applies: to the verbs that accept it, and without a verb to those that
 * the run accepts. */
static char *
condition_of (const Command *const *commands, guint option, const char *verbs)
{
  g_autoptr (GString) accepting = g_string_new (NULL);
  gboolean by_run = (commands[0]->options & OPTION_BIT (option)) != 0;

  for (guint i = 1; commands[i] != NULL; i++)
    if (commands[i]->name != NULL && (commands[i]->options & OPTION_BIT (option)) != 0)
      g_string_append_printf (accepting, " %s", commands[i]->name);
  if (accepting->len == 0)
    return g_strdup_printf ("not __fish_seen_subcommand_from %s", verbs);
  return g_strdup_printf ("%s__fish_seen_subcommand_from%s",
                          by_run ? "__zdm_run_no_verb; or " : "", accepting->str);
}

static void
append_option (GString *out, const OptionInfo *info, const char *condition)
{
  g_autofree char *help = g_shell_quote (info->help);

  g_string_append_printf (out, "complete -c zdm-run -n '%s' -l %s", condition,
                          info->name);
  if (info->letter != '\0')
    g_string_append_printf (out, " -s %c", info->letter);
  if (info->words != NULL)
    g_string_append_printf (out, " -x -a '%s'", info->words);
  else if (info->argument != NULL)
    g_string_append (out, g_str_equal (info->argument, "FILE")
                                  || g_str_equal (info->argument, "DIR")
                              ? " -r -F"
                              : " -x");
  g_string_append_printf (out, " -d %s\n", help);
}

static const char *const ARGUMENTS[] = {
  [ARGUMENTS_NONE] = "-f",
  [ARGUMENTS_FILES] = "-F",
  [ARGUMENTS_NAME] = "-f",
  [ARGUMENTS_RULES] = "-f -a '(zdm-run explain 2>/dev/null | string split -f1 \" \")'",
  [ARGUMENTS_SHELLS] = ("-f -a '" COMPLETION_SHELLS "'"),
};

static void
append_verb (GString *out, const Command *command)
{
  g_autofree char *summary = g_shell_quote (command->summary);

  g_string_append_printf (out, "complete -c zdm-run -n __zdm_run_no_verb -a %s -d %s\n",
                          command->name, summary);
  g_string_append_printf (out,
                          "complete -c zdm-run -n '__fish_seen_subcommand_from %s' %s\n",
                          command->name, ARGUMENTS[command->kind]);
}

void
completion_append_fish (GString *out, const Command *const *commands)
{
  g_autofree char *verbs = verb_list (commands);

  g_string_append_printf (out,
                          "# fish completion for zdm-run\n"
                          "function __zdm_run_no_verb\n"
                          "    not __fish_seen_subcommand_from %s\n"
                          "end\n",
                          verbs);
  for (guint i = 1; commands[i] != NULL; i++)
    if (commands[i]->name != NULL)
      append_verb (out, commands[i]);
  for (guint i = 0; i < N_OPTIONS; i++)
    {
      g_autofree char *condition = condition_of (commands, i, verbs);

      append_option (out, &OPTIONS[i], condition);
    }
}
