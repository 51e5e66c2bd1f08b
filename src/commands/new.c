/* SPDX-License-Identifier: Apache-2.0
 *
 * new: a first migration file to fill in.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "commands/output.h"
#include "commands/result.h"
#include "commands/verbs.h"

#define FOLDER "migrations"
#define MAX_ID_LENGTH 64

static const char SKELETON[]
    = "# What this migration changes, and why. See zdm-migration(5).\n"
      "#\n"
      "#   zdm-run --validate-only @FILE@   check it\n"
      "#   zdm-run plan @FILE@              see the steps\n"
      "#   zdm-run rehearse @FILE@          prove it\n"
      "#   zdm-run @FILE@                   run it in memory\n"
      "id: @ID@\n"
      "title: Rename users.name to display_name\n"
      "\n"
      "# The table as it is BEFORE the change, with some rows to try it on.\n"
      "table:\n"
      "  name: users\n"
      "  columns:\n"
      "    - { name: id, type: INTEGER, nullable: false, primary_key: true }\n"
      "    - { name: name, type: TEXT, nullable: false }\n"
      "  rows:\n"
      "    - { id: 1, name: alice }\n"
      "    - { id: 2, name: bob }\n"
      "\n"
      "# One change, or a list of them. Others: add_column, alter_column, drop_column,\n"
      "# split_column, merge_columns, create_table, add_constraint, create_index,\n"
      "# insert_rows, backfill, sql and more.\n"
      "change:\n"
      "  rename_column: { from: name, to: display_name }\n"
      "\n"
      "# The applications that must go on working, and when: the old version until the\n"
      "# old column goes, the new one once the new column is filled.\n"
      "clients:\n"
      "  - { name: app-v1, before: contracting, reads: [id, name], writes: [id, name] }\n"
      "  - { name: app-v2, after: migrating, reads: [id, display_name], "
      "writes: [id, display_name] }\n";

static gboolean
is_good_id (const char *id)
{
  gsize length = strlen (id);

  if (length == 0 || length > MAX_ID_LENGTH || id[0] == '.' || id[0] == '-')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    if (!g_ascii_isalnum (id[i]) && strchr ("._-", id[i]) == NULL)
      return FALSE;
  return TRUE;
}

/* "add-email.yaml" means "add-email". */
static char *
id_of_name (const char *name)
{
  gsize length = strlen (name);

  if (g_str_has_suffix (name, ".yaml"))
    length -= strlen (".yaml");
  else if (g_str_has_suffix (name, ".yml"))
    length -= strlen (".yml");
  return g_strndup (name, length);
}

/* A plain `id: 123` or `id: true` would be read as text just the same: every scalar is
 * read by what its key wants. */
static GString *
fill_skeleton (const char *id, const char *path)
{
  GString *text = g_string_new (SKELETON);

  g_string_replace (text, "@ID@", id, 0);
  g_string_replace (text, "@FILE@", path, 0);
  return text;
}

/* Returns: FALSE with errno */
static gboolean
create_file (const char *path, const GString *text)
{
  if (mkdir (FOLDER, 0777) != 0 && errno != EEXIST)
    return FALSE;
  int fd = open (path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0)
    return FALSE;
  gboolean good = write_all (fd, text);
  int problem = errno;
  if (close (fd) != 0 && good)
    {
      good = FALSE;
      problem = errno;
    }
  if (!good)
    unlink (path);
  errno = problem;
  return good;
}

static int
new_file (const Invocation *invocation)
{
  const char *name = invocation->arguments[0];
  g_autofree char *id = id_of_name (name);
  g_autofree char *path = g_strconcat (FOLDER "/", id, ".yaml", NULL);

  if (!is_good_id (id))
    {
      message_error ("'%s' cannot name a migration: use up to %d of A-Z a-z 0-9 . _ -, "
                     "beginning with a letter or digit",
                     name, MAX_ID_LENGTH);
      return EXIT_CODE_USAGE;
    }

  g_autoptr (GString) text = fill_skeleton (id, path);
  if (!create_file (path, text))
    {
      message_error ("cannot write %s: %s", path,
                     errno == EEXIST ? "it is there already and stays as it is"
                                     : g_strerror (errno));
      return EXIT_CODE_USAGE;
    }
  g_string_printf (text, "%s\n", path);
  if (invocation->options->quiet)
    g_string_truncate (text, 0);
  return result_print (invocation->options, text);
}

const Command command_new = {
  .name = "new",
  .option = N_OPTIONS,
  .arguments = "NAME",
  .kind = ARGUMENTS_NAME,
  .min_arguments = 1,
  .max_arguments = 1,
  .options = OPTIONS_EVERYWHERE,
  .summary = "write " FOLDER "/NAME.yaml to start from",
  .details
  = "Writes " FOLDER "/NAME.yaml, a migration file that runs and rehearses as it is,\n"
    "to be filled in, and prints its path. A file that is there is left alone.",
  .run = new_file,
};
