/* SPDX-License-Identifier: Apache-2.0
 *
 * The record of the start, a GVariant as text.
 */
#include "config.h"

#include "engine/postgres/recorded.h"

#include "engine/postgres/sql_text.h"
#include "engine/postgres/trial.h"
#include "model/error.h"

/* The path; table, column and default. */
#define RECORD_TYPE "(sa(sss))"

/* Recording ---------------------------------------------------------------------- */

static gboolean
add_defaults (SqlConnection *connection, const Table *table, GVariantBuilder *builder,
              Arena *arena, GError **error)
{
  const PgTable *live;

  if (!pg_read_table (connection, table->name, arena, &live, error))
    return FALSE;
  for (guint i = 0; live != NULL && i < live->n_columns; i++)
    if (live->columns[i].default_text != NULL)
      g_variant_builder_add (builder, "(sss)", table->name, live->columns[i].name,
                             live->columns[i].default_text);
  return TRUE;
}

char *
pg_record (SqlConnection *connection, const Database *shape, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_auto (GVariantBuilder) builder;
  const char *path;
  gboolean fine = pg_path (connection, &path, arena, error);

  g_variant_builder_init (&builder, G_VARIANT_TYPE ("a(sss)"));
  for (guint i = 0; fine && shape != NULL && i < shape->tables->len; i++)
    fine = add_defaults (connection, shape->tables->pdata[i], &builder, arena, error);
  if (!fine)
    return NULL;
  g_autoptr (GVariant) record
      = g_variant_ref_sink (g_variant_new (RECORD_TYPE, path, &builder));
  return g_variant_print (record, FALSE);
}

/* Reading ------------------------------------------------------------------------ */

static GVariant *
read_record (const char *record)
{
  return g_variant_parse (G_VARIANT_TYPE (RECORD_TYPE), record, NULL, NULL, NULL);
}

/* An older record is the path and nothing else. */
static const char *
recorded_path (const char *record, Arena *arena)
{
  g_autoptr (GVariant) variant = read_record (record);
  const char *path = record;

  if (variant != NULL)
    g_variant_get (variant, "(&sa(sss))", &path, NULL);
  return arena_strdup (arena, path);
}

gboolean
pg_settle (SqlConnection *connection, const char *record, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *path = recorded_path (record, arena);

  return postgres_exec (
      connection,
      arena_printf (
          arena, "SELECT pg_catalog.set_config('search_path', %s, false)",
          postgres_quote (arena, arena_printf (arena, "%s%s" POSTGRES_SCHEMA, path,
                                               *path != '\0' ? ", " : ""))),
      NULL, error);
}

static const char *
recorded_default (const char *record, const char *table, const char *column, Arena *arena)
{
  g_autoptr (GVariant) variant = read_record (record);
  g_autoptr (GVariantIter) iter = NULL;
  const char *of_table, *of_column, *text;

  if (variant == NULL)
    return NULL;
  g_variant_get (variant, RECORD_TYPE, NULL, &iter);
  while (g_variant_iter_next (iter, "(&s&s&s)", &of_table, &of_column, &text))
    if (g_str_equal (of_table, table) && g_str_equal (of_column, column))
      return arena_strdup (arena, text);
  return NULL;
}

/* Recalling ---------------------------------------------------------------------- */

static const char *
column_of (const PgDetail *detail)
{
  if (!detail->back)
    return NULL;
  switch (detail->kind)
    {
    case PG_SWAP:
      return detail->names[0];
    case PG_ADD_COLUMN:
    case PG_SET_DEFAULT:
      return detail->column;
    default:
      return NULL;
    }
}

static gboolean
is_declared (const PgDetail *detail, const char *name)
{
  const Table *table = database_find (detail->shape, detail->table);
  const Column *column = table != NULL ? table_find_column (table, name) : NULL;

  return column == NULL || column->default_kind != DEFAULT_NONE;
}

/* What the default asks may be gone by now.  A sequence that has gone with its column is
 * not missed: it went as asked. */
static gboolean
set_default (SqlConnection *connection, const PgTable *live, const char *name,
             const char *text, Arena *arena, GError **error)
{
  const PgTrial trial = { .connection = connection, .is_part = TRUE };
  GError *problem;

  if (!pg_trial_ask (&trial,
                     arena_printf (arena, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s",
                                   live->quoted, postgres_identifier (arena, name), text),
                     &problem, error))
    return FALSE;
  if (problem == NULL)
    return TRUE;
  gboolean is_left = g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_MISSING)
                     && g_str_has_prefix (text, "nextval(");
  if (!is_left)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                 "column '%s' of '%s' cannot have its default %s again: %s; make again "
                 "what it asks for, then abort again",
                 name, live->name, text, problem->message);
  g_error_free (problem);
  return is_left;
}

gboolean
pg_recall_default (SqlConnection *connection, const PgDetail *detail, const char *record,
                   GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *name = column_of (detail);
  const PgTable *live;

  if (name == NULL || record == NULL || is_declared (detail, name))
    return TRUE;
  const char *text = recorded_default (record, detail->table, name, arena);
  if (text == NULL)
    return TRUE;
  if (!pg_live_table (connection, detail->table, arena, &live, error))
    return FALSE;
  const PgColumn *column = pg_find_column (live, name);
  return column == NULL || g_strcmp0 (column->default_text, text) == 0
         || set_default (connection, live, name, text, arena, error);
}
