/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of documents, and the simplest of them: the JSON objects.
 */
#include "config.h"

#include "report/document.h"

static void
begin_json (ReportDocument *document)
{
  if (document->n_files > 1)
    json_begin_array (&document->json, NULL, JSON_BLOCK);
}

static void
add_json (ReportDocument *document, const FileReport *report)
{
  report_json (&document->json, report, document->style);
}

static void
end_json (ReportDocument *document)
{
  if (document->n_files > 1)
    json_end_array (&document->json);
  g_string_append_c (document->out, '\n');
}

const DocumentFormat DOCUMENT_JSON = { begin_json, add_json, end_json };

const DocumentFormat *
document_format (ReportFormat format)
{
  static const DocumentFormat *const FORMATS[N_REPORT_FORMATS] = {
    [REPORT_FORMAT_TEXT] = NULL,
    [REPORT_FORMAT_JSON] = &DOCUMENT_JSON,
    [REPORT_FORMAT_SARIF] = &DOCUMENT_SARIF,
    [REPORT_FORMAT_JUNIT] = &DOCUMENT_JUNIT,
    [REPORT_FORMAT_GITHUB] = &DOCUMENT_GITHUB,
    [REPORT_FORMAT_GITLAB] = &DOCUMENT_GITLAB,
  };

  return FORMATS[format];
}
