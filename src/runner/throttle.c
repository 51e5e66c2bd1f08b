/* SPDX-License-Identifier: Apache-2.0
 *
 * Lag, load, and what is to be said of them.
 */
#include "config.h"

#include "runner/throttle.h"

#include "model/error.h"

typedef struct
{
  gint64 at_us;
  guint64 position;
} ThrottleMark;

/* So much of the time writers may be held up by those that have to follow them. */
#define HELD_PERCENT 10

/* As exact as a lag is told. */
#define MARK_EVERY_US (G_USEC_PER_SEC / 4)

void
throttle_init (Throttle *throttle, const ThrottleLimits *limits)
{
  *throttle = (Throttle){ .limits = *limits,
                          .marks = g_array_new (FALSE, FALSE, sizeof (ThrottleMark)) };
}

void
throttle_clear (Throttle *throttle)
{
  g_clear_pointer (&throttle->marks, g_array_unref);
}

gboolean
throttle_is_needed (const Throttle *throttle)
{
  return throttle->limits.max_lag_ms > 0 || throttle->limits.max_load > 0;
}

/* Lag --------------------------------------------------------------------------- */

static const ThrottleMark *
mark_at (const Throttle *throttle, guint i)
{
  return &g_array_index (throttle->marks, ThrottleMark, i);
}

/* While nothing is written the log stands still, and nobody gets later. */
static void
set_mark (Throttle *throttle, guint64 position, gint64 now_us)
{
  const ThrottleMark mark = { .at_us = now_us, .position = position };
  guint n = throttle->marks->len;

  if (n == 0
      || (mark_at (throttle, n - 1)->position < position
          && now_us - mark_at (throttle, n - 1)->at_us >= MARK_EVERY_US))
    g_array_append_val (throttle->marks, mark);
}

/* What all replicas have behind them is not asked for any more. */
static void
drop_marks (Throttle *throttle, const SqlLoad *load)
{
  guint64 least = load->position;
  guint n = 0;

  for (guint i = 0; i < load->n_replicas; i++)
    if (!load->replicas[i].is_hidden)
      least = MIN (least, load->replicas[i].position);
  while (n < throttle->marks->len && mark_at (throttle, n)->position <= least)
    n++;
  if (n > 0)
    g_array_remove_range (throttle->marks, 0, n);
}

/* How long the first thing that it has not done has been in the log. */
static gint64
lag_ms (const Throttle *throttle, const SqlLoad *load, const SqlReplica *replica,
        gint64 now_us)
{
  if (replica->is_hidden || replica->problem != NULL
      || replica->position >= load->position)
    return 0;
  for (guint i = 0; i < throttle->marks->len; i++)
    if (mark_at (throttle, i)->position > replica->position)
      return MAX (replica->lag_ms, (now_us - mark_at (throttle, i)->at_us) / 1000);
  return replica->lag_ms;
}

/* Whoever is to be waited for and cannot be asked may be late. */
static char *
judge_problem (const SqlReplica *replica, const ThrottleLimits *limits)
{
  return g_strdup_printf ("replica '%s' cannot be asked how late it is (--max-lag "
                          "%.3gs): %s",
                          replica->name, (double) limits->max_lag_ms / 1000,
                          replica->problem);
}

static const SqlReplica *
find_problem (const SqlLoad *load)
{
  for (guint i = 0; i < load->n_replicas; i++)
    if (load->replicas[i].problem != NULL)
      return &load->replicas[i];
  return NULL;
}

static char *
judge_lag (const Throttle *throttle, const SqlLoad *load, gint64 now_us)
{
  const SqlReplica *silent = find_problem (load);
  const SqlReplica *worst = NULL;
  gint64 most_ms = throttle->limits.max_lag_ms;

  for (guint i = 0; i < load->n_replicas && most_ms > 0; i++)
    {
      gint64 ms = lag_ms (throttle, load, &load->replicas[i], now_us);
      if (ms <= most_ms)
        continue;
      worst = &load->replicas[i];
      most_ms = ms;
    }
  if (worst == NULL)
    return most_ms > 0 && silent != NULL ? judge_problem (silent, &throttle->limits)
                                         : NULL;
  return g_strdup_printf ("replica '%s' is %.1f s behind (--max-lag %.3gs)", worst->name,
                          (double) most_ms / 1000,
                          (double) throttle->limits.max_lag_ms / 1000);
}

