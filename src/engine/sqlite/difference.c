/* SPDX-License-Identifier: Apache-2.0
 *
 * From one shape to another, table by table.
 */
#include "config.h"

#include "engine/sqlite/difference.h"

#include <string.h>

#include "engine/sqlite/create.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/sqlite_types.h"
#include "model/error.h"

/* Each page of what is dropped is looked at, to go to the list of free ones. */
#define COST_OF_DROPPING ACTION_COST_SCAN

Action *
difference_add (Difference *difference, const SqliteDetail *detail, LockClass lock,
                ActionCost cost, const char *sql)
{
  Action *action = arena_new0 (difference->arena, Action);
  const GPtrArray *actions = difference->actions;
  const Action *last = actions->len > 0 ? actions->pdata[actions->len - 1] : NULL;

  action->kind = detail != NULL ? ACTION_OWN : ACTION_STATEMENT;
  action->lock = lock;
  action->cost = cost;
  action->transaction = last != NULL && last->transaction != ACTION_CHUNKS
                            ? ACTION_SAME_TRANSACTION
                            : ACTION_OWN_TRANSACTION;
  action->sql = sql;
  if (detail != NULL)
    action->detail = arena_memdup (difference->arena, detail, sizeof *detail);
  g_ptr_array_add (difference->actions, action);
  return action;
}

static Action *
add_statement (Difference *difference, ActionCost cost, const char *sql)
{
  return difference_add (difference, NULL, LOCK_CLASS_WRITE, cost, sql);
}

static const char *
quote (const Difference *difference, const char *name)
{
  return sqlite_identifier (difference->arena, name);
}

static const Table *
counterpart (const Database *database, const Table *table)
{
  const Table *found = database_find (database, table->name);

  return found != NULL && g_str_equal (found->name, table->name) ? found : NULL;
}

/* Triggers ---------------------------------------------------------------------- */

static gboolean
contains_trigger (const GPtrArray *triggers, const SyncTrigger *trigger)
{
  for (guint i = 0; i < triggers->len; i++)
    {
      const SyncTrigger *other = triggers->pdata[i];
      if (g_str_equal (other->name, trigger->name)
          && g_str_equal (other->text, trigger->text))
        return TRUE;
    }
  return FALSE;
}

static gboolean
read_triggers (Difference *difference, GPtrArray *from, GPtrArray *to, GError **error)
{
  return sync_triggers (difference->from, from, difference->arena, error)
         && sync_triggers (difference->to, to, difference->arena, error);
}

static gboolean
drop_triggers (Difference *difference, GError **error)
{
  g_autoptr (GPtrArray) from = g_ptr_array_new ();
  g_autoptr (GPtrArray) to = g_ptr_array_new ();

  if (!read_triggers (difference, from, to, error))
    return FALSE;
  for (guint i = 0; i < from->len; i++)
    {
      const SyncTrigger *trigger = from->pdata[i];
      if (!contains_trigger (to, trigger))
        add_statement (difference, ACTION_COST_INSTANT,
                       arena_printf (difference->arena, "DROP TRIGGER IF EXISTS %s",
                                     quote (difference, trigger->name)));
    }
  return TRUE;
}

static gboolean
create_triggers (Difference *difference, GError **error)
{
  g_autoptr (GPtrArray) from = g_ptr_array_new ();
  g_autoptr (GPtrArray) to = g_ptr_array_new ();

  if (!read_triggers (difference, from, to, error))
    return FALSE;
  for (guint i = 0; i < to->len; i++)
    {
      const SyncTrigger *trigger = to->pdata[i];
      const SqliteDetail detail = { .kind = SQLITE_TRIGGER,
                                    .table = trigger->table,
                                    .shape = difference->to,
                                    .trigger = trigger };
      if (!contains_trigger (from, trigger))
        difference_add (difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_INSTANT,
                        sync_trigger_sql (trigger, NULL, difference->arena));
    }
  return TRUE;
}

/* Second names ------------------------------------------------------------------ */

static void
drop_aliases (Difference *difference)
{
  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *table = difference->from->tables->pdata[i];
      const Table *after = counterpart (difference->to, table);
      if (table->alias != NULL
          && (after == NULL || g_strcmp0 (after->alias, table->alias) != 0))
        add_statement (difference, ACTION_COST_INSTANT,
                       arena_printf (difference->arena, "DROP VIEW IF EXISTS %s",
                                     quote (difference, table->alias)));
    }
}

