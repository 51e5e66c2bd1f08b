/* SPDX-License-Identifier: Apache-2.0
 *
 * Definitions of columns, written and read.
 */
#include "config.h"

#include "engine/mariadb/kept.h"

#include <string.h>

#include "engine/mariadb/sql_text.h"

/* name, type, base; default, character set, collation, comment, check; NOT NULL,
 * generated, invisible, on update */
#define COLUMN_FORMAT "(sssmsmsmsmsmsbbbb)"
#define TABLE_FORMAT "(sa" COLUMN_FORMAT ")"
#define FORMAT "a" TABLE_FORMAT

/* What the journal's column holds; a table that has no place is given back as the file
 * declares it. */
#define MAX_BYTES 60000

/* Writing ----------------------------------------------------------------------- */

/* floating */
static GVariant *
pack_table (const MariaTable *table)
{
  g_auto (GVariantBuilder) columns
      = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE ("a" COLUMN_FORMAT));

  for (guint i = 0; i < table->n_columns; i++)
    {
      const MariaColumn *column = &table->columns[i];
      g_variant_builder_add (&columns, COLUMN_FORMAT, column->name, column->type,
                             column->base, column->default_text, column->charset,
                             column->collation, column->comment, column->check,
                             column->not_null, column->generated, column->invisible,
                             column->on_update);
    }
  return g_variant_new (TABLE_FORMAT, table->name, &columns);
}

static gsize
printed_size (GVariant *variant)
{
  g_autofree char *text = g_variant_print (variant, FALSE);

  return strlen (text);
}

char *
maria_kept_definitions (SqlConnection *connection, const Database *shape, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  g_auto (GVariantBuilder) tables = G_VARIANT_BUILDER_INIT (G_VARIANT_TYPE (FORMAT));
  gsize size = 0;

  for (guint i = 0; i < shape->tables->len; i++)
    {
      const Table *table = shape->tables->pdata[i];
      const MariaTable *live;
      if (!maria_read_table (connection, table->name, arena, &live, error))
        return NULL;
      if (live == NULL)
        continue;
      g_autoptr (GVariant) packed = g_variant_ref_sink (pack_table (live));
      size += printed_size (packed);
      if (size < MAX_BYTES)
        g_variant_builder_add_value (&tables, packed);
    }
  g_autoptr (GVariant) all = g_variant_ref_sink (g_variant_builder_end (&tables));
  return g_variant_print (all, TRUE);
}

/* Reading ----------------------------------------------------------------------- */

static MariaColumn
unpack_column (GVariant *packed, Arena *arena)
{
  const char *name, *type, *base, *default_text, *charset, *collation, *comment, *check;
  gboolean not_null, generated, invisible, on_update;

  g_variant_get (packed, "(&s&s&sm&sm&sm&sm&sm&sbbbb)", &name, &type, &base,
                 &default_text, &charset, &collation, &comment, &check, &not_null,
                 &generated, &invisible, &on_update);
  return (MariaColumn){ .name = arena_strdup (arena, name),
                        .type = arena_strdup (arena, type),
                        .base = arena_strdup (arena, base),
                        .not_null = not_null,
                        .default_text = arena_strdup (arena, default_text),
                        .charset = arena_strdup (arena, charset),
                        .collation = arena_strdup (arena, collation),
                        .comment = arena_strdup (arena, comment),
                        .check = arena_strdup (arena, check),
                        .generated = generated,
                        .invisible = invisible,
                        .on_update = on_update };
}

static const MariaTable *
unpack_table (const char *name, GVariant *packed, Arena *arena)
{
  guint n = (guint) g_variant_n_children (packed);
  MariaColumn *columns = arena_new_array (arena, MariaColumn, n + 1);
  MariaTable *table = arena_new0 (arena, MariaTable);

  for (guint i = 0; i < n; i++)
    {
      g_autoptr (GVariant) column = g_variant_get_child_value (packed, i);
      columns[i] = unpack_column (column, arena);
    }
  *table = (MariaTable){ .name = arena_strdup (arena, name),
                         .quoted = mariadb_identifier (arena, name),
                         .columns = columns,
                         .n_columns = n };
  return table;
}

const MariaTable *
maria_kept_table (const char *definitions, const char *name, Arena *arena)
{
  g_autoptr (GVariant) all
      = definitions != NULL
            ? g_variant_parse (G_VARIANT_TYPE (FORMAT), definitions, NULL, NULL, NULL)
            : NULL;

  for (gsize i = 0; all != NULL && i < g_variant_n_children (all); i++)
    {
      g_autoptr (GVariant) columns = NULL;
      const char *other;
      g_autoptr (GVariant) packed = g_variant_get_child_value (all, i);
      g_variant_get (packed, "(&s@a" COLUMN_FORMAT ")", &other, &columns);
      if (g_str_equal (other, name))
        return unpack_table (name, columns, arena);
    }
  return NULL;
}

const MariaColumn *
maria_kept_column (const char *definitions, const char *table, const char *column,
                   Arena *arena)
{
  const MariaTable *kept = maria_kept_table (definitions, table, arena);

  return kept != NULL ? maria_find_column (kept, column) : NULL;
}

const char *
maria_kept_place (const MariaTable *kept, const MariaColumn *column,
                  const MariaTable *live, Arena *arena)
{
  const MariaColumn *before = NULL;

  while (column > kept->columns && before == NULL)
    before = maria_find_column (live, (--column)->name);
  if (!maria_may_be_placed (live, before != NULL ? before + 1 : live->columns))
    return "";
  return before != NULL
             ? arena_printf (arena, "AFTER %s", mariadb_identifier (arena, before->name))
             : "FIRST";
}
