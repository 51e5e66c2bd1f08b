/* SPDX-License-Identifier: Apache-2.0
 *
 * Sorts the words of a call, chooses the command, has GOption read the options.
 */
#include "config.h"

#include "commands/command_line.h"

#include <string.h>

#include "commands/database_url.h"
#include "commands/output.h"
#include "commands/result.h"
#include "model/diagnostic.h"
#include "model/error.h"

/* The words of a call, sorted; all borrowed. */
typedef struct
{
  GPtrArray *options;         /* options and their arguments */
  GPtrArray *arguments;       /* everything else */
  guint n_before_dashes;      /* how many arguments stood before "--" */
  guint given;                /* OPTION_BIT()s */
  const char *unknown;        /* the first word that is no option of this program */
  const OptionInfo *overdone; /* an option that was given an argument and takes none */
} Words;

static void
words_init (Words *words)
{
  *words = (Words){ .options = g_ptr_array_new (), .arguments = g_ptr_array_new () };
}

static void
words_clear (Words *words)
{
  g_ptr_array_unref (words->options);
  g_ptr_array_unref (words->arguments);
}

static void
note_option (Words *words, const OptionInfo *info, const char *word)
{
  if (info != NULL)
    words->given |= OPTION_BIT ((guint) (info - OPTIONS));
  else if (words->unknown == NULL)
    words->unknown = word;
}

/* Returns: whether the next word is the option's argument. */
static gboolean
sort_long_option (Words *words, const char *word)
{
  const char *equals = strchr (word, '=');
  gsize length = equals != NULL ? (gsize) (equals - word) : strlen (word);
  const OptionInfo *info = option_find (word + 2, length - 2);

  note_option (words, info, word);
  if (info == NULL || info->argument != NULL)
    return info != NULL && equals == NULL;
  if (equals != NULL)
    words->overdone = info;
  return FALSE;
}

static gboolean
sort_letters (Words *words, const char *word)
{
  for (const char *letter = word + 1; *letter != '\0'; letter++)
    {
      const OptionInfo *info = option_find_letter (*letter);

      note_option (words, info, word);
      if (info != NULL && info->argument != NULL)
        return letter[1] == '\0';
    }
  return FALSE;
}

static gboolean
sort_option (Words *words, const char *word)
{
  g_ptr_array_add (words->options, (gpointer) word);
  return word[1] == '-' ? sort_long_option (words, word) : sort_letters (words, word);
}

static gboolean
is_option (const char *word)
{
  return word[0] == '-' && word[1] != '\0';
}

static void
sort_words (Words *words, int argc, char **argv)
{
  int i = 1;

  for (; i < argc && !g_str_equal (argv[i], "--"); i++)
    if (!is_option (argv[i]))
      g_ptr_array_add (words->arguments, argv[i]);
    else if (sort_option (words, argv[i]) && i + 1 < argc)
      g_ptr_array_add (words->options, argv[++i]);
  words->n_before_dashes = words->arguments->len;
  for (i++; i < argc; i++)
    g_ptr_array_add (words->arguments, argv[i]);
  g_ptr_array_add (words->options, NULL);
}

/* A first word is a verb only if it cannot be meant as a path. */
static const Command *
verb_of (const Words *words, const Command *const *commands)
{
  if (words->n_before_dashes == 0)
    return NULL;
  const char *word = g_ptr_array_index (words->arguments, 0);
  return strpbrk (word, "/.") == NULL ? command_find (commands, word) : NULL;
}

static const Command *
command_of_option (const Words *words, const Command *const *commands)
{
  for (guint i = 1; commands[i] != NULL; i++)
    if (commands[i]->option != N_OPTIONS
        && (words->given & OPTION_BIT (commands[i]->option)) != 0)
      return commands[i];
  return commands[0];
}

static int
usage_error (const GError *error)
{
  message_error ("%s", error->message);
  message_error ("try 'zdm-run --help'");
  return EXIT_CODE_USAGE;
}

static const char *
nearest_option (const char *word)
{
  const char *names[N_OPTIONS + 1];
  g_autofree char *name = g_strdup (word + (word[1] == '-' ? 2 : 1));

  for (guint i = 0; i < N_OPTIONS; i++)
    names[i] = OPTIONS[i].name;
  names[N_OPTIONS] = NULL;
  name[strcspn (name, "=")] = '\0';
  return nearest_name (name, names);
}

static const char *
nearest_verb (const char *word, const Command *const *commands)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  for (; *commands != NULL; commands++)
    if ((*commands)->name != NULL)
      g_ptr_array_add (names, (gpointer) (*commands)->name);
  g_ptr_array_add (names, NULL);
  return nearest_name (word, (const char *const *) names->pdata);
}

static void
set_usage_error (GError **error, const char *message, const char *prefix,
                 const char *suggestion)
{
  if (suggestion != NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "%s; did you mean '%s%s'?", message,
                 prefix, suggestion);
  else
    g_set_error_literal (error, ZDM_ERROR, ZDM_ERROR_INVALID, message);
}

static char *
command_title (const Command *command)
{
  if (command->name != NULL)
    return g_strdup_printf ("'%s'", command->name);
  if (command->option != N_OPTIONS)
    return g_strdup_printf ("--%s", OPTIONS[command->option].name);
  return g_strdup ("a run");
}

