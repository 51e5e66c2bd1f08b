/* SPDX-License-Identifier: Apache-2.0
 *
 * Keys and indexes of a column, on the one that takes its place.
 *
 * An index that waits for its place is called zdm_mirror_…; applications use it
 * meanwhile, for days perhaps, so what the column has now is looked up again each time.
 * Where two columns of one index get other names, by one migration or by two, the mirrors
 * on the one are indexes as any others to the other one.
 */
#include "config.h"

#include "engine/postgres/carry_part.h"

#include <string.h>

#include "engine/postgres/bind_live.h"
#include "engine/postgres/sql_text.h"
#include "model/generated_name.h"

#define MIRROR "zdm_mirror_"

/* Those that speak of the column, in their columns, expressions or condition. */
static PostgresResult *
read_indexes (const Carry *carry, const PgColumn *column, const char *condition,
              GError **error)
{
  return postgres_query (
      carry->connection,
      arena_printf (
          carry->arena,
          "SELECT c.relname, c.oid::pg_catalog.regclass, i.indisunique, "
          "pg_catalog.substring(pg_catalog.pg_get_indexdef(c.oid), ' (USING .*)$'), "
          "k.contype, CASE WHEN k.condeferred THEN ' DEFERRABLE INITIALLY DEFERRED' WHEN "
          "k.condeferrable THEN ' DEFERRABLE' ELSE '' END FROM pg_catalog.pg_index AS i "
          "JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid LEFT JOIN "
          "pg_catalog.pg_constraint AS k ON k.conindid = c.oid AND k.conrelid = i.indrelid "
          "AND k.contype IN ('p', 'u') WHERE i.indrelid = %s AND %s AND (%u = ANY "
          "(i.indkey) OR EXISTS (SELECT 1 FROM pg_catalog.pg_depend AS d WHERE d.classid = "
          "'pg_catalog.pg_class'::pg_catalog.regclass AND d.objid = c.oid AND d.refclassid "
          "= 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = i.indrelid AND "
          "d.refobjsubid = %u)) ORDER BY c.relname",
          carry->live->oid, condition, column->number, column->number),
      error);
}

/* On the way back the new column's own go with it. */
PostgresResult *
pg_carry_indexes (const Carry *carry, GError **error)
{
  const char *condition
      = "i.indisvalid AND NOT pg_catalog.starts_with(c.relname::text, 'zdm_aside_')";

  if (carry->detail->back)
    condition = arena_printf (
        carry->arena, "%s AND NOT pg_catalog.starts_with(c.relname::text, '" MIRROR "')",
        condition);
  return read_indexes (carry, carry->from, condition, error);
}

static PostgresResult *
read_mirrors (const Carry *carry, gboolean valid, GError **error)
{
  return read_indexes (carry, carry->to,
                       arena_printf (carry->arena,
                                     "%s pg_catalog.starts_with(c.relname::text, '" MIRROR
                                     "')",
                                     valid ? "i.indisvalid AND" : ""),
                       error);
}

/* Mirrors ----------------------------------------------------------------------- */

/* As long as applications write by the old name a deferrable key must not bind at once;
 * as nothing can be inferred from it either, its mirror is there for searches only. */
static gboolean
is_for_searches (const Carry *carry, const PostgresResult *bound, int i)
{
  return carry->detail->kind == PG_MIRROR
         && *postgres_cell (bound, i, INDEX_DEFERRAL) != '\0';
}

static const char *
mirror_name (const Carry *carry, const PostgresResult *bound, int i)
{
  return generated_name (
      carry->arena,
      arena_printf (carry->arena, MIRROR "%s_%s%s", postgres_cell (bound, i, INDEX_NAME),
                    carry->to->name, is_for_searches (carry, bound, i) ? "_search" : ""));
}

static gboolean
is_unique (const PostgresResult *indexes, int i)
{
  return postgres_cell (indexes, i, INDEX_UNIQUE)[0] == 't';
}

static gboolean
wants_unique (const Carry *carry, const PostgresResult *bound, int i)
{
  return is_unique (bound, i) && !is_for_searches (carry, bound, i);
}

static const char *
without_quotes (const Carry *carry, const char *text)
{
  g_autoptr (GString) plain = g_string_new (text);

  g_string_replace (plain, "\"", "", 0);
  return arena_strdup (carry->arena, plain->str);
}

/* Whether the mirror is what the index would be on the other column.  Over another type
 * the server says the same in other words. */
static gboolean
fits (const Carry *carry, const PostgresResult *bound, int i,
      const PostgresResult *mirrors, int m)
{
  const char *body = pg_carry_moved (carry, postgres_cell (bound, i, INDEX_BODY));

  return is_unique (mirrors, m) == wants_unique (carry, bound, i)
         && (!g_str_equal (carry->from->type, carry->to->type)
             || g_str_equal (
                 without_quotes (carry, body),
                 without_quotes (carry, postgres_cell (mirrors, m, INDEX_BODY))));
}

static int
find_index (const PostgresResult *indexes, const char *name)
{
  for (int i = 0; i < PQntuples (indexes); i++)
    if (g_str_equal (postgres_cell (indexes, i, INDEX_NAME), name))
      return i;
  return -1;
}

/* For each index of the column the name of its mirror, NULL where none is whole. */
typedef struct
{
  PostgresResult *bound;
  PostgresResult *mirrors;
  const char **names;
} Pairs;

static void
pairs_clear (Pairs *pairs)
{
  g_clear_pointer (&pairs->bound, PQclear);
  g_clear_pointer (&pairs->mirrors, PQclear);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pairs, pairs_clear)

