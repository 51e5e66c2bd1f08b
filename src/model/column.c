/* SPDX-License-Identifier: Apache-2.0
 *
 * Column: copy and comparison.
 */
#include "config.h"

#include "model/column.h"

const char *
engine_text_for (const EngineText *texts, const char *engine)
{
  const char *any = NULL;

  if (texts == NULL)
    return NULL;
  for (; texts->text != NULL; texts++)
    {
      if (texts->engine == NULL)
        any = texts->text;
      else if (g_strcmp0 (texts->engine, engine) == 0)
        return texts->text;
    }
  return any;
}

gboolean
engine_text_equal (const EngineText *a, const EngineText *b)
{
  if (a == NULL || b == NULL)
    return a == b;
  for (; a->text != NULL && b->text != NULL; a++, b++)
    if (g_strcmp0 (a->engine, b->engine) != 0 || g_strcmp0 (a->text, b->text) != 0)
      return FALSE;
  return a->text == b->text; /* both ended */
}

Column *
column_copy (Arena *arena, const Column *column)
{
  return arena_memdup (arena, column, sizeof *column);
}

static gboolean
default_equal (const Column *a, const Column *b)
{
  if (a->default_kind != b->default_kind)
    return FALSE;
  switch (a->default_kind)
    {
    case DEFAULT_VALUE:
      return value_equal (&a->default_value, &b->default_value);
    case DEFAULT_EXPRESSION:
      return engine_text_equal (a->default_expression, b->default_expression);
    case DEFAULT_NONE:
    default:
      return TRUE;
    }
}

gboolean
column_equal (const Column *a, const Column *b)
{
  return g_strcmp0 (a->name, b->name) == 0 && type_spec_equal (&a->type, &b->type)
         && !a->nullable == !b->nullable && default_equal (a, b)
         && !a->primary_key == !b->primary_key && !a->unique == !b->unique
         && a->identity == b->identity && g_strcmp0 (a->comment, b->comment) == 0
         && g_strcmp0 (a->collate, b->collate) == 0
         && engine_text_equal (a->native, b->native);
}

gboolean
column_is_optional (const Column *column)
{
  return column->nullable || column->default_kind != DEFAULT_NONE
         || column->identity != IDENTITY_NONE;
}
