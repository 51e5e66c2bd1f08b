/* SPDX-License-Identifier: Apache-2.0
 *
 * Changes of defaults.
 */
#include "config.h"

#include "engine/mariadb/change_default.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/kept.h"
#include "engine/mariadb/sql_text.h"
#include "model/error.h"

/* The column with its next default.  NOT NULL goes after it, and does not take NULL. */
static gboolean
next_column (const MariaColumn *column, const MariaDetail *detail,
             const char *definitions, MariaColumn *wanted, Arena *arena, GError **error)
{
  const MariaColumn *was
      = detail->gives_default
            ? maria_kept_column (definitions, detail->table, column->name, arena)
            : NULL;

  *wanted = *column;
  if (was == NULL)
    return maria_default_text (detail->column, arena, &wanted->default_text, error);
  wanted->on_update = was->on_update;
  wanted->default_text = was->default_text;
  if (wanted->default_text == NULL
      || (column->not_null && g_ascii_strcasecmp (wanted->default_text, "NULL") == 0))
    wanted->default_text = NULL;
  else
    wanted->default_text = arena_printf (arena, "(%s)", was->default_text);
  return TRUE;
}

/* ALTER COLUMN, which needs no more than the default, takes ON UPDATE away. */
static const char *
clause_of (const MariaColumn *wanted, Arena *arena)
{
  const char *name = mariadb_identifier (arena, wanted->name);

  if (wanted->on_update)
    return arena_printf (
        arena, "MODIFY COLUMN %s %s", name,
        maria_live_definition (wanted, wanted->not_null, wanted->invisible, arena));
  return wanted->default_text != NULL
             ? arena_printf (arena, "ALTER COLUMN %s SET DEFAULT %s", name,
                             wanted->default_text)
             : arena_printf (arena, "ALTER COLUMN %s DROP DEFAULT", name);
}

/* What it reads, a sequence or another column, may have gone meanwhile. */
static gboolean
wait_for_sources (const MariaDetail *detail, const MariaColumn *wanted, GError *problem,
                  GError **error)
{
  if (detail->gives_default && g_error_matches (problem, ZDM_ERROR, ZDM_ERROR_MISSING))
    {
      problem->code = ZDM_ERROR_GATE;
      g_prefix_error (&problem,
                      "column '%s' of '%s' had the default %s; make what that reads "
                      "again, then `continue`: ",
                      wanted->name, detail->table, wanted->default_text);
    }
  g_propagate_error (error, problem);
  return FALSE;
}

gboolean
maria_change_default (SqlConnection *connection, const MariaDetail *detail,
                      const char *definitions, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaColumn *column;
  MariaColumn wanted;
  GError *problem = NULL;

  if (!maria_read_column (connection, detail->table, detail->column->name, arena, &column,
                          error))
    return FALSE;
  if (column == NULL)
    return TRUE;
  if (!next_column (column, detail, definitions, &wanted, arena, error))
    return FALSE;
  if (mariadb_define (connection,
                      arena_printf (arena, "ALTER TABLE %s %s%s",
                                    mariadb_identifier (arena, detail->table),
                                    clause_of (&wanted, arena), detail->algorithm),
                      &problem))
    return TRUE;
  return wait_for_sources (detail, &wanted, problem, error);
}
