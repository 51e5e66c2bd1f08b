/* SPDX-License-Identifier: Apache-2.0
 *
 * Recording definitions, and giving them back.
 */
#include "config.h"

#include "engine/sqlite/tidy.h"

#include "engine/sqlite/live.h"
#include "engine/sqlite/rebuild.h"
#include "engine/sqlite/sameness.h"
#include "engine/sqlite/sql_text.h"
#include "model/error.h"

typedef struct
{
  sqlite3 *db;
  const SqliteDetail *detail;
} Tidy;

#define RECORD_TYPE "a(sss)" /* table, index or "", SQL */

char *
tidy_record (sqlite3 *db, const Database *shape, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  GVariantBuilder builder;

  g_variant_builder_init (&builder, G_VARIANT_TYPE (RECORD_TYPE));
  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *table = shape->tables->pdata[i];
      const SqliteTable *live;
      if (!sqlite_read_table (db, table->name, arena, &live, error))
        {
          g_variant_builder_clear (&builder);
          return NULL;
        }
      if (live == NULL)
        continue;
      g_variant_builder_add (&builder, "(sss)", live->name, "", live->sql);
      for (guint j = 0; j < live->n_indexes; j++)
        if (live->indexes[j].sql != NULL)
          g_variant_builder_add (&builder, "(sss)", live->name, live->indexes[j].name,
                                 live->indexes[j].sql);
    }
  g_autoptr (GVariant) record = g_variant_ref_sink (g_variant_builder_end (&builder));
  return g_variant_print (record, FALSE);
}

/* Comparing ------------------------------------------------------------------- */

typedef enum
{
  SAME_ROWS,   /* the text alone makes the difference */
  OTHER_ORDER, /* the same columns, stored in another way */
  OTHER_TABLE, /* somebody else has changed it: it stays so */
} Likeness;

static gboolean
same_order (const Definition *a, const Definition *b)
{
  for (guint i = 0; i < a->columns->len; i++)
    {
      const DefinitionColumn *one = a->columns->pdata[i], *other = b->columns->pdata[i];
      if (g_ascii_strcasecmp (one->name->name, other->name->name) != 0)
        return FALSE;
    }
  return a->without_rowid == b->without_rowid && a->strict == b->strict;
}

static void
append_words (GString *text, const Definition *definition, SqliteSpan span)
{
  g_autofree char *slice = definition_slice (definition, span);
  g_autofree char *words = g_ascii_strdown (slice, -1);

  g_string_append_printf (text, "%s\n", words);
}

/* What has another order, or another collation, is stored in another way: then the texts
 * have to be the same. */
static gboolean
orders (const Definition *definition, const DefinitionConstraint *constraint)
{
  g_autofree char *slice = definition_slice (definition, constraint->span);
  g_autoptr (Arena) arena = arena_new ();

  return sqlite_text_mentions (slice, "DESC", arena)
         || sqlite_text_mentions (slice, "COLLATE", arena);
}

/* Keys of the definition have indexes of their own, in the order of the text. */
static char *
key_text (const Definition *definition)
{
  const DefinitionColumn *rowid = definition_rowid_column (definition);
  GString *text = g_string_new (rowid != NULL ? "rowid " : NULL);

  for (guint i = 0; i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *constraint = definition->constraints->pdata[i];
      if (constraint->kind == DEFINITION_COLLATE
          || ((constraint->kind == DEFINITION_PRIMARY_KEY
               || constraint->kind == DEFINITION_UNIQUE)
              && orders (definition, constraint)))
        append_words (text, definition, constraint->span);
      if (constraint->kind != DEFINITION_PRIMARY_KEY
          && constraint->kind != DEFINITION_UNIQUE)
        continue;
      g_string_append_printf (text, "%d%d(", constraint->kind, constraint->autoincrement);
      for (guint j = 0; j < constraint->n_columns; j++)
        {
          g_autofree char *name = g_ascii_strdown (constraint->columns[j].name, -1);
          g_string_append_printf (text, "%s\n", name);
        }
    }
  return g_string_free (text, FALSE);
}

