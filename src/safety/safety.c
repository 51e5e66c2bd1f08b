/* SPDX-License-Identifier: Apache-2.0
 *
 * Safety: running the rules and honouring `allow`.
 */
#include "config.h"

#include "safety/safety.h"

#include "safety/context.h"
#include "safety/judge.h"
#include "safety/settings.h"
#include "safety/sql_allow.h"
#include "safety/sql_analysis.h"

/* Whether a list of `allow` names the running rule; every entry that does is used. */
static gboolean
is_allowed_by (const SafetyContext *context, const Allow *list)
{
  gboolean allowed = FALSE;

  for (; list != NULL && list->rule != NULL; list++)
    {
      if (safety_rule_find (list->rule) != context->rule)
        continue;
      g_hash_table_add (context->used, (gpointer) list);
      allowed = TRUE;
    }
  return allowed;
}

static gboolean
is_allowed (const SafetyContext *context, const MigrationStep *step)
{
  gboolean allowed
      = context->migration != NULL && is_allowed_by (context, context->migration->allow);

  for (guint i = 0; context->sql_allows != NULL && i < context->sql_allows->of_file->len;
       i++)
    allowed = is_allowed_by (context, context->sql_allows->of_file->pdata[i]) || allowed;
  if (step == NULL)
    return allowed;
  allowed = is_allowed_by (context, step->operation->allow) || allowed;
  return (step->change != NULL && is_allowed_by (context, step->change->allow))
         || allowed;
}

static void
report (const SafetyContext *context, const MigrationStep *step, Location location,
        const char *format, va_list arguments)
{
  g_autofree char *text = g_strdup_vprintf (format, arguments);

  Severity severity;

  /* What is allowed was allowed, also when the rule is switched off. */
  if (!is_allowed (context, step)
      && safety_settings_severity (context->options->project, context->rule, &severity))
    diagnostic_list_add (context->diagnostics, severity, context->rule->id, location,
                         context->rule->help, "%s", text);
}

void
safety_report (const SafetyContext *context, Location location, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  report (context, NULL, location, format, arguments);
  va_end (arguments);
}

void
safety_report_step (const SafetyContext *context, const MigrationStep *step,
                    const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  report (context, step, step->location, format, arguments);
  va_end (arguments);
}

/* An effect's objects in place of their names in braces. */
static char *
fill_in (const char *help, const Effect *effect)
{
  const struct
  {
    const char *name, *text;
  } objects[] = {
    { "{table}", effect->table },    { "{column}", effect->column },
    { "{object}", effect->object },  { "{to}", effect->to },
    { "{type}", effect->type_text },
  };
  g_autoptr (GString) text = g_string_new (help);

  for (guint i = 0; i < G_N_ELEMENTS (objects); i++)
    g_string_replace (text, objects[i].name,
                      objects[i].text != NULL ? objects[i].text : "…", 0);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static gboolean
is_effect_allowed (const SafetyContext *context, const Effect *effect)
{
  gboolean allowed = is_allowed (context, effect->step);

  return is_allowed_by (context, effect->allow) || allowed;
}

/* A statement may have effects on several engines that read alike. */
static gboolean
is_news (const SafetyContext *context, const Effect *effect, const char *text)
{
  return g_hash_table_add (
      context->reported,
      g_strdup_printf ("%u:%u %s", effect->location.line, effect->location.column, text));
}

static void
report_effect (const SafetyContext *context, const Effect *effect, const char *text)
{
  Severity severity;

  if (is_effect_allowed (context, effect) || !is_news (context, effect, text)
      || !safety_settings_severity (context->options->project, context->rule, &severity))
    return;
  g_autofree char *help = fill_in (context->rule->help, effect);
  diagnostic_list_add (context->diagnostics, severity, context->rule->id,
                       effect->location, help, "%s", text);
}

void
safety_report_effect (const SafetyContext *context, const Effect *effect,
                      const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  report_effect (context, effect, text);
}

/* A constraint may have no name: "foreign key of 't'" then, and not "foreign key '…' of
 * 't'". */
static char *
without_nameless (const char *message, const Effect *effect)
{
  GString *text = g_string_new (message);

  if (effect->table == NULL)
    g_string_replace (text, " '{table}'", "", 0);
  if (effect->object == NULL)
    g_string_replace (text, " '{object}'", "", 0);
  return g_string_free (text, FALSE);
}

void
safety_report_message (const SafetyContext *context, const Effect *effect)
{
  g_autofree char *message = without_nameless (context->rule->message, effect);
  g_autofree char *text = fill_in (message, effect);

  report_effect (context, effect, text);
}

static void
each_allow_of (const SafetyContext *context, const Allow *list, AllowFunction function)
{
  for (; list != NULL && list->rule != NULL; list++)
    function (context, list);
}

static void
each_allow_in (const SafetyContext *context, const GPtrArray *operations,
               AllowFunction function)
{
  for (guint i = 0; i < operations->len; i++)
    each_allow_of (context, ((const Operation *) operations->pdata[i])->allow, function);
}

/* Of comments beside statements; one covers all effects of its statement. */
static void
each_allow_of_effects (const SafetyContext *context, AllowFunction function)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < context->effects->len; i++)
    {
      const Effect *effect = context->effects->pdata[i];
      if (effect->allow != NULL && g_hash_table_add (seen, (gpointer) effect->allow))
        each_allow_of (context, effect->allow, function);
    }
}

