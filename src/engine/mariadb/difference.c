/* SPDX-License-Identifier: Apache-2.0
 *
 * From one shape to another, table by table.
 */
#include "config.h"

#include "engine/mariadb/difference.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/sql_text.h"
#include "model/error.h"
#include "model/generated_name.h"
#include "model/shape.h"

#define INSTANT ", ALGORITHM=INSTANT, LOCK=NONE"
#define NOCOPY ", ALGORITHM=NOCOPY, LOCK=NONE"
#define INPLACE ", ALGORITHM=INPLACE, LOCK=NONE"

/* Actions ----------------------------------------------------------------------- */

Action *
maria_difference_add (MariaDifference *difference, const MariaDetail *detail,
                      LockClass lock, ActionCost cost, const char *sql)
{
  Action *action = arena_new0 (difference->arena, Action);

  action->kind = ACTION_OWN;
  action->lock = lock;
  action->cost = cost;
  action->transaction = ACTION_NO_TRANSACTION;
  action->sql = sql;
  action->detail = arena_memdup (difference->arena, detail, sizeof *detail);
  g_ptr_array_add (difference->actions, action);
  return action;
}

static Action *
add_statement (MariaDifference *difference, LockClass lock, ActionCost cost,
               const char *sql)
{
  return maria_difference_add (difference,
                               &(MariaDetail){ .kind = MARIA_STATEMENT, .text = sql },
                               lock, cost, sql);
}

/* Whoever allows it to block lets the server choose. */
static Action *
alter (MariaDifference *difference, const Table *table, const char *clause,
       const char *algorithm, ActionCost cost)
{
  return add_statement (difference,
                        difference->blocks ? LOCK_CLASS_WRITE : LOCK_CLASS_NONE, cost,
                        arena_printf (difference->arena, "ALTER TABLE %s %s%s",
                                      mariadb_identifier (difference->arena, table->name),
                                      clause, difference->blocks ? "" : algorithm));
}

static const char *
name_of (const MariaDifference *difference, const char *name)
{
  return mariadb_identifier (difference->arena, name);
}

static const Table *
counterpart (const Database *database, const Table *table)
{
  const Table *found = database_find (database, table->name);

  return found != NULL && g_str_equal (found->name, table->name) ? found : NULL;
}

static gboolean refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* FALSE, always. */
static gboolean
refuse (GError **error, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED, "%s", text);
  return FALSE;
}

/* What must not be there yet ---------------------------------------------------- */

/* All of a step are one short transaction, before anything is made: what the step makes
 * is its own from then on, also when it is taken back. */
static void
see_that_not (MariaDifference *difference, const char *query, const char *what)
{
  const MariaDetail detail = { .kind = MARIA_REFUSE, .text = query, .what = what };
  Action *action = maria_difference_add (
      difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INSTANT,
      arena_printf (difference->arena, "see that there is no %s yet", what));

  action->transaction
      = difference->actions->len == 1 ? ACTION_OWN_TRANSACTION : ACTION_SAME_TRANSACTION;
}

static void
see_table (MariaDifference *difference, const Table *table)
{
  Arena *arena = difference->arena;

  see_that_not (difference,
                arena_printf (arena,
                              "SELECT 1 FROM information_schema.TABLES WHERE "
                              "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s",
                              mariadb_quote (arena, table->name)),
                arena_printf (arena, "table '%s'", table->name));
}

static void
see_part (MariaDifference *difference, const Table *table, const char *catalogue,
          const char *key, const char *kind, const char *name)
{
  Arena *arena = difference->arena;

  see_that_not (difference,
                arena_printf (arena,
                              "SELECT 1 FROM information_schema.%s WHERE TABLE_SCHEMA = "
                              "DATABASE() AND TABLE_NAME = %s AND %s = %s",
                              catalogue, mariadb_quote (arena, table->name), key,
                              mariadb_quote (arena, name)),
                arena_printf (arena, "%s '%s' in '%s'", kind, name, table->name));
}

/* "NOT IN ('a', 'b')": the keys and indexes that the file names. */
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
        g_string_append_printf (text, ", %s", mariadb_quote (arena, constraint->name));
    }
  g_string_append_c (text, ')');
  return arena_strdup (arena, text->str);
}

