/* SPDX-License-Identifier: Apache-2.0
 *
 * Building aside, and placing.
 */
#include "config.h"

#include "engine/postgres/carry_part.h"

#include <string.h>

#include "engine/postgres/bind_live.h"
#include "engine/postgres/create.h"
#include "engine/postgres/dependent.h"
#include "engine/postgres/grant.h"
#include "engine/postgres/live.h"
#include "engine/postgres/rename_text.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/trait.h"
#include "model/error.h"
#include "model/generated_name.h"

/* @is_there: FALSE when there is nothing to do: the way back from what never was */
static gboolean
carry_init (Carry *carry, SqlConnection *connection, const PgDetail *detail, Arena *arena,
            gboolean *is_there, GError **error)
{
  *carry = (Carry){ .connection = connection,
                    .detail = detail,
                    .table = database_find (detail->shape, detail->table),
                    .arena = arena };
  if (!pg_live_table (connection, detail->table, arena, &carry->live, error))
    return FALSE;
  carry->from = pg_find_column (carry->live, detail->column);
  carry->to = pg_find_column (carry->live, detail->to);
  *is_there = carry->from != NULL && carry->to != NULL;
  if (*is_there || detail->back)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "table '%s' has no column '%s'",
               detail->table, carry->from == NULL ? detail->column : detail->to);
  return FALSE;
}

static const char *
aside (const Carry *carry, const char *name)
{
  return generated_name (carry->arena, arena_printf (carry->arena, "zdm_aside_%s", name));
}

const char *
pg_carry_quote (const Carry *carry, const char *name)
{
  return postgres_identifier (carry->arena, name);
}

gboolean
pg_carry_run (const Carry *carry, const char *sql, GError **error)
{
  return postgres_exec (carry->connection, sql, NULL, error);
}

const char *
pg_carry_moved (const Carry *carry, const char *text)
{
  return pg_rename_in_text (text, carry->from->name, carry->to->name, carry->arena);
}

/* What cannot be carried --------------------------------------------------------- */

static gboolean
refuse (const Carry *carry, const char *what, GError **error)
{
  g_set_error (
      error, ZDM_ERROR,
      carry->detail->back ? ZDM_ERROR_CONSTRAINT : ZDM_ERROR_UNSUPPORTED,
      "column '%s' of '%s' has something bound to it that cannot be carried over "
      "to '%s': %s; drop it first, and make it again afterwards",
      carry->from->name, carry->live->name, carry->detail->to, what);
  return FALSE;
}

static gboolean
check_dependents (const Carry *carry, GError **error)
{
  const char *what;

  if (!pg_column_dependent (carry->connection, carry->detail->shape, carry->live,
                            carry->from, &what, carry->arena, error)
      || (what == NULL
          && !pg_column_peculiarity (carry->connection, carry->live, carry->from, &what,
                                     carry->arena, error)))
    return FALSE;
  return what == NULL || refuse (carry, what, error);
}

/* Whether two values are the same is asked all the time. */
static gboolean
check_comparable (const Carry *carry, GError **error)
{
  static const char *const types[] = { "json", "xml",    "point",    "polygon", "_json",
                                       "_xml", "_point", "_polygon", NULL };

  if (!g_strv_contains (types, carry->from->type_name))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s' of '%s' is %s, for which PostgreSQL has no `=`: it cannot be "
               "kept in step (a json column can become jsonb first)",
               carry->from->name, carry->live->name, carry->from->type);
  return FALSE;
}

/* Its values are computed behind the triggers that would keep another one in step. */
static gboolean
check_not_generated (const Carry *carry, GError **error)
{
  if (!carry->from->generated)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s' of '%s' is generated: it cannot be kept in step with another "
               "one; drop it, and add another one by `sql`",
               carry->from->name, carry->live->name);
  return FALSE;
}

