/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking, telling, waiting.
 */
#include "config.h"

#include "runner/pause.h"

#include "model/error.h"
#include "runner/lease.h"

#define LOOK_EVERY_US G_USEC_PER_SEC
#define LOOK_AGAIN_US (G_USEC_PER_SEC / 4)
#define TELL_EVERY_US (LEASE_SILENCE_S / 6 * G_USEC_PER_SEC)

void
pause_init (Pause *pause, const ThrottleLimits *limits)
{
  *pause = (Pause){ .looked = 0 };
  throttle_init (&pause->throttle, limits);
}

void
pause_clear (Pause *pause)
{
  throttle_clear (&pause->throttle);
}

static void
tell (const DatabaseContext *context, const Action *action, PauseEvent event,
      const char *text)
{
  if (context->pause != NULL)
    context->pause (context->data, action, event, text);
}

/* @reason: gets why no rows should be moved now; or NULL */
static gboolean
look (Pause *pause, const DatabaseContext *context, const Action *action, char **reason,
      GError **error)
{
  const SqlEngine *engine = context->connection->engine;
  g_autoptr (Arena) arena = arena_new ();
  SqlLoad load;

  *reason = NULL;
  if (!engine->look (context->connection, arena, &load, error))
    return FALSE;
  pause->looked = g_get_monotonic_time ();
  g_autofree char *blind = throttle_blind_spot (&context->limits, &load);
  if (blind != NULL && !pause->was_blind)
    tell (context, action, PAUSE_IS_BLIND, blind);
  pause->was_blind = pause->was_blind || blind != NULL;
  *reason = throttle_judge (&pause->throttle, &load, pause->looked);
  return TRUE;
}

static gboolean
is_due (const Pause *pause, const DatabaseContext *context)
{
  return context->connection->engine->look != NULL
         && throttle_is_needed (&pause->throttle)
         && (pause->looked == 0
             || g_get_monotonic_time () - pause->looked >= LOOK_EVERY_US);
}

static gboolean
is_stopped (const DatabaseContext *context)
{
  return context->stops != NULL && context->stops ();
}

/* Where no lock of a session says that the runner lives, a row does; and what it waits
 * for is there to be read by others.
 * @message: NULL: it does not wait any more */
static gboolean
note (const DatabaseContext *context, const char *message, GError **error)
{
  SqlConnection *connection = context->connection;
  const SqlEngine *engine = connection->engine;

  if (engine->begin (connection, SQL_FOR_ROWS, context->lock_timeout_ms, error)
      && lease_beat (connection, context->fence, error)
      && journal_set_message (context->journal, context->run, message, error)
      && engine->commit (connection, error))
    return TRUE;
  engine->roll_back (connection);
  return FALSE;
}

/* Waiting ----------------------------------------------------------------------- */

/* What may speak against going on. */
typedef struct
{
  Pause *pause; /* NULL: not asked for */
  const DatabaseContext *context;
  const Action *action;
  gint64 filled_us;   /* when the last row was filled */
  gboolean was_blind; /* and it has been told */
} Waiting;

/* @reason: gets what does, (transfer full); or NULL */
typedef gboolean (*Looking) (Waiting *waiting, char **reason, GError **error);

static gboolean
give_up (const char *reason, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_LOCK_TIMEOUT,
               "%s: let it end, or end it, and go on then", reason);
  return FALSE;
}

/* Since when who watches it, and the journal, know why it waits; 0: not yet */
static gboolean
tell_again (const Waiting *waiting, const char *reason, gint64 now, gint64 *told,
            GError **error)
{
  g_autofree char *message = g_strconcat ("waits: ", reason, NULL);

  if (*told != 0 && now - *told < TELL_EVERY_US)
    return TRUE;
  if (!note (waiting->context, message, error))
    return FALSE;
  tell (waiting->context, waiting->action, PAUSE_WAITS, reason);
  *told = now;
  return TRUE;
}

/* @end: when there is no more patience, by the clock that only goes forward */
static gboolean
wait_while (Waiting *waiting, Looking looking, gint64 end, GError **error)
{
  const DatabaseContext *context = waiting->context;
  gint64 begun = g_get_monotonic_time (), now = begun, told = 0;

  for (;;)
    {
      g_autofree char *reason = NULL;
      if (!looking (waiting, &reason, error))
        return FALSE;
      now = g_get_monotonic_time ();
      if (reason == NULL || is_stopped (context))
        break;
      if (now >= end)
        return give_up (reason, error);
      if (!tell_again (waiting, reason, now, &told, error))
        return FALSE;
      g_usleep (LOOK_AGAIN_US);
    }
  if (told == 0)
    return TRUE;
  g_autofree char *lasted
      = g_strdup_printf ("%.1f s", (double) (now - begun) / G_USEC_PER_SEC);
  tell (context, waiting->action, PAUSE_IS_OVER, lasted);
  return note (context, NULL, error);
}

static gboolean
look_at_load (Waiting *waiting, char **reason, GError **error)
{
  return look (waiting->pause, waiting->context, waiting->action, reason, error);
}

gboolean
pause_wait (Pause *pause, const DatabaseContext *context, const Action *action,
            GError **error)
{
  Waiting waiting = { .pause = pause, .context = context, .action = action };

  return !is_due (pause, context)
         || wait_while (&waiting, look_at_load, G_MAXINT64, error);
}

static gboolean
look_at_readers (Waiting *waiting, char **reason, GError **error)
{
  const DatabaseContext *context = waiting->context;
  gint64 age_us = g_get_real_time () - waiting->filled_us;
  g_autofree char *readers = NULL, *blind = NULL;

  *reason = NULL;
  if (!context->connection->engine->old_readers (
          context->connection, (guint64) MAX (age_us / 1000, 0), &readers, &blind, error))
    return FALSE;
  if (blind != NULL && !waiting->was_blind)
    tell (context, waiting->action, PAUSE_IS_BLIND, blind);
  waiting->was_blind = waiting->was_blind || blind != NULL;
  if (readers != NULL)
    *reason = g_strdup_printf (
        "%s still reads the rows as they were before they were filled, and would read "
        "nulls in '%s'",
        readers, waiting->action->step->operation->swap_column.column);
  return TRUE;
}

gboolean
pause_for_readers (const DatabaseContext *context, const Action *swap, gint64 filled_us,
                   GError **error)
{
  Waiting waiting = { .context = context, .action = swap, .filled_us = filled_us };
  gint64 end = g_get_monotonic_time ()
               + (gint64) context->lock_timeout_ms * G_TIME_SPAN_MILLISECOND;

  return wait_while (&waiting, look_at_readers, end, error);
}