static gboolean
is_taken (const Carry *carry, const Pairs *pairs, const char *mirror)
{
  for (int i = 0; i < PQntuples (pairs->bound); i++)
    if (g_strcmp0 (pairs->names[i], mirror) == 0
        || g_str_equal (mirror_name (carry, pairs->bound, i), mirror))
      return TRUE;
  return FALSE;
}

/* One that was made for the same thing under another name: the index was renamed, or both
 * columns of it get other names. */
static const char *
find_alike (const Carry *carry, const Pairs *pairs, int i)
{
  for (int m = 0; m < PQntuples (pairs->mirrors); m++)
    {
      const char *name = postgres_cell (pairs->mirrors, m, INDEX_NAME);
      if (!is_taken (carry, pairs, name)
          && fits (carry, pairs->bound, i, pairs->mirrors, m))
        return arena_strdup (carry->arena, name);
    }
  return NULL;
}

static gboolean
pairs_read (Pairs *pairs, const Carry *carry, GError **error)
{
  pairs->bound = pg_carry_indexes (carry, error);
  pairs->mirrors = pairs->bound != NULL ? read_mirrors (carry, TRUE, error) : NULL;
  if (pairs->mirrors == NULL)
    return FALSE;
  int n = PQntuples (pairs->bound);
  pairs->names = arena_new_array (carry->arena, const char *, (gsize) n + 1);
  for (int i = 0; i < n; i++)
    {
      const char *own = mirror_name (carry, pairs->bound, i);
      int m = find_index (pairs->mirrors, own);
      if (m >= 0 && fits (carry, pairs->bound, i, pairs->mirrors, m))
        pairs->names[i] = own;
    }
  for (int i = 0; i < n; i++)
    if (pairs->names[i] == NULL)
      pairs->names[i] = find_alike (carry, pairs, i);
  return TRUE;
}

/* Building ---------------------------------------------------------------------- */

/* What has its name and is not whole, or not like the index any more, goes first. */
static gboolean
build (const Carry *carry, const PostgresResult *bound, int i, GError **error)
{
  const char *name = mirror_name (carry, bound, i);

  return pg_carry_run (carry,
                       arena_printf (carry->arena, "DROP INDEX CONCURRENTLY IF EXISTS %s",
                                     pg_beside (carry->live, name, carry->arena)),
                       error)
         && pg_build_concurrently (
             carry->connection, carry->live->name, name, wants_unique (carry, bound, i),
             pg_carry_moved (carry, postgres_cell (bound, i, INDEX_BODY)), error);
}

gboolean
pg_carry_build_indexes (const Carry *carry, GError **error)
{
  g_auto (Pairs) pairs = { 0 };

  if (!pairs_read (&pairs, carry, error))
    return FALSE;
  for (int i = 0; i < PQntuples (pairs.bound); i++)
    if (pairs.names[i] == NULL && !build (carry, pairs.bound, i, error))
      return FALSE;
  return TRUE;
}

/* Placing ----------------------------------------------------------------------- */

static gboolean
place_key (const Carry *carry, const PostgresResult *bound, int i, const char *mirror,
           GError **error)
{
  const char *name = pg_carry_quote (carry, postgres_cell (bound, i, INDEX_NAME));
  gboolean is_primary = postgres_cell (bound, i, INDEX_KIND)[0] == 'p';

  return pg_carry_run (carry,
                       arena_printf (carry->arena, "ALTER TABLE %s DROP CONSTRAINT %s",
                                     carry->live->quoted, name),
                       error)
         && pg_carry_run (
             carry,
             arena_printf (
                 carry->arena, "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s",
                 carry->live->quoted, name, is_primary ? "PRIMARY KEY" : "UNIQUE",
                 pg_carry_quote (carry, mirror),
                 postgres_cell (bound, i, INDEX_DEFERRAL)),
             error);
}

static gboolean
place_index (const Carry *carry, const PostgresResult *bound, int i, const char *mirror,
             GError **error)
{
  return pg_carry_run (carry,
                       arena_printf (carry->arena, "DROP INDEX %s",
                                     postgres_cell (bound, i, INDEX_SHOWN)),
                       error)
         && pg_carry_run (
             carry,
             arena_printf (carry->arena, "ALTER INDEX %s RENAME TO %s",
                           pg_beside (carry->live, mirror, carry->arena),
                           pg_carry_quote (carry, postgres_cell (bound, i, INDEX_NAME))),
             error);
}

/* Of an index that is gone, or that was there for searches only.  Mirrors that another
 * migration has made of the column's indexes have taken their places too. */
static gboolean
drop_left (const Carry *carry, const PostgresResult *bound, GError **error)
{
  if (carry->detail->back)
    return TRUE;
  g_autoptr (PostgresResult) left = read_mirrors (carry, FALSE, error);
  for (int m = 0; left != NULL && m < PQntuples (left); m++)
    if (find_index (bound, postgres_cell (left, m, INDEX_NAME)) < 0
        && !pg_carry_run (carry,
                          arena_printf (carry->arena, "DROP INDEX %s",
                                        postgres_cell (left, m, INDEX_SHOWN)),
                          error))
      return FALSE;
  return left != NULL;
}

gboolean
pg_carry_place_indexes (const Carry *carry, GError **error)
{
  g_auto (Pairs) pairs = { 0 };

  if (!pairs_read (&pairs, carry, error))
    return FALSE;
  for (int i = 0; i < PQntuples (pairs.bound); i++)
    {
      gboolean is_key = postgres_cell (pairs.bound, i, INDEX_KIND) != NULL;
      const char *mirror
          = pairs.names[i] != NULL ? pairs.names[i] : mirror_name (carry, pairs.bound, i);
      if (!(is_key ? place_key (carry, pairs.bound, i, mirror, error)
                   : place_index (carry, pairs.bound, i, mirror, error)))
        return FALSE;
    }
  return drop_left (carry, pairs.bound, error);
}
