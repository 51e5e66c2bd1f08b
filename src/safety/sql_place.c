/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlPlace: counts lines and characters once over the text.
 */
#include "config.h"

#include "safety/sql_place.h"

#include "model/text.h"

#define LONGEST_LINE_BREAK 3u /* the NUL behind the text keeps it within */

void
sql_place_init (SqlPlace *place, const SqlSource *source)
{
  *place = (SqlPlace){ .source = source };
}

static void
count_to (SqlPlace *place, gsize offset)
{
  const char *text = place->source->text;

  while (place->at < offset && text[place->at] != '\0')
    {
      gsize n = text_line_break_length (text + place->at, LONGEST_LINE_BREAK);

      if (n > 0)
        {
          place->line++;
          place->column = 0;
        }
      else if ((text[place->at] & 0xc0) != 0x80)
        place->column++;
      place->at += MAX (n, 1);
    }
}

Location
sql_place_of (SqlPlace *place, gsize offset)
{
  Location location = place->source->location;

  if (offset < place->at)
    sql_place_init (place, place->source);
  count_to (place, offset);
  switch (place->source->layout)
    {
    case TEXT_LAYOUT_BLOCK:
      location.line += place->line;
      location.column += place->column;
      break;
    case TEXT_LAYOUT_LINE:
      location.column += place->column;
      break;
    case TEXT_LAYOUT_ELSEWHERE:
    default:
      break;
    }
  return location;
}
