/* SPDX-License-Identifier: Apache-2.0
 *
 * What the files that make up a Difference share.
 */
#pragma once

#include "engine/sqlite/difference.h"

/* A plain statement. */
Action *difference_statement (Difference *difference, ActionCost cost, const char *sql);

/* A name as it stands in SQL. */
const char *difference_quote (const Difference *difference, const char *name);

/* Gathers edits (SqliteEdit) of one table's definition, and makes one action of them.
 * @shape: of which @table is */
void difference_edit (GArray *edits, SqliteEdit edit);
void difference_edits (Difference *difference, const Table *table, const Database *shape,
                       const GArray *edits);

/* Constraints that go, or go on under another name; and those that come. */
void difference_drop_constraints (Difference *difference, const Table *from,
                                  const Table *to, GArray *edits);
gboolean difference_add_constraints (Difference *difference, const Table *from,
                                     const Table *to, GArray *edits, GError **error);
void difference_set_key (Difference *difference, const Table *from, const Table *to);

/* Columns that come, go and stay.  What binds a new one is an edit for later.
 * @loosening, @tightening: get the edits of columns that stay */
gboolean difference_add_columns (Difference *difference, const Table *from,
                                 const Table *to, GArray *edits, GError **error);
/* A renamed column goes on under the new name with all that stands with it: it exchanges
 * its name with its mirror, whose cells are the same, where one of the two goes or has
 * just come back. */
void difference_exchange_columns (Difference *difference, const Table *from,
                                  const Table *to);
/* What is called @column in @from is then called so. */
const char *difference_exchanged_name (const Table *from, const Table *to,
                                       const char *column);
void difference_drop_columns (Difference *difference, const Table *from, const Table *to);
gboolean difference_change_columns (Difference *difference, const Table *from,
                                    const Table *to, GArray *loosening,
                                    GArray *tightening, GError **error);
