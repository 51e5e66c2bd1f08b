/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers for as long as it takes.
 */
#include "config.h"

#include "engine/mariadb/catch_up.h"

#include <string.h>

#include "engine/mariadb/change.h"
#include "engine/mariadb/connection.h"
#include "engine/mariadb/fill_own.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/lock.h"
#include "engine/mariadb/sql_text.h"
#include "model/generated_name.h"

gboolean
maria_lacks_triggers (SqlConnection *connection, const MariaChange *change,
                      gboolean *lacks, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  *lacks = FALSE;
  for (guint i = 0; change->drops[i] != NULL && !*lacks; i++)
    {
      gboolean found;
      if (!mariadb_finds (
              connection,
              arena_printf (arena,
                            "SELECT 1 FROM information_schema.TRIGGERS WHERE "
                            "TRIGGER_SCHEMA = DATABASE() AND TRIGGER_NAME = %s",
                            mariadb_quote (arena, change->drops[i]->name)),
              &found, error))
        return FALSE;
      *lacks = !found;
    }
  return TRUE;
}

/* Other names --------------------------------------------------------------------- */

/* As long as the triggers have these, their own ones are not there: whoever is killed
 * meanwhile begins again. */
static MariaTrigger
renamed (const MariaTrigger *trigger, Arena *arena)
{
  MariaTrigger other = *trigger;
  const char *own = mariadb_identifier (arena, trigger->name);
  const char *name = strstr (trigger->sql, own);

  other.name
      = generated_name (arena, arena_printf (arena, "zdm_again_%s", trigger->name));
  other.sql = arena_printf (arena, "%.*s%s%s", (int) (name - trigger->sql), trigger->sql,
                            mariadb_identifier (arena, other.name), name + strlen (own));
  return other;
}

static gboolean
make_all (SqlConnection *connection, const MariaTrigger *const *triggers, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  for (; *triggers != NULL; triggers++)
    {
      const MariaTrigger other = renamed (*triggers, arena);
      if (!maria_make_trigger (connection, &other, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
drop_all (SqlConnection *connection, const MariaTrigger *const *triggers, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();

  for (; *triggers != NULL; triggers++)
    {
      const MariaTrigger other = renamed (*triggers, arena);
      if (!mariadb_define (connection,
                           arena_printf (arena, "DROP TRIGGER IF EXISTS %s",
                                         mariadb_identifier (arena, other.name)),
                           error))
        return FALSE;
    }
  return TRUE;
}

gboolean
maria_end_catch_up (SqlConnection *connection, const MariaChange *change, GError **error)
{
  return drop_all (connection, change->drops, error)
         && drop_all (connection, change->triggers, error);
}

/* Catching up ----------------------------------------------------------------------- */

static gboolean
keep_in_step (SqlConnection *connection, const MariaChange *change, gboolean is_done,
              GError **error)
{
  gboolean locked;

  if (!maria_lock_tables (connection, change->tables, FALSE, &locked, error))
    return FALSE;
  return maria_unlock_tables (
      connection,
      maria_end_catch_up (connection, change, error)
          && make_all (connection, is_done ? change->triggers : change->drops, error),
      error);
}

/* The triggers leave alone what this writes. */
static gboolean
write_rows (SqlConnection *connection, const MariaTable *table,
            const MariaCatchUp *catch_up, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *sql
      = arena_printf (arena, "%s WHERE %s", catch_up->statement, catch_up->rows);
  GError *problem = NULL;

  if (!mariadb_exec (connection, "SET " MARIA_CATCHES_UP " = 1", NULL, error))
    return FALSE;
  gboolean fine = mariadb_exec (connection, sql, NULL, &problem)
                  || maria_name_failing (connection, table, catch_up->statement,
                                         catch_up->rows, problem, error);
  return mariadb_exec (connection, "SET " MARIA_CATCHES_UP " = NULL", NULL,
                       fine ? error : NULL)
         && fine;
}

gboolean
maria_catch_up (SqlConnection *connection, const MariaChange *change, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaSwap *swap = change->swap;
  const MariaTable *table;
  gboolean lacks;

  if (swap == NULL || !swap->reads_rows)
    return TRUE;
  if (!maria_lacks_triggers (connection, change, &lacks, error)
      || !maria_read_table (connection, swap->table, arena, &table, error))
    return FALSE;
  if (!lacks || table == NULL)
    return TRUE;
  gboolean is_done = maria_find_column (table, swap->shadow) == NULL;
  const MariaCatchUp *catch_up = is_done ? swap->catch_up_after : swap->catch_up_before;
  return catch_up == NULL
         || (keep_in_step (connection, change, is_done, error)
             && write_rows (connection, table, catch_up, error));
}