static Likeness
likeness (const Definition *a, const Definition *b, const SqliteTable *live,
          const Touched *touched)
{
  if (!sameness_of_tables (a, b, live, touched))
    return OTHER_TABLE;
  g_autofree char *keys = key_text (a);
  g_autofree char *others = key_text (b);
  return same_order (a, b) && g_str_equal (keys, others) ? SAME_ROWS : OTHER_ORDER;
}

static gboolean
same_default (const Definition *was, const Definition *is, const char *column)
{
  const DefinitionConstraint *constraints[2] = { NULL, NULL };
  const Definition *definitions[] = { was, is };
  guint index;

  for (guint i = 0; i < 2; i++)
    if (definition_find_column (definitions[i], column, &index) != NULL)
      constraints[i]
          = definition_column_constraint (definitions[i], index, DEFINITION_DEFAULT);
  if (constraints[0] == NULL || constraints[1] == NULL)
    return constraints[0] == constraints[1];
  g_autofree char *a = definition_slice (was, constraints[0]->expression);
  g_autofree char *b = definition_slice (is, constraints[1]->expression);
  return g_str_equal (a, b);
}

/* Before rows would read another default. */
static gboolean
store_cells (sqlite3 *db, const SqliteTable *live, const Definition *was,
             const Definition *is, Arena *arena, GError **error)
{
  for (guint i = 0; i < live->n_columns; i++)
    if (!same_default (was, is, live->columns[i].name)
        && !live_store_default (db, live, &live->columns[i], arena, error))
      return FALSE;
  return TRUE;
}

/* Reading --------------------------------------------------------------------- */

/* Returns: (nullable): NULL when the record is damaged */
static GVariant *
read_record (const char *record)
{
  return record != NULL
             ? g_variant_parse (G_VARIANT_TYPE (RECORD_TYPE), record, NULL, NULL, NULL)
             : NULL;
}

static const char *
default_in (const char *sql, const char *column, Arena *arena)
{
  g_autoptr (Definition) definition = definition_new (sql, NULL);
  const DefinitionConstraint *found = NULL;
  guint index;

  if (definition != NULL && definition_find_column (definition, column, &index) != NULL)
    found = definition_column_constraint (definition, index, DEFINITION_DEFAULT);
  g_autofree char *text
      = found != NULL ? definition_slice (definition, found->expression) : NULL;
  return text != NULL ? arena_strdup (arena, text) : NULL;
}

const char *
tidy_recorded_default (const char *record, const char *table, const char *column,
                       Arena *arena)
{
  g_autoptr (GVariant) variant = read_record (record);
  const char *name, *index, *sql;
  GVariantIter iter;

  if (variant == NULL)
    return NULL;
  g_variant_iter_init (&iter, variant);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &name, &index, &sql))
    if (index[0] == '\0' && g_ascii_strcasecmp (name, table) == 0)
      return default_in (sql, column, arena);
  return NULL;
}

/* Restoring ------------------------------------------------------------------- */

static gboolean
restore_table (const Tidy *tidy, const Touched *touched, const char *sql, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;

  if (!sqlite_read_table (tidy->db, touched->start->name, arena, &live, error))
    return FALSE;
  if (live == NULL || g_str_equal (live->sql, sql))
    return TRUE;
  g_autoptr (Definition) was = definition_new (sql, error);
  g_autoptr (Definition) is = was != NULL ? definition_new (live->sql, error) : NULL;
  if (is == NULL)
    return FALSE;
  switch (likeness (was, is, live, touched))
    {
    case SAME_ROWS:
      return store_cells (tidy->db, live, was, is, arena, error)
             && live_define (tidy->db, live->name, sql, error);
    case OTHER_ORDER:
      return rebuild_table (tidy->db, live, sql, NULL, NULL, error);
    default:
      return TRUE;
    }
}

/* What this migration has dropped is there again by now, in the words of the file; only a
 * table that was gone altogether lacks what the file does not declare. */