/* What is bound to a column beyond what the file names goes, or changes, with it. */
static void
see_bound (MariaDifference *difference, const Table *table, const char *column)
{
  Arena *arena = difference->arena;
  const char *others = undeclared (table, arena);
  const char *where = arena_printf (
      arena, "TABLE_SCHEMA = DATABASE() AND TABLE_NAME = %s AND COLUMN_NAME = %s",
      mariadb_quote (arena, table->name), mariadb_quote (arena, column));

  see_that_not (
      difference,
      arena_printf (arena,
                    "SELECT 1 FROM information_schema.STATISTICS WHERE %s AND INDEX_NAME "
                    "%s UNION SELECT 1 FROM information_schema.KEY_COLUMN_USAGE WHERE %s "
                    "AND CONSTRAINT_NAME %s UNION SELECT 1 FROM "
                    "information_schema.CHECK_CONSTRAINTS "
                    "WHERE CONSTRAINT_SCHEMA = DATABASE() AND TABLE_NAME = %s "
                    "AND LOCATE(%s, CHECK_CLAUSE) > 0",
                    where, others, where, others, mariadb_quote (arena, table->name),
                    mariadb_quote (arena, mariadb_identifier (arena, column))),
      arena_printf (arena,
                    "index or constraint over '%s' of '%s' that the file does not name",
                    column, table->name));
}

/* Columns that take another one's place --------------------------------------- */

/* Pairs: a column that goes at the end of its rename, or on the way back over that, and
 * the one that stays; NULL-ended. */
static const char *const *
moved_columns (const Table *from, const Table *to, Arena *arena)
{
  const char **moves = arena_new_array (arena, const char *,
                                        2 * (from->syncs->len + to->syncs->len) + 1);
  guint n = 0;

  for (guint i = 0; i < from->syncs->len; i++)
    {
      const Sync *sync = from->syncs->pdata[i];
      if (sync->purpose == SYNC_FOR_RENAME
          && table_find_column (to, sync->old_columns[0]) == NULL)
        {
          moves[n++] = sync->old_columns[0];
          moves[n++] = sync->new_columns[0];
        }
    }
  for (guint i = 0; i < to->syncs->len; i++)
    {
      const Sync *sync = to->syncs->pdata[i];
      if (sync->purpose == SYNC_FOR_RENAME
          && table_find_column (from, sync->old_columns[0]) == NULL)
        {
          moves[n++] = sync->new_columns[0];
          moves[n++] = sync->old_columns[0];
        }
    }
  moves[n] = NULL;
  return moves;
}

/* Tables that are not as simple -------------------------------------------------- */

/* Whether the one is the other but for a column that was renamed. */
static gboolean
is_moved_key (const Table *from, const Table *to, const Constraint *was,
              const Constraint *is, Arena *arena)
{
  const char *const *moves = moved_columns (from, to, arena);
  const Constraint *moved = was;

  for (guint i = 0; moves[i] != NULL; i += 2)
    moved = constraint_rename_column (arena, moved, moves[i], moves[i + 1]);
  return is->kind == CONSTRAINT_UNIQUE && constraint_equal (moved, is);
}

static gboolean
is_moved_index (const Table *from, const Table *to, const Index *was, const Index *is,
                Arena *arena)
{
  const char *const *moves = moved_columns (from, to, arena);
  const Index *moved = was;

  for (guint i = 0; moves[i] != NULL; i += 2)
    moved = index_rename_column (arena, moved, moves[i], moves[i + 1]);
  return index_equal (moved, is);
}

static gboolean
check_constraints (const Table *from, const Table *to, Arena *arena, GError **error)
{
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *is = to->constraints->pdata[i];
      const Constraint *was = table_find_constraint (from, is->name);
      if (was != NULL && !constraint_equal (was, is)
          && !is_moved_key (from, to, was, is, arena))
        return refuse (error,
                       "constraint '%s' of '%s' would have to follow a column or change, "
                       "which is not done on MariaDB yet",
                       is->name, to->name);
    }
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *is = to->indexes->pdata[i];
      const Index *was = table_find_index (from, is->name);
      if (was != NULL && !index_equal (was, is)
          && !is_moved_index (from, to, was, is, arena))
        return refuse (
            error,
            "index '%s' of '%s' would have to follow a column or change, which "
            "is not done on MariaDB yet",
            is->name, to->name);
    }
  return TRUE;
}

