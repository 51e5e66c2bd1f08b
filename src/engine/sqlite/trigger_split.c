/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers for a table that is being split: columns kept in step with another table, both
 * ways, by key.  Rules as in memory's cross_sync.c.
 */
#include "config.h"

#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/trigger.h"

/* One half, as its triggers speak of it. */
typedef struct
{
  const char *name, *quoted;
  const char *const *key; /* quoted */
  const char *const *columns;
} Half;

typedef struct
{
  TriggerContext *context;
  const TableSync *sync;
  Half old_half, new_half;
  const char *const *new_key, *const *new_columns; /* of the row written: NEW."…" */
  const char *const *was_key, *const *was_columns; /* OLD."…" */
} Split;

static Half
half_of (TriggerContext *context, const char *name, const TableSync *sync)
{
  return (Half){ .name = name,
                 .quoted = sqlite_identifier (context->arena, name),
                 .key = trigger_references (context, "", sync->key),
                 .columns = trigger_references (context, "", sync->columns) };
}

static const char *
list (Split *split, const char *const *a, const char *const *b)
{
  g_autofree char *first = g_strjoinv (", ", (char **) a);
  g_autofree char *second = g_strjoinv (", ", (char **) b);

  return arena_printf (split->context->arena, "%s, %s", first, second);
}

/* "a = x, b = y" */
static const char *
assign (Split *split, const char *const *columns, const char *const *values)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (text, "%s%s = %s", i > 0 ? ", " : "", columns[i],
                            values != NULL ? values[i] : "NULL");
  return arena_strdup (split->context->arena, text->str);
}

static const char *
same (Split *split, const char *const *a, const char *const *b)
{
  return trigger_pairs (split->context, a, "IS", b, " AND ");
}

static const char *
differs (Split *split, const char *const *a, const char *const *b)
{
  return arena_printf (split->context->arena, "(%s)",
                       trigger_pairs (split->context, a, "IS NOT", b, " OR "));
}

/* The row that leaves the moved columns out gets them from the other half. */
static void
append_pull (Split *split, GString *body)
{
  const Half *here = &split->old_half, *there = &split->new_half;
  const char *found = same (split, there->key, split->new_key);
  g_autoptr (GString) values = g_string_new (NULL);

  for (guint i = 0; here->columns[i] != NULL; i++)
    g_string_append_printf (values, "%s%s = (SELECT %s FROM %s WHERE %s)",
                            i > 0 ? ", " : "", here->columns[i], there->columns[i],
                            there->quoted, found);
  g_string_append_printf (body,
                          "UPDATE %s SET %s WHERE " SQLITE_THIS_ROW
                          " AND %s AND EXISTS (SELECT 1 FROM %s WHERE %s);\n  ",
                          here->quoted, values->str,
                          trigger_all_null (split->context, split->new_columns),
                          there->quoted, found);
}

/* A row of the other half is made only when there is something to keep. */
static void
append_make (Split *split, GString *body)
{
  const Half *there = &split->new_half;

  g_string_append_printf (
      body,
      "INSERT INTO %s (%s) SELECT %s WHERE NOT (%s) AND NOT EXISTS (SELECT 1 FROM %s "
      "WHERE %s);",
      there->quoted, list (split, there->key, there->columns),
      list (split, split->new_key, split->new_columns),
      trigger_all_null (split->context, split->new_columns), there->quoted,
      same (split, there->key, split->new_key));
}

static void
add_old_insert (Split *split)
{
  const Half *there = &split->new_half;
  g_autoptr (GString) body = g_string_new (NULL);

  append_pull (split, body);
  g_string_append_printf (body, "UPDATE %s SET %s WHERE %s AND %s AND NOT (%s);\n  ",
                          there->quoted,
                          assign (split, there->columns, split->new_columns),
                          same (split, there->key, split->new_key),
                          differs (split, there->columns, split->new_columns),
                          trigger_all_null (split->context, split->new_columns));
  append_make (split, body);
  trigger_add (split->context, split->old_half.name, split->new_half.name, "insert",
               "AFTER INSERT", NULL, body->str);
}

static const char *
update_head (Split *split)
{
  return arena_printf (split->context->arena, "AFTER UPDATE OF %s",
                       list (split, split->old_half.key, split->old_half.columns));
}

static const char *
row_changed (Split *split)
{
  return arena_printf (split->context->arena, "%s OR %s",
                       differs (split, split->new_key, split->was_key),
                       differs (split, split->new_columns, split->was_columns));
}

/* Under UPDATE OR IGNORE what a trigger does is OR IGNORE too: a row of the other half
 * that could not follow its key would be left behind without a word. */
static void
append_refuse_left_behind (Split *split, GString *body)
{
  const Half *there = &split->new_half;
  g_autofree char *message = g_strdup_printf ("UNIQUE constraint failed: %s: the key is "
                                              "taken there",
                                              there->name);

  g_string_append_printf (body, "\n  SELECT RAISE(ABORT, %s) FROM %s WHERE %s AND %s;",
                          sqlite_text_literal (split->context->arena, message),
                          there->quoted, same (split, there->key, split->was_key),
                          differs (split, split->new_key, split->was_key));
}

static void
add_old_update (Split *split)
{
  const Half *there = &split->new_half;
  g_autoptr (GString) body = g_string_new (NULL);

  g_string_append_printf (body, "UPDATE %s SET %s, %s WHERE %s AND (%s OR %s);\n  ",
                          there->quoted, assign (split, there->key, split->new_key),
                          assign (split, there->columns, split->new_columns),
                          same (split, there->key, split->was_key),
                          differs (split, there->key, split->new_key),
                          differs (split, there->columns, split->new_columns));
  append_make (split, body);
  append_refuse_left_behind (split, body);
  trigger_add (split->context, split->old_half.name, split->new_half.name, "update",
               update_head (split), row_changed (split), body->str);
}

