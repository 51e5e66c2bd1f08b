/* SPDX-License-Identifier: Apache-2.0
 *
 * Title: a phrase for each kind of change.
 */
#include "config.h"

#include "planner/title.h"

typedef const char *(*PhraseFunction) (const Operation *change, Arena *arena);

static const char *
add_column (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Add %s", change->add_column.additions[0].column->name);
}

static const char *
rename_column (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Rename %s.%s to %s", change->table,
                       change->rename_column.from, change->rename_column.to);
}

static const char *
alter_column (const Operation *change, Arena *arena)
{
  const AlterColumn *alter = &change->alter_column;

  if (alter->has_type)
    return arena_printf (arena, "Change %s.%s to %s", change->table, alter->column,
                         type_spec_to_string (&alter->type, arena));
  if (alter->has_nullable)
    return arena_printf (arena, "Make %s.%s %s", change->table, alter->column,
                         alter->nullable ? "nullable" : "not null");
  if (alter->has_default)
    return arena_printf (arena, "Change the default of %s.%s", change->table,
                         alter->column);
  return arena_printf (arena, "Change %s.%s", change->table, alter->column);
}

static const char *
drop_column (const Operation *change, Arena *arena)
{
  g_autoptr (GString) text = g_string_new ("Drop ");

  for (guint i = 0; change->drop_column.columns[i] != NULL; i++)
    g_string_append_printf (text, "%s%s.%s", i > 0 ? ", " : "", change->table,
                            change->drop_column.columns[i]);
  return arena_strdup (arena, text->str);
}

static const char *
split_column (const Operation *change, Arena *arena)
{
  const SplitColumn *split = &change->split_column;
  g_autoptr (GString) text = g_string_new (NULL);

  g_string_printf (text, "Split %s.%s into ", change->table, split->column);
  for (guint i = 0; i < split->n_into; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", split->into[i].column->name);
  return arena_strdup (arena, text->str);
}

static const char *
merge_columns (const Operation *change, Arena *arena)
{
  const MergeColumns *merge = &change->merge_columns;

  return arena_printf (arena, "Merge %s of %s into %s",
                       name_list_to_string (merge->columns, arena), change->table,
                       merge->into->name);
}

static const char *
split_table (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Split %s from %s", change->split_table.to, change->table);
}

static const char *
create_table (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Create %s", change->create_table.table->name);
}

static const char *
drop_table (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Drop %s", change->table);
}

static const char *
rename_table (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Rename %s to %s", change->table, change->rename_table.to);
}

static const char *
add_constraint (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Add constraint %s to %s",
                       change->constraint.constraint->name, change->table);
}

static const char *
drop_constraint (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Drop constraint %s of %s", change->constraint.name,
                       change->table);
}

static const char *
replace_constraint (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Replace constraint %s of %s", change->constraint.name,
                       change->table);
}

static const char *
rename_constraint (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Rename constraint %s of %s to %s", change->constraint.name,
                       change->table, change->constraint.to);
}

static const char *
create_index (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Create index %s on %s", change->index.index->name,
                       change->table);
}

static const char *
drop_index (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Drop index %s of %s", change->index.name, change->table);
}

static const char *
insert_rows (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Insert rows into %s", change->table);
}

static const char *
update_rows (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Update rows of %s", change->table);
}

static const char *
delete_rows (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Delete rows of %s", change->table);
}

static const char *
backfill (const Operation *change, Arena *arena)
{
  return arena_printf (arena, "Backfill %s.%s", change->table,
                       change->backfill.columns[0]);
}

static const char *
sql (const Operation *change, Arena *arena)
{
  (void) change;
  (void) arena;
  return "Run SQL";
}

static const PhraseFunction PHRASES[] = {
  [OPERATION_ADD_COLUMN] = add_column,
  [OPERATION_RENAME_COLUMN] = rename_column,
  [OPERATION_ALTER_COLUMN] = alter_column,
  [OPERATION_DROP_COLUMN] = drop_column,
  [OPERATION_SPLIT_COLUMN] = split_column,
  [OPERATION_MERGE_COLUMNS] = merge_columns,
  [OPERATION_SPLIT_TABLE] = split_table,
  [OPERATION_CREATE_TABLE] = create_table,
  [OPERATION_DROP_TABLE] = drop_table,
  [OPERATION_RENAME_TABLE] = rename_table,
  [OPERATION_ADD_CONSTRAINT] = add_constraint,
  [OPERATION_DROP_CONSTRAINT] = drop_constraint,
  [OPERATION_REPLACE_CONSTRAINT] = replace_constraint,
  [OPERATION_RENAME_CONSTRAINT] = rename_constraint,
  [OPERATION_CREATE_INDEX] = create_index,
  [OPERATION_DROP_INDEX] = drop_index,
  [OPERATION_INSERT_ROWS] = insert_rows,
  [OPERATION_UPDATE_ROWS] = update_rows,
  [OPERATION_DELETE_ROWS] = delete_rows,
  [OPERATION_BACKFILL] = backfill,
  [OPERATION_SQL] = sql,
};

G_STATIC_ASSERT (G_N_ELEMENTS (PHRASES) == N_OPERATION_KINDS);

static const char *
phrase_of (const Operation *change, Arena *arena)
{
  PhraseFunction phrase = PHRASES[change->kind];

  if (change->description != NULL)
    return change->description;
  return phrase != NULL ? phrase (change, arena)
                        : operation_kind_to_string (change->kind);
}

/* "Drop users.b" as the second half of a sentence; what the user wrote stays. */
static const char *
lower_phrase_of (const Operation *change, Arena *arena)
{
  const char *phrase = phrase_of (change, arena);

  if (change->description != NULL)
    return phrase;
  return arena_printf (arena, "%c%s", g_ascii_tolower (phrase[0]), phrase + 1);
}

const char *
title_of_migration (const Migration *migration, Arena *arena)
{
  guint n = migration->changes->len;

  if (migration->title != NULL)
    return migration->title;
  if (migration->has_steps || n == 0)
    return migration->id;
  const char *first = phrase_of (migration->changes->pdata[0], arena);
  if (n == 1)
    return first;
  const char *second = lower_phrase_of (migration->changes->pdata[1], arena);
  if (n == 2)
    return arena_printf (arena, "%s, then %s", first, second);
  return arena_printf (arena, "%s, then %s and %u more change%s", first, second, n - 2,
                       n == 3 ? "" : "s");
}
