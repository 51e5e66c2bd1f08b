/* SPDX-License-Identifier: Apache-2.0
 *
 * schema: the JSON Schema of migration files, for editors.
 */
#include "config.h"

#include "commands/result.h"
#include "commands/schema_text.h"
#include "commands/verbs.h"

static int
schema (const Invocation *invocation)
{
  g_autoptr (GString) text
      = g_string_new_len ((const char *) SCHEMA_TEXT, (gssize) SCHEMA_TEXT_LENGTH);

  return result_print (invocation->options, text);
}

const Command command_schema = {
  .name = "schema",
  .option = N_OPTIONS,
  .arguments = "",
  .kind = ARGUMENTS_NONE,
  .options = OPTIONS_EVERYWHERE | OPTION_BIT (OPTION_OUTPUT),
  .summary = "print the JSON Schema of migration files",
  .details
  = "Prints the JSON Schema (draft 2020-12) of migration files, which gives editors\n"
    "completion and checks.",
  .run = schema,
};
