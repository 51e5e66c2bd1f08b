/* SPDX-License-Identifier: Apache-2.0
 *
 * LookupSync: what to look up again, by row and by key.
 */
#include "config.h"

#include "engine/memory/lookup_sync.h"

#include "engine/memory/lookup.h"

/* What is noted for one sync. */
typedef struct
{
  const LookupSync *sync;
  GHashTable *row_ids; /* gint64 *, of the table that is filled */
  GHashTable *keys;    /* GBytes *: of source rows that were written */
} Touch;

struct LookupTouches
{
  GPtrArray *touches; /* Touch * */
};

static void
touch_free (gpointer data)
{
  Touch *touch = data;

  g_hash_table_unref (touch->row_ids);
  g_hash_table_unref (touch->keys);
  g_free (touch);
}

LookupTouches *
lookup_touches_new (void)
{
  LookupTouches *touches = g_new0 (LookupTouches, 1);

  touches->touches = g_ptr_array_new_with_free_func (touch_free);
  return touches;
}

void
lookup_touches_free (LookupTouches *touches)
{
  if (touches == NULL)
    return;
  g_ptr_array_unref (touches->touches);
  g_free (touches);
}

static Touch *
touch_of (LookupTouches *touches, const LookupSync *sync)
{
  for (guint i = 0; i < touches->touches->len; i++)
    {
      Touch *touch = g_ptr_array_index (touches->touches, i);
      if (touch->sync == sync)
        return touch;
    }
  Touch *touch = g_new0 (Touch, 1);
  touch->sync = sync;
  touch->row_ids = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  touch->keys = g_hash_table_new_full (g_bytes_hash, g_bytes_equal,
                                       (GDestroyNotify) g_bytes_unref, NULL);
  g_ptr_array_add (touches->touches, touch);
  return touch;
}

static gboolean
bind_sync (const Database *database, const LookupSync *sync, Arena *arena,
           BoundLookup *bound)
{
  const Table *table = database_find (database, sync->table);

  return table != NULL
         && bind_lookup (database, table, sync->column, sync->lookup, sync->declared,
                         arena, bound, NULL);
}

/* Noting ----------------------------------------------------------------------- */

/* The values in one piece that equals another exactly when they do; NULL when one is
 * null, since null matches nothing. */
static GBytes *
key_bytes (const Value *row, const guint *columns, guint n)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();

  for (guint i = 0; i < n; i++)
    {
      const Value *value = &row[columns[i]];
      if (value_is_null (value))
        return NULL;
      if (value->kind != VALUE_TEXT)
        {
          g_byte_array_append (bytes, (const guint8 *) &value->integer,
                               sizeof value->integer);
          continue;
        }
      guint64 length = value->text.length;
      g_byte_array_append (bytes, (const guint8 *) &length, sizeof length);
      g_byte_array_append (bytes, (const guint8 *) value->text.bytes, (guint) length);
    }
  return g_byte_array_free_to_bytes (g_steal_pointer (&bytes));
}

static gboolean
differ (const Value *before, const Value *after, const guint *columns, guint n)
{
  for (guint i = 0; i < n; i++)
    if (!value_equal (&before[columns[i]], &after[columns[i]]))
      return TRUE;
  return FALSE;
}

void
lookup_sync_row_written (Writer *writer, const Table *table, gint64 row_id,
                         const Value *before, const Value *after)
{
  for (guint i = 0; i < writer->database->lookup_syncs->len; i++)
    {
      const LookupSync *sync = writer->database->lookup_syncs->pdata[i];
      BoundLookup bound;
      if (!g_str_equal (sync->table, table->name)
          || !bind_sync (writer->database, sync, writer->scratch, &bound))
        continue;
      gboolean wanted = before == NULL
                            ? value_is_null (&after[bound.target])
                            : differ (before, after, bound.here, bound.n_match);
      if (wanted)
        g_hash_table_add (touch_of (writer->touches, sync)->row_ids,
                          g_memdup2 (&row_id, sizeof row_id));
    }
}

