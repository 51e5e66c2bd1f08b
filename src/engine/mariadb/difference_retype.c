/* SPDX-License-Identifier: Apache-2.0
 *
 * Another type for columns that foreign keys bind to each other.
 *
 * Both sides of a key have one type on this server, and neither changes while the key is
 * there.  So the last of the steps that change them changes them all; on the way back,
 * the first one.
 */
#include "config.h"

#include "engine/mariadb/difference_part.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/lock.h"
#include "engine/mariadb/sql_text.h"

/* Families ---------------------------------------------------------------------- */

/* Columns with all that is bound to them, and the keys that do so. */
typedef struct
{
  const MariaDifference *difference;
  GPtrArray *columns; /* MariaBoundColumn * */
  GPtrArray *keys;    /* MariaBoundKey * */
} Family;

static void
family_clear (Family *family)
{
  g_ptr_array_unref (family->columns);
  g_ptr_array_unref (family->keys);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Family, family_clear)

static void
add_column (Family *family, const char *table, const char *column)
{
  for (guint i = 0; i < family->columns->len; i++)
    {
      const MariaBoundColumn *other = family->columns->pdata[i];
      if (g_str_equal (other->table, table) && g_str_equal (other->column, column))
        return;
    }
  MariaBoundColumn *bound = arena_new0 (family->difference->arena, MariaBoundColumn);
  *bound = (MariaBoundColumn){ .table = table, .column = column };
  g_ptr_array_add (family->columns, bound);
}

static void
add_key (Family *family, const Table *table, const Constraint *constraint)
{
  for (guint i = 0; i < family->keys->len; i++)
    if (((const MariaBoundKey *) family->keys->pdata[i])->constraint == constraint)
      return;
  MariaBoundKey *key = arena_new0 (family->difference->arena, MariaBoundKey);
  *key = (MariaBoundKey){ .table = table->name,
                          .name = constraint->name,
                          .constraint = constraint };
  g_ptr_array_add (family->keys, key);
}

/* The columns that the key binds to @bound, on whichever side that is. */
static void
follow_key (Family *family, const Table *table, const Constraint *constraint,
            const MariaBoundColumn *bound)
{
  const Constraint *key = maria_with_columns (family->difference, constraint);

  for (guint i = 0; key->references_columns != NULL && key->columns[i] != NULL; i++)
    {
      const char *here = key->columns[i], *there = key->references_columns[i];
      gboolean is_here
          = g_str_equal (bound->table, table->name) && g_str_equal (bound->column, here);
      gboolean is_there = g_str_equal (bound->table, key->references_table)
                          && g_str_equal (bound->column, there);
      if (!is_here && !is_there)
        continue;
      add_key (family, table, constraint);
      add_column (family, table->name, here);
      add_column (family, key->references_table, there);
    }
}

static void
follow (Family *family, const MariaBoundColumn *bound)
{
  const GPtrArray *tables = family->difference->to->tables;

  for (guint i = 0; i < tables->len; i++)
    {
      const Table *table = tables->pdata[i];
      for (guint j = 0; j < table->constraints->len; j++)
        {
          const Constraint *constraint = table->constraints->pdata[j];
          if (constraint->kind == CONSTRAINT_FOREIGN_KEY)
            follow_key (family, table, constraint, bound);
        }
    }
}

static Family
family_of (const MariaDifference *difference, const char *table, const char *column)
{
  Family family = { .difference = difference,
                    .columns = g_ptr_array_new (),
                    .keys = g_ptr_array_new () };

  add_column (&family, table, column);
  for (guint i = 0; i < family.columns->len; i++)
    follow (&family, family.columns->pdata[i]);
  return family;
}

/* (nullable) */
static const char *
type_in (const Family *family, const Database *shape, const MariaBoundColumn *bound)
{
  const Table *table = database_find (shape, bound->table);
  const Column *column = table != NULL ? table_find_column (table, bound->column) : NULL;

  return column != NULL ? maria_column_type (column, family->difference->arena) : NULL;
}

