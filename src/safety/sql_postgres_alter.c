/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL's ALTER TABLE → an effect a sub-command.
 */
#include "config.h"

#include "safety/sql_postgres_node.h"

typedef struct
{
  SqlCollector *collector;
  const PgQuery__RangeVar *table;
  const PgQuery__AlterTableCmd *command;
} Alter;

static Effect *
add (const Alter *alter, EffectKind kind)
{
  Effect *effect = pg_add (alter->collector, kind, alter->table);

  effect->cascade = alter->command->behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
  effect->guarded = alter->command->missing_ok;
  return effect;
}

/* Of a column, which the command names. */
static Effect *
add_of_column (const Alter *alter, EffectKind kind)
{
  Effect *effect = add (alter, kind);

  effect->column = sql_collector_copy (alter->collector, alter->command->name);
  return effect;
}

/* Of a constraint, which the command names. */
static Effect *
add_of_object (const Alter *alter, EffectKind kind)
{
  Effect *effect = add (alter, kind);

  effect->object = sql_collector_copy (alter->collector, alter->command->name);
  return effect;
}

static void
collect_default (const Alter *alter)
{
  const PgNode *expression = alter->command->def;
  EffectKind kind = expression == NULL ? EFFECT_DROP_DEFAULT : EFFECT_SET_DEFAULT;

  add_of_column (alter, kind)->default_volatility = pg_default_volatility (expression);
}

static void
collect_type (const Alter *alter)
{
  Effect *effect = add_of_column (alter, EFFECT_ALTER_TYPE);

  if (!PG_NODE_IS (alter->command->def, COLUMN_DEF))
    return;
  effect->type_text
      = pg_type_text (alter->collector, alter->command->def->column_def->type_name);
  sql_collector_typed (alter->collector, effect);
}

static void
collect_partition (const Alter *alter, EffectKind kind)
{
  Effect *effect = add (alter, kind);

  if (!PG_NODE_IS (alter->command->def, PARTITION_CMD))
    return;
  const PgQuery__PartitionCmd *partition = alter->command->def->partition_cmd;
  effect->concurrent = partition->concurrent;
  if (partition->name != NULL)
    effect->object = sql_collector_copy (alter->collector, partition->name->relname);
}

static void
collect_command (const Alter *alter)
{
  const PgNode *def = alter->command->def;

  switch (alter->command->subtype)
    {
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddColumn:
      if (PG_NODE_IS (def, COLUMN_DEF))
        pg_collect_column (alter->collector, alter->table, def->column_def,
                           alter->command->missing_ok);
      break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ColumnDefault:
      collect_default (alter);
      break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropNotNull:
      add_of_column (alter, EFFECT_DROP_NOT_NULL);
      break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_SetNotNull:
      add_of_column (alter, EFFECT_SET_NOT_NULL);
      break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropColumn:
      add_of_column (alter, EFFECT_DROP_COLUMN);
      break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AddConstraint:
      if (PG_NODE_IS (def, CONSTRAINT))
        pg_collect_constraint (alter->collector, alter->table, def->constraint, NULL);
      break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_ValidateConstraint:
      add_of_object (alter, EFFECT_VALIDATE_CONSTRAINT);
      break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DropConstraint:
      add_of_object (alter, EFFECT_DROP_CONSTRAINT);
      break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AlterColumnType:
      collect_type (alter);
      break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_AttachPartition:
      collect_partition (alter, EFFECT_ATTACH_PARTITION);
      break;
    case PG_QUERY__ALTER_TABLE_TYPE__AT_DetachPartition:
      collect_partition (alter, EFFECT_DETACH_PARTITION);
      break;
    default:
      add_of_object (alter, EFFECT_OTHER)->text = "ALTER TABLE";
      break;
    }
}

void
pg_collect_alter_table (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__AlterTableStmt *statement = node->alter_table_stmt;

  if (statement->objtype != PG_QUERY__OBJECT_TYPE__OBJECT_TABLE
      && statement->objtype != PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE)
    {
      pg_add (collector, EFFECT_OTHER, statement->relation)->text = "ALTER";
      return;
    }
  PG_FOREACH (command, statement->cmds, statement->n_cmds)
  {
    if (!PG_NODE_IS (command, ALTER_TABLE_CMD))
      continue;
    const Alter alter = { collector, statement->relation, command->alter_table_cmd };
    collect_command (&alter);
  }
}
