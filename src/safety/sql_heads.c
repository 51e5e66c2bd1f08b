/* SPDX-License-Identifier: Apache-2.0
 *
 * Statements by their first words, each with its reader.
 */
#include "config.h"

#include "safety/sql_heads.h"

#include <string.h>

typedef gboolean (*Read) (SqlCursor *cursor);

/* Rows -------------------------------------------------------------------------- */

/* The columns that SET assigns, twice if they are. */
static void
read_assignments (SqlCursor *cursor, Effect *effect)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  do
    {
      SqlName name = sql_cursor_qualified (cursor);
      if (name.name != NULL && sql_cursor_at_sign (cursor, '='))
        g_ptr_array_add (names, (gpointer) name.name);
      while (!sql_cursor_at_end (cursor) && !sql_cursor_at_sign (cursor, ',')
             && !sql_cursor_at_any (cursor, "where order limit from returning"))
        sql_cursor_skip (cursor);
    }
  while (sql_cursor_accept_sign (cursor, ','));
  effect->n_columns = names->len;
  effect->columns = arena_ptr_array (cursor->collector->arena, names);
  effect->column = effect->columns[0];
}

static gboolean
read_update (SqlCursor *cursor)
{
  if (sql_cursor_accept (cursor, "or"))
    sql_cursor_next (cursor);
  sql_cursor_skip_any (cursor, "low_priority ignore only");
  Effect *effect = sql_cursor_add (cursor, EFFECT_UPDATE, sql_cursor_qualified (cursor));
  if (!sql_cursor_find (cursor, "set"))
    return FALSE;
  sql_cursor_next (cursor);
  read_assignments (cursor, effect);
  effect->has_where = sql_cursor_find (cursor, "where");
  return effect->table != NULL;
}

static gboolean
read_delete (SqlCursor *cursor)
{
  sql_cursor_skip_any (cursor, "low_priority quick ignore history");
  if (!sql_cursor_find (cursor, "from"))
    return FALSE;
  sql_cursor_next (cursor);
  sql_cursor_accept (cursor, "only");
  Effect *effect = sql_cursor_add (cursor, EFFECT_DELETE, sql_cursor_qualified (cursor));
  effect->has_where = sql_cursor_find (cursor, "where");
  return effect->table != NULL;
}

static gboolean
read_insert (SqlCursor *cursor)
{
  if (sql_cursor_accept (cursor, "or"))
    sql_cursor_next (cursor);
  sql_cursor_skip_any (cursor, "low_priority delayed high_priority ignore into");
  return sql_cursor_add (cursor, EFFECT_INSERT, sql_cursor_qualified (cursor))->table
         != NULL;
}

/* Objects --------------------------------------------------------------------- */

static gboolean
read_tables (SqlCursor *cursor, EffectKind kind, gboolean guarded)
{
  guint first = cursor->collector->effects->len;
  GPtrArray *effects = cursor->collector->effects;

  do
    {
      SqlName table = sql_cursor_qualified (cursor);
      if (table.name == NULL)
        return FALSE;
      sql_cursor_add (cursor, kind, table)->guarded = guarded;
    }
  while (sql_cursor_accept_sign (cursor, ','));
  gboolean cascade = sql_cursor_find (cursor, "cascade");
  for (guint i = first; i < effects->len; i++)
    ((Effect *) effects->pdata[i])->cascade = cascade;
  return TRUE;
}

static gboolean
read_drop_index (SqlCursor *cursor)
{
  gboolean concurrent = sql_cursor_accept (cursor, "concurrently");
  gboolean guarded = sql_cursor_accept_guard (cursor);
  SqlName index = sql_cursor_qualified (cursor);
  SqlName table = { 0 };
  guint first = cursor->collector->effects->len;

  if (sql_cursor_accept (cursor, "on"))
    table = sql_cursor_qualified (cursor);
  Effect *effect = sql_cursor_add (cursor, EFFECT_DROP_INDEX, table);
  effect->object = index.name;
  effect->concurrent = concurrent;
  effect->guarded = guarded;
  while (!sql_cursor_at_end (cursor))
    if (!sql_heads_option (cursor, first))
      sql_cursor_skip (cursor);
  return index.name != NULL;
}

