/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL's statements → effects: one function a kind of statement.
 */
#include "config.h"

#include "safety/sql_postgres_node.h"

typedef void (*Collect) (SqlCollector *collector, const PgNode *node);

Effect *
pg_add (SqlCollector *collector, EffectKind kind, const PgQuery__RangeVar *table)
{
  if (table == NULL)
    return sql_collector_add (collector, kind);
  return sql_collector_add_of (collector, kind, table->schemaname, table->relname);
}

static gboolean
is_cascade (PgQuery__DropBehavior behavior)
{
  return behavior == PG_QUERY__DROP_BEHAVIOR__DROP_CASCADE;
}

/* Tables ---------------------------------------------------------------------- */

static void
collect_elements (SqlCollector *collector, const PgQuery__RangeVar *table,
                  PgNode *const *elements, gsize n)
{
  PG_FOREACH (element, elements, n)
  {
    if (PG_NODE_IS (element, COLUMN_DEF))
      pg_collect_column (collector, table, element->column_def, FALSE);
    else if (PG_NODE_IS (element, CONSTRAINT))
      pg_collect_constraint (collector, table, element->constraint, NULL);
  }
}

static void
collect_create (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__CreateStmt *create = node->create_stmt;
  Effect *effect = pg_add (collector, EFFECT_CREATE_TABLE, create->relation);

  effect->guarded = create->if_not_exists;
  sql_collector_created (collector, effect);
  collect_elements (collector, create->relation, create->table_elts,
                    create->n_table_elts);
  collect_elements (collector, create->relation, create->constraints,
                    create->n_constraints);
}

static void
collect_create_as (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__CreateTableAsStmt *create = node->create_table_as_stmt;
  gboolean is_table = create->objtype == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE;
  Effect *effect = pg_add (collector, is_table ? EFFECT_CREATE_TABLE : EFFECT_OTHER,
                           create->into != NULL ? create->into->rel : NULL);

  effect->guarded = create->if_not_exists;
  effect->text = is_table ? NULL : "CREATE MATERIALIZED VIEW";
  sql_collector_created (collector, effect);
}

static void
collect_truncate (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__TruncateStmt *truncate = node->truncate_stmt;

  PG_FOREACH (table, truncate->relations, truncate->n_relations)
  {
    if (PG_NODE_IS (table, RANGE_VAR))
      pg_add (collector, EFFECT_TRUNCATE, table->range_var)->cascade
          = is_cascade (truncate->behavior);
  }
}

static void
collect_lock (SqlCollector *collector, const PgNode *node)
{
  static const char *const MODES[] = {
    NULL,
    "ACCESS SHARE",
    "ROW SHARE",
    "ROW EXCLUSIVE",
    "SHARE UPDATE EXCLUSIVE",
    "SHARE",
    "SHARE ROW EXCLUSIVE",
    "EXCLUSIVE",
    "ACCESS EXCLUSIVE",
  };
  const PgQuery__LockStmt *lock = node->lock_stmt;
  gsize mode = (gsize) CLAMP (lock->mode, 0, (int) G_N_ELEMENTS (MODES) - 1);

  PG_FOREACH (table, lock->relations, lock->n_relations)
  {
    if (PG_NODE_IS (table, RANGE_VAR))
      pg_add (collector, EFFECT_LOCK_TABLE, table->range_var)->text = MODES[mode];
  }
}

static void
collect_cluster (SqlCollector *collector, const PgNode *node)
{
  pg_add (collector, EFFECT_CLUSTER, node->cluster_stmt->relation)->object
      = sql_collector_copy (collector, node->cluster_stmt->indexname);
}

static void
add_vacuum (SqlCollector *collector, const PgQuery__VacuumStmt *vacuum,
            const PgQuery__RangeVar *table)
{
  pg_add (collector, EFFECT_VACUUM, table)->full
      = pg_option_is_on (vacuum->options, vacuum->n_options, "full");
}

static void
collect_vacuum (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__VacuumStmt *vacuum = node->vacuum_stmt;

  if (!vacuum->is_vacuumcmd)
    {
      sql_collector_add (collector, EFFECT_OTHER)->text = "ANALYZE";
      return;
    }
  PG_FOREACH (table, vacuum->rels, vacuum->n_rels)
  {
    if (PG_NODE_IS (table, VACUUM_RELATION))
      add_vacuum (collector, vacuum, table->vacuum_relation->relation);
  }
  if (vacuum->n_rels == 0)
    add_vacuum (collector, vacuum, NULL);
}

