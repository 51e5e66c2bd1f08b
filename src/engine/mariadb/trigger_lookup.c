/* SPDX-License-Identifier: Apache-2.0
 *
 * What triggers do for a column that another table fills.  Rules as in memory's
 * lookup_sync.c: a row is looked up when it is inserted without the column, when the
 * columns it is matched by change, and when a row it matches is written.
 */
#include "config.h"

#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/trigger.h"
#include "engine/sql/lookup_sql.h"
#include "model/error.h"

#define READ_AS_IT_IS " LOCK IN SHARE MODE"

/* By exact value: what matches by a collation may still be another value. */
static const char *
changed (MariaTriggerWriter *writer, const char *const *names)
{
  return step_sql_differ (&mariadb_words, writer->table, names,
                          maria_trigger_row (writer, "NEW.", names),
                          maria_trigger_row (writer, "OLD.", names), writer->arena);
}

/* Rows of its own ----------------------------------------------------------------- */

static gboolean
is_own (const SqlLookup *sql)
{
  return bound_transform_needs_database (sql->bound.transform);
}

static void
set_here (MariaTriggerWriter *writer, MariaEvent event, const SqlLookup *sql)
{
  if (is_own (sql))
    maria_trigger_guard (writer, event,
                         arena_printf (writer->arena, "SET NEW.%s = NULL", sql->target));
  maria_trigger_line (writer, event, "  SET NEW.%s = %s;", sql->target,
                      step_sql_value (&sql->result, writer->arena));
  if (is_own (sql))
    maria_trigger_line (writer, event, "END;");
}

/* Whether the row is to be looked up again: it is matched by something else, or SQL of
 * the user's reads something else of it and nobody has just said what comes of that. */
static const char *
is_other_row (MariaTriggerWriter *writer, const SqlLookup *sql, const LookupSync *sync)
{
  const char *column[] = { sync->column, NULL };
  const char *inputs[] = { sql->found, NULL };
  const char *matched = changed (writer, sync->lookup->match_here);

  if (!is_own (sql))
    return matched;
  return arena_printf (
      writer->arena, "%s OR (NOT %s AND (FALSE%s))", matched, changed (writer, column),
      mariadb_named_changed (sql->bound.transform, writer->table, inputs, writer->arena));
}

static gboolean
look_up_here (MariaTriggerWriter *writer, const LookupSync *sync, GError **error)
{
  SqlLookup sql = { .words = &mariadb_words, .row = "NEW.", .tail = READ_AS_IT_IS };

  if (!sql_lookup_init (&sql, writer->shape, sync->table, sync->column, sync->lookup,
                        sync->declared, writer->arena, error))
    return FALSE;
  maria_trigger_line (writer, MARIA_BEFORE_INSERT, "IF NEW.%s IS NULL THEN", sql.target);
  set_here (writer, MARIA_BEFORE_INSERT, &sql);
  maria_trigger_line (writer, MARIA_BEFORE_INSERT, "END IF;");
  maria_trigger_line (writer, MARIA_BEFORE_UPDATE, "IF %s THEN",
                      is_other_row (writer, &sql, sync));
  set_here (writer, MARIA_BEFORE_UPDATE, &sql);
  maria_trigger_line (writer, MARIA_BEFORE_UPDATE, "END IF;");
  return TRUE;
}

/* Rows that are filled from it ---------------------------------------------------- */

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

static const char *
matched_by (MariaTriggerWriter *writer, const SqlLookup *sql, const char *row)
{
  return arena_printf (
      writer->arena, "(%s)",
      maria_trigger_pairs (
          writer, sql->here, "=",
          maria_trigger_row (writer, row, sql->bound.lookup->match_there), " AND "));
}

static const char *
update_text (const MariaTriggerWriter *writer, const SqlLookup *sql, const char *value,
             const char *where)
{
  return arena_printf (writer->arena, "UPDATE %s SET %s = %s WHERE %s", sql->table,
                       sql->target, value, where);
}

/* SQL of the user's that fails for one of the rows fails for that alone: one by one, by
 * their key, where the file declares it. */
