#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# rehearse --url on MariaDB: on scratch databases that are exact copies, and none of them is
# left. ZDM_REHEARSE_LONG=1: every file of migrations/.
# shellcheck disable=SC2154  # scratch, base and port are those of lib.sh and client.sh
. "$ZDM_SRCDIR/tests/lib.sh"

. "$ZDM_SRCDIR/tests/mariadb/client.sh"

needs mariadb-dump

is () { check "$1" test "$(sql mysql "$2")" = "$3"; }
rehearse () { "$ZDM_RUN" rehearse --fail-on never "$@"; }
LEFT="SELECT GROUP_CONCAT(SCHEMA_NAME) FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'zdm%'"

# database FILE: a new one with what the file declares.
database () {
  sql mysql "DROP DATABASE IF EXISTS app; CREATE DATABASE app" || exit 1
  "$ZDM_RUN" -q --fail-on never --url "$base/app" --seed-data --fail-at 1 "$1" 2>/dev/null
  sql app 'DROP TABLE IF EXISTS zdm_meta, zdm_migration, zdm_step, zdm_event' || exit 1
}

# dump DATABASE: all that is in it, whoever made it, as one that is called X.
dump () {
  mariadb-dump --no-defaults -h127.0.0.1 -uroot -P"$port" --skip-comments --routines \
    --triggers --hex-blob --single-transaction "$1" \
    | sed 's/DEFINER=[`"][^`"]*[`"]@[`"][^`"]*[`"]//; s/`'"$1"'`/`X`/g' | tr -s ' \n' '\n\n'
  list=$(sql mysql "SELECT GROUP_CONCAT(CONCAT('\`', REPLACE(TABLE_NAME, '\`', '\`\`'), '\`') ORDER BY 1)
    FROM information_schema.TABLES WHERE TABLE_SCHEMA = '$1' AND TABLE_TYPE = 'BASE TABLE'")
  sql "$1" "CHECKSUM TABLE $list EXTENDED" | sed 's/.*	//'
}

# begin FILE: a rehearsal that is at work once the second copy is there; $rehearsal is its id.
begin () {
  "$ZDM_RUN" rehearse --fail-on never --url "$shop_url" "$1" >"$scratch/stdout" 2>"$scratch/stderr" &
  rehearsal=$!
  for _ in $(seq 600); do
    case $(sql mysql "$LEFT") in *_1 | *_1,*) return ;; esac  # a tag may begin with a 1 itself
    sleep 0.05
  done
  not_ok 'it has come to its second copy'
}

# All that a database may have -----------------------------------------------------------

