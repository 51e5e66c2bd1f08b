/* SPDX-License-Identifier: Apache-2.0
 *
 * Describe: the lines of every kind of step, in one table.
 */
#include "config.h"

#include "planner/describe.h"

#include "model/shape.h"

typedef struct
{
  const Operation *operation;
  const Database *shape; /* NULL for a rollback */
  Arena *arena;
} Subject;

typedef const char *(*DescribeFunction) (const Subject *subject);

#define say(subject, ...) arena_printf ((subject)->arena, __VA_ARGS__)

const char *
describe_names (const char *const *names, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, "%s'%s'", i > 0 ? ", " : "", names[i]);
  return arena_strdup (arena, text->str);
}

static const char *
column_word (guint n)
{
  return n == 1 ? "column" : "columns";
}

static const char *
names_of (const Subject *subject, const char *const *names)
{
  return describe_names (names, subject->arena);
}

static guint
count (const char *const *names)
{
  return g_strv_length ((char **) names);
}

/* Columns ---------------------------------------------------------------------- */

static const char *
add_column (const Subject *subject)
{
  const AddColumn *add = &subject->operation->add_column;
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < add->n_additions; i++)
    {
      const Column *column = add->additions[i].column;
      g_string_append_printf (list, "%s'%s' (%s)", i > 0 ? ", " : "", column->name,
                              column->nullable ? "nullable" : "not null");
    }
  return say (subject, "Add %s %s to '%s'", column_word (add->n_additions), list->str,
              subject->operation->table);
}

static const char *
undo_add_column (const Subject *subject)
{
  const AddColumn *add = &subject->operation->add_column;
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < add->n_additions; i++)
    g_string_append_printf (list, "%s'%s'", i > 0 ? ", " : "",
                            add->additions[i].column->name);
  return say (subject, "Drop %s %s from '%s'", column_word (add->n_additions), list->str,
              subject->operation->table);
}

static const char *
default_text (const Subject *subject, const AlterColumn *alter)
{
  switch (alter->default_kind)
    {
    case DEFAULT_NONE:
      return "drop default";
    case DEFAULT_VALUE:
      return literal_is_null (alter->default_literal)
                 ? "default null"
                 : say (subject, "default '%s'", alter->default_literal->text);
    default:
      return "default from an expression";
    }
}

static const char *
alter_column (const Subject *subject)
{
  const AlterColumn *alter = &subject->operation->alter_column;
  g_autoptr (GPtrArray) parts = g_ptr_array_new ();

  if (alter->has_type)
    g_ptr_array_add (parts, say (subject, "type %s",
                                 type_spec_to_string (&alter->type, subject->arena)));
  if (alter->has_nullable)
    g_ptr_array_add (parts, (gpointer) (alter->nullable ? "nullable" : "not null"));
  if (alter->has_default)
    g_ptr_array_add (parts, (gpointer) default_text (subject, alter));
  if (alter->has_comment)
    g_ptr_array_add (parts,
                     (gpointer) (alter->comment != NULL ? "comment" : "drop comment"));
  g_ptr_array_add (parts, NULL);
  g_autofree char *list = g_strjoinv (", ", (char **) parts->pdata);
  return say (subject, "Alter column '%s' of '%s' (%s)", alter->column,
              subject->operation->table, list);
}

static const char *
undo_alter_column (const Subject *subject)
{
  return say (subject, "Restore the definition of column '%s' of '%s'",
              subject->operation->alter_column.column, subject->operation->table);
}

static const char *
drop_column (const Subject *subject)
{
  const char *const *columns = subject->operation->drop_column.columns;

  return say (subject, "Drop %s %s from '%s'", column_word (count (columns)),
              names_of (subject, columns), subject->operation->table);
}

static const char *
undo_drop_column (const Subject *subject)
{
  const char *const *columns = subject->operation->drop_column.columns;

  return say (subject, "Restore %s %s of '%s'", column_word (count (columns)),
              names_of (subject, columns), subject->operation->table);
}

static const char *
relax_column (const Subject *subject)
{
  const char *const *columns = subject->operation->drop_column.columns;

  return say (subject, "Let writers leave out %s %s of '%s'",
              column_word (count (columns)), names_of (subject, columns),
              subject->operation->table);
}

