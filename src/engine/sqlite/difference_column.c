/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns of a table, from one shape to another.
 */
#include "config.h"

#include "engine/sqlite/difference_part.h"

#include "engine/sqlite/create.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/sqlite_types.h"
#include "model/error.h"
#include "model/shape.h"

/* Whether the definition says NOT NULL: of the rowid it says nothing. */
static gboolean
is_not_null (const Table *table, const Column *column)
{
  return !column->nullable && !sqlite_is_relaxed (table, column)
         && sqlite_rowid_column (table) != column;
}

/* Whether ALTER TABLE ADD COLUMN takes the default as it is. */
static gboolean
has_plain_default (const Column *column)
{
  return column->default_kind == DEFAULT_VALUE && !value_is_null (&column->default_value);
}

/* The live column that the new one is to be like: in a rename it takes that one's own
 * exact type, and one that was renamed comes back as it is under its new name. */
static const char *
source_of_type (const Table *from, const Table *to, const Column *column)
{
  for (guint i = 0; i < to->syncs->len; i++)
    {
      const Sync *sync = to->syncs->pdata[i];
      gboolean is_new = g_strcmp0 (sync->new_columns[0], column->name) == 0;
      const char *name = is_new ? sync->old_columns[0] : sync->new_columns[0];
      if (sync->purpose != SYNC_FOR_RENAME
          || (!is_new && !g_str_equal (sync->old_columns[0], column->name)))
        continue;
      const Column *other = table_find_column (from, name);
      if (other != NULL && type_spec_equal (&other->type, &column->type))
        return other->name;
    }
  return NULL;
}

static gboolean
is_text (const Column *column)
{
  return sqlite_type_affinity (sqlite_column_type (column)) == SQLITE_AFFINITY_TEXT;
}

/* The live column whose texts the new one's take the place of, with their collation; on
 * the way back it is the other one that is new. */
static const char *
source_of_collation (const Table *from, const Table *to, const Column *column)
{
  for (guint i = 0; i < to->syncs->len; i++)
    {
      const Sync *sync = to->syncs->pdata[i];
      gboolean is_new = g_strcmp0 (sync->new_columns[0], column->name) == 0;
      if (sync->purpose != SYNC_FOR_SHADOW || column->collate != NULL
          || (!is_new && !g_str_equal (sync->old_columns[0], column->name)))
        continue;
      const Column *other = table_find_column (from, is_new ? sync->old_columns[0]
                                                            : sync->new_columns[0]);
      if (other != NULL && is_text (other) && is_text (column))
        return other->name;
    }
  return NULL;
}

/* Whether the column comes back by itself, with a default that only the definition of the
 * start knows of: no other one gives its values. */
static gboolean
comes_back_alone (const Difference *difference, const Table *to, const Column *column)
{
  return difference->back && column->default_kind == DEFAULT_NONE
         && table_sync_of_new (to, column->name) == NULL
         && table_sync_of_old (to, column->name) == NULL;
}

static gboolean
add_column (Difference *difference, const Table *from, const Table *to,
            const Column *column, GArray *edits, GError **error)
{
  Arena *arena = difference->arena;
  Column *plain = column_copy (arena, column);
  gboolean needs_not_null = !column->nullable && !has_plain_default (column);

  if (column->identity != IDENTITY_NONE)
    {
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
          "column '%s' of '%s': SQLite numbers only the INTEGER PRIMARY KEY that a "
          "table was created with; create a new table instead",
          column->name, to->name);
      return FALSE;
    }
  plain->nullable = column->nullable || needs_not_null;
  plain->primary_key = plain->unique = FALSE;
  if (column->default_kind == DEFAULT_EXPRESSION)
    {
      plain->default_kind = DEFAULT_NONE;
      plain->default_expression = NULL;
      const char *text;
      if (!sqlite_default_text (column, arena, &text, error))
        return FALSE;
      difference_edit (edits, (SqliteEdit){ .kind = EDIT_SET_DEFAULT,
                                            .column = column->name,
                                            .text = text,
                                            .is_new = TRUE });
    }
  const char *definition = sqlite_column_text (plain, arena, error);
  if (definition == NULL)
    return FALSE;
  if (needs_not_null && !sqlite_is_relaxed (to, column))
    difference_edit (edits,
                     (SqliteEdit){ .kind = EDIT_SET_NOT_NULL, .column = column->name });
  const SqliteDetail detail = { .kind = SQLITE_ADD_COLUMN,
                                .table = to->name,
                                .shape = difference->to,
                                .column = column->name,
                                .like = source_of_type (from, to, column),
                                .collation = source_of_collation (from, to, column),
                                .back = comes_back_alone (difference, to, column),
                                .text = definition };
  difference_add (difference, &detail, LOCK_CLASS_WRITE,
                  sqlite_enum_check (plain, arena) != NULL ? ACTION_COST_SCAN
                                                           : ACTION_COST_INSTANT,
                  arena_printf (arena, "ALTER TABLE %s ADD COLUMN %s",
                                difference_quote (difference, to->name), definition));
  return TRUE;
}

gboolean
difference_add_columns (Difference *difference, const Table *from, const Table *to,
                        GArray *edits, GError **error)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *column = table_column (to, i);
      if (table_find_column (from, column->name) == NULL
          && !add_column (difference, from, to, column, edits, error))
        return FALSE;
    }
  return TRUE;
}

