/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM001 to ZDM099: rules about the file, its phases and its clients.
 */
#include "config.h"

#include "safety/rule_sets.h"

const SafetyRule RULES_OF_PHASES[] = {
  {
      .id = "ZDM001-no-steps",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "The migration does nothing",
      .help
      = "A file without a change or a step is most often unfinished. Add a `change`, or "
        "remove the file.",
      .check = rule_no_steps,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM002-contract-without-expand",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A step takes something away and nothing was put in its place",
      .help
      = "Old clients still use what the step takes away, and its values are lost. Put "
        "the new shape in place by an expanding step first; or write it as a change "
        "(`change: { drop_column: … }`), which says that the loss is meant.",
      .check = rule_contract_without_expand,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM003-phase-order",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A step stands after a step of a later phase",
      .help
      = "Old and new clients work side by side only when everything expands, then "
        "everything migrates, then everything contracts. Move the step up, or put it "
        "into a migration of its own.",
      .check = rule_phase_order,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM004-too-many-steps",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "More than 10 steps or changes in one migration",
      .help
      = "A long migration keeps both shapes alive for long, and one failure undoes all "
        "of it. Several small files, each with one purpose, can be contracted one by "
        "one.",
      .check = rule_too_many_steps,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM005-contract-without-backfill",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A step drops values that no step has copied",
      .help
      = "Rows written before the migration have their values only in what is dropped. "
        "Add a migrating step that fills the new column (`backfill`), or write the drop "
        "as a change, which says that the loss is meant.",
      .check = rule_contract_without_backfill,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM006-unknown-allow",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "An `allow` names no rule",
      .help = "Such an entry allows nothing. `zdm-run explain` lists the rules.",
      .check = rule_unknown_allow,
      .runs_last = TRUE,
  },
  {
      .id = "ZDM007-unused-allow",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "An `allow` has nothing to allow",
      .help
      = "What it excused is gone; left in place it would hide the next finding of that "
        "rule. Remove the entry.",
      .check = rule_unused_allow,
      .runs_last = TRUE,
  },
  {
      .id = "ZDM008-destructive-too-early",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "Something is dropped or renamed before the contracting phase",
      .help = "Old clients still use it while the migration expands and migrates. For "
              "{table}.{column}: add the new shape while expanding, fill it while "
              "migrating, and drop the old one in a contracting step, which waits for "
              "its gate; a change (`change: { drop_column: … }`, `rename_column`) does "
              "all of it.",
      .check = rule_destructive_too_early,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM009-narrowing-too-early",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "Something is made narrower before the contracting phase",
      .help = "Old clients may still write what the narrower shape refuses. Widen while "
              "expanding and narrow while contracting: write it as a change "
              "(`alter_column`, `add_constraint`, `create_index`), or put the step for "
              "{table}.{column} into the contracting phase, behind a repair of the rows "
              "that break it.",
      .check = rule_narrowing_too_early,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM011-changed-default",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "A default changes under old clients",
      .help = "An old client that leaves {column} out gets another value from now on, "
              "and may not know it. Change the default of {table}.{column} in a "
              "contracting step, or let new clients give the value.",
      .check = rule_changed_default,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM012-bound-before-backfill",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A constraint is enforced before the rows it is about are filled",
      .help = "The rows that are still to be filled break it, and the step fails or "
              "locks the table for nothing. Fill {table}.{column} first, in a migrating "
              "step, and bind it in a contracting one.",
      .check = rule_bound_before_backfill,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM013-drop-without-replacement",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A step drops what no step has replaced",
      .help = "The migration expands something, but nothing that takes the place of what "
              "is dropped. Add a column `from` it and a backfill, or `relax_column` when "
              "it goes without a successor; or write the drop as a change, which says "
              "that the loss is meant.",
      .check = rule_drop_without_replacement,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM014-mirror-without-backfill",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A mirror is never filled for the rows that are there",
      .help = "Its triggers fill what is written from now on; the rows that nobody "
              "writes stay null. Add a migrating step: `backfill: { column: …, from: … "
              "}`.",
      .check = rule_mirror_without_backfill,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM015-backfill-without-sync",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "Values written between the backfill and the drop are lost",
      .help = "The backfill copies once; what old clients write afterwards stays in the "
              "old column and goes away with it. Add the new column `from` the old one "
              "(`add_column: { column: …, from: …, sync: both }`), which installs the "
              "write-sync before the backfill.",
      .check = rule_backfill_without_sync,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM016-stale-copy",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "A new column is copied once and then left behind",
      .help = "Rows that are written after the backfill have nothing in the new column. "
              "Add it `from` the old one, which keeps them in step; or let every client "
              "write it, and declare that under `clients`.",
      .check = rule_stale_copy,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM017-sync-after-backfill",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A trigger is installed after the rows were filled",
      .help = "What clients write between the backfill and the trigger is in neither. "
              "Install the trigger first, in an expanding step, and fill second; "
              "`add_column` with `from` and `sync` does both in the right order.",
      .check = rule_sync_after_backfill,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM018-one-way-sync",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "What new clients write does not reach old ones",
      .help = "While both versions run, an old client reads a column that new clients do "
              "not write. Keep them in step both ways (`sync: both`, with `backward` "
              "where it cannot be inferred), or end the old readers before the new "
              "writers begin.",
      .check = rule_one_way_sync,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM019-sync-left-behind",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "Nothing ends a sync",
      .help = "Its triggers stay for ever: every write pays for them, and the new column "
              "never gets its own default and NOT NULL. Drop the old column at contract, "
              "or end the sync: `end_sync: { column: … }` in a contracting step.",
      .check = rule_sync_left_behind,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM020-trigger-left-behind",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A column goes away under a trigger that writes it",
      .help = "From that step on every write to the table fails. Drop the trigger first, "
              "then the column, then the function; `add_column` with `from` takes care "
              "of its own triggers.",
      .check = rule_trigger_left_behind,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM021-contract-without-gate",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "Nothing checks that the old shape may go",
      .help = "zdm counts the rows out of step before it drops the old column of a "
              "mirror. Of raw SQL it knows nothing: give the SQL step a `verify` whose "
              "first value must be true (`verify: \"SELECT count(*) = 0 FROM … WHERE "
              "…\"`), or write the copy as `add_column` with `from`.",
      .check = rule_contract_without_gate,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM022-constraint-not-validated",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "A constraint is added NOT VALID and left so",
      .help = "New rows are checked, the old ones never: the database promises nothing "
              "about them, and the planner cannot use it. Validate it in a contracting "
              "step (`VALIDATE CONSTRAINT`); the typed `add_constraint` does both.",
      .check = rule_constraint_not_validated,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM023-client-needs-removed",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "A client still needs what a step takes away",
      .help = "The client is promised to work after {table}.{column} is gone. Let it end "
              "before the contract (`before: contracting` on the client), or teach it "
              "the new shape first and declare that version.",
      .check = rule_client_needs_removed,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM024-client-too-early",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "A client uses a column before it is there or filled",
      .help = "Start the client later: `after: migrating` once {column} is filled, "
              "`after: expanding` when it only writes it.",
      .check = rule_client_too_early,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM025-no-rollback",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "Raw SQL has no way back",
      .help = "zdm undoes typed operations from what it kept. Of SQL it keeps nothing: "
              "give the step a `rollback` that undoes exactly what `forward` does "
              "(`SELECT 1` when there is nothing to undo), or write it as a typed "
              "operation.",
      .check = rule_no_rollback,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM026-rollback-loses-data",
      .severity = SEVERITY_INFO,
      .engines = TARGET_ALL,
      .summary = "A rollback cannot bring back what SQL destroys",
      .help = "The `rollback` of such SQL makes the column or table again, empty. Write "
              "the drop as a typed operation: zdm keeps the values until the contract is "
              "over, or refills them by `backward`.",
      .check = rule_rollback_loses_data,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM027-backfill-without-key",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "A backfill has no primary key to go by",
      .help = "A backfill goes by ranges of the primary key, in short transactions, and "
              "remembers how far it is. Without a key it is one long statement. Declare "
              "the key the table has, or give it one first (`add_constraint` with "
              "`primary_key`).",
      .check = rule_backfill_without_key,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM029-backfill-with-ddl",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "One SQL step changes a table and writes its rows",
      .help = "The lock of the ALTER is held for as long as the rows take, and nobody "
              "reads the table meanwhile. Make two steps of it: the shape in an "
              "expanding step, the rows in a migrating one.",
      .check = rule_backfill_with_ddl,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM030-several-statements",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "An SQL step that stops half-way cannot be resumed",
      .help = "MariaDB and MySQL commit after each statement that changes a table, and "
              "CONCURRENTLY commits by itself: stopped in between, the step is neither "
              "done nor undone. Write one statement a step, or give the text for the "
              "engine that commits it as one (`forward: { postgres: … }`).",
      .check = rule_several_statements,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM031-invalid-index-leftover",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES,
      .summary = "An INVALID index is taken for a good one",
      .help = "A CREATE INDEX CONCURRENTLY that fails leaves an INVALID index, and IF "
              "NOT EXISTS is content with it. Drop it first (`DROP INDEX CONCURRENTLY IF "
              "EXISTS …` in a step of its own) and leave IF NOT EXISTS out; the typed "
              "`create_index` finds and rebuilds it.",
      .check = rule_invalid_index_leftover,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM032-open-expand",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A column takes part in two changes at once",
      .help = "An earlier file has given the column a mirror and has not contracted it: "
              "two syncs on one column overwrite each other. Contract or end that one "
              "first, then begin this one.",
      .check = rule_open_expand,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM033-duplicate-id",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "Two files have the same id",
      .help = "The journal knows migrations by their ids: the second one would be taken "
              "for the first and never run. Give this file an id of its own.",
      .check = rule_duplicate_id,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM034-id-out-of-order",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "The id is lower than that of a file before it",
      .help = "Databases that have run the later one run this one after it, new "
              "databases before it: they may end up different. Give the file the next "
              "number.",
      .check = rule_id_out_of_order,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM035-narrower-replacement",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A new column is narrower than the one it is copied from",
      .help = "Values that do not fit stay null, and the contract is refused for their "
              "rows. Give the new column the old one's type, say with a `transform` what "
              "becomes of the others (`cast`, `map`, `coalesce`), or allow the finding "
              "when every value is known to fit.",
      .check = rule_narrower_replacement,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM036-index-not-moved",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "An index or constraint goes away with the old column",
      .help = "Queries that used it read the whole table from the contract on. Create "
              "one on the new column in an expanding step (`create_index`), or use "
              "`rename_column`, along which indexes and constraints follow.",
      .check = rule_index_not_moved,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM037-engine-too-old",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "The named version of the engine does not have it",
      .help = "The statement fails, or it works only by stopping writes on {table}. Name "
              "the version you run, keep the step off that engine (`engines: […]`), or "
              "take a way that the old version has.",
      .check = rule_engine_too_old,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM038-sql-could-be-typed",
      .severity = SEVERITY_INFO,
      .engines = TARGET_ALL,
      .summary = "Raw SQL says what an operation says too",
      .help = "A typed operation is checked before it runs, rehearsed, undone and "
              "resumed; of SQL zdm knows none of that. Write it as the operation that "
              "the message names, and keep SQL for what has none.",
      .check = rule_sql_could_be_typed,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM039-opaque-sql",
      .severity = SEVERITY_INFO,
      .engines = TARGET_ALL,
      .summary = "SQL that no rule looks into",
      .help = "Nobody has checked what it locks, drops or leaves behind. Read it twice; "
              "say it by typed operations where there are any, or by statements of their "
              "own in place of a procedural block.",
      .check = rule_opaque_sql,
  },
  {
      .id = "ZDM040-edited-after-start",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A migration that was started is no longer what the file says",
      .help
      = "A database that has begun it goes on with the recorded text, and one that has "
        "finished it never runs the file again: databases would come apart. Give the "
        "file its old content back, and put what is new into a migration of its own; or "
        "abort the migration first, then its file may be edited.",
      .check = rule_edited_after_start,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM041-client-reads-all",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES,
      .summary = "A client has prepared `SELECT *` of a table whose columns change",
      .help = "PostgreSQL does not give a prepared statement another row type (\"cached "
              "plan must not change result type\"): each session that has prepared "
              "`SELECT *` gets that error, in a transaction also from drivers that "
              "otherwise prepare again by themselves. Name the columns of {table}, "
              "or have the client prepare nothing.",
      .check = rule_client_reads_all,
      .needs_plan = TRUE,
  },
  { .id = NULL },
};
