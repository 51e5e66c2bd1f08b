/* SPDX-License-Identifier: Apache-2.0
 *
 * schema/migration.schema.json knows the loader's keys, and no others.
 */
#include "config.h"

#include "load/load_keys.h"

#include <json-glib/json-glib.h>

#include "testing.h"

static JsonObject *schema;

static JsonParser *
read_schema (void)
{
  g_autofree char *text = testing_read ("schema/migration.schema.json");
  JsonParser *parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  json_parser_load_from_data (parser, text, -1, &error);
  assert_no_error (error);
  schema = json_node_get_object (json_parser_get_root (parser));
  return parser;
}

static JsonObject *
definition (const char *name)
{
  JsonObject *all = json_object_get_object_member (schema, "$defs");

  if (*name == '\0')
    return schema;
  ck_assert_msg (json_object_has_member (all, name), "the schema has no '%s'", name);
  return json_object_get_object_member (all, name);
}

static gboolean
is_required (JsonObject *object, const char *key)
{
  JsonArray *required = json_object_has_member (object, "required")
                            ? json_object_get_array_member (object, "required")
                            : NULL;

  for (guint i = 0; required != NULL && i < json_array_get_length (required); i++)
    if (g_str_equal (json_array_get_string_element (required, i), key))
      return TRUE;
  return FALSE;
}

static const Key *
find_key (const KeyTable *table, const char *name)
{
  for (const Key *key = table->keys; key != NULL && key->name != NULL; key++)
    if (g_str_equal (key->name, name))
      return key;
  for (const Key *key = table->more; key != NULL && key->name != NULL; key++)
    if (g_str_equal (key->name, name))
      return key;
  return NULL;
}

static void
compare (const char *name, const KeyTable *table, gboolean in_step)
{
  Reader reader = { .in_step = in_step };
  g_autofree const char **keys = key_table_names (&reader, table);
  JsonObject *object = definition (name);
  JsonObject *properties = json_object_get_object_member (object, "properties");
  g_autoptr (GList) known = json_object_get_members (properties);

  ck_assert_msg (
      !json_object_get_boolean_member_with_default (object, "additionalProperties", TRUE),
      "the schema's '%s' is open", name);
  for (guint i = 0; keys[i] != NULL; i++)
    {
      gboolean required = (find_key (table, keys[i])->flags & KEY_REQUIRED) != 0;

      ck_assert_msg (json_object_has_member (properties, keys[i]),
                     "the schema's '%s' has no '%s'", name, keys[i]);
      ck_assert_msg (!required || is_required (object, keys[i]),
                     "the schema's '%s' does not require '%s'", name, keys[i]);
    }
  for (GList *link = known; link != NULL; link = link->next)
    ck_assert_msg (g_strv_contains (keys, link->data), "the loader has no '%s' in '%s'",
                   (const char *) link->data, name);
}

TEST (schema__has_the_keys_of_the_loader)
{
  g_autoptr (JsonParser) parser = read_schema ();

  for (const LoadKeys *keys = LOAD_KEYS; keys->definition != NULL; keys++)
    compare (keys->definition, keys->keys, keys->in_step);
}

TEST (schema__has_the_keys_of_each_operation)
{
  g_autoptr (JsonParser) parser = read_schema ();

  for (guint kind = 0; kind < N_OPERATION_KINDS; kind++)
    {
      const char *word = operation_kind_to_string (kind);
      g_autofree char *change = g_strconcat ("change_", word, NULL);
      g_autofree char *step = g_strconcat ("step_", word, NULL);

      if (operation_kind_is_change (kind))
        compare (change, load_operation_keys (kind), FALSE);
      if (operation_kind_is_step (kind))
        compare (step, load_operation_keys (kind), TRUE);
    }
}

static gboolean
stands_in (const char *name, const char *word)
{
  JsonObject *properties
      = json_object_get_object_member (definition (name), "properties");

  return json_object_has_member (properties, word);
}

TEST (schema__has_each_operation_where_it_belongs)
{
  g_autoptr (JsonParser) parser = read_schema ();

  for (guint kind = 0; kind < N_OPERATION_KINDS; kind++)
    {
      const char *word = operation_kind_to_string (kind);

      ck_assert_int_eq (stands_in ("change", word), operation_kind_is_change (kind));
      ck_assert_int_eq (stands_in ("step", word), operation_kind_is_step (kind));
    }
}

TEST_MAIN ("load/load_keys", schema__has_the_keys_of_the_loader,
           schema__has_the_keys_of_each_operation,
           schema__has_each_operation_where_it_belongs)
