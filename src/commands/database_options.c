/* SPDX-License-Identifier: Apache-2.0
 *
 * Which database.  Only --url says so: a variable is read when "--url env" asks for it,
 * so that a stray one never turns a rehearsal into a run on production.
 */
#include "config.h"

#include "commands/database_options.h"

#include <string.h>

#include "commands/database_url.h"
#include "commands/output.h"
#include "model/error.h"

static const char *const VARIABLES[] = { "ZDM_DATABASE_URL", "DATABASE_URL" };

static const OptionId NEEDS_URL[] = {
  OPTION_SEED_DATA, OPTION_LOCK_TIMEOUT, OPTION_WAIT_LOCK,   OPTION_BATCH_SIZE,
  OPTION_MAX_LAG,   OPTION_MAX_LOAD,     OPTION_ACCEPT_LOSS,
};

/* The first variable that is set counts, also when it is empty: an empty one is a
 * deployment's mistake, not a wish for the next. */
static const char *
read_environment (const char **variable, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (VARIABLES); i++)
    {
      const char *value = g_getenv (VARIABLES[i]);

      *variable = VARIABLES[i];
      if (value != NULL && value[0] != '\0')
        return value;
      if (value == NULL)
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "--url env: %s is empty",
                   VARIABLES[i]);
      return NULL;
    }
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "--url env: neither %s nor %s is set",
               VARIABLES[0], VARIABLES[1]);
  return NULL;
}

/* A result in place of the database would be the end of it. */
static gboolean
check_output (const Options *options, const char *engine, GError **error)
{
  if (options->output == NULL || !g_str_equal (engine, "sqlite")
      || !output_is_same_file (options->output, strchr (options->url, ':') + 1))
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
               "--output %s is the database itself; name another file", options->output);
  return FALSE;
}

static gboolean
read_url (Options *options, GError **error)
{
  const char *text = options->texts[OPTION_URL];
  const char *variable = NULL;

  options->url = g_str_equal (text, "env") ? read_environment (&variable, error) : text;
  if (options->url == NULL)
    return FALSE;
  const char *engine = database_url_engine (options->url, error);
  if (engine != NULL)
    return check_output (options, engine, error);
  g_prefix_error (error, "--url%s%s: ", variable != NULL ? " env: " : "",
                  variable != NULL ? variable : "");
  return FALSE;
}

static gboolean
refuse_without_url (const Options *options, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (NEEDS_URL); i++)
    {
      OptionId id = NEEDS_URL[i];

      if (options->texts[id] == NULL && !options->given[id])
        continue;
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "--%s is for a run on a database: say --url as well",
                   OPTIONS[id].name);
      return FALSE;
    }
  return TRUE;
}

gboolean
database_options_read (Options *options, GError **error)
{
  return options->texts[OPTION_URL] != NULL ? read_url (options, error)
                                            : refuse_without_url (options, error);
}
