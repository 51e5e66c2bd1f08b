/* SPDX-License-Identifier: Apache-2.0
 *
 * Lookups with and without an index, and their aggregates.
 */
#include "config.h"

#include "engine/memory/lookup.h"

#include "model/error.h"

typedef struct
{
  const BoundLookup *lookup;
  gsize n_rows;
  Value value; /* so far */
} Gathering;

static gboolean
add_up (Gathering *gathering, const Value *cell, GError **error)
{
  gint64 sum = gathering->value.kind == VALUE_NULL ? 0 : gathering->value.integer;

  if (!__builtin_add_overflow (sum, cell->integer, &sum))
    {
      gathering->value = value_integer (sum);
      return TRUE;
    }
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "the sum over '%s' does not fit a BIGINT",
               gathering->lookup->lookup->from_table);
  return FALSE;
}

static gboolean
gather (Gathering *gathering, gsize row, GError **error)
{
  const BoundLookup *lookup = gathering->lookup;
  Aggregate aggregate = lookup->lookup->aggregate;
  Value cell = lookup->has_column ? table_cell (lookup->from, row, lookup->column)
                                  : value_integer (1);
  gboolean is_first = gathering->n_rows == 0;

  if (aggregate == AGGREGATE_NONE)
    {
      if (is_first)
        gathering->value = cell;
      gathering->n_rows++;
      return TRUE;
    }
  if (value_is_null (&cell))
    return TRUE; /* aggregates pass nulls over */
  gathering->n_rows++;
  if (aggregate == AGGREGATE_SUM)
    return add_up (gathering, &cell, error);
  if (aggregate == AGGREGATE_COUNT)
    return TRUE;
  int order = is_first ? 0 : type_compare (&lookup->found_type, &cell, &gathering->value);
  if (is_first || (aggregate == AGGREGATE_MIN ? order < 0 : order > 0))
    gathering->value = cell;
  return TRUE;
}

static gboolean
row_matches (const BoundLookup *lookup, gsize row, const Value *key)
{
  for (guint i = 0; i < lookup->n_match; i++)
    {
      Value cell = table_cell (lookup->from, row, lookup->there[i]);
      if (value_is_null (&cell) || !value_equal (&cell, &key[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
gather_all (Gathering *gathering, const RowIndex *index, const Value *key, GError **error)
{
  const BoundLookup *lookup = gathering->lookup;
  gsize row;

  if (index != NULL)
    {
      for (gboolean more = row_index_first (index, key, &row); more;
           more = row_index_next (index, key, &row))
        if (!gather (gathering, row, error))
          return FALSE;
      return TRUE;
    }
  for (row = 0; row < table_n_rows (lookup->from); row++)
    if (row_matches (lookup, row, key) && !gather (gathering, row, error))
      return FALSE;
  return TRUE;
}

LookupOutcome
lookup_value (const BoundLookup *lookup, const RowIndex *index, const Value *row, Arena *scratch,
              Value *value, GError **error)
{
  Gathering gathering = { .lookup = lookup };
  Value *key = arena_new_array (scratch, Value, lookup->n_match + 1);

  for (guint i = 0; i < lookup->n_match; i++)
    key[i] = row[lookup->here[i]];
  if (!gather_all (&gathering, index, key, error))
    return LOOKUP_FAILED;
  if (lookup->lookup->aggregate == AGGREGATE_COUNT)
    gathering.value = value_integer ((gint64) gathering.n_rows);
  else if (gathering.n_rows == 0)
    return LOOKUP_NOTHING;
  return bound_transform_apply (lookup->transform, &gathering.value, scratch, value, error)
             ? LOOKUP_FOUND
             : LOOKUP_FAILED;
}
