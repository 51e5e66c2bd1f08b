/* SPDX-License-Identifier: Apache-2.0
 *
 * Mirror: the sync of an added column, and how new values find their way back.
 */
#include "config.h"

#include "planner/mirror.h"

#include "planner/recipe.h"

static gboolean
is_cast (const Transform *transform)
{
  return transform != NULL && transform->n_stages == 1
         && transform->stages[0].kind == TRANSFORM_CAST;
}

/* A plain copy where that is possible (INTEGER to BIGINT is, the way back is not). */
static const Transform *
copy_or_cast (Arena *arena, const Column *old, const Column *new)
{
  if (recipe_copies (new, &old->type))
    return &TRANSFORM_COPY;
  if (type_cast_exists (new->type.base, old->type.base))
    return recipe_cast (arena, &old->type, new->location);
  return NULL;
}

const Transform *
mirror_infer_backward (Arena *arena, const Transform *transform, const Column *old,
                       const Column *new)
{
  if (transform == NULL || transform_is_copy (transform) || is_cast (transform))
    return copy_or_cast (arena, old, new);
  return transform_inverse (transform, arena);
}

static void
report_no_way_back (Expansion *expansion, const AddColumn *add)
{
  const Transform *transform = add->additions[0].transform;
  const char *columns = name_list_to_string (add->from, expansion->arena);
  const char *help
      = "say how with `backward: …`, or `backward: none` when what new clients write need not "
        "reach old ones";

  if (add->from[1] != NULL || add->n_additions != 1)
    expansion_error (expansion, help,
                     "several columns take part: `backward` has to say how "
                     "new values get back to '%s'",
                     columns);
  else if (transform == NULL || transform_is_copy (transform))
    expansion_error (expansion, help, "the types of '%s' and '%s' have no cast back",
                     columns, add->additions[0].column->name);
  else
    expansion_error (expansion, help,
                     "no transform undoes '%s', so new values of '%s' cannot "
                     "get back to '%s'",
                     transform_to_string (transform, expansion->arena),
                     add->additions[0].column->name, columns);
}

static gboolean
infer_backward (Expansion *expansion, AddColumn *add, const Table *table)
{
  const Transform *backward = NULL;

  if (add->from[1] == NULL && add->n_additions == 1)
    {
      const Column *old = expansion_column (expansion, table, add->from[0]);
      if (old == NULL)
        return FALSE;
      backward = mirror_infer_backward (expansion->arena, add->additions[0].transform,
                                        old, add->additions[0].column);
    }
  if (backward == NULL)
    {
      report_no_way_back (expansion, add);
      return FALSE;
    }
  add->backward = expansion_one_transform (expansion, add->from[0], backward);
  return TRUE;
}

gboolean
mirror_complete (Expansion *expansion, AddColumn *add, const Table *table)
{
  if (add->lookup != NULL)
    {
      add->has_sync = TRUE;
      add->sync = SYNC_FORWARD;
      return TRUE;
    }
  if (!add->has_sync)
    add->sync = add->replaces != NULL ? SYNC_BOTH : SYNC_FORWARD;
  if (add->backward_none)
    add->sync = SYNC_FORWARD;
  add->has_sync = TRUE;
  return add->sync != SYNC_BOTH || add->backward != NULL
         || infer_backward (expansion, add, table);
}
