/* SPDX-License-Identifier: Apache-2.0
 *
 * Is everything that the file says there?
 */
#include "config.h"

#include "engine/postgres/compare.h"

#include <string.h>

#include "engine/postgres/create.h"
#include "engine/postgres/live.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/words.h"

typedef struct
{
  SqlConnection *connection;
  const PgTable *live;
  const Table *declared;
  const Database *shape;
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

/* The type without its size: "character varying" of "character varying(80)". */
static char *
base_of (const char *type)
{
  const char *open = strchr (type, '(');
  const char *close = strchr (type, ')');
  g_autofree char *head
      = g_strndup (type, open != NULL ? (gsize) (open - type) : strlen (type));

  return g_strconcat (head, close != NULL ? close + 1 : "", NULL);
}

/* Words fit into any type of words that does not say a shorter length; everything else is
 * of the one type that holds its values as they are. */
static gboolean
type_fits (const PgColumn *live, const TypeSpec *type, Arena *arena)
{
  g_autofree char *base = base_of (live->type);
  gboolean sized = strchr (live->type, '(') != NULL;

  if (column_type_is_text (type->base) && type->base != COLUMN_TYPE_CHAR)
    {
      if (live->is_enum)
        return type->base == COLUMN_TYPE_ENUM;
      if (g_str_equal (base, "text") || g_str_equal (base, "citext"))
        return TRUE;
      return g_str_equal (base, "character varying")
             && (!sized || type->base == COLUMN_TYPE_ENUM
                 || g_str_equal (live->type, postgres_type (arena, type)));
    }
  if (type->base == COLUMN_TYPE_DECIMAL && type->precision == 0)
    return g_str_equal (base, "numeric");
  return g_str_equal (live->type, postgres_type (arena, type));
}

/* @native: as the server itself says it, "character varying(20)" for "varchar(20)" */
static gboolean
compare_native (const Comparison *comparison, const PgColumn *live,
                const Column *declared, const char *native, GError **error)
{
  gboolean same;

  if (!postgres_finds (
          comparison->connection,
          arena_printf (
              comparison->arena,
              "SELECT 1 WHERE pg_catalog.format_type(pg_catalog.to_regtype(%s), "
              "NULL) = %s OR pg_catalog.lower(%s) = %s",
              postgres_quote (comparison->arena, native),
              postgres_quote (comparison->arena, live->type),
              postgres_quote (comparison->arena, native),
              postgres_quote (comparison->arena, live->type)),
          &same, error))
    return FALSE;
  g_autofree char *base = base_of (live->type);
  if (!same && strchr (native, '(') == NULL && !g_str_equal (base, live->type))
    differ (comparison, "column '%s' is %s, declared is %s", declared->name, live->type,
            native);
  else if (!same && strchr (native, '(') == NULL)
    differ (comparison, "column '%s' is %s, declared is %s", declared->name, live->type,
            native);
  return TRUE;
}

static gboolean
compare_type (const Comparison *comparison, const PgColumn *live, const Column *declared,
              GError **error)
{
  const char *native = engine_text_for (declared->native, "postgres");

  if (native != NULL)
    return compare_native (comparison, live, declared, native, error);
  if (!type_fits (live, &declared->type, comparison->arena))
    differ (comparison, "column '%s' is %s, which does not hold %s as it is",
            declared->name, live->type,
            type_spec_to_string (&declared->type, comparison->arena));
  return TRUE;
}

/* A literal with its type: what calls a function is not evaluated just to be looked at.
 */
static gboolean
is_plain (const char *text)
{
  return g_regex_match_simple (
      "^\\(*(-?[0-9.]+|E?'([^']|'')*'|true|false|NULL)\\)*"
      "(::[\"a-z_ .]+(\\([0-9,]+\\))?( with(out)? time zone)?\\)*)*$",
      text, G_REGEX_CASELESS, 0);
}

/* The server decides whether two texts are the same default. */
static gboolean
compare_default (const Comparison *comparison, const PgColumn *live,
                 const Column *declared, GError **error)
{
  Arena *arena = comparison->arena;
  const char *text, *same = NULL;

  if (declared->default_kind != DEFAULT_VALUE
      || !postgres_default_text (declared, arena, &text, error))
    return declared->default_kind != DEFAULT_VALUE;
  if (value_is_null (&declared->default_value) && live->default_text == NULL)
    return TRUE;
  if (live->default_text != NULL && is_plain (live->default_text))
    {
      const char *is = arena_printf (arena, "(%s)::%s", live->default_text, live->type);
      const char *said = arena_printf (arena, "(%s)::%s", text, live->type);
      if (!postgres_text (
              comparison->connection,
              arena_printf (arena, "SELECT %s",
                            postgres_equal (&declared->type, is, said, FALSE, arena)),
              &same, arena, error))
        return FALSE;
    }
  if (same == NULL || same[0] != 't')
    differ (comparison, "the default of column '%s' is %s, declared is %s",
            declared->name, live->default_text != NULL ? live->default_text : "not there",
            text);
  return TRUE;
}

static void
compare_null (const Comparison *comparison, const PgColumn *live, const Column *declared)
{
  if (!comparison->exact || !live->not_null == !!declared->nullable)
    return;
  differ (comparison, "column '%s' is %s, declared is %s", declared->name,
          live->not_null ? "NOT NULL" : "nullable",
          declared->nullable ? "nullable" : "NOT NULL");
}

static gboolean
compare_column (const Comparison *comparison, const Column *declared, GError **error)
{
  const PgColumn *live = pg_find_column (comparison->live, declared->name);

  if (live == NULL)
    {
      differ (comparison, "column '%s' is missing", declared->name);
      return TRUE;
    }
  compare_null (comparison, live, declared);
  return compare_type (comparison, live, declared, error)
         && compare_default (comparison, live, declared, error);
}

/* Keys -------------------------------------------------------------------------- */

static const char *
sorted_names (const Comparison *comparison, const char *const *names)
{
  g_autoptr (GString) text = g_string_new ("(SELECT pg_catalog.array_agg(n ORDER BY n) "
                                           "FROM pg_catalog.unnest(ARRAY[");

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            postgres_quote (comparison->arena, names[i]));
  g_string_append (text, "]::pg_catalog.name[]) AS n)");
  return arena_strdup (comparison->arena, text->str);
}

