/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM400 to ZDM499: raw SQL.
 */
#include "config.h"

#include "safety/judges.h"
#include "safety/rule_sets.h"

const SafetyRule RULES_OF_SQL[] = {
  {
      .id = "ZDM400-syntax-error",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES,
      .summary = "A statement that the database cannot read",
      .help
      = "The migration would stop there. Correct the statement; if it is written for "
        "another database, say so by `engines:` or text per engine (`forward: { "
        "mariadb: … }`), and for a plain SQL file by --engine.",
      .check = rule_syntax_error,
      .kinds = EFFECT_BIT (EFFECT_SYNTAX_ERROR),
  },
  {
      .id = "ZDM401-delete-all-rows",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "One DELETE takes every row away",
      .help = "A WHERE may have been forgotten; and the statement locks every row of "
              "{table} until it commits. Say which rows, or write `WHERE true` to show "
              "that all are meant.",
      .kinds = EFFECT_BIT (EFFECT_DELETE),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED,
      .message = "every row of '{table}' is deleted by one statement",
      .judge = rule_delete_all_rows,
  },
  {
      .id = "ZDM402-transaction-left-open",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "A transaction that is never committed",
      .help
      = "When the connection closes, everything since BEGIN is undone. Write COMMIT "
        "behind the last statement that belongs to it.",
      .kinds = EFFECT_BIT (EFFECT_BEGIN),
      .message = "the transaction that begins here is never committed",
      .judge = rule_transaction_left_open,
  },
  {
      .id = "ZDM403-nested-transaction",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "BEGIN inside a transaction",
      .help
      = "Transactions do not nest. PostgreSQL goes on in the first one, MariaDB and "
        "MySQL commit it, SQLite refuses. Commit the first one before, or remove this "
        "BEGIN; parts that may fail go between SAVEPOINT and RELEASE.",
      .kinds = EFFECT_BIT (EFFECT_BEGIN),
      .message = "BEGIN inside a transaction that is open already",
      .judge = rule_nested_transaction,
  },
  {
      .id = "ZDM404-stray-commit",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "COMMIT or ROLLBACK without BEGIN",
      .help = "There is nothing to commit or to undo: each statement before it was "
              "committed by itself. Write BEGIN before the first statement that belongs "
              "to the transaction, or remove this one.",
      .kinds = EFFECT_BIT (EFFECT_COMMIT) | EFFECT_BIT (EFFECT_ROLLBACK),
      .message = "no transaction is open here",
      .judge = rule_stray_commit,
  },
  {
      .id = "ZDM405-column-set-twice",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "One UPDATE sets a column twice",
      .help
      = "PostgreSQL refuses the statement; the others keep the last value without a "
        "word. Set the column once.",
      .check = rule_assigned_twice,
      .kinds = EFFECT_BIT (EFFECT_UPDATE),
  },
  {
      .id = "ZDM406-transaction-in-step",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_ALL,
      .summary = "BEGIN, COMMIT or ROLLBACK in an `sql` step",
      .help
      = "zdm runs a step and records it in one transaction; this statement ends that "
        "transaction, and a crash then leaves a step that is half done or done "
        "twice. Remove it; what must commit by itself is a step of its own.",
      .kinds = EFFECT_BIT (EFFECT_BEGIN) | EFFECT_BIT (EFFECT_COMMIT)
               | EFFECT_BIT (EFFECT_ROLLBACK),
      .message = "a step must not begin or end transactions",
      .judge = rule_transaction_in_step,
  },
  {
      .id = "ZDM407-vacuum-in-transaction",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES | TARGET_SQLITE,
      .summary = "VACUUM inside a transaction",
      .help
      = "The server refuses it there. Put it behind COMMIT; in a migration, into an "
        "`sql` step with no other statement.",
      .kinds = EFFECT_BIT (EFFECT_VACUUM),
      .message = "VACUUM stands inside a transaction, and the server refuses that",
      .judge = rule_vacuum_in_transaction,
  },
  { .id = NULL },
};
