#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# plan --url: what the server itself says that statements cost.  Nothing of it stays, and
# nobody is held up.
# shellcheck disable=SC2154  # scratch is lib.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

plan () { "$ZDM_RUN" plan --url "$base/test" "$@"; }
state () {
  sql mysql 'SHOW DATABASES; SELECT * FROM information_schema.INNODB_SYS_TABLES ORDER BY 1'
  sql test 'SHOW TABLES; SHOW CREATE TABLE users; SELECT * FROM users'
}

sql mysql "CREATE DATABASE test CHARACTER SET latin1;
  CREATE USER poor@127.0.0.1; GRANT ALL ON test.* TO poor@127.0.0.1" || exit 1
sql test "CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(40) CHARACTER SET utf8mb4 NOT NULL,
    plain VARCHAR(20) CHARACTER SET utf8mb4, KEY by_name (name)) ROW_FORMAT=DYNAMIC;
  CREATE TABLE packed (id INT PRIMARY KEY, name VARCHAR(40) CHARACTER SET utf8mb4 NOT NULL)
    ROW_FORMAT=COMPRESSED; INSERT INTO users VALUES (1, 'a', 'b')" || exit 1

# change NAME TABLE YAML: a migration of that table in NAME.yaml.
change () {
  cat >"$1.yaml" <<EOT
id: $1
table:
  name: $2
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: VARCHAR(40), nullable: false }
change:
  $3
EOT
}

state >before
change add users 'add_column: { column: { name: note, type: TEXT } }'
check_exit 0 'a column' plan add.yaml
expect_stdout_has 'instant, the server says too (ALGORITHM=INSTANT)]'
check_exit 0 'without a database' "$ZDM_RUN" plan --engine mariadb add.yaml
expect_stdout_has 'instant]'
change nulls users 'alter_column: { column: name, nullable: true }'
check_exit 0 'NOT NULL goes' plan nulls.yaml
expect_stdout_has 'rewrites all rows, the server says too (ALGORITHM=INPLACE)]'
change unique users 'add_constraint: { name: one_name, unique: [name] }'
check_exit 0 'a unique constraint' plan unique.yaml
expect_stdout_has 'builds an index, the server says too (ALGORITHM=NOCOPY)]'
change check users 'allow_blocking: true
  add_constraint: { name: short, check: { column: name, max_length: 9 } }'
check_exit 0 'a check' plan check.yaml
expect_stdout_has 'rewrites all rows, the server says too (ALGORITHM=COPY)]'
change renamed users 'rename_column: { from: name, to: label }'
check_exit 1 'a rename of a column with an index that nobody named' plan renamed.yaml
expect_stderr_has "column 'name' of 'users' goes, and index 'by_name' needs it; declare it"
sed -i '/^change:/i\  indexes: [ { name: by_name, columns: [name] } ]' renamed.yaml
check_exit 0 'a rename' plan renamed.yaml
expect_stdout_has 'instant, the server says too (ALGORITHM=INSTANT)]'

# Where it is not what the plan says: nothing is instant in a compressed table.
change packed packed 'add_column: { column: { name: note, type: TEXT } }'
check_exit 1 'a compressed table' plan packed.yaml
expect_stderr_has "table 'packed' has ROW_FORMAT=COMPRESSED, in which no column comes or goes without"
expect_stdout_has 'rewrites all rows, the server says (ALGORITHM=INPLACE), where the plan says: instant]'
expect_stderr_has 'the server rewrites all rows for a statement of which the plan says: instant'
sed -i 's/^  add_column/  allow_blocking: true\n&/' packed.yaml
check_exit 0 'where that is allowed' plan packed.yaml

# The user's own statement, where it only defines what has been copied.
own () {
  change "$1" users "sql: { phase: migrating, forward: \"$2\", rollback: SELECT 1 }"
  check_exit 0 "SQL: $1" plan --fail-on never "$1.yaml"
}
own instant 'alter table users ADD COLUMN a INT DEFAULT 1;'
expect_stdout_has 'instant, the server says (ALGORITHM=INSTANT), where the plan says: scans all rows]'
own copying 'ALTER TABLE packed MODIFY COLUMN id BIGINT'
expect_stdout_has 'rewrites all rows, the server says (ALGORITHM=COPY), where the plan says: scans all rows]'
expect_stderr_has 'the server rewrites all rows for a statement of which the plan says: scans all rows'
for far in 'ALTER TABLE test.users ADD COLUMN a INT' 'UPDATE users SET name = name' \
  'ALTER TABLE users ADD COLUMN a INT; DROP TABLE packed' 'ALTER TABLE users RENAME TO people' \
  'ALTER TABLE users ADD COLUMN a INT, ALGORITHM=COPY' 'ALTER TABLE users ADD COLUMN a INT -- so'; do
  own far "$far"
  expect_stdout_has '[everybody waits; scans all rows]'
