/* SPDX-License-Identifier: Apache-2.0
 *
 * MariaDB's functions, put together.
 */
#include "config.h"

#include "engine/mariadb/mariadb.h"

#include <string.h>

#include "engine/mariadb/ask.h"
#include "engine/mariadb/carry_default.h"
#include "engine/mariadb/change.h"
#include "engine/mariadb/change_default.h"
#include "engine/mariadb/classify.h"
#include "engine/mariadb/compare.h"
#include "engine/mariadb/connection.h"
#include "engine/mariadb/create.h"
#include "engine/mariadb/dependent.h"
#include "engine/mariadb/dialect.h"
#include "engine/mariadb/digest.h"
#include "engine/mariadb/fill.h"
#include "engine/mariadb/fill_own.h"
#include "engine/mariadb/half.h"
#include "engine/mariadb/image.h"
#include "engine/mariadb/kept.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/load.h"
#include "engine/mariadb/node.h"
#include "engine/mariadb/period.h"
#include "engine/mariadb/read.h"
#include "engine/mariadb/remark.h"
#include "engine/mariadb/retype.h"
#include "engine/mariadb/scratch.h"
#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/trait.h"
#include "engine/mariadb/unique_name.h"
#include "engine/mariadb/words.h"
#include "engine/sql/gate.h"
#include "model/error.h"

/* The longest stall that an application sees behind DDL that waits for its lock. */
#define SHORT_TRY_MS 1000

static SqlConnection *
open_database (const char *url, SqlAccess access, GError **error)
{
  return mariadb_connection_open (&engine_mariadb, url, access, error);
}

/* Actions --------------------------------------------------------------------- */

static gboolean
refuse_if (SqlConnection *connection, const MariaDetail *detail, GError **error)
{
  gboolean found;

  if (!mariadb_finds (connection, detail->text, &found, error))
    return FALSE;
  if (found)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_EXISTS, "there already is %s", detail->what);
  return !found;
}

/* A default that is worked out row by row is for new rows alone: the server would copy
 * the table for it. */
static gboolean
is_worked_out (const MariaColumn *column)
{
  return column->default_text != NULL && strchr (column->default_text, '(') != NULL
         && g_ascii_strncasecmp (column->default_text, "current_timestamp",
                                 strlen ("current_timestamp"))
                != 0;
}

/* A column as it was before the migration, and where it was; null until it is filled. */
static gboolean
give_back (SqlConnection *connection, const MariaDetail *detail, const MariaTable *live,
           const MariaTable *kept, const MariaColumn *was, Arena *arena, GError **error)
{
  gboolean is_aside = g_ascii_strcasecmp (was->name, detail->column->name) != 0;
  const char *name
      = mariadb_identifier (arena, is_aside ? detail->column->name : was->name);
  MariaColumn column = maria_column_called (was, detail->column->name, arena);

  if (is_aside || detail->is_filled || is_worked_out (was))
    column.default_text = NULL;
  if (is_aside)
    column.comment = NULL;
  return mariadb_exec (
             connection,
             arena_printf (arena, "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s %s%s",
                           live->quoted, name,
                           maria_live_definition (&column, FALSE,
                                                  detail->invisible || was->invisible,
                                                  arena),
                           is_aside ? "" : maria_kept_place (kept, was, live, arena),
                           detail->algorithm),
             NULL, error)
         && (is_aside || detail->is_filled || !is_worked_out (was)
             || mariadb_exec (connection,
                              arena_printf (arena,
                                            "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT "
                                            "(%s)%s",
                                            live->quoted, name, was->default_text,
                                            detail->algorithm),
                              NULL, error));
}

/* Until it is filled it is null, and must not stand in the way of those who write the
 * row.
 */
static gboolean
check_takes_null (SqlConnection *connection, const MariaTable *table,
                  const MariaColumn *mirror, Arena *arena, GError **error)
{
  const char *takes = NULL;

  if (mirror->check == NULL)
    return TRUE;
  if (mariadb_text (
          connection,
          arena_printf (arena,
                        "SELECT COALESCE((%s), TRUE) FROM (SELECT NULL AS %s) AS "
                        "zdm_row",
                        mirror->check, mariadb_identifier (arena, mirror->name)),
          &takes, arena, NULL)
      && g_strcmp0 (takes, "1") == 0)
    return TRUE;
  g_set_error (
      error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
      "the check of column '%s' of '%s' cannot go over to a new column, which is "
      "null until it is filled: %s; let it take null, or name that column alone",
      mirror->name, table->name, mirror->check);
  return FALSE;
}

