/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about constraints.
 */
#include "config.h"

#include "safety/judges.h"

/* Dropping --------------------------------------------------------------------- */

/* SQL names the constraint that goes, seldom its kind: what the file has said of it, or
 * the name that servers and people give to such a one. */
static gboolean
drops_kind (const SafetyContext *context, const Effect *effect, guint index,
            ConstraintKind kind, const char *const *suffixes)
{
  const Effect *added = judge_find_before (
      context, index, EFFECT_BIT (EFFECT_ADD_CONSTRAINT), judge_same_constraint);
  const Table *table = judge_declared_table (context, effect);
  const Constraint *declared = table != NULL && effect->object != NULL
                                   ? table_find_constraint (table, effect->object)
                                   : NULL;

  if (added != NULL)
    return FALSE; /* it came with this file: nobody relies on it */
  if (declared != NULL)
    return declared->kind == kind;
  if (effect->constraint == kind)
    return TRUE;
  if (effect->object == NULL)
    return FALSE;
  g_autofree char *name = g_ascii_strdown (effect->object, -1);
  for (guint i = 0; suffixes[i] != NULL; i++)
    if (g_str_has_suffix (name, suffixes[i]))
      return TRUE;
  return FALSE;
}

static gboolean
drops_its_column (const Effect *candidate, const Effect *effect)
{
  return judge_same_table (candidate, effect)
         && (effect->column == NULL
             || judge_same_name (candidate->column, effect->column));
}

EFFECT_JUDGE (rule_drop_foreign_key)
{
  static const char *const suffixes[] = { "_fkey", "_fk", NULL };

  return drops_kind (context, effect, index, CONSTRAINT_FOREIGN_KEY, suffixes)
         && judge_find_after (context, index, EFFECT_BIT (EFFECT_DROP_COLUMN),
                              drops_its_column)
                == NULL;
}

EFFECT_JUDGE (rule_drop_primary_key)
{
  static const char *const suffixes[] = { "_pkey", NULL };

  return judge_same_name (effect->object, "PRIMARY")
         || drops_kind (context, effect, index, CONSTRAINT_PRIMARY_KEY, suffixes);
}

/* An index that this file makes unique in place of the one that goes. */
static gboolean
is_successor (const Effect *candidate, const Effect *effect)
{
  if (candidate->kind == EFFECT_CREATE_INDEX && !candidate->unique)
    return FALSE;
  if (candidate->kind == EFFECT_ADD_CONSTRAINT
      && candidate->constraint != CONSTRAINT_UNIQUE)
    return FALSE;
  return effect->table == NULL || judge_same_table (candidate, effect);
}

/* An index of the name in any declared table: SQL's DROP INDEX names none. */
static const Index *
declared_index (const SafetyContext *context, const Effect *effect)
{
  const Table *table = judge_declared_table (context, effect);

  return table != NULL && effect->object != NULL
             ? table_find_index (table, effect->object)
             : NULL;
}

EFFECT_JUDGE (rule_drop_unique)
{
  static const char *const suffixes[] = { "_key", "_uniq", "_unique", "_uq", NULL };
  const Index *declared = declared_index (context, effect);

  if (declared != NULL && !declared->unique)
    return FALSE;
  if (judge_find_before (context, index,
                         EFFECT_BIT (EFFECT_CREATE_INDEX)
                             | EFFECT_BIT (EFFECT_ADD_CONSTRAINT),
                         is_successor)
      != NULL)
    return FALSE;
  if (declared != NULL || (effect->kind == EFFECT_DROP_INDEX && effect->unique))
    return TRUE;
  return drops_kind (context, effect, index, CONSTRAINT_UNIQUE, suffixes);
}

/* Adding ------------------------------------------------------------------------ */

/* Of a new table it is the lock on the other one that counts, and a rule of its own. */
EFFECT_JUDGE (rule_foreign_key_validated)
{
  (void) context, (void) index;
  return effect->constraint == CONSTRAINT_FOREIGN_KEY && !effect->not_valid;
}

static gboolean
is_lock_timeout (const Effect *candidate, const Effect *effect)
{
  (void) effect;
  return judge_same_name (candidate->object, "lock_timeout");
}

static gboolean
makes_referenced (const Effect *candidate, const Effect *effect)
{
  return judge_same_name (candidate->table, effect->references_table);
}

/* Bounded, the wait for the other table's lock harms nobody. */
EFFECT_JUDGE (rule_foreign_key_lock)
{
  if (effect->references_table == NULL
      || judge_same_name (effect->references_table, effect->table))
    return FALSE;
  if (effect->kind == EFFECT_ADD_CONSTRAINT
      && (effect->constraint != CONSTRAINT_FOREIGN_KEY || !effect->new_table))
    return FALSE;
  return judge_find_before (context, index, EFFECT_BIT (EFFECT_CREATE_TABLE),
                            makes_referenced)
             == NULL
         && judge_find_before (context, index, EFFECT_BIT (EFFECT_SET), is_lock_timeout)
                == NULL;
}

