/* SPDX-License-Identifier: Apache-2.0
 *
 * Results to standard output or, by way of a temporary file, to a file.
 */
#include "config.h"

#include "commands/output.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "model/error.h"
#include "report/printable.h"

struct Output
{
  const char *name; /* for messages */
  char *path;       /* the file that is replaced; or NULL */
  char *temporary;  /* what it is replaced by; or NULL */
  int fd;
};

/* A signal must not leave the temporary file behind. */
static char *volatile temporary_of_signal;

static void
remove_temporary (int signal_number)
{
  char *path = temporary_of_signal;

  if (path != NULL)
    unlink (path);
  raise (signal_number);
}

static void
watch_signals (void)
{
  static const int SIGNALS[] = { SIGINT, SIGTERM, SIGHUP };
  struct sigaction old, action = { .sa_handler = remove_temporary };

  action.sa_flags = (int) SA_RESETHAND;
  for (guint i = 0; i < G_N_ELEMENTS (SIGNALS); i++)
    if (sigaction (SIGNALS[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
      sigaction (SIGNALS[i], &action, NULL);
}

void
output_guard_standard_streams (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0)
      /* The wrong way round: reading and writing fail as on a closed descriptor. */
      (void) !open ("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY);
}

static gboolean
fail (const char *what, const char *name, GError **error)
{
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_IO, "%s %s: %s", what, name,
               g_strerror (errno));
  return FALSE;
}

static void
output_free (Output *output)
{
  temporary_of_signal = NULL;
  g_free (output->path);
  g_free (output->temporary);
  g_free (output);
}

/* The mode the new file gets: the old one's, or what the umask leaves. */
static gboolean
open_temporary (Output *output, const struct stat *old)
{
  g_autofree char *directory = g_path_get_dirname (output->path);

  output->temporary = g_build_filename (directory, ".zdm-run.XXXXXX", NULL);
  output->fd = g_mkstemp_full (output->temporary, O_WRONLY | O_CLOEXEC, 0666);
  if (output->fd < 0)
    return FALSE;
  temporary_of_signal = output->temporary;
  watch_signals ();
  if (old != NULL)
    (void) !fchmod (output->fd, old->st_mode & 0777);
  return TRUE;
}

static gboolean
open_path (Output *output, const char *path)
{
  struct stat old;

  if (stat (path, &old) != 0)
    {
      output->path = g_strdup (path);
      return errno == ENOENT && open_temporary (output, NULL);
    }
  if (S_ISDIR (old.st_mode))
    {
      errno = EISDIR;
      return FALSE;
    }
  if (!S_ISREG (old.st_mode))
    {
      output->fd = open (path, O_WRONLY | O_CLOEXEC);
      return output->fd >= 0;
    }
  /* Behind a symbolic link, the file it names is replaced, not the link. */
  char *real = realpath (path, NULL);
  output->path = g_strdup (real != NULL ? real : path);
  free (real);
  return open_temporary (output, &old);
}

Output *
output_open (const char *path, GError **error)
{
  Output *output = g_new0 (Output, 1);

  output->name = path != NULL ? path : "standard output";
  output->fd = STDOUT_FILENO;
  if (path == NULL || open_path (output, path))
    return output;
  fail ("cannot write", output->name, error);
  output_free (output);
  return NULL;
}

gboolean
output_is_same_file (const char *path, const char *other)
{
  GStatBuf first, second;

  return g_stat (path, &first) == 0 && g_stat (other, &second) == 0
         && S_ISREG (first.st_mode) && first.st_dev == second.st_dev
         && first.st_ino == second.st_ino;
}

/* A pipe may be told not to block by whoever shares it. */
static gboolean
wait_for_room (int fd)
{
  GPollFD poll = { .fd = fd, .events = G_IO_OUT };

  return g_poll (&poll, 1, -1) >= 0 || errno == EINTR;
}

gboolean
write_all (int fd, const GString *text)
{
  for (gsize done = 0; done < text->len;)
    {
      gssize n_bytes = write (fd, text->str + done, text->len - done);

      if (n_bytes >= 0)
        done += (gsize) n_bytes;
      else if (errno == EAGAIN ? !wait_for_room (fd) : errno != EINTR)
        return FALSE;
    }
  return TRUE;
}

gboolean
output_write (Output *output, const GString *text, GError **error)
{
  return write_all (output->fd, text)
         || fail ("cannot write the result to", output->name, error);
}

gboolean
output_close (Output *output, GError **error)
{
  gboolean good = output->temporary == NULL || fsync (output->fd) == 0;

  if (close (output->fd) != 0)
    good = FALSE;
  if (good && output->temporary != NULL)
    good = g_rename (output->temporary, output->path) == 0;
  if (!good)
    {
      fail ("cannot write the result to", output->name, error);
      if (output->temporary != NULL)
        g_unlink (output->temporary);
    }
  output_free (output);
  return good;
}

void
output_discard (Output *output)
{
  if (output->fd != STDOUT_FILENO)
    close (output->fd);
  if (output->temporary != NULL)
    g_unlink (output->temporary);
  output_free (output);
}

void
message_write (const GString *text)
{
  (void) write_all (STDERR_FILENO, text);
}

void
message_error (const char *format, ...)
{
  g_autoptr (GString) text = g_string_new ("zdm-run: ");
  va_list arguments;

  va_start (arguments, format);
  g_autofree char *message = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  printable_append (text, message, -1);
  g_string_append_c (text, '\n');
  message_write (text);
}
