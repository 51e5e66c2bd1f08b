/* SPDX-License-Identifier: Apache-2.0
 *
 * Triggers for the mirrors of one table.
 */
#include "config.h"

#include "engine/sqlite/trigger.h"

#include <string.h>

#include "engine/sqlite/expression.h"
#include "engine/sqlite/sql_text.h"
#include "engine/sqlite/words.h"
#include "model/error.h"
#include "model/shape.h"

/* Words ------------------------------------------------------------------------ */

#define GUARD "required-insert"

char *
sync_trigger_name (const char *table, const char *of, const char *what)
{
  return g_strdup_printf ("zdm/%s/%s/%s", table, of, what);
}

char *
sync_guard_name (const char *table, const char *column)
{
  return sync_trigger_name (table, column, GUARD);
}

SyncTrigger *
trigger_add (TriggerContext *context, const char *table, const char *of, const char *what,
             const char *head, const char *when, const char *body)
{
  Arena *arena = context->arena;
  SyncTrigger *trigger = arena_new0 (arena, SyncTrigger);
  g_autofree char *name = sync_trigger_name (table, of, what);

  trigger->name = arena_strdup (arena, name);
  trigger->table = table;
  trigger->text = arena_printf (
      arena, "CREATE TRIGGER %s %s ON %s%s%s BEGIN\n  %s\nEND",
      sqlite_identifier (arena, trigger->name), head, sqlite_identifier (arena, table),
      when != NULL ? " WHEN " : "", when != NULL ? when : "", body);
  g_ptr_array_add (context->triggers, trigger);
  return trigger;
}

const char *
sync_trigger_sql (const SyncTrigger *trigger, const char *locator, Arena *arena)
{
  g_auto (GStrv) pieces = g_strsplit (trigger->text, SQLITE_THIS_ROW, -1);
  g_autofree char *joined
      = g_strjoinv (locator != NULL ? locator : "rowid = NEW.rowid", pieces);

  return arena_strdup (arena, joined);
}

const char *const *
trigger_references (TriggerContext *context, const char *prefix, const char *const *names)
{
  guint n = g_strv_length ((char **) names);
  const char **references = arena_new_array (context->arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    references[i] = arena_printf (context->arena, "%s%s", prefix,
                                  sqlite_identifier (context->arena, names[i]));
  return references;
}

const char *
trigger_pairs (TriggerContext *context, const char *const *left, const char *operator,
               const char * const * right, const char *separator)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; left[i] != NULL; i++)
    g_string_append_printf (text, "%s%s %s %s COLLATE BINARY", i > 0 ? separator : "",
                            left[i], operator, right[i]);
  return arena_strdup (context->arena, text->str);
}

const char *
trigger_all_null (TriggerContext *context, const char *const *references)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; references[i] != NULL; i++)
    g_string_append_printf (text, "%s%s IS NULL", i > 0 ? " AND " : "", references[i]);
  return arena_strdup (context->arena, text->str);
}

static const char *
join_names (TriggerContext *context, const char *const *a, const char *const *b)
{
  g_autoptr (GString) text = g_string_new (NULL);
  const char *const *lists[] = { a, b };

  for (guint i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; lists[i][j] != NULL; j++)
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "",
                              sqlite_identifier (context->arena, lists[i][j]));
  return arena_strdup (context->arena, text->str);
}

/* One sync seen from one row ----------------------------------------------------- */

/* The columns of a row under one prefix ("NEW.", "OLD.", or none in an UPDATE of the row
 * itself), and what the transforms make of them. */
typedef struct
{
  const char *const *olds;
  const char *const *news;
  const SqliteExpression *forward;  /* one a new column */
  const SqliteExpression *backward; /* one an old column; or NULL */
} View;

typedef struct
{
  TriggerContext *context;
  const Table *table;
  const Sync *sync;
  const char *quoted; /* the table's name */
  gboolean
      opaque; /* the user's SQL names columns, not NEW's: no WHEN can be made of it */
  View bare, new, old;
} SyncTriggers;

