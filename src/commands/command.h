/* SPDX-License-Identifier: Apache-2.0
 *
 * Command: what one verb does. A verb is one file that ends in one constant entry; the
 * table of the entries in main.c is the program.
 */
#pragma once

#include "commands/exit_code.h"
#include "commands/options.h"

typedef struct Command Command;

#define FORMAT_BIT(format) (1u << (format))
#define FORMATS_EVERYWHERE \
  (FORMAT_BIT (REPORT_FORMAT_TEXT) | FORMAT_BIT (REPORT_FORMAT_JSON))

/* One call of the program, read. */
typedef struct
{
  const Command *command;
  const Command *const *commands; /* all of them, NULL-ended */
  const Options *options;
  const char *const *arguments; /* NULL-ended */
  guint n_arguments;
} Invocation;

/* What its arguments are, for completion. */
typedef enum
{
  ARGUMENTS_NONE,
  ARGUMENTS_FILES,
  ARGUMENTS_NAME,
  ARGUMENTS_RULES,
  ARGUMENTS_SHELLS,
} ArgumentKind;

struct Command
{
  const char *name;      /* "plan"; NULL: it has no verb */
  OptionId option;       /* the option that chooses it too, or N_OPTIONS */
  const char *arguments; /* as help writes them: "FILE…" */
  ArgumentKind kind;
  guint min_arguments, max_arguments;
  guint options;  /* OPTION_BIT()s it accepts */
  guint required; /* those that have to be given; each takes an argument */
  guint formats;  /* FORMAT_BIT()s it can write besides text and JSON */
  const char *summary;
  const char *details;                       /* paragraphs for its own help */
  int (*run) (const Invocation *invocation); /* gives the exit code */
};

/* By verb; or NULL. */
const Command *command_find (const Command *const *commands, const char *name);

/* "zdm-run plan [OPTION…] FILE…" */
char *command_usage (const Command *command);

/* The text of --help: of the program for the first command, else of that verb. */
void command_append_help (GString *out, const Command *const *commands,
                          const Command *command);
