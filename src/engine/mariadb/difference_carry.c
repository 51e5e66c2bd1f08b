/* SPDX-License-Identifier: Apache-2.0
 *
 * Indexes of a column on the one that takes its place: built beside the old ones, whose
 * names they take.
 */
#include "config.h"

#include "engine/mariadb/difference_part.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/sql_text.h"
#include "model/generated_name.h"

/* Columns that move --------------------------------------------------------------- */

/* The name under which an index is built while its own one is taken. */
static const char *
aside_name (const MariaDifference *difference, gboolean back, const char *name)
{
  return generated_name (difference->arena, arena_printf (difference->arena, "zdm_%s_%s",
                                                          back ? "back" : "aside", name));
}

/* The same for one over new names of columns, which applications use for days: it says
 * which columns, as several of an index may get new names one after another. */
static const char *
mirror_name (const MariaDifference *difference, const Index *index)
{
  g_autoptr (GString) name = g_string_new ("zdm_mirror_");

  g_string_append (name, index->name);
  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column != NULL)
      g_string_append_printf (name, "_%s", index->parts[i].column);
  return generated_name (difference->arena, arena_strdup (difference->arena, name->str));
}

static void
drop_aside (MariaDifference *difference, const Table *table, const char *aside)
{
  maria_alter (difference, table,
               arena_printf (difference->arena, "DROP INDEX IF EXISTS %s",
                             maria_name (difference, aside)),
               NOCOPY, ACTION_COST_INSTANT);
}

/* "ADD INDEX …", under the name aside. */
static const char *
aside_clause (MariaDifference *difference, const Table *table, const Index *index,
              const char *name, GError **error)
{
  Index aside = *index;

  if (!maria_check_unique_index (difference, table, index, error))
    return NULL;
  aside.name = name;
  const char *text = maria_index_text (table, &aside, difference->arena, error);
  if (text == NULL)
    return NULL;
  g_autoptr (GString) clause = g_string_new ("ADD ");
  g_string_append (clause, text);
  g_string_replace (clause, "INDEX ", "INDEX IF NOT EXISTS ", 1);
  return arena_strdup (difference->arena, clause->str);
}

static gboolean
build_aside (MariaDifference *difference, const Table *table, const Index *index,
             const char *aside, GError **error)
{
  const char *clause = aside_clause (difference, table, index, aside, error);

  if (clause == NULL)
    return FALSE;
  maria_alter (difference, table, clause, NOCOPY, ACTION_COST_INDEX);
  return TRUE;
}

/* (nullable): of an index over expressions */
static const char *const *
columns_of (const MariaDifference *difference, const Index *index)
{
  const char **names
      = arena_new_array (difference->arena, const char *, index->n_parts + 1);

  for (guint i = 0; i < index->n_parts; i++)
    {
      if (index->parts[i].column == NULL)
        return NULL;
      names[i] = index->parts[i].column;
    }
  return names;
}

/* @was: what goes, as it is by then */
static void
place_index (MariaDifference *difference, const Table *table, const char *aside,
             const Index *was, const Index *index)
{
  Arena *arena = difference->arena;
  const char *name = maria_name (difference, index->name);
  const char *sql = arena_printf (
      arena, "ALTER TABLE %s DROP INDEX IF EXISTS %s, RENAME INDEX %s TO %s%s",
      maria_name (difference, table->name), name, maria_name (difference, aside), name,
      difference->blocks ? "" : NOCOPY);
  const MariaPlace place = { .declared = table,
                             .name = index->name,
                             .over = columns_of (difference, was),
                             .or_over = columns_of (difference, index) };
  const MariaDetail detail = { .kind = MARIA_PLACE_INDEX,
                               .table = table->name,
                               .text = sql,
                               .aside = aside,
                               .place = arena_memdup (arena, &place, sizeof place) };

  maria_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INSTANT, sql);
}

/* What the way there has built and not placed goes first on the way back. */
static gboolean
carry_index (MariaDifference *difference, const Table *to, const Index *was,
             const Index *index, GError **error)
{
  const char *aside = difference->back ? aside_name (difference, TRUE, index->name)
                                       : mirror_name (difference, index);

  if (difference->back)
    drop_aside (difference, to, mirror_name (difference, was));
  else
    maria_see_whole (difference, to, aside, index->n_parts);
  if (!build_aside (difference, to, index, aside, error))
    return FALSE;
  place_index (difference, to, aside, was, index);
  return TRUE;
}

/* A unique constraint is an index here. */
static Index
index_of_key (MariaDifference *difference, const Constraint *key)
{
  guint n = g_strv_length ((char **) key->columns);
  IndexPart *parts = arena_new_array (difference->arena, IndexPart, n + 1);

  for (guint i = 0; i < n; i++)
    parts[i] = (IndexPart){ .column = key->columns[i] };
  return (Index){ .name = key->name, .parts = parts, .n_parts = n, .unique = TRUE };
}

gboolean
maria_carry_bound (MariaDifference *difference, const Table *from, const Table *to,
                   GError **error)
{
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      const Index *was = table_find_index (from, index->name);
      if (was != NULL && !index_equal (was, index)
          && !carry_index (difference, to, was, index, error))
        return FALSE;
    }
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *key = to->constraints->pdata[i];
      const Constraint *was = table_find_constraint (from, key->name);
      if (key->kind != CONSTRAINT_UNIQUE || was == NULL || constraint_equal (was, key))
        continue;
      const Index old = index_of_key (difference, was);
      const Index index = index_of_key (difference, key);
      if (!carry_index (difference, to, &old, &index, error))
        return FALSE;
    }
  return TRUE;
}

