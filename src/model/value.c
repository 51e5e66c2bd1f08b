/* SPDX-License-Identifier: Apache-2.0
 *
 * Value: equality, hash and copy of one cell.
 */
#include "config.h"

#include "model/value.h"

#include <string.h>

Value
value_string (const char *text)
{
  return text != NULL ? value_text (text, strlen (text)) : VALUE_NULL_INIT;
}

gboolean
value_equal (const Value *a, const Value *b)
{
  if (a->kind != b->kind)
    return FALSE;
  switch (a->kind)
    {
    case VALUE_INTEGER:
      return a->integer == b->integer;
    case VALUE_DOUBLE:
      return a->real == b->real;
    case VALUE_TEXT:
      return a->text.length == b->text.length
             && (a->text.length == 0
                 || memcmp (a->text.bytes, b->text.bytes, a->text.length) == 0);
    case VALUE_NULL:
    default:
      return TRUE;
    }
}

#define HASH_FACTOR G_GUINT64_CONSTANT (0x9E3779B97F4A7C15)

static guint64
mix (guint64 hash, guint64 word)
{
  hash = (hash ^ word) * HASH_FACTOR;
  return hash ^ (hash >> 32);
}

/* Eight bytes at a time: a unique column of a million rows is hashed whole. */
static guint64
hash_bytes (const char *bytes, gsize length)
{
  guint64 hash = length, word;

  for (; length >= sizeof word; bytes += sizeof word, length -= sizeof word)
    {
      memcpy (&word, bytes, sizeof word);
      hash = mix (hash, word);
    }
  if (length > 0)
    {
      word = 0;
      memcpy (&word, bytes, length);
      hash = mix (hash, word);
    }
  return hash;
}

guint
value_hash (const Value *value)
{
  guint64 word = 0;

  switch (value->kind)
    {
    case VALUE_INTEGER:
      word = (guint64) value->integer;
      break;
    case VALUE_DOUBLE:
      /* 0 and -0 are equal, so they hash alike. */
      if (value->real != 0.0)
        memcpy (&word, &value->real, sizeof word);
      break;
    case VALUE_TEXT:
      word = hash_bytes (value->text.bytes, value->text.length);
      break;
    case VALUE_NULL:
    default:
      break;
    }
  return (guint) mix ((guint64) value->kind, word);
}

Value
value_copy (Arena *arena, const Value *value)
{
  if (value->kind != VALUE_TEXT)
    return *value;
  return value_text (arena_strndup (arena, value->text.bytes, value->text.length),
                     value->text.length);
}
