/* SPDX-License-Identifier: Apache-2.0
 *
 * JUnit: a test suite with a test case a file; each finding that refused the file is a
 * failure of it, the others are its output.
 */
#include "config.h"

#include "report/document.h"
#include "report/printable.h"
#include "report/source_path.h"

/* Control characters have no place in XML 1.0, escaped or not: they are shown as they
 * are on a terminal. */
static void
append_xml (GString *out, const char *text)
{
  g_autoptr (GString) shown = g_string_new (NULL);

  printable_append (shown, text, -1);
  g_autofree char *escaped = g_markup_escape_text (shown->str, (gssize) shown->len);
  g_string_append (out, escaped);
}

static void
append_attribute (GString *out, const char *name, const char *value)
{
  g_string_append_printf (out, " %s=\"", name);
  append_xml (out, value);
  g_string_append_c (out, '"');
}

static void
begin_junit (ReportDocument *document)
{
  g_string_append_printf (document->out,
                          "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                          "<testsuites>\n"
                          "  <testsuite name=\"zdm-run\" tests=\"%u\">\n",
                          document->n_files);
}

/* Text of several lines, each of them printable. */
static void
append_lines (GString *out, const char *text)
{
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  for (guint i = 0; lines[i] != NULL; i++)
    {
      append_xml (out, lines[i]);
      g_string_append_c (out, '\n');
    }
}

/* "file:line:column: severity: message", as on a terminal. */
static void
append_finding (GString *out, const Diagnostic *diagnostic, const char *file)
{
  const Location *location = &diagnostic->location;

  append_xml (out, source_path (location->file != NULL ? location->file : file));
  if (location->line > 0)
    g_string_append_printf (out, ":%u", location->line);
  if (location->line > 0 && location->column > 0)
    g_string_append_printf (out, ":%u", location->column);
  g_string_append_printf (out, ": %s: ", severity_to_string (diagnostic->severity));
  append_xml (out, diagnostic->message);
  g_string_append_c (out, '\n');
  if (diagnostic->help == NULL)
    return;
  g_string_append (out, "help: ");
  append_lines (out, diagnostic->help);
}

static void
append_failure (GString *out, const Diagnostic *diagnostic, const char *file)
{
  g_string_append (out, "      <failure");
  append_attribute (out, "type", diagnostic->rule);
  append_attribute (out, "message", diagnostic->message);
  g_string_append_c (out, '>');
  append_finding (out, diagnostic, file);
  g_string_append (out, "</failure>\n");
}

static gboolean
is_failure (const FileReport *report, const Diagnostic *diagnostic)
{
  return report->exit_code != 0 && diagnostic->severity >= report->refused_from;
}

static void
append_failures (GString *out, const FileReport *report)
{
  for (guint i = 0; i < diagnostic_list_length (report->diagnostics); i++)
    {
      const Diagnostic *diagnostic = diagnostic_list_get (report->diagnostics, i);

      if (is_failure (report, diagnostic))
        append_failure (out, diagnostic, report->file);
    }
}

static void
append_output (GString *out, const FileReport *report)
{
  gsize start = out->len;

  g_string_append (out, "      <system-out>");
  gsize opened = out->len;
  for (guint i = 0; i < diagnostic_list_length (report->diagnostics); i++)
    {
      const Diagnostic *diagnostic = diagnostic_list_get (report->diagnostics, i);

      if (!is_failure (report, diagnostic))
        append_finding (out, diagnostic, report->file);
    }
  if (out->len == opened)
    g_string_truncate (out, start);
  else
    g_string_append (out, "</system-out>\n");
}

static void
add_junit (ReportDocument *document, const FileReport *report)
{
  GString *out = document->out;
  const char *name = source_path (report->file);

  g_string_append (out, "    <testcase");
  append_attribute (out, "classname", "zdm-run");
  append_attribute (out, "name", name);
  append_attribute (out, "file", name);
  g_string_append (out, ">\n");
  append_failures (out, report);
  append_output (out, report);
  g_string_append (out, "    </testcase>\n");
}

static void
end_junit (ReportDocument *document)
{
  g_string_append (document->out, "  </testsuite>\n</testsuites>\n");
}

const DocumentFormat DOCUMENT_JUNIT = { begin_junit, add_junit, end_junit };
