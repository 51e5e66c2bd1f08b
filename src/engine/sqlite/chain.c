/* SPDX-License-Identifier: Apache-2.0
 *
 * Chain: an SQL expression that is made step by step.
 */
#include "config.h"

#include "engine/sqlite/chain.h"

#include <string.h>

void
chain_begin (Chain *chain, const char *operand, Arena *arena)
{
  *chain = (Chain){
    .arena = arena,
    .steps = "",
    .is_input = TRUE,
    .value = operand,
  };
}

/* Whether there is no condition that the last step has not seen. */
static gboolean
is_passed_on (const Chain *chain)
{
  return chain->valid == NULL || strcmp (chain->valid, "ok") == 0;
}

static gboolean
is_settled (const Chain *chain)
{
  return chain->n_steps > 0 && strcmp (chain->value, "v") == 0 && is_passed_on (chain);
}

void
chain_select (Chain *chain, const char *columns)
{
  const char *from = "";
  const char *ok = "";

  if (chain->valid != NULL)
    ok = is_passed_on (chain) ? ", ok"
                              : arena_printf (chain->arena, ", %s AS ok", chain->valid);
  /* With a limit on both sides SQLite does not put the inner expression into each place
   * of the outer one (https://www.sqlite.org/optoverview.html#subquery_flattening). */
  if (chain->n_steps > 0)
    from = arena_printf (chain->arena, " FROM zdm%u LIMIT 1", chain->n_steps);
  chain->steps = arena_printf (chain->arena, "%s%szdm%u AS (SELECT %s%s%s)", chain->steps,
                               chain->n_steps > 0 ? ", " : "", chain->n_steps + 1,
                               columns, ok, from);
  chain->n_steps++;
  chain->is_input = FALSE;
  if (chain->valid != NULL)
    chain->valid = "ok";
}

void
chain_settle (Chain *chain)
{
  /* A column has an affinity and a collation of its own, which '+' and COLLATE take
   * away. */
  gboolean is_input = chain->is_input;

  if (is_settled (chain))
    return;
  chain_select (chain, arena_printf (chain->arena, "%s%s%s AS v", is_input ? "+" : "",
                                     chain->value, is_input ? " COLLATE BINARY" : ""));
  chain->value = "v";
}

static const char *
format_sql (Arena *arena, const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);

  return arena_strdup (arena, text);
}

void
chain_set (Chain *chain, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  chain->value = format_sql (chain->arena, format, arguments);
  va_end (arguments);
  chain->is_input = FALSE;
}

/* Returns: both conditions; @first may be NULL */
static const char *
both (Arena *arena, const char *first, const char *second)
{
  return first == NULL ? second : arena_printf (arena, "%s AND %s", first, second);
}

void
chain_require (Chain *chain, const char *format, ...)
{
  const char **conditions = chain->n_steps == 0 ? &chain->given : &chain->valid;
  const char *condition;
  va_list arguments;

  va_start (arguments, format);
  condition = format_sql (chain->arena, format, arguments);
  va_end (arguments);
  *conditions
      = both (chain->arena, *conditions, arena_printf (chain->arena, "(%s)", condition));
}

/* The value of @column at the end of the chain, as an operand. */
static const char *
close_chain (const Chain *chain, const char *column)
{
  if (chain->n_steps == 0)
    return arena_printf (chain->arena, "(%s)", column);
  return arena_printf (chain->arena, "(WITH %s SELECT %s FROM zdm%u)", chain->steps,
                       column, chain->n_steps);
}

void
chain_finish (Chain *chain, SqliteExpression *result)
{
  result->value = chain->is_input ? chain->value : close_chain (chain, chain->value);
  result->valid = chain->given;
  if (chain->valid != NULL)
    result->valid = both (chain->arena, chain->given, close_chain (chain, chain->valid));
  if (result->valid != NULL)
    result->valid = arena_printf (chain->arena, "(%s)", result->valid);
}
