/* SPDX-License-Identifier: Apache-2.0
 *
 * Faults: a library for LD_PRELOAD that counts what a program does to the files of one
 * folder, and lets the n-th call go wrong.
 *
 * - ZDM_FAULT_FOLDER: absolute; calls on files below it count, no others do
 * - ZDM_FAULT_COUNTER: a file of eight bytes, outside of the folder: the number of calls
 *   so far, of all processes that were given it; survives a SIGKILL
 * - ZDM_FAULT_AT: n, from 1
 * - ZDM_FAULT_DO: kill-before, kill-after, torn, eio-once, eio, enospc
 *
 * Calls are made by number, not through the next library: under a sanitizer that would be
 * an interceptor that may not be ready yet.
 */
#define _GNU_SOURCE
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <unistd.h>

#define EXPORT __attribute__ ((visibility ("default")))

typedef enum
{
  FAULT_NONE,
  FAULT_KILL_BEFORE,
  FAULT_KILL_AFTER,
  FAULT_TORN,     /* half of what is to be written, then SIGKILL */
  FAULT_EIO_ONCE, /* this call */
  FAULT_EIO,      /* this call and all later ones */
  FAULT_ENOSPC,   /* the same, of calls that need room */
} Fault;

static const char *const NAMES[] = {
  [FAULT_KILL_BEFORE] = "kill-before",
  [FAULT_KILL_AFTER] = "kill-after",
  [FAULT_TORN] = "torn",
  [FAULT_EIO_ONCE] = "eio-once",
  [FAULT_EIO] = "eio",
  [FAULT_ENOSPC] = "enospc",
};

static struct
{
  const char *folder;
  uint64_t *counter; /* shared with the test */
  char *kinds;
  size_t n_kinds;
  uint64_t at;
  Fault fault;
  int ready;
} setting;

static void
die (void)
{
  kill (getpid (), SIGKILL);
  for (;;)
    pause ();
}

static Fault
fault_of (const char *name)
{
  for (unsigned i = FAULT_NONE + 1; i < sizeof NAMES / sizeof *NAMES; i++)
    if (name != NULL && strcmp (NAMES[i], name) == 0)
      return (Fault) i;
  return FAULT_NONE;
}

/* A setting that cannot be had must not look like a program that survived it. */
static void
map_counter (const char *path)
{
  int file = path != NULL ? open (path, O_RDWR | O_CLOEXEC) : -1;
  struct stat status;

  if (file < 0 || fstat (file, &status) != 0
      || (size_t) status.st_size < sizeof *setting.counter)
    abort ();
  size_t size = (size_t) status.st_size;
  char *memory = mmap (NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  if (memory == MAP_FAILED)
    abort ();
  close (file);
  setting.counter = (uint64_t *) (void *) memory;
  setting.kinds = memory + sizeof *setting.counter;
  setting.n_kinds = size - sizeof *setting.counter;
}

static void
prepare (void)
{
  const char *at = getenv ("ZDM_FAULT_AT");

  setting.ready = 1;
  setting.folder = getenv ("ZDM_FAULT_FOLDER");
  if (setting.folder == NULL)
    return;
  setting.at = at != NULL ? strtoull (at, NULL, 10) : 0;
  setting.fault = fault_of (getenv ("ZDM_FAULT_DO"));
  map_counter (getenv ("ZDM_FAULT_COUNTER"));
}

static int
is_below (const char *path)
{
  size_t length = strlen (setting.folder);

  return strncmp (path, setting.folder, length) == 0 && path[length] == '/';
}

/* What becomes of this call of those that count. */
static Fault
next_fault (char kind)
{
  uint64_t number = __atomic_add_fetch (setting.counter, 1, __ATOMIC_SEQ_CST);
  int lasts = setting.fault == FAULT_EIO || setting.fault == FAULT_ENOSPC;

  if (number <= setting.n_kinds)
    setting.kinds[number - 1] = kind;
  if (setting.at == 0 || number < setting.at || (number > setting.at && !lasts))
    return FAULT_NONE;
  if (setting.fault == FAULT_KILL_BEFORE)
    die ();
  return setting.fault;
}

static Fault
fault_of_path (const char *path, char kind)
{
  if (!setting.ready)
    prepare ();
  return setting.folder != NULL && is_below (path) ? next_fault (kind) : FAULT_NONE;
}

static Fault
fault_of_file (int file, char kind)
{
  char name[64], path[PATH_MAX];

  if (!setting.ready)
    prepare ();
  if (setting.folder == NULL)
    return FAULT_NONE;
  snprintf (name, sizeof name, "/proc/self/fd/%d", file);
  ssize_t length = readlink (name, path, sizeof path - 1);
  if (length < 0)
    return FAULT_NONE;
  path[length] = '\0';
  return fault_of_path (path, kind);
}

/* Whether the call fails at once; errno says how. */
static int
fails (Fault fault, int needs_room)
{
  if (fault == FAULT_EIO || fault == FAULT_EIO_ONCE)
    errno = EIO;
  else if (fault == FAULT_ENOSPC && needs_room)
    errno = ENOSPC;
  else
    return 0;
  return 1;
}

static long
end (Fault fault, long result)
{
  if (fault == FAULT_KILL_AFTER || fault == FAULT_TORN)
    die ();
  return result;
}

static ssize_t
write_at (int file, const void *bytes, size_t n, off64_t place)
{
  Fault fault = fault_of_file (file, 'w');
  size_t length = fault == FAULT_TORN ? n / 2 : n;

  if (fails (fault, 1))
    return -1;
  return end (fault, syscall (SYS_pwrite64, file, bytes, length, place));
}

EXPORT ssize_t
pwrite (int file, const void *bytes, size_t n, off_t place)
{
  return write_at (file, bytes, n, place);
}

EXPORT ssize_t
pwrite64 (int file, const void *bytes, size_t n, off64_t place)
{
  return write_at (file, bytes, n, place);
}

EXPORT ssize_t
write (int file, const void *bytes, size_t n)
{
  Fault fault = fault_of_file (file, 'w');
  size_t length = fault == FAULT_TORN ? n / 2 : n;

  if (fails (fault, 1))
    return -1;
  return end (fault, syscall (SYS_write, file, bytes, length));
}

EXPORT int
fsync (int file)
{
  Fault fault = fault_of_file (file, 's');

  return fails (fault, 0) ? -1 : (int) end (fault, syscall (SYS_fsync, file));
}

EXPORT int
fdatasync (int file)
{
  Fault fault = fault_of_file (file, 's');

  return fails (fault, 0) ? -1 : (int) end (fault, syscall (SYS_fdatasync, file));
}

static int
cut (int file, off64_t length)
{
  Fault fault = fault_of_file (file, 't');

  return fails (fault, length > 0)
             ? -1
             : (int) end (fault, syscall (SYS_ftruncate, file, length));
}

EXPORT int
ftruncate (int file, off_t length)
{
  return cut (file, length);
}

EXPORT int
ftruncate64 (int file, off64_t length)
{
  return cut (file, length);
}

EXPORT int
unlink (const char *path)
{
  Fault fault = fault_of_path (path, 'u');

  return fails (fault, 0) ? -1 : (int) end (fault, syscall (SYS_unlink, path));
}
