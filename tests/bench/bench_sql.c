/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_sql: PostgreSQL statements judged by all rules against what PostgreSQL's bare
 * parser costs.
 *
 * Both read the same texts in turns, so that whatever else the machine does falls on
 * both.  Prints the number of statements, the medians in milliseconds, and the ratios to
 * the parser; nothing in a build without the parser:
 *
 *   STATEMENTS PARSER ANALYSIS RULES ANALYSIS/PARSER RULES/PARSER
 */
#include "config.h"

#include "bench.h"

#include "safety/safety.h"
#include "safety/sql_analysis.h"

#ifdef HAVE_PG_QUERY
#include <pg_query.h>

#define N_FILES 1000
#define N_STATEMENTS_EACH 20
#define N_ROUNDS 7

/* A file as teams have them: half on tables of its own, half on old ones. */
static char *
make_text (guint file)
{
  GString *text = g_string_new ("SET lock_timeout = '2s';\nSET statement_timeout = 0;\n");

  for (guint i = 0; i < (N_STATEMENTS_EACH - 2) / 6; i++)
    g_string_append_printf (
        text,
        "CREATE TABLE app.t%u_%u (id bigint PRIMARY KEY, name text NOT NULL);\n"
        "ALTER TABLE app.t%u_%u ADD COLUMN note text DEFAULT 'x', DROP COLUMN name;\n"
        "ALTER TABLE app.users ADD COLUMN IF NOT EXISTS c%u_%u bigint;\n"
        "CREATE INDEX CONCURRENTLY IF NOT EXISTS i%u_%u ON app.users (id, c%u_%u)\n"
        "  WHERE name IS NOT NULL;\n"
        "UPDATE app.users SET name = upper(name), c%u_%u = id + 7\n"
        "  WHERE id BETWEEN 1 AND 9;\n"
        "ALTER TABLE app.users ADD CONSTRAINT k%u_%u CHECK (c%u_%u > 0) NOT VALID;\n",
        file, i, file, i, file, i, file, i, file, i, file, i, file, i, file, i);
  return g_string_free (text, FALSE);
}

static void
parse (const char *text)
{
  pg_query_free_protobuf_parse_result (pg_query_parse_protobuf (text));
}

static void
analyse (const char *text, const SafetyOptions *options)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) effects = g_ptr_array_new ();
  const SqlSource source = { .text = text,
                             .location = { "bench.sql", 1, 1 },
                             .layout = TEXT_LAYOUT_BLOCK,
                             .engines = TARGET_POSTGRES };

  sql_analyse (&source, &options->target, arena, effects);
}

static void
judge (const char *text, const SafetyOptions *options)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();

  safety_check_sql ("bench.sql", text, options, arena, NULL, diagnostics);
}

typedef struct
{
  double parser_ms, analysis_ms, rules_ms;
} Times;

/* In turns for every text. */
static Times
measure (char *const *texts, const SafetyOptions *options)
{
  Times times = { 0 };

  for (; *texts != NULL; texts++)
    {
      gint64 start_us = g_get_monotonic_time ();
      parse (*texts);
      times.parser_ms += milliseconds_since (start_us);
      start_us = g_get_monotonic_time ();
      analyse (*texts, options);
      times.analysis_ms += milliseconds_since (start_us);
      start_us = g_get_monotonic_time ();
      judge (*texts, options);
      times.rules_ms += milliseconds_since (start_us);
    }
  return times;
}

int
main (void)
{
  g_auto (GStrv) texts = g_new0 (char *, N_FILES + 1);
  double parser[N_ROUNDS], analysis[N_ROUNDS], rules[N_ROUNDS];
  SafetyOptions options = { 0 };

  target_init (&options.target);
  options.target.engines = TARGET_POSTGRES;
  for (guint i = 0; i < N_FILES; i++)
    texts[i] = make_text (i);
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      Times times = measure (texts, &options);
      parser[i] = times.parser_ms;
      analysis[i] = times.analysis_ms;
      rules[i] = times.rules_ms;
    }
  double parser_ms = median (parser, N_ROUNDS), rules_ms = median (rules, N_ROUNDS),
         analysis_ms = median (analysis, N_ROUNDS);
  g_print ("%d %.1f %.1f %.1f %.2f %.2f\n", N_FILES * N_STATEMENTS_EACH, parser_ms,
           analysis_ms, rules_ms, analysis_ms / parser_ms, rules_ms / parser_ms);
  return 0;
}
#else
int
main (void)
{
  return 0;
}
#endif
