/* SPDX-License-Identifier: Apache-2.0
 *
 * What scratch databases on a server are called: "zdm_rehearse_ab12cd_0".
 */
#pragma once

#include <glib.h>

#define SQL_SCRATCH_PREFIX "zdm_rehearse_"

/* @path: its last two parts, "/tmp/zdm-rehearse-ab12cd/0", become the name.
 * (transfer full) */
char *sql_scratch_name (const char *path);

gboolean sql_is_scratch (const char *name);
