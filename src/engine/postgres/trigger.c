/* SPDX-License-Identifier: Apache-2.0
 *
 * The functions of triggers, in PL/pgSQL.
 */
#include "config.h"

#include "engine/postgres/trigger.h"

#include <string.h>

#include "engine/postgres/connection.h"
#include "engine/postgres/own_sql.h"
#include "engine/postgres/sql_text.h"
#include "engine/postgres/words.h"
#include "model/error.h"
#include "model/generated_name.h"

/* Triggers fire in the order of their names: this one sees what others have made.  Each
 * migration that waits has its own, for columns of its own. */
#define TRIGGER_BEFORE "zzz_zdm_sync"
#define TRIGGER_AFTER "zzz_zdm_after"
#define TRIGGER_TRUNCATE "zzz_zdm_truncate"

/* What the copy into the half of a split writes there comes from the other half, whose
 * rows it has locked: to look at each of them again is three quarters of its time. */
#define NOT_COPYING \
  "pg_catalog.current_setting('" POSTGRES_COPIES "', true) IS DISTINCT FROM 'on'"

/* One sync in the function of its table. */
typedef struct
{
  guint number;
  StepSql new, old;
  /* Give the variables their values that stand for SQL of the user's; NULL: none does */
  const char *settle_forward, *settle_backward;
  const char *watch;   /* the same of whether another column has changed that it reads */
  gboolean keeps_olds; /* others may write its old columns after its own answer */
} Turn;

typedef struct
{
  const Table *table;
  Turn *turns;
  guint n;
  GString *declare, *body;
  Arena *arena;
} Function;

