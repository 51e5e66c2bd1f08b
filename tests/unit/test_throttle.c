/* SPDX-License-Identifier: Apache-2.0
 *
 * Who is waited for, and what is said of it.
 */
#include "config.h"

#include "runner/throttle.h"

#include "testing.h"

#define SECOND G_USEC_PER_SEC

static const ThrottleLimits LAG_OF_A_SECOND = { .max_lag_ms = 1000 };

static SqlReplica
replica_at (guint64 position)
{
  return (SqlReplica){ .name = "r", .position = position, .lag_ms = -1 };
}

static SqlLoad
load_of (guint64 position, const SqlReplica *replica)
{
  return (SqlLoad){ .position = position,
                    .replicas = replica,
                    .n_replicas = 1,
                    .who_knows = "is shown to others only",
                    .way_out = "be one" };
}

/* @reason: NULL: nothing speaks against it */
static void
assert_judged (Throttle *throttle, guint64 position, const SqlReplica *replica,
               gint64 now_us, const char *reason)
{
  const SqlLoad load = load_of (position, replica);
  g_autofree char *judged = throttle_judge (throttle, &load, now_us);

  ck_assert_pstr_eq (judged, reason);
}

TEST (judge__a_replica_that_stands_still_gets_later)
{
  const SqlReplica replica = replica_at (10);
  Throttle throttle;

  throttle_init (&throttle, &LAG_OF_A_SECOND);
  assert_judged (&throttle, 10, &replica, 1 * SECOND, NULL);
  assert_judged (&throttle, 20, &replica, 2 * SECOND, NULL);
  assert_judged (&throttle, 30, &replica, 3 * SECOND, NULL);
  assert_judged (&throttle, 30, &replica, 4 * SECOND + SECOND / 2,
                 "replica 'r' is 2.5 s behind (--max-lag 1s)");
  throttle_clear (&throttle);
}

static void
assert_held (Throttle *throttle, guint64 held_ms, gint64 now_us, const char *reason)
{
  const SqlLoad load = { .held_ms = held_ms };
  g_autofree char *judged = throttle_judge (throttle, &load, now_us);

  ck_assert_pstr_eq (judged, reason);
}

TEST (judge__writers_that_are_held_up_come_first)
{
  Throttle throttle;

  throttle_init (&throttle, &LAG_OF_A_SECOND);
  assert_held (&throttle, 90000, 1 * SECOND, NULL);
  assert_held (&throttle, 90100, 2 * SECOND, NULL);
  assert_held (&throttle, 90350, 3 * SECOND,
               "nodes of the cluster that get late have held up all writers for 25 % of "
               "the time (flow control)");
  assert_held (&throttle, 90350, 4 * SECOND, NULL);
  assert_held (&throttle, 0, 5 * SECOND, NULL); /* the server was started again */
  throttle_clear (&throttle);
}

TEST (judge__a_replica_that_follows_is_as_late_as_what_it_lacks)
{
  SqlReplica replica = replica_at (10);
  Throttle throttle;

  throttle_init (&throttle, &LAG_OF_A_SECOND);
  assert_judged (&throttle, 20, &replica, 1 * SECOND, NULL);
  assert_judged (&throttle, 30, &replica, 4 * SECOND,
                 "replica 'r' is 3.0 s behind (--max-lag 1s)");
  replica.position = 20;
  assert_judged (&throttle, 30, &replica, 5 * SECOND - 1000, NULL);
  replica.position = 30;
  assert_judged (&throttle, 30, &replica, 60 * SECOND, NULL);
  throttle_clear (&throttle);
}

TEST (judge__an_idle_server_makes_nobody_late)
{
  const SqlReplica replica = replica_at (10);
  Throttle throttle;

  throttle_init (&throttle, &LAG_OF_A_SECOND);
  assert_judged (&throttle, 10, &replica, 1 * SECOND, NULL);
  assert_judged (&throttle, 10, &replica, 100 * SECOND, NULL);
  assert_judged (&throttle, 20, &replica, 200 * SECOND, NULL);
  throttle_clear (&throttle);
}

/* It was late before we came. */
TEST (judge__believes_what_the_server_knows)
{
  SqlReplica replica = replica_at (10);
  Throttle throttle;

  throttle_init (&throttle, &LAG_OF_A_SECOND);
  replica.lag_ms = 7000;
  assert_judged (&throttle, 20, &replica, SECOND,
                 "replica 'r' is 7.0 s behind (--max-lag 1s)");
  replica.position = 20; /* the server goes on telling the last lag for a while */
  assert_judged (&throttle, 20, &replica, SECOND, NULL);
  throttle_clear (&throttle);
}

TEST (judge__the_latest_of_them_counts)
{
  const SqlReplica replicas[] = { { .name = "a", .position = 10, .lag_ms = 1200 },
                                  { .name = "b", .position = 10, .lag_ms = 9000 },
                                  { .name = "c", .position = 10, .lag_ms = 400 } };
  const SqlLoad load = { .position = 20, .replicas = replicas, .n_replicas = 3 };
  Throttle throttle;

  throttle_init (&throttle, &LAG_OF_A_SECOND);
  g_autofree char *reason = throttle_judge (&throttle, &load, SECOND);
  ck_assert_pstr_eq (reason, "replica 'b' is 9.0 s behind (--max-lag 1s)");
  throttle_clear (&throttle);
}

