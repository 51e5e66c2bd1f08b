/* SPDX-License-Identifier: Apache-2.0
 *
 * Is everything that the file says there?
 */
#include "config.h"

#include "engine/mariadb/compare.h"

#include <string.h>

#include "engine/mariadb/create.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/words.h"

typedef struct
{
  SqlConnection *connection;
  const MariaTable *live;
  const Table *declared;
  gboolean exact;
  GPtrArray *differences;
  Arena *arena;
} Comparison;

static void differ (const Comparison *comparison, const char *format, ...)
    G_GNUC_PRINTF (2, 3);

static void
differ (const Comparison *comparison, const char *format, ...)
{
  g_autofree char *said = NULL;
  va_list arguments;

  va_start (arguments, format);
  said = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_ptr_array_add (comparison->differences,
                   g_strdup_printf ("table '%s': %s", comparison->declared->name, said));
}

/* Columns ----------------------------------------------------------------------- */

/* The types, as information_schema calls them, whose values are those of the model's;
 * those with a size are looked at apart. */
static const char *const BASES[N_COLUMN_TYPES][5] = {
  [COLUMN_TYPE_TEXT] = { "longtext", "mediumtext", "text" },
  [COLUMN_TYPE_VARCHAR] = { "longtext", "mediumtext", "text" },
  [COLUMN_TYPE_INTEGER] = { "int" },
  [COLUMN_TYPE_BIGINT] = { "bigint" },
  [COLUMN_TYPE_DOUBLE] = { "double" },
  [COLUMN_TYPE_JSON] = { "longtext" },
  [COLUMN_TYPE_UUID] = { "uuid" },
  [COLUMN_TYPE_DATE] = { "date" },
  [COLUMN_TYPE_BLOB] = { "longblob", "mediumblob", "blob" },
};

static gboolean
is_unsigned (const MariaColumn *live)
{
  return strstr (live->type, "unsigned") != NULL;
}

static gboolean
type_fits (const MariaColumn *live, const TypeSpec *type, Arena *arena)
{
  for (guint i = 0; BASES[type->base][i] != NULL; i++)
    if (g_str_equal (BASES[type->base][i], live->base))
      return !is_unsigned (live);
  if (type->base == COLUMN_TYPE_BOOLEAN)
    return g_str_equal (live->type, "tinyint(1)");
  if (type->base == COLUMN_TYPE_DECIMAL && type->precision == 0)
    return g_str_equal (live->base, "decimal");
  if (type->base == COLUMN_TYPE_TIMESTAMPTZ && g_str_equal (live->type, "timestamp(6)"))
    return TRUE;
  const char *text = mariadb_type_text (arena, type);
  return type->base == COLUMN_TYPE_ENUM ? g_ascii_strcasecmp (live->type, text) == 0
                                              && strcmp (live->type + 5, text + 5) == 0
                                        : maria_column_has_type (live, text);
}

static void
compare_type (const Comparison *comparison, const MariaColumn *live,
              const Column *declared)
{
  const char *native = engine_text_for (declared->native, "mariadb");

  if (native != NULL)
    {
      if (g_ascii_strcasecmp (native, live->type) != 0
          && g_ascii_strcasecmp (native, live->base) != 0)
        differ (comparison, "column '%s' is %s, declared is %s", declared->name,
                live->type, native);
    }
  else if (!type_fits (live, &declared->type, comparison->arena))
    differ (comparison, "column '%s' is %s, which does not hold %s as it is",
            declared->name, live->type,
            type_spec_to_string (&declared->type, comparison->arena));
}

/* A literal: what calls a function is not evaluated just to be looked at. */
static gboolean
is_plain (const char *text)
{
  return g_regex_match_simple (
      "^(-?[0-9.]+(e[-+]?[0-9]+)?|[xX]?'([^'\\\\]|''|\\\\.)*'|NULL)$", text,
      G_REGEX_CASELESS, 0);
}

