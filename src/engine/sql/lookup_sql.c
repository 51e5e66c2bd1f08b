/* SPDX-License-Identifier: Apache-2.0
 *
 * Lookups as subqueries.
 */
#include "config.h"

#include "engine/sql/lookup_sql.h"

#include "model/error.h"

#define SOURCE "zdm_source"

/* Plain equality, so that an index of the other table finds the rows. */
static const char *
condition (const SqlLookup *sql, Arena *arena)
{
  const char *const *there
      = step_sql_columns (sql->words, SOURCE ".", sql->bound.lookup->match_there, arena);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; sql->here[i] != NULL; i++)
    g_string_append_printf (text, "%s%s = %s", i > 0 ? " AND " : "", there[i],
                            sql->here[i]);
  return arena_strdup (arena, text->str);
}

static const char *
select_from (const SqlLookup *sql, const char *what, const char *tail, Arena *arena)
{
  return arena_printf (arena, "(SELECT %s FROM %s AS " SOURCE " WHERE %s%s%s)", what,
                       sql->from, condition (sql, arena), tail,
                       sql->tail != NULL ? sql->tail : "");
}

static const char *
found_value (const SqlLookup *sql, Arena *arena)
{
  const Lookup *lookup = sql->bound.lookup;
  const char *column = "*", *what = column;

  if (lookup->from_column != NULL)
    what = column = arena_printf (arena, SOURCE ".%s",
                                  sql->words->identifier (arena, lookup->from_column));
  if (lookup->aggregate == AGGREGATE_NONE)
    return select_from (sql, column, " LIMIT 1", arena);
  if (column_type_is_text (sql->bound.found_type.base))
    what = sql->words->exact_text (arena, column);
  switch (lookup->aggregate)
    {
    case AGGREGATE_SUM:
      return select_from (sql, sql->words->sum (arena, &sql->bound.found_type, column),
                          "", arena);
    case AGGREGATE_MIN:
      return select_from (sql, arena_printf (arena, "min(%s)", what), "", arena);
    case AGGREGATE_MAX:
      return select_from (sql, arena_printf (arena, "max(%s)", what), "", arena);
    default:
      return select_from (sql, arena_printf (arena, "count(%s)", column), "", arena);
    }
}

static const char *
nothing_found (const SqlLookup *sql, Arena *arena)
{
  switch (sql->bound.lookup->aggregate)
    {
    case AGGREGATE_COUNT:
      return "FALSE";
    case AGGREGATE_NONE:
      return arena_printf (arena, "NOT %s", sql->matches);
    default:
      return arena_printf (arena, "%s IS NULL", sql->found);
    }
}

/* Where nothing is found the subquery is null by itself; a transform may make something
 * of that. */
static SqlExpression
result_of (const SqlLookup *sql, Arena *arena)
{
  if (bound_transform_is_identity (sql->bound.transform))
    return sql->value;
  return (SqlExpression){
    .value = arena_printf (arena, "CASE WHEN NOT (%s) THEN %s END", sql->nothing,
                           sql->value.value),
    .valid = sql->value.valid != NULL
                 ? arena_printf (arena, "((%s) OR %s)", sql->nothing, sql->value.valid)
                 : NULL,
  };
}

void
sql_lookup_set_value (SqlLookup *sql, const SqlExpression *value, Arena *arena)
{
  sql->value = *value;
  sql->result = result_of (sql, arena);
}

gboolean
sql_lookup_init (SqlLookup *sql, const Database *shape, const char *table,
                 const char *column, const Lookup *lookup, const Transform *transform,
                 Arena *arena, GError **error)
{
  const Table *target = bind_table (shape, table, error);

  if (target == NULL
      || !bind_lookup (shape, target, column, lookup, transform, arena, &sql->bound,
                       error))
    return FALSE;
  sql->table = sql->words->table (arena, target->name);
  sql->from = sql->words->table (arena, sql->bound.from->name);
  sql->target = sql->words->identifier (arena, column);
  const char *row = sql->row != NULL ? sql->row : arena_printf (arena, "%s.", sql->table);
  sql->here = step_sql_columns (sql->words, row, lookup->match_here, arena);
  sql->matches = arena_printf (arena, "EXISTS %s", select_from (sql, "1", "", arena));
  sql->found = found_value (sql, arena);
  const char *inputs[] = { sql->found, NULL };
  if (!sql->words->expression (sql->bound.transform, target, inputs, sql->row != NULL,
                               arena, &sql->value, error))
    return FALSE;
  sql->nothing = nothing_found (sql, arena);
  sql->result = result_of (sql, arena);
  return TRUE;
}
