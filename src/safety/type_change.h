/* SPDX-License-Identifier: Apache-2.0
 *
 * Type changes: which ones an engine makes without touching a row.
 */
#pragma once

#include "model/type.h"
#include "safety/target.h"

/**
 * type_change_danger:
 * @from, @to: SQL types in any case, "varchar(80)"
 * @engines: (inout): of these, the ones on which it is dangerous remain
 *
 * A change that no row of the matrix names is dangerous.
 *
 * Returns: (nullable): why it is dangerous on the first of them; NULL when it is on none
 */
const char *type_change_danger (const char *from, const char *to, const Target *target,
                                guint *engines);

/* Returns: (transfer full): a declared type as SQL has it, "varchar(80)" */
char *type_spec_to_sql (const TypeSpec *type);

/* Returns: (transfer full): the type's name without sizes, aliases made one: "bigint" */
char *sql_type_name (const char *type);
