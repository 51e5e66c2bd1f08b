/* SPDX-License-Identifier: Apache-2.0
 *
 * Halves, by their text before they are created.
 */
#include "config.h"

#include "engine/sqlite/half.h"

#include "engine/sqlite/definition_patch.h"
#include "engine/sqlite/live.h"
#include "model/error.h"

typedef struct
{
  const SqliteTable *old;
  const Table *declared; /* that one, by the file */
  const Definition *old_text;
  const Definition *text;
  Arena *arena;
} Half;

static gboolean
refuse_check (const Half *half, const SqliteCheck *check, GError **error)
{
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
      "the check (%s) of '%s', which is not declared, is also about columns that "
      "are not to be in '%s'; drop it first",
      check->expression, half->old->name, half->text->name->name);
  return FALSE;
}

/* Whether all columns that the check is about come along. */
static gboolean
is_within (const Half *half, const SqliteCheck *check)
{
  for (guint i = 0; i < half->old->n_columns; i++)
    if (sqlite_text_mentions (check->expression, half->old->columns[i].name, half->arena)
        && definition_find_column (half->text, half->old->columns[i].name, NULL) == NULL)
      return FALSE;
  return TRUE;
}

static gboolean
add_check (const Half *half, const DefinitionConstraint *constraint, GString *out,
           GError **error)
{
  g_autofree char *expression = definition_slice (half->old_text, constraint->expression);
  g_autofree char *text = definition_slice (half->old_text, constraint->span);
  const SqliteCheck check
      = { .name = constraint->name != NULL ? constraint->name->name : NULL,
          .expression = expression };

  if (sqlite_check_is_declared (&check, half->declared, half->arena))
    return TRUE;
  if (!is_within (half, &check))
    return refuse_check (half, &check, error);
  g_string_append_printf (out, " %s", text);
  return TRUE;
}

static gboolean
has_declared_key (const Half *half, const char *column)
{
  for (guint i = 0; i < half->declared->constraints->len; i++)
    {
      const Constraint *key = half->declared->constraints->pdata[i];
      if (key->kind == CONSTRAINT_FOREIGN_KEY && constraint_uses_column (key, column))
        return TRUE;
    }
  return FALSE;
}

/* A row that goes from one half with the other table's would be kept by the other half.
 */
static gboolean
add_key (const Half *half, const DefinitionConstraint *constraint, GString *out,
         GError **error)
{
  g_autofree char *text = definition_slice (half->old_text, constraint->span);

  if (constraint->on_delete == REFERENCE_CASCADE)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "the foreign key of '%s' to '%s' deletes rows (ON DELETE CASCADE), of "
                   "which there would be two halves; drop it first",
                   constraint->columns[0].name, constraint->references_table->name);
      return FALSE;
    }
  if (!has_declared_key (half, constraint->columns[0].name))
    g_string_append_printf (out, " %s", text);
  return TRUE;
}

static void
add_unless_there (const Half *half, guint index, const DefinitionConstraint *constraint,
                  const char *word, GString *out)
{
  g_autofree char *text = definition_slice (half->old_text, constraint->expression);

  if (definition_column_constraint (half->text, index, constraint->kind) == NULL)
    g_string_append_printf (out, " %s %s", word, text);
}

/* " COLLATE x DEFAULT 1 CHECK (…)", of what stands with the old column */
static gboolean
add_constraints (const Half *half, guint old_index, guint index, GString *out,
                 GError **error)
{
  for (guint i = 0; i < half->old_text->constraints->len; i++)
    {
      const DefinitionConstraint *constraint = half->old_text->constraints->pdata[i];
      if (constraint->column != old_index)
        continue;
      if (constraint->kind == DEFINITION_COLLATE)
        add_unless_there (half, index, constraint, "COLLATE", out);
      else if (constraint->kind == DEFINITION_DEFAULT)
        add_unless_there (half, index, constraint, "DEFAULT", out);
      else if (constraint->kind == DEFINITION_FOREIGN_KEY)
        {
          if (!add_key (half, constraint, out, error))
            return FALSE;
        }
      else if (constraint->kind == DEFINITION_CHECK
               && !add_check (half, constraint, out, error))
        return FALSE;
    }
  return TRUE;
}

