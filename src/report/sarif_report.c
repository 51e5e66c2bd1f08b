/* SPDX-License-Identifier: Apache-2.0
 *
 * SARIF 2.1.0: findings for code scanning and for editors.
 *
 * A rule has no helpUri: the format wants an absolute one, and uploads with a relative
 * one are refused.  Its help is in the document, its page is a property.
 */
#include "config.h"

#include "report/document.h"
#include "report/fingerprint.h"
#include "report/source_path.h"
#include "safety/safety.h"

static const char *const LEVELS[] = {
  [SEVERITY_INFO] = "note",
  [SEVERITY_WARNING] = "warning",
  [SEVERITY_ERROR] = "error",
};

/* Findings that are none of the catalogue's; their ids have no number. */
static const struct
{
  const char *id, *summary;
} OTHERS[] = {
  { "load", "The file cannot be read as what it should be" },
  { "plan", "The change cannot be planned on the declared tables" },
  { "memory", "The declared rows do not fit" },
  { "rows", "The declared rows do not fit" },
};

/* Where the rule stands in the list, or -1. */
static gint64
rule_index (const char *id)
{
  for (guint i = 0; i < safety_n_rules (); i++)
    if (g_str_equal (safety_rule (i)->id, id))
      return (gint64) i;
  for (guint i = 0; i < G_N_ELEMENTS (OTHERS); i++)
    if (g_str_equal (OTHERS[i].id, id))
      return (gint64) safety_n_rules () + i;
  return -1;
}

static void
print_text (JsonPrinter *printer, const char *key, const char *text)
{
  json_begin_object (printer, key, JSON_LINE);
  json_string (printer, "text", text);
  json_end_object (printer);
}

static void
begin_rule (JsonPrinter *printer, const char *id, const char *summary, Severity severity)
{
  json_begin_object (printer, NULL, JSON_BLOCK);
  json_string (printer, "id", id);
  print_text (printer, "shortDescription", summary);
  json_begin_object (printer, "defaultConfiguration", JSON_LINE);
  json_string (printer, "level", LEVELS[severity]);
  json_end_object (printer);
}

static void
print_rule (JsonPrinter *printer, const SafetyRule *rule)
{
  g_autofree char *page = g_strdup_printf ("doc/rules/%s.md", rule->id);
  g_autofree char *help
      = g_strdup_printf ("%s\nSee also: zdm-run explain %s", rule->help, rule->id);

  begin_rule (printer, rule->id, rule->summary, rule->severity);
  print_text (printer, "fullDescription", rule->help);
  print_text (printer, "help", help);
  json_begin_object (printer, "properties", JSON_LINE);
  json_string (printer, "page", page);
  json_end_object (printer);
  json_end_object (printer);
}

static void
print_driver (JsonPrinter *printer)
{
  json_begin_object (printer, "tool", JSON_BLOCK);
  json_begin_object (printer, "driver", JSON_BLOCK);
  json_string (printer, "name", "zdm-run");
  json_string (printer, "version", PACKAGE_VERSION);
  json_begin_array (printer, "rules", JSON_BLOCK);
  for (guint i = 0; i < safety_n_rules (); i++)
    print_rule (printer, safety_rule (i));
  for (guint i = 0; i < G_N_ELEMENTS (OTHERS); i++)
    {
      begin_rule (printer, OTHERS[i].id, OTHERS[i].summary, SEVERITY_ERROR);
      json_end_object (printer);
    }
  json_end_array (printer);
  json_end_object (printer);
  json_end_object (printer);
}

static void
begin_sarif (ReportDocument *document)
{
  JsonPrinter *printer = &document->json;

  json_begin_object (printer, NULL, JSON_BLOCK);
  json_string (printer, "version", "2.1.0");
  json_begin_array (printer, "runs", JSON_BLOCK);
  json_begin_object (printer, NULL, JSON_BLOCK);
  print_driver (printer);
  json_string (printer, "columnKind", "unicodeCodePoints");
  json_begin_array (printer, "results", JSON_BLOCK);
}

static void
print_region (JsonPrinter *printer, const Location *location)
{
  if (location->line == 0)
    return;
  json_begin_object (printer, "region", JSON_LINE);
  json_integer (printer, "startLine", location->line);
  if (location->column > 0)
    json_integer (printer, "startColumn", location->column);
  json_end_object (printer);
}

static void
print_locations (JsonPrinter *printer, const Location *location, const char *file)
{
  const char *name = location->file != NULL ? location->file : file;
  g_autofree char *uri = source_uri (name);

  json_begin_array (printer, "locations", JSON_BLOCK);
  json_begin_object (printer, NULL, JSON_BLOCK);
  json_begin_object (printer, "physicalLocation", JSON_BLOCK);
  json_begin_object (printer, "artifactLocation", JSON_LINE);
  json_string (printer, "uri", uri);
  if (source_is_relative (name))
    json_string (printer, "uriBaseId", "%SRCROOT%");
  json_end_object (printer);
  print_region (printer, location);
  json_end_object (printer);
  json_end_object (printer);
  json_end_array (printer);
}

/* The rule's own help is with the rule. */
static char *
message_of (const Diagnostic *diagnostic, gint64 index)
{
  gboolean is_known = index >= 0 && index < (gint64) safety_n_rules ();
  const char *known = is_known ? safety_rule ((guint) index)->help : NULL;

  if (diagnostic->help == NULL || g_strcmp0 (diagnostic->help, known) == 0)
    return g_strdup (diagnostic->message);
  return g_strdup_printf ("%s\n%s", diagnostic->message, diagnostic->help);
}

static void
print_fingerprint (JsonPrinter *printer, Fingerprints *fingerprints,
                   const Diagnostic *diagnostic, const char *file)
{
  g_autofree char *fingerprint = fingerprint_of (fingerprints, diagnostic, file);

  json_begin_object (printer, "partialFingerprints", JSON_LINE);
  json_string (printer, "zdmFinding/v1", fingerprint);
  json_end_object (printer);
}

static void
print_result (JsonPrinter *printer, const Diagnostic *diagnostic, const char *file,
              Fingerprints *fingerprints)
{
  gint64 index = rule_index (diagnostic->rule);
  g_autofree char *message = message_of (diagnostic, index);

  json_begin_object (printer, NULL, JSON_BLOCK);
  json_string (printer, "ruleId", diagnostic->rule);
  if (index >= 0)
    json_integer (printer, "ruleIndex", index);
  json_string (printer, "level", LEVELS[diagnostic->severity]);
  print_text (printer, "message", message);
  print_locations (printer, &diagnostic->location, file);
  print_fingerprint (printer, fingerprints, diagnostic, file);
  json_end_object (printer);
}

static void
add_sarif (ReportDocument *document, const FileReport *report)
{
  g_auto (Fingerprints) fingerprints = { 0 };

  fingerprints_init (&fingerprints);
  for (guint i = 0; i < diagnostic_list_length (report->diagnostics); i++)
    print_result (&document->json, diagnostic_list_get (report->diagnostics, i),
                  report->file, &fingerprints);
}

static void
end_sarif (ReportDocument *document)
{
  json_end_array (&document->json);
  json_end_object (&document->json);
  json_end_array (&document->json);
  json_end_object (&document->json);
  g_string_append_c (document->out, '\n');
}

const DocumentFormat DOCUMENT_SARIF = { begin_sarif, add_sarif, end_sarif };
