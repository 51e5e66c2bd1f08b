/* SPDX-License-Identifier: Apache-2.0
 *
 * Rules about names, and about statements that can run twice.
 */
#include "config.h"

#include "safety/judges.h"

#include <string.h>

#include "model/table_name.h"

/* Long identifiers -------------------------------------------------------------- */

#define POSTGRES_MAX_BYTES 63
#define MYSQL_MAX_CHARACTERS 64

/* On which engines of the rule a name is too long. */
static guint
too_long_on (const char *name, gsize n_bytes)
{
  guint engines = n_bytes > POSTGRES_MAX_BYTES ? TARGET_POSTGRES : TARGET_NONE;

  if (g_utf8_validate (name, (gssize) n_bytes, NULL)
      && g_utf8_strlen (name, (gssize) n_bytes) > MYSQL_MAX_CHARACTERS)
    engines |= TARGET_MARIADB | TARGET_MYSQL;
  return engines;
}

static void
report_name (const SafetyContext *context, const Effect *effect, const char *name,
             gsize n_bytes)
{
  guint engines = too_long_on (name, n_bytes) & judge_engines (context, effect);

  if (engines == TARGET_NONE)
    return;
  g_autofree char *names = target_engines_to_string (engines);
  safety_report_effect (context, effect, "the name '%.*s' has %u bytes, too many for %s",
                        (int) n_bytes, name, (guint) n_bytes, names);
}

static gboolean
is_name_byte (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '$' || (guchar) c >= 0x80;
}

/* Past what is quoted by *@text, whose doubled quotes stand for one. */
static const char *
skip_quoted (const char *text)
{
  const char *end = text + 1;

  while (*end != '\0' && (*end != *text || end[1] == *text))
    end += *end == *text ? 2 : 1;
  return end;
}

/* The analysis may have cut a name as PostgreSQL does: the statement's own text counts.
 * It may be shortened, so that a name at its end is left to the effect's own members. */
static void
judge_names_of_text (const SafetyContext *context, const Effect *effect)
{
  for (const char *at = effect->sql; at != NULL && *at != '\0'; at++)
    {
      const char *start = at;
      if (*at == '\'' || *at == '"' || *at == '`')
        {
          at = skip_quoted (at);
          if (*start != '\'')
            report_name (context, effect, start + 1, (gsize) (at - start - 1));
          if (*at == '\0')
            return;
          continue;
        }
      while (is_name_byte (*at))
        at++;
      if (at > start)
        report_name (context, effect, start, (gsize) (at - start));
      if (at > start)
        at--;
    }
}

/* A file names a table with its schema, and each of the two is a name; in SQL they have
 * been told apart. */
static void
judge_table_name (const SafetyContext *context, const Effect *effect, const char *name)
{
  g_autoptr (Arena) arena = arena_new ();

  if (name == NULL)
    return;
  const TableName parts = effect->sql == NULL ? table_name_parse (name, arena)
                                              : (TableName){ .name = name };
  report_name (context, effect, parts.name, strlen (parts.name));
  if (parts.schema != NULL)
    report_name (context, effect, parts.schema, strlen (parts.schema));
}

static void
judge_names (const SafetyContext *context, const Effect *effect, guint index)
{
  gboolean is_table = effect->kind == EFFECT_RENAME_TABLE;
  const char *names[] = { effect->column, effect->object, is_table ? NULL : effect->to };

  (void) index;
  judge_table_name (context, effect, effect->table);
  judge_table_name (context, effect, is_table ? effect->to : NULL);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (names[i] != NULL)
      report_name (context, effect, names[i], strlen (names[i]));
  judge_names_of_text (context, effect);
}

void
rule_long_identifier (const SafetyContext *context)
{
  judge_each (context, judge_names);
}

/* Schemas --------------------------------------------------------------------- */

/* Where a file names schemas, a table without one is likely forgotten; elsewhere the
 * search path is how the team works. */
EFFECT_JUDGE (rule_unqualified_table)
{
  if (effect->schema != NULL)
    return FALSE;
  for (guint i = 0; i < context->effects->len; i++)
    if (i != index && judge_effect (context, i)->schema != NULL)
      return TRUE;
  return FALSE;
}

/* A plain SQL file is run by something that may stop half-way.  It is the making of a new
 * table that fails then, whatever is done to the table after it.  IF NOT EXISTS would
 * take the invalid leftover of a concurrent build for the index. */
EFFECT_JUDGE (rule_unguarded)
{
  (void) context, (void) index;
  return effect->step == NULL && !effect->guarded && !effect->in_transaction
         && (effect->kind == EFFECT_CREATE_TABLE || !effect->new_table)
         && !(effect->kind == EFFECT_CREATE_INDEX && effect->concurrent);
}
