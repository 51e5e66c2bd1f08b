/* SPDX-License-Identifier: Apache-2.0
 *
 * JSON text: a recursive-descent reader that writes canonical text as it goes.
 *
 * Only an object's members have to be put in order, which is done in the output itself
 * when the object ends.
 */
#include "config.h"

#include "model/json_text.h"

#include <string.h>

#include "model/decimal.h"

typedef struct
{
  const char *next, *end;
  GString *out;
  GString *keys;   /* the decoded keys of all open objects */
  GArray *members; /* Member, of all open objects */
  guint depth;
} Reader;

/* One member of an open object, as offsets into the growing buffers. */
typedef struct
{
  gsize key, key_length; /* in keys */
  gsize text, length;    /* in out: "key":value */
} Member;

static const char *read_value (Reader *reader);

static void
skip_space (Reader *reader)
{
  while (reader->next < reader->end && strchr (" \t\r\n", *reader->next) != NULL
         && *reader->next != '\0')
    reader->next++;
}

static gboolean
take (Reader *reader, char character)
{
  if (reader->next == reader->end || *reader->next != character)
    return FALSE;
  reader->next++;
  return TRUE;
}

static gboolean
take_hex4 (Reader *reader, gunichar *unit)
{
  *unit = 0;
  if (reader->end - reader->next < 4)
    return FALSE;
  for (guint i = 0; i < 4; i++, reader->next++)
    {
      int digit = g_ascii_xdigit_value (*reader->next);

      if (digit < 0)
        return FALSE;
      *unit = *unit << 4 | (gunichar) digit;
    }
  return TRUE;
}

/* What follows "\u", with a second such escape where it takes two. */
static const char *
read_unicode_escape (Reader *reader, GString *decoded)
{
  gunichar unit, low;

  if (!take_hex4 (reader, &unit))
    return "\\u wants four hexadecimal digits";
  if (unit == 0)
    return "text cannot hold a NUL character";
  if (unit >= 0xd800 && unit <= 0xdfff)
    {
      if (unit >= 0xdc00 || !take (reader, '\\') || !take (reader, 'u')
          || !take_hex4 (reader, &low) || low < 0xdc00 || low > 0xdfff)
        return "half a surrogate pair";
      unit = 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
    }
  g_string_append_unichar (decoded, unit);
  return NULL;
}

/* The escapes of one letter, and what they stand for. */
static const char ESCAPE_LETTERS[] = "\"\\/bfnrt";
static const char ESCAPE_MEANINGS[] = "\"\\/\b\f\n\r\t";

static const char *
read_escape (Reader *reader, GString *decoded)
{
  const char *letter;

  if (take (reader, 'u'))
    return read_unicode_escape (reader, decoded);
  letter = reader->next < reader->end && *reader->next != '\0'
               ? strchr (ESCAPE_LETTERS, *reader->next)
               : NULL;
  if (letter == NULL)
    return "unknown escape in a string";
  reader->next++;
  g_string_append_c (decoded, ESCAPE_MEANINGS[letter - ESCAPE_LETTERS]);
  return NULL;
}

/* A string after its first quote, decoded. */
static const char *
read_string (Reader *reader, GString *decoded)
{
  while (reader->next < reader->end)
    {
      const char *start = reader->next;
      const char *problem;

      while (reader->next < reader->end && *reader->next != '"' && *reader->next != '\\'
             && (guchar) *reader->next >= 0x20)
        reader->next++;
      g_string_append_len (decoded, start, reader->next - start);
      if (take (reader, '"'))
        return NULL;
      if (!take (reader, '\\'))
        break;
      problem = read_escape (reader, decoded);
      if (problem != NULL)
        return problem;
    }
  return reader->next < reader->end ? "control character in a string"
                                    : "a string does not end";
}

static void
write_string (GString *out, const char *text, gsize length)
{
  g_string_append_c (out, '"');
  for (gsize i = 0; i < length; i++)
    {
      gboolean is_plain = (guchar) text[i] >= 0x20 && text[i] != '"' && text[i] != '\\';
      const char *meaning = is_plain ? NULL : strchr (ESCAPE_MEANINGS, text[i]);

      if (is_plain)
        g_string_append_c (out, text[i]);
      else if (meaning == NULL)
        g_string_append_printf (out, "\\u%04x", (guint) text[i]);
      else
        {
          g_string_append_c (out, '\\');
          g_string_append_c (out, ESCAPE_LETTERS[meaning - ESCAPE_MEANINGS]);
        }
    }
  g_string_append_c (out, '"');
}

/* Decodes onto the stack of keys and writes it from there. */
static const char *
read_and_write_string (Reader *reader)
{
  gsize start = reader->keys->len;
  const char *problem = read_string (reader, reader->keys);

  if (problem == NULL)
    write_string (reader->out, reader->keys->str + start, reader->keys->len - start);
  return problem;
}

static gsize
skip_digits (Reader *reader)
{
  const char *start = reader->next;

  while (reader->next < reader->end && g_ascii_isdigit (*reader->next))
    reader->next++;
  return (gsize) (reader->next - start);
}

static const char *
read_number (Reader *reader)
{
  const char *start = reader->next;
  gboolean leading_zero;

  take (reader, '-');
  leading_zero = reader->next < reader->end && *reader->next == '0';
  switch (skip_digits (reader))
    {
    case 0:
      return "a value is missing";
    case 1:
      break;
    default:
      if (leading_zero)
        return "a number begins with 0";
    }
  if (take (reader, '.') && skip_digits (reader) == 0)
    return "no digit follows the point";
  if (take (reader, 'e') || take (reader, 'E'))
    {
      if (!take (reader, '-'))
        take (reader, '+');
      if (skip_digits (reader) == 0)
        return "an exponent has no digit";
    }
  if (!decimal_expand (start, (gsize) (reader->next - start), reader->out))
    return "a number's exponent is out of range";
  return NULL;
}

