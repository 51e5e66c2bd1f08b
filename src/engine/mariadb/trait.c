/* SPDX-License-Identifier: Apache-2.0
 *
 * Traits, and who they stand in the way of.
 */
#include "config.h"

#include "engine/mariadb/trait.h"

#include <string.h>

#include "engine/mariadb/code.h"
#include "engine/mariadb/detail.h"
#include "engine/mariadb/key_type.h"
#include "engine/mariadb/live.h"
#include "engine/mariadb/sql_text.h"
#include "model/error.h"

/* What an action does with a table. */
enum
{
  CHANGES_COLUMNS = 1 << 0, /* one comes or goes, in an instant */
  BINDS_NULLS = 1 << 1,     /* rebuilds the table while writers go on */
  WALKS = 1 << 2,           /* goes over rows in ranges of keys */
  REFERS = 1 << 3,          /* binds it to a foreign key */
};

#define HAS_INDEX(type)                                                              \
  "SELECT 1 FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE() AND " \
  "TABLE_NAME = %s AND INDEX_TYPE = '" type "'"

/* Writers wait with any of these but the first; who allows that may have it. */
static const struct
{
  guint doing;
  gboolean may_block;
  const char *query; /* gives a row where a table has it */
  const char *why;
} TRAITS[] = {
  { WALKS, FALSE,
    "SELECT 1 FROM DUAL WHERE NOT EXISTS (SELECT 1 FROM information_schema.STATISTICS "
    "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND INDEX_NAME = 'PRIMARY')",
    "has no primary key, by which its rows could be given back, or filled in short "
    "transactions; add one first" },
  { REFERS, FALSE,
    "SELECT 1 FROM information_schema.PARTITIONS WHERE TABLE_SCHEMA = DATABASE() AND "
    "TABLE_NAME = %s AND PARTITION_NAME IS NOT NULL",
    "is in partitions, where MariaDB takes no foreign keys" },
  { REFERS, FALSE,
    "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
    "TABLE_NAME = %s AND ENGINE <> 'InnoDB'",
    "is not kept by InnoDB, which alone knows foreign keys" },
  { CHANGES_COLUMNS | BINDS_NULLS, TRUE, HAS_INDEX ("FULLTEXT"),
    "has a FULLTEXT index, beside which MariaDB adds, drops and rebinds columns with "
    "writers waiting only; `allow_blocking: true` lets it" },
  { BINDS_NULLS, TRUE, HAS_INDEX ("SPATIAL"),
    "has a SPATIAL index, beside which MariaDB makes columns NOT NULL, or nullable, with "
    "writers waiting only; `allow_blocking: true` lets it" },
  { CHANGES_COLUMNS, TRUE,
    "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
    "TABLE_NAME = %s AND ROW_FORMAT = 'Compressed'",
    "has ROW_FORMAT=COMPRESSED, in which no column comes or goes without the table "
    "being rebuilt; `allow_blocking: true` lets it" },
  { CHANGES_COLUMNS, TRUE,
    "SELECT 1 FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() AND "
    "TABLE_NAME = %s AND @@innodb_instant_alter_column_allowed <> 'add_drop_reorder'",
    "is on a server that is told not to add and drop columns in an instant "
    "(innodb_instant_alter_column_allowed); `allow_blocking: true` lets it be rebuilt" },
};

static gboolean
check_table (SqlConnection *connection, const char *name, guint doing, gboolean may_block,
             GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTable *table;

  if (!maria_read_table (connection, name, arena, &table, error))
    return FALSE;
  for (guint i = 0; table != NULL && i < G_N_ELEMENTS (TRAITS); i++)
    {
      gboolean found;
      if ((TRAITS[i].doing & doing) == 0 || (may_block && TRAITS[i].may_block))
        continue;
      g_auto (GStrv) parts = g_strsplit (TRAITS[i].query, "%s", 2);
      if (!mariadb_finds (connection,
                          arena_printf (arena, "%s%s%s", parts[0],
                                        mariadb_quote (arena, name), parts[1]),
                          &found, error))
        return FALSE;
      if (found)
        {
          g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE, "table '%s' %s", name,
                       TRAITS[i].why);
          return FALSE;
        }
    }
  return TRUE;
}

