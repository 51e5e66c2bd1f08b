/* SPDX-License-Identifier: Apache-2.0
 *
 * Columns of a table whose rows another table holds: the server adds none that comes with
 * a value, since it would have to be written there too.
 */
#include "config.h"

#include "engine/postgres/try_out_part.h"

#include "engine/postgres/create.h"
#include "engine/postgres/dependent.h"
#include "engine/postgres/sql_text.h"
#include "model/error.h"

/* The type of the rows of the table or a partition of it, and what is made of it: arrays,
 * domains, ranges, other types of rows; then the columns that are of one of these. */
static const char SQL[]
    = "WITH RECURSIVE t (oid) AS (SELECT reltype FROM pg_catalog.pg_class WHERE oid = %s OR "
      "oid IN (SELECT relid FROM pg_catalog.pg_partition_tree(%s)) UNION SELECT u.oid FROM t, "
      "LATERAL (SELECT typarray FROM pg_catalog.pg_type WHERE oid = t.oid AND typarray <> 0 "
      "UNION ALL SELECT oid FROM pg_catalog.pg_type WHERE typbasetype = t.oid UNION ALL "
      "SELECT rngtypid FROM pg_catalog.pg_range WHERE rngsubtype = t.oid UNION ALL SELECT "
      "c.reltype FROM pg_catalog.pg_attribute AS a JOIN pg_catalog.pg_class AS c ON c.oid = "
      "a.attrelid AND c.relkind = 'c' WHERE a.atttypid = t.oid AND NOT a.attisdropped) AS u "
      "(oid)) SELECT pg_catalog.pg_describe_object('pg_catalog.pg_class'::"
      "pg_catalog.regclass, a.attrelid, a.attnum) FROM t JOIN pg_catalog.pg_attribute AS a ON "
      "a.atttypid = t.oid AND NOT a.attisdropped JOIN pg_catalog.pg_class AS c ON c.oid = "
      "a.attrelid AND c.relkind IN ('r', 'p', 'm', 'i', 'I') ORDER BY 1 LIMIT 1";

/* A domain that looks at its values looks at a null too, and its own default is kept
 * away by another one. */
static gboolean
comes_with_value (const PgTryOut *try, const PgDetail *detail, const PgTable *live,
                  gboolean *comes, GError **error)
{
  const Table *table = database_find (detail->shape, detail->table);
  const Column *column = table != NULL ? table_find_column (table, detail->column) : NULL;
  const PgColumn *like
      = detail->like != NULL ? pg_find_column (live, detail->like) : NULL;

  *comes = like != NULL ? like->is_domain
                        : column != NULL && column->default_kind == DEFAULT_VALUE
                              && !value_is_null (&column->default_value);
  if (*comes || column == NULL || like != NULL || column->native == NULL)
    return TRUE;
  return postgres_finds (
      try->connection,
      arena_printf (
          try->arena,
          "SELECT 1 FROM pg_catalog.pg_type WHERE oid = pg_catalog.to_regtype(%s) "
          "AND typtype = 'd'",
          postgres_quote (try->arena, postgres_column_type (column, try->arena))),
      comes, error);
}

/* A trigger's function that tells the columns by their number fails each write with
 * another one. */
gboolean
pg_try_row_triggers (const PgTryOut *try, const PgTable *live, GError **error)
{
  const char *what;

  if (!pg_row_trigger (try->connection, live, &what, try->arena, error))
    return FALSE;
  if (what == NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "table '%s' gets or loses a column, and %s says its rows without names of "
               "columns (NEW.*), which do not fit then: name them in it",
               live->name, what);
  return FALSE;
}

gboolean
pg_try_add_column (const PgTryOut *try, const PgDetail *detail, GError **error)
{
  const PgTable *live;
  const char *user = NULL;
  gboolean comes = FALSE;

  if (!pg_read_table (try->connection, detail->table, try->arena, &live, error)
      || (live != NULL && !comes_with_value (try, detail, live, &comes, error))
      || (comes
          && !postgres_text (try->connection,
                             arena_printf (try->arena, SQL, live->oid, live->oid), &user,
                             try->arena, error)))
    return FALSE;
  if (user == NULL)
    return live == NULL || pg_try_row_triggers (try, live, error);
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
      "table '%s' gets no column '%s' with a default, or of a domain: %s holds "
      "rows of it, and would have to be written too; add the column without, and "
      "give it one by another change",
      live->name, detail->column, user);
  return FALSE;
}
