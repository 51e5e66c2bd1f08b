/* SPDX-License-Identifier: Apache-2.0
 *
 * Completion for bash. It needs no bash-completion package.
 */
#include "config.h"

#include "commands/completion_shells.h"

/* @VERBS@, @TAKES_ARGUMENT@, @OPTION_WORDS@ and @VERB_WORDS@ are filled in. COMP_WORDS
 * splits "--format=json" at the "=", which is a word of its own there. */
static const char SCRIPT[]
    = "# bash completion for zdm-run\n"
      "_zdm_run ()\n"
      "{\n"
      "  local cur=${COMP_WORDS[COMP_CWORD]} prev= verb= option= i word\n"
      "  COMPREPLY=()\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    word=${COMP_WORDS[i]}\n"
      "    case $word in\n"
      "      @TAKES_ARGUMENT@)\n"
      "        [[ ${COMP_WORDS[i + 1]} == = ]] && ((i++))\n"
      "        ((i + 1 >= COMP_CWORD)) && option=$word\n"
      "        ((i++)) ;;\n"
      "      -*) ;;\n"
      "      *) if [[ -z $verb ]]; then verb=$word; fi ;;\n"
      "    esac\n"
      "  done\n"
      "  [[ $cur == = ]] && cur=\n"
      "  case $option in\n"
      "@OPTION_WORDS@"
      "  esac\n"
      "  case $verb in\n"
      "@VERB_WORDS@"
      "  esac\n"
      "}\n"
      "complete -F _zdm_run zdm-run\n";

static void
append_compgen (GString *out, const char *words)
{
  g_string_append_printf (out, "mapfile -t COMPREPLY < <(compgen -W '%s' -- \"$cur\")",
                          words);
}

#define FILES \
  "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$cur\")"
#define DIRECTORIES \
  "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$cur\")"

static char *
takes_argument (void)
{
  g_autoptr (GString) out = g_string_new (NULL);

  for (guint i = 0; i < N_OPTIONS; i++)
    if (OPTIONS[i].argument != NULL)
      {
        g_string_append_printf (out, "%s--%s", out->len > 0 ? "|" : "", OPTIONS[i].name);
        if (OPTIONS[i].letter != '\0')
          g_string_append_printf (out, "|-%c", OPTIONS[i].letter);
      }
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static char *
option_words (void)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < N_OPTIONS; i++)
    if (OPTIONS[i].argument != NULL)
      {
        g_string_append_printf (out, "    --%s", OPTIONS[i].name);
        if (OPTIONS[i].letter != '\0')
          g_string_append_printf (out, "|-%c", OPTIONS[i].letter);
        g_string_append (out, ") ");
        if (OPTIONS[i].words != NULL)
          append_compgen (out, OPTIONS[i].words);
        else if (g_str_equal (OPTIONS[i].argument, "FILE"))
          g_string_append (out, FILES);
        else if (g_str_equal (OPTIONS[i].argument, "DIR"))
          g_string_append (out, DIRECTORIES);
        else
          g_string_append_c (out, ':');
        g_string_append (out, "; return ;;\n");
      }
  return g_string_free (out, FALSE);
}

static char *
options_of (const Command *command)
{
  GString *out = g_string_new (NULL);

  for (guint i = 0; i < N_OPTIONS; i++)
    if ((command->options & OPTION_BIT (i)) != 0)
      g_string_append_printf (out, "%s--%s", out->len > 0 ? " " : "", OPTIONS[i].name);
  return g_string_free (out, FALSE);
}

static const char *const ARGUMENT_WORDS[] = {
  [ARGUMENTS_NONE] = ":",
  [ARGUMENTS_FILES] = FILES,
  [ARGUMENTS_NAME] = ":",
  [ARGUMENTS_RULES] = "mapfile -t COMPREPLY < <(compgen -W "
                      "\"$(zdm-run explain 2>/dev/null | cut -d' ' -f1)\" -- \"$cur\")",
  [ARGUMENTS_SHELLS]
  = "mapfile -t COMPREPLY < <(compgen -W '" COMPLETION_SHELLS "' -- \"$cur\")",
};

static void
append_case (GString *out, const char *pattern, const Command *command, const char *verbs)
{
  g_autofree char *options = options_of (command);

  g_string_append_printf (out, "    %s)\n      if [[ $cur == -* ]]; then ", pattern);
  append_compgen (out, options);
  g_string_append_printf (out, "\n      else %s", ARGUMENT_WORDS[command->kind]);
  if (verbs != NULL)
    g_string_append_printf (
        out,
        "\n        mapfile -t -O ${#COMPREPLY[@]} COMPREPLY < <(compgen -W '%s' -- \"$cur\")",
        verbs);
  g_string_append (out, "\n      fi ;;\n");
}

static char *
verb_words (const Command *const *commands)
{
  GString *out = g_string_new (NULL);
  g_autoptr (GString) verbs = g_string_new (NULL);

  for (guint i = 1; commands[i] != NULL; i++)
    if (commands[i]->name != NULL)
      {
        g_string_append_printf (verbs, "%s%s", verbs->len > 0 ? " " : "",
                                commands[i]->name);
        append_case (out, commands[i]->name, commands[i], NULL);
      }
  append_case (out, "''", commands[0], verbs->str);
  append_case (out, "*", commands[0], NULL);
  return g_string_free (out, FALSE);
}

void
completion_append_bash (GString *out, const Command *const *commands)
{
  g_autofree char *with_argument = takes_argument ();
  g_autofree char *words = option_words ();
  g_autofree char *verbs = verb_words (commands);
  g_autoptr (GString) script = g_string_new (SCRIPT);

  g_string_replace (script, "@TAKES_ARGUMENT@", with_argument, 0);
  g_string_replace (script, "@OPTION_WORDS@", words, 0);
  g_string_replace (script, "@VERB_WORDS@", verbs, 0);
  g_string_append (out, script->str);
}
