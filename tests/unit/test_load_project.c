/* SPDX-License-Identifier: Apache-2.0
 *
 * zdm.yaml: what is read, what is refused, and that schema/project.schema.json knows the
 * same keys.
 */
#include "config.h"

#include "load/load_project.h"

#include <json-glib/json-glib.h>
#include <string.h>

#include "testing.h"

static Project *
read_project (const char *yaml, char **findings)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  Project *project = load_project ("zdm.yaml", yaml, strlen (yaml), diagnostics);

  for (guint i = 0; i < diagnostic_list_length (diagnostics); i++)
    {
      const Diagnostic *finding = diagnostic_list_get (diagnostics, i);

      g_string_append_printf (text, "%s:%u:%u %s", finding->location.file,
                              finding->location.line, finding->location.column,
                              finding->message);
      if (finding->help != NULL)
        g_string_append_printf (text, " (%s)", finding->help);
      g_string_append_c (text, '\n');
    }
  *findings = g_strdup (text->str);
  return project;
}

TEST (project__keeps_what_it_says)
{
  g_autofree char *findings = NULL;
  g_autoptr (Project) project
      = read_project ("engines: { postgres: \"15\", mariadb: 10.10, sqlite: }\n"
                      "rules: { ZDM104: off, ZDM210: error }\n"
                      "naming: { id: 'MIG-\\d+', column: '[a-z_]+' }\n"
                      "limits: { steps: 4, index_columns: 2 }\n",
                      &findings);

  ck_assert_str_eq (findings, "");
  ck_assert_str_eq (project->path, "zdm.yaml");
  ck_assert_str_eq (project_entry (project->engines, "postgres")->text, "15");
  ck_assert_str_eq (project_entry (project->engines, "MariaDB")->text, "10.10");
  ck_assert_ptr_null (project_entry (project->engines, "sqlite")->text);
  ck_assert_ptr_null (project_entry (project->engines, "mysql"));
  ck_assert_str_eq (project_entry (project->rules, "zdm104")->text, "off");
  ck_assert_uint_eq (project_entry (project->rules, "ZDM210")->location.line, 2);
  ck_assert_uint_eq (project_entry (project->rules, "ZDM210")->location.column, 23);
  ck_assert_str_eq (project_entry (project->naming, "id")->text, "MIG-\\d+");
  ck_assert_str_eq (project_entry (project->naming, "column")->text, "[a-z_]+");
  ck_assert_ptr_null (project_entry (project->naming, "table"));
  ck_assert_uint_eq (project->max_steps, 4);
  ck_assert_uint_eq (project->max_index_columns, 2);
}

/* One finding each, at its place; the rest of the file is read all the same. */
TEST (project__refuses_what_it_does_not_know)
{
  static const struct
  {
    const char *yaml, *finding;
  } CASES[] = {
    { "engine: {}\n", "zdm.yaml:1:1 unknown key 'engine' in a project"
                      " (did you mean 'engines'?)\n" },
    { "rules: { ZDM001: warn }\n",
      "zdm.yaml:1:18 'ZDM001' must be off, info, warning or error, not 'warn'\n" },
    { "rules: { ZDM001: eror }\n",
      "zdm.yaml:1:18 'ZDM001' must be off, info, warning or error, not 'eror'"
      " (did you mean 'error'?)\n" },
    { "rules: [ZDM001]\n", "zdm.yaml:1:8 'rules' must be a mapping, not a list\n" },
    { "engines: { postgres: [15] }\n",
      "zdm.yaml:1:22 'postgres' must be text, not a list\n" },
    { "limits: { steps: 0 }\n",
      "zdm.yaml:1:18 'steps' must be a number from 1 to 2147483647, not '0'\n" },
    { "limits: { step: 1 }\n", "zdm.yaml:1:11 unknown key 'step' in limits"
                               " (did you mean 'steps'?)\n" },
    { "naming: { tables: x }\n", "zdm.yaml:1:11 unknown key 'tables' in naming"
                                 " (did you mean 'table'?)\n" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *findings = NULL;
      g_autoptr (Project) project = read_project (CASES[i].yaml, &findings);

      ck_assert_ptr_nonnull (project);
      ck_assert_str_eq (findings, CASES[i].finding);
    }
}

TEST (project__refuses_a_pattern_that_is_none)
{
  g_autofree char *findings = NULL;
  g_autoptr (Project) project = read_project ("naming: { id: '[a-z' }\n", &findings);

  ck_assert_ptr_nonnull (strstr (findings, "zdm.yaml:1:15 'id': "));
  ck_assert_ptr_null (project_entry (project->naming, "id"));
}

/* ---- the schema ---- */

static void
compare (JsonObject *object, const KeyTable *table)
{
  Reader reader = { .in_step = FALSE };
  g_autofree const char **keys = key_table_names (&reader, table);
  JsonObject *properties = json_object_get_object_member (object, "properties");
  g_autoptr (GList) known = json_object_get_members (properties);

  ck_assert (!json_object_get_boolean_member_with_default (object, "additionalProperties",
                                                           TRUE));
  for (guint i = 0; keys[i] != NULL; i++)
    ck_assert_msg (json_object_has_member (properties, keys[i]), "the schema has no '%s'",
                   keys[i]);
  for (GList *link = known; link != NULL; link = link->next)
    ck_assert_msg (g_strv_contains (keys, link->data), "the loader has no '%s'",
                   (const char *) link->data);
}

TEST (project__has_the_keys_of_its_schema)
{
  g_autofree char *text = testing_read ("schema/project.schema.json");
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  assert_no_error (error);
  JsonObject *schema = json_node_get_object (json_parser_get_root (parser));
  JsonObject *all = json_object_get_object_member (schema, "$defs");
  compare (schema, &PROJECT_KEYS);
  compare (json_object_get_object_member (all, "naming"), &NAMING_KEYS);
  compare (json_object_get_object_member (all, "limits"), &LIMITS_KEYS);

  JsonArray *words = json_object_get_array_member (
      json_object_get_object_member (all, "severity"), "enum");
  for (guint i = 0; i < json_array_get_length (words); i++)
    ck_assert_str_eq (json_array_get_string_element (words, i), PROJECT_SEVERITIES[i]);
  ck_assert_ptr_null (PROJECT_SEVERITIES[json_array_get_length (words)]);
}

TEST_MAIN ("load/load_project", project__keeps_what_it_says,
           project__refuses_what_it_does_not_know,
           project__refuses_a_pattern_that_is_none, project__has_the_keys_of_its_schema)
