#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# Accounts that may not do all of it: known before anything is touched, or said as it is.
# shellcheck disable=SC2154  # port is client.sh's
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

cat >rename.yaml <<'EOT'
id: rename
table:
  name: users
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: VARCHAR, length: 40 }
change:
  rename_column: { from: name, to: display_name }
EOT
sql mysql "CREATE DATABASE test; CREATE USER low@'%'; GRANT ALL ON test.* TO low@'%'" || exit 1
sql test "CREATE TABLE users (id INT PRIMARY KEY, name VARCHAR(40)) CHARSET utf8mb4;
  INSERT INTO users VALUES (1, 'a')" || exit 1
columns () { sql test "SELECT GROUP_CONCAT(COLUMN_NAME) FROM information_schema.COLUMNS
  WHERE TABLE_SCHEMA = 'test' AND TABLE_NAME = 'users'"; }
as_low () { "$ZDM_RUN" -q "$@" --url "mariadb://low@127.0.0.1:$port/test"; }

check_exit 2 'no trigger without SUPER where the server logs' as_low rename.yaml
expect_stderr_has 'log_bin_trust_function_creators'
expect_stderr_has 'state: untouched'
check 'nothing is touched' test "$(columns)" = 'id,name'

# The column comes, its trigger does not, and without LOCK TABLES it does not go again.
sql mysql "SET GLOBAL log_bin_trust_function_creators = 1;
  REVOKE TRIGGER, LOCK TABLES ON test.* FROM low@'%'" || exit 1
check_exit 5 'what was done in part and is not undone' as_low rename.yaml
expect_stderr_has 'could not be rolled back'
check 'it is there' test "$(columns)" = 'id,name,display_name'
check_exit 5 'it is stuck' as_low rename.yaml

sql mysql "GRANT TRIGGER, LOCK TABLES ON test.* TO low@'%'" || exit 1
check_exit 0 'it goes back when it may' as_low abort rename
check 'as before' test "$(columns)" = 'id,name'

done_testing
