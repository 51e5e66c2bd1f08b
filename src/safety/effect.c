/* SPDX-License-Identifier: Apache-2.0
 *
 * The effects of typed operations, in the form in which zdm carries them out.
 */
#include "config.h"

#include "safety/effect.h"

#include "model/shape.h"
#include "safety/new_tables.h"
#include "safety/sql_analysis.h"

typedef struct
{
  const Migration *migration;
  const Target *target;
  Database *shape;       /* without rows, before the step */
  NewTables *new_tables; /* that the plan creates, by operations and by SQL */
  const MigrationStep *step;
  Arena *arena;
  GPtrArray *effects;
} Collector;

static const char *const KINDS[] = {
  [EFFECT_CREATE_TABLE] = "create table",
  [EFFECT_DROP_TABLE] = "drop table",
  [EFFECT_RENAME_TABLE] = "rename table",
  [EFFECT_TRUNCATE] = "truncate",
  [EFFECT_DROP_SCHEMA] = "drop schema",
  [EFFECT_RENAME_SCHEMA] = "rename schema",
  [EFFECT_ADD_COLUMN] = "add column",
  [EFFECT_DROP_COLUMN] = "drop column",
  [EFFECT_RENAME_COLUMN] = "rename column",
  [EFFECT_ALTER_TYPE] = "alter type",
  [EFFECT_SET_NOT_NULL] = "set not null",
  [EFFECT_DROP_NOT_NULL] = "drop not null",
  [EFFECT_SET_DEFAULT] = "set default",
  [EFFECT_DROP_DEFAULT] = "drop default",
  [EFFECT_ADD_CONSTRAINT] = "add constraint",
  [EFFECT_DROP_CONSTRAINT] = "drop constraint",
  [EFFECT_VALIDATE_CONSTRAINT] = "validate constraint",
  [EFFECT_RENAME_CONSTRAINT] = "rename constraint",
  [EFFECT_CREATE_INDEX] = "create index",
  [EFFECT_DROP_INDEX] = "drop index",
  [EFFECT_REINDEX] = "reindex",
  [EFFECT_CREATE_TYPE] = "create type",
  [EFFECT_ADD_ENUM_VALUE] = "add enum value",
  [EFFECT_RENAME_ENUM_VALUE] = "rename enum value",
  [EFFECT_CREATE_DOMAIN] = "create domain",
  [EFFECT_ALTER_DOMAIN] = "alter domain",
  [EFFECT_ATTACH_PARTITION] = "attach partition",
  [EFFECT_DETACH_PARTITION] = "detach partition",
  [EFFECT_CLUSTER] = "cluster",
  [EFFECT_VACUUM] = "vacuum",
  [EFFECT_LOCK_TABLE] = "lock table",
  [EFFECT_INSERT] = "insert",
  [EFFECT_UPDATE] = "update",
  [EFFECT_DELETE] = "delete",
  [EFFECT_BACKFILL] = "backfill",
  [EFFECT_CREATE_TRIGGER] = "create trigger",
  [EFFECT_DROP_TRIGGER] = "drop trigger",
  [EFFECT_BEGIN] = "begin",
  [EFFECT_COMMIT] = "commit",
  [EFFECT_ROLLBACK] = "rollback",
  [EFFECT_SET] = "set",
  [EFFECT_OTHER] = "other",
  [EFFECT_NOT_ANALYSED] = "not analysed",
  [EFFECT_SYNTAX_ERROR] = "syntax error",
};

G_STATIC_ASSERT (G_N_ELEMENTS (KINDS) == N_EFFECT_KINDS);

const char *
effect_kind_to_string (EffectKind kind)
{
  return KINDS[kind];
}

/* The engines on which the step runs, of those that are spoken of. */
static guint
engines_of (const Collector *collector)
{
  const char *const *names = collector->step->operation->engines;
  guint engines = TARGET_NONE;

  for (guint i = 0; names != NULL && names[i] != NULL; i++)
    engines |= target_engine_from_name (names[i]);
  return names == NULL ? collector->target->engines
                       : engines & collector->target->engines;
}

