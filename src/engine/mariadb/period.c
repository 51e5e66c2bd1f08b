/* SPDX-License-Identifier: Apache-2.0
 *
 * Only the definition of a table as it is shown tells of them.
 */
#include "config.h"

#include "engine/mariadb/period.h"

#include "engine/mariadb/code.h"
#include "engine/mariadb/dependent.h"
#include "engine/mariadb/detail.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/sql_text.h"
#include "model/error.h"

/* Reading ------------------------------------------------------------------------- */

static gboolean
next_is (MariaCode *code, const char *word)
{
  return maria_code_next (code) && *code->start != '`'
         && maria_code_is_called (code, word);
}

/* Whether the column is in the list "(`a`, `b`)" that follows. */
static gboolean
lists (MariaCode *code, const char *column)
{
  while (maria_code_next (code) && *code->start != ')')
    if (*code->start == '`' && maria_code_is_called (code, column))
      return TRUE;
  return FALSE;
}

/* "p"; NULL: none */
static const char *
period_in (const char *definition, const char *column, Arena *arena)
{
  MariaCode code = maria_code (definition, "");

  while (maria_code_next (&code))
    {
      if (*code.start == '`' || !maria_code_is_called (&code, "PERIOD")
          || !next_is (&code, "FOR") || !maria_code_next (&code))
        continue;
      g_autofree char *name = maria_code_name (&code);
      if (lists (&code, column))
        return arena_strdup (arena, name);
    }
  return NULL;
}

static gboolean
check_column (SqlConnection *connection, const char *table, const char *column,
              GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaColumn *live;

  if (!maria_read_column (connection, table, column, arena, &live, error))
    return FALSE;
  if (live == NULL)
    return TRUE;
  g_autoptr (MariadbResult) shown = mariadb_query (
      connection,
      arena_printf (arena, "SHOW CREATE TABLE %s", mariadb_identifier (arena, table)),
      error);
  if (shown == NULL)
    return FALSE;
  const char *period = mariadb_n_rows (shown) > 0
                           ? period_in (mariadb_cell (shown, 0, 1), column, arena)
                           : NULL;
  if (period != NULL)
    g_set_error (
        error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
        "column '%s' of '%s' is in period '%s', whose columns MariaDB keeps as they "
        "are; drop the period before, and add it again behind",
        column, table, period);
  return period == NULL;
}

/* Actions ------------------------------------------------------------------------- */

static gboolean
check_change (SqlConnection *connection, const MariaChange *change, GError **error)
{
  for (guint i = 0; change->alters[i] != NULL; i++)
    if (!check_column (connection, change->alters[i]->table, change->alters[i]->column,
                       error))
      return FALSE;
  return TRUE;
}

gboolean
maria_period_admit (SqlConnection *connection, const GPtrArray *actions, guint i,
                    GError **error)
{
  const Action *action = actions->pdata[i];
  const MariaDetail *detail = action->detail;

  if (maria_is_behind_script (actions, i))
    return TRUE;
  switch (detail->kind)
    {
    case MARIA_REFUSE: /* of what is bound to a column that another one follows */
      return detail->like == NULL
             || check_column (connection, detail->table, detail->like, error);
    case MARIA_REDEFINE: /* what a swap does is refused with what it needs */
      return action->step->operation->kind == OPERATION_SWAP_COLUMN
             || check_column (connection, detail->table, detail->column->name, error);
    case MARIA_CHANGE:
      return check_change (connection, detail->change, error);
    default:
      return TRUE;
    }
}
