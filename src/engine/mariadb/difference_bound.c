/* SPDX-License-Identifier: Apache-2.0
 *
 * Constraints and indexes.  What the server cannot add while writers go on, or prove, is
 * refused.
 */
#include "config.h"

#include "engine/mariadb/difference_part.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/sql_text.h"
#include "model/constraint_match.h"

/* Of a long text the server keeps a hash, in a column that it hides and that makes it
 * copy the table. */
static gboolean
check_unique (const MariaDifference *difference, const Table *table, const char *column,
              GError **error)
{
  if (difference->blocks
      || !maria_is_long (table_find_column (table, column), difference->arena))
    return TRUE;
  return maria_refuse (
      error,
      "'%s' of '%s' has a type without a length, and a unique key over it would "
      "copy the table while writers wait; give it a length, or say "
      "`allow_blocking: true`",
      column, table->name);
}

gboolean
maria_check_unique_index (const MariaDifference *difference, const Table *table,
                          const Index *index, GError **error)
{
  for (guint i = 0; index->unique && i < index->n_parts; i++)
    if (index->parts[i].column != NULL
        && !check_unique (difference, table, index->parts[i].column, error))
      return FALSE;
  return TRUE;
}

/* What is there already ----------------------------------------------------------- */

/* The server has no name for a primary key, and gives a unique one another name as it is.
 */
static gboolean
only_changes_name (const Table *from, const Table *to, const Constraint *constraint)
{
  return (constraint->kind == CONSTRAINT_PRIMARY_KEY
          || constraint->kind == CONSTRAINT_UNIQUE)
         && constraint_renamed_to (from, to, constraint) != NULL;
}

/* The key as it is declared, by whose name it has to be there. */
static const MariaPlace *
place_of (const MariaDifference *difference, const Table *table, const Constraint *key)
{
  const MariaPlace place = { .declared = table, .name = key->name, .over = key->columns };

  return difference->back ? NULL : arena_memdup (difference->arena, &place, sizeof place);
}

static void
rename_key (MariaDifference *difference, const Table *table, const Constraint *key,
            const char *to)
{
  const char *sql = arena_printf (
      difference->arena, "ALTER TABLE %s RENAME INDEX %s TO %s%s",
      maria_name (difference, table->name), maria_name (difference, key->name),
      maria_name (difference, to), difference->blocks ? "" : INSTANT);
  const MariaDetail detail = { .kind = MARIA_PLACE_INDEX,
                               .table = table->name,
                               .text = sql,
                               .aside = key->name,
                               .place = place_of (difference, table, key) };

  maria_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INSTANT, sql);
}

/* Adding ------------------------------------------------------------------------ */

static gboolean
add_unique (MariaDifference *difference, const Table *table, const Constraint *key,
            GError **error)
{
  for (guint i = 0; key->columns[i] != NULL; i++)
    if (!check_unique (difference, table, key->columns[i], error))
      return FALSE;
  maria_alter (difference, table,
               arena_printf (difference->arena, "ADD UNIQUE INDEX IF NOT EXISTS %s (%s)",
                             maria_name (difference, key->name),
                             mariadb_names (difference->arena, "", key->columns)),
               NOCOPY, ACTION_COST_INDEX);
  return TRUE;
}

/* A column that comes back brings its checks with it: past the line where data is lost,
 * where nothing goes on as long as they are not there. */
static gboolean
may_copy (const MariaDifference *difference)
{
  return difference->blocks
         || (difference->back
             && difference->step->step->operation->kind == OPERATION_DROP_COLUMN);
}

static gboolean
add_check (MariaDifference *difference, const Table *table, const Constraint *check,
           GError **error)
{
  const char *text = maria_constraint_text (table, check, difference->arena, error);

  if (text == NULL)
    return FALSE;
  if (!may_copy (difference))
    return maria_refuse (error,
                         "MariaDB would copy '%s' for check '%s' while writers wait; "
                         "`allow_blocking: true` lets it",
                         table->name, check->name);
  g_autoptr (GString) clause = g_string_new (text);
  g_string_replace (clause, "CONSTRAINT ", "ADD CONSTRAINT IF NOT EXISTS ", 1);
  maria_alter_by_copy (difference, table, arena_strdup (difference->arena, clause->str));
  return TRUE;
}

/* "`t`.`a` IS NOT NULL AND …": rows to which the key does not apply have a null. */
static const char *
refers (const MariaDifference *difference, const Table *table, const Constraint *key)
{
  const char *child = maria_name (difference, table->name);
  g_autoptr (GString) given = g_string_new (NULL);
  g_autoptr (GString) same = g_string_new (NULL);

  for (guint i = 0; key->columns[i] != NULL; i++)
    {
      const char *column = arena_printf (difference->arena, "%s.%s", child,
                                         maria_name (difference, key->columns[i]));
      g_string_append_printf (given, "%s IS NOT NULL AND ", column);
      g_string_append_printf (same, "%szdm_parent.%s = %s", i > 0 ? " AND " : "",
                              maria_name (difference, key->references_columns[i]),
                              column);
    }
  return arena_printf (
      difference->arena, "%sNOT EXISTS (SELECT 1 FROM %s AS zdm_parent WHERE %s)",
      given->str, maria_name (difference, key->references_table), same->str);
}

