/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers for a column that another table fills.  Rules as in memory's lookup_sync.c: a
 * row is looked up when it is inserted without the column, when the columns it is matched
 * by change, and when a row it matches is written.
 */
#include "config.h"

#include "engine/sqlite/lookup_sql.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/trigger.h"

/* A value that is not found or does not convert leaves null. */
static const char *
look_up (const LookupSql *sql, const char *where, Arena *arena)
{
  const char *value = sql->value.valid == NULL
                          ? sql->value.value
                          : arena_printf (arena, "CASE WHEN %s THEN %s END",
                                          sql->value.valid, sql->value.value);

  return arena_printf (arena, "UPDATE %s SET %s = %s WHERE %s;", sql->table, sql->target,
                       value, where);
}

static const char *
matches (TriggerContext *context, const LookupSql *sql, const char *const *keys)
{
  return arena_printf (context->arena, "(%s)",
                       trigger_pairs (context, sql->here, "=", keys, " AND "));
}

static const char *
changed (TriggerContext *context, const char *const *names)
{
  return trigger_pairs (context, trigger_references (context, "NEW.", names), "IS NOT",
                        trigger_references (context, "OLD.", names), " OR ");
}

static const char *
update_of (TriggerContext *context, const char *const *names)
{
  g_autofree char *list
      = g_strjoinv (", ", (char **) trigger_references (context, "", names));

  return arena_printf (context->arena, "AFTER UPDATE OF %s", list);
}

static void
add_here (TriggerContext *context, const LookupSync *sync, const LookupSql *sql)
{
  Arena *arena = context->arena;
  const char *const *here = sync->lookup->match_here;
  const char *missing
      = arena_printf (arena, SQLITE_THIS_ROW " AND %s IS NULL", sql->target);

  trigger_add (context, sync->table, sync->column, "lookup-insert", "AFTER INSERT",
               arena_printf (arena, "NEW.%s IS NULL", sql->target),
               look_up (sql, missing, arena));
  trigger_add (context, sync->table, sync->column, "lookup-update",
               update_of (context, here), changed (context, here),
               look_up (sql, SQLITE_THIS_ROW, arena));
}

static const char *const *
read_columns (const LookupSync *sync, Arena *arena)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; sync->lookup->match_there[i] != NULL; i++)
    g_ptr_array_add (names, (gpointer) sync->lookup->match_there[i]);
  if (sync->lookup->from_column != NULL)
    g_ptr_array_add (names, (gpointer) sync->lookup->from_column);
  return arena_ptr_array (arena, names);
}

static void
add_there (TriggerContext *context, const LookupSync *sync, const LookupSql *sql)
{
  Arena *arena = context->arena;
  const char *source = sql->bound.from->name;
  const char *of = arena_printf (arena, "%s/%s", sync->table, sync->column);
  const char *const *there = sync->lookup->match_there;
  const char *const *read = read_columns (sync, arena);
  const char *is_new
      = matches (context, sql, trigger_references (context, "NEW.", there));
  const char *was = matches (context, sql, trigger_references (context, "OLD.", there));

  trigger_add (context, source, of, "source-insert", "AFTER INSERT", NULL,
               look_up (sql, is_new, arena));
  trigger_add (context, source, of, "source-update", update_of (context, read),
               changed (context, read),
               look_up (sql, arena_printf (arena, "%s OR %s", was, is_new), arena));
  trigger_add (context, source, of, "source-delete", "AFTER DELETE", NULL,
               look_up (sql, was, arena));
}

gboolean
trigger_lookup (TriggerContext *context, const LookupSync *sync, GError **error)
{
  LookupSql sql;

  if (!lookup_sql_init (&sql, context->shape, sync->table, sync->column, sync->lookup,
                        sync->declared, context->arena, error))
    {
      g_prefix_error (error, "column '%s' of '%s' cannot be kept in step by triggers: ",
                      sync->column, sync->table);
      return FALSE;
    }
  add_here (context, sync, &sql);
  add_there (context, sync, &sql);
  return TRUE;
}
