/* SPDX-License-Identifier: Apache-2.0
 *
 * Expansion of add_column, rename_column and drop_column.
 */
#include "config.h"

#include "planner/expand.h"
#include "planner/mirror.h"

/* add_column ------------------------------------------------------------------- */

static gboolean
has_something_to_fill_it (const Column *column)
{
  if (column->nullable || column->identity != IDENTITY_NONE)
    return TRUE;
  if (column->default_kind == DEFAULT_VALUE)
    return !value_is_null (&column->default_value);
  return column->default_kind == DEFAULT_EXPRESSION;
}

/* No old column: the rows that are there get the default. */
static void
expand_plain_addition (Expansion *expansion)
{
  const Column *column = expansion->change->add_column.additions[0].column;

  if (!has_something_to_fill_it (column))
    {
      expansion_error (
          expansion,
          "give it a `default`, fill it with `from`, or leave it nullable and "
          "make it NOT NULL by a later change",
          "'%s' is NOT NULL and nothing says what the rows of '%s' get", column->name,
          expansion->change->table);
      return;
    }
  expansion_take (expansion, MIGRATION_PHASE_EXPANDING);
  expansion_backfill (expansion, expansion_one_name (expansion, column->name), NULL);
}

/* `replaces` may leave some of the columns of `from` alone, but name no other. */
static gboolean
check_replaces (Expansion *expansion, const AddColumn *add)
{
  for (guint i = 0; add->replaces != NULL && add->replaces[i] != NULL; i++)
    {
      if (name_list_contains (add->from, add->replaces[i]))
        continue;
      expansion_error (
          expansion,
          "only a column whose values went into the new one can be replaced; "
          "drop another one by a drop_column change of its own",
          "it replaces '%s', which is not in `from`", add->replaces[i]);
      return FALSE;
    }
  return TRUE;
}

static guint
list_length (const char *const *list)
{
  return list == NULL ? 0 : g_strv_length ((char **) list);
}

/* What is left of the old columns once the new one took over. */
static void
contract_mirror (Expansion *expansion, const AddColumn *add, const char *const *columns)
{
  /* Some of the inputs stay: the sync has to end, a drop would not end it. */
  if (list_length (add->replaces) < list_length (add->from) || add->from == NULL)
    expansion_end_sync (expansion, columns);
  if (add->replaces != NULL)
    expansion_drop_columns (expansion, add->replaces);
}

static void
expand_mirror (Expansion *expansion, const Table *table)
{
  const AddColumn *change = &expansion->change->add_column;
  const char *const *columns
      = expansion_one_name (expansion, change->additions[0].column->name);
  AddColumn add = *change;

  if (!check_replaces (expansion, change) || !mirror_complete (expansion, &add, table))
    return;
  add.replaces = NULL;
  expansion_take (expansion, MIGRATION_PHASE_EXPANDING)->add_column = add;
  expansion_backfill (expansion, columns, change->from);
  contract_mirror (expansion, change, columns);
}

static void
expand_lookup (Expansion *expansion, const Table *table)
{
  const AddColumn *change = &expansion->change->add_column;
  const char *const *columns
      = expansion_one_name (expansion, change->additions[0].column->name);
  AddColumn add = *change;

  if (change->replaces != NULL)
    {
      expansion_error (
          expansion, "drop the old column by a drop_column change of its own",
          "a column filled from another table replaces none of its own table");
      return;
    }
  if (!mirror_complete (expansion, &add, table))
    return;
  expansion_take (expansion, MIGRATION_PHASE_EXPANDING)->add_column = add;
  Operation *backfill
      = expansion_step (expansion, MIGRATION_PHASE_MIGRATING, OPERATION_BACKFILL);
  backfill->backfill = (Backfill){ .columns = columns,
                                   .lookup = change->lookup,
                                   .transform = change->additions[0].transform };
  expansion_end_sync (expansion, columns);
}

