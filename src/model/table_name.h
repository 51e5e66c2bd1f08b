/* SPDX-License-Identifier: Apache-2.0
 *
 * Names of tables: "users", or with its schema, "billing.invoices", as a file says it.
 *
 * Either part may stand in double quotes, as in SQL: "\"my.table\"" is one name with a
 * dot in it.  What cannot be read like that is a name as it stands.
 */
#pragma once

#include "model/arena.h"

typedef struct
{
  const char *schema; /* or NULL */
  const char *name;
} TableName;

/* Its parts, in @arena. */
TableName table_name_parse (const char *text, Arena *arena);

/* Without the schema: what names of keys and indexes are made of. */
const char *table_name_own (const char *text, Arena *arena);
