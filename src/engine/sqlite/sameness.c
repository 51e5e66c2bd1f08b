/* SPDX-License-Identifier: Apache-2.0
 *
 * Comparing what is said.
 */
#include "config.h"

#include "engine/sqlite/sameness.h"

#include "engine/sqlite/create.h"
#include "engine/sqlite/sql_text.h"

typedef struct
{
  const Definition *was, *is;
  const SqliteTable *live;
  const Touched *touched;
  Arena *arena;
} Sameness;

/* Words ------------------------------------------------------------------------- */

/* The words of a text, each on a line; a default that is a bare word is a text, in which
 * case matters. */
static char *
words_of (const char *text, gboolean is_default, Arena *arena)
{
  GString *words = g_string_new (NULL);
  SqliteToken token;
  gsize at = 0;

  while (sqlite_token_next (text, &at, &token))
    {
      gboolean is_name
          = token.kind == SQLITE_TOKEN_WORD || token.kind == SQLITE_TOKEN_QUOTED;
      if (token.kind == SQLITE_TOKEN_COMMENT)
        continue;
      g_autofree char *word = is_name ? g_strdup (sqlite_token_name (text, &token, arena))
                                      : g_strndup (text + token.span.start,
                                                   token.span.end - token.span.start);
      g_autofree char *lower = g_ascii_strdown (word, -1);
      g_string_append_printf (words, "%s\n", is_name && !is_default ? lower : word);
    }
  return g_string_free (words, FALSE);
}

static gboolean
same_words (const char *a, const char *b, gboolean is_default)
{
  g_autoptr (Arena) arena = arena_new ();
  g_autofree char *words = words_of (a, is_default, arena);
  g_autofree char *others = words_of (b, is_default, arena);

  return g_str_equal (words, others);
}

static gboolean
same_spans (const Sameness *sameness, SqliteSpan was, SqliteSpan is, gboolean is_default)
{
  g_autofree char *a = definition_slice (sameness->was, was);
  g_autofree char *b = definition_slice (sameness->is, is);

  return same_words (a, b, is_default);
}

/* Columns ------------------------------------------------------------------------- */

static const char *
column_of (const Definition *definition, const DefinitionConstraint *constraint)
{
  const DefinitionColumn *column;

  if (constraint->column == DEFINITION_NO_COLUMN)
    return NULL;
  column = definition->columns->pdata[constraint->column];
  return column->name->name;
}

/* What the file declares comes back with the type of the file. */
static gboolean
same_type (const Sameness *sameness, const DefinitionColumn *was,
           const DefinitionColumn *is)
{
  const char *name = was->name->name;
  const Column *declared = table_find_column (sameness->touched->start, name);

  return same_words (was->type_text, is->type_text, FALSE)
         || (declared != NULL && touched_column (sameness->touched, name)
             && same_words (sqlite_column_type (declared), is->type_text, FALSE));
}

static gboolean
same_columns (const Sameness *sameness)
{
  for (guint i = 0; i < sameness->was->columns->len; i++)
    {
      const DefinitionColumn *was = sameness->was->columns->pdata[i];
      const DefinitionColumn *is
          = definition_find_column (sameness->is, was->name->name, NULL);
      if (is == NULL || !same_type (sameness, was, is))
        return FALSE;
    }
  return sameness->was->columns->len == sameness->is->columns->len;
}

/* Constraints ------------------------------------------------------------------- */

typedef gboolean (*ColumnTest) (const Touched *touched, const char *column);

