/* SPDX-License-Identifier: Apache-2.0
 *
 * Create: see the header; checks are in check.c.
 */
#include "config.h"

#include "engine/sqlite/create.h"

#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/sqlite_types.h"
#include "model/error.h"

static const char *
keep (Arena *arena, const GString *text)
{
  return arena_strndup (arena, text->str, text->len);
}

static void
append_names (GString *out, const char *const *names)
{
  g_string_append_c (out, '(');
  for (guint i = 0; names[i] != NULL; i++)
    {
      g_string_append (out, i > 0 ? ", " : "");
      sqlite_append_identifier (out, names[i]);
    }
  g_string_append_c (out, ')');
}

/* Columns ----------------------------------------------------------------------- */

const char *
sqlite_column_type (const Column *column)
{
  const char *native = engine_text_for (column->native, "sqlite");

  return native != NULL ? native : sqlite_type_text (&column->type);
}

/* Only a column declared as INTEGER, word for word, is the rowid. */
const Column *
sqlite_rowid_column (const Table *table)
{
  const Constraint *key = table_primary_key (table);
  const Column *column;

  if (key == NULL || key->columns[0] == NULL || key->columns[1] != NULL)
    return NULL;
  column = table_find_column (table, key->columns[0]);
  if (column == NULL
      || (column->type.base != COLUMN_TYPE_INTEGER
          && column->type.base != COLUMN_TYPE_BIGINT)
      || g_ascii_strcasecmp (sqlite_column_type (column), "INTEGER") != 0)
    return NULL;
  return column;
}

gboolean
sqlite_default_text (const Column *column, Arena *arena, const char **text,
                     GError **error)
{
  const char *expression;

  *text = NULL;
  if (column->default_kind == DEFAULT_VALUE)
    *text = sqlite_literal (arena, &column->type, &column->default_value);
  if (column->default_kind != DEFAULT_EXPRESSION)
    return TRUE;
  expression = engine_text_for (column->default_expression, "sqlite");
  if (expression == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "the default of column '%s' has no expression for sqlite",
                   column->name);
      return FALSE;
    }
  *text = arena_printf (arena, "(%s)", expression);
  return TRUE;
}

static gboolean
append_collation (GString *out, const Column *column, GError **error)
{
  static const char *const COLLATIONS[] = { "BINARY", "NOCASE", "RTRIM" };

  if (column->collate == NULL)
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (COLLATIONS); i++)
    if (g_ascii_strcasecmp (column->collate, COLLATIONS[i]) == 0)
      {
        g_string_append_printf (out, " COLLATE %s", COLLATIONS[i]);
        return TRUE;
      }
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s': SQLite has no collation '%s', only BINARY, NOCASE and RTRIM",
               column->name, column->collate);
  return FALSE;
}

const char *
sqlite_enum_check (const Column *column, Arena *arena)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const char *const *values = column->type.values;

  if (column->type.base != COLUMN_TYPE_ENUM)
    return NULL;
  sqlite_append_identifier (out, column->name);
  g_string_append (out, " COLLATE BINARY IN (");
  for (guint i = 0; values != NULL && values[i] != NULL; i++)
    {
      Value value = value_string (values[i]);

      g_string_append (out, i > 0 ? ", " : "");
      sqlite_append_literal (out, &column->type, &value);
    }
  g_string_append_c (out, ')');
  return keep (arena, out);
}

static gboolean
append_column (GString *out, const Column *column, Arena *arena, GError **error)
{
  const char *text;

  sqlite_append_identifier (out, column->name);
  g_string_append_printf (out, " %s", sqlite_column_type (column));
  if (!column->nullable)
    g_string_append (out, " NOT NULL");
  if (!sqlite_default_text (column, arena, &text, error))
    return FALSE;
  if (text != NULL)
    g_string_append_printf (out, " DEFAULT %s", text);
  if (!append_collation (out, column, error))
    return FALSE;
  const char *check = sqlite_enum_check (column, arena);
  if (check != NULL)
    g_string_append_printf (out, " CHECK (%s)", check);
  return TRUE;
}

static gboolean
check_identity (const Column *column, gboolean is_rowid, GError **error)
{
  if (column->identity == IDENTITY_NONE || is_rowid)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s': SQLite numbers rows only in an INTEGER column that is the "
               "primary key alone",
               column->name);
  return FALSE;
}

const char *
sqlite_column_text (const Column *column, Arena *arena, GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (!check_identity (column, FALSE, error)
      || !append_column (out, column, arena, error))
    return NULL;
  return keep (arena, out);
}

/* Constraints ------------------------------------------------------------------- */

static void
append_action (GString *out, const char *event, ReferenceAction action)
{
  static const char *const ACTIONS[] = {
    [REFERENCE_NO_ACTION] = NULL,
    [REFERENCE_RESTRICT] = "RESTRICT",
    [REFERENCE_CASCADE] = "CASCADE",
    [REFERENCE_SET_NULL] = "SET NULL",
    [REFERENCE_SET_DEFAULT] = "SET DEFAULT",
  };

  if (ACTIONS[action] != NULL)
    g_string_append_printf (out, " ON %s %s", event, ACTIONS[action]);
}

