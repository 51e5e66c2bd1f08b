/* SPDX-License-Identifier: Apache-2.0
 *
 * A shadow takes the name of the column that it was kept in step with.
 *
 * What takes its time, or what the server does not do in an instant, is done before or
 * behind the lock: indexes are built beside those that are there, the old column may be
 * null from before on, and the new one may not from then on.
 */
#include "config.h"

#include "engine/mariadb/difference_part.h"

#include "engine/mariadb/create.h"
#include "engine/mariadb/sql_text.h"
#include "model/shape.h"

/* What is refused --------------------------------------------------------------- */

/* Whose type changes. */
typedef struct
{
  const Table *table;
  const Column *column, *shadow;
} Retyped;

static gboolean
refuse_bound (const Table *table, const Constraint *constraint, const Retyped *retyped,
              GError **error)
{
  gboolean copies = maria_changes_number (retyped->column, retyped->shadow);

  return maria_refuse (
      error,
      "%s '%s' of '%s' would have to go over to the new '%s', which is not done on MariaDB "
      "while writers go on; drop it before, and add it again behind%s",
      constraint_kind_to_string (constraint->kind), constraint->name, table->name,
      retyped->column->name,
      copies ? ", or let the server copy the table while writers wait: with a step "
               "`alter_column` with `allow_blocking: true`, in the place of this change"
             : "");
}

static gboolean
check_references (const Database *shape, const Retyped *retyped, GError **error)
{
  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *other = shape->tables->pdata[i];
      for (guint j = 0; j < other->constraints->len; j++)
        {
          const Constraint *key = other->constraints->pdata[j];
          if (key->kind == CONSTRAINT_FOREIGN_KEY
              && g_str_equal (key->references_table, retyped->table->name)
              && name_list_contains (key->references_columns, retyped->column->name))
            return refuse_bound (other, key, retyped, error);
        }
    }
  return TRUE;
}

static gboolean
check_swap (const MariaDifference *difference, const Table *table, const char *column,
            const char *shadow, GError **error)
{
  const Retyped retyped = { .table = table,
                            .column = table_find_column (table, column),
                            .shadow = table_find_column (table, shadow) };

  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *constraint = table->constraints->pdata[i];
      if (constraint->kind != CONSTRAINT_UNIQUE
          && name_list_contains (constraint->columns, column))
        return refuse_bound (table, constraint, &retyped, error);
    }
  return check_references (difference->from, &retyped, error);
}

/* Catching up ------------------------------------------------------------------- */

/* Whoever was killed between two triggers has left rows that were written in one column
 * alone: the one that applications see. */
static gboolean
catch_up_text (MariaDifference *difference, const Table *table, const char *seen,
               const MariaCatchUp **catch_up, gboolean *reads_rows, GError **error)
{
  MariaCatchUp *made = arena_new0 (difference->arena, MariaCatchUp);
  const Sync *sync = table_sync_of_new (table, seen);
  gboolean back = sync != NULL;
  StepSql sql;

  *catch_up = NULL;
  if (!back)
    sync = table_sync_of_old (table, seen);
  if (sync == NULL || (back && sync->backward == NULL))
    return TRUE;
  if (!step_sql_init (&sql, &mariadb_words, table, sync, "", FALSE, difference->arena,
                      error))
    return FALSE;
  *reads_rows
      = *reads_rows || bound_transform_needs_database (sync->forward[0])
        || (sync->backward != NULL && bound_transform_needs_database (sync->backward[0]));
  *catch_up = made;
  made->rows = arena_printf (difference->arena, "NOT %s", step_sql_in_step (&sql));
  made->statement = arena_printf (
      difference->arena, "UPDATE %s SET %s = %s", maria_name (difference, table->name),
      back ? sql.olds[0] : sql.news[0],
      step_sql_value (back ? &sql.backward[0] : &sql.forward[0], difference->arena));
  return TRUE;
}

/* The swap ------------------------------------------------------------------------ */

/* What the file gives is not carried. */
static void
carry_default (const MariaDifference *difference, const Table *from, MariaSwap *swap)
{
  const Sync *sync = table_sync_of_new (from, swap->shadow);
  const Column *was = table_find_column (from, swap->column);

  if (difference->back || sync == NULL || was->default_kind != DEFAULT_NONE
      || swap->default_text != NULL)
    return;
  swap->transform = sync->forward[0];
  swap->shape = from;
}

static gboolean
describe (MariaDifference *difference, const Table *from, const Table *to,
          MariaSwap *swap, GError **error)
{
  const Column *was = table_find_column (from, swap->column);
  const Column *is = table_find_column (to, swap->column);

  swap->table = from->name;
  swap->back = difference->back;
  swap->algorithm = difference->blocks ? "" : INSTANT;
  if (g_strcmp0 (was->comment, is->comment) != 0)
    swap->comment = is->comment != NULL ? is->comment : "";
  if (!maria_default_text (is, difference->arena, &swap->default_text, error))
    return FALSE;
  carry_default (difference, from, swap);
  return catch_up_text (difference, from, swap->column, &swap->catch_up_before,
                        &swap->reads_rows, error)
         && catch_up_text (difference, to, swap->column, &swap->catch_up_after,
                           &swap->reads_rows, error);
}

gboolean
maria_difference_swap (MariaDifference *difference, const Table *table,
                       const char *column, const char *shadow, const char *old_name,
                       GError **error)
{
  const Table *to = database_find (difference->to, table->name);
  const Column *was = table_find_column (table, column);
  const Column *is = table_find_column (to, column);
  MariaSwap *swap = arena_new0 (difference->arena, MariaSwap);

  *swap = (MariaSwap){ .column = column, .shadow = shadow, .aside = old_name };
  if (!check_swap (difference, table, column, shadow, error)
      || !describe (difference, table, to, swap, error))
    return FALSE;
  if (!difference->back)
    maria_see_column (difference, table, old_name);
  if (!maria_build_aside (difference, table, column, shadow, error))
    return FALSE;
  if (!was->nullable)
    maria_bind_nulls (difference, table, was, TRUE);
  if (!maria_swap_at_once (difference, swap, error))
    return FALSE;
  maria_place_aside (difference, to, column, old_name);
  if (!is->nullable)
    maria_bind_nulls (difference, to, is, FALSE);
  return TRUE;
}
