/* SPDX-License-Identifier: Apache-2.0
 *
 * A live table against the declared one: is everything that the file says there?
 */
#include "config.h"

#include "engine/sqlite/catalog.h"
#include "engine/sqlite/create.h"
#include "engine/sqlite/token.h"
#include "engine/sqlite/trigger.h"

typedef struct
{
  const SqliteTable *live;
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

static gboolean
same_name (const char *a, const char *b)
{
  return a != NULL && b != NULL && g_ascii_strcasecmp (a, b) == 0;
}

/* The same names in the same order. */
static gboolean
same_names (const char *const *a, const char *const *b)
{
  for (; *a != NULL && *b != NULL; a++, b++)
    if (!same_name (*a, *b))
      return FALSE;
  return *a == NULL && *b == NULL;
}

static gboolean
has_name (const char *const *names, const char *name)
{
  for (; *names != NULL; names++)
    if (same_name (*names, name))
      return TRUE;
  return FALSE;
}

/* Defaults ---------------------------------------------------------------------- */

/* TRUE and FALSE are 1 and 0, and a sign may stand apart or be a plus. */
static const char *
normal_default (const char *text, Arena *arena)
{
  g_autoptr (GString) out = g_string_new (NULL);
  SqliteToken token;

  for (gsize at = 0; sqlite_token_next (text, &at, &token);)
    if (token.kind == SQLITE_TOKEN_COMMENT || sqlite_token_is_sign (text, &token, '+'))
      continue;
    else if (sqlite_token_is (text, &token, "true"))
      g_string_append_c (out, '1');
    else if (sqlite_token_is (text, &token, "false"))
      g_string_append_c (out, '0');
    else if (token.kind == SQLITE_TOKEN_QUOTED)
      g_string_append_printf (out, "'%s'", sqlite_token_name (text, &token, arena));
    else
      g_string_append_len (out, text + token.span.start,
                           (gssize) (token.span.end - token.span.start));
  return arena_strndup (arena, out->str, out->len);
}

static const char *
without_quotes (const char *text, Arena *arena)
{
  SqliteToken token;
  gsize at = 0;

  if (sqlite_token_next (text, &at, &token) && token.kind == SQLITE_TOKEN_STRING
      && text[at] == '\0')
    return sqlite_token_name (text, &token, arena);
  return text;
}

/* A default of NULL is none; 5 and '5', 1 and 1.0 may be the same by affinity, so numbers
 * are compared as such. */
static gboolean
same_default (const char *live, const char *declared, Arena *arena)
{
  const char *a = normal_default (live != NULL ? live : "NULL", arena);
  const char *b = normal_default (declared, arena);
  char *end_a, *end_b;
  double x, y;

  if (g_ascii_strcasecmp (b, "NULL") == 0 || g_ascii_strcasecmp (a, "NULL") == 0)
    return g_ascii_strcasecmp (a, b) == 0;
  a = without_quotes (a, arena);
  b = without_quotes (b, arena);
  if (g_str_equal (a, b))
    return TRUE;
  x = g_ascii_strtod (a, &end_a);
  y = g_ascii_strtod (b, &end_b);
  return end_a != a && *end_a == '\0' && end_b != b && *end_b == '\0' && !(x < y)
         && !(x > y);
}

static void
compare_default (const Comparison *comparison, const SqliteColumn *live,
                 const Column *declared)
{
  const char *text;

  if (declared->default_kind != DEFAULT_VALUE
      || !sqlite_default_text (declared, comparison->arena, &text, NULL)
      || same_default (live->default_text, text, comparison->arena))
    return;
  differ (comparison, "the default of column '%s' is %s, declared is %s", declared->name,
          live->default_text != NULL ? live->default_text : "not there", text);
}

/* Columns ----------------------------------------------------------------------- */

static void
compare_type (const Comparison *comparison, const SqliteColumn *live,
              const Column *declared)
{
  const char *native = engine_text_for (declared->native, "sqlite");

  if (native != NULL ? sqlite_type_affinity (native) == live->affinity
                     : sqlite_affinity_fits (live->affinity, &declared->type))
    return;
  differ (comparison, "column '%s' is %s (%s affinity), which does not hold %s",
          declared->name, *live->type != '\0' ? live->type : "without a type",
          sqlite_affinity_to_string (live->affinity),
          native != NULL ? native
                         : type_spec_to_string (&declared->type, comparison->arena));
}

/* Whether triggers of another migration, which is under way, stand in for NOT NULL. */
static gboolean
is_guarded (const SqliteTable *live, const char *column)
{
  g_autofree char *name = sync_guard_name (live->name, column);

  for (guint i = 0; i < live->n_triggers; i++)
    if (g_ascii_strcasecmp (live->triggers[i].name, name) == 0)
      return TRUE;
  return FALSE;
}

/* A key's column of a table with rowids may be null in SQLite, and one without rowids
 * cannot be. */
static void
compare_null (const Comparison *comparison, const SqliteColumn *live,
              const Column *declared)
{
  if (!comparison->exact || live->key_position > 0
      || !live->not_null == !!declared->nullable
      || (!declared->nullable && is_guarded (comparison->live, live->name)))
    return;
  differ (comparison, "column '%s' is %s, declared is %s", declared->name,
          live->not_null ? "NOT NULL" : "nullable",
          declared->nullable ? "nullable" : "NOT NULL");
}

static void
compare_column (const Comparison *comparison, const Column *declared)
{
  const SqliteColumn *live = sqlite_table_find_column (comparison->live, declared->name);

  if (live == NULL)
    {
      differ (comparison, "column '%s' is missing", declared->name);
      return;
    }
  compare_type (comparison, live, declared);
  compare_null (comparison, live, declared);
  compare_default (comparison, live, declared);
}

/* Keys -------------------------------------------------------------------------- */

/* The same columns in any order: that is what makes rows unique. */
static gboolean
index_has_columns (const SqliteIndex *index, const char *const *columns)
{
  if (g_strv_length ((char **) columns) != index->n_parts)
    return FALSE;
  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column == NULL || !has_name (columns, index->parts[i].column))
      return FALSE;
  return TRUE;
}

