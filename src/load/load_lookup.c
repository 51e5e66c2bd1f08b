/* SPDX-License-Identifier: Apache-2.0
 *
 * `from`: what a column is filled from.
 *
 * A name, a list of names, or another table:
 * { table: memo, match: { uid: content_id }, column: id } reads memo.id of the row whose
 * memo.uid is this row's content_id.
 */
#include "config.h"

#include "load/load_operation.h"
#include "load/scalar.h"

typedef struct
{
  Lookup lookup;
  const Node *match;
} LookupDraft;

static const Word MISSINGS[] = { { "error", LOOKUP_MISSING_ERROR },
                                 { "null", LOOKUP_MISSING_NULL },
                                 { "delete", LOOKUP_MISSING_DELETE },
                                 { NULL, 0 } };

static const Word AGGREGATES[] = { { "count", AGGREGATE_COUNT },
                                   { "min", AGGREGATE_MIN },
                                   { "max", AGGREGATE_MAX },
                                   { "sum", AGGREGATE_SUM },
                                   { NULL, 0 } };

#define FIELD(member) offsetof (LookupDraft, lookup.member)

static const Key LOOKUP_LIST[] = {
  { "table", KEY_REQUIRED, FIELD (from_table), read_table_name, NULL },
  { "match", KEY_REQUIRED, offsetof (LookupDraft, match), read_node, NULL },
  { "column", KEY_OPTIONAL, FIELD (from_column), read_name, NULL },
  { "missing", KEY_OPTIONAL, FIELD (missing), read_word, MISSINGS },
  { "aggregate", KEY_OPTIONAL, FIELD (aggregate), read_word, AGGREGATES },
  END_OF_KEYS,
};

const KeyTable LOOKUP_KEYS = { "'from'", LOOKUP_LIST, NULL };

static void
load_match (Reader *reader, const Node *node, Lookup *lookup)
{
  g_autoptr (GPtrArray) here = g_ptr_array_new ();
  g_autoptr (GPtrArray) there = g_ptr_array_new ();

  reader->what = "match";
  if (!reader_want (reader, node, NODE_MAPPING))
    return;
  if (node->first == NULL)
    reader_error (reader, node, "write { <its column>: <this table's column> }",
                  "'match' must not be empty");
  NODE_FOREACH_ENTRY (key, node)
  {
    const char *other = scalar_name (reader, key);
    const char *own = scalar_name (reader, key->next);

    if (other == NULL || own == NULL)
      continue;
    g_ptr_array_add (there, (gpointer) other);
    g_ptr_array_add (here, (gpointer) own);
  }
  lookup->match_here = arena_ptr_array (reader->arena, here);
  lookup->match_there = arena_ptr_array (reader->arena, there);
}

static const Lookup *
load_lookup (Reader *reader, const Node *node)
{
  LookupDraft draft = { 0 };
  Lookup *lookup = &draft.lookup;
  guint n_errors = reader->n_errors;

  if (!reader_mapping (reader, node, &LOOKUP_KEYS, &draft))
    return NULL;
  load_match (reader, draft.match, lookup);
  if (lookup->from_column == NULL && lookup->aggregate != AGGREGATE_COUNT)
    reader_error (reader, node, NULL, "'from' needs 'column', unless it counts");
  lookup->location = reader_location (reader, node);
  check_table (reader, lookup->from_table,
               reader_location (reader, node_get (node, "table")));
  if (reader->n_errors != n_errors)
    return NULL;
  return arena_memdup (reader->arena, lookup, sizeof *lookup);
}

void
load_from (Reader *reader, const Node *node, const char *const **names,
           const Lookup **lookup)
{
  reader->what = "from";
  if (node->kind == NODE_MAPPING)
    *lookup = load_lookup (reader, node);
  else
    read_names (reader, node, names, NULL);
}
