/* SPDX-License-Identifier: Apache-2.0
 *
 * Writes of a client: accepted, seen by the others, and never lost.
 */
#include "config.h"

#include "runner/client_write.h"

#include "engine/memory/memory.h"
#include "model/bind.h"
#include "model/error.h"
#include "model/shape.h"
#include "runner/fate.h"
#include "runner/relations.h"
#include "runner/sample.h"
#include "runner/sight.h"

/* So many different values that are accepted are enough. */
#define ENOUGH_VARIANTS 3

typedef enum
{
  TRIAL_GOOD,
  TRIAL_NONE,  /* no value to try could be made up */
  TRIAL_UNFIT, /* the made-up values do not fit: others may */
  TRIAL_BAD,   /* the migration is at fault */
} TrialResult;

/* One attempt with one set of made-up values. */
typedef struct
{
  const CheckPoint *point;
  const Client *client;
  ClientWrite write;
  const char *reason; /* why it is unfit or bad */
} Trial;

static guint
count_columns (const ClientColumn *columns)
{
  guint n = 0;

  while (columns != NULL && columns[n].name != NULL)
    n++;
  return n;
}

/* Whether every old value that was written has a new one: others are the gate's business,
 * not a proof of anything. */
static gboolean
converts (const CheckPoint *point, const ClientWrite *write)
{
  g_autoptr (Arena) arena = arena_new ();
  const Table *table = database_find (memory_database (write->session), write->table);

  for (guint i = 0; i < point->relations->len; i++)
    {
      const Relation *relation = g_ptr_array_index (point->relations, i);
      const guint *olds = bind_columns (table, relation->old_columns, arena, NULL);
      gsize row;
      if (olds == NULL || !table_find_row (table, write->row_id, &row)
          || !sight_is_live (point, relation, table))
        continue;
      guint n = g_strv_length ((char **) relation->old_columns);
      Value *inputs = arena_new_array (arena, Value, n + 1);
      for (guint j = 0; j < n; j++)
        inputs[j] = table_cell (table, row, olds[j]);
      for (guint j = 0; relation->new_columns[j] != NULL; j++)
        {
          Value made;
          if (!bound_transform_apply (relation->forward[j], inputs, arena, &made, NULL))
            return FALSE;
        }
    }
  return TRUE;
}

static TrialResult
judge (Trial *trial)
{
  const CheckPoint *point = trial->point;
  gboolean unfit = FALSE;

  if (!converts (point, &trial->write))
    return TRIAL_NONE;
  trial->reason = sight_check (point, trial->client, &trial->write);
  if (trial->reason == NULL)
    trial->reason = fate_of_abort (point, &trial->write, &unfit);
  if (trial->reason == NULL)
    trial->reason = fate_of_continue (point, &trial->write, &unfit);
  if (trial->reason == NULL)
    return TRIAL_GOOD;
  return unfit ? TRIAL_UNFIT : TRIAL_BAD;
}

/* Insert ----------------------------------------------------------------------- */

static Value *
find_written (const char *const *names, Value *values, const char *column)
{
  for (guint i = 0; names[i] != NULL; i++)
    if (g_str_equal (names[i], column))
      return &values[i];
  return NULL;
}

/* An application that writes both the old and the new columns writes into the new ones
 * what the transform makes of the old ones.  Returns: FALSE when it makes nothing of them
 */
static gboolean
agree_by (const Relation *relation, const char *const *names, Value *values, Arena *arena)
{
  guint n = g_strv_length ((char **) relation->old_columns);
  Value *olds = arena_new_array (arena, Value, n + 1);

  for (guint i = 0; i < n; i++)
    {
      const Value *written = find_written (names, values, relation->old_columns[i]);
      if (written == NULL)
        return TRUE;
      olds[i] = *written;
    }
  for (guint i = 0; relation->new_columns[i] != NULL; i++)
    {
      Value *written = find_written (names, values, relation->new_columns[i]);
      Value made;
      if (written == NULL)
        continue;
      if (!bound_transform_apply (relation->forward[i], olds, arena, &made, NULL))
        return FALSE;
      *written = value_copy (arena, &made);
    }
  return TRUE;
}

static gboolean
agree (const CheckPoint *point, const Table *table, const char *const *names,
       Value *values, Arena *arena)
{
  for (guint i = 0; i < point->relations->len; i++)
    {
      const Relation *relation = g_ptr_array_index (point->relations, i);
      if (sight_concerns (point, relation, table)
          && !agree_by (relation, names, values, arena))
        return FALSE;
    }
  return TRUE;
}

/* @columns and those that the database would fill by SQL, which memory cannot run: for
 * these a value is made up as well. */
