/* SPDX-License-Identifier: Apache-2.0
 *
 * Verbs by name, and their help.
 */
#include "config.h"

#include "commands/command.h"

const Command *
command_find (const Command *const *commands, const char *name)
{
  for (; *commands != NULL; commands++)
    if ((*commands)->name != NULL && g_str_equal ((*commands)->name, name))
      return *commands;
  return NULL;
}

/* " --url URL" */
static char *
required_words (const Command *command)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < N_OPTIONS; i++)
    if ((command->required & OPTION_BIT (i)) != 0)
      g_string_append_printf (out, " --%s %s", OPTIONS[i].name, OPTIONS[i].argument);
  return g_string_free (out, FALSE);
}

char *
command_usage (const Command *command)
{
  gboolean by_option = command->name == NULL && command->option != N_OPTIONS;
  g_autofree char *required = required_words (command);

  return g_strdup_printf (
      "zdm-run%s%s%s%s [OPTION…]%s%s%s", command->name != NULL ? " " : "",
      command->name != NULL ? command->name : "", by_option ? " --" : "",
      by_option ? OPTIONS[command->option].name : "", required,
      command->arguments[0] != '\0' ? " " : "", command->arguments);
}

static void
append_verbs (GString *out, const Command *const *commands)
{
  g_string_append (out, "\nVerbs:\n");
  for (; *commands != NULL; commands++)
    if ((*commands)->name != NULL)
      {
        g_autofree char *call
            = g_strdup_printf ("%s %s", (*commands)->name, (*commands)->arguments);
        gsize width = (gsize) g_utf8_strlen (call, -1);

        g_string_append_printf (out, "  %s%*s%s\n", call,
                                width < 24 ? (int) (24 - width) : 1, "",
                                (*commands)->summary);
      }
}

static void
append_exit_codes (GString *out)
{
  g_string_append (out, "\nExit codes:\n");
  for (const ExitCodeInfo *info = EXIT_CODES; info->name != NULL; info++)
    g_string_append_printf (out, "  %-6s %s; database: %s\n", info->name, info->meaning,
                            info->database);
}

/* Those of all verbs. */
static guint
all_options (const Command *const *commands)
{
  guint options = 0;

  for (; *commands != NULL; commands++)
    options |= (*commands)->options;
  return options;
}

void
command_append_help (GString *out, const Command *const *commands, const Command *command)
{
  g_autofree char *usage = command_usage (command);
  gboolean is_program = command == commands[0];

  g_string_append_printf (out, "Usage: %s\n\n%s\n", usage, command->details);
  if (is_program)
    append_verbs (out, commands);
  g_string_append (out, "\nOptions:\n");
  options_append_help (out, is_program ? all_options (commands) : command->options);
  if (is_program)
    {
      append_exit_codes (out);
      g_string_append (out, "\nSee zdm-run(1) and zdm-migration(5).\n");
    }
}
