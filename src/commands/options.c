/* SPDX-License-Identifier: Apache-2.0
 *
 * The table of options, and GOption entries made of it.
 */
#include "config.h"

#include "commands/options.h"

#include <string.h>

#include "commands/database_options.h"
#include "commands/database_url.h"
#include "commands/duration.h"
#include "commands/engine_options.h"
#include "model/error.h"

#define DEFAULT_MAX_ROWS 100
#define HELP_COLUMN 26

/* A place in the words of a list separated by spaces. */
static gboolean
read_word (const char *words, const char *text, guint *index)
{
  g_auto (GStrv) list = g_strsplit (words, " ", -1);

  for (*index = 0; list[*index] != NULL; (*index)++)
    if (g_str_equal (list[*index], text))
      return TRUE;
  return FALSE;
}

static gboolean
read_number (const char *text, guint64 min, guint *number)
{
  guint64 value;

  if (!g_ascii_string_to_unsigned (text, 10, min, G_MAXUINT, &value, NULL))
    return FALSE;
  *number = (guint) value;
  return TRUE;
}

static gboolean
read_until (Options *options, const char *text)
{
  MigrationPhase phase;

  if (!migration_phase_from_string (text, &phase))
    return FALSE;
  options->has_until = TRUE;
  options->until = phase;
  return phase != MIGRATION_PHASE_PENDING && phase != MIGRATION_PHASE_ROLLED_BACK;
}

static gboolean
read_fail_at (Options *options, const char *text)
{
  return read_number (text, 1, &options->fail_at);
}

static gboolean
read_fail_on (Options *options, const char *text)
{
  guint index;

  if (!read_word (OPTIONS[OPTION_FAIL_ON].words, text, &index))
    return FALSE;
  options->fail_on = (FailOn) index;
  return TRUE;
}

static gboolean
read_format (Options *options, const char *text)
{
  guint index;

  if (!read_word (OPTIONS[OPTION_FORMAT].words, text, &index))
    return FALSE;
  options->format = (ReportFormat) index;
  options->has_format = TRUE;
  return TRUE;
}

static gboolean
read_output (Options *options, const char *text)
{
  options->output = text;
  return text[0] != '\0';
}

static gboolean
read_max_rows (Options *options, const char *text)
{
  return read_number (text, 0, &options->max_rows);
}

static gboolean
read_color (Options *options, const char *text)
{
  guint index;

  if (!read_word (OPTIONS[OPTION_COLOR].words, text, &index))
    return FALSE;
  options->color = (ColorMode) index;
  return TRUE;
}

static gboolean
read_config (Options *options, const char *text)
{
  options->config = text;
  return text[0] != '\0';
}

static gboolean
read_no_config (Options *options, G_GNUC_UNUSED const char *text)
{
  options->no_config = TRUE;
  return TRUE;
}

static gboolean
read_quiet (Options *options, G_GNUC_UNUSED const char *text)
{
  options->quiet = TRUE;
  return TRUE;
}

static gboolean
read_verbose (Options *options, G_GNUC_UNUSED const char *text)
{
  options->verbose = TRUE;
  return TRUE;
}

static gboolean
read_help (Options *options, G_GNUC_UNUSED const char *text)
{
  options->help = TRUE;
  return TRUE;
}

static gboolean
read_version (Options *options, G_GNUC_UNUSED const char *text)
{
  options->version = TRUE;
  return TRUE;
}

static gboolean
read_history (Options *options, const char *text)
{
  options->history = text;
  return text[0] != '\0';
}

static gboolean
read_seed_data (Options *options, G_GNUC_UNUSED const char *text)
{
  options->seed_data = TRUE;
  return TRUE;
}

static gboolean
read_accept_loss (Options *options, G_GNUC_UNUSED const char *text)
{
  options->accept_loss = TRUE;
  return TRUE;
}

static gboolean
read_lock_timeout (Options *options, const char *text)
{
  return duration_parse (text, &options->lock_timeout_ms);
}

static gboolean
read_wait_lock (Options *options, const char *text)
{
  return duration_parse (text, &options->wait_lock_ms);
}

static gboolean
read_batch_size (Options *options, const char *text)
{
  return read_number (text, 1, &options->batch_size);
}

static gboolean
read_max_lag (Options *options, const char *text)
{
  return duration_parse (text, &options->max_lag_ms);
}

static gboolean
read_max_load (Options *options, const char *text)
{
  return read_number (text, 1, &options->max_load);
}