static void
add_old_delete (Split *split)
{
  const Half *there = &split->new_half;

  trigger_add (split->context, split->old_half.name, split->new_half.name, "delete",
               "AFTER DELETE", NULL,
               arena_printf (split->context->arena, "DELETE FROM %s WHERE %s;",
                             there->quoted, same (split, there->key, split->was_key)));
}

/* What a row of the new table says goes back into the old one. */
static const char *
carry_back (Split *split)
{
  const Half *there = &split->old_half;

  return arena_printf (split->context->arena, "UPDATE %s SET %s WHERE %s AND %s;",
                       there->quoted, assign (split, there->columns, split->new_columns),
                       same (split, there->key, split->new_key),
                       differs (split, there->columns, split->new_columns));
}

/* A row of the old table that has lost its other half has nulls.
 * @unless: "AND …", when it has not lost it */
static const char *
forget (Split *split, const char *unless)
{
  const Half *there = &split->old_half;

  return arena_printf (split->context->arena, "UPDATE %s SET %s WHERE %s AND NOT (%s)%s;",
                       there->quoted, assign (split, there->columns, NULL),
                       same (split, there->key, split->was_key),
                       trigger_all_null (split->context, there->columns), unless);
}

/* What makes rows unique ------------------------------------------------------- */

static gboolean
all_move (Split *split, const char *const *columns)
{
  for (; *columns != NULL; columns++)
    if (!name_list_contains (split->sync->columns, *columns))
      return FALSE;
  return TRUE;
}

/* A row that REPLACE takes out of the new table fires no trigger, unless
 * recursive_triggers is on: the old one still has its values, and would lose the row to
 * the same REPLACE, with columns that nobody has written. */
static void
append_refuse_loss (Split *split, const char *const *columns, GString *body)
{
  TriggerContext *context = split->context;
  const Half *here = &split->new_half, *there = &split->old_half;
  g_autofree char *dot = g_strconcat (there->quoted, ".", NULL);
  const char *message = arena_printf (context->arena, "UNIQUE constraint failed: %s.%s",
                                      there->name, columns[0]);

  g_string_append_printf (
      body,
      "SELECT RAISE(ABORT, %s) FROM %s WHERE %s AND %s AND NOT EXISTS (SELECT 1 FROM %s "
      "AS zdm_half WHERE %s);\n  ",
      sqlite_text_literal (context->arena, message), there->quoted,
      trigger_pairs (context, trigger_references (context, dot, columns), "=",
                     trigger_references (context, "NEW.", columns), " AND "),
      differs (split, trigger_references (context, dot, split->sync->key),
               split->new_key),
      here->quoted,
      same (split, trigger_references (context, "zdm_half.", split->sync->key),
            trigger_references (context, dot, split->sync->key)));
}

/* The columns of a unique index over all rows.  Returns: (nullable) */
static const char *const *
unique_columns (const Index *index, Arena *arena)
{
  const char **columns = arena_new_array (arena, const char *, index->n_parts + 1);

  if (!index->unique || index->where != NULL)
    return NULL;
  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column == NULL)
      return NULL;
    else
      columns[i] = index->parts[i].column;
  return columns;
}

static const char *
refuse_losses (Split *split)
{
  const Table *old = database_find (split->context->shape, split->sync->old_table);
  g_autoptr (GString) body = g_string_new (NULL);

  for (guint i = 0; old != NULL && i < old->constraints->len; i++)
    {
      const Constraint *constraint = old->constraints->pdata[i];
      if (constraint->kind == CONSTRAINT_UNIQUE && all_move (split, constraint->columns))
        append_refuse_loss (split, constraint->columns, body);
    }
  for (guint i = 0; old != NULL && i < old->indexes->len; i++)
    {
      const char *const *columns
          = unique_columns (old->indexes->pdata[i], split->context->arena);
      if (columns != NULL && all_move (split, columns))
        append_refuse_loss (split, columns, body);
    }
  return arena_strdup (split->context->arena, body->str);
}

static void
add_new_triggers (Split *split)
{
  TriggerContext *context = split->context;
  const char *name = split->new_half.name, *other = split->old_half.name;
  const char *moved = arena_printf (context->arena, " AND %s",
                                    differs (split, split->new_key, split->was_key));
  const char *losses = refuse_losses (split);

  trigger_add (context, name, other, "insert", "AFTER INSERT", NULL,
               arena_printf (context->arena, "%s%s", losses, carry_back (split)));
  trigger_add (context, name, other, "update", update_head (split), row_changed (split),
               arena_printf (context->arena, "%s\n  %s%s", forget (split, moved), losses,
                             carry_back (split)));
  trigger_add (context, name, other, "delete", "AFTER DELETE", NULL, forget (split, ""));
}

gboolean
trigger_split (TriggerContext *context, const TableSync *sync,
               G_GNUC_UNUSED GError **error)
{
  Split split = {
    .context = context,
    .sync = sync,
    .old_half = half_of (context, sync->old_table, sync),
    .new_half = half_of (context, sync->new_table, sync),
    .new_key = trigger_references (context, "NEW.", sync->key),
    .new_columns = trigger_references (context, "NEW.", sync->columns),
    .was_key = trigger_references (context, "OLD.", sync->key),
    .was_columns = trigger_references (context, "OLD.", sync->columns),
  };

  add_old_insert (&split);
  add_old_update (&split);
  add_old_delete (&split);
  add_new_triggers (&split);
  return TRUE;
}
