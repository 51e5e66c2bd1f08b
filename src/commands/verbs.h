/* SPDX-License-Identifier: Apache-2.0
 *
 * The verbs, one file each.
 */
#pragma once

#include "commands/command.h"

extern const Command command_run;
extern const Command command_fix;
extern const Command command_validate;
extern const Command command_plan;
extern const Command command_rehearse;
extern const Command command_contract;
extern const Command command_continue;
extern const Command command_abort;
extern const Command command_status;
extern const Command command_history;
extern const Command command_verify;
extern const Command command_new;
extern const Command command_schema;
extern const Command command_explain;
extern const Command command_completion;
