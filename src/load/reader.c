/* SPDX-License-Identifier: Apache-2.0
 *
 * Reader: mappings against tables of keys, and findings in one wording.
 */
#include "config.h"

#include "load/reader.h"

#include <string.h>

/* More findings than this help nobody; a row of a large table may hold one each. */
#define MAX_ERRORS 1000

/* Of a list or mapping that is not rows.  Some checks compare each with each. */
#define MAX_ITEMS 10000

/* A value in a message is cut after so many characters. */
#define SHOWN_CHARACTERS 40

Location
reader_location (const Reader *reader, const Node *node)
{
  return (Location){ reader->path, node->line, node->column };
}

static void G_GNUC_PRINTF (4, 0)
    reader_add (Reader *reader, Location location, const char *help, const char *format,
                va_list arguments)
{
  g_autofree char *message = NULL;

  if (++reader->n_errors > MAX_ERRORS)
    return;
  message = g_strdup_vprintf (format, arguments);
  diagnostic_list_add (reader->diagnostics, SEVERITY_ERROR, "load", location, help, "%s",
                       message);
  if (reader->n_errors == MAX_ERRORS)
    diagnostic_list_add (reader->diagnostics, SEVERITY_ERROR, "load",
                         (Location){ reader->path, G_MAXUINT, 0 }, NULL,
                         "there are more errors; only the first %d are shown",
                         MAX_ERRORS);
}

gboolean
reader_is_full (const Reader *reader)
{
  return reader->n_errors >= MAX_ERRORS;
}

void
reader_error_at (Reader *reader, Location location, const char *help, const char *format,
                 ...)
{
  va_list arguments;

  va_start (arguments, format);
  reader_add (reader, location, help, format, arguments);
  va_end (arguments);
}

void
reader_error (Reader *reader, const Node *node, const char *help, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  reader_add (reader, reader_location (reader, node), help, format, arguments);
  va_end (arguments);
}

void
reader_take_error (Reader *reader, Location location, const char *prefix, GError *error)
{
  if (prefix != NULL)
    reader_error_at (reader, location, NULL, "%s: %s", prefix, error->message);
  else
    reader_error_at (reader, location, NULL, "%s", error->message);
  g_error_free (error);
}

static const char *
show_scalar (Reader *reader, const Node *node)
{
  g_autofree char *valid = g_utf8_make_valid (node->text, -1);

  if (g_utf8_strlen (valid, -1) <= SHOWN_CHARACTERS)
    return arena_printf (reader->arena, "'%s'", valid);
  *g_utf8_offset_to_pointer (valid, SHOWN_CHARACTERS) = '\0';
  return arena_printf (reader->arena, "'%s…'", valid);
}

const char *
reader_show (Reader *reader, const Node *node)
{
  if (node->kind == NODE_SEQUENCE)
    return "a list";
  if (node->kind == NODE_MAPPING)
    return "a mapping";
  if (node_is_null (node))
    return "null";
  return show_scalar (reader, node);
}

void
reader_expected (Reader *reader, const Node *node, const char *expected)
{
  reader_error (reader, node, NULL, "'%s' must be %s, not %s", reader->what, expected,
                reader_show (reader, node));
}

static gboolean
check_length (Reader *reader, const Node *node)
{
  if (node->kind == NODE_SCALAR || node->length <= MAX_ITEMS)
    return TRUE;
  reader_error (reader, node, NULL, "%s with %u entries is too long (the limit is %d)",
                reader_show (reader, node), node->length, MAX_ITEMS);
  return FALSE;
}

gboolean
reader_want (Reader *reader, const Node *node, NodeKind kind)
{
  static const char *const KINDS[] = { "a value", "a list", "a mapping" };

  if (node->kind == kind)
    return check_length (reader, node);
  reader_expected (reader, node, KINDS[kind]);
  return FALSE;
}

gboolean
reader_want_items (Reader *reader, const Node *node)
{
  if (!reader_want (reader, node, NODE_SEQUENCE))
    return FALSE;
  if (node->first != NULL)
    return TRUE;
  reader_error (reader, node, NULL, "'%s' must not be an empty list", reader->what);
  return FALSE;
}

const char *
reader_suggest (Reader *reader, const char *text, const char *const *names)
{
  const char *near = reader_is_full (reader) ? NULL : nearest_name (text, names);

  return near == NULL ? NULL : arena_printf (reader->arena, "did you mean '%s'?", near);
}