static gboolean
add_column (SqlConnection *connection, const MariaDetail *detail, const char *definitions,
            GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTable *table;

  if (!maria_live_table (connection, detail->table, arena, &table, error))
    return FALSE;
  const MariaTable *kept = maria_kept_table (definitions, detail->table, arena);
  const MariaColumn *was = kept != NULL && detail->was != NULL
                               ? maria_find_column (kept, detail->was)
                               : NULL;
  if (was != NULL && !was->generated)
    return give_back (connection, detail, table, kept, was, arena, error);
  const MariaColumn *like
      = detail->like != NULL ? maria_find_column (table, detail->like) : NULL;
  if (like == NULL || (detail->type != NULL && like->collation == NULL))
    return mariadb_define (connection, detail->text, error);
  /* A mirror has no default: what is not given has to stay visible. */
  MariaColumn mirror = maria_column_called (like, detail->column->name, arena);
  if (detail->type != NULL)
    {
      mirror.type = detail->type;
      mirror.check = NULL;
    }
  mirror.default_text = NULL;
  mirror.auto_increment = FALSE;
  mirror.on_update = FALSE;
  if (!check_takes_null (connection, table, &mirror, arena, error))
    return FALSE;
  return mariadb_define (
      connection,
      arena_printf (arena, "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s %s%s",
                    table->quoted, mariadb_identifier (arena, detail->column->name),
                    maria_live_definition (&mirror, FALSE, detail->invisible, arena),
                    detail->algorithm),
      error);
}

static gboolean
becomes_invisible (const MariaColumn *column, const MariaDetail *detail)
{
  return detail->stays_in_sight ? column->invisible : detail->invisible;
}

static gboolean
is_defined (const MariaColumn *column, const MariaDetail *detail, gboolean stands_in)
{
  return !stands_in && !column->not_null != !detail->column->nullable
         && !column->invisible == !becomes_invisible (column, detail)
         && (detail->type == NULL || maria_column_has_type (column, detail->type));
}

/* (nullable): of a column that went without it for a moment */
static const char *
check_at_start (const char *definitions, const MariaDetail *detail, Arena *arena)
{
  const MariaColumn *was
      = maria_kept_column (definitions, detail->table, detail->column->name, arena);

  return was != NULL ? was->check : NULL;
}

/* Of a column that was to be filled by something else. */
static gboolean
default_at_start (const char *definitions, const MariaDetail *detail, const char **text,
                  Arena *arena, GError **error)
{
  const MariaColumn *was
      = maria_kept_column (definitions, detail->table, detail->column->name, arena);

  *text = was != NULL ? was->default_text : NULL;
  return was != NULL || maria_default_text (detail->column, arena, text, error);
}

/* The server counts rows, and does not say which one it is. */
static void
name_too_long (SqlConnection *connection, const MariaTable *table,
               const MariaColumn *column, Arena *arena, GError **error)
{
  g_autoptr (GError) nothing = NULL;
  const char *length = strchr (column->type, '(');
  const char *row = NULL;

  if (g_ascii_strncasecmp (column->type, "varchar(", strlen ("varchar(")) != 0
      || !maria_first_row (connection, table,
                           arena_printf (arena, "CHAR_LENGTH(%s) > %s",
                                         mariadb_identifier (arena, column->name),
                                         length),
                           &row, arena, &nothing)
      || row == NULL)
    return;
  g_prefix_error (error, "row %s of '%s', column '%s': the text does not fit %s: ", row,
                  table->name, column->name, column->type);
}

/* The server does not say which row it is that has none. */
static gboolean
refuse_nulls (SqlConnection *connection, const MariaTable *table,
              const MariaColumn *column, const MariaDetail *detail, Arena *arena,
              GError **error)
{
  const char *row = NULL;

  if (column->not_null || detail->column->nullable)
    return TRUE;
  const char *condition
      = arena_printf (arena, "%s IS NULL", mariadb_identifier (arena, column->name));
  if (!maria_first_row (connection, table, condition, &row, arena, error))
    return FALSE;
  if (row != NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                 "row %s of '%s' has no '%s', which is to be NOT NULL; give such rows a "
                 "value, then abort again",
                 row, table->name, column->name);
  return row == NULL;
}

