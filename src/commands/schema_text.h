/* SPDX-License-Identifier: Apache-2.0
 *
 * The bytes of schema/migration.schema.json; make writes schema_text.c.
 */
#pragma once

#include <glib.h>

extern const guchar SCHEMA_TEXT[];
extern const gsize SCHEMA_TEXT_LENGTH;
