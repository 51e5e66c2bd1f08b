/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_load FILE [ROUNDS]: loading a file against what its YAML alone costs.
 *
 * Both read the same bytes in turns, so that whatever else the machine does falls on
 * both.  Prints the medians in milliseconds, and their ratio:
 *
 *   LOADER YAML RATIO
 */
#include "config.h"

#include "bench.h"

#include <yaml.h>

#include "load/load.h"

#define DEFAULT_ROUNDS 7
#define MAX_ROUNDS 1001

typedef double (*Measured) (const char *bytes, gsize length);

/* Freeing what was read is part of it, as it is for the event loop. */
static double
measure_loader (const char *bytes, gsize length)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  gint64 start_us = g_get_monotonic_time ();
  Migration *migration = load_bytes ("bench.yaml", bytes, length, diagnostics);

  if (migration == NULL)
    give_up ("the file does not load");
  migration_free (migration);
  return milliseconds_since (start_us);
}

static double
measure_yaml (const char *bytes, gsize length)
{
  gint64 start_us = g_get_monotonic_time ();
  gboolean at_end = FALSE;
  yaml_parser_t parser;
  yaml_event_t event;

  if (!yaml_parser_initialize (&parser))
    give_up ("out of memory");
  yaml_parser_set_input_string (&parser, (const guchar *) bytes, length);
  while (!at_end)
    {
      if (!yaml_parser_parse (&parser, &event))
        give_up ("the file is no YAML");
      at_end = event.type == YAML_STREAM_END_EVENT;
      yaml_event_delete (&event);
    }
  yaml_parser_delete (&parser);
  return milliseconds_since (start_us);
}

static void
measure (const char *bytes, gsize length, guint n_rounds)
{
  double loader[MAX_ROUNDS], yaml[MAX_ROUNDS];

  for (guint i = 0; i < n_rounds; i++)
    {
      loader[i] = measure_loader (bytes, length);
      yaml[i] = measure_yaml (bytes, length);
    }
  double loader_ms = median (loader, n_rounds), yaml_ms = median (yaml, n_rounds);
  g_print ("%.1f %.1f %.2f\n", loader_ms, yaml_ms, loader_ms / yaml_ms);
}

int
main (int argc, char **argv)
{
  g_autofree char *bytes = NULL;
  guint64 n_rounds = DEFAULT_ROUNDS;
  gsize length;

  g_set_prgname ("bench_load");
  if (argc < 2
      || (argc > 2
          && !g_ascii_string_to_unsigned (argv[2], 10, 1, MAX_ROUNDS, &n_rounds, NULL)))
    give_up ("usage: bench_load FILE [ROUNDS]");
  if (!g_file_get_contents (argv[1], &bytes, &length, NULL))
    give_up ("cannot read the file");
  measure (bytes, length, (guint) n_rounds);
  return 0;
}
