/* SPDX-License-Identifier: Apache-2.0
 *
 * The verbs that a state asks for.
 */
#include "config.h"

#include "report/next_command.h"

#include "report/shell_word.h"

char *
next_command (const DatabaseReport *report, const char *verb, const char *id)
{
  GString *out = g_string_new (NULL);
  gboolean like_option = id != NULL && id[0] == '-';

  g_string_append_printf (out, "zdm-run %s ", verb);
  if (id != NULL && !like_option)
    {
      shell_word_append (out, id);
      g_string_append_c (out, ' ');
    }
  g_string_append (out, "--url ");
  shell_word_append (out, report->url_to_type);
  if (like_option)
    {
      g_string_append (out, " -- ");
      shell_word_append (out, id);
    }
  return g_string_free (out, FALSE);
}

/* Going back is no choice for a run that is going back already. */
static guint
ways_on (const DatabaseReport *report, const JournalRun *run,
         char *commands[NEXT_COMMANDS_MAX])
{
  guint n = 0;

  commands[n++] = next_command (report, "continue", run->id);
  if (run->direction == RUN_FORWARD)
    commands[n++] = next_command (report, "abort", run->id);
  return n;
}

guint
next_commands (const DatabaseReport *report, const MigrationStatus *status,
               char *commands[NEXT_COMMANDS_MAX])
{
  const JournalRun *run = status->run;
  gboolean before_contract = run->phase == MIGRATION_PHASE_MIGRATING;

  switch (run->state)
    {
    case RUN_RUNNING:
      /* Nobody holds the lock: that runner is dead. */
      return report->holder == NULL ? ways_on (report, run, commands) : 0;
    case RUN_WAITING:
      commands[0]
          = next_command (report, before_contract ? "contract" : "continue", run->id);
      return 1;
    case RUN_STOPPED:
      return ways_on (report, run, commands);
    case RUN_STUCK:
      commands[0] = next_command (report, "verify", NULL);
      return 1;
    case RUN_COMPLETE:
    case RUN_ROLLED_BACK:
      break;
    }
  return 0;
}