shop='Läden "x"'
shop_url="$base/L%C3%A4den%20%22x%22?connect_timeout=20"
sql mysql "CREATE DATABASE \`$shop\` CHARACTER SET latin1 COLLATE latin1_german1_ci;
  CREATE DATABASE other; CREATE TABLE other.o (id INT PRIMARY KEY);
  SET GLOBAL log_bin_trust_function_creators = 1;
  CREATE USER owner@'%'; GRANT ALL ON \`$shop\`.* TO owner@'%'" || exit 1
sql "$shop" "SET NAMES utf8mb4, sql_mode = 'NO_AUTO_VALUE_ON_ZERO';
  CREATE SEQUENCE numbers START WITH 7;
  CREATE TABLE a_left (id INT PRIMARY KEY AUTO_INCREMENT, n INT);
  CREATE TABLE b_many (id INT PRIMARY KEY, n INT);
  INSERT INTO b_many SELECT seq, seq FROM seq_1_to_20000;
  CREATE TABLE c_right (id INT PRIMARY KEY AUTO_INCREMENT, n INT);
  CREATE TABLE \`größe \`\`it's\`\` \"x\"\` (id INT PRIMARY KEY AUTO_INCREMENT COMMENT 'it''s',
    name VARCHAR(40) CHARACTER SET utf8mb4, \`zdm_row\` INT DEFAULT 3, e ENUM('x','y'),
    fl FLOAT, db DOUBLE, bi BIT(7), js JSON, la VARCHAR(9) CHARACTER SET latin1, bl LONGBLOB, ti TIME(6),
    ts TIMESTAMP(6) NULL, uu UUID, ge GEOMETRY, hidden INT INVISIBLE DEFAULT 4,
    twice INT AS (hidden * 2) VIRTUAL, thrice INT AS (hidden * 3) STORED, left_id INT,
    CONSTRAINT \`ch\` CHECK (hidden < 9), CONSTRAINT \`to left\` FOREIGN KEY (left_id) REFERENCES a_left (id))
    CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci COMMENT 'q ''uo'' \`te\`';
  CREATE TABLE parts (id INT PRIMARY KEY) PARTITION BY RANGE (id) (PARTITION p0 VALUES LESS THAN (5),
    PARTITION p1 VALUES LESS THAN MAXVALUE);
  INSERT INTO parts VALUES (0), (4), (9);
  INSERT INTO a_left (n) VALUES (1);
  INSERT INTO \`größe \`\`it's\`\` \"x\"\` (id, name, fl, db, bi, e, js, la, bl, ti, ts, uu, ge, hidden, left_id) VALUES
    (0, 'Zoë ''x'' \\\\ 日本', 0.1234567, 1e-300, b'101', 'y', '{\"a\": 1}', 'äö', x'0001ff27', '-12:00:00.123456',
     '2020-01-02 03:04:05.123456', '123e4567-e89b-12d3-a456-426655440000', POINT(1, 2), 5, 1),
    (70, '', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
  CREATE VIEW zz AS SELECT a_left.id, 'ä' AS k FROM \`$shop\`.a_left WHERE n > 0 WITH CASCADED CHECK OPTION;
  CREATE TABLE log (what VARCHAR(99));
  CREATE TABLE old (id INT PRIMARY KEY, n INT DEFAULT nextval(numbers), zero DATE NOT NULL DEFAULT '0000-00-00');
  INSERT INTO old (id) VALUES (1);
  CREATE DEFINER = owner@'%' FUNCTION one(a INT) RETURNS INT DETERMINISTIC RETURN a + 1;
  CREATE SQL SECURITY INVOKER VIEW aa AS SELECT zz.id, one(zz.id) AS plus, other.o.id AS elsewhere
    FROM zz LEFT JOIN other.o ON o.id = zz.id;
  CREATE DEFINER = owner@'%' TRIGGER \`tri gger\` BEFORE UPDATE ON \`größe \`\`it's\`\` \"x\"\` FOR EACH ROW
    INSERT INTO \`$shop\`.log SELECT CONCAT(NEW.e, one(1), 'other.o') FROM DUAL WHERE NEW.hidden = 8;
  SET sql_mode = 'ANSI_QUOTES';
  CREATE TRIGGER \`second\` BEFORE UPDATE ON \`größe \`\`it's\`\` \"x\"\` FOR EACH ROW INSERT INTO \"log\" SELECT '2' FROM DUAL WHERE NEW.hidden = 8" \
  2>"$scratch/why" || {
  cat "$scratch/why" >&2
  exit 1
}

cat >shop.yaml <<'EOT'
id: shop
table:
  name: "größe `it's` \"x\""
  columns:
    - { name: id, type: INTEGER, nullable: false, primary_key: true }
    - { name: name, type: VARCHAR, length: 40 }
change:
  rename_column: { from: name, to: "na`me ü" }
EOT

begin shop.yaml
kill -9 "$rehearsal"
copy=$(sql mysql "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'zdm%_0'")
dump "$shop" >live
dump "$copy" >copied
check 'there is something to copy' test "$(wc -l <live)" -gt 100
check 'and its rows are added up' test "$(tail -5 live | grep -c '^[0-9][0-9]*$')" -eq 5
check 'a copy is exact' diff live copied
is 'a column that nobody sees too' "SELECT hidden FROM \`$copy\`.\`größe \`\`it's\`\` \"x\"\` WHERE id = 0" 5

# Whoever writes goes on writing, and what belongs together is together in the copy.
drop_left () {
  for name in $(sql mysql "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'zdm%'"); do
    sql mysql "DROP DATABASE $name"
  done
}
drop_left
yes 'BEGIN; INSERT INTO a_left (n) VALUES (5); INSERT INTO c_right (n) VALUES (5);
  UPDATE b_many SET n = n + 1 WHERE id IN (1, 10000, 20000); COMMIT;' \
  | mariadb --no-defaults -h127.0.0.1 -uroot -P"$port" --init-command='SET innodb_lock_wait_timeout = 0' \
    "$shop" >writer 2>&1 &
writer=$!
for _ in $(seq 100); do
  [ "$(sql "$shop" 'SELECT COUNT(*) > 9 FROM c_right')" = 0 ] || break
  sleep 0.05
done
begin shop.yaml
before=$(sql "$shop" 'SELECT COUNT(*) FROM c_right')
copy=$(sql mysql "SELECT SCHEMA_NAME FROM information_schema.SCHEMATA WHERE SCHEMA_NAME LIKE 'zdm%_0'")
counts=$(sql "$copy" 'SELECT (SELECT COUNT(*) FROM a_left), (SELECT COUNT(*) + 1 FROM c_right)')
check 'the copy has rows' test "${counts%	*}" -gt 1
check 'and is of one moment' test "${counts%	*}" = "${counts#*	}"
sleep 0.3
check 'a writer was not held up' kill -0 "$writer"
check 'it wrote all the time' test "$(sql "$shop" 'SELECT COUNT(*) FROM c_right')" -gt "$before"
kill "$writer"
wait "$writer" 2>/dev/null
kill -TERM "$rehearsal"
wait "$rehearsal" && code=0 || code=$?
check 'SIGTERM ends it' test "$code" -eq 143
expect_stderr_has 'a signal asked for an end'
is 'no scratch database is left of it' "$LEFT" NULL