static gboolean
read_drop_object (SqlCursor *cursor, EffectKind kind)
{
  gboolean guarded = sql_cursor_accept_guard (cursor);
  SqlName name = sql_cursor_qualified (cursor);
  SqlName table = { 0 };

  if (sql_cursor_accept (cursor, "on"))
    table = sql_cursor_qualified (cursor);
  Effect *effect = sql_cursor_add (cursor, kind, table);
  effect->object = name.name;
  effect->guarded = guarded;
  effect->cascade = sql_cursor_find (cursor, "cascade");
  return name.name != NULL;
}

static gboolean
read_drop (SqlCursor *cursor)
{
  sql_cursor_accept (cursor, "temporary");
  if (sql_cursor_at_any (cursor, "table tables"))
    {
      sql_cursor_next (cursor);
      gboolean guarded = sql_cursor_accept_guard (cursor);
      return read_tables (cursor, EFFECT_DROP_TABLE, guarded);
    }
  if (sql_cursor_accept (cursor, "index"))
    return read_drop_index (cursor);
  if (sql_cursor_accept (cursor, "trigger"))
    return read_drop_object (cursor, EFFECT_DROP_TRIGGER);
  if (sql_cursor_at_any (cursor, "database schema"))
    return sql_cursor_next (cursor), read_drop_object (cursor, EFFECT_DROP_SCHEMA);
  if (!sql_cursor_at_any (cursor,
                          "view function procedure event sequence user role server "
                          "extension type prepare materialized"))
    return FALSE;
  sql_collector_add (cursor->collector, EFFECT_OTHER)->text = "DROP";
  return TRUE;
}

static gboolean
read_truncate (SqlCursor *cursor)
{
  sql_cursor_skip_any (cursor, "table only");
  return read_tables (cursor, EFFECT_TRUNCATE, FALSE);
}

/* RENAME TABLE a TO b, c TO d */
static gboolean
read_rename (SqlCursor *cursor)
{
  if (!sql_cursor_at_any (cursor, "table tables"))
    return FALSE;
  sql_cursor_next (cursor);
  sql_cursor_accept_guard (cursor);
  do
    {
      SqlName from = sql_cursor_qualified (cursor);
      if (!sql_cursor_find (cursor, "to"))
        return FALSE;
      sql_cursor_next (cursor);
      Effect *effect = sql_cursor_add (cursor, EFFECT_RENAME_TABLE, from);
      effect->to = sql_cursor_qualified (cursor).name;
      sql_collector_renamed (cursor->collector, effect);
    }
  while (sql_cursor_accept_sign (cursor, ','));
  return TRUE;
}

static gboolean
read_lock (SqlCursor *cursor)
{
  sql_cursor_skip_any (cursor, "table tables");
  do
    {
      Effect *effect
          = sql_cursor_add (cursor, EFFECT_LOCK_TABLE, sql_cursor_qualified (cursor));
      effect->text = sql_collector_copy (cursor->collector, sql_cursor_text (cursor));
      sql_cursor_skip_item (cursor);
    }
  while (sql_cursor_accept_sign (cursor, ','));
  return TRUE;
}

/* Sessions -------------------------------------------------------------------- */

static gboolean
read_begin (SqlCursor *cursor)
{
  if (sql_cursor_at (cursor, "not"))
    return FALSE;
  sql_collector_transaction (cursor->collector, EFFECT_BEGIN);
  return TRUE;
}

static gboolean
read_start (SqlCursor *cursor)
{
  return sql_cursor_at (cursor, "transaction") && read_begin (cursor);
}

static gboolean
read_commit (SqlCursor *cursor)
{
  sql_collector_transaction (cursor->collector, EFFECT_COMMIT);
  return TRUE;
}

static gboolean
read_rollback (SqlCursor *cursor)
{
  sql_cursor_skip_any (cursor, "work transaction");
  if (sql_cursor_at (cursor, "to"))
    sql_collector_add (cursor->collector, EFFECT_OTHER)->text = "ROLLBACK TO";
  else
    sql_collector_transaction (cursor->collector, EFFECT_ROLLBACK);
  return TRUE;
}