/* Indexes ----------------------------------------------------------------------- */

static void
collect_index (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__IndexStmt *index = node->index_stmt;
  Effect *effect = pg_add (collector, EFFECT_CREATE_INDEX, index->relation);
  const char **columns
      = arena_new_array (collector->arena, const char *, index->n_index_params + 1);
  guint n = 0;

  PG_FOREACH (part, index->index_params, index->n_index_params)
  {
    if (PG_NODE_IS (part, INDEX_ELEM) && *part->index_elem->name != '\0')
      columns[n++] = sql_collector_copy (collector, part->index_elem->name);
  }
  effect->object = sql_collector_copy (collector, index->idxname);
  effect->columns = columns;
  effect->column = columns[0];
  effect->n_columns = (guint) index->n_index_params;
  effect->unique = index->unique;
  effect->concurrent = index->concurrent;
  effect->guarded = index->if_not_exists;
  effect->has_where = index->where_clause != NULL;
}

static void
collect_reindex (SqlCollector *collector, const PgNode *node)
{
  static const char *const KINDS[]
      = { NULL, "index", "table", "schema", "system", "database" };
  const PgQuery__ReindexStmt *reindex = node->reindex_stmt;
  gboolean is_index
      = reindex->kind == PG_QUERY__REINDEX_OBJECT_TYPE__REINDEX_OBJECT_INDEX;
  Effect *effect
      = pg_add (collector, EFFECT_REINDEX, is_index ? NULL : reindex->relation);

  effect->object = sql_collector_copy (collector, is_index && reindex->relation != NULL
                                                      ? reindex->relation->relname
                                                      : reindex->name);
  effect->text
      = (guint) reindex->kind < G_N_ELEMENTS (KINDS) ? KINDS[reindex->kind] : NULL;
  effect->concurrent
      = pg_option_is_on (reindex->params, reindex->n_params, "concurrently");
}

/* DROP -------------------------------------------------------------------------- */

static EffectKind
kind_of_drop (PgQuery__ObjectType type)
{
  switch (type)
    {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
      return EFFECT_DROP_TABLE;
    case PG_QUERY__OBJECT_TYPE__OBJECT_INDEX:
      return EFFECT_DROP_INDEX;
    case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
      return EFFECT_DROP_SCHEMA;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TRIGGER:
      return EFFECT_DROP_TRIGGER;
    default:
      return EFFECT_OTHER;
    }
}

/* What is dropped is a list of names, the last one its own, or for a schema one name. */
static Effect *
add_drop (SqlCollector *collector, EffectKind kind, const PgNode *object)
{
  gboolean is_list = PG_NODE_IS (object, LIST);
  PgNode *const *parts = is_list ? object->list->items : (PgNode *const *) &object;
  gsize n = is_list ? object->list->n_items : 1;
  const char *name = pg_last_name (parts, n);

  if (kind == EFFECT_DROP_TABLE)
    return sql_collector_add_of (collector, kind, pg_schema_name (parts, n), name);
  Effect *effect
      = kind == EFFECT_DROP_TRIGGER && n > 1 ? sql_collector_add_of (
            collector, kind, pg_schema_name (parts, n - 1), pg_last_name (parts, n - 1))
                                             : sql_collector_add (collector, kind);
  effect->object = sql_collector_copy (collector, name);
  if (kind == EFFECT_DROP_INDEX)
    effect->schema = sql_collector_copy (collector, pg_schema_name (parts, n));
  return effect;
}

static void
collect_drop (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__DropStmt *drop = node->drop_stmt;

  PG_FOREACH (object, drop->objects, drop->n_objects)
  {
    Effect *effect = add_drop (collector, kind_of_drop (drop->remove_type), object);
    effect->cascade = is_cascade (drop->behavior);
    effect->guarded = drop->missing_ok;
    effect->concurrent = drop->concurrent;
    if (effect->kind == EFFECT_OTHER)
      effect->text = "DROP";
  }
}

static void
collect_drop_database (SqlCollector *collector, const PgNode *node)
{
  Effect *effect = sql_collector_add (collector, EFFECT_DROP_SCHEMA);

  effect->object = sql_collector_copy (collector, node->dropdb_stmt->dbname);
  effect->guarded = node->dropdb_stmt->missing_ok;
}

/* RENAME ------------------------------------------------------------------------ */

