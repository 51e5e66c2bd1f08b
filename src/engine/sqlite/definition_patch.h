/* SPDX-License-Identifier: Apache-2.0
 *
 * DefinitionPatch: replacements in a definition's text, collected and then made at once.
 */
#pragma once

#include "engine/sqlite/definition.h"

typedef struct
{
  const Definition *definition;
  GArray *pieces;
} DefinitionPatch;

void definition_patch_init (DefinitionPatch *patch, const Definition *definition);
void definition_patch_clear (DefinitionPatch *patch);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (DefinitionPatch, definition_patch_clear)

/* Replaces the bytes of @span; spans may come in any order and must not overlap. */
void definition_patch_replace (DefinitionPatch *patch, SqliteSpan span, const char *text);

/* The same with spaces where @text would grow together with what is around it. */
void definition_patch_replace_words (DefinitionPatch *patch, SqliteSpan span,
                                     const char *text);

void definition_patch_insert (DefinitionPatch *patch, gsize at, const char *text);

/* The same with a space before it, and one behind it where it is needed. */
void definition_patch_insert_words (DefinitionPatch *patch, gsize at, const char *text);

/* Writes another name where @token has one, quoted as it was quoted there.
 * @in_expression: where a key word would be read as one */
void definition_patch_rename_token (DefinitionPatch *patch, const SqliteToken *token,
                                    const char *to, gboolean in_expression);
void definition_patch_rename (DefinitionPatch *patch, const DefinitionName *name,
                              const char *to);

/* Takes out what stands at @span, and the white space before it where nothing would grow
 * together: not behind a line comment, and not when something follows at once. */
void definition_patch_remove (DefinitionPatch *patch, SqliteSpan span);

/**
 * definition_patch_write:
 * @after: (out): the new text, parsed
 *
 * Returns: (nullable): the new text, or NULL with ZDM_ERROR_INVALID: what was put in does
 *   not read
 */
char *definition_patch_write (DefinitionPatch *patch, Definition **after, GError **error);