/* It has chosen the command already, or is read with another one. */
static gboolean
read_nothing (G_GNUC_UNUSED Options *options, G_GNUC_UNUSED const char *text)
{
  return TRUE;
}

/* The words of --fail-on, --format and --color are in the order of their enums. */
const OptionInfo OPTIONS[N_OPTIONS] = {
  [OPTION_VALIDATE_ONLY]
  = { "validate-only", 0, NULL, NULL, "load, plan and check every FILE; run nothing",
      read_nothing },
  [OPTION_DRY_RUN]
  = { "dry-run", 0, NULL, NULL, "the same as the verb plan", read_nothing },
  [OPTION_FIX]
  = { "fix", 0, NULL, NULL, "print every FILE with raw SQL put as the safe operation",
      read_nothing },
  [OPTION_URL]
  = { "url", 'u', "URL", NULL,
      "the database: sqlite:PATH, postgresql://…, mariadb://…, or env", read_nothing },
  [OPTION_SEED_DATA]
  = { "seed-data", 0, NULL, NULL,
      "create the declared table and rows where the table is missing", read_seed_data },
  [OPTION_LOCK_TIMEOUT]
  = { "lock-timeout", 0, "TIME", NULL,
      "how long a transaction waits for a lock: 500ms, 2s, 5m (default: 30s)",
      read_lock_timeout },
  [OPTION_WAIT_LOCK]
  = { "wait-lock", 0, "TIME", NULL,
      "how long to wait for another runner (default: not at all)", read_wait_lock },
  [OPTION_BATCH_SIZE]
  = { "batch-size", 0, "N", NULL,
      "fill at most N rows at once (default: by the time it takes)", read_batch_size },
  [OPTION_MAX_LAG]
  = { "max-lag", 0, "TIME", NULL,
      "fill no rows while a replica is later (default: 5s; 0: whatever it is)",
      read_max_lag },
  [OPTION_MAX_LOAD]
  = { "max-load", 0, "N", NULL,
      "fill no rows while more than N other sessions are at work", read_max_load },
  [OPTION_ACCEPT_LOSS]
  = { "accept-loss", 0, NULL, NULL, "abort even where some data cannot come back",
      read_accept_loss },
  [OPTION_UNTIL] = { "until", 0, "PHASE", "expanding migrating contracting complete",
                     "stop once this phase is finished", read_until },
  [OPTION_FAIL_AT]
  = { "fail-at", 0, "N", NULL, "let step N fail, counted from 1", read_fail_at },
  [OPTION_FAIL_ON]
  = { "fail-on", 0, "SEVERITY", "error warning never",
      "refuse a file with such findings (default: error)", read_fail_on },
  [OPTION_FORMAT] = { "format", 0, "FORMAT", "text json sarif junit github gitlab",
                      "how to write the result (default: text)", read_format },
  [OPTION_OUTPUT] = { "output", 'o', "FILE", NULL,
                      "write the result to FILE, all of it or nothing", read_output },
  [OPTION_MAX_ROWS] = { "max-rows", 0, "N", NULL,
                        "show at most N rows of a table (default: 100)", read_max_rows },
  [OPTION_QUIET] = { "quiet", 'q', NULL, NULL, "print nothing but errors", read_quiet },
  [OPTION_VERBOSE] = { "verbose", 'v', NULL, NULL,
                       "show progress and the tables at the end", read_verbose },
  [OPTION_COLOR] = { "color", 0, "WHEN", "auto always never",
                     "colour the text (default: auto)", read_color },
  [OPTION_HELP] = { "help", 'h', NULL, NULL, "show this help", read_help },
  [OPTION_VERSION] = { "version", 0, NULL, NULL, "show the version", read_version },
  [OPTION_ENGINE]
  = { "engine", 0, "LIST", NULL, "judge for these databases, such as postgres:16,sqlite",
      read_nothing },
  [OPTION_ENGINE_VERSION]
  = { "engine-version", 0, "LIST", NULL, "their versions: 16, or postgres=16,sqlite=3.40",
      read_nothing },
  [OPTION_CONFIG]
  = { "config", 0, "FILE", NULL,
      "the settings of the project, in place of a zdm.yaml that is found", read_config },
  [OPTION_NO_CONFIG]
  = { "no-config", 0, NULL, NULL, "look for no zdm.yaml", read_no_config },
  [OPTION_HISTORY]
  = { "history", 0, "DIR", NULL,
      "judge FILE after the migrations in DIR that come before it", read_history },
};

