/* SPDX-License-Identifier: Apache-2.0
 *
 * Bodies of triggers.
 */
#include "config.h"

#include "engine/mariadb/trigger.h"

#include "engine/mariadb/words.h"
#include "model/error.h"
#include "model/generated_name.h"

static gboolean
is_copy (const Sync *sync)
{
  return sync->mode != SYNC_ON_INSERT && sync->new_columns[0] != NULL
         && sync->new_columns[1] == NULL && sync->old_columns[0] != NULL
         && sync->old_columns[1] == NULL && bound_transform_is_identity (sync->forward[0])
         && (sync->backward == NULL || bound_transform_is_identity (sync->backward[0]));
}

gboolean
maria_check_sync (const Table *table, const Sync *sync, GError **error)
{
  if (sync->mode == SYNC_NONE || is_copy (sync))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "'%s' of '%s' is filled by more than a copy of one column of the same "
               "type, which is not done on MariaDB yet",
               sync->new_columns[0] != NULL ? sync->new_columns[0] : sync->old_columns[0],
               table->name);
  return FALSE;
}

static const char *
operand (const char *prefix, const char *name, Arena *arena)
{
  return arena_printf (arena, "%s%s", prefix, maria_name (arena, name));
}

const char *
maria_in_step (const Table *table, const Sync *sync, const char *prefix, Arena *arena)
{
  const Column *column = table_find_column (table, sync->new_columns[0]);
  const char *new = operand (prefix, sync->new_columns[0], arena);
  const char *same = maria_same (arena, &column->type, new,
                                 operand (prefix, sync->old_columns[0], arena), FALSE);

  if (sync->mode == SYNC_FORWARD && sync->backward == NULL)
    return arena_printf (arena, "(%s OR %s IS NOT NULL)", same, new);
  return same;
}

/* "NEW.a differs from OLD.a" */
static const char *
changed (const Table *table, const char *name, Arena *arena)
{
  const Column *column = table_find_column (table, name);

  return maria_same (arena, &column->type, operand ("NEW.", name, arena),
                     operand ("OLD.", name, arena), TRUE);
}

typedef struct
{
  const Table *table;
  const Sync *const *syncs;
  guint n;
  gboolean inserts;
  Arena *arena;
} Body;

static const char *
is_new_written (const Body *body, const Sync *sync)
{
  const char *name = sync->new_columns[0];

  return body->inserts ? arena_printf (body->arena, "%s IS NOT NULL",
                                       operand ("NEW.", name, body->arena))
                       : changed (body->table, name, body->arena);
}

static void
append_syncs (GString *out, const Body *body)
{
  Arena *arena = body->arena;

  for (guint i = body->n; i-- > 0;)
    {
      const Sync *sync = body->syncs[i];
      g_string_append_printf (out, "  SET zdm_new_%u = %s;\n", i,
                              is_new_written (body, sync));
      if (sync->mode == SYNC_BOTH)
        g_string_append_printf (
            out, "  IF zdm_new_%u AND NOT %s THEN\n    SET NEW.%s = NEW.%s;\n  END IF;\n",
            i, maria_in_step (body->table, sync, "NEW.", arena),
            maria_name (arena, sync->old_columns[0]),
            maria_name (arena, sync->new_columns[0]));
    }
  for (guint i = 0; i < body->n; i++)
    {
      const Sync *sync = body->syncs[i];
      const char *given
          = body->inserts ? "TRUE" : changed (body->table, sync->old_columns[0], arena);
      g_string_append_printf (
          out, "  IF NOT zdm_new_%u AND %s THEN\n    SET NEW.%s = NEW.%s;\n  END IF;\n",
          i, given, maria_name (arena, sync->new_columns[0]),
          maria_name (arena, sync->old_columns[0]));
    }
}

static const char *
trigger_text (const Body *body, const char *name)
{
  g_autoptr (GString) out = g_string_new (NULL);

  g_string_append_printf (
      out, "CREATE OR REPLACE TRIGGER %s BEFORE %s ON %s FOR EACH ROW\nBEGIN\n",
      maria_name (body->arena, name), body->inserts ? "INSERT" : "UPDATE",
      maria_name (body->arena, body->table->name));
  for (guint i = 0; i < body->n; i++)
    g_string_append_printf (out, "  DECLARE zdm_new_%u BOOLEAN;\n", i);
  append_syncs (out, body);
  g_string_append (out, "END");
  return arena_strdup (body->arena, out->str);
}

static void
add_trigger (const Body *body, const char *what, GPtrArray *triggers)
{
  MariaTrigger *trigger = arena_new0 (body->arena, MariaTrigger);

  trigger->table = body->table->name;
  trigger->name = generated_name (
      body->arena, arena_printf (body->arena, "zdm_%s_%s", what, body->table->name));
  trigger->sql = trigger_text (body, trigger->name);
  g_ptr_array_add (triggers, trigger);
}

/* Columns that two syncs share would need the order of answers that memory has. */
static gboolean
check_apart (const Table *table, const Sync *const *syncs, guint n, GError **error)
{
  for (guint i = 0; i < n; i++)
    for (guint j = 0; j < n; j++)
      if (i != j
          && (g_str_equal (syncs[i]->new_columns[0], syncs[j]->old_columns[0])
              || g_str_equal (syncs[i]->old_columns[0], syncs[j]->old_columns[0])))
        {
          g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                       "column '%s' of '%s' is kept in step with two others, which is "
                       "not done on MariaDB yet",
                       syncs[j]->old_columns[0], table->name);
          return FALSE;
        }
  return TRUE;
}

gboolean
maria_triggers (const Table *table, GPtrArray *triggers, Arena *arena, GError **error)
{
  const Sync **syncs = arena_new_array (arena, const Sync *, table->syncs->len + 1);
  Body body = { .table = table, .syncs = syncs, .arena = arena };

  for (guint i = 0; i < table->syncs->len; i++)
    {
      const Sync *sync = table->syncs->pdata[i];
      if (!maria_check_sync (table, sync, error))
        return FALSE;
      if (sync->mode != SYNC_NONE)
        syncs[body.n++] = sync;
    }
  if (!check_apart (table, syncs, body.n, error))
    return FALSE;
  if (body.n == 0)
    return TRUE;
  body.inserts = TRUE;
  add_trigger (&body, "insert", triggers);
  body.inserts = FALSE;
  add_trigger (&body, "update", triggers);
  return TRUE;
}
