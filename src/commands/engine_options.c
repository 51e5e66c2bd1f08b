/* SPDX-License-Identifier: Apache-2.0
 *
 * Which engines, in which versions.
 */
#include "config.h"

#include "commands/engine_options.h"

#include <string.h>

#include "model/error.h"
#include "safety/settings.h"

/* The versions that were said; the others are 0. */
static void
take_versions (Options *options, const Target *target)
{
  for (guint i = 0; i < N_TARGET_ENGINES; i++)
    if (target->versions[i] != 0)
      options->versions[i] = target->versions[i];
}

static gboolean
read_engines (Options *options, const char *text, GError **error)
{
  Target target = { 0 };

  if (!target_set_engines (&target, text, error))
    {
      g_prefix_error (error, "--engine: ");
      return FALSE;
    }
  if (target.engines == TARGET_NONE)
    {
      g_set_error (
          error, ZDM_ERROR, ZDM_ERROR_INVALID,
          "--engine: '%s' is no engine: expected postgres, mariadb, mysql or sqlite",
          text);
      return FALSE;
    }
  options->has_engines = TRUE;
  options->engines = target.engines;
  take_versions (options, &target);
  return TRUE;
}

static gboolean
fail (GError **error, const char *word, const char *why)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "--engine-version: '%s' %s", word,
               why);
  return FALSE;
}

/* "postgres=16", or "16" where one engine is meant.  Returns: its bit, 0 with @error */
static guint
engine_of (const Options *options, const char *word, const char **version, GError **error)
{
  const char *equals = strchr (word, '=');
  gboolean is_one
      = options->has_engines && (options->engines & (options->engines - 1)) == 0;

  *version = equals != NULL ? equals + 1 : word;
  if (equals == NULL && !is_one)
    fail (error, word,
          "is of no engine: say postgres=16, or name one engine by --engine");
  if (equals == NULL)
    return is_one ? options->engines : TARGET_NONE;
  g_autofree char *name = g_strndup (word, (gsize) (equals - word));
  guint engine = target_engine_from_name (name);
  if (engine == TARGET_NONE)
    fail (error, name, "is no engine: expected postgres, mariadb, mysql or sqlite");
  else if (options->has_engines && (engine & options->engines) == 0)
    engine = (guint) fail (error, name, "is none of the engines that --engine names");
  return engine;
}

static gboolean
read_version (Options *options, const char *word, GError **error)
{
  Target target = { 0 };
  const char *version;
  guint engine = engine_of (options, word, &version, error);

  if (engine == TARGET_NONE)
    return FALSE;
  if (!target_set_version (&target, (TargetEngine) engine, version, error))
    {
      g_prefix_error (error, "--engine-version: ");
      return FALSE;
    }
  take_versions (options, &target);
  return TRUE;
}

gboolean
engine_options_read (Options *options, GError **error)
{
  const char *engines = options->texts[OPTION_ENGINE];
  const char *versions = options->texts[OPTION_ENGINE_VERSION];

  if (engines != NULL && !read_engines (options, engines, error))
    return FALSE;
  if (versions == NULL)
    return TRUE;
  g_auto (GStrv) words = g_strsplit (versions, ",", -1);
  if (words[0] == NULL)
    return fail (error, "", "is no version");
  for (guint i = 0; words[i] != NULL; i++)
    if (!read_version (options, g_strstrip (words[i]), error))
      return FALSE;
  return TRUE;
}

void
engine_options_apply (const Options *options, const Project *project, Target *target)
{
  target_init (target);
  if (project != NULL)
    safety_settings_target (project, target);
  if (options->has_engines)
    target->engines = options->engines;
  for (guint i = 0; i < N_TARGET_ENGINES; i++)
    if (options->versions[i] != 0)
      target->versions[i] = options->versions[i];
}
