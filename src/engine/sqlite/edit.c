/* SPDX-License-Identifier: Apache-2.0
 *
 * Edits, one after the other on the text, written once.
 */
#include "config.h"

#include "engine/sqlite/edit.h"

#include <string.h>

#include "engine/sqlite/create.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/rebuild.h"
#include "engine/sqlite/sql_text.h"
#include "model/error.h"

typedef struct
{
  sqlite3 *db;
  const SqliteDetail *detail;
  const SqliteTable *live;
  Arena *arena;
} Editor;

/* Rows -------------------------------------------------------------------------- */

static gboolean
refuse_rows (const Editor *editor, const char *condition, const char *what,
             GError **error)
{
  const char *row;

  if (!live_first_row (editor->db, editor->live, condition, &row, editor->arena, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT, "row %s of '%s' %s", row,
               editor->live->name, what);
  return FALSE;
}

static gboolean
check_not_null (const Editor *editor, const char *column, GError **error)
{
  return refuse_rows (
      editor,
      arena_printf (editor->arena, "%s IS NULL",
                    sqlite_identifier (editor->arena, column)),
      arena_printf (editor->arena, "has no '%s', which is to be NOT NULL", column),
      error);
}

static gboolean
check_check (const Editor *editor, const Constraint *check, GError **error)
{
  const Table *table = database_find (editor->detail->shape, editor->detail->table);
  const char *text = sqlite_check_text (table, check, editor->arena, error);

  return text != NULL
         && refuse_rows (
             editor, arena_printf (editor->arena, "NOT ifnull((%s), 1)", text),
             arena_printf (editor->arena, "breaks check '%s'", check->name), error);
}

/* The columns that a foreign key refers to, NULL-ended; an empty list with an error. */
static const char *const *
referenced_columns (const Editor *editor, const Constraint *key, GError **error)
{
  const SqliteTable *parent;

  if (key->references_columns != NULL)
    return key->references_columns;
  if (!live_table (editor->db, key->references_table, &parent, editor->arena, error))
    return NULL;
  const char **columns
      = arena_new_array (editor->arena, const char *, parent->n_columns + 1);
  for (guint i = 0; i < parent->n_columns; i++)
    if (parent->columns[i].key_position > 0)
      columns[parent->columns[i].key_position - 1] = parent->columns[i].name;
  return columns;
}

static gboolean
check_reference (const Editor *editor, const Constraint *key, GError **error)
{
  const char *const *columns = referenced_columns (editor, key, error);
  const char *child = sqlite_identifier (editor->arena, editor->live->name);
  g_autoptr (GString) given = g_string_new (NULL);
  g_autoptr (GString) match = g_string_new (NULL);

  if (columns == NULL)
    return FALSE;
  for (guint i = 0; key->columns[i] != NULL && columns[i] != NULL; i++)
    {
      const char *column = sqlite_identifier (editor->arena, key->columns[i]);
      g_string_append_printf (given, "%s IS NOT NULL AND ", column);
      g_string_append_printf (match, "%szdm_parent.%s = %s.%s", i > 0 ? " AND " : "",
                              sqlite_identifier (editor->arena, columns[i]), child,
                              column);
    }
  return refuse_rows (
      editor,
      arena_printf (editor->arena,
                    "%sNOT EXISTS (SELECT 1 FROM %s AS zdm_parent WHERE %s)", given->str,
                    sqlite_identifier (editor->arena, key->references_table), match->str),
      arena_printf (editor->arena, "refers to no row of '%s', which '%s' wants",
                    key->references_table, key->name),
      error);
}

gboolean
sqlite_edit_check_reference (sqlite3 *db, const SqliteTable *live, const Constraint *key,
                             Arena *arena, GError **error)
{
  const Editor editor = { .db = db, .live = live, .arena = arena };

  return check_reference (&editor, key, error);
}

/* Before rows would read another default. */
static gboolean
store_cells (const Editor *editor, const SqliteEdit *edit, GError **error)
{
  const SqliteColumn *column = sqlite_table_find_column (editor->live, edit->column);

  if (column == NULL || edit->is_new || g_strcmp0 (column->default_text, edit->text) == 0)
    return TRUE;
  return live_store_default (editor->db, editor->live, column, editor->arena, error);
}

static gboolean
check_rows (const Editor *editor, const SqliteEdit *edit, GError **error)
{
  switch (edit->kind)
    {
    case EDIT_SET_DEFAULT:
      return store_cells (editor, edit, error);
    case EDIT_SET_NOT_NULL:
      return check_not_null (editor, edit->column, error);
    case EDIT_ADD_ENUM:
      return refuse_rows (
          editor, arena_printf (editor->arena, "NOT ifnull((%s), 1)", edit->text),
          arena_printf (editor->arena, "has a value in '%s' that is none of the ENUM's",
                        edit->column),
          error);
    case EDIT_ADD_CONSTRAINT:
      return edit->constraint->kind == CONSTRAINT_FOREIGN_KEY
                 ? check_reference (editor, edit->constraint, error)
                 : check_check (editor, edit->constraint, error);
    default:
      return TRUE;
    }
}

/* Text ------------------------------------------------------------------------ */

static gboolean
is_text (const Definition *definition, SqliteSpan span, const char *text)
{
  return span.end - span.start == strlen (text)
         && memcmp (definition->text + span.start, text, strlen (text)) == 0;
}

/* Where the constraint stands: by name, and a foreign key without one by its columns. */
static gboolean
find_constraint (const Definition *definition, const Constraint *constraint, guint *index)
{
  for (guint i = 0; i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *live = definition->constraints->pdata[i];
      if (live->name != NULL
          && g_ascii_strcasecmp (live->name->name, constraint->name) == 0)
        {
          *index = i;
          return TRUE;
        }
    }
  for (guint i = 0; i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *live = definition->constraints->pdata[i];
      gboolean same = constraint->kind == CONSTRAINT_FOREIGN_KEY
                      && live->kind == DEFINITION_FOREIGN_KEY
                      && g_strv_length ((char **) constraint->columns) == live->n_columns
                      && g_ascii_strcasecmp (live->references_table->name,
                                             constraint->references_table)
                             == 0;
      for (guint j = 0; same && j < live->n_columns; j++)
        same = g_ascii_strcasecmp (live->columns[j].name, constraint->columns[j]) == 0;
      *index = i;
      if (same)
        return TRUE;
    }
  return FALSE;
}

static char *
drop_constraint (const Definition *definition, const Constraint *constraint,
                 GError **error)
{
  guint index;

  if (find_constraint (definition, constraint, &index))
    return definition_drop_constraint_at (definition, index, error);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "table '%s' has no constraint '%s'",
               definition->name->name, constraint->name);
  return NULL;
}