static EffectKind
kind_of_rename (const PgQuery__RenameStmt *rename)
{
  switch (rename->rename_type)
    {
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABLE:
    case PG_QUERY__OBJECT_TYPE__OBJECT_FOREIGN_TABLE:
      return EFFECT_RENAME_TABLE;
    case PG_QUERY__OBJECT_TYPE__OBJECT_COLUMN:
      return EFFECT_RENAME_COLUMN;
    case PG_QUERY__OBJECT_TYPE__OBJECT_TABCONSTRAINT:
      return EFFECT_RENAME_CONSTRAINT;
    case PG_QUERY__OBJECT_TYPE__OBJECT_SCHEMA:
    case PG_QUERY__OBJECT_TYPE__OBJECT_DATABASE:
      return EFFECT_RENAME_SCHEMA;
    default:
      return EFFECT_OTHER;
    }
}

static void
collect_rename (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__RenameStmt *rename = node->rename_stmt;
  EffectKind kind = kind_of_rename (rename);
  Effect *effect = pg_add (collector, kind, rename->relation);

  effect->to = sql_collector_copy (collector, rename->newname);
  effect->guarded = rename->missing_ok;
  if (kind == EFFECT_RENAME_COLUMN)
    effect->column = sql_collector_copy (collector, rename->subname);
  else if (kind == EFFECT_OTHER)
    effect->text = "ALTER … RENAME";
  else if (kind == EFFECT_RENAME_TABLE)
    sql_collector_renamed (collector, effect);
  else
    effect->object = sql_collector_copy (collector, rename->subname);
}

/* A table that moves to another schema is gone from where clients look for it. */
static void
collect_move (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__AlterObjectSchemaStmt *move = node->alter_object_schema_stmt;
  gboolean is_table = move->object_type == PG_QUERY__OBJECT_TYPE__OBJECT_TABLE;
  Effect *effect
      = pg_add (collector, is_table ? EFFECT_RENAME_TABLE : EFFECT_OTHER, move->relation);

  effect->guarded = move->missing_ok;
  if (is_table && effect->table != NULL)
    effect->to = arena_printf (collector->arena, "%s.%s", move->newschema, effect->table);
  else
    effect->text = "ALTER … SET SCHEMA";
}

/* Types ------------------------------------------------------------------------- */

static Effect *
add_type (SqlCollector *collector, EffectKind kind, PgNode *const *name, gsize n)
{
  Effect *effect = sql_collector_add (collector, kind);

  effect->schema = sql_collector_copy (collector, pg_schema_name (name, n));
  effect->object = sql_collector_copy (collector, pg_last_name (name, n));
  return effect;
}

static void
collect_enum (SqlCollector *collector, const PgNode *node)
{
  add_type (collector, EFFECT_CREATE_TYPE, node->create_enum_stmt->type_name,
            node->create_enum_stmt->n_type_name);
}

static void
collect_alter_enum (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__AlterEnumStmt *alter = node->alter_enum_stmt;
  gboolean renames = *alter->old_val != '\0';
  Effect *effect
      = add_type (collector, renames ? EFFECT_RENAME_ENUM_VALUE : EFFECT_ADD_ENUM_VALUE,
                  alter->type_name, alter->n_type_name);

  effect->guarded = alter->skip_if_new_val_exists;
  effect->text
      = sql_collector_copy (collector, renames ? alter->old_val : alter->new_val);
  effect->to = sql_collector_copy (collector,
                                   renames ? alter->new_val : alter->new_val_neighbor);
}

static gboolean
is_enforcing (const PgNode *node)
{
  return PG_NODE_IS (node, CONSTRAINT)
         && (node->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_CHECK
             || node->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL);
}

static void
collect_domain (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__CreateDomainStmt *create = node->create_domain_stmt;
  Effect *effect = add_type (collector, EFFECT_CREATE_DOMAIN, create->domainname,
                             create->n_domainname);

  effect->type_text = pg_type_text (collector, create->type_name);
  PG_FOREACH (constraint, create->constraints, create->n_constraints)
  effect->constrained = effect->constrained || is_enforcing (constraint);
}

static void
collect_alter_domain (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__AlterDomainStmt *alter = node->alter_domain_stmt;
  Effect *effect
      = add_type (collector, EFFECT_ALTER_DOMAIN, alter->type_name, alter->n_type_name);

  effect->constrained = *alter->subtype == 'C' || *alter->subtype == 'O';
  effect->not_valid
      = PG_NODE_IS (alter->def, CONSTRAINT) && alter->def->constraint->skip_validation;
  effect->cascade = is_cascade (alter->behavior);
}

