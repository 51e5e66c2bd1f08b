/* SPDX-License-Identifier: Apache-2.0
 *
 * Row writes with everything that follows from them.
 */
#include "config.h"

#include "engine/memory/write.h"

#include "engine/memory/cross_sync.h"
#include "engine/memory/lookup_sync.h"
#include "engine/memory/row_sync.h"
#include "model/bind.h"
#include "model/error.h"

/* A deleted row whose consequences are still to come. */
typedef struct
{
  Table *table;
  gsize row;
  gboolean is_echo;
} Deletion;

void
writer_init (Writer *writer, Database *database, Arena *scratch)
{
  *writer = (Writer){ .database = database, .scratch = scratch };
  writer->set = write_set_new ();
  writer->touches = lookup_touches_new ();
  writer->deletions = g_array_new (FALSE, FALSE, sizeof (Deletion));
}

void
writer_clear (Writer *writer)
{
  write_set_free (writer->set);
  lookup_touches_free (writer->touches);
  g_array_unref (writer->deletions);
}

void
writer_finish (Writer *writer)
{
  write_set_finish (writer->set);
  lookup_sync_finish (writer);
}

Value *
write_read_row (const Table *table, gsize row, Arena *scratch)
{
  guint n = table_n_columns (table);
  Value *values = arena_new_array (scratch, Value, n + 1);

  for (guint i = 0; i < n; i++)
    {
      Value cell = table_cell (table, row, i);
      values[i] = value_copy (scratch, &cell);
    }
  return values;
}

static void
write_cells (Writer *writer, Table *table, gsize row, const Value *before,
             const Value *after)
{
  for (guint i = 0; i < table_n_columns (table); i++)
    if (!value_equal (&before[i], &after[i]))
      vector_set (vector_writable ((Vector **) &table->vectors->pdata[i]), row,
                  &after[i]);
  write_set_row_changed (writer->set, table, row, before, after);
}

static gsize
write_row (Writer *writer, Table *table, const Value *values)
{
  gsize row = table_insert (table, values);

  write_set_row_added (writer->set, table, row);
  return row;
}

void
write_cells_echo (Writer *writer, Table *table, gsize row, const guint *columns, guint n,
                  const Value *values)
{
  const Value *before = write_read_row (table, row, writer->scratch);
  Value *after = arena_memdup (writer->scratch, before,
                               (table_n_columns (table) + 1) * sizeof *before);

  for (guint i = 0; i < n; i++)
    after[columns[i]] = values[i];
  write_cells (writer, table, row, before, after);
}

void
write_row_echo (Writer *writer, Table *table, const Value *values)
{
  write_row (writer, table, values);
}

/* Defaults -------------------------------------------------------------------- */

/* A number that the column has no room for is an error, as in a database. */
static gboolean
next_identity (Writer *writer, Table *table, guint index, Value *value, GError **error)
{
  const Column *column = table_column (table, index);

  *value = value_integer (write_set_next_identity (writer->set, table, index));
  if (type_check (&column->type, value, error))
    return TRUE;
  g_prefix_error (error, "the next number of column '%s' of '%s': ", column->name,
                  table->name);
  return FALSE;
}

/* A column whose default only a database can work out is left null where it may be. */
static gboolean
default_for (Writer *writer, Table *table, guint index, Value *value, GError **error)
{
  const Column *column = table_column (table, index);

  *value = VALUE_NULL_INIT;
  if (column->default_kind == DEFAULT_VALUE)
    *value = column->default_value;
  else if (column->identity != IDENTITY_NONE)
    return next_identity (writer, table, index, value, error);
  else if (column->default_kind == DEFAULT_EXPRESSION && !column->nullable)
    {
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
          "the default of column '%s' of '%s' is an SQL expression, which memory cannot "
          "evaluate; give the value",
          column->name, table->name);
      return FALSE;
    }
  return TRUE;
}

static gboolean
fill_defaults (Writer *writer, Table *table, Value *values, const gboolean *given,
               GError **error)
{
  for (guint i = 0; i < table_n_columns (table); i++)
    if (!given[i] && !default_for (writer, table, i, &values[i], error))
      return FALSE;
  return TRUE;
}

/* Says "was not given" before the constraint can only say "is null". */
static gboolean
check_required (const Table *table, const Value *values, const gboolean *given,
                GError **error)
{
  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const Column *column = table_column (table, i);
      if (given[i] || column->nullable || !value_is_null (&values[i]))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                   "column '%s' of '%s' is required: it is NOT NULL and has no default",
                   column->name, table->name);
      return FALSE;
    }
  return TRUE;
}

gboolean
write_insert (Writer *writer, Table *table, Value *values, const gboolean *given,
              gint64 *row_id, GError **error)
{
  if (!fill_defaults (writer, table, values, given, error))
    return FALSE;
  row_sync_apply_all (table, NULL, values, writer->scratch);
  cross_sync_pull (writer, table, values);
  if (!check_required (table, values, given, error))
    return FALSE;
  gsize row = write_row (writer, table, values);
  gint64 id = table_row_id (table, row);
  if (row_id != NULL)
    *row_id = id;
  lookup_sync_row_written (writer, table, id, NULL, values);
  return cross_sync_after (writer, table, NULL, values, error);
}

/* Foreign keys ---------------------------------------------------------------- */

