/* SPDX-License-Identifier: Apache-2.0
 *
 * What the tests of transforms share: bind and run one on texts.
 */
#pragma once

#include <string.h>

#include "model/transform.h"
#include "testing.h"

#define MAX_INPUTS 4

/* One input of a transform, as text; NULL is null. */
typedef struct
{
  const char *name;
  TypeSpec type;
  const char *text;
} Input;

#define TEXT_TYPE            \
  {                          \
    .base = COLUMN_TYPE_TEXT \
  }
#define INTEGER_TYPE            \
  {                             \
    .base = COLUMN_TYPE_INTEGER \
  }
#define WORD(word) \
  ((const Literal){ .text = (word), .length = sizeof (word) - 1, .plain = TRUE })

static inline guint
bind_inputs (const Input *inputs, const Column **columns, Arena *arena)
{
  guint n = 0;

  for (; n < MAX_INPUTS && inputs[n].name != NULL; n++)
    {
      Column *column = arena_new0 (arena, Column);

      column->name = inputs[n].name;
      column->type = inputs[n].type;
      columns[n] = column;
    }
  return n;
}

/* Returns: (transfer full): the result as text; "bind: " or "apply: " and the error */
static inline char *
run_transform (const TransformStage *stages, guint n_stages, const Input *inputs,
               const TypeSpec *output)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Arena) scratch = arena_new ();
  g_autoptr (GError) error = NULL;
  const Transform transform = { .stages = stages, .n_stages = n_stages };
  const Column *columns[MAX_INPUTS + 1] = { NULL };
  guint n = bind_inputs (inputs, columns, arena);
  const BoundTransform *bound;
  Value values[MAX_INPUTS] = { 0 }, result;

  bound = transform_bind (&transform, columns, output, arena, &error);
  if (bound == NULL)
    return g_strdup_printf ("bind: %s", error->message);
  for (guint i = 0; i < n; i++)
    if (inputs[i].text != NULL)
      ck_assert (type_parse (&inputs[i].type, inputs[i].text, strlen (inputs[i].text),
                             arena, &values[i], NULL));
  if (!bound_transform_apply (bound, values, scratch, &result, &error))
    return g_strdup_printf ("apply: %s", error->message);
  ck_assert (type_check (output, &result, NULL));
  return g_strdup (type_format (output, &result, scratch));
}

/* One stage on one text. */
static inline char *
run_on_text (const TransformStage *stage, const char *text)
{
  const Input inputs[MAX_INPUTS] = { { "a", TEXT_TYPE, text } };

  return run_transform (stage, 1, inputs, &(const TypeSpec) TEXT_TYPE);
}
