/* SPDX-License-Identifier: Apache-2.0
 *
 * Constraints and indexes: what they use, copies and comparison.
 */
#include "config.h"

#include "model/constraint.h"

#include <string.h>

static const char *const KIND_NAMES[] = {
  [CONSTRAINT_CHECK] = "check",
  [CONSTRAINT_UNIQUE] = "unique",
  [CONSTRAINT_PRIMARY_KEY] = "primary key",
  [CONSTRAINT_FOREIGN_KEY] = "foreign key",
  [CONSTRAINT_NOT_NULL] = "not null",
};

const char *
constraint_kind_to_string (ConstraintKind kind)
{
  return KIND_NAMES[kind];
}

const char *
name_list_to_string (const char *const *names, Arena *arena)
{
  g_autofree char *joined = NULL;

  if (names == NULL)
    return "";
  joined = g_strjoinv (", ", (char **) names);
  return arena_strdup (arena, joined);
}

gboolean
name_list_contains (const char *const *names, const char *name)
{
  return names != NULL && g_strv_contains (names, name);
}

gboolean
name_list_equal (const char *const *a, const char *const *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return g_strv_equal (a, b);
}

gboolean
constraint_uses_column (const Constraint *constraint, const char *column)
{
  return name_list_contains (constraint->columns, column)
         || g_strcmp0 (constraint->check.column, column) == 0;
}

gboolean
index_uses_column (const Index *index, const char *column)
{
  for (guint i = 0; i < index->n_parts; i++)
    if (g_strcmp0 (index->parts[i].column, column) == 0)
      return TRUE;
  return name_list_contains (index->include, column);
}

static const char *
renamed (const char *name, const char *from, const char *to)
{
  return g_strcmp0 (name, from) == 0 ? to : name;
}

static const char *const *
rename_in_list (Arena *arena, const char *const *names, const char *from, const char *to)
{
  gsize n = 0;
  const char **copy;

  if (!name_list_contains (names, from))
    return names;
  while (names[n] != NULL)
    n++;
  copy = arena_new_array (arena, const char *, n + 1);
  for (gsize i = 0; i < n; i++)
    copy[i] = renamed (names[i], from, to);
  return copy;
}

const Constraint *
constraint_rename_column (Arena *arena, const Constraint *constraint, const char *from,
                          const char *to)
{
  Constraint *copy = arena_memdup (arena, constraint, sizeof *constraint);

  copy->columns = rename_in_list (arena, constraint->columns, from, to);
  copy->check.column = renamed (constraint->check.column, from, to);
  return copy;
}

const Index *
index_rename_column (Arena *arena, const Index *index, const char *from, const char *to)
{
  Index *copy = arena_memdup (arena, index, sizeof *index);
  IndexPart *parts
      = arena_memdup (arena, index->parts, sizeof (IndexPart) * (gsize) index->n_parts);

  for (guint i = 0; i < index->n_parts; i++)
    parts[i].column = renamed (parts[i].column, from, to);
  copy->parts = parts;
  copy->include = rename_in_list (arena, index->include, from, to);
  return copy;
}

static gboolean
literals_equal (const Literal *a, const Literal *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  return literal_equal (a, b);
}

static gboolean
literal_list_equal (const Literal *const *a, const Literal *const *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  for (; *a != NULL && *b != NULL; a++, b++)
    if (!literal_equal (*a, *b))
      return FALSE;
  return *a == *b; /* both ended */
}

static gboolean
length_equal (gboolean has_a, guint a, gboolean has_b, guint b)
{
  return has_a ? has_b && a == b : !has_b;
}

static gboolean
check_equal (const Check *a, const Check *b)
{
  return g_strcmp0 (a->column, b->column) == 0 && literals_equal (a->min, b->min)
         && literals_equal (a->max, b->max) && literal_list_equal (a->in, b->in)
         && !a->not_empty == !b->not_empty
         && length_equal (a->has_min_length, a->min_length, b->has_min_length,
                          b->min_length)
         && length_equal (a->has_max_length, a->max_length, b->has_max_length,
                          b->max_length)
         && engine_text_equal (a->expression, b->expression);
}

gboolean
constraint_equal (const Constraint *a, const Constraint *b)
{
  return a->kind == b->kind && g_strcmp0 (a->name, b->name) == 0
         && name_list_equal (a->columns, b->columns) && check_equal (&a->check, &b->check)
         && g_strcmp0 (a->references_table, b->references_table) == 0
         && name_list_equal (a->references_columns, b->references_columns)
         && a->on_delete == b->on_delete && a->on_update == b->on_update
         && !a->deferrable == !b->deferrable;
}

static gboolean
index_parts_equal (const Index *a, const Index *b)
{
  if (a->n_parts != b->n_parts)
    return FALSE;
  for (guint i = 0; i < a->n_parts; i++)
    {
      const IndexPart *x = &a->parts[i], *y = &b->parts[i];

      if (g_strcmp0 (x->column, y->column) != 0 || !x->descending != !y->descending
          || !engine_text_equal (x->expression, y->expression)
          || g_strcmp0 (x->opclass, y->opclass) != 0)
        return FALSE;
    }
  return TRUE;
}

gboolean
index_equal (const Index *a, const Index *b)
{
  return g_strcmp0 (a->name, b->name) == 0 && index_parts_equal (a, b)
         && !a->unique == !b->unique && engine_text_equal (a->where, b->where)
         && g_strcmp0 (a->method, b->method) == 0
         && name_list_equal (a->include, b->include)
         && name_list_equal (a->options, b->options);
}
