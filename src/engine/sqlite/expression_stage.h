/* SPDX-License-Identifier: Apache-2.0
 *
 * What the kinds of transforms add to a chain.  Internal to the expressions.
 */
#pragma once

#include "engine/sqlite/chain.h"
#include "model/transform_stage.h"

/* FALSE with ZDM_ERROR_UNSUPPORTED: @what, and the way out. */
gboolean expression_refuse (GError **error, const char *format, ...) G_GNUC_PRINTF (2, 3);

/* What an application may have stored becomes a value of the type, or is not valid. */
void expression_read (Chain *chain, const TypeSpec *type);

/* type_cast(); FALSE where it cannot be done alike. */
gboolean expression_cast (Chain *chain, const TypeSpec *from, const TypeSpec *to,
                          GError **error);

/* The canonical text of a value.  FALSE for DOUBLE and JSON. */
gboolean expression_format (Chain *chain, const TypeSpec *type, GError **error);

/* Reads text as a value of one of the dates and times. */
void expression_parse_date (Chain *chain, const TypeSpec *type);
void expression_parse_time (Chain *chain, const TypeSpec *type);
void expression_parse_timestamp (Chain *chain, const TypeSpec *type);
void expression_parse_timestamptz (Chain *chain, const TypeSpec *type);

/* Stages of one text. */
gboolean expression_lower (Chain *chain, const BoundStage *stage, GError **error);
gboolean expression_upper (Chain *chain, const BoundStage *stage, GError **error);
gboolean expression_trim (Chain *chain, const BoundStage *stage, GError **error);
gboolean expression_split (Chain *chain, const BoundStage *stage, GError **error);
gboolean expression_pad (Chain *chain, const BoundStage *stage, GError **error);

/* map, coalesce */
gboolean expression_map (Chain *chain, const BoundStage *stage, GError **error);
gboolean expression_coalesce (Chain *chain, const BoundStage *stage, GError **error);

/* The canonical texts that join and template read become the columns v1, v2, …: of the
 * inputs, at the start of a chain, or of its value. */
gboolean expression_texts (Chain *chain, const BoundStage *stage,
                           const char *const *inputs, GError **error);
gboolean expression_text (Chain *chain, const BoundStage *stage, GError **error);

gboolean expression_join (Chain *chain, const BoundStage *stage, GError **error);
gboolean expression_template (Chain *chain, const BoundStage *stage, GError **error);
