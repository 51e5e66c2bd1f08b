/* SPDX-License-Identifier: Apache-2.0
 *
 * Migration: what one file says, in one arena.
 */
#include "config.h"

#include "model/migration.h"

Migration *
migration_new (const char *path)
{
  Migration *migration = g_new0 (Migration, 1);

  migration->arena = arena_new ();
  migration->path = arena_strdup (migration->arena, path);
  migration->tables = database_new ();
  migration->changes = g_ptr_array_new ();
  migration->steps = g_ptr_array_new ();
  migration->clients = g_ptr_array_new ();
  migration->location.file = migration->path;
  return migration;
}

/* Tables that operations carry (create_table) hold vectors; they are not in the arena. */
static void
free_carried_tables (GPtrArray *operations)
{
  for (guint i = 0; i < operations->len; i++)
    {
      const Operation *operation = g_ptr_array_index (operations, i);
      if (operation->kind == OPERATION_CREATE_TABLE)
        table_free ((Table *) operation->create_table.table);
    }
}

void
migration_free (Migration *migration)
{
  if (migration == NULL)
    return;
  free_carried_tables (migration->changes);
  free_carried_tables (migration->steps);
  g_ptr_array_unref (migration->changes);
  g_ptr_array_unref (migration->steps);
  g_ptr_array_unref (migration->clients);
  database_free (migration->tables);
  arena_free (migration->arena);
  g_free (migration);
}

char *
migration_client_label (const Migration *migration, const Client *client)
{
  for (guint i = 0; i < migration->clients->len; i++)
    {
      const Client *other = g_ptr_array_index (migration->clients, i);
      if (other != client && g_str_equal (other->name, client->name))
        return g_strdup_printf ("%s (%s)", client->name, client->table);
    }
  return g_strdup (client->name);
}