static gboolean
check_column (const MariaDifference *difference, const Table *table, const Column *was,
              const Column *is, GError **error)
{
  Arena *arena = difference->arena;

  if (is->identity != was->identity || g_strcmp0 (is->comment, was->comment) != 0
      || g_strcmp0 (is->collate, was->collate) != 0)
    return refuse (error,
                   "the comment, collation or numbering of column '%s' of '%s' would "
                   "change, which is not done on MariaDB yet",
                   is->name, table->name);
  if (g_str_equal (maria_column_type (was, arena), maria_column_type (is, arena)))
    return TRUE;
  return refuse (
      error,
      "column '%s' of '%s' would change from %s to %s, which MariaDB cannot do "
      "and take back while applications write it",
      is->name, table->name, maria_column_type (was, arena),
      maria_column_type (is, arena));
}

static gboolean
check_tables (const MariaDifference *difference, const Table *from, const Table *to,
              GError **error)
{
  if (from->alias != NULL || to->alias != NULL)
    return refuse (error, "a table is not renamed on MariaDB yet");
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      const Column *was = table_find_column (from, is->name);
      if (was != NULL && !check_column (difference, to, was, is, error))
        return FALSE;
      if (was == NULL && !difference->back && is->identity != IDENTITY_NONE)
        return refuse (error, "a numbered column is not added on MariaDB yet");
    }
  return check_constraints (from, to, difference->arena, error);
}

static gboolean
is_long (const Column *column, Arena *arena)
{
  const char *type = column != NULL ? maria_column_type (column, arena) : "";

  return g_str_equal (type, "LONGTEXT") || g_str_equal (type, "LONGBLOB")
         || g_str_equal (type, "JSON");
}

/* InnoDB keeps no key of a text whose length nobody knows. */
static gboolean
check_primary_key (const Table *table, Arena *arena, GError **error)
{
  const Constraint *key = table_primary_key (table);

  for (guint i = 0; key != NULL && key->columns[i] != NULL; i++)
    {
      const Column *column = table_find_column (table, key->columns[i]);
      if (is_long (column, arena))
        return refuse (error,
                       "column '%s' of '%s' is %s, which is no primary key on MariaDB; "
                       "give it a type with a length",
                       column->name, table->name, maria_column_type (column, arena));
    }
  return TRUE;
}

static gboolean
check_shapes (const MariaDifference *difference, GError **error)
{
  const Database *shapes[] = { difference->from, difference->to };

  for (guint i = 0; i < G_N_ELEMENTS (shapes); i++)
    {
      if (shapes[i]->table_syncs->len > 0)
        return refuse (error, "a table is not split on MariaDB yet");
      if (shapes[i]->lookup_syncs->len > 0)
        return refuse (error, "a column is not filled from another table on MariaDB yet");
      for (guint j = 0; j < shapes[i]->tables->len; j++)
        if (!check_primary_key (shapes[i]->tables->pdata[j], difference->arena, error))
          return FALSE;
    }
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = counterpart (difference->from, to);
      if (from != NULL && !check_tables (difference, from, to, error))
        return FALSE;
    }
  return TRUE;
}

/* Triggers ---------------------------------------------------------------------- */

typedef struct
{
  GPtrArray *from, *to; /* MariaTrigger * */
  gboolean same;
} Triggers;

static gboolean
read_triggers (MariaDifference *difference, const Table *from, const Table *to,
               Triggers *triggers, GError **error)
{
  triggers->from = g_ptr_array_new ();
  triggers->to = g_ptr_array_new ();
  if (!maria_triggers (from, triggers->from, difference->arena, error)
      || !maria_triggers (to, triggers->to, difference->arena, error))
    return FALSE;
  triggers->same = triggers->from->len == triggers->to->len;
  for (guint i = 0; triggers->same && i < triggers->to->len; i++)
    triggers->same = g_str_equal (((const MariaTrigger *) triggers->from->pdata[i])->sql,
                                  ((const MariaTrigger *) triggers->to->pdata[i])->sql);
  return TRUE;
}

