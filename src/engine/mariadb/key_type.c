/* SPDX-License-Identifier: Apache-2.0
 *
 * As measured on MariaDB 10.11: a key was made over each pair of types, and rows with
 * equal values were written.
 */
#include "config.h"

#include "engine/mariadb/key_type.h"

#include <string.h>

/* What decides whether two columns of one type agree. */
typedef enum
{
  BY_SIGN,    /* the width of a number that is shown is of no matter */
  BY_SIZE,    /* digits, as of DECIMAL(10,2) and DATETIME(6) */
  BY_BYTES,   /* of bits */
  BY_MEMBERS, /* as far as both have some, which are stored as their numbers */
} Agreement;

static const struct
{
  const char *base;
  Agreement agreement;
} TYPES[] = {
  { "tinyint", BY_SIGN }, { "smallint", BY_SIGN }, { "mediumint", BY_SIGN },
  { "int", BY_SIGN },     { "bigint", BY_SIGN },   { "decimal", BY_SIZE },
  { "time", BY_SIZE },    { "datetime", BY_SIZE }, { "timestamp", BY_SIZE },
  { "binary", BY_SIZE },  { "bit", BY_BYTES },     { "enum", BY_MEMBERS },
  { "set", BY_MEMBERS },
};

/* What is kept as that many bytes, in their order; a UUID is not. */
static const struct
{
  const char *base, *as;
} BYTES[] = {
  { "inet6", "binary(16)" },
  { "inet4", "binary(4)" },
};

/* "(10,2)" of "decimal(10,2) unsigned"; "" where there is none. */
static const char *
size_of (const char *type, gsize *length)
{
  const char *size = strchr (type, '(');
  const char *end = size != NULL ? strrchr (size, ')') : NULL;

  *length = end != NULL ? (gsize) (end - size) + 1 : 0;
  return end != NULL ? size : "";
}

static gboolean
has_same_size (const char *a, const char *b)
{
  gsize a_length, b_length;
  const char *a_size = size_of (a, &a_length), *b_size = size_of (b, &b_length);

  return a_length == b_length && strncmp (a_size, b_size, a_length) == 0;
}

static guint64
n_bytes (const char *type)
{
  gsize length;
  const char *size = size_of (type, &length);

  return length > 0 ? (g_ascii_strtoull (size + 1, NULL, 10) + 7) / 8 : 1;
}

/* Whether one of both begins as the other one: its ')' is where that goes on. */
static gboolean
has_same_members (const char *a, const char *b)
{
  gsize a_length, b_length;
  const char *a_list = size_of (a, &a_length), *b_list = size_of (b, &b_length);
  gsize length = MIN (a_length, b_length);
  const char *longer = a_length > b_length ? a_list : b_list;

  return length > 0 && strncmp (a_list, b_list, length - 1) == 0
         && (a_length == b_length || longer[length - 1] == ',');
}

static gboolean
is_unsigned (const MariaColumn *column)
{
  return strstr (column->type, "unsigned") != NULL;
}

static gboolean
agree (Agreement agreement, const MariaColumn *a, const MariaColumn *b)
{
  switch (agreement)
    {
    case BY_SIGN:
      return is_unsigned (a) == is_unsigned (b);
    case BY_SIZE:
      return has_same_size (a->type, b->type);
    case BY_BYTES:
      return n_bytes (a->type) == n_bytes (b->type);
    case BY_MEMBERS:
      return has_same_members (a->type, b->type);
    default:
      return FALSE;
    }
}

/* "binary(16)" of what is kept so; NULL: it is not bytes. */
static const char *
bytes_of (const MariaColumn *column)
{
  if (g_str_equal (column->base, "binary") || g_str_equal (column->base, "varbinary"))
    return column->type;
  for (gsize i = 0; i < G_N_ELEMENTS (BYTES); i++)
    if (g_str_equal (BYTES[i].base, column->base))
      return BYTES[i].as;
  return NULL;
}

/* One of any length holds what the other one does, if that fits. */
static gboolean
are_alike_as_bytes (const char *a, const char *b)
{
  return a != NULL && b != NULL
         && (g_str_has_prefix (a, "var") || g_str_has_prefix (b, "var")
             || g_str_equal (a, b));
}

/* The length of a text is of no matter. */
static gboolean
is_text (const MariaColumn *column)
{
  return g_str_equal (column->base, "char") || g_str_equal (column->base, "varchar");
}

gboolean
maria_key_types_agree (const MariaColumn *a, const MariaColumn *b)
{
  if (g_strcmp0 (a->collation, b->collation) != 0)
    return FALSE;
  if (!g_str_equal (a->base, b->base))
    return (is_text (a) && is_text (b))
           || are_alike_as_bytes (bytes_of (a), bytes_of (b));
  for (gsize i = 0; i < G_N_ELEMENTS (TYPES); i++)
    if (g_str_equal (TYPES[i].base, a->base))
      return agree (TYPES[i].agreement, a, b);
  return TRUE;
}
