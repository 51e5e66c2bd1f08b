/* SPDX-License-Identifier: Apache-2.0
 *
 * What a difference may not be, for reasons that are known before anything runs.
 */
#include "config.h"

#include "engine/mariadb/difference_part.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/sql_text.h"

/* Columns that take another one's place ------------------------------------------ */

const char *const *
maria_moved_columns (const Table *from, const Table *to, Arena *arena)
{
  const char **moves = arena_new_array (arena, const char *,
                                        2 * (from->syncs->len + to->syncs->len) + 1);
  guint n = 0;

  for (guint i = 0; i < from->syncs->len; i++)
    {
      const Sync *sync = from->syncs->pdata[i];
      if (sync->purpose == SYNC_FOR_RENAME
          && table_find_column (to, sync->old_columns[0]) == NULL)
        {
          moves[n++] = sync->old_columns[0];
          moves[n++] = sync->new_columns[0];
        }
    }
  for (guint i = 0; i < to->syncs->len; i++)
    {
      const Sync *sync = to->syncs->pdata[i];
      if (sync->purpose == SYNC_FOR_RENAME
          && table_find_column (from, sync->old_columns[0]) == NULL)
        {
          moves[n++] = sync->new_columns[0];
          moves[n++] = sync->old_columns[0];
        }
    }
  moves[n] = NULL;
  return moves;
}

/* Tables that are not as simple -------------------------------------------------- */

/* Whether the one is the other but for a column that was renamed. */
static gboolean
is_moved_key (const Table *from, const Table *to, const Constraint *was,
              const Constraint *is, Arena *arena)
{
  const char *const *moves = maria_moved_columns (from, to, arena);
  const Constraint *moved = was;

  for (guint i = 0; moves[i] != NULL; i += 2)
    moved = constraint_rename_column (arena, moved, moves[i], moves[i + 1]);
  return is->kind == CONSTRAINT_UNIQUE && constraint_equal (moved, is);
}

static gboolean
is_moved_index (const Table *from, const Table *to, const Index *was, const Index *is,
                Arena *arena)
{
  const char *const *moves = maria_moved_columns (from, to, arena);
  const Index *moved = was;

  for (guint i = 0; moves[i] != NULL; i += 2)
    moved = index_rename_column (arena, moved, moves[i], moves[i + 1]);
  return index_equal (moved, is);
}

static gboolean
check_constraints (const Table *from, const Table *to, Arena *arena, GError **error)
{
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *is = to->constraints->pdata[i];
      const Constraint *was = table_find_constraint (from, is->name);
      if (was != NULL && !constraint_equal (was, is)
          && !is_moved_key (from, to, was, is, arena))
        return maria_refuse (
            error,
            "constraint '%s' of '%s' would have to follow a column or change, "
            "which is not done on MariaDB yet",
            is->name, to->name);
    }
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *is = to->indexes->pdata[i];
      const Index *was = table_find_index (from, is->name);
      if (was != NULL && !index_equal (was, is)
          && !is_moved_index (from, to, was, is, arena))
        return maria_refuse (
            error,
            "index '%s' of '%s' would have to follow a column or change, which "
            "is not done on MariaDB yet",
            is->name, to->name);
    }
  return TRUE;
}

/* A VARCHAR keeps the length of each value in one byte, or in two; as long as none has to
 * get another one, a wider type is a word in the dictionary.  Values in the table's own
 * character set may be shorter than these. */
#define BYTES_OF_CHARACTER 4
#define BYTES_OF_SHORT 127
#define BYTES_OF_ONE_LENGTH 255

static gboolean
grows_in_place (const Column *was, const Column *is, Arena *arena)
{
  guint old_bytes = was->type.length * BYTES_OF_CHARACTER;
  guint new_bytes = is->type.length * BYTES_OF_CHARACTER;

  if (was->type.base != is->type.base || !type_widens (&was->type, &is->type))
    return FALSE;
  if (is->type.base == COLUMN_TYPE_ENUM)
    return g_strv_length ((char **) is->type.values) <= BYTES_OF_ONE_LENGTH
           || g_strv_length ((char **) was->type.values) > BYTES_OF_ONE_LENGTH;
  return is->type.base == COLUMN_TYPE_VARCHAR
         && g_str_equal (maria_column_type (is, arena),
                         mariadb_type_text (arena, &is->type))
         && (old_bytes <= BYTES_OF_SHORT || old_bytes > BYTES_OF_ONE_LENGTH
             || new_bytes <= BYTES_OF_ONE_LENGTH);
}