static void
triggers_clear (Triggers *triggers)
{
  g_clear_pointer (&triggers->from, g_ptr_array_unref);
  g_clear_pointer (&triggers->to, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Triggers, triggers_clear)

/* A copy that lives as long as the action. */
static const MariaTrigger *const *
keep_triggers (MariaDifference *difference, const GPtrArray *triggers)
{
  const MariaTrigger **list
      = arena_new_array (difference->arena, const MariaTrigger *, triggers->len + 1);

  for (guint i = 0; i < triggers->len; i++)
    list[i] = triggers->pdata[i];
  return list;
}

static void
create_triggers (MariaDifference *difference, const Table *table,
                 const Triggers *triggers)
{
  for (guint i = 0; i < triggers->to->len; i++)
    {
      const MariaTrigger *trigger = triggers->to->pdata[i];
      const MariaDetail detail = { .kind = MARIA_SYNC,
                                   .table = table->name,
                                   .shape = difference->to,
                                   .text = trigger->sql };
      maria_difference_add (difference, &detail, LOCK_CLASS_WRITE, ACTION_COST_INSTANT,
                            trigger->sql);
    }
}

/* Columns ----------------------------------------------------------------------- */

static gboolean
is_mirror (const Table *table, const char *column)
{
  const Sync *sync = table_sync_of_new (table, column);

  return sync != NULL && sync->mode != SYNC_NONE;
}

/* The live column whose own exact type a new one takes: in a rename, and on the way back
 * over it. */
static const char *
source_of_type (const Table *to, const Column *column)
{
  const Sync *sync = table_sync_of_new (to, column->name);

  if (sync != NULL && sync->purpose == SYNC_FOR_RENAME)
    return sync->old_columns[0];
  sync = table_sync_of_old (to, column->name);
  return sync != NULL && sync->purpose == SYNC_FOR_RENAME ? sync->new_columns[0] : NULL;
}

static gboolean
add_column (MariaDifference *difference, const Table *to, const Column *column,
            GError **error)
{
  Arena *arena = difference->arena;
  gboolean nullable = column->nullable || difference->back;
  const char *text = maria_column_text (column, nullable, arena, error);
  const char *invisible = is_mirror (to, column->name) ? " INVISIBLE" : "";

  if (text == NULL)
    return FALSE;
  const char *sql = arena_printf (arena, "ALTER TABLE %s ADD COLUMN IF NOT EXISTS %s%s%s",
                                  name_of (difference, to->name), text, invisible,
                                  difference->blocks ? "" : INSTANT);
  const MariaDetail detail
      = { .kind
          = source_of_type (to, column) != NULL ? MARIA_ADD_COLUMN : MARIA_STATEMENT,
          .table = to->name,
          .text = sql,
          .column = column,
          .like = source_of_type (to, column),
          .invisible = is_mirror (to, column->name),
          .algorithm = difference->blocks ? "" : INSTANT };
  maria_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INSTANT, sql);
  return TRUE;
}

static gboolean
same_default (const Column *a, const Column *b)
{
  if (a->default_kind != b->default_kind)
    return FALSE;
  if (a->default_kind == DEFAULT_VALUE)
    return value_equal (&a->default_value, &b->default_value);
  return a->default_kind == DEFAULT_NONE
         || engine_text_equal (a->default_expression, b->default_expression);
}

/* NULL or not, and whether those see it who do not name it. */
static void
redefine (MariaDifference *difference, const Table *table, const Column *is,
          gboolean invisible, gboolean rewrites)
{
  const char *algorithm = difference->blocks ? "" : rewrites ? INPLACE : INSTANT;
  const MariaDetail detail = { .kind = MARIA_REDEFINE,
                               .table = table->name,
                               .column = is,
                               .invisible = invisible,
                               .algorithm = algorithm };

  maria_difference_add (
      difference, &detail, LOCK_CLASS_NONE,
      rewrites ? ACTION_COST_REWRITE : ACTION_COST_INSTANT,
      arena_printf (difference->arena, "ALTER TABLE %s MODIFY COLUMN %s … %sNULL%s%s",
                    name_of (difference, table->name), name_of (difference, is->name),
                    is->nullable ? "" : "NOT ", invisible ? " INVISIBLE" : "",
                    algorithm));
}