static const ClientColumn *
with_computed (const Table *table, const ClientColumn *columns, guint *n, Arena *arena)
{
  ClientColumn *all
      = arena_new_array (arena, ClientColumn, *n + table_n_columns (table) + 1);
  guint n_given = *n;

  memcpy (all, columns, n_given * sizeof *all);
  for (guint i = 0; i < table_n_columns (table); i++)
    {
      const Column *column = table_column (table, i);
      gboolean given = FALSE;
      for (guint j = 0; j < n_given; j++)
        given = given || g_str_equal (columns[j].name, column->name);
      if (!given && !column->nullable && column->default_kind == DEFAULT_EXPRESSION)
        all[(*n)++].name = column->name;
    }
  return all;
}

static gboolean
sample_columns (const CheckPoint *point, const Table *table, const ClientColumn *columns,
                guint n, guint variant, Arena *arena, ClientWrite *write)
{
  const char **names = arena_new_array (arena, const char *, n + 1);
  Value *values = arena_new_array (arena, Value, n + 1);

  for (guint i = 0; i < n; i++)
    {
      names[i] = columns[i].name;
      if (!sample_value (point, table, &columns[i], variant, variant + 1, arena,
                         &values[i]))
        return FALSE;
    }
  write->columns = names;
  write->values = values;
  return agree (point, table, names, values, arena);
}

static TrialResult
try_insert (Trial *trial, guint variant, Arena *arena)
{
  const CheckPoint *point = trial->point;
  const Client *client = trial->client;
  const Table *table = database_find (memory_database (point->session), client->table);
  g_autoptr (GError) error = NULL;

  trial->write.verb = "inserts";
  trial->write.is_insert = TRUE;
  guint n = count_columns (client->inserts);
  const ClientColumn *columns = with_computed (table, client->inserts, &n, arena);
  if (!sample_columns (point, table, columns, n, variant, arena, &trial->write))
    return TRIAL_NONE;
  if (!memory_insert (trial->write.session, client->table, trial->write.columns,
                      trial->write.values, &trial->write.row_id, &error))
    {
      trial->reason = arena_printf (point->arena, "cannot insert: %s", error->message);
      return TRIAL_UNFIT;
    }
  return judge (trial);
}

/* Update ----------------------------------------------------------------------- */

static gboolean
differs (const Table *table, gsize row, const ClientWrite *write)
{
  guint index;

  if (!table_column_index (table, write->columns[0], &index))
    return FALSE;
  Value cell = table_cell (table, row, index);
  return !value_equal (&cell, &write->values[0]);
}

/* One column of a key that refers by several is not updated alone. */
static gboolean
is_part_of_key (const Table *table, const char *column)
{
  for (guint i = 0; i < table->constraints->len; i++)
    {
      const Constraint *key = table->constraints->pdata[i];
      if (key->kind == CONSTRAINT_FOREIGN_KEY && key->columns[1] != NULL
          && name_list_contains (key->columns, column))
        return TRUE;
    }
  return FALSE;
}

/* Null in a mirror that is fed one way is "not filled yet": the gate waits for it, so
 * it is nothing an application could mean. */
static gboolean
is_fed_one_way (const Database *database, const Table *table, const char *column)
{
  const Sync *sync = table_sync_of_new (table, column);

  for (guint i = 0; i < database->lookup_syncs->len; i++)
    {
      const LookupSync *lookup = database->lookup_syncs->pdata[i];
      if (g_str_equal (lookup->table, table->name)
          && g_str_equal (lookup->column, column))
        return TRUE;
    }
  return sync != NULL && sync->mode == SYNC_FORWARD;
}

/* After the samples: null, where the application may write it. */
#define VARIANT_NULL N_SAMPLE_VARIANTS

static gboolean
make_null (const CheckPoint *point, const Table *table, const ClientColumn *column,
           Arena *arena, ClientWrite *write)
{
  const char **names = arena_new_array (arena, const char *, 2);

  names[0] = column->name;
  write->columns = names;
  write->values = arena_new_array (arena, Value, 2);
  return !client_expects_not_null (point, table->name, column->name)
         && !is_fed_one_way (memory_database (point->session), table, column->name);
}

static gboolean
make_update (const CheckPoint *point, const Table *table, const ClientColumn *column,
             guint variant, Arena *arena, ClientWrite *write)
{
  return !is_part_of_key (table, column->name)
         && (variant == VARIANT_NULL
                 ? make_null (point, table, column, arena, write)
                 : sample_columns (point, table, column, 1, variant, arena, write))
         && differs (table, 0, write);
}

