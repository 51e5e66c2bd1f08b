/* SPDX-License-Identifier: Apache-2.0
 *
 * --fix: the files with what has a safe form put that way.
 */
#include "config.h"

#include <unistd.h>

#include "commands/file_run.h"
#include "commands/output.h"
#include "commands/rewrite.h"
#include "commands/verbs.h"
#include "report/printable.h"

typedef struct
{
  const Options *options;
  FileNeighbours neighbours;
  gboolean as_diff;
  Output *output;
} Fixing;

/* On standard error: what was done where, and why. */
static void
say_fixes (const FileReport *report, const Rewrite *rewrite)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < rewrite_n_fixes (rewrite); i++)
    {
      const Fix *fix = rewrite_fix (rewrite, i);
      printable_append (text, report->file, -1);
      g_string_append_printf (text, ":%u:%u: fixed: %s\n", fix->location.line,
                              fix->location.column, fix->why);
    }
  if (text->len == 0)
    {
      printable_append (text, report->file, -1);
      g_string_append (text, ": nothing to fix\n");
    }
  message_write (text);
}

static void
say_messages (const Fixing *fixing, const FileReport *report)
{
  const ReportStyle style
      = { .color = style_wants_color (fixing->options->color, STDERR_FILENO),
          .quiet = fixing->options->quiet };
  g_autoptr (GString) text = g_string_new (NULL);

  report_text_messages (text, report, &style);
  message_write (text);
}

static gboolean
write_rewrite (const Fixing *fixing, const Rewrite *rewrite, GError **error)
{
  g_autoptr (GString) diff = g_string_new (NULL);

  if (!fixing->as_diff)
    return output_write (fixing->output, rewrite_text (rewrite), error);
  if (rewrite_n_fixes (rewrite) > 0)
    rewrite_append_diff (rewrite, diff,
                         style_wants_color (fixing->options->color, STDOUT_FILENO));
  return output_write (fixing->output, diff, error);
}

/* A file that does not load, or whose findings no fix takes away, keeps its exit code. */
static gboolean
fix_file (const Fixing *fixing, const char *path, int *code, GError **error)
{
  g_autoptr (FileRun) run = file_run_new (path, REPORT_OF_VALIDATION, fixing->options,
                                          &fixing->neighbours, NULL);
  const FileReport *report = file_run_report (run);
  g_autoptr (Arena) arena = arena_new ();
  gsize length;

  if (report->effects == NULL)
    {
      say_messages (fixing, report);
      *code = report->exit_code;
      return TRUE;
    }
  g_autoptr (GPtrArray) fixes = fixes_of (report->effects, arena);
  const char *bytes = g_bytes_get_data (report->source, &length);
  g_autoptr (Rewrite) rewrite = rewrite_new (report->file, bytes, length, fixes);
  if (rewrite_n_fixes (rewrite) == 0)
    {
      say_messages (fixing, report);
      *code = report->exit_code;
    }
  if (!fixing->options->quiet)
    say_fixes (report, rewrite);
  return write_rewrite (fixing, rewrite, error);
}

static gboolean
fix_files (Fixing *fixing, const Invocation *invocation, int *code, GError **error)
{
  for (guint i = 0; i < invocation->n_arguments; i++)
    {
      int file_code = EXIT_CODE_DONE;
      if (!fix_file (fixing, invocation->arguments[i], &file_code, error))
        return FALSE;
      *code = *code == EXIT_CODE_DONE ? file_code : *code;
    }
  return output_close (g_steal_pointer (&fixing->output), error);
}

static int
fix (const Invocation *invocation)
{
  const Options *options = invocation->options;
  gboolean to_terminal = options->output == NULL && isatty (STDOUT_FILENO) != 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (ProjectFinder) projects = project_finder_new (options);
  g_autoptr (Past) past = past_new (options->history, &error);
  Fixing fixing = { .options = options,
                    .neighbours = { .projects = projects, .past = past },
                    .as_diff = to_terminal || invocation->n_arguments > 1 };
  int code = EXIT_CODE_DONE;

  if (past != NULL)
    fixing.output = output_open (options->output, &error);
  if (fixing.output != NULL && fix_files (&fixing, invocation, &code, &error))
    return code;
  gboolean was_opened = fixing.output != NULL;
  g_clear_pointer (&fixing.output, output_discard);
  message_error ("%s", error->message);
  return was_opened ? EXIT_CODE_INVALID : EXIT_CODE_USAGE;
}

const Command command_fix = {
  .option = OPTION_FIX,
  .arguments = "FILE…",
  .kind = ARGUMENTS_FILES,
  .min_arguments = 1,
  .max_arguments = G_MAXUINT,
  .options = OPTIONS_EVERYWHERE | OPTION_BIT (OPTION_FIX)
             | OPTION_BIT (OPTION_VALIDATE_ONLY) | OPTIONS_OF_RULES
             | OPTION_BIT (OPTION_OUTPUT),
  .summary = "print the migrations with raw SQL put as the safe operation",
  .details
  = "Prints FILE with every `sql` change or step that says no more than an operation\n"
    "of ours put as that operation, its description kept; everything outside of them\n"
    "stays as it is, comments too. On a terminal, and for several files, prints the\n"
    "difference instead.",
  .run = fix,
};
