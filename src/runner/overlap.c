/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of columns, table by table.
 */
#include "config.h"

#include "runner/overlap.h"

#include "model/table_name.h"
#include "runner/reach.h"

typedef struct
{
  SqlConnection *connection;
  const char *definitions; /* what the connection is settled for */
  const OtherRun *other;
  Arena *arena;
} Overlap;

/* What goes when @reached of @operation is taken back: of an index or a constraint only
 * that; but a foreign key, which @theirs may be, stands on the columns of a unique one.
 */
static gboolean
goes_by_name (const Operation *operation, const ReachedTable *theirs)
{
  const Constraint *constraint;

  switch (operation->kind)
    {
    case OPERATION_CREATE_INDEX:
      return theirs->is_changed || !operation->index.index->unique;
    case OPERATION_ADD_CONSTRAINT:
      constraint = operation->constraint.constraint;
      return theirs->is_changed
             || (constraint->kind != CONSTRAINT_UNIQUE
                 && constraint->kind != CONSTRAINT_PRIMARY_KEY);
    default:
      return FALSE;
    }
}

static const char *
own_name_of (const Operation *operation)
{
  return operation->kind == OPERATION_CREATE_INDEX
             ? operation->index.index->name
             : operation->constraint.constraint->name;
}

static gboolean
names_contain (const GPtrArray *names, const char *name)
{
  for (guint i = 0; i < names->len; i++)
    if (g_ascii_strcasecmp (names->pdata[i], name) == 0)
      return TRUE;
  return FALSE;
}

/* What both name; NULL: nothing.  "" is the table as a whole. */
static const char *
shared_name (const Overlap *overlap, const Operation *operation,
             const ReachedTable *reached, const ReachedTable *theirs)
{
  if (!reached->is_changed && (overlap->other->is_complete || !theirs->is_changed))
    return NULL;
  if (reached->is_whole || theirs->is_whole)
    return "";
  if (overlap->other->is_complete && goes_by_name (operation, theirs))
    return names_contain (theirs->names, own_name_of (operation))
               ? own_name_of (operation)
               : NULL;
  for (guint i = 0; i < reached->names->len; i++)
    if (names_contain (theirs->names, reached->names->pdata[i]))
      return reached->names->pdata[i];
  return NULL;
}

/* Two tables of one name may be in two schemas, and one table may have two names. */
static gboolean
compare_places (const Overlap *overlap, const char *table, const char *theirs,
                gboolean *same, GError **error)
{
  const SqlEngine *engine = overlap->connection->engine;
  const char *here, *there;

  if (!engine->place (overlap->connection, table, &here, overlap->arena, error)
      || !engine->settle (overlap->connection, overlap->other->definitions, error))
    return FALSE;
  gboolean fine
      = engine->place (overlap->connection, theirs, &there, overlap->arena, error);
  if (!engine->settle (overlap->connection, overlap->definitions, fine ? error : NULL)
      || !fine)
    return FALSE;
  *same = g_str_equal (here, there);
  return TRUE;
}

static gboolean
is_same_table (const Overlap *overlap, const char *table, const char *theirs,
               gboolean *same, GError **error)
{
  *same = table != NULL && theirs != NULL
          && g_ascii_strcasecmp (table_name_own (table, overlap->arena),
                                 table_name_own (theirs, overlap->arena))
                 == 0;
  return !*same || overlap->definitions == NULL
         || compare_places (overlap, table, theirs, same, error);
}

static void
refuse (const OtherRun *other, const char *name, const char *table, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
               "migration '%s' %s and needs %s%s%s'%s' too; %s first", other->plan->id,
               other->is_complete ? "came later" : "is not finished",
               name[0] != '\0' ? "'" : "", name, name[0] != '\0' ? "' of " : "table ",
               table, other->is_complete ? "abort it" : "contract or abort it");
}

