/* SPDX-License-Identifier: Apache-2.0
 *
 * Nodes of a cluster.
 */
#include "config.h"

#include "engine/mariadb/node.h"

#include "engine/mariadb/live.h"
#include "model/error.h"

#define ON_A_CLUSTER "this server is a node of a Galera cluster, where "

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* FALSE, always. */
static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE, ON_A_CLUSTER "%s", text);
  return FALSE;
}

static gboolean
admit_drop (SqlConnection *connection, const MariaAlter *alter, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaColumn *column;

  if (!maria_read_column (connection, alter->table, alter->column, arena, &column, error))
    return FALSE;
  return column == NULL || !maria_has_to_be_given (column)
         || refuse (
             error,
             "column '%s' of '%s', which is NOT NULL and has no default, has to be "
             "made nullable before it goes, and nobody writes to the table while "
             "it is rebuilt for that; give the column a default before, or say "
             "`allow_blocking: true`",
             alter->column, alter->table);
}

gboolean
maria_node_admit_change (SqlConnection *connection, const MariaChange *change,
                         gboolean may_block, GError **error)
{
  if (change->swap != NULL)
    return refuse (
        error,
        "LOCK TABLES does not keep writers of the other nodes off while column "
        "'%s' of '%s' changes its place; give the new column another name "
        "(`add_column` with `from` and `replaces`)",
        change->swap->column, change->swap->table);
  for (guint i = 0; !may_block && change->alters[i] != NULL; i++)
    if (!admit_drop (connection, change->alters[i], error))
      return FALSE;
  return TRUE;
}

/* A trigger, or a fill, that reads one table for another one does not see what is being
 * written on another node, and nothing that it only reads is certified. */
static gboolean
reads_other_tables (const Operation *operation)
{
  switch (operation->kind)
    {
    case OPERATION_ADD_COLUMN:
      return operation->add_column.lookup != NULL;
    case OPERATION_BACKFILL:
      return operation->backfill.lookup != NULL;
    case OPERATION_COPY_ROWS:
      return TRUE;
    default:
      return FALSE;
    }
}

/* What is not over in an instant makes everybody wait on all nodes, whatever LOCK says.
 */
static gboolean
admit_cost (const Action *action, GError **error)
{
  const MariaDetail *detail = action->detail;
  gboolean only_reads = detail->kind == MARIA_REFUSE || detail->kind == MARIA_PROVE
                        || detail->kind == MARIA_VERIFY
                        || detail->kind == MARIA_CHECK_STEP;

  return only_reads || action->kind == ACTION_FILL || action->cost == ACTION_COST_INSTANT
         || refuse (error,
                    "nobody writes on any node while this runs: %s; "
                    "`allow_blocking: true` lets it",
                    action->sql);
}

gboolean
maria_node_admit (SqlConnection *connection, const Action *action, GError **error)
{
  const MariaDetail *detail = action->detail;
  const Operation *operation = action->step->operation;
  gboolean may_block = operation->allow_blocking;

  if (!connection->is_node)
    return TRUE;
  if (reads_other_tables (operation))
    return refuse (
        error, "a trigger does not see what is being written on another node, so rows "
               "of one table cannot be kept in step with those of another one; let "
               "the applications write both");
  if (detail->kind == MARIA_RETYPE)
    return refuse (error,
                   "LOCK TABLES does not keep writers of the other nodes off while both "
                   "sides of a foreign key change their types; drop the key before, and "
                   "add it again behind");
  if (detail->kind == MARIA_CHANGE)
    return maria_node_admit_change (connection, detail->change, may_block, error);
  return may_block || admit_cost (action, error);
}