static const char *
undo_relax_column (const Subject *subject)
{
  const char *const *columns = subject->operation->drop_column.columns;

  return say (subject, "Require %s %s of '%s' again", column_word (count (columns)),
              names_of (subject, columns), subject->operation->table);
}

static const char *
swap_column (const Subject *subject)
{
  const SwapColumn *swap = &subject->operation->swap_column;

  return say (subject, "Swap column '%s' of '%s' for '%s', keep the old one as '%s'",
              swap->column, subject->operation->table, swap->shadow, swap->old_name);
}

static const char *
undo_swap_column (const Subject *subject)
{
  return say (subject, "Swap column '%s' of '%s' back",
              subject->operation->swap_column.column, subject->operation->table);
}

static const char *
end_sync (const Subject *subject)
{
  return say (subject, "Stop keeping %s of '%s' in step",
              names_of (subject, subject->operation->end_sync.columns),
              subject->operation->table);
}

static const char *
undo_end_sync (const Subject *subject)
{
  return say (subject, "Keep %s of '%s' in step again",
              names_of (subject, subject->operation->end_sync.columns),
              subject->operation->table);
}

/* Tables ----------------------------------------------------------------------- */

static const char *
create_table (const Subject *subject)
{
  const CreateTable *create = &subject->operation->create_table;

  if (create->split_columns == NULL)
    return say (subject, "Create table '%s'", create->table->name);
  return say (subject, "Create table '%s' with %s %s of '%s'", create->table->name,
              column_word (count (create->split_columns)),
              names_of (subject, create->split_columns), subject->operation->table);
}

static const char *
undo_create_table (const Subject *subject)
{
  return say (subject, "Drop table '%s'", subject->operation->create_table.table->name);
}

static const char *
drop_table (const Subject *subject)
{
  return say (subject, "Drop table '%s'", subject->operation->table);
}

static const char *
undo_drop_table (const Subject *subject)
{
  return say (subject, "Restore table '%s'", subject->operation->table);
}

static const char *
rename_table (const Subject *subject)
{
  return say (subject, "Rename table '%s' to '%s'", subject->operation->table,
              subject->operation->rename_table.to);
}

static const char *
undo_rename_table (const Subject *subject)
{
  return say (subject, "Rename table '%s' to '%s'", subject->operation->rename_table.to,
              subject->operation->table);
}

static const char *
alias_table (const Subject *subject)
{
  return say (subject, "Add name '%s' for table '%s'",
              subject->operation->rename_table.to, subject->operation->table);
}

static const char *
undo_alias_table (const Subject *subject)
{
  return say (subject, "Drop name '%s' of table '%s'",
              subject->operation->rename_table.to, subject->operation->table);
}

static const char *
copy_rows (const Subject *subject)
{
  return say (subject, "Copy rows of '%s' to '%s'", subject->operation->table,
              subject->operation->rename_table.to);
}

static const char *
undo_copy_rows (const Subject *subject)
{
  return say (subject, "Delete the copied rows of '%s'",
              subject->operation->rename_table.to);
}

/* Constraints and indexes -------------------------------------------------------- */

static const char *
add_constraint (const Subject *subject)
{
  return say (subject, "Add constraint '%s' to '%s'",
              subject->operation->constraint.constraint->name, subject->operation->table);
}

static const char *
undo_add_constraint (const Subject *subject)
{
  return say (subject, "Drop constraint '%s' from '%s'",
              subject->operation->constraint.constraint->name, subject->operation->table);
}

static const char *
drop_constraint (const Subject *subject)
{
  return say (subject, "Drop constraint '%s' from '%s'",
              subject->operation->constraint.name, subject->operation->table);
}

static const char *
undo_drop_constraint (const Subject *subject)
{
  return say (subject, "Restore constraint '%s' of '%s'",
              subject->operation->constraint.name, subject->operation->table);
}

static const char *
rename_constraint (const Subject *subject)
{
  const ConstraintChange *change = &subject->operation->constraint;

  return say (subject, "Rename constraint '%s' of '%s' to '%s'", change->name,
              subject->operation->table, change->to);
}

static const char *
undo_rename_constraint (const Subject *subject)
{
  const ConstraintChange *change = &subject->operation->constraint;

  return say (subject, "Rename constraint '%s' of '%s' to '%s'", change->to,
              subject->operation->table, change->name);
}

