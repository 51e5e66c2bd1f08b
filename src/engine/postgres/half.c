/* SPDX-License-Identifier: Apache-2.0
 *
 * What the file calls a column is one of several types that it may have: ENUM is text
 * with a check, or a type of the user's.  The triggers compare the keys of both halves,
 * and put values of the one into the other.
 */
#include "config.h"

#include "engine/postgres/half_part.h"

#include "engine/postgres/create.h"
#include "model/shape.h"

static gboolean
same_type (const Column *a, const Column *b)
{
  return b != NULL && type_spec_equal (&a->type, &b->type)
         && engine_text_equal (a->native, b->native);
}

static const EngineText *
text_of (const char *text, Arena *arena)
{
  EngineText *texts = arena_new_array (arena, EngineText, 2);

  texts[0].text = text;
  return texts;
}

/* A type of the user's keeps its values itself. */
static gboolean
keep_enum_check (const Half *self, const Column *column, const PgColumn *live,
                 GError **error)
{
  const char *values = postgres_enum_check (column, self->arena);

  if (values == NULL || live->is_enum)
    return TRUE;
  Constraint *check = arena_new0 (self->arena, Constraint);
  check->kind = CONSTRAINT_CHECK;
  check->name = postgres_enum_name (self->half->name, column->name, self->arena);
  check->columns = arena_new_array (self->arena, const char *, 1);
  check->check.expression = text_of (values, self->arena);
  return table_add_constraint (self->half, check, self->arena, error);
}

static gboolean
take_type (const Half *self, const Column *column, const PgColumn *live, GError **error)
{
  Column *like = column_copy (self->arena, column);

  like->native = text_of (live->collation != NULL ? arena_printf (
                              self->arena, "%s COLLATE %s", live->type, live->collation)
                                                  : live->type,
                          self->arena);
  like->collate = NULL;
  if (like->default_kind == DEFAULT_NONE && live->default_text != NULL
      && name_list_contains (self->sync->columns, column->name))
    {
      like->default_kind = DEFAULT_EXPRESSION;
      like->default_expression = text_of (live->default_text, self->arena);
    }
  return keep_enum_check (self, column, live, error)
         && table_replace_column (self->half, column->name, like, self->arena, error);
}

/* One that the file itself gives another type has that. */
static gboolean
take_types (const Half *self, GError **error)
{
  for (guint i = 0; i < table_n_columns (self->half); i++)
    {
      const Column *column = table_column (self->half, i);
      const PgColumn *live = pg_find_column (self->live, column->name);
      if (live != NULL && same_type (column, table_find_column (self->old, column->name))
          && !take_type (self, column, live, error))
        return FALSE;
    }
  return TRUE;
}

gboolean
pg_create_half (SqlConnection *connection, const PgDetail *detail, GError **error)
{
  const TableSync *sync = database_sync_to (detail->shape, detail->table);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (Table) half = table_copy (database_find (detail->shape, detail->table));
  Half self = { .half = half,
                .sync = sync,
                .old = database_find (detail->shape, sync->old_table),
                .arena = arena };

  if (!pg_live_table (connection, sync->old_table, arena, &self.live, error)
      || !take_types (&self, error))
    return FALSE;
  const char *text = postgres_create_table_text (half, arena, error);
  return text != NULL && postgres_exec (connection, text, NULL, error)
         && pg_half_bind (&self, connection, error);
}
