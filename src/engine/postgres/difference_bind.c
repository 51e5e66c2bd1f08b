/* SPDX-License-Identifier: Apache-2.0
 *
 * What binds rows: constraints, NOT NULL, indexes.
 */
#include "config.h"

#include "engine/postgres/difference_part.h"

#include "engine/postgres/create.h"
#include "engine/postgres/sql_text.h"
#include "model/constraint_match.h"
#include "model/generated_name.h"

/* Constraints ----------------------------------------------------------------- */

gboolean
pg_plan_is_key (const Constraint *constraint)
{
  return constraint->kind == CONSTRAINT_UNIQUE
         || constraint->kind == CONSTRAINT_PRIMARY_KEY;
}

static gboolean
goes (const Table *from, const Table *to, const Constraint *constraint)
{
  return !constraint_is_in (constraint, to)
         && !pg_plan_is_carried (from, to, constraint->name, constraint->columns);
}

gboolean
pg_plan_constraint_comes (const Table *from, const Table *to,
                          const Constraint *constraint)
{
  const Constraint *old = table_find_constraint (from, constraint->name);

  return !constraint_is_in (constraint, from)
         && !constraint_comes_by_rename (from, to, constraint)
         && (old == NULL || !pg_plan_is_carried (from, to, old->name, old->columns));
}

void
pg_plan_drop_constraint (PgDifference *difference, const Table *from, const Table *to,
                         const Constraint *constraint)
{
  Arena *arena = difference->arena;
  gboolean renamed = constraint_is_renamed (from, to, constraint);
  const PgDetail detail
      = { .kind = renamed ? PG_RENAME_CONSTRAINT : PG_DROP_CONSTRAINT,
          .table = from->name,
          .shape = difference->from,
          .constraint = constraint,
          .to = renamed ? constraint_renamed_to (from, to, constraint)->name : NULL };
  const char *table = pg_plan_table (difference, from->name);
  const char *name = pg_plan_name (difference, constraint->name);

  pg_plan_change (
      difference, &detail, LOCK_CLASS_EXCLUSIVE,
      renamed ? arena_printf (arena, "ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table,
                              name, pg_plan_name (difference, detail.to))
              : arena_printf (arena, "ALTER TABLE %s DROP CONSTRAINT %s", table, name));
}

/* Foreign keys first: they hold the keys they refer to. */
void
pg_plan_drop_constraints (PgDifference *difference, gboolean foreign)
{
  for (guint i = 0; i < difference->from->tables->len; i++)
    {
      const Table *from = difference->from->tables->pdata[i];
      const Table *to = pg_plan_counterpart (difference->to, from);
      for (guint j = 0; to != NULL && j < from->constraints->len; j++)
        {
          const Constraint *constraint = from->constraints->pdata[j];
          if ((constraint->kind == CONSTRAINT_FOREIGN_KEY) == foreign
              && goes (from, to, constraint))
            pg_plan_drop_constraint (difference, from, to, constraint);
        }
    }
}

/* The name under which something is built while its own one is taken. */
const char *
pg_plan_aside_name (const PgDifference *difference, const Table *from, const char *name)
{
  gboolean taken = table_find_constraint (from, name) != NULL
                   || table_find_index (from, name) != NULL;

  return taken ? generated_name (difference->arena,
                                 arena_printf (difference->arena, "zdm_aside_%s", name))
               : name;
}

void
pg_plan_build_index (PgDifference *difference, const Table *table, const char *name,
                     gboolean unique, const char *body)
{
  Arena *arena = difference->arena;
  const PgDetail detail = { .kind = PG_INDEX,
                            .table = table->name,
                            .shape = difference->to,
                            .name = name,
                            .unique = unique,
                            .text = body };
  Action *action = pg_difference_add (
      difference, &detail, LOCK_CLASS_NONE, ACTION_COST_INDEX,
      arena_printf (arena, "CREATE %sINDEX CONCURRENTLY %s ON %s %s",
                    unique ? "UNIQUE " : "", pg_plan_name (difference, name),
                    pg_plan_table (difference, table->name), body));

  action->transaction = ACTION_NO_TRANSACTION;
}

void
pg_plan_attach_key (PgDifference *difference, const Table *from, const Table *to,
                    const Constraint *key)
{
  Arena *arena = difference->arena;
  const char *index = pg_plan_aside_name (difference, from, key->name);
  const PgDetail detail = { .kind = PG_ATTACH,
                            .table = to->name,
                            .shape = difference->to,
                            .constraint = key,
                            .name = index };

  pg_plan_change (difference, &detail, LOCK_CLASS_EXCLUSIVE,
                  arena_printf (arena,
                                "ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s",
                                pg_plan_table (difference, to->name),
                                pg_plan_name (difference, key->name),
                                key->kind == CONSTRAINT_UNIQUE ? "UNIQUE" : "PRIMARY KEY",
                                pg_plan_name (difference, index)));
}