static gboolean
change_column (MariaDifference *difference, const Table *from, const Table *to,
               const Column *was, const Column *is, GError **error)
{
  Arena *arena = difference->arena;
  gboolean invisible = is_mirror (to, is->name);
  const char *text;

  if (!same_default (was, is))
    {
      if (!maria_default_text (is, arena, &text, error))
        return FALSE;
      alter (difference, to,
             text != NULL ? arena_printf (arena, "ALTER COLUMN %s SET DEFAULT %s",
                                          name_of (difference, is->name), text)
                          : arena_printf (arena, "ALTER COLUMN %s DROP DEFAULT",
                                          name_of (difference, is->name)),
             INSTANT, ACTION_COST_INSTANT);
    }
  if (!was->nullable != !is->nullable || invisible != is_mirror (from, is->name))
    redefine (difference, to, is, invisible, !was->nullable != !is->nullable);
  return TRUE;
}

static gboolean
each_column (MariaDifference *difference, const Table *from, const Table *to,
             gboolean comes, GError **error)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      const Column *was = table_find_column (from, is->name);
      if ((was == NULL) == comes
          && !(comes ? add_column (difference, to, is, error)
                     : change_column (difference, from, to, was, is, error)))
        return FALSE;
    }
  return TRUE;
}

static const char *const *
gone_columns (MariaDifference *difference, const Table *from, const Table *to)
{
  const char **names
      = arena_new_array (difference->arena, const char *, table_n_columns (from) + 1);
  guint n = 0;

  for (guint i = 0; i < table_n_columns (from); i++)
    if (table_find_column (to, table_column (from, i)->name) == NULL)
      names[n++] = table_column (from, i)->name;
  names[n] = NULL;
  return names;
}

/* A trigger that speaks of a column that is gone fails every write, and without the
 * trigger a NOT NULL column fails those that leave it out: both go while nobody looks. */
static void
drop_columns (MariaDifference *difference, const Table *from, const Table *to,
              const Triggers *triggers)
{
  Arena *arena = difference->arena;
  g_autoptr (GString) sql = g_string_new (NULL);
  const char *const *columns = gone_columns (difference, from, to);

  if (columns[0] == NULL && triggers->same)
    return;
  g_string_append_printf (sql, "LOCK TABLES %s WRITE", name_of (difference, from->name));
  const MariaDetail detail
      = { .kind = MARIA_DROP_COLUMNS,
          .table = from->name,
          .columns = columns,
          .drops
          = triggers->from->len > 0 ? keep_triggers (difference, triggers->from) : NULL,
          .triggers = keep_triggers (difference, triggers->to),
          .algorithm = difference->blocks ? "" : NOCOPY };
  for (guint i = 0; i < triggers->from->len; i++)
    g_string_append_printf (
        sql, "; DROP TRIGGER IF EXISTS %s",
        name_of (difference, ((const MariaTrigger *) triggers->from->pdata[i])->name));
  for (guint i = 0; columns[i] != NULL; i++)
    g_string_append_printf (sql, "; ALTER TABLE %s DROP COLUMN IF EXISTS %s%s",
                            name_of (difference, from->name),
                            name_of (difference, columns[i]), detail.algorithm);
  for (guint i = 0; i < triggers->to->len; i++)
    g_string_append_printf (sql, "; %s",
                            ((const MariaTrigger *) triggers->to->pdata[i])->sql);
  g_string_append (sql, "; UNLOCK TABLES");
  Action *action
      = maria_difference_add (difference, &detail, LOCK_CLASS_EXCLUSIVE,
                              ACTION_COST_INSTANT, arena_strdup (arena, sql->str));
  action->loses_data = columns[0] != NULL;
}

/* Constraints and indexes ------------------------------------------------------- */

/* Of a long text the server keeps a hash, in a column that it hides and that makes it
 * copy the table. */
static gboolean
check_unique (const MariaDifference *difference, const Table *table, const char *column,
              GError **error)
{
  if (difference->blocks
      || !is_long (table_find_column (table, column), difference->arena))
    return TRUE;
  return refuse (
      error,
      "'%s' of '%s' has a type without a length, and a unique key over it would "
      "copy the table while writers wait; give it a length, or say "
      "`allow_blocking: true`",
      column, table->name);
}

