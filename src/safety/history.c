/* SPDX-License-Identifier: Apache-2.0
 *
 * History: ids, and what is known of columns and constraints.
 */
#include "config.h"

#include "safety/history.h"

#include <string.h>

#include "safety/sql_words.h"

/* A mirror that was written by hand and that nothing has ended. */
typedef struct
{
  char *file;
  char *table;
  GStrv columns; /* the old ones and the new ones */
} OpenExpand;

/* A constraint as far as it matters here. */
typedef struct
{
  char *file;
  char *table;
  char *name;
  char *not_null;   /* the column of a CHECK (column IS NOT NULL); or NULL */
  gboolean pending; /* NOT VALID until now */
} KnownConstraint;

typedef struct
{
  guint64 number;
  const char *id; /* both in the history's arena */
  const char *file;
} LastId;

struct History
{
  Arena *arena;             /* of ids and files: one of each for every file */
  GHashTable *files_of_ids; /* id → file, both in @arena */
  GHashTable *last_ids;     /* what stands before the number → LastId */
  GHashTable *types;        /* table → (column → type) */
  GPtrArray *expands;       /* OpenExpand * */
  GPtrArray *constraints;   /* KnownConstraint * */
};

static void
open_expand_free (gpointer data)
{
  OpenExpand *expand = data;

  g_free (expand->file);
  g_free (expand->table);
  g_strfreev (expand->columns);
  g_free (expand);
}

static void
known_constraint_free (gpointer data)
{
  KnownConstraint *constraint = data;

  g_free (constraint->file);
  g_free (constraint->table);
  g_free (constraint->name);
  g_free (constraint->not_null);
  g_free (constraint);
}

History *
history_new (void)
{
  History *history = g_new0 (History, 1);

  history->arena = arena_new ();
  history->files_of_ids = g_hash_table_new (g_str_hash, g_str_equal);
  history->last_ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  history->types = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                          (GDestroyNotify) g_hash_table_unref);
  history->expands = g_ptr_array_new_with_free_func (open_expand_free);
  history->constraints = g_ptr_array_new_with_free_func (known_constraint_free);
  return history;
}

void
history_free (History *history)
{
  if (history == NULL)
    return;
  g_hash_table_unref (history->files_of_ids);
  g_hash_table_unref (history->last_ids);
  g_hash_table_unref (history->types);
  g_ptr_array_unref (history->expands);
  g_ptr_array_unref (history->constraints);
  arena_free (history->arena);
  g_free (history);
}

/* Ids ---------------------------------------------------------------------------- */

/* "MIG-" and 12 of "MIG-012".  Returns: FALSE for an id without a number */
static gboolean
split_id (const char *id, char **prefix, guint64 *number)
{
  gsize end = strcspn (id, "0123456789");

  if (id[end] == '\0')
    return FALSE;
  *prefix = g_strndup (id, end);
  *number = g_ascii_strtoull (id + end, NULL, 10);
  return TRUE;
}

/* @id, @file: in the history's arena */
static void
note_number (History *history, const char *id, const char *file)
{
  g_autofree char *prefix = NULL;
  guint64 number;

  if (!split_id (id, &prefix, &number))
    return;
  LastId *last = g_hash_table_lookup (history->last_ids, prefix);
  if (last == NULL)
    {
      last = g_new0 (LastId, 1);
      g_hash_table_insert (history->last_ids, g_steal_pointer (&prefix), last);
    }
  else if (last->number >= number)
    return;
  *last = (LastId){ .number = number, .id = id, .file = file };
}

static void
note_id (History *history, const char *id, const char *file)
{
  if (g_hash_table_contains (history->files_of_ids, id))
    return;
  char *kept_id = arena_strdup (history->arena, id);
  char *kept_file = arena_strdup (history->arena, file);
  g_hash_table_insert (history->files_of_ids, kept_id, kept_file);
  note_number (history, kept_id, kept_file);
}

const char *
history_file_of_id (const History *history, const char *id)
{
  return g_hash_table_lookup (history->files_of_ids, id);
}

const char *
history_later_id (const History *history, const char *id, const char **file)
{
  g_autofree char *prefix = NULL;
  guint64 number;

  if (!split_id (id, &prefix, &number))
    return NULL;
  const LastId *last = g_hash_table_lookup (history->last_ids, prefix);
  if (last == NULL || last->number <= number)
    return NULL;
  *file = last->file;
  return last->id;
}

/* Types -------------------------------------------------------------------------- */

static void
note_type (History *history, const char *table, const char *column, const char *type)
{
  if (table == NULL || column == NULL || type == NULL)
    return;
  GHashTable *columns = g_hash_table_lookup (history->types, table);
  if (columns == NULL)
    {
      columns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
      g_hash_table_insert (history->types, g_strdup (table), columns);
    }
  g_hash_table_insert (columns, g_strdup (column), g_ascii_strdown (type, -1));
}

static void
forget_type (History *history, const char *table, const char *column)
{
  GHashTable *columns = g_hash_table_lookup (history->types, table);

  if (columns != NULL)
    g_hash_table_remove (columns, column);
}