static Effect *
add_effect (Collector *collector, EffectKind kind)
{
  const MigrationStep *step = collector->step;
  Effect *effect = arena_new0 (collector->arena, Effect);

  effect->kind = kind;
  effect->origin = EFFECT_OF_OPERATION;
  effect->engines = engines_of (collector);
  effect->location = step->location;
  effect->step = step;
  effect->phase = step->phase;
  effect->table = step->operation->table;
  effect->new_table
      = effect->table != NULL
        && new_tables_has (collector->new_tables, NULL, effect->table, effect->engines);
  g_ptr_array_add (collector->effects, effect);
  return effect;
}

static void
set_type (const Collector *collector, Effect *effect, const TypeSpec *type)
{
  effect->type = type;
  effect->type_text = type_spec_to_string (type, collector->arena);
}

/* Columns ---------------------------------------------------------------------- */

static void
describe_column (const Collector *collector, Effect *effect, const Column *column)
{
  effect->column = column->name;
  set_type (collector, effect, &column->type);
  effect->not_null = !column->nullable;
  effect->primary_key = column->primary_key;
  effect->unique = column->unique;
  effect->identity = column->identity != IDENTITY_NONE;
  effect->default_volatility = column->default_kind == DEFAULT_VALUE ? DEFAULT_IS_CONSTANT
                               : column->default_kind == DEFAULT_EXPRESSION
                                   ? DEFAULT_IS_VOLATILE
                                   : DEFAULT_IS_ABSENT;
}

/* A mirror is added without default, key and NOT NULL. */
static void
collect_add_column (Collector *collector)
{
  const AddColumn *add = &collector->step->operation->add_column;
  gboolean is_mirror = add->from != NULL || add->lookup != NULL;

  for (guint i = 0; i < add->n_additions; i++)
    {
      Effect *effect = add_effect (collector, EFFECT_ADD_COLUMN);
      describe_column (collector, effect, add->additions[i].column);
      effect->guarded = add->if_exists == ON_CONFLICT_SKIP;
      if (!is_mirror)
        continue;
      effect->not_null = effect->primary_key = effect->unique = effect->identity = FALSE;
      effect->default_volatility = DEFAULT_IS_ABSENT;
    }
}

static void
collect_drop_column (Collector *collector)
{
  const DropColumn *drop = &collector->step->operation->drop_column;

  for (guint i = 0; drop->columns[i] != NULL; i++)
    {
      Effect *effect = add_effect (collector, EFFECT_DROP_COLUMN);
      effect->column = drop->columns[i];
      effect->guarded = drop->if_missing == ON_CONFLICT_SKIP;
    }
}

static void
collect_relax_column (Collector *collector)
{
  const DropColumn *relax = &collector->step->operation->drop_column;

  for (guint i = 0; relax->columns[i] != NULL; i++)
    add_effect (collector, EFFECT_DROP_NOT_NULL)->column = relax->columns[i];
}

static void
collect_alter_column (Collector *collector)
{
  const AlterColumn *alter = &collector->step->operation->alter_column;
  const Table *table
      = database_find (collector->shape, collector->step->operation->table);
  const Column *column = table != NULL ? table_find_column (table, alter->column) : NULL;

  if (alter->has_type)
    {
      Effect *effect = add_effect (collector, EFFECT_ALTER_TYPE);
      effect->column = alter->column;
      set_type (collector, effect, &alter->type);
      effect->old_type = column != NULL ? &column->type : NULL;
    }
  if (alter->has_nullable)
    add_effect (collector, alter->nullable ? EFFECT_DROP_NOT_NULL : EFFECT_SET_NOT_NULL)
        ->column
        = alter->column;
  if (alter->has_default)
    add_effect (collector, alter->default_kind == DEFAULT_NONE ? EFFECT_DROP_DEFAULT
                                                               : EFFECT_SET_DEFAULT)
        ->column
        = alter->column;
}

