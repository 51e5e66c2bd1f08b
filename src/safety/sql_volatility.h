/* SPDX-License-Identifier: Apache-2.0
 *
 * Functions of which it is known that one call serves all rows.
 */
#pragma once

#include <glib.h>

/* Whether a PostgreSQL function is stable or immutable; @name without schema, in lower
 * case.  FALSE for the volatile and the unknown. */
gboolean sql_function_is_stable (const char *name);
