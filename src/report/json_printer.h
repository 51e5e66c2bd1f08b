/* SPDX-License-Identifier: Apache-2.0
 *
 * JsonPrinter: JSON text, written as it comes.
 *
 * json-glib holds numbers as gint64 or double and builds the whole tree first; results
 * may hold numbers of any length (JSON columns) and any number of files.
 */
#pragma once

#include "model/type.h"

typedef enum
{
  JSON_BLOCK, /* each member on a line of its own */
  JSON_LINE,  /* all in one line, with whatever it holds */
} JsonLayout;

#define JSON_MAX_DEPTH 16

typedef struct
{
  GString *out;
  guint depth;
  gboolean line[JSON_MAX_DEPTH + 1];
  gboolean has_member[JSON_MAX_DEPTH + 1];
} JsonPrinter;

JsonPrinter json_printer (GString *out);

/* @key is NULL in an array and at the top. */
void json_begin_object (JsonPrinter *printer, const char *key, JsonLayout layout);
void json_end_object (JsonPrinter *printer);
void json_begin_array (JsonPrinter *printer, const char *key, JsonLayout layout);
void json_end_array (JsonPrinter *printer);

void json_null (JsonPrinter *printer, const char *key);
void json_boolean (JsonPrinter *printer, const char *key, gboolean value);
void json_integer (JsonPrinter *printer, const char *key, gint64 value);
void json_double (JsonPrinter *printer, const char *key, double value);
void json_string (JsonPrinter *printer, const char *key,
                  const char *text); /* NULL: null */
void json_string_length (JsonPrinter *printer, const char *key, const char *text,
                         gsize length);

/* BOOLEAN as true and false, integers with every digit, JSON columns as JSON; all other
 * types as the text that a file writes for them. */
void json_value (JsonPrinter *printer, const char *key, const TypeSpec *type,
                 const Value *value, Arena *scratch);