static void
note_declared (History *history, const Migration *migration)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < migration->tables->tables->len; i++)
    {
      const Table *table = migration->tables->tables->pdata[i];
      for (guint j = 0; j < table_n_columns (table); j++)
        note_type (history, table->name, table_column (table, j)->name,
                   type_spec_to_string (&table_column (table, j)->type, arena));
    }
}

const char *
history_column_type (const History *history, const char *table, const char *column)
{
  GHashTable *columns = g_hash_table_lookup (history->types, table);

  return columns != NULL ? g_hash_table_lookup (columns, column) : NULL;
}

static void
rename_column (History *history, const Effect *effect)
{
  g_autofree char *type
      = g_strdup (history_column_type (history, effect->table, effect->column));

  forget_type (history, effect->table, effect->column);
  note_type (history, effect->table, effect->to, type);
}

static void
rename_in (char **name, const char *from, const char *to)
{
  if (!g_str_equal (*name, from))
    return;
  g_free (*name);
  *name = g_strdup (to);
}

static void
rename_table (History *history, const char *from, const char *to)
{
  gpointer name, columns;

  if (g_hash_table_steal_extended (history->types, from, &name, &columns))
    {
      g_free (name);
      g_hash_table_insert (history->types, g_strdup (to), columns);
    }
  for (guint i = 0; i < history->expands->len; i++)
    rename_in (&((OpenExpand *) history->expands->pdata[i])->table, from, to);
  for (guint i = 0; i < history->constraints->len; i++)
    rename_in (&((KnownConstraint *) history->constraints->pdata[i])->table, from, to);
}

/* Expands ------------------------------------------------------------------------ */

static const OpenExpand *
find_expand (const History *history, const char *table, const char *column)
{
  for (guint i = 0; i < history->expands->len; i++)
    {
      const OpenExpand *expand = history->expands->pdata[i];
      if (g_str_equal (expand->table, table)
          && (column == NULL
              || name_list_contains ((const char *const *) expand->columns, column)))
        return expand;
    }
  return NULL;
}

static void
close_expands (History *history, const char *table, const char *column)
{
  const OpenExpand *expand;

  while ((expand = find_expand (history, table, column)) != NULL)
    g_ptr_array_remove (history->expands, (gpointer) expand);
}

/* What the planner expands it also contracts, in the same file. */
static void
note_expand (History *history, const char *file, const Effect *effect)
{
  const AddColumn *add = &effect->step->operation->add_column;
  g_autoptr (GStrvBuilder) columns = g_strv_builder_new ();

  if (add->from == NULL && add->lookup == NULL)
    return;
  g_strv_builder_add (columns, effect->column);
  for (guint i = 0; add->from != NULL && add->from[i] != NULL; i++)
    g_strv_builder_add (columns, add->from[i]);
  OpenExpand *expand = g_new0 (OpenExpand, 1);
  expand->file = g_strdup (file);
  expand->table = g_strdup (effect->table);
  expand->columns = g_strv_builder_end (columns);
  g_ptr_array_add (history->expands, expand);
}

/* A sync that ends is no effect on the database that a rule would judge. */
static void
note_ended_syncs (History *history, const Migration *migration)
{
  for (guint i = 0; i < migration->steps->len; i++)
    {
      const Operation *operation = migration->steps->pdata[i];
      if (operation->kind == OPERATION_END_SYNC)
        close_expands (history, operation->table, operation->end_sync.columns[0]);
    }
}

const char *
history_open_expand (const History *history, const char *table, const char *column)
{
  const OpenExpand *expand = find_expand (history, table, column);

  return expand != NULL ? expand->file : NULL;
}

/* Constraints -------------------------------------------------------------------- */

static KnownConstraint *
find_constraint (const History *history, const char *table, const char *name)
{
  for (guint i = 0; i < history->constraints->len; i++)
    {
      KnownConstraint *constraint = history->constraints->pdata[i];
      if (g_str_equal (constraint->table, table)
          && g_strcmp0 (constraint->name, name) == 0)
        return constraint;
    }
  return NULL;
}

/* "c" of an expression that says `c IS NOT NULL` and no more. */
static const char *
column_not_null (const EngineText *expression, Arena *arena)
{
  if (expression == NULL || expression->text == NULL)
    return NULL;
  g_autoptr (GPtrArray) statements = sql_statements (expression->text, arena);
  const SqlStatement *only = statements->len == 1 ? statements->pdata[0] : NULL;
  return only != NULL && only->n_words == 4 && sql_statement_has (only, "is not null")
             ? only->words[0]
             : NULL;
}

static char *
not_null_of (const Effect *effect)
{
  g_autoptr (Arena) arena = arena_new ();

  if (effect->constraint == CONSTRAINT_NOT_NULL)
    return g_strdup (effect->column);
  return effect->check != NULL
             ? g_strdup (column_not_null (effect->check->expression, arena))
             : NULL;
}

static void
forget_constraint (History *history, const char *table, const char *name)
{
  KnownConstraint *constraint = find_constraint (history, table, name);

  if (constraint != NULL)
    g_ptr_array_remove (history->constraints, constraint);
}