static const SqliteExpression *
compile (SyncTriggers *triggers, const BoundTransform *const *transforms, guint n,
         const char *const *inputs, GError **error)
{
  Arena *arena = triggers->context->arena;
  SqliteExpression *expressions = arena_new_array (arena, SqliteExpression, n + 1);

  for (guint i = 0; i < n; i++)
    {
      triggers->opaque
          = triggers->opaque || bound_transform_needs_database (transforms[i]);
      if (!sqlite_expression (transforms[i], triggers->table, inputs, arena,
                              &expressions[i], error))
        return NULL;
    }
  return expressions;
}

static gboolean
view_init (SyncTriggers *triggers, View *view, const char *prefix, GError **error)
{
  const Sync *sync = triggers->sync;

  view->olds = trigger_references (triggers->context, prefix, sync->old_columns);
  view->news = trigger_references (triggers->context, prefix, sync->new_columns);
  view->forward
      = compile (triggers, sync->forward, g_strv_length ((char **) sync->new_columns),
                 view->olds, error);
  if (view->forward == NULL)
    return FALSE;
  if (sync->backward == NULL)
    return TRUE;
  view->backward
      = compile (triggers, sync->backward, g_strv_length ((char **) sync->old_columns),
                 view->news, error);
  return view->backward != NULL;
}

/* "a IS f(x) COLLATE BINARY AND valid …" for each */
static const char *
agrees (SyncTriggers *triggers, const char *const *columns,
        const SqliteExpression *expressions)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; columns[i] != NULL; i++)
    {
      if (text->len > 0)
        g_string_append (text, " AND ");
      if (expressions[i].valid != NULL)
        g_string_append_printf (text, "%s AND ", expressions[i].valid);
      g_string_append_printf (text, "%s IS %s COLLATE BINARY", columns[i],
                              expressions[i].value);
    }
  return arena_strdup (triggers->context->arena, text->str);
}

/* The one test of being in step, see row_sync_in_step(). */
static const char *
in_step (SyncTriggers *triggers, const View *view)
{
  Arena *arena = triggers->context->arena;
  const char *forward = agrees (triggers, view->news, view->forward);
  if (sqlite_sync_is_copy (triggers->sync))
    return arena_printf (arena, "(%s)", forward);
  const char *given = arena_printf (arena, "NOT (%s)",
                                    trigger_all_null (triggers->context, view->news));

  if (view->backward == NULL)
    return triggers->sync->mode == SYNC_FORWARD
               ? arena_printf (arena, "((%s) OR %s)", forward, given)
               : arena_printf (arena, "(%s)", forward);
  return arena_printf (arena, "((%s) OR (%s AND %s))", forward, given,
                       agrees (triggers, view->olds, view->backward));
}

/* In step where the old columns have just been written.  A one-way mirror follows them:
 * what an application had written into it before is of no matter then. */
static const char *
follows (SyncTriggers *triggers, const View *view)
{
  return triggers->sync->mode == SYNC_BOTH
             ? in_step (triggers, view)
             : arena_printf (triggers->context->arena, "(%s)",
                             agrees (triggers, view->news, view->forward));
}

/* A value that does not convert leaves the mirror null. */
static const char *
forward_value (SyncTriggers *triggers, const SqliteExpression *expression)
{
  if (expression->valid == NULL)
    return expression->value;
  return arena_printf (triggers->context->arena, "CASE WHEN %s THEN %s END",
                       expression->valid, expression->value);
}

static const char *
assign_forward (SyncTriggers *triggers)
{
  const View *view = &triggers->bare;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; view->news[i] != NULL; i++)
    g_string_append_printf (text, "%s%s = %s", i > 0 ? ", " : "", view->news[i],
                            forward_value (triggers, &view->forward[i]));
  return arena_strdup (triggers->context->arena, text->str);
}

static const char *
assign_backward (SyncTriggers *triggers)
{
  const View *view = &triggers->bare;
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; view->olds[i] != NULL; i++)
    g_string_append_printf (text, "%s%s = %s", i > 0 ? ", " : "", view->olds[i],
                            view->backward[i].value);
  return arena_strdup (triggers->context->arena, text->str);
}

