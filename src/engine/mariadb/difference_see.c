/* SPDX-License-Identifier: Apache-2.0
 *
 * What must not be there yet: the step makes it, and takes it away on its way back.
 */
#include "config.h"

#include "engine/mariadb/difference_part.h"

#include "engine/mariadb/sql_text.h"
#include "engine/mariadb/unique_name.h"

/* All of a step are one short transaction, before anything is made: what the step makes
 * is its own from then on, also when it is taken back. */
static void
see (MariaDifference *difference, const MariaDetail *detail)
{
  Action *action = maria_difference_add (
      difference, detail, LOCK_CLASS_NONE, ACTION_COST_INSTANT,
      arena_printf (difference->arena, "see that there is no %s yet", detail->what));

  action->kind = ACTION_GATE;
  action->transaction
      = difference->actions->len == 1 ? ACTION_OWN_TRANSACTION : ACTION_SAME_TRANSACTION;
}

void
maria_see_that_not (MariaDifference *difference, const char *query, const char *what)
{
  see (difference, &(MariaDetail){ .kind = MARIA_REFUSE, .text = query, .what = what });
}

/* What the table had before the migration is known before anything is touched. */
static void
see_start (MariaDifference *difference, const char *query, const char *what)
{
  see (difference,
       &(MariaDetail){
           .kind = MARIA_REFUSE, .text = query, .what = what, .of_start = TRUE });
}

/* A view has a name among those of the tables. */
static void
see_table (MariaDifference *difference, const char *name)
{
  Arena *arena = difference->arena;

  maria_see_that_not (difference,
                      arena_printf (arena,
                                    "SELECT 1 FROM information_schema.TABLES WHERE "
                                    "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s",
                                    mariadb_quote (arena, name)),
                      arena_printf (arena, "table '%s'", name));
}

static void
see_part (MariaDifference *difference, const Table *table, const char *catalogue,
          const char *key, const char *kind, const char *name)
{
  Arena *arena = difference->arena;

  maria_see_that_not (
      difference,
      arena_printf (arena,
                    "SELECT 1 FROM information_schema.%s WHERE TABLE_SCHEMA = "
                    "DATABASE() AND TABLE_NAME = %s AND %s = %s",
                    catalogue, mariadb_quote (arena, table->name), key,
                    mariadb_quote (arena, name)),
      arena_printf (arena, "%s '%s' in '%s'", kind, name, table->name));
}

/* "NOT IN ('a', 'b')": the keys and indexes that the file declares. */
static const char *
undeclared (const Table *table, Arena *arena)
{
  g_autoptr (GString) text = g_string_new ("NOT IN (''");

  for (guint i = 0; i < table->indexes->len; i++)
    g_string_append_printf (
        text, ", %s",
        mariadb_quote (arena, ((const Index *) table->indexes->pdata[i])->name));
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      if (constraint->kind == CONSTRAINT_UNIQUE)
        g_string_append_printf (
            text, ", %s, COALESCE((%s), '')", mariadb_quote (arena, constraint->name),
            maria_unique_query (table, constraint->name, constraint->columns, arena));
    }
  g_string_append_c (text, ')');
  return arena_strdup (arena, text->str);
}

/* Where a column of it was dropped meanwhile, the server has left the others. */
void
maria_see_whole (MariaDifference *difference, const Table *table, const char *index,
                 guint n_columns)
{
  Arena *arena = difference->arena;

  maria_see_that_not (
      difference,
      arena_printf (arena,
                    "SELECT 1 FROM information_schema.STATISTICS WHERE "
                    "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND "
                    "INDEX_NAME = %s HAVING COUNT(*) NOT IN (0, %u)",
                    mariadb_quote (arena, table->name), mariadb_quote (arena, index),
                    n_columns),
      arena_printf (arena, "index '%s' of '%s' over fewer columns", index, table->name));
  Action *action = difference->actions->pdata[difference->actions->len - 1];
  action->transaction = ACTION_OWN_TRANSACTION;
}

/* What the server does with a column by itself would not go over to another one; ON
 * UPDATE does, to one of the same type. */
static void
see_plain (MariaDifference *difference, const Table *table, const char *column,
           gboolean keeps_type)
{
  Arena *arena = difference->arena;

  see_start (
      difference,
      arena_printf (arena,
                    "SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
                    "DATABASE() AND TABLE_NAME = %s AND COLUMN_NAME = %s AND (EXTRA LIKE "
                    "'%%auto_increment%%' OR %s OR IS_GENERATED = 'ALWAYS')",
                    mariadb_quote (arena, table->name), mariadb_quote (arena, column),
                    keeps_type ? "FALSE"
                               : "EXTRA LIKE '%on update%' OR COLUMN_TYPE LIKE "
                                 "'%COMPRESSED%'"),
      arena_printf (
          arena,
          "AUTO_INCREMENT, ON UPDATE, COMPRESSED or an expression of '%s' of '%s', which "
          "would not go over to its new column",
          column, table->name));
}

/* A check that was written behind the column goes over to one of the same type; to any
 * other one only that of JSON need not, which is part of the type. */