void
options_init (Options *options)
{
  *options = (Options){ .max_rows = DEFAULT_MAX_ROWS,
                        .lock_timeout_ms = DATABASE_OPTIONS_LOCK_TIMEOUT_MS,
                        .max_lag_ms = DATABASE_OPTIONS_MAX_LAG_MS };
}

void
options_clear (Options *options)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    g_clear_pointer (&options->texts[i], g_free);
}

const OptionInfo *
option_find (const char *name, gsize length)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    if (strlen (OPTIONS[i].name) == length && memcmp (OPTIONS[i].name, name, length) == 0)
      return &OPTIONS[i];
  return NULL;
}

const OptionInfo *
option_find_letter (char letter)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    if (OPTIONS[i].letter != '\0' && OPTIONS[i].letter == letter)
      return &OPTIONS[i];
  return NULL;
}

static void
make_entries (GOptionEntry *entries, Options *options, guint accepted)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    {
      const OptionInfo *info = &OPTIONS[i];
      gboolean has_argument = info->argument != NULL;

      if ((accepted & OPTION_BIT (i)) == 0)
        continue;
      *entries++ = (GOptionEntry){
        .long_name = info->name,
        .short_name = info->letter,
        .arg = has_argument ? G_OPTION_ARG_FILENAME : G_OPTION_ARG_NONE,
        .arg_data
        = has_argument ? (gpointer) &options->texts[i] : (gpointer) &options->given[i],
        .description = info->help,
        .arg_description = info->argument,
      };
    }
}

static gboolean
find_options (Options *options, const char *const *words, guint accepted, GError **error)
{
  GOptionEntry entries[N_OPTIONS + 1] = { { NULL } };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_autoptr (GPtrArray) argv = g_ptr_array_new ();
  g_autoptr (GError) problem = NULL;

  g_ptr_array_add (argv, (gpointer) "zdm-run");
  for (; *words != NULL; words++)
    g_ptr_array_add (argv, (gpointer) *words);
  g_ptr_array_add (argv, NULL);

  make_entries (entries, options, accepted);
  g_option_context_set_help_enabled (context, FALSE);
  g_option_context_add_main_entries (context, entries, NULL);
  char **list = (char **) argv->pdata;
  int n_words = (int) argv->len - 1;
  if (g_option_context_parse (context, &n_words, &list, &problem))
    return TRUE;
  g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_INVALID, problem->message);
  return FALSE;
}

static gboolean
refuse_argument (const OptionInfo *info, const char *text, GError **error)
{
  g_autofree char *expected = NULL;
  g_autofree char *shown = database_url_redact (text);

  if (info->words != NULL)
    {
      g_auto (GStrv) words = g_strsplit (info->words, " ", -1);
      expected = g_strjoinv (", ", words);
    }
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "--%s cannot be '%s'; it takes %s",
               info->name, shown, expected != NULL ? expected : info->argument);
  return FALSE;
}

static gboolean
check_config (const Options *options, GError **error)
{
  if (options->config == NULL || !options->no_config)
    return TRUE;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
               "--config does not go with --no-config");
  return FALSE;
}

gboolean
options_parse (Options *options, const char *const *words, guint accepted, GError **error)
{
  if (!find_options (options, words, accepted, error))
    return FALSE;
  for (guint i = 0; i < N_OPTIONS; i++)
    if ((options->texts[i] != NULL || options->given[i])
        && !OPTIONS[i].read (options, options->texts[i]))
      return refuse_argument (&OPTIONS[i], options->texts[i], error);
  return engine_options_read (options, error) && database_options_read (options, error)
         && check_config (options, error);
}

static void
append_option_help (GString *out, const OptionInfo *info)
{
  gsize start = out->len;

  if (info->letter != '\0')
    g_string_append_printf (out, "  -%c, --%s", info->letter, info->name);
  else
    g_string_append_printf (out, "      --%s", info->name);
  if (info->argument != NULL)
    g_string_append_printf (out, "=%s", info->argument);
  gsize taken = out->len - start;
  g_string_append_printf (out, "%*s%s\n",
                          taken < HELP_COLUMN ? (int) (HELP_COLUMN - taken) : 1, "",
                          info->help);
  if (info->words != NULL)
    g_string_append_printf (out, "%*s%s\n", HELP_COLUMN, "", info->words);
}

void
options_append_help (GString *out, guint accepted)
{
  for (guint i = 0; i < N_OPTIONS; i++)
    if ((accepted & OPTION_BIT (i)) != 0)
      append_option_help (out, &OPTIONS[i]);
}
