/* SPDX-License-Identifier: Apache-2.0
 *
 * Bench: the analysis of PostgreSQL statements beside PostgreSQL's bare parser over the
 * same text, as a ratio.
 */
#include "config.h"

#include <stdio.h>

#include "safety/sql_analysis.h"

#ifdef HAVE_PG_QUERY
#include <pg_query.h>

#define N_STATEMENTS 20000
#define N_ROUNDS 5

static char *
make_text (void)
{
  GString *text = g_string_new (NULL);

  for (int i = 0; i < N_STATEMENTS; i += 4)
    g_string_append_printf (
        text,
        "CREATE TABLE app.t%d (id bigint PRIMARY KEY, name varchar(80) NOT NULL);\n"
        "ALTER TABLE app.t%d ADD COLUMN c%d text DEFAULT 'x', DROP COLUMN name;\n"
        "CREATE INDEX CONCURRENTLY i%d ON app.t%d (id, name) WHERE name IS NOT NULL;\n"
        "UPDATE app.t%d SET name = upper(name), c%d = id + %d WHERE id BETWEEN 1 AND 9;\n",
        i, i, i, i, i, i, i, i);
  return g_string_free (text, FALSE);
}

static gint64
parse (const char *text)
{
  gint64 start = g_get_monotonic_time ();
  PgQueryProtobufParseResult result = pg_query_parse_protobuf (text);

  pg_query_free_protobuf_parse_result (result);
  return g_get_monotonic_time () - start;
}

static gint64
analyse (const char *text)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) effects = g_ptr_array_new ();
  Target target;
  const SqlSource source = { .text = text,
                             .location = { "bench.sql", 1, 1 },
                             .layout = TEXT_LAYOUT_BLOCK,
                             .engines = TARGET_POSTGRES };
  gint64 start = g_get_monotonic_time ();

  target_init (&target);
  sql_analyse (&source, &target, arena, effects);
  return g_get_monotonic_time () - start;
}

int
main (void)
{
  g_autofree char *text = make_text ();
  gint64 parser = G_MAXINT64, analysis = G_MAXINT64;

  for (int i = 0; i < N_ROUNDS; i++)
    {
      parser = MIN (parser, parse (text));
      analysis = MIN (analysis, analyse (text));
    }
  printf ("sql: %d statements: parser %.0f ms, analysis %.0f ms, ratio %.2f (goal: 2)\n",
          N_STATEMENTS, (double) parser / 1000, (double) analysis / 1000,
          (double) analysis / (double) parser);
  return 0;
}
#else
int
main (void)
{
  puts ("sql: this build has no parser for PostgreSQL");
  return 0;
}
#endif