static void
collect_swap (Collector *collector)
{
  const SwapColumn *swap = &collector->step->operation->swap_column;
  Effect *effect = add_effect (collector, EFFECT_RENAME_COLUMN);

  effect->column = swap->shadow;
  effect->to = swap->column;
}

/* Constraints and indexes -------------------------------------------------------- */

static void
describe_constraint (Effect *effect, const Constraint *constraint)
{
  effect->object = constraint->name;
  effect->constraint = constraint->kind;
  effect->columns = constraint->columns;
  effect->column = constraint->columns != NULL ? constraint->columns[0] : NULL;
  effect->n_columns
      = constraint->columns != NULL ? g_strv_length ((char **) constraint->columns) : 0;
  effect->references_table = constraint->references_table;
  if (constraint->kind == CONSTRAINT_CHECK)
    effect->check = &constraint->check;
}

static void
describe_index (Effect *effect, const Index *index)
{
  effect->object = index->name;
  effect->unique = index->unique;
  effect->n_columns = index->n_parts;
  effect->column = index->parts[0].column;
}

/* Tables ----------------------------------------------------------------------- */

/* As add_effect(), of a table that the step creates. */
static Effect *
add_part (Collector *collector, EffectKind kind, const Table *table)
{
  Effect *effect = add_effect (collector, kind);

  effect->table = table->name;
  effect->new_table = TRUE;
  return effect;
}

static void
collect_create_table (Collector *collector)
{
  const Table *table = collector->step->operation->create_table.table;

  new_tables_add (collector->new_tables, NULL, table->name, engines_of (collector));
  add_part (collector, EFFECT_CREATE_TABLE, table)->guarded
      = collector->step->operation->create_table.if_exists == ON_CONFLICT_SKIP;
  for (guint i = 0; i < table_n_columns (table); i++)
    describe_column (collector, add_part (collector, EFFECT_ADD_COLUMN, table),
                     table_column (table, i));
  for (guint i = 0; i < table->constraints->len; i++)
    describe_constraint (add_part (collector, EFFECT_ADD_CONSTRAINT, table),
                         table->constraints->pdata[i]);
  for (guint i = 0; i < table->indexes->len; i++)
    describe_index (add_part (collector, EFFECT_CREATE_INDEX, table),
                    table->indexes->pdata[i]);
}

static void
collect_drop_table (Collector *collector)
{
  add_effect (collector, EFFECT_DROP_TABLE)->guarded
      = collector->step->operation->drop_table.if_missing == ON_CONFLICT_SKIP;
}

static void
collect_rename_table (Collector *collector)
{
  Effect *effect = add_effect (collector, EFFECT_RENAME_TABLE);

  effect->to = collector->step->operation->rename_table.to;
  if (effect->new_table)
    new_tables_add (collector->new_tables, NULL, effect->to, effect->engines);
}

/* Constraints and indexes of tables that are there ---------------------------- */

/* PostgreSQL validates later, so it is added unvalidated and validated on its own. */
static void
collect_add_constraint (Collector *collector)
{
  const Constraint *constraint = collector->step->operation->constraint.constraint;
  Effect *effect = add_effect (collector, EFFECT_ADD_CONSTRAINT);

  describe_constraint (effect, constraint);
  effect->not_valid = effect->using_index = TRUE;
}

static void
collect_drop_constraint (Collector *collector)
{
  const char *name = collector->step->operation->constraint.name;
  const Table *table
      = database_find (collector->shape, collector->step->operation->table);
  const Constraint *constraint
      = table != NULL ? table_find_constraint (table, name) : NULL;
  Effect *effect = add_effect (collector, EFFECT_DROP_CONSTRAINT);

  effect->object = name;
  if (constraint != NULL)
    effect->constraint = constraint->kind;
}

static void
collect_rename_constraint (Collector *collector)
{
  const ConstraintChange *change = &collector->step->operation->constraint;
  Effect *effect = add_effect (collector, EFFECT_RENAME_CONSTRAINT);

  effect->object = change->name;
  effect->to = change->to;
}

