/* SPDX-License-Identifier: Apache-2.0
 *
 * The matrix of type changes.
 *
 * PostgreSQL: measured on 15, https://www.postgresql.org/docs/15/sql-altertable.html;
 * MariaDB: measured on 10.11 by ALGORITHM=INSTANT and LOCK=NONE,
 * https://mariadb.com/kb/en/innodb-online-ddl-operations-with-the-instant-alter-algorithm/
 */
#include "config.h"

#include "safety/type_change.h"

#include <string.h>

#define PG TARGET_POSTGRES
#define MARIA TARGET_MARIADB
#define MY TARGET_MYSQL
#define MYS (TARGET_MARIADB | TARGET_MYSQL)

/* utf8mb4: what a server has to reckon with for each character. */
#define BYTES_A_CHARACTER 4

typedef enum
{
  SIZES_ANY,
  SIZES_GROW,        /* at least as long; no size is the longest */
  SIZES_SHRINK,      /* the rest */
  SIZES_SAME_SCALE,  /* numeric: precision grows, the scale stays */
  SIZES_GONE,        /* the new type has none */
  SIZES_SAME_PREFIX, /* varchar grows without another length byte */
} Sizes;

typedef enum
{
  SAFE,
  REWRITES, /* every row is written anew */
  SCANS,    /* every row is looked at */
} Cost;

typedef struct
{
  const char *from, *to; /* as sql_type_name() has them; "*": any */
  guint engines;
  guint since; /* version, of all of @engines; 0: any */
  Sizes sizes;
  Cost cost;
  const char *why;
} TypeChange;

#define TEXT_AGAIN "every value is converted and written anew"
#define WIDER_NUMBER \
  "the two have other widths on disk: the table and its indexes are rewritten"
#define NARROWER \
  "the values that are there have to be checked, and the table is rewritten"
#define COPIES "the server copies the whole table, and writers wait"

