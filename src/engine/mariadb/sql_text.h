/* SPDX-License-Identifier: Apache-2.0
 *
 * SQL text: the only place where names and values become SQL for MariaDB.
 *
 * What it writes means the same with and without NO_BACKSLASH_ESCAPES, ANSI_QUOTES and
 * PIPES_AS_CONCAT, and needs no parameters, which a trigger does not have: a name is in
 * backticks, and a text that holds a backslash or a control character is written in
 * hexadecimal.  EMPTY_STRING_IS_NULL must be off.
 */
#pragma once

#include "model/type.h"

/* `na``me` */
const char *mariadb_identifier (Arena *arena, const char *name);

/* "`a`, `b`". @prefix: before each */
const char *mariadb_names (Arena *arena, const char *prefix, const char *const *names);

/* 'it''s', of the session's character set, which has to be utf8mb4. */
const char *mariadb_quote (Arena *arena, const char *text);

/* 'it\'s', where the grammar takes nothing but that, a comment: for our own session, in
 * which a backslash escapes. */
const char *mariadb_string (Arena *arena, const char *text);

/* A text as an operand that is utf8mb4 in any session and compares byte by byte. */
const char *mariadb_text_literal (Arena *arena, const char *text);

/* @operand as such a text, whatever character set and collation it has. */
const char *mariadb_as_text (Arena *arena, const char *operand);

/**
 * mariadb_literal:
 *
 * Returns: an operand that has exactly the value and its type: (-1.50), TRUE, X'00',
 *   TIMESTAMP'2026-11-22 10:00:00', NULL
 */
const char *mariadb_literal (Arena *arena, const TypeSpec *type, const Value *value);

/* The value for a column of that type, which converts it: what a row is inserted with and
 * a column has for its default. */
const char *mariadb_constant (Arena *arena, const TypeSpec *type, const Value *value);

/* Whether MariaDB's type holds the value of the model's: it knows no UUID of a later
 * version and the oldest variant, and a DECIMAL has its digits. */
gboolean mariadb_can_hold (const TypeSpec *type, const Value *value);

/**
 * mariadb_type_text:
 *
 * Returns: how MariaDB calls a column type: "DECIMAL(10,2)", "VARCHAR(80)"
 */
const char *mariadb_type_text (Arena *arena, const TypeSpec *type);

/* Digits of a DECIMAL that has no sizes. */
#define MARIADB_DECIMAL_DIGITS 65
#define MARIADB_DECIMAL_SCALE 30

/* Whether MariaDB has a DECIMAL of such sizes. */
gboolean mariadb_has_decimal (const TypeSpec *type);