/* Also of a row that was written while the server was at it. */
static void
name_null (SqlConnection *connection, const MariaTable *table, const MariaColumn *column,
           const MariaDetail *detail, Arena *arena, GError **error)
{
  g_autoptr (GError) nulls = NULL;

  if (!g_error_matches (*error, ZDM_ERROR, ZDM_ERROR_CONVERSION)
      && !g_error_matches (*error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT))
    return;
  if (refuse_nulls (connection, table, column, detail, arena, &nulls)
      || !g_error_matches (nulls, ZDM_ERROR, ZDM_ERROR_CONSTRAINT))
    return;
  g_clear_error (error);
  *error = g_steal_pointer (&nulls);
}

/* MODIFY forgets what it is not told, as shall be the default of a column that was about
 * to go and stays. */
static gboolean
redefine (SqlConnection *connection, const MariaDetail *detail, const char *definitions,
          GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTable *table;

  if (!maria_live_table (connection, detail->table, arena, &table, error))
    return FALSE;
  const MariaColumn *column = maria_find_column (table, detail->column->name);
  gboolean stands_in = column != NULL && maria_has_stand_in (column, arena);
  if (column == NULL)
    return TRUE;
  MariaColumn wanted = *column;
  if (detail->gives_default
      && !default_at_start (definitions, detail, &wanted.default_text, arena, error))
    return FALSE;
  if (is_defined (column, detail, stands_in)
      && g_strcmp0 (wanted.default_text, column->default_text) == 0)
    return TRUE;
  if (stands_in)
    {
      wanted.default_text = NULL;
      if (column->check == NULL)
        wanted.check = check_at_start (definitions, detail, arena);
    }
  if (detail->type != NULL)
    wanted.type
        = arena_printf (arena, "%s%s", detail->type, maria_column_attribute (column));
  if (!refuse_nulls (connection, table, column, detail, arena, error))
    return FALSE;
  GError *problem = NULL;
  if (mariadb_define (
          connection,
          arena_printf (arena, "ALTER TABLE %s MODIFY COLUMN %s %s%s", table->quoted,
                        mariadb_identifier (arena, column->name),
                        maria_live_definition (&wanted, !detail->column->nullable,
                                               becomes_invisible (column, detail), arena),
                        detail->algorithm),
          &problem))
    return TRUE;
  name_null (connection, table, column, detail, arena, &problem);
  if (g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_CONVERSION))
    name_too_long (connection, table, &wanted, arena, &problem);
  g_propagate_error (error, problem);
  return FALSE;
}

/* What the index that goes is called; NULL: as the file calls it. */
static gboolean
name_of_place (SqlConnection *connection, const MariaPlace *place, const char **name,
               Arena *arena, GError **error)
{
  *name = NULL;
  if (place == NULL || place->over == NULL)
    return TRUE;
  if (!maria_unique_name (connection, place->declared, place->name, place->over, name,
                          arena, error))
    return FALSE;
  return *name != NULL || place->or_over == NULL
         || maria_unique_name (connection, place->declared, place->name, place->or_over,
                               name, arena, error);
}

/* The statement with that name. */
static const char *
place_text (const MariaDetail *detail, const char *name, Arena *arena)
{
  const char *clause = g_strrstr (detail->text, ", ALGORITHM=");
  const char *quoted = mariadb_identifier (arena, name);

  return arena_printf (
      arena, "ALTER TABLE %s DROP INDEX IF EXISTS %s, RENAME INDEX %s TO %s%s",
      mariadb_identifier (arena, detail->table), quoted,
      mariadb_identifier (arena, detail->aside), quoted, clause != NULL ? clause : "");
}

/* In one statement: there is no moment, and no crash, between both. */
static gboolean
place_index (SqlConnection *connection, const MariaDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *name;
  gboolean found;

  if (!mariadb_finds (connection,
                      arena_printf (arena,
                                    "SELECT 1 FROM information_schema.STATISTICS WHERE "
                                    "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND "
                                    "INDEX_NAME = %s",
                                    mariadb_quote (arena, detail->table),
                                    mariadb_quote (arena, detail->aside)),
                      &found, error))
    return FALSE;
  if (!found)
    return TRUE;
  if (!name_of_place (connection, detail->place, &name, arena, error))
    return FALSE;
  return mariadb_define (
      connection, name != NULL ? place_text (detail, name, arena) : detail->text, error);
}

static gboolean
prove (SqlConnection *connection, const MariaDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTable *table;
  const char *row;

  if (!maria_live_table (connection, detail->table, arena, &table, error)
      || !maria_first_row (connection, table, detail->text, &row, arena, error))
    return FALSE;
  if (row != NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT, "row %s of '%s' breaks %s", row,
                 detail->table, detail->what);
  return row == NULL;
}