gboolean
pg_plan_add_constraint (PgDifference *difference, const Table *to,
                        const Constraint *constraint, gboolean in_change, GError **error)
{
  Arena *arena = difference->arena;
  const char *body = postgres_constraint_body (to, constraint, arena, error);
  const PgDetail detail = { .kind = PG_ADD_CONSTRAINT,
                            .table = to->name,
                            .shape = difference->to,
                            .constraint = constraint,
                            .text = body };

  if (body == NULL)
    return FALSE;
  LockClass lock = constraint->kind == CONSTRAINT_FOREIGN_KEY ? LOCK_CLASS_WRITE
                                                              : LOCK_CLASS_EXCLUSIVE;
  const char *sql = arena_printf (arena, "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID",
                                  pg_plan_table (difference, to->name),
                                  pg_plan_name (difference, constraint->name), body);
  if (in_change)
    pg_plan_change (difference, &detail, lock, sql);
  else
    pg_difference_add (difference, &detail, lock, ACTION_COST_INSTANT, sql);
  return TRUE;
}

static void
validate (PgDifference *difference, const PgDetail *detail)
{
  pg_difference_add (difference, detail, LOCK_CLASS_NONE, ACTION_COST_SCAN,
                     arena_printf (difference->arena,
                                   "ALTER TABLE %s VALIDATE CONSTRAINT %s",
                                   pg_plan_table (difference, detail->table),
                                   pg_plan_name (difference, detail->to)));
}

void
pg_plan_validate (PgDifference *difference, const Table *table,
                  const Constraint *constraint, const char *name)
{
  const PgDetail detail = { .kind = PG_VALIDATE,
                            .table = table->name,
                            .shape = difference->to,
                            .constraint = constraint,
                            .to = name };

  validate (difference, &detail);
}

void
pg_plan_validate_enum (PgDifference *difference, const Table *table, const char *column,
                       gboolean comes)
{
  const PgDetail detail
      = { .kind = PG_VALIDATE,
          .table = table->name,
          .shape = difference->to,
          .enum_column = comes ? column : NULL,
          .to = postgres_enum_name (table->name, column, difference->arena) };

  validate (difference, &detail);
}

/* Whether a check or foreign key can stand before the change: its columns, and the key it
 * refers to, are there already, and nothing of its name. */
gboolean
pg_plan_can_precede (const PgDifference *difference, const Table *from,
                     const Constraint *constraint)
{
  const Table *parent
      = constraint->kind == CONSTRAINT_FOREIGN_KEY
            ? database_find (difference->from, constraint->references_table)
            : NULL;
  const Table *later
      = parent != NULL ? pg_plan_counterpart (difference->to, parent) : NULL;

  return table_find_constraint (from, constraint->name) == NULL
         && pg_plan_has_columns (from, constraint->columns)
         && (constraint->kind != CONSTRAINT_FOREIGN_KEY
             || (parent != NULL && later != NULL
                 && pg_plan_has_columns (parent, constraint->references_columns)
                 && parent->constraints->len == later->constraints->len));
}

/* Whether the key that it refers to is there within the change: not when its columns come
 * only then, and have to be filled. */
gboolean
pg_plan_key_is_ready (const PgDifference *difference, const Constraint *constraint)
{
  const Table *parent
      = constraint->kind == CONSTRAINT_FOREIGN_KEY
            ? database_find (difference->from, constraint->references_table)
            : NULL;

  return parent == NULL || pg_plan_has_columns (parent, constraint->references_columns);
}

/* NOT NULL ---------------------------------------------------------------------- */

static const char *
proof_name (const PgDifference *difference, const char *column)
{
  return generated_name (difference->arena,
                         arena_printf (difference->arena, "zdm_not_null_%s", column));
}

/* Once there is a check, whoever writes such a row without a value is refused. */
static void
refuse_nulls (PgDifference *difference, const PgDetail *proof)
{
  PgDetail detail = *proof;

  detail.kind = PG_REFUSE_NULLS;
  pg_difference_add (difference, &detail, LOCK_CLASS_NONE, ACTION_COST_SCAN,
                     arena_printf (difference->arena, "SELECT 1 FROM %s WHERE %s IS NULL",
                                   pg_plan_table (difference, proof->table),
                                   pg_plan_name (difference, proof->column)));
}