gboolean
pg_carry_check (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Carry carry = { .connection = connection, .detail = detail, .arena = arena };

  if (!pg_read_table (connection, detail->table, arena, &carry.live, error))
    return FALSE;
  carry.from = carry.live != NULL ? pg_find_column (carry.live, detail->column) : NULL;
  return carry.from == NULL
         || (check_not_generated (&carry, error) && check_comparable (&carry, error)
             && check_dependents (&carry, error));
}

/* Checks and foreign keys ----------------------------------------------------- */

PostgresResult *
pg_carry_constraints (const Carry *carry, GError **error)
{
  Arena *arena = carry->arena;

  return postgres_query (
      carry->connection,
      arena_printf (
          arena,
          "SELECT conname, pg_catalog.regexp_replace(pg_catalog.pg_get_constraintdef(oid), "
          "' NOT VALID$', ''), convalidated FROM pg_catalog.pg_constraint WHERE conrelid = %s AND contype "
          "IN ('c', 'f') AND %u = ANY (conkey) AND NOT "
          "pg_catalog.starts_with(conname::text, 'zdm_aside_') AND NOT "
          "pg_catalog.starts_with(conname::text, 'zdm_not_null_') AND conname <> %s ORDER "
          "BY contype, conname",
          carry->live->oid, carry->from->number,
          postgres_quote (
              arena, postgres_enum_name (carry->live->name, carry->from->name, arena))),
      error);
}

/* A check that is declared by its limits is made anew, for the other column's type. */
static const char *
declared_body (const Carry *carry, const char *name)
{
  const char *columns[] = { carry->to->name, NULL };
  const Constraint *declared = table_find_constraint (carry->table, name);

  if (declared == NULL || declared->kind != CONSTRAINT_CHECK
      || declared->check.column == NULL)
    return NULL;
  Constraint moved = *declared;
  moved.columns = columns;
  moved.check.column = carry->to->name;
  return postgres_constraint_body (carry->table, &moved, carry->arena, NULL);
}

const char *
pg_carry_constraint_body (const Carry *carry, const PostgresResult *constraints, int i)
{
  const char *text = postgres_cell (constraints, i, CONSTRAINT_TEXT);
  const char *declared
      = declared_body (carry, postgres_cell (constraints, i, CONSTRAINT_NAME));
  const char *references = strstr (text, " REFERENCES ");

  if (declared != NULL)
    return declared;
  if (!g_str_has_prefix (text, "FOREIGN KEY") || references == NULL)
    return pg_carry_moved (carry, text);
  const char *head = arena_strndup (carry->arena, text, (gsize) (references - text));
  /* "ON DELETE SET NULL (b)" speaks of this table's columns again. */
  const char *set = strstr (references, " ON DELETE SET ");
  const char *middle = set == NULL ? references
                                   : arena_strndup (carry->arena, references,
                                                    (gsize) (set - references));
  return arena_printf (carry->arena, "%s%s%s", pg_carry_moved (carry, head), middle,
                       set != NULL ? pg_carry_moved (carry, set) : "");
}

/* One that was never validated stays so: rows may be there that it does not allow. */
static gboolean
add_aside (const Carry *carry, const char *name, const char *body, gboolean is_valid,
           GError **error)
{
  const char *other = aside (carry, name);
  gboolean found;

  if (!pg_has_constraint (carry->connection, carry->live->oid, other, &found, error))
    return FALSE;
  return (found
          || pg_exec_short (
              carry->connection,
              arena_printf (carry->arena, "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID",
                            carry->live->quoted, pg_carry_quote (carry, other), body),
              error))
         && (!is_valid
             || pg_exec_short (
                 carry->connection,
                 arena_printf (carry->arena, "ALTER TABLE %s VALIDATE CONSTRAINT %s",
                               carry->live->quoted, pg_carry_quote (carry, other)),
                 error));
}