/* The first column that does not have the type of the family's first one; (nullable). */
static const MariaBoundColumn *
odd_one (const Family *family, const Database *shape)
{
  const char *type = type_in (family, shape, family->columns->pdata[0]);

  for (guint i = 1; i < family->columns->len; i++)
    if (g_strcmp0 (type_in (family, shape, family->columns->pdata[i]), type) != 0)
      return family->columns->pdata[i];
  return NULL;
}

/* What is refused --------------------------------------------------------------- */

gboolean
maria_changes_number (const Column *was, const Column *is)
{
  static const ColumnType NUMBERS[] = { COLUMN_TYPE_INTEGER, COLUMN_TYPE_BIGINT };
  gboolean from = FALSE, to = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (NUMBERS); i++)
    {
      from = from || was->type.base == NUMBERS[i];
      to = to || is->type.base == NUMBERS[i];
    }
  return from && to && engine_text_for (was->native, "mariadb") == NULL
         && engine_text_for (is->native, "mariadb") == NULL;
}

gboolean
maria_check_retype (const MariaDifference *difference, const Table *table,
                    const Column *column, GError **error)
{
  g_auto (Family) family = family_of (difference, table->name, column->name);
  const MariaBoundColumn *odd = odd_one (&family, difference->step->end);

  return odd == NULL
         || maria_refuse (
             error,
             "foreign keys bind '%s' of '%s' to '%s' of '%s', which would not "
             "have the same type in the end; change both in one file",
             column->name, table->name, odd->column, odd->table);
}

/* What must be as the file says --------------------------------------------------- */

static const char *
rule_is (const char *column, ReferenceAction action, Arena *arena)
{
  static const char *const RULES[] = {
    [REFERENCE_NO_ACTION] = "'RESTRICT', 'NO ACTION'",
    [REFERENCE_RESTRICT] = "'RESTRICT', 'NO ACTION'",
    [REFERENCE_CASCADE] = "'CASCADE'",
    [REFERENCE_SET_NULL] = "'SET NULL'",
    [REFERENCE_SET_DEFAULT] = "'SET DEFAULT'",
  };

  return arena_printf (arena, "%s IN (%s)", column, RULES[action]);
}

/* "the key is one of the family's, and does what the file says" */
static const char *
is_declared (const Family *family)
{
  Arena *arena = family->difference->arena;
  g_autoptr (GString) text = g_string_new ("FALSE");

  for (guint i = 0; i < family->keys->len; i++)
    {
      const MariaBoundKey *key = family->keys->pdata[i];
      g_string_append_printf (
          text, " OR (u.TABLE_NAME = %s AND u.CONSTRAINT_NAME = %s AND %s AND %s)",
          mariadb_quote (arena, key->table), mariadb_quote (arena, key->name),
          rule_is ("r.DELETE_RULE", key->constraint->on_delete, arena),
          rule_is ("r.UPDATE_RULE", key->constraint->on_update, arena));
    }
  return arena_strdup (arena, text->str);
}

static void
see_keys (MariaDifference *difference, const Family *family,
          const MariaBoundColumn *bound)
{
  Arena *arena = difference->arena;
  const char *table = mariadb_quote (arena, bound->table);
  const char *column = mariadb_quote (arena, bound->column);

  maria_see_that_not (
      difference,
      arena_printf (
          arena,
          "SELECT 1 FROM information_schema.KEY_COLUMN_USAGE AS u JOIN "
          "information_schema.REFERENTIAL_CONSTRAINTS AS r ON r.CONSTRAINT_SCHEMA = "
          "u.CONSTRAINT_SCHEMA AND r.TABLE_NAME = u.TABLE_NAME AND r.CONSTRAINT_NAME = "
          "u.CONSTRAINT_NAME WHERE ((u.TABLE_SCHEMA = DATABASE() AND u.TABLE_NAME = %s AND "
          "u.COLUMN_NAME = %s) OR (u.REFERENCED_TABLE_SCHEMA = DATABASE() AND "
          "u.REFERENCED_TABLE_NAME = %s AND u.REFERENCED_COLUMN_NAME = %s)) AND NOT "
          "(u.TABLE_SCHEMA = DATABASE() AND (%s))",
          table, column, table, column, is_declared (family)),
      arena_printf (arena,
                    "foreign key over '%s' of '%s' that the file does not name, or with "
                    "another ON DELETE or ON UPDATE",
                    bound->column, bound->table));
}

