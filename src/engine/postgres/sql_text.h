/* SPDX-License-Identifier: Apache-2.0
 *
 * SQL text: the only place where names and values become SQL.
 *
 * What it writes needs no parameters, which a trigger's function does not have, and means
 * the same whatever the session has set: a text with a backslash is written as E'…',
 * which does not depend on standard_conforming_strings, dates and times as ISO 8601 with
 * the year first, which no DateStyle reads otherwise.
 */
#pragma once

#include "model/type.h"

/* "na""me" */
void postgres_append_identifier (GString *sql, const char *name);

/**
 * postgres_append_literal:
 *
 * Appends an operand of a known type that has exactly the value: 'it''s'::text,
 * '-1.50'::numeric(6,2), true, NULL::jsonb.  All the types of words are text: a longer
 * value is not cut to what a varchar(n) holds.
 */
void postgres_append_literal (GString *sql, const TypeSpec *type, const Value *value);

/* The same, in @arena. */
const char *postgres_identifier (Arena *arena, const char *name);
const char *postgres_literal (Arena *arena, const TypeSpec *type, const Value *value);

/* A table as a file names it: "\"billing\".\"invoices\"", or without a schema. */
const char *postgres_table (Arena *arena, const char *table);

/* What is in the same schema as @table: an index, a view under its second name. */
const char *postgres_beside (Arena *arena, const char *table, const char *name);

/* 'it''s', of no type yet. */
const char *postgres_quote (Arena *arena, const char *text);

/* 'it''s'::text */
const char *postgres_text_literal (Arena *arena, const char *text);

/* How PostgreSQL calls a column type: "numeric(10,2)", "character varying(80)".  Returns:
 * (transfer arena) */
const char *postgres_type (Arena *arena, const TypeSpec *type);

/* The same without sizes, of which a cast cuts or refuses values: "numeric", "character
 * varying", "bpchar". */
const char *postgres_base_type (ColumnType type);
