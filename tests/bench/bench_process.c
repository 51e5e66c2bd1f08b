/* SPDX-License-Identifier: Apache-2.0
 *
 * bench_process ROUNDS COMMAND [ARGUMENT…] [-- COMMAND [ARGUMENT…]]…
 *
 * Starts the commands in turns, ROUNDS times each, with their output thrown away, and
 * waits for each one.  Prints a line a command: the median of its wall-clock times from
 * fork to wait, its largest peak memory, its exit code, and the median of its processor
 * time, which hardly grows while others use the machine too:
 *
 *   MILLISECONDS KIB CODE MILLISECONDS
 *
 * The commands are run from here and not from a shell because a process starts with the
 * peak memory of the one it was forked from: this one has hardly any.
 */
#include "config.h"

#include "bench.h"

#include <fcntl.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define MAX_COMMANDS 8
#define MAX_ROUNDS 10000

typedef struct
{
  char **argv;
  double *times_ms;
  double *cpu_ms;
  long peak_kib;
  int code;
} Measured;

static void
become (char **argv)
{
  int null = open ("/dev/null", O_WRONLY | O_CLOEXEC);

  if (null >= 0 && dup2 (null, STDOUT_FILENO) >= 0 && dup2 (null, STDERR_FILENO) >= 0)
    execvp (argv[0], argv);
  _exit (127);
}

static double
to_milliseconds (const struct timeval *time)
{
  return (double) time->tv_sec * 1000.0 + (double) time->tv_usec / 1000.0;
}

static void
run_once (Measured *measured, guint round)
{
  gint64 start_us = g_get_monotonic_time ();
  struct rusage usage;
  int status;
  pid_t child = fork ();

  if (child < 0)
    give_up ("cannot fork");
  if (child == 0)
    become (measured->argv);
  if (wait4 (child, &status, 0, &usage) != child)
    give_up ("cannot wait");
  measured->times_ms[round] = milliseconds_since (start_us);
  measured->cpu_ms[round]
      = to_milliseconds (&usage.ru_utime) + to_milliseconds (&usage.ru_stime);
  measured->peak_kib = MAX (measured->peak_kib, usage.ru_maxrss);
  measured->code = WIFEXITED (status) ? WEXITSTATUS (status) : 128 + WTERMSIG (status);
}

static void
print (Measured *measured, guint n_rounds)
{
  g_print ("%.3f %ld %d %.3f\n", median (measured->times_ms, n_rounds),
           measured->peak_kib, measured->code, median (measured->cpu_ms, n_rounds));
}

/* Cuts the words at each "--"; both sides are NULL-ended lists then. */
static guint
split_commands (char **words, Measured *commands)
{
  guint n = 0;

  while (*words != NULL)
    {
      if (n == MAX_COMMANDS)
        give_up ("too many commands");
      commands[n++].argv = words;
      while (*words != NULL && strcmp (*words, "--") != 0)
        words++;
      if (*words != NULL)
        *words++ = NULL;
    }
  return n;
}

int
main (int argc, char **argv)
{
  Measured commands[MAX_COMMANDS] = { { NULL } };
  guint64 n_rounds;

  g_set_prgname ("bench_process");
  if (argc < 3
      || !g_ascii_string_to_unsigned (argv[1], 10, 1, MAX_ROUNDS, &n_rounds, NULL))
    give_up ("usage: bench_process ROUNDS COMMAND [ARGUMENT…] [-- COMMAND …]");
  guint n_commands = split_commands (argv + 2, commands);
  for (guint i = 0; i < n_commands; i++)
    {
      commands[i].times_ms = g_new (double, n_rounds);
      commands[i].cpu_ms = g_new (double, n_rounds);
    }
  for (guint round = 0; round < n_rounds; round++)
    for (guint i = 0; i < n_commands; i++)
      run_once (&commands[i], round);
  for (guint i = 0; i < n_commands; i++)
    {
      print (&commands[i], (guint) n_rounds);
      g_free (commands[i].times_ms);
      g_free (commands[i].cpu_ms);
    }
  return 0;
}