static void line (Function *function, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
line (Function *function, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_append (function->body, "  ");
  g_string_append_vprintf (function->body, format, arguments);
  g_string_append_c (function->body, '\n');
  va_end (arguments);
}

static const char *
differ (Function *function, const char *const *names, const char *const *a,
        const char *const *b)
{
  return step_sql_differ (&postgres_words, function->table, names, a, b, function->arena);
}

static const char *const *
kept_names (Function *function, const Turn *turn)
{
  guint n = g_strv_length ((char **) turn->new.olds);
  const char **names = arena_new_array (function->arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = arena_printf (function->arena, "zdm_old_%u_%u", turn->number, i);
  return names;
}

static void
settle (Function *function, const char *statements)
{
  if (statements != NULL)
    line (function, "  %s", statements);
}

/* Where the new columns do not agree with the old ones yet. */
static void
put_back (Function *function, const Turn *turn)
{
  guint n_old = g_strv_length ((char **) turn->new.olds);
  const char *valid = step_sql_valid (turn->new.backward, n_old, function->arena);
  gboolean is_own = turn->settle_forward != NULL || turn->settle_backward != NULL;

  if (is_own)
    {
      line (function, "IF (zdm_new_%u) THEN", turn->number);
      settle (function, turn->settle_forward);
      settle (function, turn->settle_backward);
      line (function, "END IF;");
    }
  line (function, "IF (zdm_new_%u AND NOT %s%s%s) THEN", turn->number,
        step_sql_in_step (&turn->new), valid != NULL ? " AND " : "",
        valid != NULL ? valid : "");
  for (guint i = 0; i < n_old; i++)
    line (function, "  %s := %s;", turn->new.olds[i], turn->new.backward[i].value);
  line (function, "END IF;");
}

/* New columns that were written go back into the old ones. */
static void
answer_new (Function *function, const Turn *turn)
{
  const Sync *sync = turn->new.sync;
  Arena *arena = function->arena;
  guint n_old = g_strv_length ((char **) sync->old_columns);

  line (function, "zdm_new_%u := CASE WHEN TG_OP = 'INSERT' THEN NOT (%s) ELSE %s END;",
        turn->number, step_sql_all_null (turn->new.news, arena),
        differ (function, sync->new_columns, turn->new.news, turn->old.news));
  if (sync->mode == SYNC_BOTH)
    put_back (function, turn);
  if (!turn->keeps_olds)
    return;
  const char *const *kept = kept_names (function, turn);
  for (guint i = 0; i < n_old; i++)
    line (function, "%s := %s;", kept[i], turn->new.olds[i]);
}

static void
put_forward (Function *function, const Turn *turn)
{
  settle (function, turn->settle_forward);
  for (guint i = 0; turn->new.news[i] != NULL; i++)
    line (function, "  %s := %s;", turn->new.news[i],
          step_sql_value (&turn->new.forward[i], function->arena));
}

/* A new row that still leaves the column out gets it filled. */
static void
fill_inserted (Function *function, const Turn *turn)
{
  if (turn->new.sync->mode != SYNC_ON_INSERT)
    return;
  line (function, "IF (TG_OP = 'INSERT' AND %s) THEN",
        step_sql_all_null (turn->new.news, function->arena));
  put_forward (function, turn);
  line (function, "END IF;");
}

/* Old columns that were written, by the application or as an answer, go into the new ones
 * that were not. */
static void
answer_old (Function *function, const Turn *turn)
{
  const Sync *sync = turn->new.sync;
  const char *as_answer = "false";

  if (sync->mode == SYNC_ON_INSERT)
    return;
  if (sync->mode == SYNC_BOTH && turn->keeps_olds)
    as_answer = differ (function, sync->old_columns, turn->new.olds,
                        kept_names (function, turn));
  if (turn->watch != NULL)
    line (function, "%s", turn->watch);
  line (function,
        "IF (CASE WHEN zdm_new_%u THEN %s ELSE TG_OP = 'INSERT' OR %s%s END) THEN",
        turn->number, as_answer,
        differ (function, sync->old_columns, turn->new.olds, turn->old.olds),
        turn->watch != NULL
            ? arena_printf (function->arena, " OR zdm_read_%u", turn->number)
            : "");
  put_forward (function, turn);
  line (function, "END IF;");
}

static void
declare (Function *function, const Turn *turn)
{
  const char *const *kept = kept_names (function, turn);

  if (turn->new.sync->mode != SYNC_ON_INSERT)
    g_string_append_printf (function->declare, "  zdm_new_%u boolean;\n", turn->number);
  if (turn->watch != NULL)
    g_string_append_printf (function->declare, "  zdm_read_%u boolean;\n", turn->number);
  for (guint i = 0; turn->keeps_olds && kept[i] != NULL; i++)
    g_string_append_printf (
        function->declare, "  %s %s.%s%%TYPE;\n", kept[i],
        postgres_table (function->arena, function->table->name),
        postgres_identifier (function->arena, turn->new.sync->old_columns[i]));
}

/* As row_sync_apply_all(): all that is new goes back first, the youngest sync first, and
 * then all that is old goes forward. */
static void
write_body (Function *function)
{
  for (guint i = 0; i < function->n; i++)
    declare (function, &function->turns[i]);
  for (guint i = function->n; i-- > 0;)
    if (function->turns[i].new.sync->mode != SYNC_ON_INSERT)
      answer_new (function, &function->turns[i]);
  for (guint i = 0; i < function->n; i++)
    fill_inserted (function, &function->turns[i]);
  for (guint i = 0; i < function->n; i++)
    answer_old (function, &function->turns[i]);
  line (function, "RETURN NEW;");
}

/* A row in which everything follows is let pass without a call of the function, which is
 * most of what it costs; so are the rows that a fill has made.  NULL: the user's own SQL
 * and subqueries cannot stand in a trigger's condition. */
static const char *
when_needed (Function *function)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < function->n; i++)
    {
      const StepSql *sql = &function->turns[i].new;
      for (guint j = 0; sql->sync->new_columns[j] != NULL; j++)
        if (bound_transform_needs_database (sql->sync->forward[j]))
          return NULL;
      g_string_append_printf (text, "%s%s", i > 0 ? " AND " : "NOT (",
                              step_sql_is_settled (sql));
    }
  g_string_append_c (text, ')');
  return strstr (text->str, "SELECT") == NULL ? arena_strdup (function->arena, text->str)
                                              : NULL;
}

const char *
pg_trigger_function (const PgTrigger *trigger, const char *place, Arena *arena)
{
  return arena_printf (
      arena, POSTGRES_SCHEMA ".%s",
      postgres_identifier (
          arena, generated_name (arena, arena_printf (arena, "%s_%s/%s", trigger->what,
                                                      trigger->tag, place))));
}

