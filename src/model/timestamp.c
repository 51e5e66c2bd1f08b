/* SPDX-License-Identifier: Apache-2.0
 *
 * Timestamp: ISO 8601 dates and times of day, to the microsecond.
 */
#include "config.h"

#include "model/timestamp.h"

#include <string.h>

#define MINUTES_A_DAY (24 * 60)
#define OFFSET_MAX_MINUTES (16 * 60)
#define N_FRACTION_DIGITS 6

typedef struct
{
  const char *next, *end;
} Cursor;

static gboolean
take (Cursor *cursor, char character)
{
  if (cursor->next == cursor->end || *cursor->next != character)
    return FALSE;
  cursor->next++;
  return TRUE;
}

static gboolean
take_digits (Cursor *cursor, guint n, guint *number)
{
  *number = 0;
  if ((gsize) (cursor->end - cursor->next) < n)
    return FALSE;
  for (; n > 0; n--, cursor->next++)
    {
      if (!g_ascii_isdigit (*cursor->next))
        return FALSE;
      *number = *number * 10 + (guint) (*cursor->next - '0');
    }
  return TRUE;
}

/* Digits after the point; more than six must be zeros. */
static gboolean
take_fraction (Cursor *cursor, guint *microsecond)
{
  guint n = 0;

  *microsecond = 0;
  for (; cursor->next < cursor->end && g_ascii_isdigit (*cursor->next);
       cursor->next++, n++)
    {
      if (n < N_FRACTION_DIGITS)
        *microsecond = *microsecond * 10 + (guint) (*cursor->next - '0');
      else if (*cursor->next != '0')
        return FALSE;
    }
  for (guint i = n; i < N_FRACTION_DIGITS; i++)
    *microsecond *= 10;
  return n > 0;
}

static const char *
take_date (Cursor *cursor, Timestamp *timestamp)
{
  if (!take_digits (cursor, 4, &timestamp->year) || !take (cursor, '-')
      || !take_digits (cursor, 2, &timestamp->month) || !take (cursor, '-')
      || !take_digits (cursor, 2, &timestamp->day))
    return "a date is YYYY-MM-DD";
  if (timestamp->year == 0)
    return "years go from 0001 to 9999";
  if (timestamp->month < 1 || timestamp->month > 12)
    return "there is no such month";
  if (timestamp->day < 1
      || timestamp->day > g_date_get_days_in_month ((GDateMonth) timestamp->month,
                                                    (GDateYear) timestamp->year))
    return "the month has no such day";
  return NULL;
}

static const char *
take_time (Cursor *cursor, Timestamp *timestamp)
{
  if (!take_digits (cursor, 2, &timestamp->hour) || !take (cursor, ':')
      || !take_digits (cursor, 2, &timestamp->minute))
    return "a time is HH:MM:SS";
  if (take (cursor, ':'))
    {
      if (!take_digits (cursor, 2, &timestamp->second))
        return "a time is HH:MM:SS";
      if (take (cursor, '.') && !take_fraction (cursor, &timestamp->microsecond))
        return "a fraction of a second has 1 to 6 digits";
    }
  if (timestamp->second == 60)
    return "leap seconds cannot be stored";
  if (timestamp->hour > 23 || timestamp->minute > 59 || timestamp->second > 59)
    return "the hour, minute or second is out of range";
  return NULL;
}

/* "Z", "+02", "+02:00", "+0200", or nothing. */
static const char *
take_zone (Cursor *cursor, Timestamp *timestamp)
{
  guint hours, minutes = 0;
  gboolean negative;

  if (cursor->next == cursor->end)
    return NULL;
  timestamp->has_zone = TRUE;
  if (take (cursor, 'Z'))
    return NULL;
  negative = take (cursor, '-');
  if ((!negative && !take (cursor, '+')) || !take_digits (cursor, 2, &hours))
    return "a zone is Z or like +02:00";
  if (cursor->next < cursor->end)
    {
      take (cursor, ':');
      if (!take_digits (cursor, 2, &minutes))
        return "a zone is Z or like +02:00";
    }
  if (minutes > 59 || hours * 60 + minutes >= OFFSET_MAX_MINUTES)
    return "the zone's offset is out of range";
  timestamp->offset_minutes = (int) (hours * 60 + minutes) * (negative ? -1 : 1);
  return NULL;
}

static const char *
check_end (const Cursor *cursor)
{
  return cursor->next == cursor->end ? NULL : "something follows its end";
}