/* "10:00:00.000000" and "10:00:00" are one time, and two texts. */
static const char *
as_type (const TypeSpec *type, const char *text, Arena *arena)
{
  static const char *const TYPES[N_COLUMN_TYPES] = {
    [COLUMN_TYPE_TIMESTAMP] = "DATETIME(6)",
    [COLUMN_TYPE_TIMESTAMPTZ] = "DATETIME(6)",
    [COLUMN_TYPE_DATE] = "DATE",
    [COLUMN_TYPE_TIME] = "TIME(6)",
  };

  return TYPES[type->base] != NULL
             ? arena_printf (arena, "CAST(%s AS %s)", text, TYPES[type->base])
             : text;
}

/* The server decides whether two texts are the same default. */
static gboolean
compare_default (const Comparison *comparison, const MariaColumn *live,
                 const Column *declared, GError **error)
{
  Arena *arena = comparison->arena;
  const char *is = live->default_text != NULL ? live->default_text : "NULL";
  const char *text, *same = "0";

  if (declared->default_kind != DEFAULT_VALUE)
    return TRUE;
  if (!maria_default_text (declared, arena, &text, error))
    return FALSE;
  if (is_plain (is)
      && !mariadb_text (
          comparison->connection,
          arena_printf (
              arena, "SELECT %s",
              mariadb_same (&declared->type, as_type (&declared->type, is, arena),
                            as_type (&declared->type, text, arena), FALSE, arena)),
          &same, arena, error))
    return FALSE;
  if (!g_str_equal (same, "1"))
    differ (comparison, "the default of column '%s' is %s, declared is %s",
            declared->name, live->default_text != NULL ? is : "not there", text);
  return TRUE;
}

static gboolean
compare_column (const Comparison *comparison, const Column *declared, GError **error)
{
  const MariaColumn *live = maria_find_column (comparison->live, declared->name);

  if (live == NULL)
    {
      differ (comparison, "column '%s' is missing", declared->name);
      return TRUE;
    }
  if (comparison->exact && !live->not_null != !!declared->nullable)
    differ (comparison, "column '%s' is %s, declared is %s", declared->name,
            live->not_null ? "NOT NULL" : "nullable",
            declared->nullable ? "nullable" : "NOT NULL");
  compare_type (comparison, live, declared);
  return compare_default (comparison, live, declared, error);
}

/* Constraints and indexes ------------------------------------------------------- */

static const char *
lower_case (const char *name, Arena *arena)
{
  g_autofree char *lower = g_ascii_strdown (name, -1);

  return arena_strdup (arena, lower);
}