static void
create_aliases (Difference *difference)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *table = difference->to->tables->pdata[i];
      const Table *before = counterpart (difference->from, table);
      const SqliteDetail detail = { .kind = SQLITE_ALIAS,
                                    .table = table->name,
                                    .shape = difference->to,
                                    .text = table->alias };
      if (table->alias == NULL
          || (before != NULL && g_strcmp0 (before->alias, table->alias) == 0))
        continue;
      difference_add (difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_INSTANT,
                      arena_printf (difference->arena,
                                    "CREATE VIEW %s AS SELECT … FROM %s, with INSTEAD OF "
                                    "triggers",
                                    quote (difference, table->alias),
                                    quote (difference, table->name)));
    }
}

/* Constraints ----------------------------------------------------------------- */

static gboolean
has_same_constraint (const Table *table, const Constraint *constraint)
{
  const Constraint *other = table_find_constraint (table, constraint->name);

  return other != NULL && constraint_equal (other, constraint);
}

/* The same under another name: a rename. */
static const Constraint *
renamed_to (const Table *from, const Table *to, const Constraint *constraint)
{
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *other = to->constraints->pdata[i];
      Constraint copy = *other;
      copy.name = constraint->name;
      if (!g_str_equal (other->name, constraint->name)
          && table_find_constraint (from, other->name) == NULL
          && constraint_equal (&copy, constraint))
        return other;
    }
  return NULL;
}

static gboolean
is_renamed (const Table *from, const Table *to, const Constraint *constraint)
{
  return table_find_constraint (to, constraint->name) == NULL
         && renamed_to (from, to, constraint) != NULL;
}

/* A constraint that appears under @constraint's name only because another one was
 * renamed. */
static gboolean
comes_by_rename (const Table *from, const Table *to, const Constraint *constraint)
{
  for (guint i = 0; i < from->constraints->len; i++)
    {
      const Constraint *old = from->constraints->pdata[i];
      if (is_renamed (from, to, old) && renamed_to (from, to, old) == constraint)
        return TRUE;
    }
  return FALSE;
}

static void
add_edit (GArray *edits, SqliteEdit edit)
{
  g_array_append_val (edits, edit);
}

static const char *
edit_to_string (const Difference *difference, const SqliteEdit *edit)
{
  Arena *arena = difference->arena;
  const char *column
      = edit->column != NULL ? sqlite_identifier (arena, edit->column) : NULL;
  const char *name = edit->constraint != NULL
                         ? sqlite_identifier (arena, edit->constraint->name)
                         : NULL;

  switch (edit->kind)
    {
    case EDIT_DROP_NOT_NULL:
      return arena_printf (arena, "%s without NOT NULL", column);
    case EDIT_SET_NOT_NULL:
      return arena_printf (arena, "%s NOT NULL", column);
    case EDIT_SET_DEFAULT:
      return edit->text != NULL
                 ? arena_printf (arena, "%s DEFAULT %s", column, edit->text)
                 : arena_printf (arena, "%s without default", column);
    case EDIT_SET_TYPE:
      return arena_printf (arena, "%s %s", column, edit->text);
    case EDIT_DROP_CONSTRAINT:
      return arena_printf (arena, "without constraint %s", name);
    case EDIT_DROP_ENUM:
      return arena_printf (arena, "without CHECK (%s)", edit->text);
    case EDIT_ADD_ENUM:
      return arena_printf (arena, "CHECK (%s)", edit->text);
    case EDIT_RENAME_CONSTRAINT:
      return arena_printf (arena, "constraint %s named %s", name,
                           sqlite_identifier (arena, edit->to));
    default:
      return edit->text;
    }
}