static void
each_allow_of_lists (const SafetyContext *context, const GPtrArray *lists,
                     AllowFunction function)
{
  for (guint i = 0; i < lists->len; i++)
    each_allow_of (context, lists->pdata[i], function);
}

void
safety_each_allow (const SafetyContext *context, AllowFunction function)
{
  each_allow_of_effects (context, function);
  if (context->sql_allows != NULL)
    {
      each_allow_of_lists (context, context->sql_allows->of_file, function);
      each_allow_of_lists (context, context->sql_allows->of_nothing, function);
    }
  if (context->migration == NULL)
    return;
  each_allow_of (context, context->migration->allow, function);
  each_allow_in (context, context->migration->changes, function);
  each_allow_in (context, context->migration->steps, function);
}

gboolean
safety_step_destroys (const MigrationStep *step)
{
  OperationKind kind = step->operation->kind;

  return kind == OPERATION_DROP_COLUMN || kind == OPERATION_DROP_TABLE
         || kind == OPERATION_SWAP_COLUMN || kind == OPERATION_DELETE_ROWS;
}

/* Whether the step copies values, or may well do so. */
static gboolean
fills_something (const MigrationStep *step)
{
  switch (step->operation->kind)
    {
    case OPERATION_BACKFILL:
    case OPERATION_COPY_ROWS:
    case OPERATION_UPDATE_ROWS:
      return TRUE;
    case OPERATION_SQL: /* opaque: it may well be the backfill */
      return step->phase == MIGRATION_PHASE_MIGRATING;
    default:
      return FALSE;
    }
}

gboolean
safety_plan_fills_something (const MigrationPlan *plan)
{
  for (guint i = 0; i < migration_plan_n_steps (plan); i++)
    if (fills_something (migration_plan_step (plan, i)))
      return TRUE;
  return FALSE;
}

gboolean
safety_history_expands (const SafetyContext *context, const char *table,
                        const char *column)
{
  return context->options->history != NULL && table != NULL
         && history_open_expand (context->options->history, table, column) != NULL;
}

/* Running ---------------------------------------------------------------------- */

static void
run_rule (SafetyContext *context)
{
  g_hash_table_remove_all (context->reported);
  if (context->rule->check != NULL)
    context->rule->check (context);
  else
    judge_effects (context);
}

static void
run_rules (SafetyContext *context, gboolean last)
{
  for (guint i = 0; i < safety_n_rules (); i++)
    {
      context->rule = safety_rule (i);
      if (context->rule->runs_last == last
          && (context->plan != NULL || !context->rule->needs_plan))
        run_rule (context);
    }
}

static void
run_all (SafetyContext *context)
{
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) reported
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  context->used = used;
  context->reported = reported;
  run_rules (context, FALSE);
  run_rules (context, TRUE);
}

void
safety_check (const Migration *migration, const MigrationPlan *plan,
              const SafetyOptions *options, Arena *arena, GPtrArray **effects,
              DiagnosticList *diagnostics)
{
  g_autoptr (GPtrArray) found
      = effects_of_plan (migration, plan, &options->target, arena);
  SafetyContext context = {
    .migration = migration,
    .plan = plan,
    .effects = found,
    .options = options,
    .diagnostics = diagnostics,
  };

  run_all (&context);
  if (effects != NULL)
    *effects = g_steal_pointer (&found);
}

/* Comments that look like ours and are not. */
static void
report_problems (const SafetyContext *context)
{
  const GPtrArray *problems = context->sql_allows->problems;

  for (guint i = 0; i < problems->len; i++)
    {
      const SqlAllowProblem *problem = problems->pdata[i];
      diagnostic_list_add (context->diagnostics, SEVERITY_ERROR, "load",
                           problem->location,
                           "write `-- zdm:allow RULE reason` beside the statement, or "
                           "`-- zdm:allow-file RULE reason` at the top",
                           "%s", problem->message);
    }
}

/* Editors on Windows begin a file with a byte order mark; clients skip it. */
static const char *
skip_byte_order_mark (const char *text)
{
  static const char UTF8_BOM[] = "\xef\xbb\xbf";

  return g_str_has_prefix (text, UTF8_BOM) ? text + strlen (UTF8_BOM) : text;
}

void
safety_check_sql (const char *path, const char *text, const SafetyOptions *options,
                  Arena *arena, GPtrArray **effects, DiagnosticList *diagnostics)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new ();
  g_autoptr (SqlAllows) allows = sql_allows_new ();
  const SqlSource source = {
    .text = skip_byte_order_mark (text),
    .allows = allows,
    .location = { .file = path, .line = 1, .column = 1 },
    .layout = TEXT_LAYOUT_BLOCK,
    .engines = options->target.engines,
  };
  SafetyContext context = {
    .effects = found,
    .sql_allows = allows,
    .options = options,
    .diagnostics = diagnostics,
  };

  sql_analyse (&source, &options->target, arena, found);
  report_problems (&context);
  run_all (&context);
  if (effects != NULL)
    *effects = g_steal_pointer (&found);
}
