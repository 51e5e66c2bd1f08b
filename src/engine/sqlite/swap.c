/* SPDX-License-Identifier: Apache-2.0
 *
 * Names exchanged in a definition.
 */
#include "config.h"

#include "engine/sqlite/swap.h"

#include "engine/sqlite/bound.h"
#include "engine/sqlite/carry_default.h"
#include "engine/sqlite/create.h"
#include "engine/sqlite/definition_patch.h"
#include "engine/sqlite/edit.h"
#include "engine/sqlite/live.h"
#include "engine/sqlite/rebuild.h"
#include "engine/sqlite/sql_text.h"
#include "model/error.h"
#include "model/shape.h"
#include "model/transform_stage.h"

typedef struct
{
  sqlite3 *db;
  const SqliteDetail *detail;
  const SqliteTable *live;
  const char *column, *shadow, *old_name;
  Arena *arena;
} Swap;

/* Constraints within the two columns' own definitions --------------------------- */

static gboolean
moves (DefinitionKind kind)
{
  return kind == DEFINITION_PRIMARY_KEY || kind == DEFINITION_UNIQUE
         || kind == DEFINITION_CHECK || kind == DEFINITION_FOREIGN_KEY;
}

/* A key or a check that stands with the column is about its name: it goes, to the letter,
 * where that name goes.  The shadow's checks, which are ours, go; what is declared comes
 * again. */
static void
move_constraints (DefinitionPatch *patch, guint column, guint shadow, GString *words)
{
  const Definition *definition = patch->definition;

  for (guint i = 0; i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *constraint = definition->constraints->pdata[i];
      if (constraint->column == column && moves (constraint->kind))
        {
          g_autofree char *text = definition_slice (definition, constraint->span);
          g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", text);
          definition_patch_remove (patch, constraint->span);
        }
      else if (constraint->column == shadow && constraint->kind == DEFINITION_CHECK)
        definition_patch_remove (patch, constraint->span);
    }
}

/* The name and the ON CONFLICT of a NOT NULL go, too: bind_names() has it bind again. */
static void
move_not_null (const Swap *swap, DefinitionPatch *patch, guint column, guint shadow,
               GString *words)
{
  const Table *after = database_find (swap->detail->shape, swap->detail->table);
  const DefinitionConstraint *plain
      = definition_column_constraint (patch->definition, shadow, DEFINITION_NOT_NULL);
  SqliteSpan span;
  g_autofree char *text
      = definition_not_null_words (patch->definition, column, FALSE, &span);

  if (text == NULL)
    return;
  definition_patch_remove (patch, span);
  if (table_find_column (after, swap->column)->nullable)
    return;
  if (plain != NULL)
    definition_patch_remove (patch, plain->span);
  g_string_append_printf (words, "%s%s", words->len > 0 ? " " : "", text);
}

static char *
exchange_names (const Swap *swap, GError **error)
{
  g_autoptr (Definition) definition = definition_new (swap->live->sql, error);
  g_autoptr (Definition) after = NULL;
  g_autoptr (GString) words = g_string_new (NULL);
  g_auto (DefinitionPatch) patch = { 0 };
  guint column, shadow;

  if (definition == NULL)
    return NULL;
  const DefinitionColumn *old
      = definition_find_column (definition, swap->column, &column);
  const DefinitionColumn *new
      = definition_find_column (definition, swap->shadow, &shadow);
  if (old == NULL || new == NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_MISSING,
                   "table '%s' has no columns '%s' and '%s'", swap->live->name,
                   swap->column, swap->shadow);
      return NULL;
    }
  definition_patch_init (&patch, definition);
  definition_patch_replace (&patch, old->name->token.span,
                            sqlite_identifier (swap->arena, swap->old_name));
  definition_patch_replace (&patch, new->name->token.span,
                            sqlite_identifier (swap->arena, swap->column));
  move_constraints (&patch, column, shadow, words);
  move_not_null (swap, &patch, column, shadow, words);
  if (words->len > 0)
    definition_patch_insert_words (&patch, new->type.end, words->str);
  return definition_patch_write (&patch, &after, error);
}

/* Indexes --------------------------------------------------------------------- */

static gboolean
has_part (const SqliteIndex *index, const char *column)
{
  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column == NULL
        || g_ascii_strcasecmp (index->parts[i].column, column) == 0)
      return TRUE;
  return index->partial;
}

/* A key within the definition whose rows are stored by it, or whose index stands for a
 * constraint that has moved: only a new table has it right. */
static gboolean
needs_rebuild (const Swap *swap)
{
  for (guint i = 0; i < swap->live->n_indexes; i++)
    if (swap->live->indexes[i].origin != SQLITE_INDEX_CREATED
        && has_part (&swap->live->indexes[i], swap->column))
      return TRUE;
  return g_ascii_strcasecmp (swap->live->rowid_column != NULL ? swap->live->rowid_column
                                                              : "",
                             swap->column)
         == 0;
}

