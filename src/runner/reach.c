/* SPDX-License-Identifier: Apache-2.0
 *
 * Reach: collecting what an operation stands on.
 */
#include "config.h"

#include "runner/reach.h"

#include "engine/sql/sql_words.h"
#include "model/mentions.h"

/* Tables ----------------------------------------------------------------------- */

static void
free_table (gpointer data)
{
  ReachedTable *reached = data;

  g_ptr_array_unref (reached->names);
  g_free (reached);
}

static ReachedTable *
reach_table (GPtrArray *tables, const char *name, gboolean is_changed)
{
  ReachedTable *reached = g_new0 (ReachedTable, 1);

  reached->table = name;
  reached->is_changed = is_changed;
  reached->names = g_ptr_array_new ();
  g_ptr_array_add (tables, reached);
  return reached;
}

static void
add_names (ReachedTable *reached, const char *const *names)
{
  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    g_ptr_array_add (reached->names, (gpointer) names[i]);
}

static void
reach_constraint (GPtrArray *tables, const Constraint *constraint)
{
  if (constraint != NULL && constraint->references_table != NULL)
    add_names (reach_table (tables, constraint->references_table, FALSE),
               constraint->references_columns);
}

static void
add_lookup (GPtrArray *tables, const Lookup *lookup)
{
  if (lookup == NULL)
    return;
  ReachedTable *reached = reach_table (tables, lookup->from_table, FALSE);
  add_names (reached, lookup->match_there);
  g_ptr_array_add (reached->names, (gpointer) lookup->from_column);
}

static void
reach_lookups (GPtrArray *tables, const Operation *operation)
{
  if (operation->kind == OPERATION_ADD_COLUMN)
    add_lookup (tables, operation->add_column.lookup);
  if (operation->kind == OPERATION_BACKFILL)
    add_lookup (tables, operation->backfill.lookup);
}

static void
reach_new_table (GPtrArray *tables, const Operation *operation)
{
  const CreateTable *create = &operation->create_table;
  const GPtrArray *constraints = create->table->constraints;

  if (create->split_columns != NULL)
    {
      ReachedTable *old = reach_table (tables, operation->table, TRUE);
      add_names (old, create->split_columns);
      add_names (old, create->split_key);
    }
  for (guint i = 0; i < constraints->len; i++)
    reach_constraint (tables, constraints->pdata[i]);
}

static void
reach_others (GPtrArray *tables, const Operation *operation, ReachTime time)
{
  if (time == REACH_UNDER_WAY)
    reach_lookups (tables, operation);
  switch (operation->kind)
    {
    case OPERATION_ADD_CONSTRAINT:
    case OPERATION_REPAIR:
      reach_constraint (tables, operation->constraint.constraint);
      break;
    case OPERATION_CREATE_TABLE:
      reach_new_table (tables, operation);
      break;
    case OPERATION_RENAME_TABLE:
    case OPERATION_ALIAS_TABLE:
    case OPERATION_COPY_ROWS:
      reach_table (tables, operation->rename_table.to, TRUE)->is_whole = TRUE;
      break;
    default:
      break;
    }
}

static gboolean
is_about_table (const Operation *operation)
{
  switch (operation->kind)
    {
    case OPERATION_CREATE_TABLE:
    case OPERATION_DROP_TABLE:
    case OPERATION_RENAME_TABLE:
    case OPERATION_ALIAS_TABLE:
    case OPERATION_SQL:
      return TRUE;
    default:
      return FALSE;
    }
}

GPtrArray *
reach_of_operation (const Operation *operation, ReachTime time)
{
  GPtrArray *tables = g_ptr_array_new_with_free_func (free_table);
  ReachedTable *own = reach_table (tables,
                                   operation->kind == OPERATION_CREATE_TABLE
                                       ? operation->create_table.table->name
                                       : operation->table,
                                   TRUE);

  own->is_whole = is_about_table (operation);
  g_ptr_array_unref (own->names);
  own->names = mentions_of_operation (operation);
  reach_others (tables, operation, time);
  return tables;
}

/* SQL of the user's ------------------------------------------------------------ */

