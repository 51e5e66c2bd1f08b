/* SPDX-License-Identifier: Apache-2.0
 *
 * Node: libyaml's events → tree.
 *
 * The builder keeps a frame for each open sequence and mapping.  Rows that a NodeStream
 * takes are built in a scratch arena which is reset after each row, but for what carries
 * an anchor: later nodes may share it, so it belongs to the tree.
 */
#include "config.h"

#include "load/node.h"

#include <string.h>
#include <yaml.h>

#include "load/load.h"

/* A tree of more is refused: a file of commas would take a hundred times its size. */
#define MAX_NODES 20000000u

#define MAX_DIRECTIVES 16

/* Up to here comparing all pairs of keys is faster than hashing them. */
#define FEW_KEYS 12

typedef struct
{
  Node *node;
  Node **tail;
  const Node *key; /* the last one of a mapping */
  guint n_children;
  guint height;  /* of the highest child so far */
  guint64 start; /* nodes before it */
  const char *anchor;
  gpointer rows; /* a sequence whose items are streamed */
} Frame;

typedef struct
{
  const Node *node; /* NULL while it is still open */
  guint64 size;
  guint height;
} Anchor;

typedef struct
{
  yaml_parser_t parser;
  const char *path;
  const char *bytes;
  gsize length;
  Arena *tree;
  Arena *scratch;
  Arena *arena; /* of the two, the one nodes go to now */
  const NodeStream *stream;
  DiagnosticList *diagnostics;
  GHashTable *anchors; /* name → Anchor, in the tree's arena */
  Frame frames[LOAD_MAX_DEPTH];
  guint depth;
  guint64 n_nodes;   /* every one an event or an alias stands for */
  guint64 n_kept;    /* those in memory */
  guint64 n_aliased; /* those that aliases stand for */
  guint n_documents;
  gsize mark_index; /* characters up to @mark_offset */
  gsize mark_offset;
  Node *root;
  gboolean stopped;
} Builder;

static void G_GNUC_PRINTF (5, 6)
    builder_error (Builder *builder, guint line, guint column, const char *help,
                   const char *format, ...)
{
  g_autofree char *message = NULL;
  Location location = { builder->path, line, column };
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  diagnostic_list_add (builder->diagnostics, SEVERITY_ERROR, "load", location, help, "%s",
                       message);
}

#define builder_error_at(builder, mark, help, ...)                                      \
  builder_error ((builder), (guint) (mark).line + 1, (guint) (mark).column + 1, (help), \
                 __VA_ARGS__)

/* ---- mappings: what a finished one must not hold ---- */

static gboolean
same_text (const Node *a, const Node *b)
{
  return a->length == b->length && memcmp (a->text, b->text, a->length) == 0;
}

/* Why the key cannot be; NULL when it can, but for being there twice. */
static gboolean
key_is_sound (Builder *builder, const Node *key)
{
  if (key->kind != NODE_SCALAR)
    {
      builder_error (builder, key->line, key->column, NULL,
                     "a key must be a word, not a %s",
                     key->kind == NODE_SEQUENCE ? "list" : "mapping");
      return FALSE;
    }
  if (key->plain && key->length == 2 && memcmp (key->text, "<<", 2) == 0)
    {
      builder_error (builder, key->line, key->column, "write the keys out",
                     "merge keys (<<) are not supported");
      return FALSE;
    }
  return TRUE;
}

static const Node *
find_earlier (const Node *mapping, const Node *key, GHashTable *seen)
{
  if (seen != NULL)
    {
      g_autoptr (GBytes) text = g_bytes_new_static (key->text, key->length);
      const Node *earlier = g_hash_table_lookup (seen, text);

      if (earlier == NULL)
        g_hash_table_insert (seen, g_bytes_ref (text), (gpointer) key);
      return earlier;
    }
  for (const Node *other = mapping->first; other != key; other = other->next->next)
    if (same_text (other, key))
      return other;
  return NULL;
}

