/* SPDX-License-Identifier: Apache-2.0
 *
 * Which engine a URL means, and that no password is left in what is shown.
 */
#include "config.h"

#include "commands/database_url.h"
#include "model/error.h"
#include "testing.h"

#include <string.h>

TEST (database_url_engine__goes_by_the_scheme)
{
  static const struct
  {
    const char *url, *engine;
  } CASES[] = {
    { "sqlite:app.db", "sqlite" },   { "sqlite:/var/lib/a b.db", "sqlite" },
    { "SQLite:app.db", "sqlite" },   { "postgresql://h/db", "postgres" },
    { "postgres://", "postgres" },   { "mariadb://u@h:3306/db", "mariadb" },
    { "mysql://u@h/db", "mariadb" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;
      const char *engine = database_url_engine (CASES[i].url, &error);

      assert_no_error (error);
      ck_assert_str_eq (engine, CASES[i].engine);
    }
}

TEST (database_url_engine__refuses_the_rest)
{
  static const struct
  {
    const char *url, *says;
  } CASES[] = {
    { "", "no URL of a database" },
    { "app.db", "no URL of a database" },
    { "/x:y", "no URL of a database" },
    { "host=h password=canary", "no URL of a database" },
    { "oracle://h/db", "'oracle:' is no kind of database: expected sqlite:PATH" },
    { "sqlit:app.db", "did you mean 'sqlite:'?" },
    { "postgresq://u:canary@h/db", "did you mean 'postgresql:'?" },
    { "sqlite:", "the path of a file follows 'sqlite:'" },
    { "postgres:u:canary@h", "'//' and a server follows 'postgres:'" },
    { "u:canary@h/db", "'u:' is no kind of database" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autoptr (GError) error = NULL;

      ck_assert_ptr_null (database_url_engine (CASES[i].url, &error));
      assert_error (error, ZDM_ERROR, ZDM_ERROR_INVALID);
      ck_assert_msg (strstr (error->message, CASES[i].says) != NULL, "%s: %s",
                     CASES[i].url, error->message);
      ck_assert_ptr_null (strstr (error->message, "canary"));
    }
}

TEST (database_url_is_server__wants_a_server)
{
  ck_assert (database_url_is_server ("postgres://u:p@h/db"));
  ck_assert (database_url_is_server ("MYSQL://h"));
  ck_assert (!database_url_is_server ("sqlite:app.db"));
  ck_assert (!database_url_is_server ("migrations/postgres.yaml"));
  ck_assert (!database_url_is_server ("https://h/db"));
}

TEST (database_url_redact__hides_the_password)
{
  static const struct
  {
    const char *url, *shown;
  } CASES[] = {
    { "postgres://u:canary@h:5432/db", "postgres://u:***@h:5432/db" },
    { "mariadb://u:canary@h/db", "mariadb://u:***@h/db" },
    { "postgres://u:@h/db", "postgres://u:***@h/db" },
    { "postgres://:canary@h/db", "postgres://:***@h/db" },
    { "u:canary@h/db", "u:***@h/db" },
    /* as they are, where they had to be escaped */
    { "postgres://u:can@ary@h/db", "postgres://u:***@h/db" },
    { "postgres://u:can/ary@h/db", "postgres://u:***@h/db" },
    { "postgres://u:can?ary@h/db", "postgres://u:***@h/db" },
    { "postgres://u:can#ary@h/db", "postgres://u:***@h/db" },
    { "postgres://u:1234/ary@h/db", "postgres://u:***@h/db" },
    { "postgres://u:1234?ary@h/db", "postgres://u:***@h/db" },
    { "postgres://u:can:ary@h/db", "postgres://u:***@h/db" },
    { "postgres://me@h:canary@h/db", "postgres://me@h:***@h/db" },
    /* in the query */
    { "postgres://h/db?password=canary", "postgres://h/db?password=***" },
    { "postgres://h/db?a=b&PassWord=canary&c=d", "postgres://h/db?a=b&PassWord=***&c=d" },
    { "postgres://h/db?p%61ssword=canary", "postgres://h/db?p%61ssword=***" },
    { "postgres://h/db?sslpassword=can ary&sslkey=x",
      "postgres://h/db?sslpassword=***&sslkey=x" },
    { "postgres://u:canary@h/db?sslpassword=canary",
      "postgres://u:***@h/db?sslpassword=***" },
    { "sqlite:app.db?key=canary", "sqlite:app.db?key=***" },
    /* as keywords */
    { "host=h password=canary user=u", "host=h password=*** user=u" },
    { "host=h password = 'can \\'ary' user=u", "host=h password = *** user=u" },
    { "password=can\\ ary user=u", "password=*** user=u" },
    { "options='a?b' password = canary", "options='a?b' password = ***" },
    { "postgres:password=canary", "postgres:password=***" },
  };

  for (guint i = 0; i < G_N_ELEMENTS (CASES); i++)
    {
      g_autofree char *shown = database_url_redact (CASES[i].url);

      ck_assert_str_eq (shown, CASES[i].shown);
    }
}

TEST (database_url_redact__leaves_the_rest)
{
  static const char *const URLS[] = {
    "sqlite:app.db",
    "sqlite:/srv/me@home/a:b.db",
    "postgres://h/db",
    "postgres://u@h:5432/db",
    "postgres://h:5432/db?user=me@here",
    "postgres://u@h:5432/db?application_name=a@b",
    "postgres://h1:1,h2:2/db",
    "postgres://h/db?passfile=/x&sslkey=y&keyword=z",
    "postgres:///db",
    "",
  };

  for (guint i = 0; i < G_N_ELEMENTS (URLS); i++)
    {
      g_autofree char *shown = database_url_redact (URLS[i]);

      ck_assert_str_eq (shown, URLS[i]);
    }
}

TEST (database_url_clean__takes_secrets_out_of_messages)
{
  const char *url = "postgres://u:can%2Fary@h/db?sslpassword=other";
  g_autofree char *message = database_url_clean (
      "no way to postgres://u:can%2Fary@h/db?sslpassword=other as 'can/ary' (other)",
      url);
  g_autofree char *plain = database_url_clean ("unable to open it", "sqlite:app.db");

  ck_assert_str_eq (message,
                    "no way to postgres://u:***@h/db?sslpassword=*** as '***' (***)");
  ck_assert_str_eq (plain, "unable to open it");
}

TEST_MAIN ("commands/database_url", database_url_engine__goes_by_the_scheme,
           database_url_engine__refuses_the_rest, database_url_is_server__wants_a_server,
           database_url_redact__hides_the_password, database_url_redact__leaves_the_rest,
           database_url_clean__takes_secrets_out_of_messages)