/* " AND valid" of each expression that may not convert. */
static const char *
all_valid (SyncTriggers *triggers, const SqliteExpression *expressions, guint n)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < n; i++)
    if (expressions[i].valid != NULL)
      g_string_append_printf (text, " AND %s", expressions[i].valid);
  return arena_strdup (triggers->context->arena, text->str);
}

static const char *
all_backward_valid (SyncTriggers *triggers)
{
  return all_valid (triggers, triggers->bare.backward,
                    g_strv_length ((char **) triggers->sync->old_columns));
}

static const char *
changed (SyncTriggers *triggers, const char *const *before, const char *const *after)
{
  return arena_printf (
      triggers->context->arena, "(%s)",
      trigger_pairs (triggers->context, after, "IS NOT", before, " OR "));
}

/* NOT NULL -------------------------------------------------------------------- */

gboolean
sqlite_is_relaxed (const Table *table, const Column *column)
{
  if (column->nullable || column->default_kind != DEFAULT_NONE
      || column->identity != IDENTITY_NONE)
    return FALSE;
  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (sync->mode == SYNC_BOTH && name_list_contains (sync->old_columns, column->name))
        return TRUE;
    }
  return FALSE;
}

/* Whether SQLite numbers the row when the column is left out or null: then nobody has to
 * give it, and nothing has to be relaxed. */
static gboolean
is_rowid (const Table *table, const Column *column)
{
  const Constraint *key = table_primary_key (table);

  return key != NULL && g_str_equal (key->columns[0], column->name)
         && key->columns[1] == NULL
         && (column->type.base == COLUMN_TYPE_INTEGER
             || column->type.base == COLUMN_TYPE_BIGINT);
}

/* Every column that a value may come from, over mirrors of mirrors. */
static void
add_sources (const Table *table, const char *column, GPtrArray *sources)
{
  g_ptr_array_add (sources, (gpointer) column);
  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (sync->mode != SYNC_BOTH || !name_list_contains (sync->old_columns, column))
        continue;
      for (guint j = 0; sync->new_columns[j] != NULL; j++)
        add_sources (table, sync->new_columns[j], sources);
    }
}

/* @policy: "ABORT", or another word that ON CONFLICT knows */
static const char *
refuse_null (const char *table, const char *column, const char *policy, Arena *arena)
{
  const char *message
      = arena_printf (arena, "NOT NULL constraint failed: %s.%s", table, column);

  if (g_ascii_strcasecmp (policy, "IGNORE") == 0)
    return "SELECT RAISE(IGNORE)";
  return arena_printf (arena, "SELECT RAISE(%s, %s)", policy,
                       sqlite_text_literal (arena, message));
}

const char *
sync_trigger_refusing (const SyncTrigger *trigger, const char *policy, const char *sql,
                       Arena *arena)
{
  g_autoptr (GString) text = g_string_new (sql);

  g_string_replace (text, refuse_null (trigger->table, trigger->guarded, "ABORT", arena),
                    refuse_null (trigger->table, trigger->guarded, policy, arena), 1);
  return arena_strdup (arena, text->str);
}

/* The constraint is off while the sync is on, so triggers stand in for it: neither given,
 * and set to null while nothing is written that it could be made of. */
static void
guard_column (TriggerContext *context, const Table *table, const Column *column)
{
  g_autoptr (GPtrArray) sources = g_ptr_array_new ();
  Arena *arena = context->arena;
  const char *refusal = arena_printf (
      arena, "%s;", refuse_null (table->name, column->name, "ABORT", arena));
  const char *quoted = sqlite_identifier (arena, column->name);

  add_sources (table, column->name, sources);
  const char *const *names = arena_ptr_array (arena, sources);
  trigger_add (context, table->name, column->name, GUARD, "BEFORE INSERT",
               trigger_all_null (context, trigger_references (context, "NEW.", names)),
               refusal)
      ->guarded
      = column->name;
  trigger_add (context, table->name, column->name, "required-update",
               arena_printf (arena, "BEFORE UPDATE OF %s", quoted),
               arena_printf (
                   arena, "NEW.%s IS NULL AND NOT (%s)", quoted,
                   trigger_pairs (
                       context, trigger_references (context, "NEW.", names + 1), "IS NOT",
                       trigger_references (context, "OLD.", names + 1), " OR ")),
               refusal)
      ->guarded
      = column->name;
}