/* The first row that fits counts. */
static const TypeChange CHANGES[] = {
  /* PostgreSQL: words */
  { "varchar", "varchar", PG, 0, SIZES_GROW, SAFE, "a length limit is only metadata" },
  { "varchar", "varchar", PG, 0, SIZES_SHRINK, REWRITES, NARROWER },
  { "varchar", "text", PG, 0, SIZES_ANY, SAFE, "both are stored alike" },
  { "text", "varchar", PG, 0, SIZES_GONE, SAFE, "both are stored alike" },
  { "text", "varchar", PG, 0, SIZES_ANY, REWRITES, NARROWER },
  { "char", "char", PG, 0, SIZES_ANY, REWRITES, "every value is padded anew" },
  { "char", "varchar", PG, 0, SIZES_ANY, REWRITES, "the padding is cut off every value" },
  { "char", "text", PG, 0, SIZES_ANY, REWRITES, "the padding is cut off every value" },
  { "text", "char", PG, 0, SIZES_ANY, REWRITES, NARROWER },
  { "citext", "text", PG, 0, SIZES_ANY, SCANS,
    "its indexes are built anew under the lock" },
  { "text", "citext", PG, 0, SIZES_ANY, SCANS,
    "its indexes are built anew under the lock" },
  { "varchar", "citext", PG, 0, SIZES_ANY, SCANS,
    "its indexes are built anew under the lock" },
  /* PostgreSQL: numbers */
  { "smallint", "integer", PG, 0, SIZES_ANY, REWRITES, WIDER_NUMBER },
  { "smallint", "bigint", PG, 0, SIZES_ANY, REWRITES, WIDER_NUMBER },
  { "integer", "bigint", PG, 0, SIZES_ANY, REWRITES, WIDER_NUMBER },
  { "bigint", "integer", PG, 0, SIZES_ANY, REWRITES, NARROWER },
  { "integer", "smallint", PG, 0, SIZES_ANY, REWRITES, NARROWER },
  { "integer", "numeric", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  { "bigint", "numeric", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  { "numeric", "bigint", PG, 0, SIZES_ANY, REWRITES, NARROWER },
  { "numeric", "numeric", PG, 0, SIZES_SAME_SCALE, SAFE,
    "the precision is only metadata" },
  { "numeric", "numeric", PG, 0, SIZES_GONE, SAFE, "the precision is only metadata" },
  { "numeric", "numeric", PG, 0, SIZES_ANY, REWRITES,
    "another scale rounds every value" },
  { "real", "double", PG, 0, SIZES_ANY, REWRITES, WIDER_NUMBER },
  { "double", "real", PG, 0, SIZES_ANY, REWRITES, NARROWER },
  { "double", "numeric", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  { "money", "numeric", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  { "boolean", "integer", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  { "bit", "bit", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  { "varbit", "varbit", PG, 0, SIZES_GROW, SAFE, "a length limit is only metadata" },
  { "varbit", "varbit", PG, 0, SIZES_SHRINK, REWRITES, NARROWER },
  /* PostgreSQL: times */
  { "timestamp", "timestamp", PG, 0, SIZES_GROW, SAFE, "the precision is only metadata" },
  { "timestamp", "timestamp", PG, 0, SIZES_SHRINK, REWRITES, "every value is rounded" },
  { "timestamptz", "timestamptz", PG, 0, SIZES_GROW, SAFE,
    "the precision is only metadata" },
  { "timestamptz", "timestamptz", PG, 0, SIZES_SHRINK, REWRITES,
    "every value is rounded" },
  { "timestamp", "timestamptz", PG, TARGET_VERSION (12, 0, 0), SIZES_ANY, REWRITES,
    "the table is rewritten unless the session's TimeZone is UTC" },
  { "timestamptz", "timestamp", PG, TARGET_VERSION (12, 0, 0), SIZES_ANY, REWRITES,
    "the table is rewritten unless the session's TimeZone is UTC" },
  { "timestamp", "timestamptz", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  { "timestamptz", "timestamp", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  { "time", "time", PG, 0, SIZES_GROW, SAFE, "the precision is only metadata" },
  { "time", "time", PG, 0, SIZES_SHRINK, REWRITES, "every value is rounded" },
  { "interval", "interval", PG, 0, SIZES_GROW, SAFE, "the precision is only metadata" },
  { "date", "timestamp", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  { "timestamp", "date", PG, 0, SIZES_ANY, REWRITES,
    "the time of day of every value is lost" },
  /* PostgreSQL: the rest */
  { "cidr", "inet", PG, 0, SIZES_ANY, SAFE, "both are stored alike" },
  { "inet", "cidr", PG, 0, SIZES_ANY, REWRITES, NARROWER },
  { "json", "jsonb", PG, 0, SIZES_ANY, REWRITES,
    "every document is parsed and written anew" },
  { "jsonb", "json", PG, 0, SIZES_ANY, REWRITES,
    "every document is printed and written anew" },
  { "text", "jsonb", PG, 0, SIZES_ANY, REWRITES,
    "every document is parsed and written anew" },
  { "text", "json", PG, 0, SIZES_ANY, REWRITES,
    "every document is parsed and written anew" },
  { "text", "uuid", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  { "uuid", "text", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  { "text", "bytea", PG, 0, SIZES_ANY, REWRITES, TEXT_AGAIN },
  /* MariaDB and MySQL */
  { "varchar", "varchar", MYS, 0, SIZES_SAME_PREFIX, SAFE,
    "the length's own size does not change" },
  { "varchar", "varchar", MYS, 0, SIZES_GROW, REWRITES,
    "the length grows beyond 255 bytes and takes another byte: the table is copied, and "
    "writers wait" },
  { "varchar", "varchar", MYS, 0, SIZES_SHRINK, REWRITES, COPIES },
  { "varchar", "text", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "text", "varchar", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "char", "char", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "char", "varchar", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "smallint", "integer", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "integer", "bigint", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "bigint", "integer", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "numeric", "numeric", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "datetime", "datetime", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "timestamp", "datetime", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "text", "mediumtext", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "text", "longtext", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "json", "longtext", MARIA, 0, SIZES_ANY, SAFE, "JSON is another name for it" },
  { "longtext", "json", MYS, 0, SIZES_ANY, REWRITES, COPIES },
  { "json", "longtext", MY, 0, SIZES_ANY, REWRITES, COPIES },
};

static const struct
{
  const char *alias, *name;
} ALIASES[] = {
  { "int", "integer" },
  { "int4", "integer" },
  { "int8", "bigint" },
  { "int2", "smallint" },
  { "float8", "double" },
  { "double precision", "double" },
  { "float4", "real" },
  { "decimal", "numeric" },
  { "bool", "boolean" },
  { "character varying", "varchar" },
  { "character", "char" },
  { "bpchar", "char" },
  { "bit varying", "varbit" },
  { "timestamp with time zone", "timestamptz" },
  { "timestamp without time zone", "timestamp" },
  { "time without time zone", "time" },
  { "time with time zone", "timetz" },
  { "blob", "bytea" },
};

#define NO_SIZE G_MAXUINT

typedef struct
{
  char *name;
  guint n_sizes;
  guint sizes[2]; /* NO_SIZE where it has none */
} SqlType;

static const char *
unalias (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (ALIASES); i++)
    if (g_str_equal (ALIASES[i].alias, name))
      return ALIASES[i].name;
  return name;
}

static void
read_sizes (const char *text, SqlType *type)
{
  for (; text != NULL && type->n_sizes < G_N_ELEMENTS (type->sizes);
       text = strchr (text, ','))
    {
      char *end = NULL;
      guint64 size = g_ascii_strtoull (text + 1, &end, 10);
      if (end == text + 1)
        return;
      type->sizes[type->n_sizes++] = (guint) MIN (size, NO_SIZE - 1);
    }
}

/* "pg_catalog.timestamp(3) without time zone": the name is what stands around the sizes.
 */
static SqlType
read_type (const char *text)
{
  SqlType type = { .sizes = { NO_SIZE, NO_SIZE } };
  g_autofree char *lower = g_ascii_strdown (text, -1);
  const char *bare = g_str_has_prefix (lower, "pg_catalog.") ? lower + 11 : lower;
  const char *open = strchr (bare, '(');
  const char *close = open != NULL ? strrchr (open, ')') : NULL;
  g_autofree char *head
      = open != NULL ? g_strndup (bare, (gsize) (open - bare)) : g_strdup (bare);
  g_autofree char *name
      = g_strconcat (g_strstrip (head), close != NULL ? close + 1 : "", NULL);

  read_sizes (open, &type);
  type.name = g_strdup (unalias (g_strstrip (name)));
  return type;
}

char *
sql_type_name (const char *type)
{
  return read_type (type).name;
}

char *
type_spec_to_sql (const TypeSpec *type)
{
  g_autofree char *name = g_ascii_strdown (column_type_to_string (type->base), -1);

  if (type->base == COLUMN_TYPE_VARCHAR || type->base == COLUMN_TYPE_CHAR)
    return g_strdup_printf ("%s(%u)", name, type->length);
  if (type->base == COLUMN_TYPE_DECIMAL && type->precision != 0)
    return g_strdup_printf ("%s(%u,%u)", name, type->precision, type->scale);
  return g_steal_pointer (&name);
}

/* The matrix ------------------------------------------------------------------ */

static gboolean
scale_stays (const SqlType *from, const SqlType *to)
{
  guint old_scale = from->n_sizes > 1 ? from->sizes[1] : 0;
  guint new_scale = to->n_sizes > 1 ? to->sizes[1] : 0;

  return from->n_sizes > 0 && to->n_sizes > 0 && old_scale == new_scale
         && to->sizes[0] >= from->sizes[0];
}

/* MariaDB's records of up to 127 bytes leave room for the second length byte. */
static gboolean
prefix_stays (const SqlType *from, const SqlType *to, guint engine)
{
  guint64 old_bytes = (guint64) from->sizes[0] * BYTES_A_CHARACTER;
  guint64 new_bytes = (guint64) to->sizes[0] * BYTES_A_CHARACTER;

  return to->sizes[0] >= from->sizes[0]
         && ((old_bytes > 255) == (new_bytes > 255)
             || (engine == TARGET_MARIADB && old_bytes <= 127));
}

static gboolean
sizes_fit (Sizes sizes, const SqlType *from, const SqlType *to, guint engine)
{
  switch (sizes)
    {
    case SIZES_GROW:
      return to->sizes[0] >= from->sizes[0];
    case SIZES_SHRINK:
      return to->sizes[0] < from->sizes[0];
    case SIZES_SAME_SCALE:
      return scale_stays (from, to);
    case SIZES_GONE:
      return to->n_sizes == 0;
    case SIZES_SAME_PREFIX:
      return prefix_stays (from, to, engine);
    case SIZES_ANY:
    default:
      return TRUE;
    }
}

static gboolean
same_type (const SqlType *from, const SqlType *to)
{
  return g_str_equal (from->name, to->name) && from->n_sizes == to->n_sizes
         && from->sizes[0] == to->sizes[0] && from->sizes[1] == to->sizes[1];
}

/* Why it is dangerous on one engine, or NULL. */
static const char *
danger_on (const SqlType *from, const SqlType *to, guint engine, guint version)
{
  if (same_type (from, to))
    return NULL;
  for (guint i = 0; i < G_N_ELEMENTS (CHANGES); i++)
    {
      const TypeChange *change = &CHANGES[i];
      if ((change->engines & engine) != 0 && version >= change->since
          && g_str_equal (change->from, from->name) && g_str_equal (change->to, to->name)
          && sizes_fit (change->sizes, from, to, engine))
        return change->cost == SAFE ? NULL : change->why;
    }
  return engine == TARGET_POSTGRES ? TEXT_AGAIN : COPIES;
}

const char *
type_change_danger (const char *from, const char *to, const Target *target,
                    guint *engines)
{
  SqlType old = read_type (from), new = read_type (to);
  const char *first = NULL;
  guint dangerous = 0;

  for (guint bit = 1; bit <= TARGET_SQLITE; bit <<= 1)
    {
      const char *why
          = (*engines & bit) != 0
                ? danger_on (&old, &new, bit, target_version (target, (TargetEngine) bit))
                : NULL;
      dangerous |= why != NULL ? bit : 0;
      first = first != NULL ? first : why;
    }
  *engines = dangerous;
  g_free (old.name);
  g_free (new.name);
  return first;
}