static const char *
goes_over (const Table *table, const char *column, gboolean keeps_type, Arena *arena)
{
  const char *own = arena_printf (arena, "LEVEL = 'Column' AND CONSTRAINT_NAME = %s",
                                  mariadb_quote (arena, column));

  if (keeps_type)
    return own;
  if (table_find_column (table, column)->type.base != COLUMN_TYPE_JSON)
    return "FALSE";
  return arena_printf (
      arena, "%s AND CHECK_CLAUSE = %s", own,
      mariadb_quote (arena, arena_printf (arena, "json_valid(%s)",
                                          mariadb_identifier (arena, column))));
}

/* What is bound to a column beyond what the file names goes, or changes, with it. */
static void
see_bound (MariaDifference *difference, const Table *table, const char *column,
           gboolean keeps_type)
{
  Arena *arena = difference->arena;
  const char *others = undeclared (table, arena);
  const char *where = arena_printf (
      arena, "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND COLUMN_NAME = %s",
      mariadb_quote (arena, table->name), mariadb_quote (arena, column));

  const char *query = arena_printf (
      arena,
      "SELECT 1 FROM information_schema.STATISTICS WHERE %s AND INDEX_NAME "
      "%s UNION SELECT 1 FROM information_schema.KEY_COLUMN_USAGE WHERE %s "
      "AND CONSTRAINT_NAME %s UNION SELECT 1 FROM "
      "information_schema.CHECK_CONSTRAINTS "
      "WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = %s "
      "AND LOCATE(%s, CHECK_CLAUSE) > 0 AND NOT (%s) UNION SELECT 1 FROM "
      "information_schema.KEY_COLUMN_USAGE WHERE REFERENCED_TABLE_SCHEMA = "
      "DATABASE() AND REFERENCED_TABLE_NAME = %s AND "
      "REFERENCED_COLUMN_NAME = %s",
      where, others, where, others, mariadb_quote (arena, table->name),
      mariadb_quote (arena, mariadb_identifier (arena, column)),
      goes_over (table, column, keeps_type, arena), mariadb_quote (arena, table->name),
      mariadb_quote (arena, column));
  const char *what = arena_printf (
      arena, "index or constraint over '%s' of '%s' that the file does not name", column,
      table->name);

  see (difference, &(MariaDetail){ .kind = MARIA_REFUSE,
                                   .table = table->name,
                                   .like = column,
                                   .text = query,
                                   .what = what,
                                   .of_start = TRUE });
}

/* What the server works out from a column keeps it from going, and goes on with it where
 * another one takes its name. */
static void
see_dependent (MariaDifference *difference, const Table *table, const char *column)
{
  Arena *arena = difference->arena;
  const char *name = mariadb_quote (arena, mariadb_identifier (arena, column));

  see_start (
      difference,
      arena_printf (
          arena,
          "SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
          "DATABASE() AND TABLE_NAME = %s AND (LOCATE(%s, GENERATION_EXPRESSION) "
          "> 0 OR LOCATE(%s, COLUMN_DEFAULT) > 0)",
          mariadb_quote (arena, table->name), name, name),
      arena_printf (arena,
                    "generated column or default of '%s' that is worked out from '%s'",
                    table->name, column));
}

/* Beside one NOT NULL is bound by a copy. */
static void
see_stored (MariaDifference *difference, const Table *table, const char *column)
{
  Arena *arena = difference->arena;

  see_start (difference,
             arena_printf (
                 arena,
                 "SELECT 1 FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = "
                 "DATABASE() AND TABLE_NAME = %s AND EXTRA LIKE '%%STORED GENERATED%%'",
                 mariadb_quote (arena, table->name)),
             arena_printf (
                 arena,
                 "STORED generated column in '%s', beside which MariaDB makes '%s' NOT "
                 "NULL by a copy of the table while writers wait; `allow_blocking: "
                 "true` lets it",
                 table->name, column));
}

void
maria_see_column (MariaDifference *difference, const Table *table, const char *column)
{
  see_part (difference, table, "COLUMNS", "COLUMN_NAME", "column", column);
}

static void
see_new_parts (MariaDifference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *column = table_column (to, i);
      const char *like = maria_replaced_by (to, column);
      if (table_find_column (from, column->name) != NULL)
        continue;
      maria_see_column (difference, to, column->name);
      if (like != NULL)
        {
          gboolean keeps_type = maria_source_of_type (to, column) != NULL;
          see_bound (difference, to, like, keeps_type);
          see_plain (difference, to, like, keeps_type);
          see_dependent (difference, to, like);
          if (!table_find_column (to, like)->nullable && !difference->blocks)
            see_stored (difference, to, column->name);
        }
    }
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *constraint = to->constraints->pdata[i];
      if (table_find_constraint (from, constraint->name) != NULL)
        continue;
      see_part (difference, to, "TABLE_CONSTRAINTS", "CONSTRAINT_NAME", "constraint",
                constraint->name);
      /* The server makes one of that name for a foreign key. */
      if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
        see_part (difference, to, "STATISTICS", "INDEX_NAME", "index", constraint->name);
    }
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (table_find_index (from, index->name) == NULL)
        see_part (difference, to, "STATISTICS", "INDEX_NAME", "index", index->name);
    }
}

void
maria_see_new (MariaDifference *difference)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = maria_counterpart (difference->from, to);
      if (from == NULL)
        see_table (difference, to->name);
      else
        {
          see_new_parts (difference, from, to);
          maria_see_retypes (difference, from, to);
        }
      if (from != NULL && from->alias == NULL && to->alias != NULL)
        see_table (difference, to->alias);
    }
}