/* ---- mappings ---- */

static gboolean
key_may_stand_here (const Reader *reader, const Key *key)
{
  if (key->flags & KEY_IN_STEP)
    return reader->in_step;
  if (key->flags & KEY_IN_CHANGE)
    return !reader->in_step;
  return TRUE;
}

static const Key *
key_find (const Key *keys, const Node *name)
{
  for (; keys != NULL && keys->name != NULL; keys++)
    if (node_is_text (name, keys->name))
      return keys;
  return NULL;
}

static const Key *
key_table_find (const KeyTable *table, const Node *name)
{
  const Key *key = key_find (table->keys, name);

  return key != NULL ? key : key_find (table->more, name);
}

static void
add_names (const Reader *reader, const Key *keys, GPtrArray *names)
{
  for (; keys != NULL && keys->name != NULL; keys++)
    if (key_may_stand_here (reader, keys))
      g_ptr_array_add (names, (gpointer) keys->name);
}

const char **
key_table_names (const Reader *reader, const KeyTable *table)
{
  GPtrArray *names = g_ptr_array_new ();

  add_names (reader, table->keys, names);
  add_names (reader, table->more, names);
  g_ptr_array_add (names, NULL);
  return (const char **) g_ptr_array_free (names, FALSE);
}

gboolean
node_is_split_tail (const Node *key, gboolean *open)
{
  const Node *value = key->next;
  gboolean is_tail = *open && key->plain && value->length == 0 && node_is_null (value);

  if (value->kind == NODE_SCALAR && value->plain && value->length > 0)
    *open = strchr (value->text, '(') != NULL && strchr (value->text, ')') == NULL;
  else if (!is_tail || strchr (key->text, ')') != NULL)
    *open = FALSE;
  return is_tail;
}

static void
unknown_key (Reader *reader, const Node *key, const KeyTable *table)
{
  g_autofree const char **names = key_table_names (reader, table);
  g_autofree char *all = NULL;
  const char *help;

  help = reader_suggest (reader, key->text, names);
  if (help == NULL)
    {
      all = g_strjoinv (", ", (char **) names);
      help = arena_printf (reader->arena, "the keys of %s are: %s", table->noun, all);
    }
  reader_error (reader, key, help, "unknown key %s in %s",
                node_is_null (key) ? "'null'" : reader_show (reader, key), table->noun);
}

static void
check_key (Reader *reader, const Node *name, const KeyTable *table, gboolean *open)
{
  const Key *key = key_table_find (table, name);
  gboolean is_tail = node_is_split_tail (name, open);

  if (key == NULL && !is_tail)
    unknown_key (reader, name, table);
  else if (key == NULL)
    return;
  else if (!key_may_stand_here (reader, key))
    reader_error (reader, name, NULL, "'%s' in %s is for %s only", key->name, table->noun,
                  key->flags & KEY_IN_STEP ? "`steps:`" : "`change:`");
}

static void
read_keys (Reader *reader, const Node *mapping, const Key *keys, const char *noun,
           gpointer target)
{
  for (const Key *key = keys; key != NULL && key->name != NULL; key++)
    {
      const Node *value = node_get (mapping, key->name);

      if (!key_may_stand_here (reader, key))
        continue;
      if (value != NULL)
        {
          reader->what = key->name;
          if (key->read != NULL)
            key->read (reader, value, (char *) target + key->offset, key->data);
        }
      else if (key->flags & KEY_REQUIRED)
        reader_error (reader, mapping, NULL, "%s needs '%s'", noun, key->name);
    }
}

gboolean
reader_mapping (Reader *reader, const Node *node, const KeyTable *table, gpointer target)
{
  const char *what = reader->what;
  guint n_errors = reader->n_errors;
  gboolean open = FALSE;

  if (node->kind != NODE_MAPPING)
    {
      reader_error (reader, node, NULL, "%s must be a mapping, not %s", table->noun,
                    reader_show (reader, node));
      return FALSE;
    }
  if (!check_length (reader, node))
    return FALSE;
  NODE_FOREACH_ENTRY (key, node)
  check_key (reader, key, table, &open);
  read_keys (reader, node, table->keys, table->noun, target);
  read_keys (reader, node, table->more, table->noun, target);
  reader->what = what;
  return reader->n_errors == n_errors;
}
