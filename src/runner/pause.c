/* SPDX-License-Identifier: Apache-2.0
 *
 * Looking, telling, waiting.
 */
#include "config.h"

#include "runner/pause.h"

#include "runner/lease.h"

#define LOOK_EVERY_US G_USEC_PER_SEC
#define LOOK_AGAIN_US (G_USEC_PER_SEC / 4)
#define TELL_EVERY_US (10 * G_USEC_PER_SEC)
#define BEAT_EVERY_US (LEASE_SILENCE_S / 6 * G_USEC_PER_SEC)

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

/* Where no lock of a session says that the runner lives, a row does. */
static gboolean
beat (const DatabaseContext *context, gint64 *beaten, GError **error)
{
  SqlConnection *connection = context->connection;
  const SqlEngine *engine = connection->engine;
  gint64 now = g_get_monotonic_time ();

  if (!connection->is_node || now - *beaten < BEAT_EVERY_US)
    return TRUE;
  *beaten = now;
  if (engine->begin (connection, SQL_FOR_ROWS, context->lock_timeout_ms, error)
      && lease_beat (connection, context->fence, error)
      && engine->commit (connection, error))
    return TRUE;
  engine->roll_back (connection);
  return FALSE;
}

gboolean
pause_wait (Pause *pause, const DatabaseContext *context, const Action *action,
            GError **error)
{
  gint64 begun = g_get_monotonic_time (), told = 0, beaten = begun;

  if (!is_due (pause, context))
    return TRUE;
  for (;;)
    {
      g_autofree char *reason = NULL;
      if (!look (pause, context, action, &reason, error))
        return FALSE;
      if (reason == NULL || is_stopped (context))
        break;
      if (told == 0 || pause->looked - told >= TELL_EVERY_US)
        {
          tell (context, action, PAUSE_WAITS, reason);
          told = pause->looked;
        }
      if (!beat (context, &beaten, error))
        return FALSE;
      g_usleep (LOOK_AGAIN_US);
    }
  if (told == 0)
    return TRUE;
  g_autofree char *lasted
      = g_strdup_printf ("%.1f s", (double) (pause->looked - begun) / G_USEC_PER_SEC);
  tell (context, action, PAUSE_IS_OVER, lasted);
  return TRUE;
}
