/* SPDX-License-Identifier: Apache-2.0
 *
 * Typed scalars.
 *
 * A name is 1 to 63 bytes: what PostgreSQL keeps of one.  MariaDB takes 64 characters
 * and SQLite any number.  A table may be named with its schema, each of the two a name.
 */
#include "config.h"

#include "load/scalar.h"

#include <string.h>

#include "model/table_name.h"

#define MAX_NAME_BYTES 63

static const Word ENGINES[] = {
  { "memory", 0 },  { "sqlite", 0 }, { "postgres", 0 },
  { "mariadb", 0 }, { "mysql", 0 },  { NULL, 0 },
};

/* As OnConflict: ON_CONFLICT_ERROR, ON_CONFLICT_SKIP. */
const Word CONFLICT_WORDS[] = { { "error", 0 }, { "skip", 1 }, { NULL, 0 } };

static const Word STEP_PHASES[] = {
  { "expanding", MIGRATION_PHASE_EXPANDING },
  { "migrating", MIGRATION_PHASE_MIGRATING },
  { "contracting", MIGRATION_PHASE_CONTRACTING },
  { NULL, 0 },
};

void
read_bool (Reader *reader, const Node *node, gpointer field,
           G_GNUC_UNUSED gconstpointer data)
{
  gboolean *value = field;

  if (node->kind == NODE_SCALAR && node->plain)
    {
      if (node_is_text (node, "true"))
        {
          *value = TRUE;
          return;
        }
      if (node_is_text (node, "false"))
        {
          *value = FALSE;
          return;
        }
    }
  reader_expected (reader, node, "true or false");
}

gboolean
scalar_integer (const Node *node, gint64 *value)
{
  if (node->kind != NODE_SCALAR || !node->plain || strlen (node->text) != node->length)
    return FALSE;
  return g_ascii_string_to_signed (node->text, 10, G_MININT64, G_MAXINT64, value, NULL);
}

void
read_count (Reader *reader, const Node *node, gpointer field,
            G_GNUC_UNUSED gconstpointer data)
{
  gint64 value;

  if (scalar_integer (node, &value) && value >= 0 && value <= G_MAXINT32)
    *(guint *) field = (guint) value;
  else
    reader_expected (reader, node, "a number from 0 to 2147483647");
}

static const Word *
word_find (const Word *words, const Node *node)
{
  if (node->kind != NODE_SCALAR)
    return NULL;
  for (; words->text != NULL; words++)
    if (node_is_text (node, words->text))
      return words;
  return NULL;
}

/* "a, b or c" in the arena */
static const char *
words_to_string (const Reader *reader, const Word *words, const char *last)
{
  g_autoptr (GString) all = g_string_new (words->text);

  for (const Word *word = words + 1; word->text != NULL; word++)
    if (word[1].text == NULL)
      g_string_append_printf (all, " %s %s", last, word->text);
    else
      g_string_append_printf (all, ", %s", word->text);
  return arena_strdup (reader->arena, all->str);
}

static const char *const *
word_names (const Reader *reader, const Word *words)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (const Word *word = words; word->text != NULL; word++)
    g_ptr_array_add (names, (gpointer) word->text);
  return arena_ptr_array (reader->arena, names);
}

static void
word_error (Reader *reader, const Node *node, const Word *words)
{
  const char *help = NULL;

  if (node->kind == NODE_SCALAR)
    help = reader_suggest (reader, node->text, word_names (reader, words));
  reader_error (reader, node, help, "'%s' must be %s, not %s", reader->what,
                words_to_string (reader, words, "or"), reader_show (reader, node));
}

void
read_word (Reader *reader, const Node *node, gpointer field, gconstpointer data)
{
  const Word *word = word_find (data, node);

  if (word != NULL)
    *(int *) field = word->value;
  else
    word_error (reader, node, data);
}

void
read_step_phase (Reader *reader, const Node *node, gpointer field,
                 G_GNUC_UNUSED gconstpointer data)
{
  MigrationPhase phase;

  if (node->kind == NODE_SCALAR && migration_phase_from_string (node->text, &phase)
      && phase >= MIGRATION_PHASE_EXPANDING && phase <= MIGRATION_PHASE_CONTRACTING)
    *(MigrationPhase *) field = phase;
  else
    word_error (reader, node, STEP_PHASES);
}