static gboolean
verify (SqlConnection *connection, const char *sql, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!mariadb_text (connection, sql, &text, arena, error))
    return FALSE;
  if (g_strcmp0 (text, "1") == 0)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT, "`verify` is not true: %s gave %s",
               sql, text != NULL ? text : "no row");
  return FALSE;
}

static gboolean
run_ddl (SqlConnection *connection, const MariaDetail *detail, const char *definitions,
         GError **error)
{
  if (!mariadb_connection_be_patient (connection, SHORT_TRY_MS, error))
    return FALSE;
  switch (detail->kind)
    {
    case MARIA_ADD_COLUMN:
      return add_column (connection, detail, definitions, error);
    case MARIA_REDEFINE:
      return redefine (connection, detail, definitions, error);
    case MARIA_DEFAULT:
      return maria_change_default (connection, detail, definitions, error);
    case MARIA_PLACE_INDEX:
      return place_index (connection, detail, error);
    case MARIA_TRIGGER:
      return maria_make_trigger (connection, detail->trigger, error);
    case MARIA_ALTER:
      return maria_alter_live (connection, detail->alter, error);
    case MARIA_CHANGE:
      return maria_change (connection, detail->change, definitions, error);
    case MARIA_RETYPE:
      return maria_retype (connection, detail->retype, error);
    case MARIA_HALF:
      return maria_make_half (connection, detail, error);
    case MARIA_IMAGE:
      return maria_image_make (connection, detail, error);
    case MARIA_ALIAS:
      return maria_make_alias (connection, detail, error);
    case MARIA_RENAME_TABLE:
      return maria_rename_table (connection, detail, error);
    default:
      return (detail->drops == NULL
              || maria_dependents_check_drop (connection, detail, error))
             && mariadb_define (connection, detail->text, error);
    }
}

static gboolean
first_row (SqlConnection *connection, const char *table, const char *condition,
           const char **row, Arena *arena, GError **error)
{
  const MariaTable *live;

  return maria_live_table (connection, table, arena, &live, error)
         && maria_first_row (connection, live, condition, row, arena, error);
}

static gboolean
refuse_failing (SqlConnection *connection, const char *table, const char *condition,
                GError *problem, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTable *live;

  if (maria_live_table (connection, table, arena, &live, NULL))
    return maria_name_failing (
        connection, live, arena_printf (arena, "SELECT COUNT(*) FROM %s", live->quoted),
        condition, problem, error);
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
check_step (SqlConnection *connection, const MariaDetail *detail, GError **error)
{
  const SqlGate gate = { .connection = connection,
                         .words = &mariadb_words,
                         .shape = detail->shape,
                         .text = mariadb_text,
                         .first_row = first_row,
                         .refuse_failing = refuse_failing };

  return sql_gate_check (&gate, detail->table, detail->operation, error);
}

/* On the way back what has come to the table since may keep the server from doing online
 * what it did: all is as it is recorded, and goes on once that is gone. */
static gboolean
run_ddl_or_wait (SqlConnection *connection, const MariaDetail *detail,
                 const char *definitions, GError **error)
{
  GError *problem = NULL;
  gboolean is_back = (detail->kind == MARIA_CHANGE && detail->change->back)
                     || detail->was != NULL || detail->is_filled;

  if (run_ddl (connection, detail, definitions, &problem))
    return TRUE;
  if (is_back && g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_UNSAFE))
    {
      problem->code = ZDM_ERROR_GATE;
      g_prefix_error (&problem,
                      "drop what came to the table since (a FULLTEXT index), have "
                      "it built anew (ALTER TABLE … FORCE), then `continue`: ");
    }
  g_propagate_error (error, problem);
  return FALSE;
}

static gboolean
perform (SqlConnection *connection, const Action *action, const char *definitions,
         GError **error)
{
  const MariaDetail *detail = action->detail;

  switch (detail->kind)
    {
    case MARIA_REFUSE:
      return refuse_if (connection, detail, error);
    case MARIA_PROVE:
      return prove (connection, detail, error);
    case MARIA_SCRIPT:
      return mariadb_run_script (connection, detail->text, error);
    case MARIA_VERIFY:
      return verify (connection, detail->text, error);
    case MARIA_CHECK_STEP:
      return check_step (connection, detail, error);
    default:
      return run_ddl_or_wait (connection, detail, definitions, error);
    }
}

/* What the account may not do, and what stands in the way, is known before anything is
 * touched. */
