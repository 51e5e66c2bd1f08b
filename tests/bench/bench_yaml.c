/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_yaml FILE…: what the YAML of the files alone costs: each one opened, read by
 * libyaml to the end of its events, and closed.
 */
#include "config.h"

#include "bench.h"

#include <stdio.h>
#include <yaml.h>

static void
parse (FILE *file)
{
  gboolean at_end = FALSE;
  yaml_parser_t parser;
  yaml_event_t event;

  if (!yaml_parser_initialize (&parser))
    give_up ("out of memory");
  yaml_parser_set_input_file (&parser, file);
  while (!at_end)
    {
      if (!yaml_parser_parse (&parser, &event))
        give_up ("a file is no YAML");
      at_end = event.type == YAML_STREAM_END_EVENT;
      yaml_event_delete (&event);
    }
  yaml_parser_delete (&parser);
}

int
main (int argc, char **argv)
{
  g_set_prgname ("bench_yaml");
  for (int i = 1; i < argc; i++)
    {
      FILE *file = fopen (argv[i], "rb");
      if (file == NULL)
        give_up ("cannot open a file");
      parse (file);
      fclose (file);
    }
  return 0;
}
