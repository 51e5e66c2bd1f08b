/* SPDX-License-Identifier: Apache-2.0
 *
 * Pattern: text in which each {n} stands for the number of a row.
 */
#pragma once

#include <glib.h>

#define MAX_DIGITS 8 /* of the largest number of rows */

/* Keeps the decimal digits of 1, 2, 3, … and counts in text. */
typedef struct
{
  char digits[MAX_DIGITS];
  guint n;
} Counter;

/* The pieces of a pattern between the {n}. */
typedef struct
{
  char **pieces;
  gsize *lengths;
  guint n_pieces;
  gsize length; /* of all of them */
} Pattern;

/* The next number; 1 at first, when it was zeroed. */
void counter_next (Counter *counter);
void counter_set (Counter *counter, gint64 number);

void pattern_init (Pattern *pattern, const char *text);
void pattern_clear (Pattern *pattern);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Pattern, pattern_clear)

/* The bytes that pattern_write() writes. */
gsize pattern_length (const Pattern *pattern, const Counter *counter);
void pattern_write (const Pattern *pattern, const Counter *counter, char *to);