static gint
compare_names (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

/* "a,b" in the order of the names, which have no case: that is what makes rows unique. */
static const char *
sorted_list (const char *const *names, Arena *arena)
{
  g_autoptr (GPtrArray) sorted = g_ptr_array_new ();

  for (guint i = 0; names[i] != NULL; i++)
    g_ptr_array_add (sorted, (gpointer) lower_case (names[i], arena));
  g_ptr_array_sort (sorted, compare_names);
  g_ptr_array_add (sorted, NULL);
  g_autofree char *list = g_strjoinv (",", (char **) sorted->pdata);
  return arena_strdup (arena, list);
}

static gboolean
compare_key (const Comparison *comparison, const Constraint *key, GError **error)
{
  Arena *arena = comparison->arena;
  gboolean is_primary = key->kind == CONSTRAINT_PRIMARY_KEY, found;

  if (!mariadb_finds (
          comparison->connection,
          arena_printf (
              arena,
              "SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() "
              "AND TABLE_NAME = %s AND NON_UNIQUE = 0%s GROUP BY INDEX_NAME HAVING "
              "GROUP_CONCAT(LOWER(CONVERT(COLUMN_NAME USING utf8mb4)) COLLATE utf8mb4_bin "
              "ORDER BY LOWER(CONVERT(COLUMN_NAME USING utf8mb4)) COLLATE utf8mb4_bin) = %s "
              "AND MAX(SUB_PART IS NOT NULL) = 0",
              mariadb_quote (arena, comparison->live->name),
              is_primary ? " AND INDEX_NAME = 'PRIMARY'" : "",
              mariadb_quote (arena, sorted_list (key->columns, arena))),
          &found, error))
    return FALSE;
  if (!found)
    differ (comparison, "%s over %s is missing",
            is_primary ? "primary key" : "unique key",
            name_list_to_string (key->columns, arena));
  return TRUE;
}

static gboolean
compare_named (const Comparison *comparison, const char *kind, const char *what,
               const char *name, GError **error)
{
  Arena *arena = comparison->arena;
  gboolean found;

  if (!mariadb_finds (comparison->connection,
                      arena_printf (arena,
                                    "SELECT 1 FROM information_schema.TABLE_CONSTRAINTS "
                                    "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s "
                                    "AND CONSTRAINT_TYPE = %s AND CONSTRAINT_NAME = %s",
                                    mariadb_quote (arena, comparison->live->name),
                                    mariadb_quote (arena, kind),
                                    mariadb_quote (arena, name)),
                      &found, error))
    return FALSE;
  if (!found)
    differ (comparison, "%s '%s' is missing", what, name);
  return TRUE;
}

static gboolean
compare_constraint (const Comparison *comparison, const Constraint *constraint,
                    GError **error)
{
  switch (constraint->kind)
    {
    case CONSTRAINT_PRIMARY_KEY:
    case CONSTRAINT_UNIQUE:
      return compare_key (comparison, constraint, error);
    case CONSTRAINT_FOREIGN_KEY:
      return compare_named (comparison, "FOREIGN KEY", "foreign key", constraint->name,
                            error);
    case CONSTRAINT_CHECK:
      return compare_named (comparison, "CHECK", "check", constraint->name, error);
    case CONSTRAINT_NOT_NULL:
    default:
      return TRUE;
    }
}

static gboolean
compare_index (const Comparison *comparison, const Index *declared, GError **error)
{
  Arena *arena = comparison->arena;
  g_autoptr (MariadbResult) result = mariadb_query (
      comparison->connection,
      arena_printf (
          arena,
          "SELECT COLUMN_NAME, NON_UNIQUE FROM information_schema.STATISTICS "
          "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND INDEX_NAME = "
          "%s ORDER BY SEQ_IN_INDEX",
          mariadb_quote (arena, comparison->live->name),
          mariadb_quote (arena, declared->name)),
      error);

  if (result == NULL)
    return FALSE;
  guint n = mariadb_n_rows (result);
  if (n == 0)
    {
      differ (comparison, "index '%s' is missing", declared->name);
      return TRUE;
    }
  gboolean same = n == declared->n_parts;
  for (guint i = 0; same && i < n; i++)
    same = declared->parts[i].column != NULL
           && g_ascii_strcasecmp (mariadb_cell (result, i, 0), declared->parts[i].column)
                  == 0;
  if (!same)
    differ (comparison, "index '%s' is over other columns", declared->name);
  else if ((mariadb_cell (result, 0, 1)[0] == '0') != !!declared->unique)
    differ (comparison, "index '%s' is %s", declared->name,
            declared->unique ? "not unique" : "unique");
  return TRUE;
}

/* Tables ------------------------------------------------------------------------ */

static gboolean
compare_table (const Comparison *comparison, GError **error)
{
  const Table *declared = comparison->declared;

  if (g_ascii_strcasecmp (comparison->live->engine, "InnoDB") != 0)
    differ (comparison,
            "it is kept by %s, where nothing changes online; InnoDB is needed",
            comparison->live->engine);
  if (comparison->live->versioned)
    differ (comparison,
            "it is WITH SYSTEM VERSIONING, and what rows were would not go on "
            "with a change of it; change it by hand, with "
            "system_versioning_alter_history = KEEP");
  for (guint i = 0; i < declared->columns->len; i++)
    if (!compare_column (comparison, declared->columns->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < declared->constraints->len; i++)
    if (!compare_constraint (comparison, declared->constraints->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < declared->indexes->len; i++)
    if (!compare_index (comparison, declared->indexes->pdata[i], error))
      return FALSE;
  return TRUE;
}

gboolean
maria_compare (SqlConnection *connection, const Database *shape, gboolean exact,
               GPtrArray *differences, GError **error)
{
  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *table = shape->tables->pdata[i];
      g_autoptr (Arena) arena = arena_new ();
      const MariaTable *live;
      if (!maria_read_table (connection, table->name, arena, &live, error))
        return FALSE;
      const Comparison comparison
          = { connection, live, table, exact, differences, arena };
      if (live == NULL)
        g_ptr_array_add (differences,
                         g_strdup_printf ("table '%s' is missing", table->name));
      else if (!compare_table (&comparison, error))
        return FALSE;
    }
  return TRUE;
}
