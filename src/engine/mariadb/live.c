/* SPDX-License-Identifier: Apache-2.0
 *
 * Tables read from information_schema.
 */
#include "config.h"

#include "engine/mariadb/live.h"

#include <string.h>

#include "engine/mariadb/shown.h"
#include "engine/mariadb/sql_text.h"
#include "model/error.h"

static const char *
cell (const MariadbResult *result, guint row, guint column, Arena *arena)
{
  return arena_strdup (arena, mariadb_cell (result, row, column));
}

static MariaColumn *
find (const MariaTable *table, MariaColumn *columns, const char *name)
{
  const MariaColumn *column = maria_find_column (table, name);

  return column != NULL ? &columns[column - table->columns] : NULL;
}

/* Those that were written behind the columns, as JSON has one: they are called like them.
 */
static gboolean
read_checks (SqlConnection *connection, MariaTable *table, MariaColumn *columns,
             Arena *arena, GError **error)
{
  g_autoptr (MariadbResult) result = mariadb_query (
      connection,
      arena_printf (arena,
                    "SELECT CONSTRAINT_NAME, CHECK_CLAUSE FROM "
                    "information_schema.CHECK_CONSTRAINTS WHERE CONSTRAINT_SCHEMA = "
                    "DATABASE() AND TABLE_NAME = %s AND LEVEL = 'Column'",
                    mariadb_quote (arena, table->name)),
      error);

  for (guint i = 0; result != NULL && i < mariadb_n_rows (result); i++)
    {
      MariaColumn *column = find (table, columns, mariadb_cell (result, i, 0));
      if (column != NULL)
        column->check = cell (result, i, 1, arena);
    }
  return result != NULL;
}

static gboolean
read_columns (SqlConnection *connection, MariaTable *table, Arena *arena, GError **error)
{
  g_autoptr (MariadbResult) result = mariadb_query (
      connection,
      arena_printf (
          arena,
          "SELECT COLUMN_NAME, COLUMN_TYPE, DATA_TYPE, IS_NULLABLE, COLUMN_DEFAULT, "
          "CHARACTER_SET_NAME, COLLATION_NAME, COLUMN_COMMENT, IS_GENERATED, EXTRA FROM "
          "information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = "
          "%s ORDER BY ORDINAL_POSITION",
          mariadb_quote (arena, table->name)),
      error);

  if (result == NULL)
    return FALSE;
  table->n_columns = mariadb_n_rows (result);
  MariaColumn *columns = arena_new_array (arena, MariaColumn, table->n_columns + 1);
  for (guint i = 0; i < table->n_columns; i++)
    {
      const char *extra = mariadb_cell (result, i, 9);
      columns[i] = (MariaColumn){
        .name = cell (result, i, 0, arena),
        .type = cell (result, i, 1, arena),
        .base = cell (result, i, 2, arena),
        .not_null = g_str_equal (mariadb_cell (result, i, 3), "NO"),
        .default_text = cell (result, i, 4, arena),
        .charset = cell (result, i, 5, arena),
        .collation = cell (result, i, 6, arena),
        .comment = cell (result, i, 7, arena),
        .generated = g_str_equal (mariadb_cell (result, i, 8), "ALWAYS"),
        .is_virtual = strstr (extra, "VIRTUAL GENERATED") != NULL,
        .auto_increment = strstr (extra, "auto_increment") != NULL,
        .invisible = strstr (extra, "INVISIBLE") != NULL,
        .on_update = strstr (extra, "on update") != NULL,
      };
    }
  table->columns = columns;
  return read_checks (connection, table, columns, arena, error);
}

static gboolean
read_key (SqlConnection *connection, MariaTable *table, Arena *arena, GError **error)
{
  g_autoptr (MariadbResult) result = mariadb_query (
      connection,
      arena_printf (arena,
                    "SELECT COLUMN_NAME FROM information_schema.STATISTICS WHERE "
                    "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND INDEX_NAME = "
                    "'PRIMARY' ORDER BY SEQ_IN_INDEX",
                    mariadb_quote (arena, table->name)),
      error);

  if (result == NULL)
    return FALSE;
  table->n_key = mariadb_n_rows (result);
  const MariaColumn **key
      = arena_new_array (arena, const MariaColumn *, table->n_key + 1);
  for (guint i = 0; i < table->n_key; i++)
    key[i] = maria_find_column (table, mariadb_cell (result, i, 0));
  table->key = key;
  return TRUE;
}

/* Its engine stays NULL where there is no such table. */
static gboolean
read_kind (SqlConnection *connection, MariaTable *table, Arena *arena, GError **error)
{
  g_autoptr (MariadbResult) result = mariadb_query (
      connection,
      arena_printf (
          arena,
          "SELECT ENGINE, TABLE_TYPE FROM "
          "information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
          "TABLE_NAME = %s AND TABLE_TYPE IN ('BASE TABLE', 'SYSTEM VERSIONED')",
          mariadb_quote (arena, table->name)),
      error);

  if (result == NULL || mariadb_n_rows (result) == 0)
    return result != NULL;
  table->engine = cell (result, 0, 0, arena);
  table->versioned = g_str_equal (mariadb_cell (result, 0, 1), "SYSTEM VERSIONED");
  return TRUE;
}

