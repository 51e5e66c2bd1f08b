/* SPDX-License-Identifier: Apache-2.0
 *
 * zdm-run: the program's entry.
 */
#include "config.h"

#include <glib.h>
#include <stdlib.h>
#include <string.h>

int
main (int argc, char **argv)
{
  if (argc == 2 && strcmp (argv[1], "--version") == 0)
    g_print ("zdm-run %s\n", PACKAGE_VERSION);
  return EXIT_SUCCESS;
}