static void
assert_load_judged (guint max_load, guint n_active, const char *reason)
{
  const ThrottleLimits limits = { .max_load = max_load };
  const SqlLoad load = { .n_active = n_active };
  Throttle throttle;

  throttle_init (&throttle, &limits);
  g_autofree char *judged = throttle_judge (&throttle, &load, SECOND);
  ck_assert_pstr_eq (judged, reason);
  throttle_clear (&throttle);
}

TEST (judge__waits_for_sessions_above_the_limit)
{
  assert_load_judged (4, 4, NULL);
  assert_load_judged (4, 5, "5 sessions are at work (--max-load 4)");
  assert_load_judged (0, 500, NULL);
}

TEST (judge__nothing_is_too_late_without_a_limit)
{
  const ThrottleLimits none = { .max_lag_ms = 0 };
  SqlReplica replica = replica_at (10);
  Throttle throttle;

  throttle_init (&throttle, &none);
  ck_assert (!throttle_is_needed (&throttle));
  replica.lag_ms = G_MAXINT32;
  assert_judged (&throttle, 20, &replica, SECOND, NULL);
  throttle_clear (&throttle);
}

TEST (blind_spot__names_what_is_hidden_and_limited)
{
  const SqlReplica replica = { .name = "r", .is_hidden = TRUE };
  const ThrottleLimits load_only = { .max_load = 4 };
  SqlLoad load = load_of (20, &replica);

  g_autofree char *lag = throttle_blind_spot (&LAG_OF_A_SECOND, &load);
  ck_assert_pstr_eq (lag,
                     "how far replica 'r' is behind is shown to others only: be one");
  ck_assert_ptr_null (throttle_blind_spot (&load_only, &load));
  load.n_hidden = 3;
  g_autofree char *sessions = throttle_blind_spot (&load_only, &load);
  ck_assert_pstr_eq (sessions,
                     "what 3 of the sessions do is shown to others only: be one");
}

TEST (judge__what_is_hidden_is_not_waited_for)
{
  const SqlReplica replica = { .name = "r", .is_hidden = TRUE, .lag_ms = -1 };
  Throttle throttle;

  throttle_init (&throttle, &LAG_OF_A_SECOND);
  assert_judged (&throttle, 20, &replica, SECOND, NULL);
  assert_judged (&throttle, 30, &replica, 100 * SECOND, NULL);
  throttle_clear (&throttle);
}

TEST (blind_spot__need_not_know_a_name)
{
  const SqlReplica replica = { .is_hidden = TRUE };
  const SqlLoad load = load_of (20, &replica);

  g_autofree char *lag = throttle_blind_spot (&LAG_OF_A_SECOND, &load);
  ck_assert_pstr_eq (lag, "how far a replica is behind is shown to others only: be one");
}

TEST (judge__who_cannot_be_asked_may_be_late)
{
  SqlReplica replica = { .name = "r", .problem = "it is gone", .lag_ms = -1 };
  const ThrottleLimits none = { .max_lag_ms = 0 };
  Throttle throttle, careless;

  throttle_init (&throttle, &LAG_OF_A_SECOND);
  throttle_init (&careless, &none);
  assert_judged (&careless, 20, &replica, SECOND, NULL);
  assert_judged (&throttle, 20, &replica, SECOND,
                 "replica 'r' cannot be asked how late it is (--max-lag 1s): it is gone");
  replica = replica_at (20);
  assert_judged (&throttle, 20, &replica, 2 * SECOND, NULL);
  throttle_clear (&throttle);
  throttle_clear (&careless);
}

/* What it lacks has been there all the time. */
TEST (judge__who_comes_back_is_as_late_as_it_was_away)
{
  SqlReplica replica = { .name = "r", .problem = "it is gone", .lag_ms = -1 };
  Throttle throttle;

  throttle_init (&throttle, &LAG_OF_A_SECOND);
  g_autofree char *first = throttle_judge (
      &throttle, &(SqlLoad){ .position = 20, .replicas = &replica, .n_replicas = 1 },
      SECOND);
  replica = replica_at (10);
  assert_judged (&throttle, 30, &replica, 5 * SECOND,
                 "replica 'r' is 4.0 s behind (--max-lag 1s)");
  throttle_clear (&throttle);
}

TEST_MAIN ("runner/throttle", judge__a_replica_that_stands_still_gets_later,
           judge__writers_that_are_held_up_come_first,
           judge__a_replica_that_follows_is_as_late_as_what_it_lacks,
           judge__an_idle_server_makes_nobody_late, judge__believes_what_the_server_knows,
           judge__the_latest_of_them_counts, judge__waits_for_sessions_above_the_limit,
           judge__nothing_is_too_late_without_a_limit,
           blind_spot__names_what_is_hidden_and_limited, blind_spot__need_not_know_a_name,
           judge__what_is_hidden_is_not_waited_for,
           judge__who_cannot_be_asked_may_be_late,
           judge__who_comes_back_is_as_late_as_it_was_away)
