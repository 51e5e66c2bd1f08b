/* SPDX-License-Identifier: Apache-2.0
 *
 * Database: a handful of tables, found by name.
 */
#include "config.h"

#include "model/database.h"

Database *
database_new (void)
{
  Database *database = g_new0 (Database, 1);

  database->tables = g_ptr_array_new_with_free_func ((GDestroyNotify) table_free);
  database->lookup_syncs = g_ptr_array_new ();
  database->table_syncs = g_ptr_array_new ();
  return database;
}

void
database_free (Database *database)
{
  if (database == NULL)
    return;
  g_ptr_array_unref (database->tables);
  g_ptr_array_unref (database->lookup_syncs);
  g_ptr_array_unref (database->table_syncs);
  g_free (database);
}

static gpointer
copy_table (gconstpointer table, gpointer data)
{
  (void) data;
  return table_copy (table);
}

Database *
database_copy (const Database *database)
{
  Database *copy = g_new0 (Database, 1);

  copy->tables = g_ptr_array_copy (database->tables, copy_table, NULL);
  copy->lookup_syncs = g_ptr_array_copy (database->lookup_syncs, NULL, NULL);
  copy->table_syncs = g_ptr_array_copy (database->table_syncs, NULL, NULL);
  return copy;
}

Database *
database_shape (const Database *database)
{
  Database *shape = database_new ();

  for (guint i = 0; i < database->tables->len; i++)
    database_add (shape, table_shape (database->tables->pdata[i]));
  return shape;
}

static gboolean
find_table (const Database *database, const char *name, guint *index)
{
  for (guint i = 0; i < database->tables->len; i++)
    {
      const Table *table = g_ptr_array_index (database->tables, i);
      if (g_str_equal (table->name, name) || g_strcmp0 (table->alias, name) == 0)
        {
          *index = i;
          return TRUE;
        }
    }
  return FALSE;
}

Table *
database_find (const Database *database, const char *name)
{
  guint index;

  return find_table (database, name, &index) ? g_ptr_array_index (database->tables, index)
                                             : NULL;
}

const char **
database_table_names (const Database *database)
{
  const char **names = g_new0 (const char *, database->tables->len + 1);

  for (guint i = 0; i < database->tables->len; i++)
    names[i] = ((const Table *) g_ptr_array_index (database->tables, i))->name;
  return names;
}

void
database_add (Database *database, Table *table)
{
  g_ptr_array_add (database->tables, table);
}

gboolean
database_remove (Database *database, const char *name)
{
  guint index;

  if (!find_table (database, name, &index))
    return FALSE;
  g_ptr_array_remove_index (database->tables, index);
  return TRUE;
}