static gboolean
build_constraints (const Carry *carry, GError **error)
{
  g_autoptr (PostgresResult) constraints = pg_carry_constraints (carry, error);

  for (int i = 0; constraints != NULL && i < PQntuples (constraints); i++)
    if (!add_aside (carry, postgres_cell (constraints, i, CONSTRAINT_NAME),
                    pg_carry_constraint_body (carry, constraints, i),
                    postgres_cell (constraints, i, CONSTRAINT_VALID)[0] == 't', error))
      return FALSE;
  return constraints != NULL;
}

static gboolean
place_constraints (const Carry *carry, GError **error)
{
  g_autoptr (PostgresResult) constraints = pg_carry_constraints (carry, error);

  for (int i = 0; constraints != NULL && i < PQntuples (constraints); i++)
    {
      const char *name = postgres_cell (constraints, i, CONSTRAINT_NAME);
      if (!pg_carry_run (
              carry,
              arena_printf (carry->arena,
                            "ALTER TABLE %s DROP CONSTRAINT %s; ALTER TABLE %s RENAME "
                            "CONSTRAINT %s TO %s",
                            carry->live->quoted, pg_carry_quote (carry, name),
                            carry->live->quoted,
                            pg_carry_quote (carry, aside (carry, name)),
                            pg_carry_quote (carry, name)),
              error))
        return FALSE;
    }
  return constraints != NULL;
}

/* Numbers ----------------------------------------------------------------------- */

static gboolean
is_whole (const PgColumn *column)
{
  return g_str_equal (column->type, "bigint") || g_str_equal (column->type, "integer")
         || g_str_equal (column->type, "smallint");
}

/* The sequence of an identity column. */
static gboolean
own_sequence (const Carry *carry, const char **sequence, GError **error)
{
  return postgres_text (carry->connection,
                        arena_printf (carry->arena,
                                      "SELECT pg_catalog.pg_get_serial_sequence(%s, %s)",
                                      postgres_quote (carry->arena, carry->live->quoted),
                                      postgres_quote (carry->arena, carry->from->name)),
                        sequence, carry->arena, error);
}

/* What was said of the sequence when it was made, and where it has come to. */
static PostgresResult *
read_sequence (const Carry *carry, const char *sequence, GError **error)
{
  return postgres_query (
      carry->connection,
      arena_printf (
          carry->arena,
          "SELECT pg_catalog.format('START %%s INCREMENT %%s CACHE %%s %%s %%s %%s', "
          "p.seqstart, p.seqincrement, p.seqcache, CASE WHEN p.seqmin = CASE WHEN "
          "p.seqincrement > 0 THEN 1 ELSE l.least END THEN 'NO MINVALUE' ELSE 'MINVALUE ' "
          "|| p.seqmin END, CASE WHEN p.seqmax = CASE WHEN p.seqincrement < 0 THEN -1 ELSE "
          "-(l.least + 1) END THEN 'NO MAXVALUE' ELSE 'MAXVALUE ' || p.seqmax END, CASE "
          "WHEN p.seqcycle THEN 'CYCLE' ELSE 'NO CYCLE' END), s.last_value, s.is_called "
          "FROM %s AS s, pg_catalog.pg_sequence AS p, LATERAL (SELECT CASE "
          "pg_catalog.format_type(p.seqtypid, NULL) WHEN 'smallint' THEN -32768 WHEN "
          "'integer' THEN -2147483648 ELSE -9223372036854775808 END AS least) AS l WHERE "
          "p.seqrelid = %s::pg_catalog.regclass",
          sequence, postgres_quote (carry->arena, sequence)),
      error);
}

static gboolean
run_all (const Carry *carry, const PostgresResult *statements, GError **error)
{
  for (int i = 0; i < PQntuples (statements); i++)
    if (!pg_carry_run (carry, postgres_cell (statements, i, 0), error))
      return FALSE;
  return TRUE;
}

/* An identity cannot be handed over: the new one goes on where the old one has come to,
 * and who might use that may use this. */
