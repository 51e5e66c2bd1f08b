/* SPDX-License-Identifier: Apache-2.0
 *
 * Quoting for YAML.
 */
#include "config.h"

#include "safety/yaml_text.h"

#include <string.h>

/* Words that YAML 1.1 takes for something else than text. */
static const char *const RESERVED[] = {
  "null", "true", "false", "yes", "no", "on", "off", "y", "n", NULL,
};

static gboolean
is_plain (const char *text)
{
  if (!g_ascii_isalpha (*text) && *text != '_')
    return FALSE;
  for (const char *next = text; *next != '\0'; next++)
    if (!g_ascii_isalnum (*next) && *next != '_')
      return FALSE;
  for (guint i = 0; RESERVED[i] != NULL; i++)
    if (g_ascii_strcasecmp (text, RESERVED[i]) == 0)
      return FALSE;
  return TRUE;
}

static void
append_quoted (GString *out, const char *text)
{
  g_string_append_c (out, '"');
  for (; *text != '\0'; text++)
    {
      if (*text == '"' || *text == '\\')
        g_string_append_c (out, '\\');
      if (g_ascii_iscntrl (*text))
        g_string_append_printf (out, "\\x%02x", (guint) (guchar) *text);
      else
        g_string_append_c (out, *text);
    }
  g_string_append_c (out, '"');
}

const char *
yaml_text_scalar (const char *text, Arena *arena)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (is_plain (text))
    return text;
  append_quoted (out, text);
  return arena_strdup (arena, out->str);
}

const char *
yaml_text_list (const char *const *texts, Arena *arena)
{
  g_autoptr (GString) out = g_string_new ("[");

  for (guint i = 0; texts[i] != NULL; i++)
    g_string_append_printf (out, "%s%s", i > 0 ? ", " : "",
                            yaml_text_scalar (texts[i], arena));
  g_string_append_c (out, ']');
  return arena_strdup (arena, out->str);
}
