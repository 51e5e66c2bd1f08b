/* SPDX-License-Identifier: Apache-2.0
 *
 * ZDM300 to ZDM399: types, names and habits that are regretted later.
 */
#include "config.h"

#include "safety/judges.h"
#include "safety/rule_sets.h"

const SafetyRule RULES_OF_STYLE[] = {
  {
      .id = "ZDM300-json-column",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES,
      .summary = "json in place of jsonb",
      .help = "json has no equality: SELECT DISTINCT, GROUP BY and UNION over {table} "
              "fail, and no index helps. Write jsonb; it differs only for documents "
              "whose spaces or key order matter.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN) | EFFECT_BIT (EFFECT_ALTER_TYPE),
      .exempt = EXEMPT_TYPED,
      .message = "column '{column}' of '{table}' is json, not jsonb",
      .judge = rule_json_column,
  },
  {
      .id = "ZDM301-integer-key",
      .severity = SEVERITY_INFO,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A key of 32 bits runs out",
      .help = "After 2 147 483 647 rows, deleted ones and failed inserts included, every "
              "insert into {table} fails, and the way to 64 bits is long. Make {column} "
              "BIGINT now.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN),
      .exempt = EXEMPT_PORTABLE,
      .message = "the key '{column}' of '{table}' is a 32-bit integer or smaller",
      .judge = rule_integer_key,
  },
  {
      .id = "ZDM302-serial-column",
      .severity = SEVERITY_INFO,
      .engines = TARGET_POSTGRES,
      .summary = "serial in place of an identity column",
      .help = "The sequence of a serial has rights and an owner of its own, and a value "
              "that is given by hand makes it collide later. Write `{column} bigint "
              "GENERATED ALWAYS AS IDENTITY`.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN),
      .message = "column '{column}' of '{table}' is serial",
      .judge = rule_serial_column,
  },
  {
      .id = "ZDM303-varchar-column",
      .severity = SEVERITY_INFO,
      .engines = TARGET_POSTGRES,
      .summary = "varchar(n) in place of text",
      .help = "On PostgreSQL the limit saves nothing, and lowering it later rewrites "
              "{table}. Write text, and a CHECK on its length, which can be changed "
              "without stopping anybody.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN),
      .exempt = EXEMPT_TYPED,
      .message = "column '{column}' of '{table}' is varchar with a limit",
      .judge = rule_varchar_column,
  },
  {
      .id = "ZDM304-char-column",
      .severity = SEVERITY_INFO,
      .engines = TARGET_POSTGRES,
      .summary = "char(n) pads with spaces",
      .help = "Spaces at the end come and go with the type of the expression. Write "
              "text, and a CHECK on its length.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN),
      .exempt = EXEMPT_PORTABLE,
      .message = "column '{column}' of '{table}' is char, which pads with spaces",
      .judge = rule_char_column,
  },
  {
      .id = "ZDM305-timestamp-column",
      .severity = SEVERITY_INFO,
      .engines = TARGET_POSTGRES,
      .summary = "A timestamp without a time zone",
      .help = "What moment it means depends on who reads it. TIMESTAMPTZ takes the same "
              "room and means one moment.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN),
      .exempt = EXEMPT_PORTABLE,
      .message = "column '{column}' of '{table}' is a timestamp without a time zone",
      .judge = rule_timestamp_column,
  },
  {
      .id = "ZDM306-enum-type",
      .severity = SEVERITY_INFO,
      .engines = TARGET_POSTGRES,
      .summary = "An enum type is made",
      .help = "A value of an enum can be added, but never removed or moved. A text "
              "column with a CHECK, or a small table and a foreign key, can be changed "
              "later without stopping anybody.",
      .kinds = EFFECT_BIT (EFFECT_CREATE_TYPE),
      .message = "the enum type '{object}' is made",
  },
  {
      .id = "ZDM307-enum-value-order",
      .severity = SEVERITY_INFO,
      .engines = TARGET_POSTGRES,
      .summary = "A value is added to an enum without saying where",
      .help = "ORDER BY follows the list, and a value cannot be moved later. Say `ADD "
              "VALUE … AFTER …`. (MySQL is the other way round: there only a value at "
              "the end costs nothing.)",
      .kinds = EFFECT_BIT (EFFECT_ADD_ENUM_VALUE),
      .message = "a value is added to the enum '{object}' without BEFORE or AFTER",
      .judge = rule_enum_order,
  },
  {
      .id = "ZDM308-domain-constraint",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES,
      .summary = "A domain with a constraint",
      .help = "Adding one looks at every row of every table that uses {object}, under "
              "locks on all of them, and a column of such a type rewrites the table it "
              "is added to. Put a CHECK on the column, NOT VALID first.",
      .kinds = EFFECT_BIT (EFFECT_CREATE_DOMAIN) | EFFECT_BIT (EFFECT_ALTER_DOMAIN),
      .message = "the domain '{object}' gets a constraint",
      .judge = rule_domain_constraint,
  },
  {
      .id = "ZDM309-long-identifier",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A name is longer than the server keeps",
      .help = "PostgreSQL cuts names at 63 bytes without an error, which can make two of "
              "them one; MySQL and MariaDB refuse more than 64 characters. Write a "
              "shorter name.",
      .kinds = EFFECT_BIT (EFFECT_CREATE_TABLE) | EFFECT_BIT (EFFECT_RENAME_TABLE)
               | EFFECT_BIT (EFFECT_ADD_COLUMN) | EFFECT_BIT (EFFECT_RENAME_COLUMN)
               | EFFECT_BIT (EFFECT_ADD_CONSTRAINT)
               | EFFECT_BIT (EFFECT_RENAME_CONSTRAINT) | EFFECT_BIT (EFFECT_CREATE_INDEX)
               | EFFECT_BIT (EFFECT_CREATE_TYPE) | EFFECT_BIT (EFFECT_CREATE_DOMAIN)
               | EFFECT_BIT (EFFECT_CREATE_TRIGGER),
      .check = rule_long_identifier,
  },
  {
      .id = "ZDM310-unqualified-table",
      .severity = SEVERITY_INFO,
      .engines = TARGET_POSTGRES,
      .summary = "A table without a schema in a file that names schemas",
      .help = "Where it ends up depends on the search path of whoever runs the file. "
              "Write the schema before {table}.",
      .kinds = EFFECT_BIT (EFFECT_CREATE_TABLE),
      .exempt = EXEMPT_TYPED,
      .message
      = "table '{table}' is made without a schema, though the file names schemas",
      .judge = rule_unqualified_table,
  },
  {
      .id = "ZDM311-unguarded",
      .severity = SEVERITY_INFO,
      .engines = TARGET_ALL,
      .summary = "A statement of a plain SQL file fails when the file is run again",
      .help
      = "Outside a transaction a file can stop half-way. Write IF EXISTS or IF NOT "
        "EXISTS, or make it a migration file: zdm continues from the recorded step.",
      .kinds = EFFECT_BIT (EFFECT_CREATE_TABLE) | EFFECT_BIT (EFFECT_DROP_TABLE)
               | EFFECT_BIT (EFFECT_CREATE_INDEX) | EFFECT_BIT (EFFECT_DROP_INDEX)
               | EFFECT_BIT (EFFECT_ADD_COLUMN) | EFFECT_BIT (EFFECT_DROP_COLUMN),
      .message = "this statement fails when the file is run again after a stop",
      .judge = rule_unguarded,
  },
  {
      .id = "ZDM312-wide-index",
      .severity = SEVERITY_INFO,
      .engines = TARGET_ALL,
      .summary = "An index of more than three columns that is not unique",
      .help = "Columns after the third seldom narrow a search further, and every write "
              "pays for them. Start with the columns that most queries compare.",
      .kinds = EFFECT_BIT (EFFECT_CREATE_INDEX),
      .message = "index '{object}' on '{table}' has more than three columns",
      .judge = rule_wide_index,
  },
  {
      .id = "ZDM313-inline-references",
      .severity = SEVERITY_ERROR,
      .engines = TARGET_MARIADB | TARGET_MYSQL,
      .summary = "REFERENCES beside a column is read and ignored",
      .help = "MySQL before 9.0 and MariaDB before 10.5 take the words and do nothing. "
              "Write `FOREIGN KEY ({column}) REFERENCES …` as a constraint of {table}, "
              "or `add_constraint`.",
      .kinds = EFFECT_BIT (EFFECT_ADD_COLUMN),
      .message
      = "REFERENCES beside column '{column}' of '{table}' is ignored: there is no "
        "foreign key",
      .judge = rule_inline_references,
  },
  {
      .id = "ZDM314-changed-default",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_POSTGRES | TARGET_MARIADB | TARGET_MYSQL,
      .summary = "A default changes while old clients may rely on it",
      .help = "Versions that leave {column} out get another value from that moment on, "
              "or an error. Let every version write {column} itself first, or write "
              "`alter_column: { column: {column}, default: … }` and declare the clients.",
      .kinds = EFFECT_BIT (EFFECT_SET_DEFAULT) | EFFECT_BIT (EFFECT_DROP_DEFAULT),
      .exempt = EXEMPT_NEW_TABLE | EXEMPT_TYPED | EXEMPT_CONTRACTING,
      .message = "the default of '{column}' of '{table}' changes before the contracting "
                 "phase",
      .judge = judge_changed_default,
  },
  {
      .id = "ZDM315-foreign-key-without-index",
      .severity = SEVERITY_INFO,
      .engines = TARGET_POSTGRES | TARGET_SQLITE,
      .summary = "A foreign key without an index",
      .help
      = "Every delete or change of key in the other table then scans {table}. Add "
        "`create_index: { name: {table}_{column}, columns: [{column}] }` before it.",
      .kinds = EFFECT_BIT (EFFECT_ADD_CONSTRAINT),
      .exempt = EXEMPT_PORTABLE,
      .message
      = "no index begins with '{column}' of '{table}', the column of the foreign "
        "key '{object}'",
      .judge = rule_foreign_key_without_index,
  },
  {
      .id = "ZDM316-lookup-without-index",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "A lookup searches a table without an index",
      .help
      = "Without one the backfill reads a table as often as the other has rows, and "
        "a write that is kept in step waits for such a search. Create the index "
        "first, in a migration of its own or with `create_index` before the lookup.",
      .check = rule_lookup_without_index,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM317-split-of-default",
      .severity = SEVERITY_WARNING,
      .engines = TARGET_ALL,
      .summary = "A column with a default is split off",
      .help
      = "Until contract a row of the old table has one of the new table as soon as one of "
        "these columns has a value, and a default is one. Have the new application insert "
        "into the old table first, and then into the new one by an upsert (`ON CONFLICT "
        "… DO UPDATE`, `ON DUPLICATE KEY UPDATE`), or drop the default first, once no "
        "version leaves the column out.",
      .check = rule_split_of_default,
      .needs_plan = TRUE,
  },
  {
      .id = "ZDM390-naming",
      .severity = SEVERITY_INFO,
      .engines = TARGET_ALL,
      .summary = "A new name does not match the project's pattern",
      .help
      = "The project's zdm.yaml has a pattern for such names, under `naming`; all of the "
        "name has to match it. Choose another name while nobody uses this one: a rename "
        "later is a migration of its own.",
      .check = rule_naming,
  },
  { .id = NULL },
};
