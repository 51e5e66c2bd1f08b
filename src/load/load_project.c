/* SPDX-License-Identifier: Apache-2.0
 *
 * The settings of a project: engines, rules, naming, limits.
 */
#include "config.h"

#include "load/load_project.h"

#include <string.h>

#include "load/load_operation.h"
#include "load/scalar.h"

static void read_engine_versions (Reader *reader, const Node *node, gpointer field,
                                  gconstpointer data);
static void read_severities (Reader *reader, const Node *node, gpointer field,
                             gconstpointer data);
static void read_naming (Reader *reader, const Node *node, gpointer field,
                         gconstpointer data);
static void read_limits (Reader *reader, const Node *node, gpointer field,
                         gconstpointer data);
static void read_pattern (Reader *reader, const Node *node, gpointer field,
                          gconstpointer data);
static void read_limit (Reader *reader, const Node *node, gpointer field,
                        gconstpointer data);

const char *const PROJECT_SEVERITIES[] = { "off", "info", "warning", "error", NULL };

static const Key PROJECT_LIST[] = {
  { "engines", KEY_OPTIONAL, offsetof (Project, engines), read_engine_versions, NULL },
  { "rules", KEY_OPTIONAL, offsetof (Project, rules), read_severities, NULL },
  { "naming", KEY_OPTIONAL, offsetof (Project, naming), read_naming, NULL },
  { "limits", KEY_OPTIONAL, 0, read_limits, NULL },
  END_OF_KEYS,
};

const KeyTable PROJECT_KEYS = { "a project", PROJECT_LIST, NULL };

/* A pattern for each kind of name; those not given have no text. */
typedef struct
{
  ProjectEntry table, column, index, constraint, id;
} NamingDraft;

static const Key NAMING_LIST[] = {
  { "table", KEY_OPTIONAL, offsetof (NamingDraft, table), read_pattern, NULL },
  { "column", KEY_OPTIONAL, offsetof (NamingDraft, column), read_pattern, NULL },
  { "index", KEY_OPTIONAL, offsetof (NamingDraft, index), read_pattern, NULL },
  { "constraint", KEY_OPTIONAL, offsetof (NamingDraft, constraint), read_pattern, NULL },
  { "id", KEY_OPTIONAL, offsetof (NamingDraft, id), read_pattern, NULL },
  END_OF_KEYS,
};

const KeyTable NAMING_KEYS = { "naming", NAMING_LIST, NULL };

static const Key LIMITS_LIST[] = {
  { "steps", KEY_OPTIONAL, offsetof (Project, max_steps), read_limit, NULL },
  { "index_columns", KEY_OPTIONAL, offsetof (Project, max_index_columns), read_limit,
    NULL },
  END_OF_KEYS,
};

const KeyTable LIMITS_KEYS = { "limits", LIMITS_LIST, NULL };

/* ---- lists ---- */

static ProjectEntry
entry_of (Reader *reader, const Node *key)
{
  return (ProjectEntry){ .name = arena_strdup (reader->arena, key->text),
                         .location = reader_location (reader, key) };
}

/* Reads each value of the mapping @node by @read, which leaves out an entry by returning
 * FALSE. */
static const ProjectEntry *
read_entries (Reader *reader, const Node *node,
              gboolean (*read) (Reader *reader, const Node *value, const char **text))
{
  const char *what = reader->what;
  ProjectEntry *entries;
  guint n = 0;

  if (!reader_want (reader, node, NODE_MAPPING))
    return NULL;
  entries = arena_new_array (reader->arena, ProjectEntry, node->length + 1);
  NODE_FOREACH_ENTRY (key, node)
  {
    entries[n] = entry_of (reader, key);
    reader->what = entries[n].name;
    if (read (reader, key->next, &entries[n].text))
      n++;
  }
  reader->what = what;
  entries[n].name = NULL;
  return entries;
}

/* Nothing stands for any version. */
static gboolean
read_version (Reader *reader, const Node *node, const char **text)
{
  if (!node_is_null (node))
    read_text (reader, node, text, NULL);
  return node_is_null (node) || *text != NULL;
}

static void
read_engine_versions (Reader *reader, const Node *node, gpointer field,
                      G_GNUC_UNUSED gconstpointer data)
{
  *(const ProjectEntry **) field = read_entries (reader, node, read_version);
}

static gboolean
read_severity (Reader *reader, const Node *node, const char **text)
{
  static const Word WORDS[]
      = { { "off", 0 }, { "info", 1 }, { "warning", 2 }, { "error", 3 }, { NULL, 0 } };
  int index = -1;

  read_word (reader, node, &index, WORDS);
  *text = index >= 0 ? PROJECT_SEVERITIES[index] : NULL;
  return *text != NULL;
}

static void
read_severities (Reader *reader, const Node *node, gpointer field,
                 G_GNUC_UNUSED gconstpointer data)
{
  *(const ProjectEntry **) field = read_entries (reader, node, read_severity);
}

/* ---- naming ---- */

static void
read_pattern (Reader *reader, const Node *node, gpointer field,
              G_GNUC_UNUSED gconstpointer data)
{
  ProjectEntry *entry = field;
  const char *text = NULL;
  g_autoptr (GError) error = NULL;

  read_text (reader, node, &text, NULL);
  if (text == NULL)
    return;
  g_autoptr (GRegex) regex = g_regex_new (text, 0, 0, &error);
  if (regex == NULL)
    {
      reader_error (reader, node, "patterns are regular expressions as in Perl",
                    "'%s': %s", reader->what, error->message);
      return;
    }
  *entry = (ProjectEntry){ .name = arena_strdup (reader->arena, reader->what),
                           .text = text,
                           .location = reader_location (reader, node) };
}

static void
read_naming (Reader *reader, const Node *node, gpointer field,
             G_GNUC_UNUSED gconstpointer data)
{
  NamingDraft draft = { .id = { .name = NULL } };
  const ProjectEntry *const all[]
      = { &draft.table, &draft.column, &draft.index, &draft.constraint, &draft.id };
  ProjectEntry *entries
      = arena_new_array (reader->arena, ProjectEntry, G_N_ELEMENTS (all) + 1);
  guint n = 0;

  reader_mapping (reader, node, &NAMING_KEYS, &draft);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    if (all[i]->text != NULL)
      entries[n++] = *all[i];
  *(const ProjectEntry **) field = entries;
}

/* ---- limits ---- */

static void
read_limit (Reader *reader, const Node *node, gpointer field,
            G_GNUC_UNUSED gconstpointer data)
{
  gint64 value;

  if (scalar_integer (node, &value) && value >= 1 && value <= G_MAXINT32)
    *(guint *) field = (guint) value;
  else
    reader_expected (reader, node, "a number from 1 to 2147483647");
}

/* @field is the project itself. */
static void
read_limits (Reader *reader, const Node *node, gpointer field,
             G_GNUC_UNUSED gconstpointer data)
{
  reader_mapping (reader, node, &LIMITS_KEYS, field);
}

Project *
load_project (const char *path, const char *bytes, gsize length,
              DiagnosticList *diagnostics)
{
  Project *project = project_new (path);
  g_autoptr (Arena) tree = arena_new ();
  Reader reader = { .arena = project->arena,
                    .path = project->path,
                    .diagnostics = diagnostics,
                    .what = "the file" };
  const Node *root = node_parse (project->path, bytes, length, tree, NULL, diagnostics);

  if (root != NULL)
    reader_mapping (&reader, root, &PROJECT_KEYS, project);
  return project;
}