/* Rows -------------------------------------------------------------------------- */

/* WITH gone AS (DELETE …) SELECT … deletes. */
static void
collect_with (SqlCollector *collector, const PgQuery__WithClause *with)
{
  if (with == NULL)
    return;
  PG_FOREACH (table, with->ctes, with->n_ctes)
  {
    const PgNode *query = PG_NODE_IS (table, COMMON_TABLE_EXPR)
                              ? table->common_table_expr->ctequery
                              : NULL;
    if (PG_NODE_IS (query, INSERT_STMT) || PG_NODE_IS (query, UPDATE_STMT)
        || PG_NODE_IS (query, DELETE_STMT))
      pg_collect_statement (collector, query);
  }
}

static void
collect_insert (SqlCollector *collector, const PgNode *node)
{
  collect_with (collector, node->insert_stmt->with_clause);
  pg_add (collector, EFFECT_INSERT, node->insert_stmt->relation);
}

/* The columns that are set, in their order, twice if they are; parts of columns are not
 * counted, for they may be set one by one. */
static void
set_targets (const SqlCollector *collector, Effect *effect, PgNode *const *targets,
             gsize n)
{
  const char **columns = arena_new_array (collector->arena, const char *, n + 1);

  PG_FOREACH (target, targets, n)
  {
    if (PG_NODE_IS (target, RES_TARGET) && target->res_target->n_indirection == 0)
      columns[effect->n_columns++]
          = sql_collector_copy (collector, target->res_target->name);
  }
  effect->columns = columns;
  effect->column = columns[0];
}

static void
collect_update (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__UpdateStmt *update = node->update_stmt;

  collect_with (collector, update->with_clause);
  Effect *effect = pg_add (collector, EFFECT_UPDATE, update->relation);
  effect->has_where = update->where_clause != NULL;
  set_targets (collector, effect, update->target_list, update->n_target_list);
}

static void
collect_delete (SqlCollector *collector, const PgNode *node)
{
  collect_with (collector, node->delete_stmt->with_clause);
  pg_add (collector, EFFECT_DELETE, node->delete_stmt->relation)->has_where
      = node->delete_stmt->where_clause != NULL;
}

static void
collect_select (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__SelectStmt *select = node->select_stmt;

  collect_with (collector, select->with_clause);
  if (select->into_clause != NULL)
    sql_collector_created (
        collector, pg_add (collector, EFFECT_CREATE_TABLE, select->into_clause->rel));
  else
    sql_collector_add (collector, EFFECT_OTHER)->text = "SELECT";
}

/* Sessions -------------------------------------------------------------------- */

static void
collect_transaction (SqlCollector *collector, const PgNode *node)
{
  switch (node->transaction_stmt->kind)
    {
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_BEGIN:
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_START:
      sql_collector_transaction (collector, EFFECT_BEGIN);
      break;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_COMMIT:
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_PREPARE:
      sql_collector_transaction (collector, EFFECT_COMMIT);
      break;
    case PG_QUERY__TRANSACTION_STMT_KIND__TRANS_STMT_ROLLBACK:
      sql_collector_transaction (collector, EFFECT_ROLLBACK);
      break;
    default:
      sql_collector_add (collector, EFFECT_OTHER)->text = "SAVEPOINT";
      break;
    }
}

static void
collect_set (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__VariableSetStmt *set = node->variable_set_stmt;
  Effect *effect = sql_collector_add (collector, EFFECT_SET);

  effect->object = sql_collector_copy (collector, set->name);
  effect->local = set->is_local;
  effect->text = set->n_args > 0 ? pg_literal_text (collector, set->args[0]) : "default";
}

/* Programs -------------------------------------------------------------------- */

static void
collect_trigger (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__CreateTrigStmt *trigger = node->create_trig_stmt;
  Effect *effect = pg_add (collector, EFFECT_CREATE_TRIGGER, trigger->relation);

  effect->object = sql_collector_copy (collector, trigger->trigname);
  effect->or_replace = trigger->replace;
}

static void
collect_function (SqlCollector *collector, const PgNode *node)
{
  const PgQuery__CreateFunctionStmt *function = node->create_function_stmt;
  Effect *effect
      = add_type (collector, EFFECT_OTHER, function->funcname, function->n_funcname);

  effect->text = function->is_procedure ? "CREATE PROCEDURE" : "CREATE FUNCTION";
  effect->or_replace = function->replace;
}

