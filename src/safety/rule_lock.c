/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about locks: how long one waits for them and what else is done while they are
 * held.
 */
#include "config.h"

#include "safety/judges.h"

#include "safety/type_change.h"

/* What an application can bear to wait behind us. */
#define MAX_LOCK_TIMEOUT_MS 10000

#define BITS2(a, b) (EFFECT_BIT (EFFECT_##a) | EFFECT_BIT (EFFECT_##b))
#define BITS4(a, b, c, d) (BITS2 (a, b) | BITS2 (c, d))

/* What PostgreSQL takes ACCESS EXCLUSIVE for; VALIDATE is not among it. */
#define ACCESS_EXCLUSIVE                                            \
  (BITS4 (ADD_COLUMN, DROP_COLUMN, RENAME_COLUMN, ALTER_TYPE)       \
   | BITS4 (SET_NOT_NULL, DROP_NOT_NULL, SET_DEFAULT, DROP_DEFAULT) \
   | BITS4 (DROP_TABLE, RENAME_TABLE, TRUNCATE, CLUSTER)            \
   | BITS2 (DROP_CONSTRAINT, RENAME_CONSTRAINT) | EFFECT_BIT (EFFECT_ADD_CONSTRAINT))

/* A foreign key's lock lets readers pass. */
static gboolean
is_exclusive (const Effect *effect)
{
  return (ACCESS_EXCLUSIVE & EFFECT_BIT (effect->kind)) != 0 && !effect->new_table
         && !(effect->kind == EFFECT_ADD_CONSTRAINT
              && effect->constraint == CONSTRAINT_FOREIGN_KEY);
}

static gboolean
holds_exclusive (const Effect *candidate, const Effect *effect)
{
  return is_exclusive (candidate) && !judge_same_statement (candidate, effect)
         && (!is_exclusive (effect) || !judge_same_table (candidate, effect));
}

static gboolean
is_query (const Effect *effect)
{
  return effect->kind == EFFECT_OTHER && judge_same_name (effect->text, "SELECT");
}

/* Long work, or a second table's lock, while everybody waits for the first one's. */
EFFECT_JUDGE (rule_long_transaction)
{
  if (effect->kind == EFFECT_OTHER
          ? !is_query (effect)
          : (ACCESS_EXCLUSIVE & EFFECT_BIT (effect->kind)) != 0 && !is_exclusive (effect))
    return FALSE;
  return judge_find_in_transaction (context, index, ACCESS_EXCLUSIVE, holds_exclusive)
         != NULL;
}

static gboolean
alters_same_table (const Effect *candidate, const Effect *effect)
{
  return judge_same_table (candidate, effect)
         && !judge_same_statement (candidate, effect);
}

/* The last one is reported, once for each table. */
EFFECT_JUDGE (rule_several_alters)
{
  const Effect *before
      = judge_find_before (context, index, context->rule->kinds, alters_same_table);

  return before != NULL && before->origin == EFFECT_OF_SQL && before->step == effect->step
         && judge_find_after (context, index, context->rule->kinds, judge_same_table)
                == NULL;
}

/* MySQL's clauses ------------------------------------------------------------- */

EFFECT_JUDGE (rule_algorithm_copy)
{
  (void) context, (void) index;
  return judge_same_name (effect->algorithm, "COPY");
}

EFFECT_JUDGE (rule_lock_clause)
{
  (void) context, (void) index;
  return judge_same_name (effect->lock, "SHARED")
         || judge_same_name (effect->lock, "EXCLUSIVE");
}

/* Lock timeouts --------------------------------------------------------------- */

static gboolean
sets_lock_timeout (const Effect *candidate, const Effect *effect)
{
  (void) effect;
  return judge_same_name (candidate->object, "lock_timeout")
         || judge_same_name (candidate->object, "lock_wait_timeout");
}

static gboolean
locks_without_bound (const Effect *candidate, const Effect *effect)
{
  (void) effect;
  return !candidate->new_table && !candidate->concurrent;
}

/* In a migration file zdm sets the bound; in a plain SQL file nobody does.  Said once. */
EFFECT_JUDGE (rule_no_lock_timeout)
{
  return effect->step == NULL && !effect->concurrent
         && judge_find_before (context, index, EFFECT_BIT (EFFECT_SET), sets_lock_timeout)
                == NULL
         && judge_find_before (context, index, context->rule->kinds, locks_without_bound)
                == NULL;
}

static double
unit_in_ms (const char *unit, double plain)
{
  static const struct
  {
    const char *name;
    double ms;
  } UNITS[] = { { "us", 0.001 },  { "ms", 1 },      { "s", 1000 },
                { "min", 60000 }, { "h", 3600000 }, { "d", 86400000 } };

  for (guint i = 0; i < G_N_ELEMENTS (UNITS); i++)
    if (g_str_equal (unit, UNITS[i].name))
      return UNITS[i].ms;
  return plain;
}

