/* SPDX-License-Identifier: Apache-2.0
 *
 * Ranges of keys.  Keys are kept as the server's quote_literal() writes them: literals
 * that take the type of the column they stand beside.
 */
#include "config.h"

#include "engine/postgres/walk.h"

#include "model/error.h"

#define POSITION_TYPE "(ubmsms)"

/* What stands for a key where the table has none. */
#define WHOLE "-"

gboolean
pg_walk_init (PgWalk *walk, const char *position, GError **error)
{
  *walk = (PgWalk){ .pass = 1 };
  if (position == NULL)
    return TRUE;
  g_autoptr (GVariant) variant
      = g_variant_parse (G_VARIANT_TYPE (POSITION_TYPE), position, NULL, NULL, NULL);
  if (variant == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_DRIFT,
                   "the journal holds a position that is none: %s", position);
      return FALSE;
    }
  g_variant_get (variant, POSITION_TYPE, &walk->pass, &walk->written, &walk->low,
                 &walk->high);
  return TRUE;
}

void
pg_walk_clear (PgWalk *walk)
{
  g_clear_pointer (&walk->low, g_free);
  g_clear_pointer (&walk->high, g_free);
}

char *
pg_walk_position (const PgWalk *walk)
{
  g_autoptr (GVariant) variant = g_variant_ref_sink (
      g_variant_new (POSITION_TYPE, walk->pass, walk->written, walk->low, walk->high));

  return g_variant_print (variant, FALSE);
}

void
pg_walk_again (PgWalk *walk)
{
  pg_walk_clear (walk);
  walk->pass++;
  walk->written = FALSE;
}

/* "quote_literal(a) || ', ' || quote_literal(b)" */
static const char *
quoted_key (const PgTable *table, Arena *arena)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < table->n_key; i++)
    g_string_append_printf (text, "%squote_literal(%s)", i > 0 ? " || ', ' || " : "",
                            table->key[i]);
  return arena_strdup (arena, text->str);
}

static gboolean
query_key (SqlConnection *connection, const char *sql, char **key, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  const char *text;

  if (!postgres_text (connection, sql, &text, arena, error))
    return FALSE;
  *key = g_strdup (text);
  return TRUE;
}

static const char *
tuple (const PgTable *table, const char *items, Arena *arena)
{
  return table->n_key == 1 ? items : arena_printf (arena, "(%s)", items);
}

static gboolean
find_high (PgWalk *walk, SqlConnection *connection, const PgTable *table, Arena *arena,
           GError **error)
{
  return walk->high != NULL
         || query_key (connection,
                       arena_printf (arena, "SELECT %s FROM %s ORDER BY %s LIMIT 1",
                                     quoted_key (table, arena), table->quoted,
                                     pg_key_list (table, " DESC", arena)),
                       &walk->high, error);
}

/* "low < key AND key <= high" */
static const char *
condition (const PgTable *table, const char *low, const char *high, Arena *arena)
{
  const char *columns = tuple (table, pg_key_list (table, "", arena), arena);
  const char *upper
      = arena_printf (arena, "%s <= %s", columns, tuple (table, high, arena));

  if (low == NULL)
    return upper;
  return arena_printf (arena, "%s > %s AND %s", columns, tuple (table, low, arena),
                       upper);
}

gboolean
pg_walk_next (PgWalk *walk, SqlConnection *connection, const PgTable *table, guint n_rows,
              const char **range, Arena *arena, GError **error)
{
  g_autofree char *end = NULL;

  *range = NULL;
  if (table->n_key == 0)
    {
      *range = walk->low == NULL ? "true" : NULL;
      if (walk->low == NULL)
        walk->low = g_strdup (WHOLE);
      return TRUE;
    }
  if (!find_high (walk, connection, table, arena, error))
    return FALSE;
  if (walk->high == NULL || g_strcmp0 (walk->low, walk->high) == 0)
    return TRUE;
  const char *rest = condition (table, walk->low, walk->high, arena);
  const char *sql
      = arena_printf (arena, "SELECT %s FROM %s WHERE %s ORDER BY %s LIMIT 1 OFFSET %u",
                      quoted_key (table, arena), table->quoted, rest,
                      pg_key_list (table, "", arena), n_rows - 1);
  if (!query_key (connection, sql, &end, error))
    return FALSE;
  if (end == NULL) /* fewer rows are left */
    end = g_strdup (walk->high);
  *range = condition (table, walk->low, end, arena);
  g_free (walk->low);
  walk->low = g_steal_pointer (&end);
  return TRUE;
}
