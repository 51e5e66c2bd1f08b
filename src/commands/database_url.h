/* SPDX-License-Identifier: Apache-2.0
 *
 * Database URLs: which engine they mean, and how they may be shown.
 *
 * A URL may hold a password.  Whatever prints one prints database_url_redact() of it.
 */
#pragma once

#include <glib.h>

/* How the schemes are written, for messages. */
#define DATABASE_URL_FORMS "sqlite:PATH, postgresql://… or mariadb://…"

/**
 * database_url_engine:
 *
 * Looks at the scheme alone; "mysql://" is MariaDB's too.
 *
 * Returns: (nullable): the engine's name, such as "sqlite"; NULL with ZDM_ERROR_INVALID,
 *   whose message repeats nothing of @url but its scheme
 */
const char *database_url_engine (const char *url, GError **error);

/* Whether @word can only be meant as the URL of a server: "postgres://…". */
gboolean database_url_is_server (const char *word);

/**
 * database_url_redact:
 * @url: also one that is malformed, or a list of keywords ("host=x password=y")
 *
 * Hides more rather than less where it cannot tell what is the password.
 *
 * Returns: (transfer full): @url with "***" in place of each password
 */
char *database_url_redact (const char *url);

/**
 * database_url_clean:
 * @message: somebody else's, such as a client library's
 *
 * Returns: (transfer full): @message with @url and its password made unreadable
 */
char *database_url_clean (const char *message, const char *url);