/* " OR NEW.a IS NULL" of each old column that is required: such a row may be in step and
 * is to be refused all the same. */
static const char *
or_required_is_null (SyncTriggers *triggers)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; triggers->sync->old_columns[i] != NULL; i++)
    {
      const Column *column
          = table_find_column (triggers->table, triggers->sync->old_columns[i]);
      if (triggers->sync->mode == SYNC_BOTH && column != NULL
          && sqlite_is_relaxed (triggers->table, column)
          && !is_rowid (triggers->table, column))
        g_string_append_printf (text, " OR %s IS NULL", triggers->new.olds[i]);
    }
  return arena_strdup (triggers->context->arena, text->str);
}

/* What was written into the new column gives no value for a required old one: refuse it,
 * as the old column would refuse null. */
static void
append_required (SyncTriggers *triggers, const char *written, GString *body)
{
  TriggerContext *context = triggers->context;

  for (guint i = 0; triggers->sync->old_columns[i] != NULL; i++)
    {
      const char *name = triggers->sync->old_columns[i];
      const Column *column = table_find_column (triggers->table, name);
      if (column == NULL || !sqlite_is_relaxed (triggers->table, column)
          || is_rowid (triggers->table, column))
        continue;
      g_string_append_printf (
          body, "\n  %s FROM %s WHERE " SQLITE_THIS_ROW " AND %s IS NULL AND %s;",
          refuse_null (triggers->table->name, name, "ABORT", context->arena),
          triggers->quoted, triggers->bare.olds[i], written);
    }
}

/* What is ignored ------------------------------------------------------------- */

/* " AND the row is as it was written": an update of the old columns that was to be did
 * not happen.  Where nothing failed, the statement that fired the trigger, or the
 * constraint, says OR IGNORE, which SQLite lets speak for what triggers write, too
 * (https://www.sqlite.org/lang_createtrigger.html). */
static const char *
and_was_ignored (SyncTriggers *triggers)
{
  TriggerContext *context = triggers->context;

  return arena_printf (
      context->arena, " AND %s AND %s",
      trigger_pairs (context, triggers->bare.olds, "IS", triggers->new.olds, " AND "),
      trigger_pairs (context, triggers->bare.news, "IS", triggers->new.news, " AND "));
}

/* A row that the old column does not take is not there. */
static void
append_skip (SyncTriggers *triggers, const char *missing, const char *step, GString *body)
{
  g_string_append_printf (
      body, "DELETE FROM %s WHERE " SQLITE_THIS_ROW " AND NOT (%s) AND NOT %s%s%s;\n  ",
      triggers->quoted, missing, step, all_backward_valid (triggers),
      and_was_ignored (triggers));
}

/* Of a row that is written again, only parts could be given back. */
static void
append_refusal (SyncTriggers *triggers, const char *condition, GString *body)
{
  Arena *arena = triggers->context->arena;
  const char *message
      = arena_printf (arena, "constraint failed: %s.%s", triggers->table->name,
                      triggers->sync->old_columns[0]);

  g_string_append_printf (
      body, "SELECT RAISE(ABORT, %s) FROM %s WHERE " SQLITE_THIS_ROW " AND %s%s;\n  ",
      sqlite_text_literal (arena, message), triggers->quoted, condition,
      and_was_ignored (triggers));
}

/* Insert ---------------------------------------------------------------------- */

