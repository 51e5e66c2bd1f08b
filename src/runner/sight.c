/* SPDX-License-Identifier: Apache-2.0
 *
 * Cross-reading: the row as every active client sees it.
 */
#include "config.h"

#include "runner/sight.h"

#include "engine/memory/lookup.h"
#include "engine/memory/memory.h"
#include "engine/memory/write.h"
#include "model/bind.h"
#include "runner/client_write.h"

/* One reader's look at one written row. */
typedef struct
{
  const CheckPoint *point;
  const ClientWrite *write;
  const Client *reader;
  const Table *table;
  gsize row;
  Arena *arena;
} Look;

static gboolean
reads (const Client *client, const char *column)
{
  for (const ClientColumn *read = client->reads; read != NULL && read->name != NULL;
       read++)
    if (g_str_equal (read->name, column))
      return TRUE;
  return FALSE;
}

static gboolean
reads_any (const Client *client, const char *const *columns)
{
  for (guint i = 0; columns[i] != NULL; i++)
    if (reads (client, columns[i]))
      return TRUE;
  return FALSE;
}

static const char *
wrote_any (const ClientWrite *write, const char *const *columns)
{
  for (guint i = 0; columns[i] != NULL; i++)
    if (name_list_contains (write->columns, columns[i]))
      return columns[i];
  return NULL;
}

gboolean
sight_is_live (const CheckPoint *point, const Relation *relation, const Table *table)
{
  const char *name = relations_table_name (point->plan, relation->table,
                                           relation->first_step, point->boundary);

  if (!g_str_equal (name, table->name) && g_strcmp0 (name, table->alias) != 0)
    return FALSE;
  for (guint i = 0; relation->old_columns[i] != NULL; i++)
    if (table_find_column (table, relation->old_columns[i]) == NULL)
      return FALSE;
  for (guint i = 0; relation->new_columns[i] != NULL; i++)
    if (table_find_column (table, relation->new_columns[i]) == NULL)
      return FALSE;
  return TRUE;
}

gboolean
sight_concerns (const CheckPoint *point, const Relation *relation, const Table *table)
{
  return !relation->is_shadow && sight_is_live (point, relation, table);
}

static Value *
cells (const Look *look, const char *const *columns)
{
  const guint *indexes = bind_columns (look->table, columns, look->arena, NULL);
  guint n = g_strv_length ((char **) columns);
  Value *values = arena_new_array (look->arena, Value, n + 1);

  for (guint i = 0; i < n; i++)
    values[i] = table_cell (look->table, look->row, indexes[i]);
  return values;
}

/* Whether the cells of @targets are what the transforms make of those of @sources. */
static gboolean
follows (const Look *look, const char *const *sources, const char *const *targets,
         const BoundTransform *const *transforms)
{
  const Value *inputs = cells (look, sources);
  const Value *have = cells (look, targets);

  for (guint i = 0; targets[i] != NULL; i++)
    {
      Value want;
      if (!bound_transform_apply (transforms[i], inputs, look->arena, &want, NULL)
          || !value_equal (&want, &have[i]))
        return FALSE;
    }
  return TRUE;
}

static const char *
blind (const Look *look, const char *seen_in, const char *written, const char *why)
{
  return arena_printf (look->point->arena,
                       "'%s' does not see in '%s' what it %s in '%s'%s",
                       look->reader->name, seen_in, look->write->verb, written, why);
}

/* Once the sync has ended, whoever writes the new column too keeps them in step. */
static gboolean
keeps_in_step (const Look *look, const char *const *new_columns, guint end_step)
{
  const Client *client = look->write->client;
  const ClientColumn *columns
      = look->write->is_insert ? client->inserts : client->updates;

  if (end_step == 0 || look->point->boundary < end_step)
    return FALSE;
  for (; columns != NULL && columns->name != NULL; columns++)
    if (name_list_contains (new_columns, columns->name))
      return TRUE;
  return FALSE;
}

static const char *
look_through (const Look *look, const Relation *relation)
{
  const char *wrote_old = wrote_any (look->write, relation->old_columns);
  const char *wrote_new = wrote_any (look->write, relation->new_columns);
  gboolean is_forward
      = follows (look, relation->old_columns, relation->new_columns, relation->forward);
  gboolean is_backward = relation->backward != NULL
                         && follows (look, relation->new_columns, relation->old_columns,
                                     relation->backward);

  if (wrote_old != NULL && reads_any (look->reader, relation->new_columns) && !is_forward
      && !(wrote_new != NULL && is_backward)
      && !keeps_in_step (look, relation->new_columns, relation->end_step))
    return blind (look, relation->new_columns[0], wrote_old, "");
  if (wrote_new != NULL && wrote_old == NULL
      && reads_any (look->reader, relation->old_columns) && !is_backward && !is_forward)
    return blind (look, relation->old_columns[0], wrote_new,
                  relation->backward == NULL
                      ? ": there is no 'backward', the sync is one way"
                      : "");
  return NULL;
}