static gboolean
check_unique_index (const MariaDifference *difference, const Table *table,
                    const Index *index, GError **error)
{
  for (guint i = 0; index->unique && i < index->n_parts; i++)
    if (index->parts[i].column != NULL
        && !check_unique (difference, table, index->parts[i].column, error))
      return FALSE;
  return TRUE;
}

static gboolean
add_constraint (MariaDifference *difference, const Table *table,
                const Constraint *constraint, GError **error)
{
  Arena *arena = difference->arena;
  const char *text;

  if (constraint->kind == CONSTRAINT_UNIQUE)
    {
      for (guint i = 0; constraint->columns[i] != NULL; i++)
        if (!check_unique (difference, table, constraint->columns[i], error))
          return FALSE;
      alter (difference, table,
             arena_printf (arena, "ADD UNIQUE INDEX IF NOT EXISTS %s (%s)",
                           name_of (difference, constraint->name),
                           mariadb_names (arena, "", constraint->columns)),
             NOCOPY, ACTION_COST_INDEX);
      return TRUE;
    }
  if (constraint->kind != CONSTRAINT_CHECK || !difference->blocks)
    return refuse (
        error,
        "%s '%s' of '%s' would copy the table while writers wait, or stay "
        "unproven%s",
        constraint_kind_to_string (constraint->kind), constraint->name, table->name,
        constraint->kind == CONSTRAINT_CHECK ? "; `allow_blocking: true` lets it block"
                                             : ", and is not done on MariaDB yet");
  text = maria_constraint_text (table, constraint, arena, error);
  if (text == NULL)
    return FALSE;
  g_autoptr (GString) clause = g_string_new (text);
  g_string_replace (clause, "CONSTRAINT ", "ADD CONSTRAINT IF NOT EXISTS ", 1);
  alter (difference, table, arena_strdup (arena, clause->str), "", ACTION_COST_REWRITE);
  return TRUE;
}

static gboolean
add_bound (MariaDifference *difference, const Table *from, const Table *to,
           GError **error)
{
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *constraint = to->constraints->pdata[i];
      if (table_find_constraint (from, constraint->name) == NULL
          && !add_constraint (difference, to, constraint, error))
        return FALSE;
    }
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (table_find_index (from, index->name) != NULL)
        continue;
      const char *text = maria_index_text (to, index, difference->arena, error);
      if (text == NULL || !check_unique_index (difference, to, index, error))
        return FALSE;
      g_autoptr (GString) clause = g_string_new ("ADD ");
      g_string_append (clause, text);
      g_string_replace (clause, "INDEX ", "INDEX IF NOT EXISTS ", 1);
      alter (difference, to, arena_strdup (difference->arena, clause->str), NOCOPY,
             ACTION_COST_INDEX);
    }
  return TRUE;
}

static gboolean
drop_bound (MariaDifference *difference, const Table *from, const Table *to,
            GError **error)
{
  Arena *arena = difference->arena;

  for (guint i = 0; i < from->constraints->len; i++)
    {
      const Constraint *constraint = from->constraints->pdata[i];
      const char *name = name_of (difference, constraint->name);
      if (table_find_constraint (to, constraint->name) != NULL)
        continue;
      if (constraint->kind == CONSTRAINT_PRIMARY_KEY
          || constraint->kind == CONSTRAINT_FOREIGN_KEY
          || (constraint->kind == CONSTRAINT_CHECK && !difference->blocks
              && !difference->back))
        return refuse (error,
                       "%s '%s' of '%s' could not be given back without a copy of the "
                       "table, so it is not dropped on MariaDB yet",
                       constraint_kind_to_string (constraint->kind), constraint->name,
                       from->name);
      alter (difference, from,
             constraint->kind == CONSTRAINT_UNIQUE
                 ? arena_printf (arena, "DROP INDEX IF EXISTS %s", name)
                 : arena_printf (arena, "DROP CONSTRAINT IF EXISTS %s", name),
             NOCOPY, ACTION_COST_INSTANT);
    }
  for (guint i = 0; i < from->indexes->len; i++)
    {
      const Index *index = from->indexes->pdata[i];
      if (table_find_index (to, index->name) == NULL)
        alter (difference, from,
               arena_printf (arena, "DROP INDEX IF EXISTS %s",
                             name_of (difference, index->name)),
               NOCOPY, ACTION_COST_INSTANT);
    }
  return TRUE;
}