/* Whether it is so of one of its columns; a check of the table's own may be over any. */
static gboolean
any_column (const Sameness *sameness, const Definition *definition,
            const DefinitionConstraint *constraint, ColumnTest test)
{
  const char *own = column_of (definition, constraint);
  g_autofree char *text = definition_slice (definition, constraint->span);

  if (own != NULL && test (sameness->touched, own))
    return TRUE;
  for (guint i = 0; i < constraint->n_columns; i++)
    if (test (sameness->touched, constraint->columns[i].name))
      return TRUE;
  for (guint i = 0; constraint->kind == DEFINITION_CHECK && i < definition->columns->len;
       i++)
    {
      const DefinitionColumn *column = definition->columns->pdata[i];
      if (test (sameness->touched, column->name->name)
          && sqlite_text_mentions (text, column->name->name, sameness->arena))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_touched (const Sameness *sameness, const Definition *definition,
            const DefinitionConstraint *constraint)
{
  return any_column (sameness, definition, constraint, touched_column);
}

/* Of the same column, or over the same ones. */
static gboolean
same_subject (const Sameness *sameness, const DefinitionConstraint *was,
              const DefinitionConstraint *is)
{
  const char *a = column_of (sameness->was, was), *b = column_of (sameness->is, is);

  if (was->kind != is->kind)
    return FALSE;
  if (was->kind == DEFINITION_CHECK)
    return TRUE;
  if (was->n_columns == 0)
    return a != NULL && b != NULL && g_ascii_strcasecmp (a, b) == 0;
  for (guint i = 0; i < was->n_columns && i < is->n_columns; i++)
    if (g_ascii_strcasecmp (was->columns[i].name, is->columns[i].name) != 0)
      return FALSE;
  return was->n_columns == is->n_columns;
}

/* A NOT NULL or a key that has come back without its name and its policy. */
static gboolean
is_plain (const DefinitionConstraint *constraint)
{
  return (constraint->kind == DEFINITION_NOT_NULL
          || constraint->kind == DEFINITION_PRIMARY_KEY
          || constraint->kind == DEFINITION_UNIQUE)
         && constraint->conflict.start == constraint->conflict.end;
}

static gboolean
is_declared (const Sameness *sameness, const DefinitionConstraint *is)
{
  const Table *start = sameness->touched->start;
  g_autofree char *text = definition_slice (sameness->is, is->span);

  for (guint i = 0; i < start->constraints->len; i++)
    {
      const char *declared = sqlite_constraint_text (start, start->constraints->pdata[i],
                                                     sameness->arena, NULL);
      if (declared != NULL && same_words (declared, text, FALSE))
        return TRUE;
    }
  return FALSE;
}

static gboolean
is_declared_default (const Sameness *sameness, const DefinitionConstraint *is)
{
  const char *name = column_of (sameness->is, is), *text;
  const Column *declared = table_find_column (sameness->touched->start, name);

  if (declared == NULL || !sqlite_default_text (declared, sameness->arena, &text, NULL))
    return FALSE;
  g_autofree char *own = definition_slice (sameness->is, is->expression);
  return touched_swapped (sameness->touched, name)
         || (text != NULL && same_words (text, own, TRUE));
}

static gboolean
same_name (const DefinitionConstraint *was, const DefinitionConstraint *is)
{
  return was->name != NULL && is->name != NULL
         && g_ascii_strcasecmp (was->name->name, is->name->name) == 0;
}

/* Whether the second is the first as the way back has written it. */
static gboolean
is_ours (const Sameness *sameness, const DefinitionConstraint *was,
         const DefinitionConstraint *is)
{
  if (!is_touched (sameness, sameness->was, was))
    return FALSE;
  switch (was->kind)
    {
    case DEFINITION_DEFAULT:
      return is_declared_default (sameness, is);
    case DEFINITION_CHECK:
      return same_name (was, is) && is_declared (sameness, is);
    case DEFINITION_FOREIGN_KEY:
      return is_declared (sameness, is);
    default:
      return is_plain (is);
    }
}

static gboolean
same_constraint (const Sameness *sameness, const DefinitionConstraint *was,
                 const DefinitionConstraint *is)
{
  gboolean is_default = was->kind == DEFINITION_DEFAULT;

  return same_subject (sameness, was, is)
         && (same_spans (sameness, was->span, is->span, is_default)
             || is_ours (sameness, was, is));
}

static gboolean
is_over (const SqliteIndex *index, const DefinitionConstraint *unique)
{
  if (index->origin != SQLITE_INDEX_CREATED || !index->unique || index->partial
      || index->n_parts != unique->n_columns)
    return FALSE;
  for (guint i = 0; i < index->n_parts; i++)
    if (index->parts[i].column == NULL
        || g_ascii_strcasecmp (index->parts[i].column, unique->columns[i].name) != 0)
      return FALSE;
  return TRUE;
}

/* A UNIQUE that has come back as an index. */
static gboolean
is_index (const Sameness *sameness, const DefinitionConstraint *was)
{
  for (guint i = 0; i < sameness->live->n_indexes; i++)
    if (is_over (&sameness->live->indexes[i], was))
      return TRUE;
  return FALSE;
}

/* What the way back may have left out: what was bound to a column that it took away, but
 * no NOT NULL, which would be over nulls. */
static gboolean
may_lack (const Sameness *sameness, const DefinitionConstraint *was)
{
  switch (was->kind)
    {
    case DEFINITION_NULL:
      return TRUE;
    case DEFINITION_NOT_NULL:
      return FALSE;
    case DEFINITION_UNIQUE:
      return is_touched (sameness, sameness->was, was) && is_index (sameness, was);
    case DEFINITION_DEFAULT:
    case DEFINITION_COLLATE:
      if (touched_swapped (sameness->touched, column_of (sameness->was, was)))
        return TRUE;
      return any_column (sameness, sameness->was, was, touched_gone);
    default:
      return any_column (sameness, sameness->was, was, touched_gone);
    }
}

static gboolean
is_key (const Definition *definition, const char *column)
{
  for (guint i = 0; i < definition->constraints->len; i++)
    {
      const DefinitionConstraint *key = definition->constraints->pdata[i];
      if (key->kind != DEFINITION_PRIMARY_KEY)
        continue;
      for (guint j = 0; j < key->n_columns; j++)
        if (g_ascii_strcasecmp (key->columns[j].name, column) == 0)
          return TRUE;
    }
  return FALSE;
}

/* What the way back may have put there. */
static gboolean
may_have (const Sameness *sameness, const DefinitionConstraint *is)
{
  const char *name = column_of (sameness->is, is);

  switch (is->kind)
    {
    case DEFINITION_NULL:
      return TRUE;
    case DEFINITION_NOT_NULL:
      return is_key (sameness->was, name);
    case DEFINITION_DEFAULT:
      return touched_column (sameness->touched, name)
             && is_declared_default (sameness, is);
    case DEFINITION_CHECK:
    case DEFINITION_FOREIGN_KEY:
    case DEFINITION_UNIQUE:
      return is_touched (sameness, sameness->is, is) && is_declared (sameness, is);
    default:
      return FALSE;
    }
}

/* Takes each of the one side's with one of the other's; the rest has to be allowed. */
static gboolean
same_constraints (const Sameness *sameness)
{
  const GPtrArray *was = sameness->was->constraints, *is = sameness->is->constraints;
  g_autoptr (GHashTable) taken = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < was->len; i++)
    {
      gboolean found = FALSE;
      for (guint j = 0; j < is->len && !found; j++)
        if (!g_hash_table_contains (taken, is->pdata[j])
            && same_constraint (sameness, was->pdata[i], is->pdata[j]))
          found = g_hash_table_add (taken, is->pdata[j]);
      if (!found && !may_lack (sameness, was->pdata[i]))
        return FALSE;
    }
  for (guint j = 0; j < is->len; j++)
    if (!g_hash_table_contains (taken, is->pdata[j])
        && !may_have (sameness, is->pdata[j]))
      return FALSE;
  return TRUE;
}

gboolean
sameness_of_tables (const Definition *was, const Definition *is, const SqliteTable *live,
                    const Touched *touched)
{
  g_autoptr (Arena) arena = arena_new ();
  const Sameness sameness
      = { .was = was, .is = is, .live = live, .touched = touched, .arena = arena };

  return same_columns (&sameness)
         && (touched->is_dropped
             || (was->without_rowid == is->without_rowid && was->strict == is->strict
                 && same_constraints (&sameness)));
}

/* Indexes --------------------------------------------------------------------------- */

gboolean
sameness_of_indexes (const char *was, const char *is, const char *name,
                     const Touched *touched)
{
  const Index *declared = table_find_index (touched->start, name);
  g_autoptr (Arena) arena = arena_new ();

  if (same_words (was, is, FALSE))
    return TRUE;
  if (declared == NULL || !touched_index (touched, declared))
    return FALSE;
  const char *ours = sqlite_create_index_text (touched->start, declared, arena, NULL);
  return ours != NULL && same_words (ours, is, FALSE);
}