/* One that the table was not made with by us stays as the user has written it. */
static char *
drop_enum (const Definition *definition, const SqliteEdit *edit, GError **error)
{
  for (guint i = 0; i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *live = definition->constraints->pdata[i];
      if (live->kind == DEFINITION_CHECK
          && is_text (definition, live->expression, edit->text))
        return definition_drop_constraint_at (definition, i, error);
    }
  return g_strdup (definition->text);
}

static char *
rename_constraint (const Definition *definition, const SqliteEdit *edit, GError **error)
{
  guint index;

  if (!find_constraint (definition, edit->constraint, &index))
    return drop_constraint (definition, edit->constraint, error);
  const DefinitionConstraint *live = definition->constraints->pdata[index];
  if (live->name != NULL)
    return definition_rename_constraint (definition, live->name->name, edit->to, error);
  return g_strdup (definition->text); /* it has no name to change */
}

/* A column that has exchanged its name with its mirror may have it already. */
static gboolean
is_so (const Definition *definition, const SqliteEdit *edit, DefinitionKind kind,
       gboolean there)
{
  guint index;

  return definition_find_column (definition, edit->column, &index) != NULL
         && (definition_column_constraint (definition, index, kind) != NULL) == there;
}

static char *
edit_text (const Definition *definition, const SqliteEdit *edit, GError **error)
{
  g_autofree char *check = NULL;

  if ((edit->kind == EDIT_SET_NOT_NULL
       && is_so (definition, edit, DEFINITION_NOT_NULL, TRUE))
      || (edit->kind == EDIT_DROP_NOT_NULL
          && is_so (definition, edit, DEFINITION_NOT_NULL, FALSE))
      || (edit->kind == EDIT_SET_DEFAULT && edit->text == NULL
          && is_so (definition, edit, DEFINITION_DEFAULT, FALSE)))
    return g_strdup (definition->text);
  switch (edit->kind)
    {
    case EDIT_DROP_NOT_NULL:
      return definition_drop_not_null (definition, edit->column, edit->keep_words, error);
    case EDIT_SET_NOT_NULL:
      return definition_add_not_null (definition, edit->column, error);
    case EDIT_SET_DEFAULT:
      return definition_set_default (definition, edit->column, edit->text, error);
    case EDIT_SET_TYPE:
      return definition_set_type (definition, edit->column, edit->text, error);
    case EDIT_DROP_CONSTRAINT:
      return drop_constraint (definition, edit->constraint, error);
    case EDIT_ADD_CONSTRAINT:
      return definition_add_constraint (definition, edit->text, error);
    case EDIT_RENAME_CONSTRAINT:
      return rename_constraint (definition, edit, error);
    case EDIT_DROP_ENUM:
      return drop_enum (definition, edit, error);
    case EDIT_ADD_ENUM:
      check = g_strdup_printf ("CHECK (%s)", edit->text);
      return definition_add_constraint (definition, check, error);
    }
  g_return_val_if_reached (NULL);
}