/* The name under which an index is built while its own one is taken. */
static const char *
aside_name (const MariaDifference *difference, gboolean back, const char *name)
{
  return generated_name (difference->arena, arena_printf (difference->arena, "zdm_%s_%s",
                                                          back ? "back" : "aside", name));
}

static void
carry_index (MariaDifference *difference, const Table *to, const Index *index,
             GError **error)
{
  Arena *arena = difference->arena;
  Index aside = *index;

  if (!check_unique_index (difference, to, index, error))
    return;
  aside.name = aside_name (difference, difference->back, index->name);
  if (difference->back)
    alter (
        difference, to,
        arena_printf (arena, "DROP INDEX IF EXISTS %s",
                      name_of (difference, aside_name (difference, FALSE, index->name))),
        NOCOPY, ACTION_COST_INSTANT);
  const char *text = maria_index_text (to, &aside, arena, error);
  if (text == NULL)
    return;
  g_autoptr (GString) clause = g_string_new ("ADD ");
  g_string_append (clause, text);
  g_string_replace (clause, "INDEX ", "INDEX IF NOT EXISTS ", 1);
  alter (difference, to, arena_strdup (arena, clause->str), NOCOPY, ACTION_COST_INDEX);
  const char *sql = arena_printf (
      arena, "ALTER TABLE %s DROP INDEX IF EXISTS %s, RENAME INDEX %s TO %s%s",
      name_of (difference, to->name), name_of (difference, index->name),
      name_of (difference, aside.name), name_of (difference, index->name),
      difference->blocks ? "" : NOCOPY);
  const MariaDetail detail = {
    .kind = MARIA_PLACE_INDEX, .table = to->name, .text = sql, .aside = aside.name
  };
  maria_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INSTANT, sql);
}

/* A unique constraint is an index here. */
static Index
index_of_key (MariaDifference *difference, const Constraint *key)
{
  guint n = g_strv_length ((char **) key->columns);
  IndexPart *parts = arena_new_array (difference->arena, IndexPart, n + 1);

  for (guint i = 0; i < n; i++)
    parts[i] = (IndexPart){ .column = key->columns[i] };
  return (Index){ .name = key->name, .parts = parts, .n_parts = n, .unique = TRUE };
}

static gboolean
carry_bound (MariaDifference *difference, const Table *from, const Table *to,
             GError **error)
{
  GError *problem = NULL;

  for (guint i = 0; i < to->indexes->len && problem == NULL; i++)
    {
      const Index *index = to->indexes->pdata[i];
      const Index *was = table_find_index (from, index->name);
      if (was != NULL && !index_equal (was, index))
        carry_index (difference, to, index, &problem);
    }
  for (guint i = 0; i < to->constraints->len && problem == NULL; i++)
    {
      const Constraint *key = to->constraints->pdata[i];
      const Constraint *was = table_find_constraint (from, key->name);
      const Index index = key->kind == CONSTRAINT_UNIQUE ? index_of_key (difference, key)
                                                         : (Index){ 0 };
      if (was != NULL && !constraint_equal (was, key))
        carry_index (difference, to, &index, &problem);
    }
  if (problem == NULL)
    return TRUE;
  g_propagate_error (error, problem);
  return FALSE;
}

/* Tables ------------------------------------------------------------------------ */

static void
see_new_parts (MariaDifference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *column = table_column (to, i);
      const char *like = source_of_type (to, column);
      if (table_find_column (from, column->name) != NULL)
        continue;
      see_part (difference, to, "COLUMNS", "COLUMN_NAME", "column", column->name);
      if (like != NULL)
        see_bound (difference, to, like);
    }
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *constraint = to->constraints->pdata[i];
      if (table_find_constraint (from, constraint->name) == NULL)
        see_part (difference, to, "TABLE_CONSTRAINTS", "CONSTRAINT_NAME", "constraint",
                  constraint->name);
    }
  for (guint i = 0; i < to->indexes->len; i++)
    {
      const Index *index = to->indexes->pdata[i];
      if (table_find_index (from, index->name) == NULL)
        see_part (difference, to, "STATISTICS", "INDEX_NAME", "index", index->name);
    }
}

