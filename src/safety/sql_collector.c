/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlCollector: makes effects.
 */
#include "config.h"

#include "safety/sql_collector.h"

#include <string.h>

#include "model/text.h"

/* Of a statement, for messages. */
#define SQL_EXCERPT_BYTES 120u

void
sql_collector_init (SqlCollector *collector, const SqlSource *source,
                    const SqlAllows *allows, TargetEngine engine, guint engines,
                    Arena *arena, GPtrArray *effects)
{
  *collector = (SqlCollector){
    .source = source,
    .allows = allows,
    .arena = arena,
    .effects = effects,
    .engine = engine,
    .engines = engines,
    .tables = new_tables_new (),
    .types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL),
    .location = source->location,
  };
  sql_place_init (&collector->place, source);
}

void
sql_collector_clear (SqlCollector *collector)
{
  g_hash_table_unref (collector->tables);
  g_hash_table_unref (collector->types);
}

/* White space as one space, and no more than a line. */
static const char *
excerpt (const SqlCollector *collector, gsize start, gsize end)
{
  const char *text = collector->source->text;
  g_autoptr (GString) line = g_string_sized_new (SQL_EXCERPT_BYTES);

  for (; start < end && line->len < SQL_EXCERPT_BYTES; start++)
    if (!g_ascii_isspace (text[start]))
      g_string_append_c (line, text[start]);
    else if (line->len > 0 && line->str[line->len - 1] != ' ')
      g_string_append_c (line, ' ');
  while (start < end && line->len > 0 && (text[start] & 0xc0) == 0x80)
    {
      /* no half of a character */
      start--;
      g_string_truncate (line, line->len - 1);
    }
  return arena_printf (collector->arena, "%s%s", line->str, start < end ? "…" : "");
}

void
sql_collector_begin (SqlCollector *collector, gsize start, gsize end)
{
  collector->location = sql_place_of (&collector->place, start);
  collector->sql = excerpt (collector, start, end);
  collector->allow = sql_allows_of (collector->allows, start);
}

Effect *
sql_collector_add (SqlCollector *collector, EffectKind kind)
{
  const MigrationStep *step = collector->source->step;
  Effect *effect = arena_new0 (collector->arena, Effect);

  effect->kind = kind;
  effect->origin = EFFECT_OF_SQL;
  effect->engines = collector->engines;
  effect->location = collector->location;
  effect->step = step;
  effect->phase = step != NULL ? step->phase : MIGRATION_PHASE_PENDING;
  effect->sql = collector->sql;
  effect->allow = collector->allow;
  effect->in_transaction = collector->in_transaction || collector->is_one_of_many;
  g_ptr_array_add (collector->effects, effect);
  return effect;
}

const char *
sql_collector_copy (const SqlCollector *collector, const char *text)
{
  return text != NULL && *text != '\0' ? arena_strdup (collector->arena, text) : NULL;
}

/* "schema.table.column" */
static char *
key_of_column (const Effect *effect)
{
  return g_strconcat (effect->schema != NULL ? effect->schema : "", ".", effect->table,
                      ".", effect->column, NULL);
}

/* Created by this text, or by a step before it. */
static gboolean
is_new (const SqlCollector *collector, const Effect *effect)
{
  NewTables *before = collector->source->new_tables;

  return effect->table != NULL
         && (new_tables_has (collector->tables, effect->schema, effect->table,
                             collector->engines)
             || (before != NULL
                 && new_tables_has (before, effect->schema, effect->table,
                                    collector->engines)));
}

Effect *
sql_collector_add_of (SqlCollector *collector, EffectKind kind, const char *schema,
                      const char *table)
{
  Effect *effect = sql_collector_add (collector, kind);

  effect->schema = sql_collector_copy (collector, schema);
  effect->table = sql_collector_copy (collector, table);
  effect->new_table = is_new (collector, effect);
  return effect;
}

void
sql_collector_give_up (SqlCollector *collector, const char *why)
{
  sql_collector_add (collector, EFFECT_NOT_ANALYSED)->text = why;
}

void
sql_collector_created (SqlCollector *collector, Effect *effect)
{
  if (effect->table == NULL)
    return;
  effect->new_table = TRUE;
  new_tables_add (collector->tables, effect->schema, effect->table, collector->engines);
}

void
sql_collector_renamed (SqlCollector *collector, const Effect *effect)
{
  if (effect->new_table && effect->to != NULL)
    new_tables_add (collector->tables, effect->schema, effect->to, collector->engines);
}

void
sql_collector_typed (SqlCollector *collector, Effect *effect)
{
  if (effect->table == NULL || effect->column == NULL || effect->type_text == NULL)
    return;
  char *key = key_of_column (effect);
  effect->old_type_text = g_hash_table_lookup (collector->types, key);
  g_hash_table_replace (collector->types, key, (gpointer) effect->type_text);
}

void
sql_collector_transaction (SqlCollector *collector, EffectKind kind)
{
  /* Whether one was open already, which is wrong for BEGIN and right for COMMIT. */
  sql_collector_add (collector, kind)->in_transaction = collector->in_transaction;
  collector->in_transaction = kind == EFFECT_BEGIN;
}