static gboolean
check_tables (const Overlap *overlap, const Operation *operation, const Operation *theirs,
              GError **error)
{
  g_autoptr (GPtrArray) a = reach_of_operation (operation, REACH_UNDER_WAY);
  g_autoptr (GPtrArray) b = reach_of_operation (
      theirs, overlap->other->is_complete ? REACH_COMPLETE : REACH_UNDER_WAY);

  for (guint i = 0; i < a->len * b->len; i++)
    {
      const ReachedTable *reached = a->pdata[i / b->len];
      const ReachedTable *other = b->pdata[i % b->len];
      const char *name = shared_name (overlap, operation, reached, other);
      gboolean same = FALSE;
      if (name != NULL
          && !is_same_table (overlap, reached->table, other->table, &same, error))
        return FALSE;
      if (!same)
        continue;
      refuse (overlap->other, name, reached->table, error);
      return FALSE;
    }
  return TRUE;
}

/* SQL ---------------------------------------------------------------------------- */

static gboolean
has_word (GHashTable *words, const char *name)
{
  g_autofree char *word = g_ascii_strdown (name, -1);

  return g_hash_table_contains (words, word);
}

/* What the SQL of @reader reads of a table that the other one changes, as far as words
 * can tell; NULL: nothing. */
static const char *
read_name (const Overlap *overlap, const Operation *reader, const ReachedTable *changed,
           GHashTable *words)
{
  if (!changed->is_changed || changed->table == NULL)
    return NULL;
  const char *table = table_name_own (changed->table, overlap->arena);
  gboolean is_named = has_word (words, table);
  gboolean is_own
      = reader->table != NULL
        && g_ascii_strcasecmp (table_name_own (reader->table, overlap->arena), table)
               == 0;
  if (is_named && changed->is_whole)
    return "";
  for (guint i = 0; (is_named || is_own) && i < changed->names->len; i++)
    if (has_word (words, changed->names->pdata[i]))
      return changed->names->pdata[i];
  return NULL;
}

/* SQL reads columns: whether these have indexes and constraints is nothing to it. */
static gboolean
leaves_columns (const Operation *operation)
{
  switch (operation->kind)
    {
    case OPERATION_CREATE_INDEX:
    case OPERATION_DROP_INDEX:
    case OPERATION_ADD_CONSTRAINT:
    case OPERATION_DROP_CONSTRAINT:
    case OPERATION_RENAME_CONSTRAINT:
      return TRUE;
    default:
      return FALSE;
    }
}

static gboolean
check_sql (const Overlap *overlap, const Operation *reader, const Operation *changer,
           ReachTime time, GError **error)
{
  g_autoptr (GHashTable) words
      = reach_sql (reader, overlap->connection->engine->name, time);
  g_autoptr (GPtrArray) tables = NULL;

  if (g_hash_table_size (words) == 0 || leaves_columns (changer))
    return TRUE;
  tables = reach_of_operation (changer, time);
  for (guint i = 0; i < tables->len; i++)
    {
      const ReachedTable *changed = tables->pdata[i];
      const char *name = read_name (overlap, reader, changed, words);
      if (name == NULL)
        continue;
      refuse (overlap->other, name, changed->table, error);
      return FALSE;
    }
  return TRUE;
}

static gboolean
check_step (const Overlap *overlap, const Operation *operation, GError **error)
{
  const MigrationPlan *other = overlap->other->plan;
  ReachTime time = overlap->other->is_complete ? REACH_COMPLETE : REACH_UNDER_WAY;

  for (guint i = 0; i < migration_plan_n_steps (other); i++)
    {
      const Operation *theirs = migration_plan_step (other, i)->operation;
      if (!check_tables (overlap, operation, theirs, error)
          || !check_sql (overlap, theirs, operation, time, error)
          || !check_sql (overlap, operation, theirs, time, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
overlap_check (SqlConnection *connection, const MigrationPlan *plan,
               const GPtrArray *others, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *definitions = NULL;
  Overlap overlap = { .connection = connection, .arena = arena };

  if (others == NULL || others->len == 0)
    return TRUE;
  if (connection->engine->place != NULL)
    {
      definitions = connection->engine->definitions (connection, NULL, error);
      if (definitions == NULL)
        return FALSE;
      overlap.definitions = definitions;
    }
  for (guint i = 0; i < others->len; i++)
    {
      overlap.other = others->pdata[i];
      for (guint j = 0; j < migration_plan_n_steps (plan); j++)
        if (!check_step (&overlap, migration_plan_step (plan, j)->operation, error))
          return FALSE;
    }
  return TRUE;
}