static gboolean
key_is_new (Builder *builder, const Node *mapping, const Node *key, GHashTable *seen)
{
  const Node *earlier = find_earlier (mapping, key, seen);
  g_autofree char *help = NULL;

  if (earlier == NULL)
    return TRUE;
  help = g_strdup_printf ("it is given in line %u already", earlier->line);
  builder_error (builder, key->line, key->column, help, "duplicate key '%s'", key->text);
  return FALSE;
}

/* Takes out the entries that cannot be, each with a finding. */
static void
mapping_check (Builder *builder, Node *mapping)
{
  g_autoptr (GHashTable) seen = NULL;
  Node **link = &mapping->first;

  if (mapping->length > FEW_KEYS)
    seen = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                  (GDestroyNotify) g_bytes_unref, NULL);
  while (*link != NULL)
    {
      Node *key = *link;

      if (key_is_sound (builder, key) && key_is_new (builder, mapping, key, seen))
        {
          link = &key->next->next;
          continue;
        }
      *link = key->next->next;
      mapping->length--;
    }
}

/* ---- the tree ---- */

static Frame *
builder_top (Builder *builder)
{
  return builder->depth == 0 ? NULL : &builder->frames[builder->depth - 1];
}

static void
builder_stop (Builder *builder, yaml_mark_t mark, const char *message, guint limit)
{
  builder_error_at (builder, mark, NULL, "%s (the limit is %u)", message, limit);
  builder->stopped = TRUE;
}

/* @extra: bytes wanted right behind the node, to be filled by the caller. */
static Node *
builder_node (Builder *builder, NodeKind kind, yaml_mark_t mark, gsize extra)
{
  Node *node = arena_alloc_unset (builder->arena, sizeof *node + extra);

  *node = (Node){
    .line = (guint) mark.line + 1,
    .column = (guint) mark.column + 1,
    .kind = (guint8) kind,
  };
  builder->n_nodes++;
  if (builder->arena == builder->tree && ++builder->n_kept > MAX_NODES)
    builder_stop (builder, mark, "the file has too many values", MAX_NODES);
  return node;
}

/* A node joins what is open; the children of a container come later. */
static void
builder_attach (Builder *builder, Node *node)
{
  Frame *top = builder_top (builder);

  if (top == NULL)
    {
      builder->root = node;
      return;
    }
  if (top->n_children++ % 2 == 0)
    top->key = node;
  if (top->rows != NULL)
    return;
  *top->tail = node;
  top->tail = &node->next;
}

/* A node is whole, @height levels high. */
static void
builder_complete (Builder *builder, Node *node, guint height)
{
  Frame *top = builder_top (builder);

  if (top == NULL)
    return;
  top->height = MAX (top->height, height);
  if (top->rows == NULL)
    return;
  builder->stream->row (top->rows, node);
  arena_reset (builder->scratch);
  builder->arena = builder->scratch;
}

/* Whether a mapping is at, or in, the value of @word. */
static gboolean
frame_is_at (const Frame *frame, const char *word)
{
  return frame->node->kind == NODE_MAPPING && frame->key != NULL
         && frame->key->kind == NODE_SCALAR && node_is_text (frame->key, word);
}

/* What has an anchor may be named again, and so has to be kept. */
static gboolean
builder_is_anchored (const Builder *builder)
{
  for (guint i = 0; i < builder->depth; i++)
    if (builder->frames[i].anchor != NULL)
      return TRUE;
  return FALSE;
}

/* The mapping whose `rows:` is about to open: table → rows, or tables → item → rows. */
static const Node *
builder_rows_owner (Builder *builder)
{
  Frame *frames = builder->frames;

  if (builder->stream == NULL || builder->depth < 2 || builder_is_anchored (builder)
      || builder_top (builder)->n_children % 2 == 0)
    return NULL;
  if (builder->depth == 2 && frame_is_at (&frames[0], "table")
      && frame_is_at (&frames[1], "rows"))
    return frames[1].node;
  if (builder->depth == 3 && frame_is_at (&frames[0], "tables")
      && frames[1].node->kind == NODE_SEQUENCE && frame_is_at (&frames[2], "rows"))
    return frames[2].node;
  return NULL;
}

