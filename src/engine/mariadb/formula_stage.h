/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kinds of transforms add to a formula.  Internal to the expressions.
 */
#pragma once

#include "engine/mariadb/formula.h"
#include "model/transform_stage.h"

/* What a column of the type holds becomes a value of the type, or is not valid. */
void maria_formula_read (Formula *formula, const TypeSpec *type);

/* type_cast() */
void maria_formula_cast (Formula *formula, const TypeSpec *from, const TypeSpec *to);

/* The canonical text of a value. */
void maria_formula_format (Formula *formula, const TypeSpec *type);
void maria_formula_format_double (Formula *formula);
void maria_formula_format_decimal (Formula *formula, const TypeSpec *type);

/* Read text as a value of the type. */
void maria_formula_parse_double (Formula *formula, const TypeSpec *type);
void maria_formula_parse_decimal (Formula *formula, const TypeSpec *type);
void maria_formula_parse_date (Formula *formula, const TypeSpec *type);
void maria_formula_parse_time (Formula *formula, const TypeSpec *type);
void maria_formula_parse_timestamp (Formula *formula, const TypeSpec *type);
void maria_formula_parse_timestamptz (Formula *formula, const TypeSpec *type);

/* Dates that columns hold, of which some are none. */
void maria_formula_read_date (Formula *formula);
void maria_formula_read_timestamp (Formula *formula);

/* A number becomes a DECIMAL of the sizes that the type has. */
void maria_formula_fit_decimal (Formula *formula, const TypeSpec *type);
void maria_formula_double_to_decimal (Formula *formula, const TypeSpec *type);

/* Stages of one text. */
void maria_formula_lower (Formula *formula, const BoundStage *stage);
void maria_formula_upper (Formula *formula, const BoundStage *stage);
void maria_formula_trim (Formula *formula, const BoundStage *stage);
void maria_formula_split (Formula *formula, const BoundStage *stage);
void maria_formula_pad (Formula *formula, const BoundStage *stage);

/* map, coalesce */
void maria_formula_map (Formula *formula, const BoundStage *stage);
void maria_formula_coalesce (Formula *formula, const BoundStage *stage);

/* The canonical texts that join and template read: of the inputs, at the start of a
 * formula, or of its value. */
void maria_formula_read_texts (Formula *formula, const BoundStage *stage,
                               const char *const *inputs);
void maria_formula_read_text (Formula *formula, const BoundStage *stage);

void maria_formula_join (Formula *formula, const BoundStage *stage);
void maria_formula_template (Formula *formula, const BoundStage *stage);
