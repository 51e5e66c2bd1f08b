/* SPDX-License-Identifier: Apache-2.0
 *
 * The one way to say that a value is not of a type.
 */
#pragma once

#include "model/type.h"

/* Sets "expected an INTEGER, got 'abc'", with ": @problem" unless that is NULL.
 * Returns: FALSE */
gboolean type_refuse (const TypeSpec *type, const char *bytes, gsize length,
                      const char *problem, GError **error);

/* The same for a value, by its canonical text in @from. */
gboolean type_refuse_value (const TypeSpec *type, const TypeSpec *from,
                            const Value *value, const char *problem, GError **error);