static void
collect_create_index (Collector *collector)
{
  Effect *effect = add_effect (collector, EFFECT_CREATE_INDEX);

  describe_index (effect, collector->step->operation->index.index);
  effect->concurrent = TRUE;
}

static void
collect_drop_index (Collector *collector)
{
  Effect *effect = add_effect (collector, EFFECT_DROP_INDEX);

  effect->object = collector->step->operation->index.name;
  effect->concurrent = TRUE;
}

/* Rows ------------------------------------------------------------------------- */

static void
collect_rows (Collector *collector, EffectKind kind)
{
  add_effect (collector, kind)->has_where
      = collector->step->operation->rows.where != NULL;
}

static void
collect_sql (Collector *collector)
{
  const EngineText *texts = collector->step->operation->sql.forward;
  guint left = engines_of (collector);

  for (; texts->text != NULL; texts++)
    {
      guint engines
          = texts->engine != NULL ? left & target_engine_from_name (texts->engine) : left;
      SqlSource source = { .text = texts->text,
                           .location = texts->location,
                           .layout = texts->layout,
                           .engines = engines,
                           .step = collector->step,
                           .new_tables = collector->new_tables };
      left &= ~engines;
      if (engines != TARGET_NONE)
        sql_analyse (&source, collector->target, collector->arena, collector->effects);
    }
}

static void
collect (Collector *collector)
{
  switch (collector->step->operation->kind)
    {
    case OPERATION_ADD_COLUMN:
      collect_add_column (collector);
      break;
    case OPERATION_DROP_COLUMN:
      collect_drop_column (collector);
      break;
    case OPERATION_RELAX_COLUMN:
      collect_relax_column (collector);
      break;
    case OPERATION_ALTER_COLUMN:
      collect_alter_column (collector);
      break;
    case OPERATION_SWAP_COLUMN:
      collect_swap (collector);
      break;
    case OPERATION_CREATE_TABLE:
      collect_create_table (collector);
      break;
    case OPERATION_DROP_TABLE:
      collect_drop_table (collector);
      break;
    case OPERATION_RENAME_TABLE:
      collect_rename_table (collector);
      break;
    case OPERATION_ADD_CONSTRAINT:
      collect_add_constraint (collector);
      break;
    case OPERATION_DROP_CONSTRAINT:
      collect_drop_constraint (collector);
      break;
    case OPERATION_RENAME_CONSTRAINT:
      collect_rename_constraint (collector);
      break;
    case OPERATION_CREATE_INDEX:
      collect_create_index (collector);
      break;
    case OPERATION_DROP_INDEX:
      collect_drop_index (collector);
      break;
    case OPERATION_INSERT_ROWS:
      collect_rows (collector, EFFECT_INSERT);
      break;
    case OPERATION_UPDATE_ROWS:
      collect_rows (collector, EFFECT_UPDATE);
      break;
    case OPERATION_DELETE_ROWS:
      collect_rows (collector, EFFECT_DELETE);
      break;
    case OPERATION_BACKFILL:
    case OPERATION_COPY_ROWS:
    case OPERATION_REPAIR:
      add_effect (collector, EFFECT_BACKFILL);
      break;
    case OPERATION_SQL:
      collect_sql (collector);
      break;
    default:
      break;
    }
}

GPtrArray *
effects_of_plan (const Migration *migration, const MigrationPlan *plan,
                 const Target *target, Arena *arena)
{
  g_autoptr (Database) shape = database_copy (migration->tables);
  g_autoptr (GHashTable) new_tables = new_tables_new ();
  Collector collector = {
    .migration = migration,
    .target = target,
    .shape = shape,
    .new_tables = new_tables,
    .arena = arena,
    .effects = g_ptr_array_new (),
  };

  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    {
      collector.step = migration_plan_step (plan, i);
      collect (&collector);
      shape_apply (shape, collector.step->operation, arena, NULL);
    }
  return collector.effects;
}