static void
builder_anchor (Builder *builder, const char *name, const Node *node, guint64 size,
                guint height)
{
  Anchor *anchor = arena_new0 (builder->tree, Anchor);

  if (builder->anchors == NULL)
    builder->anchors = g_hash_table_new (g_str_hash, g_str_equal);
  *anchor = (Anchor){ node, size, height };
  g_hash_table_replace (builder->anchors, arena_strdup (builder->tree, name), anchor);
}

static void
builder_open (Builder *builder, NodeKind kind, const yaml_event_t *event,
              const char *anchor)
{
  yaml_mark_t mark = event->start_mark;
  const Node *owner = kind == NODE_SEQUENCE ? builder_rows_owner (builder) : NULL;
  Frame *frame = &builder->frames[builder->depth];
  Node *node;

  if (builder->depth == LOAD_MAX_DEPTH)
    {
      builder_stop (builder, mark, "nested too deep", LOAD_MAX_DEPTH);
      return;
    }
  if (anchor != NULL)
    builder->arena = builder->tree;
  node = builder_node (builder, kind, mark, 0);
  builder_attach (builder, node);
  *frame = (Frame){ .node = node, .tail = &node->first, .start = builder->n_nodes };
  builder->depth++;
  if (anchor != NULL)
    {
      frame->anchor = arena_strdup (builder->tree, anchor);
      builder_anchor (builder, anchor, NULL, 0, 0);
    }
  if (owner != NULL && anchor == NULL)
    frame->rows = builder->stream->begin (builder->stream->data, owner);
  if (frame->rows != NULL)
    builder->arena = builder->scratch;
}

static void
builder_close (Builder *builder)
{
  Frame *frame = builder_top (builder);
  Node *node = frame->node;
  guint height = frame->height + 1;

  if (frame->rows != NULL)
    {
      node->streamed = TRUE;
      builder->arena = builder->tree;
    }
  node->length = node->kind == NODE_MAPPING ? frame->n_children / 2 : frame->n_children;
  if (node->kind == NODE_MAPPING)
    mapping_check (builder, node);
  if (frame->anchor != NULL)
    builder_anchor (builder, frame->anchor, node, builder->n_nodes - frame->start + 1,
                    height);
  builder->depth--;
  builder_complete (builder, node, height);
}

/* Tags a file may use: !!str is as good as quotes, !!binary marks base64. */
static void
scalar_tag (Builder *builder, Node *node, const char *tag, yaml_mark_t mark)
{
  if (g_str_equal (tag, YAML_STR_TAG) || g_str_equal (tag, "!"))
    node->plain = FALSE;
  else if (g_str_equal (tag, "tag:yaml.org,2002:binary"))
    node->binary = TRUE;
  else
    builder_error_at (builder, mark,
                      "only !!str and !!binary are known; a value is read by "
                      "its column's type",
                      "unknown tag '%s'", tag);
}

/* The bytes before a mark, which counts characters; marks ascend. */
static gsize
builder_offset (Builder *builder, yaml_mark_t mark)
{
  gsize at = builder->mark_offset;

  for (; builder->mark_index < mark.index && at < builder->length; builder->mark_index++)
    do
      at++;
    while (at < builder->length && ((guchar) builder->bytes[at] & 0xc0) == 0x80);
  builder->mark_offset = at;
  return at;
}

/* How far the lines of the block are indented that a line with '|' opens at @at: as far
 * as the first one that is not empty.  Returns: 0 where that cannot be told. */
static guint8
block_indentation (const Builder *builder, gsize at)
{
  const char *end = builder->bytes + builder->length;
  const char *header = builder->bytes + at;
  gsize n;

  if (header >= end || *header != '|')
    return 0;
  for (const char *line = memchr (header, '\n', (gsize) (end - header)); line != NULL;
       line = memchr (line, '\n', (gsize) (end - line)))
    {
      for (n = 0, line++; line + n < end && line[n] == ' ';)
        n++;
      if (line + n < end && line[n] != '\n' && line[n] != '\r')
        return n < G_MAXUINT8 ? (guint8) n : 0;
    }
  return 0;
}

/* "|2": the lines may begin with further spaces of their own.  Returns: how many the
 * first one does that is not empty */