static const char *
read_array (Reader *reader)
{
  g_string_append_c (reader->out, '[');
  skip_space (reader);
  if (!take (reader, ']'))
    for (;;)
      {
        const char *problem = read_value (reader);

        if (problem != NULL)
          return problem;
        if (take (reader, ']'))
          break;
        if (!take (reader, ','))
          return "',' or ']' is missing";
        g_string_append_c (reader->out, ',');
      }
  g_string_append_c (reader->out, ']');
  return NULL;
}

static int
compare_members (gconstpointer a, gconstpointer b, gpointer keys)
{
  const Member *x = a, *y = b;
  const char *bytes = ((GString *) keys)->str;

  if (x->key_length != y->key_length)
    return x->key_length > y->key_length ? 1 : -1;
  return memcmp (bytes + x->key, bytes + y->key, x->key_length);
}

/* Puts the members from @first on, whose text starts at @start, into their order. */
static void
write_members (Reader *reader, guint first, gsize start)
{
  guint n = reader->members->len - first;
  Member *members = n > 0 ? &g_array_index (reader->members, Member, first) : NULL;
  g_autoptr (GString) sorted = g_string_sized_new (reader->out->len - start);

  /* Stable, so that of equal keys the last one is the last written. */
  if (n > 0)
    g_qsort_with_data (members, (int) n, sizeof *members, compare_members, reader->keys);
  for (guint i = 0; i < n; i++)
    {
      if (i + 1 < n && compare_members (&members[i], &members[i + 1], reader->keys) == 0)
        continue;
      if (sorted->len > 0)
        g_string_append_c (sorted, ',');
      g_string_append_len (sorted, reader->out->str + members[i].text,
                           (gssize) members[i].length);
    }
  g_string_truncate (reader->out, start);
  g_string_append_len (reader->out, sorted->str, (gssize) sorted->len);
}

static const char *
read_member (Reader *reader)
{
  Member member = { .key = reader->keys->len, .text = reader->out->len };
  const char *problem;

  skip_space (reader);
  if (!take (reader, '"'))
    return "a key in quotes is missing";
  problem = read_and_write_string (reader);
  if (problem != NULL)
    return problem;
  member.key_length = reader->keys->len - member.key;
  skip_space (reader);
  if (!take (reader, ':'))
    return "':' is missing";
  g_string_append_c (reader->out, ':');
  problem = read_value (reader);
  member.length = reader->out->len - member.text;
  g_array_append_val (reader->members, member);
  return problem;
}

static const char *
read_object (Reader *reader)
{
  guint first = reader->members->len;
  gsize keys = reader->keys->len, start;

  g_string_append_c (reader->out, '{');
  start = reader->out->len;
  skip_space (reader);
  if (!take (reader, '}'))
    for (;;)
      {
        const char *problem = read_member (reader);

        if (problem != NULL)
          return problem;
        if (take (reader, '}'))
          break;
        if (!take (reader, ','))
          return "',' or '}' is missing";
      }
  write_members (reader, first, start);
  g_array_set_size (reader->members, first);
  g_string_truncate (reader->keys, keys);
  g_string_append_c (reader->out, '}');
  return NULL;
}

static gboolean
take_word (Reader *reader, const char *word)
{
  gsize length = strlen (word);

  if ((gsize) (reader->end - reader->next) < length
      || memcmp (reader->next, word, length) != 0)
    return FALSE;
  reader->next += length;
  g_string_append (reader->out, word);
  return TRUE;
}

static const char *
read_nested (Reader *reader, const char *(*read) (Reader *reader))
{
  const char *problem;

  if (reader->depth == JSON_TEXT_DEPTH_MAX)
    return "it is nested too deeply";
  reader->depth++;
  problem = read (reader);
  reader->depth--;
  return problem;
}

/* A scalar string: what it decodes to is not kept. */
static const char *
read_scalar_string (Reader *reader)
{
  gsize keys = reader->keys->len;
  const char *problem = read_and_write_string (reader);

  g_string_truncate (reader->keys, keys);
  return problem;
}

/* A value with the space around it. */
static const char *
read_value (Reader *reader)
{
  const char *problem = NULL;

  skip_space (reader);
  if (take (reader, '{'))
    problem = read_nested (reader, read_object);
  else if (take (reader, '['))
    problem = read_nested (reader, read_array);
  else if (take (reader, '"'))
    problem = read_scalar_string (reader);
  else if (!take_word (reader, "true") && !take_word (reader, "false")
           && !take_word (reader, "null"))
    problem = read_number (reader);
  skip_space (reader);
  return problem;
}

const char *
json_text_canonical (const char *text, gsize length, GString *out)
{
  g_autoptr (GString) keys = g_string_new (NULL);
  g_autoptr (GArray) members = g_array_new (FALSE, FALSE, sizeof (Member));
  Reader reader = {
    .next = text, .end = text + length, .out = out, .keys = keys, .members = members
  };
  const char *problem;

  if (length > 0 && !g_utf8_validate_len (text, length, NULL))
    return "the bytes are not valid UTF-8";
  problem = read_value (&reader);
  if (problem == NULL && reader.next < reader.end)
    problem = "something follows its end";
  return problem;
}