/* Edits of one table's definition are one action. */
static void
add_edits (Difference *difference, const Table *table, const Database *shape,
           const GArray *edits)
{
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean scans = FALSE;

  if (edits->len == 0)
    return;
  g_string_append_printf (text,
                          "edit the definition of %s: ", quote (difference, table->name));
  for (guint i = 0; i < edits->len; i++)
    {
      const SqliteEdit *edit = &g_array_index (edits, SqliteEdit, i);
      scans = scans || edit->kind == EDIT_SET_NOT_NULL
              || edit->kind == EDIT_ADD_CONSTRAINT || edit->kind == EDIT_ADD_ENUM;
      g_string_append_printf (text, "%s%s", i > 0 ? "; " : "",
                              edit_to_string (difference, edit));
    }
  const SqliteDetail detail = { .kind = SQLITE_EDIT,
                                .table = table->name,
                                .shape = shape,
                                .edits = arena_memdup (difference->arena, edits->data,
                                                       edits->len * sizeof (SqliteEdit)),
                                .n_edits = edits->len };
  difference_add (difference, &detail, LOCK_CLASS_WRITE,
                  scans ? ACTION_COST_SCAN : ACTION_COST_INSTANT,
                  arena_strdup (difference->arena, text->str));
}

static void
drop_unique (Difference *difference, const Table *table, const Constraint *constraint)
{
  const SqliteDetail detail
      = { .kind = SQLITE_DROP_UNIQUE,
          .table = table->name,
          .shape = difference->from,
          .edits
          = arena_memdup (difference->arena, &(SqliteEdit){ .constraint = constraint },
                          sizeof (SqliteEdit)),
          .n_edits = 1 };

  difference_add (
      difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_REWRITE,
      arena_printf (difference->arena,
                    "drop unique constraint %s of %s (an index, or with a new "
                    "table)",
                    quote (difference, constraint->name),
                    quote (difference, table->name)));
}

/* Constraints that go, or go on under another name. */
static void
drop_constraints (Difference *difference, const Table *from, const Table *to,
                  GArray *edits)
{
  for (guint i = 0; i < from->constraints->len; i++)
    {
      const Constraint *constraint = from->constraints->pdata[i];
      if (has_same_constraint (to, constraint)
          || constraint->kind == CONSTRAINT_PRIMARY_KEY)
        continue;
      gboolean renamed = is_renamed (from, to, constraint);
      if (constraint->kind == CONSTRAINT_UNIQUE)
        drop_unique (difference, from, constraint);
      else
        add_edit (edits,
                  (SqliteEdit){
                      .kind = renamed ? EDIT_RENAME_CONSTRAINT : EDIT_DROP_CONSTRAINT,
                      .constraint = constraint,
                      .to = renamed ? renamed_to (from, to, constraint)->name : NULL });
    }
}

/* A unique constraint that comes later is a unique index: SQLite adds no other. */
static const char *
unique_index_text (const Difference *difference, const Table *table,
                   const Constraint *constraint)
{
  g_autoptr (GString) columns = g_string_new (NULL);

  for (guint i = 0; constraint->columns[i] != NULL; i++)
    g_string_append_printf (columns, "%s%s", i > 0 ? ", " : "",
                            quote (difference, constraint->columns[i]));
  return arena_printf (difference->arena, "CREATE UNIQUE INDEX %s ON %s (%s)",
                       quote (difference, constraint->name),
                       quote (difference, table->name), columns->str);
}

static gboolean
add_constraint (Difference *difference, const Table *table, const Constraint *constraint,
                GArray *edits, GError **error)
{
  const char *text;

  if (constraint->kind == CONSTRAINT_UNIQUE)
    {
      text = unique_index_text (difference, table, constraint);
      add_statement (difference, ACTION_COST_INDEX, text);
      return TRUE;
    }
  text = sqlite_constraint_text (table, constraint, difference->arena, error);
  if (text == NULL)
    return FALSE;
  add_edit (edits, (SqliteEdit){ .kind = EDIT_ADD_CONSTRAINT,
                                 .constraint = constraint,
                                 .text = text });
  return TRUE;
}

/* Constraints that come. */
static gboolean
add_constraints (Difference *difference, const Table *from, const Table *to,
                 GArray *edits, GError **error)
{
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *constraint = to->constraints->pdata[i];
      if (has_same_constraint (from, constraint)
          || constraint->kind == CONSTRAINT_PRIMARY_KEY)
        continue;
      /* A unique constraint has been dropped under its old name. */
      if (comes_by_rename (from, to, constraint) && constraint->kind != CONSTRAINT_UNIQUE)
        continue;
      if (!add_constraint (difference, to, constraint, edits, error))
        return FALSE;
    }
  return TRUE;
}