static gsize
own_spaces (const Node *node)
{
  const char *line = node->text + strspn (node->text, " \n");

  while (line > node->text && line[-1] == ' ')
    line--;
  return strspn (line, " ");
}

static gboolean
is_one_line (const yaml_event_t *event, gsize n_quotes)
{
  gsize n_characters = event->end_mark.index - event->start_mark.index;
  const char *text = (const char *) event->data.scalar.value;

  return event->start_mark.line == event->end_mark.line
         && (gsize) g_utf8_strlen (text, (gssize) event->data.scalar.length) + n_quotes
                == n_characters;
}

/* An anchor or a tag before the text makes it longer than it is: elsewhere, then. */
static void
scalar_layout (Builder *builder, Node *node, const yaml_event_t *event)
{
  gboolean is_quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;

  node->layout = TEXT_LAYOUT_ELSEWHERE;
  if (event->data.scalar.style == YAML_LITERAL_SCALAR_STYLE)
    {
      node->indentation
          = block_indentation (builder, builder_offset (builder, event->start_mark));
      gsize n_own = own_spaces (node);
      if (node->indentation <= n_own)
        return;
      node->indentation -= (guint8) n_own;
      node->layout = TEXT_LAYOUT_BLOCK;
    }
  else if (event->data.scalar.style != YAML_FOLDED_SCALAR_STYLE
           && is_one_line (event, is_quoted ? 2 : 0))
    node->layout = TEXT_LAYOUT_LINE;
}

static void
builder_scalar (Builder *builder, const yaml_event_t *event)
{
  gsize length = event->data.scalar.length;
  Node *node;
  char *text;

  if (event->data.scalar.anchor != NULL)
    builder->arena = builder->tree;
  node = builder_node (builder, NODE_SCALAR, event->start_mark, length + 1);
  text = (char *) (node + 1);
  /* libyaml puts a NUL behind it. */
  memcpy (text, event->data.scalar.value, length + 1);
  node->text = text;
  node->length = (guint) length;
  node->plain = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
  if (builder->arena == builder->tree)
    scalar_layout (builder, node, event);
  if (event->data.scalar.tag != NULL)
    scalar_tag (builder, node, (const char *) event->data.scalar.tag, event->start_mark);
  builder_attach (builder, node);
  if (event->data.scalar.anchor != NULL)
    builder_anchor (builder, (const char *) event->data.scalar.anchor, node, 1, 1);
  builder_complete (builder, node, 1);
}

static const Anchor *
builder_find_anchor (Builder *builder, const char *name, yaml_mark_t mark)
{
  const Anchor *anchor
      = builder->anchors == NULL ? NULL : g_hash_table_lookup (builder->anchors, name);

  if (anchor == NULL)
    builder_error_at (builder, mark, NULL, "unknown alias '*%s'", name);
  else if (anchor->node == NULL)
    builder_error_at (builder, mark, NULL, "alias '*%s' stands inside its own anchor",
                      name);
  else
    return anchor;
  return NULL;
}

static void
builder_alias (Builder *builder, const yaml_event_t *event)
{
  yaml_mark_t mark = event->start_mark;
  const Anchor *anchor
      = builder_find_anchor (builder, (const char *) event->data.alias.anchor, mark);
  Node *node;

  if (anchor == NULL)
    {
      builder->stopped = TRUE;
      return;
    }
  builder->n_nodes += anchor->size;
  builder->n_aliased += anchor->size;
  if (builder->n_aliased > LOAD_MAX_ALIASED_NODES)
    {
      builder_stop (builder, mark, "aliases stand for too many values",
                    LOAD_MAX_ALIASED_NODES);
      return;
    }
  if (builder->depth + anchor->height > LOAD_MAX_DEPTH)
    {
      builder_stop (builder, mark, "nested too deep", LOAD_MAX_DEPTH);
      return;
    }
  node = builder_node (builder, anchor->node->kind, mark, 0);
  *node = *anchor->node;
  node->next = NULL;
  node->line = (guint) mark.line + 1;
  node->column = (guint) mark.column + 1;
  node->layout = TEXT_LAYOUT_ELSEWHERE;
  builder_attach (builder, node);
  builder_complete (builder, node, anchor->height);
}

