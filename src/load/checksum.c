/* SPDX-License-Identifier: Apache-2.0
 *
 * The canonical form, and its hash.
 *
 * Each node is a letter, its length and a colon, and its content, so that no two
 * documents have the same form: `n` null, `s` scalar, `b` binary scalar, `l` list, `m`
 * mapping with its keys in the order of their bytes.
 */
#include "config.h"

#include "load/checksum.h"

#include <string.h>

#include "load/node.h"

static void
add_head (GChecksum *checksum, char kind, guint length)
{
  char head[32];
  int n = g_snprintf (head, sizeof head, "%c%u:", kind, length);

  g_checksum_update (checksum, (const guchar *) head, n);
}

static void
add_scalar (GChecksum *checksum, const Node *node)
{
  if (node_is_null (node))
    {
      add_head (checksum, 'n', 0);
      return;
    }
  add_head (checksum, node->binary ? 'b' : 's', node->length);
  g_checksum_update (checksum, (const guchar *) node->text, (gssize) node->length);
}

static int
compare_keys (gconstpointer a, gconstpointer b)
{
  const Node *one = *(const Node *const *) a, *other = *(const Node *const *) b;
  int order = memcmp (one->text, other->text, MIN (one->length, other->length));

  return order != 0 ? order
                    : (one->length > other->length) - (one->length < other->length);
}

static void add_node (GChecksum *checksum, const Node *node);

static void
add_mapping (GChecksum *checksum, const Node *mapping)
{
  g_autoptr (GPtrArray) keys = g_ptr_array_new ();

  NODE_FOREACH_ENTRY (key, mapping)
  g_ptr_array_add (keys, (gpointer) key);
  g_ptr_array_sort (keys, compare_keys);
  add_head (checksum, 'm', keys->len);
  for (guint i = 0; i < keys->len; i++)
    {
      const Node *key = keys->pdata[i];
      add_scalar (checksum, key);
      add_node (checksum, key->next);
    }
}

static void
add_node (GChecksum *checksum, const Node *node)
{
  switch ((NodeKind) node->kind)
    {
    case NODE_SCALAR:
      add_scalar (checksum, node);
      return;
    case NODE_MAPPING:
      add_mapping (checksum, node);
      return;
    case NODE_SEQUENCE:
      add_head (checksum, 'l', node->length);
      NODE_FOREACH_ITEM (item, node)
      add_node (checksum, item);
    }
}

char *
checksum_of_file (const char *bytes, gsize length)
{
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (Arena) arena = arena_new ();
  const Node *root = node_parse ("", bytes, length, arena, NULL, diagnostics);

  if (root != NULL)
    add_node (checksum, root);
  return g_strdup_printf ("zdm1:sha256:%s", g_checksum_get_string (checksum));
}