/* Which column is given decides; both given and different: the new one wins. */
static void
add_insert (SyncTriggers *triggers)
{
  TriggerContext *context = triggers->context;
  Arena *arena = context->arena;
  const char *missing = trigger_all_null (context, triggers->bare.news);
  const char *given
      = arena_printf (arena, "NOT (%s)", trigger_all_null (context, triggers->new.news));
  const char *step = in_step (triggers, &triggers->bare);
  g_autoptr (GString) body = g_string_new (NULL);

  if (triggers->sync->mode == SYNC_BOTH)
    {
      g_string_append_printf (body,
                              "UPDATE %s SET %s WHERE " SQLITE_THIS_ROW
                              " AND NOT (%s) AND NOT %s%s;\n  ",
                              triggers->quoted, assign_backward (triggers), missing, step,
                              all_backward_valid (triggers));
      append_skip (triggers, missing, step, body);
    }
  g_string_append_printf (body,
                          "UPDATE %s SET %s WHERE " SQLITE_THIS_ROW " AND %s AND NOT %s;",
                          triggers->quoted, assign_forward (triggers), missing, step);
  if (triggers->sync->mode == SYNC_BOTH)
    append_required (triggers, given, body);
  trigger_add (context, triggers->table->name, triggers->sync->new_columns[0], "insert",
               "AFTER INSERT",
               triggers->opaque
                   ? NULL
                   : arena_printf (arena, "NOT %s%s", in_step (triggers, &triggers->new),
                                   or_required_is_null (triggers)),
               body->str);
}

/* Update ---------------------------------------------------------------------- */

/* Whether the write is the answer of this trigger itself, seen again because
 * recursive_triggers is on, where a value did not convert: the row is still out of step,
 * and must not be taken for an application's null.  Such a row was out of step before. */
static const char *
is_echo (SyncTriggers *triggers)
{
  const View *view = &triggers->new;
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean may_fail = FALSE;

  for (guint i = 0; view->news[i] != NULL; i++)
    {
      may_fail = may_fail || view->forward[i].valid != NULL;
      g_string_append_printf (text, "%s%s IS %s COLLATE BINARY", i > 0 ? " AND " : "",
                              view->news[i], forward_value (triggers, &view->forward[i]));
    }
  if (!may_fail)
    return NULL;
  return arena_printf (triggers->context->arena, "(NOT %s AND %s AND NOT %s)",
                       changed (triggers, triggers->old.olds, view->olds), text->str,
                       in_step (triggers, &triggers->old));
}

static void
append_backward (SyncTriggers *triggers, const char *news_changed, const char *step,
                 GString *body)
{
  const char *echo = triggers->opaque ? NULL : is_echo (triggers);

  const char *condition
      = arena_printf (triggers->context->arena, "%s AND NOT %s%s%s%s", news_changed, step,
                      all_backward_valid (triggers), echo != NULL ? " AND NOT " : "",
                      echo != NULL ? echo : "");

  g_string_append_printf (body, "UPDATE %s SET %s WHERE " SQLITE_THIS_ROW " AND %s;\n  ",
                          triggers->quoted, assign_backward (triggers), condition);
  append_refusal (triggers, condition, body);
}

/* SQL of the user's may read any column of the row: whichever changed, the new one
 * follows. */
static const char *
update_event (SyncTriggers *triggers)
{
  if (triggers->opaque)
    return "AFTER UPDATE";
  return arena_printf (triggers->context->arena, "AFTER UPDATE OF %s",
                       join_names (triggers->context, triggers->sync->old_columns,
                                   triggers->sync->new_columns));
}

/* Which column changed decides. */
static void
add_update (SyncTriggers *triggers)
{
  TriggerContext *context = triggers->context;
  Arena *arena = context->arena;
  const char *news_changed = changed (triggers, triggers->old.news, triggers->new.news);
  const char *olds_changed = changed (triggers, triggers->old.olds, triggers->new.olds);
  const char *step = follows (triggers, &triggers->bare);
  g_autoptr (GString) body = g_string_new (NULL);

  if (triggers->sync->mode == SYNC_BOTH)
    append_backward (triggers, news_changed, step, body);
  g_string_append_printf (
      body, "UPDATE %s SET %s WHERE " SQLITE_THIS_ROW " AND %s AND NOT %s AND NOT %s;",
      triggers->quoted, assign_forward (triggers), triggers->opaque ? "1" : olds_changed,
      news_changed, step);
  if (triggers->sync->mode == SYNC_BOTH)
    append_required (triggers, news_changed, body);
  trigger_add (context, triggers->table->name, triggers->sync->new_columns[0], "update",
               update_event (triggers),
               triggers->opaque
                   ? NULL
                   : arena_printf (arena, "(%s OR %s) AND (NOT %s%s)", olds_changed,
                                   news_changed, follows (triggers, &triggers->new),
                                   or_required_is_null (triggers)),
               body->str);
}

