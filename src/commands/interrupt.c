/* SPDX-License-Identifier: Apache-2.0
 *
 * Noting signals.
 */
#include "config.h"

#include "commands/interrupt.h"

#include <signal.h>

static volatile sig_atomic_t noted;

/* A second one, of either kind, ends the program as usual: whoever asks twice does not
 * want to wait, and the journal stands that. */
static void
note (int number)
{
  noted = number;
  signal (SIGINT, SIG_DFL);
  signal (SIGTERM, SIG_DFL);
}

void
interrupt_watch (void)
{
  struct sigaction action = { .sa_handler = note };

  sigemptyset (&action.sa_mask);
  sigaction (SIGINT, &action, NULL);
  sigaction (SIGTERM, &action, NULL);
}

int
interrupt_signal (void)
{
  return noted;
}

gboolean
interrupt_is_wanted (void)
{
  return noted != 0;
}
