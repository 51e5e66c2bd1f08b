/* SPDX-License-Identifier: Apache-2.0
 *
 * The error domain.
 */
#include "config.h"

#include "model/error.h"

G_DEFINE_QUARK (zdm - error - quark, zdm_error)
