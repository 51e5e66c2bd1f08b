/* SPDX-License-Identifier: Apache-2.0
 *
 * Clients of a file: the promise to the applications.
 */
#pragma once

#include "load/reader.h"
#include "model/migration.h"

extern const KeyTable CLIENT_KEYS;
extern const KeyTable CLIENT_COLUMN_KEYS;

/* Adds what `clients:` holds to @clients. */
void load_clients (Reader *reader, const Node *node, GPtrArray *clients);