void
maria_prove_reference (MariaDifference *difference, const Table *table,
                       const Constraint *constraint)
{
  const Constraint *key = maria_with_columns (difference, constraint);
  Arena *arena = difference->arena;
  const MariaDetail detail
      = { .kind = MARIA_PROVE,
          .table = table->name,
          .text = refers (difference, table, key),
          .what = arena_printf (arena, "foreign key '%s'", key->name) };
  Action *action
      = maria_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_SCAN,
                              arena_printf (arena, "see that no row of %s breaks %s",
                                            maria_name (difference, table->name),
                                            maria_name (difference, key->name)));

  action->transaction = ACTION_OWN_TRANSACTION;
}

/* The server takes the key without a look at the rows that are there, and keeps all that
 * is written from then on: so these are looked at behind it. */
const char *
maria_reference_sql (const MariaDifference *difference, const Table *table,
                     const Constraint *constraint, GError **error)
{
  Arena *arena = difference->arena;
  const Constraint *key = maria_with_columns (difference, constraint);
  const char *text = maria_constraint_text (table, key, arena, error);

  if (text == NULL)
    return NULL;
  g_autoptr (GString) clause = g_string_new (text);
  g_string_replace (clause, "FOREIGN KEY ",
                    arena_printf (arena, "FOREIGN KEY IF NOT EXISTS %s ",
                                  maria_name (difference, key->name)),
                    1);
  return arena_printf (arena,
                       "SET STATEMENT foreign_key_checks = 0 FOR ALTER TABLE %s ADD %s%s",
                       maria_name (difference, table->name), clause->str, NOCOPY);
}

static gboolean
add_reference (MariaDifference *difference, const Table *table, const Constraint *key,
               GError **error)
{
  const char *sql = maria_reference_sql (difference, table, key, error);

  if (sql == NULL)
    return FALSE;
  maria_add_statement (difference, LOCK_CLASS_NONE, ACTION_COST_INDEX, sql);
  maria_prove_reference (difference, table, key);
  return TRUE;
}

const Constraint *
maria_with_columns (const MariaDifference *difference, const Constraint *key)
{
  const Table *parent = key->kind == CONSTRAINT_FOREIGN_KEY
                            ? database_find (difference->to, key->references_table)
                            : NULL;
  const Constraint *primary = parent != NULL ? table_primary_key (parent) : NULL;

  return maria_full_reference (key, primary != NULL ? primary->columns : NULL,
                               difference->arena);
}

static gboolean
add_constraint (MariaDifference *difference, const Table *from, const Table *to,
                const Constraint *constraint, GError **error)
{
  for (guint i = 0; i < from->constraints->len; i++)
    {
      const Constraint *old = from->constraints->pdata[i];
      if (table_find_constraint (to, old->name) != NULL
          || !only_changes_name (from, to, old)
          || constraint_renamed_to (from, to, old) != constraint)
        continue;
      if (old->kind == CONSTRAINT_UNIQUE)
        rename_key (difference, from, old, constraint->name);
      return TRUE;
    }
  switch (constraint->kind)
    {
    case CONSTRAINT_UNIQUE:
      return add_unique (difference, to, constraint, error);
    case CONSTRAINT_CHECK:
      return add_check (difference, to, constraint, error);
    case CONSTRAINT_FOREIGN_KEY:
      return add_reference (difference, to, constraint, error);
    default:
      return maria_refuse (error,
                           "a primary key is not added to '%s', a table that is there, "
                           "on MariaDB yet",
                           to->name);
    }
}

static gboolean
add_index (MariaDifference *difference, const Table *table, const Index *index,
           GError **error)
{
  const char *text = maria_index_text (table, index, difference->arena, error);

  if (text == NULL || !maria_check_unique_index (difference, table, index, error))
    return FALSE;
  g_autoptr (GString) clause = g_string_new ("ADD ");
  g_string_append (clause, text);
  g_string_replace (clause, "INDEX ", "INDEX IF NOT EXISTS ", 1);
  maria_alter (difference, table, arena_strdup (difference->arena, clause->str), NOCOPY,
               ACTION_COST_INDEX);
  return TRUE;
}