static const char *
plain_names (const Comparison *comparison, const char *const *names)
{
  g_autoptr (GString) text = g_string_new ("ARRAY[");

  for (guint i = 0; names[i] != NULL; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? ", " : "",
                            postgres_quote (comparison->arena, names[i]));
  g_string_append (text, "]::pg_catalog.name[]");
  return arena_strdup (comparison->arena, text->str);
}

/* The same columns in any order: that is what makes rows unique. */
static gboolean
compare_key (const Comparison *comparison, const Constraint *key, GError **error)
{
  gboolean is_primary = key->kind == CONSTRAINT_PRIMARY_KEY, found;

  if (!postgres_finds (
          comparison->connection,
          arena_printf (
              comparison->arena,
              "SELECT 1 FROM pg_catalog.pg_index AS i WHERE i.indrelid = %s AND "
              "i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs "
              "IS NULL%s AND (SELECT pg_catalog.array_agg(a.attname ORDER BY "
              "a.attname) FROM pg_catalog.pg_attribute AS a WHERE a.attrelid = "
              "i.indrelid AND a.attnum = ANY ((i.indkey::smallint[])[0:"
              "i.indnkeyatts - 1])) = %s",
              comparison->live->oid, is_primary ? " AND i.indisprimary" : "",
              sorted_names (comparison, key->columns)),
          &found, error))
    return FALSE;
  const char *columns = name_list_to_string (key->columns, comparison->arena);
  if (!found && is_primary)
    differ (comparison, "the primary key is not (%s)", columns);
  else if (!found)
    differ (comparison, "nothing keeps (%s) unique", columns);
  return TRUE;
}

static char
action_letter (ReferenceAction action)
{
  static const char LETTERS[] = {
    [REFERENCE_NO_ACTION] = 'a', [REFERENCE_RESTRICT] = 'r',    [REFERENCE_CASCADE] = 'c',
    [REFERENCE_SET_NULL] = 'n',  [REFERENCE_SET_DEFAULT] = 'd',
  };

  return LETTERS[action];
}

static gboolean
compare_foreign_key (const Comparison *comparison, const Constraint *key, GError **error)
{
  Arena *arena = comparison->arena;
  gboolean found;
  const char *names = "(SELECT pg_catalog.array_agg(a.attname ORDER BY k.place) FROM "
                      "pg_catalog.unnest(c.%s) WITH ORDINALITY AS k (number, place) JOIN "
                      "pg_catalog.pg_attribute AS a ON a.attrelid = c.%s AND a.attnum = "
                      "k.number) = %s";
  g_auto (GStrv) parts = g_strsplit (names, "%s", -1);
  const char *here = arena_printf (arena, "%sconkey%sconrelid%s%s", parts[0], parts[1],
                                   parts[2], plain_names (comparison, key->columns));
  const char *there
      = key->references_columns != NULL
            ? arena_printf (arena, " AND %sconfkey%sconfrelid%s%s", parts[0], parts[1],
                            parts[2], plain_names (comparison, key->references_columns))
            : "";

  if (!postgres_finds (
          comparison->connection,
          arena_printf (
              arena,
              "SELECT 1 FROM pg_catalog.pg_constraint AS c WHERE c.conrelid = %s "
              "AND c.contype = 'f' AND c.confrelid = pg_catalog.to_regclass(%s) "
              "AND c.confdeltype = '%c' AND c.confupdtype = '%c' AND %s%s",
              comparison->live->oid,
              postgres_quote (arena, postgres_table (arena, key->references_table)),
              action_letter (key->on_delete), action_letter (key->on_update), here,
              there),
          &found, error))
    return FALSE;
  if (!found)
    differ (comparison, "the foreign key of (%s) to '%s' is missing, or acts differently",
            name_list_to_string (key->columns, arena), key->references_table);
  return TRUE;
}

