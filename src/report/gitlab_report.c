/* SPDX-License-Identifier: Apache-2.0
 *
 * GitLab: findings as a Code Quality report, which a merge request shows.
 */
#include "config.h"

#include "report/document.h"
#include "report/fingerprint.h"
#include "report/source_path.h"

static const char *const SEVERITIES[] = {
  [SEVERITY_INFO] = "info",
  [SEVERITY_WARNING] = "minor",
  [SEVERITY_ERROR] = "major",
};

static void
begin_gitlab (ReportDocument *document)
{
  json_begin_array (&document->json, NULL, JSON_BLOCK);
}

/* A finding about a whole file stands at its first line: the format wants one. */
static void
print_location (JsonPrinter *printer, const Location *location, const char *file)
{
  json_begin_object (printer, "location", JSON_BLOCK);
  json_string (printer, "path",
               source_path (location->file != NULL ? location->file : file));
  json_begin_object (printer, "lines", JSON_LINE);
  json_integer (printer, "begin", MAX (location->line, 1));
  json_end_object (printer);
  json_end_object (printer);
}

static void
print_finding (JsonPrinter *printer, const Diagnostic *diagnostic, const char *file,
               Fingerprints *fingerprints)
{
  g_autofree char *fingerprint = fingerprint_of (fingerprints, diagnostic, file);

  json_begin_object (printer, NULL, JSON_BLOCK);
  json_string (printer, "description", diagnostic->message);
  json_string (printer, "check_name", diagnostic->rule);
  json_string (printer, "fingerprint", fingerprint);
  json_string (printer, "severity", SEVERITIES[diagnostic->severity]);
  print_location (printer, &diagnostic->location, file);
  json_end_object (printer);
}

static void
add_gitlab (ReportDocument *document, const FileReport *report)
{
  g_auto (Fingerprints) fingerprints = { 0 };

  fingerprints_init (&fingerprints);
  for (guint i = 0; i < diagnostic_list_length (report->diagnostics); i++)
    print_finding (&document->json, diagnostic_list_get (report->diagnostics, i),
                   report->file, &fingerprints);
}

static void
end_gitlab (ReportDocument *document)
{
  json_end_array (&document->json);
  g_string_append_c (document->out, '\n');
}

const DocumentFormat DOCUMENT_GITLAB = { begin_gitlab, add_gitlab, end_gitlab };
