/* SPDX-License-Identifier: Apache-2.0
 *
 * Edits of a table's definition, gathered into one action.
 */
#include "config.h"

#include "engine/sqlite/difference_part.h"

#include "engine/sqlite/create.h"
#include "engine/sqlite/sql_text.h"

void
difference_edit (GArray *edits, SqliteEdit edit)
{
  g_array_append_val (edits, edit);
}

static const char *
edit_to_string (const Difference *difference, const SqliteEdit *edit)
{
  Arena *arena = difference->arena;
  const char *column
      = edit->column != NULL ? sqlite_identifier (arena, edit->column) : NULL;
  const char *name = edit->constraint != NULL
                         ? sqlite_identifier (arena, edit->constraint->name)
                         : NULL;

  switch (edit->kind)
    {
    case EDIT_DROP_NOT_NULL:
      return arena_printf (arena, "%s without NOT NULL", column);
    case EDIT_SET_NOT_NULL:
      return arena_printf (arena, "%s NOT NULL", column);
    case EDIT_SET_DEFAULT:
      return edit->text != NULL
                 ? arena_printf (arena, "%s DEFAULT %s", column, edit->text)
                 : arena_printf (arena, "%s without default", column);
    case EDIT_SET_TYPE:
      return arena_printf (arena, "%s %s", column, edit->text);
    case EDIT_DROP_CONSTRAINT:
      return arena_printf (arena, "without constraint %s", name);
    case EDIT_DROP_ENUM:
      return arena_printf (arena, "without CHECK (%s)", edit->text);
    case EDIT_ADD_ENUM:
      return arena_printf (arena, "CHECK (%s)", edit->text);
    case EDIT_RENAME_CONSTRAINT:
      return arena_printf (arena, "constraint %s named %s", name,
                           sqlite_identifier (arena, edit->to));
    default:
      return edit->text;
    }
}

/* Edits of one table's definition are one action. */
void
difference_edits (Difference *difference, const Table *table, const Database *shape,
                  const GArray *edits)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean scans = FALSE;

  if (edits->len == 0)
    return;
  g_string_append_printf (
      text, "edit the definition of %s: ", difference_quote (difference, table->name));
  for (guint i = 0; i < edits->len; i++)
    {
      const SqliteEdit *edit = &g_array_index (edits, SqliteEdit, i);
      scans = scans || (edit->kind == EDIT_SET_DEFAULT && !edit->is_new)
              || edit->kind == EDIT_SET_NOT_NULL || edit->kind == EDIT_ADD_CONSTRAINT
              || edit->kind == EDIT_ADD_ENUM;
      g_string_append_printf (text, "%s%s", i > 0 ? "; " : "",
                              edit_to_string (difference, edit));
    }
  const SqliteDetail detail = { .kind = SQLITE_EDIT,
                                .table = table->name,
                                .shape = shape,
                                .edits = arena_memdup (difference->arena, edits->data,
                                                       edits->len * sizeof (SqliteEdit)),
                                .n_edits = edits->len };
  difference_add (difference, &detail, LOCK_CLASS_WRITE,
                  scans ? ACTION_COST_SCAN : ACTION_COST_INSTANT,
                  arena_strdup (difference->arena, text->str));
}