static const char *
look_at_nulls (const Look *look)
{
  for (const ClientColumn *read = look->reader->reads; read != NULL && read->name != NULL;
       read++)
    {
      guint index;
      if (!table_column_index (look->table, read->name, &index))
        continue; /* the reader's own check says so */
      Value cell = table_cell (look->table, look->row, index);
      if (value_is_null (&cell)
          && client_expects_not_null (look->point, look->table->name, read->name))
        return arena_printf (
            look->point->arena,
            "'%s' reads null in '%s', NOT NULL for it, of a row that this one %s",
            look->reader->name, read->name, look->write->verb);
    }
  return NULL;
}

static const char *
look_at_types (const Look *look)
{
  for (const ClientColumn *read = look->reader->reads; read != NULL && read->name != NULL;
       read++)
    {
      guint index;
      if (!read->has_type || !table_column_index (look->table, read->name, &index))
        continue;
      Value cell = table_cell (look->table, look->row, index), seen;
      if (!type_cast (&table_column (look->table, index)->type, &read->type, &cell,
                      look->arena, &seen, NULL))
        return arena_printf (
            look->point->arena,
            "'%s' cannot read '%s' of a row that this one %s: it takes it for %s",
            look->reader->name, read->name, look->write->verb,
            type_spec_to_string (&read->type, look->arena));
    }
  return NULL;
}

/* What was written into a column is what is in it. */
static const char *
look_at_written (const Look *look)
{
  for (guint i = 0; look->write->columns[i] != NULL; i++)
    {
      guint index;
      if (!reads (look->reader, look->write->columns[i])
          || !table_column_index (look->table, look->write->columns[i], &index))
        continue;
      Value cell = table_cell (look->table, look->row, index);
      if (!value_equal (&cell, &look->write->values[i]))
        return arena_printf (
            look->point->arena, "'%s' reads another value in '%s' than this one %s",
            look->reader->name, look->write->columns[i], look->write->verb);
    }
  return NULL;
}

/* Lookups ----------------------------------------------------------------------- */

/* A column that is filled from another table. */
typedef struct
{
  const char *column;
  const Lookup *lookup;
  const Transform *transform;
} Filling;

/* The first row whose column is not what the other table gives; FALSE when all are. */
static gboolean
find_stale (const Look *look, const Table *table, const Filling *filling, gsize first,
            gsize end)
{
  const Database *database = memory_database (look->write->session);
  BoundLookup bound;

  if (!bind_lookup (database, table, filling->column, filling->lookup, filling->transform,
                    look->arena, &bound, NULL))
    return FALSE;
  g_autoptr (LookupReader) reader = lookup_reader_new (&bound);
  for (gsize row = first; row < end; row++)
    {
      Value *values = write_read_row (table, row, look->arena);
      Value want;
      switch (lookup_reader_get (reader, values, look->arena, &want, NULL))
        {
        case LOOKUP_FAILED:
          continue;
        case LOOKUP_NOTHING:
          want = VALUE_NULL_INIT;
          break;
        default:
          break;
        }
      if (!value_equal (&want, &values[bound.target]))
        return TRUE;
    }
  return FALSE;
}

static gboolean
wrote_match (const Look *look, const Lookup *lookup)
{
  for (guint i = 0; lookup->match_here[i] != NULL; i++)
    if (name_list_contains (look->write->columns, lookup->match_here[i]))
      return TRUE;
  return FALSE;
}

static gboolean
is_from_start (const CheckPoint *point, const char *table, const char *column)
{
  const Table *start = database_find (point->start, table);

  return start != NULL && table_find_column (start, column) != NULL;
}

/* Whether the step fills a column of the table, which the reader reads, from another
 * table. A hand-written backfill of a new column does, with a sync or without. */
static gboolean
filling_of_step (const Look *look, guint step, const char *table, Filling *filling)
{
  const Operation *operation = migration_plan_step (look->point->plan, step)->operation;
  const AddColumn *add = &operation->add_column;
  const Backfill *backfill = &operation->backfill;

  if (operation->table == NULL || !g_str_equal (operation->table, table))
    return FALSE;
  if (operation->kind == OPERATION_ADD_COLUMN && add->lookup != NULL)
    *filling = (Filling){ add->additions[0].column->name, add->lookup,
                          add->additions[0].transform };
  else if (operation->kind == OPERATION_BACKFILL && backfill->lookup != NULL
           && backfill->where == NULL
           && !is_from_start (look->point, table, backfill->columns[0]))
    *filling = (Filling){ backfill->columns[0], backfill->lookup, backfill->transform };
  else
    return FALSE;
  return reads (look->reader, filling->column);
}

/* The written row itself looks something up. */
static const char *
look_at_lookups (const Look *look)
{
  for (guint i = 0; i < look->point->boundary; i++)
    {
      Filling filling;
      if (!filling_of_step (look, i, look->table->name, &filling)
          || !(look->write->is_insert || wrote_match (look, filling.lookup)))
        continue;
      const char *column = filling.column;
      const char *const names[] = { column, NULL };
      guint end_step
          = relations_end_of_sync (look->point->plan, look->table->name, column);
      if (name_list_contains (look->write->columns, column)
          || keeps_in_step (look, names, end_step)
          || !find_stale (look, look->table, &filling, look->row, look->row + 1))
        continue;
      return arena_printf (
          look->point->arena,
          "'%s' does not see in '%s' what '%s' has for a row that this one %s",
          look->reader->name, column, filling.lookup->from_table, look->write->verb);
    }
  return NULL;
}