/* The server believes a validated check, and does not scan for NOT NULL:
 * https://www.postgresql.org/docs/15/sql-altertable.html */
void
pg_plan_prove_not_null (PgDifference *difference, const Table *table, const char *column)
{
  Arena *arena = difference->arena;
  const char *name = proof_name (difference, column);
  Constraint *proof = arena_new0 (arena, Constraint);
  const char *body
      = arena_printf (arena, "CHECK (%s IS NOT NULL)", pg_plan_name (difference, column));

  proof->kind = CONSTRAINT_CHECK;
  proof->name = name;
  const PgDetail detail = { .kind = PG_ADD_CONSTRAINT,
                            .table = table->name,
                            .shape = difference->to,
                            .column = column,
                            .constraint = proof,
                            .to = name,
                            .text = body,
                            .back = difference->back };
  if (difference->back)
    refuse_nulls (difference, &detail);
  pg_difference_add (difference, &detail, LOCK_CLASS_EXCLUSIVE, ACTION_COST_INSTANT,
                     arena_printf (arena, "ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID",
                                   pg_plan_table (difference, table->name),
                                   pg_plan_name (difference, name), body));
  PgDetail validation = detail;
  validation.kind = PG_VALIDATE;
  pg_difference_add (difference, &validation, LOCK_CLASS_NONE, ACTION_COST_SCAN,
                     arena_printf (arena, "ALTER TABLE %s VALIDATE CONSTRAINT %s",
                                   pg_plan_table (difference, table->name),
                                   pg_plan_name (difference, name)));
}

void
pg_plan_set_not_null (PgDifference *difference, const Table *table, const char *column)
{
  Arena *arena = difference->arena;
  const char *name = pg_plan_table (difference, table->name);

  pg_plan_statement (difference,
                     arena_printf (arena, "ALTER TABLE %s ALTER COLUMN %s SET NOT NULL",
                                   name, pg_plan_name (difference, column)));
  pg_plan_statement (
      difference,
      arena_printf (arena, "ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", name,
                    pg_plan_name (difference, proof_name (difference, column))));
}

gboolean
pg_plan_becomes_not_null (const Column *was, const Column *is)
{
  return was != NULL && was->nullable && !is->nullable;
}

/* Indexes --------------------------------------------------------------------- */

static gboolean
has_same_index (const Table *table, const Index *index)
{
  const Index *other = table != NULL ? table_find_index (table, index->name) : NULL;

  return other != NULL && index_equal (other, index);
}

const char *const *
pg_plan_index_columns (const PgDifference *difference, const Index *index)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column != NULL)
      g_ptr_array_add (names, (gpointer) index->parts[i].column);
  return arena_ptr_array (difference->arena, names);
}

void
pg_plan_drop_indexes (PgDifference *difference, const Table *from, const Table *to)
{
  for (guint i = 0; i < from->indexes->len; i++)
    {
      const Index *index = from->indexes->pdata[i];
      if (has_same_index (to, index)
          || pg_plan_is_carried (from, to, index->name,
                                 pg_plan_index_columns (difference, index)))
        continue;
      pg_plan_change (
          difference,
          &(PgDetail){ .kind = PG_DROP_INDEX, .table = from->name, .name = index->name },
          LOCK_CLASS_EXCLUSIVE,
          arena_printf (difference->arena, "DROP INDEX IF EXISTS %s",
                        postgres_beside (difference->arena, from->name, index->name)));
    }
}

gboolean
pg_plan_index_comes (PgDifference *difference, const Table *from, const Table *to,
                     const Index *index)
{
  const Index *old = table_find_index (from, index->name);

  return !has_same_index (from, index)
         && (old == NULL
             || !pg_plan_is_carried (from, to, old->name,
                                     pg_plan_index_columns (difference, old)));
}

void
pg_plan_place_index (PgDifference *difference, const Table *from, const Table *to,
                     const Index *index)
{
  const char *aside = pg_plan_aside_name (difference, from, index->name);
  const PgDetail detail = { .kind = PG_PLACE_INDEX,
                            .table = to->name,
                            .shape = difference->to,
                            .name = aside,
                            .to = index->name };

  if (!g_str_equal (aside, index->name))
    pg_plan_change (difference, &detail, LOCK_CLASS_WRITE,
                    arena_printf (difference->arena, "ALTER INDEX %s RENAME TO %s",
                                  postgres_beside (difference->arena, to->name, aside),
                                  pg_plan_name (difference, index->name)));
}
