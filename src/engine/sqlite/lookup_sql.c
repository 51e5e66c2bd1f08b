/* SPDX-License-Identifier: Apache-2.0
 *
 * Lookups as correlated subqueries.
 */
#include "config.h"

#include "engine/sqlite/lookup_sql.h"

#include "engine/sqlite/sql_text.h"
#include "model/error.h"

/* The source goes by a name that no table of the user's has. */
#define SOURCE "zdm_source"

static const char *
condition (const LookupSql *sql, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; sql->here[i] != NULL; i++)
    g_string_append_printf (text, "%s" SOURCE ".%s = %s COLLATE BINARY",
                            i > 0 ? " AND " : "", sql->there[i], sql->here[i]);
  return arena_strdup (arena, text->str);
}

static const char *
select_from (const LookupSql *sql, const char *what, const char *tail, Arena *arena)
{
  return arena_printf (arena, "(SELECT %s FROM %s AS " SOURCE " WHERE %s%s)", what,
                       sql->from, condition (sql, arena), tail);
}

/* SQLite's sum() fails when it overflows, and a write must not fail: look first. */
static const char *
guarded_sum (const LookupSql *sql, const char *column, Arena *arena)
{
  const char *total
      = select_from (sql, arena_printf (arena, "total(abs(%s))", column), "", arena);
  const char *sum = select_from (sql, arena_printf (arena, "sum(%s)", column), "", arena);

  return arena_printf (arena, "(CASE WHEN %s < 9.2e18 THEN %s END)", total, sum);
}

static const char *
found_value (const LookupSql *sql, Arena *arena, GError **error)
{
  const Lookup *lookup = sql->bound.lookup;
  const char *column = lookup->from_column != NULL
                           ? arena_printf (arena, SOURCE ".%s",
                                           sqlite_identifier (arena, lookup->from_column))
                           : "*";

  switch (lookup->aggregate)
    {
    case AGGREGATE_COUNT:
      return select_from (sql, arena_printf (arena, "count(%s)", column), "", arena);
    case AGGREGATE_SUM:
      return guarded_sum (sql, column, arena);
    case AGGREGATE_MIN:
    case AGGREGATE_MAX:
      if (sql->bound.found_type.base == COLUMN_TYPE_DECIMAL)
        {
          g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                       "SQLite keeps DECIMAL as text, whose least and greatest value "
                       "are not those of the numbers");
          return NULL;
        }
      return select_from (
          sql,
          arena_printf (arena, "%s(%s COLLATE BINARY)",
                        lookup->aggregate == AGGREGATE_MIN ? "min" : "max", column),
          "", arena);
    default:
      return select_from (sql, column, " LIMIT 1", arena);
    }
}

static const char *const *
quoted_list (const char *const *names, const char *prefix, Arena *arena)
{
  guint n = g_strv_length ((char **) names);
  const char **quoted = arena_new_array (arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    quoted[i] = arena_printf (arena, "%s%s", prefix, sqlite_identifier (arena, names[i]));
  return quoted;
}

gboolean
lookup_sql_init (LookupSql *sql, const Database *shape, const char *table,
                 const char *column, const Lookup *lookup, const Transform *transform,
                 Arena *arena, GError **error)
{
  const Table *target = bind_table (shape, table, error);

  *sql = (LookupSql){ 0 };
  if (target == NULL
      || !bind_lookup (shape, target, column, lookup, transform, arena, &sql->bound,
                       error))
    return FALSE;
  sql->table = sqlite_identifier (arena, target->name);
  sql->from = sqlite_identifier (arena, sql->bound.from->name);
  sql->target = sqlite_identifier (arena, column);
  sql->here
      = quoted_list (lookup->match_here, arena_printf (arena, "%s.", sql->table), arena);
  sql->there = quoted_list (lookup->match_there, "", arena);
  sql->matches = arena_printf (arena, "EXISTS %s", select_from (sql, "1", "", arena));
  sql->found = found_value (sql, arena, error);
  if (sql->found == NULL)
    return FALSE;
  const char *inputs[] = { sql->found, NULL };
  return sqlite_expression (sql->bound.transform, NULL, inputs, arena, &sql->value,
                            error);
}
