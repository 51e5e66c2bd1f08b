/* SPDX-License-Identifier: Apache-2.0
 *
 * Lookups through an index over the source, and their aggregates.
 */
#include "config.h"

#include "engine/memory/lookup.h"

#include "engine/memory/row_index.h"
#include "model/error.h"

/* What a group of rows gives. */
typedef struct
{
  const BoundLookup *lookup;
  gsize n_rows;
  Value value; /* so far */
} Gathering;

struct LookupReader
{
  const BoundLookup *lookup;
  RowIndex *index;
  GHashTable *answers; /* of aggregates: the first row of a group → Gathering * */
  Arena *arena;
};

LookupReader *
lookup_reader_new (const BoundLookup *lookup)
{
  LookupReader *reader = g_new0 (LookupReader, 1);

  reader->lookup = lookup;
  reader->index = row_index_new (lookup->from, lookup->there, lookup->n_match);
  reader->answers = g_hash_table_new (NULL, NULL);
  reader->arena = arena_new ();
  return reader;
}

void
lookup_reader_free (LookupReader *reader)
{
  if (reader == NULL)
    return;
  row_index_free (reader->index);
  g_hash_table_unref (reader->answers);
  arena_free (reader->arena);
  g_free (reader);
}

static gboolean
add_up (Gathering *gathering, const Value *cell, GError **error)
{
  gint64 sum = gathering->value.kind == VALUE_NULL ? 0 : gathering->value.integer;

  if (!__builtin_add_overflow (sum, cell->integer, &sum))
    {
      gathering->value = value_integer (sum);
      return TRUE;
    }
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION,
               "the sum over '%s' does not fit a BIGINT",
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
gather_group (const LookupReader *reader, gsize first, const Value *key,
              Gathering *gathering, GError **error)
{
  gsize row = first;

  do
    if (!gather (gathering, row, error))
      return FALSE;
  while (row_index_next (reader->index, key, &row));
  gathering->value = value_copy (reader->arena, &gathering->value);
  return TRUE;
}

/* Every row with the same key has the same first match, and so the same answer. */
static const Gathering *
answer (LookupReader *reader, gsize first, const Value *key, GError **error)
{
  gpointer group = GSIZE_TO_POINTER (first + 1);
  Gathering *known = g_hash_table_lookup (reader->answers, group);

  if (known != NULL)
    return known;
  Gathering gathering = { .lookup = reader->lookup };
  if (!gather_group (reader, first, key, &gathering, error))
    return NULL;
  known = arena_memdup (reader->arena, &gathering, sizeof gathering);
  g_hash_table_insert (reader->answers, group, known);
  return known;
}

/* Returns: LOOKUP_NOTHING when no row has a value to give */
static LookupOutcome
find (LookupReader *reader, const Value *key, Value *found, GError **error)
{
  const BoundLookup *lookup = reader->lookup;
  Aggregate aggregate = lookup->lookup->aggregate;
  gsize first;

  if (aggregate == AGGREGATE_COUNT)
    *found = value_integer (0);
  if (!row_index_first (reader->index, key, &first))
    return aggregate == AGGREGATE_COUNT ? LOOKUP_FOUND : LOOKUP_NOTHING;
  if (aggregate == AGGREGATE_NONE)
    {
      *found = table_cell (lookup->from, first, lookup->column);
      return LOOKUP_FOUND;
    }
  const Gathering *gathering = answer (reader, first, key, error);
  if (gathering == NULL)
    return LOOKUP_FAILED;
  if (aggregate == AGGREGATE_COUNT)
    *found = value_integer ((gint64) gathering->n_rows);
  else
    *found = gathering->value;
  return aggregate == AGGREGATE_COUNT || gathering->n_rows > 0 ? LOOKUP_FOUND
                                                               : LOOKUP_NOTHING;
}

LookupOutcome
lookup_reader_get (LookupReader *reader, const Value *row, Arena *scratch, Value *value,
                   GError **error)
{
  const BoundLookup *lookup = reader->lookup;
  Value *key = arena_new_array (scratch, Value, lookup->n_match + 1);
  Value found = VALUE_NULL_INIT;

  for (guint i = 0; i < lookup->n_match; i++)
    key[i] = row[lookup->here[i]];
  LookupOutcome outcome = find (reader, key, &found, error);
  if (outcome != LOOKUP_FOUND)
    return outcome;
  if (!bound_transform_apply (lookup->transform, &found, scratch, value, error))
    return LOOKUP_FAILED;
  *value = value_copy (scratch, value); /* it may borrow from the source's cells */
  return LOOKUP_FOUND;
}