/* The written row is looked up by others.  A client from before the migration knows
 * nothing of a sync that has ended; a new one may keep the column itself. */
static const char *
look_from_source (const Look *look, const Table *filled)
{
  for (guint i = 0; i < look->point->boundary; i++)
    {
      Filling filling;
      if (!filling_of_step (look, i, filled->name, &filling)
          || !g_str_equal (filling.lookup->from_table, look->table->name)
          || !client_is_active (look->write->client, look->point->plan, i)
          || !find_stale (look, filled, &filling, 0, table_n_rows (filled)))
        continue;
      return arena_printf (look->point->arena,
                           "'%s' does not see in '%s' of '%s' what it %s in '%s'",
                           look->reader->name, filling.column, filled->name,
                           look->write->verb, look->table->name);
    }
  return NULL;
}

/* One row ------------------------------------------------------------------------ */

static const char *
look_at_row (const Look *look)
{
  const char *reason = look_at_written (look);

  for (guint i = 0; reason == NULL && i < look->point->relations->len; i++)
    {
      const Relation *relation = g_ptr_array_index (look->point->relations, i);
      if (sight_concerns (look->point, relation, look->table))
        reason = look_through (look, relation);
    }
  if (reason == NULL)
    reason = look_at_lookups (look);
  if (reason == NULL)
    reason = look_at_nulls (look);
  return reason != NULL ? reason : look_at_types (look);
}

/* Splits ------------------------------------------------------------------------ */

static gboolean
find_by_key (const Table *table, const Table *other, gsize row, const char *const *key,
             gsize *found)
{
  for (*found = 0; *found < table_n_rows (other); (*found)++)
    {
      guint i = 0;
      for (; key[i] != NULL; i++)
        {
          guint here, there;
          if (!table_column_index (table, key[i], &here)
              || !table_column_index (other, key[i], &there))
            return FALSE;
          Value a = table_cell (table, row, here), b = table_cell (other, *found, there);
          if (!value_equal (&a, &b))
            break;
        }
      if (key[i] == NULL)
        return TRUE;
    }
  return FALSE;
}

/* The same column in both halves of a split holds the same value. */
static const char *
look_at_other_half (const Look *look, const Table *other, const TableSync *sync)
{
  for (guint i = 0; sync->columns[i] != NULL; i++)
    {
      const char *column = sync->columns[i];
      guint here, there;
      gsize found;
      if (!name_list_contains (look->write->columns, column)
          || !reads (look->reader, column)
          || !table_column_index (look->table, column, &here)
          || !table_column_index (other, column, &there))
        continue;
      Value written = table_cell (look->table, look->row, here);
      Value seen = VALUE_NULL_INIT;
      if (find_by_key (look->table, other, look->row, sync->key, &found))
        seen = table_cell (other, found, there);
      else if (g_str_equal (sync->old_table, other->name))
        continue; /* nothing of the old table belongs to the row */
      if (!value_equal (&written, &seen))
        return blind (look, column, column, ": the tables are not in step");
    }
  return NULL;
}

static const char *
look_across (const Look *look, const Table *other)
{
  const Database *database = memory_database (look->write->session);
  const char *stale = look_from_source (look, other);

  if (stale != NULL)
    return stale;
  for (guint i = 0; i < database->table_syncs->len; i++)
    {
      const TableSync *sync = database->table_syncs->pdata[i];
      gboolean joins = (g_str_equal (sync->old_table, look->table->name)
                        && g_str_equal (sync->new_table, other->name))
                       || (g_str_equal (sync->new_table, look->table->name)
                           && g_str_equal (sync->old_table, other->name));
      const char *reason = joins ? look_at_other_half (look, other, sync) : NULL;
      if (reason != NULL)
        return reason;
    }
  return NULL;
}

const char *
sight_check (const CheckPoint *point, const Client *writer, const ClientWrite *write)
{
  g_autoptr (Arena) arena = arena_new ();
  const Database *database = memory_database (write->session);
  const Table *table = database_find (database, write->table);
  const char *reason = NULL;
  gsize row;

  if (!table_find_row (table, write->row_id, &row))
    return arena_printf (point->arena, "a row that it %s is gone at once", write->verb);
  for (guint i = 0; reason == NULL && i < point->migration->clients->len; i++)
    {
      const Client *reader = g_ptr_array_index (point->migration->clients, i);
      const Table *read = database_find (database, reader->table);
      Look look = { .point = point,
                    .write = write,
                    .reader = reader,
                    .table = table,
                    .row = row,
                    .arena = arena };
      if (read == NULL
          || (reader != writer
              && !client_is_active (reader, point->plan, point->boundary)))
        continue;
      reason = read == table ? look_at_row (&look) : look_across (&look, read);
    }
  return reason;
}
