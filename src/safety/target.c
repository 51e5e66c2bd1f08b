/* SPDX-License-Identifier: Apache-2.0
 *
 * The engines that rules speak of, and their versions.
 */
#include "config.h"

#include "safety/target.h"

#include "model/diagnostic.h"
#include "model/error.h"

/* In the order of the bits. */
static const struct
{
  const char *name;
  guint version; /* the one zdm is tested on; of MySQL a late 8.0 */
} ENGINES[N_TARGET_ENGINES] = {
  { "postgres", TARGET_VERSION (15, 0, 0) },
  { "mariadb", TARGET_VERSION (10, 11, 0) },
  { "mysql", TARGET_VERSION (8, 0, 36) },
  { "sqlite", TARGET_VERSION (3, 40, 0) },
};

static guint
engine_index (TargetEngine engine)
{
  return (guint) g_bit_nth_lsf (engine, -1);
}

void
target_init (Target *target)
{
  target->engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_SQLITE;
  target->named = FALSE;
  for (guint i = 0; i < N_TARGET_ENGINES; i++)
    target->versions[i] = ENGINES[i].version;
}

const char *
target_engine_name (TargetEngine engine)
{
  return ENGINES[engine_index (engine)].name;
}

guint
target_engine_from_name (const char *name)
{
  if (g_ascii_strcasecmp (name, "postgresql") == 0)
    return TARGET_POSTGRES;
  for (guint i = 0; i < N_TARGET_ENGINES; i++)
    if (g_ascii_strcasecmp (name, ENGINES[i].name) == 0)
      return 1u << i;
  return TARGET_NONE;
}

char *
target_engines_to_string (guint engines)
{
  g_autoptr (GPtrArray) names = g_ptr_array_new ();

  if ((engines & TARGET_ALL) == TARGET_ALL)
    return g_strdup ("all");
  for (guint i = 0; i < N_TARGET_ENGINES; i++)
    if ((engines & (1u << i)) != 0)
      g_ptr_array_add (names, (gpointer) ENGINES[i].name);
  g_ptr_array_add (names, NULL);
  return g_strjoinv (", ", (char **) names->pdata);
}

/* One number of a version, below 100 but for the first. */
static gboolean
read_part (const char **text, guint limit, guint *part)
{
  guint64 number = 0;
  const char *start = *text;

  while (g_ascii_isdigit (**text) && number <= limit)
    number = number * 10 + (guint64) (*(*text)++ - '0');
  *part = (guint) number;
  return *text != start && number <= limit;
}

gboolean
target_set_version (Target *target, TargetEngine engine, const char *text, GError **error)
{
  guint parts[3] = { 0 };
  const char *next = text;
  guint i = 0;
  gboolean good = read_part (&next, 9999, &parts[i++]);

  while (good && *next == '.' && i < G_N_ELEMENTS (parts))
    {
      next++;
      good = read_part (&next, 99, &parts[i++]);
    }
  if (!good || *next != '\0')
    {
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "'%s' is no version of %s: expected a number such as 15 or 10.11",
                   text, target_engine_name (engine));
      return FALSE;
    }
  target->versions[engine_index (engine)] = TARGET_VERSION (parts[0], parts[1], parts[2]);
  target->named = TRUE;
  return TRUE;
}

static gboolean
add_engine (Target *target, const char *word, GError **error)
{
  static const char *const names[] = { "postgres", "mariadb", "mysql", "sqlite", NULL };
  g_auto (GStrv) parts = g_strsplit (word, ":", 2);
  guint engine = parts[0] != NULL ? target_engine_from_name (parts[0]) : TARGET_NONE;

  if (engine == TARGET_NONE)
    {
      const char *near = nearest_name (word, names);
      g_set_error (error, ZDM_ERROR, ZDM_ERROR_INVALID,
                   "'%s' is no engine: expected postgres, mariadb, mysql or sqlite%s%s%s",
                   word, near != NULL ? "; did you mean '" : "", near != NULL ? near : "",
                   near != NULL ? "'?" : "");
      return FALSE;
    }
  target->engines |= engine;
  return parts[1] == NULL
         || target_set_version (target, (TargetEngine) engine, parts[1], error);
}

gboolean
target_set_engines (Target *target, const char *text, GError **error)
{
  g_auto (GStrv) words = g_strsplit (text, ",", -1);

  target->engines = TARGET_NONE;
  target->named = TRUE;
  for (guint i = 0; words[i] != NULL; i++)
    if (!add_engine (target, g_strstrip (words[i]), error))
      return FALSE;
  return TRUE;
}

guint
target_version (const Target *target, TargetEngine engine)
{
  return target->versions[engine_index (engine)];
}
