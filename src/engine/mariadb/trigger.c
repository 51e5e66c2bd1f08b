/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies of triggers, and what one row keeps in step by itself.
 */
#include "config.h"

#include "engine/mariadb/trigger.h"

#include "engine/mariadb/sql_text.h"
#include "model/error.h"
#include "model/generated_name.h"

static const struct
{
  const char *prefix; /* of the trigger's name */
  const char *text;
} EVENTS[N_MARIA_EVENTS] = {
  [MARIA_BEFORE_INSERT] = { "zdm_insert_", "BEFORE INSERT" },
  [MARIA_BEFORE_UPDATE] = { "zdm_update_", "BEFORE UPDATE" },
  [MARIA_BEFORE_DELETE] = { "zdm_delete_", "BEFORE DELETE" },
  [MARIA_AFTER_INSERT] = { "zdm_inserted_", "AFTER INSERT" },
  [MARIA_AFTER_UPDATE] = { "zdm_updated_", "AFTER UPDATE" },
  [MARIA_AFTER_DELETE] = { "zdm_deleted_", "AFTER DELETE" },
};

/* Lines ------------------------------------------------------------------------- */

void
maria_trigger_line (MariaTriggerWriter *writer, MariaEvent event, const char *format, ...)
{
  va_list arguments;

  va_start (arguments, format);
  g_string_append (writer->body[event], "  ");
  g_string_append_vprintf (writer->body[event], format, arguments);
  g_string_append_c (writer->body[event], '\n');
  va_end (arguments);
}

void
maria_trigger_guard (MariaTriggerWriter *writer, MariaEvent event, const char *instead)
{
  maria_trigger_line (writer, event, "BEGIN");
  maria_trigger_line (writer, event, "  " MARIA_PASS_ON);
  maria_trigger_line (writer, event, "  DECLARE EXIT HANDLER FOR SQLEXCEPTION %s;",
                      instead);
}

const char *const *
maria_trigger_row (MariaTriggerWriter *writer, const char *row, const char *const *names)
{
  return step_sql_columns (&mariadb_words, row, names, writer->arena);
}

const char *
maria_trigger_pairs (MariaTriggerWriter *writer, const char *const *a,
                     const char *operator, const char * const * b, const char *separator)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; a[i] != NULL; i++)
    g_string_append_printf (text, "%s%s %s %s", i > 0 ? separator : "", a[i], operator,
                            b != NULL ? b[i] : "NULL");
  return arena_strdup (writer->arena, text->str);
}

/* Syncs of a row ---------------------------------------------------------------- */

/* SQL of the user's, one side of a sync: its values are worked out where an error ends
 * nothing, into variables that the conditions read. */
typedef struct
{
  const char *const *columns; /* that get the values */
  const SqlExpression *sql;   /* as it is worked out */
  SqlExpression *kept;        /* what is left of it: `value` and `valid` are variables */
  const gboolean *is_own;     /* which of them are of the user's */
} OwnSql;

/* One sync in the triggers of its table. */
typedef struct
{
  guint number;
  StepSql new, old;
  OwnSql *forward, *backward; /* or NULL: nothing in it is of the user's */
  gboolean keeps_olds;        /* others may write its old columns after its own answer */
} Turn;

typedef struct
{
  MariaTriggerWriter *writer;
  MariaEvent event;
  const Turn *turns;
  guint n;
} Answers;

static const char *
differ (const Answers *answers, const char *const *names, const char *const *a,
        const char *const *b)
{
  return step_sql_differ (&mariadb_words, answers->writer->table, names, a, b,
                          answers->writer->arena);
}

static const char *const *
kept_names (const Answers *answers, const Turn *turn)
{
  guint n = g_strv_length ((char **) turn->new.olds);
  const char **names = arena_new_array (answers->writer->arena, const char *, n + 1);

  for (guint i = 0; i < n; i++)
    names[i] = arena_printf (answers->writer->arena, "zdm_old_%u_%u", turn->number, i);
  return names;
}

static void
declare (const Answers *answers, const Turn *turn)
{
  MariaTriggerWriter *writer = answers->writer;
  const char *const *kept = kept_names (answers, turn);

  if (turn->new.sync->mode != SYNC_ON_INSERT)
    maria_trigger_line (writer, answers->event, "DECLARE zdm_new_%u BOOLEAN;",
                        turn->number);
  for (guint i = 0; turn->keeps_olds && kept[i] != NULL; i++)
    maria_trigger_line (
        writer, answers->event, "DECLARE %s TYPE OF %s.%s;", kept[i],
        mariadb_identifier (writer->arena, writer->table->name),
        mariadb_identifier (writer->arena, turn->new.sync->old_columns[i]));
}