static gboolean
is_key_column (const SqliteTable *live, const char *const *columns)
{
  guint n = 0;

  for (guint i = 0; i < live->n_columns; i++)
    if (live->columns[i].key_position > 0)
      {
        n++;
        if (!has_name (columns, live->columns[i].name))
          return FALSE;
      }
  return n > 0 && n == g_strv_length ((char **) columns);
}

/* A collation may take different texts for one; then the key is only stricter. */
static gboolean
has_unique (const Comparison *comparison, const char *const *columns)
{
  const SqliteTable *live = comparison->live;

  if (columns[0] != NULL && columns[1] == NULL
      && same_name (live->rowid_column, columns[0]))
    return TRUE;
  for (guint i = 0; i < live->n_indexes; i++)
    {
      const SqliteIndex *index = &live->indexes[i];

      if (index->unique && !index->partial && index_has_columns (index, columns))
        return TRUE;
    }
  return FALSE;
}

static void
compare_key (const Comparison *comparison, const Constraint *key)
{
  const char *columns = name_list_to_string (key->columns, comparison->arena);

  if (key->kind == CONSTRAINT_PRIMARY_KEY
      && !is_key_column (comparison->live, key->columns))
    differ (comparison, "the primary key is not (%s)", columns);
  else if (key->kind == CONSTRAINT_UNIQUE && !has_unique (comparison, key->columns))
    differ (comparison, "nothing keeps (%s) unique", columns);
}

/* Foreign keys ------------------------------------------------------------------ */

/* What the key refers to; NULL: the other table's key, which is not known here. */
static const char *const *
references_of (const Comparison *comparison, const char *table,
               const char *const *columns)
{
  const Table *other;

  if (columns != NULL)
    return columns;
  for (guint i = 0; i < comparison->shape->tables->len; i++)
    {
      other = comparison->shape->tables->pdata[i];
      if (same_name (other->name, table) && table_primary_key (other) != NULL)
        return table_primary_key (other)->columns;
    }
  return NULL;
}

static gboolean
is_same_key (const Comparison *comparison, const SqliteForeignKey *live,
             const Constraint *key)
{
  const char *const *a
      = references_of (comparison, live->table, live->references_columns);
  const char *const *b
      = references_of (comparison, key->references_table, key->references_columns);

  return same_name (live->table, key->references_table)
         && same_names (live->columns, key->columns)
         && (a == NULL || b == NULL ? a == b : same_names (a, b))
         && live->on_delete == key->on_delete && live->on_update == key->on_update;
}

static void
compare_foreign_key (const Comparison *comparison, const Constraint *key)
{
  for (guint i = 0; i < comparison->live->n_foreign_keys; i++)
    if (is_same_key (comparison, &comparison->live->foreign_keys[i], key))
      return;
  differ (comparison, "the foreign key of (%s) to '%s' is missing, or acts differently",
          name_list_to_string (key->columns, comparison->arena), key->references_table);
}