/* Columns that exchange their places ---------------------------------------------- */

static gboolean
index_has (const Index *index, const char *column)
{
  for (guint i = 0; i < index->n_parts; i++)
    if (g_strcmp0 (index->parts[i].column, column) == 0)
      return TRUE;
  return FALSE;
}

/* Indexes, and unique constraints as such: Index *. */
static GPtrArray *
indexes_of (MariaDifference *difference, const Table *table)
{
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < table->indexes->len; i++)
    g_ptr_array_add (list, table->indexes->pdata[i]);
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *key = table->constraints->pdata[i];
      if (key->kind != CONSTRAINT_UNIQUE)
        continue;
      const Index index = index_of_key (difference, key);
      g_ptr_array_add (list, arena_memdup (difference->arena, &index, sizeof index));
    }
  return list;
}

/* The index as it will be when so many columns have their new names: contract takes one
 * after another. */
static const Index *
index_behind (const MariaDifference *difference, const Table *table, const Index *index,
              guint n_syncs)
{
  for (guint i = 0; i < n_syncs; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (sync->purpose == SYNC_FOR_RENAME)
        index = index_rename_column (difference->arena, index, sync->old_columns[0],
                                     sync->new_columns[0]);
    }
  return index;
}

/* The one that waits for the end of the rename; NULL: none is built of this index. */
static const Index *
mirror_of (const MariaDifference *difference, const Table *table, const Index *index,
           guint n_sync)
{
  const Sync *sync = table->syncs->pdata[n_sync];
  const Index *before = index_behind (difference, table, index, n_sync);

  if (sync->purpose != SYNC_FOR_RENAME || !index_has (before, sync->old_columns[0]))
    return NULL;
  Index *mirror = arena_memdup (difference->arena,
                                index_behind (difference, table, before, n_sync + 1),
                                sizeof *mirror);
  mirror->name = mirror_name (difference, mirror);
  return mirror;
}

/* Those over the column, and what waits for its place over it. */
static GPtrArray *
indexes_over (MariaDifference *difference, const Table *table, const char *column)
{
  g_autoptr (GPtrArray) all = indexes_of (difference, table);
  GPtrArray *list = g_ptr_array_new ();

  for (guint i = 0; i < all->len; i++)
    {
      if (index_has (all->pdata[i], column))
        g_ptr_array_add (list, all->pdata[i]);
      for (guint j = 0; j < table->syncs->len; j++)
        {
          const Index *mirror = mirror_of (difference, table, all->pdata[i], j);
          if (mirror != NULL && index_has (mirror, column))
            g_ptr_array_add (list, (gpointer) mirror);
        }
    }
  return list;
}

/* Where the other column is there: otherwise they have exchanged their places. */
static void
alter_where (MariaDifference *difference, const Table *table, const char *column,
             const char *clause)
{
  Arena *arena = difference->arena;
  const char *sql
      = arena_printf (arena, "ALTER TABLE %s %s%s", maria_name (difference, table->name),
                      clause, difference->blocks ? "" : NOCOPY);
  const MariaAlter alter = { .table = table->name, .column = column, .sql = sql };
  const MariaDetail detail
      = { .kind = MARIA_ALTER, .alter = arena_memdup (arena, &alter, sizeof alter) };

  maria_difference_add (difference, &detail,
                        difference->blocks ? LOCK_CLASS_WRITE : LOCK_CLASS_NONE,
                        ACTION_COST_INDEX, sql);
}

gboolean
maria_build_aside (MariaDifference *difference, const Table *table, const char *column,
                   const char *other, GError **error)
{
  g_autoptr (GPtrArray) list = indexes_over (difference, table, column);

  for (guint i = 0; i < list->len; i++)
    {
      const Index *index
          = index_rename_column (difference->arena, list->pdata[i], column, other);
      const char *clause
          = aside_clause (difference, table, index,
                          aside_name (difference, difference->back, index->name), error);
      if (clause == NULL)
        return FALSE;
      if (difference->back)
        drop_aside (difference, table, aside_name (difference, FALSE, index->name));
      alter_where (difference, table, other, clause);
    }
  return TRUE;
}

void
maria_place_aside (MariaDifference *difference, const Table *table, const char *column,
                   const char *old_name)
{
  g_autoptr (GPtrArray) list = indexes_over (difference, table, column);

  for (guint i = 0; i < list->len; i++)
    {
      const Index *index = list->pdata[i];
      place_index (
          difference, table, aside_name (difference, difference->back, index->name),
          index_rename_column (difference->arena, index, column, old_name), index);
    }
}

/* Columns that have two names ------------------------------------------------------ */

static gboolean
mirror_indexes (MariaDifference *difference, const Table *table, guint n_sync,
                GError **error)
{
  g_autoptr (GPtrArray) list = indexes_of (difference, table);

  for (guint i = 0; i < list->len; i++)
    {
      const Index *mirror = mirror_of (difference, table, list->pdata[i], n_sync);
      if (mirror == NULL)
        continue;
      if (difference->back)
        drop_aside (difference, table, mirror->name);
      else if (!build_aside (difference, table, mirror, mirror->name, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
maria_mirror_bound (MariaDifference *difference, const Table *table, const char *column,
                    GError **error)
{
  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (name_list_contains (sync->new_columns, column)
          && !mirror_indexes (difference, table, i, error))
        return FALSE;
    }
  return TRUE;
}
