/* SPDX-License-Identifier: Apache-2.0
 *
 * Arena: a bump allocator over a list of chunks.
 *
 * A reader makes one allocation a YAML node, so the usual path is an addition
 * and a memset.  With ZDM_ARENA_DEBUG every allocation is a block of its own,
 * so that sanitizers see an overrun at the byte where it happens.
 */
#include "config.h"

#include "model/arena.h"

#include <stdarg.h>
#include <string.h>

#define ARENA_ALIGNMENT 16u
#define ARENA_FIRST_CHUNK 4096u
#define ARENA_LARGEST_CHUNK (1024u * 1024u)

/* Larger requests get a chunk of their own: they would waste the rest of one. */
#define ARENA_OWN_CHUNK 2048u

typedef struct Chunk Chunk;

struct Chunk
{
  Chunk *next;
  gsize size; /* bytes behind this header */
};

/* What the header takes, so that the bytes behind it are aligned. */
#define CHUNK_HEADER \
  ((sizeof (Chunk) + ARENA_ALIGNMENT - 1) & ~(gsize) (ARENA_ALIGNMENT - 1))

struct Arena
{
  char *next;      /* the first free byte of the current chunk */
  gsize available; /* how many follow it */
  Chunk *current;  /* the chunk small allocations come from, then the full ones */
  Chunk *own;      /* chunks of one big allocation each */
};

Arena *
arena_new (void)
{
  return g_new0 (Arena, 1);
}

static void
chunk_list_free (Chunk *chunk)
{
  while (chunk != NULL)
    {
      Chunk *next = chunk->next;

      g_free (chunk);
      chunk = next;
    }
}

void
arena_free (Arena *arena)
{
  if (arena == NULL)
    return;
  chunk_list_free (arena->current);
  chunk_list_free (arena->own);
  g_free (arena);
}

static void
arena_open_chunk (Arena *arena, Chunk *chunk)
{
  arena->current = chunk;
  arena->next = (char *) chunk + CHUNK_HEADER;
  arena->available = chunk->size;
}

void
arena_reset (Arena *arena)
{
  chunk_list_free (arena->own);
  arena->own = NULL;
  if (arena->current == NULL)
    return;
  chunk_list_free (arena->current->next);
  arena->current->next = NULL;
  arena_open_chunk (arena, arena->current);
}

static Chunk *
chunk_new (gsize size, Chunk *next)
{
  Chunk *chunk = g_malloc (CHUNK_HEADER + size);

  chunk->next = next;
  chunk->size = size;
  return chunk;
}

static gpointer
take_own (Arena *arena, gsize size)
{
  arena->own = chunk_new (size, arena->own);
  return (char *) arena->own + CHUNK_HEADER;
}

#ifdef ZDM_ARENA_DEBUG

gpointer
arena_alloc_unset (Arena *arena, gsize size)
{
  /* One byte for nothing: the result is never NULL and never shared. */
  return take_own (arena, MAX (size, 1));
}

#else

/* Each chunk is twice the one before, up to the largest. */
static void
arena_add_chunk (Arena *arena)
{
  gsize size = ARENA_FIRST_CHUNK - CHUNK_HEADER;

  if (arena->current != NULL)
    size = MIN (arena->current->size * 2 + CHUNK_HEADER,
                ARENA_LARGEST_CHUNK - CHUNK_HEADER);
  arena_open_chunk (arena, chunk_new (size, arena->current));
}

gpointer
arena_alloc_unset (Arena *arena, gsize size)
{
  gsize rounded;
  char *result;

  if (G_UNLIKELY (size > ARENA_OWN_CHUNK))
    return take_own (arena, size);

  rounded = (MAX (size, 1) + ARENA_ALIGNMENT - 1) & ~(gsize) (ARENA_ALIGNMENT - 1);
  if (G_UNLIKELY (rounded > arena->available))
    arena_add_chunk (arena);
  result = arena->next;
  arena->next += rounded;
  arena->available -= rounded;
  return result;
}

#endif

gpointer
arena_alloc (Arena *arena, gsize size)
{
  return memset (arena_alloc_unset (arena, size), 0, size);
}

gpointer
arena_memdup (Arena *arena, gconstpointer data, gsize size)
{
  gpointer copy = arena_alloc_unset (arena, size);

  if (size > 0)
    memcpy (copy, data, size);
  return copy;
}

char *
arena_strdup (Arena *arena, const char *text)
{
  return text != NULL ? arena_memdup (arena, text, strlen (text) + 1) : NULL;
}

char *
arena_strndup (Arena *arena, const char *text, gsize length)
{
  char *copy = arena_alloc_unset (arena, length + 1);

  if (length > 0)
    memcpy (copy, text, length);
  copy[length] = '\0';
  return copy;
}

char *
arena_printf (Arena *arena, const char *format, ...)
{
  g_autofree char *text = NULL;
  va_list arguments;

  va_start (arguments, format);
  text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  return arena_strdup (arena, text);
}

const char *const *
arena_strv (Arena *arena, const char *const *strings)
{
  gsize n = 0;
  const char **copy;

  while (strings[n] != NULL)
    n++;
  copy = arena_new_array (arena, const char *, n + 1);
  for (gsize i = 0; i < n; i++)
    copy[i] = arena_strdup (arena, strings[i]);
  return copy;
}

gpointer
arena_ptr_array (Arena *arena, const GPtrArray *array)
{
  gpointer *copy = arena_new_array (arena, gpointer, (gsize) array->len + 1);

  if (array->len > 0)
    memcpy (copy, array->pdata, array->len * sizeof (gpointer));
  return copy;
}
