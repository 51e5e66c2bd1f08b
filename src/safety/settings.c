/* SPDX-License-Identifier: Apache-2.0
 *
 * The project's severities, engines and patterns.
 */
#include "config.h"

#include "safety/settings.h"

#include <string.h>

#include "model/error.h"

static void
complain (DiagnosticList *diagnostics, const ProjectEntry *entry, const char *noun,
          const char *near)
{
  g_autofree char *help
      = near != NULL ? g_strdup_printf ("did you mean '%s'?", near) : NULL;

  diagnostic_list_add (diagnostics, SEVERITY_ERROR, "load", entry->location, help,
                       "there is no %s '%s'", noun, entry->name);
}

static void
check_engine (const ProjectEntry *entry, DiagnosticList *diagnostics)
{
  static const char *const NAMES[] = { "postgres", "mariadb", "mysql", "sqlite", NULL };
  guint engine = target_engine_from_name (entry->name);
  g_autoptr (GError) error = NULL;
  Target target = { 0 };

  if (engine == TARGET_NONE)
    complain (diagnostics, entry, "engine", nearest_name (entry->name, NAMES));
  else if (entry->text != NULL
           && !target_set_version (&target, (TargetEngine) engine, entry->text, &error))
    diagnostic_list_add (diagnostics, SEVERITY_ERROR, "load", entry->location, NULL, "%s",
                         error->message);
}

/* The id of the rule whose id, or whose code alone, is near. */
static const char *
nearest_rule (const char *name)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < safety_n_rules (); i++)
    {
      const char *id = safety_rule (i)->id;

      g_ptr_array_add (names, g_strdup (id));
      g_ptr_array_add (names, g_strndup (id, strcspn (id, "-")));
    }
  g_ptr_array_add (names, NULL);
  const char *near = nearest_name (name, (const char *const *) names->pdata);
  return near != NULL ? safety_rule_find (near)->id : NULL;
}

static void
check_rule (const ProjectEntry *list, const ProjectEntry *entry,
            DiagnosticList *diagnostics)
{
  const SafetyRule *rule = safety_rule_find (entry->name);

  if (rule == NULL)
    {
      complain (diagnostics, entry, "rule", nearest_rule (entry->name));
      return;
    }
  for (; list < entry; list++)
    if (safety_rule_find (list->name) == rule)
      diagnostic_list_add (diagnostics, SEVERITY_ERROR, "load", entry->location, NULL,
                           "rule %s is named twice", rule->id);
}

void
safety_settings_check (const Project *project, DiagnosticList *diagnostics)
{
  for (const ProjectEntry *at = project->engines; at != NULL && at->name != NULL; at++)
    check_engine (at, diagnostics);
  for (const ProjectEntry *at = project->rules; at != NULL && at->name != NULL; at++)
    check_rule (project->rules, at, diagnostics);
}

void
safety_settings_target (const Project *project, Target *target)
{
  guint engines = TARGET_NONE;

  for (const ProjectEntry *at = project->engines; at != NULL && at->name != NULL; at++)
    {
      guint engine = target_engine_from_name (at->name);

      engines |= engine;
      if (engine != TARGET_NONE && at->text != NULL)
        target_set_version (target, (TargetEngine) engine, at->text, NULL);
    }
  if (engines != TARGET_NONE)
    target->engines = engines;
}

gboolean
safety_settings_severity (const Project *project, const SafetyRule *rule,
                          Severity *severity)
{
  *severity = rule->severity;
  if (project == NULL)
    return TRUE;
  for (const ProjectEntry *at = project->rules; at != NULL && at->name != NULL; at++)
    if (safety_rule_find (at->name) == rule)
      return severity_from_string (at->text, severity);
  return TRUE;
}

const char *
safety_settings_pattern (const Project *project, const char *noun)
{
  const ProjectEntry *entry
      = project != NULL ? project_entry (project->naming, noun) : NULL;

  return entry != NULL ? entry->text : NULL;
}