/* Checks ------------------------------------------------------------------------ */

/* A check that the file does not name has a name that was made up: then any check without
 * a name that speaks of its columns will do. */
static gboolean
may_be_unnamed (const SqliteCheck *live, const Table *declared, const Constraint *check,
                Arena *arena)
{
  if (live->name != NULL || !g_str_has_prefix (check->name, declared->name)
      || !g_str_has_suffix (check->name, "_check"))
    return FALSE;
  for (guint i = 0; check->columns != NULL && check->columns[i] != NULL; i++)
    if (!sqlite_text_mentions (live->expression, check->columns[i], arena))
      return FALSE;
  return TRUE;
}

static gboolean
stands_for (const SqliteCheck *live, const Table *declared, const Constraint *check,
            Arena *arena)
{
  return same_name (live->name, check->name)
         || may_be_unnamed (live, declared, check, arena);
}

gboolean
sqlite_check_is_declared (const SqliteCheck *live, const Table *declared, Arena *arena)
{
  for (guint i = 0; i < declared->constraints->len; i++)
    {
      const Constraint *check = declared->constraints->pdata[i];
      if (check->kind == CONSTRAINT_CHECK && check->name != NULL
          && stands_for (live, declared, check, arena))
        return TRUE;
    }
  for (guint i = 0; i < declared->columns->len; i++)
    if (g_strcmp0 (sqlite_enum_check (declared->columns->pdata[i], arena),
                   live->expression)
        == 0)
      return TRUE;
  return FALSE;
}

static void
compare_check (const Comparison *comparison, const Constraint *check)
{
  if (check->name == NULL)
    return;
  for (guint i = 0; i < comparison->live->n_checks; i++)
    if (stands_for (&comparison->live->checks[i], comparison->declared, check,
                    comparison->arena))
      return;
  differ (comparison, "check '%s' is missing", check->name);
}

static void
compare_constraint (const Comparison *comparison, const Constraint *constraint)
{
  switch (constraint->kind)
    {
    case CONSTRAINT_PRIMARY_KEY:
    case CONSTRAINT_UNIQUE:
      compare_key (comparison, constraint);
      return;
    case CONSTRAINT_FOREIGN_KEY:
      compare_foreign_key (comparison, constraint);
      return;
    case CONSTRAINT_CHECK:
      compare_check (comparison, constraint);
      return;
    case CONSTRAINT_NOT_NULL:
    default:
      return;
    }
}

/* Indexes ----------------------------------------------------------------------- */

static gboolean
is_same_part (const SqliteIndexPart *live, const IndexPart *declared)
{
  if (declared->column == NULL)
    return live->column == NULL;
  return same_name (live->column, declared->column)
         && !live->descending == !declared->descending;
}

static gboolean
is_same_index (const SqliteIndex *live, const Index *declared)
{
  if (live->n_parts != declared->n_parts)
    return FALSE;
  for (guint i = 0; i < live->n_parts; i++)
    if (!is_same_part (&live->parts[i], &declared->parts[i]))
      return FALSE;
  return TRUE;
}

static void
compare_index (const Comparison *comparison, const Index *declared)
{
  const SqliteIndex *live = sqlite_table_find_index (comparison->live, declared->name);

  if (live == NULL)
    differ (comparison, "index '%s' is missing", declared->name);
  else if (!is_same_index (live, declared))
    differ (comparison, "index '%s' is over other columns", declared->name);
  else if (!live->unique != !declared->unique)
    differ (comparison, "index '%s' is %s", declared->name,
            live->unique ? "unique" : "not unique");
  else if (!live->partial != (declared->where == NULL))
    differ (comparison, "index '%s' is %s", declared->name,
            live->partial ? "partial" : "not partial");
}

void
sqlite_compare_table (const SqliteTable *live, const Table *declared,
                      const Database *shape, gboolean exact, GPtrArray *differences)
{
  g_autoptr (Arena) arena = arena_new ();
  const Comparison comparison = { live, declared, shape, exact, differences, arena };

  for (guint i = 0; i < declared->columns->len; i++)
    compare_column (&comparison, declared->columns->pdata[i]);
  for (guint i = 0; i < declared->constraints->len; i++)
    compare_constraint (&comparison, declared->constraints->pdata[i]);
  for (guint i = 0; i < declared->indexes->len; i++)
    compare_index (&comparison, declared->indexes->pdata[i]);
}
