/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking at what is bound.
 */
#include "config.h"

#include "engine/sqlite/bound.h"

#include "engine/sqlite/create.h"
#include "engine/sqlite/edit.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/token.h"
#include "model/error.h"

/* Types ------------------------------------------------------------------------- */

typedef enum
{
  COMPARED_AS_TEXT,
  COMPARED_AS_NUMBER,
  COMPARED_AS_IT_IS,
} Comparing;

/* https://www.sqlite.org/datatype3.html, section 4.2 */
static Comparing
comparing_of (SqliteAffinity affinity)
{
  switch (affinity)
    {
    case SQLITE_AFFINITY_TEXT:
      return COMPARED_AS_TEXT;
    case SQLITE_AFFINITY_BLOB:
      return COMPARED_AS_IT_IS;
    case SQLITE_AFFINITY_INTEGER:
    case SQLITE_AFFINITY_REAL:
    case SQLITE_AFFINITY_NUMERIC:
      return COMPARED_AS_NUMBER;
    }
  g_return_val_if_reached (COMPARED_AS_IT_IS);
}

static gboolean
refuse (const SqliteTable *live, const Column *column, const char *what,
        const char *advice, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
               "%s of '%s' is about '%s' as it is, and its values are to be others; %s",
               what, live->name, column->name, advice);
  return FALSE;
}

static gboolean
check_checks (const SqliteTable *live, const Table *before, const Column *column,
              const TypeSpec *to, Arena *arena, GError **error)
{
  const Column after = { .type = *to };
  Comparing was = comparing_of (sqlite_type_affinity (sqlite_column_type (column)));

  if (comparing_of (sqlite_type_affinity (sqlite_column_type (&after))) == was)
    return TRUE;
  for (guint i = 0; i < live->n_checks; i++)
    {
      const SqliteCheck *check = &live->checks[i];
      if (sqlite_text_mentions (check->expression, column->name, arena)
          && !sqlite_check_is_declared (check, before, arena))
        return refuse (live, column,
                       arena_printf (arena, "the check (%s)", check->expression),
                       "declare it, or drop it first", error);
    }
  return TRUE;
}

/* What is worked out of a column, and stored: SQLite would not work it out again. */
static gboolean
check_generated (const SqliteTable *live, const Column *column, Arena *arena,
                 GError **error)
{
  g_autoptr (Definition) definition = definition_new (live->sql, error);

  for (guint i = 0; definition != NULL && i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *generated = definition->constraints->pdata[i];
      if (generated->kind != DEFINITION_GENERATED)
        continue;
      g_autofree char *text = definition_slice (definition, generated->expression);
      if (sqlite_text_mentions (text, column->name, arena))
        return refuse (live, column,
                       arena_printf (arena, "the generated column (%s)", text),
                       "drop it first, and add it again", error);
    }
  return definition != NULL;
}

static gboolean
has_expression (const SqliteIndex *index)
{
  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column == NULL)
      return TRUE;
  return index->partial;
}

static gboolean
check_indexes (const SqliteTable *live, const Table *before, const Column *column,
               Arena *arena, GError **error)
{
  for (guint i = 0; i < live->n_indexes; i++)
    {
      const SqliteIndex *index = &live->indexes[i];
      if (index->sql != NULL && has_expression (index)
          && table_find_index (before, index->name) == NULL
          && sqlite_text_mentions (index->sql, column->name, arena))
        return refuse (live, column, arena_printf (arena, "index '%s'", index->name),
                       "declare it, or drop it first", error);
    }
  return TRUE;
}

gboolean
sqlite_bound_check_type (const SqliteTable *live, const Table *before,
                         const Column *column, const TypeSpec *to, Arena *arena,
                         GError **error)
{
  return check_checks (live, before, column, to, arena, error)
         && check_generated (live, column, arena, error)
         && check_indexes (live, before, column, arena, error);
}

/* Keys of other tables ------------------------------------------------------------ */

/* @primary: to which a key without columns refers; or NULL */
static const char *
referenced_column (const SqliteForeignKey *key, const char *table,
                   const char *const *names, const char *primary)
{
  if (g_ascii_strcasecmp (key->table, table) != 0)
    return NULL;
  if (key->references_columns == NULL)
    return primary;
  for (guint i = 0; key->references_columns[i] != NULL; i++)
    for (guint j = 0; names[j] != NULL; j++)
      if (g_ascii_strcasecmp (key->references_columns[i], names[j]) == 0)
        return names[j];
  return NULL;
}

static gboolean
refuse_references_of (const SqliteTable *other, const char *table,
                      const char *const *names, const char *primary, GError **error)
{
  for (guint i = 0; i < other->n_foreign_keys; i++)
    {
      const char *column
          = referenced_column (&other->foreign_keys[i], table, names, primary);
      if (column == NULL)
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT,
                   "a foreign key of '%s' refers to '%s' of '%s'; declare it, or drop it "
                   "first",
                   other->name, column, table);
      return FALSE;
    }
  return TRUE;
}

gboolean
sqlite_bound_check_references (sqlite3 *db, const char *table, const char *const *names,
                               const char *primary, Arena *arena, GError **error)
{
  g_autoptr (GPtrArray) tables = sqlite_list_tables (db, arena, error);

  for (guint i = 0; tables != NULL && i < tables->len; i++)
    {
      const char *name = tables->pdata[i];
      const SqliteTable *other;
      if (g_ascii_strcasecmp (name, table) == 0)
        continue;
      if (!sqlite_read_table (db, name, arena, &other, error)
          || (other != NULL
              && !refuse_references_of (other, table, names, primary, error)))
        return FALSE;
    }
  return tables != NULL;
}

/* Rows -------------------------------------------------------------------------- */

static gboolean
check_check (sqlite3 *db, const SqliteTable *live, const SqliteCheck *check, Arena *arena,
             GError **error)
{
  const char *row;

  if (!live_first_row (db, live,
                       arena_printf (arena, "NOT ifnull((%s\n), 1)", check->expression),
                       &row, arena, error))
    return FALSE;
  if (row == NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONSTRAINT, "row %s of '%s' breaks check '%s'",
               row, live->name, check->name != NULL ? check->name : check->expression);
  return FALSE;
}

static gboolean
check_key (sqlite3 *db, const SqliteTable *live, const SqliteForeignKey *key,
           Arena *arena, GError **error)
{
  const Constraint constraint
      = { .kind = CONSTRAINT_FOREIGN_KEY,
          .name = arena_printf (arena, "FOREIGN KEY (%s)",
                                name_list_to_string (key->columns, arena)),
          .columns = key->columns,
          .references_table = key->table,
          .references_columns = key->references_columns };

  return sqlite_edit_check_reference (db, live, &constraint, arena, error);
}

static gboolean
has_column (const SqliteForeignKey *key, const char *column)
{
  for (guint i = 0; key->columns[i] != NULL; i++)
    if (g_ascii_strcasecmp (key->columns[i], column) == 0)
      return TRUE;
  return FALSE;
}

gboolean
sqlite_bound_check_rows (sqlite3 *db, const SqliteTable *live, const char *column,
                         Arena *arena, GError **error)
{
  for (guint i = 0; i < live->n_checks; i++)
    if (sqlite_text_mentions (live->checks[i].expression, column, arena)
        && !check_check (db, live, &live->checks[i], arena, error))
      return FALSE;
  for (guint i = 0; i < live->n_foreign_keys; i++)
    if (has_column (&live->foreign_keys[i], column)
        && !check_key (db, live, &live->foreign_keys[i], arena, error))
      return FALSE;
  return TRUE;
}