/* SQL of the user's must not let a write fail. */
static void
take_own_aside (Function *function, Turn *turn)
{
  const Sync *sync = turn->new.sync;
  Arena *arena = function->arena;

  turn->settle_forward = pg_own_sql_settle (
      arena_printf (arena, "zdm_forward_%u", turn->number), function->table,
      sync->new_columns, sync->forward, &turn->new.forward, function->declare, arena);
  if (turn->new.backward != NULL)
    turn->settle_backward = pg_own_sql_settle (
        arena_printf (arena, "zdm_backward_%u", turn->number), function->table,
        sync->old_columns, sync->backward, &turn->new.backward, function->declare, arena);
  if (turn->settle_forward != NULL && sync->mode != SYNC_ON_INSERT)
    turn->watch = pg_own_sql_watch (arena_printf (arena, "zdm_read_%u", turn->number),
                                    arena_printf (arena, "zdm_new_%u", turn->number),
                                    function->table, sync->forward,
                                    g_strv_length ((char **) sync->new_columns), arena);
}

static gboolean
read_turns (Function *function, GError **error)
{
  const GPtrArray *syncs = function->table->syncs;

  function->turns = arena_new_array (function->arena, Turn, syncs->len + 1);
  for (guint i = 0; i < syncs->len; i++)
    {
      const Sync *sync = syncs->pdata[i];
      Turn *turn = &function->turns[function->n];
      if (sync->mode == SYNC_NONE)
        continue;
      turn->number = function->n;
      turn->keeps_olds = syncs->len > 1 && sync->mode != SYNC_ON_INSERT;
      if (!step_sql_init (&turn->new, &postgres_words, function->table, sync, "NEW.",
                          TRUE, function->arena, error)
          || !step_sql_init (&turn->old, &postgres_words, function->table, sync, "OLD.",
                             TRUE, function->arena, error))
        {
          g_prefix_error (error,
                          "column '%s' of '%s' cannot be kept in step by triggers: ",
                          sync->new_columns[0], function->table->name);
          return FALSE;
        }
      take_own_aside (function, turn);
      function->n++;
    }
  return TRUE;
}

static gboolean
add_before (const char *tag, const Table *table, GPtrArray *triggers, Arena *arena,
            GError **error)
{
  g_autoptr (GString) declared = g_string_new (NULL), body = g_string_new (NULL);
  Function function
      = { .table = table, .declare = declared, .body = body, .arena = arena };

  if (!read_turns (&function, error))
    return FALSE;
  if (function.n == 0)
    return TRUE;
  write_body (&function);
  PgTrigger *trigger = arena_new0 (arena, PgTrigger);
  *trigger = (PgTrigger){ .name = arena_printf (arena, TRIGGER_BEFORE "_%s", tag),
                          .tag = tag,
                          .table = table->name,
                          .what = "sync",
                          .events = "BEFORE INSERT OR UPDATE",
                          .when = when_needed (&function),
                          .declare = arena_strdup (arena, declared->str),
                          .body = arena_strdup (arena, body->str) };
  g_ptr_array_add (triggers, trigger);
  return TRUE;
}

static gboolean
is_looked_up (const Database *shape, const Table *table)
{
  for (guint i = 0; i < shape->lookup_syncs->len; i++)
    {
      const LookupSync *sync = shape->lookup_syncs->pdata[i];
      if (g_str_equal (sync->table, table->name)
          || g_str_equal (sync->lookup->from_table, table->name))
        return TRUE;
    }
  return FALSE;
}

/* Whether all that the trigger does is to carry what is written back into the other half
 * of a split. */
static gboolean
only_carries_back (const Database *shape, const Table *table)
{
  for (guint i = 0; i < shape->table_syncs->len; i++)
    {
      const TableSync *sync = shape->table_syncs->pdata[i];
      if (g_str_equal (sync->old_table, table->name))
        return FALSE;
    }
  return !is_looked_up (shape, table);
}