const char *
timestamp_read_date (const char *text, gsize length, Timestamp *timestamp)
{
  Cursor cursor = { text, text + length };
  const char *problem;

  *timestamp = (Timestamp){ 0 };
  problem = take_date (&cursor, timestamp);
  return problem != NULL ? problem : check_end (&cursor);
}

const char *
timestamp_read_time (const char *text, gsize length, Timestamp *timestamp)
{
  Cursor cursor = { text, text + length };
  const char *problem;

  *timestamp = (Timestamp){ 0 };
  problem = take_time (&cursor, timestamp);
  return problem != NULL ? problem : check_end (&cursor);
}

const char *
timestamp_read (const char *text, gsize length, Timestamp *timestamp)
{
  Cursor cursor = { text, text + length };
  const char *problem;

  *timestamp = (Timestamp){ 0 };
  problem = take_date (&cursor, timestamp);
  if (problem == NULL && !take (&cursor, 'T') && !take (&cursor, ' '))
    problem = "a time must follow the date";
  if (problem == NULL)
    problem = take_time (&cursor, timestamp);
  if (problem == NULL)
    problem = take_zone (&cursor, timestamp);
  return problem != NULL ? problem : check_end (&cursor);
}

/* Returns: NULL, or why there is no such day */
static const char *
move_days (Timestamp *timestamp, int n_days)
{
  GDate date;

  g_date_clear (&date, 1);
  g_date_set_dmy (&date, (GDateDay) timestamp->day, (GDateMonth) timestamp->month,
                  (GDateYear) timestamp->year);
  if (n_days < 0 && g_date_get_julian (&date) == 1)
    return "in UTC it is before the year 0001";
  if (n_days < 0)
    g_date_subtract_days (&date, 1);
  else
    g_date_add_days (&date, 1);
  if (g_date_get_year (&date) > 9999)
    return "in UTC it is after the year 9999";
  timestamp->year = g_date_get_year (&date);
  timestamp->month = (guint) g_date_get_month (&date);
  timestamp->day = g_date_get_day (&date);
  return NULL;
}

const char *
timestamp_to_utc (Timestamp *timestamp)
{
  int minutes
      = (int) (timestamp->hour * 60 + timestamp->minute) - timestamp->offset_minutes;
  const char *problem = NULL;

  if (minutes < 0)
    problem = move_days (timestamp, -1);
  else if (minutes >= MINUTES_A_DAY)
    problem = move_days (timestamp, 1);
  minutes = (minutes + MINUTES_A_DAY) % MINUTES_A_DAY;
  timestamp->hour = (guint) minutes / 60;
  timestamp->minute = (guint) minutes % 60;
  timestamp->offset_minutes = 0;
  timestamp->has_zone = TRUE;
  return problem;
}

/* Returns: the place after the @n digits */
static char *
put_digits (char *out, guint number, guint n)
{
  for (guint i = n; i > 0; i--, number /= 10)
    out[i - 1] = (char) ('0' + number % 10);
  return out + n;
}

static char *
put_date (char *out, const Timestamp *timestamp)
{
  out = put_digits (out, timestamp->year, 4);
  *out++ = '-';
  out = put_digits (out, timestamp->month, 2);
  *out++ = '-';
  return put_digits (out, timestamp->day, 2);
}

static char *
put_time (char *out, const Timestamp *timestamp)
{
  out = put_digits (out, timestamp->hour, 2);
  *out++ = ':';
  out = put_digits (out, timestamp->minute, 2);
  *out++ = ':';
  out = put_digits (out, timestamp->second, 2);
  if (timestamp->microsecond == 0)
    return out;
  *out++ = '.';
  out = put_digits (out, timestamp->microsecond, N_FRACTION_DIGITS);
  while (out[-1] == '0')
    out--;
  return out;
}

gsize
timestamp_write_date (const Timestamp *timestamp, char buffer[TIMESTAMP_SIZE])
{
  char *end = put_date (buffer, timestamp);

  *end = '\0';
  return (gsize) (end - buffer);
}

gsize
timestamp_write_time (const Timestamp *timestamp, char buffer[TIMESTAMP_SIZE])
{
  char *end = put_time (buffer, timestamp);

  *end = '\0';
  return (gsize) (end - buffer);
}

gsize
timestamp_write (const Timestamp *timestamp, char buffer[TIMESTAMP_SIZE])
{
  char *end = put_date (buffer, timestamp);

  *end++ = 'T';
  end = put_time (end, timestamp);
  if (timestamp->has_zone)
    *end++ = 'Z';
  *end = '\0';
  return (gsize) (end - buffer);
}
