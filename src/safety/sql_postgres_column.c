/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL's columns and constraints → effects.
 */
#include "config.h"

#include "safety/sql_postgres_node.h"

/* Constraints ----------------------------------------------------------------- */

static void
set_columns (const SqlCollector *collector, Effect *effect, PgNode *const *names, gsize n)
{
  if (n == 0)
    return;
  effect->columns = pg_names (collector, names, n);
  effect->column = effect->columns[0];
  effect->n_columns = (guint) n;
}

static gboolean
set_kind (Effect *effect, PgQuery__ConstrType type)
{
  switch (type)
    {
    case PG_QUERY__CONSTR_TYPE__CONSTR_CHECK:
      effect->constraint = CONSTRAINT_CHECK;
      return TRUE;
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
      effect->constraint = CONSTRAINT_PRIMARY_KEY;
      return TRUE;
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
      effect->constraint = CONSTRAINT_UNIQUE;
      return TRUE;
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
      effect->constraint = CONSTRAINT_FOREIGN_KEY;
      return TRUE;
    case PG_QUERY__CONSTR_TYPE__CONSTR_EXCLUSION:
      effect->exclusion = TRUE;
      return TRUE;
    default:
      return FALSE;
    }
}

/* CHECK (column IS NOT NULL) proves as much as SET NOT NULL wants to know. */
static void
describe_check (const SqlCollector *collector, Effect *effect, const PgNode *expression)
{
  if (!PG_NODE_IS (expression, NULL_TEST)
      || expression->null_test->nulltesttype != PG_QUERY__NULL_TEST_TYPE__IS_NOT_NULL
      || !PG_NODE_IS (expression->null_test->arg, COLUMN_REF))
    return;
  const PgQuery__ColumnRef *column = expression->null_test->arg->column_ref;
  effect->not_null = TRUE;
  effect->column
      = sql_collector_copy (collector, pg_last_name (column->fields, column->n_fields));
}

void
pg_collect_constraint (SqlCollector *collector, const PgQuery__RangeVar *table,
                       const PgQuery__Constraint *constraint, const char *column)
{
  Effect kind = { 0 };

  if (!set_kind (&kind, constraint->contype))
    return;
  Effect *effect = pg_add (collector, EFFECT_ADD_CONSTRAINT, table);
  effect->constraint = kind.constraint;
  effect->exclusion = kind.exclusion;
  effect->object = sql_collector_copy (collector, constraint->conname);
  effect->not_valid = constraint->skip_validation;
  effect->using_index = *constraint->indexname != '\0';
  effect->text = sql_collector_copy (collector, constraint->indexname);
  effect->column = sql_collector_copy (collector, column);
  set_columns (collector, effect, constraint->keys, constraint->n_keys);
  set_columns (collector, effect, constraint->fk_attrs, constraint->n_fk_attrs);
  describe_check (collector, effect, constraint->raw_expr);
  if (constraint->pktable != NULL)
    effect->references_table
        = sql_collector_copy (collector, constraint->pktable->relname);
}

/* Columns --------------------------------------------------------------------- */

static void
describe_default (Effect *effect, const PgNode *expression)
{
  effect->default_volatility = pg_default_volatility (expression);
}

static void
describe_constraint (SqlCollector *collector, Effect *effect,
                     const PgQuery__Constraint *constraint)
{
  switch (constraint->contype)
    {
    case PG_QUERY__CONSTR_TYPE__CONSTR_NOTNULL:
      effect->not_null = TRUE;
      break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_DEFAULT:
      describe_default (effect, constraint->raw_expr);
      break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_IDENTITY:
      effect->identity = TRUE;
      break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_GENERATED:
      effect->stored_generated = TRUE;
      break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_PRIMARY:
      effect->primary_key = TRUE;
      break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_UNIQUE:
      effect->unique = TRUE;
      break;
    case PG_QUERY__CONSTR_TYPE__CONSTR_FOREIGN:
      if (constraint->pktable != NULL)
        effect->references_table
            = sql_collector_copy (collector, constraint->pktable->relname);
      break;
    default:
      break;
    }
}

static void
describe_type (SqlCollector *collector, Effect *effect, const PgQuery__TypeName *type)
{
  effect->type_text = pg_type_text (collector, type);
  if (effect->type_text == NULL)
    return;
  effect->serial = g_str_has_suffix (effect->type_text, "serial");
  effect->identity = effect->identity || effect->serial;
  sql_collector_typed (collector, effect);
}

void
pg_collect_column (SqlCollector *collector, const PgQuery__RangeVar *table,
                   const PgQuery__ColumnDef *column, gboolean guarded)
{
  Effect *effect = pg_add (collector, EFFECT_ADD_COLUMN, table);

  effect->column = sql_collector_copy (collector, column->colname);
  effect->guarded = guarded;
  effect->not_null = column->is_not_null;
  describe_default (effect, column->raw_default);
  PG_FOREACH (item, column->constraints, column->n_constraints)
  {
    if (!PG_NODE_IS (item, CONSTRAINT))
      continue;
    describe_constraint (collector, effect, item->constraint);
    /* Keys and references are told by the column's effect; a check is one of its own. */
    if (item->constraint->contype == PG_QUERY__CONSTR_TYPE__CONSTR_CHECK)
      pg_collect_constraint (collector, table, item->constraint, column->colname);
  }
  describe_type (collector, effect, column->type_name);
}
