/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms of a file: a word, a mapping with one key (and perhaps its companion, such
 * as `part` of `split`), or a list of these, which is a pipeline.
 */
#include "config.h"

#include "load/load_transform.h"

#include <string.h>

#include "load/load_type.h"
#include "load/scalar.h"

/* Reads the value of a stage's key. */
typedef void (*StageReader) (Reader *reader, const Node *mapping, const Node *value,
                             TransformStage *stage);

typedef struct
{
  const char *name;
  TransformKind kind;
  StageReader read;      /* NULL: a word alone */
  const char *companion; /* the other key it may have; or NULL */
} StageKind;

static const Word MAP_ELSES[] = { { "error", MAP_ELSE_ERROR },
                                  { "keep", MAP_ELSE_KEEP },
                                  { "null", MAP_ELSE_NULL },
                                  { NULL, 0 } };

static const Word PAD_SIDES[]
    = { { "left", PAD_LEFT }, { "right", PAD_RIGHT }, { NULL, 0 } };

#define PAD_FIELD(member) offsetof (TransformStage, pad.member)

static const Key PAD_LIST[] = {
  { "length", KEY_REQUIRED, PAD_FIELD (length), read_count, NULL },
  { "with", KEY_OPTIONAL, PAD_FIELD (with), read_text, NULL },
  { "side", KEY_OPTIONAL, PAD_FIELD (side), read_word, PAD_SIDES },
  { NULL, 0, 0, NULL, NULL },
};

const KeyTable PAD_KEYS = { "'pad'", PAD_LIST, NULL };

/* ---- the stages ---- */

static void
stage_cast (Reader *reader, G_GNUC_UNUSED const Node *mapping, const Node *value,
            TransformStage *stage)
{
  load_type_text (reader, value, &stage->cast);
}

static void
stage_join (Reader *reader, G_GNUC_UNUSED const Node *mapping, const Node *value,
            TransformStage *stage)
{
  read_text (reader, value, &stage->separator, NULL);
}

static void
stage_template (Reader *reader, G_GNUC_UNUSED const Node *mapping, const Node *value,
                TransformStage *stage)
{
  read_text (reader, value, &stage->pattern, NULL);
}

static void
split_part (Reader *reader, const Node *node, TransformStage *stage)
{
  gint64 number;

  if (node == NULL)
    return;
  reader->what = "part";
  if (node->kind == NODE_SCALAR && node_is_text (node, "last"))
    stage->split.part = SPLIT_LAST;
  else if (node->kind == NODE_SCALAR && node_is_text (node, "rest"))
    stage->split.part = SPLIT_REST;
  else if (scalar_integer (node, &number) && number >= 1 && number <= G_MAXINT32)
    stage->split.number = (guint) number;
  else
    reader_expected (reader, node, "a number from 1, last or rest");
}

static void
stage_split (Reader *reader, const Node *mapping, const Node *value,
             TransformStage *stage)
{
  const Node *part = node_get (mapping, "part");

  stage->split.part = SPLIT_NUMBERED;
  stage->split.number = 1;
  read_text (reader, value, &stage->split.separator, NULL);
  if (stage->split.separator != NULL && *stage->split.separator == '\0')
    reader_expected (reader, value, "at least one character");
  if (part == NULL)
    reader_error (reader, mapping, "write { split: \" \", part: 1 }, or last, or rest",
                  "'split' needs 'part'");
  split_part (reader, part, stage);
}

static void
stage_map (Reader *reader, const Node *mapping, const Node *value, TransformStage *stage)
{
  const Node *otherwise = node_get (mapping, "else");
  const Literal **from, **to;
  guint n = 0;

  if (!reader_want (reader, value, NODE_MAPPING))
    return;
  if (value->first == NULL)
    reader_error (reader, value, NULL, "'map' must not be empty");
  from = arena_new_array (reader->arena, const Literal *, value->length + 1);
  to = arena_new_array (reader->arena, const Literal *, value->length + 1);
  NODE_FOREACH_ENTRY (key, value)
  {
    read_literal (reader, key, &from[n], NULL);
    read_literal (reader, key->next, &to[n], NULL);
    if (from[n] != NULL && to[n] != NULL)
      n++;
  }
  stage->map.from = from;
  stage->map.to = to;
  reader->what = "else";
  if (otherwise != NULL)
    read_word (reader, otherwise, &stage->map.otherwise, MAP_ELSES);
}