static void
set_key (Difference *difference, const Table *from, const Table *to)
{
  const Constraint *was = table_primary_key (from), *is = table_primary_key (to);
  const SqliteDetail detail
      = { .kind = SQLITE_SET_KEY, .table = to->name, .shape = difference->to };

  if ((was == NULL && is == NULL)
      || (was != NULL && is != NULL && name_list_equal (was->columns, is->columns)))
    return;
  difference_add (
      difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_REWRITE,
      is == NULL ? arena_printf (difference->arena, "build %s anew without a primary key",
                                 quote (difference, to->name))
                 : arena_printf (difference->arena, "build %s anew with PRIMARY KEY (%s)",
                                 quote (difference, to->name),
                                 name_list_to_string (is->columns, difference->arena)));
}

/* Indexes --------------------------------------------------------------------- */

static gboolean
has_same_index (const Table *table, const Index *index)
{
  const Index *other = table != NULL ? table_find_index (table, index->name) : NULL;

  return other != NULL && index_equal (other, index);
}

static void
drop_indexes (Difference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < from->indexes->len; i++)
    {
      const Index *index = from->indexes->pdata[i];
      if (!has_same_index (to, index))
        add_statement (difference, COST_OF_DROPPING,
                       arena_printf (difference->arena, "DROP INDEX IF EXISTS %s",
                                     quote (difference, index->name)));
    }
}

static gboolean
create_indexes (Difference *difference, const Table *from, const Table *to,
                GError **error)
{
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (has_same_index (from, index))
        continue;
      const char *text = sqlite_create_index_text (to, index, difference->arena, error);
      if (text == NULL)
        return FALSE;
      add_statement (difference, ACTION_COST_INDEX, text);
    }
  return TRUE;
}

/* Columns --------------------------------------------------------------------- */

/* Whether the definition says NOT NULL: of the rowid it says nothing. */
static gboolean
is_not_null (const Table *table, const Column *column)
{
  return !column->nullable && !sqlite_is_relaxed (table, column)
         && sqlite_rowid_column (table) != column;
}

/* Whether ALTER TABLE ADD COLUMN takes the default as it is. */
static gboolean
has_plain_default (const Column *column)
{
  return column->default_kind == DEFAULT_VALUE && !value_is_null (&column->default_value);
}

/* The live column that the new one is to be like: in a rename it takes that one's own
 * exact type. */
static const char *
source_of_type (const Table *to, const Column *column)
{
  for (guint i = 0; i < to->syncs->len; i++)
    {
      const Sync *sync = to->syncs->pdata[i];
      if (sync->purpose != SYNC_FOR_RENAME
          || !name_list_contains (sync->new_columns, column->name))
        continue;
      const Column *old = table_find_column (to, sync->old_columns[0]);
      if (old != NULL && type_spec_equal (&old->type, &column->type))
        return old->name;
    }
  return NULL;
}

static gboolean
add_column (Difference *difference, const Table *to, const Column *column, GArray *edits,
            GError **error)
{
  Arena *arena = difference->arena;
  Column *plain = column_copy (arena, column);
  gboolean needs_not_null = !column->nullable && !has_plain_default (column);

  if (column->identity != IDENTITY_NONE)
    {
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
          "column '%s' of '%s': SQLite numbers only the INTEGER PRIMARY KEY that a "
          "table was created with; create a new table instead",
          column->name, to->name);
      return FALSE;
    }
  plain->nullable = column->nullable || needs_not_null;
  plain->primary_key = plain->unique = FALSE;
  if (column->default_kind == DEFAULT_EXPRESSION)
    {
      plain->default_kind = DEFAULT_NONE;
      plain->default_expression = NULL;
      const char *text;
      if (!sqlite_default_text (column, arena, &text, error))
        return FALSE;
      add_edit (
          edits,
          (SqliteEdit){ .kind = EDIT_SET_DEFAULT, .column = column->name, .text = text });
    }
  const char *definition = sqlite_column_text (plain, arena, error);
  if (definition == NULL)
    return FALSE;
  if (needs_not_null && !sqlite_is_relaxed (to, column))
    add_edit (edits, (SqliteEdit){ .kind = EDIT_SET_NOT_NULL, .column = column->name });
  const SqliteDetail detail = { .kind = SQLITE_ADD_COLUMN,
                                .table = to->name,
                                .shape = difference->to,
                                .column = column->name,
                                .like = source_of_type (to, column),
                                .text = definition };
  difference_add (difference, &detail, LOCK_CLASS_WRITE,
                  sqlite_enum_check (plain, arena) != NULL ? ACTION_COST_SCAN
                                                           : ACTION_COST_INSTANT,
                  arena_printf (arena, "ALTER TABLE %s ADD COLUMN %s",
                                quote (difference, to->name), definition));
  return TRUE;
}