/* The cells under the name are others now. */
static gboolean
build_indexes (const Swap *swap, GError **error)
{
  for (guint i = 0; i < swap->live->n_indexes; i++)
    {
      const SqliteIndex *index = &swap->live->indexes[i];
      if (has_part (index, swap->column)
          && !live_exec (swap->db,
                         arena_printf (swap->arena, "REINDEX %s",
                                       sqlite_identifier (swap->arena, index->name)),
                         error))
        return FALSE;
    }
  return TRUE;
}

/* What binds ------------------------------------------------------------------ */

static void
add_edit (GArray *edits, SqliteEdit edit)
{
  g_array_append_val (edits, edit);
}

/* Checks whose text depends on the column's type. */
static gboolean
edit_checks (const Swap *swap, const Table *before, const Table *after, GArray *edits,
             GError **error)
{
  for (guint i = 0; i < after->constraints->len; i++)
    {
      const Constraint *check = after->constraints->pdata[i];
      if (check->kind != CONSTRAINT_CHECK
          || !constraint_uses_column (check, swap->column))
        continue;
      const char *was = sqlite_check_text (before, check, swap->arena, error);
      const char *is
          = was != NULL ? sqlite_check_text (after, check, swap->arena, error) : NULL;
      if (is == NULL)
        return FALSE;
      if (g_str_equal (was, is))
        continue;
      add_edit (edits, (SqliteEdit){ .kind = EDIT_DROP_CONSTRAINT, .constraint = check });
      add_edit (edits, (SqliteEdit){ .kind = EDIT_ADD_CONSTRAINT,
                                     .constraint = check,
                                     .text = sqlite_constraint_text (
                                         after, check, swap->arena, error) });
    }
  return TRUE;
}

/* What bound the cells that were the column's binds them no more. */
static void
loosen_old (const Swap *swap, GArray *edits)
{
  const SqliteColumn *column = sqlite_table_find_column (swap->live, swap->column);

  if (column != NULL && column->not_null)
    add_edit (edits,
              (SqliteEdit){ .kind = EDIT_DROP_NOT_NULL, .column = swap->old_name });
  if (column != NULL && column->default_text != NULL)
    add_edit (edits, (SqliteEdit){ .kind = EDIT_SET_DEFAULT, .column = swap->old_name });
}

static const BoundTransform *
transform_of (const Swap *swap)
{
  const Table *before = database_find (swap->detail->before, swap->detail->table);
  const Sync *sync;

  return table_transform_between (before, swap->column, swap->shadow, &sync);
}

/* The file's, or what its transform makes of one that only the database knows of. */
static gboolean
default_of (const Swap *swap, const Column *was, const Column *is, const char **text,
            GError **error)
{
  if (was->default_kind != DEFAULT_NONE || is->default_kind != DEFAULT_NONE)
    return sqlite_default_text (is, swap->arena, text, error);
  g_autoptr (GError) problem = NULL;
  if (sqlite_carry_default (swap->live, swap->column, transform_of (swap),
                            database_find (swap->detail->before, swap->detail->table),
                            &is->type, text, swap->arena, &problem))
    return TRUE;
  *text = NULL;
  if (!swap->detail->back)
    g_propagate_error (error, g_steal_pointer (&problem));
  return swap->detail->back; /* the text of the start comes at the end of it */
}

static gboolean
bind_names (const Swap *swap, GError **error)
{
  const Table *before = database_find (swap->detail->before, swap->detail->table);
  const Table *after = database_find (swap->detail->shape, swap->detail->table);
  const Column *was = table_find_column (before, swap->column);
  const Column *is = table_find_column (after, swap->column);
  g_autoptr (GArray) edits = g_array_new (FALSE, FALSE, sizeof (SqliteEdit));
  const char *text;

  if (!default_of (swap, was, is, &text, error))
    return FALSE;
  loosen_old (swap, edits);
  if (text != NULL)
    add_edit (
        edits,
        (SqliteEdit){ .kind = EDIT_SET_DEFAULT, .column = swap->column, .text = text });
  const char *values = sqlite_enum_check (was, swap->arena);
  if (values != NULL)
    add_edit (edits, (SqliteEdit){ .kind = EDIT_DROP_ENUM, .text = values });
  values = sqlite_enum_check (is, swap->arena);
  if (values != NULL)
    add_edit (edits, (SqliteEdit){
                         .kind = EDIT_ADD_ENUM, .column = swap->column, .text = values });
  if (!is->nullable && !sqlite_is_relaxed (after, is))
    add_edit (edits, (SqliteEdit){ .kind = EDIT_SET_NOT_NULL, .column = swap->column });
  if (!edit_checks (swap, before, after, edits, error))
    return FALSE;
  const SqliteDetail detail = { .table = swap->detail->table,
                                .shape = swap->detail->shape,
                                .edits = (const SqliteEdit *) edits->data,
                                .n_edits = edits->len };
  return sqlite_edit (swap->db, &detail, error);
}

