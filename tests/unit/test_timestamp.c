/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include <string.h>

#include "model/timestamp.h"
#include "testing.h"

/* What a text reads as, in UTC if it has a zone. */
static const struct
{
  const char *text;
  const char *canonical; /* NULL: refused */
} TIMESTAMPS[] = {
  { "2026-11-22T10:00:00", "2026-11-22T10:00:00" },
  { "2026-11-22 10:00", "2026-11-22T10:00:00" },
  { "2026-11-22T10:00:00.5", "2026-11-22T10:00:00.5" },
  { "2026-11-22T10:00:00.120000", "2026-11-22T10:00:00.12" },
  { "2026-11-22T10:00:00.1234560", "2026-11-22T10:00:00.123456" },
  { "2026-11-22T10:00:00.000", "2026-11-22T10:00:00" },
  { "2026-11-22T10:00:00.000001", "2026-11-22T10:00:00.000001" },
  { "2026-11-22T10:00:00.1234567", NULL },
  { "2026-11-22T10:00:00.", NULL },
  { "2026-11-22T10:00:00Z", "2026-11-22T10:00:00Z" },
  { "2026-11-22 10:00:00+02", "2026-11-22T08:00:00Z" },
  { "2026-11-22T10:00+02:30", "2026-11-22T07:30:00Z" },
  { "2026-11-22T10:00:00.5-0230", "2026-11-22T12:30:00.5Z" },
  { "2026-03-01T00:30:00+01:00", "2026-02-28T23:30:00Z" },
  { "2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00Z" },
  { "2026-12-31T23:30:00-01:00", "2027-01-01T00:30:00Z" },
  { "2026-01-01T00:00:00+15:59", "2025-12-31T08:01:00Z" },
  { "2026-01-01T00:00:00+16:00", NULL },
  { "2026-01-01T00:00:00+10:60", NULL },
  { "2026-01-01T00:00:00+1", NULL },
  { "2026-01-01T00:00:00+10:", NULL },
  { "2026-01-01T00:00:00 UTC", NULL },
  { "2026-01-01T00:00:00z", NULL },
  { "2026-01-01T00:00:00Zx", NULL },
  { "2026-01-01T00:00:00+01:00x", NULL },
  { "0001-01-01T00:00:00Z", "0001-01-01T00:00:00Z" },
  { "0001-01-01T00:00:00+00:01", NULL },
  { "9999-12-31T23:59:59.999999Z", "9999-12-31T23:59:59.999999Z" },
  { "9999-12-31T23:59:59-00:01", NULL },
  { "0000-01-01T00:00:00", NULL },
  { "2026-13-01T00:00:00", NULL },
  { "2026-00-01T00:00:00", NULL },
  { "2026-02-29T00:00:00", NULL },
  { "2024-02-29T00:00:00", "2024-02-29T00:00:00" },
  { "1900-02-29T00:00:00", NULL },
  { "2026-04-31T00:00:00", NULL },
  { "2026-04-00T00:00:00", NULL },
  { "2026-04-01T24:00:00", NULL },
  { "2026-04-01T23:60:00", NULL },
  { "2026-06-30T23:59:60", NULL },
  { "2026-06-30T23:59:61", NULL },
  { "2026-06-30T23:59:6", NULL },
  { "2026-06-30", NULL },
  { "2026-06-30T", NULL },
  { "2026-06-30  10:00:00", NULL },
  { "2026-6-30T10:00:00", NULL },
  { "12026-06-30T10:00:00", NULL },
  { " 2026-06-30T10:00:00", NULL },
  { "", NULL },
  { "now", NULL },
};

TEST (timestamp_read__reads_iso_8601)
{
  for (guint i = 0; i < G_N_ELEMENTS (TIMESTAMPS); i++)
    {
      const char *text = TIMESTAMPS[i].text;
      char buffer[TIMESTAMP_SIZE];
      Timestamp timestamp;
      const char *problem = timestamp_read (text, strlen (text), &timestamp);

      if (problem == NULL && timestamp.has_zone)
        problem = timestamp_to_utc (&timestamp);
      ck_assert_msg ((problem == NULL) == (TIMESTAMPS[i].canonical != NULL), "%s: %s",
                     text, problem);
      if (problem != NULL)
        continue;
      ck_assert_uint_eq (timestamp_write (&timestamp, buffer),
                         strlen (TIMESTAMPS[i].canonical));
      ck_assert_str_eq (buffer, TIMESTAMPS[i].canonical);
    }
}

