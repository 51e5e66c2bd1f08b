/* SPDX-License-Identifier: Apache-2.0
 *
 * CREATE by its words.
 */
#include "config.h"

#include "safety/sql_heads.h"

static gboolean
read_elements (SqlCursor *cursor, SqlName table)
{
  do
    {
      gboolean good = sql_heads_at_constraint (cursor)
                          ? sql_heads_constraint (cursor, table)
                          : sql_heads_column (cursor, table, EFFECT_ADD_COLUMN, FALSE);
      if (!good)
        return FALSE;
    }
  while (sql_cursor_accept_sign (cursor, ','));
  return sql_cursor_accept_sign (cursor, ')');
}

static gboolean
read_table (SqlCursor *cursor, gboolean or_replace)
{
  gboolean guarded = sql_cursor_accept_guard (cursor);
  SqlName table = sql_cursor_qualified (cursor);

  if (table.name == NULL)
    return FALSE;
  if (or_replace) /* it drops the table that is there, rows and all */
    sql_cursor_add (cursor, EFFECT_DROP_TABLE, table)->or_replace = TRUE;
  Effect *effect = sql_cursor_add (cursor, EFFECT_CREATE_TABLE, table);
  effect->guarded = guarded;
  effect->or_replace = or_replace;
  sql_collector_created (cursor->collector, effect);
  if (!sql_cursor_accept_sign (cursor, '(') || sql_cursor_at_any (cursor, "like select"))
    return TRUE;
  return read_elements (cursor, table);
}

static gboolean
read_index (SqlCursor *cursor, gboolean unique)
{
  guint first = cursor->collector->effects->len;
  gboolean concurrent = sql_cursor_accept (cursor, "concurrently");
  gboolean guarded = sql_cursor_accept_guard (cursor);
  const char *name = NULL;

  if (!sql_cursor_at (cursor, "on"))
    name = sql_cursor_qualified (cursor).name;
  if (!sql_cursor_find (cursor, "on"))
    return FALSE;
  sql_cursor_next (cursor);
  sql_cursor_accept (cursor, "only");
  Effect *effect
      = sql_cursor_add (cursor, EFFECT_CREATE_INDEX, sql_cursor_qualified (cursor));
  effect->object = name;
  effect->unique = unique;
  effect->concurrent = concurrent;
  effect->guarded = guarded;
  if (sql_cursor_accept (cursor, "using"))
    sql_cursor_next (cursor);
  gboolean good = sql_heads_columns (cursor, effect);
  while (!sql_cursor_at_end (cursor))
    {
      effect->has_where = effect->has_where || sql_cursor_at (cursor, "where");
      if (!sql_heads_option (cursor, first))
        sql_cursor_skip (cursor);
    }
  return good;
}

static gboolean
read_trigger (SqlCursor *cursor, gboolean or_replace)
{
  gboolean guarded = sql_cursor_accept_guard (cursor);
  const char *name = sql_cursor_qualified (cursor).name;

  if (!sql_cursor_find (cursor, "on"))
    return FALSE;
  sql_cursor_next (cursor);
  Effect *effect
      = sql_cursor_add (cursor, EFFECT_CREATE_TRIGGER, sql_cursor_qualified (cursor));
  effect->object = name;
  effect->guarded = guarded;
  effect->or_replace = or_replace;
  return TRUE;
}

/* DEFINER = `user`@`host` */
static void
skip_definer (SqlCursor *cursor)
{
  if (!sql_cursor_accept (cursor, "definer"))
    return;
  sql_cursor_find (cursor, "trigger procedure function event view aggregate sql");
}

gboolean
sql_heads_create (SqlCursor *cursor)
{
  gboolean or_replace = sql_cursor_accept_two (cursor, "or", "replace");

  skip_definer (cursor);
  sql_cursor_skip_any (cursor, "temp temporary unlogged online fulltext spatial");
  gboolean unique = sql_cursor_accept (cursor, "unique");
  if (sql_cursor_accept (cursor, "table"))
    return read_table (cursor, or_replace);
  if (sql_cursor_accept (cursor, "index"))
    return read_index (cursor, unique);
  if (sql_cursor_accept (cursor, "trigger"))
    return read_trigger (cursor, or_replace);
  if (!sql_cursor_at_any (cursor,
                          "view function procedure event sequence database schema user "
                          "extension role server aggregate algorithm sql virtual "
                          "materialized"))
    return FALSE;
  Effect *effect = sql_collector_add (cursor->collector, EFFECT_OTHER);
  effect->text = "CREATE";
  effect->or_replace = or_replace;
  return TRUE;
}