static void
see_new (MariaDifference *difference)
{
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = counterpart (difference->from, to);
      if (from == NULL)
        see_table (difference, to);
      else
        see_new_parts (difference, from, to);
    }
}

static gboolean
create_table (MariaDifference *difference, const Table *table, GError **error)
{
  const char *text = maria_create_table_text (table, difference->arena, error);

  if (text == NULL)
    return FALSE;
  g_autoptr (GString) sql = g_string_new (text);
  g_string_replace (sql, "CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1);
  add_statement (difference, LOCK_CLASS_NONE, ACTION_COST_INSTANT,
                 arena_strdup (difference->arena, sql->str));
  return TRUE;
}

/* A column that comes back is filled from what was kept in step with it. */
static void
refill (MariaDifference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < to->syncs->len; i++)
    {
      const Sync *sync = to->syncs->pdata[i];
      if (sync->mode != SYNC_BOTH
          || table_find_column (from, sync->old_columns[0]) != NULL)
        continue;
      const MariaDetail detail = { .kind = MARIA_FILL,
                                   .fill = MARIA_FILL_REFILL,
                                   .table = to->name,
                                   .shape = difference->to,
                                   .sync = sync };
      Action *action = maria_difference_add (
          difference, &detail, LOCK_CLASS_ROWS, ACTION_COST_REWRITE,
          arena_printf (difference->arena, "UPDATE %s SET %s from %s, chunk by chunk",
                        name_of (difference, to->name),
                        mariadb_names (difference->arena, "", sync->old_columns),
                        mariadb_names (difference->arena, "", sync->new_columns)));
      action->kind = ACTION_FILL;
      action->transaction = ACTION_CHUNKS;
    }
}

static void
tighten_again (MariaDifference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < table_n_columns (to); i++)
    {
      const Column *is = table_column (to, i);
      if (table_find_column (from, is->name) == NULL && !is->nullable)
        redefine (difference, to, is, is_mirror (to, is->name), TRUE);
    }
}

static gboolean
change_table (MariaDifference *difference, const Table *from, const Table *to,
              GError **error)
{
  g_auto (Triggers) triggers = { 0 };

  if (!read_triggers (difference, from, to, &triggers, error)
      || !each_column (difference, from, to, TRUE, error))
    return FALSE;
  gboolean drops = gone_columns (difference, from, to)[0] != NULL;
  gboolean only_adds = !triggers.same && triggers.from->len == 0 && !drops;
  if (only_adds)
    create_triggers (difference, to, &triggers);
  if (difference->back)
    {
      refill (difference, from, to);
      tighten_again (difference, from, to);
    }
  if (!each_column (difference, from, to, FALSE, error)
      || !carry_bound (difference, from, to, error)
      || !add_bound (difference, from, to, error)
      || !drop_bound (difference, from, to, error))
    return FALSE;
  if (!only_adds)
    drop_columns (difference, from, to, &triggers);
  return TRUE;
}

gboolean
maria_difference_plan (MariaDifference *difference, GError **error)
{
  if (!check_shapes (difference, error))
    return FALSE;
  if (!difference->back)
    see_new (difference);
  for (guint i = 0; i < difference->to->tables->len; i++)
    {
      const Table *to = difference->to->tables->pdata[i];
      const Table *from = counterpart (difference->from, to);
      if (!(from != NULL ? change_table (difference, from, to, error)
                         : create_table (difference, to, error)))
        return FALSE;
    }
  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *from = difference->from->tables->pdata[i];
      if (counterpart (difference->to, from) != NULL)
        continue;
      add_statement (difference, LOCK_CLASS_EXCLUSIVE, ACTION_COST_INSTANT,
                     arena_printf (difference->arena, "DROP TABLE IF EXISTS %s",
                                   name_of (difference, from->name)))
          ->loses_data
          = TRUE;
    }
  return TRUE;
}
