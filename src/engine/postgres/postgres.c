/* SPDX-License-Identifier: Apache-2.0
 *
 * PostgreSQL's functions, put together.
 */
#include "config.h"

#include "engine/postgres/guard.h"
#include "engine/postgres/postgres.h"

#include "engine/postgres/bind_live.h"
#include "engine/postgres/blockers.h"
#include "engine/postgres/carry.h"
#include "engine/postgres/classify.h"
#include "engine/postgres/compare.h"
#include "engine/postgres/connection.h"
#include "engine/postgres/create.h"
#include "engine/postgres/dialect.h"
#include "engine/postgres/fill.h"
#include "engine/postgres/grant.h"
#include "engine/postgres/half.h"
#include "engine/postgres/image.h"
#include "engine/postgres/live.h"
#include "engine/postgres/load.h"
#include "engine/postgres/read.h"
#include "engine/postgres/recorded.h"
#include "engine/postgres/remark.h"
#include "engine/postgres/scratch.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/try_out.h"
#include "engine/postgres/words.h"
#include "engine/sql/gate.h"
#include "model/table_name.h"

static SqlConnection *
open_database (const char *url, SqlAccess access, GError **error)
{
  return postgres_connection_open (&engine_postgres, url, access, error);
}

/* Actions --------------------------------------------------------------------- */

static gboolean
install_trigger (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTrigger *trigger = detail->trigger;
  const PgTable *live;
  const char *path;

  return pg_live_table (connection, trigger->table, arena, &live, error)
         && pg_function_path (connection, &path, arena, error)
         && postgres_exec (connection,
                           pg_trigger_function_sql (trigger, live->quoted, path, arena),
                           NULL, error)
         && postgres_exec (connection,
                           pg_trigger_create_sql (trigger, live->quoted, arena), NULL,
                           error);
}

/* A table that is not there has taken its triggers along. */
static gboolean
remove_trigger (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTrigger *trigger = detail->trigger;
  const PgTable *live;

  if (!pg_read_table (connection, trigger->table, arena, &live, error))
    return FALSE;
  return live == NULL
         || postgres_exec (
             connection,
             arena_printf (
                 arena, "DROP TRIGGER IF EXISTS %s ON %s; DROP FUNCTION IF EXISTS %s()",
                 trigger->name, live->quoted,
                 pg_trigger_function (trigger, live->quoted, arena)),
             NULL, error);
}

/* Where the table is. */
static const char *
alias_name (const PgTable *live, const char *alias, Arena *arena)
{
  return pg_beside (live, table_name_own (alias, arena), arena);
}

/* A view over all columns, and nothing else, can be written as the table can, and whoever
 * may use the table may use it.  Where policies say who sees which rows it asks them for
 * whoever uses it, not for its owner.
 * https://www.postgresql.org/docs/15/sql-createview.html */
static gboolean
create_alias (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;
  const char *secured;

  if (!pg_live_table (connection, detail->table, arena, &live, error)
      || !postgres_text (
          connection,
          arena_printf (arena,
                        "SELECT relrowsecurity FROM pg_catalog.pg_class WHERE oid = %s",
                        live->oid),
          &secured, arena, error))
    return FALSE;
  const char *alias = alias_name (live, detail->to, arena);
  return postgres_exec (connection,
                        arena_printf (arena, "CREATE VIEW %s%s AS SELECT * FROM %s",
                                      alias,
                                      secured[0] == 't' ? " WITH (security_invoker)" : "",
                                      live->quoted),
                        NULL, error)
         && pg_copy_grants (connection, live->quoted, alias, arena, error);
}

static gboolean
drop_alias (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *live;

  if (!pg_read_table (connection, detail->table, arena, &live, error))
    return FALSE;
  return live == NULL
         || postgres_exec (connection,
                           arena_printf (arena, "DROP VIEW IF EXISTS %s",
                                         alias_name (live, detail->to, arena)),
                           NULL, error);
}

static gboolean
share_table (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const PgTable *from, *to;

  return pg_live_table (connection, detail->table, arena, &from, error)
         && pg_live_table (connection, detail->to, arena, &to, error)
         && pg_share (connection, from->quoted, to->quoted, arena, error);
}