/* A name that the file does not give was made up: then any check of the columns does. */
static gboolean
compare_check (const Comparison *comparison, const Constraint *check, GError **error)
{
  gboolean found;

  if (check->name == NULL)
    return TRUE;
  if (!postgres_finds (
          comparison->connection,
          arena_printf (
              comparison->arena,
              "SELECT 1 FROM pg_catalog.pg_constraint AS c WHERE c.conrelid = %s AND "
              "c.contype = 'c' AND (c.conname = %s OR (%s AND (SELECT "
              "pg_catalog.array_agg(a.attname ORDER BY a.attname) FROM "
              "pg_catalog.pg_attribute AS a WHERE a.attrelid = c.conrelid AND a.attnum = "
              "ANY (c.conkey)) = %s))",
              comparison->live->oid, postgres_quote (comparison->arena, check->name),
              g_str_has_suffix (check->name, "_check") && check->columns != NULL
                      && check->columns[0] != NULL
                  ? "true"
                  : "false",
              check->columns != NULL && check->columns[0] != NULL
                  ? sorted_names (comparison, check->columns)
                  : "NULL"),
          &found, error))
    return FALSE;
  if (!found)
    differ (comparison, "check '%s' is missing", check->name);
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
      return compare_foreign_key (comparison, constraint, error);
    case CONSTRAINT_CHECK:
      return compare_check (comparison, constraint, error);
    case CONSTRAINT_NOT_NULL:
    default:
      return TRUE;
    }
}

/* Indexes ----------------------------------------------------------------------- */

static void
compare_parts (const Comparison *comparison, const Index *declared,
               const PostgresResult *result)
{
  gboolean same = (guint) PQntuples (result) == declared->n_parts;

  for (guint i = 0; same && i < declared->n_parts; i++)
    same = declared->parts[i].column == NULL
           || g_strcmp0 (postgres_cell (result, (int) i, 3), declared->parts[i].column)
                  == 0;
  if (!same)
    differ (comparison, "index '%s' is over other columns", declared->name);
  else if ((postgres_cell (result, 0, 0)[0] == 't') != !!declared->unique)
    differ (comparison, "index '%s' is %s", declared->name,
            declared->unique ? "not unique" : "unique");
  else if ((postgres_cell (result, 0, 1)[0] == 't') != (declared->where != NULL))
    differ (comparison, "index '%s' is %s", declared->name,
            declared->where != NULL ? "not partial" : "partial");
  else if (postgres_cell (result, 0, 2)[0] != 't')
    differ (comparison, "index '%s' is invalid: it was never finished", declared->name);
}

static gboolean
compare_index (const Comparison *comparison, const Index *declared, GError **error)
{
  g_autoptr (PostgresResult) result = postgres_query (
      comparison->connection,
      arena_printf (
          comparison->arena,
          "SELECT i.indisunique, i.indpred IS NOT NULL, i.indisvalid, a.attname FROM "
          "pg_catalog.pg_index AS i JOIN pg_catalog.pg_class AS c ON c.oid = i.indexrelid, "
          "pg_catalog.unnest((i.indkey::smallint[])[0:i.indnkeyatts - 1]) WITH ORDINALITY "
          "AS k (number, place) LEFT JOIN pg_catalog.pg_attribute AS a ON a.attrelid = %s "
          "AND a.attnum = k.number WHERE i.indrelid = %s AND c.relname = %s ORDER BY "
          "k.place",
          comparison->live->oid, comparison->live->oid,
          postgres_quote (comparison->arena, declared->name)),
      error);

  if (result == NULL)
    return FALSE;
  if (PQntuples (result) == 0)
    differ (comparison, "index '%s' is missing", declared->name);
  else
    compare_parts (comparison, declared, result);
  return TRUE;
}

/* Tables ------------------------------------------------------------------------ */

static gboolean
compare_table (const Comparison *comparison, GError **error)
{
  const Table *declared = comparison->declared;

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
pg_compare (SqlConnection *connection, const Database *shape, gboolean exact,
            GPtrArray *differences, GError **error)
{
  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *table = shape->tables->pdata[i];
      g_autoptr (Arena) arena = arena_new ();
      const PgTable *live;
      if (!pg_read_table (connection, table->name, arena, &live, error))
        return FALSE;
      const Comparison comparison
          = { connection, live, table, shape, exact, differences, arena };
      if (live == NULL)
        g_ptr_array_add (differences,
                         g_strdup_printf ("table '%s' is missing", table->name));
      else if (!compare_table (&comparison, error))
        return FALSE;
    }
  return TRUE;
}
