/* SPDX-License-Identifier: Apache-2.0
 *
 * Completion for zsh, by its _arguments.
 */
#include "config.h"

#include "commands/completion_shells.h"

/* In a specification of _arguments, "[", "]" and ":" mean something. */
static char *
quote (const char *text)
{
  g_autoptr (GString) escaped = g_string_new (NULL);

  for (; *text != '\0'; text++)
    {
      if (*text == '[' || *text == ']' || *text == ':')
        g_string_append_c (escaped, '\\');
      g_string_append_c (escaped, *text);
    }
  return g_string_free (g_steal_pointer (&escaped), FALSE);
}

static void
append_action (GString *spec, const OptionInfo *info)
{
  if (info->argument == NULL)
    return;
  g_string_append_printf (spec, ":%s:", info->argument);
  if (info->words != NULL)
    g_string_append_printf (spec, "(%s)", info->words);
  else if (g_str_equal (info->argument, "FILE"))
    g_string_append (spec, "_files");
  else if (g_str_equal (info->argument, "DIR"))
    g_string_append (spec, "_files -/");
}

static void
append_option (GString *out, const OptionInfo *info)
{
  g_autofree char *help = quote (info->help);
  g_autoptr (GString) spec = g_string_new (NULL);

  g_string_append_printf (spec, "--%s%s[%s]", info->name,
                          info->argument != NULL ? "=" : "", help);
  append_action (spec, info);
  g_autofree char *quoted = g_shell_quote (spec->str);
  g_string_append_printf (out, "    %s \\\n", quoted);
  if (info->letter == '\0')
    return;
  g_string_printf (spec, "-%c[%s]", info->letter, help);
  append_action (spec, info);
  g_autofree char *letter = g_shell_quote (spec->str);
  g_string_append_printf (out, "    %s \\\n", letter);
}

static const char *const ACTIONS[] = {
  [ARGUMENTS_NONE] = "",
  [ARGUMENTS_FILES] = "'*:file:_files'",
  [ARGUMENTS_NAME] = "'1:name:'",
  [ARGUMENTS_RULES] = "'1:rule:($(zdm-run explain 2>/dev/null | cut -d\" \" -f1))'",
  [ARGUMENTS_SHELLS] = ("'1:shell:(" COMPLETION_SHELLS ")'"),
};

static void
append_arguments (GString *out, const Command *command)
{
  g_string_append (out, "  _arguments -s \\\n");
  for (guint i = 0; i < N_OPTIONS; i++)
    if ((command->options & OPTION_BIT (i)) != 0)
      append_option (out, &OPTIONS[i]);
  g_string_append_printf (out, "    %s\n", ACTIONS[command->kind]);
}

static void
append_function (GString *out, const Command *command)
{
  g_string_append_printf (out, "_zdm_run_%s () {\n", command->name);
  append_arguments (out, command);
  g_string_append (out, "}\n\n");
}

static void
append_verb_list (GString *out, const Command *const *commands)
{
  g_string_append (out, "  verbs=(\n");
  for (guint i = 1; commands[i] != NULL; i++)
    if (commands[i]->name != NULL)
      {
        g_autofree char *verb
            = g_strdup_printf ("%s:%s", commands[i]->name, commands[i]->summary);
        g_autofree char *quoted = g_shell_quote (verb);
        g_string_append_printf (out, "    %s\n", quoted);
      }
  g_string_append (out, "  )\n");
}

void
completion_append_zsh (GString *out, const Command *const *commands)
{
  g_string_append (out, "#compdef zdm-run\n# zsh completion for zdm-run\n\n");
  for (guint i = 1; commands[i] != NULL; i++)
    if (commands[i]->name != NULL)
      append_function (out, commands[i]);

  g_string_append (out, "_zdm_run () {\n  local -a verbs\n");
  append_verb_list (out, commands);
  g_string_append (out, "  local verb\n"
                        "  for verb in ${verbs%%:*}; do\n"
                        "    if (( CURRENT > 2 )) && [[ $words[2] == $verb ]]; then\n"
                        "      shift words\n"
                        "      (( CURRENT-- ))\n"
                        "      _zdm_run_$verb\n"
                        "      return\n"
                        "    fi\n"
                        "  done\n"
                        "  (( CURRENT == 2 )) && _describe verb verbs\n");
  append_arguments (out, commands[0]);
  g_string_append (out, "}\n\n"
                        "if [[ $funcstack[1] == _zdm_run ]]; then\n"
                        "  _zdm_run \"$@\"\n"
                        "else\n"
                        "  compdef _zdm_run zdm-run\n"
                        "fi\n");
}
