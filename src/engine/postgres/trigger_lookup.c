/* SPDX-License-Identifier: Apache-2.0
 *
 * What an AFTER trigger does for a column that another table fills.  Rules as in memory's
 * lookup_sync.c: a row is looked up when it is inserted without the column, when the
 * columns it is matched by change, and when a row it matches is written.
 */
#include "config.h"

#include "engine/postgres/own_sql.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/trigger.h"
#include "engine/postgres/words.h"
#include "engine/sql/lookup_sql.h"
#include "model/error.h"

/* SQL of the user's is asked row by row: where it fails for one the others get what they
 * should. */
static void
look_up_each (PgTriggerWriter *writer, const SqlLookup *sql, const char *when,
              const char *where)
{
  Arena *arena = writer->arena;
  const char *place = arena_printf (
      arena, "%s.tableoid = zdm_row.zdm_table AND %s.ctid = zdm_row.zdm_place",
      sql->table, sql->table);
  const char *value
      = arena_printf (arena, "SELECT %s INTO zdm_value FROM %s WHERE %s;",
                      step_sql_value (&sql->result, arena), sql->table, place);

  g_string_append_printf (
      writer->body,
      "  IF (%s) THEN\n    DECLARE zdm_row record; zdm_value %s.%s%%TYPE;\n    BEGIN\n"
      "    FOR zdm_row IN SELECT tableoid AS zdm_table, ctid AS zdm_place FROM %s WHERE "
      "%s FOR NO KEY UPDATE LOOP\n      %s\n      UPDATE %s SET %s = zdm_value WHERE "
      "%s;\n    END LOOP;\n    END;\n  END IF;\n",
      when, sql->table, sql->target, sql->table, where,
      pg_own_sql_attempt (value, "zdm_value := NULL;", arena), sql->table, sql->target,
      place);
}

static gboolean
is_own (const SqlLookup *sql)
{
  return bound_transform_needs_database (sql->bound.transform);
}

/* A value that is not found or does not convert leaves null. */
static void
look_up (PgTriggerWriter *writer, const SqlLookup *sql, const char *when,
         const char *where)
{
  if (is_own (sql))
    {
      look_up_each (writer, sql, when, where);
      return;
    }
  g_string_append_printf (
      writer->body, "  IF (%s) THEN\n    UPDATE %s SET %s = %s WHERE %s;\n  END IF;\n",
      when, sql->table, sql->target, step_sql_value (&sql->result, writer->arena), where);
}

/* A statement that waits for a row of ours goes on with what it has seen of the other
 * table before: whoever made it wait would be missing.  So rows are waited for first. */
static void
look_up_waiting (PgTriggerWriter *writer, const SqlLookup *sql, const char *when,
                 const char *where)
{
  if (is_own (sql))
    {
      look_up_each (writer, sql, when, where);
      return;
    }
  g_string_append_printf (
      writer->body,
      "  IF (%s) THEN\n    PERFORM 1 FROM %s WHERE %s FOR NO KEY UPDATE;\n    UPDATE %s "
      "SET %s = %s WHERE %s;\n  END IF;\n",
      when, sql->table, where, sql->table, sql->target,
      step_sql_value (&sql->result, writer->arena), where);
}

static const char *
pairs (PgTriggerWriter *writer, const char *const *a, const char *operator,
       const char * const * b, const char *separator)
{
  g_autoptr (GString) text = g_string_new ("(");

  for (guint i = 0; a[i] != NULL; i++)
    g_string_append_printf (text, "%s%s %s %s", i > 0 ? separator : "", a[i], operator,
                            b[i]);
  g_string_append_c (text, ')');
  return arena_strdup (writer->arena, text->str);
}

static const char *
changed (PgTriggerWriter *writer, const char *const *names)
{
  return step_sql_differ (
      &postgres_words, writer->table, names,
      step_sql_columns (&postgres_words, "NEW.", names, writer->arena),
      step_sql_columns (&postgres_words, "OLD.", names, writer->arena), writer->arena);
}

/* The row NEW, by its key. */
static const char *
this_row (PgTriggerWriter *writer, const SqlLookup *sql, GError **error)
{
  const Constraint *key = table_primary_key (writer->table);
  const char *prefix = arena_printf (writer->arena, "%s.", sql->table);

  if (key != NULL)
    return pairs (
        writer, step_sql_columns (&postgres_words, prefix, key->columns, writer->arena),
        "=", step_sql_columns (&postgres_words, "NEW.", key->columns, writer->arena),
        " AND ");
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "table '%s' has no primary key, by which a row that was written could be "
               "found again",
               writer->table->name);
  return NULL;
}

