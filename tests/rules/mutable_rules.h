/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules of src/safety/rules.c, in a table that can be written to.
 *
 * A program linked with this gets these in place of those in the library.
 */
#pragma once

#include "safety/safety.h"

SafetyRule *mutable_rule (guint index);
