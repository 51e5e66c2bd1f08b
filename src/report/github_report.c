/* SPDX-License-Identifier: Apache-2.0
 *
 * GitHub: findings as workflow commands, "::error file=…,line=…::message".
 */
#include "config.h"

#include <string.h>

#include "report/document.h"
#include "report/printable.h"
#include "report/source_path.h"

static const char *const COMMANDS[] = {
  [SEVERITY_INFO] = "notice",
  [SEVERITY_WARNING] = "warning",
  [SEVERITY_ERROR] = "error",
};

/* Line breaks are kept, encoded; what a terminal might act on is not. */
static void
append_escaped (GString *out, const char *text, const char *encoded)
{
  g_autoptr (GString) piece = g_string_new (NULL);

  for (; *text != '\0'; text += strlen (piece->str))
    {
      g_string_truncate (piece, 0);
      gsize length = strcspn (text, encoded);
      g_string_append_len (piece, text, (gssize) MAX (length, 1));
      if (length > 0)
        printable_append (out, piece->str, -1);
      else
        g_string_append_printf (out, "%%%02X", (guchar) *text);
    }
}

static void
append_property (GString *out, const char *separator, const char *name, const char *value)
{
  g_string_append_printf (out, "%s%s=", separator, name);
  append_escaped (out, value, "%\r\n:,");
}

static void
append_number (GString *out, const char *name, guint number)
{
  if (number > 0)
    g_string_append_printf (out, ",%s=%u", name, number);
}

static void
append_annotation (GString *out, Severity severity, const char *title,
                   const Location *location, const char *file, const char *message,
                   const char *help)
{
  g_string_append_printf (out, "::%s ", COMMANDS[severity]);
  append_property (out, "", "file",
                   source_path (location->file != NULL ? location->file : file));
  append_number (out, "line", location->line);
  append_number (out, "col", location->line > 0 ? location->column : 0);
  append_property (out, ",", "title", title);
  g_string_append (out, "::");
  append_escaped (out, message, "%\r\n");
  if (help != NULL)
    {
      g_string_append (out, "%0Ahelp: ");
      append_escaped (out, help, "%\r\n");
    }
  g_string_append_c (out, '\n');
}

/* Why a run or rehearsal ended, where no finding says so. */
static void
append_failure (GString *out, const FileReport *report)
{
  const MigrationStep *step
      = report->executor != NULL ? report->executor->failed_step : NULL;
  const Location unknown = { .file = report->file };
  const char *message
      = step != NULL && step->error != NULL ? step->error : report->failure;

  if (message == NULL && report->rehearsal != NULL && !report->rehearsal->green)
    message = "the rehearsal broke a promise";
  if (report->exit_code != 0 && message != NULL)
    append_annotation (out, SEVERITY_ERROR, "zdm-run",
                       step != NULL ? &step->location : &unknown, report->file, message,
                       NULL);
}

void
github_annotations (GString *out, const FileReport *report)
{
  for (guint i = 0; i < diagnostic_list_length (report->diagnostics); i++)
    {
      const Diagnostic *diagnostic = diagnostic_list_get (report->diagnostics, i);

      append_annotation (out, diagnostic->severity, diagnostic->rule,
                         &diagnostic->location, report->file, diagnostic->message,
                         diagnostic->help);
    }
  append_failure (out, report);
}

static void
begin_github (G_GNUC_UNUSED ReportDocument *document)
{
}

static void
add_github (ReportDocument *document, const FileReport *report)
{
  github_annotations (document->out, report);
}

static void
end_github (G_GNUC_UNUSED ReportDocument *document)
{
}

const DocumentFormat DOCUMENT_GITHUB = { begin_github, add_github, end_github };