static gboolean
add_columns (Difference *difference, const Table *from, const Table *to, GArray *edits,
             GError **error)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *column = table_column (to, i);
      if (table_find_column (from, column->name) == NULL
          && !add_column (difference, to, column, edits, error))
        return FALSE;
    }
  return TRUE;
}

static void
drop_columns (Difference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < table_n_columns (from); i++)
    {
      const Column *column = table_column (from, i);
      if (table_find_column (to, column->name) != NULL)
        continue;
      Action *action = add_statement (difference, ACTION_COST_REWRITE,
                                      arena_printf (difference->arena,
                                                    "ALTER TABLE %s DROP COLUMN %s",
                                                    quote (difference, from->name),
                                                    quote (difference, column->name)));
      action->loses_data = TRUE;
    }
}

/* Values of an ENUM that are checked. */
static void
change_enum (const Difference *difference, const Column *from, const Column *to,
             GArray *loosening, GArray *tightening)
{
  const char *was = sqlite_enum_check (from, difference->arena);
  const char *is = sqlite_enum_check (to, difference->arena);

  if (g_strcmp0 (was, is) == 0)
    return;
  if (was != NULL)
    add_edit (loosening,
              (SqliteEdit){ .kind = EDIT_DROP_ENUM, .column = from->name, .text = was });
  if (is != NULL)
    add_edit (tightening,
              (SqliteEdit){ .kind = EDIT_ADD_ENUM, .column = to->name, .text = is });
}

static gboolean
same_default (const Column *a, const Column *b)
{
  if (a->default_kind != b->default_kind)
    return FALSE;
  if (a->default_kind == DEFAULT_VALUE)
    return value_equal (&a->default_value, &b->default_value);
  return a->default_kind == DEFAULT_NONE
         || engine_text_equal (a->default_expression, b->default_expression);
}

static gboolean
change_column (Difference *difference, const Table *from, const Table *to,
               const Column *was, const Column *is, GArray *loosening, GArray *tightening,
               GError **error)
{
  Arena *arena = difference->arena;
  gboolean was_bound = is_not_null (from, was), is_bound = is_not_null (to, is);

  if (was_bound && !is_bound)
    add_edit (loosening, (SqliteEdit){ .kind = EDIT_DROP_NOT_NULL, .column = is->name });
  if (!was_bound && is_bound)
    add_edit (tightening, (SqliteEdit){ .kind = EDIT_SET_NOT_NULL, .column = is->name });
  change_enum (difference, was, is, loosening, tightening);
  const char *type = sqlite_column_type (is);
  if (!g_str_equal (sqlite_column_type (was), type))
    add_edit (tightening,
              (SqliteEdit){ .kind = EDIT_SET_TYPE, .column = is->name, .text = type });
  if (same_default (was, is))
    return TRUE;
  const char *text;
  if (!sqlite_default_text (is, arena, &text, error))
    return FALSE;
  add_edit (tightening,
            (SqliteEdit){ .kind = EDIT_SET_DEFAULT, .column = is->name, .text = text });
  return TRUE;
}

static gboolean
change_columns (Difference *difference, const Table *from, const Table *to,
                GArray *loosening, GArray *tightening, GError **error)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      const Column *was = table_find_column (from, is->name);
      if (was != NULL
          && !change_column (difference, from, to, was, is, loosening, tightening, error))
        return FALSE;
    }
  return TRUE;
}

/* Tables ---------------------------------------------------------------------- */

