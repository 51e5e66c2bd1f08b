/* SPDX-License-Identifier: Apache-2.0
 *
 * Timestamp: ISO 8601 dates and times of day, to the microsecond.
 */
#pragma once

#include <glib.h>

/* What is not there is 0; years are 1 to 9999. */
typedef struct
{
  guint year, month, day;
  guint hour, minute, second, microsecond;
  gboolean has_zone;
  int offset_minutes; /* east of UTC */
} Timestamp;

/* All give NULL, or why @text is not one.  "T" or one space stands between date and
 * time; seconds may be left out; no leap seconds. */
const char *timestamp_read_date (const char *text, gsize length, Timestamp *timestamp);
const char *timestamp_read_time (const char *text, gsize length, Timestamp *timestamp);
const char *timestamp_read (const char *text, gsize length, Timestamp *timestamp);

/* Moves it to UTC.  Returns: NULL, or why not (it leaves the years 1 to 9999) */
const char *timestamp_to_utc (Timestamp *timestamp);

/* Bytes that any of them may need. */
#define TIMESTAMP_SIZE 32

/* The canonical text, NUL-ended.  Returns: its length */
gsize timestamp_write_date (const Timestamp *timestamp, char buffer[TIMESTAMP_SIZE]);
gsize timestamp_write_time (const Timestamp *timestamp, char buffer[TIMESTAMP_SIZE]);
gsize timestamp_write (const Timestamp *timestamp, char buffer[TIMESTAMP_SIZE]);
