/* SPDX-License-Identifier: Apache-2.0
 *
 * completion: scripts for shells, made of the tables of verbs and options.
 */
#include "config.h"

#include "commands/completion_shells.h"
#include "commands/output.h"
#include "commands/result.h"
#include "commands/verbs.h"

typedef struct
{
  const char *name;
  void (*append) (GString *out, const Command *const *commands);
} Shell;

static const Shell SHELLS[] = {
  { "bash", completion_append_bash },
  { "zsh", completion_append_zsh },
  { "fish", completion_append_fish },
};

static int
completion (const Invocation *invocation)
{
  const char *name = invocation->arguments[0];
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (SHELLS); i++)
    if (g_str_equal (SHELLS[i].name, name))
      {
        SHELLS[i].append (text, invocation->commands);
        return result_print (invocation->options, text);
      }
  message_error ("no completion for '%s'; there is %s", name, COMPLETION_SHELLS);
  return EXIT_CODE_USAGE;
}

const Command command_completion = {
  .name = "completion",
  .option = N_OPTIONS,
  .arguments = "SHELL",
  .kind = ARGUMENTS_SHELLS,
  .min_arguments = 1,
  .max_arguments = 1,
  .options = OPTIONS_EVERYWHERE | OPTION_BIT (OPTION_OUTPUT),
  .summary = "print a completion script for a shell",
  .details
  = "Prints a completion script for SHELL: " COMPLETION_SHELLS ". For example, in\n"
    "~/.bashrc:  source <(zdm-run completion bash)",
  .run = completion,
};
