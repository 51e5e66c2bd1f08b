/* SPDX-License-Identifier: Apache-2.0
 *
 * One or two parts with a dot between them.
 */
#include "config.h"

#include "model/table_name.h"

#include <string.h>

/* The part in quotes that begins at @text; NULL: it has no end, or is empty. @end: what
 * is behind it */
static const char *
read_quoted (const char *text, const char **end, Arena *arena)
{
  g_autoptr (GString) part = g_string_new (NULL);

  for (text++; *text != '\0'; text++)
    {
      if (text[0] == '"' && text[1] != '"')
        {
          *end = text + 1;
          return part->len > 0 ? arena_strdup (arena, part->str) : NULL;
        }
      text += text[0] == '"';
      g_string_append_c (part, *text);
    }
  return NULL;
}

static const char *
read_part (const char *text, const char **end, Arena *arena)
{
  if (*text == '"')
    return read_quoted (text, end, arena);
  gsize length = strcspn (text, ".");
  *end = text + length;
  return length > 0 ? arena_strndup (arena, text, length) : NULL;
}

TableName
table_name_parse (const char *text, Arena *arena)
{
  const TableName as_it_stands = { .name = text };
  const char *rest;
  const char *first = read_part (text, &rest, arena);

  if (first == NULL || (*rest != '\0' && *rest != '.'))
    return as_it_stands;
  if (*rest == '\0')
    return (TableName){ .name = first };
  const char *second = read_part (rest + 1, &rest, arena);
  if (second == NULL || *rest != '\0')
    return as_it_stands;
  return (TableName){ .schema = first, .name = second };
}

const char *
table_name_own (const char *text, Arena *arena)
{
  return table_name_parse (text, arena).name;
}