static guint
doing_of (const MariaDetail *detail)
{
  switch (detail->kind)
    {
    case MARIA_STATEMENT: /* a column without a model */
      return detail->column != NULL ? CHANGES_COLUMNS : 0;
    case MARIA_ADD_COLUMN:
      return CHANGES_COLUMNS;
    case MARIA_REDEFINE:
      return strstr (detail->algorithm, "INPLACE") != NULL ? BINDS_NULLS : 0;
    case MARIA_IMAGE:
      return WALKS;
    case MARIA_FILL:
      return detail->fill != MARIA_FILL_INSERT ? WALKS : 0;
    default:
      return 0;
    }
}

/* Keys ---------------------------------------------------------------------------- */

/* The first column of the expression that is none of them; (nullable). */
static const char *
missing_name (const char *expression, const char *const *columns, Arena *arena)
{
  MariaCode code = { .at = expression };

  while (maria_code_next (&code))
    {
      g_autofree char *name = maria_code_name (&code);
      if (*code.start == '`' && !name_list_contains (columns, name))
        return arena_strdup (arena, name);
    }
  return NULL;
}

/* Each partition keeps its own: rows of two of them are not compared. */
static gboolean
check_unique (SqlConnection *connection, const char *table, const char *const *columns,
              GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *expression;

  if (!mariadb_text (
          connection,
          arena_printf (arena,
                        "SELECT CONCAT_WS(' ', PARTITION_EXPRESSION, "
                        "SUBPARTITION_EXPRESSION) FROM information_schema.PARTITIONS "
                        "WHERE TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s LIMIT 1",
                        mariadb_quote (arena, table)),
          &expression, arena, error))
    return FALSE;
  const char *missing
      = expression != NULL ? missing_name (expression, columns, arena) : NULL;
  if (missing != NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
                 "table '%s' is in partitions by '%s', without which MariaDB takes no "
                 "unique key there",
                 table, missing);
  return missing == NULL;
}

static const char *const *
columns_of_index (const Index *index, Arena *arena)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column != NULL)
      g_ptr_array_add (names, (gpointer) index->parts[i].column);
  return arena_ptr_array (arena, names);
}

static const char *
parent_column (const Constraint *key, const MariaTable *parent, guint i)
{
  if (key->references_columns != NULL && key->references_columns[0] != NULL)
    return key->references_columns[i];
  return i < parent->n_key ? parent->key[i]->name : "";
}

/* Columns that come with the migration have no type to look at yet. */
static gboolean
check_types (SqlConnection *connection, const char *name, const Constraint *key,
             GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaTable *table, *parent;

  if (!maria_read_table (connection, name, arena, &table, error)
      || !maria_read_table (connection, key->references_table, arena, &parent, error))
    return FALSE;
  for (guint i = 0; table != NULL && parent != NULL && key->columns[i] != NULL; i++)
    {
      const MariaColumn *column = maria_find_column (table, key->columns[i]);
      const MariaColumn *other
          = maria_find_column (parent, parent_column (key, parent, i));
      if (column == NULL || other == NULL || maria_key_types_agree (column, other))
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
                   "foreign key '%s' needs values that are kept alike on both sides, of "
                   "one type and collation, or the server finds none of them: '%s' of "
                   "'%s' is %s%s%s, '%s' of '%s' is %s%s%s",
                   key->name, column->name, name, column->type,
                   column->collation != NULL ? " " : "",
                   column->collation != NULL ? column->collation : "", other->name,
                   parent->name, other->type, other->collation != NULL ? " " : "",
                   other->collation != NULL ? other->collation : "");
      return FALSE;
    }
  return TRUE;
}

