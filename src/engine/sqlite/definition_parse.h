/* SPDX-License-Identifier: Apache-2.0
 *
 * Fills a Definition from its text.
 */
#pragma once

#include "engine/sqlite/definition.h"

gboolean definition_parse (Definition *definition, GError **error);
