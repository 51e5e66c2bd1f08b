/* SPDX-License-Identifier: Apache-2.0
 *
 * Whether a constraint of one shape of a table is in another one: as it is, or under
 * another name.
 */
#pragma once

#include "model/table.h"

/* Under its own name, the same in all. */
gboolean constraint_is_in (const Constraint *constraint, const Table *table);

/* What is the same as @constraint of @from but for its name, which is new in @to; or
 * NULL. */
const Constraint *constraint_renamed_to (const Table *from, const Table *to,
                                         const Constraint *constraint);

/* Whether its own name is gone in @to. */
gboolean constraint_is_renamed (const Table *from, const Table *to,
                                const Constraint *constraint);

/* Whether @constraint of @to is there only because another one was renamed. */
gboolean constraint_comes_by_rename (const Table *from, const Table *to,
                                     const Constraint *constraint);