/* Fill of what an insert leaves out ------------------------------------------- */

static gboolean
trigger_fill (TriggerContext *context, const Table *table, const Sync *sync,
              GError **error)
{
  Arena *arena = context->arena;
  const char *const *inputs = trigger_references (context, "", sync->old_columns);
  const char *column = sqlite_identifier (arena, sync->new_columns[0]);
  SqliteExpression expression;

  if (!sqlite_expression (sync->forward[0], table, inputs, arena, &expression, error))
    return FALSE;
  trigger_add (
      context, table->name, sync->new_columns[0], "fill", "AFTER INSERT",
      arena_printf (arena, "NEW.%s IS NULL", column),
      arena_printf (arena,
                    "UPDATE %s SET %s = %s WHERE " SQLITE_THIS_ROW " AND %s IS NULL%s%s;",
                    sqlite_identifier (arena, table->name), column, expression.value,
                    column, expression.valid != NULL ? " AND " : "",
                    expression.valid != NULL ? expression.valid : ""));
  return TRUE;
}

/* Everything ------------------------------------------------------------------ */

static gboolean
trigger_sync (TriggerContext *context, const Table *table, const Sync *sync,
              GError **error)
{
  SyncTriggers triggers = { .context = context,
                            .table = table,
                            .sync = sync,
                            .quoted = sqlite_identifier (context->arena, table->name) };

  if (sync->mode == SYNC_NONE)
    return TRUE;
  if (sync->mode == SYNC_ON_INSERT)
    return trigger_fill (context, table, sync, error);
  if (!view_init (&triggers, &triggers.bare, "", error)
      || !view_init (&triggers, &triggers.new, "NEW.", error)
      || !view_init (&triggers, &triggers.old, "OLD.", error))
    {
      g_prefix_error (error, "column '%s' of '%s' cannot be kept in step by triggers: ",
                      sync->new_columns[0], table->name);
      return FALSE;
    }
  add_insert (&triggers);
  add_update (&triggers);
  return TRUE;
}

static gboolean
trigger_table (TriggerContext *context, const Table *table, GError **error)
{
  for (guint i = 0; i < table->syncs->len; i++)
    if (!trigger_sync (context, table, table->syncs->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const Column *column = table_column (table, i);
      if (sqlite_is_relaxed (table, column) && !is_rowid (table, column))
        guard_column (context, table, column);
    }
  return TRUE;
}

/* In a statement that names such a table, OLD and NEW are the table and not the row. */
gboolean
sqlite_refuse_row_name (const char *table, GError **error)
{
  if (g_ascii_strcasecmp (table, "old") != 0 && g_ascii_strcasecmp (table, "new") != 0)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "a table called '%s' cannot be told from the row that a trigger is about; "
               "give it another name first, while no application writes",
               table);
  return FALSE;
}

gboolean
sync_triggers (const Database *shape, GPtrArray *triggers, Arena *arena, GError **error)
{
  TriggerContext context = { .shape = shape, .triggers = triggers, .arena = arena };

  for (guint i = 0; i < shape->tables->len; i++)
    if (!trigger_table (&context, shape->tables->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < shape->table_syncs->len; i++)
    if (!trigger_split (&context, shape->table_syncs->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < shape->lookup_syncs->len; i++)
    if (!trigger_lookup (&context, shape->lookup_syncs->pdata[i], error))
      return FALSE;
  for (guint i = 0; i < triggers->len; i++)
    if (!sqlite_refuse_row_name (((const SyncTrigger *) triggers->pdata[i])->table,
                                 error))
      return FALSE;
  return TRUE;
}
