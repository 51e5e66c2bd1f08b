/* SPDX-License-Identifier: Apache-2.0
 *
 * One constraint in two shapes.
 */
#include "config.h"

#include "model/constraint_match.h"

gboolean
constraint_is_in (const Constraint *constraint, const Table *table)
{
  const Constraint *other = table_find_constraint (table, constraint->name);

  return other != NULL && constraint_equal (other, constraint);
}

const Constraint *
constraint_renamed_to (const Table *from, const Table *to, const Constraint *constraint)
{
  for (guint i = 0; i < to->constraints->len; i++)
    {
      const Constraint *other = to->constraints->pdata[i];
      Constraint copy = *other;
      copy.name = constraint->name;
      if (!g_str_equal (other->name, constraint->name)
          && table_find_constraint (from, other->name) == NULL
          && constraint_equal (&copy, constraint))
        return other;
    }
  return NULL;
}

gboolean
constraint_is_renamed (const Table *from, const Table *to, const Constraint *constraint)
{
  return table_find_constraint (to, constraint->name) == NULL
         && constraint_renamed_to (from, to, constraint) != NULL;
}

gboolean
constraint_comes_by_rename (const Table *from, const Table *to,
                            const Constraint *constraint)
{
  for (guint i = 0; i < from->constraints->len; i++)
    {
      const Constraint *old = from->constraints->pdata[i];
      if (constraint_is_renamed (from, to, old)
          && constraint_renamed_to (from, to, old) == constraint)
        return TRUE;
    }
  return FALSE;
}