/* On the way back the type is the one it was, whatever that takes. */
static gboolean
check_type (const MariaDifference *difference, const Table *table, const Column *was,
            const Column *is, GError **error)
{
  Arena *arena = difference->arena;
  const char *from = maria_column_type (was, arena), *to = maria_column_type (is, arena);

  if (g_str_equal (from, to) || difference->back || grows_in_place (was, is, arena))
    return TRUE;
  if (difference->blocks && maria_changes_number (was, is))
    return maria_check_retype (difference, table, is, error);
  if (!type_widens (&was->type, &is->type))
    return maria_refuse (error,
                         "column '%s' of '%s' cannot change from %s to %s in place while "
                         "applications write it; use the change alter_column, which "
                         "fills a new column and keeps both in step",
                         is->name, table->name, from, to);
  return difference->blocks
         || maria_refuse (error,
                          "column '%s' of '%s' would change from %s to %s, for which "
                          "MariaDB copies the table while writers wait; "
                          "`allow_blocking: true` lets it",
                          is->name, table->name, from, to);
}

static gboolean
check_column (const MariaDifference *difference, const Table *table, const Column *was,
              const Column *is, GError **error)
{

  if (is->identity != was->identity || g_strcmp0 (is->comment, was->comment) != 0
      || g_strcmp0 (is->collate, was->collate) != 0)
    return maria_refuse (
        error,
        "the comment, collation or numbering of column '%s' of '%s' would "
        "change, which is not done on MariaDB yet",
        is->name, table->name);
  return check_type (difference, table, was, is, error);
}

static gboolean
check_tables (const MariaDifference *difference, const Table *from, const Table *to,
              GError **error)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      const Column *was = table_find_column (from, is->name);
      if (was != NULL && !check_column (difference, to, was, is, error))
        return FALSE;
      if (was == NULL && !difference->back && is->identity != IDENTITY_NONE)
        return maria_refuse (error, "a numbered column is not added on MariaDB yet");
    }
  return check_constraints (from, to, difference->arena, error);
}

gboolean
maria_is_long (const Column *column, Arena *arena)
{
  const char *type = column != NULL ? maria_column_type (column, arena) : "";

  return g_str_equal (type, "LONGTEXT") || g_str_equal (type, "LONGBLOB")
         || g_str_equal (type, "JSON");
}

/* InnoDB keeps no key of a text whose length nobody knows. */
static gboolean
check_primary_key (const Table *table, Arena *arena, GError **error)
{
  const Constraint *key = table_primary_key (table);

  for (guint i = 0; key != NULL && key->columns[i] != NULL; i++)
    {
      const Column *column = table_find_column (table, key->columns[i]);
      if (maria_is_long (column, arena))
        return maria_refuse (
            error,
            "column '%s' of '%s' is %s, which is no primary key on MariaDB; "
            "give it a type with a length",
            column->name, table->name, maria_column_type (column, arena));
    }
  return TRUE;
}

/* Lookups ----------------------------------------------------------------------- */

/* Whether an index begins with one of the columns. */
static gboolean
is_indexed (const Table *table, const char *const *columns)
{
  for (guint i = 0; i < table->indexes->len; i++)
    {
      const Index *index = table->indexes->pdata[i];
      const char *first = index->parts[0].column;
      if (first != NULL && name_list_contains (columns, first))
        return TRUE;
    }
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *key = table->constraints->pdata[i];
      if ((key->kind == CONSTRAINT_PRIMARY_KEY || key->kind == CONSTRAINT_UNIQUE)
          && name_list_contains (columns, key->columns[0]))
        return TRUE;
    }
  return FALSE;
}

static gboolean
check_index_over (const MariaDifference *difference, const char *name,
                  const char *const *columns, GError **error)
{
  const Table *table = database_find (difference->to, name);

  return table == NULL || is_indexed (table, columns)
         || maria_refuse (error,
                          "without an index over %s of '%s' each write would look at all "
                          "of its rows and lock them; make one first and declare it, or "
                          "say `allow_blocking: true`",
                          name_list_to_string (columns, difference->arena), name);
}

/* What triggers look for they lock, and without an index that is all there is. */
static gboolean
check_lookups (const MariaDifference *difference, GError **error)
{
  for (guint i = 0; i < difference->to->lookup_syncs->len; i++)
    {
      const LookupSync *sync = difference->to->lookup_syncs->pdata[i];
      if (!check_index_over (difference, sync->table, sync->lookup->match_here, error)
          || !check_index_over (difference, sync->lookup->from_table,
                                sync->lookup->match_there, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
maria_check_shapes (const MariaDifference *difference, GError **error)
{
  const Database *shapes[] = { difference->from, difference->to };

  if (!difference->back && !difference->blocks
      && difference->to->lookup_syncs->len > difference->from->lookup_syncs->len
      && !check_lookups (difference, error))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      for (guint j = 0; j < shapes[i]->tables->len; j++)
        if (!check_primary_key (shapes[i]->tables->pdata[j], difference->arena, error))
          return FALSE;
    }
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = maria_counterpart (difference->from, to);
      if (from != NULL && !check_tables (difference, from, to, error))
        return FALSE;
    }
  return TRUE;
}
