/* SPDX-License-Identifier: Apache-2.0
 *
 * Transforms of one text: lower, upper, trim, split, pad.
 *
 * A null stays null.
 */
#include "config.h"

#include <string.h>

#include "model/text.h"
#include "model/transform_stage.h"

/* No engine has a longer VARCHAR; without a bound a file could ask for gigabytes. */
#define PAD_LENGTH_MAX 65535

gboolean
stage_bind_text (BoundStage *bound, const BindContext *context, GError **error)
{
  const Column *input = context->inputs[0];

  bound->type = (TypeSpec){ .base = COLUMN_TYPE_TEXT };
  if (column_type_is_text (input->type.base))
    return TRUE;
  return stage_refuse (error, "it works on text, but '%s' is %s: cast it to TEXT first",
                       input->name, type_spec_to_string (&input->type, context->arena));
}

gboolean
stage_bind_split (BoundStage *bound, const BindContext *context, GError **error)
{
  const TransformStage *stage = bound->stage;

  if (stage->split.separator == NULL || *stage->split.separator == '\0')
    return stage_refuse (error, "the separator of a split cannot be empty");
  if (stage->split.part == SPLIT_NUMBERED && stage->split.number == 0)
    return stage_refuse (error, "the parts of a split are counted from 1");
  return stage_bind_text (bound, context, error);
}

gboolean
stage_bind_pad (BoundStage *bound, const BindContext *context, GError **error)
{
  const char *with = bound->stage->pad.with;

  if (with == NULL || !g_utf8_validate (with, -1, NULL) || g_utf8_strlen (with, -1) != 1)
    return stage_refuse (error, "a pad is made with exactly one character");
  if (bound->stage->pad.length > PAD_LENGTH_MAX)
    return stage_refuse (error, "a pad to more than %d characters", PAD_LENGTH_MAX);
  return stage_bind_text (bound, context, error);
}

/* A copy of the text in which the 26 letters from @first on change case. */
static Value
swap_case (const Value *input, char first, Arena *scratch)
{
  gsize length = input->text.length, i = 0;
  char *bytes;

  while (i < length && (guint) (input->text.bytes[i] - first) >= 26)
    i++;
  if (i == length)
    return *input;
  bytes = arena_strndup (scratch, input->text.bytes, length);
  for (; i < length; i++)
    if ((guint) (bytes[i] - first) < 26)
      bytes[i] ^= 'a' ^ 'A';
  return value_text (bytes, length);
}

gboolean
stage_apply_lower (const BoundStage *bound, const Value *inputs, Arena *scratch,
                   Value *result, GError **error)
{
  (void) bound, (void) error;
  *result = value_is_null (inputs) ? *inputs : swap_case (inputs, 'A', scratch);
  return TRUE;
}

gboolean
stage_apply_upper (const BoundStage *bound, const Value *inputs, Arena *scratch,
                   Value *result, GError **error)
{
  (void) bound, (void) error;
  *result = value_is_null (inputs) ? *inputs : swap_case (inputs, 'a', scratch);
  return TRUE;
}

gboolean
stage_apply_trim (const BoundStage *bound, const Value *inputs, Arena *scratch,
                  Value *result, GError **error)
{
  (void) bound, (void) scratch, (void) error;
  *result = *inputs;
  if (value_is_null (inputs))
    return TRUE;
  result->text.length = text_chomp (result->text.bytes, result->text.length);
  for (; result->text.length > 0 && *result->text.bytes == ' '; result->text.bytes++)
    result->text.length--;
  return TRUE;
}

/* The text from part @number on, and with @to_end unset no more than that part. */
static Value
numbered_part (const Value *input, const char *separator, guint number, gboolean to_end)
{
  const char *start = input->text.bytes;
  const char *end = start + input->text.length;
  const char *next;

  for (; number > 1; number--)
    {
      next = text_find (start, (gsize) (end - start), separator);
      if (next == NULL)
        return VALUE_NULL_INIT;
      start = next + strlen (separator);
    }
  next = to_end ? NULL : text_find (start, (gsize) (end - start), separator);
  return value_text (start, (gsize) ((next != NULL ? next : end) - start));
}

static Value
last_part (const Value *input, const char *separator)
{
  const char *bytes = input->text.bytes;
  const char *last = text_find_last (bytes, input->text.length, separator);
  gsize skip = last != NULL ? (gsize) (last - bytes) + strlen (separator) : 0;

  return value_text (bytes + skip, input->text.length - skip);
}

gboolean
stage_apply_split (const BoundStage *bound, const Value *inputs, Arena *scratch,
                   Value *result, GError **error)
{
  const char *separator = bound->stage->split.separator;

  (void) scratch, (void) error;
  *result = *inputs;
  if (value_is_null (inputs))
    return TRUE;
  switch (bound->stage->split.part)
    {
    case SPLIT_LAST:
      *result = last_part (inputs, separator);
      break;
    case SPLIT_REST:
      *result = numbered_part (inputs, separator, 2, TRUE);
      break;
    case SPLIT_NUMBERED:
    default:
      *result = numbered_part (inputs, separator, bound->stage->split.number, FALSE);
    }
  return TRUE;
}

gboolean
stage_apply_pad (const BoundStage *bound, const Value *inputs, Arena *scratch,
                 Value *result, GError **error)
{
  const char *with = bound->stage->pad.with;
  gsize size = strlen (with), n_characters, n_bytes;
  char *bytes, *padding;

  (void) error;
  *result = *inputs;
  if (value_is_null (inputs))
    return TRUE;
  n_characters = text_characters (inputs->text.bytes, inputs->text.length);
  if (n_characters >= bound->stage->pad.length)
    return TRUE;
  n_bytes = (bound->stage->pad.length - n_characters) * size;
  bytes = padding = arena_alloc (scratch, n_bytes + inputs->text.length + 1);
  if (bound->stage->pad.side == PAD_RIGHT)
    padding += inputs->text.length;
  for (gsize i = 0; i < n_bytes; i += size)
    memcpy (padding + i, with, size);
  if (inputs->text.length > 0)
    memcpy (padding == bytes ? bytes + n_bytes : bytes, inputs->text.bytes,
            inputs->text.length);
  *result = value_text (bytes, n_bytes + inputs->text.length);
  return TRUE;
}