static gboolean
place_identity (const Carry *carry, const char *sequence, GError **error)
{
  g_autoptr (PostgresResult) is = read_sequence (carry, sequence, error);
  const char *shown = arena_printf (carry->arena, "SEQUENCE %s", sequence);
  g_autoptr (PostgresResult) comments
      = is != NULL ? postgres_query (
            carry->connection,
            arena_printf (carry->arena,
                          "SELECT pg_catalog.format('COMMENT ON %%s IS %%L', %s, d) FROM "
                          "pg_catalog.obj_description(%s::pg_catalog.regclass, "
                          "'pg_class') AS d WHERE d IS NOT NULL",
                          postgres_text_literal (carry->arena, shown),
                          postgres_quote (carry->arena, sequence)),
            error)
                   : NULL;
  g_autoptr (PostgresResult) grants
      = comments != NULL
            ? pg_read_grants (carry->connection, sequence, shown, carry->arena, error)
            : NULL;

  return grants != NULL
         && pg_carry_run (
             carry,
             arena_printf (
                 carry->arena,
                 "ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY; ALTER TABLE %s ALTER "
                 "COLUMN %s SET NOT NULL; ALTER TABLE %s ALTER COLUMN %s ADD GENERATED "
                 "%s AS IDENTITY (SEQUENCE NAME %s %s); SELECT pg_catalog.setval(%s, "
                 "%s, %s)",
                 carry->live->quoted, pg_carry_quote (carry, carry->from->name),
                 carry->live->quoted, pg_carry_quote (carry, carry->to->name),
                 carry->live->quoted, pg_carry_quote (carry, carry->to->name),
                 carry->from->identity == 'a' ? "ALWAYS" : "BY DEFAULT", sequence,
                 postgres_cell (is, 0, 0), postgres_quote (carry->arena, sequence),
                 postgres_cell (is, 0, 1),
                 postgres_cell (is, 0, 2)[0] == 't' ? "true" : "false"),
             error)
         && run_all (carry, comments, error) && run_all (carry, grants, error);
}

static gboolean
place_sequence (const Carry *carry, const char *sequence, GError **error)
{
  const char *name = pg_carry_quote (carry, carry->to->name);

  return (!is_whole (carry->to) || g_str_equal (carry->from->type, carry->to->type)
          || pg_carry_run (carry,
                           arena_printf (carry->arena, "ALTER SEQUENCE %s AS %s",
                                         sequence, carry->to->type),
                           error))
         && pg_carry_run (carry,
                          arena_printf (carry->arena, "ALTER SEQUENCE %s OWNED BY %s.%s",
                                        sequence, carry->live->quoted, name),
                          error);
}

/* What kept a domain's default from the column that had to show what was given. */
static gboolean
drop_null_default (const Carry *carry, GError **error)
{
  const char *text = carry->to->default_text;

  return text == NULL || !g_str_has_prefix (text, "NULL::")
         || pg_carry_run (
             carry,
             arena_printf (carry->arena, "ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT",
                           carry->live->quoted, pg_carry_quote (carry, carry->to->name)),
             error);
}

/* On the way back one that cannot become what it was is left out. */
static gboolean
find_default (const Carry *carry, const char **text, GError **error)
{
  GError *problem = NULL;

  if (pg_carry_default (carry, text, &problem))
    return TRUE;
  if (carry->detail->back && g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED))
    {
      g_error_free (problem);
      *text = NULL;
      return TRUE;
    }
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
place_default (const Carry *carry, GError **error)
{
  const char *text;

  if (!drop_null_default (carry, error) || !find_default (carry, &text, error))
    return FALSE;
  return text == NULL
         || pg_carry_run (carry,
                          arena_printf (carry->arena,
                                        "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s, "
                                        "ALTER COLUMN %s DROP DEFAULT",
                                        carry->live->quoted,
                                        pg_carry_quote (carry, carry->to->name), text,
                                        pg_carry_quote (carry, carry->from->name)),
                          error);
}