/* SQL of the user's ---------------------------------------------------------------- */

static void
declare_own (const Answers *answers, const OwnSql *own)
{
  MariaTriggerWriter *writer = answers->writer;

  for (guint i = 0; own != NULL && own->columns[i] != NULL; i++)
    if (own->is_own[i])
      {
        maria_trigger_line (writer, answers->event, "DECLARE %s TYPE OF %s.%s;",
                            own->kept[i].value,
                            mariadb_identifier (writer->arena, writer->table->name),
                            mariadb_identifier (writer->arena, own->columns[i]));
        maria_trigger_line (writer, answers->event, "DECLARE %s BOOLEAN DEFAULT FALSE;",
                            own->kept[i].valid);
      }
}

static void
work_out (const Answers *answers, const SqlExpression *sql, const SqlExpression *kept)
{
  MariaTriggerWriter *writer = answers->writer;

  maria_trigger_line (writer, answers->event, "SET %s = NULL, %s = FALSE;", kept->value,
                      kept->valid);
  maria_trigger_guard (writer, answers->event, "BEGIN END");
  if (sql->valid != NULL)
    maria_trigger_line (writer, answers->event, "  IF %s THEN", sql->valid);
  maria_trigger_line (writer, answers->event, "  SET %s = %s;", kept->value, sql->value);
  maria_trigger_line (writer, answers->event, "  SET %s = TRUE;", kept->valid);
  maria_trigger_line (writer, answers->event, "%sEND;",
                      sql->valid != NULL ? "END IF; " : "");
}

static void
work_out_own (const Answers *answers, const OwnSql *own)
{
  for (guint i = 0; own != NULL && own->columns[i] != NULL; i++)
    if (own->is_own[i])
      work_out (answers, &own->sql[i], &own->kept[i]);
}

/* @expressions: get variables in the place of what is of the user's
 * Returns: (nullable) */
static OwnSql *
take_own (const MariaTriggerWriter *writer, const char *const *columns,
          const BoundTransform *const *transforms, const SqlExpression **expressions,
          const char *side, guint number)
{
  Arena *arena = writer->arena;
  guint n = g_strv_length ((char **) columns);
  OwnSql own = { .columns = columns, .sql = *expressions };
  gboolean *is_own = arena_new_array (arena, gboolean, n + 1), any = FALSE;

  own.kept = arena_new_array (arena, SqlExpression, n + 1);
  own.is_own = is_own;
  for (guint i = 0; i < n; i++)
    {
      own.kept[i] = own.sql[i];
      is_own[i] = bound_transform_needs_database (transforms[i]);
      any = any || is_own[i];
      if (is_own[i])
        own.kept[i] = (SqlExpression){
          .value = arena_printf (arena, "zdm_%s_%u_%u", side, number, i),
          .valid = arena_printf (arena, "zdm_%s_is_%u_%u", side, number, i)
        };
    }
  if (!any)
    return NULL;
  *expressions = own.kept;
  return arena_memdup (arena, &own, sizeof own);
}

/* Before the first look at all rows: those that are filled on insert alone are not looked
 * at. */
static gboolean
begin_own (const Answers *answers)
{
  gboolean any = FALSE;

  for (guint i = 0; i < answers->n; i++)
    any = any || answers->turns[i].forward != NULL || answers->turns[i].backward != NULL;
  if (!any)
    return FALSE;
  maria_trigger_line (answers->writer, answers->event, "BEGIN");
  for (guint i = 0; i < answers->n; i++)
    {
      declare_own (answers, answers->turns[i].forward);
      declare_own (answers, answers->turns[i].backward);
    }
  for (guint i = 0; i < answers->n; i++)
    if (answers->turns[i].new.sync->mode != SYNC_ON_INSERT)
      work_out_own (answers, answers->turns[i].forward);
  return TRUE;
}

/* What a row becomes --------------------------------------------------------------- */

/* What a row that is out of step, or not, is told by, once somebody has written it. */
static void
look_again (const Answers *answers, const Turn *turn)
{
  if (turn->forward == NULL && turn->backward == NULL)
    return;
  maria_trigger_line (answers->writer, answers->event, "IF zdm_new_%u THEN",
                      turn->number);
  work_out_own (answers, turn->forward);
  work_out_own (answers, turn->backward);
  maria_trigger_line (answers->writer, answers->event, "END IF;");
}

static const char *
is_new_written (const Answers *answers, const Turn *turn)
{
  if (answers->event == MARIA_BEFORE_INSERT)
    return arena_printf (answers->writer->arena, "NOT (%s)",
                         step_sql_all_null (turn->new.news, answers->writer->arena));
  return differ (answers, turn->new.sync->new_columns, turn->new.news, turn->old.news);
}