static gboolean
add_constraints (MariaDifference *difference, const Table *from, const Table *to,
                 gboolean foreign, GError **error)
{
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *constraint = to->constraints->pdata[i];
      if ((constraint->kind == CONSTRAINT_FOREIGN_KEY) == foreign
          && table_find_constraint (from, constraint->name) == NULL
          && !add_constraint (difference, from, to, constraint, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
maria_add_references (MariaDifference *difference, const Table *from, const Table *to,
                      GError **error)
{
  return add_constraints (difference, from, to, TRUE, error);
}

gboolean
maria_add_bound (MariaDifference *difference, const Table *from, const Table *to,
                 GError **error)
{
  if (!add_constraints (difference, from, to, FALSE, error))
    return FALSE;
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (table_find_index (from, index->name) == NULL
          && !add_index (difference, to, index, error))
        return FALSE;
    }
  return TRUE;
}

/* Dropping ---------------------------------------------------------------------- */

/* The index that the server has made for the key stays where the key was there before. */
static gboolean
drop_reference (MariaDifference *difference, const Table *from, const Table *to,
                const Constraint *key)
{
  const char *name = maria_name (difference, key->name);

  maria_alter (difference, from,
               arena_printf (difference->arena, "DROP FOREIGN KEY IF EXISTS %s", name),
               NOCOPY, ACTION_COST_INSTANT);
  if (difference->back && table_find_index (to, key->name) == NULL)
    maria_alter (difference, from,
                 arena_printf (difference->arena, "DROP INDEX IF EXISTS %s", name),
                 NOCOPY, ACTION_COST_INSTANT);
  return TRUE;
}

/* Whether every column that it is over goes with it. */
static gboolean
goes_with_columns (const Table *to, const Constraint *constraint)
{
  for (guint i = 0; constraint->columns[i] != NULL; i++)
    if (table_find_column (to, constraint->columns[i]) == NULL)
      return TRUE;
  return FALSE;
}

static void
drop_key (MariaDifference *difference, const Table *table, const Constraint *key)
{
  const char *sql = arena_printf (
      difference->arena, "ALTER TABLE %s DROP INDEX IF EXISTS %s%s",
      maria_name (difference, table->name), maria_name (difference, key->name),
      difference->blocks ? "" : NOCOPY);
  const MariaDetail detail = { .kind = MARIA_STATEMENT,
                               .text = sql,
                               .place = place_of (difference, table, key) };

  maria_difference_add (difference, &detail,
                        difference->blocks ? LOCK_CLASS_WRITE : LOCK_CLASS_NONE,
                        ACTION_COST_INSTANT, sql);
}

static gboolean
drop_constraint (MariaDifference *difference, const Table *from, const Table *to,
                 const Constraint *constraint, GError **error)
{
  const char *name = maria_name (difference, constraint->name);

  if (only_changes_name (from, to, constraint))
    return TRUE;
  if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
    return drop_reference (difference, from, to, constraint);
  if (constraint->kind == CONSTRAINT_PRIMARY_KEY)
    return maria_refuse (error, "the primary key of '%s' is not dropped on MariaDB yet",
                         from->name);
  if (constraint->kind == CONSTRAINT_CHECK && !difference->blocks && !difference->back
      && !goes_with_columns (to, constraint))
    return maria_refuse (error,
                         "check '%s' of '%s' could only be given back by a copy of the "
                         "table while writers wait; `allow_blocking: true` lets it",
                         constraint->name, from->name);
  if (constraint->kind == CONSTRAINT_UNIQUE)
    drop_key (difference, from, constraint);
  else
    maria_alter (difference, from,
                 arena_printf (difference->arena, "DROP CONSTRAINT IF EXISTS %s", name),
                 NOCOPY, ACTION_COST_INSTANT);
  return TRUE;
}

/* Foreign keys first: they hold the keys that they refer to. */
static gboolean
drop_constraints (MariaDifference *difference, const Table *from, const Table *to,
                  gboolean foreign, GError **error)
{
  for (guint i = 0; i < from->constraints->len; i++)
    {
      const Constraint *constraint = from->constraints->pdata[i];
      if ((constraint->kind == CONSTRAINT_FOREIGN_KEY) == foreign
          && table_find_constraint (to, constraint->name) == NULL
          && !drop_constraint (difference, from, to, constraint, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
maria_drop_references (MariaDifference *difference, const Table *from, const Table *to,
                       GError **error)
{
  return drop_constraints (difference, from, to, TRUE, error);
}

gboolean
maria_drop_bound (MariaDifference *difference, const Table *from, const Table *to,
                  GError **error)
{
  if (!drop_constraints (difference, from, to, FALSE, error))
    return FALSE;
  for (guint i = 0; i < from->indexes->len; i++)
    {
      const Index *index = from->indexes->pdata[i];
      if (table_find_index (to, index->name) == NULL)
        maria_alter (difference, from,
                     arena_printf (difference->arena, "DROP INDEX IF EXISTS %s",
                                   maria_name (difference, index->name)),
                     NOCOPY, ACTION_COST_INSTANT);
    }
  return TRUE;
}
