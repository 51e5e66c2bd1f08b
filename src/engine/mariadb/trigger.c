/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies of triggers.
 */
#include "config.h"

#include "engine/mariadb/trigger.h"

#include "engine/mariadb/sql_text.h"
#include "model/error.h"
#include "model/generated_name.h"

/* One sync in the triggers of its table. */
typedef struct
{
  guint number;
  StepSql new, old;
  gboolean keeps_olds; /* others may write its old columns after its own answer */
} Turn;

/* The body of one trigger. */
typedef struct
{
  const Table *table;
  const Turn *turns;
  guint n;
  gboolean inserts;
  GString *out;
  Arena *arena;
} Body;

static void line (const Body *body, const char *format, ...) G_GNUC_PRINTF (2, 3);

static void
line (const Body *body, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_append (body->out, "  ");
  g_string_append_vprintf (body->out, format, arguments);
  g_string_append_c (body->out, '\n');
  va_end (arguments);
}

static const char *
differ (const Body *body, const char *const *names, const char *const *a,
        const char *const *b)
{
  return step_sql_differ (&mariadb_words, body->table, names, a, b, body->arena);
}

static const char *const *
kept_names (const Body *body, const Turn *turn)
{
  guint n = g_strv_length ((char **) turn->new.olds);
  const char **names = arena_new_array (body->arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = arena_printf (body->arena, "zdm_old_%u_%u", turn->number, i);
  return names;
}

static void
declare (const Body *body, const Turn *turn)
{
  const char *const *kept = kept_names (body, turn);

  if (turn->new.sync->mode != SYNC_ON_INSERT)
    line (body, "DECLARE zdm_new_%u BOOLEAN;", turn->number);
  for (guint i = 0; turn->keeps_olds && kept[i] != NULL; i++)
    line (body, "DECLARE %s TYPE OF %s.%s;", kept[i],
          mariadb_identifier (body->arena, body->table->name),
          mariadb_identifier (body->arena, turn->new.sync->old_columns[i]));
}

static const char *
is_new_written (const Body *body, const Turn *turn)
{
  if (body->inserts)
    return arena_printf (body->arena, "NOT (%s)",
                         step_sql_all_null (turn->new.news, body->arena));
  return differ (body, turn->new.sync->new_columns, turn->new.news, turn->old.news);
}

/* New columns that were written go back into the old ones, where they do not agree yet.
 */
static void
answer_new (const Body *body, const Turn *turn)
{
  const Sync *sync = turn->new.sync;
  guint n_old = g_strv_length ((char **) sync->old_columns);

  line (body, "SET zdm_new_%u = %s;", turn->number, is_new_written (body, turn));
  if (sync->mode == SYNC_BOTH)
    {
      const char *valid = step_sql_valid (turn->new.backward, n_old, body->arena);
      line (body, "IF zdm_new_%u AND NOT %s%s%s THEN", turn->number,
            step_sql_in_step (&turn->new), valid != NULL ? " AND " : "",
            valid != NULL ? valid : "");
      for (guint i = 0; i < n_old; i++)
        line (body, "  SET %s = %s;", turn->new.olds[i], turn->new.backward[i].value);
      line (body, "END IF;");
    }
  if (!turn->keeps_olds)
    return;
  const char *const *kept = kept_names (body, turn);
  for (guint i = 0; i < n_old; i++)
    line (body, "SET %s = %s;", kept[i], turn->new.olds[i]);
}

static void
put_forward (const Body *body, const Turn *turn, const char *condition)
{

  line (body, "IF %s THEN", condition);
  for (guint i = 0; turn->new.news[i] != NULL; i++)
    line (body, "  SET %s = %s;", turn->new.news[i],
          step_sql_value (&turn->new.forward[i], body->arena));
  line (body, "END IF;");
}

/* A new row that still leaves the column out gets it filled. */
static void
fill_inserted (const Body *body, const Turn *turn)
{
  if (turn->new.sync->mode == SYNC_ON_INSERT && body->inserts)
    put_forward (body, turn, step_sql_all_null (turn->new.news, body->arena));
}

/* Old columns that were written, by the application or as an answer, go into the new ones
 * that were not. */
static void
answer_old (const Body *body, const Turn *turn)
{
  const Sync *sync = turn->new.sync;
  const char *as_answer = "FALSE", *given = "TRUE";

  if (sync->mode == SYNC_ON_INSERT)
    return;
  if (sync->mode == SYNC_BOTH && turn->keeps_olds)
    as_answer = differ (body, sync->old_columns, turn->new.olds, kept_names (body, turn));
  if (!body->inserts)
    given = differ (body, sync->old_columns, turn->new.olds, turn->old.olds);
  put_forward (body, turn,
               arena_printf (body->arena, "CASE WHEN zdm_new_%u THEN %s ELSE %s END",
                             turn->number, as_answer, given));
}

/* As row_sync_apply_all(): all that is new goes back first, the youngest sync first, and
 * then all that is old goes forward. */
static void
write_answers (const Body *body)
{
  for (guint i = 0; i < body->n; i++)
    declare (body, &body->turns[i]);
  for (guint i = body->n; i-- > 0;)
    if (body->turns[i].new.sync->mode != SYNC_ON_INSERT)
      answer_new (body, &body->turns[i]);
  for (guint i = 0; i < body->n; i++)
    fill_inserted (body, &body->turns[i]);
  for (guint i = 0; i < body->n; i++)
    answer_old (body, &body->turns[i]);
}

static gboolean
turn_init (Turn *turn, const Table *table, const Sync *sync, guint number, Arena *arena,
           GError **error)
{
  turn->number = number;
  turn->keeps_olds = table->syncs->len > 1 && sync->mode != SYNC_ON_INSERT;
  if (step_sql_init (&turn->new, &mariadb_words, table, sync, "NEW.", TRUE, arena, error)
      && step_sql_init (&turn->old, &mariadb_words, table, sync, "OLD.", TRUE, arena,
                        error))
    return TRUE;
  g_prefix_error (error, "column '%s' of '%s' cannot be kept in step by triggers: ",
                  sync->new_columns[0], table->name);
  return FALSE;
}

static void
add_trigger (Body *body, gboolean inserts, GPtrArray *triggers)
{
  g_autoptr (GString) out = g_string_new (NULL);
  MariaTrigger *trigger = arena_new0 (body->arena, MariaTrigger);

  trigger->table = body->table->name;
  trigger->name = generated_name (
      body->arena, arena_printf (body->arena, "zdm_%s_%s", inserts ? "insert" : "update",
                                 body->table->name));
  body->inserts = inserts;
  body->out = out;
  write_answers (body);
  if (out->len == 0)
    return;
  trigger->sql = arena_printf (
      body->arena,
      "CREATE OR REPLACE TRIGGER %s BEFORE %s ON %s FOR EACH ROW\nBEGIN\n%sEND",
      mariadb_identifier (body->arena, trigger->name), inserts ? "INSERT" : "UPDATE",
      mariadb_identifier (body->arena, body->table->name), out->str);
  g_ptr_array_add (triggers, trigger);
}

gboolean
maria_triggers (const Table *table, GPtrArray *triggers, Arena *arena, GError **error)
{
  Turn *turns = arena_new_array (arena, Turn, table->syncs->len + 1);
  Body body = { .table = table, .turns = turns, .arena = arena };

  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (sync->mode == SYNC_NONE)
        continue;
      if (!turn_init (&turns[body.n], table, sync, body.n, arena, error))
        return FALSE;
      body.n++;
    }
  add_trigger (&body, TRUE, triggers);
  add_trigger (&body, FALSE, triggers);
  return TRUE;
}
