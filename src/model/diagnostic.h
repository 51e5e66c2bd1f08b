/* SPDX-License-Identifier: Apache-2.0
 *
 * Diagnostics: findings about the user's file, each with a place.
 *
 * An error (GError) stops one operation; a diagnostic is one of many and lets
 * the reading go on.
 */
#pragma once

#include <glib.h>

/* A place in a file.  Lines and columns count from 1; 0 means unknown.
 * Columns count characters, not bytes. */
typedef struct
{
  const char *file; /* as the user named it; "<stdin>" for standard input */
  guint line;
  guint column;
} Location;

typedef enum
{
  SEVERITY_INFO,
  SEVERITY_WARNING,
  SEVERITY_ERROR,
} Severity;

typedef struct
{
  Severity severity;
  const char *rule; /* "ZDM001-no-steps", or "load", "plan" outside the catalogue */
  Location location;
  const char *message; /* one sentence, no full stop at the end */
  const char *help;    /* what to do next; may be NULL */
} Diagnostic;

/* Owns its diagnostics and all their strings. */
typedef struct DiagnosticList DiagnosticList;

DiagnosticList *diagnostic_list_new (void);
void diagnostic_list_free (DiagnosticList *list);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (DiagnosticList, diagnostic_list_free)

guint diagnostic_list_length (const DiagnosticList *list);
const Diagnostic *diagnostic_list_get (const DiagnosticList *list, guint index);
guint diagnostic_list_count (const DiagnosticList *list, Severity at_least);

/* Copies everything it is given. @help may be NULL. */
void diagnostic_list_add (DiagnosticList *list, Severity severity, const char *rule,
                          Location location, const char *help, const char *format, ...)
    G_GNUC_PRINTF (6, 7);

/* Puts the diagnostics in the order of their places; equal places keep theirs. */
void diagnostic_list_sort (DiagnosticList *list);

const char *severity_to_string (Severity severity); /* "error" */
gboolean severity_from_string (const char *text, Severity *severity);

/**
 * nearest_name:
 * Returns: the string of the NULL-ended list @names which @name is most likely
 *   a typing error of, or NULL when none is near
 */
const char *nearest_name (const char *name, const char *const *names);
