/* SPDX-License-Identifier: Apache-2.0
 *
 * Settings: what a project's zdm.yaml says about rules and engines.
 */
#pragma once

#include "safety/safety.h"

/* Adds findings about names that are no rule, no engine, no version. */
void safety_settings_check (const Project *project, DiagnosticList *diagnostics);

/* Takes the project's engines and versions, when it names any. */
void safety_settings_target (const Project *project, Target *target);

/* Which severity a finding of @rule has.  Returns: FALSE when the rule is switched off */
gboolean safety_settings_severity (const Project *project, const SafetyRule *rule,
                                   Severity *severity);

/* The pattern that names of @noun ("table") must match; or NULL. */
const char *safety_settings_pattern (const Project *project, const char *noun);
