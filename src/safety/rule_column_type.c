/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about the types of columns.
 */
#include "config.h"

#include "safety/judges.h"

#include <string.h>

#include "safety/type_change.h"

#define TELLS_TYPE (EFFECT_BIT (EFFECT_ADD_COLUMN) | EFFECT_BIT (EFFECT_ALTER_TYPE))

/* The type before the effect, by what is nearest to it.  (transfer full) */
static char *
old_type_of (const SafetyContext *context, const Effect *effect, guint index)
{
  const Effect *before
      = judge_find_before (context, index, TELLS_TYPE, judge_same_column);
  const Table *table = judge_declared_table (context, effect);
  const Column *column = table != NULL && effect->column != NULL
                             ? table_find_column (table, effect->column)
                             : NULL;
  const History *history = context->options->history;

  if (effect->old_type_text != NULL)
    return g_strdup (effect->old_type_text);
  if (before != NULL && before->type_text != NULL)
    return g_ascii_strdown (before->type_text, -1);
  if (column != NULL)
    return type_spec_to_sql (&column->type);
  return history != NULL
             ? g_strdup (history_column_type (history, effect->table, effect->column))
             : NULL;
}

/* A server that is told not to copy refuses instead. */
static gboolean
refuses_to_copy (const Effect *effect)
{
  return judge_same_name (effect->algorithm, "INSTANT")
         || judge_same_name (effect->algorithm, "NOCOPY")
         || judge_same_name (effect->algorithm, "INPLACE");
}

static gboolean
is_enum (const char *type)
{
  return g_str_has_prefix (type, "enum") || g_str_has_prefix (type, "set(");
}

static void
report_change (const SafetyContext *context, const Effect *effect, const char *old,
               guint engines, const char *why)
{
  g_autofree char *names = target_engines_to_string (engines);

  safety_report_effect (context, effect,
                        "'%s' of '%s' changes its type%s%s to %s; on %s %s",
                        effect->column, effect->table, old != NULL ? " from " : "",
                        old != NULL ? old : "", effect->type_text, names, why);
}

static void
judge_type_change (const SafetyContext *context, const Effect *effect, guint index)
{
  g_autofree char *old = old_type_of (context, effect, index);
  guint engines = judge_engines (context, effect);

  if (effect->type_text == NULL || effect->column == NULL || refuses_to_copy (effect))
    return;
  g_autofree char *new = g_ascii_strdown (effect->type_text, -1);
  if (old == NULL)
    {
      report_change (context, effect, NULL, engines,
                     "a change from a type that is not known may rewrite the table");
      return;
    }
  if (is_enum (old) && is_enum (new))
    return; /* a rule of its own */
  const char *why = type_change_danger (old, new, &context->options->target, &engines);
  if (why != NULL)
    report_change (context, effect, old, engines, why);
}

void
rule_type_change (const SafetyContext *context)
{
  judge_each (context, judge_type_change);
}

/* Values may be added at the end, and only there.  "enum('a','b')" begins with
 * "enum('a'". */
EFFECT_JUDGE (rule_enum_copy)
{
  g_autofree char *old = old_type_of (context, effect, index);

  if (old == NULL || effect->type_text == NULL || !is_enum (old)
      || !is_enum (effect->type_text) || strchr (old, '(') == NULL
      || refuses_to_copy (effect))
    return FALSE;
  g_autofree char *kept
      = g_strndup (old, strlen (old) - (g_str_has_suffix (old, ")") ? 1 : 0));
  const char *rest = effect->type_text + strlen (kept);
  return !g_str_has_prefix (effect->type_text, kept) || (*rest != ',' && *rest != ')');
}

/* Types of new columns ---------------------------------------------------------- */

static gboolean
is_type (const Effect *effect, const char *const *names)
{
  if (effect->type_text == NULL)
    return FALSE;
  g_autofree char *name = sql_type_name (effect->type_text);
  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], name))
      return TRUE;
  return FALSE;
}

EFFECT_JUDGE (rule_json_column)
{
  static const char *const names[] = { "json", NULL };

  (void) context, (void) index;
  return is_type (effect, names);
}

static gboolean
keys_on_column (const Effect *candidate, const Effect *effect)
{
  return candidate->constraint == CONSTRAINT_PRIMARY_KEY
         && judge_same_column (candidate, effect);
}

EFFECT_JUDGE (rule_integer_key)
{
  static const char *const names[]
      = { "integer",     "smallint", "mediumint", "tinyint", "serial",
          "smallserial", "serial4",  "serial2",   NULL };

  return is_type (effect, names)
         && (effect->primary_key || effect->identity || effect->serial
             || judge_find_after (context, index, EFFECT_BIT (EFFECT_ADD_CONSTRAINT),
                                  keys_on_column)
                    != NULL);
}

EFFECT_JUDGE (rule_serial_column)
{
  (void) context, (void) index;
  return effect->serial;
}

EFFECT_JUDGE (rule_varchar_column)
{
  static const char *const names[] = { "varchar", NULL };

  (void) context, (void) index;
  return is_type (effect, names) && strchr (effect->type_text, '(') != NULL;
}

EFFECT_JUDGE (rule_char_column)
{
  static const char *const names[] = { "char", NULL };

  (void) context, (void) index;
  return is_type (effect, names);
}

EFFECT_JUDGE (rule_timestamp_column)
{
  static const char *const names[] = { "timestamp", NULL };

  (void) context, (void) index;
  return is_type (effect, names);
}

/* Types of the database's own ------------------------------------------------- */

EFFECT_JUDGE (rule_enum_order)
{
  (void) context, (void) index;
  return effect->to == NULL; /* the neighbour */
}

EFFECT_JUDGE (rule_domain_constraint)
{
  (void) context, (void) index;
  return effect->constrained && !effect->not_valid;
}
