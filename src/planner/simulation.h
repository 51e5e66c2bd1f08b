/* SPDX-License-Identifier: Apache-2.0
 *
 * Simulation: the declared tables without their rows, to which steps are applied.
 *
 * A file whose steps differ from engine to engine is simulated once for each engine;
 * every other file once.
 */
#pragma once

#include "model/migration.h"

typedef struct Simulation Simulation;

Simulation *simulation_new (const Migration *migration);
void simulation_free (Simulation *simulation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Simulation, simulation_free)

/**
 * simulation_apply:
 * @arena: must live as long as the simulation
 *
 * Applies the step on each engine that runs it.
 *
 * Returns: FALSE with the first error; the step may have been applied on other engines
 */
gboolean simulation_apply (Simulation *simulation, const Operation *operation,
                           Arena *arena, GError **error);

/* The tables as the first engine sees them that runs @operation. */
const Database *simulation_database (const Simulation *simulation,
                                     const Operation *operation);

/**
 * simulation_difference:
 * Returns: (nullable) (transfer full): what @actual has that @expected has not or the
 *   other way round, in one sentence; the order of columns and constraints is no
 *   difference
 */
char *simulation_difference (const Simulation *actual, const Simulation *expected);

/* Names that exist at some boundary: a set of column names for each table name. */
typedef struct
{
  GHashTable *tables; /* char * → GHashTable of char * */
} NamesSeen;

NamesSeen *names_seen_new (void);
void names_seen_free (NamesSeen *seen);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (NamesSeen, names_seen_free)

/* Adds every table, alias and column of now. */
void simulation_note_names (const Simulation *simulation, NamesSeen *seen);
