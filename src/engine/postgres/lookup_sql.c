/* SPDX-License-Identifier: Apache-2.0
 *
 * Lookups as subqueries.
 */
#include "config.h"

#include "engine/postgres/lookup_sql.h"

#include "engine/postgres/sql_text.h"
#include "engine/postgres/step_sql.h"
#include "model/error.h"

#define SOURCE "zdm_source"

/* Plain equality, so that an index of the other table finds the rows. */
static const char *
condition (const PgLookup *sql, Arena *arena)
{
  const char *const *there
      = step_sql_columns (SOURCE ".", sql->bound.lookup->match_there, arena);
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; sql->here[i] != NULL; i++)
    g_string_append_printf (text, "%s%s = %s", i > 0 ? " AND " : "", there[i],
                            sql->here[i]);
  return arena_strdup (arena, text->str);
}

static const char *
select_from (const PgLookup *sql, const char *what, const char *tail, Arena *arena)
{
  return arena_printf (arena, "(SELECT %s FROM %s AS " SOURCE " WHERE %s%s)", what,
                       sql->from, condition (sql, arena), tail);
}

/* A sum that is too great for its type is null: a write must not fail. */
static const char *
guarded_sum (const PgLookup *sql, const char *column, Arena *arena)
{
  if (sql->bound.found_type.base != COLUMN_TYPE_BIGINT
      && sql->bound.found_type.base != COLUMN_TYPE_INTEGER)
    return select_from (sql, arena_printf (arena, "sum(%s)", column), "", arena);
  return select_from (
      sql,
      arena_printf (arena,
                    "CASE WHEN sum(%s::numeric) BETWEEN -9223372036854775808 AND "
                    "9223372036854775807 THEN sum(%s::numeric)::bigint END",
                    column, column),
      "", arena);
}

static const char *
found_value (const PgLookup *sql, Arena *arena)
{
  const Lookup *lookup = sql->bound.lookup;
  const char *column
      = lookup->from_column != NULL ? arena_printf (
            arena, SOURCE ".%s", postgres_identifier (arena, lookup->from_column))
                                    : "*";
  gboolean is_text = column_type_is_text (sql->bound.found_type.base);

  switch (lookup->aggregate)
    {
    case AGGREGATE_COUNT:
      return select_from (sql, arena_printf (arena, "count(%s)", column), "", arena);
    case AGGREGATE_SUM:
      return guarded_sum (sql, column, arena);
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
      return select_from (
          sql,
          arena_printf (arena, "%s(%s%s)",
                        lookup->aggregate == AGGREGATE_MIN ? "min" : "max", column,
                        is_text ? "::text COLLATE \"C\"" : ""),
          "", arena);
    default:
      return select_from (sql, column, " LIMIT 1", arena);
    }
}

gboolean
pg_lookup_init (PgLookup *sql, const Database *shape, const char *table,
                const char *column, const Lookup *lookup, const Transform *transform,
                Arena *arena, GError **error)
{
  const Table *target = bind_table (shape, table, error);

  *sql = (PgLookup){ 0 };
  if (target == NULL
      || !bind_lookup (shape, target, column, lookup, transform, arena, &sql->bound,
                       error))
    return FALSE;
  sql->table = postgres_identifier (arena, target->name);
  sql->from = postgres_identifier (arena, sql->bound.from->name);
  sql->target = postgres_identifier (arena, column);
  sql->here = step_sql_columns (arena_printf (arena, "%s.", sql->table),
                                lookup->match_here, arena);
  sql->matches = arena_printf (arena, "EXISTS %s", select_from (sql, "1", "", arena));
  sql->found = found_value (sql, arena);
  const char *inputs[] = { sql->found, NULL };
  return postgres_expression (sql->bound.transform, inputs, arena, &sql->value, error);
}