static void
stage_value (Reader *reader, G_GNUC_UNUSED const Node *mapping, const Node *value,
             TransformStage *stage)
{
  read_literal (reader, value, &stage->value, NULL);
}

static void
stage_coalesce (Reader *reader, const Node *mapping, const Node *value,
                TransformStage *stage)
{
  if (node_is_null (value))
    reader_expected (reader, value, "a value");
  else
    stage_value (reader, mapping, value, stage);
}

static void
stage_pad (Reader *reader, G_GNUC_UNUSED const Node *mapping, const Node *value,
           TransformStage *stage)
{
  stage->pad.with = " ";
  if (reader_mapping (reader, value, &PAD_KEYS, stage)
      && g_utf8_strlen (stage->pad.with, -1) != 1)
    {
      reader->what = "with";
      reader_expected (reader, node_get (value, "with"), "one character");
    }
}

static void
stage_expression (Reader *reader, G_GNUC_UNUSED const Node *mapping, const Node *value,
                  TransformStage *stage)
{
  read_engine_text (reader, value, &stage->expression, NULL);
}

static const StageKind KINDS[] = {
  { "direct_copy", TRANSFORM_DIRECT_COPY, NULL, NULL },
  { "lower", TRANSFORM_LOWER, NULL, NULL },
  { "upper", TRANSFORM_UPPER, NULL, NULL },
  { "trim", TRANSFORM_TRIM, NULL, NULL },
  { "cast", TRANSFORM_CAST, stage_cast, NULL },
  { "join", TRANSFORM_JOIN, stage_join, NULL },
  { "template", TRANSFORM_TEMPLATE, stage_template, NULL },
  { "split", TRANSFORM_SPLIT, stage_split, "part" },
  { "map", TRANSFORM_MAP, stage_map, "else" },
  { "coalesce", TRANSFORM_COALESCE, stage_coalesce, NULL },
  { "constant", TRANSFORM_CONSTANT, stage_value, NULL },
  { "pad", TRANSFORM_PAD, stage_pad, NULL },
  { "expression", TRANSFORM_EXPRESSION, stage_expression, NULL },
};

const char *const TRANSFORM_WORDS[] = { "direct_copy", "lower", "upper", "trim", NULL };

const char *const TRANSFORM_KEYS[]
    = { "cast", "join",     "template", "split", "part",       "map",
        "else", "coalesce", "constant", "pad",   "expression", NULL };

/* ---- one stage ---- */

static const StageKind *
kind_find (const Node *name)
{
  for (guint i = 0; name->kind == NODE_SCALAR && i < G_N_ELEMENTS (KINDS); i++)
    if (node_is_text (name, KINDS[i].name))
      return &KINDS[i];
  return NULL;
}

static void
unknown_transform (Reader *reader, const Node *node)
{
  const char *help = NULL;

  if (node->kind == NODE_SCALAR)
    help = reader_suggest (reader, node->text, TRANSFORM_WORDS);
  if (help == NULL && node->kind == NODE_SCALAR)
    help = reader_suggest (reader, node->text, TRANSFORM_KEYS);
  if (node->kind == NODE_SCALAR && g_strv_contains (TRANSFORM_KEYS, node->text))
    help = "it goes beside 'split' or 'map'";
  reader_error (reader, node,
                help != NULL
                    ? help
                    : "the transforms are: direct_copy, lower, upper, trim, cast, "
                      "join, template, split, map, coalesce, constant, pad, "
                      "expression",
                "unknown transform %s", reader_show (reader, node));
}

static void
word_stage (Reader *reader, const Node *node, TransformStage *stage)
{
  const StageKind *kind = kind_find (node);

  if (kind == NULL)
    unknown_transform (reader, node);
  else if (kind->read != NULL)
    reader_error (reader, node,
                  arena_printf (reader->arena, "write { %s: … }", kind->name),
                  "the transform '%s' needs a value", kind->name);
  else
    stage->kind = kind->kind;
}

