/* SPDX-License-Identifier: Apache-2.0
 *
 * RandomMigration: a random table, rows and list of changes as YAML, and what a test may
 * expect of the columns without asking the code under test.
 */
#pragma once

#include <glib.h>

/* One thing an application keeps in a column.  A change may give it another name, or keep
 * what it says in other columns (the same group). */
typedef struct
{
  char *start;           /* its name before; NULL: it comes with the migration */
  char *end;             /* its name after; NULL: it goes */
  gboolean is_text;      /* else an INTEGER */
  gboolean is_required;  /* NOT NULL */
  gboolean is_exact;     /* start and end hold the same value */
  gboolean is_same_name; /* but not the same type: the new application has to wait */
  gboolean is_rewritten; /* a step changes its values of its own accord */
  guint group;           /* related ones have the same number; 0: none */
} Logical;

typedef struct
{
  GString *yaml;
  GPtrArray *logicals; /* Logical * */
  char *end_table;     /* what 't' is called at the end */
  char *end_key;       /* what its key 'id' is called at the end */
  gboolean may_delete; /* a step may delete rows */
} RandomMigration;

RandomMigration *random_migration_new (GRand *rand);
void random_migration_free (RandomMigration *migration);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (RandomMigration, random_migration_free)

/* A text or number that an application might write. */
const char *random_text (GRand *rand);
gint64 random_number (GRand *rand);
