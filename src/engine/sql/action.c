/* SPDX-License-Identifier: Apache-2.0
 *
 * Actions in words.
 */
#include "config.h"

#include "engine/sql/action.h"

static const char *const LOCK_CLASSES[] = {
  [LOCK_CLASS_NONE] = "nobody waits",
  [LOCK_CLASS_ROWS] = "writers of the same rows wait",
  [LOCK_CLASS_WRITE] = "writers wait",
  [LOCK_CLASS_EXCLUSIVE] = "everybody waits",
};

static const char *const COSTS[] = {
  [ACTION_COST_INSTANT] = "instant",
  [ACTION_COST_SCAN] = "scans all rows",
  [ACTION_COST_INDEX] = "builds an index",
  [ACTION_COST_REWRITE] = "rewrites all rows",
};

const char *
lock_class_to_string (LockClass lock)
{
  return LOCK_CLASSES[lock];
}

const char *
action_cost_to_string (ActionCost cost)
{
  return COSTS[cost];
}