static gboolean
add_after (const char *tag, const Database *shape, const Table *table,
           GPtrArray *triggers, Arena *arena, GError **error)
{
  g_autoptr (GString) body = g_string_new (NULL);
  PgTriggerWriter writer
      = { .shape = shape, .table = table, .body = body, .arena = arena };

  if (!pg_trigger_splits (&writer, error) || !pg_trigger_lookups (&writer, error))
    return FALSE;
  if (body->len == 0)
    return TRUE;
  g_string_append (body, "  RETURN NULL;\n");
  PgTrigger *trigger = arena_new0 (arena, PgTrigger);
  *trigger = (PgTrigger){ .name = arena_printf (arena, TRIGGER_AFTER "_%s", tag),
                          .tag = tag,
                          .table = table->name,
                          .what = "after",
                          .events = "AFTER INSERT OR UPDATE OR DELETE",
                          .when = only_carries_back (shape, table) ? NOT_COPYING : NULL,
                          .declare = "",
                          .body = arena_strdup (arena, body->str),
                          .as_owner = TRUE };
  g_ptr_array_add (triggers, trigger);
  return TRUE;
}

static gboolean
add_truncate (const char *tag, const Database *shape, const Table *table,
              GPtrArray *triggers, Arena *arena, GError **error)
{
  g_autoptr (GString) body = g_string_new (NULL);
  PgTriggerWriter writer
      = { .shape = shape, .table = table, .body = body, .arena = arena };

  pg_trigger_truncated_halves (&writer);
  if (!pg_trigger_truncated_sources (&writer, error))
    return FALSE;
  if (body->len == 0)
    return TRUE;
  g_string_append (body, "  RETURN NULL;\n");
  PgTrigger *trigger = arena_new0 (arena, PgTrigger);
  *trigger = (PgTrigger){ .name = arena_printf (arena, TRIGGER_TRUNCATE "_%s", tag),
                          .tag = tag,
                          .table = table->name,
                          .what = "truncate",
                          .events = "AFTER TRUNCATE",
                          .declare = "",
                          .body = arena_strdup (arena, body->str),
                          .of_statement = TRUE,
                          .as_owner = TRUE };
  g_ptr_array_add (triggers, trigger);
  return TRUE;
}

gboolean
pg_triggers (const char *id, const Database *shape, GPtrArray *triggers, Arena *arena,
             GError **error)
{
  const char *tag = migration_tag (arena, id);

  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *table = shape->tables->pdata[i];
      if (!add_before (tag, table, triggers, arena, error)
          || !add_after (tag, shape, table, triggers, arena, error)
          || !add_truncate (tag, shape, table, triggers, arena, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pg_trigger_equal (const PgTrigger *a, const PgTrigger *b)
{
  return g_str_equal (a->name, b->name) && g_str_equal (a->table, b->table)
         && g_strcmp0 (a->when, b->when) == 0 && g_str_equal (a->declare, b->declare)
         && g_str_equal (a->body, b->body);
}

/* The body stands between dollars that it cannot hold. */
static const char *
dollar_quote (const char *text, Arena *arena)
{
  const char *tag = "$zdm$";

  for (guint i = 1; g_strstr_len (text, -1, tag) != NULL; i++)
    tag = arena_printf (arena, "$zdm%u$", i);
  return arena_printf (arena, "%s%s%s", tag, text, tag);
}

const char *
pg_trigger_function_sql (const PgTrigger *trigger, const char *place,
                         const char *search_path, Arena *arena)
{
  const char *text = arena_printf (
      arena, "\n#variable_conflict use_column\n%s%sBEGIN\n%sEND\n",
      trigger->declare[0] != '\0' ? "DECLARE\n" : "", trigger->declare, trigger->body);

  return arena_printf (arena,
                       "CREATE OR REPLACE FUNCTION %s() RETURNS trigger LANGUAGE "
                       "plpgsql%s SET search_path = %s AS %s",
                       pg_trigger_function (trigger, place, arena),
                       trigger->as_owner ? " SECURITY DEFINER" : "", search_path,
                       dollar_quote (text, arena));
}

const char *
pg_trigger_create_sql (const PgTrigger *trigger, const char *place, Arena *arena)
{
  return arena_printf (
      arena,
      "CREATE OR REPLACE TRIGGER %s %s ON %s FOR EACH %s%s%s%s EXECUTE FUNCTION %s()",
      trigger->name, trigger->events, postgres_table (arena, trigger->table),
      trigger->of_statement ? "STATEMENT" : "ROW", trigger->when != NULL ? " WHEN (" : "",
      trigger->when != NULL ? trigger->when : "", trigger->when != NULL ? ")" : "",
      pg_trigger_function (trigger, place, arena));
}
