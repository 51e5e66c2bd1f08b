/* SPDX-License-Identifier: Apache-2.0
 *
 * SqlPlace: bytes of a text → places in the file that holds it.
 */
#pragma once

#include "safety/sql_analysis.h"

typedef struct
{
  const SqlSource *source;
  gsize at;     /* how far has been counted */
  guint line;   /* of @at, from 0 */
  guint column; /* characters before @at in its line */
} SqlPlace;

void sql_place_init (SqlPlace *place, const SqlSource *source);

/* The place of the byte @offset; cheap when the offsets ascend. */
Location sql_place_of (SqlPlace *place, gsize offset);