/* New columns that were written go back into the old ones, where they do not agree yet.
 */
static void
answer_new (const Answers *answers, const Turn *turn)
{
  MariaTriggerWriter *writer = answers->writer;
  const Sync *sync = turn->new.sync;
  guint n_old = g_strv_length ((char **) sync->old_columns);

  maria_trigger_line (writer, answers->event, "SET zdm_new_%u = %s;", turn->number,
                      is_new_written (answers, turn));
  if (sync->mode == SYNC_BOTH)
    {
      const char *valid = step_sql_valid (turn->new.backward, n_old, writer->arena);
      look_again (answers, turn);
      maria_trigger_line (writer, answers->event, "IF zdm_new_%u AND NOT %s%s%s THEN",
                          turn->number, step_sql_in_step (&turn->new),
                          valid != NULL ? " AND " : "", valid != NULL ? valid : "");
      for (guint i = 0; i < n_old; i++)
        maria_trigger_line (writer, answers->event, "  SET %s = %s;", turn->new.olds[i],
                            turn->new.backward[i].value);
      maria_trigger_line (writer, answers->event, "END IF;");
    }
  if (!turn->keeps_olds)
    return;
  const char *const *kept = kept_names (answers, turn);
  for (guint i = 0; i < n_old; i++)
    maria_trigger_line (writer, answers->event, "SET %s = %s;", kept[i],
                        turn->new.olds[i]);
}

static void
put_forward (const Answers *answers, const Turn *turn, const char *condition)
{
  MariaTriggerWriter *writer = answers->writer;

  maria_trigger_line (writer, answers->event, "IF %s THEN", condition);
  work_out_own (answers, turn->forward);
  for (guint i = 0; turn->new.news[i] != NULL; i++)
    maria_trigger_line (writer, answers->event, "  SET %s = %s;", turn->new.news[i],
                        step_sql_value (&turn->new.forward[i], writer->arena));
  maria_trigger_line (writer, answers->event, "END IF;");
}

/* A new row that still leaves the column out gets it filled. */
static void
fill_inserted (const Answers *answers, const Turn *turn)
{
  if (turn->new.sync->mode == SYNC_ON_INSERT && answers->event == MARIA_BEFORE_INSERT)
    put_forward (answers, turn,
                 step_sql_all_null (turn->new.news, answers->writer->arena));
}

/* Whether something that the new columns are made of is another one. */
static const char *
is_old_written (const Answers *answers, const Turn *turn)
{
  const Sync *sync = turn->new.sync;
  g_autoptr (GString) text = g_string_new (
      differ (answers, sync->old_columns, turn->new.olds, turn->old.olds));

  if (turn->forward == NULL)
    return arena_strdup (answers->writer->arena, text->str);
  for (guint i = 0; sync->new_columns[i] != NULL; i++)
    if (turn->forward->is_own[i])
      g_string_append (text,
                       mariadb_named_changed (sync->forward[i], answers->writer->table,
                                              turn->new.olds, answers->writer->arena));
  return arena_printf (answers->writer->arena, "(%s)", text->str);
}

/* Old columns that were written, by the application or as an answer, go into the new ones
 * that were not. */
static void
answer_old (const Answers *answers, const Turn *turn)
{
  const Sync *sync = turn->new.sync;
  const char *as_answer = "FALSE", *given = "TRUE";

  if (sync->mode == SYNC_ON_INSERT)
    return;
  if (sync->mode == SYNC_BOTH && turn->keeps_olds)
    as_answer
        = differ (answers, sync->old_columns, turn->new.olds, kept_names (answers, turn));
  if (answers->event == MARIA_BEFORE_UPDATE)
    given = arena_printf (answers->writer->arena, "%s%s",
                          sync->mode == SYNC_BOTH ? MARIA_REFILLS " IS NULL AND " : "",
                          is_old_written (answers, turn));
  put_forward (answers, turn,
               arena_printf (answers->writer->arena,
                             "CASE WHEN zdm_new_%u THEN %s ELSE %s END", turn->number,
                             as_answer, given));
}

static const char *
all_settled (const Answers *answers)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < answers->n; i++)
    g_string_append_printf (text, "%s%s", i > 0 ? " AND " : "",
                            step_sql_is_settled (&answers->turns[i].new));
  return arena_strdup (answers->writer->arena, text->str);
}

/* As row_sync_apply_all(): all that is new goes back first, the youngest sync first, and
 * then all that is old goes forward.  Most rows that are updated are in step: one look
 * tells, before variables are made, which cost as much as the look. */