static void
container_tag (Builder *builder, const yaml_char_t *tag, const char *own,
               yaml_mark_t mark)
{
  if (tag != NULL && !g_str_equal (tag, own) && !g_str_equal (tag, "!"))
    builder_error_at (builder, mark, NULL, "unknown tag '%s'", (const char *) tag);
}

static void
builder_document (Builder *builder, const yaml_event_t *event)
{
  if (++builder->n_documents < 2)
    return;
  builder_error_at (builder, event->start_mark, "give each migration a file of its own",
                    "a second YAML document starts here");
  builder->stopped = TRUE;
}

static void
builder_event (Builder *builder, const yaml_event_t *event)
{
  switch (event->type)
    {
    case YAML_SCALAR_EVENT:
      builder_scalar (builder, event);
      break;
    case YAML_ALIAS_EVENT:
      builder_alias (builder, event);
      break;
    case YAML_SEQUENCE_START_EVENT:
      container_tag (builder, event->data.sequence_start.tag, YAML_SEQ_TAG,
                     event->start_mark);
      builder_open (builder, NODE_SEQUENCE, event,
                    (const char *) event->data.sequence_start.anchor);
      break;
    case YAML_MAPPING_START_EVENT:
      container_tag (builder, event->data.mapping_start.tag, YAML_MAP_TAG,
                     event->start_mark);
      builder_open (builder, NODE_MAPPING, event,
                    (const char *) event->data.mapping_start.anchor);
      break;
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
      builder_close (builder);
      break;
    case YAML_DOCUMENT_START_EVENT:
      builder_document (builder, event);
      break;
    case YAML_STREAM_END_EVENT:
      builder->stopped = TRUE;
      break;
    case YAML_NO_EVENT:
    case YAML_STREAM_START_EVENT:
    case YAML_DOCUMENT_END_EVENT:
      break;
    }
}

/* ---- what libyaml refuses ---- */

/* A reader error has an offset in bytes and no mark. */
static void
place_of_offset (const Builder *builder, gsize offset, guint *line, guint *column)
{
  *line = *column = 1;
  for (gsize i = 0; i < offset && i < builder->length; i++)
    {
      guchar byte = (guchar) builder->bytes[i];

      if (byte == '\n')
        {
          ++*line;
          *column = 1;
        }
      else if ((byte & 0xc0) != 0x80)
        ++*column;
    }
}

static const char *
syntax_help (const Builder *builder, const char *problem)
{
  if (strstr (problem, "cannot start any token") == NULL)
    return NULL;
  if (builder->parser.problem_mark.index < builder->length
      && memchr (builder->bytes, '\t', builder->length) != NULL)
    return "indent with spaces, not with tabs";
  return "quote a value that starts with a special character";
}

static void
builder_syntax_error (Builder *builder)
{
  const yaml_parser_t *parser = &builder->parser;
  const char *problem = parser->problem != NULL ? parser->problem : "out of memory";
  const char *help = syntax_help (builder, problem);

  if (parser->error == YAML_READER_ERROR)
    {
      guint line, column;

      place_of_offset (builder, parser->problem_offset, &line, &column);
      builder_error (builder, line, column, "save the file as UTF-8 text",
                     "no UTF-8 text: %s", problem);
    }
  else if (parser->context != NULL)
    builder_error_at (builder, parser->problem_mark, help, "no YAML: %s, %s",
                      parser->context, problem);
  else
    builder_error_at (builder, parser->problem_mark, help, "no YAML: %s", problem);
}

static gboolean
builder_run (Builder *builder)
{
  yaml_event_t event;

  while (!builder->stopped)
    {
      if (!yaml_parser_parse (&builder->parser, &event))
        {
          builder_syntax_error (builder);
          return FALSE;
        }
      if (event.type == YAML_STREAM_END_EVENT)
        {
          yaml_event_delete (&event);
          return TRUE;
        }
      builder_event (builder, &event);
      yaml_event_delete (&event);
    }
  return FALSE;
}

