/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of columns, table by table.
 */
#include "config.h"

#include "runner/overlap.h"

#include "model/mentions.h"
#include "model/table_name.h"

typedef struct
{
  SqlConnection *connection;
  const char *definitions; /* what the connection is settled for */
  const OtherRun *other;
  Arena *arena;
} Overlap;

static gboolean
is_about_table (const Operation *operation)
{
  switch (operation->kind)
    {
    case OPERATION_CREATE_TABLE:
    case OPERATION_DROP_TABLE:
    case OPERATION_RENAME_TABLE:
    case OPERATION_ALIAS_TABLE:
    case OPERATION_SQL:
      return TRUE;
    default:
      return FALSE;
    }
}

static const char *
table_of (const Operation *operation)
{
  return operation->kind == OPERATION_CREATE_TABLE ? operation->create_table.table->name
                                                   : operation->table;
}

/* What goes when an operation is taken back: of an index or a constraint only that. */
static GPtrArray *
names_that_go (const Operation *operation)
{
  GPtrArray *names;

  if (operation->kind != OPERATION_CREATE_INDEX
      && operation->kind != OPERATION_ADD_CONSTRAINT)
    return mentions_of_operation (operation);
  names = g_ptr_array_new ();
  g_ptr_array_add (names, (gpointer) (operation->kind == OPERATION_CREATE_INDEX
                                          ? operation->index.index->name
                                          : operation->constraint.constraint->name));
  return names;
}

/* What both name; NULL: nothing.  "" is the table as a whole.
 * @takes_back: @a is to be taken back */
static const char *
shared_name (const Operation *a, const Operation *b, gboolean takes_back)
{
  g_autoptr (GPtrArray) names
      = takes_back ? names_that_go (a) : mentions_of_operation (a);
  g_autoptr (GPtrArray) others = mentions_of_operation (b);

  if (is_about_table (a) || is_about_table (b))
    return "";
  for (guint i = 0; i < names->len; i++)
    for (guint j = 0; j < others->len; j++)
      if (g_ascii_strcasecmp (names->pdata[i], others->pdata[j]) == 0)
        return names->pdata[i];
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
               "migration '%s' %s and changes %s%s%s'%s' too; %s first", other->plan->id,
               other->is_complete ? "came later" : "is not finished",
               name[0] != '\0' ? "'" : "", name, name[0] != '\0' ? "' of " : "table ",
               table, other->is_complete ? "abort it" : "contract or abort it");
}

static gboolean
check_step (const Overlap *overlap, const Operation *operation, GError **error)
{
  const MigrationPlan *other = overlap->other->plan;

  for (guint i = 0; i < migration_plan_n_steps (other); i++)
    {
      const Operation *theirs = migration_plan_step (other, i)->operation;
      const char *name = shared_name (operation, theirs, overlap->other->is_complete);
      gboolean same = FALSE;
      if (name != NULL
          && !is_same_table (overlap, table_of (operation), table_of (theirs), &same,
                             error))
        return FALSE;
      if (!same)
        continue;
      refuse (overlap->other, name, table_of (operation), error);
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