static void
write_answers (const Answers *answers)
{
  gboolean has_own = begin_own (answers);

  maria_trigger_line (answers->writer, answers->event,
                      "IF NOT (%s) AND " MARIA_CATCHES_UP " IS NULL THEN BEGIN",
                      all_settled (answers));
  for (guint i = 0; i < answers->n; i++)
    declare (answers, &answers->turns[i]);
  for (guint i = answers->n; i-- > 0;)
    if (answers->turns[i].new.sync->mode != SYNC_ON_INSERT)
      answer_new (answers, &answers->turns[i]);
  for (guint i = 0; i < answers->n; i++)
    fill_inserted (answers, &answers->turns[i]);
  for (guint i = 0; i < answers->n; i++)
    answer_old (answers, &answers->turns[i]);
  maria_trigger_line (answers->writer, answers->event, "END; END IF;");
  if (has_own)
    maria_trigger_line (answers->writer, answers->event, "END;");
}

static gboolean
turn_init (Turn *turn, const MariaTriggerWriter *writer, const Sync *sync, guint number,
           GError **error)
{
  turn->number = number;
  turn->keeps_olds = writer->table->syncs->len > 1 && sync->mode != SYNC_ON_INSERT;
  if (step_sql_init (&turn->new, &mariadb_words, writer->table, sync, "NEW.", TRUE,
                     writer->arena, error)
      && step_sql_init (&turn->old, &mariadb_words, writer->table, sync, "OLD.", TRUE,
                        writer->arena, error))
    {
      turn->forward = take_own (writer, sync->new_columns, sync->forward,
                                &turn->new.forward, "forward", number);
      turn->backward = sync->backward != NULL
                           ? take_own (writer, sync->old_columns, sync->backward,
                                       &turn->new.backward, "backward", number)
                           : NULL;
      return TRUE;
    }
  g_prefix_error (error, "column '%s' of '%s' cannot be kept in step by triggers: ",
                  sync->new_columns[0], writer->table->name);
  return FALSE;
}

static gboolean
write_syncs (MariaTriggerWriter *writer, GError **error)
{
  const GPtrArray *syncs = writer->table->syncs;
  Turn *turns = arena_new_array (writer->arena, Turn, syncs->len + 1);
  Answers answers = { .writer = writer, .turns = turns };

  for (guint i = 0; i < syncs->len; i++)
    {
      const Sync *sync = syncs->pdata[i];
      if (sync->mode == SYNC_NONE)
        continue;
      if (!turn_init (&turns[answers.n], writer, sync, answers.n, error))
        return FALSE;
      answers.n++;
    }
  if (answers.n == 0)
    return TRUE;
  answers.event = MARIA_BEFORE_INSERT;
  write_answers (&answers);
  answers.event = MARIA_BEFORE_UPDATE;
  write_answers (&answers);
  return TRUE;
}

/* Triggers ---------------------------------------------------------------------- */

static const char *
trigger_name (const MariaTriggerWriter *writer, MariaEvent event)
{
  return generated_name (writer->arena,
                         arena_printf (writer->arena, "%s%s_%s", EVENTS[event].prefix,
                                       writer->table->name,
                                       migration_tag (writer->arena, writer->id)));
}

static void
add_trigger (const MariaTriggerWriter *writer, MariaEvent event, GPtrArray *triggers)
{
  Arena *arena = writer->arena;
  MariaTrigger *trigger;

  if (writer->body[event]->len == 0)
    return;
  trigger = arena_new0 (arena, MariaTrigger);
  trigger->table = writer->table->name;
  trigger->name = trigger_name (writer, event);
  trigger->asks = maria_asks (writer->shape, writer->table, arena);
  trigger->sql = arena_printf (
      arena, "CREATE OR REPLACE TRIGGER %s %s ON %s FOR EACH ROW\nBEGIN\n%s%sEND",
      mariadb_identifier (arena, trigger->name), EVENTS[event].text,
      mariadb_identifier (arena, writer->table->name), writer->declare[event]->str,
      writer->body[event]->str);
  g_ptr_array_add (triggers, trigger);
}

gboolean
maria_triggers (const char *id, const Database *shape, const Table *table,
                GPtrArray *triggers, Arena *arena, GError **error)
{
  MariaTriggerWriter writer
      = { .id = id, .shape = shape, .table = table, .arena = arena };

  for (guint i = 0; i < N_MARIA_EVENTS; i++)
    {
      writer.declare[i] = g_string_new (NULL);
      writer.body[i] = g_string_new (NULL);
    }
  gboolean fine = write_syncs (&writer, error) && maria_trigger_lookups (&writer, error);
  if (fine)
    maria_trigger_splits (&writer);
  for (guint i = 0; i < N_MARIA_EVENTS; i++)
    {
      if (fine)
        add_trigger (&writer, i, triggers);
      g_string_free (writer.declare[i], TRUE);
      g_string_free (writer.body[i], TRUE);
    }
  return fine;
}
