/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients of a file.  Whether their columns are there, and when, the planner knows.
 */
#include "config.h"

#include "load/load_client.h"

#include "load/load_operation.h"
#include "load/load_type.h"
#include "load/scalar.h"

typedef struct
{
  Client client;
  ClientColumn *reads; /* ALL_COLUMNS among them */
  const ClientColumn *writes;
} ClientDraft;

/* What stands for the columns that a client does not name. */
#define ALL_COLUMNS "*"

typedef struct
{
  ClientColumn column;
  const Node *type;
} ClientColumnDraft;

static const Word PHASES[] = { { "expanding", MIGRATION_PHASE_EXPANDING },
                               { "migrating", MIGRATION_PHASE_MIGRATING },
                               { "contracting", MIGRATION_PHASE_CONTRACTING },
                               { "complete", MIGRATION_PHASE_COMPLETE },
                               { NULL, 0 } };

static void read_client_columns (Reader *reader, const Node *node, gpointer field,
                                 gconstpointer data);

#define FIELD(member) offsetof (ClientDraft, client.member)

static const Key CLIENT_LIST[] = {
  { "name", KEY_REQUIRED, FIELD (name), read_name, NULL },
  { "after", KEY_OPTIONAL, FIELD (after), read_word, PHASES },
  { "before", KEY_OPTIONAL, FIELD (before), read_word, PHASES },
  { "table", KEY_OPTIONAL, FIELD (table), read_table_name, NULL },
  { "reads", KEY_OPTIONAL, offsetof (ClientDraft, reads), read_client_columns, NULL },
  { "writes", KEY_OPTIONAL, offsetof (ClientDraft, writes), read_client_columns, NULL },
  { "inserts", KEY_OPTIONAL, FIELD (inserts), read_client_columns, NULL },
  { "updates", KEY_OPTIONAL, FIELD (updates), read_client_columns, NULL },
  END_OF_KEYS,
};

const KeyTable CLIENT_KEYS = { "a client", CLIENT_LIST, NULL };

static const Key CLIENT_COLUMN_LIST[] = {
  { "name", KEY_REQUIRED, offsetof (ClientColumnDraft, column.name), read_name, NULL },
  { "type", KEY_OPTIONAL, offsetof (ClientColumnDraft, type), read_node, NULL },
  END_OF_KEYS,
};

const KeyTable CLIENT_COLUMN_KEYS = { "a client's column", CLIENT_COLUMN_LIST, NULL };

/* ---- columns ---- */

static void
load_client_column (Reader *reader, const Node *node, ClientColumn *column)
{
  ClientColumnDraft draft = { 0 };

  if (node->kind != NODE_MAPPING)
    draft.column.name = scalar_name (reader, node);
  else if (reader_mapping (reader, node, &CLIENT_COLUMN_KEYS, &draft)
           && draft.type != NULL)
    draft.column.has_type = load_type_text (reader, draft.type, &draft.column.type);
  draft.column.location = reader_location (reader, node);
  *column = draft.column;
}

static void
read_client_columns (Reader *reader, const Node *node, gpointer field,
                     G_GNUC_UNUSED gconstpointer data)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  ClientColumn *columns;
  guint n = 0;

  if (!reader_want (reader, node, NODE_SEQUENCE))
    return;
  columns = arena_new_array (reader->arena, ClientColumn, node->length + 1);
  NODE_FOREACH_ITEM (item, node)
  {
    load_client_column (reader, item, &columns[n]);
    if (columns[n].name == NULL)
      continue;
    if (g_hash_table_add (seen, (gpointer) columns[n].name))
      n++;
    else
      reader_error (reader, item, NULL, "'%s' names '%s' twice", reader->what,
                    columns[n].name);
  }
  columns[n].name = NULL;
  *(const ClientColumn **) field = columns;
}

/* ---- a client ---- */

static void
finish_phases (Reader *reader, const Node *node, Client *client)
{
  client->has_after = node_get (node, "after") != NULL;
  client->has_before = node_get (node, "before") != NULL;
  if (client->has_after && client->has_before && client->before <= client->after)
    reader_error (reader, node_get (node, "before"), NULL,
                  "client '%s' works after %s and before %s, which is never",
                  client->name, migration_phase_to_word (client->after),
                  migration_phase_to_word (client->before));
  if (client->has_after && client->after == MIGRATION_PHASE_COMPLETE)
    reader_error (reader, node_get (node, "after"), "say `after: contracting`",
                  "nothing comes after complete");
}

static const ClientColumn NONE = { .name = NULL };

/* Of what is only said by `*` nobody knows whether the client needs it. */
static void
finish_reads (Reader *reader, const Node *node, ClientDraft *draft)
{
  Client *client = &draft->client;
  guint n = 0;

  client->reads = draft->reads != NULL ? draft->reads : &NONE;
  if (draft->reads == NULL)
    return;
  for (const ClientColumn *column = draft->reads; column->name != NULL; column++)
    if (g_str_equal (column->name, ALL_COLUMNS))
      client->reads_all = TRUE;
    else
      draft->reads[n++] = *column;
  draft->reads[n].name = NULL;
  if (client->reads_all && n == 0)
    reader_error (reader, node_get (node, "reads"), "reads: ['*', id, …]",
                  "client '%s' reads '*' and names no column: name those that it needs "
                  "beside it",
                  client->name);
}

static void
finish_writes (Reader *reader, const Node *node, ClientDraft *draft)
{
  Client *client = &draft->client;

  if (draft->writes != NULL && (client->inserts != NULL || client->updates != NULL))
    reader_error (reader, node_get (node, "writes"), NULL,
                  "'writes' stands for both 'inserts' and 'updates': give it, or them");
  if (client->inserts == NULL)
    client->inserts = draft->writes != NULL ? draft->writes : &NONE;
  if (client->updates == NULL)
    client->updates = draft->writes != NULL ? draft->writes : &NONE;
}

static void
finish_table (Reader *reader, const Node *node, Client *client)
{
  if (client->table == NULL)
    client->table = only_table (reader, node);
  else
    check_table (reader, client->table,
                 reader_location (reader, node_get (node, "table")));
}

/* One application may use several tables: a client of the same name for each. */
static void
refuse_twice (Reader *reader, const Node *node, const Client *client,
              const GPtrArray *clients)
{
  for (guint i = 0; i < clients->len; i++)
    {
      const Client *other = g_ptr_array_index (clients, i);
      if (client->table != NULL && g_str_equal (other->name, client->name)
          && g_strcmp0 (other->table, client->table) == 0)
        reader_error (reader, node_get (node, "name"),
                      "the same name may stand again for another table",
                      "there are two clients '%s' of table '%s'", client->name,
                      client->table);
    }
}

static void
load_client (Reader *reader, const Node *node, GPtrArray *clients)
{
  ClientDraft draft = { 0 };
  Client *client = &draft.client;

  if (!reader_mapping (reader, node, &CLIENT_KEYS, &draft))
    return;
  client->location = reader_location (reader, node);
  finish_phases (reader, node, client);
  finish_reads (reader, node, &draft);
  finish_writes (reader, node, &draft);
  finish_table (reader, node, client);
  refuse_twice (reader, node, client, clients);
  g_ptr_array_add (clients, arena_memdup (reader->arena, client, sizeof *client));
}

void
load_clients (Reader *reader, const Node *node, GPtrArray *clients)
{
  reader->what = "clients";
  if (reader_want (reader, node, NODE_SEQUENCE))
    NODE_FOREACH_ITEM (item, node)
  load_client (reader, item, clients);
}
