/* SPDX-License-Identifier: Apache-2.0
 *
 * --engine and --engine-version: the databases that the rules speak of.
 */
#pragma once

#include "commands/options.h"
#include "model/project.h"

/* Reads options->texts.  Returns: FALSE with ZDM_ERROR_INVALID */
gboolean engine_options_read (Options *options, GError **error);

/* What the options say; else what @project says, which may be NULL; else what zdm is
 * tested on. */
void engine_options_apply (const Options *options, const Project *project,
                           Target *target);