gboolean
sqlite_edit (sqlite3 *db, const SqliteDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Editor editor = { .db = db, .detail = detail, .arena = arena };

  if (!live_table (db, detail->table, &editor.live, arena, error))
    return FALSE;
  g_autofree char *text = g_strdup (editor.live->sql);
  for (guint i = 0; i < detail->n_edits; i++)
    {
      const SqliteEdit *edit = &detail->edits[i];
      g_autoptr (Definition) definition = definition_new (text, error);
      if (definition == NULL || !check_rows (&editor, edit, error))
        return FALSE;
      char *edited = edit_text (definition, edit, error);
      if (edited == NULL)
        {
          g_prefix_error (error, "the definition of '%s': ", detail->table);
          return FALSE;
        }
      g_free (text);
      text = edited;
    }
  return live_define (db, editor.live->name, text, error);
}

/* Unique ------------------------------------------------------------------------ */

static gboolean
covers (const SqliteIndex *index, const Constraint *constraint)
{
  guint n = g_strv_length ((char **) constraint->columns);

  if (!index->unique || index->partial || index->n_parts != n)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (index->parts[i].column == NULL
        || g_ascii_strcasecmp (index->parts[i].column, constraint->columns[i]) != 0)
      return FALSE;
  return TRUE;
}

/* The index of its name, which another UNIQUE over the same columns may stand beside; or
 * what else keeps them unique.  Returns: (nullable) */
static const SqliteIndex *
find_unique (const SqliteTable *live, const Constraint *constraint)
{
  const SqliteIndex *named = constraint->name != NULL
                                 ? sqlite_table_find_index (live, constraint->name)
                                 : NULL;

  if (named != NULL && covers (named, constraint))
    return named;
  for (guint i = 0; i < live->n_indexes; i++)
    if (live->indexes[i].origin != SQLITE_INDEX_PRIMARY_KEY
        && covers (&live->indexes[i], constraint))
      return &live->indexes[i];
  return NULL;
}

gboolean
sqlite_drop_unique (sqlite3 *db, const SqliteDetail *detail, GError **error)
{
  const Constraint *constraint = detail->edits[0].constraint;
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;

  if (!live_table (db, detail->table, &live, arena, error))
    return FALSE;
  const SqliteIndex *index = find_unique (live, constraint);
  if (index != NULL && index->origin == SQLITE_INDEX_UNIQUE)
    return rebuild_without_unique (db, live, constraint->columns, error);
  if (index != NULL)
    return live_exec (
        db, arena_printf (arena, "DROP INDEX %s", sqlite_identifier (arena, index->name)),
        error);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING,
               "table '%s' has no unique constraint '%s'", detail->table,
               constraint->name);
  return FALSE;
}