static gboolean
create_tables (Difference *difference, GError **error)
{
  Arena *arena = difference->arena;

  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *table = difference->to->tables->pdata[i];
      g_autoptr (GPtrArray) indexes = g_ptr_array_new ();
      if (counterpart (difference->from, table) != NULL)
        continue;
      const char *text = sqlite_create_table_text (table, arena, error);
      if (text == NULL)
        return FALSE;
      add_statement (difference, ACTION_COST_INSTANT, text);
      for (guint j = 0; j < table->indexes->len; j++)
        {
          text = sqlite_create_index_text (table, table->indexes->pdata[j], arena, error);
          if (text == NULL)
            return FALSE;
          add_statement (difference, ACTION_COST_INSTANT, text);
        }
    }
  return TRUE;
}

static void
drop_tables (Difference *difference)
{
  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *table = difference->from->tables->pdata[i];
      if (counterpart (difference->to, table) != NULL)
        continue;
      Action *action
          = add_statement (difference, COST_OF_DROPPING,
                           arena_printf (difference->arena, "DROP TABLE IF EXISTS %s",
                                         quote (difference, table->name)));
      action->loses_data = TRUE;
    }
}

/* Both halves ------------------------------------------------------------------- */

gboolean
difference_loosen (Difference *difference, GError **error)
{
  if (!drop_triggers (difference, error))
    return FALSE;
  drop_aliases (difference);
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = counterpart (difference->from, to);
      g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (SqliteEdit));
      g_autoptr (GArray) later = g_array_new (FALSE, FALSE, sizeof (SqliteEdit));
      if (from == NULL)
        continue;
      drop_indexes (difference, from, to);
      drop_constraints (difference, from, to, edits);
      if (!change_columns (difference, from, to, edits, later, error))
        return FALSE;
      add_edits (difference, from, difference->from, edits);
      g_array_set_size (later, 0);
      if (!add_columns (difference, from, to, later, error))
        return FALSE;
    }
  return create_tables (difference, error);
}

static gboolean
tighten_table (Difference *difference, const Table *from, const Table *to, GError **error)
{
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (SqliteEdit));
  g_autoptr (GArray) done = g_array_new (FALSE, FALSE, sizeof (SqliteEdit));
  g_autoptr (GPtrArray) nothing = g_ptr_array_new ();
  Difference quiet = *difference;

  /* What binds a column that loosen() has added. */
  quiet.actions = nothing;
  if (!add_columns (&quiet, from, to, edits, error)
      || !change_columns (difference, from, to, done, edits, error))
    return FALSE;
  set_key (difference, from, to); /* first: a column of the key cannot be dropped */
  drop_columns (difference, from, to);
  if (!add_constraints (difference, from, to, edits, error))
    return FALSE;
  add_edits (difference, to, difference->to, edits);
  return create_indexes (difference, from, to, error);
}

gboolean
difference_tighten (Difference *difference, GError **error)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = counterpart (difference->from, to);
      if (from != NULL && !tighten_table (difference, from, to, error))
        return FALSE;
    }
  drop_tables (difference);
  create_aliases (difference);
  return create_triggers (difference, error);
}

/* Renames ----------------------------------------------------------------------- */

gboolean
difference_rename_table (Difference *difference, const char *from, const char *to,
                         GError **error)
{
  if (!drop_triggers (difference, error))
    return FALSE;
  drop_aliases (difference);
  /* SQLite itself follows the name in foreign keys, triggers and views. */
  add_statement (difference, ACTION_COST_INSTANT,
                 arena_printf (difference->arena, "ALTER TABLE %s RENAME TO %s",
                               quote (difference, from), quote (difference, to)));
  create_aliases (difference);
  return create_triggers (difference, error);
}

gboolean
difference_swap (Difference *difference, const Table *table, const char *column,
                 const char *shadow, const char *old_name, GError **error)
{
  Arena *arena = difference->arena;
  const char *names[] = { column, shadow, old_name, NULL };
  const SqliteDetail detail = { .kind = SQLITE_SWAP,
                                .table = table->name,
                                .shape = difference->to,
                                .before = difference->from,
                                .names = arena_strv (arena, names) };

  if (!drop_triggers (difference, error))
    return FALSE;
  difference_add (
      difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_INDEX,
      arena_printf (arena,
                    "in the definition of %s: %s is called %s, and %s is called %s",
                    quote (difference, table->name), quote (difference, column),
                    quote (difference, old_name), quote (difference, shadow),
                    quote (difference, column)));
  return create_triggers (difference, error);
}
