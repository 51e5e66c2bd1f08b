/* SPDX-License-Identifier: Apache-2.0
 *
 * The server hashes each row and adds the hashes up: the order of rows is of no matter,
 * how many there are of a kind is.
 */
#include "config.h"

#include "engine/mariadb/digest.h"

#include <string.h>

#include "engine/mariadb/connection.h"
#include "engine/mariadb/database_names.h"
#include "engine/mariadb/sql_text.h"

typedef struct
{
  SqlConnection *connection;
  const char *name; /* of the database */
  MariaNameRules rules;
  GChecksum *checksum;
  Arena *arena;
} Digest;

/* Texts -------------------------------------------------------------------------------
 */

/* With its length before it, so that no two lists of texts look alike. */
static void
add_text (const Digest *digest, const char *text)
{
  g_autofree char *length = text != NULL ? g_strdup_printf ("%zu:", strlen (text)) : NULL;

  g_checksum_update (digest->checksum, (const guchar *) (length != NULL ? length : "-"),
                     -1);
  if (text != NULL)
    g_checksum_update (digest->checksum, (const guchar *) text, -1);
}

/* A copy's name is not that of another one. */
static void
add_definition (const Digest *digest, const char *text)
{
  add_text (digest, text != NULL ? maria_rename_database (text, digest->name, "",
                                                          &digest->rules, digest->arena)
                                 : NULL);
}

static gboolean
add_query (const Digest *digest, const char *sql, GError **error)
{
  g_autoptr (MariadbResult) rows = mariadb_query (digest->connection, sql, error);

  if (rows == NULL)
    return FALSE;
  for (guint i = 0; i < mariadb_n_rows (rows); i++)
    for (guint j = 0; j < mariadb_n_columns (rows); j++)
      add_definition (digest, mariadb_cell (rows, i, j));
  add_text (digest, NULL);
  return TRUE;
}

/* Without " AUTO_INCREMENT=12", which is the last but one line's, behind the engine. */
static const char *
without_next_number (const char *text, Arena *arena)
{
  const char *options = g_strrstr (text, "\n) ENGINE=");
  const char *mark = options != NULL ? strstr (options, " AUTO_INCREMENT=") : NULL;

  if (mark == NULL || mark > options + strcspn (options + 3, " ") + 3)
    return text;
  const char *rest = mark + strlen (" AUTO_INCREMENT=");
  return arena_printf (arena, "%.*s%s", (int) (mark - text), text,
                       rest + strspn (rest, "0123456789"));
}

static gboolean
add_shown (const Digest *digest, const char *kind, const char *name, const char *column,
           GError **error)
{
  g_autoptr (MariadbResult) result
      = mariadb_query (digest->connection,
                       arena_printf (digest->arena, "SHOW CREATE %s %s", kind,
                                     mariadb_identifier (digest->arena, name)),
                       error);
  guint i;

  if (result == NULL)
    return FALSE;
  if (mariadb_n_rows (result) > 0 && mariadb_find_column (result, column, &i)
      && mariadb_cell (result, 0, i) != NULL)
    add_definition (digest,
                    without_next_number (mariadb_cell (result, 0, i), digest->arena));
  return TRUE;
}

/* Rows --------------------------------------------------------------------------------
 */

typedef struct
{
  const char *type;
  const char *format; /* of what tells its values apart and holds no comma */
} TypeRow;

static const TypeRow TYPES[] = {
  { "bit", "%s + 0" },
  { "enum", "%s + 0" },
  { "set", "%s + 0" },
  { "float", "CAST(%s AS DOUBLE)" },
  { "double", "CAST(%s AS DOUBLE)" },
  { "tinyint", "%s" },
  { "smallint", "%s" },
  { "mediumint", "%s" },
  { "int", "%s" },
  { "bigint", "%s" },
  { "decimal", "%s" },
  { "year", "%s" },
  { "date", "CAST(%s AS CHAR)" },
  { "time", "CAST(%s AS CHAR)" },
  { "datetime", "CAST(%s AS CHAR)" },
  { "timestamp", "CAST(%s AS CHAR)" },
};

/* Of all others, the hash of their bytes. */
#define OF_BYTES "SHA2(%s, 256)"

static const char *
told_apart (const char *type, const char *quoted, Arena *arena)
{
  g_auto (GStrv) parts = NULL;
  const char *format = OF_BYTES;

  for (guint i = 0; i < G_N_ELEMENTS (TYPES); i++)
    if (g_str_equal (TYPES[i].type, type))
      format = TYPES[i].format;
  parts = g_strsplit (format, "%s", 2);
  return arena_printf (arena, "IFNULL(%s%s%s, '-')", parts[0], quoted, parts[1]);
}

#define SUM(from) ", SUM(CAST(CONV(SUBSTR(hash, " #from ", 15), 16, 10) AS UNSIGNED))"