gboolean
maria_read_table (SqlConnection *connection, const char *name, Arena *arena,
                  const MariaTable **found, GError **error)
{
  MariaTable *table = arena_new0 (arena, MariaTable);

  *found = NULL;
  table->name = arena_strdup (arena, name);
  table->quoted = mariadb_identifier (arena, name);
  if (!read_kind (connection, table, arena, error))
    return FALSE;
  if (table->engine == NULL)
    return TRUE;
  *found = table;
  return read_columns (connection, table, arena, error)
         && read_key (connection, table, arena, error);
}

gboolean
maria_live_table (SqlConnection *connection, const char *name, Arena *arena,
                  const MariaTable **table, GError **error)
{
  if (!maria_read_table (connection, name, arena, table, error))
    return FALSE;
  if (*table != NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING, "there is no table '%s'", name);
  return FALSE;
}

/* Names of columns have no case on this server. */
const MariaColumn *
maria_find_column (const MariaTable *table, const char *name)
{
  for (guint i = 0; i < table->n_columns; i++)
    if (g_ascii_strcasecmp (table->columns[i].name, name) == 0)
      return &table->columns[i];
  return NULL;
}

gboolean
maria_read_column (SqlConnection *connection, const char *table, const char *name,
                   Arena *arena, const MariaColumn **column, GError **error)
{
  const MariaTable *live;

  if (!maria_read_table (connection, table, arena, &live, error))
    return FALSE;
  *column = live != NULL ? maria_find_column (live, name) : NULL;
  return TRUE;
}

gboolean
maria_column_is_number (const MariaColumn *column)
{
  static const char *const NUMBERS[]
      = { "tinyint", "smallint", "mediumint", "int", "bigint", "decimal", NULL };

  return g_strv_contains (NUMBERS, column->base);
}

/* What holds bytes that may be no text. */
static gboolean
is_binary (const MariaColumn *column)
{
  static const char *const BINARY[]
      = { "binary", "varbinary", "tinyblob", "blob", "mediumblob", "longblob", NULL };

  return g_strv_contains (BINARY, column->base);
}

/* To the server the order of these is another one than that of the literals which QUOTE()
 * makes of them: that of members, of bits, or of digits that are not shown. */
static const char *
as_number (const MariaColumn *column, const char *quoted, Arena *arena)
{
  static const char *const BY_NUMBER[] = { "enum", "set", "bit", NULL };

  if (maria_column_is_number (column))
    return quoted;
  if (g_strv_contains (BY_NUMBER, column->base))
    return arena_printf (arena, "%s + 0", quoted);
  return g_str_equal (column->base, "float")
             ? arena_printf (arena, "QUOTE(CAST(%s AS DOUBLE))", quoted)
             : NULL;
}

const char *
maria_literal_of (const MariaColumn *column, Arena *arena)
{
  const char *quoted = mariadb_identifier (arena, column->name);
  const char *number = as_number (column, quoted, arena);

  if (number != NULL)
    return number;
  return is_binary (column) ? arena_printf (arena, "CONCAT('X''', HEX(%s), '''')", quoted)
                            : arena_printf (arena, "QUOTE(%s)", quoted);
}

const char *
maria_column_attribute (const MariaColumn *column)
{
  const char *attribute = strstr (column->type, " /*");

  return attribute != NULL ? attribute : "";
}

gboolean
maria_column_has_type (const MariaColumn *column, const char *type)
{
  gsize length = strlen (column->type) - strlen (maria_column_attribute (column));

  return (strlen (type) == length
          && g_ascii_strncasecmp (type, column->type, length) == 0)
         || (g_ascii_strcasecmp (type, column->base) == 0
             && maria_column_is_number (column)
             && strstr (column->type, "unsigned") == NULL);
}

const char *const *
maria_key_names (const MariaTable *table, Arena *arena)
{
  const char **names = arena_new_array (arena, const char *, table->n_key + 1);

  for (guint i = 0; i < table->n_key; i++)
    names[i] = table->key[i]->name;
  return table->n_key > 0 ? names : NULL;
}

const char *
maria_key_list (const MariaTable *table, const char *suffix, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_key; i++)
    g_string_append_printf (text, "%s%s%s", i > 0 ? ", " : "",
                            mariadb_identifier (arena, table->key[i]->name), suffix);
  return arena_strdup (arena, text->str);
}

gboolean
maria_has_to_be_given (const MariaColumn *column)
{
  return column->not_null && column->default_text == NULL && !column->auto_increment
         && !column->generated;
}