static void
append_foreign_key (GString *out, const Constraint *key)
{
  g_string_append (out, "FOREIGN KEY ");
  append_names (out, key->columns);
  g_string_append (out, " REFERENCES ");
  sqlite_append_identifier (out, key->references_table);
  if (key->references_columns != NULL)
    {
      g_string_append_c (out, ' ');
      append_names (out, key->references_columns);
    }
  append_action (out, "DELETE", key->on_delete);
  append_action (out, "UPDATE", key->on_update);
  if (key->deferrable)
    g_string_append (out, " DEFERRABLE INITIALLY DEFERRED");
}

static gboolean
append_constraint (GString *out, const Table *table, const Constraint *constraint,
                   Arena *arena, GError **error)
{
  const char *check;

  if (constraint->name != NULL)
    g_string_append_printf (out, "CONSTRAINT %s ",
                            sqlite_identifier (arena, constraint->name));
  switch (constraint->kind)
    {
    case CONSTRAINT_CHECK:
      check = sqlite_check_text (table, constraint, arena, error);
      if (check == NULL)
        return FALSE;
      g_string_append_printf (out, "CHECK (%s)", check);
      return TRUE;
    case CONSTRAINT_UNIQUE:
    case CONSTRAINT_PRIMARY_KEY:
      g_string_append (out, constraint->kind == CONSTRAINT_UNIQUE ? "UNIQUE "
                                                                  : "PRIMARY KEY ");
      append_names (out, constraint->columns);
      return TRUE;
    case CONSTRAINT_FOREIGN_KEY:
      append_foreign_key (out, constraint);
      return TRUE;
    case CONSTRAINT_NOT_NULL:
    default:
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "NOT NULL is a column's own, not a constraint of table '%s'",
                   table->name);
      return FALSE;
    }
}

const char *
sqlite_constraint_text (const Table *table, const Constraint *constraint, Arena *arena,
                        GError **error)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (!append_constraint (out, table, constraint, arena, error))
    return NULL;
  return keep (arena, out);
}

/* Tables ------------------------------------------------------------------------ */

/* Every rowid is there and not null: nothing else needs to be said. */
static void
append_rowid_column (GString *out, const Column *column)
{
  sqlite_append_identifier (out, column->name);
  g_string_append (out, " INTEGER PRIMARY KEY");
  if (column->identity != IDENTITY_NONE)
    g_string_append (out, " AUTOINCREMENT");
}

static gboolean
append_columns (GString *out, const Table *table, Arena *arena, GError **error)
{
  const Column *rowid = sqlite_rowid_column (table);

  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const Column *column = table_column (table, i);

      g_string_append (out, i > 0 ? ",\n  " : "\n  ");
      if (!check_identity (column, column == rowid, error))
        return FALSE;
      if (column == rowid)
        append_rowid_column (out, column);
      else if (!append_column (out, column, arena, error))
        return FALSE;
    }
  return TRUE;
}

const char *
sqlite_create_table_text (const Table *table, Arena *arena, GError **error)
{
  g_autoptr (GString) out = g_string_new ("CREATE TABLE ");
  gboolean has_rowid = sqlite_rowid_column (table) != NULL;

  sqlite_append_identifier (out, table->name);
  g_string_append (out, " (");
  if (!append_columns (out, table, arena, error))
    return NULL;
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];

      if (has_rowid && constraint->kind == CONSTRAINT_PRIMARY_KEY)
        continue;
      g_string_append (out, ",\n  ");
      if (!append_constraint (out, table, constraint, arena, error))
        return NULL;
    }
  g_string_append (out, "\n)");
  return keep (arena, out);
}

/* Indexes ----------------------------------------------------------------------- */

static const char *
index_expression (const Index *index, const EngineText *texts, GError **error)
{
  const char *text = engine_text_for (texts, "sqlite");

  if (text == NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                 "index '%s' has no expression for sqlite", index->name);
  return text;
}

static gboolean
append_index_part (GString *out, const Index *index, const IndexPart *part,
                   GError **error)
{
  const char *expression;

  if (part->column != NULL)
    sqlite_append_identifier (out, part->column);
  else
    {
      expression = index_expression (index, part->expression, error);
      if (expression == NULL)
        return FALSE;
      g_string_append_printf (out, "(%s)", expression);
    }
  if (part->descending)
    g_string_append (out, " DESC");
  return TRUE;
}

/* Method, operator classes, included columns and options make no difference to what an
 * index is for, and SQLite has none of them. */
const char *
sqlite_create_index_text (const Table *table, const Index *index, Arena *arena,
                          GError **error)
{
  g_autoptr (GString) out
      = g_string_new (index->unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ");
  const char *where;

  sqlite_append_identifier (out, index->name);
  g_string_append (out, " ON ");
  sqlite_append_identifier (out, table->name);
  g_string_append (out, " (");
  for (guint i = 0; i < index->n_parts; i++)
    {
      g_string_append (out, i > 0 ? ", " : "");
      if (!append_index_part (out, index, &index->parts[i], error))
        return NULL;
    }
  g_string_append_c (out, ')');
  if (index->where == NULL)
    return keep (arena, out);
  where = index_expression (index, index->where, error);
  if (where == NULL)
    return NULL;
  g_string_append_printf (out, " WHERE %s", where);
  return keep (arena, out);
}