/* libyaml compares each %TAG with all before it. */
static gboolean
has_few_directives (const Builder *builder)
{
  const char *end = builder->bytes + builder->length;
  guint n = 0;

  for (const char *line = builder->bytes; line < end; line++)
    {
      n += *line == '%';
      if (n > MAX_DIRECTIVES)
        return FALSE;
      if (strchr ("%#\r\n", *line) == NULL)
        return TRUE;
      line = memchr (line, '\n', (gsize) (end - line));
      if (line == NULL)
        return TRUE;
    }
  return TRUE;
}

static gboolean
builder_check_bytes (Builder *builder)
{
  if (builder->length > LOAD_MAX_BYTES)
    builder_error (builder, 1, 1, NULL, "the file is larger than %u bytes",
                   LOAD_MAX_BYTES);
  else if (builder->length >= 2
           && (memcmp (builder->bytes, "\xff\xfe", 2) == 0
               || memcmp (builder->bytes, "\xfe\xff", 2) == 0))
    builder_error (builder, 1, 1, "save the file as UTF-8 text", "the file is UTF-16");
  else if (!has_few_directives (builder))
    builder_error (builder, 1, 1, NULL, "the file has more than %d directives (%%)",
                   MAX_DIRECTIVES);
  else
    return TRUE;
  return FALSE;
}

static const Node *
builder_build (Builder *builder)
{
  gboolean whole;

  if (!yaml_parser_initialize (&builder->parser))
    {
      builder_error (builder, 1, 1, NULL, "out of memory");
      return NULL;
    }
  /* Named, so that a stray byte-order mark cannot choose UTF-16. */
  yaml_parser_set_encoding (&builder->parser, YAML_UTF8_ENCODING);
  yaml_parser_set_input_string (&builder->parser, (const guchar *) builder->bytes,
                                builder->length);
  whole = builder_run (builder);
  yaml_parser_delete (&builder->parser);
  if (whole && builder->root == NULL)
    builder_error (builder, 1, 1, "a migration starts with `id:`", "the file is empty");
  return whole ? builder->root : NULL;
}

const Node *
node_parse (const char *path, const char *bytes, gsize length, Arena *arena,
            const NodeStream *stream, DiagnosticList *diagnostics)
{
  g_autofree Builder *builder = g_new0 (Builder, 1);
  g_autoptr (Arena) scratch = arena_new ();
  gboolean has_mark = length >= 3 && memcmp (bytes, "\xef\xbb\xbf", 3) == 0;
  const Node *root = NULL;

  builder->path = path;
  /* libyaml takes no NULL, which is what an empty stream may come as. */
  builder->bytes = length == 0 ? "" : has_mark ? bytes + 3 : bytes;
  builder->length = has_mark ? length - 3 : length;
  builder->tree = builder->arena = arena;
  builder->scratch = scratch;
  builder->stream = stream;
  builder->diagnostics = diagnostics;
  if (builder_check_bytes (builder))
    root = builder_build (builder);
  g_clear_pointer (&builder->anchors, g_hash_table_unref);
  return root;
}

const Node *
node_get (const Node *mapping, const char *key)
{
  NODE_FOREACH_ENTRY (entry, mapping)
  {
    if (entry->next == NULL)
      return NULL;
    if (entry->kind == NODE_SCALAR && node_is_text (entry, key))
      return entry->next;
  }
  return NULL;
}

gboolean
node_is_text (const Node *node, const char *text)
{
  return node->length == strlen (text) && memcmp (node->text, text, node->length) == 0;
}

void
node_text_place (const Node *node, guint *line, guint *column)
{
  gboolean is_block = node->layout == TEXT_LAYOUT_BLOCK;
  gboolean is_quoted = node->layout == TEXT_LAYOUT_LINE && !node->plain;

  *line = node->line + (is_block ? 1 : 0);
  *column = is_block ? node->indentation + 1u : node->column + (is_quoted ? 1u : 0u);
}

gboolean
node_is_null (const Node *node)
{
  if (node->kind != NODE_SCALAR || !node->plain)
    return FALSE;
  return node->length == 0 || node_is_text (node, "~") || node_is_text (node, "null")
         || node_is_text (node, "Null") || node_is_text (node, "NULL");
}
