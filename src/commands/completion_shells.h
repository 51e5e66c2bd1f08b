/* SPDX-License-Identifier: Apache-2.0
 *
 * Completion scripts, one function a shell.
 */
#pragma once

#include "commands/command.h"

#define COMPLETION_SHELLS "bash zsh fish"

void completion_append_bash (GString *out, const Command *const *commands);
void completion_append_zsh (GString *out, const Command *const *commands);
void completion_append_fish (GString *out, const Command *const *commands);
