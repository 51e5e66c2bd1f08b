/* SPDX-License-Identifier: Apache-2.0
 *
 * Safety: running the rules and honouring `allow`.
 */
#include "config.h"

#include "safety/safety.h"

#include "safety/context.h"

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
  gboolean allowed = is_allowed_by (context, context->migration->allow);

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

  if (!is_allowed (context, step))
    diagnostic_list_add (context->diagnostics, context->rule->severity, context->rule->id,
                         location, context->rule->help, "%s", text);
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

void
safety_each_allow (const SafetyContext *context, AllowFunction function)
{
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

void
safety_check (const Migration *migration, const MigrationPlan *plan,
              DiagnosticList *diagnostics)
{
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);

  for (const SafetyRule *rule = SAFETY_RULES; rule->id != NULL; rule++)
    {
      const SafetyContext context = {
        .migration = migration,
        .plan = plan,
        .rule = rule,
        .diagnostics = diagnostics,
        .used = used,
      };
      rule->check (&context);
    }
}
