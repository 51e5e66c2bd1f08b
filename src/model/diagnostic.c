/* SPDX-License-Identifier: Apache-2.0
 *
 * Diagnostics: a list that owns its findings.
 */
#include "config.h"

#include "model/diagnostic.h"

#include <stdarg.h>
#include <string.h>

#include "model/arena.h"

struct DiagnosticList
{
  Arena *arena;
  GPtrArray *items; /* Diagnostic in the arena: pointers stay valid when it grows */
};

static const char *const SEVERITY_NAMES[] = {
  [SEVERITY_INFO] = "info",
  [SEVERITY_WARNING] = "warning",
  [SEVERITY_ERROR] = "error",
};

DiagnosticList *
diagnostic_list_new (void)
{
  DiagnosticList *list = g_new0 (DiagnosticList, 1);

  list->arena = arena_new ();
  list->items = g_ptr_array_new ();
  return list;
}

void
diagnostic_list_free (DiagnosticList *list)
{
  if (list == NULL)
    return;
  g_ptr_array_unref (list->items);
  arena_free (list->arena);
  g_free (list);
}

guint
diagnostic_list_length (const DiagnosticList *list)
{
  return list->items->len;
}

const Diagnostic *
diagnostic_list_get (const DiagnosticList *list, guint index)
{
  g_return_val_if_fail (index < list->items->len, NULL);
  return g_ptr_array_index (list->items, index);
}

guint
diagnostic_list_count (const DiagnosticList *list, Severity at_least)
{
  guint n = 0;

  for (guint i = 0; i < list->items->len; i++)
    if (diagnostic_list_get (list, i)->severity >= at_least)
      n++;
  return n;
}

void
diagnostic_list_add (DiagnosticList *list, Severity severity, const char *rule,
                     Location location, const char *help, const char *format, ...)
{
  Diagnostic *diagnostic = arena_new0 (list->arena, Diagnostic);
  g_autofree char *message = NULL;
  va_list arguments;

  va_start (arguments, format);
  message = g_strdup_vprintf (format, arguments);
  va_end (arguments);

  diagnostic->severity = severity;
  diagnostic->rule = arena_strdup (list->arena, rule);
  diagnostic->location = location;
  diagnostic->location.file = arena_strdup (list->arena, location.file);
  diagnostic->message = arena_strdup (list->arena, message);
  diagnostic->help = arena_strdup (list->arena, help);
  g_ptr_array_add (list->items, diagnostic);
}

#define COMPARE(a, b) (((a) > (b)) - ((a) < (b)))

static int
compare_places (gconstpointer a, gconstpointer b)
{
  const Location *x = &(*(const Diagnostic *const *) a)->location;
  const Location *y = &(*(const Diagnostic *const *) b)->location;
  int order = g_strcmp0 (x->file, y->file);

  if (order == 0)
    order = COMPARE (x->line, y->line);
  if (order == 0)
    order = COMPARE (x->column, y->column);
  return order;
}

void
diagnostic_list_sort (DiagnosticList *list)
{
  /* GLib promises a stable sort. */
  g_ptr_array_sort (list->items, compare_places);
}

const char *
severity_to_string (Severity severity)
{
  return SEVERITY_NAMES[severity];
}

gboolean
severity_from_string (const char *text, Severity *severity)
{
  for (guint i = 0; i < G_N_ELEMENTS (SEVERITY_NAMES); i++)
    if (strcmp (text, SEVERITY_NAMES[i]) == 0)
      {
        *severity = (Severity) i;
        return TRUE;
      }
  return FALSE;
}