/* All that go with the column, whichever of them its default asks. */
static gboolean
place_sequences (const Carry *carry, GError **error)
{
  g_autoptr (PostgresResult) owned = postgres_query (
      carry->connection,
      arena_printf (
          carry->arena,
          "SELECT objid::pg_catalog.regclass FROM pg_catalog.pg_depend WHERE "
          "classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND refclassid = "
          "'pg_catalog.pg_class'::pg_catalog.regclass AND refobjid = %s AND "
          "refobjsubid = %u AND deptype = 'a' AND objid IN (SELECT seqrelid FROM "
          "pg_catalog.pg_sequence) ORDER BY objid",
          carry->live->oid, carry->from->number),
      error);

  for (int i = 0; owned != NULL && i < PQntuples (owned); i++)
    if (!place_sequence (carry, postgres_cell (owned, i, 0), error))
      return FALSE;
  return owned != NULL;
}

static gboolean
place_numbering (const Carry *carry, GError **error)
{
  const char *sequence;

  if (carry->from->identity == '\0')
    return place_sequences (carry, error) && place_default (carry, error);
  return own_sequence (carry, &sequence, error)
         && place_identity (carry, sequence, error);
}

static gboolean
place_comment (const Carry *carry, GError **error)
{
  const char *comment;

  if (!postgres_text (
          carry->connection,
          arena_printf (carry->arena,
                        "SELECT pg_catalog.quote_literal(d) FROM "
                        "pg_catalog.col_description(%s, %u) AS d WHERE d IS NOT "
                        "NULL",
                        carry->live->oid, carry->from->number),
          &comment, carry->arena, error))
    return FALSE;
  return comment == NULL
         || pg_carry_run (carry,
                          arena_printf (carry->arena, "COMMENT ON COLUMN %s.%s IS %s",
                                        carry->live->quoted,
                                        pg_carry_quote (carry, carry->to->name), comment),
                          error);
}

/* All together ------------------------------------------------------------------ */

gboolean
pg_carry_prepare (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  gboolean is_there;
  Carry carry;

  if (!carry_init (&carry, connection, detail, arena, &is_there, error))
    return FALSE;
  return !is_there
         || (check_dependents (&carry, error) && pg_carry_build_indexes (&carry, error)
             && build_constraints (&carry, error));
}

/* Whoever searches by the new name does so from now on: the server has to know what is in
 * the column, and in the expressions over it. */
static gboolean
analyze (const Carry *carry, GError **error)
{
  return carry->live->is_partitioned
         || pg_carry_run (carry,
                          arena_printf (carry->arena, "ANALYZE %s", carry->live->quoted),
                          error);
}

gboolean
pg_carry_mirror (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  gboolean is_there;
  Carry carry;

  return carry_init (&carry, connection, detail, arena, &is_there, error)
         && pg_carry_build_indexes (&carry, error) && analyze (&carry, error);
}

gboolean
pg_carry_place (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  gboolean is_there;
  Carry carry;

  if (!carry_init (&carry, connection, detail, arena, &is_there, error))
    return FALSE;
  if (!is_there)
    return TRUE;
  /* What is read now is gone with the old ones. */
  g_autoptr (PostgresResult) traits
      = pg_read_traits (connection, carry.live, carry.from, carry.to, arena, error);
  return traits != NULL && place_constraints (&carry, error)
         && pg_carry_place_indexes (&carry, error) && place_numbering (&carry, error)
         && place_comment (&carry, error) && run_all (&carry, traits, error);
}

/* Swap -------------------------------------------------------------------------- */

typedef struct
{
  SqlConnection *connection;
  const PgDetail *detail;
  const PgTable *live;
  const char *column, *shadow, *old_name;
  Arena *arena;
} Swap;