/* zdm itself validates what a typed operation adds. */
static void
note_constraint (History *history, const char *file, const Effect *effect)
{
  KnownConstraint *constraint;

  if (effect->object == NULL)
    return;
  forget_constraint (history, effect->table, effect->object);
  constraint = g_new0 (KnownConstraint, 1);
  constraint->file = g_strdup (file);
  constraint->table = g_strdup (effect->table);
  constraint->name = g_strdup (effect->object);
  constraint->not_null = not_null_of (effect);
  constraint->pending = effect->origin == EFFECT_OF_SQL && effect->not_valid;
  g_ptr_array_add (history->constraints, constraint);
}

static void
validate_constraint (History *history, const Effect *effect)
{
  KnownConstraint *constraint = find_constraint (history, effect->table, effect->object);

  if (constraint != NULL)
    constraint->pending = FALSE;
}

static void
rename_constraint (History *history, const Effect *effect)
{
  KnownConstraint *constraint = find_constraint (history, effect->table, effect->object);

  if (constraint != NULL && constraint->name != NULL)
    rename_in (&constraint->name, effect->object, effect->to);
}

const char *
history_unvalidated (const History *history, const char *table, const char *constraint)
{
  const KnownConstraint *known = find_constraint (history, table, constraint);

  return known != NULL && known->pending ? known->file : NULL;
}

GPtrArray *
history_unvalidated_of (const History *history, const char *table)
{
  GPtrArray *names = g_ptr_array_new ();

  for (guint i = 0; i < history->constraints->len; i++)
    {
      const KnownConstraint *constraint = history->constraints->pdata[i];
      if (constraint->pending && g_str_equal (constraint->table, table))
        g_ptr_array_add (names, constraint->name);
    }
  return names;
}

gboolean
history_has_not_null_check (const History *history, const char *table, const char *column)
{
  for (guint i = 0; i < history->constraints->len; i++)
    {
      const KnownConstraint *constraint = history->constraints->pdata[i];
      if (!constraint->pending && g_str_equal (constraint->table, table)
          && g_strcmp0 (constraint->not_null, column) == 0)
        return TRUE;
    }
  return FALSE;
}

/* Folding ------------------------------------------------------------------------ */

static void
forget_column (History *history, const char *table, const char *column)
{
  forget_type (history, table, column);
  close_expands (history, table, column);
  for (guint i = history->constraints->len; i-- > 0;)
    {
      const KnownConstraint *constraint = history->constraints->pdata[i];
      if (g_str_equal (constraint->table, table)
          && g_strcmp0 (constraint->not_null, column) == 0)
        g_ptr_array_remove_index (history->constraints, i);
    }
}

static void
forget_table (History *history, const char *table)
{
  g_hash_table_remove (history->types, table);
  close_expands (history, table, NULL);
  for (guint i = history->constraints->len; i-- > 0;)
    if (g_str_equal (((KnownConstraint *) history->constraints->pdata[i])->table, table))
      g_ptr_array_remove_index (history->constraints, i);
}

static void
fold_column (History *history, const char *file, const Effect *effect)
{
  switch (effect->kind)
    {
    case EFFECT_ADD_COLUMN:
      note_type (history, effect->table, effect->column, effect->type_text);
      if (effect->origin == EFFECT_OF_OPERATION && effect->step->change == NULL
          && effect->step->operation->kind == OPERATION_ADD_COLUMN)
        note_expand (history, file, effect);
      break;
    case EFFECT_ALTER_TYPE:
      note_type (history, effect->table, effect->column, effect->type_text);
      break;
    case EFFECT_DROP_COLUMN:
      forget_column (history, effect->table, effect->column);
      break;
    case EFFECT_RENAME_COLUMN:
      close_expands (history, effect->table, effect->column);
      rename_column (history, effect);
      break;
    default:
      break;
    }
}

static void
fold_table (History *history, const char *file, const Effect *effect)
{
  switch (effect->kind)
    {
    case EFFECT_DROP_TABLE:
      forget_table (history, effect->table);
      break;
    case EFFECT_RENAME_TABLE:
      if (effect->to != NULL)
        rename_table (history, effect->table, effect->to);
      break;
    case EFFECT_ADD_CONSTRAINT:
      note_constraint (history, file, effect);
      break;
    case EFFECT_VALIDATE_CONSTRAINT:
      validate_constraint (history, effect);
      break;
    case EFFECT_DROP_CONSTRAINT:
      forget_constraint (history, effect->table, effect->object);
      break;
    case EFFECT_RENAME_CONSTRAINT:
      rename_constraint (history, effect);
      break;
    default:
      break;
    }
}

void
history_fold (History *history, const char *file, const Migration *migration,
              const GPtrArray *effects)
{
  if (migration != NULL)
    {
      note_id (history, migration->id, file);
      note_declared (history, migration);
    }
  for (guint i = 0; i < effects->len; i++)
    {
      const Effect *effect = effects->pdata[i];
      if (effect->table == NULL)
        continue;
      if (effect->column != NULL)
        fold_column (history, file, effect);
      fold_table (history, file, effect);
    }
  if (migration != NULL)
    note_ended_syncs (history, migration);
}