static gboolean
check_options (const Words *words, const Command *command, GError **error)
{
  guint misplaced = words->given & ~command->options;

  if (words->unknown != NULL)
    {
      g_autofree char *shown = database_url_redact (words->unknown);
      g_autofree char *message = g_strdup_printf ("unknown option '%s'", shown);
      set_usage_error (error, message, "--", nearest_option (words->unknown));
      return FALSE;
    }
  if (words->overdone != NULL)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "--%s takes no argument",
                   words->overdone->name);
      return FALSE;
    }
  if (misplaced == 0)
    return TRUE;
  g_autofree char *title = command_title (command);
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "--%s does not go with %s",
               OPTIONS[g_bit_nth_lsf (misplaced, -1)].name, title);
  return FALSE;
}

/* A word alone that is no file here was meant as a verb. */
static gboolean
check_first_word (const Words *words, const Command *command,
                  const Command *const *commands, GError **error)
{
  if (command->name != NULL || words->n_before_dashes == 0)
    return TRUE;
  const char *word = g_ptr_array_index (words->arguments, 0);
  if (strpbrk (word, "/.") != NULL || g_str_equal (word, "-")
      || g_file_test (word, G_FILE_TEST_EXISTS))
    return TRUE;
  g_autofree char *shown = database_url_redact (word);
  g_autofree char *message = g_strdup_printf ("'%s' is neither a verb nor a file", shown);
  set_usage_error (error, message, "", nearest_verb (word, commands));
  return FALSE;
}

static gboolean
check_required (const Invocation *invocation, GError **error)
{
  const Command *command = invocation->command;

  for (guint i = 0; i < N_OPTIONS; i++)
    if ((command->required & OPTION_BIT (i)) != 0
        && invocation->options->texts[i] == NULL)
      {
        g_autofree char *usage = command_usage (command);

        g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "--%s is missing: %s",
                     OPTIONS[i].name, usage);
        return FALSE;
      }
  return TRUE;
}

/* A URL among the files would be shown, password and all, as a file that is missing. */
static gboolean
check_no_url (const Invocation *invocation, GError **error)
{
  for (guint i = 0; i < invocation->n_arguments; i++)
    if (database_url_is_server (invocation->arguments[i]))
      {
        g_autofree char *shown = database_url_redact (invocation->arguments[i]);

        g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                     "'%s' is a database and no file: say --url", shown);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_arguments (const Invocation *invocation, GError **error)
{
  const Command *command = invocation->command;
  g_autofree char *usage = command_usage (command);

  if (invocation->n_arguments < command->min_arguments)
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "an argument is missing: %s",
                   usage);
      return FALSE;
    }
  if (invocation->n_arguments > command->max_arguments)
    {
      g_autofree char *shown
          = database_url_redact (invocation->arguments[command->max_arguments]);

      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "'%s' is too much: %s", shown,
                   usage);
      return FALSE;
    }
  return check_required (invocation, error) && check_no_url (invocation, error);
}

/* "sarif" goes with --validate-only. */
static const Command *
command_of_format (const Command *const *commands, ReportFormat format)
{
  for (; *commands != NULL; commands++)
    if (((*commands)->formats & FORMAT_BIT (format)) != 0)
      return *commands;
  return commands[0];
}

static gboolean
check_format (const Invocation *invocation, GError **error)
{
  const Command *command = invocation->command;
  ReportFormat format = invocation->options->format;

  if (((command->formats | FORMATS_EVERYWHERE) & FORMAT_BIT (format)) != 0)
    return TRUE;
  g_autofree char *title = command_title (command);
  g_autofree char *other
      = command_title (command_of_format (invocation->commands, format));
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
               "--format %s does not go with %s: it is for %s",
               invocation->options->texts[OPTION_FORMAT], title, other);
  return FALSE;
}

static int
run_command (const Invocation *invocation)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autoptr (GError) error = NULL;

  if (invocation->options->help)
    command_append_help (text, invocation->commands, invocation->command);
  else if (invocation->options->version)
    g_string_append (text, "zdm-run " PACKAGE_VERSION "\n");
  if (text->len > 0)
    return result_print (invocation->options, text);
  if (!check_format (invocation, &error) || !check_arguments (invocation, &error))
    return usage_error (error);
  return invocation->command->run (invocation);
}

static int
run_words (Words *words, const Command *const *commands)
{
  const Command *verb = verb_of (words, commands);
  const Command *command = verb != NULL ? verb : command_of_option (words, commands);
  Options options;
  g_autoptr (GError) error = NULL;
  int code;

  if (verb != NULL)
    g_ptr_array_remove_index (words->arguments, 0);
  options_init (&options);
  if (!check_options (words, command, &error)
      || !check_first_word (words, command, commands, &error)
      || !options_parse (&options, (const char *const *) words->options->pdata,
                         command->options, &error))
    code = usage_error (error);
  else
    {
      Invocation invocation
          = { .command = command, .commands = commands, .options = &options };

      invocation.n_arguments = words->arguments->len;
      g_ptr_array_add (words->arguments, NULL);
      invocation.arguments = (const char *const *) words->arguments->pdata;
      code = run_command (&invocation);
    }
  options_clear (&options);
  return code;
}

int
command_line_run (const Command *const *commands, int argc, char **argv)
{
  Words words;

  output_guard_standard_streams ();
  words_init (&words);
  sort_words (&words, argc, argv);
  int code = run_words (&words, commands);
  words_clear (&words);
  return code;
}