/* "2s", "'500ms'", "3000" (PostgreSQL: milliseconds, MySQL: seconds).  Returns: -1 when
 * it is none of these */
static double
lock_timeout_ms (const Effect *effect)
{
  g_autofree char *text = g_ascii_strdown (effect->text != NULL ? effect->text : "", -1);
  char *number = g_strstrip (g_strdelimit (text, "'\"", ' '));
  char *end = number;
  double value = g_ascii_strtod (number, &end);

  if (end == number)
    return -1;
  return value
         * unit_in_ms (g_strstrip (end),
                       judge_same_name (effect->object, "lock_timeout") ? 1 : 1000);
}

/* CREATE INDEX CONCURRENTLY waits for every older transaction, and harms nobody by it. */
EFFECT_JUDGE (rule_lock_timeout)
{
  double timeout_ms = lock_timeout_ms (effect);
  gboolean is_last = index + 1 >= context->effects->len;

  if (!sets_lock_timeout (effect, effect) || timeout_ms < 0)
    return FALSE;
  if (!is_last && judge_effect (context, index + 1)->concurrent)
    return FALSE;
  return timeout_ms <= 0 || timeout_ms > MAX_LOCK_TIMEOUT_MS;
}

/* What zdm can do only while writers wait ------------------------------------- */

#define IS(kind) (1u << CONSTRAINT_##kind)
#define MYSQL_LIKE (TARGET_MARIADB | TARGET_MYSQL)

static const struct
{
  guint engines;
  EffectKind kind;
  guint constraints; /* IS() bits, of ADD_CONSTRAINT and DROP_CONSTRAINT */
  const char *why;
} BLOCKING[] = {
  { MYSQL_LIKE, EFFECT_ADD_CONSTRAINT, IS (FOREIGN_KEY),
    "a foreign key that is checked copies the table, and writers wait" },
  { MYSQL_LIKE, EFFECT_ADD_CONSTRAINT, IS (CHECK),
    "a check on columns that are there copies the table, and writers wait" },
  { MYSQL_LIKE, EFFECT_DROP_CONSTRAINT, IS (PRIMARY_KEY),
    "dropping the primary key copies the table, and writers wait" },
  { TARGET_SQLITE, EFFECT_ADD_CONSTRAINT,
    IS (FOREIGN_KEY) | IS (CHECK) | IS (PRIMARY_KEY),
    "a constraint of a table that is there needs the table to be made anew" },
  { TARGET_SQLITE, EFFECT_DROP_CONSTRAINT,
    IS (FOREIGN_KEY) | IS (CHECK) | IS (PRIMARY_KEY),
    "a constraint goes only when the table is made anew" },
};

static gboolean
is_blocking (guint row, const Effect *effect)
{
  return BLOCKING[row].kind == effect->kind
         && (BLOCKING[row].constraints & (1u << effect->constraint)) != 0;
}

static void
report_blocking (const SafetyContext *context, const Effect *effect, guint engines,
                 const char *why)
{
  g_autofree char *names = target_engines_to_string (engines);

  safety_report_effect (
      context, effect, "on %s zdm refuses this without `allow_blocking`: %s", names, why);
}

static void
judge_wide_varchar (const SafetyContext *context, const Effect *effect)
{
  guint engines = judge_engines (context, effect) & MYSQL_LIKE;

  if (effect->kind != EFFECT_ALTER_TYPE || effect->old_type == NULL || engines == 0)
    return;
  g_autofree char *old = type_spec_to_sql (effect->old_type);
  g_autofree char *new = type_spec_to_sql (effect->type);
  const char *why = type_change_danger (old, new, &context->options->target, &engines);
  if (why != NULL)
    report_blocking (context, effect, engines, why);
}

static void
judge_blocking (const SafetyContext *context, const Effect *effect, guint index)
{
  const MigrationStep *step = effect->step;

  (void) index;
  if (step == NULL || step->operation->allow_blocking
      || (step->change != NULL && step->change->allow_blocking))
    return;
  for (guint i = 0; i < G_N_ELEMENTS (BLOCKING); i++)
    {
      guint engines = judge_engines (context, effect) & BLOCKING[i].engines;
      if (engines != 0 && is_blocking (i, effect))
        report_blocking (context, effect, engines, BLOCKING[i].why);
    }
  judge_wide_varchar (context, effect);
}

void
rule_needs_blocking (const SafetyContext *context)
{
  judge_each (context, judge_blocking);
}