static gboolean
add_rows (const Digest *digest, const char *name, GError **error)
{
  Arena *arena = digest->arena;
  g_autoptr (MariadbResult) columns = mariadb_query (
      digest->connection,
      arena_printf (arena,
                    "SELECT COLUMN_NAME, DATA_TYPE FROM information_schema.COLUMNS WHERE "
                    "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s ORDER BY "
                    "ORDINAL_POSITION",
                    mariadb_quote (arena, name)),
      error);
  g_autoptr (GString) values = g_string_new (NULL);

  if (columns == NULL)
    return FALSE;
  for (guint i = 0; i < mariadb_n_rows (columns); i++)
    g_string_append_printf (
        values, ", %s",
        told_apart (mariadb_cell (columns, i, 1),
                    mariadb_identifier (arena, mariadb_cell (columns, i, 0)), arena));
  return add_query (
      digest,
      arena_printf (
          arena,
          "SELECT COUNT(*)" SUM (1) SUM (16) SUM (31)
              SUM (46) ", SUM(hash IS NULL) FROM (SELECT SHA2(CONCAT_WS(','%s), 256) AS "
                       "hash FROM %s) AS zdm_rows",
          values->str, mariadb_identifier (arena, name)),
      error);
}

/* All of it ------------------------------------------------------------------------- */

#define OF_DATABASE(column) "WHERE " column " = DATABASE() "

/* The journal, and what is kept for the way back. */
#define TABLES                                                                       \
  "SELECT TABLE_NAME, TABLE_TYPE FROM information_schema.TABLES " OF_DATABASE (      \
      "TABLE_SCHEMA") "AND TABLE_TYPE <> 'VIEW' AND TABLE_NAME NOT IN ('zdm_meta', " \
                      "'zdm_migration', 'zdm_step', 'zdm_event') AND TABLE_NAME "    \
                      "NOT REGEXP '^zdm_before_[0-9a-f]{16}_' ORDER BY BINARY "      \
                      "TABLE_NAME"

#define ROUTINES                                                                      \
  "SELECT ROUTINE_NAME, ROUTINE_TYPE FROM information_schema.ROUTINES " OF_DATABASE ( \
      "ROUTINE_SCHEMA") "ORDER BY ROUTINE_TYPE, BINARY ROUTINE_NAME"

static const char *const OTHERS[] = {
  "SELECT DEFAULT_CHARACTER_SET_NAME, DEFAULT_COLLATION_NAME, SCHEMA_COMMENT FROM "
  "information_schema.SCHEMATA " OF_DATABASE ("SCHEMA_NAME"),
  "SELECT TABLE_NAME, ALGORITHM, SECURITY_TYPE, DEFINER, VIEW_DEFINITION, CHECK_OPTION "
  "FROM information_schema.VIEWS " OF_DATABASE (
      "TABLE_SCHEMA") "ORDER BY BINARY TABLE_NAME",
  "SELECT TRIGGER_NAME, EVENT_OBJECT_TABLE, ACTION_TIMING, EVENT_MANIPULATION, "
  "ACTION_ORDER, ACTION_STATEMENT, SQL_MODE, DEFINER, COLLATION_CONNECTION FROM "
  "information_schema.TRIGGERS " OF_DATABASE (
      "TRIGGER_SCHEMA") "ORDER BY BINARY TRIGGER_NAME",
  "SELECT EVENT_NAME, DEFINER, EVENT_DEFINITION, EVENT_TYPE, EXECUTE_AT, "
  "INTERVAL_VALUE, INTERVAL_FIELD, STARTS, ENDS, STATUS, ON_COMPLETION, SQL_MODE, "
  "EVENT_COMMENT FROM information_schema.EVENTS " OF_DATABASE (
      "EVENT_SCHEMA") "ORDER BY BINARY EVENT_NAME",
};

static gboolean
add_tables (const Digest *digest, GError **error)
{
  g_autoptr (MariadbResult) tables = mariadb_query (digest->connection, TABLES, error);

  for (guint i = 0; tables != NULL && i < mariadb_n_rows (tables); i++)
    {
      const char *name = mariadb_cell (tables, i, 0);
      gboolean is_sequence = g_str_equal (mariadb_cell (tables, i, 1), "SEQUENCE");
      if (!add_shown (digest, is_sequence ? "SEQUENCE" : "TABLE", name, "Create Table",
                      error)
          || (!is_sequence && !add_rows (digest, name, error)))
        return FALSE;
    }
  return tables != NULL;
}

static gboolean
add_routines (const Digest *digest, GError **error)
{
  g_autoptr (MariadbResult) list = mariadb_query (digest->connection, ROUTINES, error);

  for (guint i = 0; list != NULL && i < mariadb_n_rows (list); i++)
    {
      const char *kind = mariadb_cell (list, i, 1);
      if (!add_shown (digest, kind, mariadb_cell (list, i, 0),
                      arena_printf (digest->arena, "Create %s", kind), error))
        return FALSE;
    }
  return list != NULL;
}

static gboolean
add_all (const Digest *digest, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (OTHERS); i++)
    if (!add_query (digest, OTHERS[i], error))
      return FALSE;
  return add_tables (digest, error) && add_routines (digest, error);
}

char *
mariadb_digest (SqlConnection *connection, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  Digest digest = { .connection = connection, .checksum = checksum, .arena = arena };

  if (!mariadb_text (connection, "SELECT DATABASE()", &digest.name, arena, error)
      || !mariadb_finds (connection,
                         "SELECT 1 FROM DUAL WHERE @@lower_case_table_names <> 0",
                         &digest.rules.ignores_case, error)
      || !add_all (&digest, error))
    return NULL;
  return g_strdup (g_checksum_get_string (checksum));
}