static const char *
one_by_one (MariaTriggerWriter *writer, const SqlLookup *sql, const Table *to,
            const char *value, const char *where)
{
  const Constraint *key = table_primary_key (to);

  if (key == NULL)
    return update_text (writer, sql, "NULL", where);
  const char *const *names = maria_trigger_row (writer, "", key->columns);
  const char *const *values = maria_trigger_row (writer, "zdm_row.", key->columns);
  g_autofree char *list = g_strjoinv (", ", (char **) names);
  const char *row = maria_trigger_pairs (writer, names, "=", values, " AND ");
  return arena_printf (
      writer->arena,
      "FOR zdm_row IN (SELECT %s FROM %s WHERE %s) DO BEGIN " MARIA_PASS_ON
      " DECLARE EXIT HANDLER FOR SQLEXCEPTION %s; %s; END; END FOR",
      list, sql->table, where, update_text (writer, sql, "NULL", row),
      update_text (writer, sql, value, row));
}

static void
fill_there (MariaTriggerWriter *writer, MariaEvent event, const SqlLookup *sql,
            const Table *to, const char *where)
{
  const char *value = step_sql_value (&sql->result, writer->arena);

  if (is_own (sql))
    maria_trigger_guard (writer, event, one_by_one (writer, sql, to, value, where));
  maria_trigger_line (writer, event, "%s;", update_text (writer, sql, value, where));
  if (is_own (sql))
    maria_trigger_line (writer, event, "END;");
}

/* Of writers of the same group one goes after the other, from before they write: each
 * would count without the rows of the other, or wait for it in a circle. */
static void
queue_up (MariaTriggerWriter *writer, MariaEvent event, const SqlLookup *sql,
          const char *where)
{
  if (sql->bound.lookup->aggregate == AGGREGATE_NONE)
    return;
  if (writer->declare[event]->len == 0)
    g_string_append (writer->declare[event], "  DECLARE zdm_group BIGINT;\n");
  maria_trigger_line (writer, event,
                      "SELECT COUNT(*) INTO zdm_group FROM %s WHERE %s FOR UPDATE;",
                      sql->table, where);
}

static gboolean
look_up_there (MariaTriggerWriter *writer, const LookupSync *sync, GError **error)
{
  const Table *to = database_find (writer->shape, sync->table);
  SqlLookup sql = { .words = &mariadb_words };

  if (!sql_lookup_init (&sql, writer->shape, sync->table, sync->column, sync->lookup,
                        sync->declared, writer->arena, error))
    return FALSE;
  const char *is_new = matched_by (writer, &sql, "NEW.");
  const char *was = matched_by (writer, &sql, "OLD.");
  const char *either = arena_printf (writer->arena, "%s OR %s", was, is_new);
  const char *written = changed (writer, read_columns (sync, writer->arena));

  queue_up (writer, MARIA_BEFORE_INSERT, &sql, is_new);
  queue_up (writer, MARIA_BEFORE_UPDATE, &sql, either);
  queue_up (writer, MARIA_BEFORE_DELETE, &sql, was);
  fill_there (writer, MARIA_AFTER_INSERT, &sql, to, is_new);
  maria_trigger_line (writer, MARIA_AFTER_UPDATE, "IF %s THEN", written);
  fill_there (writer, MARIA_AFTER_UPDATE, &sql, to, either);
  maria_trigger_line (writer, MARIA_AFTER_UPDATE, "END IF;");
  fill_there (writer, MARIA_AFTER_DELETE, &sql, to, was);
  return TRUE;
}

static gboolean
refuse_itself (const LookupSync *sync, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "'%s' would be filled from rows of its own table, which no trigger may "
               "write on MariaDB while a statement writes it",
               sync->column);
  return FALSE;
}

gboolean
maria_trigger_lookups (MariaTriggerWriter *writer, GError **error)
{
  for (guint i = 0; i < writer->shape->lookup_syncs->len; i++)
    {
      const LookupSync *sync = writer->shape->lookup_syncs->pdata[i];
      const Table *to = database_find (writer->shape, sync->table);
      const Table *from = database_find (writer->shape, sync->lookup->from_table);
      if (writer->table != to && writer->table != from)
        continue;
      if (to != from
              ? (writer->table == to ? look_up_here : look_up_there) (writer, sync, error)
              : refuse_itself (sync, error))
        continue;
      g_prefix_error (error, "column '%s' of '%s' cannot be kept in step by triggers: ",
                      sync->column, sync->table);
      return FALSE;
    }
  return TRUE;
}
