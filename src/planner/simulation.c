/* SPDX-License-Identifier: Apache-2.0
 *
 * Simulation: one database without rows for each engine that differs.
 */
#include "config.h"

#include "planner/simulation.h"

#include "model/shape.h"

static const char *const ENGINES[] = { "memory", "sqlite", "postgres", "mariadb" };

struct Simulation
{
  guint n_worlds;
  Database *worlds[G_N_ELEMENTS (ENGINES)];
};

static gboolean
any_names_engines (const GPtrArray *operations)
{
  for (guint i = 0; i < operations->len; i++)
    if (((const Operation *) operations->pdata[i])->engines != NULL)
      return TRUE;
  return FALSE;
}

Simulation *
simulation_new (const Migration *migration)
{
  Simulation *simulation = g_new0 (Simulation, 1);

  simulation->n_worlds
      = any_names_engines (migration->changes) || any_names_engines (migration->steps)
            ? G_N_ELEMENTS (ENGINES)
            : 1;
  for (guint i = 0; i < simulation->n_worlds; i++)
    simulation->worlds[i] = database_shape (migration->tables);
  return simulation;
}

void
simulation_free (Simulation *simulation)
{
  if (simulation == NULL)
    return;
  for (guint i = 0; i < simulation->n_worlds; i++)
    database_free (simulation->worlds[i]);
  g_free (simulation);
}

gboolean
simulation_apply (Simulation *simulation, const Operation *operation, Arena *arena,
                  GError **error)
{
  for (guint i = 0; i < simulation->n_worlds; i++)
    {
      if (!operation_runs_on (operation, ENGINES[i])
          || shape_apply (simulation->worlds[i], operation, arena, error))
        continue;
      if (simulation->n_worlds > 1)
        g_prefix_error (error, "on %s, ", ENGINES[i]);
      return FALSE;
    }
  return TRUE;
}

const Database *
simulation_database (const Simulation *simulation, const Operation *operation)
{
  for (guint i = 0; i < simulation->n_worlds; i++)
    if (operation_runs_on (operation, ENGINES[i]))
      return simulation->worlds[i];
  return simulation->worlds[0];
}

/* Difference ------------------------------------------------------------------- */

static char *
column_difference (const Table *actual, const Table *expected)
{
  for (guint i = 0; i < table_n_columns (expected); i++)
    {
      const Column *wanted = table_column (expected, i);
      const Column *found = table_find_column (actual, wanted->name);
      if (found == NULL)
        return g_strdup_printf ("column '%s' of '%s' is missing", wanted->name,
                                expected->name);
      if (!column_equal (found, wanted))
        return g_strdup_printf ("column '%s' of '%s' ends up with another definition",
                                wanted->name, expected->name);
    }
  return NULL;
}

static char *
constraint_difference (const Table *actual, const Table *expected)
{
  for (guint i = 0; i < expected->constraints->len; i++)
    {
      const Constraint *wanted = expected->constraints->pdata[i];
      const Constraint *found = table_find_constraint (actual, wanted->name);
      if (found == NULL)
        return g_strdup_printf ("constraint '%s' of '%s' is missing", wanted->name,
                                expected->name);
      if (!constraint_equal (found, wanted))
        return g_strdup_printf ("constraint '%s' of '%s' ends up with another definition",
                                wanted->name, expected->name);
    }
  return NULL;
}

static char *
index_difference (const Table *actual, const Table *expected)
{
  for (guint i = 0; i < expected->indexes->len; i++)
    {
      const Index *wanted = expected->indexes->pdata[i];
      const Index *found = table_find_index (actual, wanted->name);
      if (found == NULL)
        return g_strdup_printf ("index '%s' of '%s' is missing", wanted->name,
                                expected->name);
      if (!index_equal (found, wanted))
        return g_strdup_printf ("index '%s' of '%s' ends up with another definition",
                                wanted->name, expected->name);
    }
  return NULL;
}

/* What @expected has and @actual has not. */
static char *
database_lack (const Database *actual, const Database *expected)
{
  for (guint i = 0; i < expected->tables->len; i++)
    {
      const Table *wanted = expected->tables->pdata[i];
      const Table *found = database_find (actual, wanted->name);
      if (found == NULL || !g_str_equal (found->name, wanted->name))
        return g_strdup_printf ("table '%s' is missing", wanted->name);
      char *difference = column_difference (found, wanted);
      if (difference == NULL)
        difference = constraint_difference (found, wanted);
      if (difference == NULL)
        difference = index_difference (found, wanted);
      if (difference != NULL)
        return difference;
    }
  return NULL;
}

char *
simulation_difference (const Simulation *actual, const Simulation *expected)
{
  for (guint i = 0; i < actual->n_worlds; i++)
    {
      char *difference = database_lack (actual->worlds[i], expected->worlds[i]);
      if (difference != NULL)
        return difference;
      g_autofree char *extra = database_lack (expected->worlds[i], actual->worlds[i]);
      if (extra != NULL)
        return g_strdup_printf ("one after the other, %s", extra);
    }
  return NULL;
}

/* Names ------------------------------------------------------------------------ */

NamesSeen *
names_seen_new (void)
{
  NamesSeen *seen = g_new0 (NamesSeen, 1);

  seen->tables = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                        (GDestroyNotify) g_hash_table_unref);
  return seen;
}

void
names_seen_free (NamesSeen *seen)
{
  if (seen == NULL)
    return;
  g_hash_table_unref (seen->tables);
  g_free (seen);
}

static void
note_table (NamesSeen *seen, const char *name, const Table *table)
{
  GHashTable *columns = g_hash_table_lookup (seen->tables, name);

  if (columns == NULL)
    {
      columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (seen->tables, g_strdup (name), columns);
    }
  for (guint i = 0; i < table_n_columns (table); i++)
    g_hash_table_add (columns, g_strdup (table_column (table, i)->name));
}

void
simulation_note_names (const Simulation *simulation, NamesSeen *seen)
{
  for (guint i = 0; i < simulation->n_worlds; i++)
    {
      const GPtrArray *tables = simulation->worlds[i]->tables;
      for (guint j = 0; j < tables->len; j++)
        {
          const Table *table = tables->pdata[j];
          note_table (seen, table->name, table);
          if (table->alias != NULL)
            note_table (seen, table->alias, table);
        }
    }
}
