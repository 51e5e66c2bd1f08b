/* SPDX-License-Identifier: Apache-2.0 */
#include "config.h"

#include "engine/postgres/rename_text.h"
#include "testing.h"

typedef struct
{
  const char *text, *from, *to, *expected;
} RenameCase;

/* As pg_get_indexdef() and pg_get_constraintdef() write them. */
static const RenameCase CASES[] = {
  { "USING btree (name, email)", "name", "display_name",
    "USING btree (\"display_name\", email)" },
  { "USING btree (lower((name)::text)) WHERE ((name)::text <> 'name'::text)", "name", "n",
    "USING btree (lower((\"n\")::text)) WHERE ((\"n\")::text <> 'name'::text)" },
  { "USING btree (\"Na\"\"me\" DESC) INCLUDE (\"Name\")", "Na\"me", "n",
    "USING btree (\"n\" DESC) INCLUDE (\"Name\")" },
  { "CHECK ((text ~ E'it\\'s text'))", "text", "t", "CHECK ((\"t\" ~ E'it\\'s text'))" },
  { "CHECK (((text)::text <> ''::text))", "text", "t",
    "CHECK (((\"t\")::text <> ''::text))" },
  { "USING btree (upper(upper))", "upper", "u", "USING btree (upper(\"u\"))" },
  { "USING btree (name_2, name)", "name", "n", "USING btree (name_2, \"n\")" },
  { "USING btree (c COLLATE \"C\")", "C", "n", "USING btree (c COLLATE \"C\")" },
  { "FOREIGN KEY (\xc5\xbc\xc3\xb3\xc5\x82w)", "\xc5\xbc\xc3\xb3\xc5\x82w", "n",
    "FOREIGN KEY (\"n\")" },
  { "USING hash (hash)", "hash", "n", "USING hash (\"n\")" },
  { "USING btree (((at)::timestamp(3) with time zone), zone)", "zone", "n",
    "USING btree (((at)::timestamp(3) with time zone), \"n\")" },
  { "USING btree (((zone)::character varying(9)), varying)", "varying", "n",
    "USING btree (((zone)::character varying(9)), \"n\")" },
  { "USING btree (EXTRACT(year FROM at), year)", "year", "n",
    "USING btree (EXTRACT(year FROM at), \"n\")" },
  { "USING btree (make_interval(days => days))", "days", "n",
    "USING btree (make_interval(days => \"n\"))" },
  { "CHECK ((name <> 'never ended", "name", "n", "CHECK ((\"n\" <> 'never ended" },
};

TEST (rename_in_text__changes_the_column_and_nothing_else)
{
  g_autoptr (Arena) arena = arena_new ();

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    ck_assert_str_eq (
        pg_rename_in_text (CASES[i].text, CASES[i].from, CASES[i].to, arena),
        CASES[i].expected);
}

TEST_MAIN ("engine/postgres/rename_text",
           rename_in_text__changes_the_column_and_nothing_else)