static gboolean
read_set (SqlCursor *cursor)
{
  Effect *effect = sql_collector_add (cursor->collector, EFFECT_SET);

  while (sql_cursor_at_sign (cursor, '@') || sql_cursor_at_sign (cursor, '.')
         || sql_cursor_at_any (cursor, "session global local"))
    {
      effect->local = effect->local || sql_cursor_at (cursor, "local");
      sql_cursor_next (cursor);
    }
  effect->object = sql_cursor_name (cursor);
  if (!sql_cursor_accept_sign (cursor, '=') && !sql_cursor_accept (cursor, "to"))
    sql_cursor_accept_sign (cursor, ':'), sql_cursor_accept_sign (cursor, '=');
  effect->text = sql_collector_copy (cursor->collector, sql_cursor_text (cursor));
  return effect->object != NULL;
}

static gboolean
read_vacuum (SqlCursor *cursor)
{
  gboolean full = sql_cursor_accept (cursor, "full");

  sql_cursor_skip_any (cursor, "freeze verbose analyze");
  sql_cursor_add (cursor, EFFECT_VACUUM, sql_cursor_qualified (cursor))->full = full;
  return !sql_cursor_at_sign (cursor, '(');
}

static gboolean
read_reindex (SqlCursor *cursor)
{
  sql_cursor_skip_any (cursor, "index table schema database system");
  gboolean concurrent = sql_cursor_accept (cursor, "concurrently");
  Effect *effect = sql_collector_add (cursor->collector, EFFECT_REINDEX);
  effect->concurrent = concurrent;
  effect->object = sql_cursor_qualified (cursor).name;
  return TRUE;
}

static gboolean
read_cluster (SqlCursor *cursor)
{
  sql_cursor_add (cursor, EFFECT_CLUSTER, sql_cursor_qualified (cursor));
  return TRUE;
}

static gboolean
read_other (SqlCursor *cursor)
{
  sql_collector_add (cursor->collector, EFFECT_OTHER);
  return TRUE;
}

static gboolean read_head (SqlCursor *cursor);

/* WITH a AS (…) UPDATE … */
static gboolean
read_with (SqlCursor *cursor)
{
  return sql_cursor_find (cursor, "select insert update delete replace values")
         && read_head (cursor);
}

static const struct
{
  const char *words;
  Read read;
} HEADS[] = {
  { "alter", sql_heads_alter },
  { "create", sql_heads_create },
  { "drop", read_drop },
  { "truncate", read_truncate },
  { "rename", read_rename },
  { "update", read_update },
  { "delete", read_delete },
  { "insert replace", read_insert },
  { "with", read_with },
  { "begin", read_begin },
  { "start", read_start },
  { "commit end", read_commit },
  { "rollback", read_rollback },
  { "set", read_set },
  { "lock", read_lock },
  { "vacuum", read_vacuum },
  { "reindex", read_reindex },
  { "cluster", read_cluster },
  { "select show analyze use pragma explain describe desc grant revoke flush comment unlock "
    "savepoint release values optimize check checksum help reset discard listen notify",
    read_other },
};

static gboolean
read_head (SqlCursor *cursor)
{
  for (guint i = 0; i < G_N_ELEMENTS (HEADS); i++)
    if (sql_cursor_at_any (cursor, HEADS[i].words))
      {
        sql_cursor_next (cursor);
        return HEADS[i].read (cursor);
      }
  return FALSE;
}

void
sql_heads_collect (SqlCollector *collector, const GArray *statements)
{
  for (guint i = 0; i < statements->len; i++)
    {
      const SqlStatement *statement = &g_array_index (statements, SqlStatement, i);
      SqlCursor cursor;

      sql_collector_begin (collector, statement->start, statement->end);
      sql_cursor_init (&cursor, collector, statement->start, statement->end);
      if (!read_head (&cursor))
        sql_collector_give_up (collector, "the statement is not understood");
      else if (collector->engine == TARGET_POSTGRES)
        sql_collector_give_up (collector,
                               "only the statement's first words were read: this "
                               "build has no parser for PostgreSQL");
    }
}
