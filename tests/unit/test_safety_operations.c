/* SPDX-License-Identifier: Apache-2.0
 *
 * The rules about operations, on effects made by hand: what each finds and what it lets
 * pass, whatever has told of the effect.
 */
#include "config.h"

#include "safety/judge.h"
#include "safety/type_change.h"

#include <string.h>

#include "testing.h"

typedef struct
{
  const char *rule;
  guint n_findings;
  const char *engines; /* NULL: all, in the versions that zdm is tested on */
  guint n_effects;
  const Effect *effects;
} Example;

#define SQL(...)                                                \
  {                                                             \
    .origin = EFFECT_OF_SQL, .engines = TARGET_ALL, __VA_ARGS__ \
  }
#define TYPED(...)                                                    \
  {                                                                   \
    .origin = EFFECT_OF_OPERATION, .engines = TARGET_ALL, __VA_ARGS__ \
  }
#define IN_TRANSACTION(...) SQL (.in_transaction = TRUE, __VA_ARGS__)
#define KIND(k) .kind = EFFECT_##k
#define T .table = "t"
#define TC .table = "t", .column = "c"

#define EXAMPLE(id, n, targets, ...)                                         \
  {                                                                          \
    .rule = id, .n_findings = n, .engines = targets,                         \
    .n_effects = sizeof ((const Effect[]){ __VA_ARGS__ }) / sizeof (Effect), \
    .effects = (const Effect[])                                              \
    {                                                                        \
      __VA_ARGS__                                                            \
    }                                                                        \
  }
#define FINDS(id, ...) EXAMPLE (id, 1, NULL, __VA_ARGS__)
#define PASSES(id, ...) EXAMPLE (id, 0, NULL, __VA_ARGS__)
#define FINDS_ON(id, targets, ...) EXAMPLE (id, 1, targets, __VA_ARGS__)
#define PASSES_ON(id, targets, ...) EXAMPLE (id, 0, targets, __VA_ARGS__)

#define CONTRACTING .phase = MIGRATION_PHASE_CONTRACTING
#define NEW .new_table = TRUE

#define LONG_NAME "a_name_of_more_than_sixty_three_bytes_is_cut_by_postgres_silently"

