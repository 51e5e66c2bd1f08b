/* SPDX-License-Identifier: Apache-2.0
 *
 * Code that names what goes, and triggers that fills set off.
 */
#include "config.h"

#include "engine/mariadb/remark.h"

#include "engine/mariadb/code.h"
#include "engine/mariadb/dependent.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/sql_text.h"

static void remark (GPtrArray *remarks, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
remark (GPtrArray *remarks, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_ptr_array_add (remarks, g_strdup_vprintf (format, arguments));
  va_end (arguments);
}

/* Code ---------------------------------------------------------------------------- */

/* Whether the code names it anywhere but as a part of its own row.  Which table a name
 * belongs to is not known: it may be another one's. */
static gboolean
names (const char *text, const char *sql_mode, const char *name)
{
  MariaCode code = maria_code (text, sql_mode);
  gboolean of_row = FALSE, behind_point = FALSE;

  while (maria_code_next (&code))
    {
      gboolean is_point = *code.start == '.';
      if (!is_point && !(of_row && behind_point) && maria_code_is_called (&code, name))
        return TRUE;
      if (!is_point)
        of_row
            = maria_code_is_called (&code, "NEW") || maria_code_is_called (&code, "OLD");
      behind_point = is_point;
    }
  return FALSE;
}

#define CODE                                                                            \
  "SELECT CONCAT(LOWER(ROUTINE_TYPE), ' ''', ROUTINE_NAME, ''''), ROUTINE_DEFINITION, " \
  "SQL_MODE FROM information_schema.ROUTINES WHERE ROUTINE_SCHEMA = DATABASE() UNION "  \
  "ALL SELECT CONCAT('event ''', EVENT_NAME, ''''), EVENT_DEFINITION, SQL_MODE FROM "   \
  "information_schema.EVENTS WHERE EVENT_SCHEMA = DATABASE() UNION ALL SELECT "         \
  "CONCAT('trigger ''', TRIGGER_NAME, ''' of ''', EVENT_OBJECT_TABLE, ''''), "          \
  "ACTION_STATEMENT, SQL_MODE FROM information_schema.TRIGGERS WHERE TRIGGER_SCHEMA = " \
  "DATABASE() AND LEFT(TRIGGER_NAME, 4) <> 'zdm_'"

/* @column: NULL for the table as a whole */
static gboolean
remark_code (SqlConnection *connection, const char *table, const char *column,
             GPtrArray *remarks, GError **error)
{
  g_autoptr (MariadbResult) rows = mariadb_query (connection, CODE, error);

  for (guint i = 0; rows != NULL && i < mariadb_n_rows (rows); i++)
    {
      const char *what = mariadb_cell (rows, i, 0), *text = mariadb_cell (rows, i, 1);
      const char *mode = mariadb_cell (rows, i, 2);
      if (text == NULL || !names (text, mode, table)
          || (column != NULL && !names (text, mode, column)))
        continue;
      if (column != NULL)
        remark (remarks,
                "%s names '%s' and '%s', a column that goes: see that it does without",
                what, table, column);
      else
        remark (remarks,
                "%s names '%s', which goes by that name: see that it does without", what,
                table);
    }
  return rows != NULL;
}

/* Views --------------------------------------------------------------------------- */

static gboolean
remark_view (SqlConnection *connection, const char *table, const char *column,
             GPtrArray *remarks, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *view = NULL;

  if (!maria_find_view (connection, table, column, NULL, &view, arena, error))
    return FALSE;
  if (view != NULL && column != NULL)
    remark (remarks,
            "view '%s' names '%s' of '%s': there is no contract until it names what "
            "takes the place of that",
            view, column, table);
  else if (view != NULL)
    remark (remarks,
            "view '%s' names '%s': there is no contract until it names the new name",
            view, table);
  return TRUE;
}

static gboolean
remark_columns (SqlConnection *connection, const MariaChange *change, GPtrArray *remarks,
                GError **error)
{
  for (guint i = 0; change->alters[i] != NULL; i++)
    {
      const MariaAlter *alter = change->alters[i];
      g_autoptr (Arena) arena = arena_new ();
      const MariaColumn *live;
      if (!maria_read_column (connection, alter->table, alter->column, arena, &live,
                              error))
        return FALSE;
      if (live != NULL
          && (!remark_view (connection, alter->table, alter->column, remarks, error)
              || !remark_code (connection, alter->table, alter->column, remarks, error)))
        return FALSE;
    }
  return TRUE;
}

/* Triggers ------------------------------------------------------------------------ */

/* What a fill does with the rows of its table, "": nothing, or nothing yet. */
static const char *
event_of (MariaFillKind fill)
{
  switch (fill)
    {
    case MARIA_FILL_SYNC:
    case MARIA_FILL_DEFAULT:
    case MARIA_FILL_COLUMNS:
    case MARIA_FILL_LOOKUP:
    case MARIA_FILL_SET:
      return "UPDATE";
    case MARIA_FILL_DELETE:
    case MARIA_FILL_DUPLICATES:
    case MARIA_FILL_ORPHANS:
      return "DELETE";
    case MARIA_FILL_INSERT:
      return "INSERT";
    default:
      return "";
    }
}

static gboolean
remark_triggers (SqlConnection *connection, const MariaDetail *detail, GPtrArray *remarks,
                 GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (MariadbResult) rows = mariadb_query (
      connection,
      arena_printf (arena,
                    "SELECT TRIGGER_NAME, ACTION_TIMING FROM information_schema.TRIGGERS "
                    "WHERE EVENT_OBJECT_SCHEMA = DATABASE() AND EVENT_OBJECT_TABLE = %s "
                    "AND EVENT_MANIPULATION = %s AND LEFT(TRIGGER_NAME, 4) <> 'zdm_'",
                    mariadb_quote (arena, detail->table),
                    mariadb_quote (arena, event_of (detail->fill))),
      error);

  for (guint i = 0; rows != NULL && i < mariadb_n_rows (rows); i++)
    remark (remarks,
            "each row that is written sets off trigger '%s' of '%s' (%s %s), and what "
            "that does stays, also after an abort",
            mariadb_cell (rows, i, 0), detail->table, mariadb_cell (rows, i, 1),
            event_of (detail->fill));
  return rows != NULL;
}

gboolean
maria_remark (SqlConnection *connection, const Action *action, GPtrArray *remarks,
              GError **error)
{
  const MariaDetail *detail = action->detail;

  switch (detail->kind)
    {
    case MARIA_CHANGE:
      return remark_columns (connection, detail->change, remarks, error);
    case MARIA_RENAME_TABLE:
      return remark_view (connection, detail->table, NULL, remarks, error)
             && remark_code (connection, detail->table, NULL, remarks, error);
    case MARIA_STATEMENT:
      return detail->drops == NULL
             || remark_code (connection, detail->drops, NULL, remarks, error);
    case MARIA_FILL:
      return remark_triggers (connection, detail, remarks, error);
    default:
      return TRUE;
    }
}

gboolean
maria_remark_back (SqlConnection *connection, const Action *action, const Database *end,
                   GPtrArray *remarks, GError **error)
{
  const MariaDetail *detail = action->detail;
  const MariaChange *change = detail->kind == MARIA_CHANGE ? detail->change : NULL;

  for (guint i = 0; change != NULL && change->alters[i] != NULL; i++)
    {
      const MariaAlter *alter = change->alters[i];
      g_autoptr (GPtrArray) names = g_ptr_array_new_with_free_func (g_free);
      if (!maria_dependents_that_go (connection, change, i, end, names, error))
        return FALSE;
      for (guint j = 0; j < names->len; j++)
        remark (remarks, "%s of '%s' goes with column '%s', and does not come back",
                (const char *) names->pdata[j], alter->table, alter->column);
    }
  return TRUE;
}