static gboolean
is_companion (const Node *key, const StageKind *kind)
{
  return kind != NULL && kind->companion != NULL && node_is_text (key, kind->companion);
}

/* The key that says what it is: not the one that only goes along with another. */
static const Node *
main_key (const Node *node)
{
  NODE_FOREACH_ENTRY (key, node)
  if (kind_find (key) != NULL)
    return key;
  return node->first;
}

static void
mapping_stage (Reader *reader, const Node *node, TransformStage *stage)
{
  const Node *name = main_key (node);
  const StageKind *kind;
  gboolean open = FALSE;

  if (name == NULL)
    {
      reader_error (reader, node, NULL, "a transform must not be empty");
      return;
    }
  kind = kind_find (name);
  if (kind == NULL)
    {
      unknown_transform (reader, name);
      return;
    }
  NODE_FOREACH_ENTRY (key, node)
  if (!node_is_split_tail (key, &open) && key != name && !is_companion (key, kind))
    reader_error (reader, key,
                  kind_find (key) != NULL ? "write a list to have one after the other"
                                          : NULL,
                  "'%s' does not go with the transform '%s'", key->text, kind->name);
  stage->kind = kind->kind;
  reader->what = kind->name;
  if (kind->read != NULL)
    kind->read (reader, node, name->next, stage);
  else
    reader_error (reader, name, NULL, "the transform '%s' takes no value", kind->name);
}

static void
load_stage (Reader *reader, const Node *node, TransformStage *stage)
{
  stage->location = reader_location (reader, node);
  if (node->kind == NODE_SCALAR)
    word_stage (reader, node, stage);
  else if (node->kind == NODE_MAPPING)
    mapping_stage (reader, node, stage);
  else
    reader_error (reader, node, NULL, "a transform within a list must not be a list");
}

/* ---- pipelines ---- */

void
read_transform (Reader *reader, const Node *node, gpointer field,
                G_GNUC_UNUSED gconstpointer data)
{
  const char *what = reader->what;
  Transform *transform = arena_new0 (reader->arena, Transform);
  gboolean is_list = node->kind == NODE_SEQUENCE;
  TransformStage *stages;
  guint n_errors = reader->n_errors;

  if (is_list && !reader_want_items (reader, node))
    return;
  stages = arena_new_array (reader->arena, TransformStage, is_list ? node->length : 1);
  transform->stages = stages;
  transform->location = reader_location (reader, node);
  if (is_list)
    NODE_FOREACH_ITEM (item, node)
  load_stage (reader, item, &stages[transform->n_stages++]);
  else load_stage (reader, node, &stages[transform->n_stages++]);
  reader->what = what;
  if (reader->n_errors == n_errors)
    *(const Transform **) field = transform;
}

const NamedTransform *
named_transform_one (Reader *reader, const char *column, const Node *node,
                     const Transform *transform)
{
  NamedTransform *list = arena_new_array (reader->arena, NamedTransform, 2);

  list->column = column;
  list->transform = transform;
  list->location = reader_location (reader, node);
  return list;
}

void
read_named_transforms (Reader *reader, const Node *node, gpointer field,
                       G_GNUC_UNUSED gconstpointer data)
{
  NamedTransform *list;
  guint n = 0;

  if (!reader_want (reader, node, NODE_MAPPING))
    return;
  if (node->first == NULL)
    reader_error (reader, node, NULL, "'%s' must not be empty", reader->what);
  list = arena_new_array (reader->arena, NamedTransform, node->length + 1);
  NODE_FOREACH_ENTRY (key, node)
  {
    list[n].column = scalar_name (reader, key);
    list[n].location = reader_location (reader, key);
    read_transform (reader, key->next, &list[n].transform, NULL);
    if (list[n].column != NULL && list[n].transform != NULL)
      n++;
  }
  list[n].column = NULL;
  *(const NamedTransform **) field = list;
}

gboolean
node_is_none (const Node *node)
{
  return node->kind == NODE_SCALAR && node_is_text (node, "none");
}
