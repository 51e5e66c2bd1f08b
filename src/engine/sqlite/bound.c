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

gboolean
sqlite_bound_check_type (const SqliteTable *live, const Table *before,
                         const Column *column, const TypeSpec *to, Arena *arena,
                         GError **error)
{
  const Column after = { .type = *to };
  Comparing was = comparing_of (sqlite_type_affinity (sqlite_column_type (column)));

  if (comparing_of (sqlite_type_affinity (sqlite_column_type (&after))) == was)
    return TRUE;
  for (guint i = 0; i < live->n_checks; i++)
    {
      const SqliteCheck *check = &live->checks[i];
      if (!sqlite_text_mentions (check->expression, column->name, arena)
          || sqlite_check_is_declared (check, before, arena))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "the check (%s) of '%s' is about '%s' as it is, and it is to be %s; "
                   "declare the check, or drop it first",
                   check->expression, live->name, column->name,
                   type_spec_to_string (to, arena));
      return FALSE;
    }
  return TRUE;
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
