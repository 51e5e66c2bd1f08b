/* SPDX-License-Identifier: Apache-2.0
 *
 * Raw SQL: which reader takes it.
 */
#include "config.h"

#include "safety/sql_analysis.h"

#include <string.h>

#include "safety/sql_allow.h"
#include "safety/sql_collector.h"
#include "safety/sql_heads.h"
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
collect (SqlCollector *collector, const GArray *statements)
{
#ifdef HAVE_PG_QUERY
  if (collector->engine == TARGET_POSTGRES)
    {
      sql_postgres_collect (collector, statements);
      return;
    }
#endif
  sql_heads_collect (collector, statements);
}

/* What the engine runs as one, when it is a step. */
static gboolean
is_one_of_many (const SqlSource *source, TargetEngine engine, guint n_statements)
{
  return source->step != NULL && n_statements > 1
         && (engine == TARGET_POSTGRES || engine == TARGET_SQLITE);
}

static void
analyse_for (const SqlSource *source, SqlAllows *allows, guint engines, Arena *arena,
             GPtrArray *effects)
{
  TargetEngine engine = (TargetEngine) (1u << g_bit_nth_lsf (engines, -1));
  g_autoptr (GArray) statements = sql_split (source->text, strlen (source->text), engine);
  SqlCollector collector;

  /* Once: all dialects share the entries. */
  if (g_hash_table_size (allows->of_statements) == 0 && allows->problems->len == 0
      && allows->of_file->len == 0 && allows->of_nothing->len == 0)
    sql_allows_read (allows, source, engine, statements, arena);
  sql_collector_init (&collector, source, allows, engine, engines, arena, effects);
  collector.is_one_of_many = is_one_of_many (source, engine, statements->len);
  collect (&collector, statements);
  if (source->new_tables != NULL)
    new_tables_merge (source->new_tables, collector.tables);
  sql_collector_clear (&collector);
}

/* What a text does on several engines is one effect --------------------------- */

static const char *
text_of (const char *text)
{
  return text != NULL ? text : "";
}

static char *
key_of (const Effect *effect)
{
  return g_strdup_printf (
      "%d %u:%u %s.%s.%s %s>%s %s %s/%s %d%d%d%d%d%d%d%d%d%d%d%d%d%d%d%d", effect->kind,
      effect->location.line, effect->location.column, text_of (effect->schema),
      text_of (effect->table), text_of (effect->column), text_of (effect->object),
      text_of (effect->to), text_of (effect->references_table),
      text_of (effect->algorithm), text_of (effect->lock), effect->constraint,
      effect->default_volatility, effect->not_null, effect->primary_key, effect->identity,
      effect->stored_generated, effect->unique, effect->concurrent, effect->not_valid,
      effect->using_index, effect->cascade, effect->guarded, effect->has_where,
      effect->full, effect->new_table, effect->or_replace);
}

/* Adds what @more holds to the effects, or its engines to the like effects there, each of
 * which takes one. */
static void
merge (GPtrArray *effects, guint first, GPtrArray *more)
{
  /* The first dialect, and mostly the only one: nothing is there to be like. */
  if (first == effects->len)
    {
      g_ptr_array_extend (effects, more, NULL, NULL);
      return;
    }
  g_autoptr (GHashTable) known
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = effects->len; i-- > first;)
    g_hash_table_replace (known, key_of (effects->pdata[i]), effects->pdata[i]);
  for (guint i = 0; i < more->len; i++)
    {
      const Effect *effect = more->pdata[i];
      g_autofree char *key = key_of (effect);
      Effect *like = g_hash_table_lookup (known, key);
      if (like == NULL)
        {
          g_ptr_array_add (effects, more->pdata[i]);
          continue;
        }
      like->engines |= effect->engines;
      like->in_transaction = like->in_transaction || effect->in_transaction;
    }
}

/* Those that read a text alike. */
static const guint DIALECTS[]
    = { TARGET_POSTGRES, TARGET_MARIADB | TARGET_MYSQL, TARGET_SQLITE };

void
sql_analyse (const SqlSource *source, const Target *target, Arena *arena,
             GPtrArray *effects)
{
  g_autoptr (SqlAllows) own = sql_allows_new ();
  SqlAllows *allows = source->allows != NULL ? source->allows : own;
  guint first = effects->len;

  for (guint i = 0; i < G_N_ELEMENTS (DIALECTS); i++)
    {
      guint engines = source->engines & target->engines & DIALECTS[i];
      g_autoptr (GPtrArray) found = g_ptr_array_new ();

      if (engines == TARGET_NONE)
        continue;
      analyse_for (source, allows, engines, arena, found);
      merge (effects, first, found);
    }
}