void
expand_add_column (Expansion *expansion)
{
  const AddColumn *add = &expansion->change->add_column;
  const Table *table = expansion_table (expansion);

  if (table == NULL)
    return;
  if (add->if_exists == ON_CONFLICT_SKIP
      && table_find_column (table, add->additions[0].column->name) != NULL)
    /* Its values are not this migration's to fill. */
    expansion_take (expansion, MIGRATION_PHASE_EXPANDING);
  else if (add->n_additions != 1)
    expansion_error (expansion, "use split_column, or one change for each",
                     "one change adds one column");
  else if (add->lookup != NULL)
    expand_lookup (expansion, table);
  else if (add->from != NULL)
    expand_mirror (expansion, table);
  else
    expand_plain_addition (expansion);
}

/* rename_column ---------------------------------------------------------------- */

void
expand_rename_column (Expansion *expansion)
{
  const RenameColumn *rename = &expansion->change->rename_column;
  const Table *table = expansion_table (expansion);
  const Column *live
      = table != NULL ? expansion_column (expansion, table, rename->from) : NULL;

  if (live == NULL)
    return;
  if (g_str_equal (rename->from, rename->to))
    {
      expansion_error (expansion, NULL, "'%s' has that name already", rename->from);
      return;
    }
  Column *mirror = column_copy (expansion->arena, live);
  mirror->name = rename->to;
  mirror->location = expansion->change->location;
  const char *const *from = expansion_one_name (expansion, rename->from);
  Operation *step
      = expansion_step (expansion, MIGRATION_PHASE_EXPANDING, OPERATION_ADD_COLUMN);
  step->add_column = (AddColumn){
    .additions = expansion_one_addition (expansion, mirror, NULL),
    .n_additions = 1,
    .from = from,
    .backward = expansion_one_transform (expansion, rename->from, &TRANSFORM_COPY),
    .has_sync = TRUE,
    .sync = SYNC_BOTH,
    .purpose = SYNC_FOR_RENAME,
  };
  expansion_backfill (expansion, expansion_one_name (expansion, rename->to), from);
  expansion_drop_columns (expansion, from);
}

/* drop_column ------------------------------------------------------------------ */

static const NamedTransform *
backward_of (const DropColumn *drop, const char *name)
{
  for (const NamedTransform *back = drop->backward; back != NULL && back->column != NULL;
       back++)
    if (g_str_equal (back->column, name))
      return back;
  return NULL;
}

/* Rows are told apart by the primary key, in backfills and in sync. */
static gboolean
check_key_stays (Expansion *expansion, const Table *table)
{
  const DropColumn *drop = &expansion->change->drop_column;
  const Constraint *key = table_primary_key (table);

  for (guint i = 0; key != NULL && drop->columns[i] != NULL; i++)
    {
      if (!name_list_contains (key->columns, drop->columns[i]))
        continue;
      expansion_error (expansion,
                       "give the table another primary key first, by "
                       "replace_constraint in a migration of its own",
                       "'%s' is part of the primary key of '%s'", drop->columns[i],
                       table->name);
      return FALSE;
    }
  return TRUE;
}

/* The columns that new code could not leave out of an insert, or whose values an old
 * reader gets from elsewhere. */
static const char *const *
columns_to_relax (Expansion *expansion, const Table *table)
{
  const DropColumn *drop = &expansion->change->drop_column;
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; drop->columns[i] != NULL; i++)
    {
      const Column *column = table_find_column (table, drop->columns[i]);
      if (column != NULL
          && (!column_is_optional (column) || backward_of (drop, column->name) != NULL))
        g_ptr_array_add (names, (gpointer) column->name);
    }
  return names->len > 0 ? arena_ptr_array (expansion->arena, names) : NULL;
}

void
expand_drop_column (Expansion *expansion)
{
  const Table *table = expansion_table (expansion);

  if (table == NULL || !check_key_stays (expansion, table))
    return;
  const char *const *relaxed = columns_to_relax (expansion, table);
  if (relaxed != NULL)
    {
      Operation *relax
          = expansion_step (expansion, MIGRATION_PHASE_EXPANDING, OPERATION_RELAX_COLUMN);
      relax->drop_column
          = (DropColumn){ .columns = relaxed,
                          .backward = expansion->change->drop_column.backward };
    }
  expansion_take (expansion, MIGRATION_PHASE_CONTRACTING);
}