/* ---- names and text ---- */

static gboolean
has_control_character (const Node *node)
{
  for (guint i = 0; i < node->length; i++)
    if ((guchar) node->text[i] < 0x20 || node->text[i] == 0x7f)
      return TRUE;
  return FALSE;
}

/* What is wrong with the text of a name but its length. */
static gboolean
is_plain_text (const Node *node)
{
  return node->kind == NODE_SCALAR && !node_is_null (node) && node->length > 0
         && !has_control_character (node);
}

/* @kept: the bytes that count */
static const char *
name_of (Reader *reader, const Node *node, gsize kept)
{
  if (node->kind != NODE_SCALAR || node_is_null (node) || node->length == 0)
    reader_expected (reader, node, "a name");
  else if (kept > MAX_NAME_BYTES)
    reader_error (reader, node, NULL, "the name %s is longer than %d bytes",
                  reader_show (reader, node), MAX_NAME_BYTES);
  else if (has_control_character (node))
    reader_error (reader, node, NULL, "'%s' holds a control character", reader->what);
  else
    return arena_strndup (reader->arena, node->text, node->length);
  return NULL;
}

/* Of the longer part of a table's name. */
static gsize
longest_part (const Node *node)
{
  g_autoptr (Arena) arena = arena_new ();

  if (node->kind != NODE_SCALAR || strlen (node->text) != node->length)
    return node->length;
  TableName parts = table_name_parse (node->text, arena);
  return MAX (strlen (parts.name), parts.schema != NULL ? strlen (parts.schema) : 0);
}

gboolean
scalar_is_table_name (const Node *node)
{
  return is_plain_text (node) && longest_part (node) <= MAX_NAME_BYTES;
}

const char *
scalar_name (Reader *reader, const Node *node)
{
  return name_of (reader, node, node->length);
}

const char *
scalar_table_name (Reader *reader, const Node *node)
{
  return name_of (reader, node, longest_part (node));
}

void
read_name (Reader *reader, const Node *node, gpointer field,
           G_GNUC_UNUSED gconstpointer data)
{
  const char *name = scalar_name (reader, node);

  if (name != NULL)
    *(const char **) field = name;
}

void
read_table_name (Reader *reader, const Node *node, gpointer field,
                 G_GNUC_UNUSED gconstpointer data)
{
  const char *name = scalar_table_name (reader, node);

  if (name != NULL)
    *(const char **) field = name;
}

static const char *
scalar_text (Reader *reader, const Node *node)
{
  if (node->kind != NODE_SCALAR || node_is_null (node))
    reader_expected (reader, node, "text");
  else if (strlen (node->text) != node->length)
    reader_error (reader, node, NULL, "'%s' holds a NUL character", reader->what);
  else
    return arena_strndup (reader->arena, node->text, node->length);
  return NULL;
}

void
read_text (Reader *reader, const Node *node, gpointer field,
           G_GNUC_UNUSED gconstpointer data)
{
  const char *text = scalar_text (reader, node);

  if (text != NULL)
    *(const char **) field = text;
}

static void
add_name (Reader *reader, const Node *node, GPtrArray *names, GHashTable *seen)
{
  const char *name = scalar_name (reader, node);

  if (name == NULL)
    return;
  if (!g_hash_table_add (seen, (gpointer) name))
    reader_error (reader, node, NULL, "'%s' names '%s' twice", reader->what, name);
  else
    g_ptr_array_add (names, (gpointer) name);
}

static void
read_name_items (Reader *reader, const Node *sequence, const char *const **field)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  NODE_FOREACH_ITEM (item, sequence)
  add_name (reader, item, names, seen);
  if (names->len > 0)
    *field = arena_ptr_array (reader->arena, names);
}

void
read_name_list (Reader *reader, const Node *node, gpointer field,
                G_GNUC_UNUSED gconstpointer data)
{
  if (reader_want_items (reader, node))
    read_name_items (reader, node, field);
}

