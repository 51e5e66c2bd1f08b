/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM200 to ZDM299: statements that block, scan or rewrite.
 */
#include "config.h"

#include "safety/judges.h"
#include "safety/rule_sets.h"

const SafetyRule RULES_OF_LOCKING[] = {
  {
      .id = "ZDM200-volatile-default",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A column is added with a default that is evaluated for each row",
      .help = "Every row is written anew while nobody can use {table}. Add {column} "
              "without a default, set the default next (`alter_column: { column: "
              "{column}, default_expression: … }`), and fill the rows that are there by "
              "a `backfill`.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED,
      .message
      = "column '{column}' is added to '{table}' with a default that rewrites the "
        "table",
      .judge = rule_volatile_default,
  },
  {
      .id = "ZDM201-stored-generated-column",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A stored generated column is added",
      .help = "Every row is computed and written while nobody can use {table}. Write "
              "`add_column: { column: { name: {column}, … }, from: …, transform: … }`: "
              "zdm keeps it in step and fills it in chunks; or make it virtual where the "
              "server can.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "the stored generated column '{column}' is added to '{table}', which "
                 "rewrites the table",
      .judge = rule_generated_column,
  },
  {
      .id = "ZDM202-numbered-column",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A column that numbers the rows is added",
      .help = "Every row gets its number while nobody can use {table}. Add {column} as a "
              "plain BIGINT that may be null, give new rows a sequence's next value by a "
              "default, fill the old ones by a `backfill`, and make it unique by an "
              "index that is built concurrently.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED,
      .message
      = "the numbered column '{column}' is added to '{table}', which rewrites the "
        "table",
      .judge = rule_numbered_column,
  },
  {
      .id = "ZDM203-required-column",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A column is added that needs a value and has none",
      .help = "The statement fails where {table} has rows (MySQL fills in 0 or ''), and "
              "old versions, which do not know {column}, cannot insert any more. Give it "
              "a default, or write it as the change `add_column`, which makes it NOT "
              "NULL in the contracting phase.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "column '{column}' is added to '{table}' as NOT NULL without a default",
      .judge = judge_required_column,
  },
  {
      .id = "ZDM204-set-not-null",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "SET NOT NULL looks at every row under a lock",
      .help = "Nobody can read or write {table} meanwhile. Prove it first: `ALTER TABLE "
              "{table} ADD CONSTRAINT {column}_given CHECK ({column} IS NOT NULL) NOT "
              "VALID`, then in another transaction `VALIDATE CONSTRAINT {column}_given`, "
              "then SET NOT NULL, then drop the check. `alter_column: { column: "
              "{column}, nullable: false }` does all of it.",
      .kinds = EFFECT_BIT (EFFECT_SET_NOT_NULL),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED,
      .message = "column '{column}' of '{table}' is made NOT NULL, which scans the table "
                 "under a lock",
      .judge = rule_set_not_null,
  },
  {
      .id = "ZDM205-type-change",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A change of type rewrites the table under a lock",
      .help = "Nobody can write to {table} until every row and index is written anew, "
              "and old versions meet the new type at once. Write `alter_column: { "
              "column: {column}, type: … }`: zdm fills a shadow column in chunks, keeps "
              "it in step and swaps it in.",
      .kinds = EFFECT_BIT (EFFECT_ALTER_TYPE),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED,
      .check = rule_type_change,
  },
  {
      .id = "ZDM206-index-not-concurrent",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "An index is built while writers wait",
      .help = "Nobody can write to {table} until the index is done. Write `CREATE INDEX "
              "CONCURRENTLY`, alone and outside a transaction, or `create_index`, which "
              "also removes what a failed build leaves behind.",
      .kinds = EFFECT_BIT (EFFECT_CREATE_INDEX),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "index '{object}' on '{table}' is built without CONCURRENTLY",
      .judge = rule_not_concurrent,
  },
  {
      .id = "ZDM207-drop-index-not-concurrent",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES,
      .summary = "An index is dropped without CONCURRENTLY",
      .help = "The drop waits for every query on the table, and everything that comes "
              "later waits behind it. Write `DROP INDEX CONCURRENTLY {object}`, alone "
              "and outside a transaction, or `drop_index: { name: {object} }`.",
      .kinds = EFFECT_BIT (EFFECT_DROP_INDEX),
      .message = "index '{object}' is dropped without CONCURRENTLY",
      .judge = rule_not_concurrent,
  },
  {
      .id = "ZDM208-concurrently-in-transaction",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "CONCURRENTLY inside a transaction",
      .help = "Such a statement commits by itself several times. Give it a step, or a "
              "file, of its own, without BEGIN and with no other statement beside it.",
      .kinds = EFFECT_BIT (EFFECT_CREATE_INDEX) | EFFECT_BIT (EFFECT_DROP_INDEX)
               | EFFECT_BIT (EFFECT_REINDEX) | EFFECT_BIT (EFFECT_DETACH_PARTITION),
      .message = "CONCURRENTLY stands inside a transaction, and the server refuses that",
      .judge = rule_concurrently_in_transaction,
  },
  {
      .id = "ZDM209-reindex",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "REINDEX without CONCURRENTLY",
      .help = "Nobody can write to the table, or use the index, until it is done. Write "
              "`REINDEX … CONCURRENTLY`, outside a transaction; an interrupted one "
              "leaves an index whose name ends in _ccnew, to be dropped.",
      .kinds = EFFECT_BIT (EFFECT_REINDEX),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "REINDEX '{table}' '{object}' makes writers wait",
      .judge = rule_reindex,
  },
  {
      .id = "ZDM210-detach-partition",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "DETACH PARTITION without CONCURRENTLY",
      .help = "It locks {table} with all its partitions. Write `ALTER TABLE {table} "
              "DETACH PARTITION … CONCURRENTLY`, outside a transaction.",
      .kinds = EFFECT_BIT (EFFECT_DETACH_PARTITION),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "a partition of '{table}' is detached while everybody waits",
      .judge = rule_detach_partition,
  },
  {
      .id = "ZDM211-attach-partition",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES,
      .summary = "ATTACH PARTITION looks at every row of the partition",
      .help = "The server scans the partition under a lock. Add a CHECK that says the "
              "bounds to it as NOT VALID, validate it in another transaction, attach, "
              "and drop the check.",
      .kinds = EFFECT_BIT (EFFECT_ATTACH_PARTITION),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "a partition is attached to '{table}' without a check that proves its "
                 "bounds",
      .judge = rule_attach_partition,
  },
  {
      .id = "ZDM212-table-rewrite",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "CLUSTER and VACUUM FULL write the table anew under a lock",
      .help = "Not even readers get through until it is done. Use pg_repack, which swaps "
              "in a copy that it has kept in step; a plain VACUUM makes the room usable "
              "again.",
      .kinds = EFFECT_BIT (EFFECT_CLUSTER) | EFFECT_BIT (EFFECT_VACUUM),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "'{table}' is written anew while nobody can use it",
      .judge = rule_cluster,
  },
  {
      .id = "ZDM213-lock-table",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A table is locked by hand",
      .help = "Everybody waits until the end of the transaction, whatever happens in it. "
              "zdm takes the locks it needs itself, in short tries; leave the statement "
              "out, or say why in an `allow`.",
      .kinds = EFFECT_BIT (EFFECT_LOCK_TABLE),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "'{table}' is locked by hand",
  },
  {
      .id = "ZDM214-foreign-key-validated",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A foreign key is added and checked in one go",
      .help = "Every row of {table} is looked up while both tables are locked against "
              "writes; MySQL and MariaDB copy the table. On PostgreSQL add it `NOT "
              "VALID` and `VALIDATE CONSTRAINT {object}` in a later transaction; "
              "`add_constraint` does that.",
      .kinds = EFFECT_BIT (EFFECT_ADD_CONSTRAINT),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "foreign key '{object}' of '{table}' is checked while writers of both "
                 "tables wait",
      .judge = rule_foreign_key_validated,
  },
  {
      .id = "ZDM215-foreign-key-lock",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES,
      .summary = "A foreign key of a new table or column locks the table it refers to",
      .help = "There is nothing to check, but the lock is asked for all the same: behind "
              "a long transaction it makes every writer of that table wait. `SET "
              "lock_timeout = '2s'` before the statement, and try again when it fails.",
      .kinds = EFFECT_BIT (EFFECT_ADD_CONSTRAINT) | EFFECT_BIT (EFFECT_ADD_COLUMN),
      .exempt = EXEMPT_TYPED,
      .message = "the foreign key of '{table}' locks the table that it refers to against "
                 "writes",
      .judge = rule_foreign_key_lock,
  },
  {
      .id = "ZDM216-check-validated",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A check is added and every row looked at in one go",
      .help = "Nobody can use {table} until every row has been looked at; MySQL and "
              "MariaDB copy the table. On PostgreSQL add it `NOT VALID` and `VALIDATE "
              "CONSTRAINT {object}` in a later transaction; `add_constraint` does that.",
      .kinds = EFFECT_BIT (EFFECT_ADD_CONSTRAINT),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "check '{object}' of '{table}' is validated while the table is locked",
      .judge = rule_check_validated,
  },
  {
      .id = "ZDM217-validated-at-once",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "NOT VALID and VALIDATE in one transaction",
      .help = "The lock of the ADD is held while every row is looked at, which is what "
              "NOT VALID was to avoid. COMMIT in between, or validate in a step of the "
              "next phase.",
      .kinds = EFFECT_BIT (EFFECT_VALIDATE_CONSTRAINT),
      .exempt = EXEMPT_NEW_TABLE,
      .message
      = "constraint '{object}' of '{table}' is validated in the transaction that "
        "adds it",
      .judge = rule_validate_at_once,
  },
  {
      .id = "ZDM218-unique-constraint",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "A unique constraint builds its index under a lock",
      .help = "`CREATE UNIQUE INDEX CONCURRENTLY … ON {table}` first, then `ALTER TABLE "
              "{table} ADD CONSTRAINT … UNIQUE USING INDEX …`, which takes no time. "
              "`add_constraint` does both.",
      .kinds = EFFECT_BIT (EFFECT_ADD_CONSTRAINT) | EFFECT_BIT (EFFECT_ADD_COLUMN),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED,
      .message = "a unique constraint is added to '{table}', whose index is built while "
                 "nobody can use it",
      .judge = rule_unique_constraint,
  },
  {
      .id = "ZDM219-primary-key",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A primary key builds its index under a lock",
      .help
      = "`CREATE UNIQUE INDEX CONCURRENTLY … ON {table}` over NOT NULL columns "
        "first, then `ALTER TABLE {table} ADD PRIMARY KEY USING INDEX …`. On MySQL "
        "and MariaDB the table is rebuilt: do it with ALGORITHM=INPLACE, LOCK=NONE.",
      .kinds = EFFECT_BIT (EFFECT_ADD_CONSTRAINT),
      .exempt = EXEMPT_NEW_TABLE,
      .message
      = "a primary key is added to '{table}', whose index is built while the table "
        "is locked",
      .judge = rule_primary_key,
  },
  {
      .id = "ZDM220-nullable-primary-key",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES,
      .summary = "A primary key is put on columns that may be null",
      .help = "The server then makes them NOT NULL, which scans {table} under a lock. "
              "Prove it first by a CHECK (… IS NOT NULL) that is added NOT VALID and "
              "validated, then SET NOT NULL, then the key.",
      .kinds = EFFECT_BIT (EFFECT_ADD_CONSTRAINT),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED,
      .message
      = "the primary key of '{table}' takes over an index whose columns may be null",
      .judge = rule_nullable_primary_key,
  },
  {
      .id = "ZDM221-exclusion-constraint",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "An exclusion constraint is added to a table in use",
      .help = "Its index is built, and every row compared, while nobody can use {table}; "
              "it can be neither NOT VALID nor taken over from an index. Make a new "
              "table that has it from the start, and copy the rows into that.",
      .kinds = EFFECT_BIT (EFFECT_ADD_CONSTRAINT),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "an exclusion constraint is added to '{table}', whose index is built "
                 "while nobody can use it",
      .judge = rule_exclusion,
  },
  {
      .id = "ZDM222-long-transaction",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES,
      .summary = "More work while a table is locked against everybody",
      .help = "A lock is held until the end of the transaction, so the work of this "
              "statement is added to everybody's wait; two locked tables also invite "
              "deadlocks. COMMIT after each change of a table.",
      .kinds = EFFECT_BIT (EFFECT_UPDATE) | EFFECT_BIT (EFFECT_DELETE)
               | EFFECT_BIT (EFFECT_VALIDATE_CONSTRAINT) | EFFECT_BIT (EFFECT_OTHER)
               | EFFECT_BIT (EFFECT_ADD_COLUMN) | EFFECT_BIT (EFFECT_DROP_COLUMN)
               | EFFECT_BIT (EFFECT_RENAME_COLUMN) | EFFECT_BIT (EFFECT_ALTER_TYPE)
               | EFFECT_BIT (EFFECT_SET_NOT_NULL) | EFFECT_BIT (EFFECT_DROP_NOT_NULL)
               | EFFECT_BIT (EFFECT_SET_DEFAULT) | EFFECT_BIT (EFFECT_DROP_DEFAULT)
               | EFFECT_BIT (EFFECT_DROP_TABLE) | EFFECT_BIT (EFFECT_RENAME_TABLE)
               | EFFECT_BIT (EFFECT_TRUNCATE) | EFFECT_BIT (EFFECT_CLUSTER)
               | EFFECT_BIT (EFFECT_DROP_CONSTRAINT)
               | EFFECT_BIT (EFFECT_RENAME_CONSTRAINT)
               | EFFECT_BIT (EFFECT_ADD_CONSTRAINT),
      .message
      = "this statement runs while an earlier one of its transaction keeps a table "
        "locked",
      .judge = rule_long_transaction,
  },
  {
      .id = "ZDM223-several-alters",
      .severity = SEVERITY_INFO,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "Several statements alter one table",
      .help = "Each one waits for its lock, and may rewrite the table, again. Write the "
              "changes of {table} that belong together into one ALTER TABLE.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN) | EFFECT_BIT (EFFECT_DROP_COLUMN)
               | EFFECT_BIT (EFFECT_ALTER_TYPE) | EFFECT_BIT (EFFECT_SET_NOT_NULL)
               | EFFECT_BIT (EFFECT_DROP_NOT_NULL) | EFFECT_BIT (EFFECT_SET_DEFAULT)
               | EFFECT_BIT (EFFECT_DROP_DEFAULT),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "'{table}' is altered by several statements",
      .judge = rule_several_alters,
  },
  {
      .id = "ZDM224-algorithm-copy",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_MARIADB | TARGET_MYSQL,
      .summary = "ALGORITHM=COPY copies the table while writers wait",
      .help = "Say ALGORITHM=INSTANT, or INPLACE with LOCK=NONE: the server refuses when "
              "it cannot, instead of stopping everybody. What needs a copy goes into a "
              "new column that is filled in chunks.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN) | EFFECT_BIT (EFFECT_DROP_COLUMN)
               | EFFECT_BIT (EFFECT_RENAME_COLUMN) | EFFECT_BIT (EFFECT_ALTER_TYPE)
               | EFFECT_BIT (EFFECT_SET_DEFAULT) | EFFECT_BIT (EFFECT_DROP_DEFAULT)
               | EFFECT_BIT (EFFECT_ADD_CONSTRAINT) | EFFECT_BIT (EFFECT_DROP_CONSTRAINT)
               | EFFECT_BIT (EFFECT_CREATE_INDEX) | EFFECT_BIT (EFFECT_DROP_INDEX)
               | EFFECT_BIT (EFFECT_OTHER),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "'{table}' is altered with ALGORITHM=COPY, and writers wait",
      .judge = rule_algorithm_copy,
  },
  {
      .id = "ZDM225-lock-clause",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_MARIADB | TARGET_MYSQL,
      .summary = "LOCK=SHARED or EXCLUSIVE makes writers wait",
      .help = "Say LOCK=NONE: the server refuses when it cannot, instead of stopping "
              "everybody.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN) | EFFECT_BIT (EFFECT_DROP_COLUMN)
               | EFFECT_BIT (EFFECT_RENAME_COLUMN) | EFFECT_BIT (EFFECT_ALTER_TYPE)
               | EFFECT_BIT (EFFECT_SET_DEFAULT) | EFFECT_BIT (EFFECT_DROP_DEFAULT)
               | EFFECT_BIT (EFFECT_ADD_CONSTRAINT) | EFFECT_BIT (EFFECT_DROP_CONSTRAINT)
               | EFFECT_BIT (EFFECT_CREATE_INDEX) | EFFECT_BIT (EFFECT_DROP_INDEX)
               | EFFECT_BIT (EFFECT_OTHER),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "'{table}' is altered under a LOCK that makes writers wait",
      .judge = rule_lock_clause,
  },
  {
      .id = "ZDM226-enum-copy",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A list of values changes otherwise than at its end",
      .help = "Values are stored by their place in the list, so the server copies the "
              "table while writers wait, and old versions meet values that moved. Add "
              "new values at the end; do without a value by no longer writing it.",
      .kinds = EFFECT_BIT (EFFECT_ALTER_TYPE),
      .exempt = EXEMPT_NEW_TABLE,
      .message
      = "the values of '{column}' of '{table}' change otherwise than at the end of "
        "the list",
      .judge = rule_enum_copy,
  },
  {
      .id = "ZDM227-needs-blocking",
      .severity = SEVERITY_INFO,
      .engines = TARGET_MARIADB | TARGET_MYSQL | TARGET_SQLITE,
      .summary = "An engine can do this only while writers wait",
      .help = "zdm never blocks silently: on that engine the step is refused before "
              "anything is touched. Write `allow_blocking: true` beside the change to "
              "{table} once the stop is agreed, or `engines:` to leave the engine out.",
      .kinds = EFFECT_BIT (EFFECT_ADD_CONSTRAINT) | EFFECT_BIT (EFFECT_DROP_CONSTRAINT)
               | EFFECT_BIT (EFFECT_ALTER_TYPE),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_PORTABLE,
      .check = rule_needs_blocking,
  },
  {
      .id = "ZDM228-no-lock-timeout",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A plain SQL file waits for locks without a bound",
      .help = "Behind one long transaction the statement waits, and everybody waits "
              "behind the statement. Begin the file with `SET lock_timeout = '2s'` "
              "(MySQL and MariaDB: `SET lock_wait_timeout = 2`) and try again when it "
              "fails. In a migration file zdm does this itself.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN) | EFFECT_BIT (EFFECT_DROP_COLUMN)
               | EFFECT_BIT (EFFECT_RENAME_COLUMN) | EFFECT_BIT (EFFECT_ALTER_TYPE)
               | EFFECT_BIT (EFFECT_SET_NOT_NULL) | EFFECT_BIT (EFFECT_DROP_NOT_NULL)
               | EFFECT_BIT (EFFECT_SET_DEFAULT) | EFFECT_BIT (EFFECT_DROP_DEFAULT)
               | EFFECT_BIT (EFFECT_ADD_CONSTRAINT) | EFFECT_BIT (EFFECT_DROP_CONSTRAINT)
               | EFFECT_BIT (EFFECT_RENAME_CONSTRAINT) | EFFECT_BIT (EFFECT_DROP_TABLE)
               | EFFECT_BIT (EFFECT_RENAME_TABLE) | EFFECT_BIT (EFFECT_TRUNCATE)
               | EFFECT_BIT (EFFECT_CREATE_INDEX) | EFFECT_BIT (EFFECT_DROP_INDEX)
               | EFFECT_BIT (EFFECT_CREATE_TRIGGER) | EFFECT_BIT (EFFECT_ATTACH_PARTITION)
               | EFFECT_BIT (EFFECT_DETACH_PARTITION),
      .exempt = EXEMPT_NEW_TABLE,
      .message
      = "no lock timeout is set before the first statement that waits for a lock",
      .judge = rule_no_lock_timeout,
  },
  {
      .id = "ZDM229-lock-timeout",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A lock timeout that bounds nothing",
      .help = "Its length is the worst stall an application sees; 0 is no bound at all. "
              "Set 1 to 3 seconds, and try again with pauses.",
      .kinds = EFFECT_BIT (EFFECT_SET),
      .message
      = "{object} is set to a value that lets applications wait for more than 10 s",
      .judge = rule_lock_timeout,
  },
  {
      .id = "ZDM230-update-all-rows",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "One UPDATE changes every row",
      .help = "It locks every row of {table} until it commits, doubles the table and "
              "delays replicas. Write a `backfill`, or `update_rows`: zdm goes in chunks "
              "by key, only over rows that need it, and can be stopped and continued.",
      .kinds = EFFECT_BIT (EFFECT_UPDATE),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED,
      .message = "every row of '{table}' is updated by one statement",
      .judge = rule_update_all_rows,
  },
  {
      .id = "ZDM231-concurrently-corrupts",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES,
      .summary = "PostgreSQL 14.0 to 14.3 may build a corrupt index concurrently",
      .help = "Rows that change meanwhile may be missing from the index. Upgrade to 14.4 "
              "or later first; check indexes that are there with amcheck, and rebuild "
              "them.",
      .kinds = EFFECT_BIT (EFFECT_CREATE_INDEX) | EFFECT_BIT (EFFECT_REINDEX),
      .exempt = EXEMPT_NEW_TABLE,
      .message = "index '{object}' is built concurrently on PostgreSQL 14 before 14.4",
      .judge = rule_concurrently_corrupts,
  },
  { .id = NULL },
};
