/* SPDX-License-Identifier: Apache-2.0
 *
 * Arena: memory that lives and dies together.
 *
 * One arena owns everything that was read from one file (names, columns,
 * operations, plan), another one the scratch values of one row.  Nothing
 * inside is freed by itself.
 */
#pragma once

#include <glib.h>

typedef struct Arena Arena;

Arena *arena_new (void);
void arena_free (Arena *arena);

/**
 * arena_reset:
 * Forgets everything allocated so far and keeps one chunk for reuse.
 */
void arena_reset (Arena *arena);

/**
 * arena_alloc:
 * Returns: @size zeroed bytes, aligned for any type, owned by @arena
 */
gpointer arena_alloc (Arena *arena, gsize size);

/* The same, not zeroed: for who fills all of it at once. */
gpointer arena_alloc_unset (Arena *arena, gsize size);

gpointer arena_memdup (Arena *arena, gconstpointer data, gsize size);
char *arena_strdup (Arena *arena, const char *text); /* NULL gives NULL */
/* Exactly @length bytes, NULs and all, and a NUL after them. */
char *arena_strndup (Arena *arena, const char *text, gsize length);
char *arena_printf (Arena *arena, const char *format, ...) G_GNUC_PRINTF (2, 3);

/**
 * arena_strv:
 * Returns: a NULL-ended copy in @arena of the NULL-ended list @strings
 */
const char *const *arena_strv (Arena *arena, const char *const *strings);

/**
 * arena_ptr_array:
 * Returns: the pointers of @array as a NULL-ended vector in @arena
 */
gpointer arena_ptr_array (Arena *arena, const GPtrArray *array);

#define arena_new0(arena, Type) ((Type *) arena_alloc ((arena), sizeof (Type)))
#define arena_new_array(arena, Type, n) \
  ((Type *) arena_alloc ((arena), sizeof (Type) * (n)))

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Arena, arena_free)