/* As the server shows it, by which it is known again. */
const char *
maria_stand_in (const MariaColumn *column, Arena *arena)
{
  static const struct
  {
    const char *base, *value;
  } VALUES[] = {
    { "date", "19700102" },
    { "datetime", "19700102" },
    { "timestamp", "19700102" },
    { "enum", "1" },
    { "uuid", "'00000000-0000-0000-0000-000000000000'" },
    { "inet4", "'0.0.0.0'" },
    { "inet6", "'::'" },
  };
  const char *value = "0";

  for (gsize i = 0; i < G_N_ELEMENTS (VALUES); i++)
    if (g_str_equal (VALUES[i].base, column->base))
      value = VALUES[i].value;
  return arena_printf (arena, "coalesce(NULL,%s)", value);
}

gboolean
maria_has_stand_in (const MariaColumn *column, Arena *arena)
{
  return column->default_text != NULL
         && g_ascii_strcasecmp (column->default_text, maria_stand_in (column, arena))
                == 0;
}

/* "(6)" of "datetime(6)": the server wants the same of what it sets there. */
static const char *
digits_of (const MariaColumn *column)
{
  const char *digits = strchr (column->type, '(');

  return digits != NULL ? digits : "";
}

MariaColumn
maria_column_called (const MariaColumn *column, const char *name, Arena *arena)
{
  MariaColumn called = *column;

  called.name = name;
  if (column->check != NULL)
    called.check = maria_shown_renamed (column->check, column->name, name, arena);
  return called;
}

/* To the server JSON is a type of its own, which it shows as a LONGTEXT with a check, and
 * to make the one of the other it copies the table. */
gboolean
maria_column_is_json (const MariaColumn *column, Arena *arena)
{
  const char *check
      = arena_printf (arena, "json_valid(%s)", mariadb_identifier (arena, column->name));

  return g_str_equal (column->type, "longtext")
         && g_strcmp0 (column->collation, "utf8mb4_bin") == 0 && column->check != NULL
         && g_ascii_strcasecmp (column->check, check) == 0;
}

/* "varchar(20) CHARACTER SET … COLLATE …" */
static const char *
type_text (const MariaColumn *column, Arena *arena)
{
  if (maria_column_is_json (column, arena))
    return "json";
  return column->collation == NULL
             ? column->type
             : arena_printf (arena, "%s CHARACTER SET %s COLLATE %s", column->type,
                             column->charset, column->collation);
}

gboolean
maria_may_be_placed (const MariaTable *table, const MariaColumn *column)
{
  for (const MariaColumn *other = column; other < table->columns + table->n_columns;
       other++)
    if (other->is_virtual)
      return FALSE;
  return TRUE;
}

const char *
maria_live_definition (const MariaColumn *column, gboolean not_null, gboolean invisible,
                       Arena *arena)
{
  g_autoptr (GString) text = g_string_new (type_text (column, arena));

  g_string_append (text, not_null ? " NOT NULL" : " NULL");
  if (column->default_text != NULL
      && (!not_null || g_ascii_strcasecmp (column->default_text, "NULL") != 0))
    g_string_append_printf (text, " DEFAULT %s", column->default_text);
  if (column->on_update)
    g_string_append_printf (text, " ON UPDATE CURRENT_TIMESTAMP%s", digits_of (column));
  if (column->auto_increment)
    g_string_append (text, " AUTO_INCREMENT");
  if (invisible)
    g_string_append (text, " INVISIBLE");
  if (column->comment != NULL && column->comment[0] != '\0')
    g_string_append_printf (text, " COMMENT %s", mariadb_string (arena, column->comment));
  if (column->check != NULL)
    g_string_append_printf (text, " CHECK (%s)", column->check);
  return arena_strdup (arena, text->str);
}

/* The SQL of a text that names a row: "id 7". */
static const char *
row_shown (const MariaTable *table, Arena *arena)
{
  g_autoptr (GString) text = g_string_new ("CONCAT_WS(', '");

  for (guint i = 0; i < table->n_key; i++)
    {
      const MariaColumn *key = table->key[i];
      g_string_append_printf (
          text, ", CONCAT(%s, %s)",
          mariadb_quote (arena, arena_printf (arena, "%s ", key->name)),
          is_binary (key)
              ? maria_literal_of (key, arena)
              : arena_printf (arena, "QUOTE(%s)", mariadb_identifier (arena, key->name)));
    }
  g_string_append_c (text, ')');
  return table->n_key > 0 ? arena_strdup (arena, text->str) : "'(a row without a key)'";
}

gboolean
maria_first_row (SqlConnection *connection, const MariaTable *table,
                 const char *condition, const char **row, Arena *arena, GError **error)
{
  return mariadb_text (connection,
                       arena_printf (arena, "SELECT %s FROM %s WHERE %s LIMIT 1",
                                     row_shown (table, arena), table->quoted, condition),
                       row, arena, error);
}
