/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables, sequences and rows.
 *
 * INSERT … SELECT would lock the rows that it reads, or read each table at another
 * moment.  A cursor does neither: in one snapshot it reads as any SELECT, and what it
 * gives is inserted within the server.
 */
#include "config.h"

#include "engine/mariadb/copy.h"
#include "engine/mariadb/sql_text.h"

/* Those whose rows are in files of the database's own. */
static const char *const ENGINES[]
    = { "InnoDB", "Aria", "MyISAM", "MEMORY", "CSV", "ARCHIVE", "ROCKSDB", NULL };

/* Definitions ------------------------------------------------------------------------ */

static gboolean
check_engine (const char *what, const char *engine, GError **error)
{
  if (engine != NULL && g_strv_contains (ENGINES, engine))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
               "%s is kept by the engine %s: what is written to a copy of it could reach "
               "others",
               what, engine != NULL ? engine : "of another server");
  return FALSE;
}

static gboolean
copy_definition (const MariaCopy *copy, const char *name, const char *engine,
                 GError **error)
{
  const char *what = arena_printf (copy->arena, "table '%s'", name);
  const char *text;

  if (!check_engine (what, engine, error)
      || !maria_copy_show (copy, "TABLE", name, "Create Table", &text, error))
    return FALSE;
  text = maria_copy_text (copy, what, text, NULL, error);
  return text != NULL && maria_copy_run (copy, what, text, error);
}

/* Its text is that of one at its start. */
static gboolean
copy_sequence (const MariaCopy *copy, const char *name, GError **error)
{
  Arena *arena = copy->arena;
  const char *what = arena_printf (arena, "sequence '%s'", name);
  const char *quoted = mariadb_identifier (arena, name);
  const char *text, *set;

  return maria_copy_show (copy, "SEQUENCE", name, "Create Table", &text, error)
         && maria_copy_run (copy, what, text, error)
         && mariadb_text (copy->connection,
                          arena_printf (arena,
                                        "SELECT CONCAT('DO SETVAL(', %s, ', ', "
                                        "next_not_cached_value, ', 0, ', cycle_count, "
                                        "')') FROM %s.%s",
                                        mariadb_quote (arena, quoted), copy->home,
                                        quoted),
                          &set, arena, error)
         && maria_copy_run (copy, what, set, error);
}

/* Rows ------------------------------------------------------------------------------- */

/* Those that are given a value. */
static MariadbResult *
read_columns (const MariaCopy *copy, const char *name, GError **error)
{
  return maria_copy_list (
      copy,
      arena_printf (copy->arena,
                    "SELECT COLUMN_NAME FROM information_schema.COLUMNS WHERE TABLE_NAME "
                    "= %s AND IS_GENERATED = 'NEVER' AND TABLE_SCHEMA",
                    mariadb_quote (copy->arena, name)),
      "ORDINAL_POSITION", error);
}

static const char *
rows_text (const MariaCopy *copy, const char *quoted, const char *const *columns)
{
  Arena *arena = copy->arena;
  const char *names = mariadb_names (arena, "", columns);

  if (!copy->is_live)
    return arena_printf (arena, "INSERT INTO %s.%s (%s) SELECT %s FROM %s.%s",
                         copy->scratch, quoted, names, names, copy->home, quoted);
  return arena_printf (arena,
                       "BEGIN NOT ATOMIC FOR zdm_row IN (SELECT %s FROM %s.%s) DO INSERT "
                       "INTO %s.%s (%s) VALUES (%s); END FOR; END",
                       names, copy->home, quoted, copy->scratch, quoted, names,
                       mariadb_names (arena, "zdm_row.", columns));
}

static gboolean
copy_rows (const MariaCopy *copy, const char *name, GError **error)
{
  g_autoptr (MariadbResult) columns = read_columns (copy, name, error);
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if (columns == NULL)
    return FALSE;
  for (guint i = 0; i < mariadb_n_rows (columns); i++)
    g_ptr_array_add (names, (gpointer) mariadb_cell (columns, i, 0));
  g_ptr_array_add (names, NULL);
  return maria_copy_run (copy, arena_printf (copy->arena, "table '%s'", name),
                         rows_text (copy, mariadb_identifier (copy->arena, name),
                                    (const char *const *) names->pdata),
                         error);
}

/* All of it ------------------------------------------------------------------------- */

static gboolean
copy_all_rows (const MariaCopy *copy, const MariadbResult *tables, GError **error)
{
  if (!mariadb_exec (copy->connection,
                     "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ", NULL,
                     error)
      || !mariadb_exec (copy->connection, "START TRANSACTION WITH CONSISTENT SNAPSHOT",
                        NULL, error))
    return FALSE;
  for (guint i = 0; i < mariadb_n_rows (tables); i++)
    if (!copy_rows (copy, mariadb_cell (tables, i, 0), error))
      return FALSE;
  return mariadb_exec (copy->connection, "COMMIT", NULL, error);
}

gboolean
maria_copy_tables (const MariaCopy *copy, GError **error)
{
  g_autoptr (MariadbResult) sequences = maria_copy_list (
      copy,
      "SELECT TABLE_NAME FROM information_schema.TABLES WHERE TABLE_TYPE = 'SEQUENCE' "
      "AND TABLE_SCHEMA",
      "1", error);
  g_autoptr (MariadbResult) tables
      = sequences != NULL ? maria_copy_list (
            copy,
            "SELECT TABLE_NAME, ENGINE FROM information_schema.TABLES WHERE TABLE_TYPE "
            "NOT IN ('SEQUENCE', 'VIEW') AND TABLE_SCHEMA",
            "1", error)
                          : NULL;

  if (tables == NULL)
    return FALSE;
  for (guint i = 0; i < mariadb_n_rows (sequences); i++)
    if (!copy_sequence (copy, mariadb_cell (sequences, i, 0), error))
      return FALSE;
  for (guint i = 0; i < mariadb_n_rows (tables); i++)
    if (!copy_definition (copy, mariadb_cell (tables, i, 0), mariadb_cell (tables, i, 1),
                          error))
      return FALSE;
  return copy_all_rows (copy, tables, error);
}
