/* SPDX-License-Identifier: Apache-2.0
 *
 * The schemes, and where a URL keeps its secrets.
 */
#include "config.h"

#include "commands/database_url.h"

#include <string.h>

#include "model/diagnostic.h"
#include "model/error.h"

#define HIDDEN "***"
#define SPACES " \t\r\n"

typedef struct
{
  const char *scheme;
  const char *engine;
  gboolean is_server; /* what follows may name a user and a password */
} Scheme;

static const Scheme SCHEMES[] = {
  { "sqlite", "sqlite", FALSE },    { "postgresql", "postgres", TRUE },
  { "postgres", "postgres", TRUE }, { "mariadb", "mariadb", TRUE },
  { "mysql", "mariadb", TRUE },
};

/* Keys of a query or of a list of keywords whose value is a secret: libpq's,
 * Connector/C's and those of encrypted SQLite files. */
static const char *const SECRET_KEYS[] = {
  "password", "sslpassword", "passwd",  "pwd",   "pass",   "ssl_passphrase",
  "key",      "hexkey",      "textkey", "token", "secret", NULL,
};

/* The length of "name" in "name:…"; 0: it begins with no scheme. */
static gsize
scheme_length (const char *url)
{
  gsize length = 0;

  while (g_ascii_isalnum (url[length])
         || (length > 0 && strchr ("+.-", url[length]) != NULL && url[length] != '\0'))
    length++;
  return url[length] == ':' && g_ascii_isalpha (url[0]) ? length : 0;
}

static const Scheme *
scheme_of (const char *url)
{
  gsize length = scheme_length (url);

  for (guint i = 0; i < G_N_ELEMENTS (SCHEMES); i++)
    if (strlen (SCHEMES[i].scheme) == length
        && g_ascii_strncasecmp (SCHEMES[i].scheme, url, length) == 0)
      return &SCHEMES[i];
  return NULL;
}

static const char *
nearest_scheme (const char *name)
{
  const char *names[G_N_ELEMENTS (SCHEMES) + 1] = { NULL };

  for (guint i = 0; i < G_N_ELEMENTS (SCHEMES); i++)
    names[i] = SCHEMES[i].scheme;
  return nearest_name (name, names);
}

static const char *
refuse_scheme (const char *url, GError **error)
{
  g_autofree char *name = g_strndup (url, scheme_length (url));
  const char *nearest = nearest_scheme (name);

  if (name[0] == '\0')
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                 "that is no URL of a database: expected " DATABASE_URL_FORMS);
  else if (nearest != NULL)
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                 "'%s:' is no kind of database: expected " DATABASE_URL_FORMS
                 "; did you mean '%s:'?",
                 name, nearest);
  else
    g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                 "'%s:' is no kind of database: expected " DATABASE_URL_FORMS, name);
  return NULL;
}

const char *
database_url_engine (const char *url, GError **error)
{
  const Scheme *scheme = scheme_of (url);

  if (scheme == NULL)
    return refuse_scheme (url, error);
  const char *rest = url + strlen (scheme->scheme) + 1;
  if (scheme->is_server ? g_str_has_prefix (rest, "//") : rest[0] != '\0')
    return scheme->engine;
  g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID, "%s follows '%s:'",
               scheme->is_server ? "'//' and a server" : "the path of a file",
               scheme->scheme);
  return NULL;
}

gboolean
database_url_is_server (const char *word)
{
  const Scheme *scheme = scheme_of (word);

  return scheme != NULL && scheme->is_server
         && g_str_has_prefix (word + strlen (scheme->scheme), "://");
}

/* Redaction ------------------------------------------------------------------- */

/* Text in which secrets are replaced; @secrets (char *) gets them, as they stand there
 * and as the server hears them. */
typedef struct
{
  GString *out;
  GPtrArray *secrets;
} Redaction;

static void
hide (Redaction *redaction, const char *secret, gsize length)
{
  char *text = g_strndup (secret, length);
  char *plain = g_uri_unescape_string (text, NULL);

  g_string_append (redaction->out, HIDDEN);
  g_ptr_array_add (redaction->secrets, text);
  if (plain != NULL)
    g_ptr_array_add (redaction->secrets, plain);
}

static gboolean
is_key_char (char c)
{
  return g_ascii_isalnum (c) || c == '_' || c == '%' || c == '-' || c == '.';
}

static gsize
key_length (const char *text)
{
  gsize length = 0;

  while (is_key_char (text[length]))
    length++;
  return length;
}

