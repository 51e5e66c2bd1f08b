/* SPDX-License-Identifier: Apache-2.0
 *
 * Fuzz target: raw SQL, for every engine.
 *
 * Whatever the text is, each effect has a place in it and valid text.  The first byte
 * chooses how the text lies in its file.
 */
#include "config.h"

#include <string.h>

#include "safety/sql_allow.h"
#include "safety/sql_analysis.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

static void
check_effects (const GPtrArray *effects, guint n_lines)
{
  for (guint i = 0; i < effects->len; i++)
    {
      const Effect *effect = effects->pdata[i];

      g_assert (effect->engines != TARGET_NONE);
      g_assert (effect->location.line > 0 && effect->location.line <= n_lines);
      g_assert (effect->location.column > 0);
      g_assert (effect->sql == NULL || g_utf8_validate (effect->sql, -1, NULL));
      g_assert (effect->text == NULL || g_utf8_validate (effect->text, -1, NULL));
      g_assert (effect->kind != EFFECT_NOT_ANALYSED || effect->text != NULL);
    }
}

static guint
count_lines (const char *text)
{
  guint n = 1;

  for (; *text != '\0'; text++)
    n += *text == '\n';
  return n;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  if (size == 0 || memchr (data, '\0', size) != NULL
      || !g_utf8_validate ((const char *) data, (gssize) size, NULL))
    return 0;
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (Arena) arena = arena_new ();
  g_autoptr (GPtrArray) effects = g_ptr_array_new ();
  g_autoptr (SqlAllows) allows = sql_allows_new ();
  Target target;
  const SqlSource source = {
    .text = text,
    .location = { "fuzz.sql", 1, 1 },
    .layout = (TextLayout) (data[0] % 3),
    .engines = TARGET_ALL,
    .allows = allows,
  };

  target_init (&target);
  target.engines = TARGET_ALL;
  sql_analyse (&source, &target, arena, effects);
  check_effects (effects, count_lines (text));
  return 0;
}
