/* SPDX-License-Identifier: Apache-2.0
 *
 * One text to standard output or a file.
 */
#include "config.h"

#include "commands/result.h"

#include "commands/exit_code.h"
#include "commands/output.h"

int
result_print (const Options *options, const GString *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (Output) output = output_open (options->output, &error);

  if (output == NULL)
    {
      message_error ("%s", error->message);
      return EXIT_CODE_USAGE;
    }
  if (output_write (output, text, &error)
      && output_close (g_steal_pointer (&output), &error))
    return EXIT_CODE_DONE;
  message_error ("%s", error->message);
  return EXIT_CODE_INVALID;
}
