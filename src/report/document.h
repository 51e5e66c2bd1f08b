/* SPDX-License-Identifier: Apache-2.0
 *
 * Document: the findings of all files of a call as one text for a program.
 *
 * It is written file by file: a format keeps nothing of a file that it has written, so
 * that any number of files needs the memory of one.
 */
#pragma once

#include "report/report.h"

typedef struct
{
  GString *out; /* what was added since the caller emptied it */
  JsonPrinter json;
  const ReportStyle *style;
  guint n_files; /* that may come */
} ReportDocument;

typedef struct
{
  void (*begin) (ReportDocument *document);
  void (*add) (ReportDocument *document, const FileReport *report);
  void (*end) (ReportDocument *document);
} DocumentFormat;

/* One object; of several files an array of them. */
extern const DocumentFormat DOCUMENT_JSON;
extern const DocumentFormat DOCUMENT_SARIF;
extern const DocumentFormat DOCUMENT_JUNIT;
extern const DocumentFormat DOCUMENT_GITHUB;
extern const DocumentFormat DOCUMENT_GITLAB;

/* NULL for REPORT_FORMAT_TEXT. */
const DocumentFormat *document_format (ReportFormat format);

/* Workflow commands of one file, which GitHub shows beside the changed lines. */
void github_annotations (GString *out, const FileReport *report);
