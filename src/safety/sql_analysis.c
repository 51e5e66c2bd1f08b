/* SPDX-License-Identifier: Apache-2.0
 *
 * Raw SQL: for now nobody looks into it, and that is said.
 */
#include "config.h"

#include "safety/sql_analysis.h"

gboolean
sql_analysis_has_parser (void)
{
  return FALSE;
}

void
sql_analyse (const SqlSource *source, const Target *target, Arena *arena, GPtrArray *effects)
{
  Effect *effect = arena_new0 (arena, Effect);

  effect->kind = EFFECT_NOT_ANALYSED;
  effect->origin = EFFECT_OF_SQL;
  effect->engines = source->engines & target->engines;
  effect->location = source->location;
  effect->step = source->step;
  effect->phase = source->step != NULL ? source->step->phase : MIGRATION_PHASE_PENDING;
  effect->text = "raw SQL is not looked into";
  effect->sql = source->text;
  g_ptr_array_add (effects, effect);
}