static gboolean
admit (SqlConnection *connection, const GPtrArray *actions, guint i, GError **error)
{
  const Action *action = actions->pdata[i];
  const MariaDetail *detail = action->detail;
  gboolean has_triggers = detail->kind == MARIA_TRIGGER || detail->kind == MARIA_CHANGE;

  return (!has_triggers || mariadb_connection_may_make_triggers (connection, error))
         && maria_node_admit (connection, action, error)
         && maria_scratch_admit (connection, action, error)
         && maria_period_admit (connection, actions, i, error)
         && maria_dependents_admit (connection, actions, i, error)
         && maria_traits_admit (connection, actions, i, error)
         && maria_asks_admit (connection, actions, i, error)
         && maria_carry_admit (connection, actions, i, error);
}

/* Tables ------------------------------------------------------------------------ */

static guint64
estimate (SqlConnection *connection, const Action *action)
{
  const MariaDetail *detail = action->detail;
  g_autoptr (Arena) arena = arena_new ();
  const char *text = NULL;

  if (detail->table == NULL
      || !mariadb_text (connection,
                        arena_printf (arena,
                                      "SELECT TABLE_ROWS FROM information_schema.TABLES "
                                      "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = "
                                      "%s",
                                      mariadb_quote (arena, detail->table)),
                        &text, arena, NULL)
      || text == NULL)
    return 0;
  return g_ascii_strtoull (text, NULL, 10);
}

static gboolean
live_default (SqlConnection *connection, const char *table, const char *column,
              const char **text, Arena *arena, GError **error)
{
  const MariaTable *live;

  if (!maria_read_table (connection, table, arena, &live, error))
    return FALSE;
  const MariaColumn *found = live != NULL ? maria_find_column (live, column) : NULL;
  *text = found != NULL ? found->default_text : NULL;
  if (*text != NULL && g_ascii_strcasecmp (*text, "NULL") == 0)
    *text = NULL;
  return TRUE;
}

static gboolean
count_rows (SqlConnection *connection, const char *table, guint64 *n_rows, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!mariadb_text (connection,
                     arena_printf (arena, "SELECT COUNT(*) FROM %s",
                                   mariadb_identifier (arena, table)),
                     &text, arena, error))
    return FALSE;
  *n_rows = g_ascii_strtoull (text, NULL, 10);
  return TRUE;
}

/* The table that a foreign key refers to is there already. */
static gboolean
name_references (SqlConnection *connection, Table *table, Arena *arena, GError **error)
{
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *key = table->constraints->pdata[i];
      const MariaTable *parent;
      if (key->kind != CONSTRAINT_FOREIGN_KEY)
        continue;
      if (!maria_read_table (connection, key->references_table, arena, &parent, error))
        return FALSE;
      table->constraints->pdata[i] = (gpointer) maria_full_reference (
          key, parent != NULL ? maria_key_names (parent, arena) : NULL, arena);
    }
  return TRUE;
}

/* The declared tables that are missing, for `--seed-data`. */
static gboolean
seed (SqlConnection *connection, const Table *table, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) full = table_copy (table);

  if (!name_references (connection, full, arena, error))
    return FALSE;
  const char *text = maria_create_table_text (full, arena, error);
  return text != NULL && mariadb_exec_in_transaction (connection, text, error)
         && maria_fill_table (connection, table, error);
}

const SqlEngine engine_mariadb = {
  .name = "mariadb",
  .capabilities = SQL_SHORT_LOCKS | SQL_LOCK_QUEUES,
  .plan_step = mariadb_plan_step,
  .plan_undo = mariadb_plan_undo,
  .open = open_database,
  .close = mariadb_connection_close,
  .reconnect = mariadb_connection_reconnect,
  .begin = mariadb_connection_begin,
  .commit = mariadb_connection_commit,
  .roll_back = mariadb_connection_roll_back,
  .run = mariadb_connection_run,
  .has_table = mariadb_connection_has_table,
  .session_lock = mariadb_connection_session_lock,
  .prepare_journal = mariadb_connection_prepare_journal,
  .compare = maria_compare,
  .read = maria_read_tables,
  .live_default = live_default,
  .count_rows = count_rows,
  .remark_back = maria_remark_back,
  .perform = perform,
  .look = maria_load_look,
  .old_readers = mariadb_connection_old_readers,
  .fill = maria_fill,
  .check_position = maria_fill_check,
  .estimate = estimate,
  .definitions = maria_kept_definitions,
  .admit = admit,
  .remark = maria_remark,
  .classify = mariadb_classify,
  .copy = mariadb_copy,
  .forget_copy = mariadb_forget_copy,
  .digest = mariadb_digest,
  .forget = maria_image_forget,
  .seed = seed,
};