/* What a child's key becomes: the new parent's (cascade), null, or the default. */
static void
follow (const Table *child, const Constraint *key, ReferenceAction action,
        const Table *parent, const char *const *columns, const Value *parent_after,
        Value *values)
{
  for (guint i = 0; columns[i] != NULL; i++)
    {
      guint here, there;
      if (!table_column_index (child, key->columns[i], &here)
          || !table_column_index (parent, columns[i], &there))
        continue;
      const Column *column = table_column (child, here);
      values[here] = VALUE_NULL_INIT;
      if (action == REFERENCE_CASCADE && parent_after != NULL)
        values[here] = parent_after[there];
      else if (action == REFERENCE_SET_DEFAULT && column->default_kind == DEFAULT_VALUE)
        values[here] = column->default_value;
    }
}

static gboolean
act_on_row (Writer *writer, Table *child, const Constraint *key, const Table *parent,
            const char *const *columns, gsize row, const Value *after, GError **error)
{
  ReferenceAction action = after == NULL ? key->on_delete : key->on_update;

  if (after == NULL && action == REFERENCE_CASCADE)
    return write_delete (writer, child, row, error);
  Value *values = write_read_row (child, row, writer->scratch);
  follow (child, key, action, parent, columns, after, values);
  return write_update (writer, child, row, values, error);
}

static gboolean
act_on_child (Writer *writer, Table *child, const Constraint *key, const Table *parent,
              const Value *before, const Value *after, GError **error)
{
  ReferenceAction action = after == NULL ? key->on_delete : key->on_update;
  const char *const *columns = bind_references (parent, key, NULL);

  if (columns == NULL || action == REFERENCE_NO_ACTION || action == REFERENCE_RESTRICT)
    return TRUE; /* verify_database() refuses what is left hanging */
  guint n = g_strv_length ((char **) columns);
  const guint *here = bind_columns (child, key->columns, writer->scratch, NULL);
  const guint *there = bind_columns (parent, columns, writer->scratch, NULL);
  Value *wanted = arena_new_array (writer->scratch, Value, n + 1);
  for (guint i = 0; i < n; i++)
    wanted[i] = before[there[i]];
  LiveCursor cursor
      = live_index_find (write_set_index (writer->set, child, here, n), wanted);
  gsize row;
  while (live_cursor_next (&cursor, &row))
    if (!write_set_is_deleted (writer->set, child, row)
        && !act_on_row (writer, child, key, parent, columns, row, after, error))
      return FALSE;
  return TRUE;
}

static gboolean
key_changed (const Table *parent, const char *const *columns, const Value *before,
             const Value *after)
{
  for (guint i = 0; columns[i] != NULL; i++)
    {
      guint index;
      if (table_column_index (parent, columns[i], &index)
          && !value_equal (&before[index], &after[index]))
        return TRUE;
    }
  return FALSE;
}

/* @after: NULL when the row is gone */
static gboolean
act_on_references (Writer *writer, const Table *parent, const Value *before,
                   const Value *after, GError **error)
{
  for (guint i = 0; i < writer->database->tables->len; i++)
    {
      Table *child = g_ptr_array_index (writer->database->tables, i);
      for (guint j = 0; j < child->constraints->len; j++)
        {
          const Constraint *key = child->constraints->pdata[j];
          if (key->kind != CONSTRAINT_FOREIGN_KEY
              || database_find (writer->database, key->references_table) != parent)
            continue;
          const char *const *columns = bind_references (parent, key, NULL);
          if (columns == NULL
              || (after != NULL && !key_changed (parent, columns, before, after)))
            continue;
          if (!act_on_child (writer, child, key, parent, before, after, error))
            return FALSE;
        }
    }
  return TRUE;
}

/* Update ---------------------------------------------------------------------- */

gboolean
write_update (Writer *writer, Table *table, gsize row, Value *values, GError **error)
{
  const Value *before = write_read_row (table, row, writer->scratch);

  row_sync_apply_all (table, before, values, writer->scratch);
  write_cells (writer, table, row, before, values);
  lookup_sync_row_written (writer, table, table_row_id (table, row), before, values);
  return act_on_references (writer, table, before, values, error)
         && cross_sync_after (writer, table, before, values, error);
}

/* Delete ---------------------------------------------------------------------- */

static gboolean
follow_deletion (Writer *writer, const Deletion *deletion, GError **error)
{
  const Value *before = write_read_row (deletion->table, deletion->row, writer->scratch);

  return act_on_references (writer, deletion->table, before, NULL, error)
         && (deletion->is_echo
             || cross_sync_after (writer, deletion->table, before, NULL, error));
}

/* One after the other and not one within the other: a chain of rows that refer to each
 * other may be as long as the table. */
static gboolean
follow_deletions (Writer *writer, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Arena *scratch = writer->scratch;
  gboolean done = TRUE;

  writer->is_following = TRUE;
  writer->scratch = arena;
  while (done && writer->deletions->len > 0)
    {
      guint last = writer->deletions->len - 1;
      Deletion deletion = g_array_index (writer->deletions, Deletion, last);
      g_array_set_size (writer->deletions, last);
      arena_reset (arena);
      done = follow_deletion (writer, &deletion, error);
    }
  writer->scratch = scratch;
  writer->is_following = FALSE;
  return done;
}

static gboolean
delete_row (Writer *writer, Table *table, gsize row, gboolean is_echo, GError **error)
{
  Deletion deletion = { .table = table, .row = row, .is_echo = is_echo };

  if (!write_set_delete (writer->set, table, row))
    return TRUE;
  g_array_append_val (writer->deletions, deletion);
  return writer->is_following || follow_deletions (writer, error);
}

gboolean
write_delete (Writer *writer, Table *table, gsize row, GError **error)
{
  return delete_row (writer, table, row, FALSE, error);
}

gboolean
write_delete_echo (Writer *writer, Table *table, gsize row, GError **error)
{
  return delete_row (writer, table, row, TRUE, error);
}
