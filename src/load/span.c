/* SPDX-License-Identifier: Apache-2.0
 *
 * Spans, found by reading the events of the file once more.
 */
#include "config.h"

#include "load/span.h"

#include <string.h>
#include <yaml.h>

static const char UTF8_BOM[] = "\xef\xbb\xbf";

typedef struct
{
  const Location *location;
  Span *span;
  guint depth; /* within the mapping that is looked for; 0: outside of it */
  gboolean found;
} Search;

static gboolean
begins_at (const yaml_event_t *event, const Location *location)
{
  return event->type == YAML_MAPPING_START_EVENT
         && event->start_mark.line + 1 == location->line
         && event->start_mark.column + 1 == location->column;
}

static gboolean
opens (const yaml_event_t *event)
{
  return event->type == YAML_MAPPING_START_EVENT
         || event->type == YAML_SEQUENCE_START_EVENT;
}

static gboolean
closes (const yaml_event_t *event)
{
  return event->type == YAML_MAPPING_END_EVENT || event->type == YAML_SEQUENCE_END_EVENT;
}

/* The end of a block collection is where the next thing begins, so only what has bytes of
 * its own counts: scalars, and collections in braces. */
static void
note_end (Search *search, const yaml_event_t *event)
{
  gboolean has_bytes = event->end_mark.index > event->start_mark.index;

  if (event->type == YAML_SCALAR_EVENT || event->type == YAML_ALIAS_EVENT
      || (closes (event) && has_bytes))
    search->span->end = MAX (search->span->end, event->end_mark.index);
}

/* Returns: whether the mapping is over */
static gboolean
take (Search *search, const yaml_event_t *event)
{
  if (search->depth == 0)
    {
      if (!begins_at (event, search->location))
        return FALSE;
      search->span->start = search->span->end = event->start_mark.index;
      search->span->indent = (guint) event->start_mark.column;
      search->depth = 1;
      return FALSE;
    }
  note_end (search, event);
  search->depth += opens (event) ? 1 : 0;
  search->depth -= closes (event) ? 1 : 0;
  search->found = search->depth == 0;
  return search->found;
}

static void
read_events (Search *search, yaml_parser_t *parser)
{
  for (gboolean over = FALSE; !over;)
    {
      yaml_event_t event;
      if (!yaml_parser_parse (parser, &event))
        return;
      over = take (search, &event) || event.type == YAML_STREAM_END_EVENT;
      yaml_event_delete (&event);
    }
}

/* libyaml counts characters, not bytes, and no byte order mark. */
static gsize
byte_offset (const char *bytes, gsize length, gsize n_characters)
{
  const char *next = bytes, *end = bytes + length;

  if (length >= strlen (UTF8_BOM) && memcmp (bytes, UTF8_BOM, strlen (UTF8_BOM)) == 0)
    next += strlen (UTF8_BOM);
  for (gsize i = 0; i < n_characters && next < end; i++)
    next = g_utf8_next_char (next);
  return (gsize) (MIN (next, end) - bytes);
}

/* A block scalar ends behind its line breaks. */
static gsize
without_trailing_space (const char *bytes, gsize start, gsize end)
{
  while (end > start && g_ascii_isspace (bytes[end - 1]))
    end--;
  return end;
}

gboolean
span_find (const char *bytes, gsize length, const Location *location, Span *span)
{
  Search search = { .location = location, .span = span };
  yaml_parser_t parser;

  if (!g_utf8_validate (bytes, (gssize) length, NULL)
      || !yaml_parser_initialize (&parser))
    return FALSE;
  yaml_parser_set_input_string (&parser, (const unsigned char *) bytes, length);
  read_events (&search, &parser);
  yaml_parser_delete (&parser);
  if (!search.found)
    return FALSE;
  span->start = byte_offset (bytes, length, span->start);
  span->end = without_trailing_space (bytes, span->start,
                                      byte_offset (bytes, length, span->end));
  return TRUE;
}
