/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kinds of transforms add to a formula.  Internal to the expressions.
 */
#pragma once

#include "engine/postgres/formula.h"
#include "model/transform_stage.h"

/* What a column of the type holds becomes a value of the type, or is not valid. */
void formula_read (Formula *formula, const TypeSpec *type);

/* type_cast() */
void formula_cast (Formula *formula, const TypeSpec *from, const TypeSpec *to);

/* The canonical text of a value. */
void formula_format (Formula *formula, const TypeSpec *type);
void formula_format_double (Formula *formula);

/* Read text as a value of the type. */
void formula_parse_double (Formula *formula, const TypeSpec *type);
void formula_parse_decimal (Formula *formula, const TypeSpec *type);
void formula_parse_json (Formula *formula, const TypeSpec *type);
void formula_parse_date (Formula *formula, const TypeSpec *type);
void formula_parse_time (Formula *formula, const TypeSpec *type);
void formula_parse_timestamp (Formula *formula, const TypeSpec *type);
void formula_parse_timestamptz (Formula *formula, const TypeSpec *type);

/* A numeric becomes a DECIMAL of the sizes that the type has. */
void formula_fit_decimal (Formula *formula, const TypeSpec *type);

/* A numeric becomes the nearest DOUBLE. */
void formula_decimal_to_double (Formula *formula);

/* Stages of one text. */
void formula_lower (Formula *formula, const BoundStage *stage);
void formula_upper (Formula *formula, const BoundStage *stage);
void formula_trim (Formula *formula, const BoundStage *stage);
void formula_split (Formula *formula, const BoundStage *stage);
void formula_pad (Formula *formula, const BoundStage *stage);

/* map, coalesce */
void formula_map (Formula *formula, const BoundStage *stage);
void formula_coalesce (Formula *formula, const BoundStage *stage);

/* The canonical texts that join and template read: of the inputs, at the start of a
 * formula, or of its value. */
void formula_read_texts (Formula *formula, const BoundStage *stage,
                         const char *const *inputs);
void formula_read_text (Formula *formula, const BoundStage *stage);

void formula_join (Formula *formula, const BoundStage *stage);
void formula_template (Formula *formula, const BoundStage *stage);
