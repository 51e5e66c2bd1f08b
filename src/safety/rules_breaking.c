/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM100 to ZDM199: what breaks the clients that are running.
 */
#include "config.h"

#include "safety/judges.h"
#include "safety/rule_sets.h"

const SafetyRule RULES_OF_BREAKING[] = {
  {
      .id = "ZDM100-drop-column",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A column is dropped while clients may still use it",
      .help = "Every running version that reads or writes {column} fails at once, and "
              "its values are gone. Let it go by a change, `drop_column: { column: "
              "{column} }` on {table}: new versions stop using it first, and the "
              "contracting phase drops it.",
      .kinds = EFFECT_BIT (EFFECT_DROP_COLUMN),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED | EXEMPT_CONTRACTING,
      .message = "column '{column}' of '{table}' is dropped before the contracting phase",
      .judge = rule_drop_column,
  },
  {
      .id = "ZDM101-drop-table",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A table is dropped while clients may still use it",
      .help
      = "Every running version that uses {table} fails at once, and its rows are "
        "gone. Write `drop_table: { name: {table} }` as a change: it drops the "
        "table in the contracting phase, when the last client that uses it is gone.",
      .kinds = EFFECT_BIT (EFFECT_DROP_TABLE),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED | EXEMPT_CONTRACTING,
      .message = "table '{table}' is dropped before the contracting phase",
  },
  {
      .id = "ZDM102-drop-schema",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A schema or a database is dropped",
      .help = "No phase makes this safe and nothing brings it back. Drop the tables one "
              "by one, each by a migration that can be undone, and the empty schema by "
              "hand.",
      .kinds = EFFECT_BIT (EFFECT_DROP_SCHEMA),
      .message = "schema or database '{object}' is dropped",
  },
  {
      .id = "ZDM103-drop-then-create-table",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A table is dropped and made anew under the same name",
      .help = "Run again, or run on the wrong database, this empties {table}. Make the "
              "new table under a name of its own, copy, and rename; or drop the old one "
              "in a migration of its own.",
      .kinds = EFFECT_BIT (EFFECT_DROP_TABLE),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "table '{table}' is dropped, and made anew without its rows",
      .judge = rule_drop_then_create_table,
  },
  {
      .id = "ZDM104-truncate-cascade",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "TRUNCATE … CASCADE empties tables that it does not name",
      .help = "Which tables are emptied depends on the foreign keys of the day. Name "
              "every table that is meant: `TRUNCATE {table}, …`; the server then refuses "
              "when one is missing.",
      .kinds = EFFECT_BIT (EFFECT_TRUNCATE),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "TRUNCATE of '{table}' cascades to every table that refers to it",
      .judge = rule_truncate_cascade,
  },
  {
      .id = "ZDM105-rename-column",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A column is renamed under running clients",
      .help = "Old versions fail from that moment on, new ones failed until then. Write "
              "`rename_column: { from: {column}, to: {to} }` on {table}: both names then "
              "work until the old clients are gone.",
      .kinds = EFFECT_BIT (EFFECT_RENAME_COLUMN),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "column '{column}' of '{table}' is renamed to '{to}' at once",
      .judge = rule_rename_column,
  },
  {
      .id = "ZDM106-rename-table",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A table is renamed and nothing answers to its old name",
      .help = "Old versions fail from that moment on. Write the change `rename_table: { "
              "name: {table}, to: {to} }`, which keeps both names until contracting; or "
              "make a view {table} over {to} right after the rename, in the same "
              "transaction.",
      .kinds = EFFECT_BIT (EFFECT_RENAME_TABLE),
      .exempt = EXEMPT_NEW_TABLE,
      .message
      = "table '{table}' is renamed to '{to}', and nothing answers to the old name",
      .judge = rule_rename_table,
  },
  {
      .id = "ZDM107-rename-schema",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "A schema is renamed under running clients",
      .help = "Every query and search path that names {object} fails. Make {to} beside "
              "it, move the tables one at a time, each behind a view of its old name, "
              "and drop {object} last.",
      .kinds = EFFECT_BIT (EFFECT_RENAME_SCHEMA),
      .message = "schema '{object}' is renamed to '{to}' at once",
  },
  {
      .id = "ZDM108-rename-enum-value",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "A value of an enum is renamed under running clients",
      .help = "Old versions go on writing the old label, and are refused. Add the new "
              "value to {object}, write only that, update the rows that have the old one "
              "in chunks, and leave the old label unused.",
      .kinds = EFFECT_BIT (EFFECT_RENAME_ENUM_VALUE),
      .message = "a value of the enum '{object}' is renamed",
  },
  {
      .id = "ZDM109-drop-not-null",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A column may be null from now on",
      .help = "Running versions take it that {column} always has a value, and may fail "
              "on the first null. Write `alter_column: { column: {column}, nullable: "
              "true }` and declare the clients: a rehearsal then shows whether their "
              "reads bear it.",
      .kinds = EFFECT_BIT (EFFECT_DROP_NOT_NULL),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED,
      .message = "column '{column}' of '{table}' may be null from now on",
      .judge = rule_drop_not_null,
  },
  {
      .id = "ZDM110-drop-foreign-key",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A foreign key goes while clients may still rely on it",
      .help = "From then on nothing stops orphans, and ON DELETE no longer cleans up. "
              "Drop {object} in the contracting phase, once every version keeps the "
              "reference in order by itself.",
      .kinds = EFFECT_BIT (EFFECT_DROP_CONSTRAINT),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED | EXEMPT_CONTRACTING,
      .message = "foreign key '{object}' of '{table}' is dropped before the contracting "
                 "phase",
      .judge = rule_drop_foreign_key,
  },
  {
      .id = "ZDM111-drop-primary-key",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A primary key is dropped",
      .help = "Replication, upserts and zdm's own backfills find rows by it; MySQL and "
              "MariaDB copy the table as well. Build the new key's unique index first, "
              "and put it in place by one statement: `ALTER TABLE {table} DROP "
              "CONSTRAINT …, ADD PRIMARY KEY USING INDEX …`.",
      .kinds = EFFECT_BIT (EFFECT_DROP_CONSTRAINT),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "the primary key of '{table}' is dropped",
      .judge = rule_drop_primary_key,
  },
  {
      .id = "ZDM112-drop-unique",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "A unique index goes while clients may still rely on it",
      .help = "`ON CONFLICT` and `ON DUPLICATE KEY` of running versions need it, and "
              "duplicates that get in keep it from ever coming back. Build its successor "
              "first, and drop {object} in the contracting phase.",
      .kinds = EFFECT_BIT (EFFECT_DROP_INDEX) | EFFECT_BIT (EFFECT_DROP_CONSTRAINT),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED | EXEMPT_CONTRACTING,
      .message = "the unique index '{object}' is dropped before the contracting phase",
      .judge = rule_drop_unique,
  },
  { .id = NULL },
};
