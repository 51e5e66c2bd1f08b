/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables that are renamed, and two columns that exchange their names.
 */
#include "config.h"

#include "engine/postgres/difference_part.h"

#include "model/error.h"
#include "model/table_name.h"

/* Renames ----------------------------------------------------------------------- */

gboolean
pg_difference_rename_table (PgDifference *difference, const char *from, const char *to,
                            GError **error)
{
  if (!pg_plan_drop_triggers (difference, error))
    return FALSE;
  pg_plan_drop_aliases (difference);
  /* The server itself follows the name in foreign keys and views. */
  pg_plan_statement (
      difference,
      arena_printf (difference->arena, "ALTER TABLE %s RENAME TO %s",
                    pg_plan_table (difference, from),
                    pg_plan_name (difference, table_name_own (to, difference->arena))));
  pg_plan_create_aliases (difference);
  return pg_plan_create_triggers (difference, error);
}

/* A foreign key and the table that it is of, before and after. */
typedef struct
{
  const Table *from, *to;
  const Constraint *key;
} Reference;

static gboolean
refers_to (const Constraint *key, const Table *table, const char *column)
{
  const char *const *columns = key->kind == CONSTRAINT_FOREIGN_KEY
                                       && g_str_equal (key->references_table, table->name)
                                   ? bind_references (table, key, NULL)
                                   : NULL;

  return columns != NULL && name_list_contains (columns, column);
}

/* Foreign keys, of declared tables, to the column: the server keeps them at the key that
 * they were made for. (transfer full) */
static GArray *
references_to (const PgDifference *difference, const Table *table, const char *column)
{
  GArray *references = g_array_new (FALSE, FALSE, sizeof (Reference));

  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      Reference reference = { .from = difference->from->tables->pdata[i] };
      reference.to = pg_plan_counterpart (difference->to, reference.from);
      for (guint j = 0; j < reference.from->constraints->len; j++)
        {
          reference.key = reference.from->constraints->pdata[j];
          if (refers_to (reference.key, table, column))
            g_array_append_val (references, reference);
        }
    }
  return references;
}

/* The file was refused if their types did not fit. */
static gboolean
refer_again (PgDifference *difference, const GArray *references, GError **error)
{
  for (guint i = 0; i < references->len; i++)
    {
      const Reference *reference = &g_array_index (references, Reference, i);
      if (!pg_plan_add_constraint (difference, reference->to, reference->key, TRUE,
                                   error))
        return FALSE;
    }
  return TRUE;
}

static void
validate_references (PgDifference *difference, const GArray *references)
{
  difference->in_change = FALSE;
  for (guint i = 0; i < references->len; i++)
    {
      const Reference *reference = &g_array_index (references, Reference, i);
      pg_plan_validate (difference, reference->to, reference->key, reference->key->name);
    }
}

gboolean
pg_difference_swap (PgDifference *difference, const Table *table, const char *column,
                    const char *shadow, const char *old_name, GError **error)
{
  Arena *arena = difference->arena;
  const char *names[] = { column, shadow, old_name, NULL };
  const Table *after = database_find (difference->to, table->name);
  const Column *is = table_find_column (after, column);
  const PgDetail detail = { .kind = PG_SWAP,
                            .table = table->name,
                            .shape = difference->to,
                            .before = difference->from,
                            .names = arena_strv (arena, names),
                            .back = difference->back };

  pg_plan_carry (difference, PG_CARRY_PREPARE, table, column, shadow);
  if (!is->nullable)
    pg_plan_prove_not_null (difference, table, shadow);
  difference->in_change = FALSE;
  if (!pg_plan_drop_triggers (difference, error))
    return FALSE;
  pg_plan_drop_aliases (difference);
  g_autoptr (GArray) references = references_to (difference, table, column);
  for (guint i = 0; i < references->len; i++)
    {
      const Reference *reference = &g_array_index (references, Reference, i);
      pg_plan_drop_constraint (difference, reference->from, reference->to,
                               reference->key);
    }
  pg_plan_carry (difference, PG_CARRY, table, column, shadow);
  pg_plan_change (
      difference, &detail, LOCK_CLASS_EXCLUSIVE,
      arena_printf (
          arena,
          "ALTER TABLE %s RENAME COLUMN %s TO %s; ALTER TABLE %s RENAME "
          "COLUMN %s TO %s",
          pg_plan_table (difference, table->name), pg_plan_name (difference, column),
          pg_plan_name (difference, old_name), pg_plan_table (difference, table->name),
          pg_plan_name (difference, shadow), pg_plan_name (difference, column)));
  if (!refer_again (difference, references, error))
    return FALSE;
  pg_plan_create_aliases (difference);
  if (!pg_plan_create_triggers (difference, error))
    return FALSE;
  validate_references (difference, references);
  return TRUE;
}