static const char *
repair (const Subject *subject)
{
  const Constraint *constraint = subject->operation->constraint.constraint;

  if (constraint->kind == CONSTRAINT_NOT_NULL)
    return say (subject, "Repair null values of %s in '%s'",
                names_of (subject, constraint->columns), subject->operation->table);
  return say (subject, "Repair rows of '%s' that break '%s'", subject->operation->table,
              constraint->name);
}

static const char *
undo_repair (const Subject *subject)
{
  const Constraint *constraint = subject->operation->constraint.constraint;

  if (constraint->kind == CONSTRAINT_NOT_NULL)
    return say (subject, "Restore the values of %s in '%s'",
                names_of (subject, constraint->columns), subject->operation->table);
  return say (subject, "Restore the rows of '%s'", subject->operation->table);
}

static const char *
create_index (const Subject *subject)
{
  const Index *index = subject->operation->index.index;

  return say (subject, "Create %sindex '%s' on '%s'", index->unique ? "unique " : "",
              index->name, subject->operation->table);
}

static const char *
undo_create_index (const Subject *subject)
{
  return say (subject, "Drop index '%s' from '%s'", subject->operation->index.index->name,
              subject->operation->table);
}

static const char *
drop_index (const Subject *subject)
{
  return say (subject, "Drop index '%s' from '%s'", subject->operation->index.name,
              subject->operation->table);
}

static const char *
undo_drop_index (const Subject *subject)
{
  return say (subject, "Restore index '%s' of '%s'", subject->operation->index.name,
              subject->operation->table);
}

/* Rows ------------------------------------------------------------------------- */

static const char *
insert_rows (const Subject *subject)
{
  guint n = 0;

  while (subject->operation->rows.rows[n] != NULL)
    n++;
  return say (subject, "Insert %u row%s into '%s'", n, n == 1 ? "" : "s",
              subject->operation->table);
}

static const char *
undo_insert_rows (const Subject *subject)
{
  return say (subject, "Delete the inserted rows of '%s'", subject->operation->table);
}

static const char *
which_rows (const Subject *subject)
{
  const NamedLiteral *where = subject->operation->rows.where;
  g_autoptr (GString) text = g_string_new (" where ");

  if (where == NULL || where[0].name == NULL)
    return "";
  for (guint i = 0; where[i].name != NULL; i++)
    {
      gboolean is_null = literal_is_null (where[i].literal);
      g_string_append_printf (text, "%s'%s' is %s%s%s", i > 0 ? " and " : "",
                              where[i].name, is_null ? "" : "'",
                              is_null ? "null" : where[i].literal->text,
                              is_null ? "" : "'");
    }
  return arena_strdup (subject->arena, text->str);
}

static const char *
update_rows (const Subject *subject)
{
  const NamedTransform *set = subject->operation->rows.set;
  g_autoptr (GString) columns = g_string_new (NULL);

  for (guint i = 0; set != NULL && set[i].column != NULL; i++)
    g_string_append_printf (columns, "%s'%s'", i > 0 ? ", " : "", set[i].column);
  return say (subject, "Update %s of rows of '%s'%s", columns->str,
              subject->operation->table, which_rows (subject));
}

static const char *
undo_update_rows (const Subject *subject)
{
  return say (subject, "Restore the updated rows of '%s'", subject->operation->table);
}

static const char *
delete_rows (const Subject *subject)
{
  return say (subject, "Delete rows of '%s'%s", subject->operation->table,
              which_rows (subject));
}

static const char *
undo_delete_rows (const Subject *subject)
{
  return say (subject, "Restore the deleted rows of '%s'", subject->operation->table);
}

/* The columns a backfill without `from` reads: those of the sync it belongs to. */
static const char *const *
synced_columns (const Subject *subject)
{
  const Backfill *backfill = &subject->operation->backfill;
  const Table *table = subject->shape != NULL
                           ? database_find (subject->shape, subject->operation->table)
                           : NULL;
  const Sync *sync
      = table != NULL ? table_sync_of_new (table, backfill->columns[0]) : NULL;

  return sync != NULL && backfill->transform == NULL ? sync->old_columns : NULL;
}