typedef struct
{
  const char *engine;
  ReachTime time;
  GHashTable *words;
} OperationSql;

static void
add_sql (const OperationSql *sql, const EngineText *texts)
{
  const char *text = texts != NULL ? engine_text_for (texts, sql->engine) : NULL;

  if (text != NULL)
    sql_words_add (sql->words, text, sql->engine);
}

static void
add_transform (const OperationSql *sql, const Transform *transform)
{
  for (guint i = 0; transform != NULL && i < transform->n_stages; i++)
    if (transform->stages[i].kind == TRANSFORM_EXPRESSION)
      add_sql (sql, transform->stages[i].expression);
}

static void
add_forward (const OperationSql *sql, const Transform *transform)
{
  if (sql->time == REACH_UNDER_WAY)
    add_transform (sql, transform);
}

static void
add_transforms (const OperationSql *sql, const NamedTransform *list)
{
  for (guint i = 0; list != NULL && list[i].column != NULL; i++)
    add_transform (sql, list[i].transform);
}

static void
add_check (const OperationSql *sql, const Constraint *constraint)
{
  if (constraint != NULL)
    add_sql (sql, constraint->check.expression);
}

static void
add_index (const OperationSql *sql, const Index *index)
{
  if (index == NULL)
    return;
  add_sql (sql, index->where);
  for (guint i = 0; i < index->n_parts; i++)
    add_sql (sql, index->parts[i].expression);
}

static void
add_table (const OperationSql *sql, const Table *table)
{
  for (guint i = 0; i < table_n_columns (table); i++)
    add_sql (sql, table_column (table, i)->default_expression);
  for (guint i = 0; i < table->constraints->len; i++)
    add_check (sql, table->constraints->pdata[i]);
  for (guint i = 0; i < table->indexes->len; i++)
    add_index (sql, table->indexes->pdata[i]);
}

static void
add_new_columns (const OperationSql *sql, const AddColumn *add)
{
  for (guint i = 0; i < add->n_additions; i++)
    {
      add_sql (sql, add->additions[i].column->default_expression);
      add_forward (sql, add->additions[i].transform);
    }
  add_transforms (sql, add->backward);
}

static void
add_altered (const OperationSql *sql, const AlterColumn *alter)
{
  add_sql (sql, alter->default_expression);
  add_forward (sql, alter->transform);
  add_forward (sql, alter->repair);
  add_transforms (sql, alter->backward);
}

static void
add_bound (const OperationSql *sql, const ConstraintChange *change)
{
  add_check (sql, change->constraint);
  if (sql->time == REACH_UNDER_WAY)
    add_transforms (sql, change->repairs.repairs);
  add_transforms (sql, change->backward);
}

GHashTable *
reach_sql (const Operation *operation, const char *engine, ReachTime time)
{
  const OperationSql sql
      = { .engine = engine,
          .time = time,
          .words = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL) };

  switch (operation->kind)
    {
    case OPERATION_ADD_COLUMN:
      add_new_columns (&sql, &operation->add_column);
      break;
    case OPERATION_ALTER_COLUMN:
      add_altered (&sql, &operation->alter_column);
      break;
    case OPERATION_DROP_COLUMN:
    case OPERATION_RELAX_COLUMN:
      add_transforms (&sql, operation->drop_column.backward);
      break;
    case OPERATION_CREATE_TABLE:
      add_table (&sql, operation->create_table.table);
      break;
    case OPERATION_ADD_CONSTRAINT:
    case OPERATION_REPAIR:
      add_bound (&sql, &operation->constraint);
      break;
    case OPERATION_CREATE_INDEX:
      add_index (&sql, operation->index.index);
      break;
    case OPERATION_UPDATE_ROWS:
      if (time == REACH_UNDER_WAY)
        add_transforms (&sql, operation->rows.set);
      break;
    case OPERATION_BACKFILL:
      add_forward (&sql, operation->backfill.transform);
      break;
    case OPERATION_SQL:
      add_sql (&sql, time == REACH_UNDER_WAY ? operation->sql.forward : NULL);
      add_sql (&sql, operation->sql.rollback);
      break;
    default:
      break;
    }
  return sql.words;
}
