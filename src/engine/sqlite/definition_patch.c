/* SPDX-License-Identifier: Apache-2.0
 *
 * DefinitionPatch: the one place where a definition's text is put together.
 */
#include "config.h"

#include "engine/sqlite/definition_patch.h"

#include <sqlite3.h>
#include <string.h>

#include "model/error.h"

typedef struct
{
  SqliteSpan span;
  char *text;
} Piece;

static void
piece_clear (gpointer piece)
{
  g_free (((Piece *) piece)->text);
}

void
definition_patch_init (DefinitionPatch *patch, const Definition *definition)
{
  patch->definition = definition;
  patch->pieces = g_array_new (FALSE, FALSE, sizeof (Piece));
  g_array_set_clear_func (patch->pieces, piece_clear);
}

void
definition_patch_clear (DefinitionPatch *patch)
{
  g_clear_pointer (&patch->pieces, g_array_unref);
}

void
definition_patch_replace (DefinitionPatch *patch, SqliteSpan span, const char *text)
{
  Piece piece = { span, g_strdup (text) };

  g_array_append_val (patch->pieces, piece);
}

void
definition_patch_insert (DefinitionPatch *patch, gsize at, const char *text)
{
  definition_patch_replace (patch, (SqliteSpan){ at, at }, text);
}

/* Whether something begins right at @at that could grow together with what is before
 * it; a comment never does. */
static gboolean
sticks (const char *text, gsize at)
{
  return text[at] != '\0' && !sqlite_is_space (text[at])
         && strchr (",)-/", text[at]) == NULL;
}

void
definition_patch_insert_words (DefinitionPatch *patch, gsize at, const char *text)
{
  g_autofree char *words
      = g_strconcat (" ", text, sticks (patch->definition->text, at) ? " " : "", NULL);

  definition_patch_insert (patch, at, words);
}

void
definition_patch_replace_words (DefinitionPatch *patch, SqliteSpan span, const char *text)
{
  const char *whole = patch->definition->text;
  char before = span.start > 0 ? whole[span.start - 1] : ' ';
  g_autofree char *words
      = g_strconcat (sqlite_is_space (before) || *text == '(' ? "" : " ", text,
                     sticks (whole, span.end) ? " " : "", NULL);

  definition_patch_replace (patch, span, words);
}

static char *
quote_name (const char *name, char open, char close)
{
  GString *out = g_string_new (NULL);

  g_string_append_c (out, open);
  for (; *name != '\0'; name++)
    {
      g_string_append_c (out, *name);
      if (*name == close)
        g_string_append_c (out, close);
    }
  g_string_append_c (out, close);
  return g_string_free (out, FALSE);
}

/* Renaming there and back gives the same bytes, as far as the names have the same needs.
 */
static char *
written_like (char first, const char *name, gboolean in_expression)
{
  gboolean is_plain
      = sqlite_is_plain_name (name)
        && !(in_expression && sqlite3_keyword_check (name, (int) strlen (name)));

  if (first == '[' && strchr (name, ']') == NULL)
    return g_strdup_printf ("[%s]", name);
  if (first == '`' || first == '\'')
    return quote_name (name, first, first);
  return is_plain && first != '"' && first != '[' ? g_strdup (name)
                                                  : quote_name (name, '"', '"');
}

void
definition_patch_rename_token (DefinitionPatch *patch, const SqliteToken *token,
                               const char *to, gboolean in_expression)
{
  g_autofree char *written
      = written_like (patch->definition->text[token->span.start], to, in_expression);

  definition_patch_replace (patch, token->span, written);
}

void
definition_patch_rename (DefinitionPatch *patch, const DefinitionName *name,
                         const char *to)
{
  definition_patch_rename_token (patch, &name->token, to, FALSE);
}

/* Whether a token ends at @at: then no comment does. */
static gboolean
is_token_end (const Definition *definition, gsize at)
{
  guint low = 0, high = definition->tokens->len;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (g_array_index (definition->tokens, SqliteToken, middle).span.end < at)
        low = middle + 1;
      else
        high = middle;
    }
  return low < definition->tokens->len
         && g_array_index (definition->tokens, SqliteToken, low).span.end == at;
}

void
definition_patch_remove (DefinitionPatch *patch, SqliteSpan span)
{
  const char *text = patch->definition->text;
  gsize start = span.start;

  while (start > 0 && sqlite_is_space (text[start - 1]))
    start--;
  if (is_token_end (patch->definition, start) && !sticks (text, span.end))
    definition_patch_replace (patch, (SqliteSpan){ start, span.end }, "");
  else
    definition_patch_replace (patch, span,
                              sqlite_is_space (text[span.start - 1]) ? "" : " ");
}

static int
compare_pieces (gconstpointer a, gconstpointer b)
{
  gsize x = ((const Piece *) a)->span.start, y = ((const Piece *) b)->span.start;

  return (x > y) - (x < y);
}

char *
definition_patch_write (DefinitionPatch *patch, Definition **after, GError **error)
{
  const char *text = patch->definition->text;
  g_autoptr (GString) out = g_string_sized_new (strlen (text) + 64);
  gsize at = 0;

  g_array_sort (patch->pieces, compare_pieces);
  for (guint i = 0; i < patch->pieces->len; i++)
    {
      const Piece *piece = &g_array_index (patch->pieces, Piece, i);

      g_string_append_len (out, text + at, (gssize) (piece->span.start - at));
      g_string_append (out, piece->text);
      at = piece->span.end;
    }
  g_string_append (out, text + at);
  *after = definition_new (out->str, error);
  if (*after != NULL)
    return g_string_free (g_steal_pointer (&out), FALSE);
  /* The text was fine before: what does not read is what was put in. */
  if (error != NULL && *error != NULL)
    (*error)->code = ZDM_ERROR_INVALID;
  return NULL;
}