static const char *
backfill_source (const Subject *subject)
{
  const Backfill *backfill = &subject->operation->backfill;
  const char *const *from
      = backfill->from != NULL ? backfill->from : synced_columns (subject);

  if (backfill->lookup != NULL && backfill->lookup->from_column != NULL)
    return say (subject, "'%s.%s'", backfill->lookup->from_table,
                backfill->lookup->from_column);
  if (backfill->lookup != NULL)
    return say (subject, "'%s'", backfill->lookup->from_table);
  if (from != NULL)
    return names_of (subject, from);
  if (backfill->transform != NULL)
    return say (subject, "'%s'",
                transform_to_string (backfill->transform, subject->arena));
  return "'default'";
}

static const char *
backfill (const Subject *subject)
{
  return say (subject, "Backfill %s from %s",
              names_of (subject, subject->operation->backfill.columns),
              backfill_source (subject));
}

static const char *
undo_backfill (const Subject *subject)
{
  return say (subject, "Restore the values of %s in '%s'",
              names_of (subject, subject->operation->backfill.columns),
              subject->operation->table);
}

/* SQL -------------------------------------------------------------------------- */

static const char *
run_sql (const Subject *subject)
{
  (void) subject;
  return "Run SQL";
}

static const char *
undo_sql (const Subject *subject)
{
  return subject->operation->sql.rollback != NULL ? "Run the rollback SQL"
                                                  : "Nothing: the SQL has no rollback";
}

static const struct
{
  DescribeFunction forward;
  DescribeFunction rollback;
} LINES[] = {
  [OPERATION_ADD_COLUMN] = { add_column, undo_add_column },
  [OPERATION_ALTER_COLUMN] = { alter_column, undo_alter_column },
  [OPERATION_DROP_COLUMN] = { drop_column, undo_drop_column },
  [OPERATION_RELAX_COLUMN] = { relax_column, undo_relax_column },
  [OPERATION_SWAP_COLUMN] = { swap_column, undo_swap_column },
  [OPERATION_END_SYNC] = { end_sync, undo_end_sync },
  [OPERATION_CREATE_TABLE] = { create_table, undo_create_table },
  [OPERATION_DROP_TABLE] = { drop_table, undo_drop_table },
  [OPERATION_RENAME_TABLE] = { rename_table, undo_rename_table },
  [OPERATION_ALIAS_TABLE] = { alias_table, undo_alias_table },
  [OPERATION_COPY_ROWS] = { copy_rows, undo_copy_rows },
  [OPERATION_ADD_CONSTRAINT] = { add_constraint, undo_add_constraint },
  [OPERATION_DROP_CONSTRAINT] = { drop_constraint, undo_drop_constraint },
  [OPERATION_RENAME_CONSTRAINT] = { rename_constraint, undo_rename_constraint },
  [OPERATION_REPAIR] = { repair, undo_repair },
  [OPERATION_CREATE_INDEX] = { create_index, undo_create_index },
  [OPERATION_DROP_INDEX] = { drop_index, undo_drop_index },
  [OPERATION_INSERT_ROWS] = { insert_rows, undo_insert_rows },
  [OPERATION_UPDATE_ROWS] = { update_rows, undo_update_rows },
  [OPERATION_DELETE_ROWS] = { delete_rows, undo_delete_rows },
  [OPERATION_BACKFILL] = { backfill, undo_backfill },
  [OPERATION_SQL] = { run_sql, undo_sql },
};

G_STATIC_ASSERT (G_N_ELEMENTS (LINES) == N_OPERATION_KINDS);

const char *
describe_step (const Operation *operation, const Database *shape, Arena *arena)
{
  const Subject subject = { .operation = operation, .shape = shape, .arena = arena };
  DescribeFunction describe = LINES[operation->kind].forward;

  if (operation->description != NULL)
    return operation->description;
  /* A change-only kind never becomes a step; its key says what it is. */
  return describe != NULL ? describe (&subject)
                          : operation_kind_to_string (operation->kind);
}

const char *
describe_rollback (const Operation *operation, Arena *arena)
{
  const Subject subject = { .operation = operation, .arena = arena };
  DescribeFunction describe = LINES[operation->kind].rollback;

  return describe != NULL ? describe (&subject)
                          : operation_kind_to_string (operation->kind);
}