static void
exchange_names (Difference *difference, const Table *table, const Sync *sync)
{
  Arena *arena = difference->arena;
  const char *names[] = { sync->old_columns[0], sync->new_columns[0], NULL };
  const SqliteDetail detail = { .kind = SQLITE_EXCHANGE,
                                .table = table->name,
                                .shape = difference->to,
                                .names = arena_strv (arena, names) };

  difference_add (difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_INSTANT,
                  arena_printf (arena,
                                "in the definition of %s: %s and %s exchange their names",
                                difference_quote (difference, table->name),
                                difference_quote (difference, names[0]),
                                difference_quote (difference, names[1])));
}

static gboolean
is_exchanged (const Sync *sync, const Table *alone)
{
  return sync->purpose == SYNC_FOR_RENAME && sync->mode == SYNC_BOTH
         && table_find_column (alone, sync->old_columns[0]) == NULL
         && table_find_column (alone, sync->new_columns[0]) != NULL;
}

const char *
difference_exchanged_name (const Table *from, const Table *to, const char *column)
{
  for (guint i = 0; i < from->syncs->len; i++)
    {
      const Sync *sync = from->syncs->pdata[i];
      if (is_exchanged (sync, to) && g_str_equal (sync->old_columns[0], column))
        return sync->new_columns[0];
    }
  for (guint i = 0; i < to->syncs->len; i++)
    {
      const Sync *sync = to->syncs->pdata[i];
      if (is_exchanged (sync, from) && g_str_equal (sync->new_columns[0], column))
        return sync->old_columns[0];
    }
  return column;
}

/* @there: has both columns; @other: only the new one */
static void
exchange_where_alone (Difference *difference, const Table *there, const Table *other)
{
  for (guint i = 0; i < there->syncs->len; i++)
    {
      const Sync *sync = there->syncs->pdata[i];
      if (is_exchanged (sync, other))
        exchange_names (difference, there, sync);
    }
}

void
difference_exchange_columns (Difference *difference, const Table *from, const Table *to)
{
  exchange_where_alone (difference, from, to);
  exchange_where_alone (difference, to, from);
}

void
difference_drop_columns (Difference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < table_n_columns (from); i++)
    {
      const Column *column = table_column (from, i);
      if (table_find_column (to, column->name) != NULL)
        continue;
      const SqliteDetail detail = { .kind = SQLITE_DROP_COLUMN,
                                    .table = from->name,
                                    .shape = difference->to,
                                    .column = column->name };
      Action *action = difference_add (
          difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_REWRITE,
          arena_printf (difference->arena, "ALTER TABLE %s DROP COLUMN %s",
                        difference_quote (difference, from->name),
                        difference_quote (difference, column->name)));
      action->loses_data = TRUE;
    }
}

/* Values of an ENUM that are checked. */
static void
change_enum (const Difference *difference, const Column *from, const Column *to,
             GArray *loosening, GArray *tightening)
{
  const char *was = sqlite_enum_check (from, difference->arena);
  const char *is = sqlite_enum_check (to, difference->arena);

  if (g_strcmp0 (was, is) == 0)
    return;
  if (was != NULL)
    difference_edit (
        loosening,
        (SqliteEdit){ .kind = EDIT_DROP_ENUM, .column = from->name, .text = was });
  if (is != NULL)
    difference_edit (
        tightening,
        (SqliteEdit){ .kind = EDIT_ADD_ENUM, .column = to->name, .text = is });
}

static gboolean
same_default (const Column *a, const Column *b)
{
  if (a->default_kind != b->default_kind)
    return FALSE;
  if (a->default_kind == DEFAULT_VALUE)
    return value_equal (&a->default_value, &b->default_value);
  return a->default_kind == DEFAULT_NONE
         || engine_text_equal (a->default_expression, b->default_expression);
}

static gboolean
change_column (Difference *difference, const Table *from, const Table *to,
               const Column *was, const Column *is, GArray *loosening, GArray *tightening,
               GError **error)
{
  Arena *arena = difference->arena;
  gboolean was_bound = is_not_null (from, was), is_bound = is_not_null (to, is);

  if (was_bound && !is_bound)
    difference_edit (loosening, (SqliteEdit){ .kind = EDIT_DROP_NOT_NULL,
                                              .column = is->name,
                                              .keep_words = !is->nullable });
  if (!was_bound && is_bound)
    difference_edit (tightening,
                     (SqliteEdit){ .kind = EDIT_SET_NOT_NULL, .column = is->name });
  change_enum (difference, was, is, loosening, tightening);
  const char *type = sqlite_column_type (is);
  if (!g_str_equal (sqlite_column_type (was), type))
    difference_edit (
        tightening,
        (SqliteEdit){ .kind = EDIT_SET_TYPE, .column = is->name, .text = type });
  if (same_default (was, is))
    return TRUE;
  const char *text;
  if (!sqlite_default_text (is, arena, &text, error))
    return FALSE;
  difference_edit (
      tightening,
      (SqliteEdit){ .kind = EDIT_SET_DEFAULT, .column = is->name, .text = text });
  return TRUE;
}

gboolean
difference_change_columns (Difference *difference, const Table *from, const Table *to,
                           GArray *loosening, GArray *tightening, GError **error)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      const Column *was = table_find_column (from, is->name);
      if (was != NULL
          && !change_column (difference, from, to, was, is, loosening, tightening, error))
        return FALSE;
    }
  return TRUE;
}
