/* SPDX-License-Identifier: Apache-2.0
 *
 * Dependents: what is bound to a live column or table and stands in the way of its going.
 */
#pragma once

#include "engine/postgres/live.h"
#include "model/database.h"

/**
 * pg_column_dependent:
 * @shape: whose foreign keys to the table are taken care of
 * @what: gets one as the server describes it ("view active_users"), or NULL: none.
 *   Indexes, and constraints of the table itself, are none: they go, or come along
 */
gboolean pg_column_dependent (SqlConnection *connection, const Database *shape,
                              const PgTable *live, const PgColumn *column,
                              const char **what, Arena *arena, GError **error);

/* The same of triggers, on the table or a partition of it, whose function reads the
 * column of its row, as far as the text shows it, or is given its name: writes would
 * fail.  @tag: of a migration whose own triggers are not meant */
gboolean pg_column_trigger (SqlConnection *connection, const PgTable *live,
                            const PgColumn *column, const char *tag, const char **what,
                            Arena *arena, GError **error);

/* The same of triggers whose function says the row without names of columns, where one
 * more or one less does not fit: INSERT INTO log SELECT NEW.*, ROW(NEW.*)::log. */
gboolean pg_row_trigger (SqlConnection *connection, const PgTable *live,
                         const char **what, Arena *arena, GError **error);

/* Keys, checks and indexes of the table over the column and another one too: the server
 * drops them with the column without a word.  A row each: its name, and how the server
 * describes it.  Returns: (transfer full) (nullable): NULL with @error */
PostgresResult *pg_column_shared (SqlConnection *connection, const PgTable *live,
                                  const PgColumn *column, Arena *arena, GError **error);

/* The same of all that are over the column, alone or not. */
PostgresResult *pg_column_bound (SqlConnection *connection, const PgTable *live,
                                 const PgColumn *column, Arena *arena, GError **error);

/* As pg_column_dependent(), what another column cannot be given: privileges of its own,
 * an index by which the table is clustered or replicated, a domain that knows no null. */
gboolean pg_column_peculiarity (SqlConnection *connection, const PgTable *live,
                                const PgColumn *column, const char **what, Arena *arena,
                                GError **error);

/* As pg_column_dependent(), of the sequences that go with the column, which others may
 * ask too.  @column: NULL for those of the whole table */
gboolean pg_sequence_dependent (SqlConnection *connection, const PgTable *live,
                                const PgColumn *column, const char **what, Arena *arena,
                                GError **error);

/* As pg_column_dependent(), of a whole table that is dropped with those that @shape has
 * no more.
 * @going: the names of these, quoted, NULL-ended */
gboolean pg_table_dependent (SqlConnection *connection, const PgTable *live,
                             const char *const *going, const char **what, Arena *arena,
                             GError **error);