static const Example EXAMPLES[] = {
  /* Breaking */
  FINDS ("ZDM100", SQL (KIND (DROP_COLUMN), TC)),
  PASSES ("ZDM100", TYPED (KIND (DROP_COLUMN), TC, .phase = MIGRATION_PHASE_EXPANDING)),
  PASSES ("ZDM100", SQL (KIND (DROP_COLUMN), TC, CONTRACTING)),
  PASSES ("ZDM100", SQL (KIND (DROP_COLUMN), TC, NEW)),
  PASSES ("ZDM100", SQL (KIND (ADD_COLUMN), TC), SQL (KIND (DROP_COLUMN), TC)),
  FINDS ("ZDM100", SQL (KIND (ADD_COLUMN), T, .column = "d"),
         SQL (KIND (DROP_COLUMN), TC)),
  FINDS ("ZDM100", SQL (KIND (ADD_COLUMN), TC, .schema = "a"),
         SQL (KIND (DROP_COLUMN), TC, .schema = "b")),
  /* One statement, told of by two analyses. */
  FINDS ("ZDM100", SQL (KIND (DROP_COLUMN), TC), SQL (KIND (DROP_COLUMN), TC)),
  FINDS ("ZDM101", SQL (KIND (DROP_TABLE), T)),
  PASSES ("ZDM101", SQL (KIND (DROP_TABLE), T, NEW)),
  PASSES ("ZDM101", SQL (KIND (DROP_TABLE), T, CONTRACTING)),
  FINDS ("ZDM102", SQL (KIND (DROP_SCHEMA), .object = "s")),
  PASSES_ON ("ZDM102", "sqlite", SQL (KIND (DROP_SCHEMA), .object = "s")),
  FINDS ("ZDM103", SQL (KIND (DROP_TABLE), T), SQL (KIND (CREATE_TABLE), T)),
  PASSES ("ZDM103", SQL (KIND (DROP_TABLE), T), SQL (KIND (CREATE_TABLE), .table = "u")),
  PASSES ("ZDM103", SQL (KIND (CREATE_TABLE), T), SQL (KIND (DROP_TABLE), T)),
  FINDS ("ZDM104", SQL (KIND (TRUNCATE), T, .cascade = TRUE)),
  PASSES ("ZDM104", SQL (KIND (TRUNCATE), T)),
  FINDS ("ZDM105", SQL (KIND (RENAME_COLUMN), TC, .to = "d")),
  PASSES ("ZDM105", SQL (KIND (RENAME_COLUMN), TC, .to = "d"),
          SQL (KIND (ADD_COLUMN), TC)),
  PASSES ("ZDM105", SQL (KIND (ADD_COLUMN), TC),
          SQL (KIND (RENAME_COLUMN), TC, .to = "d")),
  PASSES ("ZDM105", SQL (KIND (RENAME_COLUMN), TC, .to = "d", NEW)),
  FINDS ("ZDM106", SQL (KIND (RENAME_TABLE), T, .to = "u")),
  FINDS ("ZDM106", TYPED (KIND (RENAME_TABLE), T, .to = "u")),
  PASSES ("ZDM106", SQL (KIND (RENAME_TABLE), T, .to = "u"),
          SQL (KIND (OTHER), .sql = "CREATE  VIEW t AS SELECT * FROM u")),
  FINDS ("ZDM106", SQL (KIND (RENAME_TABLE), T, .to = "u"),
         SQL (KIND (OTHER), .sql = "CREATE VIEW tt AS SELECT * FROM u")),
  PASSES ("ZDM106", SQL (KIND (RENAME_TABLE), T, .to = "u"),
          SQL (KIND (CREATE_TABLE), T)),
  FINDS ("ZDM107", SQL (KIND (RENAME_SCHEMA), .object = "a", .to = "b")),
  PASSES_ON ("ZDM107", "mariadb", SQL (KIND (RENAME_SCHEMA), .object = "a", .to = "b")),
  FINDS ("ZDM108", SQL (KIND (RENAME_ENUM_VALUE), .object = "e")),
  PASSES ("ZDM108", SQL (KIND (ADD_ENUM_VALUE), .object = "e")),
  FINDS ("ZDM109", SQL (KIND (DROP_NOT_NULL), TC)),
  PASSES ("ZDM109", TYPED (KIND (DROP_NOT_NULL), TC)),
  PASSES ("ZDM109", SQL (KIND (ADD_COLUMN), TC), SQL (KIND (DROP_NOT_NULL), TC)),
  FINDS ("ZDM110", SQL (KIND (DROP_CONSTRAINT), T, .object = "t_u_fkey")),
  FINDS ("ZDM110", SQL (KIND (DROP_CONSTRAINT), T, .object = "x",
                        .constraint = CONSTRAINT_FOREIGN_KEY)),
  PASSES ("ZDM110", SQL (KIND (DROP_CONSTRAINT), T, .object = "t_check")),
  PASSES ("ZDM110", SQL (KIND (DROP_CONSTRAINT), T, .object = "t_u_fkey", CONTRACTING)),
  PASSES ("ZDM110", SQL (KIND (DROP_CONSTRAINT), T, .object = "t_u_fkey"),
          SQL (KIND (DROP_COLUMN), TC)),
  PASSES ("ZDM110", SQL (KIND (ADD_CONSTRAINT), T, .object = "t_u_fkey"),
          SQL (KIND (DROP_CONSTRAINT), T, .object = "t_u_fkey")),
  FINDS ("ZDM111", SQL (KIND (DROP_CONSTRAINT), T, .object = "t_pkey")),
  FINDS ("ZDM111", SQL (KIND (DROP_CONSTRAINT), T, .object = "PRIMARY")),
  FINDS ("ZDM111", TYPED (KIND (DROP_CONSTRAINT), T, .object = "k", CONTRACTING,
                          .constraint = CONSTRAINT_PRIMARY_KEY)),
  PASSES ("ZDM111", SQL (KIND (DROP_CONSTRAINT), T, .object = "t_key")),
  FINDS ("ZDM112", SQL (KIND (DROP_INDEX), T, .object = "t_email_key")),
  FINDS ("ZDM112", SQL (KIND (DROP_INDEX), .object = "i", .unique = TRUE)),
  FINDS ("ZDM112",
         SQL (KIND (DROP_CONSTRAINT), T, .object = "i", .constraint = CONSTRAINT_UNIQUE)),
  PASSES ("ZDM112", SQL (KIND (DROP_INDEX), .object = "t_email_idx")),
  PASSES ("ZDM112", SQL (KIND (CREATE_INDEX), T, .object = "j", .unique = TRUE),
          SQL (KIND (DROP_INDEX), T, .object = "t_email_key")),
  FINDS ("ZDM112", SQL (KIND (CREATE_INDEX), T, .object = "j"),
         SQL (KIND (DROP_INDEX), T, .object = "t_email_key")),

  /* Locking: columns */
  FINDS ("ZDM200",
         SQL (KIND (ADD_COLUMN), TC, .default_volatility = DEFAULT_IS_VOLATILE)),
  PASSES ("ZDM200",
          SQL (KIND (ADD_COLUMN), TC, .default_volatility = DEFAULT_IS_CONSTANT)),
  PASSES ("ZDM200",
          SQL (KIND (ADD_COLUMN), TC, .default_volatility = DEFAULT_IS_VOLATILE, NEW)),
  FINDS_ON ("ZDM200", "postgres:10",
            SQL (KIND (ADD_COLUMN), TC, .default_volatility = DEFAULT_IS_CONSTANT)),
  PASSES_ON ("ZDM200", "postgres:11",
             SQL (KIND (ADD_COLUMN), TC, .default_volatility = DEFAULT_IS_CONSTANT)),
  PASSES_ON ("ZDM200", "postgres:10", SQL (KIND (ADD_COLUMN), TC)),
  FINDS ("ZDM201", SQL (KIND (ADD_COLUMN), TC, .stored_generated = TRUE)),
  PASSES ("ZDM201", SQL (KIND (ADD_COLUMN), TC)),
  FINDS ("ZDM202", SQL (KIND (ADD_COLUMN), TC, .identity = TRUE)),
  FINDS ("ZDM202", SQL (KIND (ADD_COLUMN), TC, .serial = TRUE)),
  PASSES ("ZDM202", SQL (KIND (ADD_COLUMN), TC)),
  PASSES ("ZDM202", SQL (KIND (ADD_COLUMN), TC, .serial = TRUE, NEW)),
  FINDS ("ZDM203", SQL (KIND (ADD_COLUMN), TC, .not_null = TRUE)),
  FINDS ("ZDM203", SQL (KIND (ADD_COLUMN), TC, .primary_key = TRUE)),
  PASSES ("ZDM203", SQL (KIND (ADD_COLUMN), TC)),
  PASSES ("ZDM203", SQL (KIND (ADD_COLUMN), TC, .not_null = TRUE, .identity = TRUE)),
  PASSES ("ZDM203", SQL (KIND (ADD_COLUMN), TC, .not_null = TRUE,
                         .default_volatility = DEFAULT_IS_CONSTANT)),
  FINDS ("ZDM204", SQL (KIND (SET_NOT_NULL), TC)),
  PASSES ("ZDM204", TYPED (KIND (SET_NOT_NULL), TC)),
  PASSES_ON ("ZDM204", "mariadb", SQL (KIND (SET_NOT_NULL), TC)),
#define CHECK_ADDED(...)                                                        \
  SQL (KIND (ADD_CONSTRAINT), T, .object = "k", .constraint = CONSTRAINT_CHECK, \
       .column = "c", .not_null = TRUE, __VA_ARGS__)
#define VALIDATED(name) SQL (KIND (VALIDATE_CONSTRAINT), T, .object = name)
  PASSES ("ZDM204", CHECK_ADDED (.not_valid = TRUE), VALIDATED ("k"),
          SQL (KIND (SET_NOT_NULL), TC)),
  PASSES ("ZDM204", CHECK_ADDED (.not_valid = FALSE), SQL (KIND (SET_NOT_NULL), TC)),
  FINDS ("ZDM204", CHECK_ADDED (.not_valid = TRUE), SQL (KIND (SET_NOT_NULL), TC)),
  FINDS ("ZDM204", CHECK_ADDED (.not_valid = TRUE), VALIDATED ("other"),
         SQL (KIND (SET_NOT_NULL), TC)),
  FINDS ("ZDM204", CHECK_ADDED (.not_valid = TRUE), VALIDATED ("k"),
         SQL (KIND (SET_NOT_NULL), T, .column = "d")),
  FINDS_ON ("ZDM204", "postgres:11", CHECK_ADDED (.not_valid = TRUE), VALIDATED ("k"),
            SQL (KIND (SET_NOT_NULL), TC)),
  PASSES_ON ("ZDM204", "postgres:12", CHECK_ADDED (.not_valid = TRUE), VALIDATED ("k"),
             SQL (KIND (SET_NOT_NULL), TC)),

  /* Locking: types */
  FINDS ("ZDM205",
         SQL (KIND (ALTER_TYPE), TC, .type_text = "bigint", .old_type_text = "integer")),
  FINDS ("ZDM205", SQL (KIND (ALTER_TYPE), TC, .type_text = "bigint")),
  PASSES_ON (
      "ZDM205", "postgres",
      SQL (KIND (ALTER_TYPE), TC, .type_text = "text", .old_type_text = "varchar(9)")),
  PASSES_ON ("ZDM205", "postgres", SQL (KIND (ADD_COLUMN), TC, .type_text = "varchar(9)"),
             SQL (KIND (ALTER_TYPE), TC, .type_text = "varchar(10)")),
  FINDS ("ZDM205", SQL (KIND (ADD_COLUMN), TC, .type_text = "varchar(9)"),
         SQL (KIND (ALTER_TYPE), TC, .type_text = "varchar(8)")),
  PASSES_ON ("ZDM205", "mysql",
             SQL (KIND (ALTER_TYPE), TC, .type_text = "bigint", .algorithm = "INPLACE")),
  PASSES_ON ("ZDM205", "sqlite", SQL (KIND (ALTER_TYPE), TC, .type_text = "bigint")),
  FINDS ("ZDM226", SQL (KIND (ALTER_TYPE), TC, .type_text = "enum('a','c','b')",
                        .old_type_text = "enum('a','b')")),
  FINDS ("ZDM226", SQL (KIND (ALTER_TYPE), TC, .type_text = "enum('a')",
                        .old_type_text = "enum('a','b')")),
  FINDS ("ZDM226", SQL (KIND (ALTER_TYPE), TC, .type_text = "enum('a','bc')",
                        .old_type_text = "enum('a','b')")),
  PASSES ("ZDM226", SQL (KIND (ALTER_TYPE), TC, .type_text = "enum('a','b','c')",
                         .old_type_text = "enum('a','b')")),
  PASSES ("ZDM226", SQL (KIND (ALTER_TYPE), TC, .type_text = "enum('b')")),

  /* Locking: indexes and tables */
  FINDS ("ZDM206", SQL (KIND (CREATE_INDEX), T)),
  PASSES ("ZDM206", SQL (KIND (CREATE_INDEX), T, .concurrent = TRUE)),
  PASSES ("ZDM206", SQL (KIND (CREATE_INDEX), T, NEW)),
  PASSES_ON ("ZDM206", "mariadb,sqlite", SQL (KIND (CREATE_INDEX), T)),
  FINDS ("ZDM207", SQL (KIND (DROP_INDEX), .object = "i")),
  PASSES ("ZDM207", SQL (KIND (DROP_INDEX), .object = "i", .concurrent = TRUE)),
  FINDS ("ZDM208", IN_TRANSACTION (KIND (CREATE_INDEX), T, .concurrent = TRUE)),
  PASSES ("ZDM208", SQL (KIND (CREATE_INDEX), T, .concurrent = TRUE)),
  PASSES ("ZDM208", IN_TRANSACTION (KIND (CREATE_INDEX), T)),
  FINDS ("ZDM209", SQL (KIND (REINDEX), .object = "i")),
  PASSES ("ZDM209", SQL (KIND (REINDEX), .object = "i", .concurrent = TRUE)),
  FINDS_ON ("ZDM209", "postgres:12", SQL (KIND (REINDEX), .object = "i")),
  PASSES_ON ("ZDM209", "postgres:11.9", SQL (KIND (REINDEX), .object = "i")),
  FINDS ("ZDM210", SQL (KIND (DETACH_PARTITION), T)),
  PASSES ("ZDM210", SQL (KIND (DETACH_PARTITION), T, .concurrent = TRUE)),
  PASSES_ON ("ZDM210", "postgres:13", SQL (KIND (DETACH_PARTITION), T)),
  FINDS_ON ("ZDM210", "postgres:14", SQL (KIND (DETACH_PARTITION), T)),
  FINDS ("ZDM211", SQL (KIND (ATTACH_PARTITION), T, .object = "p")),
  PASSES ("ZDM211",
          SQL (KIND (ADD_CONSTRAINT), .table = "p", .constraint = CONSTRAINT_CHECK,
               .not_valid = TRUE),
          SQL (KIND (VALIDATE_CONSTRAINT), .table = "p"),
          SQL (KIND (ATTACH_PARTITION), T, .object = "p")),
  FINDS ("ZDM211",
         SQL (KIND (ADD_CONSTRAINT), .table = "p", .constraint = CONSTRAINT_CHECK,
              .not_valid = TRUE),
         SQL (KIND (ATTACH_PARTITION), T, .object = "p")),
  FINDS ("ZDM212", SQL (KIND (CLUSTER), T)),
  FINDS ("ZDM212", SQL (KIND (VACUUM), T, .full = TRUE)),
  PASSES ("ZDM212", SQL (KIND (VACUUM), T)),
  FINDS ("ZDM213", SQL (KIND (LOCK_TABLE), T)),
  PASSES ("ZDM213", SQL (KIND (LOCK_TABLE), T, NEW)),
  FINDS_ON ("ZDM231", "postgres:14.3", SQL (KIND (CREATE_INDEX), T, .concurrent = TRUE)),
  PASSES_ON ("ZDM231", "postgres:14.4", SQL (KIND (CREATE_INDEX), T, .concurrent = TRUE)),
  PASSES_ON ("ZDM231", "postgres:14", SQL (KIND (CREATE_INDEX), T, .concurrent = TRUE)),
  PASSES_ON ("ZDM231", "postgres:14.3", SQL (KIND (CREATE_INDEX), T)),

/* Locking: constraints */
#define ADDED(k, ...) \
  SQL (KIND (ADD_CONSTRAINT), T, .object = "k", .constraint = CONSTRAINT_##k, __VA_ARGS__)
  FINDS ("ZDM214", ADDED (FOREIGN_KEY, .references_table = "u")),
  PASSES ("ZDM214", ADDED (FOREIGN_KEY, .references_table = "u", .not_valid = TRUE)),
  PASSES ("ZDM214", ADDED (FOREIGN_KEY, .references_table = "u", NEW)),
  PASSES ("ZDM214", ADDED (UNIQUE, .not_valid = FALSE)),
  FINDS ("ZDM215", ADDED (FOREIGN_KEY, .references_table = "u", NEW)),
  FINDS ("ZDM215", SQL (KIND (ADD_COLUMN), TC, .references_table = "u")),
  PASSES ("ZDM215", ADDED (FOREIGN_KEY, .references_table = "u", .not_valid = TRUE)),
  PASSES ("ZDM215", ADDED (FOREIGN_KEY, .references_table = "t", NEW)),
  PASSES ("ZDM215", SQL (KIND (SET), .object = "lock_timeout", .text = "2s"),
          ADDED (FOREIGN_KEY, .references_table = "u", NEW)),
  PASSES ("ZDM215", SQL (KIND (CREATE_TABLE), .table = "u"),
          ADDED (FOREIGN_KEY, .references_table = "u", NEW)),
  FINDS ("ZDM216", ADDED (CHECK, .not_valid = FALSE)),
  PASSES ("ZDM216", ADDED (CHECK, .not_valid = TRUE)),
  PASSES ("ZDM216", ADDED (CHECK, NEW)),
  FINDS ("ZDM217",
         IN_TRANSACTION (KIND (ADD_CONSTRAINT), T, .object = "k", .not_valid = TRUE),
         IN_TRANSACTION (KIND (VALIDATE_CONSTRAINT), T, .object = "k")),
  PASSES ("ZDM217",
          IN_TRANSACTION (KIND (ADD_CONSTRAINT), T, .object = "k", .not_valid = TRUE),
          SQL (KIND (COMMIT)), SQL (KIND (BEGIN)),
          IN_TRANSACTION (KIND (VALIDATE_CONSTRAINT), T, .object = "k")),
  PASSES ("ZDM217",
          IN_TRANSACTION (KIND (ADD_CONSTRAINT), T, .object = "k", .not_valid = TRUE),
          SQL (KIND (ROLLBACK)),
          IN_TRANSACTION (KIND (VALIDATE_CONSTRAINT), T, .object = "k")),
  PASSES ("ZDM217", SQL (KIND (ADD_CONSTRAINT), T, .object = "k", .not_valid = TRUE),
          SQL (KIND (VALIDATE_CONSTRAINT), T, .object = "k")),
  FINDS ("ZDM218", ADDED (UNIQUE, .using_index = FALSE)),
  FINDS ("ZDM218", SQL (KIND (ADD_COLUMN), TC, .unique = TRUE)),
  PASSES ("ZDM218", ADDED (UNIQUE, .using_index = TRUE)),
  PASSES ("ZDM218", SQL (KIND (ADD_COLUMN), TC)),
  FINDS ("ZDM219", ADDED (PRIMARY_KEY, .using_index = FALSE)),
  PASSES ("ZDM219", ADDED (PRIMARY_KEY, .using_index = TRUE)),
  FINDS ("ZDM220", ADDED (PRIMARY_KEY, .using_index = TRUE)),
  PASSES ("ZDM220", ADDED (PRIMARY_KEY, .using_index = FALSE)),
  PASSES ("ZDM220", SQL (KIND (SET_NOT_NULL), TC),
          ADDED (PRIMARY_KEY, .using_index = TRUE)),
  FINDS ("ZDM220", SQL (KIND (SET_NOT_NULL), TC),
         ADDED (PRIMARY_KEY, .using_index = TRUE, .column = "d")),
  FINDS ("ZDM220", SQL (KIND (SET_NOT_NULL), TC),
         SQL (KIND (CREATE_INDEX), T, .object = "k",
              .columns = (const char *const[]){ "c", "d", NULL }),
         ADDED (PRIMARY_KEY, .using_index = TRUE)),
  PASSES ("ZDM220", SQL (KIND (SET_NOT_NULL), TC),
          SQL (KIND (SET_NOT_NULL), T, .column = "d"),
          SQL (KIND (CREATE_INDEX), T, .object = "k",
               .columns = (const char *const[]){ "c", "d", NULL }),
          ADDED (PRIMARY_KEY, .using_index = TRUE)),
  FINDS ("ZDM221", ADDED (CHECK, .exclusion = TRUE)),
  PASSES ("ZDM221", ADDED (CHECK, .not_valid = FALSE)),
  PASSES ("ZDM216", ADDED (CHECK, .exclusion = TRUE)),

/* Locking: transactions, clauses, timeouts */
#define AT(n) .location = { .line = n, .column = 1 }
  FINDS ("ZDM222", IN_TRANSACTION (KIND (ADD_COLUMN), TC, AT (1)),
         IN_TRANSACTION (KIND (UPDATE), T, AT (2))),
  FINDS ("ZDM222", IN_TRANSACTION (KIND (ADD_COLUMN), TC, AT (1)),
         IN_TRANSACTION (KIND (ADD_COLUMN), .table = "u", AT (2))),
  FINDS ("ZDM222", IN_TRANSACTION (KIND (ADD_COLUMN), TC, AT (1)),
         IN_TRANSACTION (KIND (OTHER), .text = "SELECT", AT (2))),
  PASSES ("ZDM222", IN_TRANSACTION (KIND (ADD_COLUMN), TC, AT (1)),
          IN_TRANSACTION (KIND (OTHER), .sql = "COMMENT ON TABLE t IS ''", AT (2))),
  PASSES ("ZDM222", IN_TRANSACTION (KIND (ADD_COLUMN), TC, AT (1)),
          IN_TRANSACTION (KIND (ADD_COLUMN), TC, AT (2))),
  PASSES ("ZDM222", IN_TRANSACTION (KIND (VALIDATE_CONSTRAINT), T, AT (1)),
          IN_TRANSACTION (KIND (UPDATE), T, AT (2))),
  PASSES ("ZDM222", IN_TRANSACTION (KIND (ADD_COLUMN), TC, NEW, AT (1)),
          IN_TRANSACTION (KIND (UPDATE), T, AT (2))),
  PASSES ("ZDM222", SQL (KIND (ADD_COLUMN), TC, AT (1)), SQL (KIND (UPDATE), T, AT (2))),
  PASSES ("ZDM222", IN_TRANSACTION (KIND (ADD_COLUMN), TC, AT (1)),
          SQL (KIND (COMMIT), AT (2)), IN_TRANSACTION (KIND (UPDATE), T, AT (3))),
  FINDS ("ZDM223", SQL (KIND (ADD_COLUMN), TC, AT (1)),
         SQL (KIND (ADD_COLUMN), T, .column = "d", AT (2)),
         SQL (KIND (ADD_COLUMN), T, .column = "e", AT (3))),
  PASSES ("ZDM223", SQL (KIND (ADD_COLUMN), TC, AT (1)),
          SQL (KIND (ADD_COLUMN), T, .column = "d", AT (1))),
  PASSES ("ZDM223", SQL (KIND (ADD_COLUMN), TC, AT (1)),
          SQL (KIND (ADD_COLUMN), .table = "u", .column = "d", AT (2))),
  FINDS ("ZDM224", SQL (KIND (ADD_COLUMN), TC, .algorithm = "COPY")),
  PASSES ("ZDM224", SQL (KIND (ADD_COLUMN), TC, .algorithm = "INSTANT")),
  FINDS ("ZDM225", SQL (KIND (ADD_COLUMN), TC, .lock = "SHARED")),
  FINDS ("ZDM225", SQL (KIND (ADD_COLUMN), TC, .lock = "EXCLUSIVE")),
  PASSES ("ZDM225", SQL (KIND (ADD_COLUMN), TC, .lock = "NONE")),
  FINDS ("ZDM228", SQL (KIND (ADD_COLUMN), TC),
         SQL (KIND (ADD_COLUMN), T, .column = "d", AT (2))),
  PASSES ("ZDM228", SQL (KIND (SET), .object = "lock_timeout"),
          SQL (KIND (ADD_COLUMN), TC)),
  PASSES ("ZDM228", SQL (KIND (SET), .object = "lock_wait_timeout"),
          SQL (KIND (ADD_COLUMN), TC)),
  FINDS ("ZDM228", SQL (KIND (SET), .object = "statement_timeout"),
         SQL (KIND (ADD_COLUMN), TC)),
  PASSES ("ZDM228", SQL (KIND (CREATE_INDEX), T, .concurrent = TRUE)),
  PASSES ("ZDM228", SQL (KIND (ADD_COLUMN), TC, NEW)),
#define TIMEOUT(name, value) SQL (KIND (SET), .object = name, .text = value)
  FINDS ("ZDM229", TIMEOUT ("lock_timeout", "0")),
  FINDS ("ZDM229", TIMEOUT ("lock_timeout", "10001")),
  FINDS ("ZDM229", TIMEOUT ("lock_timeout", "'1min'")),
  FINDS ("ZDM229", TIMEOUT ("lock_wait_timeout", "86400")),
  PASSES ("ZDM229", TIMEOUT ("lock_timeout", "10s")),
  PASSES ("ZDM229", TIMEOUT ("lock_timeout", "2000")),
  PASSES ("ZDM229", TIMEOUT ("lock_wait_timeout", "2")),
  PASSES ("ZDM229", TIMEOUT ("lock_timeout", "DEFAULT")),
  PASSES ("ZDM229", TIMEOUT ("work_mem", "0")),
  PASSES ("ZDM229", TIMEOUT ("lock_timeout", "0"),
          SQL (KIND (CREATE_INDEX), T, .concurrent = TRUE)),
  FINDS ("ZDM230", SQL (KIND (UPDATE), T)),
  PASSES ("ZDM230", SQL (KIND (UPDATE), T, .has_where = TRUE)),
  PASSES ("ZDM230", TYPED (KIND (UPDATE), T)),

  /* Style */
  FINDS ("ZDM300", SQL (KIND (ADD_COLUMN), TC, .type_text = "json", NEW)),
  PASSES ("ZDM300", SQL (KIND (ADD_COLUMN), TC, .type_text = "jsonb")),
  PASSES ("ZDM300", TYPED (KIND (ADD_COLUMN), TC, .type_text = "JSON")),
  FINDS ("ZDM301",
         SQL (KIND (ADD_COLUMN), TC, .type_text = "INT", .primary_key = TRUE, NEW)),
  FINDS ("ZDM301", SQL (KIND (ADD_COLUMN), TC, .type_text = "serial", .serial = TRUE)),
  FINDS ("ZDM301", SQL (KIND (ADD_COLUMN), TC, .type_text = "integer", NEW),
         ADDED (PRIMARY_KEY, .column = "c", NEW)),
  PASSES ("ZDM301",
          SQL (KIND (ADD_COLUMN), TC, .type_text = "bigint", .primary_key = TRUE)),
  PASSES ("ZDM301", SQL (KIND (ADD_COLUMN), TC, .type_text = "integer")),
  FINDS ("ZDM302", SQL (KIND (ADD_COLUMN), TC, .serial = TRUE, NEW)),
  PASSES ("ZDM302", SQL (KIND (ADD_COLUMN), TC, .identity = TRUE)),
  FINDS ("ZDM303", SQL (KIND (ADD_COLUMN), TC, .type_text = "character varying(9)")),
  PASSES ("ZDM303", SQL (KIND (ADD_COLUMN), TC, .type_text = "varchar")),
  PASSES ("ZDM303", TYPED (KIND (ADD_COLUMN), TC, .type_text = "VARCHAR(9)")),
  FINDS ("ZDM304", SQL (KIND (ADD_COLUMN), TC, .type_text = "char(2)")),
  FINDS ("ZDM304", SQL (KIND (ADD_COLUMN), TC, .type_text = "bpchar")),
  PASSES ("ZDM304", SQL (KIND (ADD_COLUMN), TC, .type_text = "varchar(2)")),
  FINDS ("ZDM305",
         SQL (KIND (ADD_COLUMN), TC, .type_text = "timestamp(3) without time zone")),
  PASSES ("ZDM305",
          SQL (KIND (ADD_COLUMN), TC, .type_text = "timestamp(3) with time zone")),
  FINDS ("ZDM306", SQL (KIND (CREATE_TYPE), .object = "e")),
  PASSES_ON ("ZDM306", "mysql", SQL (KIND (CREATE_TYPE), .object = "e")),
  FINDS ("ZDM307", SQL (KIND (ADD_ENUM_VALUE), .object = "e")),
  PASSES ("ZDM307", SQL (KIND (ADD_ENUM_VALUE), .object = "e", .to = "y")),
  FINDS ("ZDM308", SQL (KIND (CREATE_DOMAIN), .object = "d", .constrained = TRUE)),
  PASSES ("ZDM308", SQL (KIND (CREATE_DOMAIN), .object = "d")),
  FINDS ("ZDM308", SQL (KIND (ALTER_DOMAIN), .object = "d", .constrained = TRUE)),
  PASSES ("ZDM308", SQL (KIND (ALTER_DOMAIN), .object = "d", .constrained = TRUE,
                         .not_valid = TRUE)),
  FINDS ("ZDM309", SQL (KIND (CREATE_TABLE), .table = LONG_NAME)),
  FINDS ("ZDM309",
         SQL (KIND (CREATE_TABLE), T, .sql = "CREATE TABLE \"" LONG_NAME "\" (id int)")),
  FINDS ("ZDM309", SQL (KIND (CREATE_TABLE), T, .sql = "CREATE TABLE " LONG_NAME)),
  PASSES ("ZDM309",
          SQL (KIND (CREATE_TABLE), T, .sql = "CREATE TABLE t -- '" LONG_NAME "'")),
  PASSES ("ZDM309", SQL (KIND (CREATE_TABLE), .table = "short")),
  PASSES_ON ("ZDM309", "mysql", SQL (KIND (CREATE_TABLE), .table = &LONG_NAME[1])),
  FINDS ("ZDM310", SQL (KIND (CREATE_TABLE), T),
         SQL (KIND (DROP_TABLE), .table = "u", .schema = "s")),
  PASSES ("ZDM310", SQL (KIND (CREATE_TABLE), T), SQL (KIND (DROP_TABLE), .table = "u")),
  PASSES ("ZDM310", SQL (KIND (CREATE_TABLE), T, .schema = "s"),
          SQL (KIND (DROP_TABLE), .table = "u", .schema = "s")),
  FINDS ("ZDM311", SQL (KIND (CREATE_INDEX), T, .object = "i")),
  PASSES ("ZDM311", SQL (KIND (CREATE_INDEX), T, .object = "i", .guarded = TRUE)),
  PASSES ("ZDM311", SQL (KIND (CREATE_INDEX), T, .object = "i", .concurrent = TRUE)),
  PASSES ("ZDM311", IN_TRANSACTION (KIND (CREATE_INDEX), T, .object = "i")),
  FINDS ("ZDM312", TYPED (KIND (CREATE_INDEX), T, .object = "i", .n_columns = 4)),
  PASSES ("ZDM312", TYPED (KIND (CREATE_INDEX), T, .object = "i", .n_columns = 3)),
  PASSES ("ZDM312",
          SQL (KIND (CREATE_INDEX), T, .object = "i", .n_columns = 4, .unique = TRUE)),
  FINDS ("ZDM313", SQL (KIND (ADD_COLUMN), TC, .references_table = "u")),
  PASSES ("ZDM313", SQL (KIND (ADD_COLUMN), TC)),
  PASSES_ON ("ZDM313", "mysql:9.0", SQL (KIND (ADD_COLUMN), TC, .references_table = "u")),
  FINDS_ON ("ZDM313", "mysql:8.4", SQL (KIND (ADD_COLUMN), TC, .references_table = "u")),
  PASSES_ON ("ZDM313", "mariadb:10.5",
             SQL (KIND (ADD_COLUMN), TC, .references_table = "u")),
  FINDS_ON ("ZDM313", "mariadb:10.4",
            SQL (KIND (ADD_COLUMN), TC, .references_table = "u")),
  FINDS ("ZDM314", SQL (KIND (DROP_DEFAULT), TC)),
  FINDS ("ZDM314", SQL (KIND (SET_DEFAULT), TC)),
  PASSES ("ZDM314", SQL (KIND (ADD_COLUMN), TC), SQL (KIND (SET_DEFAULT), TC)),
  PASSES ("ZDM314", TYPED (KIND (SET_DEFAULT), TC)),
  PASSES ("ZDM314", SQL (KIND (DROP_DEFAULT), TC, CONTRACTING)),
  FINDS ("ZDM315", ADDED (FOREIGN_KEY, .column = "c", NEW)),
  PASSES ("ZDM315", ADDED (FOREIGN_KEY, .column = "c")),
  PASSES ("ZDM315", ADDED (FOREIGN_KEY, .column = "c", NEW),
          SQL (KIND (CREATE_INDEX), TC, .object = "i")),
  PASSES ("ZDM315", ADDED (FOREIGN_KEY, .column = "c", NEW),
          ADDED (PRIMARY_KEY, .column = "c", NEW)),
};

static void
run_example (const Example *example, DiagnosticList *diagnostics)
{
  g_autoptr (GPtrArray) effects = g_ptr_array_new ();
  g_autoptr (GHashTable) used = g_hash_table_new (NULL, NULL);
  g_autoptr (GHashTable) reported
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  SafetyOptions options = { 0 };
  const char *engines
      = example->engines != NULL ? example->engines : "postgres,mariadb,mysql,sqlite";
  SafetyContext context = { .effects = effects,
                            .options = &options,
                            .rule = safety_rule_find (example->rule),
                            .diagnostics = diagnostics,
                            .reported = reported,
                            .used = used };

  target_init (&options.target);
  ck_assert (target_set_engines (&options.target, engines, NULL));
  for (guint i = 0; i < example->n_effects; i++)
    g_ptr_array_add (effects, (gpointer) &example->effects[i]);
  if (context.rule->check != NULL)
    context.rule->check (&context);
  else
    judge_effects (&context);
}

TEST (operations__rules_find_what_their_examples_say)
{
  for (guint i = 0; i < G_N_ELEMENTS (EXAMPLES); i++)
    {
      g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
      run_example (&EXAMPLES[i], diagnostics);
      ck_assert_msg (diagnostic_list_length (diagnostics) == EXAMPLES[i].n_findings,
                     "%s, example %u: %u findings", EXAMPLES[i].rule, i,
                     diagnostic_list_length (diagnostics));
    }
}

/* The same example, its effects as @exemption has them. */
static guint
n_findings_when (const Example *example, RuleExemption exemption)
{
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();
  g_autofree Effect *effects
      = g_memdup2 (example->effects, example->n_effects * sizeof (Effect));
  Example changed = *example;

  for (guint i = 0; i < example->n_effects; i++)
    {
      effects[i].new_table = effects[i].new_table || exemption == EXEMPT_NEW_TABLE;
      if (exemption == EXEMPT_TYPED)
        effects[i].origin = EFFECT_OF_OPERATION;
      if (exemption == EXEMPT_CONTRACTING)
        effects[i].phase = MIGRATION_PHASE_CONTRACTING;
    }
  changed.effects = effects;
  run_example (&changed, diagnostics);
  return diagnostic_list_length (diagnostics);
}

TEST (operations__exemptions_hold)
{
  static const RuleExemption exemptions[]
      = { EXEMPT_NEW_TABLE, EXEMPT_TYPED, EXEMPT_CONTRACTING };

  for (guint i = 0; i < G_N_ELEMENTS (EXAMPLES); i++)
    for (guint k = 0; k < G_N_ELEMENTS (exemptions); k++)
      if (EXAMPLES[i].n_findings > 0
          && (safety_rule_find (EXAMPLES[i].rule)->exempt & exemptions[k]) != 0)
        ck_assert_msg (n_findings_when (&EXAMPLES[i], exemptions[k]) == 0,
                       "%s, example %u: exemption %u", EXAMPLES[i].rule, i,
                       exemptions[k]);
}

static gboolean
has_example (const SafetyRule *rule, gboolean found)
{
  for (guint i = 0; i < G_N_ELEMENTS (EXAMPLES); i++)
    if (g_str_has_prefix (rule->id, EXAMPLES[i].rule)
        && (EXAMPLES[i].n_findings > 0) == found)
      return TRUE;
  return FALSE;
}

TEST (operations__every_rule_has_examples)
{
  for (guint i = 0; i < safety_n_rules (); i++)
    {
      const SafetyRule *rule = safety_rule (i);
      if (rule->kinds != 0 && !g_str_has_prefix (rule->id, "ZDM227")
          && g_ascii_strcasecmp (rule->id, "ZDM1") > 0
          && g_ascii_strcasecmp (rule->id, "ZDM4") < 0)
        ck_assert_msg (has_example (rule, TRUE) && has_example (rule, FALSE), "%s",
                       rule->id);
    }
}

TEST (operations__messages_name_their_objects)
{
  const Example example = FINDS ("ZDM105", SQL (KIND (RENAME_COLUMN), TC, .to = "d"));
  g_autoptr (DiagnosticList) diagnostics = diagnostic_list_new ();

  run_example (&example, diagnostics);
  const Diagnostic *finding = diagnostic_list_get (diagnostics, 0);
  ck_assert_str_eq (finding->message, "column 'c' of 't' is renamed to 'd' at once");
  ck_assert_ptr_nonnull (
      strstr (finding->help, "`rename_column: { from: c, to: d }` on t"));
}

/* Type changes ---------------------------------------------------------------- */

static const struct
{
  const char *from, *to, *engines;
  gboolean is_safe;
} TYPES[] = {
  { "varchar(10)", "varchar(20)", "postgres", TRUE },
  { "varchar(10)", "varchar(10)", "postgres", TRUE },
  { "varchar(20)", "varchar(10)", "postgres", FALSE },
  { "varchar(20)", "varchar", "postgres", TRUE },
  { "varchar", "varchar(20)", "postgres", FALSE },
  { "character varying(20)", "text", "postgres", TRUE },
  { "text", "varchar", "postgres", TRUE },
  { "text", "varchar(9)", "postgres", FALSE },
  { "char(2)", "char(3)", "postgres", FALSE },
  { "char(2)", "text", "postgres", FALSE },
  { "text", "citext", "postgres", FALSE },
  { "int4", "int8", "postgres", FALSE },
  { "integer", "int", "postgres", TRUE },
  { "pg_catalog.int4", "integer", "postgres", TRUE },
  { "bigint", "integer", "postgres", FALSE },
  { "numeric(10,2)", "numeric(12,2)", "postgres", TRUE },
  { "decimal(10, 2)", "numeric(12,2)", "postgres", TRUE },
  { "numeric(10,2)", "numeric", "postgres", TRUE },
  { "numeric(10,2)", "numeric(12,3)", "postgres", FALSE },
  { "numeric(10)", "numeric(12)", "postgres", TRUE },
  { "numeric(12,2)", "numeric(10,2)", "postgres", FALSE },
  { "numeric", "numeric(10,2)", "postgres", FALSE },
  { "timestamp(3)", "timestamp(6)", "postgres", TRUE },
  { "timestamp(3) with time zone", "timestamptz", "postgres", TRUE },
  { "timestamptz(6)", "timestamptz(3)", "postgres", FALSE },
  { "timestamp", "timestamptz", "postgres", FALSE },
  { "time(3)", "time", "postgres", TRUE },
  { "time", "time(3)", "postgres", FALSE },
  { "interval(3)", "interval", "postgres", TRUE },
  { "varbit(3)", "bit varying(5)", "postgres", TRUE },
  { "varbit(5)", "varbit(3)", "postgres", FALSE },
  { "cidr", "inet", "postgres", TRUE },
  { "inet", "cidr", "postgres", FALSE },
  { "json", "jsonb", "postgres", FALSE },
  { "mood", "text", "postgres", FALSE },
  { "varchar(10)", "varchar(31)", "mariadb", TRUE },
  { "varchar(31)", "varchar(200)", "mariadb", TRUE },
  { "varchar(32)", "varchar(63)", "mariadb", TRUE },
  { "varchar(63)", "varchar(64)", "mariadb", FALSE },
  { "varchar(64)", "varchar(200)", "mariadb", TRUE },
  { "varchar(31)", "varchar(200)", "mysql", FALSE },
  { "varchar(200)", "varchar(100)", "mariadb", FALSE },
  { "varchar(9)", "text", "mariadb", FALSE },
  { "integer", "bigint", "mariadb", FALSE },
  { "decimal(10,2)", "decimal(12,2)", "mariadb", FALSE },
  { "json", "longtext", "mariadb", TRUE },
  { "json", "longtext", "mysql", FALSE },
};

TEST (type_change__says_what_rewrites)
{
  for (guint i = 0; i < G_N_ELEMENTS (TYPES); i++)
    {
      Target target;
      target_init (&target);
      ck_assert (target_set_engines (&target, TYPES[i].engines, NULL));
      guint engines = target.engines;
      const char *why
          = type_change_danger (TYPES[i].from, TYPES[i].to, &target, &engines);
      ck_assert_msg ((why == NULL) == TYPES[i].is_safe, "%s to %s on %s: %s",
                     TYPES[i].from, TYPES[i].to, TYPES[i].engines, why);
      ck_assert_uint_eq (engines, TYPES[i].is_safe ? 0 : target.engines);
    }
}

TEST (type_change__names_the_engines)
{
  Target target;
  guint engines = TARGET_POSTGRES | TARGET_MARIADB;

  target_init (&target);
  ck_assert_ptr_nonnull (type_change_danger ("varchar(9)", "text", &target, &engines));
  ck_assert_uint_eq (engines, TARGET_MARIADB);
}

TEST (judge__finds_words)
{
  ck_assert (judge_text_has ("a IS  NOT\nNULL", "is not null"));
  ck_assert (judge_text_has ("(c is not null)", "c is not null"));
  ck_assert (!judge_text_has ("abc is not null", "c is not null"));
  ck_assert (!judge_text_has ("excluded", "exclude"));
  ck_assert (!judge_text_has (NULL, "exclude"));
  ck_assert (!judge_text_has ("", "exclude"));
}

TEST_MAIN ("safety/rules_of_operations", operations__rules_find_what_their_examples_say,
           operations__every_rule_has_examples, operations__exemptions_hold,
           operations__messages_name_their_objects, type_change__says_what_rewrites,
           type_change__names_the_engines, judge__finds_words)