/* The user's statements must not end the transaction in which they are recorded. */
static gboolean
run_script (SqlConnection *connection, const char *sql, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *before, *after;

  if (!postgres_text (connection, "SELECT pg_catalog.pg_current_xact_id()", &before,
                      arena, error)
      || !postgres_exec (connection, sql, NULL, error)
      || !postgres_text (connection, "SELECT pg_catalog.pg_current_xact_id_if_assigned()",
                         &after, arena, error))
    return FALSE;
  if (g_str_equal (before, after))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
               "the SQL of the step ends the transaction it runs in; leave BEGIN, COMMIT "
               "and ROLLBACK out");
  return FALSE;
}

static gboolean
is_true (const char *text)
{
  return text != NULL
         && (g_str_equal (text, "t")
             || (!g_str_equal (text, "f") && g_ascii_strtod (text, NULL) != 0));
}

static gboolean
verify (SqlConnection *connection, const char *sql, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!postgres_text (connection, sql, &text, arena, error))
    return FALSE;
  if (is_true (text))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT, "`verify` is not true: %s gave %s",
               sql, text != NULL ? text : "no row");
  return FALSE;
}

static gboolean
first_row (SqlConnection *connection, const char *table, const char *condition,
           const char **row, Arena *arena, GError **error)
{
  const PgTable *live;

  return pg_live_table (connection, table, arena, &live, error)
         && pg_first_row (connection, live, condition, row, arena, error);
}

/* SQL of the user's that fails is asked once more, so that the rows can be named. */
static gboolean
check_step (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  SqlGate gate = { .connection = connection,
                   .words = &postgres_words,
                   .shape = detail->shape,
                   .text = postgres_text,
                   .first_row = first_row };
  GError *problem = NULL;

  if (!pg_guard_begin (connection, error))
    return FALSE;
  if (sql_gate_check (&gate, detail->table, detail->operation, &problem))
    return TRUE;
  if (!pg_guard_again (connection, problem))
    {
      g_propagate_error (error, problem);
      return FALSE;
    }
  g_error_free (problem);
  gate.guard = pg_guard;
  return sql_gate_check (&gate, detail->table, detail->operation, error)
         && pg_guard_end (connection, error);
}

static gboolean
perform_own (SqlConnection *connection, const Action *action, GError **error)
{
  const PgDetail *detail = action->detail;

  switch (detail->kind)
    {
    case PG_CREATE_HALF:
      return pg_create_half (connection, detail, error);
    case PG_ADD_COLUMN:
      return pg_add_column (connection, detail, action->sql, error);
    case PG_RETYPE:
      return pg_retype (connection, detail, action->sql, error);
    case PG_ADD_CONSTRAINT:
      return pg_add_constraint (connection, detail, error);
    case PG_DROP_CONSTRAINT:
      return pg_drop_constraint (connection, detail, error);
    case PG_RENAME_CONSTRAINT:
      return pg_rename_constraint (connection, detail, error);
    case PG_REFUSE_NULLS:
      return pg_refuse_nulls (connection, detail, error);
    case PG_VALIDATE:
      return pg_validate (connection, detail, error);
    case PG_INDEX:
      return pg_build_index (connection, detail, error);
    case PG_ATTACH:
      return pg_attach (connection, detail, error);
    case PG_PLACE_INDEX:
      return pg_place_index (connection, detail, error);
    case PG_MIRROR:
      return pg_carry_mirror (connection, detail, error);
    case PG_CARRY_PREPARE:
      return pg_carry_prepare (connection, detail, error);
    case PG_CARRY:
      return pg_carry_place (connection, detail, error);
    case PG_SWAP:
      return pg_swap (connection, detail, error);
    case PG_SYNC:
      return install_trigger (connection, detail, error);
    case PG_UNSYNC:
      return remove_trigger (connection, detail, error);
    case PG_ALIAS:
      return create_alias (connection, detail, error);
    case PG_UNALIAS:
      return drop_alias (connection, detail, error);
    case PG_SHARE:
      return share_table (connection, detail, error);
    case PG_DROP_INDEX:
      return pg_drop_index (connection, detail, error);
    case PG_DROP_COLUMN:
      return pg_drop_column (connection, detail, action->sql, error);
    case PG_DROP_TABLE:
    case PG_SET_DEFAULT:
      return postgres_exec (connection, action->sql, NULL, error);
    case PG_SWEEP:
      return pg_sweep (connection, detail->shape, error);
    case PG_VERIFY:
      return verify (connection, detail->text, error);
    case PG_SCRIPT:
      return run_script (connection, detail->text, error);
    case PG_CHECK_STEP:
      return check_step (connection, detail, error);
    case PG_FILL:
      break;
    }
  g_return_val_if_reached (FALSE);
}