/* "host:5432/db?user=me@here" has the same marks as "user:password@host". */
static gboolean
is_port (const char *colon)
{
  const char *rest = colon + 1 + strspn (colon + 1, "0123456789,");
  const char *query = rest + strcspn (rest, "@?");

  return strchr ("/?#", rest[0]) != NULL
         && (query[0] == '\0'
             || (query[0] == '?' && query[1 + key_length (query + 1)] == '='));
}

/* The password between the first ':' and the last '@'.  A password that holds '/', '?'
 * or '@' as they are makes a malformed URL, and has to be hidden too. */
static void
redact_user (Redaction *redaction, const char *url)
{
  const Scheme *scheme = scheme_of (url);
  const char *slashes = strstr (url, "://");
  const char *start = slashes != NULL ? slashes + 3 : url;
  gsize length = strcspn (start, "/?#");
  const char *colon = memchr (start, ':', length);
  const char *at = g_strrstr_len (start, (gssize) length, "@");
  const char *end = strrchr (start, '@');
  gboolean is_path = scheme != NULL && !scheme->is_server;

  if (is_path || colon == NULL || end == NULL
      || (at == NULL ? is_port (colon) : at < colon))
    {
      g_string_append (redaction->out, url);
      return;
    }
  g_string_append_len (redaction->out, url, colon + 1 - url);
  hide (redaction, colon + 1, (gsize) (end - colon - 1));
  g_string_append (redaction->out, end);
}

static gboolean
is_secret_key (const char *key, gsize length)
{
  g_autofree char *plain = g_uri_unescape_segment (key, key + length, NULL);

  for (guint i = 0; plain != NULL && SECRET_KEYS[i] != NULL; i++)
    if (g_ascii_strcasecmp (SECRET_KEYS[i], plain) == 0)
      return TRUE;
  return FALSE;
}

/* A value of "key = 'it\'s'"; in a query it goes up to the next '&'. */
static gsize
value_length (const char *value, gboolean in_query)
{
  gboolean quoted = !in_query && value[0] == '\'';
  gsize i = quoted ? 1 : 0;

  if (in_query)
    return strcspn (value, "&");
  while (value[i] != '\0' && (quoted ? value[i] != '\'' : !g_ascii_isspace (value[i])))
    i += value[i] == '\\' && value[i + 1] != '\0' ? 2 : 1;
  return i + (quoted && value[i] == '\'' ? 1 : 0);
}

/* Returns: how much of @word is the beginning of "password=", 0: nothing */
static gsize
secret_assignment (const char *word)
{
  gsize n_key = key_length (word);
  gsize equals = n_key + strspn (word + n_key, SPACES);
  if (n_key == 0 || word[equals] != '=' || !is_secret_key (word, n_key))
    return 0;
  return equals + 1 + strspn (word + equals + 1, SPACES);
}

static void
redact_keywords (Redaction *redaction, const char *text)
{
  gboolean at_word = TRUE, in_query = FALSE;

  while (*text != '\0')
    {
      gsize n = at_word ? secret_assignment (text) : 0;

      if (n > 0)
        {
          gsize n_value = value_length (text + n, in_query);

          g_string_append_len (redaction->out, text, (gssize) n);
          hide (redaction, text + n, n_value);
          text += n + n_value;
        }
      else
        {
          at_word = !is_key_char (*text);
          in_query = in_query || *text == '?' || *text == '&';
          g_string_append_c (redaction->out, *text++);
        }
    }
}

static char *
redact (const char *url, GPtrArray *secrets)
{
  g_autoptr (GString) once = g_string_new (NULL);
  Redaction redaction = { once, secrets };

  redact_user (&redaction, url);
  redaction.out = g_string_new (NULL);
  redact_keywords (&redaction, once->str);
  return g_string_free (redaction.out, FALSE);
}

char *
database_url_redact (const char *url)
{
  g_autoptr (GPtrArray) secrets = g_ptr_array_new_with_free_func (g_free);

  return redact (url, secrets);
}

char *
database_url_clean (const char *message, const char *url)
{
  g_autoptr (GPtrArray) secrets = g_ptr_array_new_with_free_func (g_free);
  g_autofree char *redacted = redact (url, secrets);
  g_auto (GStrv) parts = g_strsplit (message, url, -1);

  for (guint i = 0; parts[i] != NULL; i++)
    {
      g_autoptr (GString) part = g_string_new (parts[i]);

      for (guint j = 0; j < secrets->len; j++)
        if (*(const char *) g_ptr_array_index (secrets, j) != '\0')
          g_string_replace (part, g_ptr_array_index (secrets, j), HIDDEN, 0);
      g_free (parts[i]);
      parts[i] = g_strdup (part->str);
    }
  return g_strjoinv (redacted, parts);
}
