/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether PostgreSQL evaluates a default once or for each row.
 *
 * Operators and casts of the standard types are stable; of functions only the listed
 * ones are taken for it.
 */
#include "config.h"

#include "safety/sql_postgres_node.h"
#include "safety/sql_volatility.h"

/* Nobody nests a default so deep; the parser's tree may be a few thousand levels. */
#define MAX_LEVELS 60u

static gboolean is_stable (const PgNode *node, guint level);

static gboolean
all_stable (PgNode *const *nodes, gsize n, guint level)
{
  for (gsize i = 0; i < n; i++)
    if (!is_stable (nodes[i], level))
      return FALSE;
  return TRUE;
}

static gboolean
call_is_stable (const PgQuery__FuncCall *call, guint level)
{
  const char *name = pg_last_name (call->funcname, call->n_funcname);
  const char *schema = pg_schema_name (call->funcname, call->n_funcname);

  if (name == NULL || (schema != NULL && !g_str_equal (schema, "pg_catalog")))
    return FALSE;
  return sql_function_is_stable (name) && all_stable (call->args, call->n_args, level);
}

static gboolean
case_is_stable (const PgQuery__CaseExpr *expression, guint level)
{
  return is_stable (expression->arg, level)
         && all_stable (expression->args, expression->n_args, level)
         && is_stable (expression->defresult, level);
}

static gboolean
is_stable (const PgNode *node, guint level)
{
  if (node == NULL)
    return TRUE;
  if (++level > MAX_LEVELS)
    return FALSE;
  switch (node->node_case)
    {
    case PG_QUERY__NODE__NODE_A_CONST:
    case PG_QUERY__NODE__NODE_SQLVALUE_FUNCTION:
      return TRUE;
    case PG_QUERY__NODE__NODE_TYPE_CAST:
      return is_stable (node->type_cast->arg, level);
    case PG_QUERY__NODE__NODE_COLLATE_CLAUSE:
      return is_stable (node->collate_clause->arg, level);
    case PG_QUERY__NODE__NODE_A_EXPR:
      return is_stable (node->a_expr->lexpr, level)
             && is_stable (node->a_expr->rexpr, level);
    case PG_QUERY__NODE__NODE_BOOL_EXPR:
      return all_stable (node->bool_expr->args, node->bool_expr->n_args, level);
    case PG_QUERY__NODE__NODE_A_ARRAY_EXPR:
      return all_stable (node->a_array_expr->elements, node->a_array_expr->n_elements,
                         level);
    case PG_QUERY__NODE__NODE_ROW_EXPR:
      return all_stable (node->row_expr->args, node->row_expr->n_args, level);
    case PG_QUERY__NODE__NODE_COALESCE_EXPR:
      return all_stable (node->coalesce_expr->args, node->coalesce_expr->n_args, level);
    case PG_QUERY__NODE__NODE_MIN_MAX_EXPR:
      return all_stable (node->min_max_expr->args, node->min_max_expr->n_args, level);
    case PG_QUERY__NODE__NODE_NULL_TEST:
      return is_stable (node->null_test->arg, level);
    case PG_QUERY__NODE__NODE_CASE_EXPR:
      return case_is_stable (node->case_expr, level);
    case PG_QUERY__NODE__NODE_CASE_WHEN:
      return is_stable (node->case_when->expr, level)
             && is_stable (node->case_when->result, level);
    case PG_QUERY__NODE__NODE_FUNC_CALL:
      return call_is_stable (node->func_call, level);
    default:
      return FALSE;
    }
}

DefaultVolatility
pg_default_volatility (const PgNode *expression)
{
  if (expression == NULL)
    return DEFAULT_IS_ABSENT;
  return is_stable (expression, 0) ? DEFAULT_IS_CONSTANT : DEFAULT_IS_VOLATILE;
}
