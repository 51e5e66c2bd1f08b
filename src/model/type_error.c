/* SPDX-License-Identifier: Apache-2.0
 *
 * The one way to say that a value is not of a type.
 */
#include "config.h"

#include "model/type_error.h"

#include <string.h>

#include "model/error.h"
#include "model/text.h"

gboolean
type_refuse (const TypeSpec *type, const char *bytes, gsize length, const char *problem,
             GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  const char *name = type_spec_to_string (type, scratch);
  g_autofree char *excerpt = text_excerpt (bytes, length);
  gboolean has_problem = problem != NULL && *problem != '\0';

  g_set_error (error, ZDM_ERROR, ZDM_ERROR_CONVERSION, "expected %s %s, got %s%s%s",
               *name == 'I' || *name == 'E' ? "an" : "a", name, excerpt,
               has_problem ? ": " : "", has_problem ? problem : "");
  return FALSE;
}

gboolean
type_refuse_value (const TypeSpec *type, const TypeSpec *from, const Value *value,
                   const char *problem, GError **error)
{
  g_autoptr (Arena) scratch = arena_new ();
  const char *text = type_format (from, value, scratch);

  return type_refuse (type, text, strlen (text), problem, error);
}
