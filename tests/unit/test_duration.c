/* SPDX-License-Identifier: Apache-2.0
 *
 * Durations: their units, and what is none.
 */
#include "config.h"

#include "commands/duration.h"
#include "testing.h"

TEST (duration_parse__knows_units)
{
  static const struct
  {
    const char *text;
    guint ms;
  } CASES[] = {
    { "500ms", 500 },          { "2s", 2000 }, { "5m", 300000 },
    { "30", 30000 },           { "0", 0 },     { "4294967295ms", G_MAXUINT },
    { "4294967", 4294967000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      guint ms = 1;

      ck_assert_msg (duration_parse (CASES[i].text, &ms), "%s", CASES[i].text);
      ck_assert_uint_eq (ms, CASES[i].ms);
    }
}

TEST (duration_parse__refuses_what_is_none)
{
  static const char *const TEXTS[] = { "",
                                       "s",
                                       "ms",
                                       "-1",
                                       "+1s",
                                       " 1",
                                       "1 s",
                                       "1.5s",
                                       "1h",
                                       "1sm",
                                       "0x1s",
                                       "1S",
                                       "ms5",
                                       "4294968",
                                       "4294967296ms",
                                       "71583m",
                                       "99999999999999999999" };

  for (guint i = 0; i < G_N_ELEMENTS (TEXTS); i++)
    {
      guint ms = 7;

      ck_assert_msg (!duration_parse (TEXTS[i], &ms), "'%s'", TEXTS[i]);
      ck_assert_uint_eq (ms, 7);
    }
}

TEST_MAIN ("commands/duration", duration_parse__knows_units,
           duration_parse__refuses_what_is_none)
