/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms of several values into one text: join and template.
 */
#include "config.h"

#include <string.h>

#include "model/constraint.h"
#include "model/transform_stage.h"

gboolean
stage_bind_join (BoundStage *bound, const BindContext *context, GError **error)
{
  (void) context, (void) error;
  bound->type = (TypeSpec){ .base = COLUMN_TYPE_TEXT };
  return TRUE;
}

/* The canonical text of an input that is not null. */
static Value
input_text (const BoundStage *bound, const Value *inputs, guint i, Arena *scratch)
{
  const TypeSpec *type = &bound->inputs[i]->type;

  if (column_type_is_text (type->base))
    return inputs[i];
  return value_string (type_format (type, &inputs[i], scratch));
}

/* One text made of many, in a single allocation. */
static Value
concatenate (const Value *texts, guint n, Arena *scratch)
{
  gsize length = 0;
  char *bytes, *next;

  for (guint i = 0; i < n; i++)
    length += texts[i].text.length;
  bytes = next = arena_alloc (scratch, length + 1);
  for (guint i = 0; i < n; i++)
    {
      if (texts[i].text.length > 0)
        memcpy (next, texts[i].text.bytes, texts[i].text.length);
      next += texts[i].text.length;
    }
  return value_text (bytes, length);
}

gboolean
stage_apply_join (const BoundStage *bound, const Value *inputs, Arena *scratch,
                  Value *result, GError **error)
{
  Value *texts = arena_new_array (scratch, Value, (gsize) bound->n_inputs * 2);
  const char *separator = bound->stage->separator;
  guint n = 0;

  (void) error;
  for (guint i = 0; i < bound->n_inputs; i++)
    {
      if (value_is_null (&inputs[i]))
        continue;
      if (n > 0)
        texts[n++] = value_text (separator, strlen (separator));
      texts[n++] = input_text (bound, inputs, i, scratch);
    }
  *result = n > 0 ? concatenate (texts, n, scratch) : VALUE_NULL_INIT;
  return TRUE;
}

static gboolean
unknown_name (const BindContext *context, const char *name, GError **error)
{
  const char **names
      = arena_new_array (context->arena, const char *, context->n_inputs + 1);
  const char *near;

  for (guint i = 0; i < context->n_inputs; i++)
    names[i] = context->inputs[i]->name != NULL ? context->inputs[i]->name : "";
  near = nearest_name (name, names);
  if (near != NULL)
    return stage_refuse (error, "'{%s}' is not one of its columns: did you mean '{%s}'?",
                         name, near);
  return stage_refuse (error, "'{%s}' is not one of its columns (%s)", name,
                       name_list_to_string (names, context->arena));
}

static gboolean
find_input (const BindContext *context, const char *name, guint *input, GError **error)
{
  for (guint i = 0; i < context->n_inputs; i++)
    if (g_strcmp0 (context->inputs[i]->name, name) == 0)
      {
        *input = i;
        return TRUE;
      }
  return unknown_name (context, name, error);
}

static void
add_text (GArray *pieces, const char *text, gsize length)
{
  TemplatePiece piece = { .text = text, .length = length };

  if (length > 0)
    g_array_append_val (pieces, piece);
}

/* What begins with one brace.  Returns: the place behind it; NULL with @error set */
static const char *
parse_name (const BindContext *context, const char *brace, GArray *pieces, GError **error)
{
  TemplatePiece piece = { .text = NULL };
  gsize length = strcspn (brace + 1, "{}");
  const char *name;

  if (*brace == '}' || brace[1 + length] != '}')
    {
      stage_refuse (error, "a '%c' without its partner; a brace itself is written '%c%c'",
                    *brace, *brace, *brace);
      return NULL;
    }
  name = arena_strndup (context->arena, brace + 1, length);
  if (!find_input (context, name, &piece.input, error))
    return NULL;
  g_array_append_val (pieces, piece);
  return brace + length + 2;
}

gboolean
stage_bind_template (BoundStage *bound, const BindContext *context, GError **error)
{
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (TemplatePiece));
  const char *next = bound->stage->pattern;

  while (*next != '\0')
    {
      gsize length = strcspn (next, "{}");
      const char *brace = next + length;

      add_text (pieces, next, length);
      next = brace;
      if (*brace != '\0' && brace[1] == *brace)
        {
          add_text (pieces, brace, 1);
          next = brace + 2;
        }
      else if (*brace != '\0')
        next = parse_name (context, brace, pieces, error);
      if (next == NULL)
        return FALSE;
    }
  bound->type = (TypeSpec){ .base = COLUMN_TYPE_TEXT };
  bound->n_pieces = pieces->len;
  bound->pieces = arena_memdup (context->arena, pieces->data,
                                sizeof (TemplatePiece) * (gsize) pieces->len);
  return TRUE;
}

gboolean
stage_apply_template (const BoundStage *bound, const Value *inputs, Arena *scratch,
                      Value *result, GError **error)
{
  Value *texts = arena_new_array (scratch, Value, bound->n_pieces);

  (void) error;
  *result = VALUE_NULL_INIT;
  for (guint i = 0; i < bound->n_pieces; i++)
    {
      const TemplatePiece *piece = &bound->pieces[i];

      if (piece->text == NULL && value_is_null (&inputs[piece->input]))
        return TRUE;
      texts[i] = piece->text != NULL ? value_text (piece->text, piece->length)
                                     : input_text (bound, inputs, piece->input, scratch);
    }
  *result = concatenate (texts, bound->n_pieces, scratch);
  return TRUE;
}
