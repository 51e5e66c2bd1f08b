/* SPDX-License-Identifier: Apache-2.0
 *
 * Constraints and keys of a table, from one shape to another.
 */
#include "config.h"

#include "engine/sqlite/difference_part.h"

#include "engine/sqlite/create.h"
#include "engine/sqlite/sqlite_types.h"
#include "model/constraint_match.h"

static void
drop_unique (Difference *difference, const Table *table, const Constraint *constraint)
{
  const SqliteDetail detail
      = { .kind = SQLITE_DROP_UNIQUE,
          .table = table->name,
          .shape = difference->from,
          .edits
          = arena_memdup (difference->arena, &(SqliteEdit){ .constraint = constraint },
                          sizeof (SqliteEdit)),
          .n_edits = 1 };

  difference_add (
      difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_REWRITE,
      arena_printf (difference->arena,
                    "drop unique constraint %s of %s (an index, or with a new "
                    "table)",
                    difference_quote (difference, constraint->name),
                    difference_quote (difference, table->name)));
}

/* Constraints that go, or go on under another name. */
void
difference_drop_constraints (Difference *difference, const Table *from, const Table *to,
                             GArray *edits)
{
  for (guint i = 0; i < from->constraints->len; i++)
    {
      const Constraint *constraint = from->constraints->pdata[i];
      if (constraint_is_in (constraint, to) || constraint->kind == CONSTRAINT_PRIMARY_KEY)
        continue;
      gboolean renamed = constraint_is_renamed (from, to, constraint);
      if (constraint->kind == CONSTRAINT_UNIQUE)
        drop_unique (difference, from, constraint);
      else
        difference_edit (
            edits, (SqliteEdit){
                       .kind = renamed ? EDIT_RENAME_CONSTRAINT : EDIT_DROP_CONSTRAINT,
                       .constraint = constraint,
                       .to = renamed ? constraint_renamed_to (from, to, constraint)->name
                                     : NULL });
    }
}

/* A unique constraint that comes later is a unique index: SQLite adds no other. */
static const char *
unique_index_text (const Difference *difference, const Table *table,
                   const Constraint *constraint)
{
  g_autoptr (GString) columns = g_string_new (NULL);

  for (guint i = 0; constraint->columns[i] != NULL; i++)
    g_string_append_printf (columns, "%s%s", i > 0 ? ", " : "",
                            difference_quote (difference, constraint->columns[i]));
  return arena_printf (difference->arena, "CREATE UNIQUE INDEX %s ON %s (%s)",
                       difference_quote (difference, constraint->name),
                       difference_quote (difference, table->name), columns->str);
}

static gboolean
add_constraint (Difference *difference, const Table *table, const Constraint *constraint,
                GArray *edits, GError **error)
{
  const char *text;

  if (constraint->kind == CONSTRAINT_UNIQUE)
    {
      text = unique_index_text (difference, table, constraint);
      difference_statement (difference, ACTION_COST_INDEX, text);
      return TRUE;
    }
  text = sqlite_constraint_text (table, constraint, difference->arena, error);
  if (text == NULL)
    return FALSE;
  difference_edit (edits, (SqliteEdit){ .kind = EDIT_ADD_CONSTRAINT,
                                        .constraint = constraint,
                                        .text = text });
  return TRUE;
}

/* Constraints that come. */
gboolean
difference_add_constraints (Difference *difference, const Table *from, const Table *to,
                            GArray *edits, GError **error)
{
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *constraint = to->constraints->pdata[i];
      if (constraint_is_in (constraint, from)
          || constraint->kind == CONSTRAINT_PRIMARY_KEY)
        continue;
      /* A unique constraint has been dropped under its old name. */
      if (constraint_comes_by_rename (from, to, constraint)
          && constraint->kind != CONSTRAINT_UNIQUE)
        continue;
      if (!add_constraint (difference, to, constraint, edits, error))
        return FALSE;
    }
  return TRUE;
}

/* The same columns, some by the name that they have got. */
static gboolean
is_same_key (const Table *from, const Table *to, const Constraint *was,
             const Constraint *is)
{
  for (guint i = 0; was->columns[i] != NULL; i++)
    if (is->columns[i] == NULL
        || !g_str_equal (difference_exchanged_name (from, to, was->columns[i]),
                         is->columns[i]))
      return FALSE;
  return g_strv_length ((char **) was->columns) == g_strv_length ((char **) is->columns);
}

void
difference_set_key (Difference *difference, const Table *from, const Table *to)
{
  const Constraint *was = table_primary_key (from), *is = table_primary_key (to);
  const SqliteDetail detail
      = { .kind = SQLITE_SET_KEY, .table = to->name, .shape = difference->to };

  if ((was == NULL && is == NULL)
      || (was != NULL && is != NULL && is_same_key (from, to, was, is)))
    return;
  difference_add (
      difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_REWRITE,
      is == NULL ? arena_printf (difference->arena, "build %s anew without a primary key",
                                 difference_quote (difference, to->name))
                 : arena_printf (difference->arena, "build %s anew with PRIMARY KEY (%s)",
                                 difference_quote (difference, to->name),
                                 name_list_to_string (is->columns, difference->arena)));
}