EFFECT_JUDGE (rule_check_validated)
{
  (void) context, (void) index;
  return effect->constraint == CONSTRAINT_CHECK && !effect->exclusion
         && !effect->not_valid;
}

static gboolean
adds_unvalidated (const Effect *candidate, const Effect *effect)
{
  return candidate->not_valid && judge_same_constraint (candidate, effect);
}

EFFECT_JUDGE (rule_validate_at_once)
{
  (void) effect;
  return judge_find_in_transaction (context, index, EFFECT_BIT (EFFECT_ADD_CONSTRAINT),
                                    adds_unvalidated)
         != NULL;
}

EFFECT_JUDGE (rule_unique_constraint)
{
  (void) context, (void) index;
  return effect->kind == EFFECT_ADD_COLUMN
             ? effect->unique && !effect->primary_key
             : effect->constraint == CONSTRAINT_UNIQUE && !effect->using_index;
}

EFFECT_JUDGE (rule_primary_key)
{
  (void) context, (void) index;
  return effect->constraint == CONSTRAINT_PRIMARY_KEY && !effect->using_index;
}

/* Nullable primary keys ------------------------------------------------------- */

static gboolean
is_proof (const SafetyContext *context, const Effect *key, const char *column)
{
  const Table *table = judge_declared_table (context, key);
  const Column *declared
      = table != NULL && column != NULL ? table_find_column (table, column) : NULL;

  if (declared != NULL && !declared->nullable)
    return TRUE;
  for (guint i = 0; judge_effect (context, i) != key; i++)
    {
      const Effect *effect = judge_effect (context, i);
      gboolean makes_not_null
          = effect->kind == EFFECT_SET_NOT_NULL
            || (effect->kind == EFFECT_ADD_COLUMN && effect->not_null);
      if (makes_not_null && judge_same_table (effect, key)
          && (column == NULL || judge_same_name (effect->column, column)))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_index_of (const Effect *candidate, const Effect *effect)
{
  return judge_same_name (candidate->object, effect->text)
         || (effect->text == NULL && judge_same_constraint (candidate, effect));
}

/* The statement names an index, and only that knows the columns. */
EFFECT_JUDGE (rule_nullable_primary_key)
{
  if (effect->constraint != CONSTRAINT_PRIMARY_KEY || !effect->using_index)
    return FALSE;
  const Effect *made
      = judge_find_before (context, index, EFFECT_BIT (EFFECT_CREATE_INDEX), is_index_of);
  const Effect *known = effect->columns != NULL || effect->column != NULL ? effect : made;
  if (known == NULL || known->columns == NULL || known->columns[0] == NULL)
    return !is_proof (context, effect, known != NULL ? known->column : NULL);
  for (guint i = 0; known->columns[i] != NULL; i++)
    if (!is_proof (context, effect, known->columns[i]))
      return TRUE;
  return FALSE;
}

EFFECT_JUDGE (rule_exclusion)
{
  (void) context, (void) index;
  return effect->exclusion;
}

/* Foreign keys without an index ----------------------------------------------- */

static gboolean
indexes_column (const Effect *candidate, const Effect *effect)
{
  if (!judge_same_column (candidate, effect))
    return FALSE;
  if (candidate->kind == EFFECT_ADD_COLUMN)
    return candidate->primary_key || candidate->unique;
  return candidate->kind == EFFECT_CREATE_INDEX
         || candidate->constraint == CONSTRAINT_UNIQUE
         || candidate->constraint == CONSTRAINT_PRIMARY_KEY;
}

/* Only where the whole table is known: an index may be older than the file. */
EFFECT_JUDGE (rule_foreign_key_without_index)
{
  const Table *table = judge_declared_table (context, effect);
  guint64 makers = EFFECT_BIT (EFFECT_CREATE_INDEX) | EFFECT_BIT (EFFECT_ADD_CONSTRAINT)
                   | EFFECT_BIT (EFFECT_ADD_COLUMN);

  if (effect->constraint != CONSTRAINT_FOREIGN_KEY || effect->column == NULL
      || (table == NULL && !effect->new_table))
    return FALSE;
  if (table != NULL && judge_table_indexes (table, effect->column))
    return FALSE;
  return judge_find_before (context, index, makers, indexes_column) == NULL
         && judge_find_after (context, index, makers, indexes_column) == NULL;
}
