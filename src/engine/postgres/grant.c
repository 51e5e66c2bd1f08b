/* SPDX-License-Identifier: Apache-2.0
 *
 * https://www.postgresql.org/docs/15/ddl-priv.html
 */
#include "config.h"

#include "engine/postgres/grant.h"

#include "engine/postgres/sql_text.h"

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
          "AND NOT t.attisdropped, pg_catalog.aclexplode(t.attacl) AS a) SELECT "
          "pg_catalog.format('GRANT %%s%%s ON %%s TO %%s%%s', g.privilege_type, ' (' || "
          "pg_catalog.quote_ident(g.column) || ')', %s, "
          "coalesce(pg_catalog.quote_ident(r.rolname), 'PUBLIC'), CASE WHEN g.is_grantable "
          "THEN ' WITH GRANT OPTION' END) FROM g LEFT JOIN pg_catalog.pg_roles AS r ON "
          "r.oid = g.grantee WHERE r.rolname IS DISTINCT FROM current_user",
          postgres_quote (arena, from), postgres_text_literal (arena, to)),
      error);
}
