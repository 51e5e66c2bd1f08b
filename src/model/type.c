/* SPDX-License-Identifier: Apache-2.0
 *
 * Column types: their names, their sizes, and which fit into which.
 */
#include "config.h"

#include "model/type.h"

#include <string.h>

/* How a type is written with its sizes. */
typedef enum
{
  SIZES_NONE,
  SIZES_LENGTH,    /* VARCHAR(80) */
  SIZES_PRECISION, /* DECIMAL(10,2) */
  SIZES_VALUES,    /* ENUM(a,b) */
} Sizes;

static const struct
{
  gboolean is_text;
  Sizes sizes;
} TYPES[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_TEXT] = { TRUE, SIZES_NONE },
  [COLUMN_TYPE_VARCHAR] = { TRUE, SIZES_LENGTH },
  [COLUMN_TYPE_CHAR] = { TRUE, SIZES_LENGTH },
  [COLUMN_TYPE_DECIMAL] = { FALSE, SIZES_PRECISION },
  [COLUMN_TYPE_ENUM] = { TRUE, SIZES_VALUES },
};

static const char *const TYPE_NAMES[N_COLUMN_TYPES + 1] = {
  [COLUMN_TYPE_TEXT] = "TEXT",           [COLUMN_TYPE_VARCHAR] = "VARCHAR",
  [COLUMN_TYPE_CHAR] = "CHAR",           [COLUMN_TYPE_INTEGER] = "INTEGER",
  [COLUMN_TYPE_BIGINT] = "BIGINT",       [COLUMN_TYPE_DOUBLE] = "DOUBLE",
  [COLUMN_TYPE_DECIMAL] = "DECIMAL",     [COLUMN_TYPE_BOOLEAN] = "BOOLEAN",
  [COLUMN_TYPE_TIMESTAMP] = "TIMESTAMP", [COLUMN_TYPE_TIMESTAMPTZ] = "TIMESTAMPTZ",
  [COLUMN_TYPE_DATE] = "DATE",           [COLUMN_TYPE_TIME] = "TIME",
  [COLUMN_TYPE_JSON] = "JSON",           [COLUMN_TYPE_UUID] = "UUID",
  [COLUMN_TYPE_BLOB] = "BLOB",           [COLUMN_TYPE_ENUM] = "ENUM",
};

const char *
column_type_to_string (ColumnType type)
{
  return TYPE_NAMES[type];
}

gboolean
column_type_from_string (const char *text, ColumnType *type)
{
  for (guint i = 0; i < N_COLUMN_TYPES; i++)
    if (g_ascii_strcasecmp (text, TYPE_NAMES[i]) == 0)
      {
        *type = (ColumnType) i;
        return TRUE;
      }
  return FALSE;
}

const char *const *
column_type_names (void)
{
  return TYPE_NAMES;
}

gboolean
column_type_is_text (ColumnType type)
{
  return TYPES[type].is_text;
}

/* What each whole number type holds. */
static const struct
{
  gint64 min, max;
} RANGES[N_COLUMN_TYPES] = {
  [COLUMN_TYPE_INTEGER] = { G_MININT32, G_MAXINT32 },
  [COLUMN_TYPE_BIGINT] = { G_MININT64, G_MAXINT64 },
  [COLUMN_TYPE_BOOLEAN] = { 0, 1 },
};

gboolean
column_type_range (ColumnType type, gint64 *min, gint64 *max)
{
  *min = RANGES[type].min;
  *max = RANGES[type].max;
  return *max > *min;
}

static const char *
enum_to_string (const TypeSpec *type, Arena *arena)
{
  g_autofree char *joined = NULL;

  if (type->values == NULL)
    return TYPE_NAMES[COLUMN_TYPE_ENUM];
  joined = g_strjoinv (",", (char **) type->values);
  return arena_printf (arena, "ENUM(%s)", joined);
}

const char *
type_spec_to_string (const TypeSpec *type, Arena *arena)
{
  const char *name = TYPE_NAMES[type->base];

  switch (TYPES[type->base].sizes)
    {
    case SIZES_LENGTH:
      return type->length > 0 ? arena_printf (arena, "%s(%u)", name, type->length) : name;
    case SIZES_PRECISION:
      return type->precision > 0
                 ? arena_printf (arena, "%s(%u,%u)", name, type->precision, type->scale)
                 : name;
    case SIZES_VALUES:
      return enum_to_string (type, arena);
    case SIZES_NONE:
    default:
      return name;
    }
}

/* How many of the first values are the same, and whether each list ends there. */
static void
compare_values (const TypeSpec *a, const TypeSpec *b, gboolean *a_ends, gboolean *b_ends)
{
  static const char *const NO_VALUES[] = { NULL };
  const char *const *x = a->values != NULL ? a->values : NO_VALUES;
  const char *const *y = b->values != NULL ? b->values : NO_VALUES;

  while (*x != NULL && *y != NULL && strcmp (*x, *y) == 0)
    x++, y++;
  *a_ends = *x == NULL;
  *b_ends = *y == NULL;
}

gboolean
type_spec_equal (const TypeSpec *a, const TypeSpec *b)
{
  gboolean a_ends, b_ends;

  if (a->base != b->base)
    return FALSE;
  switch (TYPES[a->base].sizes)
    {
    case SIZES_LENGTH:
      return a->length == b->length;
    case SIZES_PRECISION:
      return a->precision == b->precision && (a->precision == 0 || a->scale == b->scale);
    case SIZES_VALUES:
      compare_values (a, b, &a_ends, &b_ends);
      return a_ends && b_ends;
    case SIZES_NONE:
    default:
      return TRUE;
    }
}

gboolean
type_widens (const TypeSpec *from, const TypeSpec *to)
{
  gboolean from_ends, to_ends;

  if (type_spec_equal (from, to))
    return TRUE;
  if (from->base == COLUMN_TYPE_VARCHAR && to->base == COLUMN_TYPE_TEXT)
    return TRUE;
  if (from->base != to->base)
    return FALSE;
  switch (from->base)
    {
    case COLUMN_TYPE_VARCHAR:
      return from->length <= to->length;
    case COLUMN_TYPE_DECIMAL:
      /* With another scale, or none, every canonical text would change. */
      return from->precision > 0 && from->scale == to->scale
             && from->precision <= to->precision;
    case COLUMN_TYPE_ENUM:
      compare_values (from, to, &from_ends, &to_ends);
      return from_ends;
    default:
      return FALSE;
    }
}
