/* SPDX-License-Identifier: Apache-2.0
 *
 * NewTables: a set of names for each engine.
 */
#include "config.h"

#include "safety/new_tables.h"

#include "safety/target.h"

NewTables *
new_tables_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static gboolean
is_default_schema (const char *schema, guint engines)
{
  return schema == NULL || *schema == '\0'
         || (engines == TARGET_POSTGRES && g_str_equal (schema, "public"))
         || (engines == TARGET_SQLITE && g_str_equal (schema, "main"));
}

static char *
key_of (const char *schema, const char *table, guint engines)
{
  return g_strconcat (is_default_schema (schema, engines) ? "" : schema, ".", table,
                      NULL);
}

static void
add_key (NewTables *tables, char *key, guint engines)
{
  engines |= GPOINTER_TO_UINT (g_hash_table_lookup (tables, key));
  g_hash_table_replace (tables, key, GUINT_TO_POINTER (engines));
}

void
new_tables_add (NewTables *tables, const char *schema, const char *table, guint engines)
{
  add_key (tables, key_of (schema, table, engines), engines);
}

gboolean
new_tables_has (NewTables *tables, const char *schema, const char *table, guint engines)
{
  g_autofree char *key = key_of (schema, table, engines);
  guint found = GPOINTER_TO_UINT (g_hash_table_lookup (tables, key));

  return engines != TARGET_NONE && (found & engines) == engines;
}

void
new_tables_merge (NewTables *tables, NewTables *more)
{
  GHashTableIter iter;
  gpointer key, engines;

  g_hash_table_iter_init (&iter, more);
  while (g_hash_table_iter_next (&iter, &key, &engines))
    add_key (tables, g_strdup (key), GPOINTER_TO_UINT (engines));
}
