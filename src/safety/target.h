/* SPDX-License-Identifier: Apache-2.0
 *
 * Target: the databases that the rules speak of.
 */
#pragma once

#include <glib.h>

typedef enum
{
  TARGET_POSTGRES = 1 << 0,
  TARGET_MARIADB = 1 << 1,
  TARGET_MYSQL = 1 << 2,
  TARGET_SQLITE = 1 << 3,
} TargetEngine;

#define TARGET_NONE 0u
#define TARGET_ALL (TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL | TARGET_SQLITE)
#define N_TARGET_ENGINES 4

/* A version as one number that orders: 10.11.6 is 101106, 15 is 150000. */
#define TARGET_VERSION(major, minor, patch) ((major) *10000u + (minor) *100u + (patch))

typedef struct
{
  guint engines;                    /* TargetEngine bits */
  guint versions[N_TARGET_ENGINES]; /* in the order of the bits */
  gboolean named; /* by the user; else they are those that zdm is tested on */
} Target;

/* What zdm is tested on: PostgreSQL 15, MariaDB 10.11, SQLite 3.40; MySQL 8.0, which is
 * only spoken of when it is named. */
void target_init (Target *target);

/* "postgres"; @engine is one bit. */
const char *target_engine_name (TargetEngine engine);

/* "postgres" (also "postgresql"), "mariadb", "mysql", "sqlite".  Returns: 0 for another.
 */
guint target_engine_from_name (const char *name);

/* "postgres, mariadb": static storage is not used; in a new string. */
char *target_engines_to_string (guint engines);

/**
 * target_set_engines:
 * @text: names separated by commas, each perhaps with a version: "postgres:16,sqlite"
 *
 * Returns: FALSE with ZDM_ERROR_INVALID
 */
gboolean target_set_engines (Target *target, const char *text, GError **error);

/* "15", "10.11", "8.0.29", for one engine. */
gboolean target_set_version (Target *target, TargetEngine engine, const char *text,
                             GError **error);

guint target_version (const Target *target, TargetEngine engine);