/* The row has changed what it is matched by, or what SQL of the user's reads of it. */
static void
look_up_changed (PgTriggerWriter *writer, const LookupSync *sync, const SqlLookup *sql,
                 const char *row)
{
  Arena *arena = writer->arena;
  const char *matched = changed (writer, sync->lookup->match_here);
  const char *watch
      = is_own (sql) ? pg_own_sql_watch (
            "zdm_read", changed (writer, (const char *const[]){ sync->column, NULL }),
            writer->table, &sql->bound.transform, 1, arena)
                     : NULL;

  if (watch == NULL)
    {
      look_up (writer, sql, arena_printf (arena, "TG_OP = 'UPDATE' AND %s", matched),
               row);
      return;
    }
  g_string_append_printf (writer->body, "  DECLARE zdm_read boolean;\n  BEGIN\n  %s\n",
                          watch);
  look_up (writer, sql,
           arena_printf (arena, "TG_OP = 'UPDATE' AND (%s OR zdm_read)", matched), row);
  g_string_append (writer->body, "  END;\n");
}

static gboolean
add_here (PgTriggerWriter *writer, const LookupSync *sync, const SqlLookup *sql,
          GError **error)
{
  Arena *arena = writer->arena;
  const char *row = this_row (writer, sql, error);
  const char *target = arena_printf (arena, "NEW.%s", sql->target);

  if (row == NULL)
    return FALSE;
  look_up (writer, sql, arena_printf (arena, "TG_OP = 'INSERT' AND %s IS NULL", target),
           arena_printf (arena, "%s AND %s.%s IS NULL", row, sql->table, sql->target));
  look_up_changed (writer, sync, sql, row);
  return TRUE;
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
add_there (PgTriggerWriter *writer, const LookupSync *sync, const SqlLookup *sql)
{
  Arena *arena = writer->arena;
  const char *const *there = sync->lookup->match_there;
  const char *is_new
      = pairs (writer, sql->here, "=",
               step_sql_columns (&postgres_words, "NEW.", there, arena), " AND ");
  const char *was
      = pairs (writer, sql->here, "=",
               step_sql_columns (&postgres_words, "OLD.", there, arena), " AND ");

  look_up_waiting (writer, sql, "TG_OP = 'INSERT'", is_new);
  look_up_waiting (writer, sql,
                   arena_printf (arena, "TG_OP = 'UPDATE' AND %s",
                                 changed (writer, read_columns (sync, arena))),
                   arena_printf (arena, "%s OR %s", was, is_new));
  look_up_waiting (writer, sql, "TG_OP = 'DELETE'", was);
}

/* Rows that find nothing now, or count nothing. */
static void
add_truncated (PgTriggerWriter *writer, const LookupSync *sync, const SqlLookup *sql)
{
  const Table *target = database_find (writer->shape, sync->table);
  const Column *column = table_find_column (target, sync->column);
  const char *value = step_sql_value (&sql->result, writer->arena);

  if (is_own (sql))
    {
      look_up_each (writer, sql, "true", "true");
      return;
    }
  g_string_append_printf (
      writer->body, "  UPDATE %s SET %s = %s WHERE %s;\n", sql->table, sql->target, value,
      postgres_equal (&column->type,
                      arena_printf (writer->arena, "%s.%s", sql->table, sql->target),
                      value, TRUE, writer->arena));
}

static gboolean
lookup_init (SqlLookup *sql, PgTriggerWriter *writer, const LookupSync *sync,
             GError **error)
{
  *sql = (SqlLookup){ .words = &postgres_words };
  return sql_lookup_init (sql, writer->shape, sync->table, sync->column, sync->lookup,
                          sync->declared, writer->arena, error);
}

gboolean
pg_trigger_lookups (PgTriggerWriter *writer, GError **error)
{
  for (guint i = 0; i < writer->shape->lookup_syncs->len; i++)
    {
      const LookupSync *sync = writer->shape->lookup_syncs->pdata[i];
      const Table *from = database_find (writer->shape, sync->lookup->from_table);
      SqlLookup sql;
      if (!g_str_equal (sync->table, writer->table->name) && from != writer->table)
        continue;
      if (!lookup_init (&sql, writer, sync, error)
          || (g_str_equal (sync->table, writer->table->name)
              && !add_here (writer, sync, &sql, error)))
        {
          g_prefix_error (error,
                          "column '%s' of '%s' cannot be kept in step by triggers: ",
                          sync->column, sync->table);
          return FALSE;
        }
      if (from == writer->table)
        add_there (writer, sync, &sql);
    }
  return TRUE;
}

gboolean
pg_trigger_truncated_sources (PgTriggerWriter *writer, GError **error)
{
  for (guint i = 0; i < writer->shape->lookup_syncs->len; i++)
    {
      const LookupSync *sync = writer->shape->lookup_syncs->pdata[i];
      SqlLookup sql;
      if (database_find (writer->shape, sync->lookup->from_table) != writer->table)
        continue;
      if (!lookup_init (&sql, writer, sync, error))
        return FALSE;
      add_truncated (writer, sync, &sql);
    }
  return TRUE;
}