/* Whether types of one of them may be others by then. */
static gboolean
is_retyped (const GPtrArray *actions, guint i, const char *table, const char *other)
{
  for (guint j = 0; j < i; j++)
    {
      const Action *action = actions->pdata[j];
      const Operation *operation = action->step->operation;
      if (operation->kind == OPERATION_SQL)
        return TRUE;
      if ((operation->kind == OPERATION_ALTER_COLUMN
           || operation->kind == OPERATION_SWAP_COLUMN)
          && (g_str_equal (operation->table, table)
              || g_str_equal (operation->table, other)))
        return TRUE;
    }
  return FALSE;
}

/* Keys are added at contract, most of them: what keeps them out is known before. */
static gboolean
check_key (SqlConnection *connection, const GPtrArray *actions, guint i, GError **error)
{
  const Action *action = actions->pdata[i];
  const Operation *operation = action->step->operation;
  g_autoptr (Arena) arena = arena_new ();
  const Constraint *key = operation->constraint.constraint;

  if (operation->kind == OPERATION_CREATE_INDEX && operation->index.index->unique)
    return check_unique (connection, operation->table,
                         columns_of_index (operation->index.index, arena), error);
  if (operation->kind != OPERATION_ADD_CONSTRAINT)
    return TRUE;
  if (key->kind == CONSTRAINT_UNIQUE)
    return check_unique (connection, operation->table, key->columns, error);
  return key->kind != CONSTRAINT_FOREIGN_KEY
         || (check_table (connection, operation->table, REFERS, FALSE, error)
             && check_table (connection, key->references_table, REFERS, FALSE, error)
             && (is_retyped (actions, i, operation->table, key->references_table)
                 || check_types (connection, operation->table, key, error)));
}

/* Columns that are worked out ------------------------------------------------------ */

static gboolean
check_given (SqlConnection *connection, const char *table, const char *column,
             const char *what, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const MariaColumn *live;

  if (!maria_read_column (connection, table, column, arena, &live, error))
    return FALSE;
  if (live == NULL || !live->generated)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSAFE,
               "column '%s' of '%s' is worked out by MariaDB, and %s", column, table,
               what);
  return FALSE;
}

static gboolean
check_written (SqlConnection *connection, const MariaDetail *detail,
               const Operation *operation, GError **error)
{
  for (guint i = 0; detail->set != NULL && detail->set[i].column != NULL; i++)
    if (!check_given (connection, detail->table, detail->set[i].column,
                      "cannot be written", error))
      return FALSE;
  for (guint i = 0;
       operation->kind == OPERATION_BACKFILL && operation->backfill.columns[i] != NULL;
       i++)
    if (!check_given (connection, operation->table, operation->backfill.columns[i],
                      "cannot be written", error))
      return FALSE;
  return TRUE;
}

/* @detail: makes the table that they move to */
static gboolean
check_moved (SqlConnection *connection, const MariaDetail *detail, GError **error)
{
  for (guint i = 0; detail->columns[i] != NULL; i++)
    if (!check_given (connection, detail->like, detail->columns[i],
                      "would not be in another table", error))
      return FALSE;
  return TRUE;
}

gboolean
maria_traits_admit (SqlConnection *connection, const GPtrArray *actions, guint i,
                    GError **error)
{
  const Action *action = actions->pdata[i];
  const MariaDetail *detail = action->detail;
  gboolean may_block = action->step->operation->allow_blocking;

  for (guint j = 0; detail->kind == MARIA_CHANGE && detail->change->alters[j] != NULL;
       j++)
    if (!check_table (connection, detail->change->alters[j]->table, CHANGES_COLUMNS,
                      may_block, error))
      return FALSE;
  if (detail->kind == MARIA_STATEMENT && !check_key (connection, actions, i, error))
    return FALSE;
  if (detail->kind == MARIA_FILL
      && !check_written (connection, detail, action->step->operation, error))
    return FALSE;
  if (detail->kind == MARIA_HALF && !check_moved (connection, detail, error))
    return FALSE;
  return doing_of (detail) == 0
         || check_table (connection, detail->table, doing_of (detail), may_block, error);
}