static TrialResult
try_update (Trial *trial, const ClientColumn *column, guint variant, Arena *arena)
{
  const CheckPoint *point = trial->point;
  const Table *table
      = database_find (memory_database (point->session), trial->client->table);
  g_autoptr (GError) error = NULL;

  trial->write.verb = "updates";
  trial->write.row_id = table_row_id (table, 0);
  if (!make_update (point, table, column, variant, arena, &trial->write))
    return TRIAL_NONE;
  if (!memory_update (trial->write.session, trial->client->table, trial->write.row_id,
                      trial->write.columns, trial->write.values, &error))
    {
      trial->reason = arena_printf (point->arena, "cannot update '%s': %s", column->name,
                                    error->message);
      return TRIAL_UNFIT;
    }
  return judge (trial);
}

/* Trials ----------------------------------------------------------------------- */

/* @column: NULL for an insert */
static TrialResult
try_variant (const CheckPoint *point, const Client *client, const ClientColumn *column,
             guint variant, const char **reason)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (EngineSession) fork = memory_fork (point->session);
  Trial trial = {
    .point = point,
    .client = client,
    .write = { .session = fork, .client = client, .table = client->table },
  };
  TrialResult result = column != NULL ? try_update (&trial, column, variant, arena)
                                      : try_insert (&trial, variant, arena);

  *reason = trial.reason;
  return result;
}

static void
add_note (const CheckPoint *point, const char *note)
{
  for (guint i = 0; i < point->notes->len; i++)
    if (g_str_equal (point->notes->pdata[i], note))
      return;
  g_ptr_array_add (point->notes, (gpointer) note);
}

/* Nothing is wrong, as far as anybody knows; but nothing is proven either. */
static void
note_untried (const CheckPoint *point, const Client *client, const ClientColumn *column)
{
  add_note (point,
            column != NULL
                ? arena_printf (
                    point->arena,
                    "no value could be made up for what '%s' updates in '%s' of '%s'",
                    client->name, column->name, client->table)
                : arena_printf (point->arena,
                                "no row could be made up for what '%s' inserts into '%s'",
                                client->name, client->table));
}

static void
note_no_rows (const CheckPoint *point, const Client *client, const Table *table)
{
  if (count_columns (client->updates) > 0 && table_n_rows (table) == 0)
    add_note (point,
              arena_printf (point->arena, "'%s' has no rows that '%s' could update",
                            table->name, client->name));
}

static const char *
try_variants (const CheckPoint *point, const Client *client, const ClientColumn *column)
{
  const char *first_reason = NULL, *null_reason = NULL;
  guint n_good = 0;

  for (guint variant = 0; variant < N_SAMPLE_VARIANTS && n_good < ENOUGH_VARIANTS;
       variant++)
    {
      const char *reason = NULL;
      switch (try_variant (point, client, column, variant, &reason))
        {
        case TRIAL_BAD:
          return reason;
        case TRIAL_GOOD:
          n_good++;
          break;
        default:
          first_reason = first_reason != NULL ? first_reason : reason;
        }
    }
  if (column != NULL
      && try_variant (point, client, column, VARIANT_NULL, &null_reason) == TRIAL_BAD)
    return null_reason;
  if (n_good == 0 && first_reason == NULL)
    note_untried (point, client, column);
  return n_good > 0 ? NULL : first_reason;
}

static const char *
check_columns_exist (const CheckPoint *point, const Client *client,
                     const ClientColumn *columns, const char *verb)
{
  const Table *table = database_find (memory_database (point->session), client->table);

  for (; columns != NULL && columns->name != NULL; columns++)
    if (table_find_column (table, columns->name) == NULL)
      return arena_printf (point->arena, "%s '%s', which is not in '%s'", verb,
                           columns->name, table->name);
  return NULL;
}

/* Applications do not change keys, nor what becomes one. */
static gboolean
is_updated (const CheckPoint *point, const Table *table, const char *column)
{
  const Column *found = table_find_column (table, column);
  const Table *final = database_find (point->final, table->name);
  const Column *last = final != NULL ? table_find_column (final, column) : NULL;

  return found != NULL && !found->primary_key && !(last != NULL && last->primary_key)
         && table_n_rows (table) > 0;
}

const char *
client_check_writes (const CheckPoint *point, const Client *client)
{
  const Table *table = database_find (memory_database (point->session), client->table);
  const char *reason = check_columns_exist (point, client, client->inserts, "inserts");

  if (reason == NULL)
    reason = check_columns_exist (point, client, client->updates, "updates");
  if (reason == NULL && count_columns (client->inserts) > 0)
    reason = try_variants (point, client, NULL);
  note_no_rows (point, client, table);
  for (const ClientColumn *column = client->updates;
       reason == NULL && column != NULL && column->name != NULL; column++)
    if (is_updated (point, table, column->name))
      reason = try_variants (point, client, column);
  return reason;
}