void
read_names (Reader *reader, const Node *node, gpointer field, gconstpointer data)
{
  const char *name;

  if (node->kind == NODE_SEQUENCE)
    {
      read_name_list (reader, node, field, data);
      return;
    }
  if (node->kind == NODE_MAPPING)
    {
      reader_expected (reader, node, "a name or a list of names");
      return;
    }
  name = scalar_name (reader, node);
  if (name != NULL)
    *(const char *const **) field
        = arena_strv (reader->arena, (const char *const[]){ name, NULL });
}

/* ---- engines ---- */

static void
check_engine (Reader *reader, const Node *node)
{
  const char *help = NULL;

  if (word_find (ENGINES, node) != NULL)
    return;
  if (node->kind == NODE_SCALAR)
    help = reader_suggest (reader, node->text, word_names (reader, ENGINES));
  if (help == NULL)
    help = arena_printf (reader->arena, "the engines are: %s",
                         words_to_string (reader, ENGINES, "and"));
  reader_error (reader, node, help, "unknown engine %s in '%s'",
                reader_show (reader, node), reader->what);
}

void
read_engines (Reader *reader, const Node *node, gpointer field, gconstpointer data)
{
  const char *const **engines = field;

  read_names (reader, node, field, data);
  if (*engines == NULL)
    return;
  if (node->kind == NODE_SCALAR)
    check_engine (reader, node);
  else
    NODE_FOREACH_ITEM (item, node)
  check_engine (reader, item);
}

/* FALSE, with a finding, when the node is no text. */
static gboolean
set_engine_text (Reader *reader, EngineText *text, const Node *node)
{
  text->text = scalar_text (reader, node);
  text->layout = (TextLayout) node->layout;
  text->location = reader_location (reader, node);
  if (node->kind == NODE_SCALAR)
    node_text_place (node, &text->location.line, &text->location.column);
  return text->text != NULL;
}

void
read_engine_map (Reader *reader, const Node *node, gpointer field,
                 G_GNUC_UNUSED gconstpointer data)
{
  EngineText *texts;
  guint n = 0;

  if (!reader_want (reader, node, NODE_MAPPING))
    return;
  texts = arena_new_array (reader->arena, EngineText, node->length + 1);
  NODE_FOREACH_ENTRY (key, node)
  {
    check_engine (reader, key);
    texts[n].engine = arena_strdup (reader->arena, key->text);
    if (set_engine_text (reader, &texts[n], key->next))
      n++;
  }
  if (n == 0 && node->length == 0)
    reader_expected (reader, node, "text per engine");
  *(const EngineText **) field = texts;
}

void
read_engine_text (Reader *reader, const Node *node, gpointer field, gconstpointer data)
{
  EngineText *texts;

  if (node->kind == NODE_MAPPING)
    {
      read_engine_map (reader, node, field, data);
      return;
    }
  texts = arena_new_array (reader->arena, EngineText, 2);
  if (set_engine_text (reader, texts, node))
    *(const EngineText **) field = texts;
}

/* ---- literals ---- */

Literal
literal_of_node (const Reader *reader, const Node *node)
{
  return (Literal){
    .text = node->text,
    .length = node->length,
    .plain = node->plain,
    .binary = node->binary,
    .location = reader_location (reader, node),
  };
}

void
read_literal (Reader *reader, const Node *node, gpointer field,
              G_GNUC_UNUSED gconstpointer data)
{
  Literal *literal;

  if (!reader_want (reader, node, NODE_SCALAR))
    return;
  literal = arena_new0 (reader->arena, Literal);
  *literal = literal_of_node (reader, node);
  literal->text = arena_strndup (reader->arena, node->text, node->length);
  *(const Literal **) field = literal;
}

void
read_literals (Reader *reader, const Node *node, gpointer field,
               G_GNUC_UNUSED gconstpointer data)
{
  const Literal **literals;
  guint n = 0;

  if (!reader_want_items (reader, node))
    return;
  literals = arena_new_array (reader->arena, const Literal *, node->length + 1);
  NODE_FOREACH_ITEM (item, node)
  {
    read_literal (reader, item, &literals[n], NULL);
    if (literals[n] != NULL)
      n++;
  }
  *(const Literal *const **) field = literals;
}