static void
note_key (Touch *touch, const BoundLookup *bound, const Value *row)
{
  GBytes *key = row != NULL ? key_bytes (row, bound->there, bound->n_match) : NULL;

  if (key != NULL)
    g_hash_table_add (touch->keys, key);
}

void
lookup_sync_source_written (Writer *writer, const Table *source, const Value *before,
                            const Value *after)
{
  for (guint i = 0; i < writer->database->lookup_syncs->len; i++)
    {
      const LookupSync *sync = writer->database->lookup_syncs->pdata[i];
      BoundLookup bound;
      if (database_find (writer->database, sync->lookup->from_table) != source
          || !bind_sync (writer->database, sync, writer->scratch, &bound))
        continue;
      if (before != NULL && after != NULL
          && !differ (before, after, bound.there, bound.n_match)
          && (!bound.has_column || !differ (before, after, &bound.column, 1)))
        continue;
      note_key (touch_of (writer->touches, sync), &bound, before);
      note_key (touch_of (writer->touches, sync), &bound, after);
    }
}

/* Looking up again ------------------------------------------------------------- */

static gboolean
is_touched (const Touch *touch, const BoundLookup *bound, gint64 row_id, const Value *row)
{
  if (g_hash_table_contains (touch->row_ids, &row_id))
    return TRUE;
  if (g_hash_table_size (touch->keys) == 0)
    return FALSE;
  g_autoptr (GBytes) key = key_bytes (row, bound->here, bound->n_match);
  return key != NULL && g_hash_table_contains (touch->keys, key);
}

static Value *
read_cells (const Table *table, gsize row, Arena *scratch)
{
  Value *values = arena_new_array (scratch, Value, table_n_columns (table) + 1);

  for (guint i = 0; i < table_n_columns (table); i++)
    values[i] = table_cell (table, row, i);
  return values;
}

static void
refresh (LookupReader *reader, Table *table, guint target, gsize row, const Value *values,
         Arena *scratch)
{
  Value found = VALUE_NULL_INIT;

  if (lookup_reader_get (reader, values, scratch, &found, NULL) != LOOKUP_FOUND)
    found = VALUE_NULL_INIT;
  if (!value_equal (&found, &values[target]))
    vector_set (vector_writable ((Vector **) &table->vectors->pdata[target]), row,
                &found);
}

static void
refresh_touched (Writer *writer, const Touch *touch)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Arena) scratch = arena_new ();
  Table *table = database_find (writer->database, touch->sync->table);
  BoundLookup bound;

  if (!bind_sync (writer->database, touch->sync, arena, &bound))
    return;
  g_autoptr (LookupReader) reader = lookup_reader_new (&bound);
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      arena_reset (scratch);
      const Value *values = read_cells (table, row, scratch);
      if (is_touched (touch, &bound, table_row_id (table, row), values))
        refresh (reader, table, bound.target, row, values, scratch);
    }
}

void
lookup_sync_finish (Writer *writer)
{
  GPtrArray *touches = writer->touches->touches;

  for (guint i = 0; i < touches->len; i++)
    refresh_touched (writer, g_ptr_array_index (touches, i));
  g_ptr_array_set_size (touches, 0);
}

/* The gate's question ---------------------------------------------------------- */

gsize
lookup_sync_out_of_step (const Database *database, const LookupSync *sync, gsize *first)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Arena) scratch = arena_new ();
  const Table *table = database_find (database, sync->table);
  BoundLookup bound;
  gsize n_out = 0;

  if (!bind_sync (database, sync, arena, &bound))
    return 0;
  g_autoptr (LookupReader) reader = lookup_reader_new (&bound);
  for (gsize row = 0; row < table_n_rows (table); row++)
    {
      Value cell = table_cell (table, row, bound.target), found = VALUE_NULL_INIT;
      arena_reset (scratch);
      if (!value_is_null (&cell))
        continue; /* what an application wrote into it is its own business */
      LookupOutcome outcome = lookup_reader_get (reader, read_cells (table, row, scratch),
                                                 scratch, &found, NULL);
      if (outcome == LOOKUP_NOTHING
          || (outcome == LOOKUP_FOUND && value_is_null (&found)))
        continue;
      if (n_out++ == 0)
        *first = row;
    }
  return n_out;
}