# The whole of it, by an account that may do what the page says and no more -----------------

sql mysql "CREATE USER low@'%'" || exit 1
as_low () { rehearse --url "$(echo "$base" | sed 's/root@/low@/')/app" "$@"; }
file=$ZDM_SRCDIR/migrations/MIG-016.yaml
database "$file"
sql app "CREATE TRIGGER own BEFORE INSERT ON sessions FOR EACH ROW DO 0;
  CREATE VIEW seen AS SELECT 1 AS one; CREATE PROCEDURE far() INSERT INTO other.o VALUES (1)" || exit 1
check_exit 7 'without rights to read' as_low "$file"
sql mysql "GRANT SELECT ON app.* TO low@'%'"
check_exit 7 'without scratch databases' as_low "$file"
# shellcheck disable=SC2016  # backticks as they are
expect_stderr_has 'ALL PRIVILEGES ON `zdm\_rehearse\_%`.*'
sql mysql "GRANT ALL PRIVILEGES ON \`zdm\\_rehearse\\_%\`.* TO low@'%'"
sql mysql "GRANT EXECUTE ON app.* TO low@'%'"
check_exit 7 'without the text of a routine' as_low "$file"
expect_stderr_has "procedure 'far' cannot be copied"
sql mysql "GRANT SELECT ON mysql.proc TO low@'%'"
check_exit 7 'without SHOW VIEW' as_low "$file"
expect_stderr_has 'the account needs SHOW VIEW'
sql mysql "GRANT SHOW VIEW ON app.* TO low@'%'"
check_exit 7 'without a sight of triggers' as_low "$file"
expect_stderr_has 'it needs TRIGGER there'
is 'no scratch database is left of them' "$LEFT" NULL
sql mysql "GRANT TRIGGER ON app.* TO low@'%'"
mariadb-dump --no-defaults -h127.0.0.1 -uroot -P"$port" --skip-dump-date app >before
check_exit 0 'with all of them' as_low "$file"
expect_stdout_has 'on mariadb, killed after each of its'
mariadb-dump --no-defaults -h127.0.0.1 -uroot -P"$port" --skip-dump-date app >after
check 'the database was only read' cmp before after
is 'no scratch database is left' "$LEFT" NULL

# What would reach another database ----------------------------------------------------------

refused () {
  sql app "$2" || exit 1
  check_exit 1 "refused: $1" rehearse --url "$base/app" "$file"
  expect_stderr_has "$1"
  sql app "$3" || exit 1
}
refused "trigger 'away' names the database 'other'" \
  'CREATE TRIGGER away BEFORE DELETE ON sessions FOR EACH ROW INSERT INTO /* x */ other . `o` VALUES (1)' \
  'DROP TRIGGER away'
refused "table 'child' names the database 'other'" \
  'CREATE TABLE child (id INT PRIMARY KEY, FOREIGN KEY (id) REFERENCES other.o (id))' 'DROP TABLE child'
refused "trigger 'away' names the database 'app'" \
  'CREATE TABLE app (id INT); CREATE TRIGGER away BEFORE DELETE ON sessions FOR EACH ROW DELETE FROM app.app' \
  'DROP TRIGGER away; DROP TABLE app'
cat >away.yaml <<'EOT'
id: away
table:
  name: sessions
  columns: [ { name: token, type: VARCHAR, length: 40, primary_key: true } ]
change:
  engines: [mariadb]
  sql: { phase: migrating, forward: { mariadb: DELETE FROM app.sessions }, rollback: { mariadb: DO 0 } }
EOT
check_exit 9 'and SQL of the file that names the database itself' rehearse --url "$base/app" away.yaml
expect_stdout_has "this \`sql\` names the database 'app'"
check 'it has not run' test "$(sql app 'SELECT COUNT(*) FROM sessions')" -gt 0

# Every file -------------------------------------------------------------------------------

[ "${ZDM_REHEARSE_LONG:-0}" = 0 ] || set -- "$ZDM_SRCDIR"/migrations/*.yaml
for file; do
  database "$file"
  check_exit 0 "$(basename "$file")" rehearse --url "$base/app" "$file"
  expect_stdout_has 'on mariadb, killed after'
done
is 'no scratch database is left in the end' "$LEFT" NULL
done_testing