static gboolean
restore_index (const Tidy *tidy, const Touched *touched, const char *name,
               const char *sql, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;

  if (!sqlite_read_table (tidy->db, touched->start->name, arena, &live, error))
    return FALSE;
  const SqliteIndex *index = live != NULL ? sqlite_table_find_index (live, name) : NULL;
  if (live == NULL || (index == NULL && !touched->is_dropped)
      || (index != NULL
          && (g_strcmp0 (index->sql, sql) == 0 || index->sql == NULL
              || !sameness_of_indexes (sql, index->sql, name, touched))))
    return TRUE;
  return (index == NULL
          || live_exec (tidy->db,
                        arena_printf (arena, "DROP INDEX %s",
                                      sqlite_identifier (arena, index->name)),
                        error))
         && live_exec (tidy->db, sql, error);
}

static gboolean
restore (const Tidy *tidy, const char *table, const char *index, const char *sql,
         GError **error)
{
  const Table *start = database_find (tidy->detail->shape, table);
  g_auto (Touched) touched = { 0 };

  if (start == NULL)
    return TRUE;
  touched_init (&touched, start, tidy->detail->before, tidy->detail->plan);
  return index[0] == '\0' ? restore_table (tidy, &touched, sql, error)
                          : restore_index (tidy, &touched, index, sql, error);
}

/* Indexes that stood in for constraints ------------------------------------------ */

static gboolean
is_recorded (GVariant *record, const char *table, const char *name)
{
  const char *other, *index, *sql;
  GVariantIter iter;

  g_variant_iter_init (&iter, record);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &other, &index, &sql))
    if (g_ascii_strcasecmp (other, table) == 0 && g_ascii_strcasecmp (index, name) == 0)
      return TRUE;
  return FALSE;
}

static gboolean
same_parts (const SqliteIndex *a, const SqliteIndex *b)
{
  for (guint i = 0; i < a->n_parts && i < b->n_parts; i++)
    if (a->parts[i].column == NULL || b->parts[i].column == NULL
        || g_ascii_strcasecmp (a->parts[i].column, b->parts[i].column) != 0)
      return FALSE;
  return a->n_parts == b->n_parts;
}

/* A unique constraint comes back as an index, and with the text once more. */
static gboolean
drop_double (sqlite3 *db, const SqliteTable *live, const char *name, Arena *arena,
             GError **error)
{
  const SqliteIndex *index = sqlite_table_find_index (live, name);

  for (guint i = 0; index != NULL && i < live->n_indexes; i++)
    if (live->indexes[i].origin == SQLITE_INDEX_UNIQUE
        && index->origin == SQLITE_INDEX_CREATED && index->unique && !index->partial
        && same_parts (index, &live->indexes[i]))
      return live_exec (
          db, arena_printf (arena, "DROP INDEX %s", sqlite_identifier (arena, name)),
          error);
  return TRUE;
}

static gboolean
drop_doubles (sqlite3 *db, GVariant *record, const Table *table, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const SqliteTable *live;

  if (!sqlite_read_table (db, table->name, arena, &live, error))
    return FALSE;
  for (guint i = 0; live != NULL && i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      if (constraint->kind == CONSTRAINT_UNIQUE && constraint->name != NULL
          && !is_recorded (record, live->name, constraint->name)
          && !drop_double (db, live, constraint->name, arena, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
tidy_restore (sqlite3 *db, const char *record, const SqliteDetail *detail, GError **error)
{
  const Tidy tidy = { .db = db, .detail = detail };
  const Database *shape = detail->shape;
  g_autoptr (GVariant) variant = read_record (record);
  const char *table, *index, *sql;
  GVariantIter iter;

  if (variant == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
                   "the journal's record of the definitions at the start is damaged");
      return FALSE;
    }
  g_variant_iter_init (&iter, variant);
  while (g_variant_iter_next (&iter, "(&s&s&s)", &table, &index, &sql))
    if (!restore (&tidy, table, index, sql, error))
      return FALSE;
  for (guint i = 0; i < shape->tables->len; i++)
    if (!drop_doubles (db, variant, shape->tables->pdata[i], error))
      return FALSE;
  return TRUE;
}
