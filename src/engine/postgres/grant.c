/* SPDX-License-Identifier: Apache-2.0
 *
 * https://www.postgresql.org/docs/15/ddl-priv.html
 */
#include "config.h"

#include "engine/postgres/grant.h"

#include <string.h>

#include "engine/postgres/sql_text.h"

#define SEQUENCE "SEQUENCE "

/* As to_regclass() takes it. */
static const char *
pure_name (const char *to)
{
  return g_str_has_prefix (to, SEQUENCE) ? to + strlen (SEQUENCE) : to;
}

PostgresResult *
pg_read_grants (SqlConnection *connection, const char *from, const char *to, Arena *arena,
                GError **error)
{
  return postgres_query (
      connection,
      arena_printf (
          arena,
          "WITH c AS (SELECT * FROM pg_catalog.pg_class WHERE oid = "
          "%s::pg_catalog.regclass), g AS (SELECT NULL::name AS column, a.* FROM c, "
          "pg_catalog.aclexplode(coalesce(c.relacl, pg_catalog.acldefault((CASE c.relkind "
          "WHEN 'S' THEN 'S' ELSE 'r' END)::\"char\", c.relowner))) AS a UNION ALL SELECT "
          "t.attname, a.* FROM c JOIN pg_catalog.pg_attribute AS t ON t.attrelid = c.oid "
          "AND NOT t.attisdropped AND EXISTS (SELECT 1 FROM pg_catalog.pg_attribute AS o "
          "WHERE o.attrelid = pg_catalog.to_regclass(%s) AND o.attname = t.attname), "
          "pg_catalog.aclexplode(t.attacl) AS a) SELECT "
          "pg_catalog.format('GRANT %%s%%s ON %%s TO %%s%%s', g.privilege_type, ' (' || "
          "pg_catalog.quote_ident(g.column) || ')', %s, "
          "coalesce(pg_catalog.quote_ident(r.rolname), 'PUBLIC'), CASE WHEN g.is_grantable "
          "THEN ' WITH GRANT OPTION' END) FROM g LEFT JOIN pg_catalog.pg_roles AS r ON "
          "r.oid = g.grantee WHERE r.rolname IS DISTINCT FROM current_user",
          postgres_quote (arena, from), postgres_quote (arena, pure_name (to)),
          postgres_text_literal (arena, to)),
      error);
}

/* An owner that may not make tables there cannot be given one. */
static gboolean
give_away (SqlConnection *connection, const char *from, const char *to, Arena *arena,
           GError **error)
{
  const char *owner;

  if (!postgres_text (
          connection,
          arena_printf (arena,
                        "SELECT relowner::pg_catalog.regrole FROM pg_catalog.pg_class "
                        "WHERE oid = %s::pg_catalog.regclass AND "
                        "pg_catalog.has_schema_privilege(relowner, (SELECT relnamespace "
                        "FROM pg_catalog.pg_class WHERE oid = %s::pg_catalog.regclass), "
                        "'CREATE') AND relowner <> current_user::pg_catalog.regrole",
                        postgres_quote (arena, from), postgres_quote (arena, to)),
          &owner, arena, error))
    return FALSE;
  return owner == NULL
         || postgres_exec (connection,
                           arena_printf (arena, "ALTER TABLE %s OWNER TO %s", to, owner),
                           NULL, error);
}

gboolean
pg_copy_grants (SqlConnection *connection, const char *from, const char *to, Arena *arena,
                GError **error)
{
  g_autoptr (PostgresResult) grants = pg_read_grants (connection, from, to, arena, error);

  for (int i = 0; grants != NULL && i < PQntuples (grants); i++)
    if (!postgres_exec (connection, postgres_cell (grants, i, 0), NULL, error))
      return FALSE;
  return grants != NULL;
}

gboolean
pg_share (SqlConnection *connection, const char *from, const char *to, Arena *arena,
          GError **error)
{
  return give_away (connection, from, to, arena, error)
         && pg_copy_grants (connection, from, to, arena, error);
}