static gboolean
perform (SqlConnection *connection, const Action *action, const char *definitions,
         GError **error)
{
  if (action->detail == NULL)
    return postgres_exec (connection, action->sql, NULL, error);
  return perform_own (connection, action, error)
         && pg_recall_default (connection, action->detail, definitions, error);
}

/* Tables ------------------------------------------------------------------------ */

static guint64
estimate (SqlConnection *connection, const Action *action)
{
  const PgDetail *detail = action->detail;
  g_autoptr (Arena) arena = arena_new ();
  const char *text = NULL;

  if (detail->table == NULL
      || !postgres_text (
          connection,
          arena_printf (arena,
                        "SELECT greatest(reltuples, 0)::bigint FROM pg_catalog.pg_class "
                        "WHERE oid = pg_catalog.to_regclass(%s)",
                        postgres_quote (arena, postgres_table (arena, detail->table))),
          &text, arena, NULL)
      || text == NULL)
    return 0;
  return g_ascii_strtoull (text, NULL, 10);
}

static gboolean
live_default (SqlConnection *connection, const char *table, const char *column,
              const char **text, Arena *arena, GError **error)
{
  const PgTable *live;

  if (!pg_read_table (connection, table, arena, &live, error))
    return FALSE;
  const PgColumn *found = live != NULL ? pg_find_column (live, column) : NULL;
  *text = found != NULL ? found->default_text : NULL;
  if (*text != NULL && g_str_has_prefix (*text, "NULL::"))
    *text = NULL;
  return TRUE;
}

static gboolean
count_rows (SqlConnection *connection, const char *table, guint64 *n_rows, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!postgres_text (
          connection,
          arena_printf (arena, "SELECT count(*) FROM %s", postgres_table (arena, table)),
          &text, arena, error))
    return FALSE;
  *n_rows = g_ascii_strtoull (text, NULL, 10);
  return TRUE;
}

/* The declared tables that are missing, for `--seed-data`. */
static gboolean
seed (SqlConnection *connection, const Table *table, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text = postgres_create_table_text (table, arena, error);

  if (text == NULL || !postgres_exec (connection, text, NULL, error)
      || !pg_fill_table (connection, table, error))
    return FALSE;
  for (guint i = 0; i < table->indexes->len; i++)
    {
      text = postgres_create_index_text (table, table->indexes->pdata[i], "", arena,
                                         error);
      if (text == NULL || !postgres_exec (connection, text, NULL, error))
        return FALSE;
    }
  return TRUE;
}

const SqlEngine engine_postgres = {
  .name = "postgres",
  .capabilities = SQL_TRANSACTIONAL_DDL | SQL_SHORT_LOCKS | SQL_SCHEMAS | SQL_LOCK_QUEUES,
  .plan_step = postgres_plan_step,
  .plan_undo = postgres_plan_undo,
  .open = open_database,
  .close = postgres_connection_close,
  .reconnect = postgres_connection_reconnect,
  .begin = postgres_connection_begin,
  .commit = postgres_connection_commit,
  .roll_back = postgres_connection_roll_back,
  .run = postgres_connection_run,
  .has_table = postgres_connection_has_table,
  .session_lock = postgres_connection_session_lock,
  .prepare_journal = postgres_connection_prepare_journal,
  .compare = pg_compare,
  .read = pg_read_tables,
  .live_default = live_default,
  .count_rows = count_rows,
  .remark_back = pg_remark_back,
  .perform = perform,
  .look = pg_load_look,
  .old_readers = pg_old_readers,
  .fill = postgres_fill,
  .check_position = postgres_fill_check,
  .estimate = estimate,
  .definitions = pg_record,
  .settle = pg_settle,
  .place = pg_place,
  .try_out = postgres_try_out,
  .classify = postgres_classify,
  .copy = postgres_copy,
  .forget_copy = postgres_forget_copy,
  .digest = postgres_digest,
  .forget = pg_image_forget,
  .seed = seed,
};