/* Nodes of a cluster that get late hold up who writes, on all nodes. */
static char *
judge_hold (Throttle *throttle, const SqlLoad *load, gint64 now_us)
{
  gint64 passed_ms = (now_us - throttle->held_at_us) / 1000;
  guint64 held_ms = load->held_ms - MIN (throttle->held_ms, load->held_ms);
  gboolean is_first = throttle->held_at_us == 0;

  throttle->held_at_us = now_us;
  throttle->held_ms = load->held_ms;
  if (throttle->limits.max_lag_ms == 0 || is_first || passed_ms <= 0
      || held_ms * 100 <= (guint64) passed_ms * HELD_PERCENT)
    return NULL;
  return g_strdup_printf (
      "nodes of the cluster that get late have held up all writers for "
      "%" G_GUINT64_FORMAT " %% of the time (flow control)",
      MIN (held_ms * 100 / (guint64) passed_ms, 100));
}

char *
throttle_judge (Throttle *throttle, const SqlLoad *load, gint64 now_us)
{
  guint max_load = throttle->limits.max_load;

  drop_marks (throttle, load);
  set_mark (throttle, load->position, now_us);
  char *held = judge_hold (throttle, load, now_us);
  char *reason = judge_lag (throttle, load, now_us);
  if (reason == NULL)
    reason = g_steal_pointer (&held);
  g_free (held);
  if (reason == NULL && max_load > 0 && load->n_active > max_load)
    reason = g_strdup_printf ("%u sessions are at work (--max-load %u)", load->n_active,
                              max_load);
  return reason;
}

/* What cannot be seen -------------------------------------------------------------- */

static char *
blind_to (const SqlReplica *replica, const SqlLoad *load)
{
  g_autofree char *which = replica->name != NULL
                               ? g_strdup_printf ("replica '%s'", replica->name)
                               : g_strdup ("a replica");

  return g_strdup_printf ("how far %s is behind %s: %s", which, load->who_knows,
                          load->way_out);
}

char *
throttle_blind_spot (const ThrottleLimits *limits, const SqlLoad *load)
{
  for (guint i = 0; i < load->n_replicas && limits->max_lag_ms > 0; i++)
    if (load->replicas[i].is_hidden)
      return blind_to (&load->replicas[i], load);
  if (limits->max_load > 0 && load->n_hidden > 0)
    return g_strdup_printf ("what %u of the sessions do %s: %s", load->n_hidden,
                            load->who_knows, load->way_out);
  return NULL;
}

/* The limits that were asked for. */
static ThrottleLimits
asked_for (const ThrottleLimits *limits)
{
  ThrottleLimits asked = *limits;

  if (!limits->lag_is_asked)
    asked.max_lag_ms = 0;
  return asked;
}

static gboolean
check_silent (const ThrottleLimits *asked, const SqlLoad *load, GError **error)
{
  const SqlReplica *silent = asked->max_lag_ms > 0 ? find_problem (load) : NULL;

  if (silent == NULL)
    return TRUE;
  g_autofree char *problem = judge_problem (silent, asked);
  g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_CONNECT, problem);
  return FALSE;
}

static gboolean
check_blind (const ThrottleLimits *asked, const SqlLoad *load, GError **error)
{
  g_autofree char *blind = throttle_blind_spot (asked, load);

  if (blind != NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                 "%s, or leave out --max-lag and --max-load", blind);
  return blind == NULL;
}

gboolean
throttle_check (const ThrottleLimits *limits, SqlConnection *connection, GError **error)
{
  const ThrottleLimits asked = asked_for (limits);
  const SqlEngine *engine = connection->engine;
  g_autoptr (Arena) arena = arena_new ();
  SqlLoad load;

  if (asked.max_lag_ms == 0 && asked.max_load == 0)
    return TRUE;
  if (engine->look == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
                   "--%s: neither replicas nor load are looked at on %s",
                   asked.max_lag_ms > 0 ? "max-lag" : "max-load", engine->name);
      return FALSE;
    }
  if (!engine->look (connection, arena, &load, error))
    return FALSE;
  return check_silent (&asked, &load, error) && check_blind (&asked, &load, error);
}