/* The name and the ON CONFLICT of the old column's NOT NULL. */
static void
patch_not_null (const Half *half, DefinitionPatch *patch, guint old_index, guint index)
{
  const DefinitionConstraint *plain
      = definition_column_constraint (half->text, index, DEFINITION_NOT_NULL);
  SqliteSpan span;
  g_autofree char *words
      = definition_not_null_words (half->old_text, old_index, TRUE, &span);

  if (plain != NULL && words != NULL)
    definition_patch_replace (patch, plain->span, words);
}

static gboolean
has_same_columns (const DefinitionConstraint *a, const DefinitionConstraint *b)
{
  for (guint i = 0; i < a->n_columns && i < b->n_columns; i++)
    if (g_ascii_strcasecmp (a->columns[i].name, b->columns[i].name) != 0)
      return FALSE;
  return a->n_columns == b->n_columns;
}

/* The ON CONFLICT of the old table's UNIQUE over the same columns. */
static void
patch_unique (const Half *half, DefinitionPatch *patch,
              const DefinitionConstraint *constraint)
{
  for (guint i = 0; i < half->old_text->constraints->len; i++)
    {
      const DefinitionConstraint *old = half->old_text->constraints->pdata[i];
      if (old->kind != DEFINITION_UNIQUE || old->conflict.start == old->conflict.end
          || !has_same_columns (old, constraint))
        continue;
      g_autofree char *conflict = definition_slice (half->old_text, old->conflict);
      definition_patch_insert_words (patch, constraint->span.end, conflict);
      return;
    }
}

static gboolean
patch_column (const Half *half, DefinitionPatch *patch, guint index, GError **error)
{
  const DefinitionColumn *column = half->text->columns->pdata[index];
  guint old_index;
  const DefinitionColumn *old
      = definition_find_column (half->old_text, column->name->name, &old_index);

  if (old == NULL
      || definition_column_constraint (half->old_text, old_index, DEFINITION_GENERATED)
             != NULL)
    return TRUE;
  g_autoptr (GString) text = g_string_new (old->type_text);
  if (!add_constraints (half, old_index, index, text, error))
    return FALSE;
  if (column->type.start == column->type.end)
    definition_patch_insert_words (patch, column->type.end, text->str);
  else
    definition_patch_replace_words (patch, column->type, text->str);
  patch_not_null (half, patch, old_index, index);
  return TRUE;
}

static char *
patched (const Half *half, GError **error)
{
  const DefinitionColumn *rowid = definition_rowid_column (half->text);
  g_autoptr (Definition) after = NULL;
  g_auto (DefinitionPatch) patch = { 0 };

  definition_patch_init (&patch, half->text);
  for (guint i = 0; i < half->text->columns->len; i++)
    if (half->text->columns->pdata[i] != rowid && !patch_column (half, &patch, i, error))
      return NULL;
  for (guint i = 0; i < half->text->constraints->len; i++)
    {
      const DefinitionConstraint *constraint = half->text->constraints->pdata[i];
      if (constraint->kind == DEFINITION_UNIQUE)
        patch_unique (half, &patch, constraint);
    }
  return definition_patch_write (&patch, &after, error);
}

gboolean
sqlite_make_half (sqlite3 *db, const SqliteDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Half half
      = { .declared = database_find (detail->before, detail->like), .arena = arena };

  if (!live_table (db, detail->like, &half.old, arena, error))
    return FALSE;
  g_autoptr (Definition) old_text = definition_new (half.old->sql, error);
  g_autoptr (Definition) text
      = old_text != NULL ? definition_new (detail->text, error) : NULL;
  if (text == NULL)
    return FALSE;
  half.old_text = old_text;
  half.text = text;
  g_autofree char *sql = patched (&half, error);
  return sql != NULL
         && live_exec (
             db, arena_printf (arena, "%s%s", sql, old_text->strict ? " STRICT" : ""),
             error);
}