TEST (timestamp_to_utc__gives_a_text_without_zone_that_of_utc)
{
  char buffer[TIMESTAMP_SIZE];
  Timestamp timestamp;

  ck_assert_ptr_null (timestamp_read ("2026-11-22 10:00", 16, &timestamp));
  ck_assert_ptr_null (timestamp_to_utc (&timestamp));
  timestamp_write (&timestamp, buffer);
  ck_assert_str_eq (buffer, "2026-11-22T10:00:00Z");
}

TEST (timestamp_read_date__reads_a_date_alone)
{
  char buffer[TIMESTAMP_SIZE];
  Timestamp date;

  ck_assert_ptr_null (timestamp_read_date ("2026-11-22", 10, &date));
  ck_assert_uint_eq (timestamp_write_date (&date, buffer), 10);
  ck_assert_str_eq (buffer, "2026-11-22");
  ck_assert_ptr_nonnull (timestamp_read_date ("2026-11-22T10:00", 16, &date));
  ck_assert_ptr_nonnull (timestamp_read_date ("2026-11-2", 9, &date));
  ck_assert_ptr_nonnull (timestamp_read_date ("22.11.2026", 10, &date));
}

TEST (timestamp_read_time__reads_a_time_alone)
{
  char buffer[TIMESTAMP_SIZE];
  Timestamp time;

  ck_assert_ptr_null (timestamp_read_time ("10:00", 5, &time));
  ck_assert_uint_eq (timestamp_write_time (&time, buffer), 8);
  ck_assert_str_eq (buffer, "10:00:00");
  ck_assert_ptr_null (timestamp_read_time ("23:59:59.999999", 15, &time));
  timestamp_write_time (&time, buffer);
  ck_assert_str_eq (buffer, "23:59:59.999999");
  ck_assert_ptr_nonnull (timestamp_read_time ("10", 2, &time));
  ck_assert_ptr_nonnull (timestamp_read_time ("10:0", 4, &time));
  ck_assert_ptr_nonnull (timestamp_read_time ("10:00:00Z", 9, &time));
  ck_assert_ptr_nonnull (timestamp_read_time ("1:00:00", 7, &time));
}

static GDateTime *
random_time (GRand *rand)
{
  return g_date_time_new_utc (
      g_rand_int_range (rand, 2, 9999), g_rand_int_range (rand, 1, 13),
      g_rand_int_range (rand, 1, 29), g_rand_int_range (rand, 0, 24),
      g_rand_int_range (rand, 0, 60), g_rand_int_range (rand, 0, 60));
}

TEST (timestamp_to_utc__agrees_with_glib)
{
  g_autoptr (GRand) rand = g_rand_new_with_seed (7);

  for (guint i = 0; i < 5000; i++)
    {
      g_autoptr (GDateTime) utc = random_time (rand);
      int offset = g_rand_int_range (rand, -959, 960);
      g_autoptr (GDateTime) local = g_date_time_add_minutes (utc, offset);
      g_autofree char *day = g_date_time_format (local, "%C%y-%m-%dT%H:%M:%S");
      g_autofree char *expected = g_date_time_format (utc, "%C%y-%m-%dT%H:%M:%SZ");
      g_autofree char *text
          = g_strdup_printf ("%s%c%02d:%02d", day, offset < 0 ? '-' : '+',
                             ABS (offset) / 60, ABS (offset) % 60);
      char buffer[TIMESTAMP_SIZE];
      Timestamp timestamp;

      ck_assert_ptr_null (timestamp_read (text, strlen (text), &timestamp));
      ck_assert_ptr_null (timestamp_to_utc (&timestamp));
      timestamp_write (&timestamp, buffer);
      ck_assert_str_eq (buffer, expected);
    }
}

TEST_MAIN ("model/timestamp", timestamp_read__reads_iso_8601,
           timestamp_to_utc__gives_a_text_without_zone_that_of_utc,
           timestamp_read_date__reads_a_date_alone,
           timestamp_read_time__reads_a_time_alone, timestamp_to_utc__agrees_with_glib)
