/* SPDX-License-Identifier: Apache-2.0
 *
 * Rewriting: spans replaced, from the last to the first.
 */
#include "config.h"

#include "commands/rewrite.h"

#include <string.h>

#include "load/load.h"
#include "load/span.h"
#include "planner/planner.h"
#include "report/printable.h"
#include "report/style.h"

/* One fix and the bytes it replaces. */
typedef struct
{
  const Fix *fix;
  Span span;
  char *text; /* indented as the place wants it */
} Edit;

struct Rewrite
{
  char *path;
  char *bytes;
  gsize length;
  GArray *edits; /* Edit, in the order of the file */
  GString *text;
};

static void
edit_clear (gpointer data)
{
  g_free (((Edit *) data)->text);
}

/* The lines after the first stand behind as much space as the first. */
static char *
indented (const char *text, guint indent)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (; *text != '\0'; text++)
    {
      g_string_append_c (out, *text);
      if (*text == '\n')
        g_string_append_printf (out, "%*s", (int) indent, "");
    }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static GString *
put_in (const Rewrite *rewrite, const GArray *edits)
{
  GString *text = g_string_new_len (rewrite->bytes, (gssize) rewrite->length);

  for (guint i = edits->len; i-- > 0;)
    {
      const Edit *edit = &g_array_index (edits, Edit, i);
      g_string_erase (text, (gssize) edit->span.start,
                      (gssize) (edit->span.end - edit->span.start));
      g_string_insert (text, (gssize) edit->span.start, edit->text);
    }
  return text;
}

static gboolean
is_good (const char *path, const GString *text)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autoptr (Migration) migration = load_bytes (path, text->str, text->len, diagnostics);
  g_autoptr (MigrationPlan) plan
      = migration != NULL ? planner_plan (migration, diagnostics) : NULL;

  return plan != NULL;
}

/* Whether the file is still good with this edit after those that were taken. */
static gboolean
takes (Rewrite *rewrite, const Edit *edit)
{
  g_array_append_vals (rewrite->edits, edit, 1);
  GString *text = put_in (rewrite, rewrite->edits);
  if (!is_good (rewrite->path, text))
    {
      g_array_set_size (rewrite->edits, rewrite->edits->len - 1);
      g_string_free (text, TRUE);
      return FALSE;
    }
  g_string_free (rewrite->text, TRUE);
  rewrite->text = text;
  return TRUE;
}

static void
try_fix (Rewrite *rewrite, const Fix *fix)
{
  Edit edit = { .fix = fix };

  if (!span_find (rewrite->bytes, rewrite->length, &fix->location, &edit.span))
    return;
  edit.text = indented (fix->text, edit.span.indent);
  takes (rewrite, &edit);
}

Rewrite *
rewrite_new (const char *path, const char *bytes, gsize length, const GPtrArray *fixes)
{
  Rewrite *rewrite = g_new0 (Rewrite, 1);

  rewrite->path = g_strdup (path);
  rewrite->bytes = g_memdup2 (bytes, length);
  rewrite->length = length;
  rewrite->edits = g_array_new (FALSE, FALSE, sizeof (Edit));
  g_array_set_clear_func (rewrite->edits, edit_clear);
  rewrite->text = g_string_new_len (bytes, (gssize) length);
  for (guint i = 0; i < fixes->len; i++)
    try_fix (rewrite, fixes->pdata[i]);
  return rewrite;
}

void
rewrite_free (Rewrite *rewrite)
{
  if (rewrite == NULL)
    return;
  g_free (rewrite->path);
  g_free (rewrite->bytes);
  g_array_unref (rewrite->edits);
  g_string_free (rewrite->text, TRUE);
  g_free (rewrite);
}

guint
rewrite_n_fixes (const Rewrite *rewrite)
{
  return rewrite->edits->len;
}

const Fix *
rewrite_fix (const Rewrite *rewrite, guint index)
{
  return g_array_index (rewrite->edits, Edit, index).fix;
}

const GString *
rewrite_text (const Rewrite *rewrite)
{
  return rewrite->text;
}

/* Diff ------------------------------------------------------------------------- */

/* Whole lines of a text around some bytes. */
typedef struct
{
  gsize start, end; /* @end is behind the last line's break */
  guint first_line, n_lines;
} Lines;

static Lines
lines_around (const char *text, gsize length, gsize start, gsize end)
{
  Lines lines = { .start = start, .end = end, .first_line = 1, .n_lines = 1 };

  while (lines.start > 0 && text[lines.start - 1] != '\n')
    lines.start--;
  while (lines.end < length && text[lines.end] != '\n')
    lines.end++;
  for (gsize i = 0; i < lines.start; i++)
    lines.first_line += text[i] == '\n' ? 1 : 0;
  for (gsize i = lines.start; i < lines.end; i++)
    lines.n_lines += text[i] == '\n' ? 1 : 0;
  return lines;
}

static void
append_lines (GString *out, char sign, const char *text, const Lines *lines,
              gboolean color)
{
  g_auto (GStrv) parts = NULL;
  g_autofree char *all = g_strndup (text + lines->start, lines->end - lines->start);

  parts = g_strsplit (all, "\n", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    {
      style_begin (out, color, sign == '-' ? ROLE_ERROR : ROLE_GOOD);
      g_string_append_c (out, sign);
      printable_append (out, parts[i], -1);
      style_end (out, color);
      g_string_append_c (out, '\n');
    }
}

static void
append_hunk (const Rewrite *rewrite, const Edit *edit, gssize shift, GString *out,
             gboolean color)
{
  gsize start = (gsize) ((gssize) edit->span.start + shift);
  Lines before
      = lines_around (rewrite->bytes, rewrite->length, edit->span.start, edit->span.end);
  Lines after = lines_around (rewrite->text->str, rewrite->text->len, start,
                              start + strlen (edit->text));

  g_string_append_printf (out, "@@ -%u,%u +%u,%u @@\n", before.first_line, before.n_lines,
                          after.first_line, after.n_lines);
  append_lines (out, '-', rewrite->bytes, &before, color);
  append_lines (out, '+', rewrite->text->str, &after, color);
}

void
rewrite_append_diff (const Rewrite *rewrite, GString *out, gboolean color)
{
  gssize shift = 0;

  g_string_append (out, "--- ");
  printable_append (out, rewrite->path, -1);
  g_string_append (out, "\n+++ ");
  printable_append (out, rewrite->path, -1);
  g_string_append_c (out, '\n');
  for (guint i = 0; i < rewrite->edits->len; i++)
    {
      const Edit *edit = &g_array_index (rewrite->edits, Edit, i);
      append_hunk (rewrite, edit, shift, out, color);
      shift
          += (gssize) strlen (edit->text) - (gssize) (edit->span.end - edit->span.start);
    }
}