static gboolean
alter (const Swap *swap, const char *what, GError **error)
{
  return postgres_exec (
      swap->connection,
      arena_printf (swap->arena, "ALTER TABLE %s %s", swap->live->quoted, what), NULL,
      error);
}

static const char *
quoted (const Swap *swap, const char *name)
{
  return postgres_identifier (swap->arena, name);
}

/* What bound the cells that were the column's binds them no more. */
static gboolean
loosen_old (const Swap *swap, GError **error)
{
  const char *column = quoted (swap, swap->column);

  return alter (
      swap,
      arena_printf (swap->arena,
                    "ALTER COLUMN %s DROP NOT NULL, ALTER COLUMN %s DROP "
                    "DEFAULT, DROP CONSTRAINT IF EXISTS %s",
                    column, column,
                    quoted (swap, postgres_enum_name (swap->live->name, swap->column,
                                                      swap->arena))),
      error);
}

static gboolean
exchange (const Swap *swap, GError **error)
{
  return alter (swap,
                arena_printf (swap->arena, "RENAME COLUMN %s TO %s",
                              quoted (swap, swap->column), quoted (swap, swap->old_name)),
                error)
         && alter (swap,
                   arena_printf (swap->arena, "RENAME COLUMN %s TO %s",
                                 quoted (swap, swap->shadow),
                                 quoted (swap, swap->column)),
                   error);
}

static gboolean
bind_enum (const Swap *swap, const Column *is, GError **error)
{
  const char *values = postgres_enum_check (is, swap->arena);
  const char *was = postgres_enum_name (swap->live->name, swap->shadow, swap->arena);
  const char *name = postgres_enum_name (swap->live->name, swap->column, swap->arena);
  gboolean found;

  if (!pg_has_constraint (swap->connection, swap->live->oid, was, &found, error))
    return FALSE;
  if (found)
    return alter (swap,
                  arena_printf (swap->arena, "RENAME CONSTRAINT %s TO %s",
                                quoted (swap, was), quoted (swap, name)),
                  error);
  return values == NULL
         || alter (swap,
                   arena_printf (swap->arena, "ADD CONSTRAINT %s CHECK (%s)",
                                 quoted (swap, name), values),
                   error);
}

static gboolean
bind_new (const Swap *swap, GError **error)
{
  const Table *after = database_find (swap->detail->shape, swap->detail->table);
  const Column *is = table_find_column (after, swap->column);
  const char *column = quoted (swap, swap->column);
  const char *proof = generated_name (
      swap->arena, arena_printf (swap->arena, "zdm_not_null_%s", swap->shadow));
  const char *text;

  if (!postgres_default_text (is, swap->arena, &text, error))
    return FALSE;
  if (text != NULL
      && !alter (
          swap,
          arena_printf (swap->arena, "ALTER COLUMN %s SET DEFAULT %s", column, text),
          error))
    return FALSE;
  if (!is->nullable
      && !alter (swap, arena_printf (swap->arena, "ALTER COLUMN %s SET NOT NULL", column),
                 error))
    return FALSE;
  return alter (swap,
                arena_printf (swap->arena, "DROP CONSTRAINT IF EXISTS %s",
                              quoted (swap, proof)),
                error)
         && bind_enum (swap, is, error);
}

gboolean
pg_swap (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Swap swap = { .connection = connection,
                .detail = detail,
                .column = detail->names[0],
                .shadow = detail->names[1],
                .old_name = detail->names[2],
                .arena = arena };

  if (!pg_live_table (connection, detail->table, arena, &swap.live, error))
    return FALSE;
  if (pg_find_column (swap.live, swap.shadow) != NULL)
    return loosen_old (&swap, error) && exchange (&swap, error)
           && bind_new (&swap, error);
  if (detail->back)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "table '%s' has no column '%s'",
               detail->table, swap.shadow);
  return FALSE;
}