/* The whole --------------------------------------------------------------------- */

static gboolean
is_whole_number (const Table *table, const char *column)
{
  return sqlite_type_affinity (sqlite_column_type (table_find_column (table, column)))
         == SQLITE_AFFINITY_INTEGER;
}

/* What stands in for null goes to no column that has none. */
static gboolean
only_casts (const BoundTransform *transform, gboolean nullable)
{
  for (guint i = 0; i < transform->n_stages; i++)
    {
      TransformKind kind = transform->stages[i].stage->kind;
      if (kind != TRANSFORM_CAST && kind != TRANSFORM_DIRECT_COPY
          && (kind != TRANSFORM_COALESCE || nullable))
        return FALSE;
    }
  return TRUE;
}

/* The cells under the name are others now, unless they are copies, or whole numbers that
 * may only be larger. */
static gboolean
is_copy (const Swap *swap)
{
  const Table *before = database_find (swap->detail->before, swap->detail->table);
  const Table *after = database_find (swap->detail->shape, swap->detail->table);
  const BoundTransform *transform = transform_of (swap);

  if (transform == NULL || bound_transform_is_identity (transform))
    return transform != NULL;
  return only_casts (transform, table_find_column (before, swap->column)->nullable)
         && is_whole_number (before, swap->column)
         && is_whole_number (after, swap->column);
}

static gboolean
check_references (const Swap *swap, GError **error)
{
  const char *names[] = { swap->column, NULL };
  const SqliteColumn *column = sqlite_table_find_column (swap->live, swap->column);
  gboolean is_key = column != NULL && column->key_position > 0;

  return sqlite_bound_check_references (swap->db, swap->live->name, names,
                                        is_key ? swap->column : NULL, swap->arena, error);
}

/* AUTOINCREMENT stands with an INTEGER PRIMARY KEY alone, and knows of the values that
 * have been used only as they were. */
static gboolean
check_numbers (const Swap *swap, GError **error)
{
  const Table *after = database_find (swap->detail->shape, swap->detail->table);
  const Column *is = table_find_column (after, swap->column);
  const char *why = NULL;

  if (!swap->live->autoincrement || swap->detail->back
      || g_ascii_strcasecmp (swap->live->rowid_column, swap->column) != 0)
    return TRUE;
  if (g_ascii_strcasecmp (sqlite_column_type (is), "INTEGER") != 0)
    why = arena_printf (swap->arena, "is to be %s, of which SQLite numbers none",
                        sqlite_column_type (is));
  else if (!is_copy (swap))
    why = "is to have other values, of which nobody knows which have been used";
  if (why == NULL)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_UNSUPPORTED,
               "column '%s' of '%s' has AUTOINCREMENT, and %s; take it from the "
               "definition first, if values may be used again",
               swap->column, swap->live->name, why);
  return FALSE;
}

static gboolean
check_bound (const Swap *swap, GError **error)
{
  const Table *before = database_find (swap->detail->before, swap->detail->table);
  const Table *after = database_find (swap->detail->shape, swap->detail->table);

  return is_copy (swap)
         || (sqlite_bound_check_type (
                 swap->live, before, table_find_column (before, swap->column),
                 &table_find_column (after, swap->column)->type, swap->arena, error)
             && check_references (swap, error));
}

static gboolean
check_rows (const Swap *swap, GError **error)
{
  const SqliteTable *live;

  return is_copy (swap)
         || (live_table (swap->db, swap->live->name, &live, swap->arena, error)
             && sqlite_bound_check_rows (swap->db, live, swap->column, swap->arena,
                                         error));
}

static gboolean
exchange (const Swap *swap, GError **error)
{
  const char *from[] = { swap->column, swap->shadow, NULL };
  const char *to[] = { swap->old_name, swap->column, NULL };
  g_autofree char *sql = exchange_names (swap, error);

  if (sql == NULL)
    return FALSE;
  if (needs_rebuild (swap))
    return rebuild_table (swap->db, swap->live, sql, from, to, error);
  return live_define (swap->db, swap->live->name, sql, error)
         && build_indexes (swap, error);
}

gboolean
sqlite_swap (sqlite3 *db, const SqliteDetail *detail, GError **error)
{
  g_autoptr (Arena) arena = arena_new ();
  Swap swap = { .db = db,
                .detail = detail,
                .column = detail->names[0],
                .shadow = detail->names[1],
                .old_name = detail->names[2],
                .arena = arena };

  return live_table (db, detail->table, &swap.live, arena, error)
         && check_numbers (&swap, error) && check_bound (&swap, error)
         && exchange (&swap, error) && bind_names (&swap, error)
         && check_rows (&swap, error);
}