static void
collect_do (SqlCollector *collector, G_GNUC_UNUSED const PgNode *node)
{
  sql_collector_give_up (collector, "the body of a DO block is not looked into");
}

static void
collect_call (SqlCollector *collector, G_GNUC_UNUSED const PgNode *node)
{
  sql_collector_give_up (collector, "what the called procedure does is not known");
}

static void
collect_execute (SqlCollector *collector, G_GNUC_UNUSED const PgNode *node)
{
  sql_collector_give_up (collector, "what the prepared statement does is not known");
}

static void
collect_prepare (SqlCollector *collector, const PgNode *node)
{
  if (node->prepare_stmt->query != NULL)
    pg_collect_statement (collector, node->prepare_stmt->query);
}

static void
collect_schema (SqlCollector *collector, const PgNode *node)
{
  sql_collector_add (collector, EFFECT_OTHER)->text = "CREATE SCHEMA";
  PG_FOREACH (element, node->create_schema_stmt->schema_elts,
              node->create_schema_stmt->n_schema_elts)
  pg_collect_statement (collector, element);
}

static const Collect STATEMENTS[] = {
  [PG_QUERY__NODE__NODE_ALTER_DOMAIN_STMT] = collect_alter_domain,
  [PG_QUERY__NODE__NODE_ALTER_ENUM_STMT] = collect_alter_enum,
  [PG_QUERY__NODE__NODE_ALTER_OBJECT_SCHEMA_STMT] = collect_move,
  [PG_QUERY__NODE__NODE_ALTER_TABLE_STMT] = pg_collect_alter_table,
  [PG_QUERY__NODE__NODE_CALL_STMT] = collect_call,
  [PG_QUERY__NODE__NODE_CLUSTER_STMT] = collect_cluster,
  [PG_QUERY__NODE__NODE_CREATE_DOMAIN_STMT] = collect_domain,
  [PG_QUERY__NODE__NODE_CREATE_ENUM_STMT] = collect_enum,
  [PG_QUERY__NODE__NODE_CREATE_FUNCTION_STMT] = collect_function,
  [PG_QUERY__NODE__NODE_CREATE_SCHEMA_STMT] = collect_schema,
  [PG_QUERY__NODE__NODE_CREATE_STMT] = collect_create,
  [PG_QUERY__NODE__NODE_CREATE_TABLE_AS_STMT] = collect_create_as,
  [PG_QUERY__NODE__NODE_CREATE_TRIG_STMT] = collect_trigger,
  [PG_QUERY__NODE__NODE_DELETE_STMT] = collect_delete,
  [PG_QUERY__NODE__NODE_DO_STMT] = collect_do,
  [PG_QUERY__NODE__NODE_DROP_STMT] = collect_drop,
  [PG_QUERY__NODE__NODE_DROPDB_STMT] = collect_drop_database,
  [PG_QUERY__NODE__NODE_EXECUTE_STMT] = collect_execute,
  [PG_QUERY__NODE__NODE_INDEX_STMT] = collect_index,
  [PG_QUERY__NODE__NODE_INSERT_STMT] = collect_insert,
  [PG_QUERY__NODE__NODE_LOCK_STMT] = collect_lock,
  [PG_QUERY__NODE__NODE_PREPARE_STMT] = collect_prepare,
  [PG_QUERY__NODE__NODE_REINDEX_STMT] = collect_reindex,
  [PG_QUERY__NODE__NODE_RENAME_STMT] = collect_rename,
  [PG_QUERY__NODE__NODE_SELECT_STMT] = collect_select,
  [PG_QUERY__NODE__NODE_TRANSACTION_STMT] = collect_transaction,
  [PG_QUERY__NODE__NODE_TRUNCATE_STMT] = collect_truncate,
  [PG_QUERY__NODE__NODE_UPDATE_STMT] = collect_update,
  [PG_QUERY__NODE__NODE_VACUUM_STMT] = collect_vacuum,
  [PG_QUERY__NODE__NODE_VARIABLE_SET_STMT] = collect_set,
};

void
pg_collect_statement (SqlCollector *collector, const PgNode *node)
{
  gsize kind = (gsize) node->node_case;
  Collect collect = kind < G_N_ELEMENTS (STATEMENTS) ? STATEMENTS[kind] : NULL;

  if (collect != NULL)
    collect (collector, node);
  else
    sql_collector_add (collector, EFFECT_OTHER);
}
