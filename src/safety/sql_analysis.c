/* SPDX-License-Identifier: Apache-2.0
 *
 * Raw SQL: which reader takes it.
 */
#include "config.h"

#include "safety/sql_analysis.h"

#include "safety/sql_collector.h"
#include "safety/sql_split.h"
#ifdef HAVE_PG_QUERY
#include "safety/sql_postgres.h"
#endif

gboolean
sql_analysis_has_parser (void)
{
#ifdef HAVE_PG_QUERY
  return TRUE;
#else
  return FALSE;
#endif
}

static void
give_up (SqlCollector *collector, const GArray *statements, const char *why)
{
  for (guint i = 0; i < statements->len; i++)
    {
      const SqlStatement *statement = &g_array_index (statements, SqlStatement, i);
      sql_collector_begin (collector, statement->start, statement->end);
      sql_collector_give_up (collector, why);
    }
}

static void
collect (SqlCollector *collector, const GArray *statements)
{
#ifdef HAVE_PG_QUERY
  if (collector->engine == TARGET_POSTGRES)
    {
      sql_postgres_collect (collector, statements);
      return;
    }
#endif
  give_up (collector, statements, "SQL of this engine is not looked into");
}

/* What the engine runs as one, when it is a step. */
static gboolean
is_one_of_many (const SqlSource *source, TargetEngine engine, guint n_statements)
{
  return source->step != NULL && n_statements > 1
         && (engine == TARGET_POSTGRES || engine == TARGET_SQLITE);
}

static void
analyse_for (const SqlSource *source, TargetEngine engine, guint engines, Arena *arena,
             GPtrArray *effects)
{
  g_autoptr (GArray) statements = sql_split (source->text, strlen (source->text), engine);
  SqlCollector collector;

  sql_collector_init (&collector, source, engine, engines, arena, effects);
  collector.is_one_of_many = is_one_of_many (source, engine, statements->len);
  collect (&collector, statements);
  sql_collector_clear (&collector);
}

/* Those that read a text alike. */
static const guint DIALECTS[]
    = { TARGET_POSTGRES, TARGET_MARIADB | TARGET_MYSQL, TARGET_SQLITE };

void
sql_analyse (const SqlSource *source, const Target *target, Arena *arena, GPtrArray *effects)
{
  for (guint i = 0; i < G_N_ELEMENTS (DIALECTS); i++)
    {
      guint engines = source->engines & target->engines & DIALECTS[i];
      if (engines != TARGET_NONE)
        analyse_for (source, (TargetEngine) (1u << g_bit_nth_lsf (engines, -1)), engines, arena,
                     effects);
    }
}
