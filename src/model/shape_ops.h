/* SPDX-License-Identifier: Apache-2.0
 *
 * The operations behind shape_apply(), one function a kind.  They change the database
 * they are given and may leave it half changed when they fail: shape_apply() works on a
 * copy.
 */
#pragma once

#include "model/shape.h"

typedef gboolean (*ShapeFunction) (Database *database, const Operation *operation,
                                   Arena *arena, GError **error);

gboolean shape_add_column (Database *database, const Operation *operation, Arena *arena,
                           GError **error);
gboolean shape_alter_column (Database *database, const Operation *operation, Arena *arena,
                             GError **error);
gboolean shape_drop_column (Database *database, const Operation *operation, Arena *arena,
                            GError **error);
gboolean shape_relax_column (Database *database, const Operation *operation, Arena *arena,
                             GError **error);
gboolean shape_swap_column (Database *database, const Operation *operation, Arena *arena,
                            GError **error);
gboolean shape_end_sync (Database *database, const Operation *operation, Arena *arena,
                         GError **error);
gboolean shape_backfill (Database *database, const Operation *operation, Arena *arena,
                         GError **error);

gboolean shape_create_table (Database *database, const Operation *operation, Arena *arena,
                             GError **error);
gboolean shape_drop_table (Database *database, const Operation *operation, Arena *arena,
                           GError **error);
gboolean shape_rename_table (Database *database, const Operation *operation, Arena *arena,
                             GError **error);
gboolean shape_alias_table (Database *database, const Operation *operation, Arena *arena,
                            GError **error);
gboolean shape_copy_rows (Database *database, const Operation *operation, Arena *arena,
                          GError **error);
gboolean shape_change_rows (Database *database, const Operation *operation, Arena *arena,
                            GError **error);

gboolean shape_add_constraint (Database *database, const Operation *operation,
                               Arena *arena, GError **error);
gboolean shape_drop_constraint (Database *database, const Operation *operation,
                                Arena *arena, GError **error);
gboolean shape_rename_constraint (Database *database, const Operation *operation,
                                  Arena *arena, GError **error);
gboolean shape_repair (Database *database, const Operation *operation, Arena *arena,
                       GError **error);
gboolean shape_create_index (Database *database, const Operation *operation, Arena *arena,
                             GError **error);
gboolean shape_drop_index (Database *database, const Operation *operation, Arena *arena,
                           GError **error);

/* Whether the constraint can stand on the table: its columns, literals, references. */
gboolean shape_check_constraint (const Database *database, const Table *table,
                                 const Constraint *constraint, Arena *arena,
                                 GError **error);