done

state >after
check 'nothing stays' diff before after

# Who writes, or has written, is not waited for.
mkfifo writer
mariadb --no-defaults -h127.0.0.1 -uroot -P"$port" test <writer >/dev/null 2>&1 &
exec 3>writer
echo 'BEGIN; UPDATE users SET name = name; SELECT * FROM packed FOR UPDATE;' >&3
sleep 0.5
for name in add nulls unique check renamed packed; do
  check_exit 0 "where somebody writes: $name" timeout 10 "$ZDM_RUN" plan --url "$base/test" $name.yaml
  expect_stdout_has 'the server says'
done
exec 3>&-
wait

# What a killed one left, and what another one is at work on.
left=zdm_plan_00000000-0000-4000-8000-000000000001
used=zdm_plan_00000000-0000-4000-8000-000000000002
sql mysql "CREATE DATABASE \`$left\`; CREATE DATABASE \`$used\`; CREATE DATABASE zdm_plan_of_mine"
mkfifo other
mariadb --no-defaults -h127.0.0.1 -uroot -P"$port" test <other >/dev/null 2>&1 &
exec 3>other
echo "DO GET_LOCK('$used', 0); SELECT SLEEP(0);" >&3
sleep 0.5
check_exit 0 'beside others' plan add.yaml
sql mysql "SHOW DATABASES LIKE 'zdm%'" >databases
printf '%s\nzdm_plan_of_mine\n' "$used" >expected
check 'what is left behind goes, nothing else' diff expected databases
exec 3>&-
wait

check_exit 0 'without the right' "$ZDM_RUN" plan --url "mariadb://poor@127.0.0.1:$port/test" add.yaml
expect_stdout_has 'instant]'
expect_stderr_has 'note: the server was not asked what statements cost: Access denied'
# shellcheck disable=SC2016  # quotes of SQL
sql mysql 'GRANT CREATE, DROP, ALTER, INDEX, SELECT, INSERT ON `zdm\_plan\_%`.* TO poor@127.0.0.1'
for name in add unique check renamed packed; do
  check_exit 0 "with the right: $name" "$ZDM_RUN" plan --url "mariadb://poor@127.0.0.1:$port/test" $name.yaml
  expect_stdout_has 'the server says'
done

# What a run would refuse as the tables are others than the file says.
sql test "CREATE TABLE other (id BIGINT PRIMARY KEY, name VARCHAR(40) CHARACTER SET utf8mb4 DEFAULT 'x') ENGINE = MyISAM;
  CREATE TABLE past (id INT PRIMARY KEY, name VARCHAR(40) NOT NULL) WITH SYSTEM VERSIONING"
change differs other 'add_column: { column: { name: note, type: TEXT } }'
sed -i '/^change:/i\    - { name: gone, type: TEXT, unique: true }\n  indexes: [ { name: by, columns: [name] } ]' differs.yaml
check_exit 8 'a run of tables that are not as declared' "$ZDM_RUN" --url "$base/test" differs.yaml
check_exit 1 'a plan of it' plan differs.yaml
for what in "column 'id' is bigint(20), which does not hold INTEGER as it is" "column 'name' is nullable, declared is NOT NULL" \
  "column 'gone' is missing" "unique key over gone is missing" "index 'by' is missing" 'it is kept by MyISAM'; do
  expect_stderr_has "table 'other': $what"
done
change history past 'add_column: { column: { name: note, type: TEXT } }'
check_exit 1 'a table with a past' plan history.yaml
expect_stderr_has "table 'past': it is WITH SYSTEM VERSIONING"
change none nowhere 'add_column: { column: { name: note, type: TEXT } }'
check_exit 0 'a database that is to be seeded' plan none.yaml
sed -i 's/^table:/tables:/; s/^  name: nowhere/  - name: nowhere/; s/^  columns:/    columns:/; s/^    - {/      - {/' none.yaml
sed -i '/^change:/i\  - { name: users, columns: [ { name: id, type: INTEGER, primary_key: true } ] }' none.yaml
sed -i 's/^  add_column/  table: users\n&/' none.yaml
check_exit 1 'one that lacks a table' plan none.yaml
expect_stderr_has "table 'nowhere' is missing"
check_exit 0 'one that waits for its contract' "$ZDM_RUN" -q --fail-on never --url "$base/test" renamed.yaml
check_exit 0 'is not at its start any more' plan renamed.yaml
check_exit 7 'without a server' "$ZDM_RUN" plan --url mariadb://127.0.0.1:1/test add.yaml
done_testing