void
maria_see_retypes (MariaDifference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      const Column *was = table_find_column (from, is->name);
      if (was == NULL || was->type.base == is->type.base
          || !maria_changes_number (was, is))
        continue;
      g_auto (Family) family = family_of (difference, to->name, is->name);
      for (guint j = 0;
           odd_one (&family, difference->to) == NULL && j < family.columns->len; j++)
        see_keys (difference, &family, family.columns->pdata[j]);
    }
}

/* The change ---------------------------------------------------------------------- */

static const char *const *
tables_of (const Family *family)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < family->columns->len; i++)
    {
      const MariaBoundColumn *bound = family->columns->pdata[i];
      if (!g_ptr_array_find_with_equal_func (names, bound->table, g_str_equal, NULL))
        g_ptr_array_add (names, (gpointer) bound->table);
    }
  return arena_ptr_array (family->difference->arena, names);
}

static const char *
retype_text (const MariaDifference *difference, const MariaRetype *retype)
{
  g_autoptr (GString) sql
      = g_string_new (maria_lock_text (retype->tables, difference->arena));

  for (guint i = 0; i < retype->n_keys; i++)
    g_string_append_printf (sql, "; ALTER TABLE %s DROP FOREIGN KEY IF EXISTS %s",
                            maria_name (difference, retype->keys[i]->table),
                            maria_name (difference, retype->keys[i]->name));
  for (guint i = 0; i < retype->n_columns; i++)
    g_string_append_printf (sql, "; ALTER TABLE %s MODIFY COLUMN %s %s …",
                            maria_name (difference, retype->columns[i]->table),
                            maria_name (difference, retype->columns[i]->column),
                            retype->type);
  for (guint i = 0; i < retype->n_keys; i++)
    g_string_append_printf (sql, "; %s", retype->keys[i]->sql);
  g_string_append (sql, "; UNLOCK TABLES");
  return arena_strdup (difference->arena, sql->str);
}

static void
add_retype (MariaDifference *difference, const MariaRetype *retype)
{
  const MariaDetail detail
      = { .kind = MARIA_RETYPE,
          .retype = arena_memdup (difference->arena, retype, sizeof *retype) };

  maria_difference_add (difference, &detail, LOCK_CLASS_EXCLUSIVE, ACTION_COST_REWRITE,
                        retype_text (difference, retype));
}

gboolean
maria_retype_bound (MariaDifference *difference, const Table *table, const Column *is,
                    gboolean *bound, GError **error)
{
  g_auto (Family) family = family_of (difference, table->name, is->name);

  *bound = family.keys->len > 0;
  if (!*bound || odd_one (&family, difference->to) != NULL)
    return TRUE;
  for (guint i = 0; i < family.keys->len; i++)
    {
      MariaBoundKey *key = family.keys->pdata[i];
      key->sql = maria_reference_sql (
          difference, database_find (difference->to, key->table), key->constraint, error);
      if (key->sql == NULL)
        return FALSE;
    }
  const MariaRetype retype = {
    .type = maria_column_type (is, difference->arena),
    .tables = tables_of (&family),
    .columns = (const MariaBoundColumn *const *) arena_ptr_array (difference->arena,
                                                                  family.columns),
    .n_columns = family.columns->len,
    .keys
    = (const MariaBoundKey *const *) arena_ptr_array (difference->arena, family.keys),
    .n_keys = family.keys->len,
  };
  add_retype (difference, &retype);
  for (guint i = 0; i < family.keys->len; i++)
    maria_prove_reference (difference,
                           database_find (difference->to, retype.keys[i]->table),
                           retype.keys[i]->constraint);
  return TRUE;
}
